"""The printable receipt (可打印的缴费凭证): the same data as `Query.receipt`, seen by the same people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from resolvers.receipts.capitals import in_capitals
from resolvers.service import Answer, GraphQLRequest, Worlds

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
            return _message(404, "没有这张凭证，或您无权查看。", "There is no such receipt, or it is not yours to see.")
        return HTMLResponse(_TEMPLATE.render(receipt=receipt, message=None), headers=_HEADERS)

    return [Route("/receipts/{id}", page), Route("/worlds/{world}/receipts/{id}", page)]


def _message(status: int, zh: str, en: str) -> Response:
    return HTMLResponse(_TEMPLATE.render(receipt=None, message=(zh, en)), status, headers=_HEADERS)


def _refused(answer: Answer) -> Response:
    return _message(answer.status, "无法显示凭证，请重新登录后再试。", "The receipt cannot be shown: sign in again.")
