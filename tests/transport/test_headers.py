"""What keeps an answer out of other people's pages: headers on every response, and pages of other origins."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from resolvers.app import create_app
from resolvers.settings import Settings
from resolvers.transport.endpoint import GraphQLEndpoint
from tests.transport.asgi import ask, post, socket, streaming
from tests.transport.standin import OneWorld, StandIn, elsewhere, endpoint, page

HELLO = {"query": "{ hello }"}
GET = f"/graphql?query={quote('{ hello }')}"
GUARDED = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
}
FORMS = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "text/plain;charset=utf-8",
]


def secured(*origins: str, hsts_seconds: int = 0) -> GraphQLEndpoint:
    return GraphQLEndpoint(
        OneWorld(StandIn()),
        otherwise=elsewhere,
        new_request_id=lambda: "id",
        new_token=lambda: "token",
        page=page,
        origins=origins,
        hsts_seconds=hsts_seconds,
    )


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("GET", GET, {}, b""),
        ("HEAD", GET, {}, b""),
        ("GET", GET, {"accept": "text/event-stream"}, b""),
        ("GET", "/graphql?query=%7B", {}, b""),
        ("GET", "/graphql", {"accept": "text/html"}, b""),
        ("GET", "/elsewhere", {}, b""),
        ("GET", "/worlds/other/graphql?query=%7B", {}, b""),
        ("POST", "/graphql", {"content-type": "text/plain"}, b"{}"),
        ("POST", "/graphql", {"content-type": "application/json"}, b"{"),
        ("POST", "/graphql", {"accept": "image/png"}, b"{}"),
        ("PUT", "/graphql", {}, b""),
        ("DELETE", "/graphql", {}, b""),
        ("OPTIONS", "/graphql", {}, b""),
        ("PATCH", "/graphql", {}, b""),
    ],
)
async def test_what_a_browser_can_be_led_to_can_be_neither_framed_nor_embedded_nor_guessed_at(
    method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    answer = await ask(secured(), method, path, headers, (body,))
    assert GUARDED.items() <= dict(answer.headers).items()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]
    assert "strict-transport-security" not in answer.headers


async def test_every_answer_says_what_it_is_and_is_not_kept() -> None:
    answer = await post(secured(), HELLO)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    async with streaming(
        secured(),
        "POST",
        "/graphql",
        {"content-type": "application/json", "accept": "text/event-stream"},
        b'{"query":"subscription { count(to: 1) }"}',
    ) as stream:
        await stream.until(b"complete")
    assert GUARDED.items() <= stream.headers.items()


@pytest.mark.parametrize("path", [GET, "/elsewhere"])
async def test_browsers_are_told_to_come_by_https_where_a_setting_says_so(path: str) -> None:
    answer = await ask(secured(hsts_seconds=600), "GET", path)
    assert answer.headers["strict-transport-security"] == "max-age=600"


async def test_the_pages_of_the_product_carry_them_too(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        answers = [
            await client.get(path)
            for path in (
                "/healthz",
                "/readyz",
                "/metrics",
                "/nowhere",
                "/receipts/rec_1",
                "/certificates/1",
                "/graphql",
            )
        ]
    await app.close()
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff", answer.url
        assert answer.headers["referrer-policy"] == "no-referrer", answer.url
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], answer.url
        assert answer.headers["cache-control"] == "no-store", answer.url
        assert all(len(answer.headers.get_list(name)) == 1 for name in answer.headers), answer.url


# ---- forms, images and sockets of other sites -----------------------------------------------------------------------


@pytest.mark.parametrize("media", [*FORMS, ""])
@pytest.mark.parametrize("body", [b'{"query":"mutation { addBook(title: \\"x\\") { id } }"}', b"query=%7Bhello%7D"])
async def test_a_form_of_another_site_writes_nothing(media: str, body: bytes) -> None:
    service = StandIn()
    answer = await ask(endpoint(service), "POST", "/graphql", {"content-type": media} if media else {}, (body,))
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert service.asked == []


@pytest.mark.parametrize(
    ("mode", "site", "status"),
    [
        ("no-cors", "cross-site", 403),
        ("no-cors", "same-site", 403),
        ("no-cors", "same-origin", 200),
        ("cors", "cross-site", 200),
        ("navigate", "cross-site", 200),
    ],
)
async def test_a_query_that_another_site_embeds_is_not_run(mode: str, site: str, status: int) -> None:
    service = StandIn()
    answer = await ask(endpoint(service), "GET", GET, {"sec-fetch-mode": mode, "sec-fetch-site": site})
    assert answer.status == status
    assert len(service.asked) == (status == 200)
    assert status == 200 or answer.code == "FORBIDDEN"


@pytest.mark.parametrize(
    ("origin", "host", "welcome"),
    [
        (None, "canbao.example", True),
        ("https://canbao.example", "canbao.example", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("HTTP://Canbao.example", "canbao.EXAMPLE", True),
        ("http://localhost:5173", "canbao.example", True),
        ("http://localhost:5174", "canbao.example", False),
        ("https://localhost:5173", "canbao.example", False),
        ("https://canbao.example.evil", "canbao.example", False),
        ("https://canbao.example:8443", "canbao.example", False),
        ("chrome-extension://canbao.example", "canbao.example", False),
        ("null", "canbao.example", False),
        ("", "", False),
        ("https://", "", False),
    ],
)
async def test_whose_page_may_open_a_socket(origin: str | None, host: str, welcome: bool) -> None:
    headers = {"host": host, **({} if origin is None else {"origin": origin})}
    async with socket(secured("http://localhost:5173"), headers=headers) as client:
        if welcome:
            assert client.subprotocol == "graphql-transport-ws"
            return
        assert client.opening["type"] == "websocket.http.response.start"
        assert client.opening["status"] == 403
