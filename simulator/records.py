"""The rows of a world as they are made: numbered, in the order of the tables' columns (数据行).

Dates are ISO text and enumerations their names, so that a row is the same thing for a fingerprint, for SQLite and,
after one conversion of its dates, for PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from domain.store.tables import metadata
from domain.vocabulary import (
    NUMBERS_PER_PROVINCE,
    AccountStatus,
    ContributionStatus,
    EnrolmentStatus,
    EntryKind,
    PaymentChannel,
    PaymentKind,
    PersonType,
    ReceiptKind,
    RegionCode,
    Scheme,
    start_of_business_date,
)
from simulator.draws import Draws
from simulator.rates import RATES

Row = tuple[Any, ...]

START: Final = datetime(2024, 12, 16, 1, 0, tzinfo=UTC)
"""World time when a world begins, 2024-12-16T09:00:00+08:00: a Monday of the collection season."""
TODAY: Final = date(2024, 12, 16).toordinal()
"""The business day on which a world begins, as an ordinal: nothing in its history is later."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MIDNIGHT = start_of_business_date(date(1970, 1, 1))

_iso_of: dict[int, str] = {}


def iso(day: int) -> str:
    """The ISO text of a day given as an ordinal."""
    text = _iso_of.get(day)
    if text is None:
        text = _iso_of[day] = date.fromordinal(day).isoformat()
    return text


def moment(day: int, second: int = 0) -> int:
    """The instant of a second of an Asia/Shanghai business day."""
    return (day - _EPOCH_DAY) * 86_400 + _MIDNIGHT + second


_CREDIT_DAY = RATES.fen("accounts.credit_day")
_CREDIT_DAYS = tuple(
    date(year, month, _CREDIT_DAY).toordinal()
    for year in (2023, 2024)
    for month in range(1, 13)
    if date(year, month, _CREDIT_DAY).toordinal() < TODAY
)
_CREDITS = tuple((day, moment(day, 3 * 3600), iso(day)) for day in _CREDIT_DAYS)
HISTORY_FROM = (date(2023, 1, 1).toordinal(), date(2024, 1, 1).toordinal())
"""The days on which an account's history may begin: two years back for those that paid in the season before last."""


def _season(year: int) -> tuple[list[tuple[int, int]], list[float]]:
    """The months of a collection season as (first day, days), and the share of payments in each."""
    firsts = [date(year - 1, month, 1) for month in (9, 10, 11, 12)] + [date(year, month, 1) for month in (1, 2)]
    months = []
    for first in firsts:
        following = (first + timedelta(days=32)).replace(day=1)
        months.append((first.toordinal(), (following - first).days))
    weights = [percent / 100 for percent in RATES.list("contributions.months")]
    return months, weights


_SEASONS = {year: _season(year) for year in (2022, 2023, 2024, 2025)}


@dataclass(slots=True)
class Account:
    """A personal account whose history is being made. `credit_fen` is 0 once nobody pays into it."""

    id: int
    person_id: int
    region: RegionCode
    status: AccountStatus
    opened: int
    opening_fen: int
    credit_fen: int
    credit_kind: EntryKind = EntryKind.MONTHLY_CREDIT
    credited_until: int = TODAY
    payments: list[Payment] = field(default_factory=list)
    care: list[CareShare] = field(default_factory=list)


@dataclass(slots=True)
class CareShare:
    """What somebody bears of care, and how much of it the account had paid once it was settled, by which entry."""

    at: int
    day: int
    share_fen: int
    paid_fen: int = 0
    entry_id: int | None = None


@dataclass(slots=True)
class Payment:
    """A resident contribution that was paid or, without `paid`, only submitted. Days are ordinals."""

    id: int
    person_id: int
    enrolment_id: int
    region: RegionCode
    year: int
    kind: PaymentKind
    amount_fen: int
    subsidy_fen: int
    payer_id: int
    account: Account | None
    day: int
    second: int
    status: ContributionStatus
    covered_from: int
    hidden_hours: int
    waits_until: int | None
    slip_waits: bool

    @property
    def at(self) -> int:
        return moment(self.day, self.second)


FIRST_OF_INSTITUTIONS: Final = 50_000
"""An institution files and settles under its own id, as a person does under theirs: none has the id of another."""


