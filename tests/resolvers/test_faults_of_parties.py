"""An operator of a sandbox tells outside parties what to get wrong, and meets it through the API."""

from typing import Any

from domain.store.engine import open_database
from resolvers.world import open_world
from simulator.outside import outside
from tests.resolvers.opened import ADD_FAULT, BIND, REMOVE_FAULT, START, OpenedWorld, mutation_telling

LIST = "{ faults(first: 50) { totalCount edges { node { id kind perMille calls hits person { name } } } } }"
KEY = "one-key-for-all"
CHECK = mutation_telling("checkPayment", "... on PaymentChecked { order { status } }")


async def fault(world: OpenedWorld, persona: str | None = "operator", **given: Any) -> dict[str, Any]:
    return await world.mutate(ADD_FAULT, persona, **given)


async def listed(world: OpenedWorld) -> list[dict[str, Any]]:
    await world.service.world.keep_fault_counts()
    return [edge["node"] for edge in (await world.data(LIST, persona="operator"))["faults"]["edges"]]


async def test_what_there_can_be_is_added_listed_met_counted_and_removed(opened: OpenedWorld) -> None:
    world = opened.service.world
    # The first one takes a block of numbers beside.
    await opened.mutate(BIND, "employee-4", **opened.member("employee-4"))
    before = world.database.statements
    assert (await opened.mutate(BIND, "employee", **opened.member("employee")))["__typename"] == "FamilyMemberBound"
    without = world.database.statements - before

    person = opened.person("employee-2")
    told = await fault(
        opened, party="POPULATION_REGISTER", kind="OUTAGE", personId=person, endsAt="2024-12-16T10:00:00+08:00",
        idempotencyKey=KEY,
    )  # fmt: skip
    made = told["fault"]
    assert made | {"id": None} == {
        "id": None, "party": "POPULATION_REGISTER", "kind": "OUTAGE", "operation": None, "channel": None,
        "person": {"id": person}, "region": None, "perMille": 1000, "beginsAt": None,
        "endsAt": "2024-12-16T10:00:00+08:00", "delayLeastSeconds": None, "delayMostSeconds": None, "delayShape": None,
        "refusal": None, "sinceHour": None, "untilHour": None, "abovePerMinute": None,
        "calls": 0, "hits": 0, "addedAt": "2024-12-16T09:00:00+08:00",
    }  # fmt: skip
    again = await fault(
        opened, party="POPULATION_REGISTER", kind="OUTAGE", personId=person, endsAt="2024-12-16T10:00:00+08:00",
        idempotencyKey=KEY,
    )  # fmt: skip
    assert again == told
    assert (await fault(opened, party="FACE_CHECK", kind="OUTAGE", idempotencyKey=KEY))["__typename"] == (
        "IdempotencyKeyReused"
    )

    # Whoever it is restricted to meets it, nobody else does, and asking costs no statement more.
    met = await opened.mutate(BIND, "employee-2", **opened.member("employee-2"))
    assert (met["__typename"], met["party"]) == ("PartyDoesNotAnswer", "IDENTITY_REGISTRY")
    before = world.database.statements
    other = await opened.mutate(BIND, "employee-3", **opened.member("employee-3"))
    assert other["__typename"] == "FamilyMemberBound"
    assert world.database.statements - before == without
    assert [(one["calls"], one["hits"]) for one in await listed(opened)] == [(1, 1)]

    # Another process has it as soon as it is opened, and loses it when it looks again.
    beside = await open_world(
        open_database(opened.url), policy=world.policy, outside=outside(), machine=opened.machine, sandbox=True
    )
    assert (await opened.mutate(REMOVE_FAULT, "operator", faultId=made["id"]))["faultId"] == made["id"]
    assert beside.outside.faults._standing  # type: ignore[attr-defined]
    await beside.read_clock()
    assert not beside.outside.faults._standing  # type: ignore[attr-defined]
    await beside.close()
    assert await listed(opened) == []
    assert (await opened.mutate(BIND, "employee-2", **opened.member("employee-2")))["__typename"] == "FamilyMemberBound"
    # What a key has said it says again, though the fault is gone.
    assert (
        await fault(
            opened,
            party="POPULATION_REGISTER",
            kind="OUTAGE",
            personId=person,
            endsAt="2024-12-16T10:00:00+08:00",
            idempotencyKey=KEY,
        )
    )["fault"] is None
    assert (await opened.mutate(REMOVE_FAULT, "operator", faultId=made["id"]))["__typename"] == "FaultNotFound"


