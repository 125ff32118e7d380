"""What a run is like (压测方案): `profiles.yaml`, read. `python -m loadtests.profiles NAME` prints one as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import yaml

PROFILES: Final = Path(__file__).parent / "profiles.yaml"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a run in which so many times as many come."""

    share: float
    times: float


@dataclass(frozen=True, slots=True)
class Outage:
    """The server dies at a share of the run, and begins anew so many seconds later."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of run, by its name."""

    name: str
    zh: str
    en: str
    seconds: float
    payers_per_second: float
    steps: tuple[Step, ...]
    by_curve: bool
    """Whether people come by the curve of a place while the world's clock runs through the season."""
    finds_capacity: bool
    """Whether it goes on until it is too much, so that times do not fail it."""
    limits_times: float
    """How many times as long as the thresholds answers may take."""
    following: int
    """How many follow the log all the time."""
    outage: Outage | None
    memory_may_grow: float | None
    """The share by which the server's memory may grow over the run, without its first fifth; None: it is not judged."""


def profiles(path: Path = PROFILES) -> Mapping[str, Profile]:
    """All profiles of a file, by name."""
    read: Mapping[str, Mapping[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return {name: _profile(name, given) for name, given in read.items()}


def _profile(name: str, given: Mapping[str, Any]) -> Profile:
    outage, may_grow = given.get("outage"), given.get("memory_may_grow")
    return Profile(
        name=name,
        zh=str(given["about"]["zh"]),
        en=str(given["about"]["en"]),
        seconds=float(given["seconds"]),
        payers_per_second=float(given.get("payers_per_second", 0.0)),
        steps=tuple(Step(float(one["share"]), float(one["times"])) for one in given.get("steps", ())),
        by_curve=bool(given.get("by_curve", False)),
        finds_capacity=bool(given.get("finds_capacity", False)),
        limits_times=float(given.get("limits_times", 1.0)),
        following=int(given.get("following", 0)),
        outage=None if outage is None else Outage(float(outage["at"]), float(outage["seconds"])),
        memory_may_grow=None if may_grow is None else float(may_grow),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the profile of the first argument; the exit code."""
    (name,) = sys.argv[1:] if arguments is None else arguments
    sys.stdout.write(json.dumps(asdict(profiles()[name]), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
