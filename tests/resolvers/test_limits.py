"""What one operation and one client may ask for: told when asked, refused before it is run, stopped when it is slow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from domain.policy import PolicyBook
from domain.store.statements import Rendered
from resolvers.buckets import Buckets, Rate
from resolvers.costs import values_in
from resolvers.graphql import WorldService, build_executor
from resolvers.plan.executor import CostLimits, Executor
from resolvers.plan.rows import Compiled, RowCompiler
from resolvers.service import Answer, GraphQLRequest
from simulator.auditor import audit
from tests.resolvers.opened import BIND, PAY, OpenedWorld, shipped
from tests.resolvers.test_served import FOLLOW

REGIONS = "query Regions($n: Int!) { regions(first: $n) { totalCount edges { node { code parent { code } } } } }"


async def told(world: OpenedWorld, document: str, persona: str | None = None, **variables: Any) -> dict[str, Any]:
    """The response to a request that asks for its cost."""
    asked = GraphQLRequest(document, variables, wants_cost=True)
    answer = await world.service.answer(asked, await world.viewer(persona), "the-request")
    assert isinstance(answer, Answer)
    found: dict[str, Any] = json.loads(answer.body)
    return found


# ---- what it costs --------------------------------------------------------------------------------------------------


async def test_whoever_asks_is_told_what_an_operation_cost(opened: OpenedWorld) -> None:
    response = await told(opened, REGIONS, n=3)
    # The page, the count for which a thousand is reckoned, and three edges of a node, its code and its parent's.
    assert response["extensions"] == {
        "cost": {
            "requested": 1 + 1000 + 3 * (1 + 2 + 2),
            "actual": sum(map(values_in, response["data"].values())),
            "limit": 80_000,
            "statements": 1,
            "rows": 1,
        }
    }
    assert len(response["data"]["regions"]["edges"]) == 3


async def test_nobody_else_is_told(opened: OpenedWorld) -> None:
    assert "extensions" not in await opened.ask(REGIONS, {"n": 3})


async def test_a_mutation_tells_the_statements_of_its_transaction(opened: OpenedWorld) -> None:
    given = {"idempotencyKey": opened.new_key(), **opened.member("employee")}
    cost = (await told(opened, BIND, "employee", input=given))["extensions"]["cost"]
    assert cost["statements"] > 3
    assert cost["rows"] > 0
    assert 0 < cost["actual"] <= cost["requested"]


async def test_what_is_too_dear_tells_its_cost_and_runs_nothing(opened: OpenedWorld) -> None:
    nested = (
        "edges { node { children(first: 100) { edges { node { children(first: 100) { edges { node { id } } } } } } } }"
    )
    response = await told(opened, f"{{ regions(first: 100) {{ {nested} }} }}")
    [error] = response["errors"]
    cost = response["extensions"]["cost"]
    assert error["extensions"]["code"] == "COST_LIMIT_EXCEEDED"
    assert (cost["actual"], cost["statements"], cost["rows"]) == (0, 0, 0)
    assert cost["requested"] == error["extensions"]["cost"] > cost["limit"] == error["extensions"]["limit"]


async def test_what_is_no_operation_has_no_cost(opened: OpenedWorld) -> None:
    assert "extensions" not in await told(opened, "{ nothing }")


async def test_each_response_of_a_subscription_tells_its_own_cost(opened: OpenedWorld) -> None:
    await opened.mutate(BIND, "employee", **opened.member("employee"))
    start = (await opened.data("{ events(first: 1) { edges { cursor } } }", None, "operator"))["events"]["edges"]
    for persona in ("employee-2", "employee-3"):
        await opened.mutate(BIND, persona, **opened.member(persona))
    asked = GraphQLRequest(FOLLOW, {"after": start[0]["cursor"]}, wants_cost=True)
    stream = await opened.service.answer(asked, await opened.viewer("operator"), "the-request")
    assert not isinstance(stream, Answer)
    async with aclosing(stream) as items:
        costs = [json.loads((await anext(items)).body)["extensions"]["cost"] for _ in range(2)]
    assert [cost["actual"] for cost in costs] == [4, 4]
    assert costs[0]["statements"] >= 1


# ---- how much a client may ask for in a while -----------------------------------------------------------------------


def bounded(world: OpenedWorld, rate: Rate) -> WorldService:
    """The world's service with buckets of its own."""
    return replace(world.service, buckets=Buckets(rate))


