"""People for a load test: employees with relatives whom they could pay for, and units that collect (压测人群).

The load generator runs apart from the product and knows the world only through this file and the network.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from domain.policy import PolicyBook
from domain.store.engine import Database, Row
from domain.store.statements import Statement, among
from domain.store.tables import (
    enrolments,
    family_bindings,
    outside_enrolments,
    personal_accounts,
    personas,
    persons,
    registry_identities,
    registry_kinships,
    resident_contributions,
    units,
)
from domain.store.worlds import read_world
from domain.vocabulary import (
    NATION,
    AccountStatus,
    BindingStatus,
    ContributionStatus,
    EnrolmentStatus,
    IdType,
    Prefix,
    RegionCode,
    Relation,
    Scheme,
    UnitKind,
    UnitStatus,
    api_id,
    region_span,
)
from simulator.faces import face_of
from simulator.prices import COLLECTED_NOW, Prices
from simulator.records import TODAY

_PAGE = 500
_RELATIVES = 3
"""At most this many relatives for each payer."""
_FEWEST_LISTED = 5
_MOST_LISTED = 40
"""How many people a unit's list names."""

_relative = persons.alias("relative")
_identity = registry_identities.alias("identity")
_insured = enrolments.alias("insured")


def employed(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether that person is insured as an employee."""
    working = enrolments.alias("employed")
    return (
        select(working.c.id)
        .where(
            working.c.person_id == person_id,
            working.c.scheme == Scheme.EMPLOYEE.name,
            working.c.status == EnrolmentStatus.ACTIVE.name,
        )
        .exists()
    )


_HOLDERS = Statement(
    select(
        persons.c.id,
        persons.c.id_number,
        personal_accounts.c.region_code,
        personal_accounts.c.balance_fen,
        persons.c.name,
    )
    .select_from(persons.join(personal_accounts, personal_accounts.c.person_id == persons.c.id))
    .where(
        persons.c.id > bindparam("after", type_=persons.c.id.type),
        persons.c.region_code.between(bindparam("first_region"), bindparam("last_region")),
        persons.c.id_type == IdType.RESIDENT_ID_CARD.name,
        persons.c.died_on.is_(None),
        personal_accounts.c.status == AccountStatus.OPEN.name,
        employed(persons.c.id),
        ~select(personas.c.id).where(personas.c.person_id == persons.c.id).exists(),
    )
    .order_by(persons.c.id)
    .limit(_PAGE)
)
_RELATIVES_OF = Statement(
    select(
        registry_kinships.c.id_number,
        # Compared in Python: as a condition of the join it makes PostgreSQL expect one row where there are thousands.
        _identity.c.name,
        _relative.c.id,
        _relative.c.name,
        _relative.c.id_type,
        _relative.c.id_number,
        _relative.c.birth_date,
        _relative.c.sex,
        registry_kinships.c.relation,
        _insured.c.region_code,
    )
    .select_from(
        registry_kinships.join(
            _relative,
            and_(
                _relative.c.id_type == IdType.RESIDENT_ID_CARD.name,
                _relative.c.id_number == registry_kinships.c.relative_id_number,
            ),
        )
        .join(
            _identity,
            and_(
                _identity.c.id_type == IdType.RESIDENT_ID_CARD.name,
                _identity.c.id_number == registry_kinships.c.relative_id_number,
            ),
        )
        .join(
            _insured,
            and_(
                _insured.c.person_id == _relative.c.id,
                _insured.c.scheme == Scheme.RESIDENT.name,
                _insured.c.status == EnrolmentStatus.ACTIVE.name,
            ),
        )
    )
    .where(
        among(registry_kinships.c.id_number, "holders"),
        _relative.c.died_on.is_(None),
        _relative.c.special_group.is_(None),
        ~employed(_relative.c.id),
        ~select(family_bindings.c.id)
        .where(family_bindings.c.member_id == _relative.c.id, family_bindings.c.status == BindingStatus.ACTIVE.name)
        .exists(),
        ~select(resident_contributions.c.id)
        .where(
            resident_contributions.c.person_id == _relative.c.id,
            resident_contributions.c.coverage_year == bindparam("year"),
        )
        .exists(),
        ~select(outside_enrolments.c.id_number).where(outside_enrolments.c.id_number == _relative.c.id_number).exists(),
    )
    .order_by(registry_kinships.c.id_number, _relative.c.id)
)

_for_the_year = (
    select(resident_contributions.c.id)
    .where(resident_contributions.c.person_id == persons.c.id, resident_contributions.c.coverage_year == COLLECTED_NOW)
    .correlate(persons)
)
_MEMBERS = Statement(
    select(
        units.c.id,
        units.c.region_code,
        _insured.c.region_code,
        persons.c.id,
        _for_the_year.exists(),
        _for_the_year.where(
            or_(
                resident_contributions.c.status == ContributionStatus.PAID.name,
                resident_contributions.c.status == ContributionStatus.FINISHED.name,
            )
        ).exists(),
    )
    .select_from(
        units.join(_insured, _insured.c.unit_id == units.c.id).join(persons, persons.c.id == _insured.c.person_id)
    )
    .where(
        or_(units.c.kind == UnitKind.SCHOOL.name, units.c.kind == UnitKind.VILLAGE.name),
        units.c.status == UnitStatus.ACTIVE.name,
        _insured.c.scheme == Scheme.RESIDENT.name,
        _insured.c.status == EnrolmentStatus.ACTIVE.name,
        _insured.c.visible_to_tax_at.is_(None),
        persons.c.died_on.is_(None),
        persons.c.special_group.is_(None),
        ~employed(persons.c.id),
        ~select(outside_enrolments.c.id_number).where(outside_enrolments.c.id_number == persons.c.id_number).exists(),
    )
    .order_by(units.c.id, persons.c.id)
)


@dataclass(frozen=True, slots=True)
class Bindable:
    """Somebody whom a payer could bind and pay for, as the payer would fill in the form."""

    person_id: int
    name: str
    id_type: str
    id_number: str
    birth_date: date
    sex: str
    relation: str
    region: str

    def form(self) -> dict[str, str]:
        """The fields of the form that binds them."""
        return {
            "name": self.name,
            "idType": self.id_type,
            "idNumber": self.id_number,
            "birthDate": self.birth_date.isoformat(),
            "sex": self.sex,
            "relation": self.relation,
        }


@dataclass(frozen=True, slots=True)
class Payer:
    """An employee whose account covers the contributions of all of these relatives."""

    person_id: int
    region: str
    balance_fen: int
    name: str
    id_number: str
    relatives: tuple[Bindable, ...]

    def line(self, seed: int) -> str:
        """One line of JSON; a face is what the face check of the world of that seed takes for that person's."""
        return json.dumps(
            {
                "person": api_id(Prefix.PERSON, self.person_id),
                "personId": self.person_id,
                "region": self.region,
                "balanceFen": self.balance_fen,
                "name": self.name,
                "idType": IdType.RESIDENT_ID_CARD.name,
                "idNumber": self.id_number,
                "face": face_of(seed, IdType.RESIDENT_ID_CARD.name, self.id_number),
                "relatives": [
                    {
                        "person": api_id(Prefix.PERSON, relative.person_id),
                        "name": relative.name,
                        "idType": relative.id_type,
                        "idNumber": relative.id_number,
                        "face": face_of(seed, relative.id_type, relative.id_number),
                        "birthDate": relative.birth_date.isoformat(),
                        "sex": relative.sex,
                        "relation": relative.relation,
                        "region": relative.region,
                    }
                    for relative in self.relatives
                ],
            },
            ensure_ascii=False,
        )


def _payers(
    holders: Sequence[Row],
    relatives_of: Mapping[str, Sequence[Row]],
    prices: Prices,
    taken: set[int],
    year: int,
    day: int,
) -> Iterator[Payer]:
    for person_id, id_number, region, balance, name in holders:
        relatives: list[Bindable] = []
        left = balance
        for row in relatives_of.get(id_number, ()):
            registered, relative = row[1], Bindable(*row[2:])
            insured_in = RegionCode(relative.region)
            if registered != relative.name or relative.person_id in taken or len(relatives) == _RELATIVES:
                continue
            if not prices.journey_stated(insured_in):
                continue
            amount = prices.amount_fen(insured_in, year, day)
            if amount <= left and prices.covers(RegionCode(region), day, Relation[relative.relation]):
                left -= amount
                relatives.append(relative)
        if relatives:
            taken.update(relative.person_id for relative in relatives)
            yield Payer(person_id, region, balance, name, id_number, tuple(relatives))


async def payers(
    database: Database, limit: int, *, region: RegionCode = NATION, year: int = COLLECTED_NOW, day: int = TODAY
) -> list[Payer]:
    """Up to `limit` payers who live in a region, in order of id, as things are to be on a day (an ordinal).

    Nobody is a relative of two of them, no relative has paid for that year, and no persona is among them.
    """
    prices = Prices(PolicyBook.load())
    taken: set[int] = set()
    found: list[Payer] = []
    first_region, last_region = region_span(region)
    after = 0
    while len(found) < limit:
        async with database.read() as connection:
            holders = await connection.fetch_all(
                _HOLDERS, {"after": after, "first_region": first_region, "last_region": last_region}
            )
            if not holders:
                break
            rows = await connection.fetch_all(
                _RELATIVES_OF, {"holders": [holder[1] for holder in holders], "year": year}
            )
        relatives_of = {id_number: list(of) for id_number, of in groupby(rows, key=lambda row: str(row[0]))}
        found += _payers(holders, relatives_of, prices, taken, year, day)
        after = holders[-1][0]
    return found[:limit]


@dataclass(frozen=True, slots=True)
class CollectingUnit:
    """A school or village, who may act for it, and of its people some who are not paid for.

    `stranger` is on another unit's list; `paid` is paid for, None where nobody there is.
    """

    unit_id: int
    region: RegionCode
    officer_id: int
    members: tuple[int, ...]
    stranger: int
    paid: int | None


async def collecting_units(database: Database, limit: int, crowd: Sequence[Payer]) -> list[CollectingUnit]:
    """Up to `limit` units with a list each; those come first whose list names a relative of the crowd.

    Of every four payers the first two pay for somebody who may be on a list, the others for nobody who is. No officer
    is a payer.
    """
    prices = Prices(PolicyBook.load())
    contested = {payer.relatives[0].person_id for place, payer in enumerate(crowd) if place % 4 < 2}
    apart = {payer.relatives[0].person_id for payer in crowd} - contested
    payer_ids = {payer.person_id for payer in crowd}
    async with database.read() as connection:
        rows = await connection.fetch_all(_MEMBERS, {})
        first_region, last_region = region_span(NATION)
        everywhere = {"after": 0, "first_region": first_region, "last_region": last_region}
        holders = await connection.fetch_all(_HOLDERS, everywhere)
    officers = [row[0] for row in holders if row[0] not in payer_ids]
    lists = []
    for (unit_id, region), of in groupby(rows, key=lambda row: (row[0], RegionCode(row[1]))):
        people = [row[3:] for row in of if prices.journey_stated(RegionCode(row[2]))]
        unpaid = [number for number, any_for_the_year, _ in people if not any_for_the_year and number not in apart]
        paid = next((number for number, _, is_paid in people if is_paid), None)
        alone = [number for number in unpaid if number not in contested]
        # Whatever the families pay first, something is left for the unit to pay.
        beside = [number for number in unpaid if number in contested][: min(len(alone), _MOST_LISTED // 2)]
        members = (*beside, *alone)[:_MOST_LISTED]
        if len(members) >= _FEWEST_LISTED:
            lists.append((unit_id, region, members, paid))
    lists.sort(key=lambda one: (contested.isdisjoint(one[2]), one[0]))
    return [
        CollectingUnit(unit_id, region, officer, members, lists[place - 1][2][0], paid)
        for place, ((unit_id, region, members, paid), officer) in enumerate(zip(lists, officers, strict=False))
    ][: limit if len(lists) > 1 else 0]


async def write_people(database: Database, path: Path, limit: int, *, region: RegionCode = NATION) -> int:
    """Write payers to a file of JSON lines that only its owner may read; how many there are."""
    found = await payers(database, limit, region=region)
    async with database.read() as connection:
        seed = (await read_world(connection)).seed
    _write_lines(path, [payer.line(seed) for payer in found])
    return len(found)


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    os.replace(unfinished, path)
