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
from domain.store.events import Cause, EventType, NewEvent
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
    submissions = Submissions(setting)
    waiting: dict[tuple[Id, Id, int, PaymentChannel], Application] = {}
    begun: dict[tuple[Id, Id, int, PaymentChannel], Id] = {}
    settled: dict[tuple[Id, int], PaidContribution] = {}

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
        contribution_id = submissions.add(decision, payer_id=order.actor, channel=order.channel, cause=Cause.of(order))
        waiting[about], begun[about] = decision, contribution_id
        if not decision.quote.amount_fen:
            settled[order.person_id, order.coverage_year] = PaidContribution(contribution_id, order.actor)
        return ResidentContributionSubmitted(contribution_id)

    results = []
    for order, matter in zip(orders, matters, strict=True):
        answer = answers.first(order, matter.first_answer)
        results.append(answers.give(order, answered(order, matter)) if answer is None else answer)

    # Record.
    await submissions.record(connection)
    await events.append(connection, submissions.log)
    await answer_store.append(connection, answers.kept)
    return results


class Submissions:
    """What one batch submits, and what submitting settles because nothing is left to pay. `log` tells of both."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._contributions: list[NewContribution] = []
        self._borne: list[ContributionBorne] = []
        self._issued: list[NewReceipt] = []
        self.log: list[NewEvent] = []

    def add(
        self,
        application: Application,
        *,
        payer_id: Id,
        channel: PaymentChannel,
        cause: Cause,
        unit_id: Id | None = None,
        order_id: Id | None = None,
    ) -> Id:
        """The id of a new contribution.

        `unit_id` is the unit for which the payer collects it, `order_id` the payment order that it is submitted with,
        if any.
        """
        setting, quote = self._setting, application.quote
        contribution = NewContribution(
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
            payer_id=payer_id,
            channel=channel,
            account_id=None if application.account is None else application.account.id,
            submitted_at=setting.now,
            unit_id=unit_id,
            payment_order_id=order_id,
            coverage_from=None if order_id is None else quote.coverage_from,
            coverage_until=None if order_id is None else quote.coverage_until,
            waiting_until=None if order_id is None else quote.waiting_until,
        )
        self._contributions.append(contribution)
        self.log.append(_event(contribution, cause, setting))
        if not quote.amount_fen:
            self._borne.append(_borne(contribution, quote, setting))
            self.log.append(_settled_event(contribution, quote, cause, setting))
            if not quote.finish_required:
                self._issued.append(_receipt(contribution, setting))
        return contribution.id

    async def record(self, connection: Connection) -> None:
        """All of it is written but what `log` holds."""
        await resident_contributions.submit(connection, self._contributions)
        await resident_contributions.bear(connection, self._borne)
        await receipts.issue(connection, self._issued)


def _event(contribution: NewContribution, cause: Cause, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(contribution.region),
        type=EventType.RESIDENT_CONTRIBUTION_SUBMITTED,
        region=contribution.region,
        occurred_at=setting.now,
        actor_id=contribution.payer_id,
        subject_id=contribution.person_id,
        cause=cause,
        payload={
            "contribution_id": contribution.id,
            "person_id": contribution.person_id,
            "payer_id": contribution.payer_id,
            "unit_id": contribution.unit_id,
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


def _settled_event(contribution: NewContribution, quote: Quote, cause: Cause, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(contribution.region),
        type=EventType.RESIDENT_CONTRIBUTION_PAID,
        region=contribution.region,
        occurred_at=setting.now,
        actor_id=contribution.payer_id,
        subject_id=contribution.person_id,
        cause=cause,
        payload={
            "contribution_id": contribution.id,
            "person_id": contribution.person_id,
            "payer_id": contribution.payer_id,
            "unit_id": contribution.unit_id,
            "coverage_year": contribution.coverage_year,
            "amount_fen": contribution.amount_fen,
            "subsidy_fen": contribution.subsidy_fen,
            "paid_on": setting.on.isoformat(),
            "coverage_from": quote.coverage_from.isoformat(),
            "coverage_until": quote.coverage_until.isoformat(),
            "waiting_until": None if quote.waiting_until is None else quote.waiting_until.isoformat(),
        },
    )
