"""Insured units (参保单位), who acts for them, and the locks by which what is done to them takes turns.

Whoever changes a unit, or what its people owe through it, holds its row first, and persons only after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Select, bindparam, func, insert, select, update

from domain.decisions.unit_registration import RegisteredUnit
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.literals import written
from domain.store.statements import EngineKind, Statement, among
from domain.store.tables import employee_bills, enrolments, personas, regions, units
from domain.vocabulary import (
    NATION,
    EnrolmentStatus,
    Fen,
    Id,
    RegionCode,
    Role,
    UnitKind,
    UnitStatus,
)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that is registered now, and the sign-in of the person who acts for it."""

    id: Id
    region: RegionCode
    name: str
    kind: UnitKind
    credit_code: str
    registered_on: date
    persona_id: Id
    officer_id: Id
    persona_name: str
    description_zh: str
    description_en: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What a unit has declared and not paid."""

    bills: int
    due_fen: Fen


def _in_turn(query: Select[tuple[int]]) -> Statement:
    # NO KEY UPDATE: rows that merely refer to it can still be inserted by others.
    return Statement(query.with_for_update(key_share=True))


_HOLD = _in_turn(select(units.c.id).where(among(units.c.id, "ids")).order_by(units.c.id))
_HOLD_REGISTER = _in_turn(select(regions.c.code).where(regions.c.code == bindparam("nation")))

_named = personas.alias("named")
_OFFICER = (
    select(func.min(_named.c.person_id))
    .where(_named.c.unit_id == units.c.id, _named.c.role == written(Role.UNIT_OFFICER))
    .scalar_subquery()
)
_COLUMNS = (
    units.c.id,
    units.c.region_code,
    units.c.name,
    units.c.kind,
    units.c.credit_code,
    units.c.status,
    func.coalesce(_OFFICER, 0),
)
_BY_ID = Statement(select(*_COLUMNS).where(among(units.c.id, "ids")))
_BY_CREDIT_CODE = Statement(select(units.c.credit_code, units.c.id).where(among(units.c.credit_code, "codes")))

_officers = given({"officers": BigInteger(), "units": BigInteger()}, "officers")
_ACTING = Statement(
    select(_officers.c.officers, *_COLUMNS)
    .select_from(_officers)
    .join(units, units.c.id == _officers.c.units)
    .join(
        personas,
        (personas.c.unit_id == units.c.id)
        & (personas.c.person_id == _officers.c.officers)
        & (personas.c.role == written(Role.UNIT_OFFICER)),
    )
    .distinct()
)

_CLERKS = Statement(
    select(personas.c.id, personas.c.region_code).where(
        among(personas.c.id, "ids"), personas.c.role == written(Role.CLERK)
    )
)

_MEMBERS = Statement(
    select(enrolments.c.unit_id, func.count(enrolments.c.person_id.distinct()))
    .where(among(enrolments.c.unit_id, "ids"), enrolments.c.status == written(EnrolmentStatus.ACTIVE))
    .group_by(enrolments.c.unit_id)
)
_OWED = Statement(
    select(
        employee_bills.c.unit_id,
        func.count(),
        func.sum(employee_bills.c.unit_fen + employee_bills.c.personal_fen + employee_bills.c.maternity_fen),
    )
    .where(among(employee_bills.c.unit_id, "ids"), employee_bills.c.paid_at.is_(None))
    .group_by(employee_bills.c.unit_id)
)

_REGISTER = Statement(
    insert(units)
    .values(
        id=bindparam("id"),
        region_code=bindparam("region"),
        name=bindparam("name"),
        kind=bindparam("kind"),
        credit_code=bindparam("credit_code"),
        status=written(UnitStatus.ACTIVE),
        registered_on=bindparam("registered_on"),
    )
    .inline()
)
_NAME_OFFICER = Statement(
    insert(personas)
    .values(
        id=bindparam("persona_id"),
        name=bindparam("persona_name"),
        role=written(Role.UNIT_OFFICER),
        person_id=bindparam("officer_id"),
        region_code=bindparam("region"),
        description_zh=bindparam("description_zh"),
        description_en=bindparam("description_en"),
        unit_id=bindparam("id"),
    )
    .inline()
)
_CHANGE = Statement(
    update(units)
    .values(name=bindparam("new_name"), kind=bindparam("new_kind"), region_code=bindparam("new_region"))
    .where(units.c.id == bindparam("unit_id"), units.c.status != written(UnitStatus.CANCELLED))
    .returning(units.c.id)
)
_MOVE_MEMBERS = Statement(
    update(enrolments)
    .values(region_code=bindparam("new_region"))
    .where(
        enrolments.c.unit_id == bindparam("of_unit"),
        enrolments.c.status != written(EnrolmentStatus.TERMINATED),
        enrolments.c.region_code == bindparam("old_region"),
    )
    .returning(enrolments.c.id)
)
_SET_STATUS = Statement(
    update(units)
    .values(status=bindparam("new_status"))
    .where(units.c.id == bindparam("unit_id"), units.c.status == bindparam("old_status"))
    .returning(units.c.id)
)


async def hold(connection: Connection, ids: Iterable[Id]) -> None:
    """Until the transaction ends, nobody else holds any of these units. Taken in the order of ids: no deadlock."""
    if connection.kind is EngineKind.POSTGRESQL:
        await connection.fetch_all(_HOLD, {"ids": sorted(set(ids))})


async def hold_register(connection: Connection) -> None:
    """Until the transaction ends, nobody else registers a unit, so that no credit code is given twice."""
    if connection.kind is EngineKind.POSTGRESQL:
        await connection.fetch_all(_HOLD_REGISTER, {"nation": NATION})


async def clerks(connection: Connection, ids: Iterable[Id]) -> dict[Id, RegionCode]:
    """The region of each clerk; whoever is none is left out."""
    rows = await connection.fetch_all(_CLERKS, {"ids": sorted(set(ids))})
    return {Id(clerk): RegionCode(region) for clerk, region in rows}


def _unit(row: Sequence[object]) -> RegisteredUnit:
    unit_id, region, name, kind, credit_code, status, officer_id = row
    return RegisteredUnit(
        Id(unit_id),  # type: ignore[arg-type]
        RegionCode(str(region)),
        str(name),
        UnitKind[str(kind)],
        str(credit_code),
        UnitStatus[str(status)],
        Id(officer_id),  # type: ignore[arg-type]
    )


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, RegisteredUnit]:
    """Units by id; an id that is no unit's is left out."""
    rows = await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    return {unit.id: unit for unit in map(_unit, rows)}


