"""Who may sign in with credentials of their own: added with a secret that is shown once, listed, disabled; and keys."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from resolvers.app import create_app
from resolvers.cli.failures import ExitCode
from resolvers.settings import Settings
from tests.cli.conftest import Canbao
from tests.transport.conftest import running

GRANT = {"grant_type": "client_credentials"}


@contextmanager
def served(home: Path, *, sandbox: bool = True) -> Iterator[httpx.Client]:
    """The server over the worlds of the test."""
    app = create_app(Settings(home=home, sandbox=sandbox, graphiql=False))
    with (
        running(app, app.close) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client,
    ):
        yield client


def told(canbao: Canbao, *arguments: str) -> Any:
    result = canbao(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_client_that_was_added_signs_in_until_it_is_disabled(demo: Path, home: Path, canbao: Canbao) -> None:
    added = told(canbao, "client", "add", "an-app", "--scope", "read", "--scope", "events")
    assert (added["name"], added["role"], added["scopes"]) == ("an-app", "PARTNER", "read events")
    with closing(sqlite3.connect(demo)) as rows:
        assert added["secret"] not in "\n".join(rows.iterdump())
    with served(home) as client:
        answer = client.post("/oauth/token", data=GRANT, auth=("an-app", added["secret"]))
        assert answer.status_code == 200
        rotated = told(canbao, "client", "rotate", "an-app")
        assert client.post("/oauth/token", data=GRANT, auth=("an-app", added["secret"])).status_code == 401
        assert client.post("/oauth/token", data=GRANT, auth=("an-app", rotated["secret"])).status_code == 200
        assert told(canbao, "client", "disable", "an-app") == {"name": "an-app", "disabled": True}
        assert client.post("/oauth/token", data=GRANT, auth=("an-app", rotated["secret"])).status_code == 401
    with closing(sqlite3.connect(demo)) as rows:
        [(number,)] = rows.execute("SELECT min(id) FROM institutions").fetchall()
    institution = f"ins_{number}"
    for refused in (("PARTNER", institution), ("HOSPITAL", "ins_529999999999999999"), ("HOSPITAL", "no id")):
        result = canbao("client", "add", "a-desk", "--role", refused[0], "--institution", refused[1])
        assert result.exit_code == ExitCode.BAD_INPUT
    desk = told(canbao, "client", "add", "a-desk", "--role", "HOSPITAL", "--institution", institution)
    with served(home) as client:
        token = client.post("/oauth/token", data=GRANT, auth=("a-desk", desk["secret"])).json()["access_token"]
        asked = {"query": "{ viewer { role institution { id } } }"}
        answer = client.post("/graphql", json=asked, headers={"Authorization": f"Bearer {token}"}).json()
        assert answer["data"]["viewer"] == {"role": "HOSPITAL", "institution": {"id": institution}}
    listed, _ = sorted(told(canbao, "client", "list"), key=lambda one: one["name"], reverse=True)
    assert listed.keys() == {"id", "name", "role", "scopes", "createdAt", "secretDrawnAt", "disabledAt"}
    assert listed["disabledAt"] is not None
    for command in ("disable", "rotate"):
        result = canbao("client", command, "an-app")
        assert result.exit_code == ExitCode.MISSING
        assert "canbao client list" in result.stderr


def test_a_secret_is_shown_to_a_person_too_and_said_to_be_shown_once(demo: Path, canbao: Canbao) -> None:
    result = canbao("client", "add", "an-app", "--role", "HOSPITAL")
    assert result.stdout.split()[::2] == ["id", "client_id", "client_secret", "scope"]
    assert "not be shown again" in result.stderr
    secret = result.stdout.split()[5]
    assert len(secret) == 43
    shown = canbao("client", "list")
    assert "an-app" in shown.stdout
    assert secret not in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["An-App"], ExitCode.BAD_INPUT),
        (["an app"], ExitCode.BAD_INPUT),
        (["an-app", "--role", "OPERATOR"], ExitCode.BAD_INPUT),
        (["an-app", "--scope", "everything"], ExitCode.BAD_INPUT),
        (["an-app", "--world", "nowhere"], ExitCode.MISSING),
        (["there"], ExitCode.REFUSED),
    ],
)
def test_what_cannot_be_added_is_said(arguments: list[str], code: ExitCode, demo: Path, canbao: Canbao) -> None:
    told(canbao, "client", "add", "there")
    result = canbao("client", "add", *arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    assert len(told(canbao, "client", "list")) == 1


def kids(client: httpx.Client) -> set[str]:
    return {key["kid"] for key in client.get("/.well-known/jwks.json").json()["keys"]}


def test_keys_are_drawn_by_serving_and_rotated_by_command(demo: Path, home: Path, canbao: Canbao) -> None:
    assert told(canbao, "world", "keys", "demo", "--rotate") == []
    with served(home, sandbox=False) as client:
        production = kids(client)
    with served(home) as client:
        assert production < kids(client)
    before = told(canbao, "world", "keys", "demo")
    assert {key["kid"] for key in before if not key["sandbox"]} == production
    assert [key["retiredAt"] for key in before] == [None, None]
    after = told(canbao, "world", "keys", "demo", "--rotate")
    assert len(after) == 4
    assert {key["kid"] for key in after if key["retiredAt"] is None}.isdisjoint(key["kid"] for key in before)
    assert all(key["verifiesUntil"] > key["retiredAt"] for key in after if key["retiredAt"])
    with served(home) as client:
        assert kids(client) == {key["kid"] for key in after}
    ended = told(canbao, "world", "keys", "demo", "--rotate", "--at-once")
    with served(home) as client:
        assert kids(client) == {key["kid"] for key in ended if key["retiredAt"] is None}
        assert len(kids(client)) == 2
    shown = canbao("world", "keys", "demo").stdout
    with closing(sqlite3.connect(demo)) as rows:
        secrets = [secret for (secret,) in rows.execute("SELECT secret FROM signing_keys")]
    assert len(secrets) == 6
    assert not any(secret in shown for secret in secrets)


def test_ending_at_once_is_a_way_to_rotate(demo: Path, canbao: Canbao) -> None:
    assert canbao("world", "keys", "demo", "--at-once").exit_code == ExitCode.BAD_INPUT
