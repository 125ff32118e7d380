"""Who comes to a season (征缴季人群): people of a world with their tokens, in the files that a load generator reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.vocabulary import Instant, RegionCode
    from resolvers.world import World
    from simulator.curves import Curve
    from simulator.people import Payer
    from simulator.season_people import SelfPayer
    from simulator.season_units import SeasonUnit

_PARENT_OF: Final = 20
"""assumed: one in so many of those who could pay for a relative has a newborn instead."""
MOST_STUDENTS: Final = 100
_STUDENT_YEARS: Final = range(17, 24)
_STAGES: Final = 3
"""Of the students as many have not begun, have stopped being insured at home, and are insured where they study."""


@dataclass(frozen=True, slots=True)
class StudentAway:
    """Somebody who is insured at home, and the university in another city where they will study."""

    person: SelfPayer
    unit_id: int
    region: RegionCode


@dataclass(frozen=True, slots=True)
class SeasonCrowd:
    """Who comes, as lines of JSON: who pays for themselves, who for a relative, and who comes for anything else."""

    residents: list[str]
    families: list[str]
    others: list[str]
    students: Sequence[StudentAway]

    def write(self, folder: Path, curve_: Curve) -> None:
        """The files that a load generator reads, beside them the curve."""
        told = curve_.as_json(len(self.residents) + len(self.families))
        (folder / "curve.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        for name, lines in (("residents", self.residents), ("families", self.families), ("others", self.others)):
            (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


async def season_crowd(world: World, curve_: Curve, most: int, begins: Instant) -> SeasonCrowd:
    """Who comes to a world for the season of a curve, which begins then: at most so many to pay, of each kind."""
    from domain.vocabulary import RegionCode, business_date
    from simulator.season_births import may_be_parent
    from simulator.season_people import season_people
    from simulator.season_units import collectors, employers

    year, on = curve_.year, date(curve_.year - 1, 9, 1)
    region, counties = RegionCode(curve_.place.code), {county for part in curve_.parts for county in part.counties}
    alone, together = await season_people(
        world.database, region=region, counties=counties, year=year, on=on, most=2**31
    )
    relatives = {payer.relatives[0].person_id for payer in together}
    collecting = await collectors(world.database, region, counties=counties, year=year, on=on, apart=relatives)
    listed = {member for unit in collecting for member in unit.members}
    alone = [one for one in alone if one.person_id not in listed]
    students = await _students(world, region, alone, on)
    away = {one.person.person_id for one in students}
    parents = [one for one in together if one.region in counties and may_be_parent(one, on)][::_PARENT_OF]
    newborn = {one.person_id for one in parents}
    lines = _Lines(world, year)
    return SeasonCrowd(
        [lines.alone(one) for one in alone if one.person_id not in away][:most],
        [lines.together(one) for one in together if one.person_id not in newborn][:most],
        [
            *await lines.clerks(region),
            *await lines.employers(await employers(world.database, region)),
            *await lines.collectors(collecting),
            *await lines.parents(parents, business_date(begins)),
            *(lines.student(one) for one in students),
        ],
        students,
    )


async def _students(world: World, region: RegionCode, alone: Sequence[SelfPayer], on: date) -> Sequence[StudentAway]:
    from simulator.season_units import universities

    schools = await universities(world.database, region)
    found = []
    for person in alone:
        elsewhere = [one for one in schools if one[1][:4] != person.region[:4]]
        if on.year - person.born.year in _STUDENT_YEARS and elsewhere:
            found.append(StudentAway(person, *elsewhere[person.person_id % len(elsewhere)]))
    return found[:MOST_STUDENTS]


async def gone_ahead(world: World, students: Sequence[StudentAway]) -> None:
    """A third of the students stop being insured at home, and another third are insured where they study besides.

    The world's clock is an hour later then, for the others to see what was stopped.
    """
    from domain.operations.change_enrolments import SuspendOrder, suspend_enrolments
    from domain.operations.register_enrolments import RegisterOrder, register_enrolments
    from domain.vocabulary import Id, Instant, PersonType

    def key(one: StudentAway) -> str:
        return f"before-the-season-{one.person.person_id}"

    stopping = [one for place, one in enumerate(students) if place % _STAGES]
    arriving = [one for place, one in enumerate(students) if place % _STAGES == _STAGES - 1]
    suspensions = [
        SuspendOrder(Id(one.person.person_id), key(one), "season", Id(one.person.enrolment_id), agreed=True)
        for one in stopping
    ]
    registrations = [
        RegisterOrder(
            Id(one.person.person_id),
            key(one),
            "season",
            Id(one.person.person_id),
            one.region,
            PersonType.STUDENT,
            Id(one.unit_id),
        )
        for one in arriving
    ]
    async with world.database.write() as connection:
        await suspend_enrolments(connection, suspensions, world.setting(world.clock.now()))
    await world.advance(Instant(world.clock.now() + 3_600))
    await world.ids.reserve(2 * len(registrations))
    async with world.database.write() as connection:
        await register_enrolments(connection, registrations, world.setting(world.clock.now()))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines about people of a world who pay for a year of cover."""

    world: World
    year: int

    def _citizen(self, person_id: int, region: str, **more: object) -> dict[str, object]:
        from domain.vocabulary import NATION, Id, Prefix, Role, Viewer, api_id

        person = api_id(Prefix.PERSON, person_id)
        token = self.world.tokens.issued(Viewer(Role.CITIZEN, Id(person_id), NATION, person))[0]
        return {"token": token, "personId": person, "region": region, "coverageYear": self.year, **more}

    def alone(self, one: SelfPayer) -> str:
        return _line(self._citizen(one.person_id, one.region))

    def together(self, one: Payer) -> str:
        relative = one.relatives[0]
        more = {"memberRegion": relative.region, "member": relative.form()}
        return _line(self._citizen(one.person_id, one.region, **more))

    def student(self, one: StudentAway) -> str:
        from domain.vocabulary import Prefix, api_id

        more = {"home": one.person.region, "schoolUnitId": api_id(Prefix.UNIT, one.unit_id)}
        return _line({"errand": "StudyElsewhere", **self._citizen(one.person.person_id, one.region, **more)})

    async def clerks(self, place: RegionCode) -> list[str]:
        from domain.vocabulary import Id, Role, Viewer
        from simulator.staff import appoint, clerks_of

        posts = clerks_of(place)
        await self.world.ids.reserve(len(posts))
        async with self.world.database.write() as connection:
            personas = await appoint(connection, posts, self.world.ids.new)
        found = []
        for post in posts:
            viewer = Viewer(Role.CLERK, Id(0), post.region, post.name, persona_id=personas[post.name])
            token = self.world.tokens.issued(viewer)[0]
            found.append(_line({"errand": "WorkTheQueue", "token": token, "region": post.region}))
        return found

    async def employers(self, units: Sequence[SeasonUnit]) -> list[str]:
        return [_line({"errand": "PayForEmployees", **one}) for one in await self._acting(units)]

    async def collectors(self, units: Sequence[SeasonUnit]) -> list[str]:
        from domain.vocabulary import Prefix, api_id

        strangers = [api_id(Prefix.PERSON, units[place - 1].members[0]) for place in range(len(units))]
        return [
            _line({"errand": "CollectForMany", **one, "stranger": stranger, "coverageYear": self.year})
            for one, stranger in zip(await self._acting(units), strangers, strict=True)
        ][: len(units) if len(units) > 1 else 0]

    async def _acting(self, units: Sequence[SeasonUnit]) -> list[dict[str, object]]:
        """Whoever acts for each of the units, and whom it is about."""
        from domain.vocabulary import Id, Prefix, Role, Viewer, api_id
        from simulator.staff import appoint, officer_of

        posts = [officer_of(unit) for unit in units]
        await self.world.ids.reserve(len(posts))
        async with self.world.database.write() as connection:
            await appoint(connection, posts, self.world.ids.new)
        found: list[dict[str, object]] = []
        for unit in units:
            unit_id = api_id(Prefix.UNIT, unit.unit_id)
            viewer = Viewer(Role.UNIT_OFFICER, Id(unit.officer_id), unit.region, unit_id, unit_id=Id(unit.unit_id))
            members = [api_id(Prefix.PERSON, member) for member in unit.members]
            token = self.world.tokens.issued(viewer)[0]
            found.append({"token": token, "region": unit.region, "unitId": unit_id, "members": members})
        return found

    async def parents(self, parents: Sequence[Payer], on: date) -> list[str]:
        from domain.policy import PolicyBook
        from domain.vocabulary import RegionCode
        from simulator.prices import Prices
        from simulator.season_births import register_births

        async with self.world.database.write() as connection:
            births = await register_births(connection, self.world.record.seed, parents, on)
        prices = Prices(PolicyBook.load())
        return [
            _line(
                {
                    "errand": "EnrolANewborn",
                    **self._citizen(one.parent.person_id, one.parent.region, member=one.child.form()),
                    # Who is newborn pays the price of the window all year.
                    "coverageYear": one.child.birth_date.year,
                    "amountFen": prices.amount_fen(
                        RegionCode(one.parent.region), one.child.birth_date.year, on.toordinal()
                    ),
                }
            )
            for one in births
        ]


def _line(told: dict[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"
