"""Filings of maternity benefits: who is paid what, into which account, once, and how that came about."""

from __future__ import annotations

from typing import Any

from tests.journeys.test_filings import draft, filed, second_clerk
from tests.journeys.test_paying_filings import EMPLOYEE, HOSPITAL, completed, institution
from tests.resolvers.opened import SETTLE, OpenedWorld

PAID = """
query D($id: ID!) {
  disbursement(id: $id) {
    purpose paidInto accountLastFour amount person { id } claim { id }
    entries { account amount }
    maternity { benefit occasion occurredOn invoice cost eligible }
  }
  disbursementTrace(disbursementId: $id) {
    disbursement { id }
    steps { position parent rule amountIn amountOut limit share sentence en: sentence(language: EN) facts { name } }
  }
}
"""


async def expenses(opened: OpenedWorld, invoice: str, **given: Any) -> dict[str, Any]:
    """What a birth of the employee's cost."""
    form = {
        "personId": opened.person(EMPLOYEE),
        "institutionId": await institution(opened, HOSPITAL),
        "occasion": "CAESAREAN",
        "occurredOn": "2024-12-05",
        "admittedOn": "2024-12-04",
        "dischargedOn": "2024-12-10",
        "invoice": invoice,
        "costs": [
            {"item": "S0004", "amount": "5000.00"},
            {"item": "D1003", "amount": "900.00"},
            {"item": "S2001", "amount": "1200.00"},
        ],
        "cardLastFour": "4321",
    }
    return {"maternityExpenses": form | given}


async def paid_out(opened: OpenedWorld, persona: str, matter: str, form: dict[str, Any]) -> str:
    """The id of the payment by a filing that two clerks complete."""
    filing = await filed(opened, persona, matter, form, (1, 2, 3, 4))
    answer = await completed(opened, filing, second=await second_clerk(opened, "840000"))
    assert answer["__typename"] == "FilingMoved", answer
    effect: str = answer["filing"]["effectId"]
    return effect


async def test_the_expenses_of_a_birth_are_paid_up_to_their_limit_once_and_each_step_says_why(
    opened: OpenedWorld,
) -> None:
    form = await expenses(opened, "B-1")
    number = await paid_out(opened, EMPLOYEE, "MATERNITY_MEDICAL_PAYMENT", form)
    told = await opened.data(PAID, {"id": number}, EMPLOYEE)
    paid = told["disbursement"]
    assert (paid["purpose"], paid["paidInto"], paid["accountLastFour"]) == ("MATERNITY_BENEFIT", "BANK_ACCOUNT", "4321")
    assert (paid["person"]["id"], paid["claim"], paid["amount"]) == (opened.person(EMPLOYEE), None, "5500.00")
    assert paid["entries"] == [
        {"account": "MATERNITY", "amount": "-5500.00"},
        {"account": "PAYEE", "amount": "5500.00"},
    ]
    assert paid["maternity"] == {
        "benefit": "MEDICAL",
        "occasion": "CAESAREAN",
        "occurredOn": "2024-12-05",
        "invoice": "B-1",
        "cost": "7100.00",
        "eligible": "5900.00",
    }
    steps = told["disbursementTrace"]["steps"]
    assert [(one["rule"], one["parent"], one["amountIn"], one["amountOut"]) for one in steps] == [
        ("MATERNITY_EXPENSES", None, "7100.00", "5500.00"),
        ("SCOPE", 0, "7100.00", "5900.00"),
        ("CLASS_A", 1, "5000.00", "5000.00"),
        ("CLASS_B", 1, "900.00", "900.00"),
        ("CLASS_C", 1, "1200.00", "0.00"),
        ("MATERNITY_LIMIT", 0, "5900.00", "5500.00"),
    ]
    assert [fact["name"] for fact in steps[-1]["facts"]] == ["maternity_benefit.limit_caesarean"]
    assert "5500.00" in steps[-1]["sentence"]
    assert "5500.00" in steps[-1]["en"]
    for persona, seen in (("clerk-synthetic", True), ("auditor", True), ("clerk-xixiu", False), (HOSPITAL, False)):
        found = await opened.data(PAID, {"id": number}, persona)
        assert (found["disbursement"] is not None, found["disbursementTrace"] is not None) == (seen, seen), persona

    # A birth is paid once, however it is called, and the invoice by nothing else.
    again = await expenses(opened, "B-2", occasion="VAGINAL_BIRTH", occurredOn="2024-12-04")
    twice = await draft(opened, EMPLOYEE, "MATERNITY_MEDICAL_PAYMENT", again)
    assert (twice["__typename"], twice["benefit"], twice["occurredOn"]) == (
        "MaternityBenefitPaid",
        "MEDICAL",
        "2024-12-05",
    )
    operation = {"occasion": "TERMINATION", "occurredOn": "2024-12-04"}
    ended = await draft(opened, EMPLOYEE, "FAMILY_PLANNING_PAYMENT", await expenses(opened, "B-2", **operation))
    assert (ended["__typename"], ended["benefit"]) == ("MaternityBenefitPaid", "MEDICAL")
    direct = {name: form["maternityExpenses"][name] for name in ("invoice", "admittedOn", "dischargedOn", "costs")}
    settled = await opened.mutate(SETTLE, HOSPITAL, **opened.document(EMPLOYEE), care="INPATIENT", **direct)
    assert settled["__typename"] == "InvoiceAlreadySettled"


