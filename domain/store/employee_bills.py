"""Bills of the employee scheme (职工医保缴费单) and their lines: what a unit owes for a month, person by person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Integer, bindparam, insert, literal_column, select

from domain.decisions.declaring import Membership
from domain.decisions.employee_rates import Shares
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.literals import written
from domain.store.statements import Statement
from domain.store.tables import employee_bills, employee_contributions, enrolments, personas, units
from domain.vocabulary import (
    EmployeeBillStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    Fen,
    Id,
    Instant,
    RegionCode,
    Role,
    Scheme,
)


@dataclass(frozen=True, slots=True)
class NewLine:
    """One person's month on a bill."""

    id: Id
    person_id: Id
    enrolment_id: Id
    wage_fen: Fen
    shares: Shares


@dataclass(frozen=True, slots=True)
class NewBill:
    """A bill as it is declared, with all of its lines; it is their sum."""

    id: Id
    unit_id: Id
    region: RegionCode
    kind: EmployeeContributionKind
    month: int
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


_officers = given({"officers": BigInteger(), "units": BigInteger()}, "officers")
_ACTING = Statement(
    select(_officers.c.officers, units.c.id, units.c.region_code)
    .select_from(_officers)
    .join(units, units.c.id == _officers.c.units)
    .join(
        personas,
        (personas.c.unit_id == units.c.id)
        & (personas.c.person_id == _officers.c.officers)
        & (personas.c.role == written(Role.UNIT_OFFICER)),
    )
)

_lines = given({"unit_ids": BigInteger(), "person_ids": BigInteger()}, "lines")
_MEMBERS = Statement(
    select(enrolments.c.unit_id, enrolments.c.person_id, enrolments.c.id, enrolments.c.started_on).where(
        enrolments.c.unit_id == _lines.c.unit_ids,
        enrolments.c.person_id == _lines.c.person_ids,
        enrolments.c.scheme == written(Scheme.EMPLOYEE),
        enrolments.c.status == written(EnrolmentStatus.ACTIVE),
    )
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

_BILL = Statement(
    insert(employee_bills)
    .values(
        id=bindparam("id"),
        unit_id=bindparam("unit_id"),
        region_code=bindparam("region"),
        kind=bindparam("kind"),
        month=bindparam("month"),
        months=literal_column("1"),
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
        months=literal_column("1"),
        status=written(EmployeeBillStatus.DUE),
        wage_fen=bindparam("wage_fen"),
        base_fen=bindparam("base_fen"),
        unit_fen=bindparam("unit_fen"),
        personal_fen=bindparam("personal_fen"),
        maternity_fen=bindparam("maternity_fen"),
        credit_fen=bindparam("credit_fen"),
    )
    .inline()
)


async def acted_for(connection: Connection, pairs: Iterable[tuple[Id, Id]]) -> dict[tuple[Id, Id], RegionCode]:
    """Of (officer, unit), those where the one acts for the other, with the region of the unit."""
    wanted = sorted(set(pairs))
    rows = await connection.fetch_all(
        _ACTING, {"officers": [officer for officer, _ in wanted], "units": [unit for _, unit in wanted]}
    )
    return {(Id(officer), Id(unit)): RegionCode(region) for officer, unit, region in rows}


async def members(connection: Connection, pairs: Iterable[tuple[Id, Id]]) -> dict[Id, dict[Id, Membership]]:
    """Of (unit, person), who is enrolled by the unit as an employee now: by unit, then by person."""
    wanted = sorted(set(pairs))
    rows = await connection.fetch_all(
        _MEMBERS, {"unit_ids": [unit for unit, _ in wanted], "person_ids": [person for _, person in wanted]}
    )
    found: dict[Id, dict[Id, Membership]] = {}
    for unit_id, person_id, enrolment_id, started_on in rows:
        found.setdefault(Id(unit_id), {})[Id(person_id)] = Membership(Id(enrolment_id), started_on)
    return found


async def declared_already(connection: Connection, asked: Iterable[tuple[Id, int]]) -> set[tuple[Id, int]]:
    """Of (person, month), those that stand declared."""
    wanted = sorted(set(asked))
    rows = await connection.fetch_all(
        _DECLARED, {"person_ids": [person for person, _ in wanted], "months": [month for _, month in wanted]}
    )
    return {(Id(person_id), month) for person_id, month in rows}


async def declare(connection: Connection, bills: Sequence[NewBill]) -> None:
    """The bills are due. A unique index refuses a second contribution for the same person and month."""
    if not bills:
        return
    await connection.execute_many(_BILL, [_bill_values(bill) for bill in bills])
    await connection.execute_many(_LINE, [_line_values(bill, line) for bill in bills for line in bill.lines])


def _bill_values(bill: NewBill) -> Mapping[str, object]:
    return {
        "id": bill.id,
        "unit_id": bill.unit_id,
        "region": bill.region,
        "kind": bill.kind.name,
        "month": bill.month,
        "persons": len(bill.lines),
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
        "month": bill.month,
        "wage_fen": line.wage_fen,
        "base_fen": line.shares.base_fen,
        "unit_fen": line.shares.unit_fen,
        "personal_fen": line.shares.personal_fen,
        "maternity_fen": line.shares.maternity_fen,
        "credit_fen": line.shares.credit_fen,
    }
