"""Whether every payment agrees with the book of policy (缴费核对): entrance, amount, window, wait, cover and slip.

Written from the book and the documents, and sharing nothing with what decided the payments or made them up. Where the
book is silent for a place and year, an amount may be anything, and nobody waits.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, or_, select

from domain.policy import Fact, PolicyBook, PolicyUnknown
from domain.store.engine import Database
from domain.store.statements import Statement
from domain.store.tables import enrolments, persons, receipts, resident_contributions
from domain.vocabulary import (
    ContributionStatus,
    EnrolmentStatus,
    PaymentChannel,
    PaymentKind,
    RegionCode,
    Scheme,
    SpecialGroup,
)

ENTRANCE = "the entrance of a payment is the one that the book gives the person's group"
AMOUNT = "the amount of a payment is the one that the book states"
WINDOW = "nobody pays before the window"
RECONCILED = "nobody pays on a day on which the month is reconciled"
ASSISTANCE = "assistance bears what the book gives the person's group, and nothing else is free"
REPAIR = "missed years cost what the place asked for each"
WAIT = "a wait is the one that the book states"
COVER = "cover begins and ends as the book says"
SLIP = "a slip is there with the payment, or once finished where the book asks for it"

_PAGE = 10_000
_paid = resident_contributions.c
_PAYMENTS = Statement(
    select(
        _paid.person_id,
        _paid.id,
        _paid.region_code,
        _paid.coverage_year,
        _paid.status,
        _paid.kind,
        _paid.channel,
        _paid.grade,
        _paid.amount_fen,
        _paid.subsidy_fen,
        _paid.repair_years,
        _paid.repair_fen,
        _paid.paid_on,
        _paid.coverage_from,
        _paid.coverage_until,
        _paid.waiting_until,
        persons.c.birth_date,
        persons.c.special_group,
        receipts.c.id,
    )
    .select_from(
        resident_contributions.join(persons, persons.c.id == _paid.person_id).outerjoin(
            receipts, receipts.c.contribution_id == _paid.id
        )
    )
    .where(
        or_(_paid.status == ContributionStatus.PAID.name, _paid.status == ContributionStatus.FINISHED.name),
        _paid.person_id > bindparam("after", type_=persons.c.id.type),
    )
    .order_by(_paid.person_id, _paid.coverage_year)
    .limit(_PAGE)
)
_EMPLOYED = Statement(
    select(enrolments.c.person_id, enrolments.c.started_on, enrolments.c.ended_on, enrolments.c.status).where(
        enrolments.c.scheme == Scheme.EMPLOYEE.name
    )
)


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment, the year of cover that the person had last before it, and whether its slip is there."""

    person_id: int
    id: int
    region: RegionCode
    year: int
    finished: bool
    kind: PaymentKind
    channel: PaymentChannel
    grade: int
    amount_fen: int
    subsidy_fen: int
    repair_years: int
    repair_fen: int
    on: date
    covered_from: date
    covered_until: date
    waits_until: date | None
    born: date
    group: SpecialGroup | None
    slip: bool
    insured: int | None


async def payments(database: Database) -> AsyncIterator[Paid]:
    """Every payment of a world, those of one person in the order of their years."""
    after, last = 0, None
    async with database.read() as connection:
        employed: dict[int, list[tuple[int, int | None]]] = {}
        for person_id, started_on, ended_on, status in await connection.fetch_all(_EMPLOYED, {}):
            if ended_on is not None or status == EnrolmentStatus.ACTIVE.name:
                years = started_on.year, None if ended_on is None else ended_on.year
                employed.setdefault(person_id, []).append(years)
    while True:
        async with database.read() as connection:
            rows = await connection.fetch_all(_PAYMENTS, {"after": after})
        whole = rows
        if len(rows) == _PAGE:
            # The page may end inside the years of one person, who is read again with the next.
            whole = [row for row in rows if row[0] != rows[-1][0]]
        previous = 0
        for (
            person_id,
            number,
            region,
            year,
            status,
            kind,
            channel,
            grade,
            amount,
            subsidy,
            repair_years,
            repair,
            on,
            first,
            until,
            wait,
            born,
            group,
            slip,
        ) in whole:
            if person_id != previous:
                previous, last = person_id, None
            worked = [
                min(year - 1, year - 1 if ended is None else ended)
                for started, ended in employed.get(person_id, ())
                if started < year
            ]
            yield Paid(
                person_id,
                number,
                RegionCode(region),
                year,
                status == ContributionStatus.FINISHED.name,
                PaymentKind[kind],
                PaymentChannel[channel],
                grade,
                amount,
                subsidy,
                repair_years,
                repair,
                on,
                first,
                until,
                wait,
                born,
                None if group is None else SpecialGroup[group],
                slip is not None,
                max([*worked, *([] if last is None else [last])], default=None),
            )
            last = year
        if len(rows) < _PAGE:
            return
        after = whole[-1][0]


