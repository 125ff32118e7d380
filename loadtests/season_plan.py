"""What a run is to do (压测计划): who comes when and for what, by its profile. Drawn before anybody comes."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from loadtests.curves import HOUR, Curve, Part, Rates
from loadtests.errands.paying_alone import CHANNELS, Manner
from loadtests.errands.working_the_queue import Verdict
from loadtests.others import Other, read_others
from loadtests.people import PeopleFileInvalid, Person, read_people
from loadtests.profiles import Profile
from loadtests.reaching import BadInput
from loadtests.schedule import GRACE_SECONDS, MOST_ARRIVALS, Mix, ScheduleInvalid, child_seed, poisson

FIGURES: Final = Path(__file__).parent / "season.yaml"


class SeasonErrand(StrEnum):
    """What somebody comes for; the value is the errand's name in reports."""

    PAY_FOR_MYSELF = "PayForMyself"
    PAY_FOR_A_RELATIVE = "PayForARelative"
    ASK_WHAT_IS_DUE = "AskWhatIsDue"
    COME_IN_VAIN = "ComeInVain"
    """Ask on a day on which nobody can pay, and be sent away."""
    LOOK_SOMETHING_UP = "LookSomethingUp"
    CHECK_LAST_YEAR = "CheckLastYear"
    FILE_AN_ENQUIRY = "FileAnEnquiry"
    FILE_CARE_ELSEWHERE = "FileCareElsewhere"
    """File a record of care away from home, which waits for a clerk."""
    WORK_THE_QUEUE = "WorkTheQueue"
    """Claim a filing as a clerk, and decide it."""
    PAY_FOR_EMPLOYEES = "PayForEmployees"
    """Declare a month's wages as an employer, and pay the bill."""
    COLLECT_FOR_MANY = "CollectForMany"
    """Pay for the people of a village or a school in one list."""
    ENROL_A_NEWBORN = "EnrolANewborn"
    STUDY_ELSEWHERE = "StudyElsewhere"
    FOLLOW_THE_LOG = "FollowTheLog"
    """Hold a subscription for the whole run, and be told everything once."""


