"""Submit the application to pay a resident contribution, one's own or another's (缴费申请提交).

Where medical assistance bears the whole contribution nothing is left to pay, and submitting it settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.decisions.finishing import receipt_kind, receipt_number
from domain.decisions.paying import HOUR
from domain.decisions.quoting import Quote
from domain.decisions.records import PaidContribution
from domain.decisions.submitting import Application, is_the_same, submitted
from domain.operations.answering import Answers, question
from domain.operations.enrolled_elsewhere import asked_nationally
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, persons, receipts, resident_contributions
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from domain.store.receipts import NewReceipt
from domain.store.resident_contributions import ContributionBorne, NewContribution
from domain.store.standings import Matter, matters_to_submit
from domain.vocabulary import Fen, Id, Instant, PaymentChannel, PaymentKind

IDS_PER_SUBMISSION = 4
"""Contribution and event, and where submitting settles it the slip and a second event."""


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
    grade: int = 1
    repair_years: int = 0
    channel: PaymentChannel = PaymentChannel.PERSONAL_ACCOUNT
    mutation: str = "submitResidentContribution"


@dataclass(frozen=True, slots=True)
class ResidentContributionSubmitted:
    """The contribution that now waits for payment, or is paid where medical assistance bears it whole."""

    contribution_id: Id


async def submit_resident_contributions(
    connection: Connection, orders: Sequence[SubmitOrder], setting: Setting
) -> list[ResidentContributionSubmitted | Refusal]:
    """One answer to each order, in order.

    What the actor has open already, at the same price and entrance, is the answer again. Several payers may each have
    one open for a person and year; one can be paid.
    """
    # Gather.
    # The insured are held too: what assistance bears whole is paid by being submitted, once a year.
    await persons.hold(connection, [person for order in orders for person in (order.actor, order.person_id)])
    matters = await matters_to_submit(
        connection,
        [question(order) for order in orders],
        [(order.person_id, order.coverage_year, order.channel) for order in orders],
    )
    # Who is answered from memory needs no question to the other provinces.
    new = [matter.standing for matter in matters if matter.first_answer is None]
    national = await asked_nationally(connection, new, setting)

    # Decide.
    answers = Answers(ResidentContributionSubmitted, setting.now)
    contributions: list[NewContribution] = []
    waiting: dict[tuple[Id, Id, int, PaymentChannel], Application] = {}
    begun: dict[tuple[Id, Id, int, PaymentChannel], Id] = {}
    settled: dict[tuple[Id, int], PaidContribution] = {}
    borne: list[ContributionBorne] = []
    issued: list[NewReceipt] = []
    log: list[NewEvent] = []

    def answered(order: SubmitOrder, matter: Matter) -> ResidentContributionSubmitted | Refusal:
        if matter.standing is None:
            return NotSignedIn()
        standing = national.added_to(matter.standing)
        already = settled.get((order.person_id, order.coverage_year))
        decision = submitted(
            setting.policy,
            setting.now,
            standing if already is None else replace(standing, paid=already),
            channel=order.channel,
            kind=order.kind,
            expected_fen=order.expected_fen,
            grade=order.grade,
            repair_years=order.repair_years,
            unanswered=national.unanswered,
        )
        if isinstance(decision, Refusal):
            return decision
        found = matter.contribution
        if found is not None and is_the_same(decision, found):
            return ResidentContributionSubmitted(found.id)
        about = order.actor, order.person_id, order.coverage_year, order.channel
        if waiting.get(about) == decision:
            return ResidentContributionSubmitted(begun[about])
        contribution = _contribution(order, decision, setting)
        waiting[about], begun[about] = decision, contribution.id
        contributions.append(contribution)
        log.append(_event(order, contribution, setting))
        if not decision.quote.amount_fen:
            settled[order.person_id, order.coverage_year] = PaidContribution(contribution.id, order.actor)
            borne.append(_borne(contribution, decision.quote, setting))
            log.append(_settled_event(order, contribution, decision.quote, setting))
            if not decision.quote.finish_required:
                issued.append(_receipt(contribution, setting))
        return ResidentContributionSubmitted(contribution.id)

    results = []
    for order, matter in zip(orders, matters, strict=True):
        answer = answers.first(order, matter.first_answer)
        results.append(answers.give(order, answered(order, matter)) if answer is None else answer)

    # Record.
    await resident_contributions.submit(connection, contributions)
    await resident_contributions.bear(connection, borne)
    await receipts.issue(connection, issued)
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
        grade=quote.grade,
        amount_fen=quote.amount_fen,
        subsidy_fen=quote.assistance_fen,
        repair_years=quote.repair_years,
        repair_fen=quote.repair_fen,
        payer_id=order.actor,
        channel=order.channel,
        account_id=None if application.account is None else application.account.id,
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


def _borne(contribution: NewContribution, quote: Quote, setting: Setting) -> ContributionBorne:
    return ContributionBorne(
        contribution_id=contribution.id,
        paid_at=setting.now,
        paid_on=setting.on,
        coverage_from=quote.coverage_from,
        coverage_until=quote.coverage_until,
        waiting_until=quote.waiting_until,
        record_visible_at=Instant(setting.now + quote.record_visible_after_hours * HOUR),
    )


def _receipt(contribution: NewContribution, setting: Setting) -> NewReceipt:
    receipt_id = setting.ids.new(contribution.region)
    number = receipt_number(contribution.region, contribution.coverage_year, receipt_id)
    return NewReceipt(receipt_id, contribution.id, number, setting.now, receipt_kind(PaymentChannel.FISCAL))


def _settled_event(order: SubmitOrder, contribution: NewContribution, quote: Quote, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(contribution.region),
        type=EventType.RESIDENT_CONTRIBUTION_PAID,
        region=contribution.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=contribution.person_id,
        cause=order.cause,
        payload={
            "contribution_id": contribution.id,
            "person_id": contribution.person_id,
            "payer_id": contribution.payer_id,
            "coverage_year": contribution.coverage_year,
            "amount_fen": contribution.amount_fen,
            "subsidy_fen": contribution.subsidy_fen,
            "paid_on": setting.on.isoformat(),
            "coverage_from": quote.coverage_from.isoformat(),
            "coverage_until": quote.coverage_until.isoformat(),
            "waiting_until": None if quote.waiting_until is None else quote.waiting_until.isoformat(),
        },
    )
