"""Whom do I call, is it open, what must I bring; and the limits of the guide, counted out through the API."""

from typing import Any

import pytest

from tests.resolvers.opened import OpenedWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHERE = """query Where($matter: MatterCode!, $region: RegionCode!, $at: DateTime, $applicant: ApplicantKind) {
  whereToFile(matter: $matter, region: $region, at: $at, applicant: $applicant) {
    __typename
    ... on WhereToFile {
      at region open closesAt opensAt calendar mayFile
      matter { code number edition { region } }
      agency { region { code } phones { number } }
      phones { number kind }
      channels { channel }
      materials { name need }
      timeLimits { workingDays }
    }
    ... on PolicyNotStated { name region on message(language: EN) }
  }
}"""


async def where(shared: OpenedWorld, matter: str, region: str, **asked: str) -> dict[str, Any]:
    data = await shared.data(WHERE, {"matter": matter, "region": region, **asked})
    found: dict[str, Any] = data["whereToFile"]
    return found


@pytest.mark.parametrize(
    ("matter", "region", "numbers"),
    [
        ("RESIDENT_ENROLMENT", "510703", ["0816-2365713", "0816-2625785"]),
        ("UNIT_ENROLMENT", "510704", ["0816-5037985"]),
        ("RESIDENT_ENROLMENT", "510704", ["0816-5037212"]),
        ("ASSISTED_CONTRIBUTION_SUBSIDY", "510723", ["0816-7729183", "0816-7223021"]),
        ("ASSISTANCE_REIMBURSEMENT", "510723", ["0816-7729183", "0816-7228641"]),
        ("RELATION_TRANSFER", "510774", ["0816-2173188"]),
        ("REFERRAL_RECORD", "510774", ["0816-2173788"]),
        ("PERSON_ENQUIRY", "510771", ["0816-2224302", "0816-2532050"]),
        ("HOSPITAL_SETTLEMENT", "510799", ["0816-12393"]),
    ],
)
async def test_the_telephone_is_that_of_the_place_for_the_matter(
    shared: OpenedWorld, matter: str, region: str, numbers: list[str]
) -> None:
    told = await where(shared, matter, region)
    assert [phone["number"] for phone in told["phones"]] == numbers
    assert told["agency"]["region"]["code"] == region
    assert set(numbers) <= {phone["number"] for phone in told["agency"]["phones"]}


async def test_whoever_asks_at_a_moment_hears_whether_it_is_open(shared: OpenedWorld) -> None:
    told = await where(shared, "OUTPATIENT_REIMBURSEMENT", "510722", at="2025-01-27T16:30:00+08:00")
    assert (told["open"], told["closesAt"], told["opensAt"], told["calendar"]) == (
        True,
        "2025-01-27T17:00:00+08:00",
        "2025-02-05T09:00:00+08:00",
        "OFFICIAL",
    )
    told = await where(shared, "OUTPATIENT_REIMBURSEMENT", "510722", at="2025-01-26T04:30:00Z")
    assert (told["open"], told["closesAt"], told["opensAt"]) == (False, None, "2025-01-26T13:00:00+08:00")
    told = await where(shared, "OUTPATIENT_REIMBURSEMENT", "510722", at="2099-01-01T10:00:00+08:00")
    assert (told["open"], told["calendar"]) == (True, "WEEKDAYS_ONLY")


async def test_without_a_moment_it_is_now_in_the_world(shared: OpenedWorld) -> None:
    data = await shared.data(
        '{ world { now } whereToFile(matter: RESIDENT_ENROLMENT, region: "510703") { ... on WhereToFile { at } } }'
    )
    assert data["whereToFile"]["at"] == data["world"]["now"]


@pytest.mark.parametrize(
    ("applicant", "may", "materials", "channels", "days"),
    [
        ("UNIT", True, 4, 5, [3]),
        ("FLEXIBLE_WORKER", True, 4, 8, [0]),
        ("RESIDENT", False, 0, 0, []),
    ],
)
async def test_what_to_bring_depends_on_who_files(
    shared: OpenedWorld, applicant: str, may: bool, materials: int, channels: int, days: list[int]
) -> None:
    told = await where(shared, "EMPLOYEE_ENROLMENT", "510703", applicant=applicant)
    assert told["mayFile"] is may
    assert (len(told["materials"]), len(told["channels"])) == (materials, channels)
    assert [limit["workingDays"] for limit in told["timeLimits"]] == days
    everything = await where(shared, "EMPLOYEE_ENROLMENT", "510703")
    assert everything["mayFile"] is None
    assert (len(everything["materials"]), len(everything["channels"])) == (6, 8)


