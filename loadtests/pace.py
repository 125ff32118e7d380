"""How fast the load generator is (压测端速度): `python -m loadtests.pace`, against a server that answers at once.

People of a season come all at once and do not think: the generator is busy all the time, and its requests by the
seconds of processor that it used are what one core of it can ask. Errands, checks and measuring are those of a season.
"""

from __future__ import annotations

import locust

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import argparse
import cProfile
import json
import pstats
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from loadtests.curves import HOUR, Curve, Part, Rates
from loadtests.others import Clerk
from loadtests.percentiles import Spread, three_digits
from loadtests.profiles import profiles
from loadtests.run import carried_out
from loadtests.season_plan import Coming, Resident, SeasonErrand, SeasonPlan, read_figures
from loadtests.season_run import SeasonRun
from loadtests.users import InsuredPerson
from loadtests.visits import Target

FORMAT: Final = "canbao-pace/1"
USERS: Final = 60
_OPENS: Final = 1_756_742_400
"""2025-09-02 at midnight in Shanghai."""
_CLOSES: Final = 1_772_294_400
"""2026-03-01, likewise."""
_COUNTY: Final = "840102"
_LISTENING: Final = 128


def plan_of(payers: int) -> SeasonPlan:
    """So many who pay, with those who come around them, all at once."""
    figures = read_figures()
    hour = Rates(1.0, 0.0, 0.0)
    part = Part((_COUNTY,), 1.0, _OPENS, _CLOSES, 31, 40_000, None, wait_grows=False, hours=(hour,))
    # Nobody asks who also pays: what is due is always the same.
    everybody = range(2 * payers)
    residents = [Resident(f"toy.per_{place}", f"per_{place}", _COUNTY, 2026) for place in everybody]
    around = (
        SeasonErrand.ASK_WHAT_IS_DUE,
        SeasonErrand.LOOK_SOMETHING_UP,
        SeasonErrand.FILE_CARE_ELSEWHERE,
        SeasonErrand.WORK_THE_QUEUE,
    )
    clerks = [Clerk(f"toy.clerk_{place}", "840000") for place in everybody]
    shares = {SeasonErrand.PAY_FOR_MYSELF: 1.0, **{errand: figures.per_payer[errand] for errand in around}}
    coming = [
        Coming(0.0, errand, index % payers + payers * (errand is not SeasonErrand.PAY_FOR_MYSELF), index)
        for errand, share in shares.items()
        for index in range(round(payers * share))
    ]
    calm = replace(
        figures,
        regretting=0.0,
        staying_long=0.0,
        returning=0.0,
        denying=0.0,
        patience_seconds=3_600.0,
        mix=replace(figures.mix, reading_seconds=0.0, typing_seconds=0.0, asking_again=0.0),
    )
    others = {SeasonErrand.WORK_THE_QUEUE: clerks}
    coming.sort(key=lambda one: one.index)
    curve = Curve({}, payers, _OPENS, (hour,) * 24, (part,), ())
    return SeasonPlan(profiles()["load"], curve, _now() - 1, 1, 0.0, 1, calm, residents, (), (), others, coming)


def _now() -> int:
    return _OPENS + 10 * HOUR


def measured(payers: int, users: int, profile: cProfile.Profile | None) -> dict[str, Any]:
    """What the load generator did in a run of so many payers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(_LISTENING)
        port = listener.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "loadtests.toy", "--fd", str(listener.fileno())], pass_fds=[listener.fileno()]
        )
    run = SeasonRun(plan_of(payers), Target(f"http://127.0.0.1:{port}", ""), _now)
    began = time.perf_counter()
    try:
        if profile is not None:
            profile.enable()
        used = carried_out(run, InsuredPerson, users, lambda _: None)
    finally:
        if profile is not None:
            profile.disable()
        server.terminate()
        server.wait()
    errands = {errand.value for errand in SeasonErrand}
    record = run.record
    asked = {name: one for name, one in record.measurements.by_operation.items() if name not in errands}
    requests = sum(one.count for one in asked.values())
    service = Spread.of([value for one in asked.values() for value in one.service])
    return {
        "requests": requests,
        "errands": record.finished,
        "failed": record.failed + record.faults.total(),
        "processor_seconds": three_digits(used),
        "seconds": three_digits(time.perf_counter() - began),
        "requests_per_cpu_second": three_digits(requests / used),
        "service_p50_ms": None if service is None else service.p50,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a few times and print the best and the others; the exit code, 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(prog="python -m loadtests.pace", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--payers", type=int, default=2_000, help="who pay in one measurement (default 2000)")
    parser.add_argument("--rounds", type=int, default=3, help="how many measurements (default 3)")
    parser.add_argument("--users", type=int, default=USERS, help=f"errands at once (default {USERS})")
    parser.add_argument("--profile", type=Path, default=None, help="write what cProfile saw of them to this file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    profile = None if options.profile is None else cProfile.Profile()
    rounds = [measured(options.payers, options.users, profile) for _ in range(options.rounds)]
    if profile is not None:
        pstats.Stats(profile).dump_stats(options.profile)
    best = max(one["requests_per_cpu_second"] for one in rounds)
    if options.json:
        sys.stdout.write(json.dumps({"format": FORMAT, "requests_per_cpu_second": best, "rounds": rounds}) + "\n")
    else:
        for one in rounds:
            sys.stdout.write(
                f"{one['requests']} requests of {one['errands']} errands in {one['processor_seconds']:g} s of"
                f" processor: {one['requests_per_cpu_second']:g} a second, {one['failed']} failed\n"
            )
        sys.stdout.write(f"one core of the load generator asks {best:g} requests a second\n")
    return int(any(one["failed"] for one in rounds))


if __name__ == "__main__":
    assert locust.__version__
    sys.exit(main())
