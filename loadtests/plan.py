"""What a run is to do (压测计划): where, by whom, when. Bad input is found here, before anybody comes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from loadtests.people import Person, read_people
from loadtests.schedule import Arrival, ErrandKind, Mix, arrivals
from loadtests.visits import Target

_WORLD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do. Journey number n is made by person number n; passers-by need no person."""

    target: Target
    people: Sequence[Person]
    coming: Sequence[Arrival]
    seed: int
    mix: Mix

    def planned(self) -> dict[str, int]:
        """How many come for each errand."""
        counted = Counter(arrival.kind.value for arrival in self.coming)
        return {kind.value: counted[kind.value] for kind in ErrandKind}


class BadInput(ValueError):
    """Something that a run was given cannot be used; the message says what, and what to do."""


def plan_of(host: str, world: str, people_file: Path, *, rate: float, seconds: float, seed: int) -> Plan:
    """The plan for a rate of journeys a second. Raises BadInput, ScheduleInvalid, PeopleFileInvalid, and OSError."""
    address = urlsplit(host)
    if address.scheme not in ("http", "https") or not address.netloc or address.username or address.query:
        raise BadInput("the host is an address such as http://127.0.0.1:8000")
    if world and not _WORLD.fullmatch(world):
        raise BadInput("the world is given by its name")
    if not rate > 0:
        raise BadInput("the rate is a number above 0")
    mix = Mix()
    coming = tuple(arrivals(seed, rate, seconds, mix))
    journeys = sum(arrival.kind is ErrandKind.PAY_FOR_A_RELATIVE for arrival in coming)
    if journeys == 0:
        raise BadInput("nobody would come in that time: raise duration or rate")
    people = read_people(people_file, journeys)
    if len(people) < journeys:
        raise BadInput(
            f"{journeys} people come and the file has {len(people)}: nobody comes twice, so make a longer file,"
            " or lower rate or duration"
        )
    return Plan(Target(host.rstrip("/"), world), people, coming, seed, mix)
