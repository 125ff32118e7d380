"""Employers, cadres, parents and students catch every answer that is not as it must be. The server is a script."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.errands.collecting import collect_for_many
from loadtests.errands.declaring_wages import declare_wages
from loadtests.errands.first_enrolment import enrol_a_newborn
from loadtests.errands.studying_elsewhere import study_elsewhere
from loadtests.errands.visit import ErrandEnded, SentAway
from loadtests.others import Clerk, Collector, Employer, Parent, Student, read_others
from loadtests.people import PeopleFileInvalid
from loadtests.schedule import Habits, Thinking
from tests.loadtests.mixes import MIX
from tests.loadtests.test_errands import PERSON, RIGHT, Script
from tests.loadtests.test_paying_alone import ANSWERS as PAYING
from tests.loadtests.test_paying_alone import PLAINLY

PAUSES = Thinking(1, "others", 0, MIX)
HASTY = Habits(watches=False, taps_twice=True, asks_again=True)
CONFIRMED = {"checkPayment": {"__typename": "PaymentChecked", "order": {"id": "ord_1", "status": "CONFIRMED"}}}


def _nodes(*several: Any) -> dict[str, Any]:
    return {"edges": [{"node": one} for one in several], "pageInfo": {"hasNextPage": False, "endCursor": "c9"}}


def _unit(*people: str) -> dict[str, Any]:
    members = _nodes(*({"personType": "EMPLOYED", "person": {"id": one}} for one in people))
    return {
        "viewer": {"role": "UNIT_OFFICER", "unit": {"id": "uni_1", "members": members}},
        "events": {"pageInfo": {"endCursor": "c1"}},
    }


EMPLOYER = Employer("t", "840102", "uni_1", ("per_1", "per_2"))
SHARES = {"unitShare": "6.00", "personalShare": "2.00", "maternityShare": "0.50"}
DECLARED = {
    "__typename": "WagesDeclared",
    "bill": {
        "id": "bil_1",
        "month": 202509,
        "persons": 2,
        "unitShare": "12.00",
        "personalShare": "4.00",
        "maternityShare": "1.00",
        "total": "17.00",
    },
    "lines": [
        {"personId": person, "outcome": "RECORDED", "contribution": {"wage": wage, **SHARES}}
        for person, wage in (("per_1", "3800.00"), ("per_2", "5170.50"))
    ],
}
BILL = {"bill": {"id": "bil_1"}, "amount": "17.00", "persons": 2}
DECLARING: dict[str, Any] = {
    "MyUnit": _unit("per_2", "per_1"),
    "DeclareWages": {"declareWages": DECLARED},
    "DeclareWagesAgain": {"declareWages": DECLARED},
    "DeclareWagesOnceMore": {
        "declareWages": {
            "__typename": "WagesDeclared",
            "bill": None,
            "lines": [{"outcome": "ALREADY_DECLARED", "contribution": None}] * 2,
        }
    },
    "PayEmployeeBill": {
        "payEmployeeBill": {
            "__typename": "EmployeeBillPaymentStarted",
            "bill": {"id": "bil_1"},
            "order": {"id": "ord_1", "amount": "17.00"},
        }
    },
    "CheckPayment": CONFIRMED,
    "UnitEventsSince": {
        "events": _nodes({"__typename": "WagesDeclaredEvent", **BILL}, {"__typename": "EmployeeBillPaidEvent", **BILL})
    },
}


def _declare(script: Script) -> None:
    declare_wages(script, EMPLOYER, 202509, HASTY, PAUSES)


COLLECTOR = Collector("t", "840102", "uni_1", ("per_1", "per_2", "per_3"), "per_9", 2026)


class Season:
    """One price, and one refusal that people must expect."""

    def prices(self, since: float) -> set[int]:
        return {40_000}

    def refusals(self, since: float) -> set[str]:
        return {"CoverageYearTooShort"}


def _accepted(number: int) -> dict[str, Any]:
    contribution = {"id": f"con_{number}", "amount": "400.00", "person": {"id": f"per_{number}"}}
    return {"__typename": "LineAccepted", "contribution": contribution}


COLLECTION = {
    "collectResidentContributions": {
        "__typename": "CollectionStarted",
        "order": {"id": "ord_1", "amount": "800.00"},
        "lines": [
            _accepted(1),
            {"__typename": "CoverageYearTooShort"},
            _accepted(3),
            {"__typename": "NotAMember"},
            {"__typename": "ListedTwice"},
        ],
    }
}
COLLECTING: dict[str, Any] = {
    "MyUnit": _unit("per_1", "per_2", "per_3"),
    "CollectResidentContributions": COLLECTION,
    "CollectResidentContributionsAgain": COLLECTION,
    "CheckPayment": CONFIRMED,
    "CollectionProgress": {
        "paymentOrder": {
            "status": "CONFIRMED",
            "amount": "800.00",
            "contributions": _nodes(
                *({"id": f"con_{one}", "status": "PAID", "person": {"id": f"per_{one}"}} for one in (1, 3))
            ),
        }
    },
    "PaidSince": {"events": _nodes(*({"contribution": {"id": f"con_{one}"}} for one in (3, 7, 1)))},
}


def _collect(script: Script) -> None:
    paid: list[None] = []
    collect_for_many(script, COLLECTOR, Season(), PAUSES, taps_twice=True, paid=lambda: paid.append(None))
    assert len(paid) == 2


PARENT = Parent(PERSON, 40_000)
ENROLMENT = {
    "id": "enr_1",
    "status": "ACTIVE",
    "personType": "NEWBORN",
    "visibleToTaxAt": "2025-09-03T10:00:00+08:00",
    "region": {"code": "520402"},
    "person": {"id": "per_2"},
}
REGISTERED = {"registerResidentEnrolment": {"__typename": "ResidentEnrolmentRegistered", "enrolment": ENROLMENT}}
EVENT = {"__typename": "EnrolmentRegisteredEvent", "enrolment": {"id": "enr_1"}}
QUOTED = {**RIGHT["QuoteResidentContribution"]["contributionQuote"], "coverageFrom": "1956-03-15"}
BIRTH: dict[str, Any] = {
    **RIGHT,
    "QuoteResidentContribution": {"contributionQuote": QUOTED},
    "RegisterEnrolment": REGISTERED,
    "RegisterEnrolmentAgain": REGISTERED,
    "RegisterEnrolmentOnceMore": {
        "registerResidentEnrolment": {"__typename": "AlreadyEnrolled", "enrolment": {"id": "enr_1"}}
    },
    "EnrolmentsSince": {"events": _nodes(EVENT)},
}


def _enrol(script: Script) -> None:
    enrol_a_newborn(script, PARENT, HASTY, PAUSES)


STUDENT = Student("t", "per_1", "840102", "840202", "uni_7", 2026)
SEEN_AT, KNOWN_AT = "2025-09-02T10:20:00+08:00", "2025-09-03T10:00:00+08:00"
HOME = {"id": "enr_0", "status": "ACTIVE", "region": {"code": "840102"}}
STUDYING: dict[str, Any] = {
    **PAYING,
    "MyEnrolments": {"person": {"enrolments": _nodes(HOME)}},
    "SuspendEnrolment": {
        "suspendEnrolment": {
            "__typename": "EnrolmentSuspended",
            "enrolment": {**HOME, "status": "SUSPENDED", "suspensionVisibleAt": SEEN_AT},
        }
    },
    "RegisterEnrolment": {
        "registerResidentEnrolment": {
            "__typename": "ResidentEnrolmentRegistered",
            "enrolment": {
                **ENROLMENT,
                "personType": "STUDENT",
                "visibleToTaxAt": KNOWN_AT,
                "region": {"code": "840202"},
                "person": {"id": "per_1"},
            },
        }
    },
    "EnrolmentsSince": {
        "events": _nodes({"__typename": "EnrolmentSuspendedEvent", "enrolment": {"id": "enr_0"}}, EVENT)
    },
}


def _study(script: Script, seconds: float | None = 1.0) -> None:
    study_elsewhere(script, STUDENT, PLAINLY, lambda moment: seconds, PAUSES, lambda: None)


def test_a_month_is_declared_once_and_its_bill_paid() -> None:
    script = Script(DECLARING)
    _declare(script)
    assert script.asked == list(DECLARING)
    assert script.variables["DeclareWages"] == script.variables["DeclareWagesAgain"]


def test_a_list_is_paid_and_the_refusals_of_its_lines_are_counted() -> None:
    script = Script(COLLECTING)
    _collect(script)
    assert script.refused == ["CoverageYearTooShort", "NotAMember", "ListedTwice"]
    lines = script.variables["CollectResidentContributions"]["input"]["lines"]
    assert [line["personId"] for line in lines] == ["per_1", "per_2", "per_3", "per_9", "per_1"]
    assert script.asked[-3:] == ["CollectionProgress", "PaidSince", "ListToldOf"]


def test_a_newborn_is_enrolled_and_then_paid_for() -> None:
    script = Script(BIRTH)
    _enrol(script)
    first = ["MyFamily", "RegisterEnrolment", "RegisterEnrolmentAgain", "RegisterEnrolmentOnceMore", "MyFamily"]
    assert script.asked[:5] == first
    assert script.asked[-2:] == ["EventsSince", "EnrolmentsSince"]


def test_a_student_goes_on_from_where_they_are_and_comes_too_early_where_the_clock_is_slow() -> None:
    script = Script(STUDYING)
    _study(script)
    assert [name for name in script.asked if name.endswith("Enrolment")] == ["SuspendEnrolment", "RegisterEnrolment"]
    assert "CheckPayment" in script.asked
    early = {"registerResidentEnrolment": {"__typename": "SuspensionNotYetSeen", "visibleAt": SEEN_AT}}
    with pytest.raises(SentAway, match="SuspensionNotYetSeen"):
        _study(Script({**STUDYING, "RegisterEnrolment": early}), None)
    there = {**HOME, "id": "enr_1", "region": {"code": "840202"}, "visibleToTaxAt": KNOWN_AT}
    unknown = {"contributionQuote": {"__typename": "NotYetAtTaxBureau", "visibleAt": KNOWN_AT}}
    begun = {
        **STUDYING,
        "MyEnrolments": {"person": {"enrolments": _nodes({**HOME, "status": "SUSPENDED"}, there)}},
        "QuoteThroughChannel": unknown,
    }
    script = Script(begun)
    with pytest.raises(SentAway, match="NotYetAtTaxBureau"):
        _study(script, None)
    assert script.asked == ["MyFamily", "MyEnrolments", "QuoteThroughChannel"]


@pytest.mark.parametrize(
    ("errand", "answers", "path", "value"),
    [
        (_declare, DECLARING, "MyUnit.viewer.unit.id", "uni_2"),
        (_declare, DECLARING, "MyUnit.viewer.unit.members", _nodes({"personType": "EMPLOYED", "person": {"id": "p"}})),
        (_declare, DECLARING, "DeclareWages.declareWages.bill.persons", 3),
        (_declare, DECLARING, "DeclareWages.declareWages.bill.total", "17.01"),
        (_declare, DECLARING, "DeclareWages.declareWages.bill.unitShare", "12.01"),
        (_declare, DECLARING, "DeclareWages.declareWages.lines.0.outcome", "NOT_A_MEMBER"),
        (_declare, DECLARING, "DeclareWages.declareWages.lines.1.contribution.wage", "1.00"),
        (_declare, DECLARING, "DeclareWagesAgain.declareWages.bill.id", "bil_2"),
        (_declare, DECLARING, "DeclareWagesOnceMore.declareWages.bill", {"id": "bil_2"}),
        (_declare, DECLARING, "PayEmployeeBill.payEmployeeBill.order.amount", "17.09"),
        (_declare, DECLARING, "PayEmployeeBill.payEmployeeBill.__typename", "EmployeeBillNotDue"),
        (_declare, DECLARING, "UnitEventsSince.events.edges.1.node.amount", "18.00"),
        (_declare, DECLARING, "UnitEventsSince.events.edges.1.node.bill.id", "bil_2"),
        (_collect, COLLECTING, "MyUnit.viewer.role", "CITIZEN"),
        (_collect, COLLECTING, "CollectResidentContributions.collectResidentContributions.order.amount", "1200.00"),
        (
            _collect,
            COLLECTING,
            "CollectResidentContributions.collectResidentContributions.lines.0.contribution.amount",
            "1100.00",
        ),
        (
            _collect,
            COLLECTING,
            "CollectResidentContributions.collectResidentContributions.lines.0.contribution.person.id",
            "per_3",
        ),
        (
            _collect,
            COLLECTING,
            "CollectResidentContributions.collectResidentContributions.lines.1.__typename",
            "AlreadyPaid",
        ),
        (_collect, COLLECTING, "CollectResidentContributions.collectResidentContributions.lines.3", _accepted(9)),
        (
            _collect,
            COLLECTING,
            "CollectResidentContributionsAgain.collectResidentContributions.lines.0.contribution.id",
            "con_8",
        ),
        (_collect, COLLECTING, "CollectionProgress.paymentOrder.status", "FAILED"),
        (_collect, COLLECTING, "CollectionProgress.paymentOrder.contributions.edges.0.node.status", "SUBMITTED"),
        (_collect, COLLECTING, "CollectionProgress.paymentOrder.contributions", _nodes()),
        (_enrol, BIRTH, "RegisterEnrolment.registerResidentEnrolment.__typename", "IdentityMismatch"),
        (_enrol, BIRTH, "RegisterEnrolment.registerResidentEnrolment.enrolment.personType", "RESIDENT_MINOR"),
        (_enrol, BIRTH, "RegisterEnrolmentAgain.registerResidentEnrolment.enrolment.id", "enr_2"),
        (_enrol, BIRTH, "RegisterEnrolmentOnceMore.registerResidentEnrolment.enrolment.id", "enr_2"),
        (_enrol, BIRTH, "EnrolmentsSince.events", _nodes(EVENT, EVENT)),
        (_enrol, BIRTH, "QuoteResidentContribution.contributionQuote.coverageFrom", "1956-04-15"),
        (_enrol, BIRTH, "QuoteResidentContribution.contributionQuote.amount", "1100.00"),
        (_study, STUDYING, "SuspendEnrolment.suspendEnrolment.enrolment.status", "ACTIVE"),
        (_study, STUDYING, "RegisterEnrolment.registerResidentEnrolment.__typename", "EnrolledElsewhere"),
        (_study, STUDYING, "RegisterEnrolment.registerResidentEnrolment.enrolment.personType", "RESIDENT_ADULT"),
        (_study, STUDYING, "EnrolmentsSince.events", _nodes(EVENT)),
        (_study, STUDYING, "QuoteThroughChannel.contributionQuote.__typename", "NotYetAtTaxBureau"),
    ],
)
def test_an_answer_that_is_not_as_it_must_be_ends_it(
    errand: Callable[[Script], None], answers: dict[str, Any], path: str, value: Any
) -> None:
    changed = copy.deepcopy(answers)
    for name in ("DeclareWagesAgain", "CollectResidentContributionsAgain", "RegisterEnrolmentAgain"):
        if name in changed:
            changed[name] = copy.deepcopy(changed[name])
    *way, last = path.split(".")
    place: Any = changed
    for name in way:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[int(last) if isinstance(place, list) else last] = value
    with pytest.raises(ErrandEnded, match=f"^{way[0]}: "):
        errand(Script(changed))


def test_what_is_told_of_twice_or_not_at_all_is_found_out_of_a_list() -> None:
    for events in (_nodes(), _nodes(*({"contribution": {"id": f"con_{one}"}} for one in (1, 3, 3)))):
        with pytest.raises(ErrandEnded, match="ListToldOf"):
            _collect(Script({**COLLECTING, "PaidSince": {"events": events}}))


LINES: list[dict[str, Any]] = [
    {"errand": "WorkTheQueue", "token": "t", "region": "840100"},
    {"errand": "PayForEmployees", "token": "t", "region": "840102", "unitId": "uni_1", "members": ["per_1", "per_2"]},
    {
        "errand": "CollectForMany",
        "token": "t",
        "region": "840102",
        "unitId": "uni_1",
        "members": ["per_1", "per_2", "per_3"],
        "stranger": "per_9",
        "coverageYear": 2026,
    },
    {
        "errand": "EnrolANewborn",
        "token": "t",
        "personId": "per_1",
        "region": "520402",
        "coverageYear": 2025,
        "amountFen": 40_000,
        "member": PERSON.member.form(),
    },
    {
        "errand": "StudyElsewhere",
        "token": "t",
        "personId": "per_1",
        "home": "840102",
        "region": "840202",
        "schoolUnitId": "uni_7",
        "coverageYear": 2026,
    },
]


def _file(folder: Path, lines: list[dict[str, Any]]) -> Path:
    path = folder / "others.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    return path


def test_whoever_comes_is_read_by_errand(tmp_path: Path) -> None:
    found = read_others(_file(tmp_path, LINES))
    assert [one for several in found.values() for one in several] == [
        Clerk("t", "840100"),
        EMPLOYER,
        COLLECTOR,
        PARENT,
        STUDENT,
    ]


@pytest.mark.parametrize(
    ("line", "changes", "what"),
    [
        (0, {"errand": "SweepTheFloor"}, "errand is none"),
        (0, {"token": "a b"}, "token is no bearer token"),
        (1, {"members": []}, "members is no list of ids"),
        (2, {"stranger": ""}, "stranger is missing"),
        (3, {"amountFen": 0}, "amountFen is no number of fen above 0"),
        (4, {"schoolUnitId": None}, "schoolUnitId is missing"),
    ],
)
def test_a_line_that_will_not_do_is_named(line: int, changes: dict[str, Any], what: str, tmp_path: Path) -> None:
    with pytest.raises(PeopleFileInvalid, match=f"line 1: {what}"):
        read_others(_file(tmp_path, [{**LINES[line], **changes}]))
