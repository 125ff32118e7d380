"""A personal account is drawn in one sum: by its holder, or by a relative once the holder has died."""

import asyncio
from decimal import Decimal
from typing import Any

from tests.journeys.test_crediting_accounts import account_of, nodes
from tests.resolvers.opened import PAY, REFUND, WITHDRAW, OpenedWorld

ABROAD = ["IDENTITY_DOCUMENT", "APPLICATION_FORM"]
GIVEN_UP = [*ABROAD, "RENUNCIATION"]
DECEASED = [*ABROAD, "HEIR_IDENTITY_CARD", "BANK_ACCOUNT"]
SEEN = "query W($id: ID!) { accountWithdrawal(id: $id) { amount cardLastFour } node(id: $id) { id } }"
EVENTS = """
{ events(types: [ACCOUNT_WITHDRAWN]) { edges { node { ... on AccountWithdrawnEvent {
  reason amount payableBy withdrawal { id } actor { id } } } } } }
"""


async def with_an_account(world: OpenedWorld, persona: str, balance_fen: int = 100_000) -> None:
    """The persona's relative has a personal account, frozen since the relative's death."""
    relative = world.guide[persona].relative
    assert relative is not None
    await world.change(
        "INSERT INTO personal_accounts (id, person_id, region_code, status, balance_fen, entry_count, opened_on)"
        f" VALUES (529000000000000001, {relative.person_id}, '520402', 'FROZEN', {balance_fen}, 1, '2015-03-01');"
        "INSERT INTO account_entries (id, account_id, position, kind, amount_fen, balance_fen, occurred_at,"
        f" business_on) VALUES (529000000000000002, 529000000000000001, 1, 'OPENING', {balance_fen}, {balance_fen},"
        " 1704038400, '2024-01-01');"
        "UPDATE id_blocks SET next_number = 9100000000000000"
    )


async def withdraw(world: OpenedWorld, persona: str | None, person: str, **given: Any) -> dict[str, Any]:
    form = {"personId": person, "reason": "GIVEN_UP", "materials": GIVEN_UP, "cardLastFour": "4321"}
    return await world.mutate(WITHDRAW, persona, **(form | given))


async def test_who_gave_the_scheme_up_draws_everything_with_interest_and_the_account_is_closed(
    opened: OpenedWorld,
) -> None:
    await opened.left_employment("employee")
    before = await account_of(opened, "employee")
    answer = await withdraw(opened, "employee", opened.person("employee"))
    assert answer["__typename"] == "AccountWithdrawn", answer
    found = answer["withdrawal"]
    assert found["account"]["status"] == "CLOSED"
    assert found["account"]["balance"] == "0.00"
    # Fifteen working days after Monday, 16 December, with New Year's Day between.
    assert (found["reason"], found["cardLastFour"], found["payableBy"]) == ("GIVEN_UP", "4321", "2025-01-07")
    [interest, taken] = nodes((await account_of(opened, "employee"))["entries"])[-2:]
    assert (interest["kind"], taken["kind"], taken["balance"]) == ("INTEREST", "WITHDRAWAL", "0.00")
    assert Decimal(found["amount"]) == Decimal(before["balance"]) + Decimal(interest["amount"])
    assert found["entry"] == {key: taken[key] for key in ("id", "kind", "amount", "balance")}
    [year] = (await account_of(opened, "employee"))["years"]
    assert (year["closing"], year["interest"]) == ("0.00", interest["amount"])

    [event] = nodes((await opened.data(EVENTS, persona="employee"))["events"])
    assert event == {
        "reason": "GIVEN_UP",
        "amount": found["amount"],
        "payableBy": "2025-01-07",
        "withdrawal": {"id": found["id"]},
        "actor": {"id": opened.person("employee")},
    }
    again = await withdraw(opened, "employee", opened.person("employee"))
    assert again["__typename"] == "AccountClosed"
    # A closed account has no interest at the end of the year.
    opened.machine.forward(days=17)
    await opened.service.world.fire_due()
    assert (await account_of(opened, "employee"))["balance"] == "0.00"


