"""Activate electronic certificates (激活医保电子凭证), by the real name that the population register confirms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.registering import activated
from domain.operations.answering import Answers, question
from domain.operations.applying import applicants
from domain.operations.setting import Setting
from domain.refusals import CertificateAlreadyActive, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class ActivateOrder:
    """`person_id` is 0 where the client named nobody that can be read."""

    actor: Id
    key: str
    cause: str
    person_id: Id
    mutation: str = "activateElectronicCertificate"


@dataclass(frozen=True, slots=True)
class ElectronicCertificateActivated:
    """Whose certificate is active from now on."""

    person_id: Id


async def activate_certificates(
    connection: Connection, orders: Sequence[ActivateOrder], setting: Setting
) -> list[ElectronicCertificateActivated | Refusal]:
    """One answer to each order, in order: what one order activates is active for those after it."""
    # Gather.
    await persons.hold(connection, [one for order in orders for one in (order.actor, order.person_id)])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    new = [order for order in orders if question(order) not in first_answers]
    people = await applicants(connection, [(order.actor, order.person_id, None) for order in new], setting)

    # Decide, each order after those before it.
    answers = Answers(ElectronicCertificateActivated, setting.now)
    done: dict[Id, None] = {}
    log: list[NewEvent] = []

    def answered(order: ActivateOrder) -> ElectronicCertificateActivated | Refusal:
        if order.actor not in people.people:
            return NotSignedIn()
        decision = activated(setting.policy, setting.now, people.applicant(order.actor, order.person_id))
        if isinstance(decision, Refusal):
            return decision
        if decision.id in done:
            return CertificateAlreadyActive(activated_at=setting.now)
        done[decision.id] = None
        log.append(
            NewEvent(
                id=setting.ids.new(decision.region),
                type=EventType.ELECTRONIC_CERTIFICATE_ACTIVATED,
                region=decision.region,
                occurred_at=setting.now,
                actor_id=order.actor,
                subject_id=decision.id,
                cause=Cause.of(order),
                payload={"person_id": decision.id},
            )
        )
        return ElectronicCertificateActivated(decision.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await persons.activate(connection, list(done), setting.now)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results