async def asked_of(service: WorldService, world: OpenedWorld, request: GraphQLRequest, persona: str | None) -> Answer:
    answer = await service.answer(request, await world.viewer(persona), "the-request")
    assert isinstance(answer, Answer)
    return answer


async def test_a_client_whose_bucket_is_empty_is_told_when_to_come_back_and_nothing_is_run(opened: OpenedWorld) -> None:
    service = bounded(opened, Rate(1_100, 1))
    request = GraphQLRequest(REGIONS, {"n": 1}, peer="10.0.0.1", wants_cost=True)
    first = json.loads((await asked_of(service, opened, request, None)).body)["extensions"]["cost"]
    assert first["bucket"] == {"capacity": 1_100, "remaining": 1_100 - first["requested"], "refillPerSecond": 1}
    before = opened.service.world.database.statements
    refused = await asked_of(service, opened, request, None)
    [error] = json.loads(refused.body)["errors"]
    assert (refused.status, error["extensions"]["code"]) == (429, "RATE_LIMITED")
    wait = first["requested"] - first["bucket"]["remaining"]
    assert error["extensions"]["retryAfterSeconds"] == refused.retry_after_seconds
    assert wait - 60 < (refused.retry_after_seconds or 0) <= wait
    assert opened.service.world.database.statements == before
    # Others have buckets of their own, and what it can still pay for it may ask.
    assert (await asked_of(service, opened, replace(request, peer="10.0.0.2"), None)).status == 200
    assert (await asked_of(service, opened, request, "employee")).status == 200
    assert (
        await asked_of(service, opened, replace(request, query="{ world { name } }", variables={}), None)
    ).status == 200
    assert opened.service.world.tallies.errors[refused.codes[0]] == 1


async def test_what_is_refused_for_something_else_is_paid_for_too(opened: OpenedWorld) -> None:
    service = bounded(opened, Rate(5, 1))
    codes = []
    for document in ("{ nothing }", "query Broken {", "{ nothing }", "{ a }", "{ b }", "{ c }"):
        answer = await asked_of(service, opened, GraphQLRequest(document, peer="10.0.0.1"), None)
        codes.append(answer.codes[0].name)
    assert codes == [
        "GRAPHQL_VALIDATION_FAILED",
        "GRAPHQL_PARSE_FAILED",
        *["GRAPHQL_VALIDATION_FAILED"] * 3,
        "RATE_LIMITED",
    ]


async def test_a_mutation_that_is_turned_down_has_written_nothing(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("employee")
    before = await opened.written()
    service = bounded(opened, Rate(1, 1))
    given = {"input": {"idempotencyKey": opened.new_key(), "contributionId": contribution}}
    refused = await asked_of(service, opened, GraphQLRequest(PAY, given), "employee")
    assert refused.status == 429
    assert await opened.written() == before
    paid = await asked_of(opened.service, opened, GraphQLRequest(PAY, given), "employee")
    assert json.loads(paid.body)["data"]["payResidentContribution"]["__typename"] == "ResidentContributionPaid"


async def test_a_client_has_no_more_subscriptions_at_once_than_one_may(
    opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened.service.executor, "costs", CostLimits(subscriptions=2))
    asked = GraphQLRequest(FOLLOW)
    mine = [await opened.stream(FOLLOW, None, "operator") for _ in range(2)]
    refused = await opened.service.answer(asked, await opened.viewer("operator"), "the-request")
    assert isinstance(refused, Answer)
    assert (refused.status, refused.retry_after_seconds) == (429, 10)
    assert json.loads(refused.body)["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    another = await opened.stream(FOLLOW, None, "employee")
    await mine.pop().aclose()
    mine.append(await opened.stream(FOLLOW, None, "operator"))
    for stream in (*mine, another):
        await stream.aclose()
        await stream.aclose()
    assert opened.service.world.tallies.subscriptions == {}


async def test_a_subscription_is_paid_for_when_it_begins(opened: OpenedWorld) -> None:
    service = bounded(opened, Rate(1, 1))
    answer = await asked_of(service, opened, GraphQLRequest(FOLLOW), "employee")
    assert answer.status == 429


# ---- how long an operation may take ---------------------------------------------------------------------------------

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 - i FROM n) SELECT i FROM n WHERE i > 1"
LONG = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
    " SELECT CASE WHEN max(i) > 0 THEN 'null' END FROM n"
)


