"""Every matter of the guide, filed by every kind of applicant with every alternative of its materials, to its end.

What is filed follows from the catalogue, and so does what is held against it: the steps that were taken, the last day,
and who is paid into which account. What has come of it is read through the API.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
import yaml

import domain.policy.matters
from domain.decisions.filing_forms import ANSWERED, FORMS
from domain.operations.filing_effects import EFFECTS
from domain.policy import PolicyBook
from domain.policy.matters import MaterialCondition, MaterialProof
from domain.vocabulary import (
    ApplicantKind,
    EnrolmentStatus,
    InstitutionKind,
    MaterialWay,
    MatterAction,
    MatterCategory,
    MatterCode,
    MatterStep,
    UnitKind,
)
from simulator.identity import credit_code
from tests.domain.test_deadlines import walked
from tests.journeys.filers import PLACE, Filers, Somebody
from tests.journeys.matter_cases import OF_AN_AGENT, Alternative, Case, cases_of
from tests.journeys.test_filings import ask_materials, draft, move, second_clerk
from tests.journeys.test_paying_filings import institution
from tests.resolvers.opened import DECLARE, SETTLE, START, SUBMIT, OpenedWorld

CLERK, PAYER, AUDITOR = "clerk-synthetic", "clerk-second", "auditor"
HOSPITAL, AWAY = "hospital-synthetic", "hospital-anshun"
TODAY: Final = date(2024, 12, 16)
CARD: Final = "4321"
BOOK: Final = PolicyBook.load().matters
CASES: Final = [case for matter in BOOK.matters_of(BOOK.edition(area=PLACE, on=TODAY)) for case in cases_of(matter)]

MOVED = """
query M($after: Cursor) { events(types: [FILING_MOVED], after: $after, first: 20) {
  edges { node { ... on FilingMovedEvent { move filing { id } } } }
} }
"""
LAST = "{ events(last: 1) { edges { node { cursor } } } }"
FILING = "query F($id: ID!) { filing(id: $id) { status effectId materials { number needed way } } }"
PAID = """{ disbursements { edges { node {
  paidInto accountLastFour amount person { id } unit { id } institution { id }
} } } }"""


@dataclass(frozen=True, slots=True)
class Filed:
    """What is filed, and by whom; `check` looks for what has come of it, by the id of the effect."""

    persona: str
    form: dict[str, Any]
    check: Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class Walks:
    """A world in which cases are walked, one after the other."""

    world: OpenedWorld
    filers: Filers
    payer: str

    def applicant(self, case: Case, **given: Any) -> Somebody:
        """A person who shows what the case has on record, insured as nobody yet."""
        proofs = {
            "verified": case.proved_by(MaterialProof.IDENTITY),
            "certificate": case.proved_by(MaterialProof.ELECTRONIC_CERTIFICATE),
        }
        return self.filers.person(**(proofs | given))

    def insured(self, case: Case, **given: Any) -> Somebody:
        """The same, insured as the case's kind of applicant."""
        person = self.applicant(case, **given)
        self.filers.insured(person, case.kind)
        return person

    async def seen(self, persona: str, type_: str, identifier: str, fields: str) -> dict[str, Any]:
        """An object of the API, as somebody sees it."""
        document = f"query N($id: ID!) {{ node(id: $id) {{ ... on {type_} {{ id {fields} }} }} }}"
        found: dict[str, Any] = (await self.world.data(document, {"id": identifier}, persona))["node"]
        assert found is not None, f"{persona} does not see {identifier}"
        assert found["id"] == identifier
        return found

    async def settled(self, by: str, whom: Somebody, **given: Any) -> dict[str, Any]:
        """The claim that an institution settles of somebody's care."""
        await self.filers.written()
        answer = await self.world.mutate(
            SETTLE,
            by,
            **(
                {"name": whom.document.name, "idType": "RESIDENT_ID_CARD", "idNumber": whom.document.id_number}
                | {"invoice": self.filers.text(), "care": "OUTPATIENT", "admittedOn": TODAY.isoformat()}
                | given
            ),
        )
        assert answer["__typename"] == "ClaimSettled", answer
        claim: dict[str, Any] = answer["claim"]
        return claim

    async def paid(self, case: Case, persona: str, payee: str, amount: Decimal) -> None:
        """The catalogue's payee has been paid that, once, into the catalogue's account."""
        payment = case.matter.payment
        assert payment is not None
        into = next(into for words, into in INTO.items() if words in payment.account.en)
        [one] = [edge["node"] for edge in (await self.world.data(PAID, persona=persona))["disbursements"]["edges"]]
        assert one[PAYEES[payment.payee.en]] == {"id": payee}
        assert sum(one[each] is not None for each in ("person", "unit", "institution")) == 1
        assert (one["paidInto"], one["accountLastFour"]) == (into, CARD if into == "BANK_ACCOUNT" else None)
        assert Decimal(one["amount"]) == amount > 0

    async def walk(self, case: Case, filed: Filed) -> None:
        """The filing is taken through the steps of the guide to its end."""
        await self.filers.written()
        limit = sum(one.working_days for one in case.matter.time_limits_for(case.kind))
        at_once = [one for one in case.choices if one.handed_in and not one.asked]
        before = [edge["node"]["cursor"] for edge in (await self.world.data(LAST, persona=AUDITOR))["events"]["edges"]]
        answer = await draft(
            self.world, filed.persona, case.code.name, filed.form, materials=await self._given(filed, at_once)
        )
        assert answer["__typename"] == "FilingMoved", answer
        assert (answer["filing"]["applicantKind"], answer["filing"]["workingDays"]) == (case.kind.name, limit)
        number = answer["filing"]["id"]
        submitted = await move(self.world, filed.persona, "submit", number)
        if case.matter.category is not MatterCategory.ENQUIRY:
            assert submitted["status"] == "SUBMITTED"
            await self._handled(case, filed, number, limit)
        await self._ended(case, filed, number, before[-1] if before else None)

    async def _given(self, filed: Filed, choices: list[Alternative]) -> list[dict[str, Any]]:
        """The choices as they are handed in, all of them in one file."""
        file = None if all(one.pledged for one in choices) else await self.world.upload(filed.persona)
        return [
            {"number": one.number, "pledged": True} if one.pledged else {"number": one.number, "materialId": file}
            for one in choices
        ]

    async def _handled(self, case: Case, filed: Filed, number: str, limit: int) -> None:
        """What a clerk does, and the other clerk where it is paid."""
        world = self.world
        await move(world, CLERK, "claim", number)
        asked = [one for one in case.choices if one.asked and one.handed_in]
        if asked:
            wanted = [one.stands_for or one.number for one in asked]
            told = (await ask_materials(world, CLERK, number, numbers=wanted))["filing"]
            assert [one["number"] for one in told["materials"] if one["toldAt"]] == wanted
            await move(world, filed.persona, "supplement", number, materials=await self._given(filed, asked))
        accepted = await move(world, CLERK, "accept", number)
        last = walked(TODAY, limit)
        assert (accepted["acceptedOn"], accepted["dueOn"]) == (TODAY.isoformat(), str(last))
        steps = [one.step for one in case.matter.steps]
        if MatterStep.REVIEW in steps:
            await move(world, CLERK, "approve", number)
        if MatterStep.DISBURSE in steps:
            await move(world, CLERK, "handOver", number, clerkId=self.payer)
            await move(world, PAYER, "disburse", number)
        else:
            await move(world, CLERK, "complete", number)

    async def _ended(self, case: Case, filed: Filed, number: str, before: str | None) -> None:
        """It is completed, by the steps of the guide and no other, with the materials of the case."""
        done = (await self.world.data(FILING, {"id": number}, filed.persona))["filing"]
        assert done["status"] == "COMPLETED"
        there = {one["number"]: (one["way"], one["needed"]) for one in done["materials"]}
        for choice in case.choices:
            way, needed = there[choice.number][0], there[choice.stands_for or choice.number][1]
            assert way == (None if choice.way is None else choice.way.name), choice
            assert needed == (way is not None) or choice.way is MaterialWay.IN_THE_FORM, choice
        edges = (await self.world.data(MOVED, {"after": before}, AUDITOR))["events"]["edges"]
        assert [edge["node"]["move"] for edge in edges if edge["node"]["filing"]["id"] == number] == moves_of(case)
        await filed.check(done["effectId"])


