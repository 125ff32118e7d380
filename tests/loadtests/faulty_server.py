"""`canbao serve` with faults: `python -m tests.loadtests.faulty_server FAULT,… --fd 3`. A crash test must find each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.store import answers, events, payment_orders
from domain.store.answers import NewAnswer
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from domain.store.payment_orders import NewPaymentOrder, Ordered
from domain.vocabulary import Id
from resolvers.cli import main

_FAR_AWAY = 1_000_000
"""No id that the server gives out in one life is so much higher."""

_append = events.append
_order = payment_orders.order
_pay = payment_orders.pay_contributions


async def forget(connection: Connection, new: Sequence[NewAnswer]) -> None:
    """No key is remembered."""


async def keep_silent(connection: Connection, new: Sequence[NewEvent]) -> None:
    """Payments are made, and the log does not tell of them."""
    await _append(connection, [event for event in new if event.type is not EventType.RESIDENT_CONTRIBUTION_PAID])


async def lose(connection: Connection, *_: Any, **__: Any) -> None:
    """What a channel has collected is not booked."""


async def collect_twice(connection: Connection, new: Sequence[NewPaymentOrder]) -> None:
    """What a unit collects is ordered twice."""
    again = [replace(one, id=Id(one.id + _FAR_AWAY)) for one in new if one.unit_id is not None]
    await _order(connection, [*new, *again])


async def lose_a_line(connection: Connection, pays: Sequence[Ordered]) -> None:
    """The last line of a list is answered and never paid."""
    lost = [one for one in pays if one.submitted_with][-1:]
    await _pay(connection, [one for one in pays if one not in lost])


_FAULTS: Mapping[str, Callable[[], None]] = {
    "forgets-keys": lambda: setattr(answers, "append", forget),
    "keeps-silent": lambda: setattr(events, "append", keep_silent),
    "loses-collections": lambda: setattr(payment_orders, "collected", lose),
    "orders-lists-twice": lambda: setattr(payment_orders, "order", collect_twice),
    "loses-lines": lambda: setattr(payment_orders, "pay_contributions", lose_a_line),
}


if __name__ == "__main__":
    for fault in sys.argv.pop(1).split(","):
        _FAULTS[fault]()
    sys.argv.insert(1, "serve")
    main()
