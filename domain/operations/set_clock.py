"""Advance a world's clock, or set how fast it runs (推进时钟、设置时钟快慢)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.clocks import advance_refused
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import clock_advances, log, worlds
from domain.store.engine import Connection
from domain.vocabulary import Id, Instant


@dataclass(frozen=True, slots=True)
class AdvanceClockOrder:
    """`actor` is the operator of a sandbox, 0 where none asks."""

    actor: Id
    key: str
    cause: str
    to: Instant
    mutation: str = "advanceClock"


@dataclass(frozen=True, slots=True)
class ClockSetOff:
    """The advance of that number has begun; whoever keeps the world's time brings it to its end."""

    number: int


@dataclass(frozen=True, slots=True)
class SetClockOrder:
    """`actor` is the operator of a sandbox, 0 where none asks. `rate` is as `domain.store.worlds.set_rate` takes it."""

    actor: Id
    key: str
    cause: str
    rate: int
    mutation: str = "setClock"


@dataclass(frozen=True, slots=True)
class RateSet:
    """The clock runs so from now on."""

    rate: int


async def advance_clock(connection: Connection, order: AdvanceClockOrder, setting: Setting) -> ClockSetOff | Refusal:
    """The clock is on its way to that moment; it gets there in steps, each of which does what is due at its own."""
    # Gather.
    world = await worlds.hold(connection)
    stored = await answer_store.first_answers(connection, [question(order)])
    begun = await clock_advances.under_way(connection)
    answers = Answers(ClockSetOff, setting.now)
    known = answers.first(order, stored.get(question(order)))
    if known is not None:
        return known

    # Decide.
    now = Instant(max(world.clock_base, setting.now))
    until = world.clock_until if begun is None else begun.to_at
    refusal = advance_refused(order.to, now, until) if order.actor else NotSignedIn()

    # Record.
    if refusal is None:
        place = await log.end_of_log(connection)
        number = await clock_advances.begin(connection, now, order.to, place)
        await worlds.aim_clock(connection, order.to)
        answer = answers.give(order, ClockSetOff(number))
    else:
        answer = answers.give(order, refusal)
    await answer_store.append(connection, answers.kept)
    return answer


async def set_clock(connection: Connection, order: SetClockOrder, setting: Setting) -> RateSet | Refusal:
    """The clock runs as fast as it is told from now on; one that is being advanced does when it has come there."""
    # Gather.
    world = await worlds.hold(connection)
    stored = await answer_store.first_answers(connection, [question(order)])
    answers = Answers(RateSet, setting.now)
    known = answers.first(order, stored.get(question(order)))
    if known is not None:
        return known

    # Decide and record.
    answer = answers.give(order, RateSet(order.rate) if order.actor else NotSignedIn())
    if order.actor:
        now = Instant(max(world.clock_base, setting.now))
        await worlds.set_rate(connection, order.rate, now, setting.machine_now)
    await answer_store.append(connection, answers.kept)
    return answer