async def test_a_simulated_place_has_the_telephone_of_the_worlds_agency(shared: OpenedWorld) -> None:
    told = await where(shared, "RESIDENT_ENROLMENT", "840102", at="2025-03-03T10:00:00+08:00")
    assert (told["open"], told["matter"]["edition"]["region"]) == (True, "840000")
    [phone] = told["phones"]
    assert phone["number"] == told["agency"]["phones"][0]["number"]


@pytest.mark.parametrize(
    ("region", "at", "name"),
    [
        pytest.param("520402", "2025-03-03T10:00:00+08:00", "service_matters.edition", id="no guide"),
        pytest.param("510703", "2023-03-03T10:00:00+08:00", "service_matters.edition", id="before the guide"),
        pytest.param("510700", "2025-03-03T10:00:00+08:00", "service_matters.office", id="a city, which is no office"),
        pytest.param("510788", "2025-03-03T10:00:00+08:00", "service_matters.office", id="a county that is not there"),
        pytest.param("840000", "2025-03-03T10:00:00+08:00", "service_matters.office", id="a simulated province"),
    ],
)
async def test_a_place_of_which_nothing_is_printed_is_told_so(
    shared: OpenedWorld, region: str, at: str, name: str
) -> None:
    told = await where(shared, "RESIDENT_ENROLMENT", region, at=at)
    assert (told["__typename"], told["name"], told["region"], told["on"]) == ("PolicyNotStated", name, region, at[:10])


DEADLINES = """query Deadlines($code: MatterCode!, $at: DateTime, $pauses: [PauseInput!], $day: Date) {
  serviceMatter(code: $code, region: "510703") {
    ... on ServiceMatter {
      timeLimits { phase applicants deadline(startedAt: $at, pauses: $pauses) { ...Counted } }
      notice { deadline(startedAt: $at) { ...Counted } }
      duties { deadline(occurredOn: $day) { ...Counted } }
    }
  }
}
fragment Counted on MatterDeadline {
  countedFrom workingDays lastDay remainingWorkingDays overdue overdueWorkingDays paused today calendar
}"""


async def counted(shared: OpenedWorld, code: str, **asked: Any) -> dict[str, Any]:
    data = await shared.data(DEADLINES, {"code": code, **asked})
    found: dict[str, Any] = data["serviceMatter"]
    return found


@pytest.mark.parametrize(
    ("at", "begins", "last"),
    [
        pytest.param("2025-01-24T10:00:00+08:00", "2025-01-24", "2025-02-20", id="on a working day"),
        pytest.param("2025-01-24T12:30:00+08:00", "2025-01-24", "2025-02-20", id="in the break"),
        pytest.param("2025-01-24T17:00:00+08:00", "2025-01-26", "2025-02-21", id="after hours, before a worked Sunday"),
        pytest.param("2025-01-28T10:00:00+08:00", "2025-02-05", "2025-02-25", id="during Spring Festival"),
    ],
)
async def test_acceptance_counts_from_the_working_day_that_it_belongs_to(
    shared: OpenedWorld, at: str, begins: str, last: str
) -> None:
    [limit] = (await counted(shared, "ACCOUNT_WITHDRAWAL", at=at))["timeLimits"]
    assert (limit["deadline"]["countedFrom"], limit["deadline"]["lastDay"]) == (begins, last)
    assert (limit["deadline"]["workingDays"], limit["deadline"]["calendar"]) == (15, "OFFICIAL")


