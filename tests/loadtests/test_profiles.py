"""Profiles: their data, the plans they make, and what is said of a run that looks for capacity or for a recovery."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loadtests.curves import Curve, Part, Rates
from loadtests.gauges import Sample, gauges_of
from loadtests.others import Clerk
from loadtests.people import Person, Relative
from loadtests.profiles import Profile, profiles
from loadtests.reaching import BadInput, target_of, world_of
from loadtests.records import Record, busiest_share
from loadtests.season_plan import People, Resident, SeasonErrand, SeasonPlan, plan_for
from loadtests.season_verdict import MIB, against, against_leaking, against_recovery, capacity_of, recovery_of
from loadtests.terms import Away
from resolvers.cli.season import Profiles

ROOT = Path(__file__).resolve().parents[2]
COUNTY = "840102"
HOUR = Rates(1.0, 0.0, 0.0)
PART = Part((COUNTY,), 1.0, 0, 10**9, 31, 40_000, None, wait_grows=False, hours=(HOUR,))
CURVE = Curve({}, 1, 0, (HOUR,) * 24, (PART,), ())
NOBODY = Relative("", "", "", "", "", "")
PEOPLE = People(
    [Resident("t", f"per_{place}", COUNTY, 2026) for place in range(2_000)],
    [Person("t", f"per_{place}", COUNTY, NOBODY, 2026) for place in range(2_000, 3_000)],
    [COUNTY] * 1_000,
    {SeasonErrand.WORK_THE_QUEUE: [Clerk("t", "840100")] * 3},
)


def _plan(profile: Profile, *, times: float = 1.0, seed: int = 1, seconds: float | None = None) -> SeasonPlan:
    lasts = profile.seconds if seconds is None else seconds
    return plan_for(profile, CURVE, PEOPLE, first=0, rate=1, seconds=lasts, times=times, seed=seed)


def _paying(plan: SeasonPlan) -> list[tuple[SeasonErrand, int]]:
    paying = (SeasonErrand.PAY_FOR_MYSELF, SeasonErrand.PAY_FOR_A_RELATIVE)
    return [(one.errand, one.person) for one in plan.coming if one.errand in paying]


def test_every_profile_has_a_command_and_makes_a_plan_in_which_nobody_pays_twice() -> None:
    assert list(profiles()) == [one.value for one in Profiles]
    for name, profile in profiles().items():
        assert profile.zh
        assert profile.en
        if profile.by_curve:
            continue
        assert sum(step.share for step in profile.steps) == pytest.approx(1.0), name
        plan = _plan(profile)
        assert plan.coming == _plan(profile).coming != _plan(profile, seed=2).coming
        moments = [one.at_seconds for one in plan.coming]
        assert moments == sorted(moments)
        assert 0 <= moments[0] <= moments[-1] < plan.seconds
        paying = _paying(plan)
        assert len(set(paying)) == len(paying) == plan.payers > 0
        assert plan.planned()["FollowTheLog"] == profile.following


def test_a_spike_is_five_times_as_many_and_stress_goes_on_until_it_is_too_much() -> None:
    spike = _plan(profiles()["spike"], seconds=300)
    counted = Counter(120 <= one.at_seconds < 180 for one in spike.coming)
    assert 4 < (counted[True] / 60) / (counted[False] / 240) < 6
    times = [step.times for step in profiles()["stress"].steps]
    assert times == sorted(times)
    with pytest.raises(BadInput, match="larger"):
        _plan(profiles()["stress"], times=100)


def test_the_parts_of_several_load_generators_are_the_whole_and_nobody_is_in_two() -> None:
    plan = _plan(profiles()["load"])
    parts = [plan.share(index, 3) for index in range(3)]
    assert sorted(one.at_seconds for part in parts for one in part.coming) == [one.at_seconds for one in plan.coming]
    for place, part in enumerate(parts):
        assert {one.person % 3 for one in part.coming} == {place}


def _record(answers: Sequence[tuple[float, float]], refused: Sequence[tuple[float, str]] = ()) -> Record:
    """A record of requests that were answered at a moment after so many milliseconds, and of some that were not."""
    seen = Record()
    measured = seen.measurements.of("MyFamily")
    for at, took in answers:
        measured.succeeded += 1
        measured.took(took, took, 1_000 + at)
    for at, kind in refused:
        measured.had_to_refuse(kind, 1_000 + at)
    seen.spent = [(1_000.0, 5.0), (1_010.0, 6.0), (1_020.0, 15.5)]
    seen.started, seen.finished = [1_000.0, 1_002.0], len(answers)
    return Record.together([json.loads(json.dumps(one.written(1_000.0))) for one in (seen, Record())])


def test_what_several_have_seen_is_seen_together() -> None:
    record = _record([(1.0, 10.0)], [(2.0, "AlreadyPaid")])
    measured = record.measurements.of("MyFamily")
    assert (measured.answered, measured.response, measured.count) == ([1.0], [10.0], 2)
    assert measured.refused == [(2.0, "AlreadyPaid")]
    assert record.started == [0.0, 2.0]
    assert record.processor_seconds() == 10.5
    assert busiest_share(record, 10.0) == pytest.approx(0.95)
    assert "saturated" in "".join(against(_plan(profiles()["load"], seconds=100), record))


def test_capacity_is_the_last_step_before_the_first_that_was_too_much() -> None:
    plan = _plan(profiles()["stress"], seconds=80)
    lasts = 10.0
    quick = [(at / 10, 20.0) for at in range(300)]
    slow = [(30 + at / 10, 900.0) for at in range(100)]
    quick_again = [(40 + at / 10, 20.0) for at in range(400)]
    found = capacity_of(plan, _record([*quick, *slow, *quick_again]))
    assert [one["carried"] for one in found["steps"]] == [True] * 3 + [False] * 5
    assert found["found"]
    assert found["requests_per_second"] == pytest.approx(10, rel=0.02)
    turned_away = [(lasts + 5 + at / 100, "HTTP 503, errors: OVERLOADED") for at in range(20)]
    found = capacity_of(plan, _record([*quick, *slow, *quick_again], turned_away))
    assert [one["carried"] for one in found["steps"]] == [True] + [False] * 7
    assert not capacity_of(plan, _record([(at / 10, 20.0) for at in range(800)]))["found"]


def test_memory_that_grows_fails_a_profile_that_watches_it() -> None:
    def told(late: float) -> list[Sample]:
        def mib(at: int) -> float:
            # Caches fill in the first fifth.
            return 50.0 if at < 20 else 100.0 if at < 80 else late

        return [Sample(float(at), gauges_of(f"process_resident_memory_bytes {mib(at) * MIB}")) for at in range(101)]

    soak, load = _plan(replace(profiles()["soak"], seconds=100.0)), _plan(profiles()["load"], seconds=100)
    assert against_leaking(soak, told(124)) == ()
    assert against_leaking(soak, told(127)) == ("the server's memory grew from 100 to 127 MiB; 25% are the most",)
    assert "did not tell" in "".join(against_leaking(soak, [Sample(float(at), None) for at in range(101)]))
    assert against_leaking(load, told(300)) == ()


def test_a_recovery_is_when_p95_is_again_within_a_fifth() -> None:
    profile = replace(profiles()["recovery"], seconds=100.0)
    plan = _plan(profile)
    down = profile.outage.at * 100 if profile.outage is not None else 0.0

    def run(slow_until: float) -> Record:
        return _record([(at / 10, 500.0 if down <= at / 10 < slow_until else 20.0) for at in range(1_000)])

    found: Any = recovery_of(plan, run(down + 20))
    assert found["before_p95_ms"] == 20.0
    assert 10 <= found["recovered_after_seconds"] <= 16
    assert against_recovery(plan, run(down + 20)) == ()
    assert "not at all" in "".join(against_recovery(plan, run(100)))
    assert recovery_of(_plan(profiles()["load"]), run(0)) is None


def test_a_world_is_asked_under_its_name_and_an_address_that_is_none_is_refused() -> None:
    assert target_of("https://h.example/", "demo").path == "/worlds/demo/graphql"
    assert target_of("https://h.example/", "demo").socket_url == "wss://h.example/worlds/demo/graphql"
    assert target_of("http://127.0.0.1:8000", "").socket_url == "ws://127.0.0.1:8000/graphql"
    for host in ("127.0.0.1", "ftp://127.0.0.1", "http://user:secret@127.0.0.1"):
        with pytest.raises(BadInput, match="the host is an address"):
            target_of(host, "")
    for world in ("../demo", "-"):
        with pytest.raises(BadInput, match="the world is given by its name"):
            target_of("http://127.0.0.1", world)
    with pytest.raises(BadInput, match="no Canbao server answers"):
        world_of(target_of("http://127.0.0.1:9", ""))


def test_only_what_touches_the_time_away_is_excused() -> None:
    away = Away(10.0, 20.0)
    asked = ((1.0, 9.9), (9.0, 10.1), (12.0, 13.0), (20.0, 30.0), (20.1, 30.0))
    assert [away.touches(*one) for one in asked] == [False, True, True, True, False]


def test_locusts_own_page_lists_the_profiles() -> None:
    command = [sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--host", "http://127.0.0.1:9"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command += ["--web-host", "127.0.0.1", "--web-port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        page = _opened(opener, f"http://127.0.0.1:{port}/", server)
    finally:
        server.terminate()
        server.wait(20)
    # Quoted as JSON within the page.
    assert all(f'"{name}"' in page.replace("&#34;", '"').replace("\\", "") for name in profiles())


def _opened(opener: Any, url: str, server: subprocess.Popen[bytes]) -> str:
    for _ in range(200):
        assert server.poll() is None
        try:
            with opener.open(url, timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Locust's page did not open")
