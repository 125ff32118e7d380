"""Resident contributions (城乡居民医保缴费): submitted, paid, finished; each step fills its own columns once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, bindparam, insert, literal_column, select, update

from domain.decisions.records import PaidCover
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import receipts, resident_contributions
from domain.vocabulary import ContributionStatus, Fen, Id, Instant, PaymentChannel, PaymentKind, RegionCode

_table = resident_contributions


@dataclass(frozen=True, slots=True)
class NewContribution:
    """A contribution as it is submitted. `account_id` is None where no account is to pay it, `unit_id` where no unit.

    `amount_fen` is what the person pays: less `subsidy_fen`, which assistance bears, and with `repair_fen`, which is
    for missed years. One that is submitted with the order that is to pay it names that order, and what it buys as of
    then; its payment is on its way at once.
    """

    id: Id
    person_id: Id
    enrolment_id: Id
    region: RegionCode
    coverage_year: int
    kind: PaymentKind
    grade: int
    amount_fen: Fen
    subsidy_fen: Fen
    repair_years: int
    repair_fen: Fen
    payer_id: Id
    channel: PaymentChannel
    account_id: Id | None
    submitted_at: Instant
    unit_id: Id | None = None
    payment_order_id: Id | None = None
    coverage_from: date | None = None
    coverage_until: date | None = None
    waiting_until: date | None = None

    @property
    def status(self) -> ContributionStatus:
        return ContributionStatus.SUBMITTED if self.payment_order_id is None else ContributionStatus.PAYING


@dataclass(frozen=True, slots=True)
class ContributionPaid:
    """What the payment adds to a contribution. `amount_fen` is what was due on that day."""

    contribution_id: Id
    account_id: Id
    amount_fen: Fen
    subsidy_fen: Fen
    repair_fen: Fen
    paid_at: Instant
    paid_on: date
    coverage_from: date
    coverage_until: date
    waiting_until: date | None
    record_visible_at: Instant


@dataclass(frozen=True, slots=True)
class ContributionBorne:
    """What being borne whole by medical assistance adds to a contribution (财政资助)."""

    contribution_id: Id
    paid_at: Instant
    paid_on: date
    coverage_from: date
    coverage_until: date
    waiting_until: date | None
    record_visible_at: Instant


@dataclass(frozen=True, slots=True)
class FinishingState:
    """A contribution as finishing needs it; receipt and number are None until the slip is issued."""

    id: Id
    payer_id: Id
    person_id: Id
    region: RegionCode
    coverage_year: int
    status: ContributionStatus
    channel: PaymentChannel
    unit_id: Id | None
    receipt_id: Id | None
    receipt_number: str | None


_SUBMIT = Statement(
    insert(_table)
    .values(
        id=bindparam("id"),
        person_id=bindparam("person_id"),
        enrolment_id=bindparam("enrolment_id"),
        region_code=bindparam("region"),
        coverage_year=bindparam("coverage_year"),
        status=bindparam("status"),
        channel=bindparam("channel"),
        kind=bindparam("kind"),
        amount_fen=bindparam("amount_fen"),
        payer_id=bindparam("payer_id"),
        account_id=bindparam("account_id"),
        submitted_at=bindparam("submitted_at"),
        subsidy_fen=bindparam("subsidy_fen"),
        grade=bindparam("grade"),
        repair_years=bindparam("repair_years"),
        repair_fen=bindparam("repair_fen"),
        unit_id=bindparam("unit_id"),
        payment_order_id=bindparam("payment_order_id"),
        coverage_from=bindparam("coverage_from"),
        coverage_until=bindparam("coverage_until"),
        waiting_until=bindparam("waiting_until"),
    )
    .inline()
)

_PAY = Statement(
    update(_table)
    .values(
        status=written(ContributionStatus.PAID),
        account_id=bindparam("account_id"),
        amount_fen=bindparam("amount_fen"),
        subsidy_fen=bindparam("subsidy_fen"),
        repair_fen=bindparam("repair_fen"),
        paid_at=bindparam("paid_at"),
        paid_on=bindparam("paid_on"),
        coverage_from=bindparam("coverage_from"),
        coverage_until=bindparam("coverage_until"),
        waiting_until=bindparam("waiting_until"),
        record_visible_at=bindparam("record_visible_at"),
    )
    .where(_table.c.id == bindparam("contribution_id"), _table.c.status == written(ContributionStatus.SUBMITTED))
    .returning(_table.c.id)
)

_BEAR = Statement(
    update(_table)
    .values(
        status=written(ContributionStatus.PAID),
        channel=written(PaymentChannel.FISCAL),
        paid_at=bindparam("paid_at"),
        paid_on=bindparam("paid_on"),
        coverage_from=bindparam("coverage_from"),
        coverage_until=bindparam("coverage_until"),
        waiting_until=bindparam("waiting_until"),
        record_visible_at=bindparam("record_visible_at"),
    )
    .where(
        _table.c.id == bindparam("contribution_id"),
        _table.c.status == written(ContributionStatus.SUBMITTED),
        _table.c.amount_fen == literal_column("0"),
    )
    .returning(_table.c.id)
)

_FINISH = Statement(
    update(_table)
    .values(status=written(ContributionStatus.FINISHED), finished_at=bindparam("finished_at"))
    .where(_table.c.id == bindparam("contribution_id"), _table.c.status == written(ContributionStatus.PAID))
    .returning(_table.c.id)
)

_GIVE_BACK = Statement(
    update(_table)
    .values(status=written(ContributionStatus.REFUNDED))
    .where(
        _table.c.id == bindparam("contribution_id"),
        _table.c.status.in_([written(ContributionStatus.PAID), written(ContributionStatus.FINISHED)]),
    )
    .returning(_table.c.id)
)

_TO_FINISH = Statement(
    select(
        _table.c.id,
        _table.c.payer_id,
        _table.c.person_id,
        _table.c.region_code,
        _table.c.coverage_year,
        _table.c.status,
        _table.c.channel,
        _table.c.unit_id,
        receipts.c.id,
        receipts.c.number,
    )
    .select_from(_table.outerjoin(receipts, receipts.c.contribution_id == _table.c.id))
    .where(among(_table.c.id, "ids"))
)


_YEARS_PAID = Statement(
    select(_table.c.coverage_year).where(
        _table.c.person_id == bindparam("person_id"),
        _table.c.status.in_([written(ContributionStatus.PAID), written(ContributionStatus.FINISHED)]),
    )
)


async def years_paid(connection: Connection, person_id: Id) -> frozenset[int]:
    """The years of cover that were paid for the person as a resident, and not given back."""
    return frozenset(year for (year,) in await connection.fetch_all(_YEARS_PAID, {"person_id": person_id}))


_COVERS = Statement(
    select(
        _table.c.person_id,
        _table.c.enrolment_id,
        _table.c.region_code,
        _table.c.coverage_year,
        _table.c.paid_on,
        _table.c.coverage_from,
        _table.c.coverage_until,
        _table.c.waiting_until,
    )
    .where(
        among(_table.c.person_id, "ids"),
        _table.c.status.in_([written(ContributionStatus.PAID), written(ContributionStatus.FINISHED)]),
        _table.c.coverage_from.is_not(None),
    )
    .order_by(_table.c.person_id, _table.c.coverage_year)
)


async def covers(connection: Connection, person_ids: Iterable[Id]) -> dict[Id, list[PaidCover]]:
    """What contributions cover these persons as residents, by person, the earliest year first."""
    found: dict[Id, list[PaidCover]] = {}
    rows = await connection.fetch_all(_COVERS, {"ids": sorted(set(person_ids))})
    for person, enrolment, region, year, paid_on, first, last, waiting_until in rows:
        cover = PaidCover(Id(person), Id(enrolment), RegionCode(region), year, paid_on, first, last, waiting_until)
        found.setdefault(cover.person_id, []).append(cover)
    return found


async def submit(connection: Connection, new: Sequence[NewContribution]) -> None:
    """The contributions wait for payment, or are on their way with their orders, which stand."""
    if new:
        await connection.execute_many(
            _SUBMIT,
            [
                {
                    "id": one.id,
                    "person_id": one.person_id,
                    "enrolment_id": one.enrolment_id,
                    "region": one.region,
                    "coverage_year": one.coverage_year,
                    "status": one.status.name,
                    "kind": one.kind.name,
                    "amount_fen": one.amount_fen,
                    "payer_id": one.payer_id,
                    "channel": one.channel.name,
                    "account_id": one.account_id,
                    "submitted_at": one.submitted_at,
                    "subsidy_fen": one.subsidy_fen,
                    "grade": one.grade,
                    "repair_years": one.repair_years,
                    "repair_fen": one.repair_fen,
                    "unit_id": one.unit_id,
                    "payment_order_id": one.payment_order_id,
                    "coverage_from": one.coverage_from,
                    "coverage_until": one.coverage_until,
                    "waiting_until": one.waiting_until,
                }
                for one in new
            ],
        )


async def pay(connection: Connection, paid: Sequence[ContributionPaid]) -> None:
    """The contributions are paid. A unique index refuses a second one for the same person and year.

    Raises `BooksMoved` where one does not wait for payment.
    """
    if paid:
        await change(
            connection,
            _PAY,
            [
                {
                    "contribution_id": one.contribution_id,
                    "account_id": one.account_id,
                    "amount_fen": one.amount_fen,
                    "subsidy_fen": one.subsidy_fen,
                    "repair_fen": one.repair_fen,
                    "paid_at": one.paid_at,
                    "paid_on": one.paid_on,
                    "coverage_from": one.coverage_from,
                    "coverage_until": one.coverage_until,
                    "waiting_until": one.waiting_until,
                    "record_visible_at": one.record_visible_at,
                }
                for one in paid
            ],
        )


async def bear(connection: Connection, borne: Sequence[ContributionBorne]) -> None:
    """Contributions of which nothing is due count as paid. Raises `BooksMoved` where one does not wait for payment."""
    if borne:
        await change(
            connection,
            _BEAR,
            [
                {
                    "contribution_id": one.contribution_id,
                    "paid_at": one.paid_at,
                    "paid_on": one.paid_on,
                    "coverage_from": one.coverage_from,
                    "coverage_until": one.coverage_until,
                    "waiting_until": one.waiting_until,
                    "record_visible_at": one.record_visible_at,
                }
                for one in borne
            ],
        )


async def finish(connection: Connection, ids: Sequence[Id], finished_at: Instant) -> None:
    """The contributions are finished. Raises `BooksMoved` where one is not paid, or finished already."""
    if ids:
        await change(connection, _FINISH, [{"contribution_id": one, "finished_at": finished_at} for one in ids])


async def give_back(connection: Connection, ids: Sequence[Id]) -> None:
    """The contributions are refunded, and their years may be paid for again.

    Raises `BooksMoved` where one is not paid, or refunded already.
    """
    if ids:
        await change(connection, _GIVE_BACK, [{"contribution_id": one} for one in ids])


async def to_finish(connection: Connection, ids: Iterable[Id]) -> dict[Id, FinishingState]:
    """Contributions with their receipts, by id; an id that is no contribution's is left out."""
    rows = await connection.fetch_all(_TO_FINISH, {"ids": sorted(set(ids))})
    return {
        Id(contribution_id): FinishingState(
            Id(contribution_id),
            Id(payer_id),
            Id(person_id),
            RegionCode(region),
            coverage_year,
            ContributionStatus[status],
            PaymentChannel[channel],
            None if unit_id is None else Id(unit_id),
            None if receipt_id is None else Id(receipt_id),
            number,
        )
        for (
            contribution_id,
            payer_id,
            person_id,
            region,
            coverage_year,
            status,
            channel,
            unit_id,
            receipt_id,
            number,
        ) in rows
    }


_years = given({"person_ids": BigInteger(), "years": BigInteger()}, "years")
_TAKEN = Statement(
    select(_table.c.person_id, _table.c.coverage_year, _table.c.id).where(
        _table.c.person_id == _years.c.person_ids,
        _table.c.coverage_year == _years.c.years,
        _table.c.status.in_(
            [written(one) for one in (ContributionStatus.PAYING, ContributionStatus.PAID, ContributionStatus.FINISHED)]
        ),
    )
)


async def years_taken(connection: Connection, wanted: Iterable[tuple[Id, int]]) -> dict[tuple[Id, int], Id]:
    """The contribution that has paid for a person and year, or whose payment is on its way; at most one each."""
    pairs = sorted(set(wanted))
    rows = await connection.fetch_all(
        _TAKEN, {"person_ids": [person for person, _ in pairs], "years": [year for _, year in pairs]}
    )
    return {(Id(person), year): Id(contribution) for person, year, contribution in rows}