_WITHOUT_TERMS: Final = frozenset(
    {
        SeasonErrand.LOOK_SOMETHING_UP,
        SeasonErrand.CHECK_LAST_YEAR,
        SeasonErrand.FILE_AN_ENQUIRY,
        SeasonErrand.FILE_CARE_ELSEWHERE,
        SeasonErrand.WORK_THE_QUEUE,
        SeasonErrand.PAY_FOR_EMPLOYEES,
        SeasonErrand.FOLLOW_THE_LOG,
    }
)
"""What the season's windows and prices have nothing to do with."""
BY_OTHERS: Final = frozenset(
    {
        SeasonErrand.WORK_THE_QUEUE,
        SeasonErrand.PAY_FOR_EMPLOYEES,
        SeasonErrand.COLLECT_FOR_MANY,
        SeasonErrand.ENROL_A_NEWBORN,
        SeasonErrand.STUDY_ELSEWHERE,
    }
)
"""What other people come for than those who pay for themselves."""
_AGAIN: Final = frozenset({SeasonErrand.WORK_THE_QUEUE})
"""What the same people come for again and again."""
_NEWBORN_HOURS: Final = 3 * 24
"""assumed: of a season, in which those who are newborn when it begins are enrolled; cover is from birth then."""
_UNHURRIED: Final = frozenset({SeasonErrand.ENROL_A_NEWBORN, SeasonErrand.PAY_FOR_EMPLOYEES})
"""What nobody comes for where days pass too fast: a child is newborn, and a bill in time, for some of them only."""
_VISIT_DAYS: Final = 10
"""How many days of the world the longest visit for that may take."""
_FOLLOWED_WITHIN: Final = 0.1
"""assumed: of a run, the beginning, in which those who follow it connect."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The shares, pauses and limits of `season.yaml`."""

    per_payer: Mapping[SeasonErrand, float]
    """How many come for something else for each who pays."""
    abandoning: float
    impatient: float
    regretting: float
    staying_long: float
    returning: float
    denying: float
    mix: Mix
    patience_seconds: float
    waiting_seconds: float
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
        per_payer={SeasonErrand(name): float(one["per_payer"]) for name, one in read["errands"].items()},
        abandoning=habits["abandoning"],
        impatient=habits["impatient"],
        regretting=habits["regretting"],
        staying_long=habits["staying_long"],
        returning=habits["returning"],
        denying=habits["denying"],
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
    """A run of `seconds`, in which the world's clock runs `rate` times as fast as the machine's, from `first` on."""

    profile: Profile
    curve: Curve
    first: int
    rate: int
    seconds: float
    seed: int
    figures: Figures
    residents: Sequence[Resident]
    families: Sequence[Person]
    relatives_in: Sequence[str]
    """Where the relative of each family is insured."""
    others: Mapping[SeasonErrand, Sequence[Other]]
    coming: Sequence[Coming]

    @property
    def payers(self) -> int:
        """How many mean to pay."""
        paying = (SeasonErrand.PAY_FOR_MYSELF, SeasonErrand.PAY_FOR_A_RELATIVE)
        return sum(one.errand in paying for one in self.coming)

    def share(self, index: int, of: int) -> SeasonPlan:
        """The part of it for one of several load generators: whoever is asked about is asked about by one of them."""
        return replace(self, coming=tuple(one for one in self.coming if one.person % of == index))

    def planned(self) -> dict[str, int]:
        """How many come for each errand."""
        counted = Counter(one.errand.value for one in self.coming)
        return {errand.value: counted[errand.value] for errand in SeasonErrand}

    def who(self, coming: Coming) -> Resident | Person | Other:
        """Who comes; whoever comes for nothing of their own is one of the residents."""
        if coming.errand is SeasonErrand.PAY_FOR_A_RELATIVE:
            return self.families[coming.person]
        if coming.errand in BY_OTHERS:
            return self.others[coming.errand][coming.person]
        return self.residents[coming.person]

    def part_of(self, coming: Coming) -> Part | None:
        """The part of the place whose terms hold for whoever comes; None for passers-by."""
        if coming.errand in _WITHOUT_TERMS:
            return None
        if coming.errand is SeasonErrand.PAY_FOR_A_RELATIVE:
            return self.curve.part_of(self.relatives_in[coming.person])
        return self.curve.part_of(self.who(coming).region)

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

    def verdict(self, index: int) -> Verdict:
        """What a clerk makes of the filing at that place of those that are claimed."""
        unit = Random(child_seed(self.seed, "season/verdict", index)).random()
        if unit < self.figures.returning:
            return Verdict.RETURN
        return Verdict.DENY if unit < self.figures.returning + self.figures.denying else Verdict.APPROVE

    def stays_long(self, index: int) -> bool:
        """Whether whoever files care away from home at that place of those who do will be there for long."""
        return Random(child_seed(self.seed, "season/stay", index)).random() < self.figures.staying_long


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


@dataclass(frozen=True, slots=True)
class People:
    """Who may come: `relatives_in` says where the relative of each family is insured."""

    residents: Sequence[Resident]
    families: Sequence[Person]
    relatives_in: Sequence[str]
    others: Mapping[SeasonErrand, Sequence[Other]]

    def coming_for(self, errand: SeasonErrand) -> Sequence[Resident] | Sequence[Other]:
        """Who comes for something beside paying."""
        return self.others.get(errand, ()) if errand in BY_OTHERS else self.residents


def read_everybody(curve: Curve, residents_file: Path, families_file: Path, others_file: Path) -> People:
    """The people of the files who are insured where the curve is of. Raises BadInput, PeopleFileInvalid, OSError."""
    residents = [one for one in read_residents(residents_file) if curve.part_of(one.region) is not None]
    families = list(read_people(families_file, MOST_ARRIVALS))
    if not residents or not families:
        raise BadInput("nobody could pay: make a larger world")
    others = {SeasonErrand(errand): found for errand, found in read_others(others_file).items()}
    return People(residents, families, _relatives_in(families_file), others)


def plan_for(
    profile: Profile, curve: Curve, people: People, *, first: int, rate: int, seconds: float, times: float, seed: int
) -> SeasonPlan:
    """The plan of a profile that is to last so many seconds, with so many times as many people. Raises BadInput."""
    figures = read_figures()
    if profile.outage is not None:
        # Their own view would be cut, and what a view missed is found out by those who follow.
        figures = replace(figures, mix=replace(figures.mix, watching=0.0))
    if profile.by_curve:
        plan = season_plan(profile, curve, people, rate=rate, seed=seed, figures=figures)
    else:
        plan = standing_plan(
            profile, curve, people, first=first, seconds=seconds, times=times, seed=seed, figures=figures
        )
    if len(plan.coming) > MOST_ARRIVALS:
        raise BadInput(f"more than {MOST_ARRIVALS} would come: make a smaller world, or lower rate or duration")
    return plan


