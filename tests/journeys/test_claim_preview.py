"""What care would cost, asked through the API on both engines; docs/benefits.md is executed as it stands."""

from __future__ import annotations

import json

from tests.docs.test_front_end import ROOT, differs, exchanges
from tests.resolvers.opened import SHIPPED, OpenedWorld, shipped

PAGE = ROOT / "docs" / "benefits.md"


async def test_the_page_shows_what_is_answered(opened: OpenedWorld) -> None:
    mother = await opened.bound("employee")
    await opened.paid("employee", mother)
    people = {"mother": mother, "me": opened.person("synthetic-employee")}
    shown = exchanges(PAGE)
    assert len(shown) >= 4
    for exchange in shown:
        variables = {name: people.get(name, value) for name, value in exchange.variables.items()}
        answer = await opened.data(exchange.document.text, variables, exchange.persona)
        difference = differs(exchange.data, answer)
        assert difference is None, f"{exchange.document.where} shows another answer than is given: {difference}"


async def test_a_preview_is_for_oneself_and_the_family_that_one_has_bound(opened: OpenedWorld) -> None:
    persona, day = "synthetic-employee", "2024-12-10"
    mother = opened.relative(persona)
    assert (await opened.preview(None, mother, day))["__typename"] == "NotSignedIn"
    assert (await opened.preview("operator", mother, day))["__typename"] == "NotSignedIn"
    for person in (mother, "per_849999999999999999", "no id"):
        told = await opened.preview(persona, person, day)
        assert (told["__typename"], told["path"]) == ("NotOfYourFamily", ["personId"])
    await opened.bound(persona)
    told = await opened.preview(persona, mother, day)
    # 70 % of what lies above 500 yuan was the rule of 2024; the mother's year is paid, and she has no account.
    assert (told["__typename"], told["pooled"], told["cash"]) == ("ClaimPreview", "13650.00", "6350.00")
    assert (told["scheme"], told["region"], told["account"]) == ("RESIDENT", "840102", "0.00")


async def test_nothing_is_written_by_asking(opened: OpenedWorld) -> None:
    mother = await opened.bound("synthetic-employee")
    before = await opened.written()
    assert (await opened.preview("synthetic-employee", mother, "2024-12-10"))["__typename"] == "ClaimPreview"
    assert await opened.written() == before


async def test_an_employee_s_own_account_pays_what_the_fund_leaves(opened: OpenedWorld) -> None:
    me = opened.person("synthetic-employee")
    told = await opened.preview("synthetic-employee", me, "2025-06-16")
    # 87 % of what lies above 400 yuan.
    assert (told["scheme"], told["pooled"], told["criticalIllness"]) == ("EMPLOYEE", "17052.00", "0.00")
    assert _fen(told["account"]) + _fen(told["cash"]) == 294_800
    [account] = [step for step in told["steps"] if step["rule"] == "ACCOUNT"]
    assert _fen(account["limit"]) > 0
    assert told["account"] == f"{min(294_800, _fen(account['limit'])) / 100:.2f}"


async def test_a_trace_tells_document_and_paragraph_of_every_share(opened: OpenedWorld) -> None:
    mother = await opened.bound("employee")
    await opened.paid("employee", mother)
    told = await opened.preview("employee", mother, "2025-06-16", tier="LEVEL_3")
    [share] = [step for step in told["steps"] if step["rule"] == "RATIO"]
    assert (share["amountIn"], share["share"], share["amountOut"]) == ("20000.00", "0.7", "14000.00")
    assert share["facts"][0]["source"] == {
        "kind": "DOCUMENT",
        "document": "安顺市医疗保障局关于再次提醒参保职工及时为近亲属代缴2025年度城乡居民医保费的函",
        "paragraph": "四、5",
        "quote": "一级及以下、二级、三级定点医疗机构报销比例分别为：85%、80%、70%",
    }
    assert share["sentence"] == "20000.00元按70%支付，为14000.00元。"
    assert [step["position"] for step in told["steps"]] == list(range(len(told["steps"])))


BOTH_DAYS = """
query B($person: ID!, $care: CareInput!, $before: Date!, $after: Date!) {
  before: claimPreview(personId: $person, care: $care, on: $before) { ...Told }
  after: claimPreview(personId: $person, care: $care, on: $after) { ...Told }
}
fragment Told on ClaimPreviewResult {
  ... on ClaimPreview { on pooled cash steps { rule share } }
}
"""


async def test_the_policy_of_two_days_is_compared_in_one_document(opened: OpenedWorld) -> None:
    mother = await opened.bound("synthetic-employee")
    care = {
        "kind": "INPATIENT",
        "tier": "LEVEL_2",
        "admittedOn": "2024-12-10",
        "costs": [{"costClass": "A", "amount": "20000.00"}],
    }
    days = {"before": "2024-12-31", "after": "2025-01-01"}
    told = await opened.data(BOTH_DAYS, {"person": mother, "care": care, **days}, "synthetic-employee")
    # 70 % above 500 yuan was the rule of 2024, 75 % is that of 2025; what differs says so, step by step.
    assert [(told[day]["on"], told[day]["pooled"], told[day]["cash"]) for day in days] == [
        ("2024-12-31", "13650.00", "6350.00"),
        ("2025-01-01", "14625.00", "5375.00"),
    ]
    both = zip(told["before"]["steps"], told["after"]["steps"], strict=True)
    assert [(old["rule"], old["share"], new["share"]) for old, new in both if old["share"] != new["share"]] == [
        ("RATIO", "0.7", "0.75")
    ]


async def test_five_hundred_lines_are_worth_what_their_sum_is(opened: OpenedWorld) -> None:
    me = opened.person("synthetic-employee")
    lines = [{"costClass": ("A", "B", "C")[place % 3], "amount": f"{place + 1}.37"} for place in range(500)]
    sums = [
        {"costClass": name, "amount": f"{sum(place * 100 + 137 for place in range(500) if place % 3 == at) / 100:.2f}"}
        for at, name in enumerate("ABC")
    ]
    first, second = [
        await opened.preview("synthetic-employee", me, "2025-06-16", costs=costs) for costs in (lines, sums)
    ]
    assert first["__typename"] == "ClaimPreview"
    assert first == second
    assert _fen(first["firstShare"]) > 0
    more = await opened.preview("synthetic-employee", me, "2025-06-16", costs=[*lines, *lines[:1]])
    assert (more["__typename"], more["problem"]) == ("InputNotAcceptable", "COST_COUNT")


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))


async def test_the_tabs_of_graphiql_are_answered(opened: OpenedWorld) -> None:
    patient = opened.person("synthetic-employee")
    answers = {}
    for tab in ("02-two-hospitals", "03-why"):
        beside = (SHIPPED / "journeys" / "6-care" / f"{tab}.variables.json").read_text("utf-8")
        variables = json.loads(beside.replace("{{patient}}", patient))
        answers[tab] = await opened.data(shipped(f"journeys/6-care/{tab}"), variables, "synthetic-employee")
    near, far = answers["02-two-hospitals"]["near"], answers["02-two-hospitals"]["far"]
    # 5 % of class B come first; then 87 % above 400 yuan, or 82 % above 800.
    assert (near["firstShare"], near["pooled"], far["pooled"]) == ("300.00", "15051.00", "13858.00")
    assert answers["03-why"]["claimPreview"]["__typename"] == "ClaimPreview"
    assert answers["03-why"]["claimPreview"]["caps"][0]["paid"] == "23186.00"
