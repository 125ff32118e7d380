"""The simulated payment channels (缴费渠道): tax bureau, mini programs and banks, kept in the world's own tables.

A channel collects at once and says so, unless a fault of the world befalls the call (`simulator.faults`). Each
collection, each question about one and each giving back is a call of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, bindparam, insert, select, update

from domain.ports import ChannelAnswer, Collected, Collection
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import channel_collections, payment_orders
from domain.store.timers import NewTimer, TimerKind, set_timers
from domain.vocabulary import (
    ChannelFailure,
    FaultKind,
    FaultOperation,
    FaultParty,
    Fen,
    Id,
    Instant,
    PaymentChannel,
    RegionCode,
)
from simulator.draws import Draws
from simulator.faults import Case, Met, StandingFaults

FEWEST_SECONDS_LATE = 120
MOST_SECONDS_LATE = 3600
"""How long a channel that did not answer takes to confirm of its own accord."""
FEWEST_SECONDS_AGAIN = 30
MOST_SECONDS_AGAIN = 900
"""How long after the first confirmation a second one comes."""

_FAILURES = tuple(ChannelFailure)

_collections = channel_collections.c
_KNOWN = Statement(
    select(
        _collections.reference,
        _collections.asked_at,
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


_ORDERS = Statement(
    select(
        payment_orders.c.id, payment_orders.c.payer_id, payment_orders.c.region_code, payment_orders.c.channel
    ).where(among(payment_orders.c.id, "orders"))
)


class SimulatedChannels:
    """Implements `domain.ports.PaymentChannels`."""

    def __init__(self, faults: StandingFaults) -> None:
        self._faults = faults

    async def collect(
        self, connection: Connection, collections: Sequence[Collection], *, seed: int, now: Instant
    ) -> dict[Id, ChannelAnswer]:
        """Collect, by reference. A channel that knows a reference already answers for what it did then."""
        if not collections:
            return {}
        references = [one.reference for one in collections]
        answers = await _known(connection, references, now)
        cases = await self._cases(connection, references)
        rows, calls = [], []
        for one in collections:
            case = cases.get(one.reference, Case(channel=one.channel))
            met = self._faults.met(FaultOperation.COLLECT, now, [case])
            if FaultKind.OUTAGE in met or FaultKind.TIMEOUT_BEFORE_EFFECT in met:
                answers[one.reference] = ChannelAnswer(Collected.NO_ANSWER)
            elif answers[one.reference].collected is Collected.NEVER_ASKED:
                row, answers[one.reference], later = _taken(one, met, seed, now)
                rows.append(row)
                calls += later
        if rows:
            await connection.execute_many(_TAKE, rows)
        await set_timers(connection, calls)
        return answers

    async def outcomes(
        self, connection: Connection, references: Sequence[Id], *, now: Instant
    ) -> dict[Id, ChannelAnswer]:
        """What became of each, as far as the channel says; nothing is collected by asking.

        Where an earlier state is told, what was collected since was never asked for.
        """
        answers = await _known(connection, references, now)
        cases = await self._cases(connection, [one for one in references if _is_known(answers[one])])
        for reference, case in cases.items():
            met = self._faults.met(FaultOperation.OUTCOMES, now, [case])
            if FaultKind.OUTAGE in met:
                answers[reference] = ChannelAnswer(Collected.NO_ANSWER)
            elif (stale := met.get(FaultKind.STALE_READ)) is not None:
                answers |= await _known(connection, [reference], Instant(now - stale.seconds))
        return answers

    async def give_back(
        self, connection: Connection, references: Mapping[Id, Fen], *, now: Instant
    ) -> dict[Id, Collected]:
        """Money that was collected is given back, once; a channel that is out says nothing and does nothing.

        One that took the money without answering gives it back without answering, the first time that it is told.
        """
        known = await _known(connection, list(references), now)
        answers = dict.fromkeys(references, Collected.NO_ANSWER)
        cases = await self._cases(connection, list(references))
        mets = {
            one: self._faults.met(FaultOperation.GIVE_BACK, now, [cases[one]]) if one in cases else {}
            for one in references
        }
        collected = sorted(
            one
            for one, answer in known.items()
            if answer.collected is Collected.YES
            and not mets[one].keys() & {FaultKind.OUTAGE, FaultKind.TIMEOUT_BEFORE_EFFECT}
        )
        told = []
        for reference, silent, given_back in await connection.fetch_all(_GIVEN_BACK, {"references": collected}):
            amount = references[Id(reference)]
            if given_back != amount:
                told.append({"asked_for": reference, "amount": amount})
            if given_back == amount or not (silent or FaultKind.TIMEOUT_AFTER_EFFECT in mets[Id(reference)]):
                answers[Id(reference)] = Collected.YES
        if told:
            await connection.execute_many(_GIVE_BACK, told)
        return answers

    async def _cases(self, connection: Connection, references: Sequence[Id]) -> dict[Id, Case]:
        """What the calls are about, where any fault stands; who pays is nobody's business otherwise."""
        if not self._faults.of(FaultParty.PAYMENT_CHANNEL) or not references:
            return {}
        rows = await connection.fetch_all(_ORDERS, {"orders": sorted(set(references))})
        return {
            Id(reference): Case(PaymentChannel[channel], person_id=Id(payer), region=RegionCode(region))
            for reference, payer, region, channel in rows
        }


