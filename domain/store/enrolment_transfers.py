"""Transfers of the insurance relation (医保关系转移接续): rows that move from node to node and are never deleted.

Whoever begins or moves one holds the person first (`persons.hold`); a unique index allows one under way for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, bindparam, insert, select, update

from domain.decisions.transferring import (
    Candidate,
    Employment,
    Months,
    PresentEnrolment,
    TransferOnRecord,
)
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import enrolment_transfers, enrolments, persons, transferred_periods
from domain.vocabulary import (
    DayCalendar,
    EnrolmentStatus,
    Fen,
    Id,
    Instant,
    RegionCode,
    Scheme,
    TransferStatus,
    business_date,
    pooling_area,
)


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """A transfer as it is applied for. `outside` says that the old place is in a province that the world lacks."""

    id: Id
    person_id: Id
    enrolment_id: Id
    region: RegionCode
    origin: RegionCode
    outside: bool
    applied_at: Instant
    accepted_on: date
    form_due_on: date
    due_on: date
    calendar: DayCalendar
    late_from: Instant


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A transfer at one of its nodes. `balance_fen` and `periods` are what the form says, nothing before it came.

    `working_since` is from when on months count at the new place, None where it insures a resident.
    """

    id: Id
    person_id: Id
    id_number: str
    enrolment_id: Id
    working_since: date | None
    region: RegionCode
    origin: RegionCode
    outside: bool
    calendar: DayCalendar
    balance_fen: Fen
    periods: tuple[Months, ...]


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    """The form of the old place (参保人员基本医疗保险信息表), and by when the new place is to complete the transfer."""

    transfer_id: Id
    received_at: Instant
    periods: tuple[Months, ...]
    months: int
    balance_fen: Fen
    due_on: date
    calendar: DayCalendar
    late_from: Instant


@dataclass(frozen=True, slots=True)
class Completed:
    """A transfer that is done: the months that the enrolment gains, and the entry of money that came along."""

    transfer_id: Id
    enrolment_id: Id
    months_carried: int
    entry_id: Id | None


@dataclass(frozen=True, slots=True)
class Transferred:
    """What an earlier transfer has brought from a place (已转移), and the day on which its form came."""

    origin: RegionCode
    received_on: date
    periods: tuple[Months, ...]


_transfers = enrolment_transfers.c
_IS_UNDER_WAY = _transfers.status.in_([written(TransferStatus.UNTREATED), written(TransferStatus.PROCESSING)])

_CANDIDATES = Statement(
    select(
        persons.c.id,
        persons.c.id_number,
        enrolments.c.id,
        enrolments.c.region_code,
        enrolments.c.started_on,
        _transfers.id,
    )
    .select_from(
        persons.outerjoin(
            enrolments,
            and_(
                enrolments.c.person_id == persons.c.id,
                enrolments.c.status == written(EnrolmentStatus.ACTIVE),
                # Of these two nobody has both.
                enrolments.c.scheme.in_([written(Scheme.EMPLOYEE), written(Scheme.RESIDENT)]),
            ),
        ).outerjoin(enrolment_transfers, and_(_transfers.person_id == persons.c.id, _IS_UNDER_WAY))
    )
    .where(among(persons.c.id, "person_ids"))
)

_EMPLOYMENTS = Statement(
    select(
        enrolments.c.person_id,
        enrolments.c.region_code,
        enrolments.c.started_on,
        enrolments.c.ended_on,
        enrolments.c.suspension_visible_at,
    )
    .where(
        among(enrolments.c.person_id, "person_ids"),
        enrolments.c.scheme == written(Scheme.EMPLOYEE),
        enrolments.c.status != written(EnrolmentStatus.ACTIVE),
    )
    .order_by(enrolments.c.started_on, enrolments.c.id)
)

_TRANSFERRED = Statement(
    select(
        _transfers.person_id,
        _transfers.id,
        _transfers.from_region,
        _transfers.form_at,
        transferred_periods.c.first_month,
        transferred_periods.c.last_month,
    )
    .select_from(enrolment_transfers.outerjoin(transferred_periods, transferred_periods.c.transfer_id == _transfers.id))
    .where(among(_transfers.person_id, "person_ids"), _transfers.status == written(TransferStatus.DONE))
    .order_by(_transfers.id, transferred_periods.c.position)
)

_BY_ID = Statement(
    select(
        _transfers.id, _transfers.person_id, _transfers.region_code, _transfers.from_region, _transfers.status
    ).where(among(_transfers.id, "ids"))
)

