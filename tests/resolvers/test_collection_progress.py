"""Live counters of the collection: always what the books say, whatever ends in which order while they are counted."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import BigInteger, bindparam, select, update

from domain.policy import PolicyBook
from domain.store import tables
from domain.store.statements import Statement
from domain.vocabulary import Fen, RegionCode
from resolvers.fields.collection_progress import CountyProgress
from resolvers.plan.executor import Executor
from resolvers.service import Answer, GraphQLRequest, ResponseStream, StreamItem
from tests.resolvers.opened import REFUND, MachineTime, OpenedWorld, codes, open_at
from tests.resolvers.test_settled_events import running

FOLLOW = """
subscription Follow($region: RegionCode!, $year: Int! = 2025, $every: Int! = 1, $first: Int) {
  collectionProgress(region: $region, coverageYear: $year, everySeconds: $every, first: $first) {
    region name coverageYear at insured paid amount share perMinute
    counties { region name insured paid amount share perMinute }
  }
}
"""
PATIENCE_SECONDS = 30


async def books(world: OpenedWorld, prefix: str) -> dict[str, tuple[int, int]]:
    """How many have paid in each county, and how many fen, as the contributions stand."""
    rows = await world.rows(
        "SELECT region_code, count(*), sum(amount_fen) FROM resident_contributions WHERE coverage_year = 2025"
        f" AND status IN ('PAID', 'FINISHED') AND region_code LIKE '{prefix}%' GROUP BY region_code"
    )
    return {region: (int(paid), int(amount)) for region, paid, amount in rows}


def counted(progress: dict[str, Any]) -> dict[str, tuple[int, int]]:
    found = {one["region"]: (one["paid"], int(Decimal(one["amount"]) * 100)) for one in progress["counties"]}
    assert progress["paid"] == sum(paid for paid, _ in found.values())
    assert int(Decimal(progress["amount"]) * 100) == sum(amount for _, amount in found.values())
    return {region: pair for region, pair in found.items() if pair != (0, 0)}


async def following(world: OpenedWorld, region: str, persona: str = "operator") -> ResponseStream:
    return await world.stream(FOLLOW, {"region": region}, persona)


def said(item: StreamItem) -> dict[str, Any]:
    progress: dict[str, Any] = json.loads(item.body)["data"]["collectionProgress"]
    return progress


async def until(items: ResponseStream, expected: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """The first counters that are as expected."""
    last = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for item in items:
                last = counted(said(item))
                if last == expected:
                    return said(item)
    except TimeoutError:
        pass
    raise AssertionError(f"the last counters are {last}, and should be {expected}")


_DIED = Statement(
    update(tables.persons)
    .values(died_on=date(2024, 12, 16))
    .where(
        tables.persons.c.id
        == select(tables.resident_contributions.c.person_id)
        .where(tables.resident_contributions.c.id == bindparam("contribution", type_=BigInteger))
        .scalar_subquery()
    )
)


async def gone(world: OpenedWorld, contribution: str) -> None:
    """Whoever the contribution insures has died before cover began."""
    async with world.service.world.database.write() as connection:
        await connection.execute(_DIED, {"contribution": int(contribution.removeprefix("con_"))})


async def test_counters_follow_what_happens(opened: OpenedWorld) -> None:
    before = await books(opened, "5204")
    items = await following(opened, "520400")
    async with aclosing(items):
        first = said(await anext(aiter(items)))
        assert counted(first) == before
        assert (first["region"], first["name"], first["coverageYear"]) == ("520400", "安顺市", 2025)
        insured = await opened.rows(
            "SELECT region_code, count(*) FROM enrolments WHERE scheme = 'RESIDENT' AND status = 'ACTIVE'"
            " AND region_code LIKE '5204%' GROUP BY region_code"
        )
        assert {one["region"]: one["insured"] for one in first["counties"] if one["insured"]} == dict(insured)
        contribution = await opened.paid("employee")
        now = await books(opened, "5204")
        assert now["520402"][0] == before.get("520402", (0, 0))[0] + 1
        progress = await until(items, now)
        [county] = [one for one in progress["counties"] if one["region"] == "520402"]
        assert (county["perMinute"], progress["perMinute"]) == (1, 1)
        assert county["share"] == f"{Decimal(county['paid']) / county['insured']:.4f}"
        await gone(opened, contribution)
        payload = await opened.mutate(REFUND, "employee", contributionId=contribution, reason="DIED_BEFORE_COVER")
        assert payload["__typename"] == "ContributionRefundRequested", payload
        await until(items, await books(opened, "5204"))
        assert await books(opened, "5204") == before
    assert opened.service.world.folds == {}


async def test_writers_of_several_processes_leave_the_counters_as_the_books_are(
    opened: OpenedWorld, executor: Executor, book: PolicyBook, machine: MachineTime
) -> None:
    """Folds begin while others write, and end with what a fresh count says."""
    other = await open_at(opened.url, executor, book, machine)

    async def write(world: OpenedWorld, persona: str, *, back: bool) -> None:
        contribution = await world.paid(persona)
        if back:
            await gone(world, contribution)
            await world.mutate(REFUND, persona, contributionId=contribution, reason="DIED_BEFORE_COVER")

    async def begin(world: OpenedWorld, seconds: float) -> ResponseStream:
        await asyncio.sleep(seconds)
        return await following(world, "520000")

    try:
        # Each is followed by a fold of its own: they begin at different moments of the same writing.
        writers = [
            asyncio.create_task(write((opened, other)[number % 2], f"employee-{number}", back=number % 3 == 0))
            for number in range(2, 9)
        ]
        streams = []
        for number in range(6):
            items = await begin((opened, other)[number % 2], 0.03)
            first = counted(said(await anext(aiter(items))))
            if number < 4:
                await items.aclose()
            else:
                streams.append((items, first))
        await asyncio.gather(*writers)
        expected = await books(opened, "52")
        for items, first in streams:
            # Nothing more is told where the writers had ended before it began.
            if first != expected:
                await until(items, expected)
            await items.aclose()
        for world in (opened, other):
            items = await following(world, "520000")
            assert counted(said(await anext(aiter(items)))) == expected
            await items.aclose()
    finally:
        await other.close()


@pytest.mark.postgresql
async def test_what_a_count_sees_before_it_is_settled_is_not_counted_twice(on_postgresql: OpenedWorld) -> None:
    world = on_postgresql
    before = await books(world, "52")
    async with running(world.url) as earlier:
        # An older transaction runs, so that nothing after it is settled; the count sees the payment nonetheless.
        contribution = await world.paid("employee")
        items = await following(world, "520000")
        first = said(await anext(aiter(items)))
        assert counted(first) == before, "what is not settled is not told yet"
        await gone(world, contribution)
        await world.mutate(REFUND, "employee", contributionId=contribution, reason="DIED_BEFORE_COVER")
        second = await world.paid("employee-2")
        await earlier.execute("COMMIT")
        expected = await books(world, "52")
        assert expected != before
        progress = await until(items, expected)
        assert progress["perMinute"] == 2
        await items.aclose()
    assert second


async def told(world: OpenedWorld, persona: str | None, region: str, **given: Any) -> list[str]:
    """The codes of what the viewer hears first; none where it is told."""
    asked = GraphQLRequest(FOLLOW, {"region": region, "first": 1, **given})
    answer = await world.service.answer(asked, await world.viewer(persona), "r")
    body = answer.body if isinstance(answer, Answer) else (await anext(aiter(answer))).body
    response = json.loads(body)
    return list(codes(response)) if "errors" in response else []


async def test_who_is_told(opened: OpenedWorld) -> None:
    for persona in ("operator", "auditor"):
        assert await told(opened, persona, "520000") == await told(opened, persona, "840102") == []
    assert await told(opened, "clerk-anshun", "520402") == await told(opened, "clerk-anshun", "520400") == []
    assert await told(opened, "clerk-xixiu", "520402") == []
    for persona, region in (("clerk-xixiu", "520400"), ("clerk-anshun", "520000"), ("clerk-xixiu", "840102")):
        assert await told(opened, persona, region) == ["FORBIDDEN"], (persona, region)
    strangers: list[str | None] = ["employee", "officer-employer", None]
    for stranger in strangers:
        assert await told(opened, stranger, "520402") == ["FORBIDDEN"], stranger


async def test_what_cannot_be_followed_is_refused(on_sqlite: OpenedWorld) -> None:
    for region in ("000000", "529999"):
        assert await told(on_sqlite, "operator", region) == ["BAD_USER_INPUT"], region
    for given in ({"every": 0}, {"every": 3601}, {"first": 0}):
        assert await told(on_sqlite, "operator", "520000", **given) == ["BAD_USER_INPUT"], given
    assert on_sqlite.service.world.folds == {}


async def test_all_who_ask_of_the_same_share_one_count(on_sqlite: OpenedWorld) -> None:
    items = [await following(on_sqlite, "520000", persona) for persona in ("operator", "auditor")]
    for each in items:
        await anext(aiter(each))
    assert [fold.followers for fold in on_sqlite.service.world.folds.values()] == [2]
    for each in items:
        await each.aclose()
    assert on_sqlite.service.world.folds == {}


def test_nobody_insured_is_no_share() -> None:
    assert CountyProgress(RegionCode("520402"), "西秀区", 0, 1, Fen(1), 0).share is None
    assert CountyProgress(RegionCode("520402"), "西秀区", 3, 1, Fen(1), 0).share == "0.3333"
