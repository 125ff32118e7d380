"""The same people under Locust's own command and web page (Locust 入口): for watching a run rather than judging it.

`locust -f loadtests/locustfile.py --host http://127.0.0.1:8000 --people people.jsonl --journeys-per-second 5`

Locust's number of users is how many errands may run at once; how many people come is `--journeys-per-second`.
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

from loadtests.plan import plan_of
from loadtests.report import complaints
from loadtests.run import Run
from loadtests.tokens import SECRET, signed_in
from loadtests.users import InsuredPerson
from loadtests.verdict import judged, read_thresholds

__all__ = ["InsuredPerson"]

log = logging.getLogger("canbao.load")


def arguments(parser: Any) -> None:
    """What a run needs beside Locust's own options."""
    parser.add_argument("--people", default="people.jsonl", help="JSON lines, one person each")
    parser.add_argument("--client", default=None, help=f"Gets a token for who has none; its secret is in {SECRET}")
    parser.add_argument("--world", default="", help="The world by name; the server's default world without it")
    parser.add_argument("--journeys-per-second", type=float, default=5.0, help="How many journeys begin per second")
    parser.add_argument("--coming-seconds", type=float, default=20.0, help="How long people keep coming")
    parser.add_argument("--schedule-seed", type=int, default=1, help="Of arrivals, habits and pauses")


def begin(environment: Any, **others: object) -> None:
    """Let people in as soon as the test starts; end the test when all have left."""
    options = environment.parsed_options
    plan = plan_of(
        environment.host or "",
        options.world,
        Path(options.people),
        rate=options.journeys_per_second,
        seconds=options.coming_seconds,
        seed=options.schedule_seed,
    )
    run = Run(signed_in(plan, options.client))
    InsuredPerson.current_run = run

    def through() -> None:
        run.let_in()
        verdict = judged(run.measurements, read_thresholds(), run.against())
        for reason in complaints(verdict):
            log.warning("%s", reason)
        environment.process_exit_code = 0 if verdict.passed else 1
        environment.runner.quit()

    threading.Thread(target=through, daemon=True).start()


_events: Any = events
_events.init_command_line_parser.add_listener(arguments)
_events.test_start.add_listener(begin)
