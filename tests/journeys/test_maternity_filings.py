"""Filings of maternity benefits: who is paid what, into which account, once, and how that came about."""

from __future__ import annotations

from typing import Any

from domain.vocabulary import NATION, Id, Role, Viewer
from tests.journeys.test_filings import draft, filed, second_clerk
from tests.journeys.test_paying_filings import EMPLOYEE, HOSPITAL, completed, institution
from tests.resolvers.opened import DECLARE, SETTLE, OpenedWorld

PAID = """
query D($id: ID!) {
  disbursement(id: $id) {
    purpose paidInto accountLastFour amount person { id } unit { id } claim { id }
    entries { account amount }
    maternity { benefit occasion occurredOn invoice cost eligible children leaveDays monthlyWage }
  }
  disbursementTrace(disbursementId: $id) {
    disbursement { id }
    steps {
      position parent rule amountIn amountOut limit share count sentence en: sentence(language: EN) facts { name }
    }
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
        "children": None,
        "leaveDays": None,
        "monthlyWage": None,
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


async def officer(opened: OpenedWorld) -> str:
    """The id of the employee's unit, for which somebody acts as "officer-synthetic"."""
    [(unit,)] = await opened.rows(
        f"SELECT unit_id FROM enrolments WHERE scheme = 'MATERNITY' AND person_id = {opened.person(EMPLOYEE)[4:]}"
    )
    himself = opened.guide["two-grades"].person_id
    await opened.change(
        "INSERT INTO personas (id, name, role, person_id, region_code, unit_id, description_zh, description_en)"
        f" VALUES (990002, 'officer-synthetic', 'UNIT_OFFICER', {himself}, '840102', {unit}, '', '')"
        " ON CONFLICT DO NOTHING"
    )
    opened._viewers["officer-synthetic"] = Viewer(
        Role.UNIT_OFFICER, Id(himself), NATION, "officer-synthetic", persona_id=Id(990002), unit_id=Id(unit)
    )
    return f"uni_{unit}"


async def test_the_allowance_is_paid_to_the_unit_by_its_average_wage_for_each_day_of_leave_once(
    opened: OpenedWorld,
) -> None:
    unit, mother, by = await officer(opened), opened.person(EMPLOYEE), "officer-synthetic"
    leave = {"personId": mother, "occasion": "CAESAREAN", "occurredOn": "2024-12-05", "children": 2}

    async def asked(persona: str = by, **given: Any) -> dict[str, Any]:
        return await draft(opened, persona, "MATERNITY_ALLOWANCE", {"maternityAllowance": leave | given})

    none = await asked()
    assert (none["__typename"], none["year"]) == ("UnitWagesNotOnRecord", 2023)
    lines = [{"personId": mother, "wage": "6500.25"}]
    declared = await opened.mutate(DECLARE, by, unitId=unit, month=202412, lines=lines)
    assert declared["__typename"] == "WagesDeclared", declared
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("InputNotAcceptable", {"occurredOn": "2024-12-17"}),
        ("InputNotAcceptable", {"children": 0}),
        ("InputNotAcceptable", {"occasion": "EARLY_MISCARRIAGE"}),
        ("InputNotAcceptable", {"occasion": "DEVICE_REMOVAL"}),
        ("ClaimTooOld", {"occurredOn": "2023-12-15"}),
        ("PersonNotFound", {"personId": opened.person("mother-deceased")}),
    ]
    for expected, given in wrong:
        answer = await asked(**given)
        assert answer["__typename"] == expected, (answer, given)
    assert (await asked(EMPLOYEE))["__typename"] == "MayNotFile"
    pledge = (await asked(outsidePublicPayroll=True))["filing"]["materials"][2]
    assert pledge["needed"]

    form = {"maternityAllowance": leave}
    filing = await filed(opened, by, "MATERNITY_ALLOWANCE", form, (1, 2))
    second = await second_clerk(opened, "840000")
    answer = await completed(opened, filing, second=second)
    assert answer["__typename"] == "FilingMoved", answer
    number = answer["filing"]["effectId"]
    told = await opened.data(PAID, {"id": number}, by)
    paid, benefit = told["disbursement"], told["disbursement"]["maternity"]
    # 98 and 15 days, and 15 for the second child: 6,500.25 / 30 × 128.
    assert (paid["paidInto"], paid["accountLastFour"], paid["amount"]) == ("UNIT_ACCOUNT", None, "27734.40")
    assert (paid["person"], paid["unit"]["id"]) == (None, unit)
    assert paid["entries"] == [
        {"account": "MATERNITY", "amount": "-27734.40"},
        {"account": "PAYEE", "amount": "27734.40"},
    ]
    assert (benefit["leaveDays"], benefit["monthlyWage"], benefit["children"]) == (128, "6500.25", 2)
    steps = told["disbursementTrace"]["steps"]
    assert [(one["rule"], one["parent"], one["amountIn"], one["amountOut"], one["count"]) for one in steps] == [
        ("MATERNITY_ALLOWANCE", None, "6500.25", "27734.40", 128),
        ("AVERAGE_WAGE", 0, "6500.25", "6500.25", 1),
    ]
    assert [fact["name"] for fact in steps[0]["facts"]] == [
        "maternity_benefit.leave_days_birth",
        "maternity_benefit.leave_days_difficult_birth",
        "maternity_benefit.leave_days_each_further_child",
        "maternity_benefit.days_of_a_month",
        "maternity_benefit.allowance_rounding",
    ]
    listed = await opened.data("{ disbursements { totalCount } }", persona=by)
    assert listed["disbursements"]["totalCount"] == 1
    for persona, seen in (("clerk-synthetic", True), (EMPLOYEE, False), ("officer-employer", False)):
        found = await opened.data(PAID, {"id": number}, persona)
        assert (found["disbursement"] is not None, found["disbursementTrace"] is not None) == (seen, seen), persona
    twice = await asked(occurredOn="2024-12-06")
    assert (twice["__typename"], twice["benefit"]) == ("MaternityBenefitPaid", "ALLOWANCE")
    # What the birth cost is paid besides.
    answer = await draft(opened, EMPLOYEE, "MATERNITY_MEDICAL_PAYMENT", await expenses(opened, "B-9"))
    assert answer["__typename"] == "FilingMoved", answer