async def test_each_limit_of_a_matter_is_counted_out(shared: OpenedWorld) -> None:
    at = "2025-09-30T10:00:00+08:00"
    out, into = (await counted(shared, "RELATION_TRANSFER", at=at))["timeLimits"]
    assert (out["phase"], out["deadline"]["lastDay"]) == ("TRANSFER_OUT", "2025-10-21")
    assert (into["phase"], into["deadline"]["lastDay"]) == ("TRANSFER_IN", "2025-10-14")
    unit, flexible = (await counted(shared, "EMPLOYEE_ENROLMENT", at=at, day="2025-09-30"))["timeLimits"]
    assert (unit["applicants"], unit["deadline"]["lastDay"]) == (["UNIT"], "2025-10-11")
    assert (flexible["applicants"], flexible["deadline"]["lastDay"]) == (["FLEXIBLE_WORKER"], "2025-09-30")
    [duty] = (await counted(shared, "RESIDENT_ENROLMENT", day="2025-09-30"))["duties"]
    assert (duty["deadline"]["workingDays"], duty["deadline"]["lastDay"]) == (20, "2025-11-04")
    [duty] = (await counted(shared, "INSTITUTION_INFORMATION_CHANGE", day="2025-09-30"))["duties"]
    assert (duty["deadline"]["workingDays"], duty["deadline"]["lastDay"]) == (30, "2025-11-18")
    told = await counted(shared, "HOSPITAL_DESIGNATION", at=at)
    assert told["notice"]["deadline"]["lastDay"] == "2025-10-14"
    assert told["timeLimits"][0]["deadline"]["lastDay"] == "2025-12-30"


async def test_a_limit_stands_while_the_applicant_supplements(shared: OpenedWorld) -> None:
    asked = {"at": "2025-03-03T10:00:00+08:00", "pauses": [{"noticedOn": "2025-03-05", "suppliedOn": "2025-03-07"}]}
    [limit] = (await counted(shared, "LUMP_SUM_SETTLEMENT", **asked))["timeLimits"]
    assert limit["deadline"]["lastDay"] == "2025-03-13"
    asked = {"at": "2024-12-02T10:00:00+08:00", "pauses": [{"noticedOn": "2024-12-04"}]}
    [limit] = (await counted(shared, "LUMP_SUM_SETTLEMENT", **asked))["timeLimits"]
    assert (limit["deadline"]["lastDay"], limit["deadline"]["remainingWorkingDays"]) == (None, 4)


async def test_without_a_moment_a_limit_counts_from_now(shared: OpenedWorld) -> None:
    today = (await shared.data("{ world { today } }"))["world"]["today"]
    [duty] = (await counted(shared, "RESIDENT_ENROLMENT"))["duties"]
    [limit] = (await counted(shared, "LUMP_SUM_SETTLEMENT"))["timeLimits"]
    assert (duty["deadline"]["countedFrom"], duty["deadline"]["today"]) == (today, today)
    assert limit["deadline"]["countedFrom"] >= today
    assert (limit["deadline"]["remainingWorkingDays"], limit["deadline"]["overdue"]) == (5, False)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"pauses": [{"noticedOn": "2025-03-05", "suppliedOn": "2025-03-04"}]}, id="handed in too early"),
        pytest.param({"pauses": [{"noticedOn": "2025-03-05"}] * 11}, id="too many pauses"),
        pytest.param({"at": "9999-12-31T18:00:00+08:00"}, id="no working day is left"),
        pytest.param({"at": "9999-12-30T10:00:00+08:00"}, id="too few working days are left"),
        pytest.param({"day": "9999-12-30"}, id="too few days are left for a duty"),
        pytest.param({"pauses": [{"noticedOn": "0001-01-01", "suppliedOn": "9999-12-31"}]}, id="a pause without end"),
    ],
)
async def test_what_no_calendar_can_count_is_bad_input(shared: OpenedWorld, asked: dict[str, Any]) -> None:
    answer = await shared.ask(DEADLINES, {"code": "EMPLOYEE_ENROLMENT", "at": "2025-03-03T10:00:00+08:00", **asked})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert answer["data"] is None


async def test_a_moment_that_no_office_comes_after_is_bad_input(shared: OpenedWorld) -> None:
    answer = await shared.ask(
        WHERE, {"matter": "RESIDENT_ENROLMENT", "region": "510703", "at": "9999-12-31T18:00:00+08:00"}
    )
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
