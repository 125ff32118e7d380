"""Bills of the employee scheme (职工医保缴费单) and their lines: what a unit owes for a month, person by person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, func, insert, literal_column, or_, select, update

from domain.decisions.billing import Bill
from domain.decisions.declaring import DeclaredMonth, Membership
from domain.decisions.employee_rates import Shares
from domain.decisions.maternity import WagesOfMonth
from domain.decisions.retiring import BilledMonths
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import employee_bills, employee_contributions, enrolments, payment_order_bills
from domain.vocabulary import (
    EmployeeBillStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    Fen,
    Id,
    Instant,
    PersonType,
    RegionCode,
    Scheme,
)


@dataclass(frozen=True, slots=True)
class NewLine:
    """One person's month on a bill."""

    id: Id
    month: int
    person_id: Id
    enrolment_id: Id
    wage_fen: Fen
    shares: Shares
    months: int = 1


@dataclass(frozen=True, slots=True)
class NewBill:
    """A bill as it is declared, with all of its lines; it is their sum. It is owed by a unit or by one person.

    `month` is the last of the `months` that it is for.
    """

    id: Id
    unit_id: Id | None
    person_id: Id | None
    region: RegionCode
    kind: EmployeeContributionKind
    month: int
    months: int
    declared_at: Instant
    declared_by: Id
    due_on: date
    lines: tuple[NewLine, ...]

    @property
    def unit_fen(self) -> Fen:
        return Fen(sum(line.shares.unit_fen for line in self.lines))

    @property
    def personal_fen(self) -> Fen:
        return Fen(sum(line.shares.personal_fen for line in self.lines))

    @property
    def maternity_fen(self) -> Fen:
        return Fen(sum(line.shares.maternity_fen for line in self.lines))


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of a bill: whom it is for, and what its payment puts into their account."""

    id: Id
    person_id: Id
    credit_fen: Fen


@dataclass(frozen=True, slots=True)
class OrderedBill:
    """A bill that an order is to pay, and its lines.

    It is not `current` where another order is to pay it since this one failed.
    """

    order_id: Id
    bill: Bill
    lines: tuple[BilledLine, ...]
    current: bool


_lines = given({"unit_ids": BigInteger(), "person_ids": BigInteger()}, "lines")
_MEMBERS = Statement(
    select(
        enrolments.c.unit_id,
        enrolments.c.person_id,
        enrolments.c.id,
        enrolments.c.started_on,
        enrolments.c.ended_on,
        enrolments.c.visible_to_tax_at,
    )
    .where(
        enrolments.c.unit_id == _lines.c.unit_ids,
        enrolments.c.person_id == _lines.c.person_ids,
        enrolments.c.scheme == written(Scheme.EMPLOYEE),
        enrolments.c.person_type == written(PersonType.EMPLOYED),
        or_(enrolments.c.status == written(EnrolmentStatus.ACTIVE), enrolments.c.ended_on.is_not(None)),
    )
    .order_by(enrolments.c.id.desc())
)

_months = given({"person_ids": BigInteger(), "months": Integer()}, "asked")
_DECLARED = Statement(
    select(employee_contributions.c.person_id, employee_contributions.c.month)
    .where(
        employee_contributions.c.person_id == _months.c.person_ids,
        employee_contributions.c.month == _months.c.months,
        employee_contributions.c.kind.in_(
            [written(EmployeeContributionKind.REGULAR), written(EmployeeContributionKind.BACK_PAYMENT)]
        ),
    )
    .distinct()
)

_corrected = given({"unit_ids": BigInteger(), "person_ids": BigInteger(), "months": Integer()}, "corrected")
_STANDING = Statement(
    select(
        employee_bills.c.unit_id,
        employee_contributions.c.person_id,
        employee_contributions.c.month,
        func.max(employee_contributions.c.enrolment_id),
        func.max(employee_contributions.c.base_fen),
        func.sum(employee_contributions.c.unit_fen),
        func.sum(employee_contributions.c.personal_fen),
        func.sum(employee_contributions.c.maternity_fen),
        func.sum(employee_contributions.c.credit_fen),
    )
    .where(
        employee_contributions.c.person_id == _corrected.c.person_ids,
        employee_contributions.c.month == _corrected.c.months,
        employee_bills.c.id == employee_contributions.c.bill_id,
        employee_bills.c.unit_id == _corrected.c.unit_ids,
    )
    .group_by(employee_bills.c.unit_id, employee_contributions.c.person_id, employee_contributions.c.month)
)

_BILLED = Statement(
    select(
        employee_contributions.c.person_id,
        employee_contributions.c.id,
        employee_contributions.c.bill_id,
        employee_contributions.c.kind,
        employee_contributions.c.month,
        employee_contributions.c.months,
        employee_bills.c.status,
        employee_contributions.c.region_code,
    )
    .where(among(employee_contributions.c.person_id, "ids"), employee_bills.c.id == employee_contributions.c.bill_id)
    .order_by(employee_contributions.c.person_id, employee_contributions.c.month, employee_contributions.c.id)
)

_of_months = (
    EmployeeContributionKind.REGULAR,
    EmployeeContributionKind.BACK_PAYMENT,
    EmployeeContributionKind.CORRECTION,
)
_later = employee_contributions.alias("later")
_WAGES = Statement(
    select(
        employee_contributions.c.month,
        func.sum(employee_contributions.c.wage_fen),
        func.count(employee_contributions.c.id),
    )
    .select_from(employee_bills.join(employee_contributions, employee_contributions.c.bill_id == employee_bills.c.id))
    .where(
        employee_bills.c.unit_id == bindparam("unit", type_=BigInteger()),
        employee_contributions.c.kind.in_([written(kind) for kind in _of_months]),
        employee_contributions.c.month >= bindparam("first", type_=Integer()),
        employee_contributions.c.month <= bindparam("last", type_=Integer()),
        # A correction says the wage anew.
        ~select(_later.c.id)
        .where(
            _later.c.person_id == employee_contributions.c.person_id,
            _later.c.month == employee_contributions.c.month,
            _later.c.id > employee_contributions.c.id,
            _later.c.kind.in_([written(kind) for kind in _of_months]),
        )
        .exists(),
    )
    .group_by(employee_contributions.c.month)
    .order_by(employee_contributions.c.month)
)

_BILL = Statement(
    insert(employee_bills)
    .values(
        id=bindparam("id"),
        unit_id=bindparam("unit_id"),
        person_id=bindparam("person_id"),
        region_code=bindparam("region"),
        kind=bindparam("kind"),
        month=bindparam("month"),
        months=bindparam("months"),
        persons=bindparam("persons"),
        status=written(EmployeeBillStatus.DUE),
        unit_fen=bindparam("unit_fen"),
        personal_fen=bindparam("personal_fen"),
        maternity_fen=bindparam("maternity_fen"),
        late_fee_fen=literal_column("0"),
        declared_at=bindparam("declared_at"),
        declared_by=bindparam("declared_by"),
        due_on=bindparam("due_on"),
    )
    .inline()
)

_LINE = Statement(
    insert(employee_contributions)
    .values(
        id=bindparam("id"),
        bill_id=bindparam("bill_id"),
        person_id=bindparam("person_id"),
        enrolment_id=bindparam("enrolment_id"),
        region_code=bindparam("region"),
        kind=bindparam("kind"),
        month=bindparam("month"),
        months=bindparam("months"),
        wage_fen=bindparam("wage_fen"),
        base_fen=bindparam("base_fen"),
        unit_fen=bindparam("unit_fen"),
        personal_fen=bindparam("personal_fen"),
        maternity_fen=bindparam("maternity_fen"),
        credit_fen=bindparam("credit_fen"),
    )
    .inline()
)


_BILL_COLUMNS = (
    employee_bills.c.id,
    employee_bills.c.unit_id,
    employee_bills.c.person_id,
    employee_bills.c.region_code,
    employee_bills.c.kind,
    employee_bills.c.month,
    employee_bills.c.persons,
    employee_bills.c.status,
    employee_bills.c.unit_fen + employee_bills.c.personal_fen + employee_bills.c.maternity_fen,
    employee_bills.c.due_on,
)
_BY_ID = Statement(select(*_BILL_COLUMNS).where(among(employee_bills.c.id, "ids")))
_BY_ID_HELD = Statement(
    select(*_BILL_COLUMNS)
    .where(among(employee_bills.c.id, "ids"))
    .order_by(employee_bills.c.id)
    .with_for_update(key_share=True)
)
_ORDERED = (
    select(*_BILL_COLUMNS, employee_bills.c.payment_order_id, payment_order_bills.c.order_id)
    .select_from(payment_order_bills.join(employee_bills, employee_bills.c.id == payment_order_bills.c.bill_id))
    .where(among(payment_order_bills.c.order_id, "ids"))
    .order_by(employee_bills.c.id, payment_order_bills.c.order_id)
)
_BY_ORDER = Statement(_ORDERED)
_BY_ORDER_HELD = Statement(_ORDERED.with_for_update(key_share=True, of=employee_bills))
_LINES = Statement(
    select(
        employee_contributions.c.bill_id,
        employee_contributions.c.id,
        employee_contributions.c.person_id,
        employee_contributions.c.credit_fen,
    )
    .where(among(employee_contributions.c.bill_id, "ids"))
    .order_by(employee_contributions.c.bill_id, employee_contributions.c.id)
)
_SIZES = Statement(
    select(payment_order_bills.c.order_id, func.count())
    .select_from(
        payment_order_bills.join(
            employee_contributions, employee_contributions.c.bill_id == payment_order_bills.c.bill_id
        )
    )
    .where(among(payment_order_bills.c.order_id, "ids"))
    .group_by(payment_order_bills.c.order_id)
)

_TO_PAY = Statement(
    insert(payment_order_bills).values(order_id=bindparam("order_id"), bill_id=bindparam("bill_id")).inline()
)
_START = Statement(
    update(employee_bills)
    .values(
        status=written(EmployeeBillStatus.PAYING),
        payment_order_id=bindparam("order_id"),
        late_fee_fen=bindparam("fee"),
    )
    .where(employee_bills.c.id == bindparam("bill_id"), employee_bills.c.status == written(EmployeeBillStatus.DUE))
    .returning(employee_bills.c.id)
)
_STOP = Statement(
    update(employee_bills)
    .values(status=written(EmployeeBillStatus.DUE), late_fee_fen=literal_column("0"))
    .where(employee_bills.c.id == bindparam("bill_id"), employee_bills.c.status == written(EmployeeBillStatus.PAYING))
    .returning(employee_bills.c.id)
)
_COLLECTED = Statement(
    update(employee_bills)
    .values(
        status=written(EmployeeBillStatus.PAID),
        late_fee_fen=bindparam("fee"),
        paid_at=bindparam("at"),
        paid_on=bindparam("on"),
    )
    .where(
        employee_bills.c.id == bindparam("bill_id"),
        employee_bills.c.payment_order_id == bindparam("order_id"),
        employee_bills.c.status != written(EmployeeBillStatus.PAID),
    )
    .returning(employee_bills.c.id)
)
_CREDITED = Statement(
    update(employee_contributions)
    .values(entry_id=bindparam("entry"))
    .where(employee_contributions.c.id == bindparam("line_id"), employee_contributions.c.entry_id.is_(None))
    .returning(employee_contributions.c.id)
)


async def members(connection: Connection, pairs: Iterable[tuple[Id, Id]]) -> dict[Id, dict[Id, list[Membership]]]:
    """Of (unit, person), how the unit enrols the person as an employee, or did: by unit and person, the latest first.

    What was suspended without anybody's saying since when has no last day, and is left out.
    """
    wanted = sorted(set(pairs))
    rows = await connection.fetch_all(
        _MEMBERS, {"unit_ids": [unit for unit, _ in wanted], "person_ids": [person for _, person in wanted]}
    )
    found: dict[Id, dict[Id, list[Membership]]] = {}
    for unit_id, person_id, enrolment_id, started_on, ended_on, visible_at in rows:
        visible = None if visible_at is None else Instant(visible_at)
        of_unit = found.setdefault(Id(unit_id), {})
        of_unit.setdefault(Id(person_id), []).append(Membership(Id(enrolment_id), started_on, ended_on, visible))
    return found


async def declared_already(connection: Connection, asked: Iterable[tuple[Id, int]]) -> set[tuple[Id, int]]:
    """Of (person, month), those that stand declared."""
    wanted = sorted(set(asked))
    rows = await connection.fetch_all(
        _DECLARED, {"person_ids": [person for person, _ in wanted], "months": [month for _, month in wanted]}
    )
    return {(Id(person_id), month) for person_id, month in rows}


async def declared_months(
    connection: Connection, asked: Iterable[tuple[Id, Id, int]]
) -> dict[tuple[Id, int], dict[Id, DeclaredMonth]]:
    """Of (unit, person, month), what the unit has declared, corrections included: by unit and month, by person."""
    wanted = sorted(set(asked))
    rows = await connection.fetch_all(
        _STANDING,
        {
            "unit_ids": [unit for unit, _, _ in wanted],
            "person_ids": [person for _, person, _ in wanted],
            "months": [month for _, _, month in wanted],
        },
    )
    found: dict[tuple[Id, int], dict[Id, DeclaredMonth]] = {}
    for unit, person, month, enrolment, base, unit_fen, personal, maternity, credit in rows:
        shares = Shares(Fen(base), Fen(int(unit_fen)), Fen(int(personal)), Fen(int(maternity)), Fen(int(credit)))
        found.setdefault((Id(unit), month), {})[Id(person)] = DeclaredMonth(Id(enrolment), shares)
    return found


async def billed(connection: Connection, person_ids: Iterable[Id]) -> dict[Id, list[BilledMonths]]:
    """What was ever billed for these persons, by person, the earliest first; for whom nothing was is left out."""
    found: dict[Id, list[BilledMonths]] = {}
    rows = await connection.fetch_all(_BILLED, {"ids": sorted(set(person_ids))})
    for person, line, bill, kind, month, months, status, region in rows:
        found.setdefault(Id(person), []).append(
            BilledMonths(
                Id(line),
                Id(bill),
                EmployeeContributionKind[kind],
                month,
                months,
                EmployeeBillStatus[status],
                RegionCode(region),
            )
        )
    return found


async def wages(connection: Connection, unit_id: Id, first_month: int, last_month: int) -> list[WagesOfMonth]:
    """The wages that a unit has declared of each month from the first to the last, as last corrected."""
    rows = await connection.fetch_all(_WAGES, {"unit": unit_id, "first": first_month, "last": last_month})
    return [WagesOfMonth(month, Fen(int(total)), persons) for month, total, persons in rows]


async def declare(connection: Connection, bills: Sequence[NewBill]) -> None:
    """The bills are due. A unique index refuses a second contribution for the same person and month."""
    if not bills:
        return
    await connection.execute_many(_BILL, [_bill_values(bill) for bill in bills])
    await connection.execute_many(_LINE, [_line_values(bill, line) for bill in bills for line in bill.lines])


async def by_id(connection: Connection, ids: Iterable[Id], *, held: bool = False) -> dict[Id, Bill]:
    """Bills by id; an id that is no bill's is left out. `held`: nobody else changes them until the transaction ends."""
    rows = await connection.fetch_all(_BY_ID_HELD if held else _BY_ID, {"ids": sorted(set(ids))})
    return {found.id: found for found in map(_bill, rows)}


