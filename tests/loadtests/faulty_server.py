"""`canbao serve` with a fault: `python -m tests.loadtests.faulty_server FAULT --fd 3`. A crash test must find it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from domain.store import answers, events, payment_orders
from domain.store.answers import NewAnswer
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from resolvers.cli import main

_append = events.append


async def forget(connection: Connection, new: Sequence[NewAnswer]) -> None:
    """No key is remembered."""


async def keep_silent(connection: Connection, new: Sequence[NewEvent]) -> None:
    """Payments are made, and the log does not tell of them."""
    await _append(connection, [event for event in new if event.type is not EventType.RESIDENT_CONTRIBUTION_PAID])


async def lose(connection: Connection, *_: Any, **__: Any) -> None:
    """What a channel has collected is not booked."""


if __name__ == "__main__":
    fault = sys.argv.pop(1)
    if fault == "forgets-keys":
        answers.append = forget
    elif fault == "keeps-silent":
        events.append = keep_silent
    elif fault == "loses-collections":
        payment_orders.collected = lose
    sys.argv.insert(1, "serve")
    main()
