"""The torture test itself: it finds each event that is lost, repeated or out of its place, and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests import readers, torture
from loadtests.crash import ExitCode
from loadtests.readers import compared
from loadtests.torture import main
from loadtests.writers import Change

LOG = [f"evt_{number}" for number in range(30)]


# ---- what is compared -----------------------------------------------------------------------------------------------


def test_the_whole_log_is_right() -> None:
    assert compared(LOG, len(LOG), LOG, from_now=False).told() == []
    assert compared(LOG, 20, LOG[:25], from_now=False).told() == []
    assert compared(LOG, len(LOG), LOG[12:], from_now=True).told() == []
    assert compared(LOG, len(LOG), [], from_now=True).told() == []


@pytest.mark.parametrize(
    ("received", "from_now", "what"),
    [
        ([*LOG[:5], *LOG[6:]], False, ["1 lost: evt_5"]),
        (LOG[1:], False, ["1 lost: evt_0"]),
        (LOG[:-1], False, ["1 lost: evt_29"]),
        ([*LOG[7:9], *LOG[10:]], True, ["1 lost: evt_9"]),
        ([*LOG[:6], *LOG[5:]], False, ["1 duplicated: evt_5"]),
        ([*LOG[:3], LOG[4], LOG[3], *LOG[5:]], False, ["1 out of order: evt_3"]),
        ([*LOG, "evt_of_others"], False, ["1 not its own: evt_of_others"]),
        ([], False, ["30 lost: evt_0, evt_1, evt_2, evt_3, evt_4 …"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) and len(value) == 1 else "",
)
def test_what_is_wrong_is_told(received: Sequence[str], from_now: bool, what: list[str]) -> None:
    assert compared(LOG, len(LOG), received, from_now=from_now).told() == what


@given(st.lists(st.integers(0, 35), max_size=45), st.booleans())
def test_only_the_log_in_its_order_is_right(numbers: list[int], from_now: bool) -> None:
    received = [f"evt_{number}" for number in numbers]
    is_right = numbers == list(range(30)) or (from_now and numbers == list(range(30 - len(numbers), 30)))
    assert (compared(LOG, len(LOG), received, from_now=from_now).told() == []) is is_right


def test_a_change_and_its_events_agree() -> None:
    made = Change("BindFamilyMember", "key-1", ["key-1-0", "key-1-1"], answer="FamilyMemberBound")
    refused = Change("BindFamilyMember", "key-2", ["key-2-0"], answer="AlreadyBound")
    assert made.wrong({"key-1-0": 1}) is None
    # A list is one change with many events.
    assert made.wrong({"key-1-1": 80}) is None
    assert refused.wrong({}) is None
    assert "made twice" in str(made.wrong({"key-1-0": 1, "key-1-1": 1}))
    assert "does not tell" in str(made.wrong({}))
    assert "the log tells of it" in str(refused.wrong({"key-2-0": 1}))
    assert "never answered" in str(Change("BindFamilyMember", "key-3", ["key-3-0"]).wrong({}))


# ---- whole runs against a server that is not the product ------------------------------------------------------------


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options of a short run, but for the server."""
    monkeypatch.setattr(readers, "LIFE_SECONDS", 0.4)
    monkeypatch.setattr(readers, "AWAY_SECONDS", 0.1)
    monkeypatch.setattr(readers, "PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(readers, "LONG_PAUSE_SECONDS", 0.3)
    monkeypatch.setattr(torture, "QUIET_SECONDS", 1.0)
    monkeypatch.setattr(torture, "LINGER_SECONDS", 0.2)
    member = dict.fromkeys(("name", "idType", "idNumber", "birthDate", "sex", "relation"), "x")
    people = [
        {"token": f"t{n}", "personId": f"per_{n}", "region": "840102", "coverageYear": 2025, "member": member}
        for n in range(20)
    ]
    viewers = [{"token": "t", "about": "operator"}]
    given: dict[str, list[dict[str, Any]]] = {"people": people, "units": [], "viewers": viewers}
    for name, lines in given.items():
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    files = [word for name in (*given, "report", "log") for word in (f"--{name}", str(tmp_path / name))]
    numbers = ("--seconds", "2", "--servers", "1", "--readers", "20", "--writers", "2", "--per-second", "60")
    return [*files, *numbers, "--kill-seconds", "100000", "--quiet", "--", sys.executable, "-m"]


def _run(arguments: list[str], tmp_path: Path, fault: str) -> tuple[int, dict[str, Any]]:
    code = main([*arguments, "tests.loadtests.log_server", fault, "--fd", "{fd}"])
    assert (tmp_path / "report").exists(), (tmp_path / "log").read_text(encoding="utf-8")
    return code, json.loads((tmp_path / "report").read_bytes())


def test_a_log_without_a_fault_passes(arguments: list[str], tmp_path: Path) -> None:
    code, report = _run(arguments, tmp_path, "none")
    assert (code, report["findings"]) == (ExitCode.PASSED, [])
    assert report["passed"] is True
    assert report["reconnects"] > 20
    assert report["sent_again"] > 0
    assert report["deliveries"] > 10 * report["events"] > 100
    # Whoever begins at the end of the log cannot say what its first event follows.
    assert report["deliveries"] >= report["chained"] > report["deliveries"] // 2
    assert report["late_ms"] is not None


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ("loses", {"lost"}),
        ("repeats", {"duplicated"}),
        ("reorders", {"out_of_order"}),
        ("tells-others", {"not_its_own"}),
        ("breaks-chains", {"does not follow what came before it"}),
        ("moves-cursors", {"has another cursor in a page"}),
        ("keeps-silent", {"was answered, and the log does not tell of it"}),
        ("forgets-keys", {"was made twice under one key"}),
    ],
)
def test_a_log_with_a_fault_fails(fault: str, what: set[str], arguments: list[str], tmp_path: Path) -> None:
    code, report = _run(arguments, tmp_path, fault)
    assert (code, report["passed"]) == (ExitCode.FAILED, False)
    found = {name for name in readers.KINDS if report[name]}
    found |= {one for one in what if any(one in finding for finding in report["findings"])}
    assert what <= found, report["findings"]


def test_a_server_that_does_not_start_is_bad_input(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "no_such_module_at_all"]) == ExitCode.BAD_INPUT
    assert "no_such_module_at_all" in capfd.readouterr().err
