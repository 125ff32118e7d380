"""退费进度查询 for what a channel collected: the refund is followed from the request to the channel's word."""

from typing import Any

from tests.resolvers.opened import ADD_FAULT, REFUND, REMOVE_FAULT, OpenedWorld

PROGRESS = """
query Progress($refund: ID!) {
  refund(id: $refund) { status channel amount requestedAt sentAt completedAt entry { id } contribution { status } }
}
"""
EVENTS = """
{ events(types: [CONTRIBUTION_REFUND_REQUESTED, RESIDENT_CONTRIBUTION_REFUNDED]) {
  edges { node { __typename occurredAt actor { id } } }
} }
"""


async def progress(opened: OpenedWorld, refund: str) -> dict[str, Any]:
    found: dict[str, Any] = (await opened.data(PROGRESS, {"refund": refund}, "employee"))["refund"]
    return found


async def test_the_progress_of_a_refund_is_seen_throughout(opened: OpenedWorld) -> None:
    contribution = await opened.collected("employee", "WECHAT")
    await opened.insured_elsewhere("employee", "EMPLOYEE")
    outage = await opened.mutate(ADD_FAULT, "operator", party="PAYMENT_CHANNEL", kind="OUTAGE", channel="WECHAT")
    asked = await opened.mutate(REFUND, "employee", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")
    refund = asked["refund"]["id"]
    under_way = {
        "status": "SENT",
        "channel": "WECHAT",
        "amount": "400.00",
        "requestedAt": "2024-12-16T09:00:00+08:00",
        "sentAt": "2024-12-16T09:00:00+08:00",
        "completedAt": None,
        "entry": None,
        "contribution": {"status": "PAID"},
    }
    # The channel is out; what it was asked for stands, and it is asked again.
    for _ in range(3):
        await opened.service.world.fire_due()
        assert await progress(opened, refund) == under_way
        opened.machine.forward(hours=1)
    await opened.mutate(REMOVE_FAULT, "operator", faultId=outage["fault"]["id"])
    await opened.service.world.fire_due()
    assert await progress(opened, refund) == under_way | {
        "status": "REFUNDED",
        "completedAt": "2024-12-16T12:00:00+08:00",
        "contribution": {"status": "REFUNDED"},
    }
    told = [edge["node"] for edge in (await opened.data(EVENTS, persona="employee"))["events"]["edges"]]
    assert told == [
        {
            "__typename": "ContributionRefundRequestedEvent",
            "occurredAt": "2024-12-16T09:00:00+08:00",
            "actor": {"id": opened.person("employee")},
        },
        {
            "__typename": "ResidentContributionRefundedEvent",
            "occurredAt": "2024-12-16T12:00:00+08:00",
            "actor": {"id": opened.person("employee")},
        },
    ]
    # The year may be paid for again.
    await opened.change("DELETE FROM outside_enrolments WHERE region_code = '440300' AND active_from = '2024-12-15'")
    again = await opened.paid("employee", opened.relative("employee"))
    assert again != contribution
