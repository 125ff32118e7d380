"""The built page, a server that has it, and a browser that may leave this machine for nothing."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from resolvers.graphiql import GraphiqlSite, ensure_built
from tests.graphiql.stub_world import stub_app

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
def graphiql_server_url(built_site: GraphiqlSite) -> Iterator[str]:
    """The address of a server whose /graphql and /worlds/demo/graphql open the page."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            stub_app(built_site),
            log_level="warning",
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def something_happens() -> Callable[[Page], None]:
    """Makes an event happen in the world while the page is subscribed; the stub world ticks by itself."""
    return lambda page: None


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