async def test_antenatal_examinations_are_paid_up_to_their_limit_once_for_a_pregnancy_and_its_birth_besides(
    opened: OpenedWorld,
) -> None:
    days = {"admittedOn": "2024-07-02", "dischargedOn": "2024-12-03", "occurredOn": "2024-12-03"}
    costs = [{"item": "S0003", "amount": "1250.00"}, {"item": "S2001", "amount": "300.00"}]
    given: dict[str, Any] = {"occasion": "ANTENATAL_EXAMINATIONS", "costs": costs, **days}
    form = await expenses(opened, "A-1", **given)
    for matter, wrong in (
        ("MATERNITY_MEDICAL_PAYMENT", form),
        ("FAMILY_PLANNING_PAYMENT", form),
        ("ANTENATAL_PAYMENT", await expenses(opened, "A-1")),
    ):
        answer = await draft(opened, EMPLOYEE, matter, wrong)
        assert (answer["__typename"], answer["problem"]) == ("InputNotAcceptable", "FORM_OF_MATTER")
    number = await paid_out(opened, EMPLOYEE, "ANTENATAL_PAYMENT", form)
    told = await opened.data(PAID, {"id": number}, EMPLOYEE)
    paid, benefit = told["disbursement"], told["disbursement"]["maternity"]
    assert (paid["purpose"], paid["person"]["id"], paid["amount"]) == (
        "MATERNITY_BENEFIT",
        opened.person(EMPLOYEE),
        "1000.00",
    )
    assert (benefit["benefit"], benefit["cost"], benefit["eligible"]) == ("ANTENATAL", "1550.00", "1250.00")
    limit = told["disbursementTrace"]["steps"][-1]
    assert [fact["name"] for fact in limit["facts"]] == ["maternity_benefit.limit_antenatal_examinations"]
    again = await draft(opened, EMPLOYEE, "ANTENATAL_PAYMENT", await expenses(opened, "A-2", **given))
    assert (again["__typename"], again["benefit"], again["occurredOn"]) == (
        "MaternityBenefitPaid",
        "ANTENATAL",
        "2024-12-03",
    )
    birth = await draft(opened, EMPLOYEE, "MATERNITY_MEDICAL_PAYMENT", await expenses(opened, "A-3"))
    assert birth["__typename"] == "FilingMoved", birth


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
