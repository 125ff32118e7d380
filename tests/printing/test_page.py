"""What the page of a receipt says when it has none to show."""

from __future__ import annotations

import orjson
import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from domain.vocabulary import ANONYMOUS, Viewer
from resolvers.printing import printing_routes
from resolvers.service import Answer, ErrorCode, GraphQLRequest, Service, error_answer


class Failing:
    """Worlds, and a world, that answer with the same error wherever it arises."""

    def __init__(self, answer: Answer, *, arises: str) -> None:
        self._answer = answer
        self._arises = arises

    async def service(self, name: str | None) -> Service | Answer:
        return self._answer if self._arises == "opening" else self

    def authenticate(self, authorization: str | None) -> Viewer | Answer:
        return self._answer if self._arises == "signing in" else ANONYMOUS

    async def answer(
        self, request: GraphQLRequest, viewer: Viewer, request_id: str, *, read_only: bool = False
    ) -> Answer:
        return self._answer


NOT_THERE = "There is no such receipt"
LATER = "try again shortly"
IN_A_FIELD = Answer(
    orjson.dumps(
        {
            "errors": [{"message": "", "path": ["receipt"], "extensions": {"code": "UNAVAILABLE"}}],
            "data": {"receipt": None},
        }
    )
)


@pytest.mark.parametrize(
    ("arises", "answer", "status", "told"),
    [
        ("opening", error_answer(ErrorCode.WORLD_NOT_FOUND, ""), 404, "no world of that name"),
        ("opening", error_answer(ErrorCode.UNAVAILABLE, "", retry_after_seconds=3), 503, LATER),
        ("signing in", error_answer(ErrorCode.UNAUTHENTICATED, ""), 401, "sign in again"),
        ("reading", error_answer(ErrorCode.BAD_USER_INPUT, ""), 404, NOT_THERE),
        ("reading", error_answer(ErrorCode.OPERATION_TIMEOUT, ""), 503, LATER),
        ("reading", IN_A_FIELD, 503, LATER),
        ("reading", Answer(b'{"data":{"receipt":null}}'), 404, NOT_THERE),
        ("reading", error_answer(ErrorCode.INTERNAL, "", requestId="r-7"), 500, "report r-7"),
    ],
)
async def test_it_says_what_can_be_done_about_it(arises: str, answer: Answer, status: int, told: str) -> None:
    app = Starlette(routes=printing_routes(Failing(answer, arises=arises), lambda: "r"))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://127.0.0.1:8000") as client:
        page = await client.get("/receipts/rec_1")
    assert page.status_code == status
    assert told in page.text
    others = {NOT_THERE, LATER, "sign in again", "no world of that name", "report"} - {told}
    assert not any(other in page.text for other in others if other not in told)
    assert page.headers.get("retry-after") == (None if answer.retry_after_seconds is None else "3")
    assert page.headers["cache-control"] == "no-store"
