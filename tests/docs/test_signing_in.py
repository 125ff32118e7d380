"""docs/signing-in.md: its commands are run, its requests sent, its answers compared, and no secret is left anywhere."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shlex
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import pytest
from graphql import build_schema, parse, validate
from httpx import ASGITransport, AsyncClient

from resolvers.app import create_app
from resolvers.logs import JsonLines
from resolvers.settings import Settings
from simulator.worlds import create_world
from tests.cli.conftest import run
from tests.databases import sqlite_url

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "signing-in.md").read_text("utf-8")
ME = "{ viewer { person { id name idType idNumber } } }"
AS_PERSONA = """mutation { signInAsPersona(input: {idempotencyKey: "for-the-page", persona: "employee"}) {
  ... on SignedIn { token }
} }"""


class Block(NamedTuple):
    language: str
    text: str


BLOCKS = [Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
FACES = re.findall(r"^\| `([a-z0-9:-]+)` \| `(\w+)`(?:, `(\w+)`)? \|$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small world `demo`."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "worlds").mkdir()
    url = sqlite_url(folder / "worlds" / "demo.sqlite3")
    asyncio.run(create_world(url, name="demo", seed=7, persons=600, progress=lambda *_: None))
    return folder


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Every line that the server logs meanwhile, each request included."""
    lines: list[str] = []
    form = JsonLines()

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(form.format(record))

    root, kept, requests = logging.getLogger(), Kept(), logging.getLogger("canbao.request")
    levels = root.level, requests.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    requests.setLevel(logging.INFO)
    yield lines
    root.removeHandler(kept)
    root.setLevel(levels[0])
    requests.setLevel(levels[1])


def alike(shown: Any, found: Any) -> bool:
    """Whether an answer is as the page shows it; … stands for any text."""
    if isinstance(shown, dict):
        return (
            isinstance(found, dict) and shown.keys() == found.keys() and all(alike(shown[k], found[k]) for k in shown)
        )
    if isinstance(shown, list):
        return isinstance(found, list) and len(shown) == len(found) and all(map(alike, shown, found))
    return isinstance(found, str) if shown == "…" else bool(shown == found)


def test_every_document_is_of_the_contract() -> None:
    contract = build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))
    documents = [block.text for block in BLOCKS if block.language == "graphql"]
    assert len(documents) == 2
    for document in documents:
        assert validate(contract, parse(document)) == []


async def test_the_page_does_what_it_says_and_leaves_no_secret_behind(
    home: Path, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANBAO_HOME", str(home))
    app = create_app(Settings(home=home, sandbox=True, graphiql=False))
    known: dict[str, str] = {}
    kept_secret: list[str] = []
    compared = 0
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://127.0.0.1:8000") as client:

        async def asked(document: str, variables: dict[str, Any] | None = None, token: str | None = None) -> Any:
            headers = {} if token is None else {"authorization": f"Bearer {token}"}
            return (
                await client.post("/graphql", json={"query": document, "variables": variables or {}}, headers=headers)
            ).json()

        persona = (await asked(AS_PERSONA))["data"]["signInAsPersona"]["token"]
        me = (await asked(ME, token=persona))["data"]["viewer"]["person"]
        known["person"] = me["id"]
        kept_secret += [persona, me["idNumber"]]
        answer: Any = None
        for number, block in enumerate(BLOCKS):
            if block.language == "sh":
                result = await asyncio.to_thread(_ran, block.text)
                secret = re.search(r"client_secret\s+(\S+)", result)
                if secret is not None:
                    known["secret"] = secret[1]
                    kept_secret.append(secret[1])
            elif block.language == "http":
                response = await _sent(client, block.text, known)
                assert response.status_code == 200, response.text
                answer = response.json() if response.content else None
                if isinstance(answer, dict) and "access_token" in answer:
                    known["token"] = answer["access_token"]
                    kept_secret.append(answer["access_token"])
            elif block.language == "json":
                assert alike(json.loads(block.text), answer), f"block {number} shows another answer: {answer}"
                compared += 1
        sign_in, sign_out = (block.text for block in BLOCKS if block.language == "graphql")
        own = {name: me[name] for name in ("name", "idType", "idNumber")}
        assert len(FACES) == 5
        for face, name, failure in FACES:
            given = {"idempotencyKey": "for-the-page", **own, "face": face}
            found = (await asked(sign_in, {"input": given}))["data"]["signInWithRealName"]
            assert (found["__typename"], found.get("failure", "")) == (
                name,
                failure if name == "FaceCheckFailed" else "",
            ), face
            kept_secret += [found["token"]] if "token" in found else []
        signed_out = await asked(sign_out, token=kept_secret[-1])
        assert signed_out["data"]["signOut"]["__typename"] == "SignedOut"
        refused = await asked(ME, token=kept_secret[-1])
        assert refused["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        everything = (await client.get("/metrics")).text
    await app.close()
    assert compared == 3
    assert any('"operation": "SignIn"' in line for line in written)
    everything += "\n".join(written)
    assert not [secret for secret in kept_secret if secret in everything]
    # Tables that hold neither identities nor the keys themselves.
    with closing(apsw.Connection(str(home / "worlds" / "demo.sqlite3"))) as rows:
        for table in ("events", "answers", "clients", "revoked_tokens", "sign_in_failures"):
            held = str(rows.execute(f"SELECT * FROM {table}").fetchall())
            assert not [secret for secret in kept_secret if secret in held], table


def _ran(text: str) -> str:
    [command] = text.strip().splitlines()
    program, *arguments = shlex.split(command)
    assert program == "canbao"
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


async def _sent(client: AsyncClient, text: str, known: dict[str, str]) -> Any:
    head, _, body = text.strip("\n").partition("\n\n")
    first, *lines = head.splitlines()
    method, path = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return await client.request(
        method, path, headers=headers, content=re.sub(r"\{(\w+)\}", lambda name: known[name[1]], body)
    )
