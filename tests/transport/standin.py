"""A small GraphQL service behind the transports: graphql-core over a schema of greetings, books and counting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from itertools import count as counter
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    build_schema,
    get_operation_ast,
    parse,
    subscribe,
    validate,
)
from graphql import execute as execute_document
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.vocabulary import ANONYMOUS, NATION, Id, Role, Viewer
from resolvers.service import Answer, ErrorCode, GraphQLRequest, ResponseStream, Service, StreamItem, error_answer
from resolvers.transport.endpoint import GraphQLEndpoint
from resolvers.transport.limits import TransportLimits

SECRET = "secret: 110101 at /srv/canbao"
GOOD_TOKEN = "Bearer good"

SCHEMA = """
type Query {
  hello(name: String = "world"): String!
  whoami: String!
  boom: String
  forever: String
  soon: String
  books(first: Int = 20, after: String): [Book!]!
}
type Mutation { addBook(title: String!): Book! }
type Subscription {
  count(to: Int!, intervalMs: Int = 1, size: Int = 0): Int!
  countThenFail: Int!
  padded(size: Int!): String!
}
type Book { id: ID! title: String! sequel: Book }
"""

_MOST_TOKENS = 2000


def _refused(code: ErrorCode, errors: list[GraphQLError]) -> Answer:
    told = [{**error.formatted, "extensions": {"code": code.name}} for error in errors]
    return Answer(orjson.dumps({"errors": told}), code.status)


def _response(result: ExecutionResult) -> bytes:
    response: dict[str, Any] = {"data": result.data}
    if result.errors:
        response["errors"] = [
            {
                "message": str(error.message) if error.original_error is None else "Something failed on our side.",
                "path": error.path,
                "extensions": {"code": ErrorCode.INTERNAL.name},
            }
            for error in result.errors
        ]
    return orjson.dumps(response)


class Root:
    """The resolvers of the root fields."""

    def __init__(self) -> None:
        self._ids = counter(1)
        self.subscriptions = 0
        """How many streams are open now."""
        self.added = 0
        self.soon_asked = 0

    def hello(self, _info: Any, name: str | None = None) -> str:
        return f"hello {name}"

    def whoami(self, info: Any) -> str:
        viewer: Viewer = info.context
        return viewer.name

    def boom(self, _info: Any) -> str:
        raise RuntimeError(SECRET)

    async def forever(self, _info: Any) -> str:
        await asyncio.sleep(3600)
        return "never"

    async def soon(self, _info: Any) -> str:
        self.soon_asked += 1
        await asyncio.sleep(0.01)
        return "now"

    def books(self, _info: Any, first: int, after: str | None = None) -> list[dict[str, Any]]:
        if not 0 <= first <= 100:
            raise GraphQLError("first must be from 0 to 100.")
        if after is not None and not after.isdigit():
            raise GraphQLError("This cursor is not one of this list.")
        return [self._book(number) for number in range(first)]

    def addBook(self, _info: Any, title: str) -> dict[str, Any]:
        self.added += 1
        return {"id": next(self._ids), "title": title}

    def _book(self, number: int) -> dict[str, Any]:
        return {"id": number, "title": f"book {number}", "sequel": lambda _info: self._book(number + 1)}

    async def count(self, _info: Any, to: int, intervalMs: int, size: int) -> AsyncIterator[dict[str, Any]]:
        self.subscriptions += 1
        try:
            for number in range(1, to + 1):
                await asyncio.sleep(intervalMs / 1000)
                yield {"count": number}
        finally:
            self.subscriptions -= 1

    async def padded(self, _info: Any, size: int) -> AsyncIterator[dict[str, Any]]:
        self.subscriptions += 1
        try:
            while True:
                await asyncio.sleep(0)
                yield {"padded": "x" * size}
        finally:
            self.subscriptions -= 1

    async def countThenFail(self, _info: Any) -> AsyncIterator[dict[str, Any]]:
        yield {"countThenFail": 1}
        raise RuntimeError(SECRET)


class StandIn:
    """A `Service` over `SCHEMA`. Events of `count` have their number as cursor."""

    def __init__(self) -> None:
        self.root = Root()
        self.expired = False
        """Whether the good token is one no longer."""
        self.asked: list[GraphQLRequest] = []
        self.refusal: Answer | None = None
        """What everybody is answered, whatever they ask."""
        self._schema: GraphQLSchema = build_schema(SCHEMA)

    def authenticate(self, authorization: str | None) -> Viewer | Answer:
        if authorization is None:
            return ANONYMOUS
        if authorization == GOOD_TOKEN and not self.expired:
            return Viewer(Role.CITIZEN, Id(510000000000000001), NATION, "citizen")
        return error_answer(ErrorCode.UNAUTHENTICATED, "This token is not valid.")

    async def answer(
        self, request: GraphQLRequest, viewer: Viewer, request_id: str, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        self.asked.append(request)
        if request.names_document:
            return error_answer(ErrorCode.BAD_USER_INPUT, "PersistedQueryNotSupported")
        if self.refusal is not None:
            return self.refusal
        if request.query == "raise":
            raise RuntimeError(SECRET)
        try:
            document = parse(request.query, max_tokens=_MOST_TOKENS)
        except GraphQLError as error:
            return _refused(ErrorCode.GRAPHQL_PARSE_FAILED, [error])
        except RecursionError:
            return error_answer(ErrorCode.GRAPHQL_PARSE_FAILED, "The document nests too deep.")
        errors = validate(self._schema, document)
        if errors:
            return _refused(ErrorCode.GRAPHQL_VALIDATION_FAILED, errors)
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            return error_answer(ErrorCode.BAD_USER_INPUT, "operationName names no operation of the document.")
        if read_only and operation.operation is OperationType.MUTATION:
            return error_answer(ErrorCode.METHOD_NOT_ALLOWED, "A mutation is sent with POST.")
        if operation.operation is OperationType.SUBSCRIPTION:
            return await self._subscribed(document, request, viewer)
        pending = execute_document(
            self._schema,
            document,
            self.root,
            viewer,
            dict(request.variables),
            request.operation_name,
        )
        result = pending if isinstance(pending, ExecutionResult) else await pending
        if result.data is None and result.errors and not any(error.path for error in result.errors):
            return _refused(ErrorCode.BAD_USER_INPUT, result.errors)
        return Answer(_response(result))

    async def _subscribed(
        self, document: DocumentNode, request: GraphQLRequest, viewer: Viewer
    ) -> Answer | ResponseStream:
        pending = subscribe(self._schema, document, self.root, viewer, dict(request.variables), request.operation_name)
        stream: Any = await pending if asyncio.iscoroutine(pending) else pending
        if isinstance(stream, ExecutionResult):
            return _refused(ErrorCode.BAD_USER_INPUT, stream.errors or [])
        return self._items(stream, request.last_event_id)

    async def _items(self, results: Any, last_event_id: str | None) -> AsyncGenerator[StreamItem, None]:
        seen = int(last_event_id) if last_event_id is not None and last_event_id.isdigit() else 0
        try:
            async for result in results:
                number = (result.data or {}).get("count")
                if number is not None and number <= seen:
                    continue
                yield StreamItem(_response(result), None if number is None else str(number))
        except RuntimeError:
            yield StreamItem(error_answer(ErrorCode.INTERNAL, "Something failed on our side.").body)
        finally:
            await results.aclose()


class OneWorld:
    """The default world and `demo`, which is the same; `broken` cannot be opened."""

    def __init__(self, service: StandIn) -> None:
        self._service = service

    async def service(self, name: str | None) -> Service | Answer:
        if name in (None, "demo"):
            return self._service
        if name == "broken":
            raise RuntimeError(SECRET)
        return error_answer(ErrorCode.WORLD_NOT_FOUND, "There is no world of this name.")


async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
    """What answers any path that is not GraphQL's."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close"})
        return
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"9")]})
    await send({"type": "http.response.body", "body": b"elsewhere"})


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """The page that a browser gets."""
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/html"), (b"vary", b"Accept")],
        }
    )
    await send({"type": "http.response.body", "body": b"<!doctype html><title>GraphiQL</title>"})


def _uncounted(code: int, by_client: bool, seconds: float) -> None:
    """Nobody counts."""


def endpoint(
    service: StandIn | None = None,
    limits: TransportLimits | None = None,
    page: ASGIApp | None = page,
    closed: Callable[[int, bool, float], None] = _uncounted,
) -> GraphQLEndpoint:
    """The endpoint over a stand-in service; request ids are req-1, req-2 …, tokens token-1, token-2 …"""
    requests, tokens = counter(1), counter(1)
    return GraphQLEndpoint(
        OneWorld(StandIn() if service is None else service),
        otherwise=elsewhere,
        new_request_id=lambda: f"req-{next(requests)}",
        new_token=lambda: f"token-{next(tokens)}",
        limits=limits,
        page=page,
        closed=closed,
    )
