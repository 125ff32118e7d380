"""The transfer of the insurance relation (医保关系转移接续, MY-12): applied for, sent by the old place, completed here.

The world begins on Monday 16 December 2024; the office closes at five, and New Year's Day is a holiday.
"""

from datetime import date
from typing import Any

import pytest

from domain.decisions.working_days import working_days_after
from domain.ports import PartyUnavailable
from domain.store.timers import NewTimer, TimerKind, set_timers
from domain.vocabulary import Id
from simulator.outside import outside
from tests.resolvers.opened import APPLY_FOR_TRANSFER, WITHDRAW_TRANSFER, OpenedWorld

WORKER = "moved-worker"
SHENZHEN, SUINING = "440300", "510900"
ACCEPTED = date(2024, 12, 16)
TRANSFER = """
query T($id: ID!) {
  transfer(id: $id) {
    status formDueOn dueOn calendar overdue formReceivedAt periods { firstMonth lastMonth } months balance completedAt
    monthsCarried withdrawnAt entry { kind amount balance } enrolment { monthsCarried }
    person { account { balance region { code } } transfers { edges { node { id } } } }
  }
}
"""
TRANSFERRED = ("enrolment_transfers", "transferred_periods", "enrolments")
TOLD = """
{ events(types: [TRANSFER_APPLIED, TRANSFER_FORM_SENT, TRANSFER_COMPLETED, TRANSFER_WITHDRAWN]) { edges { node {
  type actor { id }
  ... on TransferAppliedEvent { fromRegion transfer { id } }
  ... on TransferFormSentEvent { fromRegion months transfer { id } }
  ... on TransferCompletedEvent { fromRegion monthsCarried transfer { id } }
  ... on TransferWithdrawnEvent { fromRegion transfer { id } }
} } } }
"""


async def applied(opened: OpenedWorld, from_region: str) -> dict[str, Any]:
    """The transfer as it was applied for. Then it is ten, the hour at which agencies do their steps."""
    payload = await opened.mutate(APPLY_FOR_TRANSFER, WORKER, fromRegion=from_region)
    assert payload["__typename"] == "TransferApplied", payload
    transfer: dict[str, Any] = payload["transfer"]
    opened.machine.forward(hours=1)
    return transfer


async def seen(opened: OpenedWorld, transfer: str, persona: str = WORKER) -> dict[str, Any]:
    found: dict[str, Any] = (await opened.data(TRANSFER, {"id": transfer}, persona))["transfer"]
    return found


async def day_by_day(opened: OpenedWorld, transfer: str, status: str) -> dict[str, Any]:
    """The transfer on the first day, on which it stands there."""
    for _ in range(40):
        found = await seen(opened, transfer)
        assert not found["overdue"]
        if found["status"] == status:
            return found
        opened.machine.forward(days=1)
        await opened.service.world.fire_due()
    raise AssertionError(f"the transfer never was {status}")


async def completed(opened: OpenedWorld, from_region: str) -> dict[str, Any]:
    return await day_by_day(opened, (await applied(opened, from_region))["id"], "DONE")


async def account_of(opened: OpenedWorld, persona: str) -> tuple[int, str]:
    """What is in the account, but for interest that was paid meanwhile, and where it is kept."""
    person = opened.guide[persona].person_id
    [(balance, region)] = await opened.rows(
        f"SELECT balance_fen, region_code FROM personal_accounts WHERE person_id = {person}"
    )
    [(interest,)] = await opened.rows(
        "SELECT coalesce(sum(e.amount_fen), 0) FROM account_entries e JOIN personal_accounts a ON a.id = e.account_id"
        f" WHERE a.person_id = {person} AND e.kind = 'INTEREST'"
    )
    return balance - int(interest), region


