"""Bad input is refused before anybody comes, with words that say what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from loadtests.people import PeopleFileInvalid
from loadtests.plan import BadInput, Plan, plan_of
from loadtests.schedule import ErrandKind, ScheduleInvalid
from tests.loadtests.test_people import line


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of forty."""
    path = tmp_path / "people.jsonl"
    path.write_text("\n".join(json.dumps(line(personId=f"per_{number}")) for number in range(40)), encoding="utf-8")
    return path


def _plan(people: Path, **changes: Any) -> Plan:
    given = {"host": "http://127.0.0.1:8000", "world": "demo", "rate": 2.0, "seconds": 10.0, "seed": 1, **changes}
    return plan_of(given.pop("host"), given.pop("world"), given.pop("people", people), **given)


def test_there_is_one_person_for_each_journey(people: Path) -> None:
    plan = _plan(people)
    assert len(plan.people) == plan.planned()[ErrandKind.PAY_FOR_A_RELATIVE.value] > 0


@pytest.mark.parametrize(
    ("world", "path"),
    [("", "/graphql"), ("load-smoke-1", "/worlds/load-smoke-1/graphql")],
)
def test_a_world_is_asked_under_its_name(world: str, path: str, people: Path) -> None:
    assert _plan(people, world=world).target.path == path


def test_the_live_view_is_at_the_same_place(people: Path) -> None:
    assert _plan(people, world="").target.socket_url == "ws://127.0.0.1:8000/graphql"
    assert _plan(people, host="https://h.example/").target.socket_url == "wss://h.example/worlds/demo/graphql"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"host": "127.0.0.1"}, "the host is an address"),
        ({"host": "ftp://127.0.0.1"}, "the host is an address"),
        ({"host": "http://user:secret@127.0.0.1"}, "the host is an address"),
        ({"world": "../demo"}, "the world is given by its name"),
        ({"world": "-"}, "the world is given by its name"),
        ({"rate": 0.0}, "the rate is a number above 0"),
        ({"rate": float("nan")}, "the rate is a number above 0"),
        ({"rate": 0.001}, "nobody would come"),
        ({"rate": 50.0}, "nobody comes twice"),
    ],
)
def test_bad_input_is_named(changes: dict[str, Any], said: str, people: Path) -> None:
    with pytest.raises(BadInput, match=said):
        _plan(people, **changes)


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1e12, float("inf"), float("nan")])
def test_a_duration_without_bounds_is_refused(seconds: float, people: Path) -> None:
    with pytest.raises(ScheduleInvalid):
        _plan(people, seconds=seconds)


def test_a_file_that_will_not_do_is_refused(people: Path) -> None:
    people.write_text("{}", encoding="utf-8")
    with pytest.raises(PeopleFileInvalid):
        _plan(people)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _plan(tmp_path / "nowhere.jsonl")
