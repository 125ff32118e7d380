"""Pages of other origins: only those that the settings list may ask, and only what a page needs."""

import httpx
import pytest

from resolvers.transport.endpoint import GraphQLEndpoint
from tests.transport.standin import OneWorld, StandIn

ORIGIN = "http://localhost:5173"


async def nothing_else(scope: object, receive: object, send: object) -> None:
    raise AssertionError("only GraphQL is asked here")


def client(origins: tuple[str, ...]) -> httpx.AsyncClient:
    endpoint = GraphQLEndpoint(
        OneWorld(StandIn()),
        otherwise=nothing_else,
        new_request_id=lambda: "id",
        new_token=lambda: "token",
        origins=origins,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://127.0.0.1")


@pytest.mark.parametrize(("origin", "allowed"), [(ORIGIN, True), ("http://localhost:5174", False)])
async def test_a_page_is_told_whether_it_may_ask(origin: str, allowed: bool) -> None:
    async with client((ORIGIN,)) as page:
        answer = await page.options(
            "/graphql",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        )
    assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
    assert (answer.status_code == 200) is allowed


async def test_without_the_setting_no_page_of_another_origin_may_read_an_answer() -> None:
    async with client(()) as page:
        answer = await page.post("/graphql", json={"query": "{ __typename }"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