def _months_on(day: date, months: int) -> date:
    """The same day of the month that many months on, or the last of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class Checker:
    """Compares payments with one book."""

    def __init__(self, book: PolicyBook) -> None:
        self._book = book
        self._found: dict[tuple[str, str, int, int], Fact | None] = {}

    def _fact(self, paid: Paid, name: str) -> Fact | None:
        """What the book says where and when the payment was made, None where it is silent."""
        return self._told(paid.region, name, paid.on, paid.year)

    def _told(self, region: RegionCode, name: str, on: date, year: int) -> Fact | None:
        place = region if region in self._book.areas else RegionCode(region[:4] + "00")
        # Payments fall on thousands of days, and few of them divide what the book says.
        key = name, place, self._book.edition(on), year
        if key not in self._found:
            try:
                self._found[key] = self._book.fact(name, area=place, on=on, benefit_year=year)
            except PolicyUnknown:
                self._found[key] = None
        return self._found[key]

    def _flag(self, paid: Paid, name: str) -> bool:
        fact = self._fact(paid, name)
        return fact is not None and fact.flag

    def broken(self, paid: Paid) -> Iterator[str]:
        """The rules that the payment breaks."""
        groups = {paid.group} - {None, SpecialGroup.NEWBORN}
        newborn = self._fact(paid, "newborn.status_days")
        if newborn is not None and (paid.on - paid.born).days <= newborn.days:
            groups.add(SpecialGroup.NEWBORN)
        if (paid.kind is PaymentKind.SPECIAL) is not self._named(paid, groups, "special_payment.groups"):
            yield ENTRANCE
        window = self._fact(paid, "collection_window.window")
        if window is not None and paid.on < window.window.first:
            yield WINDOW
        late = paid.on >= date(paid.year, 3, 1) if window is None else paid.on > window.window.last
        spared = late and self._named(paid, groups, "resident_contribution.late_price_exempt_groups")
        stated = self._price(paid, "after_window" if late and not spared else "in_window", paid.on, paid.year)
        price = paid.amount_fen - paid.repair_fen + paid.subsidy_fen
        if stated is not None and stated != price:
            yield AMOUNT
        borne = self._borne(paid, groups, price, late)
        free = paid.amount_fen == 0
        if paid.subsidy_fen != borne or free is not (paid.channel is PaymentChannel.FISCAL):
            yield ASSISTANCE
        missed = range(paid.year - paid.repair_years, paid.year)
        # Each year is asked about on its own last day: it has lapsed since.
        asked = [self._price(paid, "in_window", date(year, 12, 31), year) for year in missed]
        if paid.repair_fen != sum(fen or 0 for fen in asked):
            yield REPAIR
        closed_after = self._fact(paid, "collection_window.last_open_day_of_month")
        if closed_after is not None and paid.on.day > closed_after.count:
            yield RECONCILED
        wait = None if self._named(paid, groups, "waiting_period.exempt_groups") else self._wait(paid, late)
        if paid.waits_until != wait:
            yield WAIT
        begins = paid.on if late else date(paid.year, 1, 1)
        promised = self._fact(paid, "coverage.in_window_starts_on")
        if promised is not None and not late:
            begins = promised.day
        if SpecialGroup.NEWBORN in groups and wait is None:
            # From birth where the book lets so early a payment do that; before birth nobody is covered.
            from_birth = self._fact(paid, "newborn.covered_from_birth_days")
            soon = from_birth is not None and (paid.on - paid.born).days <= from_birth.days
            year_begins = date(paid.year, 1, 1)
            begins = max(paid.born, year_begins) if soon else paid.on if paid.born > year_begins else begins
        if wait is not None:
            begins = max(begins, wait + timedelta(days=1))
        if (paid.covered_from, paid.covered_until) != (begins, date(paid.year, 12, 31)):
            yield COVER
        if paid.slip is not (paid.finished or not self._flag(paid, "receipt.completion_required_for_slip")):
            yield SLIP

    def _price(self, paid: Paid, when: str, on: date, year: int) -> int | None:
        """What the place asked for that year of cover in the grade of the payment, None where the book is silent."""
        name = f"resident_contribution.{'amount' if paid.grade == 1 else 'second_grade'}_{when}"
        fact = self._told(paid.region, name, on, year)
        return None if fact is None else int(fact.fen)

    def _borne(self, paid: Paid, groups: set[SpecialGroup | None], price: int, late: bool) -> int:
        """How much of the price medical assistance bears."""
        if not self._flag(paid, "contribution_assistance.granted_at_payment"):
            return 0
        if late and not self._flag(paid, "contribution_assistance.bears_after_window"):
            return 0
        if self._named(paid, groups, "contribution_assistance.borne_whole_groups"):
            return price
        part = self._fact(paid, "contribution_assistance.part_borne")
        if part is None or not self._named(paid, groups, "contribution_assistance.borne_in_part_groups"):
            return 0
        return min(price, int(part.fen))

    def _named(self, paid: Paid, groups: set[SpecialGroup | None], name: str) -> bool:
        fact = self._fact(paid, name)
        return fact is not None and any(group in groups for group in fact.special_groups)

    def _wait(self, paid: Paid, late: bool) -> date | None:
        """The last day of the wait of somebody who is not spared it."""
        applies = self._fact(paid, "waiting_period.applies_to")
        if applies is None:
            return None
        if paid.insured is None:
            interrupted = not self._flag(paid, "waiting_period.first_enrolment_counts_as_continuous")
        else:
            interrupted = paid.insured < paid.year - 1
        reasons = {"OUTSIDE_WINDOW": late, "NOT_CONTINUOUS": interrupted}
        if not any(reasons[rule] for rule in applies.rules):
            return None
        days = self._fact(paid, "waiting_period.fixed_days")
        # With the day of payment counted, everything ends a day earlier.
        start = paid.on - timedelta(days=int(self._flag(paid, "waiting_period.payment_day_counts")))
        months = 0 if days is not None else self._whole(paid, "fixed_months")
        missed = 0 if paid.insured is None else paid.year - 1 - paid.insured
        least = 0
        if missed > 0 and self._flag(paid, "waiting_period.has_variable_part"):
            counted = missed if self._flag(paid, "waiting_period.first_broken_year_counts") else missed - 1
            added = counted * self._whole(paid, "variable_months_per_broken_year")
            repaired = paid.repair_years and paid.repair_years * self._whole(paid, "repaired_months_per_year_paid")
            months += max(0, added - repaired)
            if missed >= self._whole(paid, "long_gap_years"):
                least = self._whole(paid, "long_gap_least_months")
        whole = _months_on(paid.on, months) + timedelta(days=0 if days is None else days.days)
        return max(whole, _months_on(paid.on, least)) + (start - paid.on)

    def _whole(self, paid: Paid, name: str) -> int:
        fact = self._fact(paid, f"waiting_period.{name}")
        assert fact is not None, f"the book says that somebody waits and not {name}"
        assert isinstance(fact.value, int)
        return fact.value


async def disagreements(database: Database, book: PolicyBook, *, most: int) -> Mapping[str, list[int]]:
    """The payments that break each rule, by its sentence: at most `most` ids each, none for a rule that holds."""
    checker = Checker(book)
    found: dict[str, list[int]] = {}
    async for paid in payments(database):
        for rule in checker.broken(paid):
            broken = found.setdefault(rule, [])
            if len(broken) < most:
                broken.append(paid.id)
    return found