def standing_plan(
    profile: Profile,
    curve: Curve,
    people: People,
    *,
    first: int,
    seconds: float,
    times: float,
    seed: int,
    figures: Figures,
) -> SeasonPlan:
    """People come step by step of the profile, at a rate, while the world's clock runs as the machine's.

    For everything that anybody comes for one comes at least, as long as there is somebody who may.
    """
    order = Random(child_seed(seed, "profile/order", 0))
    everybody = [(SeasonErrand.PAY_FOR_MYSELF, place) for place in range(len(people.residents))]
    everybody += [(SeasonErrand.PAY_FOR_A_RELATIVE, place) for place in range(len(people.families))]
    order.shuffle(everybody)
    coming: list[Coming] = []
    counted: Counter[SeasonErrand] = Counter()

    def comes(moment: float, errand: SeasonErrand, person: int) -> None:
        coming.append(Coming(moment, errand, person, counted[errand]))
        counted[errand] += 1

    def comes_for(moment: float, errand: SeasonErrand) -> None:
        many = len(people.coming_for(errand))
        if errand not in BY_OTHERS:
            comes(moment, errand, order.randrange(many))
        elif counted[errand] < many or (many and errand in _AGAIN):
            comes(moment, errand, counted[errand] % many)

    began = 0.0
    try:
        for number, step in enumerate(profile.steps):
            lasts, per_second = step.share * seconds, profile.payers_per_second * step.times * times
            for moment in poisson(seed, f"profile/{number}/pay", per_second, lasts):
                if not everybody:
                    raise BadInput("more would pay than the world has people: make a larger one, or let fewer come")
                comes(began + moment, *everybody.pop())
            for errand, share in figures.per_payer.items():
                for moment in poisson(seed, f"profile/{number}/{errand}", per_second * share, lasts):
                    comes_for(began + moment, errand)
            began += lasts
        for errand in figures.per_payer:
            if not counted[errand]:
                comes_for(order.random() * seconds, errand)
    except ScheduleInvalid as error:
        raise BadInput(str(error)) from None
    for number in range(min(profile.following, len(people.residents))):
        comes(seconds * _FOLLOWED_WITHIN * number / profile.following, SeasonErrand.FOLLOW_THE_LOG, number)
    ordered = tuple(sorted(coming, key=lambda one: one.at_seconds))
    return SeasonPlan(
        profile,
        curve,
        first,
        1,
        seconds,
        seed,
        figures,
        people.residents,
        people.families,
        people.relatives_in,
        people.others,
        ordered,
    )


def season_plan(
    profile: Profile, curve: Curve, people: People, *, rate: int, seed: int, figures: Figures
) -> SeasonPlan:
    """The whole season at that pace: everybody comes once to pay. Raises BadInput."""
    if rate < 1:
        raise BadInput("the world's clock runs at least as fast as the machine's")
    residents, relatives_in = people.residents, people.relatives_in
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
        for errand, share in figures.per_payer.items():
            may = [place for place, one in enumerate(people.coming_for(errand)) if _is_near(one.region, part)]
            times = round(len(here) * share)
            if errand in BY_OTHERS and errand not in _AGAIN:
                times = min(times, len(may))
            if errand in _UNHURRIED and rate * GRACE_SECONDS > _VISIT_DAYS * 24 * HOUR:
                continue
            moments = by_channel
            if errand is SeasonErrand.ENROL_A_NEWBORN:
                moments = _Moments(curve.first, [rates.account for rates in part.hours[:_NEWBORN_HOURS]])
            for number in range(times if may and moments.whole else 0):
                comes(errand, may[number % len(may)], moments)
        in_vain = _moments(curve, part, lambda rates: rates.knocking)
        for number in range(round(len(here) * in_vain.whole)):
            comes(SeasonErrand.COME_IN_VAIN, here[number % len(here)], in_vain)
    ordered = tuple(sorted(coming, key=lambda one: one.at_seconds))
    seconds = (curve.last - curve.first) / rate
    return SeasonPlan(
        profile,
        curve,
        curve.first,
        rate,
        seconds,
        seed,
        figures,
        residents,
        people.families,
        relatives_in,
        people.others,
        ordered,
    )


def _is_near(region: str, part: Part) -> bool:
    """Whether a region is a county of that part of the place, or has one in it."""
    prefix = region[:2] if region[2:] == "0000" else region[:4] if region[4:] == "00" else region
    return any(county.startswith(prefix) for county in part.counties)


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
