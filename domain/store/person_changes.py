"""What is on record of persons and may be changed, and what was on record before (信息变更及其历史)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Date, Text, bindparam, insert, select, update

from domain.decisions.person_changes import ChangeablePerson, PersonDetails
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import person_changes, persons
from domain.vocabulary import Id, IdType, Instant, PersonDetail, RegionCode, Sex

_person = persons.c
_DETAILS = Statement(
    select(
        _person.id,
        _person.region_code,
        _person.died_on,
        _person.name,
        _person.id_type,
        _person.id_number,
        _person.sex,
        _person.birth_date,
        _person.phone,
    ).where(among(_person.id, "ids"))
)

_SET = Statement(
    update(persons)
    .values(
        name=bindparam("name"),
        id_type=bindparam("id_type"),
        id_number=bindparam("id_number"),
        sex=bindparam("sex"),
        birth_date=bindparam("birth_date", type_=Date()),
        phone=bindparam("phone", type_=Text()),
    )
    .where(_person.id == bindparam("person_id"), _person.id_number == bindparam("number_before"))
    .returning(_person.id)
)
_KEEP = Statement(insert(person_changes).inline())


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """A change as it is kept: of whom, when, what, and what was on record before it and is after it."""

    id: Id
    person_id: Id
    region: RegionCode
    changed_at: Instant
    details: tuple[PersonDetail, ...]
    before: PersonDetails
    after: PersonDetails


async def changeable(connection: Connection, ids: Iterable[Id]) -> dict[Id, ChangeablePerson]:
    """These persons, by id; an id that is nobody's is left out."""
    rows = await connection.fetch_all(_DETAILS, {"ids": sorted(set(ids))})
    return {
        Id(person_id): ChangeablePerson(
            Id(person_id),
            RegionCode(region),
            died_on,
            PersonDetails(name, IdType[id_type], number, Sex[sex], birth_date, phone),
        )
        for person_id, region, died_on, name, id_type, number, sex, birth_date, phone in rows
    }


async def record(connection: Connection, changes: Sequence[PersonChanged]) -> None:
    """The persons are on record as after each change, and what was before is kept. Raises `BooksMoved`."""
    if not changes:
        return
    await change(
        connection,
        _SET,
        [{**_values(one.after), "person_id": one.person_id, "number_before": one.before.id_number} for one in changes],
    )
    await connection.execute_many(
        _KEEP,
        [
            {
                **_values(one.before),
                "id": one.id,
                "person_id": one.person_id,
                "changed_at": one.changed_at,
                "details": orjson.dumps([detail.name for detail in one.details]).decode(),
            }
            for one in changes
        ],
    )


def _values(details: PersonDetails) -> dict[str, object]:
    return {
        "name": details.name,
        "id_type": details.id_type.name,
        "id_number": details.id_number,
        "sex": details.sex.name,
        "birth_date": details.birth_date,
        "phone": details.phone,
    }
