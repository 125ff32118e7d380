"""Programs sign in with credentials of their own, and are told in OAuth's words why not."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.applications import Starlette

from domain.store import clients
from domain.store.clients import Client
from domain.vocabulary import EVERY_OPERATION, Id, Role, Scope, Viewer
from resolvers import oauth
from resolvers.buckets import Buckets, Rate
from resolvers.oauth import PERSON_TOKEN, oauth_routes, secret_digest
from resolvers.service import Answer, ErrorCode, GraphQLRequest, Service, error_answer
from tests.resolvers.opened import OpenedWorld

SECRET = "s3cr3t-of-the-app_-0123456789abcdefghijklmn"
GENERATOR_SECRET = "s3cr3t-of-the-crowd-0123456789abcdefghijk"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
ME = "{ viewer { role name person { id } } }"


class OneWorld:
    """A server of one world, which is its default."""

    def __init__(self, service: Service) -> None:
        self.found = service

    async def service(self, name: str | None) -> Service | Answer:
        if name in (None, "small"):
            return self.found
        code = ErrorCode.UNAVAILABLE if name == "broken" else ErrorCode.WORLD_NOT_FOUND
        return error_answer(code, "no", retry_after_seconds=1)


async def add(world: OpenedWorld, number: int, name: str, secret: str, role: Role, scopes: frozenset[Scope]) -> None:
    async with world.service.world.database.write() as connection:
        await clients.add(connection, Client(Id(number), name, role, secret_digest(secret), scopes, 0, 0))


@asynccontextmanager
async def asking(world: OpenedWorld) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a world where an app, an institution and a load generator may sign in."""
    await add(world, 1, "an-app", SECRET, Role.PARTNER, frozenset({Scope.READ, Scope.EVENTS}))
    await add(world, 2, "a-hospital", SECRET, Role.HOSPITAL, frozenset({Scope.READ, Scope.WRITE}))
    await add(world, 3, "a-crowd", GENERATOR_SECRET, Role.PARTNER, EVERY_OPERATION | {Scope.IMPERSONATE})
    app = Starlette(routes=oauth_routes(OneWorld(world.service)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://canbao") as client:
        yield client


@pytest.fixture
async def asks(opened: OpenedWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(opened) as client:
        yield client


@pytest.fixture
async def asks_sqlite(on_sqlite: OpenedWorld) -> AsyncIterator[httpx.AsyncClient]:
    """For what knows no engine."""
    async with asking(on_sqlite) as client:
        yield client


def basic(name: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{quote(name)}:{quote(secret)}".encode()).decode()}


async def token(asks: httpx.AsyncClient, name: str = "an-app", secret: str = SECRET, **form: str) -> dict[str, Any]:
    answer = await asks.post(
        "/oauth/token", data={"grant_type": "client_credentials", **form}, headers=basic(name, secret)
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and error of an answer that must be one, and hold nothing that was sent."""
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found.keys() == {"error", "error_description"}
    assert SECRET not in answer.text
    assert found["error_description"].isascii()
    return answer.status_code, found["error"]


def viewer(world: OpenedWorld, given: Mapping[str, Any]) -> Viewer:
    found = world.service.authenticate(f"{given['token_type']} {given['access_token']}")
    assert isinstance(found, Viewer)
    return found


async def test_an_app_signs_in_with_its_own_credentials_in_either_way(
    asks: httpx.AsyncClient, opened: OpenedWorld
) -> None:
    by_header = await token(asks)
    form = {"grant_type": "client_credentials", "client_id": "an-app", "client_secret": SECRET}
    by_form = (await asks.post("/worlds/small/oauth/token", data=form)).json()
    for given_ in (by_header, by_form):
        assert {**given_, "access_token": None} == {
            "access_token": None, "token_type": "Bearer", "expires_in": 3600, "scope": "read events",
        }  # fmt: skip
        found = viewer(opened, given_)
        assert (found.role, found.client_id, found.person_id, found.name) == (Role.PARTNER, 1, 0, "an-app")
        assert found.scopes == {Scope.READ, Scope.EVENTS}
    keys = KeySet.import_key_set((await asks.get("/.well-known/jwks.json")).json())
    claims = jwt.decode(by_header["access_token"], keys, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"], claims["sub"], claims["client_id"]) == (
        "canbao", "canbao:small", "an-app", "an-app",
    )  # fmt: skip
    assert claims["exp"] - claims["iat"] == 3600
    assert found.role is not viewer(opened, await token(asks, "a-hospital")).role


async def test_an_institution_is_one(asks_sqlite: httpx.AsyncClient, on_sqlite: OpenedWorld) -> None:
    found = viewer(on_sqlite, await token(asks_sqlite, "a-hospital", scope="write"))
    assert (found.role, found.client_id) == (Role.HOSPITAL, 2)
    assert found.scopes == {Scope.WRITE}


@pytest.mark.parametrize(
    ("asked", "given_"),
    [("read", "read"), ("events", "events"), ("events read", "read events"), ("", "read events")],
)
async def test_scopes_are_what_was_asked_for(asked: str, given_: str, asks_sqlite: httpx.AsyncClient) -> None:
    assert (await token(asks_sqlite, scope=asked))["scope"] == given_


@pytest.mark.parametrize("asked", ["write", "read write", "impersonate", "everything", "READ", "read,events", " "])
async def test_scopes_that_the_client_does_not_have_are_refused(asked: str, asks_sqlite: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials", "scope": asked}
    answer = await asks_sqlite.post("/oauth/token", data=form, headers=basic("an-app", SECRET))
    assert refusal(answer) == (400, "invalid_scope")


NOBODY = {
    "another secret": ("an-app", SECRET[:-1]),
    "no secret": ("an-app", ""),
    "nobody": ("nobody", SECRET),
    "no name": ("", SECRET),
    "another's secret": ("an-app", GENERATOR_SECRET),
    "another's name": ("AN-APP", SECRET),
    "a zero byte": ("an-app\x00", SECRET),
    "a pattern": ("an-ap_", SECRET),
    "a digest": ("an-app", secret_digest(SECRET)),
    "disabled": ("gone", SECRET),
}


async def test_who_is_not_known_and_who_has_another_secret_hear_the_same_after_the_same_work(
    asks: httpx.AsyncClient, opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(opened, 9, "gone", SECRET, Role.PARTNER, EVERY_OPERATION)
    async with opened.service.world.database.write() as connection:
        await clients.disable(connection, "gone", 1)
    work: list[str] = []
    digest, compare = oauth.secret_digest, hmac.compare_digest

    def counted_digest(secret: str) -> str:
        work.append("digest")
        return digest(secret)

    def counted_compare(one: str, other: str) -> bool:
        work.append("compare")
        return compare(one, other)

    monkeypatch.setattr(oauth, "secret_digest", counted_digest)
    monkeypatch.setattr(hmac, "compare_digest", counted_compare)
    heard = set()
    for name, secret in NOBODY.values():
        for headers, form in (
            (basic(name, secret), {}),
            ({}, {"client_id": name, "client_secret": secret}),
        ):
            if not headers and not (name and secret):
                continue
            work.clear()
            before = opened.service.world.database.statements
            answer = await asks.post("/oauth/token", data={"grant_type": "client_credentials", **form}, headers=headers)
            assert refusal(answer) == (401, "invalid_client")
            assert answer.headers["www-authenticate"].startswith("Basic ")
            heard.add((answer.text, tuple(work), opened.service.world.database.statements - before))
    assert len(heard) == 1


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Basic YQ==", "Bearer abc", "Basic " + base64.b64encode(b"\xff:\xff").decode(),
     "Basic " + base64.b64encode(b"an-app:%ff").decode()],
)  # fmt: skip
async def test_a_header_that_is_none_is_nobodys(header: str, asks_sqlite: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials"}
    answer = await asks_sqlite.post("/oauth/token", data=form, headers={"authorization": header})
    assert refusal(answer) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password", "username": "x", "password": "y"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_secret": SECRET}, "invalid_request"),
        ({"grant_type": ["client_credentials", "client_credentials"]}, "invalid_request"),
        ({"grant_type": "client_credentials", "x": [str(n) for n in range(30)]}, "invalid_request"),
    ],
    ids=repr,
)
async def test_what_is_no_request_is_told_so(form: dict[str, Any], told: str, asks_sqlite: httpx.AsyncClient) -> None:
    answer = await asks_sqlite.post("/oauth/token", data=form, headers=basic("an-app", SECRET))
    assert refusal(answer) == (400, told)


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json", 400),
        (b"grant_type=client_credentials", "text/plain", 400),
        (b"grant_type=client_credentials", "multipart/form-data", 400),
        (b"grant_type=%ff", "application/x-www-form-urlencoded", 400),
        (b"grant_type=\xff", "application/x-www-form-urlencoded", 400),
        (b"a=" + b"b" * 9_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_a_body_that_is_no_form_is_told_so(
    content: bytes, kind: str, status: int, asks_sqlite: httpx.AsyncClient
) -> None:
    headers = {**basic("an-app", SECRET), "content-type": kind}
    answer = await asks_sqlite.post("/oauth/token", content=content, headers=headers)
    assert refusal(answer) == (status, "invalid_request")


async def test_credentials_in_the_address_are_none(asks_sqlite: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials", "client_id": "an-app", "client_secret": SECRET}
    answer = await asks_sqlite.post(f"/oauth/token?{urlencode(form)}", data={"grant_type": "client_credentials"})
    assert refusal(answer) == (401, "invalid_client")
    assert (await asks_sqlite.get(f"/oauth/token?{urlencode(form)}")).status_code == 405


async def test_a_world_that_is_not_there_or_does_not_answer_is_told_in_the_same_words(
    asks_sqlite: httpx.AsyncClient,
) -> None:
    answer = await asks_sqlite.post("/worlds/other/oauth/token", data={}, headers=basic("an-app", SECRET))
    assert refusal(answer) == (404, "invalid_request")
    answer = await asks_sqlite.post("/worlds/broken/oauth/token", data={}, headers=basic("an-app", SECRET))
    assert refusal(answer) == (503, "temporarily_unavailable")
    assert answer.headers["retry-after"] == "1"


@given(body=st.binary(max_size=300), header=st.text(max_size=60).map(lambda text: text.encode("latin-1", "replace")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
async def test_whatever_is_sent_is_answered_in_oauths_words(
    body: bytes, header: bytes, asks_sqlite: httpx.AsyncClient
) -> None:
    for path in ("/oauth/token", "/oauth/revoke"):
        for authorization in (header, b"Basic " + base64.b64encode(header)):
            answer = await asks_sqlite.post(
                path,
                content=body,
                headers={
                    b"content-type": b"application/x-www-form-urlencoded",
                    b"authorization": authorization.replace(b"\n", b" ").replace(b"\r", b" "),
                },
            )
            assert refusal(answer)[0] in (400, 401)


# ---- load generators -------------------------------------------------------------------------------------------------


def exchange(person: str, **changes: str) -> dict[str, str]:
    form = {"grant_type": EXCHANGE, "subject_token": person, "subject_token_type": PERSON_TOKEN}
    return {name: value for name, value in (form | changes).items() if value}


async def test_a_load_generator_gets_a_token_for_a_person_in_a_sandbox(
    asks: httpx.AsyncClient, opened: OpenedWorld
) -> None:
    person = opened.person("employee")
    answer = await asks.post("/oauth/token", data=exchange(person), headers=basic("a-crowd", GENERATOR_SECRET))
    assert answer.status_code == 200
    assert answer.json()["issued_token_type"] == ACCESS_TOKEN
    assert answer.json()["scope"] == "read write events"
    found = viewer(opened, answer.json())
    assert (found.role, f"per_{found.person_id}", found.client_id) == (Role.CITIZEN, person, 0)
    read = await opened.service.answer(GraphQLRequest(ME), found, "r")
    assert isinstance(read, Answer)
    assert json.loads(read.body)["data"]["viewer"]["person"] == {"id": person}
    # It ends with the client that got it.
    async with opened.service.world.database.write() as connection:
        await clients.disable(connection, "a-crowd", 1)
    await opened.service.world.read_sign_ins()
    assert isinstance(opened.service.authenticate(f"Bearer {answer.json()['access_token']}"), Answer)


@pytest.mark.parametrize(
    ("client", "changes", "told"),
    [
        ("an-app", {}, "unauthorized_client"),
        ("a-crowd", {"subject_token": "per_1"}, "invalid_request"),
        ("a-crowd", {"subject_token": "psa_1"}, "invalid_request"),
        ("a-crowd", {"subject_token": "per_99999999999999999999"}, "invalid_request"),
        ("a-crowd", {"subject_token": ""}, "invalid_request"),
        ("a-crowd", {"subject_token_type": ACCESS_TOKEN}, "invalid_request"),
        ("a-crowd", {"requested_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "invalid_request"),
        ("a-crowd", {"scope": "impersonate"}, "invalid_scope"),
    ],
)
async def test_nobody_else_gets_one(
    client: str, changes: dict[str, str], told: str, asks_sqlite: httpx.AsyncClient, on_sqlite: OpenedWorld
) -> None:
    secret = SECRET if client == "an-app" else GENERATOR_SECRET
    form = exchange(on_sqlite.person("employee"), **changes)
    answer = await asks_sqlite.post("/oauth/token", data=form, headers=basic(client, secret))
    assert refusal(answer) == (400, told)


async def test_outside_a_sandbox_nobody_speaks_for_others(
    asks_sqlite: httpx.AsyncClient, on_sqlite: OpenedWorld
) -> None:
    on_sqlite.service.world.sandbox = False
    form = exchange(on_sqlite.person("employee"))
    answer = await asks_sqlite.post("/oauth/token", data=form, headers=basic("a-crowd", GENERATOR_SECRET))
    assert refusal(answer) == (400, "unauthorized_client")


async def test_a_token_that_gets_tokens_reads_nothing_by_itself(
    asks_sqlite: httpx.AsyncClient, on_sqlite: OpenedWorld
) -> None:
    found = viewer(on_sqlite, await token(asks_sqlite, "a-crowd", GENERATOR_SECRET, scope="impersonate"))
    answer = await on_sqlite.service.answer(GraphQLRequest(ME), found, "r")
    assert isinstance(answer, Answer)
    assert answer.codes == (ErrorCode.FORBIDDEN,)


# ---- giving tokens back ----------------------------------------------------------------------------------------------


async def test_a_client_gives_back_its_own_tokens_and_no_others(asks: httpx.AsyncClient, opened: OpenedWorld) -> None:
    own, kept, others = await token(asks), await token(asks), await token(asks, "a-hospital")
    personas = await opened.sign_in("employee")
    for given_ in (own["access_token"], others["access_token"], personas, "no-token", own["access_token"]):
        answer = await asks.post(
            "/oauth/revoke", data={"token": given_, "token_type_hint": "refresh_token"}, headers=basic("an-app", SECRET)
        )
        assert (answer.status_code, answer.content) == (200, b"")
    assert isinstance(opened.service.authenticate(f"Bearer {own['access_token']}"), Answer)
    for good in (kept["access_token"], others["access_token"], personas):
        assert isinstance(opened.service.authenticate(f"Bearer {good}"), Viewer)


async def test_giving_back_takes_the_clients_credentials_and_a_token(asks_sqlite: httpx.AsyncClient) -> None:
    own = await token(asks_sqlite)
    answer = await asks_sqlite.post("/oauth/revoke", data={"token": own["access_token"]})
    assert refusal(answer) == (401, "invalid_client")
    answer = await asks_sqlite.post("/oauth/revoke", data={"x": "y"}, headers=basic("an-app", SECRET))
    assert refusal(answer) == (400, "invalid_request")


async def test_a_new_secret_takes_the_place_of_the_one_before(asks: httpx.AsyncClient, opened: OpenedWorld) -> None:
    before = await token(asks)
    async with opened.service.world.database.write() as connection:
        assert await clients.set_secret(connection, "an-app", secret_digest("another-secret"), 7)
        assert not await clients.set_secret(connection, "nobody", secret_digest("another-secret"), 7)
    form = {"grant_type": "client_credentials"}
    answer = await asks.post("/oauth/token", data=form, headers=basic("an-app", SECRET))
    assert refusal(answer) == (401, "invalid_client")
    assert viewer(opened, await token(asks, secret="another-secret"))
    assert viewer(opened, before)
    async with opened.service.world.database.read() as connection:
        [app] = [one for one in await clients.every_client(connection) if one.name == "an-app"]
    assert (app.secret_drawn_at, app.created_at) == (7, 0)


async def test_what_came_of_each_request_is_counted_and_logged(
    asks_sqlite: httpx.AsyncClient, on_sqlite: OpenedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """By path and outcome, and nothing of who asked."""
    with caplog.at_level(logging.INFO, "canbao.request"):
        await token(asks_sqlite)
        await asks_sqlite.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=basic("an-app", "x"))
        await asks_sqlite.get("/worlds/nowhere/.well-known/jwks.json")
    counted = on_sqlite.service.world.tallies.oauth
    assert counted == {("/oauth/token", "ok"): 1, ("/oauth/token", "invalid_client"): 1}
    told = [record.__dict__["told"] for record in caplog.records]
    assert [(one["path"], one["outcome"], one["status"], one["world"]) for one in told] == [
        ("/oauth/token", "ok", 200, "small"),
        ("/oauth/token", "invalid_client", 401, "small"),
        ("/.well-known/jwks.json", "not_found", 404, None),
    ]
    assert "an-app" not in json.dumps(told)


async def test_an_address_that_asks_too_often_is_told_when_to_come_back(on_sqlite: OpenedWorld) -> None:
    """Whether its secret is right or not; another address is answered meanwhile."""
    await add(on_sqlite, 1, "an-app", SECRET, Role.PARTNER, frozenset({Scope.READ}))
    limited = replace(on_sqlite.service, buckets=Buckets(Rate(2 * oauth.COST, 100)))
    app = Starlette(routes=oauth_routes(OneWorld(limited)))

    async def asked(address: str, secret: str) -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://canbao") as client:
            form = {"grant_type": "client_credentials"}
            return await client.post("/oauth/token", data=form, headers=basic("an-app", secret))

    assert [(await asked("192.0.2.1", secret)).status_code for secret in ("wrong", SECRET)] == [401, 200]
    for secret in ("wrong", SECRET):
        answer = await asked("192.0.2.1", secret)
        assert refusal(answer) == (429, "temporarily_unavailable")
        assert 1 <= int(answer.headers["retry-after"]) <= oauth.COST // 100
    assert (await asked("192.0.2.2", SECRET)).status_code == 200