INTO: Final = {
    "social security card": "SOCIAL_SECURITY_CARD",
    "insured employer": "UNIT_ACCOUNT",
    "designated": "INSTITUTION_ACCOUNT",
    "bank account": "BANK_ACCOUNT",
}
"""Where the API says that was paid, by what the catalogue says of the account; the first that fits."""
PAYEES: Final = {
    "insured person": "person",
    "insured employer": "unit",
    "designated medical institution": "institution",
    "designated retail pharmacy": "institution",
}
_MOVES: Final[Mapping[MatterStep, tuple[str, ...]]] = {
    MatterStep.APPLY: ("DRAFT", "SUBMIT"),
    MatterStep.ACCEPT: ("CLAIM", "ACCEPT"),
    MatterStep.REVIEW: ("APPROVE",),
    # Who pays is handed the filing first, and paying ends it.
    MatterStep.DISBURSE: ("HAND_OVER", "DISBURSE"),
}


def moves_of(case: Case) -> list[str]:
    """How the log tells the steps of the guide, in the order in which it prints them."""
    steps = [one.step for one in case.matter.steps]
    if case.matter.category is MatterCategory.ENQUIRY:
        assert steps == [MatterStep.APPLY, MatterStep.ACCEPT, MatterStep.COMPLETE]
        return ["DRAFT", "ANSWER"]
    told: list[str] = []
    for step in steps:
        match step:
            case MatterStep.ACCEPT if any(one.asked and one.handed_in for one in case.choices):
                told += ["CLAIM", "REQUEST_MATERIALS", "SUPPLEMENT", "ACCEPT"]
            case MatterStep.COMPLETE:
                told += [] if MatterStep.DISBURSE in steps else ["COMPLETE"]
            case _:
                told += _MOVES[step]
    return told