class _Numbers(dict[str, dict[str, int]]):
    """The next id of each table, by the first two digits of the province that it leads with."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self._first = first

    def __missing__(self, province: str) -> dict[str, int]:
        found = self[province] = dict.fromkeys(
            (*metadata.tables, "households"), int(province) * NUMBERS_PER_PROVINCE + self._first
        )
        found["institutions"] = int(province) * NUMBERS_PER_PROVINCE + max(self._first, FIRST_OF_INSTITUTIONS)
        return found


class Records:
    """Rows by table. Numbers run on in each table of each province; `take` hands over what was made since it was last
    called.
    """

    __slots__ = ("_maternity", "_next", "_rows")

    def __init__(self, maternity: Callable[[RegionCode], bool]) -> None:
        """`maternity` says whether who works for a unit there is in maternity insurance too."""
        self._maternity = maternity
        self._next = _Numbers(1)
        self._rows: dict[str, list[Row]] = {name: [] for name in metadata.tables}

    def number_from(self, first: int) -> None:
        """Number what comes from there in every table and province."""
        self._next = _Numbers(first)

    def new_id(self, table: str, region: RegionCode) -> int:
        """The next id of a table, led by the region's province."""
        following = self._next[region[:2]]
        found = following[table]
        following[table] = found + 1
        return found

    def next_number(self, *but: str) -> int:
        """A number beyond every number given in any table but these."""
        return max(
            number % NUMBERS_PER_PROVINCE
            for following in self._next.values()
            for table, number in following.items()
            if table not in but
        )

    def add(self, table: str, *row: Any) -> None:
        self._rows[table].append(row)

    def adder(self, table: str) -> Callable[[Row], None]:
        """A function that adds a finished row to a table."""
        return lambda row: self._rows[table].append(row)

    def take(self) -> dict[str, list[Row]]:
        """The rows made so far, by table, in an order in which each refers only to rows before it."""
        taken = {table.name: self._rows[table.name] for table in metadata.sorted_tables}
        self._rows = {name: [] for name in metadata.tables}
        return {name: rows for name, rows in taken.items() if rows}

    def enrol(
        self,
        person_id: int,
        scheme: Scheme,
        person_type: str,
        region: RegionCode,
        unit_id: int | None,
        status: EnrolmentStatus,
        started: int,
        ended: int | None = None,
        visible_to_tax_at: int | None = None,
    ) -> int:
        """The id of a new enrolment, which the tax bureau knows of from that moment, or already."""
        number = self.new_id("enrolments", region)
        self._rows["enrolments"].append(
            (
                number,
                person_id,
                scheme.name,
                person_type,
                region,
                unit_id,
                status.name,
                iso(started),
                None if ended is None else iso(ended),
                visible_to_tax_at,
                None,
                0,
            )
        )
        return number

    def employ(
        self,
        person_id: int,
        person_type: PersonType,
        region: RegionCode,
        unit_id: int | None,
        status: EnrolmentStatus,
        started: int,
        ended: int | None = None,
    ) -> int:
        """The id of a new enrolment in the employee scheme; maternity insurance comes with work for a unit."""
        number = self.enrol(person_id, Scheme.EMPLOYEE, person_type.name, region, unit_id, status, started, ended)
        if person_type is PersonType.EMPLOYED and self._maternity(region):
            self.enrol(person_id, Scheme.MATERNITY, person_type.name, region, unit_id, status, started, ended)
        return number

    def bind(
        self, holder_id: int, member_id: int, relation: str, region: RegionCode, at: int, ended: int | None
    ) -> None:
        """A family binding, pledged a minute before."""
        self._rows["family_bindings"].append(
            (
                self.new_id("family_bindings", region),
                holder_id,
                member_id,
                relation,
                "ACTIVE" if ended is None else "ENDED",
                at - 60,
                at,
                ended,
            )
        )

    def settle_account(self, account: Account) -> int:
        """Write the account with its entries; its balance. What it cannot cover falls back to the tax system."""
        following = self._next[account.region[:2]]
        number = following["account_entries"]
        entries = self._rows["account_entries"]
        balance = 0
        paid = sorted(account.payments, key=lambda payment: payment.at)
        begins = HISTORY_FROM[0] if paid and paid[0].day < HISTORY_FROM[1] else HISTORY_FROM[1]
        moves: list[tuple[int, str, str, int, Payment | CareShare | None]] = []
        if account.status is not AccountStatus.CLOSED:
            if account.opened < begins:
                moves.append((moment(begins), iso(begins), EntryKind.OPENING.name, account.opening_fen, None))
            if account.credit_fen:
                begins = max(begins, account.opened)
                until, kind, credit = account.credited_until, account.credit_kind.name, account.credit_fen
                moves += [(at, text, kind, credit, None) for day, at, text in _CREDITS if begins <= day < until]
            if paid:
                moves += [
                    (payment.at, iso(payment.day), "PROXY_CONTRIBUTION", -payment.amount_fen, payment)
                    for payment in paid
                ]
            moves += [(care.at, iso(care.day), EntryKind.CARE.name, -care.share_fen, care) for care in account.care]
            moves.sort(key=lambda move: move[0])
        position = 0
        for at, text, kind, due, cause in moves:
            contribution_id, amount = None, due
            if isinstance(cause, CareShare):
                # An account pays for care as far as it goes.
                amount = -min(balance, cause.share_fen)
                if not amount:
                    continue
                cause.paid_fen, cause.entry_id = -amount, number
            elif cause is not None:
                if balance + amount < 0:
                    cause.account = None
                    continue
                contribution_id = cause.id
            balance += amount
            position += 1
            entries.append((number, account.id, position, kind, amount, balance, at, text, contribution_id, None))
            number += 1
        following["account_entries"] = number
        self._rows["personal_accounts"].append(
            (
                account.id,
                account.person_id,
                account.region,
                account.status.name,
                balance,
                position,
                iso(account.opened),
            )
        )
        return balance

    def write_payment(self, payment: Payment) -> None:
        """Write the contribution and its receipt: of the payment, or of finishing it where the slip waits for that.

        Its account must have been settled before.
        """
        at = payment.at
        region = payment.region
        paid = payment.status is not ContributionStatus.SUBMITTED
        finished = payment.status is ContributionStatus.FINISHED
        # Minutes and seconds between the steps differ from payment to payment, and are no draw of their own.
        submitted_at = at - 45 - payment.id % 240
        finished_at = at + 20 + payment.id % 90 if finished else None
        by_account = payment.account is not None
        channel = PaymentChannel.PERSONAL_ACCOUNT if by_account else PaymentChannel.TAX_SYSTEM
        if payment.subsidy_fen and not payment.amount_fen:
            channel = PaymentChannel.FISCAL
        self._rows["resident_contributions"].append(
            (
                payment.id,
                payment.person_id,
                payment.enrolment_id,
                region,
                payment.year,
                payment.status.name,
                channel.name,
                payment.kind.name,
                payment.amount_fen,
                payment.payer_id,
                payment.account.id if payment.account is not None else None,
                submitted_at,
                at if paid else None,
                iso(payment.day) if paid else None,
                iso(payment.covered_from) if paid else None,
                f"{payment.year}-12-31" if paid else None,
                iso(payment.waits_until) if paid and payment.waits_until is not None else None,
                at + payment.hidden_hours * 3600 if paid else None,
                finished_at,
                payment.subsidy_fen,
                None,
                1,
                0,
                0,
                None,
            )
        )
        issued_at = finished_at if payment.slip_waits else at
        if paid and issued_at is not None:
            number = self.new_id("receipts", region)
            printed = f"{region[:4]}{payment.year}{number % NUMBERS_PER_PROVINCE:012d}"
            kind = ReceiptKind.ACCOUNT_RECEIPT if by_account else ReceiptKind.PAYMENT_SLIP
            self._rows["receipts"].append((number, payment.id, printed, issued_at, kind.name))


def season_day(draws: Draws, year: int, first: int = 0, last: int = TODAY - 1) -> int:
    """A day on which somebody paid for that year of cover, as busy as its month, from `first` to `last`."""
    months, weights = _SEASONS[year]
    while True:
        start, days = months[draws.weighted(weights)]
        day = start + draws.below(days)
        if first <= day <= last:
            return day
