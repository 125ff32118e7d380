"""GraphQL over HTTP (HTTP 传输): POST and GET, answered as JSON, as an event stream, or with a page for browsers.

A bare ASGI endpoint: a request's own cost is a few tens of microseconds, which a framework's request and response
objects would double.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from domain.vocabulary import Transport, Viewer
from resolvers.service import Answer, ErrorCode, GraphQLRequest, Service, Worlds, error_answer
from resolvers.transport.capacity import OVERLOADED, Capacity
from resolvers.transport.direct import Direct, direct
from resolvers.transport.headers import GUARD, Header
from resolvers.transport.json_input import (
    FAULT,
    MalformedRequest,
    fault_of,
    json_value,
    members_of_query_string,
    request_of,
)
from resolvers.transport.limits import TransportLimits
from resolvers.transport.negotiation import (
    BROWSED,
    HEADED,
    HEADED_OR_BROWSED,
    POSTED,
    Media,
    Preference,
    is_json,
    is_plain,
    preference,
)
from resolvers.transport.patience import Patience
from resolvers.transport.responses import OwnAnswers, fault, request_id_of, respond, respond_empty
from resolvers.transport.sse import ALLOWED_WITHOUT_RESERVING, EventStreams

PURPOSE: Final = b"canbao-purpose"
"""Header: why somebody else's data is read, in UTF-8, percent-encoded where the client cannot send that."""

ALLOWED: Header = (b"allow", b"GET, HEAD, POST, PUT, DELETE, OPTIONS")
_ALLOWED_FOR_A_MUTATION: Header = (b"allow", b"POST")
_CLOSE: Header = (b"connection", b"close")

_NOT_ACCEPTABLE = error_answer(
    ErrorCode.NOT_ACCEPTABLE,
    "Accept 所列的类型均不提供。 Nothing that Accept names is offered: "
    "ask for application/graphql-response+json, application/json or text/event-stream.",
)
_NO_STREAM_ACCEPTED = error_answer(
    ErrorCode.NOT_ACCEPTABLE,
    "订阅不以JSON应答。 A subscription is not answered as JSON: "
    "accept text/event-stream, or use the graphql-transport-ws WebSocket.",
)
_NOT_JSON = error_answer(
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    "请求体须为UTF-8编码的application/json，并在Content-Type中写明。"
    " The request body must be application/json in UTF-8, and say so in Content-Type.",
)
_ENCODED = error_answer(
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    "请求体不得压缩或编码。 The request body must be sent as it is, without a Content-Encoding.",
)
_EMBEDDED = error_answer(
    ErrorCode.FORBIDDEN,
    "其他网站的页面不得以嵌入方式发起查询，请由该网站的脚本以 fetch 请求，并将其来源列入 CANBAO_ORIGINS。"
    " A page of another site cannot ask by embedding: let its script ask with fetch, and list its origin in"
    " CANBAO_ORIGINS.",
)
_WRONG_METHOD = error_answer(
    ErrorCode.METHOD_NOT_ALLOWED,
    "请用POST，查询也可用GET。 GraphQL is asked with POST, or with GET for queries.",
)


def purpose_of(sent: bytes | None) -> str | None:
    """What the header says, None without one."""
    return unquote(sent.decode("utf-8", "replace"), errors="replace") if sent else None


class _BodyRefused(Exception):
    """A body that is too long or too slow. The response must close the connection when `close` is set."""

    def __init__(self, answer: Answer, *, close: bool = False) -> None:
        super().__init__()
        self.answer = answer
        self.close = close


class _ClientGone(Exception):
    """The client went away before it had sent its request."""


