"""Hold a subscription as long as a run lasts (一直订阅), as a partner's app does, and be told of everything once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from loadtests.answers import Data, at, nodes, require
from loadtests.errands.visit import Visit


class Follower(Visit, Protocol):
    """A visit that can follow the log through losses of its connection."""

    def follow(self, after: str | None, until: float, then: Callable[[], Sequence[str]]) -> Sequence[str]:
        """The cursors that it was told until that moment, and until what is asked for `then` has come, or is late.

        A lost connection is opened again at once, where the last event was. Raises ErrandEnded.
        """
        ...


def follow_the_log(visit: Follower, until: float) -> None:
    """What the log says since it was first looked at was told, in order and once. Raises ErrandEnded."""
    first = visit.ask("EventsInOrder", {"last": 1}, _end)
    said: list[str] = []

    def asked() -> Sequence[str]:
        said.extend(visit.ask("EventsInOrder", {"first": 100, "after": first}, _cursors))
        return said

    told = visit.follow(first, until, asked)
    visit.observed("EventsToldOf", until, until, lambda: _compared(told, said))


def _end(data: Data) -> str | None:
    cursor: str | None = at(data, "events.pageInfo").get("endCursor")
    return cursor


def _cursors(data: Data) -> list[str]:
    return [str(at(node, "cursor")) for node in nodes(data, "events")]


def _compared(told: Sequence[str], said: Sequence[str]) -> None:
    require(len(set(told)) == len(told), "an event was told twice")
    require(set(said) <= set(told), "an event was not told")
    require(list(told[: len(said)]) == list(said), "events were told in another order")
