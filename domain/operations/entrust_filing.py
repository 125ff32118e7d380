"""Entrust a draft to an agent (委托代办), who is known by name and document number alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.describing import is_of, objections_to
from domain.decisions.filings import Mover, entrusted
from domain.decisions.identity import Description, document_number
from domain.operations.answering import Answers, question
from domain.operations.filing_events import FilingMoved, agent_event, moved_event
from domain.operations.mismatches import mismatches_today
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.refusals import CannotEntrustSelf, IdentityMismatch, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, filings, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import FilingMove, Id, IdType


@dataclass(frozen=True, slots=True)
class EntrustFilingOrder:
    """`actor` is 0 where no citizen is signed in, `filing_id` where the client named none that can be read."""

    actor: Id
    key: str
    cause: str
    filing_id: Id
    name: str
    id_type: IdType
    id_number: str
    mutation: str = "entrustFiling"

    @property
    def document(self) -> tuple[IdType, str]:
        """Kind and number of the agent's document, as registers write it."""
        return self.id_type, document_number(self.id_number)


async def entrust_filings(
    connection: Connection, orders: Sequence[EntrustFilingOrder], setting: Setting
) -> list[FilingMoved | Refusal]:
    """One answer to each order, in order: a filing that one order entrusts has its agent for those after it."""
    # Gather: nobody else moves the filings meanwhile, and attempts are counted one after another.
    actors = [order.actor for order in orders]
    await filings.hold(connection, [order.filing_id for order in orders])
    await persons.hold(connection, actors)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    before = await filings.by_id(connection, [order.filing_id for order in orders])
    principals = await persons.holders(connection, actors)
    registered = await asked_register(connection, [order.document for order in orders], setting)
    known = await persons.by_document(connection, [order.document for order in orders])
    mismatches = await mismatches_today(connection, principals, setting)

    # Decide.
    answers = Answers(FilingMoved, setting.now)
    now = dict(before)
    log: list[NewEvent] = []

    def answered(order: EntrustFilingOrder) -> FilingMoved | Refusal:
        principal = principals.get(order.actor)
        if principal is None:
            return NotSignedIn()
        described = Description(order.name, order.id_type, order.id_number)
        agent = known.get(order.document)
        objections = objections_to(
            setting.policy,
            setting.on,
            principal,
            described,
            None if registered is None else registered.get(order.document),
            agent,
            mismatches[principal.id],
            answers=registered is not None,
        )
        if is_of(described, principal):
            objections.append(CannotEntrustSelf())
        after = entrusted(
            setting.policy, setting.now, Mover(order.actor, None), now.get(order.filing_id), agent, objections
        )
        if isinstance(after, Refusal):
            mismatches[principal.id] += isinstance(after, IdentityMismatch)
            return after
        assert after.agent_id is not None, "what is entrusted has an agent"
        now[after.id] = after
        log.append(moved_event(FilingMove.ENTRUST, order.actor, Cause.of(order), after, setting))
        told = EventType.FILING_ENTRUSTED
        log.append(agent_event(told, after.agent_id, order.actor, Cause.of(order), after, setting))
        return FilingMoved(after.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await filings.move(connection, [(before[each], now[each]) for each in sorted(before)])
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results
