"""The people file: read strictly, each person once, and never quoted."""

import json
from pathlib import Path
from typing import Any

import pytest

from loadtests.people import PeopleFileInvalid, read_people, read_units

NUMBER = "240102195603150020"


def line(**changes: Any) -> dict[str, Any]:
    """A person as the file has them."""
    person = {
        "token": "aaa.bbb.ccc",
        "personId": "per_520000000000000001",
        "region": "520402",
        "member": {
            "name": "王秀英",
            "idType": "RESIDENT_ID_CARD",
            "idNumber": NUMBER,
            "birthDate": "1956-03-15",
            "sex": "FEMALE",
            "relation": "PARENT",
        },
        "coverageYear": 2025,
    }
    return {**person, **changes}


def _file(folder: Path, *lines: object) -> Path:
    path = folder / "people.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    return path


def test_people_are_read_in_order_up_to_the_number_asked_for(tmp_path: Path) -> None:
    lines = [line(personId=f"per_52000000000000000{number}") for number in range(5)]
    people = read_people(_file(tmp_path, *lines), 3)
    assert [person.person_id for person in people] == [one["personId"] for one in lines[:3]]
    assert people[0].member.relation == "PARENT"
    assert people[0].coverage_year == 2025


def test_printing_a_person_tells_neither_number_nor_token(tmp_path: Path) -> None:
    person = read_people(_file(tmp_path, line()), 1)[0]
    assert NUMBER not in repr(person)
    assert "aaa.bbb.ccc" not in repr(person)
    assert "王秀英" not in repr(person)


def test_nobody_comes_twice(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileInvalid, match="line 2: this personId has come before"):
        read_people(_file(tmp_path, line(), line()), 2)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"token": None}, "token is missing"),
        ({"token": "a\r\nX-Other: b"}, "token is no bearer token"),
        ({"personId": 520000000000000001}, "personId is missing or no text"),
        ({"region": ""}, "region is missing"),
        ({"member": None}, "member is no JSON object"),
        ({"member": {**line()["member"], "idNumber": 240102195603150020}}, r"member\.idNumber is missing or no text"),
        ({"coverageYear": "2025"}, "coverageYear is not a year"),
        ({"coverageYear": True}, "coverageYear is not a year"),
        ({"coverageYear": 99999}, "coverageYear is not a year"),
    ],
)
def test_a_line_that_will_not_do_is_named_by_number_and_field(
    changes: dict[str, Any], what: str, tmp_path: Path
) -> None:
    with pytest.raises(PeopleFileInvalid, match=f"line 1: {what}") as refused:
        read_people(_file(tmp_path, line(**changes)), 1)
    assert NUMBER not in str(refused.value)


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe", b"[]", b"1", b"[" * 10_000])
def test_a_line_that_is_no_object_is_refused_without_quoting_it(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(text + b"\n")
    with pytest.raises(PeopleFileInvalid, match="line 1"):
        read_people(path, 1)


def test_a_line_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(b"x" * 1_000_000)
    with pytest.raises(PeopleFileInvalid, match="line 1 is longer"):
        read_people(path, 1)


def test_empty_lines_are_passed_over(tmp_path: Path) -> None:
    path = _file(tmp_path, line())
    path.write_bytes(b"\n" + path.read_bytes() + b"\n\n")
    assert len(read_people(path, 10)) == 1


def unit(**changes: Any) -> dict[str, Any]:
    """A collecting unit as the file has it."""
    known = {
        "token": "aaa.bbb.ccc",
        "unitId": "uni_520000000000000001",
        "members": ["per_1", "per_2"],
        "stranger": "per_8",
        "paid": None,
        "coverageYear": 2025,
    }
    return {**known, **changes}


def test_units_are_read_in_order_up_to_the_number_asked_for(tmp_path: Path) -> None:
    lines = [unit(unitId=f"uni_{number}", members=[f"per_{number}"]) for number in range(3)]
    first, second = read_units(_file(tmp_path, *lines, "never read"), 2)
    assert (first.unit_id, first.members, first.stranger, first.paid) == ("uni_0", ("per_0",), "per_8", None)
    assert second.unit_id == "uni_1"
    assert "aaa" not in repr(first)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"members": []}, "line 1: members is no list of ids"),
        ({"members": [1]}, "line 1: members is no list of ids"),
        ({"members": ["per_1", "per_1"]}, "line 1: one of the members has come before"),
        ({"paid": 1}, "line 1: paid is missing or no text"),
        ({"stranger": ""}, "line 1: stranger is missing or no text"),
        ({"token": "a b"}, "line 1: token is no bearer token"),
        ({"coverageYear": "2025"}, "line 1: coverageYear is not a year"),
    ],
)
def test_a_unit_that_cannot_collect_is_refused(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(PeopleFileInvalid, match=message):
        read_units(_file(tmp_path, unit(**changes)), 2)


def test_nobody_is_a_member_of_two_units(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileInvalid, match="line 2: one of the members has come before"):
        read_units(_file(tmp_path, unit(), unit(unitId="uni_2", members=["per_2"])), 2)
