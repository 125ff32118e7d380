"""People who look something up on a toy server: `python -m tests.loadtests.toy_run URL SECONDS RATE USERS`.

Prints when it began, when each was meant to come, and all that was measured.
"""

from __future__ import annotations

import locust

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import json
import sys

from loadtests.people import Person, Relative
from loadtests.plan import Plan
from loadtests.run import Run, carried_out
from loadtests.schedule import Arrival, ErrandKind, Mix, poisson
from loadtests.users import InsuredPerson
from loadtests.visits import Target


def main(url: str, seconds: float, rate: float, users: int) -> None:
    """Carry out the run, and print it as JSON."""
    moments = poisson(1, "toy", rate, seconds)
    nobody = Relative("", "", "", "", "", "")
    # The region says who asks.
    people = [Person("t", f"per_{place}", f"{place:06}", nobody, 2026) for place in range(len(moments))]
    coming = [Arrival(at, ErrandKind.LOOK_SOMETHING_UP, place) for place, at in enumerate(moments)]
    run = Run(Plan(Target(url, ""), people, coming, 1, Mix(reading_seconds=0)))
    carried_out(run, InsuredPerson, users, lambda _: None)
    measured = run.measurements.of("AgenciesOfRegion")
    told = {
        "began": run.began,
        "moments": moments,
        "service": measured.service,
        "response": measured.response,
        "errors": measured.errors,
        "wrong": measured.wrong,
        "succeeded": measured.succeeded,
        "against": run.against(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    assert locust.__version__
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
