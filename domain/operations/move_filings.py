"""Move filings from state to state (办件流转): by whoever applied, by the clerk who holds them, and by the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.decisions.filing_forms import ANSWERED
from domain.decisions.filings import (
    MOVES,
    NEVER,
    Filing,
    FilingActor,
    MaterialGiven,
    Mover,
    Wanted,
    moved,
    overdue,
    unnoticed,
    unrectified,
)
from domain.decisions.transferring import late_from
from domain.operations.answering import Answers, content_hash, question
from domain.operations.completing import Completion
from domain.operations.filing_effects import EFFECTS
from domain.operations.filing_events import (
    FilingMoved,
    agent_event,
    moved_event,
    notice_overdue_event,
    overdue_event,
    rectification_overdue_event,
)
from domain.operations.setting import Setting
from domain.operations.settle_claims import IDS_PER_LATER_CLAIM
from domain.operations.upload_material import named_files
from domain.refusals import FilingNotCompleted, IdempotencyKeyReused, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import claims, events, filings, institutions, materials, persons, timers, units
from domain.store.answers import NewAnswer
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.timers import DueTimer, NewTimer, TimerKind
from domain.vocabulary import FilingMove, FilingRating, Id, RegionCode

IDS_PER_COMPLETION = 12
"""An event of the move, and what any effect takes."""


@dataclass(frozen=True, slots=True)
class MoveFilingOrder:
    """`filing_id` and `clerk_id` are 0 where the client named none that can be read, `clerk_id` None where none is.

    `unit_id` is the unit for which the actor acts, `institution_id` the institution that the actor is; None else.
    """

    actor: Id
    key: str
    cause: str
    mutation: str
    move: FilingMove
    filing_id: Id
    reason: str | None = None
    numbers: tuple[int, ...] = ()
    materials: tuple[MaterialGiven, ...] = ()
    clerk_id: Id | None = None
    rating: FilingRating | None = None
    text: str | None = None
    unit_id: Id | None = None
    institution_id: Id | None = None


@dataclass(frozen=True, slots=True)
class MoveTogetherOrder:
    """One move of many filings under one key; an id is 0 where the client named none that can be read."""

    actor: Id
    key: str
    cause: str
    move: FilingMove
    filing_ids: tuple[Id, ...]
    reason: str | None = None
    mutation: str = "moveFilings"


async def move_filings_together(
    connection: Connection, orders: Sequence[MoveTogetherOrder], setting: Setting
) -> list[list[FilingMoved | Refusal] | NotSignedIn | IdempotencyKeyReused]:
    """One answer to each filing of a list, in order, or a refusal of them all; the key stands for the whole list."""
    await filings.hold(connection, [one for order in orders for one in order.filing_ids])
    clerks = await units.clerks(connection, [order.actor for order in orders])
    return [await _moved_together(connection, order, clerks, setting) for order in orders]


async def _moved_together(
    connection: Connection, order: MoveTogetherOrder, clerks: Mapping[Id, RegionCode], setting: Setting
) -> list[FilingMoved | Refusal] | NotSignedIn | IdempotencyKeyReused:
    if order.actor not in clerks:
        return NotSignedIn()
    stored = (await answer_store.first_answers(connection, [question(order)])).get(question(order))
    whole = content_hash(order)
    if stored is None:
        # The list is kept before its filings are moved; their own answers are kept under their places in it.
        listed = NewAnswer(order.actor, order.mutation, order.key, whole, "[]", setting.now)
        await answer_store.append(connection, [listed])
    elif stored.content_hash != whole:
        return IdempotencyKeyReused()
    each = [
        MoveFilingOrder(
            actor=order.actor,
            key=order.key,
            cause=order.cause,
            mutation=f"{order.mutation}[{place}]",
            move=order.move,
            filing_id=filing,
            reason=order.reason,
        )
        for place, filing in enumerate(order.filing_ids)
    ]
    return await move_filings(connection, each, setting)


async def move_filings(
    connection: Connection, orders: Sequence[MoveFilingOrder], setting: Setting
) -> list[FilingMoved | Refusal]:
    """One answer to each order, in order: a filing that one order moves stands there for those after it."""
    # Gather: nobody else moves the filings meanwhile.
    await filings.hold(connection, [order.filing_id for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    before = await filings.by_id(connection, [order.filing_id for order in orders])
    citizens = await persons.on_record(connection, [order.actor for order in orders])
    files = await materials.files(connection, named_files(orders))
    acted_for = await units.acted_for(connection, [(order.actor, unit) for order in orders if (unit := order.unit_id)])
    of_care = await institutions.of_ids(connection, [one for order in orders if (one := order.institution_id)])
    clerks = await units.clerks(connection, [one for order in orders for one in (order.actor, order.clerk_id or Id(0))])

    # Decide.
    answers = Answers(FilingMoved, setting.now)
    now = dict(before)
    due: list[NewTimer] = []
    log: list[NewEvent] = []

    def answered(order: MoveFilingOrder) -> FilingMoved | Refusal:
        by_clerk = MOVES[order.move].by is FilingActor.CLERK
        if by_clerk:
            known = order.actor in clerks
        elif order.unit_id is not None:
            known = (order.actor, order.unit_id) in acted_for
        else:
            known = order.actor in (of_care if order.institution_id else citizens)
        if not known:
            return NotSignedIn()
        wanted = Wanted(
            order.move,
            order.reason,
            order.numbers,
            tuple(one.found(files, order.actor) for one in order.materials),
            None if order.clerk_id not in clerks else Mover(order.clerk_id, clerks[order.clerk_id]),
            order.rating,
            order.text,
        )
        mover = Mover(order.actor, clerks[order.actor] if by_clerk else None, order.unit_id)
        after = moved(setting.policy, setting.now, mover, now.get(order.filing_id), wanted)
        if isinstance(after, Refusal):
            return after
        if after.late_from not in (NEVER, now[after.id].late_from):
            due.append(NewTimer(after.late_from, TimerKind.FILING_OVERDUE, after.id))
        if order.move is FilingMove.SUBMIT and after.notice_by is not None:
            due.append(NewTimer(late_from(after.notice_by), TimerKind.NOTICE_OVERDUE, after.id))
        if order.move is FilingMove.RATE and after.rectify_by is not None:
            due.append(NewTimer(late_from(after.rectify_by), TimerKind.RECTIFICATION_OVERDUE, after.id))
        agent = now[after.id].agent_id
        now[after.id] = after
        at_once = order.move is FilingMove.SUBMIT and after.matter in ANSWERED
        move = FilingMove.ANSWER if at_once else order.move
        log.append(moved_event(move, Id(0) if by_clerk else order.actor, Cause.of(order), after, setting))
        if move is FilingMove.REVOKE and agent is not None:
            revoked = EventType.FILING_AGENT_REVOKED
            log.append(agent_event(revoked, agent, order.actor, Cause.of(order), after, setting))
        return FilingMoved(after.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await filings.move(connection, [(before[each], now[each]) for each in sorted(before)])
    await timers.set_timers(connection, due)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


async def ids_to_complete(connection: Connection, orders: Sequence[MoveFilingOrder]) -> int:
    """How many ids these orders take at most."""
    later = await claims.settled_beside_filings(connection, [order.filing_id for order in orders])
    return (IDS_PER_COMPLETION + (later + len(orders)) * IDS_PER_LATER_CLAIM) * len(orders)


async def complete_filings(
    connection: Connection, orders: Sequence[MoveFilingOrder], setting: Setting
) -> list[FilingMoved | Refusal]:
    """One answer to each order, in order: each is done whole, with what it changes elsewhere, before the next."""
    return [await _complete(connection, order, setting) for order in orders]


async def _complete(connection: Connection, order: MoveFilingOrder, setting: Setting) -> FilingMoved | Refusal:
    # Gather: nobody else moves the filing meanwhile.
    await filings.hold(connection, [order.filing_id])
    first_answers = await answer_store.first_answers(connection, [question(order)])
    before = (await filings.by_id(connection, [order.filing_id])).get(order.filing_id)
    clerks = await units.clerks(connection, [order.actor])
    answers = Answers(FilingMoved, setting.now)
    first = answers.first(order, first_answers.get(question(order)))
    if first is not None:
        return first

    # Decide, and have the effect recorded by the operation whose business it is.
    after: Filing | Refusal = NotSignedIn()
    if order.actor in clerks:
        mover = Mover(order.actor, clerks[order.actor])
        after = moved(setting.policy, setting.now, mover, before, Wanted(order.move))
    if not isinstance(after, Refusal):
        effect = await EFFECTS[after.matter](Completion(connection, after, order, setting))
        if not isinstance(effect, Refusal):
            after = replace(after, effect_id=effect)
        else:
            after = effect if effect.retryable else FilingNotCompleted(refused=effect.code)
    answer = answers.give(order, after if isinstance(after, Refusal) else FilingMoved(after.id))

    # Record.
    if not isinstance(after, Refusal):
        assert before is not None, "what is completed was found"
        await filings.move(connection, [(before, after)])
        await events.append(connection, [moved_event(order.move, Id(0), Cause.of(order), after, setting)])
    await answer_store.append(connection, answers.kept)
    return answer


async def tell_overdue(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """Filings whose last day has passed are overdue, and the log says so once.

    One that is done, or whose clock stood in between, is left alone: a later timer comes for the later day.
    """
    ids = [timer.subject_id for timer in due]
    await filings.hold(connection, ids)
    late = [one for one in (await filings.by_id(connection, ids)).values() if overdue(one, setting.now)]
    await filings.move(connection, [(one, replace(one, overdue_at=setting.now)) for one in late])
    cause = Cause.due(TimerKind.FILING_OVERDUE)
    await events.append(connection, [overdue_event(cause, one, setting) for one in late])


async def tell_unnoticed(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """The log says of each filing once that what it lacks was not told by the last day; all others are left alone."""
    ids = [timer.subject_id for timer in due]
    await filings.hold(connection, ids)
    late = [one for one in (await filings.by_id(connection, ids)).values() if unnoticed(one, setting.now)]
    cause = Cause.due(TimerKind.NOTICE_OVERDUE)
    await events.append(connection, [notice_overdue_event(cause, one, setting) for one in late])


async def tell_unrectified(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """The log says of each low rating once that it was not put right by its last day; one that was is left alone."""
    ids = [timer.subject_id for timer in due]
    await filings.hold(connection, ids)
    late = [one for one in (await filings.by_id(connection, ids)).values() if unrectified(one, setting.now)]
    cause = Cause.due(TimerKind.RECTIFICATION_OVERDUE)
    await events.append(connection, [rectification_overdue_event(cause, one, setting) for one in late])