# ---- what is filed, by the form of the matter ------------------------------------------------------------------------


async def certificate(walks: Walks, case: Case) -> Filed:
    person = walks.applicant(case, verified=True)
    walks.filers.insured(person, case.kind)

    async def check(effect: str) -> None:
        assert effect == person.id
        assert (await walks.seen(person.name, "Person", effect, "electronicCertificateAt"))["electronicCertificateAt"]

    return Filed(person.name, {"person": {"personId": person.id}}, check)


async def enquiry(walks: Walks, case: Case) -> Filed:
    person = walks.insured(case)

    async def check(effect: str | None) -> None:
        assert effect is None

    return Filed(person.name, {"person": {"personId": person.id}}, check)


async def resident_enrolment(walks: Walks, case: Case) -> Filed:
    assert case.action is not None
    status = STATUS_AFTER[case.action]
    person = walks.applicant(case)
    before = None
    form = {"personId": person.id, "action": case.action.name}
    if case.action is MatterAction.NEW:
        form["personType"] = "RESIDENT_ADULT"
    else:
        stands = EnrolmentStatus.SUSPENDED if case.action is MatterAction.RESUME else EnrolmentStatus.ACTIVE
        before = walks.filers.insured(person, case.kind, status=stands)
    if case.action is MatterAction.TERMINATE:
        form["reason"] = "GIVEN_UP"

    async def check(effect: str) -> None:
        assert before in (None, effect)
        found = await walks.seen(person.name, "Enrolment", effect, "status scheme person { id }")
        assert (found["scheme"], found["person"]["id"]) == ("RESIDENT", person.id)
        assert found["status"] == status

    return Filed(person.name, {"residentEnrolment": form}, check)


STATUS_AFTER: Final = {
    MatterAction.NEW: "ACTIVE",
    MatterAction.ADD: "ACTIVE",
    MatterAction.RESUME: "ACTIVE",
    MatterAction.RETIRE: "ACTIVE",
    MatterAction.SUSPEND: "SUSPENDED",
    MatterAction.TERMINATE: "TERMINATED",
}


async def employee_enrolment(walks: Walks, case: Case) -> Filed:
    assert case.action is not None
    by_unit, officer = walks.filers.unit() if case.kind is ApplicantKind.UNIT else (None, "")
    old, status = case.action is MatterAction.RETIRE, STATUS_AFTER[case.action]
    person = walks.applicant(case, **({"born": date(1950, 1, 1)} if old else {}))
    form: dict[str, Any] = {"action": case.action.name}
    if case.action is MatterAction.ADD:
        document = {"name": person.document.name, "idType": "RESIDENT_ID_CARD", "idNumber": person.document.id_number}
        form |= document if by_unit else {"personId": person.id, "region": PLACE}
    else:
        form["personId"] = person.id
        stands = EnrolmentStatus.SUSPENDED if case.action is MatterAction.RESUME else EnrolmentStatus.ACTIVE
        since = date(1980, 1, 1) if old else date(2015, 3, 1)
        unit = int(by_unit[4:]) if by_unit else None
        walks.filers.insured(person, case.kind, status=stands, unit=unit, since=since)
    if case.action is MatterAction.TERMINATE:
        form["reason"] = "MOVED_ABROAD" if by_unit else "GIVEN_UP"
    persona = officer or person.name

    async def check(effect: str) -> None:
        found = await walks.seen(persona, "Enrolment", effect, "status scheme personType person { id } unit { id }")
        assert (found["scheme"], found["person"]["id"]) == ("EMPLOYEE", person.id)
        assert (found["status"], found["unit"]) == (status, by_unit and {"id": by_unit})
        assert (found["personType"] == "RETIRED") == old

    return Filed(persona, {"employeeEnrolment": form}, check)