async def ordered(connection: Connection, order_ids: Sequence[Id], *, held: bool = False) -> dict[Id, OrderedBill]:
    """The bill that each order is to pay, by order; an order that is to pay none is left out.

    `held`: nobody else changes the bills until the transaction ends.
    """
    if not order_ids:
        return {}
    rows = await connection.fetch_all(_BY_ORDER_HELD if held else _BY_ORDER, {"ids": sorted(set(order_ids))})
    if not rows:
        return {}
    lines: dict[Id, list[BilledLine]] = {}
    for bill_id, line_id, person_id, credit_fen in await connection.fetch_all(
        _LINES, {"ids": sorted({row[0] for row in rows})}
    ):
        lines.setdefault(Id(bill_id), []).append(BilledLine(Id(line_id), Id(person_id), Fen(credit_fen)))
    return {
        Id(order): OrderedBill(Id(order), _bill(of), tuple(lines.get(Id(of[0]), ())), latest == order)
        for *of, latest, order in rows
    }


async def sizes(connection: Connection, order_ids: Sequence[Id]) -> dict[Id, int]:
    """How many lines the bill has that each order is to pay; an order that is to pay none is left out."""
    if not order_ids:
        return {}
    rows = await connection.fetch_all(_SIZES, {"ids": sorted(set(order_ids))})
    return {Id(order_id): size for order_id, size in rows}


