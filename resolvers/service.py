"""What a transport needs of the GraphQL behind it (传输层与执行层之间的约定).

HTTP, Server-Sent Events and WebSocket differ in framing only: each turns bytes into a `GraphQLRequest`, asks a
`Service`, and frames the `Answer`. Bodies are finished JSON; nothing is encoded twice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

import orjson

from domain.vocabulary import Transport, Viewer

if TYPE_CHECKING:
    from domain.store.engine import Spent


class ErrorCode(Enum):
    """`errors[].extensions.code`, the closed list, with the HTTP status for application/graphql-response+json."""

    GRAPHQL_PARSE_FAILED = 400
    GRAPHQL_VALIDATION_FAILED = 400, "validation"
    BAD_USER_INPUT = 400, "input"
    COST_LIMIT_EXCEEDED = 400, "cost"
    INTROSPECTION_DISABLED = 400, "introspection"
    DOCUMENT_NOT_REGISTERED = 400, "document"
    UNAUTHENTICATED = 401
    FORBIDDEN = 403
    WORLD_NOT_FOUND = 404
    MATERIAL_NOT_FOUND = 404, "material"
    METHOD_NOT_ALLOWED = 405
    NOT_ACCEPTABLE = 406
    TOO_MANY_MATERIALS = 409
    CURSOR_EXPIRED = 410
    PAYLOAD_TOO_LARGE = 413
    UNSUPPORTED_MEDIA_TYPE = 415
    RATE_LIMITED = 429
    INTERNAL = 500
    UNAVAILABLE = 503
    OPERATION_TIMEOUT = 503, "timeout"

    def __init__(self, status: int, _distinct: str = "") -> None:
        self.status = status


@dataclass(slots=True)
class GraphQLRequest:
    """One GraphQL request, its members checked for their JSON types and nothing else.

    Nobody changes one; it is not frozen because making it would then take two per cent of a short answer's time.
    `last_event_id` is the id of the last event that a reconnecting event source saw (`Last-Event-ID`): an
    untrusted cursor, which counts as the subscription's `after`. `purpose` is why somebody else's data is read, in the
    client's own words. `wants_cost` asks for `extensions.cost` in the response. `peer` is the address that the request
    came from, where a transport knows it. `fault` is what is to befall the events of a subscription, or the
    refusal that a mutation is told, in a sandbox (`resolvers.faults`). A request whose `query` is empty names a
    registered document instead: by `document_id`, or by the `persisted_hash` of Apollo's clients.
    """

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    last_event_id: str | None = None
    transport: Transport = Transport.HTTP
    purpose: str | None = None
    wants_cost: bool = False
    peer: str | None = None
    document_id: str | None = None
    persisted_hash: str | None = None
    fault: str | None = None

    @property
    def names_document(self) -> bool:
        """Whether it names a registered document instead of sending its text."""
        return self.document_id is not None or self.persisted_hash is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete GraphQL response: JSON bytes, and the status that application/graphql-response+json gives it.

    `codes` are those of its errors, each once.
    """

    body: bytes
    status: int = 200
    retry_after_seconds: int | None = None
    codes: tuple[ErrorCode, ...] = ()


class StreamItem(NamedTuple):
    """One response of a subscription: JSON bytes, and the cursor of its event where it has one."""

    body: bytes
    id: str | None = None


class ConnectionCut(Exception):
    """The connection is to end as if the network had cut it: without a word."""


class ResponseStream(Protocol):
    """The responses of one subscription, in order. An async generator of `StreamItem` is one; see `batched`.

    Raises ConnectionCut where that was asked for.
    """

    def __aiter__(self) -> AsyncIterator[StreamItem]: ...

    def __anext__(self) -> Awaitable[StreamItem]: ...

    def aclose(self) -> Awaitable[None]:
        """Ends the subscription; nothing happens when it has ended already."""
        ...


@dataclass(eq=False, slots=True)
class Batch:
    """Responses of a subscription that go out together, in order. Several subscriptions may be given the same one.

    `spent` is what was run for it elsewhere than where it was asked for. `framed` is where transports keep what they
    have made of it for one subscription and may need for the next, by what it depends on beside the batch.
    """

    items: Sequence[StreamItem]
    spent: Spent | None = None
    framed: dict[str, bytes] = field(default_factory=dict)


Take = Callable[[Batch], bool]
"""Takes a batch at once and whole, or not at all and says so: there is no room for it now."""


class BatchStream(ABC):
    """A `ResponseStream` that is asked for batches, and that can hand them over without waking whoever waits."""

    __slots__ = ("_given",)

    def __init__(self) -> None:
        self._given: deque[StreamItem] | None = None

    @abstractmethod
    async def batch(self) -> Batch | None:
        """The next responses, None at the end."""

    @abstractmethod
    def push(self, take: Take) -> None:
        """From now on what comes while `batch` is waited for may be offered to `take`; what that took is given."""

    @abstractmethod
    async def aclose(self) -> None:
        """See `ResponseStream`."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> StreamItem:
        while not self._given:
            batch = await self.batch()
            if batch is None:
                raise StopAsyncIteration
            self._given = deque(batch.items)
        return self._given.popleft()


class _OneByOne(BatchStream):
    """The responses of a stream that knows no batches."""

    __slots__ = ("_stream",)

    def __init__(self, stream: ResponseStream) -> None:
        super().__init__()
        self._stream = stream

    async def batch(self) -> Batch | None:
        try:
            return Batch((await anext(self._stream),))
        except StopAsyncIteration:
            return None

    def push(self, take: Take) -> None:
        """Each response is waited for."""

    async def aclose(self) -> None:
        await self._stream.aclose()


def batched(stream: ResponseStream) -> BatchStream:
    """A subscription's responses in batches, as they come."""
    return stream if isinstance(stream, BatchStream) else _OneByOne(stream)


def error_answer(code: ErrorCode, message: str, *, retry_after_seconds: int | None = None, **extensions: Any) -> Answer:
    """The response to a request that could not be executed: one error, no `data` member."""
    error = {"message": message, "extensions": {"code": code.name, **extensions}}
    return Answer(orjson.dumps({"errors": [error]}), code.status, retry_after_seconds, (code,))


def internal(request_id: str, more: str = "") -> Answer:
    """A fault of ours: nothing of it is told but the id under which it is logged."""
    message = "服务器内部错误，请凭 requestId 联系运维。 Internal error: report the requestId to the operator."
    return error_answer(ErrorCode.INTERNAL, message + more, requestId=request_id)


class Service(Protocol):
    """GraphQL of one world."""

    def authenticate(self, authorization: str | None) -> Viewer | Answer:
        """Who the value of an Authorization header speaks for; anonymous without one; a 401 answer for a bad one."""
        ...

    async def answer(
        self, request: GraphQLRequest, viewer: Viewer, request_id: str, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        """The answer to a query or mutation, or the stream of responses of a subscription.

        With `read_only` (HTTP GET) a mutation is refused with METHOD_NOT_ALLOWED. The stream ends when the
        subscription does; a failure inside it is a last response that carries `errors`. Closing it ends the
        subscription; a transport always closes what it was given. Never raises for anything that a client sent.
        """
        ...


class Worlds(Protocol):
    """The worlds that one server serves."""

    async def service(self, name: str | None) -> Service | Answer:
        """GraphQL of a world by name, of the default world for None; a WORLD_NOT_FOUND answer where there is none."""
        ...
