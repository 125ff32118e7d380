"""Subscriptions that follow one matter: every step of it, with the row as it is now, told to whoever sees that row."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from domain.vocabulary import Role
from resolvers.service import Answer, GraphQLRequest
from tests.resolvers.opened import (
    FINISH,
    PAY,
    REFUND,
    UNBIND,
    OpenedWorld,
    codes,
)

PROGRESS = """
subscription Progress($contribution: ID!, $after: Cursor, $from: LogStart! = BEGINNING, $first: Int) {
  contributionProgress(contribution: $contribution, after: $after, startFrom: $from, first: $first) {
    cursor step status contribution { id status }
  }
}
"""
ENTRIES = """
subscription Entries($account: ID, $first: Int) {
  accountEntries(account: $account, startFrom: BEGINNING, first: $first) {
    cursor entry { id kind amount } account { id balance }
  }
}
"""
BINDINGS = """
subscription Bindings($first: Int) {
  familyBindings(startFrom: BEGINNING, first: $first) { change relation binding { id status } }
}
"""
ACCOUNT = "{ viewer { person { account { id balance entries(first: 100) { edges { node { id kind amount } } } } } } }"
PATIENCE_SECONDS = 20


async def told(world: OpenedWorld, document: str, persona: str | None, number: int, **given: Any) -> list[Any]:
    """The first items of a subscription, which says no more when these are asked for."""
    stream = await world.stream(document, {**given, "first": number}, persona)
    async with asyncio.timeout(PATIENCE_SECONDS):
        items = [json.loads(item.body) async for item in stream]
    assert all("errors" not in item for item in items), items
    return [next(iter(item["data"].values())) for item in items]


async def refused(world: OpenedWorld, document: str, persona: str | None, **given: Any) -> list[str]:
    """The codes of a subscription that ends with errors."""
    answer = await world.service.answer(GraphQLRequest(document, given), await world.viewer(persona), "r")
    body = answer.body if isinstance(answer, Answer) else (await anext(aiter(answer))).body
    return list(codes(json.loads(body)))


async def is_silent(world: OpenedWorld, document: str, persona: str | None, **given: Any) -> bool:
    """Nothing of the past is told to the viewer."""
    stream = await world.stream(document, given, persona)
    waiting = asyncio.ensure_future(anext(aiter(stream)))
    done, _ = await asyncio.wait([waiting], timeout=0.3)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await stream.aclose()
    return not done


async def test_a_contribution_is_followed_to_its_end_and_resumed_anywhere(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("employee")
    live = await opened.stream(PROGRESS, {"contribution": contribution, "from": "NOW", "first": 4}, "employee")
    items = aiter(live)
    following = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0.1)
    await opened.mutate(PAY, "employee", contributionId=contribution)
    await opened.mutate(FINISH, "employee", contributionId=contribution)
    # The mother has died before her cover begins, so that the money goes back.
    await opened.change(
        "UPDATE persons SET died_on = '2024-12-16' WHERE id ="
        f" (SELECT person_id FROM resident_contributions WHERE id = {contribution.removeprefix('con_')})"
    )
    payload = await opened.mutate(REFUND, "employee", contributionId=contribution, reason="DIED_BEFORE_COVER")
    assert payload["__typename"] == "ContributionRefundRequested", payload
    seen = [json.loads((await following).body)["data"]["contributionProgress"]]
    seen += [json.loads((await anext(items)).body)["data"]["contributionProgress"] for _ in range(3)]
    await live.aclose()
    steps = [(item["step"], item["status"]) for item in seen]
    assert steps == [("PAID", "PAID"), ("FINISHED", "FINISHED"), ("REFUND_REQUESTED", None), ("REFUNDED", "REFUNDED")]

    history = await told(opened, PROGRESS, "employee", 5, contribution=contribution)
    assert [(item["step"], item["status"]) for item in history] == [("SUBMITTED", "SUBMITTED"), *steps]
    assert {item["contribution"]["status"] for item in history} == {"REFUNDED"}, "the link shows the present"
    for place, item in enumerate(history[:-1]):
        rest = await told(opened, PROGRESS, "employee", 4 - place, contribution=contribution, after=item["cursor"])
        assert rest == history[place + 1 :]


async def test_only_who_sees_the_contribution_follows_it(opened: OpenedWorld) -> None:
    contribution = await opened.paid("employee")
    for who in ("employee", "clerk-xixiu", "clerk-anshun", "operator"):
        assert len(await told(opened, PROGRESS, who, 2, contribution=contribution)) == 2, who
    strangers: list[str | None] = ["employee-2", "clerk-synthetic", "auditor", None]
    for persona in strangers:
        assert await refused(opened, PROGRESS, persona, contribution=contribution) == ["BAD_USER_INPUT"], persona
    for other in ("con_1", "per_520000000000000001", "x"):
        assert await refused(opened, PROGRESS, "operator", contribution=other) == ["BAD_USER_INPUT"]


async def test_every_entry_of_an_account_is_told_whatever_moved_the_money(opened: OpenedWorld) -> None:
    contribution = await opened.paid("employee")
    await opened.change(
        "UPDATE persons SET died_on = '2024-12-16' WHERE id ="
        f" (SELECT person_id FROM resident_contributions WHERE id = {contribution.removeprefix('con_')})"
    )
    await opened.mutate(REFUND, "employee", contributionId=contribution, reason="DIED_BEFORE_COVER")
    account = (await opened.data(ACCOUNT, persona="employee"))["viewer"]["person"]["account"]
    items = await told(opened, ENTRIES, "employee", 2)
    assert [item["entry"]["kind"] for item in items] == ["PROXY_CONTRIBUTION", "REFUND"]
    assert await told(opened, ENTRIES, "clerk-xixiu", 2, account=account["id"]) == items
    assert await refused(opened, ENTRIES, "employee-2", account=account["id"]) == ["BAD_USER_INPUT"]
    assert await is_silent(opened, ENTRIES, None)

    opened.machine.forward(days=20)
    await opened.service.world.fire_due()
    opened.let_ask("the-holder", opened.person("employee"))
    account = (await opened.data(ACCOUNT, persona="the-holder"))["viewer"]["person"]["account"]
    entries = [edge["node"] for edge in account["entries"]["edges"]]
    items = await told(opened, ENTRIES, "the-holder", 3)
    assert [item["entry"] for item in items] == entries[-3:]
    assert [entry["kind"] for entry in entries[-3:]] == ["PROXY_CONTRIBUTION", "REFUND", "INTEREST"]
    assert {item["account"]["balance"] for item in items} == {account["balance"]}


async def test_a_binding_is_told_to_both_sides(opened: OpenedWorld) -> None:
    await opened.bound("employee")
    holder = opened.guide["employee"].person_id
    [(binding, member)] = await opened.rows(
        f"SELECT id, member_id FROM family_bindings WHERE holder_id = {holder} AND status = 'ACTIVE'"
    )
    payload = await opened.mutate(UNBIND, "employee", bindingId=f"fam_{binding}")
    assert payload["__typename"] == "FamilyMemberUnbound", payload
    expected = [
        {"change": change, "relation": "PARENT", "binding": {"id": f"fam_{binding}", "status": "ENDED"}}
        for change in ("BOUND", "UNBOUND")
    ]
    assert await told(opened, BINDINGS, "employee", 2) == expected
    opened.let_ask("the-member", opened.relative("employee"))
    assert opened.relative("employee") == f"per_{member}"
    assert await told(opened, BINDINGS, "the-member", 2) == expected
    assert await told(opened, BINDINGS, "clerk-xixiu", 2) == expected
    for persona in ("employee-2", "clerk-synthetic", None):
        assert await is_silent(opened, BINDINGS, persona), persona


async def test_an_app_is_told_of_the_accounts_of_who_consented(opened: OpenedWorld) -> None:
    await opened.paid("employee")
    await opened.paid("employee-2")
    await opened.enter("app", Role.PARTNER, 77, ("ACCOUNT", "520000"))
    assert await is_silent(opened, ENTRIES, "app")
    await opened.consents("employee", 77, "ACCOUNT")
    account = (await opened.data(ACCOUNT, persona="employee"))["viewer"]["person"]["account"]
    [item] = await told(opened, ENTRIES, "app", 1)
    assert (item["entry"]["kind"], item["account"]["id"]) == ("PROXY_CONTRIBUTION", account["id"])
    # Contributions were not granted, and family bindings are shared with no app.
    contribution = await opened.rows("SELECT max(id) FROM resident_contributions WHERE paid_at IS NOT NULL")
    assert await refused(opened, PROGRESS, "app", contribution=f"con_{contribution[0][0]}") == ["BAD_USER_INPUT"]
    assert await is_silent(opened, BINDINGS, "app")