@pytest.fixture
async def hasty(opened: OpenedWorld, book: PolicyBook) -> AsyncIterator[OpenedWorld]:
    """The world behind an executor that gives a query little more than half a second."""
    executor = build_executor(book, costs=CostLimits(seconds=0.6))
    yield replace(opened, service=replace(opened.service, executor=executor))
    executor.close()


def slow(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    """Every statement that is compiled from now on runs that instead."""

    def compiled(self: RowCompiler, text: str, cost: Any) -> Compiled:
        return Compiled(Rendered(sql, (), (), {}, ()), (), None, (), cost)

    monkeypatch.setattr(RowCompiler, "finished", compiled)


@pytest.mark.parametrize(
    ("sql", "fields"), [(FOREVER, 1), (LONG, 90)], ids=["one statement without an end", "many, each of them short"]
)
async def test_a_query_that_takes_too_long_is_stopped_and_others_are_answered(
    hasty: OpenedWorld, opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch, sql: str, fields: int
) -> None:
    document = "{ " + " ".join(f'r{number}: region(code: "520000") {{ name }}' for number in range(fields)) + " }"
    before = opened.service.world.database.statements
    with monkeypatch.context() as patched:
        slow(patched, sql)
        answer = await hasty.answer(document)
    [error] = json.loads(answer.body)["errors"]
    assert (answer.status, error["extensions"]["code"]) == (503, "OPERATION_TIMEOUT")
    assert 1 <= opened.service.world.database.statements - before < 90
    assert "data" not in json.loads(answer.body)
    assert (await opened.data('{ region(code: "520000") { name } }'))["region"] == {"name": "贵州省"}


async def test_a_mutation_has_the_time_that_its_statements_need(
    hasty: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is bounded statement by statement: what it has begun is written or not, and never given up in between."""
    monkeypatch.setattr(hasty.service.executor, "costs", CostLimits(seconds=0.0))
    signed = await hasty.answer(
        shipped("page/sign-in"), {"input": {"idempotencyKey": "12345678", "persona": "employee"}}
    )
    assert signed.status == 200
    assert (await hasty.answer('{ region(code: "520000") { name } }')).codes[0].name == "OPERATION_TIMEOUT"


@pytest.mark.postgresql
async def test_a_query_that_waits_for_a_lock_gives_up_and_its_connection_is_good(
    on_postgresql: OpenedWorld, book: PolicyBook
) -> None:
    executor: Executor = build_executor(book, costs=CostLimits(seconds=0.3))
    hasty = replace(on_postgresql, service=replace(on_postgresql.service, executor=executor))
    blocker = await asyncpg.connect(on_postgresql.url)
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("LOCK TABLE regions IN ACCESS EXCLUSIVE MODE")
    answers = await asyncio.gather(*(hasty.answer("{ regions(first: 1) { totalCount } }") for _ in range(12)))
    codes = {answer.codes[0].name for answer in answers}
    # Those for whom no connection was free in time are told to come again.
    assert codes == {"OPERATION_TIMEOUT", "UNAVAILABLE"}
    await transaction.rollback()
    await blocker.close()
    again = await asyncio.gather(*(hasty.answer("{ regions(first: 1) { totalCount } }") for _ in range(12)))
    assert [answer.status for answer in again] == [200] * 12
    assert await audit(on_postgresql.service.world.database) == []
    executor.close()
