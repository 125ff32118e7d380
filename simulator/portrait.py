"""What a world's population looks like (人口画像): its marginals, beside what was published or assumed of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

import yaml
from sqlalchemy import bindparam, distinct, func, select

from domain.store.engine import Connection, Database
from domain.store.statements import Statement
from domain.store.tables import enrolments, persons, registry_kinships, resident_contributions
from domain.store.worlds import read_world
from domain.vocabulary import business_date
from simulator.rates import DATA, RATES, Rate

FORMAT: Final = "canbao-portrait/1"
BAND: Final = 5
"""Years of age in one bar of the pyramid."""
_SEASON: Final = {9: "09", 10: "10", 11: "11", 12: "12", 1: "01", 2: "02"}
_COLLECTED: Final = 2024

_sizes = (
    select(func.count().label("size")).where(persons.c.died_on.is_(None)).group_by(persons.c.household_id).subquery()
)
_BORN: Final = Statement(
    select(persons.c.birth_date, persons.c.sex, func.count())
    .where(persons.c.died_on.is_(None))
    .group_by(persons.c.birth_date, persons.c.sex)
)
_HOUSEHOLDS: Final = Statement(select(_sizes.c.size, func.count()).group_by(_sizes.c.size))
_PLACES: Final = Statement(select(persons.c.region_code, func.count()).group_by(persons.c.region_code))
_INSURED: Final = Statement(
    select(enrolments.c.scheme, enrolments.c.person_type, func.count())
    .where(enrolments.c.status == bindparam("status"), enrolments.c.scheme != bindparam("beside"))
    .group_by(enrolments.c.scheme, enrolments.c.person_type)
)
_ENROLLED: Final = Statement(
    select(func.count(distinct(enrolments.c.person_id)))
    .select_from(enrolments.join(persons, persons.c.id == enrolments.c.person_id))
    .where(enrolments.c.status != bindparam("status"), persons.c.died_on.is_(None))
)
_PAID: Final = Statement(
    select(resident_contributions.c.paid_on, func.count())
    .where(resident_contributions.c.coverage_year == bindparam("year"), resident_contributions.c.paid_on.is_not(None))
    .group_by(resident_contributions.c.paid_on)
)
_KIN: Final = Statement(select(registry_kinships.c.relation, func.count()).group_by(registry_kinships.c.relation))


@dataclass(frozen=True, slots=True)
class Marginal:
    """How many are of each kind, and the share that a figure says of it. `ordered` kinds have a first and a last."""

    name: str
    counts: Mapping[str, int]
    target: Mapping[str, float]
    figure: Rate
    ordered: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def chi_square(self) -> float:
        """Pearson's statistic, of one degree of freedom less than there are kinds."""
        expected = {kind: share * self.total for kind, share in self.target.items()}
        return sum((self.counts.get(kind, 0) - wanted) ** 2 / wanted for kind, wanted in expected.items())

    def kolmogorov_smirnov(self) -> float | None:
        """The largest difference of the two sums of shares; None for what has no order."""
        if not self.ordered:
            return None
        found = accumulate(self.counts.get(kind, 0) / self.total for kind in self.target)
        return max(abs(one - other) for one, other in zip(found, accumulate(self.target.values()), strict=True))

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "source": self.figure.source,
            "assumed": self.figure.assumed,
            "ordered": self.ordered,
            "total": self.total,
            "kinds": [
                {"kind": kind, "count": self.counts.get(kind, 0), "target": share}
                for kind, share in self.target.items()
            ],
            "chiSquare": self.chi_square(),
            "degreesOfFreedom": len(self.target) - 1,
            "kolmogorovSmirnov": self.kolmogorov_smirnov(),
        }


def _targets() -> dict[str, Rate]:
    told = yaml.safe_load((DATA / "targets.yaml").read_text("utf-8"))
    return {name: Rate(one["value"], one.get("source"), one.get("assumed")) for name, one in told.items()}


