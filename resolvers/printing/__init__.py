"""Pages for printing (可打印的页面): receipts, and certificates as whoever is shown their number verifies them.

A page asks the contract like every client: what it shows, and to whom, is what its query answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from domain.vocabulary import PaymentChannel, ReceiptKind, Transport
from resolvers.printing.capitals import in_capitals
from resolvers.service import Answer, ErrorCode, GraphQLRequest, Worlds

if TYPE_CHECKING:
    from jinja2 import Environment, Template

HERE = Path(__file__).parent
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex",
}


def _moment(text: str) -> str:
    return f"{text[:10]} {text[11:19]}"


def _place(region: Mapping[str, Any]) -> str:
    """The region's name behind those of what contains it, as far as they were asked for."""
    parent = region.get("parent")
    return ("" if parent is None else _place(parent)) + str(region["name"])


@cache
def _template(name: str) -> Template:
    """A page to be filled in. The library is read when the first is asked for."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    pages = Environment(
        loader=FileSystemLoader(HERE), autoescape=select_autoescape(default=True), undefined=StrictUndefined
    )
    pages.filters["in_capitals"] = in_capitals
    pages.filters["channel"] = PaymentChannel.named
    pages.filters["kind_of_receipt"] = ReceiptKind.named
    pages.filters["moment"] = _moment
    pages.filters["place"] = _place
    return pages


@dataclass(frozen=True, slots=True)
class _Page:
    """One kind of page: `field` is the root field of its document, null where there is nothing to show."""

    path: str
    name: str
    field: str
    what_zh: str
    what_en: str

    @property
    def document(self) -> str:
        """What it asks."""
        return (HERE / f"{self.name}.graphql").read_text(encoding="utf-8")

    @property
    def not_there(self) -> tuple[str, str]:
        return f"没有这张{self.what_zh}，或您无权查看。", f"There is no such {self.what_en}, or it is not yours to see."


PAGES: Final = (
    _Page("/receipts/{id}", "receipt", "receipt", "凭证", "receipt"),
    _Page("/certificates/{id}", "certificate", "verifyPaymentCertificate", "证明", "certificate"),
)


def printing_documents() -> list[str]:
    """What the pages ask of the contract."""
    return [page.document for page in PAGES]


def printing_routes(worlds: Worlds, new_request_id: Callable[[], str]) -> list[Route]:
    """Each page for the default world, and at /worlds/{name}/… for one by name."""
    return [
        Route(prefix + page.path, _endpoint(page, worlds, new_request_id))
        for page in PAGES
        for prefix in ("", "/worlds/{world}")
    ]


def _endpoint(page: _Page, worlds: Worlds, new_request_id: Callable[[], str]) -> Callable[[HttpRequest], Any]:
    document = page.document
    template = f"{page.name}.html"

    async def answered(request: HttpRequest) -> Response:
        service = await worlds.service(request.path_params.get("world"))
        if isinstance(service, Answer):
            return _refused(page, service)
        viewer = service.authenticate(request.headers.get("authorization"))
        if isinstance(viewer, Answer):
            return _refused(page, viewer)
        peer = None if request.client is None else request.client.host
        asked = GraphQLRequest(document, {"id": request.path_params["id"]}, transport=Transport.PAGE, peer=peer)
        answer = await service.answer(asked, viewer, new_request_id(), read_only=True)
        assert isinstance(answer, Answer)
        body = orjson.loads(answer.body)
        if answer.status != 200 or body.get("errors"):
            return _refused(page, answer)
        if body["data"][page.field] is None:
            return _message(404, page.not_there)
        return HTMLResponse(_template(template).render(found=body["data"]), headers=_HEADERS)

    return answered


_LATER = "暂时取不到，请稍后重试。", "It cannot be had just now: try again shortly."
_TOLD: Mapping[ErrorCode, tuple[str, str]] = {
    ErrorCode.UNAUTHENTICATED: (
        "登录已失效，请重新登录后再打开。",
        "Your sign-in is not valid any more: sign in again, then open the page.",
    ),
    ErrorCode.WORLD_NOT_FOUND: (
        "没有这个名称的世界，请核对地址。",
        "There is no world of that name: check the address.",
    ),
    ErrorCode.RATE_LIMITED: _LATER,
    ErrorCode.UNAVAILABLE: _LATER,
    ErrorCode.OPERATION_TIMEOUT: _LATER,
}


def _message(status: int, told: tuple[str, str], headers: Mapping[str, str] = _HEADERS) -> Response:
    return HTMLResponse(_template("message.html").render(told=told), status, headers=headers)


def _refused(page: _Page, answer: Answer) -> Response:
    """What is said instead of the page: by the code of the first error, and what can be done about it."""
    extensions = orjson.loads(answer.body)["errors"][0]["extensions"]
    code = ErrorCode[extensions["code"]]
    if code is ErrorCode.BAD_USER_INPUT:
        return _message(404, page.not_there)
    if code not in _TOLD:
        request_id = extensions.get("requestId", "")
        zh = f"服务器内部错误，无法显示，请凭编号 {request_id} 联系运维。"
        en = f"Internal error, nothing can be shown: report {request_id} to the operator."
        return _message(code.status, (zh, en))
    headers = dict(_HEADERS)
    if answer.retry_after_seconds is not None:
        headers["Retry-After"] = str(answer.retry_after_seconds)
    return _message(code.status, _TOLD[code], headers)