def _bill(row: Sequence[Any]) -> Bill:
    number, unit, person, region, kind, month, persons, status, shares, due_on = row
    return Bill(
        Id(number),
        None if unit is None else Id(unit),
        None if person is None else Id(person),
        RegionCode(region),
        EmployeeContributionKind[kind],
        month,
        persons,
        EmployeeBillStatus[status],
        Fen(shares),
        due_on,
    )


async def start(connection: Connection, started: Sequence[tuple[Id, Id, Fen]]) -> None:
    """(bill, order, late fee): the bills are on their way. Raises `BooksMoved` where one does not wait for payment."""
    if started:
        await connection.execute_many(_TO_PAY, [{"order_id": order, "bill_id": bill} for bill, order, _ in started])
        await change(
            connection, _START, [{"bill_id": bill, "order_id": order, "fee": fee} for bill, order, fee in started]
        )


async def stop(connection: Connection, bill_ids: Sequence[Id]) -> None:
    """The bills wait for payment again, and their late fee is not fixed any more."""
    if bill_ids:
        await change(connection, _STOP, [{"bill_id": one} for one in bill_ids])


async def collected(connection: Connection, paid: Sequence[tuple[OrderedBill, Fen, date]], *, at: Instant) -> None:
    """Each with the late fee and the business day of its order: the bills are paid.

    Raises `BooksMoved` where one was before, or another order is to pay it.
    """
    if paid:
        await change(
            connection,
            _COLLECTED,
            [
                {"bill_id": one.bill.id, "order_id": one.order_id, "fee": fee, "at": at, "on": on}
                for one, fee, on in paid
            ],
        )