_AT = Statement(
    select(
        _transfers.id,
        _transfers.person_id,
        persons.c.id_number,
        _transfers.enrolment_id,
        enrolments.c.scheme,
        enrolments.c.started_on,
        _transfers.region_code,
        _transfers.from_region,
        _transfers.outside,
        _transfers.calendar,
        _transfers.balance_fen,
        transferred_periods.c.first_month,
        transferred_periods.c.last_month,
    )
    .select_from(
        enrolment_transfers.join(persons, persons.c.id == _transfers.person_id)
        .join(enrolments, enrolments.c.id == _transfers.enrolment_id)
        .outerjoin(transferred_periods, transferred_periods.c.transfer_id == _transfers.id)
    )
    .where(among(_transfers.id, "ids"), _transfers.status == bindparam("status"))
    .order_by(_transfers.id, transferred_periods.c.position)
)

_APPLY = Statement(insert(enrolment_transfers).inline())

_RECEIVE = Statement(
    update(enrolment_transfers)
    .values(
        status=written(TransferStatus.PROCESSING),
        form_at=bindparam("received_at"),
        months=bindparam("of_months"),
        balance_fen=bindparam("told_fen"),
        due_on=bindparam("new_due_on"),
        calendar=bindparam("by_calendar"),
        late_from=bindparam("is_late_from"),
    )
    .where(_transfers.id == bindparam("transfer_id"), _transfers.status == written(TransferStatus.UNTREATED))
    .returning(_transfers.id)
)

_PERIOD = Statement(insert(transferred_periods).inline())

_COMPLETE = Statement(
    update(enrolment_transfers)
    .values(
        status=written(TransferStatus.DONE),
        completed_at=bindparam("done_at"),
        months_carried=bindparam("carried"),
        entry_id=bindparam("entry"),
    )
    .where(_transfers.id == bindparam("transfer_id"), _transfers.status == written(TransferStatus.PROCESSING))
    .returning(_transfers.id)
)

_GAIN = Statement(
    update(enrolments)
    .values(months_carried=enrolments.c.months_carried + bindparam("gained"))
    .where(enrolments.c.id == bindparam("enrolment"))
    .returning(enrolments.c.id)
)

_WITHDRAW = Statement(
    update(enrolment_transfers)
    .values(status=written(TransferStatus.WITHDRAWN), withdrawn_at=bindparam("withdrawn"))
    .where(_transfers.id == bindparam("transfer_id"), _IS_UNDER_WAY)
    .returning(_transfers.id)
)


async def candidates(connection: Connection, person_ids: Iterable[Id]) -> dict[Id, Candidate]:
    """These persons as a transfer looks at them, by id; an id that is nobody's is left out."""
    rows = await connection.fetch_all(_CANDIDATES, {"person_ids": sorted(set(person_ids))})
    return {
        Id(person_id): Candidate(
            Id(person_id),
            id_number,
            None if enrolment_id is None else PresentEnrolment(Id(enrolment_id), RegionCode(region), started_on),
            None if under_way is None else Id(under_way),
        )
        for person_id, id_number, enrolment_id, region, started_on, under_way in rows
    }


async def employments(
    connection: Connection, person_ids: Iterable[Id], now: Instant
) -> dict[tuple[Id, RegionCode], list[Employment]]:
    """What cities of this world hold of these persons as employees, the active enrolments left out.

    A suspended one ended when others saw it; one of which nobody knows when it was suspended is left out as well.
    """
    found: dict[tuple[Id, RegionCode], list[Employment]] = {}
    rows = await connection.fetch_all(_EMPLOYMENTS, {"person_ids": sorted(set(person_ids))})
    for person_id, region, started_on, ended_on, seen_at in rows:
        if ended_on is None and seen_at is None:
            continue
        last = ended_on or business_date(seen_at)
        employment = Employment(started_on, None if seen_at is not None and seen_at > now else last)
        found.setdefault((Id(person_id), pooling_area(RegionCode(region))), []).append(employment)
    return found