async def person_change(walks: Walks, case: Case) -> Filed:
    unit, officer = walks.filers.unit() if case.kind is ApplicantKind.UNIT else (None, "")
    person = walks.applicant(case)
    walks.filers.insured(person, case.kind, unit=int(unit[4:]) if unit else None)
    changed = {"phone": "15412345670"}
    if MaterialCondition.KEY_INFORMATION in case.conditions:
        changed = {"name": "模拟新名"}
        walks.filers.write(
            f"UPDATE registry_identities SET name = '模拟新名' WHERE id_number = '{person.document.id_number}'"
        )

    async def check(effect: str) -> None:
        assert effect == person.id
        [(field, value)] = changed.items()
        assert (await walks.seen(person.name, "Person", effect, field))[field] == value

    return Filed(officer or person.name, {"personChange": {"personId": person.id, **changed}}, check)


async def unit_enrolment(walks: Walks, case: Case) -> Filed:
    assert case.action is not None
    status = UNIT_AFTER[case.action]
    form = {"action": case.action.name}
    if case.action is MatterAction.NEW:
        persona, unit = walks.applicant(case).name, None
        number = walks.filers.new_id() % 10**8
        form |= {"unitName": f"模拟{number}公司", "unitKind": "ENTERPRISE", "region": PLACE}
        form["creditCode"] = credit_code("91", PLACE, number)
    else:
        unit, persona = walks.filers.unit()

    async def check(effect: str) -> None:
        assert unit in (None, effect)
        assert (await walks.seen(CLERK, "Unit", effect, "status"))["status"] == status

    return Filed(persona, {"unitEnrolment": form}, check)


UNIT_AFTER: Final = {
    MatterAction.NEW: "ACTIVE",
    MatterAction.SUSPEND: "SUSPENDED",
    MatterAction.DEREGISTER: "CANCELLED",
}


async def unit_change(walks: Walks, case: Case) -> Filed:
    unit, officer = walks.filers.unit(UnitKind.INSTITUTION)
    key = MaterialCondition.KEY_INFORMATION in case.conditions
    form = {"unitKind": "SCHOOL"} if key else {"unitName": f"模拟更名{unit[-6:]}公司"}

    async def check(effect: str) -> None:
        assert effect == unit
        found = await walks.seen(officer, "Unit", effect, "name kind")
        assert found["kind" if key else "name"] in form.values()

    return Filed(officer, {"unitChange": form}, check)


async def unit_enquiry(walks: Walks, case: Case) -> Filed:
    unit, officer = walks.filers.unit()

    async def check(effect: str | None) -> None:
        assert effect is None

    return Filed(officer, {"unitEnquiry": {"unitId": unit}}, check)


async def lump_sum(walks: Walks, case: Case) -> Filed:
    early = case.kind is ApplicantKind.RETIREE
    person = walks.applicant(case, born=date(1975 if early else 1960, 6, 1))
    walks.filers.insured(person, ApplicantKind.EMPLOYEE if early else case.kind)

    async def check(effect: str) -> None:
        found = await walks.seen(person.name, "EmployeeBill", effect, "kind status months total person { id }")
        assert (found["kind"], found["status"], found["person"]["id"]) == ("LUMP_SUM", "DUE", person.id)
        assert found["months"] > 0 < Decimal(found["total"])

    return Filed(person.name, {"lumpSum": {"personId": person.id, "retiredEarly": early}}, check)


async def account_withdrawal(walks: Walks, case: Case) -> Filed:
    filers, heir = walks.filers, case.kind is ApplicantKind.HEIR
    applicant = walks.applicant(case)
    holder, as_whom = applicant, case.kind
    if heir:
        told = MaterialCondition.DEATH_NOT_ON_RECORD not in case.conditions
        holder, as_whom = filers.person(died=date(2024, 12, 1) if told else None), ApplicantKind.EMPLOYEE
        one, other = applicant.document.id_number, holder.document.id_number
        walks.filers.write(
            "INSERT INTO registry_kinships (id_number, relative_id_number, relation)"
            f" VALUES ('{one}', '{other}', 'PARENT'), ('{other}', '{one}', 'CHILD')"
        )
    filers.insured(holder, as_whom, status=EnrolmentStatus.TERMINATED)
    filers.account(holder, 123_456, frozen=heir)
    given_up = MaterialCondition.GIVEN_UP in case.conditions
    reason = "DECEASED" if heir else "GIVEN_UP" if given_up else "SETTLED_ABROAD"
    form = {"personId": holder.id, "reason": reason, "cardLastFour": CARD}

    async def check(effect: str) -> None:
        payment = case.matter.payment
        assert payment is not None
        assert (payment.payee.en, payment.account.en) == ("applicant", "bank account provided by the applicant")
        fields = "amount cardLastFour reason applicant { id } person { id }"
        assert await walks.seen(applicant.name, "AccountWithdrawal", effect, fields) == {
            **{"id": effect, "amount": "1234.56", "cardLastFour": CARD, "reason": reason},
            **{"applicant": {"id": applicant.id}, "person": {"id": holder.id}},
        }

    return Filed(applicant.name, {"accountWithdrawal": form}, check)


