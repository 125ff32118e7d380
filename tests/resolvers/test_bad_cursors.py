"""Cursors that lead nowhere, over WebSocket and Server-Sent Events: refused in words that say what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from resolvers.plan.arguments import TAG_LENGTH
from tests.resolvers import test_bad_subscriptions, test_served
from tests.resolvers.served import Client
from tests.resolvers.test_bad_subscriptions import BOTH_LANGUAGES, Refused
from tests.resolvers.test_served import LOG, Served

served, refused = test_served.served, test_bad_subscriptions.refused

FOLLOW = "subscription($after: Cursor) { events(after: $after) { cursor } }"


@pytest.fixture(scope="module")
def operator(served: Served) -> Client:
    """Who sees the whole log, of which there is something."""
    served.client.signed_in("employee-11").lived(served.forms["employee-11"])
    return served.client.signed_in("operator")


def own(client: Client) -> str:
    """A cursor of the log."""
    cursor: str = client.data(LOG)["events"]["edges"][0]["node"]["cursor"]
    return cursor


def of_another_list(client: Client) -> str:
    cursor: str = client.data("{ persons(first: 1) { pageInfo { endCursor } } }")["persons"]["pageInfo"]["endCursor"]
    return cursor


def of_another_world(client: Client) -> str:
    cursor = own(client)
    return ("1" if cursor[0] == "0" else "0") + cursor[1:]


def placed(client: Client, place: str) -> str:
    """A cursor that this world could have given for another place."""
    return own(client)[:TAG_LENGTH] + place.encode().hex()


LEADS_NOWHERE: dict[str, Callable[[Client], str]] = {
    "forged": lambda client: "forged",
    "empty": lambda client: "",
    "cut off": lambda client: own(client)[:-1],
    "of another world": of_another_world,
    "of another list": of_another_list,
    "no place": lambda client: placed(client, "0"),
    "three numbers": lambda client: placed(client, "0\x1f1\x1f1"),
    "no numbers": lambda client: placed(client, "a\x1fb"),
    "beyond all numbers": lambda client: placed(client, f"0\x1f{10**30}"),
    "very long": lambda client: "0" * 100_000,
}


@pytest.mark.parametrize("what", LEADS_NOWHERE)
def test_a_cursor_that_leads_nowhere_is_refused(what: str, refused: Refused, operator: Client) -> None:
    error = refused(operator, FOLLOW, {"after": LEADS_NOWHERE[what](operator)})
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert BOTH_LANGUAGES.search(error["message"])


@pytest.mark.parametrize("place", ["0\x1f999999999", "99999999999\x1f1", "-1\x1f5"])
def test_a_place_where_nothing_stands_is_refused(place: str, refused: Refused, operator: Client) -> None:
    error = refused(operator, FOLLOW, {"after": placed(operator, place)})
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert BOTH_LANGUAGES.search(error["message"])


@pytest.mark.parametrize("what", ["forged", "of another world", "of another list"])
def test_the_id_that_an_event_source_saw_last_is_no_better_than_a_cursor(what: str, operator: Client) -> None:
    with operator.events(FOLLOW, {}, LEADS_NOWHERE[what](operator)) as stream:
        told: dict[str, Any] = json.loads(stream.event()["data"])
        assert [error["extensions"]["code"] for error in told["errors"]] == ["BAD_USER_INPUT"]
        assert stream.event()["event"] == "complete"