class HttpTransport:
    """GraphQL requests over HTTP for the worlds of one server.

    `page` answers a browser that navigates here. Every answer carries X-Request-Id.
    """

    def __init__(
        self,
        worlds: Worlds,
        streams: EventStreams,
        own: OwnAnswers,
        capacity: Capacity,
        *,
        limits: TransportLimits,
        new_request_id: Callable[[], str],
        page: ASGIApp | None,
    ) -> None:
        self._worlds = worlds
        self._streams = streams
        self._own = own
        self._capacity = capacity
        self._limits = limits
        self._new_request_id = new_request_id
        self._page = page
        self._patience = Patience(limits.body_seconds)
        self._offered = {
            "POST": POSTED,
            "GET": POSTED if page is None else BROWSED,
            "HEAD": HEADED if page is None else HEADED_OR_BROWSED,
        }
        self._too_long = error_answer(
            ErrorCode.PAYLOAD_TOO_LARGE,
            f"请求体最大{limits.body}字节。 The request body may have at most {limits.body} bytes.",
        )
        self._url_too_long = replace(
            error_answer(
                ErrorCode.PAYLOAD_TOO_LARGE,
                f"查询字符串最长{limits.query_string}字节，请改用POST。"
                f" The query string may have at most {limits.query_string} bytes: send the request with POST.",
            ),
            status=414,
        )
        self._too_slow = replace(
            error_answer(
                ErrorCode.BAD_USER_INPUT,
                f"请求体未在{limits.body_seconds:g}秒内到达。"
                f" The request body did not arrive within {limits.body_seconds:g} seconds.",
            ),
            status=408,
        )

    async def __call__(self, world: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request to the world of that name, or to the default world."""
        sent: list[Header] = scope["headers"]
        headers = dict(sent)
        if len(headers) != len(sent):
            headers[b"accept"] = b",".join(value for name, value in sent if name == b"accept")
        request_id = request_id_of(headers.get(b"x-request-id"), self._new_request_id)
        method: str = scope["method"]
        offered = self._offered.get(method)
        if offered is None:
            await self._other_method(method, world, scope, headers, send, request_id)
            return
        wanted = preference(headers.get(b"accept"), offered)
        if wanted.media is None:
            await self._own.refuse(send, _NOT_ACCEPTABLE, Media.JSON, request_id)
            return
        if wanted.media is Media.HTML and self._page is not None:
            await self._page(scope, receive, send)
            return
        if not self._capacity.takes_another():
            await self._own.refuse(send, OVERLOADED, wanted.json, request_id)
            return
        try:
            await self._graphql(world, scope, headers, receive, send, wanted, request_id)
        except MalformedRequest as error:
            answer = error_answer(ErrorCode.BAD_USER_INPUT, str(error))
            await self._own.refuse(send, answer, wanted.json, request_id)
        except _BodyRefused as refused:
            await self._own.refuse(send, refused.answer, wanted.json, request_id, (_CLOSE,) if refused.close else ())
        except _ClientGone:
            return

    async def _graphql(
        self,
        world: str | None,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        receive: Receive,
        send: Send,
        wanted: Preference,
        request_id: str,
    ) -> None:
        if scope["method"] != "POST" and _is_embedded(headers):
            await self._own.refuse(send, _EMBEDDED, wanted.json, request_id)
            return
        admitted = await self._admitted(world, headers, request_id)
        if isinstance(admitted, Answer):
            await self._own.refuse(send, admitted, wanted.json, request_id)
            return
        service, viewer = admitted
        last_event_id = headers.get(b"last-event-id")
        seen = None if last_event_id is None else last_event_id.decode("utf-8", "replace")
        token = self._streams.token_of(headers, scope["query_string"])
        if scope["method"] == "POST":
            if not is_json(headers.get(b"content-type")):
                await self._own.refuse(send, _NOT_JSON, wanted.json, request_id)
                return
            if not is_plain(headers.get(b"content-encoding")):
                await self._own.refuse(send, _ENCODED, wanted.json, request_id)
                return
            body = await self._body(headers.get(b"content-length"), receive)
            value = json_value(body, self._limits, "请求体", "The request body")
        elif token is not None and wanted.media is Media.EVENT_STREAM:
            await self._streams.attach(token, world, receive, send, wanted.json, request_id)
            return
        else:
            if len(scope["query_string"]) > self._limits.query_string:
                await self._own.refuse(send, self._url_too_long, wanted.json, request_id)
                return
            value = members_of_query_string(scope["query_string"], self._limits)
        read_only = scope["method"] != "POST"
        streamed = token is not None or wanted.media is Media.EVENT_STREAM
        client = scope.get("client")
        request = request_of(
            value,
            seen,
            transport=Transport.EVENT_STREAM if streamed else Transport.HTTP,
            purpose=purpose_of(headers.get(PURPOSE)),
            wants_cost=headers.get(b"canbao-cost") == b"1",
            peer=None if client is None else client[0],
            fault=fault_of(headers.get(FAULT)),
        )
        if token is not None:
            extensions = value.get("extensions")
            refused = self._streams.start(
                token,
                world,
                service,
                request,
                extensions.get("operationId") if isinstance(extensions, dict) else None,
                viewer,
                request_id,
                read_only=read_only,
            )
            if refused is None:
                await respond_empty(send, 202, request_id)
            else:
                await self._own.refuse(send, refused, wanted.json, request_id)
            return
        connected = direct(scope)
        await self._answer(service, request, viewer, receive, send, connected, wanted, request_id, read_only=read_only)

    async def _answer(
        self,
        service: Service,
        request: GraphQLRequest,
        viewer: Viewer,
        receive: Receive,
        send: Send,
        connected: Direct | None,
        wanted: Preference,
        request_id: str,
        *,
        read_only: bool,
    ) -> None:
        try:
            with self._capacity.taken():
                answer = await service.answer(request, viewer, request_id, read_only=read_only)
        except Exception:
            answer = self._own.fault(request_id)
        if not isinstance(answer, Answer):
            if wanted.takes_stream:
                await self._streams.serve(answer, receive, send, request_id, connected)
                return
            await answer.aclose()
            await self._own.refuse(send, _NO_STREAM_ACCEPTED, wanted.json, request_id)
        elif wanted.media is Media.EVENT_STREAM and answer.status in (200, 400, 410):
            await self._streams.serve_one(answer, send, request_id)
        else:
            more = (*GUARD, *((_ALLOWED_FOR_A_MUTATION,) if answer.status == 405 else ())) if read_only else ()
            await respond(send, answer, wanted.json, request_id, more)

    async def _admitted(
        self, world: str | None, headers: Mapping[bytes, bytes], request_id: str
    ) -> tuple[Service, Viewer] | Answer:
        """The world's service and who asks it, or the refusal of either."""
        authorization = headers.get(b"authorization")
        try:
            service = await self._worlds.service(world)
            if isinstance(service, Answer):
                return service
            viewer = service.authenticate(None if authorization is None else authorization.decode("latin-1"))
        except Exception:
            return fault(request_id)
        return viewer if isinstance(viewer, Answer) else (service, viewer)

    async def _other_method(
        self,
        method: str,
        world: str | None,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        send: Send,
        request_id: str,
    ) -> None:
        allowed = ALLOWED if self._streams.reserves else ALLOWED_WITHOUT_RESERVING
        if method == "OPTIONS":
            await respond_empty(send, 204, request_id, (allowed,))
            return
        if method not in ("PUT", "DELETE"):
            await self._own.refuse(send, _WRONG_METHOD, Media.JSON, request_id, (allowed,))
            return
        admitted = await self._admitted(world, headers, request_id)
        if isinstance(admitted, Answer):
            await self._own.refuse(send, admitted, Media.JSON, request_id)
        elif method == "PUT":
            await self._streams.reserve(world, admitted[1], send, request_id)
        else:
            await self._streams.stop(headers, scope["query_string"], world, admitted[1], send, request_id)

    async def _body(self, content_length: bytes | None, receive: Receive) -> bytes | bytearray:
        """The request's body, never more than the limit and one chunk of it in memory.

        What a client sends beyond its refusal is read and dropped by the server, so that it gets to read the answer.
        """
        limit = self._limits.body
        # More digits than a length can have would only be slow to read.
        if content_length and content_length.isdigit() and (len(content_length) > 18 or int(content_length) > limit):
            raise _BodyRefused(self._too_long)
        try:
            with self._patience:
                message = await receive()
                if message["type"] == "http.request" and not message.get("more_body", False):
                    whole: bytes = message.get("body", b"")
                    if len(whole) > limit:
                        raise _BodyRefused(self._too_long)
                    return whole
                body = bytearray()
                while True:
                    if message["type"] != "http.request":
                        raise _ClientGone
                    body += message.get("body", b"")
                    if len(body) > limit:
                        raise _BodyRefused(self._too_long)
                    if not message.get("more_body", False):
                        return body
                    message = await receive()
        except TimeoutError:
            raise _BodyRefused(self._too_slow, close=True) from None


def _is_embedded(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser says that another site's page wants the answer as an image, a script or the like."""
    return headers.get(b"sec-fetch-mode") == b"no-cors" and headers.get(b"sec-fetch-site") in (
        b"cross-site",
        b"same-site",
    )
