"""What docs/front-end.md shows is so: its GraphQL is of the contract, its answers are given, its clients work."""

import asyncio
import json
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from graphql import build_schema, parse, validate
from httpx import ASGITransport, AsyncClient

from domain.store.engine import open_database
from resolvers.app import create_app
from resolvers.graphiql.build import node_and_npm
from resolvers.settings import Settings
from resolvers.transport.server import Server
from simulator.personas import PersonaGuide, persona_guide
from simulator.worlds import create_world
from tests.databases import sqlite_url

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "front-end.md"
_FENCE = re.compile(r"^```(?P<language>\w+)(?: (?P<note>[^\n]+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_PERSONA = re.compile(r"^As (?:nobody|`(?P<name>[a-z0-9-]+)`)[^\n]*:\n\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code of the page: its language, what the fence says after it, and the paragraph that leads to it."""

    language: str
    note: str
    text: str
    before: str
    where: str


def blocks(path: Path = PAGE) -> list[Block]:
    """Every block of a page, in order."""
    page = path.read_text("utf-8")
    found = []
    end = 0
    for fence in _FENCE.finditer(page):
        line = page.count("\n", 0, fence.start()) + 1
        before, where = page[end : fence.start()], f"docs/{path.name}:{line}"
        found.append(Block(fence["language"], fence["note"] or "", fence["text"], before, where))
        end = fence.end() + 1
    return found


@dataclass(slots=True)
class Exchange:
    """A document as somebody sends it once, and what the page says is answered."""

    document: Block
    persona: str | None
    variables: dict[str, Any] = field(default_factory=dict)
    data: Any = None
    errors: Any = None


def exchanges(path: Path = PAGE) -> list[Exchange]:
    """Every document that is marked to run, once for each answer that follows it, in the page's order.

    On the page for front-end teams the line above says who runs it; on others nobody does.
    """
    found: list[Exchange] = []
    open_exchange: Exchange | None = None
    for block in blocks(path):
        if block.language == "graphql":
            open_exchange = None
            if block.note == "run":
                persona = _PERSONA.search(block.before)
                assert persona is not None or path != PAGE, f"{block.where}: who runs it is not said in the line above"
                open_exchange = Exchange(block, None if persona is None else persona["name"])
        elif block.language == "json" and block.note:
            assert open_exchange is not None, block.where
            content = json.loads(block.text)
            if block.note == "variables":
                open_exchange.variables = content
            else:
                assert block.note in ("answer", "errors"), block.where
                setattr(open_exchange, "data" if block.note == "answer" else "errors", content)
                found.append(open_exchange)
                open_exchange = Exchange(open_exchange.document, open_exchange.persona)
    return found


def differs(shown: Any, given: Any, path: str = "$") -> str | None:
    """Where an answer is not what the page shows, `…` standing for anything; None when it is."""
    if isinstance(shown, str) and "…" in shown:
        if shown == "…":
            return None
        pattern = ".*".join(re.escape(part) for part in shown.split("…"))
        return None if isinstance(given, str) and re.fullmatch(pattern, given, re.DOTALL) else f"{path}: {given!r}"
    if isinstance(shown, dict) and isinstance(given, dict) and shown.keys() == given.keys():
        return next(filter(None, (differs(shown[key], given[key], f"{path}.{key}") for key in shown)), None)
    if isinstance(shown, list) and isinstance(given, list) and len(shown) == len(given):
        pairs = enumerate(zip(shown, given, strict=True))
        return next(filter(None, (differs(one, other, f"{path}[{at}]") for at, (one, other) in pairs)), None)
    return None if shown == given else f"{path}: {given!r}"


class Earlier:
    """What earlier answers gave, for the `…` of later variables."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._cursor: str | None = None

    def learn(self, answer: Any) -> None:
        if isinstance(answer, dict):
            for name, value in answer.items():
                if name == "id":
                    self._ids[value[:4]] = value
                elif name == "endCursor":
                    self._cursor = value
                self.learn(value)
        elif isinstance(answer, list):
            for value in answer:
                self.learn(value)

    def filled(self, variables: Any) -> Any:
        if isinstance(variables, dict):
            return {name: self.filled(value) for name, value in variables.items()}
        if variables == "…":
            return self._cursor
        if isinstance(variables, str) and variables.endswith("…"):
            return self._ids[variables.removesuffix("…")]
        return variables


@pytest.fixture(scope="module")
def world_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CANBAO_HOME with a small world `demo` of seed 7, whose personas are those of `canbao demo`."""
    home = tmp_path_factory.mktemp("home")
    (home / "worlds").mkdir()
    url = sqlite_url(home / "worlds" / "demo.sqlite3")
    asyncio.run(create_world(url, name="demo", seed=7, persons=600, progress=lambda *stage: None))
    return home


async def guide(home: Path) -> dict[str, PersonaGuide]:
    """What every persona of the world knows, by name."""
    database = open_database(sqlite_url(home / "worlds" / "demo.sqlite3"))
    try:
        return await persona_guide(database)
    finally:
        await database.close()


def test_every_graphql_block_is_of_the_contract() -> None:
    contract = build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))
    documents = [block for block in blocks() if block.language == "graphql"]
    assert len(documents) > 10
    for block in documents:
        assert validate(contract, parse(block.text)) == [], block.where


def test_every_language_of_the_page_is_one_that_is_checked_or_shown_only() -> None:
    assert {block.language for block in blocks()} == {"graphql", "json", "js", "ts"}


async def test_the_answers_are_the_ones_that_the_page_shows(world_home: Path) -> None:
    app = create_app(Settings(home=world_home, sandbox=True, graphiql=False))
    tokens: dict[str, str] = {}
    earlier = Earlier()
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://127.0.0.1:8000") as client:
        shown = exchanges()
        assert len(shown) > 10
        for exchange in shown:
            headers = {"authorization": f"Bearer {tokens[exchange.persona]}"} if exchange.persona else {}
            variables = earlier.filled(exchange.variables)
            body = {"query": exchange.document.text, "variables": variables}
            answer = (await client.post("/graphql", json=body, headers=headers)).json()
            where = exchange.document.where
            if exchange.errors is None:
                assert "errors" not in answer, f"{where}: {answer['errors']}"
                difference = differs(exchange.data, answer["data"])
            else:
                difference = differs(exchange.errors, answer["errors"])
            assert difference is None, f"{where} shows another answer than is given; correct the page. {difference}"
            earlier.learn(answer)
            signed_in = (answer.get("data") or {}).get("signInAsPersona")
            if signed_in is not None:
                tokens[variables["input"]["persona"]] = signed_in["token"]
    await app.close()


def test_the_personas_that_the_page_names_are_there(world_home: Path) -> None:
    there = asyncio.run(guide(world_home)).keys()
    [sentence] = re.findall(r"^Personas to meet them: (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"`([a-z-]+)` \(", sentence))
    assert len(named) > 4
    assert named | {"employee-2", "employee-20"} <= there


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of a server as `canbao serve` runs it."""
    app = create_app(Settings(home=home, sandbox=True, graphiql=False))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, ws="websockets-sansio", access_log=False, log_config=None, log_level="warning")
        server = Server(config, app.close)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/graphql"
        finally:
            server.should_exit = True
            thread.join()


