"""The built page, the real server with a small world, and a browser that may leave this machine for nothing."""

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from domain.store.engine import open_database
from resolvers.app import create_app
from resolvers.graphiql import GraphiqlSite, ensure_built
from resolvers.settings import Settings
from resolvers.transport.server import Server
from simulator.personas import PersonaGuide, persona_guide
from simulator.worlds import create_world
from tests.databases import sqlite_url
from tests.graphiql.asking import Asking

ROOT = Path(__file__).parents[2]
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSER_MISSING = "no Chromium on this machine: apt-get install -y chromium fonts-noto-cjk"


@pytest.fixture(scope="session")
def graphiql_home() -> Path:
    """Where builds are kept between runs, so that only a change of the sources builds again."""
    return Path(os.environ.get("CANBAO_HOME", ROOT / ".canbao")).resolve()


@pytest.fixture(scope="session")
def built_site(graphiql_home: Path) -> Iterator[GraphiqlSite]:
    """A site that is ready."""
    said: list[str] = []
    ensure_built(graphiql_home, said.append)
    site = GraphiqlSite(graphiql_home, said.append)
    site.start()
    site.wait()
    assert site.ready, said
    yield site
    site.stop()


@pytest.fixture(scope="session")
def world_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small world `demo` of seed 7, not to be changed; its personas are those of `canbao demo`."""
    path = tmp_path_factory.mktemp("template") / "demo.sqlite3"
    asyncio.run(create_world(sqlite_url(path), name="demo", seed=7, persons=600, progress=lambda *stage: None))
    return path


@pytest.fixture(scope="session")
def guide(world_file: Path) -> dict[str, PersonaGuide]:
    """What every persona knows, by name."""

    async def read() -> dict[str, PersonaGuide]:
        database = open_database(sqlite_url(world_file))
        try:
            return await persona_guide(database)
        finally:
            await database.close()

    return asyncio.run(read())


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of a server as `canbao serve` runs it, with the worlds and the page in `home`."""
    said: list[str] = []
    app = create_app(Settings(home=home, sandbox=True), progress=said.append)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            app, http="httptools", ws="websockets-sansio", access_log=False, log_config=None, log_level="warning"
        )
        server = Server(config, app.close)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def home(tmp_path: Path, world_file: Path) -> Path:
    """A CANBAO_HOME with a world of the test's own, and no page yet."""
    (tmp_path / "worlds").mkdir()
    shutil.copyfile(world_file, tmp_path / "worlds" / "demo.sqlite3")
    return tmp_path


@pytest.fixture
def home_with_page(home: Path, graphiql_home: Path, built_site: GraphiqlSite) -> Path:
    """The same, with the page built."""
    assert built_site.ready
    (home / "graphiql").symlink_to(graphiql_home / "graphiql", target_is_directory=True)
    return home


@pytest.fixture
def graphiql_server_url(home_with_page: Path) -> Iterator[str]:
    """The address of a server whose /graphql and /worlds/demo/graphql open the page over a world of the test's own."""
    with serving(home_with_page) as url:
        yield url


@pytest.fixture
def something_happens(graphiql_server_url: str) -> Callable[[str], None]:
    """Makes an event happen: the persona, in another session, ends the first of their family bindings."""

    def happen(persona: str) -> None:
        asking = Asking(graphiql_server_url)
        asking.sign_in(persona)
        viewer = asking.data("{ viewer { person { familyBindings(first: 1) { edges { node { id } } } } } }")["viewer"]
        binding = viewer["person"]["familyBindings"]["edges"][0]["node"]["id"]
        ended = asking.data(
            "mutation End($input: UnbindFamilyMemberInput!) { unbindFamilyMember(input: $input) { __typename } }",
            {"input": {"idempotencyKey": "in another window", "bindingId": binding}},
        )
        assert ended == {"unbindFamilyMember": {"__typename": "FamilyMemberUnbound"}}

    return happen


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium. Not kept longer than a module: Playwright's event loop stands in the way of other tests'."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip(BROWSER_MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@dataclass(slots=True)
class Visit:
    """A page with everything it asked for and everything it complained about."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens an address in a fresh profile and records what the page does there."""
    contexts: list[BrowserContext] = []

    def open_at(address: str, *, dark: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, color_scheme="dark" if dark else "light", locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        seen = Visit(page)
        context.on("request", lambda request: seen.requested.append(request.url))
        page.on("websocket", lambda websocket: seen.requested.append(websocket.url))
        page.on("worker", lambda worker: seen.workers.append(worker.url))
        page.on("pageerror", lambda error: seen.complaints.append(f"uncaught: {error}"))
        page.on(
            "console",
            lambda message: (
                seen.complaints.append(f"{message.type}: {message.text}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.goto(address)
        return seen

    yield open_at
    for context in contexts:
        context.close()


@pytest.fixture
def screenshots() -> Path:
    """Where the pictures go, for people to look at."""
    folder = Path(os.environ.get("CANBAO_SCREENSHOTS", ROOT / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
