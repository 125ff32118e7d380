"""What an errand may do while it lasts (一次办事): ask, look at a page, watch, think."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol, TypeVar

from loadtests.answers import Data

Found = TypeVar("Found")


class ErrandEnded(Exception):
    """The errand cannot go on; the step that ended it is measured already. The argument is the reason."""


class SentAway(Exception):
    """The errand ends, as it must, with a refusal that had to come. The argument is its type."""


class Watch(Protocol):
    """A live view of the log that is open."""

    def received(self, done: Callable[[Sequence[Data]], bool]) -> Sequence[Data]:
        """The events so far, as soon as they are what was waited for or have been waited for long enough."""
        ...

    def arrived(self, event: Data) -> float:
        """When that event came, on the clock of `Visit.now`."""
        ...


class Visit(Protocol):
    """One person's visit, or one passer-by's. Each step is measured, and its answer checked before it counts."""

    def ask(
        self,
        operation: str,
        variables: Mapping[str, Any],
        check: Callable[[Data], Found],
        *,
        measured_as: str | None = None,
        refusal: str | None = None,
    ) -> Found:
        """What the check makes of the answer to that document. Raises ErrandEnded.

        `measured_as` names the step where it is not the operation; `refusal` is the type that the check insists on,
        where a refusal is what must come.
        """
        ...

    def open_page(self, path: str, check: Callable[[str], None], *, measured_as: str) -> None:
        """A page of the same server in HTML. Raises ErrandEnded."""
        ...

    def watch(self, after: str | None, *, measured_as: str) -> AbstractContextManager[Watch]:
        """Events after a cursor as they come about, over a WebSocket of its own. Raises ErrandEnded."""
        ...

    def observed(self, measured_as: str, since: float, until: float, check: Callable[[], None]) -> None:
        """Measure something that was not asked for but waited for. Raises ErrandEnded."""
        ...

    def think(self, seconds: float) -> None:
        """Pause; the next step is meant to begin when the pause ends."""
        ...

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""
        ...

    def key(self, step: str) -> str:
        """The idempotency key of that step: the same in one visit, another in every other."""
        ...


MOST_LOOKS: Final = 10
"""How often the log is looked at for what has just happened: it is told when all that began earlier has ended."""


def look_at_the_log(
    visit: Visit,
    after: str | None,
    check: Callable[[Data], None],
    is_told: Callable[[Data], bool],
    pause: Callable[[], float],
    *,
    operation: str = "EventsSince",
) -> None:
    """The log since a place tells of it, soon: what it says then is checked. Raises ErrandEnded."""
    for look in range(MOST_LOOKS):
        last = look == MOST_LOOKS - 1

        def told(data: Data, *, last: bool = last) -> bool:
            if not last and not is_told(data):
                return False
            check(data)
            return True

        if visit.ask(operation, {"after": after}, told):
            return
        visit.think(pause())
