"""What a server was asked over HTTP is in its journal, and is asked again in forks of its world."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient
from typer.testing import CliRunner

from domain.store.engine import open_database
from domain.store.request_journal import Caused, Entry
from domain.vocabulary import ANONYMOUS, Instant, RequestEnding, Transport
from resolvers.app import create_app
from resolvers.cli.commands import app
from resolvers.cli.failures import ExitCode
from resolvers.journal.masking import CURSOR, KEY, MASKED
from resolvers.journal.replaying import NotReplayable, asked_again
from resolvers.service import GraphQLRequest
from resolvers.settings import Settings, database_of
from resolvers.shelf import Shelf
from simulator.personas import persona_guide
from tests.databases import PostgresServer
from tests.resolvers.living import living
from tests.resolvers.opened import BIND, PAY, SIGN_IN, SUBMIT
from tests.resolvers.test_request_journal import PERSON, UUID

WORLD, FORK = "asked", "asked-again"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox whose default world is `asked`, and `canbao` with `--json`, which gives what it prints."""

    settings: Settings
    canbao: Callable[..., Any]


@pytest.fixture
def sandbox(
    engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    settings = Settings(home=tmp_path, default_world=WORLD, sandbox=True, graphiql=False)
    if engine_kind == "postgresql":
        cluster: PostgresServer = request.getfixturevalue("postgres_server")
        asyncio.run(_copied(cluster.admin_url, request.getfixturevalue("postgresql_template")))
        settings = replace(settings, postgres_url=cluster.admin_url.rsplit("/", 1)[0])
        monkeypatch.setenv("CANBAO_POSTGRES_URL", str(settings.postgres_url))
    else:
        settings.worlds.mkdir()
        shutil.copyfile(request.getfixturevalue("sqlite_template"), settings.worlds / f"{WORLD}.sqlite3")
        monkeypatch.delenv("CANBAO_POSTGRES_URL", raising=False)
    monkeypatch.setenv("CANBAO_HOME", str(tmp_path))
    monkeypatch.setenv("CANBAO_WORLD", WORLD)
    yield Sandbox(settings, _canbao)
    asyncio.run(_dropped(settings))


def _canbao(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


async def _copied(url: str, template: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {database_of(WORLD)} TEMPLATE {template}")
    await connection.close()


async def _dropped(settings: Settings) -> None:
    shelf = Shelf(settings)
    for name in {WORLD, FORK} & set(await shelf.names()):
        await shelf.drop(name)


class Asking:
    """A front end that asks the server over HTTP."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._keys = 0
        self._token: dict[str, str] = {}

    async def data(self, document: str, variables: Any = None) -> Any:
        body = {"query": document, "variables": variables or {}}
        answer = (await self._client.post("/graphql", json=body, headers=self._token)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def mutate(self, document: str, **given: Any) -> Any:
        self._keys += 1
        [payload] = (await self.data(document, {"input": {"idempotencyKey": f"key-{self._keys:05}", **given}})).values()
        return payload

    async def sign_in(self, persona: str) -> None:
        self._token = {"authorization": f"Bearer {(await self.mutate(SIGN_IN, persona=persona))['token']}"}


async def asked_over_http(settings: Settings) -> dict[str, Any]:
    """A citizen binds a relative, submits a contribution and pays it twice; what the citizen sent of the relative."""
    application = create_app(settings)
    database = open_database(settings.world_url(WORLD))
    relative = (await persona_guide(database))["employee"].relative
    await database.close()
    assert relative is not None
    form = {
        "name": relative.name,
        "idType": "RESIDENT_ID_CARD",
        "idNumber": relative.id_number,
        "birthDate": relative.birth_date.isoformat(),
        "sex": relative.sex.name,
        "relation": relative.relation.name,
        "pledgeAccepted": True,
    }
    async with (
        living(application),
        AsyncClient(transport=ASGITransport(app=application), base_url="http://127.0.0.1:8000") as client,
    ):
        asking = Asking(client)
        await asking.sign_in("employee")
        await asking.data("query Mine { viewer { person { name idNumber } } }")
        bound = await asking.mutate(BIND, **form)
        submitted = await asking.mutate(SUBMIT, personId=bound["binding"]["member"]["id"], coverageYear=2025)
        for _ in range(2):
            await asking.mutate(PAY, contributionId=submitted["contribution"]["id"])
    return form


def test_what_was_asked_over_http_is_told_and_asked_again_in_a_fork(sandbox: Sandbox) -> None:
    canbao = sandbox.canbao
    canbao("world", "snapshot", WORLD, "before")
    form = asyncio.run(asked_over_http(sandbox.settings))

    told = canbao("world", "journal", WORLD)
    found = {one["fields"][0]: one["number"] for one in told}
    assert [one["fields"][0] for one in told] == [
        "signInAsPersona",
        "viewer",
        "bindFamilyMember",
        "submitResidentContribution",
        "payResidentContribution",
        "payResidentContribution",
    ]
    assert [one["outcome"] for one in canbao("world", "journal", WORLD, "--refused")] == ["ALREADY_PAID"]
    [mine] = canbao("world", "journal", WORLD, "--operation", "Mine")
    assert (mine["role"], mine["statements"], mine["ending"]) == ("CITIZEN", 1, "ANSWERED")
    assert mine["asker"].endswith("*")
    assert canbao("world", "journal", WORLD, "--show", str(mine["number"])) == mine
    for secret in (form["name"], form["idNumber"], form["birthDate"]):
        assert secret not in json.dumps(told, ensure_ascii=False)

    again = canbao("world", "replay", WORLD, str(mine["number"]))
    assert (again["differs"], again["fork"], again["olderSnapshots"]) == ([], None, ["before"])

    first_payment = told[-2]["number"]
    paid = canbao("world", "replay", WORLD, str(first_payment), "--into", FORK, "--answer")
    assert (paid["then"]["outcome"], paid["now"]["outcome"]) == ("", "ALREADY_PAID")
    assert {"outcome", "events"} <= set(paid["differs"])
    assert paid["then"]["events"] == {"RESIDENT_CONTRIBUTION_PAID": 1}
    assert paid["answer"]["data"]["payResidentContribution"]["__typename"] == "AlreadyPaid"
    assert canbao("world", "show", FORK)["forkedFrom"] == WORLD
    assert canbao("world", "journal", FORK) == []

    bound = canbao("world", "replay", WORLD, str(found["bindFamilyMember"]), "--from", "before")
    assert (bound["then"]["ending"], bound["now"]["ending"]) == ("ANSWERED", "ANSWERED")
    assert bound["then"]["events"] == bound["now"]["events"] != {}
    assert "outcome" not in bound["differs"]

    refused = CliRunner().invoke(app, ["world", "replay", WORLD, "1000"])
    assert refused.exit_code == ExitCode.MISSING
    assert {FORK, WORLD} == {world["name"] for world in canbao("world", "list") if world["name"] in (FORK, WORLD)}


def entry(variables: Any, document: str = "mutation M { a }", kind: str = "mutation") -> Entry:
    """An entry of the journal, of which nothing else matters."""
    return Entry(
        asked_at=Instant(0),
        recorded_at=0,
        viewer=ANONYMOUS,
        operation=(kind, "M"),
        fields="",
        document=document,
        variables=json.dumps(variables),
        transport=Transport.HTTP,
        request_id="r",
        ending=RequestEnding.ANSWERED,
        outcome="",
        cost=None,
        duration_us=0,
        statements=0,
        answer_bytes=0,
        digest=None,
        caused=Caused(),
    )


def test_what_was_hidden_is_put_back_where_it_can_be_had() -> None:
    number = f"⟨idNumber of per_{PERSON.id}⟩"
    sent = {"idempotencyKey": UUID, "again": [UUID, KEY], "idNumber": number, "text": "⟨text of 5⟩", "first": 3}
    found = asked_again(entry({"input": sent}, f'mutation M {{ a(b: "{number}", c: "{UUID}") }}'), {PERSON.id: PERSON})
    assert isinstance(found, GraphQLRequest)
    given = found.variables["input"]
    assert (given["idNumber"], len(given["text"]), given["first"]) == (PERSON.id_number, 5, 3)
    assert given["idempotencyKey"] == given["again"][0] != given["again"][1]
    assert UUID not in str(given)
    assert found.query == f'mutation M {{ a(b: "{PERSON.id_number}", c: "{given["idempotencyKey"]}") }}'


@pytest.mark.parametrize(
    "lost",
    [
        entry({"name": MASKED}),
        entry({"after": CURSOR}),
        entry({"idNumber": f"⟨idNumber of per_{PERSON.id}⟩"}),
        entry({}, f'mutation M {{ a(b: "{MASKED}") }}'),
        entry({}, MASKED),
        entry({}, kind="subscription"),
        entry({}, kind="unknown"),
    ],
)
def test_what_cannot_be_had_again_is_not_asked(lost: Entry) -> None:
    assert isinstance(asked_again(lost, {}), NotReplayable)
