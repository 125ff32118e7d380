"""The same runs under Locust's own command and web page (Locust 入口): for watching one rather than judging it.

`locust -f loadtests/locustfile.py --host http://127.0.0.1:8000 --curve curve.json --residents residents.jsonl
--families families.jsonl --others others.jsonl`. The page's form lists the profiles. Locust's number of users is how
many errands may run at once; how many people come is the profile's. Locust's own workers each let in a part of the
people.
"""

from __future__ import annotations

import locust  # noqa: F401

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import logging
import threading
from pathlib import Path
from typing import Any

from locust import events
from locust.runners import MasterRunner, WorkerRunner

from loadtests.profiles import profiles
from loadtests.reaching import target_of
from loadtests.records import Record
from loadtests.report import complaints
from loadtests.season import limits_for, planned, world_seconds
from loadtests.season_run import SeasonRun
from loadtests.season_verdict import against
from loadtests.users import InsuredPerson
from loadtests.verdict import judged, read_thresholds

__all__ = ["InsuredPerson"]

log = logging.getLogger("canbao.load")


def arguments(parser: Any) -> None:
    """What a run needs beside Locust's own options."""
    parser.add_argument("--load-profile", default="smoke", choices=list(profiles()), help="What the run is like")
    parser.add_argument("--curve", default="curve.json", help="canbao-curve/1")
    parser.add_argument("--residents", default="residents.jsonl", help="JSON lines, who pays for themselves")
    parser.add_argument("--families", default="families.jsonl", help="JSON lines, who pays for a relative")
    parser.add_argument("--others", default="others.jsonl", help="JSON lines, who comes for anything else")
    parser.add_argument("--world", default="", help="The world by name; the server's default world without it")
    parser.add_argument("--seconds", type=float, default=20.0, help="How long people keep coming, but in a season")
    parser.add_argument("--times", type=float, default=1.0, help="How many times as many come, but in a season")
    parser.add_argument("--rate", type=int, default=1, help="How fast the world's clock runs")
    parser.add_argument("--seed", type=int, default=1, help="Of moments, habits and pauses")


def begin(environment: Any, **others: object) -> None:
    """Let people in as soon as the test starts; end the test when all have left."""
    options, runner = environment.parsed_options, environment.runner
    if isinstance(runner, MasterRunner):
        return
    target = target_of(environment.host or "", options.world)
    for name in ("curve", "residents", "families", "others"):
        setattr(options, name, Path(getattr(options, name)))
    options.first = None
    plan = planned(options.load_profile, options)
    if isinstance(runner, WorkerRunner):
        plan = plan.share(runner.worker_index, options.expect_workers)
    run = SeasonRun(plan, target, lambda: world_seconds(target))
    InsuredPerson.current_run = run

    def through() -> None:
        run.let_in()
        assert run.clock is not None
        record = Record.together([run.record.written(run.clock.began)])
        verdict = judged(record.measurements, limits_for(plan, read_thresholds()), against(plan, record))
        for reason in complaints(verdict):
            log.warning("%s", reason)
        environment.process_exit_code = 0 if verdict.passed else 1
        if not isinstance(runner, WorkerRunner):
            runner.quit()

    threading.Thread(target=through, daemon=True).start()


_events: Any = events
_events.init_command_line_parser.add_listener(arguments)
_events.test_start.add_listener(begin)
