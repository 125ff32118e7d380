"""The simulated payment channels (缴费渠道): tax bureau, mini programs and banks, kept in the world's own tables.

Each channel has habits, which are data of the world: how often it is slow, fails, takes money without answering, or
confirms twice, and whether it answers anybody at all. What it does with one collection is drawn from the world's seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import BigInteger, bindparam, delete, insert, select, update

from domain.ports import ChannelAnswer, Collected, Collection
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import channel_collections, channel_habits
from domain.store.timers import NewTimer, TimerKind, set_timers
from domain.vocabulary import ChannelFailure, Fen, Id, Instant, PaymentChannel
from simulator.draws import Draws

FEWEST_SECONDS_LATE = 120
MOST_SECONDS_LATE = 3600
"""How long a channel that did not answer takes to confirm of its own accord."""
FEWEST_SECONDS_AGAIN = 30
MOST_SECONDS_AGAIN = 900
"""How long after the first confirmation a second one comes."""

_FAILURES = tuple(ChannelFailure)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a channel behaves, in thousandths of its collections. One that is `out` answers nobody."""

    slow_per_mille: int = 0
    slow_seconds: int = 30
    failing_per_mille: int = 0
    silent_per_mille: int = 0
    twice_per_mille: int = 0
    out: bool = False


CALM = Habits()
"""A channel that no row tells of: it collects at once and says so."""

_collections = channel_collections.c
_HABITS = Statement(
    select(
        channel_habits.c.channel,
        channel_habits.c.slow_per_mille,
        channel_habits.c.slow_seconds,
        channel_habits.c.failing_per_mille,
        channel_habits.c.silent_per_mille,
        channel_habits.c.twice_per_mille,
        channel_habits.c.out,
    )
)
_FORGET_HABITS = Statement(delete(channel_habits).where(channel_habits.c.channel == bindparam("of_channel")))
_KEEP_HABITS = Statement(insert(channel_habits).inline())
_KNOWN = Statement(
    select(
        _collections.reference,
        _collections.channel,
        _collections.decided_at,
        _collections.collected,
        _collections.failure,
    ).where(among(_collections.reference, "references"))
)
_TAKE = Statement(insert(channel_collections).inline())
_GIVEN_BACK = Statement(
    select(_collections.reference, _collections.silent, _collections.given_back_fen).where(
        among(_collections.reference, "references")
    )
)
_GIVE_BACK = Statement(
    update(channel_collections)
    .values(given_back_fen=bindparam("amount", type_=BigInteger()))
    .where(_collections.reference == bindparam("asked_for"))
)


async def habits(connection: Connection) -> dict[PaymentChannel, Habits]:
    """The channels that the world's rows tell of."""
    return {PaymentChannel[channel]: Habits(*figures) for channel, *figures in await connection.fetch_all(_HABITS, {})}


async def set_habits(connection: Connection, channel: PaymentChannel, behaves: Habits) -> None:
    """The channel behaves so from now on; what it did with earlier collections stays as it was."""
    await connection.execute(_FORGET_HABITS, {"of_channel": channel.name})
    await connection.execute_many(_KEEP_HABITS, [{"channel": channel.name, **asdict(behaves)}])


