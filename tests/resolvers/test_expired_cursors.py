"""A whole server that keeps events for a day: what is older is told at no door, and each says where to start again."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import apsw
import pytest

from resolvers import worlds
from resolvers.settings import Settings
from tests.resolvers.served import Client
from tests.resolvers.test_served import LOG, serving

LIST = "query List($after: Cursor) { events(after: $after) { edges { cursor node { cursor } } } }"
FOLLOW = "subscription Follow($after: Cursor) { events(after: $after, first: 1) { cursor } }"
PATIENCE_SECONDS = 20


def _until_nothing_is_told(operator: Client) -> None:
    end = monotonic() + PATIENCE_SECONDS
    while operator.data(LOG)["events"]["edges"]:
        assert monotonic() < end, "what is old is still told"
        sleep(0.05)


def test_each_door_says_where_to_start_again(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds, "SEAL_SECONDS", 0.05)
    settings = Settings(home=tmp_path, sandbox=True, default_world="small", graphiql=False, events_days=1)
    settings.worlds.mkdir()
    file = settings.worlds / "small.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    with serving(settings) as served:
        operator = served.client.signed_in("operator")
        served.client.signed_in("employee").lived(served.forms["employee"])
        [first, *_, last] = [edge["node"]["cursor"] for edge in operator.data(LOG)["events"]["edges"]]
        with closing(apsw.Connection(str(file))) as plain:
            plain.set_busy_timeout(10_000)
            plain.execute("UPDATE events SET occurred_at = occurred_at - 2 * 86400")
        _until_nothing_is_told(operator)

        def checked(error: dict[str, Any]) -> None:
            told = error["extensions"]
            assert (told["code"], told["startAfter"]) == ("CURSOR_EXPIRED", last)

        told = operator.post(LIST, {"after": first})
        assert told.status == 410
        checked(json.loads(told.text)["errors"][0])
        told = operator.post(LIST, {"after": first}, accept="application/json")
        assert told.status == 200
        checked(json.loads(told.text)["errors"][0])
        with operator.events(FOLLOW, {"after": first}) as stream:
            checked(json.loads(stream.event()["data"])["errors"][0])
        with operator.events(FOLLOW, {}, first) as stream:
            checked(json.loads(stream.event()["data"])["errors"][0])
        with operator.socket() as socket:
            socket.initialised().subscribe("1", FOLLOW, after=first)
            checked(socket.hear()["payload"]["errors"][0])

            # From there on everything is told, and the socket is as good as before.
            socket.subscribe("2", FOLLOW, after=last)
            served.client.signed_in("employee-2").lived(served.forms["employee-2"])
            messages = [socket.hear() for _ in range(3)]
        [item] = [each for each in messages if each["type"] == "next" and each["id"] == "2"]
        assert item["payload"]["data"]["events"]["cursor"] == operator.data(LOG)["events"]["edges"][0]["node"]["cursor"]
