"""The built files over HTTP: what is sent with them, and what can never be had."""

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resolvers.graphiql import GraphiqlSite
from resolvers.graphiql.assets import content_security_policy

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def client_of(site: GraphiqlSite) -> AsyncClient:
    """Asks the page and its files, without a world behind them."""

    async def page(request: Request) -> Response:
        return site.page(request)

    endpoints = [Route(path, page) for path in ("/graphql", "/worlds/{name}/graphql")]
    app = Starlette(routes=[*endpoints, *site.routes()])
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://127.0.0.1:8000")


@pytest.fixture
async def client(built_site: GraphiqlSite) -> AsyncIterator[AsyncClient]:
    async with client_of(built_site) as client:
        yield client


async def script_of(client: AsyncClient) -> str:
    page = await client.get("/graphql", headers=BROWSER)
    found = re.search(r'src="(/graphiql/assets/main-[^"]+\.js)"', page.text)
    assert found is not None
    return found[1]


async def test_the_page_names_only_files_that_are_there(client: AsyncClient) -> None:
    page = (await client.get("/graphql", headers=BROWSER)).text
    files = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert len(files) > 3
    assert {(await client.get(file)).status_code for file in files} == {200}
    assert set(re.findall(r'(?:src|href)="(\w+):', page)) <= {"data"}


@pytest.mark.parametrize("path", ["/graphql", "/worlds/demo/graphql"])
async def test_one_page_serves_every_world_and_is_checked_each_time(client: AsyncClient, path: str) -> None:
    page = await client.get(path, headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    again = await client.get(path, headers={**BROWSER, "if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_hashed_file_is_kept_forever_and_travels_packed(client: AsyncClient) -> None:
    script = await script_of(client)
    packed = await client.get(script, headers={"accept-encoding": "gzip"})
    plain = await client.get(script, headers={"accept-encoding": "gzip;q=0, identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert (await client.get(script, headers={"if-none-match": plain.headers["etag"]})).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/graphiql/",
        "/graphiql/index.html",
        "/graphiql/assets/",
        "/graphiql/assets/../index.html",
        "/graphiql/assets/%2e%2e/index.html",
        "/graphiql/%2e%2e/%2e%2e/pyproject.toml",
        "/graphiql/..%2f..%2fpyproject.toml",
        "/graphiql/..%5c..%5cpyproject.toml",
        "/graphiql//etc/passwd",
        "/graphiql/assets/main.js%00.css",
        "/graphiql/assets/%ff%fe",
    ],
)
async def test_only_built_files_can_be_had(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_file_cannot_be_written(client: AsyncClient) -> None:
    assert (await client.post(await script_of(client))).status_code == 405


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "canbao.example.cn"])
def test_the_policy_lets_the_page_speak_to_its_own_host_only(host: str) -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy(host).split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://{host} wss://{host}"


@pytest.mark.parametrize("host", [None, "", "a; script-src *", "a b", "evil.example,*", "*", "a\r\nb"])
def test_a_strange_host_adds_nothing_to_the_policy(host: str | None) -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy(host).split("; "))
    assert policy["connect-src"] == "'self'"
    assert policy["script-src"] == "'self'"


async def test_until_it_is_built_the_page_says_so_and_reloads_itself(tmp_path: Path) -> None:
    site = GraphiqlSite(tmp_path, lambda line: None)
    async with client_of(site) as client:
        page = await client.get("/graphql", headers=BROWSER)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert 'http-equiv="refresh"' in page.text
        assert "正在构建" in page.text
        assert "Building" in page.text
        assert (await client.get("/graphiql/assets/main.js")).status_code == 404


async def test_a_server_that_cannot_build_says_what_to_do_and_stops_reloading(tmp_path: Path) -> None:
    (tmp_path / "graphiql").write_text("a file where a folder should be")
    said: list[str] = []
    site = GraphiqlSite(tmp_path, said.append)
    site.start()
    site.wait()
    async with client_of(site) as client:
        page = await client.get("/graphql", headers=BROWSER)
    assert site.failure is not None
    assert site.failure.remedy in page.text
    assert "refresh" not in page.text
    assert said == [str(site.failure)]


def test_a_server_that_stops_does_not_wait_for_the_build(tmp_path: Path) -> None:
    said: list[str] = []
    site = GraphiqlSite(tmp_path, said.append)
    site.start()
    while not said:
        time.sleep(0.01)
    began = time.monotonic()
    site.stop()
    assert time.monotonic() - began < 5
    assert not site.ready
    assert [path.name for path in (tmp_path / "graphiql").iterdir()] == ["build.lock"]
