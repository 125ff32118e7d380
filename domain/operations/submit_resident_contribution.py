"""Submit the application to pay a family member's resident contribution (代缴申请提交)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.submitting import Application, is_the_same, submitted
from domain.operations.answering import Answers, question
from domain.operations.enrolled_elsewhere import asked_nationally
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, persons, resident_contributions
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from domain.store.resident_contributions import NewContribution
from domain.store.standings import Matter, matters_to_submit
from domain.vocabulary import Fen, Id, PaymentKind


@dataclass(frozen=True, slots=True)
class SubmitOrder:
    """`expected_fen` is the amount the client was quoted, None where it does not say."""

    actor: Id
    key: str
    cause: str
    person_id: Id
    coverage_year: int
    kind: PaymentKind = PaymentKind.ORDINARY
    expected_fen: Fen | None = None
    mutation: str = "submitResidentContribution"


@dataclass(frozen=True, slots=True)
class ResidentContributionSubmitted:
    """The contribution that now waits for payment."""

    contribution_id: Id


async def submit_resident_contributions(
    connection: Connection, orders: Sequence[SubmitOrder], setting: Setting
) -> list[ResidentContributionSubmitted | Refusal]:
    """One answer to each order, in order.

    What the actor has open already, at the same price and entrance, is the answer again. Several payers may each have
    one open for a person and year; one can be paid.
    """
    # Gather.
    await persons.hold(connection, [order.actor for order in orders])
    matters = await matters_to_submit(
        connection,
        [question(order) for order in orders],
        [(order.person_id, order.coverage_year) for order in orders],
    )
    # Who is answered from memory needs no question to the other provinces.
    new = [matter.standing for matter in matters if matter.first_answer is None]
    national = await asked_nationally(connection, new, setting)

    # Decide.
    answers = Answers(ResidentContributionSubmitted, setting.now)
    contributions: list[NewContribution] = []
    waiting: dict[tuple[Id, Id, int], Application] = {}
    begun: dict[tuple[Id, Id, int], Id] = {}
    log: list[NewEvent] = []

    def answered(order: SubmitOrder, matter: Matter) -> ResidentContributionSubmitted | Refusal:
        if matter.standing is None:
            return NotSignedIn()
        decision = submitted(
            setting.policy,
            setting.on,
            national.added_to(matter.standing),
            kind=order.kind,
            expected_fen=order.expected_fen,
            unanswered=national.unanswered,
        )
        if isinstance(decision, Refusal):
            return decision
        found = matter.contribution
        if found is not None and is_the_same(decision, found):
            return ResidentContributionSubmitted(found.id)
        about = order.actor, order.person_id, order.coverage_year
        if waiting.get(about) == decision:
            return ResidentContributionSubmitted(begun[about])
        contribution = _contribution(order, decision, setting)
        waiting[about], begun[about] = decision, contribution.id
        contributions.append(contribution)
        log.append(_event(order, contribution, setting))
        return ResidentContributionSubmitted(contribution.id)

    results = []
    for order, matter in zip(orders, matters, strict=True):
        answer = answers.first(order, matter.first_answer)
        results.append(answers.give(order, answered(order, matter)) if answer is None else answer)

    # Record.
    await resident_contributions.submit(connection, contributions)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _contribution(order: SubmitOrder, application: Application, setting: Setting) -> NewContribution:
    quote = application.quote
    return NewContribution(
        id=setting.ids.new(quote.region),
        person_id=quote.person_id,
        enrolment_id=application.enrolment_id,
        region=quote.region,
        coverage_year=quote.coverage_year,
        kind=quote.kind,
        amount_fen=quote.amount_fen,
        payer_id=order.actor,
        account_id=application.account.id,
        submitted_at=setting.now,
    )


def _event(order: SubmitOrder, contribution: NewContribution, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(contribution.region),
        type=EventType.RESIDENT_CONTRIBUTION_SUBMITTED,
        region=contribution.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=contribution.person_id,
        cause=order.cause,
        payload={
            "contribution_id": contribution.id,
            "person_id": contribution.person_id,
            "payer_id": contribution.payer_id,
            "enrolment_id": contribution.enrolment_id,
            "coverage_year": contribution.coverage_year,
            "kind": contribution.kind.name,
            "amount_fen": contribution.amount_fen,
        },
    )