IMPOSSIBLE = (
    ({"party": "POPULATION_REGISTER", "kind": "OUTAGE", "operation": "COLLECT"}, "operation", "OPERATION"),
    ({"party": "POPULATION_REGISTER", "kind": "REFUSAL"}, "kind", "KIND"),
    ({"party": "PAYMENT_CHANNEL", "kind": "DELAY", "operation": "OUTCOMES"}, "kind", "KIND"),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "channel": "WECHAT"}, "channel", "CHANNEL"),
    ({"party": "PAYMENT_CHANNEL", "kind": "OUTAGE", "channel": "PERSONAL_ACCOUNT"}, "channel", "CHANNEL"),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "region": "520400"}, "region", "REGION"),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "personId": "per_1"}, "personId", "PERSON"),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "personId": "nobody"}, "personId", "PERSON"),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "perMille": 0}, "perMille", "SHARE"),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "perMille": 1001}, "perMille", "SHARE"),
    (
        {
            "party": "FACE_CHECK", "kind": "OUTAGE",
            "beginsAt": "2025-01-01T00:00:00+08:00", "endsAt": "2025-01-01T00:00:00+08:00",
        },
        "endsAt",
        "PERIOD",
    ),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "hours": {"since": 24, "until": 6}}, "hours", "HOURS"),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "hours": {"since": 22, "until": 0}}, "hours", "HOURS"),
    ({"party": "FACE_CHECK", "kind": "OUTAGE", "abovePerMinute": -1}, "abovePerMinute", "THROUGHPUT"),
    ({"party": "PAYMENT_CHANNEL", "kind": "DELAY"}, "delay", "DELAY"),
    ({"party": "PAYMENT_CHANNEL", "kind": "OUTAGE", "delay": {"leastSeconds": 1}}, "delay", "DELAY"),
    ({"party": "PAYMENT_CHANNEL", "kind": "DELAY", "delay": {"leastSeconds": 0}}, "delay", "DELAY"),
    (
        {"party": "PAYMENT_CHANNEL", "kind": "DELAY", "delay": {"leastSeconds": 2, "mostSeconds": 1}},
        "delay",
        "DELAY",
    ),
    ({"party": "PAYMENT_CHANNEL", "kind": "REFUSAL", "refusal": "NOT_LIVE"}, "refusal", "REASON"),
    ({"party": "PAYMENT_CHANNEL", "kind": "OUTAGE", "refusal": "NO_MONEY"}, "refusal", "REASON"),
)  # fmt: skip


async def test_what_there_cannot_be_is_refused_and_nobody_else_is_asked(opened: OpenedWorld) -> None:
    for given, field, problem in IMPOSSIBLE:
        refused = await fault(opened, **given)
        assert (refused["__typename"], refused["path"], refused["faultProblem"]) == (
            "FaultNotPossible", [field], problem,
        ), given  # fmt: skip
    outage = {"party": "FACE_CHECK", "kind": "OUTAGE"}
    made = (await fault(opened, **outage))["fault"]["id"]
    for persona in (None, "employee", "clerk-anshun"):
        assert (await fault(opened, persona, **outage))["__typename"] == "NotSignedIn"
        assert (await opened.mutate(REMOVE_FAULT, persona, faultId=made))["__typename"] == "NotSignedIn"
        assert (await opened.data(LIST, persona=persona))["faults"]["totalCount"] == 0
    opened.service.world.sandbox = False
    assert (await fault(opened, **outage))["__typename"] == "NotSignedIn"
    assert (await opened.data(LIST, persona="operator"))["faults"]["totalCount"] == 0


async def test_a_channel_fails_from_one_instant_to_another_in_one_region_alone(opened: OpenedWorld) -> None:
    """The payer of 西秀 meets it, who lives elsewhere does not, and when it is over nobody does."""
    await fault(
        opened, party="PAYMENT_CHANNEL", kind="REFUSAL", refusal="CARD_FROZEN", region="520000",
        beginsAt="2024-12-16T09:30:00+08:00", endsAt="2024-12-16T10:30:00+08:00",
    )  # fmt: skip

    async def paid(persona: str) -> tuple[str, str | None]:
        contribution = await opened.submitted(persona, channel="WECHAT")
        started = await opened.mutate(START, persona, contributionId=contribution)
        await opened.service.world.fire_due()
        [(state, failure)] = await opened.rows(
            f"SELECT status, failure FROM payment_orders WHERE id = {started['order']['id'].removeprefix('pmt_')}"
        )
        return state, failure

    assert await paid("employee-4") == ("CONFIRMED", None)
    opened.machine.forward(seconds=1_800)
    assert await paid("employee-5") == ("FAILED", "CARD_FROZEN")
    assert await paid("synthetic-employee") == ("CONFIRMED", None)
    opened.machine.forward(seconds=3_600)
    assert await paid("employee-6") == ("CONFIRMED", None)
    [told] = await listed(opened)
    assert (told["calls"], told["hits"]) == (1, 1)


async def test_a_party_is_closed_at_night_and_manages_so_many_calls_a_minute(opened: OpenedWorld) -> None:
    """The register is an outage from 17 to 9 o'clock, and at daytime beyond one question a minute."""
    closed = await fault(opened, party="POPULATION_REGISTER", kind="OUTAGE", hours={"since": 17, "until": 9})
    assert (closed["fault"]["sinceHour"], closed["fault"]["untilHour"]) == (17, 9)
    limited = await fault(opened, party="POPULATION_REGISTER", kind="OUTAGE", operation="IDENTITIES", abovePerMinute=1)
    assert limited["fault"]["abovePerMinute"] == 1

    async def bound(persona: str) -> Any:
        return (await opened.mutate(BIND, persona, **opened.member(persona)))["__typename"]

    assert [await bound("employee"), await bound("employee-2")] == ["FamilyMemberBound", "PartyDoesNotAnswer"]
    opened.machine.forward(seconds=60)
    assert [await bound("employee-2"), await bound("employee-3")] == ["FamilyMemberBound", "PartyDoesNotAnswer"]
    opened.machine.forward(hours=8)
    assert await bound("employee-3") == "PartyDoesNotAnswer"
    opened.machine.forward(hours=16)
    assert await bound("employee-3") == "FamilyMemberBound"