class SimulatedChannels:
    """Implements `domain.ports.PaymentChannels`."""

    async def collect(
        self, connection: Connection, collections: Sequence[Collection], *, seed: int, now: Instant
    ) -> dict[Id, ChannelAnswer]:
        """Collect, by reference. A channel that knows a reference already answers for what it did then."""
        if not collections:
            return {}
        answers = await self.outcomes(connection, [one.reference for one in collections], now=now)
        kept = await habits(connection)
        rows, calls = [], []
        for one in collections:
            behaves = kept.get(one.channel, CALM)
            if answers[one.reference].collected is not Collected.NEVER_ASKED:
                continue
            if behaves.out:
                answers[one.reference] = ChannelAnswer(Collected.NO_ANSWER)
                continue
            row, answers[one.reference], later = _taken(one, behaves, seed, now)
            rows.append(row)
            calls += later
        if rows:
            await connection.execute_many(_TAKE, rows)
        await set_timers(connection, calls)
        return answers

    async def outcomes(
        self, connection: Connection, references: Sequence[Id], *, now: Instant
    ) -> dict[Id, ChannelAnswer]:
        """What became of each, as far as the channel says; nothing is collected by asking."""
        answers = {reference: ChannelAnswer(Collected.NEVER_ASKED) for reference in references}
        if not references:
            return answers
        kept = await habits(connection)
        for reference, channel, decided_at, collected, failure in await connection.fetch_all(
            _KNOWN, {"references": sorted(set(references))}
        ):
            if kept.get(PaymentChannel[channel], CALM).out or now < decided_at:
                answers[Id(reference)] = ChannelAnswer(Collected.NO_ANSWER)
            elif collected:
                answers[Id(reference)] = ChannelAnswer(Collected.YES)
            else:
                answers[Id(reference)] = ChannelAnswer(Collected.NO, ChannelFailure[failure])
        return answers

    async def give_back(
        self, connection: Connection, references: Mapping[Id, Fen], *, now: Instant
    ) -> dict[Id, Collected]:
        """Money that was collected is given back, once; a channel that is out says nothing and does nothing.

        One that took the money without answering gives it back without answering, the first time that it is told.
        """
        known = await self.outcomes(connection, list(references), now=now)
        answers = dict.fromkeys(references, Collected.NO_ANSWER)
        collected = sorted(one for one, answer in known.items() if answer.collected is Collected.YES)
        told = []
        for reference, silent, given_back in await connection.fetch_all(_GIVEN_BACK, {"references": collected}):
            amount = references[Id(reference)]
            if given_back != amount:
                told.append({"asked_for": reference, "amount": amount})
            if given_back == amount or not silent:
                answers[Id(reference)] = Collected.YES
        if told:
            await connection.execute_many(_GIVE_BACK, told)
        return answers


def _taken(
    one: Collection, behaves: Habits, seed: int, now: Instant
) -> tuple[dict[str, object], ChannelAnswer, list[NewTimer]]:
    """What a channel does with a new collection: its own record, what it answers now, and when it calls back."""
    draws = Draws(seed, f"channel {one.channel.name}", one.reference)
    fails, silent, slow, twice = (
        draws.below(1000) < share
        for share in (
            behaves.failing_per_mille,
            behaves.silent_per_mille,
            behaves.slow_per_mille,
            behaves.twice_per_mille,
        )
    )
    failure = draws.pick(_FAILURES)
    late = draws.between(FEWEST_SECONDS_LATE, MOST_SECONDS_LATE)
    again = draws.between(FEWEST_SECONDS_AGAIN, MOST_SECONDS_AGAIN)
    decided_at = Instant(now + (behaves.slow_seconds if slow else 0))
    collected = not fails
    answers_now = not silent and not slow
    confirms_at = None if answers_now or not collected else Instant(decided_at + (late if silent else 0))
    confirms_again_at = Instant((confirms_at or decided_at) + again) if collected and twice else None
    answer = ChannelAnswer(Collected.NO_ANSWER)
    if answers_now:
        answer = ChannelAnswer(Collected.YES) if collected else ChannelAnswer(Collected.NO, failure)
    row: dict[str, object] = {
        "reference": one.reference,
        "channel": one.channel.name,
        "amount_fen": one.amount_fen,
        "asked_at": now,
        "decided_at": decided_at,
        "collected": collected,
        "failure": None if collected else failure.name,
        "silent": silent,
        "confirms_at": confirms_at,
        "confirms_again_at": confirms_again_at,
        "given_back_fen": 0,
    }
    calls = [
        NewTimer(at, TimerKind.CHANNEL_CONFIRMS, one.reference)
        for at in (confirms_at, confirms_again_at)
        if at is not None
    ]
    return row, answer, calls
