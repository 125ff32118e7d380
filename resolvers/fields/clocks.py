"""The world's clock, as operators of a sandbox set it (世界时钟的推进与快慢)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.decisions.clocks import END_OF_TIME, MOST_RATE
from domain.operations.set_clock import AdvanceClockOrder, ClockSetOff, SetClockOrder, advance_clock, set_clock
from domain.refusals import InputNotAcceptable, InputProblem, Refusal
from domain.store import clock_advances
from domain.store.clock_advances import ClockAdvance
from domain.vocabulary import Id, Instant, Role
from resolvers.context import Request
from resolvers.fields.journey import key_objection, shown, told
from resolvers.fields.world import WorldNow
from resolvers.plan.executor import MutationSource, WritePayload
from resolvers.plan.sources import Arguments, ComputedSource, Form, Nested, NestedMany, Plain

LONGEST_WAIT_SECONDS: Final = 20.0
"""How long an answer waits for an advance; asking again under the same key waits on."""


@dataclass(frozen=True, slots=True)
class EventCount:
    """How many events of one type."""

    type: str
    count: int


@dataclass(frozen=True, slots=True)
class AdvanceShown:
    """An advance, and how far it has come."""

    advance: ClockAdvance
    reached_at: Instant


@dataclass(frozen=True, slots=True)
class ClockAdvanced:
    """An advance that is over, or still under way."""

    shown: AdvanceShown
    world: WorldNow


@dataclass(frozen=True, slots=True)
class ClockSet:
    """A world whose clock runs as fast as it was told."""

    world: WorldNow


COMPUTED = (
    ComputedSource(
        "EventCount",
        EventCount,
        {
            "type": Plain(lambda found, arguments: found.type),
            "count": Plain(lambda found, arguments: found.count, Form.INTEGER),
        },
    ),
    ComputedSource(
        "ClockAdvance",
        AdvanceShown,
        {
            "fromAt": Plain(lambda found, arguments: found.advance.from_at, Form.INSTANT),
            "toAt": Plain(lambda found, arguments: found.advance.to_at, Form.INSTANT),
            "reachedAt": Plain(lambda found, arguments: found.reached_at, Form.INSTANT),
            "isOver": Plain(lambda found, arguments: found.advance.reached_at is not None, Form.BOOLEAN),
            "timers": Plain(lambda found, arguments: found.advance.timers, Form.INTEGER),
            "happened": NestedMany(
                lambda found: [EventCount(type_, count) for type_, count in sorted(found.advance.happened.items())]
            ),
        },
    ),
    ComputedSource(
        "ClockAdvanced",
        ClockAdvanced,
        {"advance": Nested(lambda outcome: outcome.shown), "world": Nested(lambda outcome: outcome.world)},
    ),
    ComputedSource("ClockSet", ClockSet, {"world": Nested(lambda outcome: outcome.world)}),
)


def operator(request: Request) -> Id:
    """The operator who acts, 0 where none does or the server is no sandbox."""
    viewer = request.viewer
    return viewer.persona_id if viewer.role is Role.OPERATOR and request.world.sandbox else Id(0)


async def _advance(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given, actor, world = arguments["input"], operator(request), request.world
    wrong = key_objection(given["idempotencyKey"])
    if wrong is None and given["to"] >= END_OF_TIME:
        wrong = InputNotAcceptable(field="to", problem=InputProblem.BEYOND_TIME)
    if wrong is not None:
        return await shown(request, write, told(actor, wrong))
    order = AdvanceClockOrder(actor, given["idempotencyKey"], request.request_id, given["to"])
    async with world.database.write() as connection:
        answer = await advance_clock(connection, order, world.setting(world.clock.now()))
    if isinstance(answer, Refusal):
        return await shown(request, write, answer)
    await world.read_clock()
    await world.keep_up_beside(LONGEST_WAIT_SECONDS)
    return await shown(request, write, await _come_so_far(request, answer))


async def _come_so_far(request: Request, begun: ClockSetOff) -> ClockAdvanced:
    world = request.world
    await world.read_clock()
    async with world.database.read() as connection:
        advance = await clock_advances.by_number(connection, begun.number)
    now = world.clock.now()
    reached_at = min(now, advance.to_at) if advance.reached_at is None else advance.reached_at
    return ClockAdvanced(AdvanceShown(advance, reached_at), WorldNow(world, now))


async def _set(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given, actor, world = arguments["input"], operator(request), request.world
    wrong = key_objection(given["idempotencyKey"])
    if wrong is None and not 0 <= given["rate"] <= MOST_RATE:
        wrong = InputNotAcceptable(field="rate", problem=InputProblem.CLOCK_RATE)
    if wrong is not None:
        return await shown(request, write, told(actor, wrong))
    order = SetClockOrder(actor, given["idempotencyKey"], request.request_id, given["rate"])
    async with world.database.write() as connection:
        answer = await set_clock(connection, order, world.setting(world.clock.now()))
    if isinstance(answer, Refusal):
        return await shown(request, write, answer)
    await world.read_clock()
    return await shown(request, write, ClockSet(WorldNow(world, world.clock.now())))


MUTATIONS: Mapping[str, MutationSource] = {
    "advanceClock": MutationSource(_advance),
    "setClock": MutationSource(_set),
}