FOLLOWING = """
import { ask } from './ask.mjs';
import { follow } from './sse.mjs';

const [url, document, persona, member] = process.argv.slice(2);
const signIn = `mutation ($input: SignInAsPersonaInput!) {
  signInAsPersona(input: $input) { ... on SignedIn { token } }
}`;
const input = { idempotencyKey: 'front-end', persona };
const { signInAsPersona } = await ask({ url, query: signIn, variables: { input } });
const token = signInAsPersona.token;

const bind = `mutation ($input: BindFamilyMemberInput!) {
  bindFamilyMember(input: $input) { ... on FamilyMemberBound { binding { id } } }
}`;
const unbind = `mutation ($input: UnbindFamilyMemberInput!) { unbindFamilyMember(input: $input) { __typename } }`;
for (const time of ['first', 'second']) {
  const bindInput = { ...JSON.parse(member), idempotencyKey: `${time} binding` };
  const { bindFamilyMember } = await ask({ url, token, query: bind, variables: { input: bindInput } });
  const input = { idempotencyKey: `${time} ending`, bindingId: bindFamilyMember.binding.id };
  await ask({ url, token, query: unbind, variables: { input } });
}

let refused = null;
await ask({ url, token, query: '{ nothing }' }).catch((cause) => (refused = cause.code));

const { events } = await ask({ url, token, query: '{ events(first: 100) { edges { cursor } } }' });
const cursors = events.edges.map(({ cursor }) => cursor);
const followed = [];
const leaving = new AbortController();
// Every connection is lost in the middle of its second event.
const real = globalThis.fetch;
let connections = 0;
globalThis.fetch = async (address, options) => {
  connections += 1;
  const response = await real(address, options);
  const losing = new TransformStream({
    transform(chunk, controller) {
      const text = new TextDecoder().decode(chunk);
      const first = text.indexOf('event: next');
      if (first < 0) return controller.enqueue(chunk);
      const end = text.indexOf('\\n\\n', first) + 2;
      controller.enqueue(new TextEncoder().encode(text.slice(0, end + 20)));
      controller.terminate();
    },
  });
  return new Response(response.body.pipeThrough(losing), response);
};
await follow({
  url,
  token: () => token,
  document,
  cursor: cursors[0],
  signal: leaving.signal,
  seen: ({ cursor }) => {
    followed.push(cursor);
    if (followed.length === cursors.length - 1) leaving.abort();
  },
});
process.stdout.write(JSON.stringify({ refused, cursors, followed, connections }));
"""


def test_the_clients_ask_and_follow_the_log_from_a_cursor_through_lost_connections(
    world_home: Path, tmp_path: Path
) -> None:
    for block in blocks():
        if block.note.startswith("clients/"):
            (tmp_path / f"{block.note.removeprefix('clients/')}.mjs").write_text(block.text, "utf-8")
    (tmp_path / "main.mjs").write_text(FOLLOWING, "utf-8")
    relative = asyncio.run(guide(world_home))["employee-2"].relative
    assert relative is not None
    member = {
        "name": relative.name,
        "idType": "RESIDENT_ID_CARD",
        "idNumber": relative.id_number,
        "birthDate": relative.birth_date.isoformat(),
        "sex": relative.sex.name,
        "relation": relative.relation.name,
        "pledgeAccepted": True,
    }
    document = "subscription Follow($after: Cursor) { events(after: $after) { __typename cursor } }"
    node, _ = node_and_npm()
    with serving(world_home) as url:
        done = subprocess.run(
            [node, str(tmp_path / "main.mjs"), url, document, "employee-2", json.dumps(member)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["refused"] == "GRAPHQL_VALIDATION_FAILED"
    assert len(told["cursors"]) == 4
    assert told["followed"] == told["cursors"][1:]
    assert told["connections"] == 3