async def credited(connection: Connection, entries: Sequence[tuple[Id, Id]]) -> None:
    """(line, entry): what the line's payment put into its person's account. Raises `BooksMoved` where it did before."""
    if entries:
        await change(connection, _CREDITED, [{"line_id": line, "entry": entry} for line, entry in entries])


def _bill_values(bill: NewBill) -> Mapping[str, object]:
    return {
        "id": bill.id,
        "unit_id": bill.unit_id,
        "person_id": bill.person_id,
        "region": bill.region,
        "kind": bill.kind.name,
        "month": bill.month,
        "months": bill.months,
        "persons": len({line.person_id for line in bill.lines}),
        "unit_fen": bill.unit_fen,
        "personal_fen": bill.personal_fen,
        "maternity_fen": bill.maternity_fen,
        "declared_at": bill.declared_at,
        "declared_by": bill.declared_by,
        "due_on": bill.due_on,
    }


def _line_values(bill: NewBill, line: NewLine) -> Mapping[str, object]:
    return {
        "id": line.id,
        "bill_id": bill.id,
        "person_id": line.person_id,
        "enrolment_id": line.enrolment_id,
        "region": bill.region,
        "kind": bill.kind.name,
        "month": line.month,
        "months": line.months,
        "wage_fen": line.wage_fen,
        "base_fen": line.shares.base_fen,
        "unit_fen": line.shares.unit_fen,
        "personal_fen": line.shares.personal_fen,
        "maternity_fen": line.shares.maternity_fen,
        "credit_fen": line.shares.credit_fen,
    }
