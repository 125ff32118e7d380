"""What the calendar brings to personal accounts: interest once a year, pensioners' credits once a month."""

import asyncio
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from domain.operations import credit_accounts
from domain.store.engine import open_database
from resolvers.world import open_world
from simulator.outside import outside
from tests.resolvers.opened import PAY, OpenedWorld

ACCOUNT = """
query A($id: ID!) { person(id: $id) { account { id balance
  years { year opening credits interest refunds payments closing }
  entries(last: 100) { edges { node { id kind amount balance businessOn } } }
} } }
"""
EVENTS = """
{ events(types: [ACCOUNT_CREDITED, INTEREST_PAID], first: 100) { edges { node { __typename actor { id } region
  ... on AccountCreditedEvent { kind amount balance businessOn entry { id } account { id } }
  ... on InterestPaidEvent { amount balance businessOn entry { id } account { id } }
} } } }
"""


async def later(world: OpenedWorld, days: int) -> None:
    """So many days later, with everything done that fell due."""
    world.machine.forward(days=days)
    await world.service.world.fire_due()


async def account_of(world: OpenedWorld, persona: str) -> Any:
    return (await world.data(ACCOUNT, {"id": world.person(persona)}, persona))["person"]["account"]


def nodes(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


async def borne(world: OpenedWorld, year: int) -> dict[int, int]:
    """What the days of a year bear, by account, found by walking through them; nothing for what bears nothing."""
    moved: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for account, day, amount in await world.rows(
        "SELECT account_id, CAST(business_on AS TEXT), amount_fen FROM account_entries"
        f" WHERE NOT (kind = 'INTEREST' AND CAST(business_on AS TEXT) >= '{year}')"
    ):
        moved[account][date.fromisoformat(day)] += amount
    found = {}
    for account, by_day in moved.items():
        balance = sum(amount for day, amount in by_day.items() if day.year < year)
        total, day = 0, date(year, 1, 1)
        while day.year == year:
            balance += by_day.get(day, 0)
            total += balance
            day += timedelta(days=1)
        interest = int((total * Decimal("0.0035") / 360).quantize(Decimal(1), ROUND_HALF_UP))
        if interest:
            found[account] = interest
    return found


async def paid(world: OpenedWorld, year: int) -> dict[int, int]:
    """The interest of a year, by account."""
    rows = await world.rows(
        "SELECT account_id, amount_fen FROM account_entries"
        f" WHERE kind = 'INTEREST' AND CAST(business_on AS TEXT) = '{year}-12-31'"
    )
    assert len({account for account, _ in rows}) == len(rows)
    return dict(rows)


async def test_an_account_has_the_interest_of_its_days_and_a_statement_that_adds_up(opened: OpenedWorld) -> None:
    await opened.paid("employee")
    before = await account_of(opened, "employee")
    await later(opened, 15)
    assert await account_of(opened, "employee") == before
    await later(opened, 1)
    after = await account_of(opened, "employee")
    entry = nodes(after["entries"])[-1]
    assert (entry["kind"], entry["businessOn"]) == ("INTEREST", "2024-12-31")
    assert entry["balance"] == after["balance"]
    assert Decimal(after["balance"]) == Decimal(before["balance"]) + Decimal(entry["amount"])

    [year] = after["years"]
    found = {name: Decimal(amount) for name, amount in year.items()}
    assert (year["year"], year["interest"], year["payments"]) == (2024, entry["amount"], "400.00")
    assert year["closing"] == after["balance"]
    assert found["closing"] == (
        found["opening"] + found["credits"] + found["interest"] + found["refunds"] - found["payments"]
    )
    [event] = nodes((await opened.data(EVENTS, persona="employee"))["events"])
    assert event == {
        "__typename": "InterestPaidEvent",
        "actor": None,
        "region": "520402",
        "amount": entry["amount"],
        "balance": entry["balance"],
        "businessOn": "2024-12-31",
        "entry": {"id": entry["id"]},
        "account": {"id": after["id"]},
    }


async def test_every_account_has_its_interest_however_few_are_done_at_once(
    opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credit_accounts, "ACCOUNTS_AT_ONCE", 7)
    expected = await borne(opened, 2024)
    await later(opened, 16)
    assert await paid(opened, 2024) == expected
    assert len(expected) > 50


async def test_a_pensioner_is_credited_every_month_and_nobody_else(opened: OpenedWorld) -> None:
    pensioners = await opened.rows(
        "SELECT a.id FROM personal_accounts a JOIN enrolments e ON e.person_id = a.person_id JOIN persons p ON"
        " p.id = a.person_id WHERE e.person_type = 'RETIRED' AND e.status = 'ACTIVE' AND e.scheme = 'EMPLOYEE'"
        " AND p.died_on IS NULL AND a.status <> 'CLOSED'"
    )
    [(dead, owner)] = await opened.rows(
        "SELECT a.id, a.person_id FROM personal_accounts a JOIN personas p ON p.person_id = a.person_id"
        " WHERE p.name = 'retired-payer'"
    )
    # Two months at once, and a third day by day.
    await later(opened, 70)
    credited = "SELECT account_id, CAST(business_on AS TEXT), amount_fen FROM account_entries WHERE kind = "
    since = " AND business_on > '2024-12-16' ORDER BY account_id, business_on"
    assert await opened.rows(f"{credited}'PENSIONER_CREDIT'{since}") == [
        (account, day, 8_000) for (account,) in sorted(pensioners) for day in ("2025-01-15", "2025-02-15")
    ]
    assert await opened.rows(f"{credited}'MONTHLY_CREDIT'{since}") == []
    [january, february] = [
        each
        for each in nodes((await opened.data(EVENTS, persona="retired-payer"))["events"])
        if each["__typename"] == "AccountCreditedEvent"
    ]
    assert (january["kind"], january["amount"], january["businessOn"]) == ("PENSIONER_CREDIT", "80.00", "2025-01-15")
    assert Decimal(february["balance"]) == Decimal(january["balance"]) + 80

    await opened.change(f"UPDATE persons SET died_on = '2025-03-15' WHERE id = {owner}")
    for _ in range(30):
        await later(opened, 1)
    assert await opened.rows(
        f"SELECT count(*), count(DISTINCT account_id), sum(CASE WHEN account_id = {dead} THEN 1 ELSE 0 END)"
        " FROM account_entries WHERE kind = 'PENSIONER_CREDIT' AND business_on = '2025-03-15'"
    ) == [(len(pensioners) - 1, len(pensioners) - 1, 0)]


async def test_years_that_pass_at_once_are_settled_one_after_another(opened: OpenedWorld) -> None:
    await later(opened, 400)
    assert await paid(opened, 2024) == await borne(opened, 2024)
    # What 2024 brought bears interest in 2025.
    assert await paid(opened, 2025) == await borne(opened, 2025)
    assert [year["year"] for year in (await account_of(opened, "retired-payer"))["years"]] == [2024, 2025, 2026]


async def test_two_servers_credit_every_account_once(opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credit_accounts, "ACCOUNTS_AT_ONCE", 20)
    world = opened.service.world
    expected = await borne(opened, 2024)
    other = await open_world(
        open_database(opened.url), policy=world.policy, outside=outside(), machine=opened.machine, sandbox=True
    )
    opened.machine.forward(days=31)
    try:
        await asyncio.gather(*(each.fire_due() for each in (world, other) * 2))
    finally:
        await other.close()
    await world.fire_due()
    assert await paid(opened, 2024) == expected
    assert await opened.rows(
        "SELECT count(*) FROM (SELECT 1 FROM account_entries WHERE kind = 'PENSIONER_CREDIT'"
        " GROUP BY account_id, business_on HAVING count(*) > 1) AS twice"
    ) == [(0,)]
    assert await opened.rows("SELECT kind, subject_id FROM timers ORDER BY due_at") == [
        ("CREDIT_PENSIONERS", 0),
        ("PAY_INTEREST", 0),
    ]


async def test_an_account_that_pays_while_it_is_settled_keeps_the_sum_of_its_entries(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("retired-payer")
    opened.machine.forward(days=31)
    answer, _ = await asyncio.gather(
        opened.mutate(PAY, "retired-payer", contributionId=contribution), opened.service.world.fire_due()
    )
    assert answer["__typename"] == "ResidentContributionPaid"
    kinds = [entry["kind"] for entry in nodes((await account_of(opened, "retired-payer"))["entries"])[-3:]]
    assert sorted(kinds) == ["INTEREST", "PENSIONER_CREDIT", "PROXY_CONTRIBUTION"]


async def test_a_statement_is_seen_by_whose_account_it_is_and_the_clerks_of_its_region(opened: OpenedWorld) -> None:
    asked = "query Y($id: ID!) { person(id: $id) { account { years { year closing } } } }"
    given = {"id": opened.person("employee")}
    own = await opened.data(asked, given, "employee")
    assert own["person"]["account"]["years"]
    for persona in ("clerk-xixiu", "clerk-anshun", "operator"):
        assert await opened.data(asked, given, persona) == own
    for stranger in ("employee-2", "clerk-synthetic", "officer-employer", None):
        found = (await opened.data(asked, given, stranger))["person"]
        assert found is None or found["account"] is None
