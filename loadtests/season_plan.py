"""What a season's run is to do (征缴季压测计划): who comes when, by the curve, for what. Drawn before anybody comes."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from loadtests.curves import HOUR, Curve, Part, Rates
from loadtests.errands.paying_alone import CHANNELS, Manner
from loadtests.people import PeopleFileInvalid, Person, read_people
from loadtests.plan import BadInput
from loadtests.schedule import MOST_ARRIVALS, Mix, child_seed

FIGURES: Final = Path(__file__).parent / "season.yaml"


class SeasonErrand(StrEnum):
    """What somebody comes for; the value is the errand's name in reports."""

    PAY_FOR_MYSELF = "PayForMyself"
    PAY_FOR_A_RELATIVE = "PayForARelative"
    ASK_WHAT_IS_DUE = "AskWhatIsDue"
    COME_IN_VAIN = "ComeInVain"
    """Ask on a day on which nobody can pay, and be sent away."""
    LOOK_SOMETHING_UP = "LookSomethingUp"


@dataclass(frozen=True, slots=True)
class Figures:
    """The shares, pauses and limits of `season.yaml`."""

    asks_per_payer: float
    look_ups_per_payer: float
    abandoning: float
    impatient: float
    regretting: float
    mix: Mix
    patience_seconds: float
    missed_share: float
    generator_share: float
    server_share: float
    required: tuple[str, ...]


def read_figures(path: Path = FIGURES) -> Figures:
    """The figures of a file of that form."""
    read = yaml.safe_load(path.read_text("utf-8"))
    habits = {name: float(one["value"]) for name, one in read["habits"].items()}
    limits = {name: float(one["value"]) for name, one in read["limits"].items()}
    return Figures(
        asks_per_payer=float(read["errands"]["AskWhatIsDue"]["per_payer"]),
        look_ups_per_payer=float(read["errands"]["LookSomethingUp"]["per_payer"]),
        abandoning=habits["abandoning"],
        impatient=habits["impatient"],
        regretting=habits["regretting"],
        mix=Mix(
            watching=habits["watching"],
            tapping_twice=habits["impatient"],
            asking_again=habits["asking_again"],
            reading_seconds=habits["reading_seconds"],
            typing_seconds=habits["typing_seconds"],
        ),
        required=tuple(read["required"]),
        **limits,
    )


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who pays for themselves: a token, `per_…`, the county they are insured in, and the year of cover."""

    token: str
    person_id: str
    region: str
    coverage_year: int


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who means to come then, in seconds of the machine after the season's beginning.

    `person` is their place in the list of those who come for that; `index` counts within the errand.
    """

    at_seconds: float
    errand: SeasonErrand
    person: int
    index: int


@dataclass(frozen=True, slots=True)
class SeasonPlan:
    """A season that is run in `seconds`: the world's clock runs `rate` times as fast as the machine's."""

    curve: Curve
    rate: int
    seed: int
    figures: Figures
    residents: Sequence[Resident]
    families: Sequence[Person]
    relatives_in: Sequence[str]
    """Where the relative of each family is insured."""
    coming: Sequence[Coming]

    @property
    def seconds(self) -> float:
        """How long the season lasts on the machine."""
        return (self.curve.last - self.curve.first) / self.rate

    @property
    def payers(self) -> int:
        """How many mean to pay."""
        return len(self.residents) + len(self.families)

    def planned(self) -> dict[str, int]:
        """How many come for each errand."""
        counted = Counter(one.errand.value for one in self.coming)
        return {errand.value: counted[errand.value] for errand in SeasonErrand}

    def part_of(self, coming: Coming) -> Part | None:
        """The part of the place whose terms hold for whoever comes; None for passers-by."""
        if coming.errand is SeasonErrand.LOOK_SOMETHING_UP:
            return None
        if coming.errand is SeasonErrand.PAY_FOR_A_RELATIVE:
            return self.curve.part_of(self.relatives_in[coming.person])
        return self.curve.part_of(self.residents[coming.person].region)

    def manner(self, index: int) -> Manner:
        """How the resident at that place of the list goes about paying."""
        unit = Random(child_seed(self.seed, "season/manner", index)).random
        return Manner(
            channel=CHANNELS[index % len(CHANNELS)],
            abandons=unit() < self.figures.abandoning,
            taps_thrice=unit() < self.figures.impatient,
            asks_again=unit() < self.figures.mix.asking_again,
            regrets=unit() < self.figures.regretting,
        )