async def test_operations_of_family_planning_are_paid_by_a_matter_of_their_own_and_each_once_a_day(
    opened: OpenedWorld,
) -> None:
    day = {"admittedOn": "2024-12-12", "dischargedOn": "2024-12-12", "occurredOn": "2024-12-12"}
    costs = [{"item": "S0003", "amount": "250.00"}]
    form = await expenses(opened, "F-1", occasion="DEVICE_INSERTION", costs=costs, **day)
    for matter, wrong in (
        ("MATERNITY_MEDICAL_PAYMENT", form),
        ("FAMILY_PLANNING_PAYMENT", await expenses(opened, "F-1")),
    ):
        answer = await draft(opened, EMPLOYEE, matter, wrong)
        assert (answer["__typename"], answer["problem"]) == ("InputNotAcceptable", "FORM_OF_MATTER")
    number = await paid_out(opened, EMPLOYEE, "FAMILY_PLANNING_PAYMENT", form)
    paid = (await opened.data(PAID, {"id": number}, EMPLOYEE))["disbursement"]
    assert (paid["amount"], paid["maternity"]["benefit"]) == ("250.00", "FAMILY_PLANNING")
    again = await expenses(opened, "F-2", occasion="DEVICE_INSERTION", costs=costs, **day)
    twice = await draft(opened, EMPLOYEE, "FAMILY_PLANNING_PAYMENT", again)
    assert (twice["__typename"], twice["occurredOn"]) == ("MaternityBenefitPaid", "2024-12-12")
    other = await expenses(opened, "F-2", occasion="DEVICE_REMOVAL", costs=costs, **day)
    assert (await draft(opened, EMPLOYEE, "FAMILY_PLANNING_PAYMENT", other))["__typename"] == "FilingMoved"


async def test_who_is_not_insured_long_enough_or_asks_for_what_cannot_be_is_refused_when_it_is_drafted(
    on_sqlite: OpenedWorld,
) -> None:
    opened = on_sqlite
    days = {"admittedOn": "2024-12-12", "dischargedOn": "2024-12-13", "occurredOn": "2024-12-12"}
    future = {"admittedOn": "2024-12-16", "dischargedOn": "2024-12-18", "occurredOn": "2024-12-17"}
    old = {"admittedOn": "2023-11-01", "dischargedOn": "2023-11-09", "occurredOn": "2023-11-02"}
    outside = [{"item": "S2001", "amount": "1200.00"}]
    cases: list[tuple[str, list[str], dict[str, Any]]] = [
        ("InputNotAcceptable", ["dischargedOn"], future),
        ("InputNotAcceptable", ["occurredOn"], {"occurredOn": "2024-12-11"}),
        ("InputNotAcceptable", ["cardLastFour"], {"cardLastFour": "12"}),
        ("ItemNotInCatalogue", ["costs", "0", "item"], {"costs": [{"item": "X", "amount": "1.00"}]}),
        ("InstitutionNotFound", ["institutionId"], {"institutionId": "ins_849999999999999999"}),
        ("ClaimTooOld", ["dischargedOn"], old),
        ("NothingToPay", [], {"costs": outside}),
    ]
    for expected, path, given in cases:
        answer = await draft(opened, EMPLOYEE, "MATERNITY_MEDICAL_PAYMENT", await expenses(opened, "B-3", **given))
        assert answer["__typename"] == expected, answer
        if expected != "InputNotAcceptable" or path != ["cardLastFour"]:
            assert answer["path"] == ["form", "maternityExpenses", *path]
    person = opened.person(EMPLOYEE)[4:]
    maternity = f"WHERE scheme = 'MATERNITY' AND person_id = {person}"
    changes: list[tuple[str, str, dict[str, Any]]] = [
        (f"UPDATE enrolments SET started_on = '2024-07-15' {maternity}", "FilingMoved", {}),
        (f"UPDATE enrolments SET started_on = '2024-08-01' {maternity}", "MaternityMonthsShort", {"months": 5}),
        (
            f"UPDATE enrolments SET started_on = '2024-12-13' {maternity}",
            "NotInsuredForMaternity",
            {"on": "2024-12-12"},
        ),
        (f"UPDATE persons SET sex = 'MALE' WHERE id = {person}", "InputNotAcceptable", {"problem": "NOT_OF_THE_SEX"}),
    ]
    for change, expected, facts in changes:
        await opened.change(change)
        answer = await draft(opened, EMPLOYEE, "MATERNITY_MEDICAL_PAYMENT", await expenses(opened, "B-4", **days))
        assert answer["__typename"] == expected, answer
        assert facts.items() <= answer.items()
