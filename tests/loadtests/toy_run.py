"""People who look something up on a toy server: `python -m tests.loadtests.toy_run URL SECONDS RATE USERS`.

Prints when it began, when each was meant to come, and all that was measured.
"""

from __future__ import annotations

import locust

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import json
import sys
from dataclasses import replace

from loadtests.curves import Curve
from loadtests.profiles import profiles
from loadtests.records import Record
from loadtests.run import carried_out
from loadtests.schedule import poisson
from loadtests.season_plan import Coming, Resident, SeasonErrand, SeasonPlan, read_figures
from loadtests.season_run import SeasonRun
from loadtests.season_verdict import against
from loadtests.users import InsuredPerson
from loadtests.visits import Target


def main(url: str, seconds: float, rate: float, users: int) -> None:
    """Carry out the run, and print it as JSON."""
    moments = poisson(1, "toy", rate, seconds)
    figures = read_figures()
    figures = replace(figures, patience_seconds=3_600.0, mix=replace(figures.mix, reading_seconds=0.0))
    # The region says who asks.
    people = [Resident("t", f"per_{place}", f"{place:06}", 2026) for place in range(len(moments))]
    coming = [Coming(at, SeasonErrand.LOOK_SOMETHING_UP, place, place) for place, at in enumerate(moments)]
    curve = Curve({}, 1, 0, (), (), ())
    plan = SeasonPlan(profiles()["load"], curve, 0, 1, seconds, 1, figures, people, (), (), {}, coming)
    run = SeasonRun(plan, Target(url, ""), lambda: 1)
    carried_out(run, InsuredPerson, users, lambda _: None)
    assert run.clock is not None
    measured = run.record.measurements.of("AgenciesOfRegion")
    told = {
        "began": run.clock.began,
        "moments": moments,
        "service": measured.service,
        "response": measured.response,
        "errors": measured.errors,
        "wrong": measured.wrong,
        "succeeded": measured.succeeded,
        "against": against(plan, Record.together([run.record.written(run.clock.began)])),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    assert locust.__version__
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