async def test_months_and_money_come_from_another_province_within_fifteen_working_days(opened: OpenedWorld) -> None:
    before, region = await account_of(opened, WORKER)
    transfer = await applied(opened, SHENZHEN)
    identifier = transfer.pop("id")
    assert transfer == {
        "status": "UNTREATED",
        "fromRegion": SHENZHEN,
        "appliedAt": "2024-12-16T09:00:00+08:00",
        "acceptedOn": "2024-12-16",
        "formDueOn": "2024-12-30",
        "dueOn": "2025-01-07",
        "calendar": "OFFICIAL",
        "overdue": False,
        "formReceivedAt": None,
        "periods": [],
        "months": None,
        "balance": None,
        "completedAt": None,
        "monthsCarried": None,
        "withdrawnAt": None,
        "enrolment": {"monthsCarried": 0},
    }

    form = await day_by_day(opened, identifier, "PROCESSING")
    received = date.fromisoformat(form["formReceivedAt"][:10])
    assert ACCEPTED < received <= date(2024, 12, 30)
    assert form["dueOn"] == working_days_after(received, 5).day.isoformat()
    assert form["periods"] == [{"firstMonth": 201907, "lastMonth": 202311}]
    assert form["months"] == 53
    assert form["enrolment"] == {"monthsCarried": 0}

    done = await day_by_day(opened, identifier, "DONE")
    assert received < date.fromisoformat(done["completedAt"][:10]) <= date.fromisoformat(form["dueOn"])
    # November 2023 was begun there and continued here.
    assert done["monthsCarried"] == 52
    assert done["enrolment"] == {"monthsCarried": 52}
    assert done["entry"]["kind"] == "TRANSFERRED_IN"
    assert done["entry"]["amount"] == form["balance"] != "0.00"
    after, still_there = await account_of(opened, WORKER)
    assert after - before == round(float(form["balance"]) * 100)
    assert still_there == region

    told = [edge["node"] for edge in (await opened.data(TOLD, persona=WORKER))["events"]["edges"]]
    link = {"fromRegion": SHENZHEN, "transfer": {"id": identifier}}
    assert told == [
        {"type": "TRANSFER_APPLIED", "actor": {"id": opened.person(WORKER)}, **link},
        {"type": "TRANSFER_FORM_SENT", "actor": None, "months": 53, **link},
        {"type": "TRANSFER_COMPLETED", "actor": None, "monthsCarried": 52, **link},
    ]


async def test_an_account_in_a_city_of_this_world_moves_along_with_its_balance(opened: OpenedWorld) -> None:
    await opened.change(
        f"UPDATE personal_accounts SET region_code = '510903' WHERE person_id = {opened.guide[WORKER].person_id}"
    )
    balance, _ = await account_of(opened, WORKER)
    done = await completed(opened, "510921")
    assert done["periods"] == [{"firstMonth": 201503, "lastMonth": 201907}]
    assert done["monthsCarried"] == 53
    assert round(float(done["balance"]) * 100) == balance
    assert done["entry"] is None
    assert await account_of(opened, WORKER) == (balance, "520402")


async def test_two_transfers_one_after_the_other_count_each_month_once(opened: OpenedWorld) -> None:
    assert (await completed(opened, SHENZHEN))["enrolment"] == {"monthsCarried": 52}
    done = await completed(opened, SUINING)
    # July 2019 was left here and begun there.
    assert (done["months"], done["monthsCarried"]) == (53, 52)
    assert done["enrolment"] == {"monthsCarried": 104}
    assert len(done["person"]["transfers"]["edges"]) == 2
    # What stood in the account of the present place stays; only what the other province sent was added.
    again = await opened.mutate(APPLY_FOR_TRANSFER, WORKER, fromRegion=SHENZHEN)
    assert again["__typename"] == "NothingToTransfer"


async def test_a_replay_changes_nothing_at_any_node(opened: OpenedWorld) -> None:
    given = {"fromRegion": SHENZHEN, "idempotencyKey": "the-same-application"}
    first = await opened.mutate(APPLY_FOR_TRANSFER, WORKER, **given)
    for status in ("UNTREATED", "PROCESSING", "DONE"):
        await day_by_day(opened, first["transfer"]["id"], status)
        before = await opened.written()
        again = await opened.mutate(APPLY_FOR_TRANSFER, WORKER, **given)
        assert again["transfer"]["id"] == first["transfer"]["id"]
        assert await opened.written() == before


