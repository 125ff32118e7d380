"""Finish a paid resident contribution (点击完成): the electronic payment slip is issued, unless the payment did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.finishing import finishable, receipt_kind, receipt_number
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, persons, receipts, resident_contributions
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.receipts import NewReceipt
from domain.store.resident_contributions import FinishingState
from domain.vocabulary import ContributionStatus, Id


@dataclass(frozen=True, slots=True)
class FinishOrder:
    """`contribution_id` is 0 where the client named no contribution that can be read.

    `for_unit`: the actor is a unit's officer.
    """

    actor: Id
    key: str
    cause: str
    contribution_id: Id
    for_unit: bool = False
    mutation: str = "finishResidentContribution"


@dataclass(frozen=True, slots=True)
class ResidentContributionFinished:
    """The contribution and its slip, the same however often it is finished."""

    contribution_id: Id
    receipt_id: Id


async def finish_resident_contributions(
    connection: Connection, orders: Sequence[FinishOrder], setting: Setting
) -> list[ResidentContributionFinished | Refusal]:
    """One answer to each order, in order. Where a city asks for no finishing, the slip of the payment stays."""
    # Gather.
    await persons.hold(connection, [order.actor for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    holders = await persons.holders(connection, [order.actor for order in orders])
    contributions = await resident_contributions.to_finish(connection, [order.contribution_id for order in orders])

    # Decide, each order after those before it.
    answers = Answers(ResidentContributionFinished, setting.now)
    finished: dict[Id, Id] = {}
    issued: list[NewReceipt] = []
    log: list[NewEvent] = []

    def answered(order: FinishOrder) -> ResidentContributionFinished | Refusal:
        if order.actor not in holders:
            return NotSignedIn()
        contribution = contributions.get(order.contribution_id)
        refusal = finishable(order.actor, contribution, for_unit=order.for_unit)
        if refusal is not None:
            return refusal
        assert contribution is not None, "what is finished was found"
        receipt_id, number = contribution.receipt_id, contribution.receipt_number
        if contribution.status is ContributionStatus.FINISHED:
            assert receipt_id is not None, "what is finished has its slip"
            return ResidentContributionFinished(contribution.id, receipt_id)
        if contribution.id not in finished:
            if receipt_id is None or number is None:
                receipt_id = setting.ids.new(contribution.region)
                number = receipt_number(contribution.region, contribution.coverage_year, receipt_id)
                kind = receipt_kind(contribution.channel)
                issued.append(NewReceipt(receipt_id, contribution.id, number, setting.now, kind))
            finished[contribution.id] = receipt_id
            log.append(_event(order, contribution, receipt_id, number, setting))
        return ResidentContributionFinished(contribution.id, finished[contribution.id])

    results = answers.each(orders, first_answers, answered)

    # Record.
    await resident_contributions.finish(connection, list(finished), setting.now)
    await receipts.issue(connection, issued)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _event(order: FinishOrder, contribution: FinishingState, receipt_id: Id, number: str, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(contribution.region),
        type=EventType.RESIDENT_CONTRIBUTION_FINISHED,
        region=contribution.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=contribution.person_id,
        cause=Cause.of(order),
        payload={
            "contribution_id": contribution.id,
            "person_id": contribution.person_id,
            "payer_id": contribution.payer_id,
            "unit_id": contribution.unit_id,
            "coverage_year": contribution.coverage_year,
            "receipt_id": receipt_id,
            "receipt_number": number,
        },
    )