def _is_known(answer: ChannelAnswer) -> bool:
    return answer.collected is not Collected.NEVER_ASKED


async def _known(connection: Connection, references: Sequence[Id], now: Instant) -> dict[Id, ChannelAnswer]:
    """What the channels' own records say of each at that moment."""
    answers = {reference: ChannelAnswer(Collected.NEVER_ASKED) for reference in references}
    if not references:
        return answers
    for reference, asked_at, decided_at, collected, failure in await connection.fetch_all(
        _KNOWN, {"references": sorted(set(references))}
    ):
        if now < asked_at:
            continue
        if now < decided_at:
            answers[Id(reference)] = ChannelAnswer(Collected.NO_ANSWER)
        elif collected:
            answers[Id(reference)] = ChannelAnswer(Collected.YES)
        else:
            answers[Id(reference)] = ChannelAnswer(Collected.NO, ChannelFailure[failure])
    return answers


def _taken(
    one: Collection, met: Met, seed: int, now: Instant
) -> tuple[dict[str, object], ChannelAnswer, list[NewTimer]]:
    """What a channel does with a new collection: its own record, what it answers now, and when it calls back."""
    draws = Draws(seed, f"channel {one.channel.name}", one.reference)
    late = draws.between(FEWEST_SECONDS_LATE, MOST_SECONDS_LATE)
    again = draws.between(FEWEST_SECONDS_AGAIN, MOST_SECONDS_AGAIN)
    failure = None
    if (refused := met.get(FaultKind.REFUSAL)) is not None:
        reason = refused.fault.what.refusal
        failure = draws.pick(_FAILURES) if reason is None else ChannelFailure[reason.name]
    collected = failure is None
    silent, slow = FaultKind.TIMEOUT_AFTER_EFFECT in met, met.get(FaultKind.DELAY)
    decided_at = Instant(now + (0 if slow is None else slow.seconds))
    confirms_at: Instant | None = None
    if (held := met.get(FaultKind.LATE_CONFIRMATION)) is not None:
        confirms_at = Instant(decided_at + held.seconds)
    elif (turned := met.get(FaultKind.REORDERED_CONFIRMATION)) is not None:
        confirms_at = _mirrored(decided_at, turned.seconds)
    elif silent:
        confirms_at = Instant(decided_at + late)
    elif slow is not None:
        confirms_at = decided_at
    lost = FaultKind.LOST_CONFIRMATION in met
    answers_now = confirms_at is None and not lost
    if lost or not collected:
        confirms_at = None
    twice = collected and not lost and FaultKind.DUPLICATE_CONFIRMATION in met
    confirms_again_at = Instant((confirms_at or decided_at) + again) if twice else None
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
        "failure": None if failure is None else failure.name,
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


def _mirrored(at: Instant, span: int) -> Instant:
    """When something is confirmed of which the last of a span comes first: as long after its end as it was before."""
    end = (at // span + 1) * span
    return Instant(2 * end - at)
