"""What is said of each request (请求日志): one record for the log, without anything that names anybody.

No variable, no address, no token: an operation has the bounded name of `resolvers.tallies`, a viewer none at all.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Hashable
from time import perf_counter
from typing import Any, Final

from domain.store.engine import Spent
from resolvers.context import Request
from resolvers.service import Answer, ErrorCode, StreamItem
from resolvers.world import World

log: Final = logging.getLogger("canbao.request")
sockets: Final = logging.getLogger("canbao.socket")

CLOSE_CODES: Final = frozenset({*range(1000, 1016), 4008, 4400, 4401, 4403, 4406, 4408, 4409, 4429})
"""The codes that are told apart: the protocols' and ours. A client may send any of 3000 to 4999."""
OTHER_CODE: Final = "other"


def is_logged() -> bool:
    """Whether anybody wants to read of each request."""
    return log.isEnabledFor(logging.INFO)


def _said(request_id: str, status: int | None, codes: tuple[ErrorCode, ...], **more: Any) -> None:
    code = codes[0].name if codes else None
    log.info(
        "request",
        extra={"request_id": request_id, "told": {"status": status, "code": code, **more}},
    )


def _identified(request: Request) -> dict[str, Any]:
    operation = request.trace.operation
    kind, name = (None, None) if operation is None else request.world.tallies.named(operation.label)
    identified: dict[str, Any] = {"world": request.world.record.name, "operation": name, "kind": kind}
    if request.trace.registered is not None:
        identified["registered"] = request.trace.registered
    return identified


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def answered(request: Request, answer: Answer | None, seconds: float, spent: Spent) -> None:
    """A query or mutation is over; without an answer its client has given it up, which is no status."""
    if not is_logged():
        return
    _said(
        request.request_id,
        None if answer is None else answer.status,
        () if answer is None else answer.codes,
        **_identified(request),
        duration_ms=_milliseconds(seconds),
        statements=spent.statements,
        statements_ms=_milliseconds(spent.seconds),
    )


def asked_for_token(world: World | None, path: str, outcome: str, status: int, seconds: float) -> None:
    """A program has asked one of the paths of OAuth. `world` is None where there is none of that name."""
    if world is not None:
        world.tallies.oauth[path, outcome] += 1
    if is_logged():
        name = None if world is None else world.record.name
        told = {"status": status, "world": name, "path": path, "outcome": outcome}
        log.info("token", extra={"told": {**told, "duration_ms": _milliseconds(seconds)}})


class TurnedAway:
    """Requests that were answered without a world: how often, by code, and a record of each."""

    def __init__(self) -> None:
        self.errors: Counter[ErrorCode] = Counter()

    def __call__(self, answer: Answer, request_id: str) -> None:
        for code in answer.codes:
            self.errors[code] += 1
        if is_logged():
            _said(request_id, answer.status, answer.codes)


class ClosedSockets:
    """WebSockets that were closed: how often, by code, and a record of each."""

    def __init__(self) -> None:
        self.codes: Counter[str] = Counter()

    def __call__(self, code: int, by_client: bool, seconds: float) -> None:
        told = str(code) if code in CLOSE_CODES else OTHER_CODE
        self.codes[told] += 1
        if sockets.isEnabledFor(logging.INFO):
            by = "client" if by_client else "server"
            sockets.info("closed", extra={"told": {"code": told, "by": by, "duration_ms": _milliseconds(seconds)}})


class Following:
    """A subscription from its begin to its end, counted among its world's subscribers meanwhile."""

    __slots__ = ("_begun", "_client", "_codes", "_request", "is_over", "items")

    def __init__(self, request: Request, client: Hashable) -> None:
        """`client` is whose subscriptions are counted together."""
        self._request = request
        self._client = client
        self._begun = perf_counter()
        self._codes: tuple[ErrorCode, ...] = ()
        self.items = 0
        self.is_over = False
        request.world.tallies.subscribers += 1
        if client is not None:
            request.world.tallies.subscriptions[client] += 1

    def broken(self, answer: Answer) -> StreamItem:
        """The last response, which says why the subscription ends."""
        self._codes = answer.codes
        self._request.world.tallies.failed(answer.codes)
        return StreamItem(answer.body)

    def ended(self) -> None:
        """The subscription is over, for whatever reason."""
        self.is_over = True
        tallies = self._request.world.tallies
        tallies.subscribers -= 1
        if self._client is not None:
            tallies.subscriptions[self._client] -= 1
            if not tallies.subscriptions[self._client]:
                del tallies.subscriptions[self._client]
        if is_logged():
            _said(
                self._request.request_id,
                200,
                self._codes,
                **_identified(self._request),
                duration_ms=_milliseconds(perf_counter() - self._begun),
                items=self.items,
            )