async def transfer(walks: Walks, case: Case) -> Filed:
    person = walks.insured(case)
    walks.filers.write(
        "INSERT INTO outside_enrolments (id_number, region_code, scheme, active_from, active_until)"
        f" VALUES ('{person.document.id_number}', '440300', 'EMPLOYEE', '2012-03-01', '2014-02-28')"
    )

    async def check(effect: str) -> None:
        found = await walks.seen(person.name, "EnrolmentTransfer", effect, "status fromRegion formDueOn dueOn")
        out, into = (one.working_days for one in case.matter.time_limits)
        assert (found["status"], found["fromRegion"]) == ("UNTREATED", "440300")
        assert found["formDueOn"] == str(walked(TODAY, out))
        assert found["dueOn"] == str(walked(TODAY, out + into))

    return Filed(person.name, {"relationTransfer": {"fromRegion": "440300"}}, check)


async def out_of_area(walks: Walks, case: Case) -> Filed:
    person = walks.insured(case)
    form = {"personId": person.id, "region": "520402", "firstDay": TODAY.isoformat()}
    if case.code in (MatterCode.REFERRAL_RECORD, MatterCode.TEMPORARY_TREATMENT_RECORD):
        form["lastDay"] = "2024-12-20"

    async def check(effect: str) -> None:
        assert effect == person.id
        claim = await walks.settled(AWAY, person, costs=[{"item": "S0004", "amount": "100.00"}])
        assert (await walks.seen(AWAY, "Claim", claim["id"], "treated"))["treated"] == "RECORDED"

    return Filed(person.name, {"outOfArea": form}, check)


async def entitlement(walks: Walks, case: Case) -> Filed:
    person = walks.insured(case)
    code = "M01600" if case.code is MatterCode.CHRONIC_DISEASE_ENTITLEMENT else "D3001"

    async def check(effect: str) -> None:
        found = await walks.seen(person.name, "Entitlement", effect, "code firstDay person { id }")
        assert found == {"id": effect, "code": code, "firstDay": TODAY.isoformat(), "person": {"id": person.id}}

    return Filed(person.name, {"entitlement": {"personId": person.id, "code": code}}, check)


async def reimbursement(walks: Walks, case: Case) -> Filed:
    person = walks.insured(case)
    [(hospital,)] = await walks.world.rows(
        f"SELECT min(id) FROM institutions WHERE region_code = '{PLACE}' AND tier = 'LEVEL_2'"
    )
    inpatient = case.code is MatterCode.INPATIENT_REIMBURSEMENT
    injury = next((word for condition, word in INJURIES.items() if condition in case.conditions), None)
    form = {
        **{"personId": person.id, "institutionId": f"ins_{hospital}", "injury": injury},
        **{"care": "INPATIENT" if inpatient else "OUTPATIENT", "admittedOn": "2024-12-02"},
        **{"dischargedOn": "2024-12-09" if inpatient else "2024-12-02", "invoice": walks.filers.text()},
        **{"costs": [{"item": "S0004", "amount": "12000.00"}], "cardLastFour": CARD},
    }

    async def check(effect: str) -> None:
        claim = await walks.seen(
            person.name, "Claim", effect, "origin cost cash person { id } entries { payer amount }"
        )
        assert (claim["origin"], claim["cost"], claim["person"]["id"]) == ("MANUAL", "12000.00", person.id)
        [owed] = [Decimal(one["amount"]) for one in claim["entries"] if one["payer"] == "REIMBURSED"]
        assert owed + Decimal(claim["cash"]) == 12_000
        await walks.paid(case, person.name, person.id, owed)

    return Filed(person.name, {"reimbursement": form}, check)


