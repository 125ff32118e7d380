"""What is told when an operation breaks: what may have been done, what has been done, and what to do about it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from domain.policy import PolicyBook
from domain.store.engine import OutOfTime, StoreUnavailable
from resolvers.context import Request
from resolvers.fields.sources import MUTATIONS, SUBSCRIPTIONS, field_sources
from resolvers.plan.arguments import bad_input
from resolvers.plan.executor import (
    AnyMutationSource,
    Executor,
    Follower,
    MutationSource,
    SubscriptionSource,
    WritePayload,
)
from resolvers.plan.sources import Arguments, Computed, Sources
from resolvers.service import Answer, GraphQLRequest, StreamItem
from schema.contract import build_schema
from tests.plan.asking import PAY, AskedWorld

BOTH = """mutation($first: SignInAsPersonaInput!, $then: PayResidentContributionInput!) {
    __typename
    first: signInAsPersona(input: $first) { __typename }
    then: payResidentContribution(input: $then) { __typename }
    never: payResidentContribution(input: $then) { __typename } }"""
GIVEN = {
    "first": {"idempotencyKey": "first-of-both", "persona": "nobody-of-that-name"},
    "then": {"idempotencyKey": "then-of-both", "contributionId": "con_1"},
}
ALONE = "mutation($then: PayResidentContributionInput!) { then: payResidentContribution(input: $then) { __typename } }"

UNKNOWN = ("尚不能确定", "is unknown", "idempotencyKey")
DONE = ("此前的字段均已执行完毕", "The fields before it have been done")


def failing(error: Exception) -> Executor:
    """An executor whose payments and whose `viewer` fail so."""

    async def pay(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
        raise error

    async def viewer(request: Request, arguments: Arguments) -> Any:
        raise error

    sources: Sources = field_sources(PolicyBook.load())
    sources = replace(sources, queries={**sources.queries, "viewer": Computed(viewer)})
    mutations: Mapping[str, AnyMutationSource] = {**MUTATIONS, "payResidentContribution": MutationSource(pay)}
    return Executor(build_schema()._schema, sources, mutations, SUBSCRIPTIONS)


def told(asked: AskedWorld, executor: Executor, document: str, values: Mapping[str, Any]) -> tuple[Answer, Any]:
    """The answer and its one error."""
    answer = asked.answer(document, values, asked.viewers["employee"], executor=executor)
    [error] = json.loads(answer.body)["errors"]
    return answer, error


@pytest.mark.parametrize(
    ("error", "code", "status", "retry"),
    [
        (StoreUnavailable("for a reason"), "UNAVAILABLE", 503, 1),
        (OutOfTime("for a reason"), "OPERATION_TIMEOUT", 503, None),
        (ValueError("for a reason"), "INTERNAL", 500, None),
    ],
)
def test_an_operation_that_breaks_says_what_is_unknown_and_what_has_been_done(
    sqlite_world: AskedWorld, error: Exception, code: str, status: int, retry: int | None
) -> None:
    with closing(failing(error)) as executor:
        for document, values, done in ((ALONE, {"then": GIVEN["then"]}, False), (BOTH, GIVEN, True)):
            answer, found = told(sqlite_world, executor, document, values)
            assert (answer.status, answer.retry_after_seconds) == (status, retry)
            assert found["extensions"]["code"] == code
            assert "reason" not in answer.body.decode()
            assert all((text in found["message"]) is (code != "INTERNAL") for text in UNKNOWN[:2])
            assert all((text in found["message"]) is done for text in DONE)
        # A query writes nothing, and says nothing of writing.
        answer, found = told(sqlite_world, executor, "{ viewer { name } }", {})
        assert (answer.status, answer.retry_after_seconds) == (status, retry)
        assert found["extensions"]["code"] == code
        assert not any(text in found["message"] for text in (*UNKNOWN, *DONE, "written", "写入"))


def test_a_later_mutation_field_that_cannot_be_answered_says_that_those_before_it_have_been_done(
    sqlite_world: AskedWorld,
) -> None:
    with closing(failing(bad_input("不行。", "No."))) as executor:
        answer, error = told(sqlite_world, executor, BOTH, GIVEN)
        assert answer.status == 200
        assert json.loads(answer.body)["data"] is None
        assert error["path"] == ["then"]
        assert error["message"].startswith("不行。 No.")
        assert all(text in error["message"] for text in DONE)
        _, error = told(sqlite_world, executor, ALONE, {"then": GIVEN["then"]})
        assert error["message"] == "不行。 No."


def test_an_order_whose_payload_cannot_be_read_fails_alone_and_before_anything_is_written(asked: AskedWorld) -> None:
    viewer = asked.viewers["employee"]
    [(contribution,)] = asked.rows(
        f"SELECT id FROM resident_contributions WHERE payer_id = {viewer.person_id} AND coverage_year = 2025"
    )
    document = """mutation($input: PayResidentContributionInput!, $n: Int!) {
        payResidentContribution(input: $input) { __typename
            ... on ResidentContributionPaid {
                contribution { id person { enrolments(first: $n) { totalCount } } } } } }"""

    def together(sizes: list[int]) -> tuple[list[Any], int]:
        """The answers to payments that arrive at once, and how many statements they cost."""
        # An order that was answered is answered again, and changes nothing.
        key = f"{viewer.name}-{PAY[10:14]}".strip()
        request = asked.request(viewer)

        async def sent() -> list[Any]:
            given = {"idempotencyKey": key, "contributionId": f"con_{contribution}"}
            answers = await asyncio.gather(
                *(
                    asked.executor.answer(GraphQLRequest(document, {"input": given, "n": size}), request)
                    for size in sizes
                )
            )
            return [json.loads(answer.body) for answer in answers if isinstance(answer, Answer)]

        before = asked.world.database.statements
        answers = asked.run(sent())
        return answers, asked.world.database.statements - before

    together([5])
    good, usual = together([5] * 19)
    assert {answer["data"]["payResidentContribution"]["__typename"] for answer in good} == {"ResidentContributionPaid"}
    answers, spent = together([5] * 10 + [1000] + [5] * 9)
    assert spent == usual
    bad = answers.pop(10)
    assert answers == good
    assert bad["data"] is None
    assert bad["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert bad["errors"][0]["path"] == ["payResidentContribution"]
    assert together([1000])[1] == 0


# ---- signed out -----------------------------------------------------------------------------------------------------


def test_a_subscription_ends_when_its_viewers_sign_in_does(
    sqlite_world: AskedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sqlite_world.world
    seconds = [1000.0]
    monkeypatch.setattr(world.clock, "machine", lambda: seconds[0])
    closed: list[str] = []

    async def follow(request: Request, arguments: Arguments, follower: Follower) -> AsyncGenerator[StreamItem, None]:
        try:
            yield StreamItem(b"one")
            yield StreamItem(b"two")
            await asyncio.sleep(3600)
        finally:
            closed.append(request.viewer.name)

    sources = field_sources(PolicyBook.load())
    subscriptions = {**SUBSCRIPTIONS, "worldClock": SubscriptionSource(follow)}
    executor = Executor(build_schema()._schema, sources, MUTATIONS, subscriptions)

    async def followed(until: int | None, passing: float) -> list[bytes]:
        """What a follower gets when so much time passes after the first item."""
        seconds[0] = 1000.0
        viewer = replace(sqlite_world.viewers["employee"], until=until)
        asked = GraphQLRequest("subscription { worldClock { now } }")
        stream = await executor.answer(asked, sqlite_world.request(viewer))
        assert not isinstance(stream, Answer)
        items = []
        try:
            async with asyncio.timeout(1.5):
                async for item in stream:
                    items.append(item.body)
                    seconds[0] += passing
        except TimeoutError:
            items.append(b"silence")
        await stream.aclose()
        return items

    with closing(executor):
        assert sqlite_world.run(followed(None, 10_000)) == [b"one", b"two", b"silence"]
        # It ends when its time has come, whether something happens or nothing does.
        for until, passing, before in ((2000, 5000, [b"one"]), (1001, 0.3, [b"one", b"two"]), (999, 0, [])):
            *items, last = sqlite_world.run(followed(until, passing))
            assert items == before
            [error] = json.loads(last)["errors"]
            assert error["extensions"]["code"] == "UNAUTHENTICATED"
            assert "重新登录" in error["message"]
            assert "resume from the last cursor" in error["message"]
        assert len(closed) == 3
