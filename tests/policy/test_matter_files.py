"""Which guides are refused, and that each refusal names file, matter and line and says what to do."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import domain.policy
from domain.policy import PolicyBook, PolicyFileInvalid, PolicyUnknown
from domain.policy.matters import EDITION
from domain.vocabulary import MatterCode

SHIPPED = Path(domain.policy.__file__).parent
GUIDE = "510700.yaml"
MADE = "840000.yaml"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The product's own policy files, to be spoilt."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "policy", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def spoilt(shelf: Path, old: str, new: str, file: str = GUIDE) -> Path:
    """The folder with the first occurrence of a text in a guide replaced."""
    path = shelf / "matters" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return shelf


def refusal(folder: Path) -> PolicyFileInvalid:
    with pytest.raises(PolicyFileInvalid) as refused:
        PolicyBook.load(folder)
    return refused.value


def test_the_shipped_guides_are_read(shelf: Path) -> None:
    assert len(PolicyBook.load(shelf).matters.matters(on=date(2025, 1, 1))) == 68


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param("    number: 1\n", "    number: 2\n", "out of order", id="a number that is not the next"),
        pytest.param(
            "code: EMPLOYEE_ENROLMENT", "code: UNIT_ENROLMENT", "out of order", id="a matter that stands twice"
        ),
        pytest.param("code: UNIT_ENROLMENT", "code: UNIT_ENROLLMENT", "is no MatterCode", id="a matter that is none"),
        pytest.param("category: ENROLMENT", "kind: ENROLMENT", "is unknown", id="an unknown key"),
        pytest.param("    lines: [6, 87]\n", "", "'lines' is missing", id="no place in the document"),
        pytest.param("lines: [6, 87]", "lines: [87, 6]", "no span", id="lines in the wrong order"),
        pytest.param("need: REQUIRED", "need: CONDITIONAL", "condition is missing", id="a condition that is not said"),
        pytest.param("    when_en: ", "    when_english: ", "is unknown", id="a condition in one language"),
        pytest.param(
            "{kind: WORKING_DAYS, working_days: 1}",
            "{kind: IMMEDIATE, working_days: 1}",
            "does not fit",
            id="at once in a day",
        ),
        pytest.param("working_days: 1}", 'working_days: "1"}', "no whole number", id="days in quotes"),
        pytest.param("applicants: [UNIT]", "applicants: [UNIT, UNIT]", "says a thing twice", id="an applicant twice"),
        pytest.param("0816-2365713", "0816-236", "is no telephone", id="a number without its area"),
        pytest.param('matters: "1-34"', 'matters: "1-33"', "other matters", id="a matter without a telephone"),
        pytest.param(
            'matters: "1-34"', 'matters: "1-34, 34"', "stands twice", id="a matter with two lines of telephones"
        ),
        pytest.param('["09:00", "12:00"]', '["12:00", "09:00"]', "in order", id="a morning that ends before it begins"),
        pytest.param('["13:00", "17:00"]', '["11:00", "17:00"]', "in order", id="parts of a day that overlap"),
        pytest.param("document: mianyang-2024", "document: nowhere", "is unknown", id="a document that is not there"),
        pytest.param('area: "510700"', 'area: "510701"', "is unknown", id="a place that is not there"),
        pytest.param("  confirmed_on: 2024-12-31\n", "", "day of confirmation", id="neither an end nor a confirmation"),
        pytest.param("- kind: DUTY", "- kind: RULE", "do not fit", id="a duty that calls itself a rule"),
    ],
)
def test_a_guide_that_is_wrong_is_refused(shelf: Path, old: str, new: str, what: str) -> None:
    refused = refusal(spoilt(shelf, old, new))
    assert refused.file == GUIDE
    assert what in refused.what
    assert refused.line > 1


def test_a_list_that_is_longer_than_the_contract_says_is_refused(shelf: Path) -> None:
    step = "      - {step: APPLY, text: 用人单位提交申请材料；}\n"
    assert "has 6 items" in refusal(spoilt(shelf, step, step * 3)).what


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param('area: "840000"', 'area: "520400"', "does not fit", id="a real place that is made up"),
        pytest.param('pattern: "510700"', 'pattern: "510900"', "no edition stands", id="a pattern that is not there"),
        pytest.param("words:\n", "offices: []\nwords:\n", "is unknown", id="an unknown key"),
    ],
)
def test_a_simulated_guide_that_is_wrong_is_refused(shelf: Path, old: str, new: str, what: str) -> None:
    refused = refusal(spoilt(shelf, old, new, MADE))
    assert refused.file == MADE
    assert what in refused.what


def second_edition(shelf: Path, *, ends: str, begins: str) -> Path:
    """The folder with a second edition of the simulated province, the first of which ends."""
    path = shelf / "matters" / MADE
    text = path.read_text("utf-8")
    later = text.replace("from: 2020-01-01", f"from: {begins}")
    (shelf / "matters" / "840000_later.yaml").write_text(later.replace("四川: 模拟", "四川: 后来"), "utf-8")
    path.write_text(text.replace("confirmed_on: 2024-12-31", f"until: {ends}"), "utf-8")
    return shelf


def test_a_later_edition_speaks_from_its_first_day(shelf: Path) -> None:
    book = PolicyBook.load(second_edition(shelf, ends="2025-06-30", begins="2025-07-01")).matters
    texts = [
        book.matter(MatterCode.RESIDENT_ENROLMENT, area="840102", on=day).channels[-1].text
        for day in (date(2025, 6, 30), date(2025, 7, 1))
    ]
    assert texts == ["模拟省政务服务网", "后来省政务服务网"]
    assert len(book.matters(on=date(2025, 6, 30))) == len(book.matters(on=date(2025, 7, 1))) == 68


def test_between_two_editions_nothing_is_known(shelf: Path) -> None:
    book = PolicyBook.load(second_edition(shelf, ends="2025-06-30", begins="2025-07-02")).matters
    with pytest.raises(PolicyUnknown) as gap:
        book.edition(area="840102", on=date(2025, 7, 1))
    assert (gap.value.name, gap.value.area, gap.value.on) == (EDITION, "840102", date(2025, 7, 1))


def test_two_editions_of_one_day_are_refused(shelf: Path) -> None:
    assert "overlaps" in refusal(second_edition(shelf, ends="2025-07-01", begins="2025-07-01")).what


def test_the_hours_of_the_guide_are_those_that_limits_are_counted_by() -> None:
    """The book of policy has one window for what counts as handed in; the guide's last part of the day ends it."""
    book = PolicyBook.load()
    for area in ("510703", "840102"):
        day = book.facts(name="office_hours.hours", area="510700")[0].valid_from
        hours = book.matters.edition(area=area, on=day).hours
        window = book.fact("office_hours.hours", area=area, on=day).clock_window
        assert (hours.sessions[0].opens, hours.closes) == (window.first, window.until)