def read_residents(path: Path) -> tuple[Resident, ...]:
    """Everybody in a file of JSON lines, each once. Raises PeopleFileInvalid, and OSError."""
    found: dict[str, Resident] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            read = json.loads(line)
            one = Resident(read["token"], read["personId"], read["region"], int(read["coverageYear"]))
        except (ValueError, KeyError, TypeError):
            raise PeopleFileInvalid(f"line {number} is no resident") from None
        if found.setdefault(one.person_id, one) is not one:
            raise PeopleFileInvalid(f"line {number}: this personId has come before; nobody may come twice")
    return tuple(found.values())


class _Moments:
    """Moments of the world drawn by a curve of shares: the busier an hour, the likelier."""

    def __init__(self, first: int, shares: Sequence[float]) -> None:
        self._first = first
        self._sums = list(accumulate(shares))

    @property
    def whole(self) -> float:
        return self._sums[-1]

    def moment(self, unit: Callable[[], float]) -> float:
        place = bisect_left(self._sums, unit() * self.whole)
        return self._first + (min(place, len(self._sums) - 1) + unit()) * HOUR


def _moments(curve: Curve, part: Part, share: Callable[[Rates], float]) -> _Moments:
    return _Moments(curve.first, [share(rates) for rates in part.hours])


def season_plan(
    curve: Curve, residents_file: Path, families_file: Path, *, rate: int, seed: int, figures: Figures
) -> SeasonPlan:
    """The plan for a season at that pace. Raises BadInput, PeopleFileInvalid, and OSError."""
    residents = [one for one in read_residents(residents_file) if curve.part_of(one.region) is not None]
    families = list(read_people(families_file, MOST_ARRIVALS))
    relatives_in = _relatives_in(families_file)
    if rate < 1:
        raise BadInput("the world's clock runs at least as fast as the machine's")
    if not residents or not families:
        raise BadInput("nobody could pay: make a larger world")
    coming: list[Coming] = []

    def comes(errand: SeasonErrand, person: int, moments: _Moments) -> None:
        index = counted[errand]
        counted[errand] += 1
        unit = Random(child_seed(seed, f"season/{errand}", index)).random
        coming.append(Coming((moments.moment(unit) - curve.first) / rate, errand, person, index))

    counted: Counter[SeasonErrand] = Counter()
    for part in curve.parts:
        here = [place for place, one in enumerate(residents) if one.region in part.counties]
        by_channel = _moments(curve, part, lambda rates: rates.channel)
        by_account = _moments(curve, part, lambda rates: rates.account)
        for place in here:
            comes(SeasonErrand.PAY_FOR_MYSELF, place, by_channel)
        for place, county in enumerate(relatives_in):
            if county in part.counties:
                comes(SeasonErrand.PAY_FOR_A_RELATIVE, place, by_account)
        if not here:
            continue
        for number in range(round(len(here) * figures.asks_per_payer)):
            comes(SeasonErrand.ASK_WHAT_IS_DUE, here[number % len(here)], by_channel)
        in_vain = _moments(curve, part, lambda rates: rates.knocking)
        for number in range(round(len(here) * in_vain.whole)):
            comes(SeasonErrand.COME_IN_VAIN, here[number % len(here)], in_vain)
        for number in range(round(len(here) * figures.look_ups_per_payer)):
            comes(SeasonErrand.LOOK_SOMETHING_UP, here[number % len(here)], by_channel)
    if len(coming) > MOST_ARRIVALS:
        raise BadInput(f"more than {MOST_ARRIVALS} would come: make a smaller world")
    ordered = tuple(sorted(coming, key=lambda one: one.at_seconds))
    return SeasonPlan(curve, rate, seed, figures, residents, families, relatives_in, ordered)


def _relatives_in(path: Path) -> list[str]:
    """Where the relative of each line of a people file is insured, which only a season's file says."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        read: Mapping[str, Any] = json.loads(line)
        county = read.get("memberRegion")
        if not isinstance(county, str):
            raise PeopleFileInvalid(f"line {number}: memberRegion is missing or no text")
        found.append(county)
    return found