@pytest.mark.parametrize("status", ["UNTREATED", "PROCESSING", "DONE", "WITHDRAWN"])
async def test_a_timer_that_comes_again_does_nothing_twice(status: str, opened: OpenedWorld) -> None:
    transfer = (await applied(opened, SHENZHEN))["id"]
    if status == "WITHDRAWN":
        await opened.mutate(WITHDRAW_TRANSFER, WORKER, transferId=transfer)
    else:
        await day_by_day(opened, transfer, status)
    before = await opened.written()
    world = opened.service.world
    kinds = [TimerKind.SEND_TRANSFER_FORM] if status == "PROCESSING" else [TimerKind.COMPLETE_TRANSFER]
    if status in ("DONE", "WITHDRAWN"):
        kinds = [TimerKind.SEND_TRANSFER_FORM, TimerKind.COMPLETE_TRANSFER]
    async with world.database.write() as connection:
        await set_timers(connection, [NewTimer(world.clock.now(), kind, Id(int(transfer[4:]))) for kind in kinds])
    assert await world.fire_due() == len(kinds)
    assert await opened.written() == before


async def test_a_transfer_is_withdrawn_while_it_is_under_way_and_applied_for_anew(opened: OpenedWorld) -> None:
    first = (await applied(opened, SHENZHEN))["id"]
    await day_by_day(opened, first, "PROCESSING")
    given = {"transferId": first, "idempotencyKey": "the-same-withdrawal"}
    withdrawn = await opened.mutate(WITHDRAW_TRANSFER, WORKER, **given)
    assert withdrawn["transfer"]["status"] == "WITHDRAWN"
    assert withdrawn["transfer"]["withdrawnAt"]
    before = await opened.written()
    assert (await opened.mutate(WITHDRAW_TRANSFER, WORKER, **given))["transfer"]["id"] == first
    assert await opened.written() == before
    opened.machine.forward(days=30)
    await opened.service.world.fire_due()
    # The step that was to come found nothing to do.
    after = await opened.written()
    assert {name: after[name] for name in TRANSFERRED} == {name: before[name] for name in TRANSFERRED}
    assert (await seen(opened, first))["overdue"] is False
    second = await completed(opened, SHENZHEN)
    assert second["enrolment"] == {"monthsCarried": 52}


async def test_a_province_that_does_not_answer_makes_a_transfer_overdue(
    opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = (await applied(opened, SHENZHEN))["id"]

    async def silent(*given: object, **named: object) -> None:
        raise PartyUnavailable("other provinces")

    monkeypatch.setattr(type(outside().other_provinces), "employments", silent)
    late = []
    for _ in range(20):
        opened.machine.forward(days=1)
        await opened.service.world.fire_due()
        late.append((await seen(opened, transfer))["overdue"])
    # The form was due on 30 December, the fourteenth day.
    assert late == [False] * 14 + [True] * 6
    monkeypatch.undo()
    assert (await day_after_day(opened, transfer))["monthsCarried"] == 52


async def day_after_day(opened: OpenedWorld, transfer: str) -> dict[str, Any]:
    """The transfer when it is done, however late."""
    for _ in range(30):
        opened.machine.forward(days=1)
        await opened.service.world.fire_due()
    return await seen(opened, transfer)


async def test_clerks_of_both_places_see_it_and_others_do_not(opened: OpenedWorld) -> None:
    transfer = (await applied(opened, SUINING))["id"]
    for persona in ("clerk-xixiu", "clerk-anshun", "operator"):
        assert (await seen(opened, transfer, persona))["status"] == "UNTREATED"
    for stranger in ("employee", "clerk-synthetic"):
        assert await seen(opened, transfer, stranger) is None
