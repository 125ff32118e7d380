"""What is asked for with `Canbao-Fault` in a sandbox: faults on the way to a subscriber (事件投递故障), and refusals.

Clients prove themselves with the one, and show each refusal on their screens with the other.

What befalls which event is the network's to say (`domain.ports.Network`); here it is read what a client asks for, and
done to the stream. At most one event is held back, so nothing piles up: who is behind reads the log by cursor.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import fields
from datetime import date
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints

from graphql import GraphQLNamedType, GraphQLUnionType

from domain.ports import EventFault, FaultyDelivery
from domain.refusals import PRECEDENCE, InputNotAcceptable, PolicyNotStated, Refusal
from domain.vocabulary import Fen, Instant, RegionCode, Viewer, Word
from resolvers.context import Request
from resolvers.plan.arguments import FieldProblem, bad_input
from resolvers.service import ConnectionCut, ErrorCode, ResponseStream, StreamItem

LONGEST_TEXT: Final = 300
LONGEST_DELAY_SECONDS: Final = 60.0
HELD_SECONDS: Final = 1.0
"""For how long an event that is to change places waits for the next one; then it is told after all."""

_SEED: Final = "seed"
_REFUSAL: Final = "refusal"
_REFUSALS: Final = {refusal.code.name: refusal for refusal in PRECEDENCE}
_FAULTS: Final = {fault.value: fault for fault in EventFault}
_NAMED: Final = {
    (InputNotAcceptable, "field"): "idempotencyKey",
    (PolicyNotStated, "name"): "collection_window.window",
}
"""Facts that name something of the contract or of the book of policy."""
_SHARE: Final = re.compile(r"0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?")
_DELAY: Final = re.compile(r"([0-9]{1,5})(ms|s)")
_SEEDS: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ALLOWED: Final = (
    ", ".join(f"{fault.value}=0.1{':2s' if fault is EventFault.DELAYED else ''}" for fault in EventFault)
    + f", {_SEED}=a-name"
)

Befalling = Callable[[str], frozenset[EventFault]]


def require_sandbox(*, sandbox: bool) -> None:
    """Raises FieldProblem outside a sandbox: a client that believes to be tested must not run untested."""
    if not sandbox:
        raise FieldProblem(
            ErrorCode.FORBIDDEN,
            "故障只能在沙箱中请求，请去掉 Canbao-Fault。"
            " Faults can be asked for in a sandbox only: leave Canbao-Fault out.",
        )


def asked_refusal(text: str) -> type[Refusal]:
    """The refusal that a client wants its mutation to be told, as in `refusal=BALANCE_TOO_LOW`. Raises FieldProblem."""
    name, _, code = (piece.strip() for piece in text.partition("="))
    found = _REFUSALS.get(code) if name == _REFUSAL else None
    if found is None:
        raise bad_input(
            "Canbao-Fault 无法采用：变更只接受 refusal=拒绝的代码，如 refusal=BALANCE_TOO_LOW。",
            "Canbao-Fault cannot be used: a mutation takes refusal= and the code of a refusal, as in"
            " refusal=BALANCE_TOO_LOW.",
        )
    return found


def refusal_as_asked(wanted: type[Refusal], result: GraphQLNamedType, request: Request) -> Refusal:
    """The refusal with facts that are made up, none of which is anybody's. Raises FieldProblem for one that the result
    never is, or that links to a row.
    """
    told = [one.name for one in result.types] if isinstance(result, GraphQLUnionType) else []
    possible = [one for one in PRECEDENCE if one.__name__ in told and not _links(one)]
    if wanted not in possible:
        codes = ", ".join(one.code.name for one in possible)
        raise bad_input(
            f"Canbao-Fault 无法采用：此变更可请求的拒绝为 {codes}。",
            f"Canbao-Fault cannot be used: the refusals that can be asked for of this mutation are {codes}.",
        )
    hints = get_type_hints(wanted)
    facts: dict[str, Any] = {
        one.name: _NAMED.get((wanted, one.name)) or _made_up(hints[one.name], request)
        for one in fields(wanted)
        if one.name not in ("path", "basis")
    }
    return wanted(**facts)


def _links(refusal: type[Refusal]) -> bool:
    return any(one.name.endswith("_id") for one in fields(refusal))


def _made_up(hint: Any, request: Request) -> Any:
    """A fact of that type: the present where it is of time, the first there is where it is a word."""
    if isinstance(hint, type) and issubclass(hint, Word):
        return next(iter(hint))
    if get_origin(hint) is tuple:
        return (_made_up(get_args(hint)[0], request),)
    if get_args(hint):
        return _made_up(next(one for one in get_args(hint) if one is not NoneType), request)
    facts = {
        Fen: Fen(10_000),
        Instant: request.now,
        RegionCode: request.viewer.region,
        date: request.today,
        int: 1,
        str: "…",
        bool: True,
    }
    return facts[hint]


def asked_faults(text: str) -> FaultyDelivery:
    """What a client asks for, such as `event-lost=0.1, event-delayed=0.2:2s`. Raises FieldProblem, in words."""
    if len(text) > LONGEST_TEXT:
        raise _not_understood(f"最长 {LONGEST_TEXT} 个字符", f"it has at most {LONGEST_TEXT} characters")
    said: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name != _SEED and name not in _FAULTS:
            raise _not_understood("有未知的故障", "one of the faults is unknown")
        if name in said:
            raise _not_understood(f"{name} 出现两次", f"{name} is there twice")
        said[name] = value
    seed = said.pop(_SEED, None)
    if seed is not None and not _SEEDS.fullmatch(seed):
        raise _not_understood("seed 为 1 至 64 个 A-Z a-z 0-9 . _ -", "seed has 1 to 64 of A-Z a-z 0-9 . _ -")
    if not said:
        raise _not_understood("没有故障", "it names no fault")
    delay = 0.0
    if EventFault.DELAYED.value in said:
        said[EventFault.DELAYED.value], _, length = said[EventFault.DELAYED.value].partition(":")
        delay = _seconds(length)
    return FaultyDelivery({_FAULTS[name]: _share(name, value) for name, value in said.items()}, delay, seed or "")


def _share(name: str, text: str) -> float:
    if not _SHARE.fullmatch(text):
        raise _not_understood(f"{name} 的比例须为 0 至 1 的小数", f"the share of {name} is a number from 0 to 1")
    return float(text)


def _seconds(text: str) -> float:
    found = _DELAY.fullmatch(text)
    seconds = 0.0 if found is None else int(found[1]) / (1000 if found[2] == "ms" else 1)
    if not 0 < seconds <= LONGEST_DELAY_SECONDS:
        raise _not_understood(
            f"event-delayed 须注明延迟，至多 {LONGEST_DELAY_SECONDS:g} 秒，如 0.3:2s 或 0.3:250ms",
            f"event-delayed says for how long, at most {LONGEST_DELAY_SECONDS:g}s, as in 0.3:2s or 0.3:250ms",
        )
    return seconds


def _not_understood(zh: str, en: str) -> FieldProblem:
    return bad_input(
        f"Canbao-Fault 无法采用：{zh}。可用：{_ALLOWED}。",
        f"Canbao-Fault cannot be used: {en}. What it may say: {_ALLOWED}.",
    )


def subscriber_of(viewer: Viewer) -> str:
    """Who subscribes, as chance knows them: the app, else the person or persona, however they signed in."""
    return f"{viewer.role.name}/{viewer.client_id}/{viewer.person_id}/{viewer.persona_id}"


def befallen(items: ResponseStream, faults: FaultyDelivery, request: Request) -> AsyncGenerator[StreamItem, None]:
    """The items as they come through a network that does to them what was asked for; closes the stream."""
    world = request.world
    subscriber = subscriber_of(request.viewer)
    attempt = world.tallies.attempts.next(subscriber, faults.seed)

    def befalling(event: str) -> frozenset[EventFault]:
        return world.outside.network.befalling(
            faults, seed=world.record.seed, subscriber=subscriber, attempt=attempt, event=event
        )

    return delivered(items, befalling, faults.delay_seconds, world.tallies.faults)


async def delivered(
    items: ResponseStream,
    befalling: Befalling,
    delay_seconds: float,
    counted: Counter[EventFault],
    held_seconds: float = HELD_SECONDS,
) -> AsyncGenerator[StreamItem, None]:
    """The items with what befalls each; closes the stream. Raises ConnectionCut.

    A delay holds up what comes behind it too. One that is reordered changes places with the next that is told; one
    that comes while another waits for that keeps its place.
    """
    held: list[StreamItem] = []
    place = 0
    coming: asyncio.Future[StreamItem | None] | None = None
    async with aclosing(items):
        try:
            while True:
                coming = asyncio.ensure_future(anext(items, None))
                if held and not (await asyncio.wait((coming,), timeout=held_seconds))[0]:
                    for one in held:
                        yield one
                    held = []
                item = await coming
                if item is None:
                    for one in held:
                        yield one
                    return
                befalls = befalling(str(place) if item.id is None else item.id)
                place += 1
                if EventFault.CUT in befalls:
                    counted[EventFault.CUT] += 1
                    raise ConnectionCut
                if EventFault.LOST in befalls:
                    counted[EventFault.LOST] += 1
                    continue
                if EventFault.DELAYED in befalls:
                    counted[EventFault.DELAYED] += 1
                    await asyncio.sleep(delay_seconds)
                told = [item]
                if EventFault.DUPLICATE in befalls:
                    counted[EventFault.DUPLICATE] += 1
                    told.append(item)
                if EventFault.REORDERED in befalls and not held:
                    counted[EventFault.REORDERED] += 1
                    held = told
                    continue
                for one in (*told, *held):
                    yield one
                held = []
        finally:
            if coming is not None and not coming.done():
                coming.cancel()
                await asyncio.wait((coming,))