INJURIES: Final = {
    MaterialCondition.INJURY_WITHOUT_THIRD_PARTY: "NO_THIRD_PARTY",
    MaterialCondition.INJURY_BY_THIRD_PARTY: "THIRD_PARTY",
}
EXPENSES: Final = {
    MatterCode.ANTENATAL_PAYMENT: ("ANTENATAL_EXAMINATIONS", "2024-07-02", "1250.00", "1000.00"),
    MatterCode.MATERNITY_MEDICAL_PAYMENT: ("CAESAREAN", "2024-12-01", "5900.00", "5500.00"),
    MatterCode.FAMILY_PLANNING_PAYMENT: ("DEVICE_INSERTION", "2024-12-05", "250.00", "250.00"),
}
"""What it was for, the first day, what it cost and what of it the simulated province's limit leaves."""


async def maternity_expenses(walks: Walks, case: Case) -> Filed:
    person = walks.insured(case)
    occasion, first, cost, paid = EXPENSES[case.code]
    form = {
        **{"personId": person.id, "institutionId": await institution(walks.world, HOSPITAL), "occasion": occasion},
        **{"occurredOn": "2024-12-05", "admittedOn": first, "dischargedOn": "2024-12-05"},
        **{"invoice": walks.filers.text(), "cardLastFour": CARD, "costs": [{"item": "S0004", "amount": cost}]},
    }

    async def check(effect: str) -> None:
        assert (await walks.seen(person.name, "Disbursement", effect, "amount"))["amount"] == paid
        await walks.paid(case, person.name, person.id, Decimal(paid))

    return Filed(person.name, {"maternityExpenses": form}, check)


async def maternity_allowance(walks: Walks, case: Case) -> Filed:
    unit, officer = walks.filers.unit()
    mother = walks.filers.person()
    walks.filers.insured(mother, case.kind, unit=int(unit[4:]))
    lines = [{"personId": mother.id, "wage": "6500.10"}]
    await walks.filers.written()
    declared = await walks.world.mutate(DECLARE, officer, unitId=unit, month=202412, lines=lines)
    assert declared["__typename"] == "WagesDeclared", declared
    outside = MaterialCondition.OUTSIDE_PUBLIC_PAYROLL in case.conditions
    form = {
        **{"personId": mother.id, "occasion": "VAGINAL_BIRTH", "occurredOn": "2024-12-05", "children": 1},
        **{"outsidePublicPayroll": outside},
    }

    async def check(effect: str) -> None:
        # 98 days of 6,500.10 / 30.
        assert (await walks.seen(officer, "Disbursement", effect, "amount"))["amount"] == "21233.66"
        await walks.paid(case, officer, unit, Decimal("21233.66"))

    return Filed(officer, {"maternityAllowance": form}, check)


async def assistance(walks: Walks, case: Case) -> Filed:
    person = walks.insured(case)
    stay = {"care": "INPATIENT", "admittedOn": "2024-12-03", "dischargedOn": "2024-12-04"}
    claim = await walks.settled(HOSPITAL, person, **stay, costs=[{"item": "S0004", "amount": "20000.00"}])
    await _recognised(walks, person, "'MINIMUM_LIVING'")

    async def check(effect: str) -> None:
        assert effect == claim["id"]
        after = await walks.seen(person.name, "Claim", effect, "assistance")
        # In 2024 assistance pays 65 % of what the other funds leave.
        given = (Decimal(claim["cash"]) * 65 / 100).quantize(Decimal("0.01"))
        assert Decimal(after["assistance"]) == given
        await walks.paid(case, person.name, person.id, given)
        await _recognised(walks, person, "NULL")

    return Filed(person.name, {"assistance": {"personId": person.id, "claimId": claim["id"]}}, check)


async def subsidy(walks: Walks, case: Case) -> Filed:
    person = walks.insured(case)
    wanted = {"personId": person.id, "coverageYear": 2025}
    await walks.filers.written()
    submitted = await walks.world.mutate(SUBMIT, person.name, **wanted, channel="WECHAT")
    assert submitted["__typename"] == "ResidentContributionSubmitted", submitted
    await walks.world.mutate(START, person.name, contributionId=submitted["contribution"]["id"])
    await walks.world.service.world.fire_due()
    await _recognised(walks, person, "'MINIMUM_LIVING'")

    async def check(effect: str) -> None:
        found = await walks.seen(person.name, "Disbursement", effect, "contribution { id }")
        assert found["contribution"] == {"id": submitted["contribution"]["id"]}
        await walks.paid(case, person.name, person.id, Decimal(300))
        await _recognised(walks, person, "NULL")

    return Filed(person.name, {"contributionSubsidy": wanted}, check)


