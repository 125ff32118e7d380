"""Births that the population register learns of (新生儿登记): children who are on no platform yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, func, insert, select

from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import registry_identities, registry_kinships
from domain.vocabulary import IdType, RegionCode, Relation, Sex
from simulator.draws import Draws
from simulator.identity import IdentityNumbers
from simulator.names import given_name
from simulator.people import Bindable, Payer

PARENT_YEARS: Final = range(20, 46)
"""assumed: how old whoever has a newborn is."""
_LONGEST_AGO: Final = 15
"""assumed: parents enrol a newborn within so many days; some places count cover from birth for 30 days only."""

_BORN_SINCE: Final = Statement(
    select(func.count())
    .select_from(registry_identities)
    .where(registry_identities.c.birth_date >= bindparam("since", type_=registry_identities.c.birth_date.type))
)
_IDENTITY: Final = Statement(insert(registry_identities).inline())
_KINSHIP: Final = Statement(insert(registry_kinships).inline())


@dataclass(frozen=True, slots=True)
class Birth:
    """A payer, and the child whom they bind, enrol and pay for."""

    parent: Payer
    child: Bindable


def may_be_parent(payer: Payer, on: date) -> bool:
    """Whether somebody is of an age to have a newborn."""
    return on.year - int(payer.id_number[6:10]) in PARENT_YEARS


async def register_births(connection: Connection, seed: int, parents: Sequence[Payer], on: date) -> list[Birth]:
    """One child for each of them, born in the days before that day; the register knows both as kin."""
    since = date.fromordinal(on.toordinal() - _LONGEST_AGO)
    [(known,)] = await connection.fetch_all(_BORN_SINCE, {"since": since})
    draws = Draws(seed, f"births since {since}", known)
    numbers: dict[str, IdentityNumbers] = {}
    found = []
    for parent in parents:
        born = on.toordinal() - draws.between(1, _LONGEST_AGO)
        sex = Sex.MALE if draws.chance(0.52) else Sex.FEMALE
        given = numbers.setdefault(parent.region, IdentityNumbers(RegionCode(parent.region), draws))
        name = parent.name[:1] + given_name(draws, sex, on.year)
        number, birth_date = given.new(born, sex), date.fromordinal(born)
        child = Bindable(
            0, name, IdType.RESIDENT_ID_CARD.name, number, birth_date, sex.name, Relation.CHILD.name, parent.region
        )
        found.append(Birth(parent, child))
    await connection.execute_many(
        _IDENTITY,
        [
            {
                "id_type": one.child.id_type,
                "id_number": one.child.id_number,
                "name": one.child.name,
                "sex": one.child.sex,
                "birth_date": one.child.birth_date,
                "died_on": None,
                "also_written": None,
            }
            for one in found
        ],
    )
    await connection.execute_many(
        _KINSHIP,
        [
            {"id_number": first, "relative_id_number": second, "relation": relation.name}
            for one in found
            for first, second, relation in (
                (one.parent.id_number, one.child.id_number, Relation.CHILD),
                (one.child.id_number, one.parent.id_number, Relation.PARENT),
            )
        ],
    )
    return found
