"""The printable receipt (可打印的缴费凭证): the same data as `Query.receipt`, seen by the same people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from domain.vocabulary import PaymentChannel, ReceiptKind
from resolvers.receipts.capitals import in_capitals
from resolvers.service import Answer, ErrorCode, GraphQLRequest, Worlds

HERE = Path(__file__).parent
DOCUMENT: Final = (HERE / "receipt.graphql").read_text(encoding="utf-8")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGES = Environment(
    loader=FileSystemLoader(HERE), autoescape=select_autoescape(default=True), undefined=StrictUndefined
)
_PAGES.filters["in_capitals"] = in_capitals
_PAGES.filters["channel"] = PaymentChannel.named
_PAGES.filters["kind_of_receipt"] = ReceiptKind.named
_TEMPLATE = _PAGES.get_template("receipt.html")


def receipt_routes(worlds: Worlds, new_request_id: Callable[[], str]) -> list[Route]:
    """Pages at /receipts/{id} for the default world and /worlds/{name}/receipts/{id} for one by name."""

    async def page(request: HttpRequest) -> Response:
        service = await worlds.service(request.path_params.get("world"))
        if isinstance(service, Answer):
            return _refused(service)
        viewer = service.authenticate(request.headers.get("authorization"))
        if isinstance(viewer, Answer):
            return _refused(viewer)
        asked = GraphQLRequest(DOCUMENT, {"id": request.path_params["id"]})
        answer = await service.answer(asked, viewer, new_request_id(), read_only=True)
        assert isinstance(answer, Answer)
        body = orjson.loads(answer.body)
        if answer.status != 200 or body.get("errors"):
            return _refused(answer)
        receipt = body["data"]["receipt"]
        if receipt is None:
            return _message(404, _NOT_THERE)
        return HTMLResponse(_TEMPLATE.render(receipt=receipt, message=None), headers=_HEADERS)

    return [Route("/receipts/{id}", page), Route("/worlds/{world}/receipts/{id}", page)]


_NOT_THERE = "没有这张凭证，或您无权查看。", "There is no such receipt, or it is not yours to see."
_LATER = "暂时取不到凭证，请稍后重试。", "The receipt cannot be had just now: try again shortly."
_TOLD: Mapping[ErrorCode, tuple[str, str]] = {
    ErrorCode.BAD_USER_INPUT: _NOT_THERE,
    ErrorCode.UNAUTHENTICATED: (
        "登录已失效，请重新登录后再打开凭证。",
        "Your sign-in is not valid any more: sign in again, then open the receipt.",
    ),
    ErrorCode.WORLD_NOT_FOUND: (
        "没有这个名称的世界，请核对地址。",
        "There is no world of that name: check the address.",
    ),
    ErrorCode.UNAVAILABLE: _LATER,
    ErrorCode.OPERATION_TIMEOUT: _LATER,
}


def _message(status: int, told: tuple[str, str], headers: Mapping[str, str] = _HEADERS) -> Response:
    return HTMLResponse(_TEMPLATE.render(receipt=None, message=told), status, headers=headers)


def _refused(answer: Answer) -> Response:
    """What a page says instead of a receipt: by the code of the first error, and what can be done about it."""
    extensions = orjson.loads(answer.body)["errors"][0]["extensions"]
    code = ErrorCode[extensions["code"]]
    if code not in _TOLD:
        request_id = extensions.get("requestId", "")
        zh = f"服务器内部错误，凭证无法显示，请凭编号 {request_id} 联系运维。"
        en = f"Internal error, the receipt cannot be shown: report {request_id} to the operator."
        return _message(code.status, (zh, en))
    headers = dict(_HEADERS)
    if answer.retry_after_seconds is not None:
        headers["Retry-After"] = str(answer.retry_after_seconds)
    return _message(404 if _TOLD[code] is _NOT_THERE else code.status, _TOLD[code], headers)