async def _recognised(walks: Walks, person: Somebody, group: str) -> None:
    """The person is of that group from now on. By it contributions are audited, so that it ends with the case."""
    await walks.world.change(f"UPDATE persons SET special_group = {group} WHERE id = {person.number}")


def _kind(case: Case) -> InstitutionKind:
    return InstitutionKind[case.kind.name]


AGREEMENT: Final = "name tier designatedUntil suspendedOn"


async def designation(walks: Walks, case: Case) -> Filed:
    number, staff = walks.filers.institution(_kind(case), until="2023-12-31")

    async def check(effect: str) -> None:
        assert effect == number
        found = await walks.seen(staff, "Institution", effect, f"{AGREEMENT} designatedFrom")
        assert (found["designatedFrom"], found["designatedUntil"]) == (TODAY.isoformat(), None)

    return Filed(staff, {"designation": {"tier": "LEVEL_1"}}, check)


async def institution_change(walks: Walks, case: Case) -> Filed:
    number, staff = walks.filers.institution(_kind(case))

    async def check(effect: str) -> None:
        assert effect == number
        assert (await walks.seen(staff, "Institution", effect, AGREEMENT))["name"] == "模拟更名机构"

    return Filed(staff, {"institutionChange": {"name": "模拟更名机构"}}, check)


async def agreement_suspension(walks: Walks, case: Case) -> Filed:
    assert case.action is not None
    number, staff = walks.filers.institution(_kind(case))
    suspended = TODAY.isoformat() if case.action is MatterAction.SUSPEND else None

    async def check(effect: str) -> None:
        assert effect == number
        found = await walks.seen(staff, "Institution", effect, AGREEMENT)
        assert (found["designatedUntil"], found["suspendedOn"]) == ("2024-12-15", suspended)

    return Filed(staff, {"agreementSuspension": {"action": case.action.name}}, check)


async def agreement_resumption(walks: Walks, case: Case) -> Filed:
    number, staff = walks.filers.institution(_kind(case), until="2024-12-01", suspended=True)
    changed = MaterialCondition.LICENCE_CHANGED in case.conditions

    async def check(effect: str) -> None:
        assert effect == number
        found = await walks.seen(staff, "Institution", effect, AGREEMENT)
        assert (found["designatedUntil"], found["suspendedOn"]) == (None, None)

    return Filed(staff, {"agreementResumption": {"licenceChanged": changed}}, check)


async def statement(walks: Walks, case: Case) -> Filed:
    number, staff = walks.filers.institution(_kind(case))
    patient = walks.filers.person()
    walks.filers.insured(patient, ApplicantKind.RESIDENT)
    claim = await walks.settled(staff, patient, admittedOn="2024-11-20", costs=[{"item": "S0004", "amount": "900.00"}])
    # It was settled while it was November.
    await walks.world.change(
        "UPDATE claim_entries SET business_on = '2024-11-20', occurred_at = 1732068000"
        f" WHERE claim_id = {claim['id'][4:]}"
    )
    due = Decimal(claim["cost"]) - Decimal(claim["cash"])
    lines = [{"claimId": claim["id"], "amount": str(due)}]
    form = {"month": 202411, "claims": 1, "total": str(due), "lines": lines}

    async def check(effect: str) -> None:
        found = await walks.seen(staff, "Disbursement", effect, "month amount")
        assert (found["month"], Decimal(found["amount"])) == (202411, due)
        await walks.paid(case, staff, number, due)

    return Filed(staff, {"institutionStatement": form}, check)