async def by_credit_code(connection: Connection, codes: Iterable[str]) -> dict[str, Id]:
    """Units by their credit codes; a code that nobody has is left out."""
    rows = await connection.fetch_all(_BY_CREDIT_CODE, {"codes": sorted(set(codes))})
    return {code: Id(unit_id) for code, unit_id in rows}


async def acted_for(connection: Connection, pairs: Iterable[tuple[Id, Id]]) -> dict[tuple[Id, Id], RegisteredUnit]:
    """Of (officer, unit), those where the one acts for the other."""
    wanted = sorted(set(pairs))
    rows = await connection.fetch_all(
        _ACTING, {"officers": [officer for officer, _ in wanted], "units": [unit for _, unit in wanted]}
    )
    return {(Id(officer), Id(unit[0])): _unit(unit) for officer, *unit in rows}


async def members(connection: Connection, ids: Iterable[Id]) -> dict[Id, int]:
    """How many persons each unit enrols now; a unit that enrols nobody is left out."""
    rows = await connection.fetch_all(_MEMBERS, {"ids": sorted(set(ids))})
    return {Id(unit_id): number for unit_id, number in rows}


async def owed(connection: Connection, ids: Iterable[Id]) -> dict[Id, Owed]:
    """What each unit has declared and not paid; a unit that owes nothing is left out."""
    rows = await connection.fetch_all(_OWED, {"ids": sorted(set(ids))})
    return {Id(unit_id): Owed(bills, Fen(int(due_fen))) for unit_id, bills, due_fen in rows}


async def register(connection: Connection, new: Sequence[NewUnit]) -> None:
    """The units are registered and their officers can sign in. A unique index refuses a second unit of one code."""
    if not new:
        return
    values = [_values(one) for one in new]
    await connection.execute_many(_REGISTER, values)
    await connection.execute_many(_NAME_OFFICER, values)


def _values(one: NewUnit) -> Mapping[str, object]:
    return {
        "id": one.id,
        "region": one.region,
        "name": one.name,
        "kind": one.kind.name,
        "credit_code": one.credit_code,
        "registered_on": one.registered_on,
        "persona_id": one.persona_id,
        "persona_name": one.persona_name,
        "officer_id": one.officer_id,
        "description_zh": one.description_zh,
        "description_en": one.description_en,
    }


async def change_registration(connection: Connection, unit: RegisteredUnit) -> None:
    """The registration says what `unit` says. Raises `BooksMoved` where the unit was cancelled meanwhile."""
    await change(
        connection,
        _CHANGE,
        [{"unit_id": unit.id, "new_name": unit.name, "new_kind": unit.kind.name, "new_region": unit.region}],
    )


async def move_members(connection: Connection, unit_id: Id, old: RegionCode, new: RegionCode) -> int:
    """The unit's enrolments that have not ended are of the new place, as the unit is; how many those are."""
    values = {"of_unit": unit_id, "old_region": old, "new_region": new}
    return len(await connection.fetch_all(_MOVE_MEMBERS, values))


async def set_status(connection: Connection, moves: Sequence[tuple[Id, UnitStatus, UnitStatus]]) -> None:
    """Each (unit, from, to) is in its new state. Raises `BooksMoved` where one was not in the former."""
    if moves:
        await change(
            connection,
            _SET_STATUS,
            [{"unit_id": unit, "old_status": old.name, "new_status": new.name} for unit, old, new in moves],
        )
