"""The run that asks a server too much: what it sends, how it times, and what it holds against a server."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from loadtests.asking import Asked, Asker, Outcome
from loadtests.overload import (
    LATEST_SECONDS,
    MOST_GROWTH_BYTES,
    RECOVERY_SECONDS,
    ExitCode,
    Phase,
    Run,
    by_the_clock,
    main,
    requests,
)
from loadtests.people import Person, Relative
from loadtests.processor import Spent, Watch

RELATIVE = Relative("王芳", "RESIDENT_ID_CARD", "11010119560315000X", "1956-03-15", "FEMALE", "PARENT")
PEOPLE = [Person(f"token-{number}", f"per_{number}", "840102", RELATIVE, 2025) for number in range(5)]
GOOD = b'{"data":{}}'


def phase(outcomes: Sequence[Outcome], *, seconds: float = 10.0, took: float = 0.01) -> Phase:
    """Everybody evenly over the time, each answered after so long."""
    step = seconds / max(len(outcomes), 1)
    return Phase(seconds, [Asked(n * step, n * step + took, each) for n, each in enumerate(outcomes)])


CALM = phase([Outcome.GOOD] * 50)
PEAK = phase([Outcome.GOOD] * 100)
KEPT = phase([Outcome.GOOD, Outcome.TURNED_AWAY, Outcome.TURNED_AWAY] * 100)
AFTER = phase([Outcome.GOOD] * 60, seconds=12.0)


def run(
    *,
    overload: Phase = KEPT,
    after: Phase = AFTER,
    peak: Phase = PEAK,
    again: Phase | None = None,
    calm: Phase = CALM,
    grown: int = 0,
) -> Run:
    return Run(calm, peak, overload, after, peak if again is None else again, 100, 100 + grown)


def test_a_server_that_keeps_its_goodput_passes() -> None:
    report = run().report()
    assert (report["passed"], report["reasons"]) == (True, [])
    assert report["goodput_of_peak"] == 1.0
    assert report["recovered_after_seconds"] == 0
    assert report["phases"]["overload"]["turned_away"] == 200


LATE_AGAIN = [Outcome.TURNED_AWAY] * 55 + [Outcome.GOOD] * 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (run(overload=phase([Outcome.GOOD] * 79 + [Outcome.TURNED_AWAY] * 221)), "79% of its peak"),
        (run(overload=phase([Outcome.GOOD] * 299 + [Outcome.FAILED])), "1 without an answer"),
        (run(overload=phase([Outcome.GOOD] * 300, took=LATEST_SECONDS + 0.1)), "p99 is 1100 ms"),
        (run(overload=phase([Outcome.TURNED_AWAY] * 300)), "nobody was answered"),
        (run(overload=phase([])), "0% of its peak"),
        (run(grown=MOST_GROWTH_BYTES + 2**20), "grew by 129 MiB"),
        (run(after=phase(LATE_AGAIN, seconds=12.0)), "after 11 s"),
        (run(after=phase([Outcome.TURNED_AWAY] * 60, seconds=12.0)), "not at all"),
        (run(after=phase([Outcome.GOOD] * 60, seconds=12.0, took=LATEST_SECONDS + 1)), "not at all"),
        (run(calm=phase([Outcome.GOOD, Outcome.TURNED_AWAY])), "before, 1 of 2"),
        (run(peak=phase([Outcome.FAILED])), "at its peak, 1 of 1"),
        (run(again=phase([Outcome.GOOD] * 99 + [Outcome.FAILED])), "at its peak again, 1 of 100"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said(wrong: Run, said: str) -> None:
    report = wrong.report()
    assert not report["passed"]
    assert any(said in reason for reason in report["reasons"]), report["reasons"]
    json.dumps(report)


def spending(phase: Phase, server: float, idle: float = 0.0) -> Phase:
    """The phase, with what the server was given of the processor."""
    return replace(phase, spent=Spent(server, 1.0, idle, phase.seconds))


HALF = phase([Outcome.GOOD, Outcome.TURNED_AWAY, Outcome.TURNED_AWAY] * 50)


def test_goodput_is_for_what_the_server_was_given_of_the_processor() -> None:
    """A neighbour took half of the processor: half of the goodput is all of it."""
    report = run(peak=spending(PEAK, 10.0), overload=spending(HALF, 5.5)).report()
    assert (report["passed"], report["goodput_of_peak"], report["goodput_of_peak_by_clock"]) == (True, 0.909, 0.5)
    dear = run(peak=spending(PEAK, 10.0), overload=spending(KEPT, 13.0)).report()
    assert (dear["passed"], dear["goodput_of_peak"], dear["goodput_of_peak_by_clock"]) == (False, 0.769, 1.0)


def test_a_machine_that_became_faster_meanwhile_is_compared_with_both_its_peaks() -> None:
    again = spending(phase([Outcome.GOOD] * 200), 10.0)
    report = run(peak=spending(PEAK, 10.0), again=again, overload=spending(KEPT, 10.0)).report()
    assert (report["passed"], report["goodput_of_peak"], report["goodput_of_peak_by_clock"]) == (False, 0.667, 0.667)


def test_a_server_that_refuses_and_rests_does_not_pass() -> None:
    report = run(peak=spending(PEAK, 10.0), overload=spending(HALF, 5.0, idle=5.0)).report()
    assert (report["passed"], report["left_idle"]) == (False, 0.5)
    assert any("idle" in reason for reason in report["reasons"])


def test_a_server_is_watched_with_its_children_those_that_ended_too() -> None:
    """One burns while it lives, and its child has burnt before it ended."""
    burn = "sum(range(9_000_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{burn}']); print(flush=True); input()"
    watch = Watch([os.getpid()], [0])
    before = watch.look()
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        started.stdout.readline()
        alone = Watch([started.pid], []).look()
        # What ends without being waited for by whom is watched is nobody's until then.
        assert alone.server > 0.02
        started.communicate(b"\n")
    spent = watch.look() - before
    assert spent.server >= alone.server - 0.02
    assert 0.0 <= spent.idle <= spent.wall + 0.1


def test_an_answer_after_the_time_is_no_goodput() -> None:
    late = Phase(10.0, [Asked(1.0, 9.0, Outcome.GOOD), Asked(1.0, 10.5, Outcome.GOOD)])
    assert late.goodput == 0.1


def test_a_recovery_of_just_so_long_passes() -> None:
    after = phase([Outcome.TURNED_AWAY] * 5 * RECOVERY_SECONDS + [Outcome.GOOD] * 10, seconds=RECOVERY_SECONDS + 2.0)
    assert run(after=after).report()["passed"]


def test_the_same_seed_asks_the_same_and_nobody_sends_a_key_twice() -> None:
    first, again, other = (list(islice(requests(PEOPLE, "127.0.0.1:1", seed), 400)) for seed in (1, 1, 2))
    assert first == again != other
    bodies = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in first]
    keys = [body["variables"]["input"]["idempotencyKey"] for body in bodies if "input" in body["variables"]]
    assert 20 < len(keys) == len(set(keys)) < 120
    for request, body in zip(first, bodies, strict=True):
        assert RELATIVE.id_number.encode() not in request.partition(b"\r\n\r\n")[0]
        assert f"Content-Length: {len(request.partition(bytes.fromhex('0d0a0d0a'))[2])}".encode() in request
        assert body["query"]


Answering = Callable[[int], bytes | None]


@asynccontextmanager
async def server(answering: Answering) -> AsyncIterator[int]:
    """Answers the nth request with those bytes, or closes the connection."""
    number = 0

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal number
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            answer = answering(number)
            number += 1
            if answer is None:
                break
            writer.write(answer)
        writer.close()

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served_by.append(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await served(reader, writer)
        writer.close()

    served_by: list[asyncio.Task[None] | None] = []
    serving = await asyncio.start_server(quietly, "127.0.0.1", 0)
    async with serving:
        yield serving.sockets[0].getsockname()[1]
    # Each ends when its client has closed the connection.
    await asyncio.gather(*(task for task in served_by if task is not None))


def answer(status: bytes, body: bytes = GOOD, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b x\r\ncontent-length: %d\r\n%b\r\n%b" % (status, len(body), more, body)


@pytest.mark.parametrize(
    ("answered", "outcome"),
    [
        (answer(b"200"), Outcome.GOOD),
        (answer(b"200", b'{"errors":[]}'), Outcome.FAILED),
        (answer(b"503", more=b"retry-after: 1\r\n"), Outcome.TURNED_AWAY),
        (answer(b"429", more=b"Retry-After: 1\r\n"), Outcome.TURNED_AWAY),
        (answer(b"503"), Outcome.FAILED),
        (answer(b"500"), Outcome.FAILED),
        (None, Outcome.FAILED),
    ],
    ids=["good", "errors", "503", "429", "503 without a time", "500", "closed"],
)
async def test_an_answer_is_what_it_says(answered: bytes | None, outcome: Outcome) -> None:
    async with server(lambda number: answered) as port:
        asker = Asker("127.0.0.1", port, most=2, patience_seconds=5)
        [request] = islice(requests(PEOPLE, "x", 1), 1)
        for _ in range(3):
            asked = asker.ask(request, asyncio.get_running_loop().time())
            await asker.finished()
            assert asked.outcome is outcome
        await asker.close()


async def test_waiting_for_a_connection_counts_as_waiting() -> None:
    """Three mean to ask at once over one connection: the third has waited for two answers."""
    async with server(lambda number: answer(b"200")) as port:
        asker = Asker("127.0.0.1", port, most=1, patience_seconds=5)
        found = await by_the_clock(asker, requests(PEOPLE, "x", 1), [0.0, 0.0, 0.0], 1.0)
        await asker.close()
    assert [asked.outcome for asked in found.asked] == [Outcome.GOOD] * 3
    assert all(asked.meant_at == found.began for asked in found.asked)
    assert sorted(asked.answered_at for asked in found.asked) == [asked.answered_at for asked in found.asked]


async def test_nobody_listens() -> None:
    asker = Asker("127.0.0.1", 1, most=1, patience_seconds=5)
    asked = [asker.ask(b"", asyncio.get_running_loop().time()) for _ in range(2)]
    await asker.finished()
    assert [one.outcome for one in asked] == [Outcome.FAILED] * 2
    await asker.close()


async def test_who_is_not_answered_in_time_has_failed_and_a_late_answer_is_nobodys() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    serving = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with serving:
        asker = Asker("127.0.0.1", serving.sockets[0].getsockname()[1], most=1, patience_seconds=0.2)
        asked = [asker.ask(b"x", asyncio.get_running_loop().time()) for _ in range(3)]
        await asker.finished()
        assert [one.outcome for one in asked] == [Outcome.FAILED] * 3
        await asker.close()
        await asyncio.sleep(0.05)


def test_what_cannot_be_run_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = tmp_path / "people.jsonl"
    assert main(["--host", "http://127.0.0.1:1", "--people", str(people)]) == ExitCode.BAD_INPUT
    people.write_text("")
    assert main(["--host", "http://127.0.0.1:1", "--people", str(people)]) == ExitCode.BAD_INPUT
    assert main(["--host", "127.0.0.1:1", "--people", str(people)]) == ExitCode.BAD_INPUT
    assert "Traceback" not in capsys.readouterr().err