FILED: Final[Mapping[MatterCode, Callable[[Walks, Case], Awaitable[Filed]]]] = {
    MatterCode.UNIT_ENROLMENT: unit_enrolment,
    MatterCode.EMPLOYEE_ENROLMENT: employee_enrolment,
    MatterCode.RESIDENT_ENROLMENT: resident_enrolment,
    MatterCode.UNIT_INFORMATION_CHANGE: unit_change,
    MatterCode.EMPLOYEE_INFORMATION_CHANGE: person_change,
    MatterCode.RESIDENT_INFORMATION_CHANGE: person_change,
    MatterCode.LUMP_SUM_SETTLEMENT: lump_sum,
    MatterCode.ELECTRONIC_CERTIFICATE: certificate,
    MatterCode.UNIT_ENQUIRY: unit_enquiry,
    MatterCode.PERSON_ENQUIRY: enquiry,
    MatterCode.ACCOUNT_WITHDRAWAL: account_withdrawal,
    MatterCode.RELATION_TRANSFER: transfer,
    MatterCode.RESETTLED_RETIREE_RECORD: out_of_area,
    MatterCode.LONG_TERM_RESIDENT_RECORD: out_of_area,
    MatterCode.STATIONED_WORKER_RECORD: out_of_area,
    MatterCode.REFERRAL_RECORD: out_of_area,
    MatterCode.TEMPORARY_TREATMENT_RECORD: out_of_area,
    MatterCode.CHRONIC_DISEASE_ENTITLEMENT: entitlement,
    MatterCode.SPECIAL_DRUG_ENTITLEMENT: entitlement,
    MatterCode.OUTPATIENT_REIMBURSEMENT: reimbursement,
    MatterCode.INPATIENT_REIMBURSEMENT: reimbursement,
    MatterCode.ANTENATAL_PAYMENT: maternity_expenses,
    MatterCode.MATERNITY_MEDICAL_PAYMENT: maternity_expenses,
    MatterCode.FAMILY_PLANNING_PAYMENT: maternity_expenses,
    MatterCode.MATERNITY_ALLOWANCE: maternity_allowance,
    MatterCode.ASSISTED_CONTRIBUTION_SUBSIDY: subsidy,
    MatterCode.ASSISTANCE_REIMBURSEMENT: assistance,
    MatterCode.HOSPITAL_DESIGNATION: designation,
    MatterCode.PHARMACY_DESIGNATION: designation,
    MatterCode.INSTITUTION_INFORMATION_CHANGE: institution_change,
    MatterCode.AGREEMENT_SUSPENSION: agreement_suspension,
    MatterCode.AGREEMENT_RESUMPTION: agreement_resumption,
    MatterCode.HOSPITAL_SETTLEMENT: statement,
    MatterCode.PHARMACY_SETTLEMENT: statement,
}


# ---- the walks -------------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walks(shared: OpenedWorld) -> Walks:
    """A world with a second clerk, in which no other test of this module is under way."""
    return Walks(shared, await Filers.of(shared), await second_clerk(shared, "840000"))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_filing_is_walked_through_the_steps_of_the_guide_to_what_it_is_for(walks: Walks, case: Case) -> None:
    await walks.walk(case, await FILED[case.code](walks, case))


def printed() -> set[tuple[str, ...]]:
    """What the guide's file lets be filed: by matter and kind what is asked for, and how each material is there."""
    guide = yaml.load((Path(domain.policy.matters.__file__).parent / "510700.yaml").read_bytes(), yaml.CSafeLoader)
    found: set[tuple[str, ...]] = set()
    for matter in guide["matters"]:
        for kind in matter["applicants"]:
            of_kind = matter["code"], kind
            found |= {of_kind, *((*of_kind, action) for action in matter.get("actions", ()))}
            for material in matter["materials"]:
                if material.get("when") == OF_AN_AGENT or kind not in material.get("applicants", matter["applicants"]):
                    continue
                found |= {(*of_kind, material["text"], way) for way in _ways(material, kind)}
    return found


def _ways(material: dict[str, Any], kind: str) -> set[str]:
    proofs = material.get("satisfied_by", [])
    if material.get("form") or "FORM" in proofs:
        sometimes = material.get("form") and material["need"] != "REQUIRED" and "needed_when" in material
        return {"in the form", "not needed"} if sometimes else {"in the form"}
    if material.get("instead"):
        return {"something instead"}
    options = len(material.get("one_of", ()))
    ways = {f"option {place}" for place in range(1, options + 1)} or {"handed in"}
    if material.get("pledge"):
        ways.add("pledged")
    if kind not in ("UNIT", "HOSPITAL", "PHARMACY"):
        ways |= {proof.lower() for proof in proofs}
    if material["need"] != "REQUIRED" and material.get("needed_when") not in ("OF_THE_DEAD", "EARLY_RETIREMENT"):
        ways.add("not needed")
    return ways


def test_what_is_walked_is_all_that_the_guide_lets_be_filed_by_anybody_34_of_34() -> None:
    walked_through: set[tuple[str, ...]] = set()
    for case in CASES:
        of_kind = case.code.name, case.kind.name
        walked_through |= {of_kind, *(() if case.action is None else [(*of_kind, case.action.name)])}
        materials = case.matter.materials_for(case.kind)
        for one in case.choices:
            # What a situation asks for stands behind the matter's own.
            if one.number <= len(materials):
                walked_through.add((*of_kind, materials[one.number - 1].name.zh.replace("模拟", "四川"), one.name))
    assert walked_through == printed()
    assert {code for code, *_ in walked_through} == {code.name for code in MatterCode} == {code.name for code in FILED}
    assert len(MatterCode) == 34
    assert FORMS.keys() == set(MatterCode)
    assert EFFECTS.keys() == FORMS.keys() - ANSWERED
