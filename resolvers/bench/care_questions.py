"""What is asked about care (就医费用的提问): stays to preview, years of 200 claims, and claims to settle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any, Final

from sqlalchemy import func, select

from domain.operations.settle_claims import ClaimSettled, SettleOrder, ids_to_settle, settle_claims
from domain.store.statements import Statement
from domain.store.tables import claims, persons
from domain.vocabulary import (
    NATION,
    CareKind,
    CostClass,
    Fen,
    Id,
    IdType,
    InstitutionTier,
    Prefix,
    Role,
    Viewer,
    api_id,
    yuan,
)
from resolvers.bench.cases import Case, Question
from resolvers.world import World

YEAR_OF: Final = 200
"""How many claims a year has that is added up."""

_YEARS: Final = 4
_PATIENTS: Final = 400
_PLACES: Final = "84%"
"""Where documents state what care costs in the year before the world begins."""
_LINES: Final = 10
_STAY_LINES: Final = 30
_CLASSES: Final = (CostClass.A, CostClass.A, CostClass.A, CostClass.B, CostClass.C)
_AT_ONCE: Final = 20
_ITEMS: Final = ("D0001", "D0002", "D0003", "D0004")

_INSURED: Final = Statement(
    select(persons.c.id, persons.c.name, persons.c.id_type, persons.c.id_number, func.min(claims.c.institution_id))
    .select_from(persons.join(claims, claims.c.person_id == persons.c.id))
    .where(claims.c.region_code.like(_PLACES), persons.c.died_on.is_(None))
    .group_by(persons.c.id, persons.c.name, persons.c.id_type, persons.c.id_number)
    .order_by(persons.c.id)
    .limit(_PATIENTS)
)


@dataclass(frozen=True, slots=True)
class CareQuestions:
    """Stays and years are asked about again and again; each claim is settled once."""

    stays: tuple[Question, ...]
    years: tuple[Question, ...]
    claims: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class _Patient:
    """Somebody who was cared for in the year before, and where."""

    id: Id
    name: str
    id_type: str
    id_number: str
    institution: Id

    def order(self, number: int, on: date) -> SettleOrder:
        """A visit of theirs."""
        return SettleOrder(
            actor=self.institution,
            key=f"bench-visit-{self.id}-{number}",
            cause="bench",
            name=self.name,
            id_type=IdType[self.id_type],
            id_number=self.id_number,
            kind=CareKind.OUTPATIENT,
            admitted_on=on,
            discharged_on=on,
            invoice=f"BV-{self.id}-{number}",
            items=((_ITEMS[0], Fen(1_000 + number)),),
            conditions=(),
        )

    def stay(self, on: date) -> dict[str, Any]:
        """A week in hospital that cost 30 times something."""
        costs = [
            {"costClass": _CLASSES[line % len(_CLASSES)].name, "amount": yuan(Fen(20_000 + 977 * line))}
            for line in range(_STAY_LINES)
        ]
        care = {
            "kind": CareKind.INPATIENT.name,
            "tier": InstitutionTier.LEVEL_2.name,
            "admittedOn": str(on - timedelta(days=7)),
            "dischargedOn": str(on),
            "costs": costs,
        }
        return {"person": api_id(Prefix.PERSON, self.id), "care": care}

    def claim(self, number: int, on: date) -> dict[str, Any]:
        """A visit of ten lines that is to be settled."""
        costs = [
            {"item": _ITEMS[line % len(_ITEMS)], "amount": yuan(Fen(500 + 37 * (line + number)))}
            for line in range(_LINES)
        ]
        return {
            "input": {
                "idempotencyKey": f"bench-claim-{self.id}-{number}",
                "name": self.name,
                "idType": self.id_type,
                "idNumber": self.id_number,
                "care": CareKind.OUTPATIENT.name,
                "admittedOn": str(on),
                "invoice": f"BC-{self.id}-{number}",
                "costs": costs,
            }
        }


async def questions_of_care(world: World, token_of: Callable[[Id], str], wanted: int) -> CareQuestions:
    """Questions about care in a world, where a few people have a year of 200 claims then; so many claims to settle."""
    setting = world.setting(world.clock.now())
    on = setting.on
    async with world.database.read() as connection:
        patients = [
            _Patient(Id(number), name, id_type, id_number, Id(institution))
            for number, name, id_type, id_number, institution in await connection.fetch_all(_INSURED, {})
        ]
    long = await _with_long_years(world, patients)
    rest = [one for one in patients if one not in long]
    turns = islice(cycle(rest), wanted)
    return CareQuestions(
        stays=tuple(Question(Case.PREVIEWING_STAY, token_of(one.id), one.stay(on)) for one in rest),
        years=tuple(
            Question(
                Case.YEAR_OF_200_CLAIMS,
                token_of(one.id),
                {"person": api_id(Prefix.PERSON, one.id), "year": on.year},
            )
            for one in long
        ),
        claims=tuple(
            Question(Case.SETTLING_CLAIM, _hospital_token(world, one.institution), one.claim(number, on))
            for number, one in enumerate(turns)
        ),
    )


async def _with_long_years(world: World, patients: Sequence[_Patient]) -> list[_Patient]:
    """A few of them, who have had 200 claims this year."""
    found: list[_Patient] = []
    for one in patients:
        if len(found) == _YEARS:
            break
        if await _has_a_long_year(world, one):
            found.append(one)
    return found


async def _has_a_long_year(world: World, patient: _Patient) -> bool:
    """Whether all of 200 visits were settled: whoever is insured for a part of the year only cannot have them."""
    setting = world.setting(world.clock.now())
    first = date(setting.on.year, 1, 1)
    for start in range(0, YEAR_OF, _AT_ONCE):
        orders = [patient.order(place, first + timedelta(days=place)) for place in range(start, start + _AT_ONCE)]
        async with world.database.read() as connection:
            ids = await ids_to_settle(connection, orders)
        await world.ids.reserve(ids)
        async with world.database.write() as connection:
            answers = await settle_claims(connection, orders, setting)
        if not all(isinstance(answer, ClaimSettled) for answer in answers):
            return False
    return True


def _hospital_token(world: World, institution: Id) -> str:
    return world.tokens.issued(Viewer(Role.HOSPITAL, Id(0), NATION, "bench", institution_id=institution))[0]