async def portrait_of(database: Database) -> dict[str, Any]:
    """The portrait of a world's people, as `--json` shows it. Raises LookupError where there is no world."""
    async with database.read() as connection:
        world = await read_world(connection)
        today = business_date(world.clock_base)
        ages: Counter[tuple[int, str]] = Counter()
        for born, sex, count in await connection.fetch_all(_BORN, {}):
            age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
            ages[age, sex] += count
        marginals = [*_of_ages(ages), *await _of_the_rest(connection, sum(ages.values()))]
        kin = await connection.fetch_all(_KIN, {})
    return {
        "format": FORMAT,
        "world": world.name,
        "seed": world.seed,
        "persons": world.persons,
        "on": today.isoformat(),
        "band": BAND,
        "pyramid": _pyramid(ages),
        "kinship": dict(sorted(kin)),
        "marginals": [one.as_json() for one in marginals],
    }


def _pyramid(ages: Counter[tuple[int, str]]) -> list[dict[str, int]]:
    last = max((age for age, _ in ages), default=0)
    found = []
    for first in range(0, last + 1, BAND):
        of_band = range(first, first + BAND)
        sexes = {name: sum(ages[age, sex] for age in of_band) for name, sex in (("male", "MALE"), ("female", "FEMALE"))}
        found.append({"from": first, **sexes})
    return found


def _of_ages(ages: Counter[tuple[int, str]]) -> list[Marginal]:
    groups: Counter[str] = Counter()
    for (age, _), count in ages.items():
        groups["0-14" if age < 15 else "15-59" if age < 60 else "60+"] += count
    figure = _targets()["age_groups"]
    return [Marginal("age_groups", groups, figure.value, figure, ordered=True)]


async def _of_the_rest(connection: Connection, living: int) -> list[Marginal]:
    targets = _targets()
    sizes: Counter[str] = Counter()
    for size, count in await connection.fetch_all(_HOUSEHOLDS, {}):
        sizes[str(size) if size < 5 else "5+"] += count
    schemes: Counter[str] = Counter()
    employees: Counter[str] = Counter()
    for scheme, person_type, count in await connection.fetch_all(_INSURED, {"status": "ACTIVE", "beside": "MATERNITY"}):
        schemes[scheme] += count
        if scheme == "EMPLOYEE":
            employees["FLEXIBLE" if person_type == "FLEXIBLE" else "OTHERS"] += count
    [(enrolled,)] = await connection.fetch_all(_ENROLLED, {"status": "TERMINATED"})
    months: Counter[str] = Counter()
    for day, count in await connection.fetch_all(_PAID, {"year": _COLLECTED}):
        if day.month in _SEASON and day.year == _COLLECTED - (day.month > 2):
            months[_SEASON[day.month]] += count
    cities: Counter[str] = Counter()
    for region, count in await connection.fetch_all(_PLACES, {}):
        cities[f"{region[:4]}00"] += count
    months_drawn = RATES.figures["contributions.months"]
    return [
        Marginal("household_sizes", sizes, targets["household_sizes"].value, targets["household_sizes"], ordered=True),
        Marginal("schemes", schemes, targets["schemes"].value, targets["schemes"], ordered=False),
        Marginal("employees", employees, targets["employees"].value, targets["employees"], ordered=False),
        Marginal(
            "enrolled",
            {"NOT_ENROLLED": living - enrolled, "ENROLLED": enrolled},
            targets["enrolled"].value,
            targets["enrolled"],
            ordered=False,
        ),
        Marginal(
            "season",
            months,
            {
                name: weight / sum(months_drawn.value)
                for name, weight in zip(_SEASON.values(), months_drawn.value, strict=True)
            },
            months_drawn,
            ordered=True,
        ),
        Marginal("cities", cities, RATES.city_shares, RATES.figures["city_shares"], ordered=False),
    ]