async def test_an_heir_draws_the_account_of_a_deceased_relative(opened: OpenedWorld) -> None:
    await with_an_account(opened, "mother-deceased")
    given = {"reason": "DECEASED", "materials": DECEASED}
    stranger = await withdraw(opened, "employee", opened.relative("mother-deceased"), **given)
    nobody = await withdraw(opened, "employee", "per_529999999999999999", **given)
    assert stranger == nobody
    assert stranger["__typename"] == "NotEntitledToWithdraw"
    answer = await withdraw(opened, "mother-deceased", opened.relative("mother-deceased"), **given)
    assert answer["__typename"] == "AccountWithdrawn", answer
    found = answer["withdrawal"]
    # 350 days of 1,000.00 yuan: 340.28 fen. The heir sees the withdrawal, and nothing else of the account.
    assert found["amount"] == "1003.40"
    assert (found["account"], found["entry"]) == (None, None)
    assert found["applicant"] == {"id": opened.person("mother-deceased")}
    for persona in ("mother-deceased", "clerk-xixiu", "operator"):
        seen = await opened.data(SEEN, {"id": found["id"]}, persona)
        assert seen["accountWithdrawal"] == {"amount": "1003.40", "cardLastFour": "4321"}
    for stranger_persona in ("employee", "clerk-synthetic", None):
        seen = await opened.data(SEEN, {"id": found["id"]}, stranger_persona)
        assert seen == {"accountWithdrawal": None, "node": None}
        lists = await opened.data("{ accountWithdrawals { totalCount } }", persona=stranger_persona)
        assert lists["accountWithdrawals"]["totalCount"] == 0


async def test_the_same_key_draws_once(opened: OpenedWorld) -> None:
    await opened.left_employment("employee")
    key = opened.new_key()
    first = await withdraw(opened, "employee", opened.person("employee"), idempotencyKey=key)
    written = await opened.written()
    assert await withdraw(opened, "employee", opened.person("employee"), idempotencyKey=key) == first
    assert await opened.written() == written
    other = await withdraw(opened, "employee", opened.person("employee"), idempotencyKey=key, cardLastFour="1234")
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_a_payment_and_a_withdrawal_at_once_take_turns(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("employee")
    await opened.left_employment("employee")
    paid, *drawn = await asyncio.gather(
        opened.mutate(PAY, "employee", contributionId=contribution),
        *(withdraw(opened, "employee", opened.person("employee")) for _ in range(3)),
    )
    assert [answer["__typename"] for answer in drawn].count("AccountWithdrawn") == 1
    assert paid["__typename"] in ("ResidentContributionPaid", "NoPersonalAccount")
    assert (await account_of(opened, "employee"))["balance"] == "0.00"


async def test_a_refund_into_an_account_that_was_closed_meanwhile_goes_to_the_counter(opened: OpenedWorld) -> None:
    contribution = await opened.paid("employee-12")
    await opened.left_employment("employee-12")
    drawn = await withdraw(opened, "employee-12", opened.person("employee-12"))
    assert drawn["__typename"] == "AccountWithdrawn"
    await opened.insured_elsewhere("employee-12", "RESIDENT")
    written = (await opened.written())["account_entries"]
    answer = await opened.mutate(REFUND, "employee-12", contributionId=contribution, reason="DUPLICATE")
    assert answer["__typename"] == "AccountClosed"
    assert "bank account" in answer["en"]
    assert (await opened.written())["account_entries"] == written


async def test_nothing_is_drawn_while_the_interest_of_the_year_is_being_paid(opened: OpenedWorld) -> None:
    await opened.left_employment("employee")
    opened.machine.forward(days=16)
    key = opened.new_key()
    early = await withdraw(opened, "employee", opened.person("employee"), idempotencyKey=key)
    assert (early["__typename"], early["retryable"]) == ("InterestBeingSettled", True)
    await opened.service.world.fire_due()
    answer = await withdraw(opened, "employee", opened.person("employee"), idempotencyKey=key)
    assert answer["__typename"] == "AccountWithdrawn"
    kinds = [entry["kind"] for entry in nodes((await account_of(opened, "employee"))["entries"])]
    # Of the new year not even a day has gone by.
    assert kinds[-2:] == ["INTEREST", "WITHDRAWAL"]


async def test_a_binding_tells_what_was_paid_under_it(opened: OpenedWorld) -> None:
    await opened.paid("employee")
    asked = "{ viewer { person { familyBindings { edges { node { status paid endedAt } } } } } }"
    [binding] = nodes((await opened.data(asked, persona="employee"))["viewer"]["person"]["familyBindings"])
    assert binding == {"status": "ACTIVE", "paid": "400.00", "endedAt": None}