async def transferred(connection: Connection, person_ids: Iterable[Id]) -> dict[Id, list[Transferred]]:
    """What has been transferred for these persons already, the earliest first."""
    found: dict[Id, dict[int, Transferred]] = {}
    rows = await connection.fetch_all(_TRANSFERRED, {"person_ids": sorted(set(person_ids))})
    for person_id, transfer_id, origin, form_at, first, last in rows:
        of_person = found.setdefault(Id(person_id), {})
        before = of_person.get(transfer_id)
        periods = () if before is None else before.periods
        of_person[transfer_id] = Transferred(
            RegionCode(origin), business_date(Instant(form_at)), periods + _period(first, last)
        )
    return {person_id: list(of_person.values()) for person_id, of_person in found.items()}


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, TransferOnRecord]:
    """Transfers by id; an id that is no transfer's is left out."""
    rows = await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    return {
        Id(transfer_id): TransferOnRecord(
            Id(transfer_id), Id(person_id), RegionCode(region), RegionCode(origin), TransferStatus[status]
        )
        for transfer_id, person_id, region, origin, status in rows
    }


async def at_node(connection: Connection, ids: Iterable[Id], status: TransferStatus) -> list[UnderWay]:
    """Those of these transfers that stand there, by id."""
    found: dict[int, UnderWay] = {}
    rows = await connection.fetch_all(_AT, {"ids": sorted(set(ids)), "status": status.name})
    for (
        transfer_id,
        person_id,
        id_number,
        enrolment_id,
        scheme,
        started_on,
        region,
        origin,
        outside,
        calendar,
        balance_fen,
        first,
        last,
    ) in rows:
        before = found.get(transfer_id)
        found[transfer_id] = UnderWay(
            id=Id(transfer_id),
            person_id=Id(person_id),
            id_number=id_number,
            enrolment_id=Id(enrolment_id),
            working_since=started_on if scheme == Scheme.EMPLOYEE.name else None,
            region=RegionCode(region),
            origin=RegionCode(origin),
            outside=outside,
            calendar=DayCalendar[calendar],
            balance_fen=Fen(balance_fen or 0),
            periods=(() if before is None else before.periods) + _period(first, last),
        )
    return list(found.values())


def _period(first: int | None, last: int | None) -> tuple[Months, ...]:
    return () if first is None or last is None else (Months(first, last),)


async def apply(connection: Connection, new: Sequence[NewTransfer]) -> None:
    """The transfers are under way."""
    if new:
        await connection.execute_many(
            _APPLY,
            [
                {
                    "id": one.id,
                    "person_id": one.person_id,
                    "enrolment_id": one.enrolment_id,
                    "region_code": one.region,
                    "from_region": one.origin,
                    "outside": one.outside,
                    "status": TransferStatus.UNTREATED.name,
                    "applied_at": one.applied_at,
                    "accepted_on": one.accepted_on,
                    "form_due_on": one.form_due_on,
                    "due_on": one.due_on,
                    "calendar": one.calendar.name,
                    "late_from": one.late_from,
                    "form_at": None,
                    "months": None,
                    "balance_fen": None,
                    "completed_at": None,
                    "months_carried": None,
                    "withdrawn_at": None,
                    "entry_id": None,
                }
                for one in new
            ],
        )


async def receive(connection: Connection, forms: Sequence[ReceivedForm]) -> None:
    """The forms have come. Raises `BooksMoved` where a transfer was past waiting for one."""
    if not forms:
        return
    await change(
        connection,
        _RECEIVE,
        [
            {
                "transfer_id": one.transfer_id,
                "received_at": one.received_at,
                "of_months": one.months,
                "told_fen": one.balance_fen,
                "new_due_on": one.due_on,
                "by_calendar": one.calendar.name,
                "is_late_from": one.late_from,
            }
            for one in forms
        ],
    )
    periods = [
        {"transfer_id": one.transfer_id, "position": position, "first_month": each.first, "last_month": each.last}
        for one in forms
        for position, each in enumerate(one.periods, start=1)
    ]
    if periods:
        await connection.execute_many(_PERIOD, periods)


async def complete(connection: Connection, done: Sequence[Completed], at: Instant) -> None:
    """The transfers are done, and their enrolments have the months. Raises `BooksMoved` where one was done already."""
    if not done:
        return
    await change(
        connection,
        _COMPLETE,
        [
            {"transfer_id": one.transfer_id, "done_at": at, "carried": one.months_carried, "entry": one.entry_id}
            for one in done
        ],
    )
    await change(connection, _GAIN, [{"enrolment": one.enrolment_id, "gained": one.months_carried} for one in done])


async def withdraw(connection: Connection, ids: Sequence[Id], at: Instant) -> None:
    """The transfers are withdrawn. Raises `BooksMoved` where one was not under way."""
    if ids:
        await change(connection, _WITHDRAW, [{"transfer_id": one, "withdrawn": at} for one in ids])
