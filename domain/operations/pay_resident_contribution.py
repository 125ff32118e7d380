"""Pay submitted resident contributions from the personal account (个人账户代缴).

The slip is issued with the payment, but where the city asks that the payment be finished first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.decisions.finishing import receipt_number
from domain.decisions.paying import Payment, paid
from domain.decisions.records import Account, PaidContribution, PaidYear, Standing, Submitted
from domain.operations.answering import Answers, content_hash, question
from domain.operations.posting import posted
from domain.operations.setting import Setting
from domain.refusals import IdempotencyKeyReused, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, personal_accounts, persons, receipts, resident_contributions
from domain.store.answers import NewAnswer
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.personal_accounts import NewEntry
from domain.store.receipts import NewReceipt
from domain.store.resident_contributions import ContributionPaid
from domain.store.standings import Matter, matters_to_pay
from domain.vocabulary import ContributionStatus, EntryKind, Fen, Id, ReceiptKind


@dataclass(frozen=True, slots=True)
class PayOrder:
    """`expected_fen` is the amount the client was shown, None where it does not say."""

    actor: Id
    key: str
    cause: str
    contribution_id: Id
    expected_fen: Fen | None = None
    mutation: str = "payResidentContribution"


@dataclass(frozen=True, slots=True)
class PayTogetherOrder:
    """Several payments under one key: (contribution, expected amount or None) each."""

    actor: Id
    key: str
    cause: str
    payments: tuple[tuple[Id, Fen | None], ...]
    mutation: str = "payResidentContributions"


@dataclass(frozen=True, slots=True)
class ResidentContributionPaid:
    """The contribution, the entry that paid it and the account it left."""

    contribution_id: Id
    entry_id: Id
    account_id: Id


async def pay_resident_contributions(
    connection: Connection, orders: Sequence[PayOrder], setting: Setting
) -> list[ResidentContributionPaid | Refusal]:
    """One answer to each order, in order: an order finds the accounts as those before it left them."""
    # Gather: payers and insured persons are held, so that two payments for one person take turns.
    contributions = [order.contribution_id for order in orders]
    await persons.hold_to_pay(connection, [order.actor for order in orders], contributions)
    matters = await matters_to_pay(connection, [question(order) for order in orders], contributions)

    # Decide.
    answers = Answers(ResidentContributionPaid, setting.now)
    batch = _Batch(setting)
    results = []
    for order, matter in zip(orders, matters, strict=True):
        answer = answers.first(order, matter.first_answer)
        results.append(answers.give(order, batch.answered(order, matter)) if answer is None else answer)

    # Record.
    await resident_contributions.pay(connection, batch.paid)
    await receipts.issue(connection, batch.receipts)
    await personal_accounts.post(connection, batch.entries, list(batch.accounts.values()))
    await events.append(connection, batch.log)
    await answer_store.append(connection, answers.kept)
    return results


async def pay_resident_contributions_together(
    connection: Connection, order: PayTogetherOrder, setting: Setting
) -> list[ResidentContributionPaid | Refusal] | NotSignedIn | IdempotencyKeyReused:
    """One answer to each payment, in order, or a refusal of them all. The key stands for the whole list."""
    if not order.actor:
        return NotSignedIn()
    await persons.hold_to_pay(connection, [order.actor], [contribution for contribution, _ in order.payments])
    stored = (await answer_store.first_answers(connection, [question(order)])).get(question(order))
    whole = content_hash(order)
    if stored is None:
        # The list is kept before its payments are decided; their own answers are kept under their places in it.
        listed = NewAnswer(order.actor, order.mutation, order.key, whole, "[]", setting.now)
        await answer_store.append(connection, [listed])
    elif stored.content_hash != whole:
        return IdempotencyKeyReused()
    each = [
        PayOrder(order.actor, order.key, order.cause, contribution, expected, f"{order.mutation}[{place}]")
        for place, (contribution, expected) in enumerate(order.payments)
    ]
    return await pay_resident_contributions(connection, each, setting)


class _Batch:
    """What the payments of one batch have done so far, and what is to be recorded of it.

    `accounts` are (before the batch, now).
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._payers: dict[tuple[Id, int], PaidContribution] = {}
        self.accounts: dict[Id, tuple[Account, Account]] = {}
        self.paid: list[ContributionPaid] = []
        self.entries: list[NewEntry] = []
        self.receipts: list[NewReceipt] = []
        self.log: list[NewEvent] = []

    def answered(self, order: PayOrder, matter: Matter) -> ResidentContributionPaid | Refusal:
        if matter.standing is None:
            return NotSignedIn()
        standing, contribution = self._now(matter.standing, matter.contribution)
        decision = paid(
            self._setting.policy, self._setting.now, standing, contribution, expected_fen=order.expected_fen
        )
        if isinstance(decision, Refusal):
            return decision
        assert contribution is not None, "what is paid was found"
        return self._record(order, standing, contribution, decision)

    def _now(self, standing: Standing, contribution: Submitted | None) -> tuple[Standing, Submitted | None]:
        """Both as the payments before this one have left them."""
        account = standing.holder.account
        if account is not None and account.id in self.accounts:
            standing = replace(standing, holder=replace(standing.holder, account=self.accounts[account.id][1]))
        if contribution is None:
            return standing, None
        already = self._payers.get((contribution.person_id, contribution.coverage_year))
        if already is not None:
            standing = replace(standing, paid=already)
            if already.id == contribution.id:
                contribution = replace(contribution, status=ContributionStatus.PAID)
        years = [
            year
            for person_id, year in self._payers
            if person_id == contribution.person_id
            and (0 if standing.last_paid is None else standing.last_paid.year) < year < contribution.coverage_year
        ]
        if years:
            standing = replace(standing, last_paid=PaidYear(max(years), self._setting.on))
        return standing, contribution

    def _record(
        self, order: PayOrder, standing: Standing, contribution: Submitted, payment: Payment
    ) -> ResidentContributionPaid:
        before, after, quote, now = standing.holder.account, payment.account, payment.quote, self._setting.now
        assert before is not None, "what is paid leaves an account"
        first, _ = self.accounts.get(after.id, (before, before))
        self.accounts[after.id] = first, after
        self._payers[contribution.person_id, contribution.coverage_year] = PaidContribution(
            contribution.id, contribution.payer_id
        )
        entry = posted(
            after,
            EntryKind.PROXY_CONTRIBUTION,
            Fen(-quote.amount_fen),
            self._setting,
            on=payment.paid_on,
            contribution_id=contribution.id,
        )
        self.entries.append(entry)
        self.paid.append(
            ContributionPaid(
                contribution_id=contribution.id,
                account_id=after.id,
                amount_fen=quote.amount_fen,
                subsidy_fen=quote.assistance_fen,
                repair_fen=quote.repair_fen,
                paid_at=now,
                paid_on=payment.paid_on,
                coverage_from=quote.coverage_from,
                coverage_until=quote.coverage_until,
                waiting_until=quote.waiting_until,
                record_visible_at=payment.record_visible_at,
            )
        )
        if not quote.finish_required:
            receipt_id = self._setting.ids.new(quote.region)
            number = receipt_number(quote.region, contribution.coverage_year, receipt_id)
            self.receipts.append(NewReceipt(receipt_id, contribution.id, number, now, ReceiptKind.ACCOUNT_RECEIPT))
        self.log.append(
            NewEvent(
                id=self._setting.ids.new(quote.region),
                type=EventType.RESIDENT_CONTRIBUTION_PAID,
                region=quote.region,
                occurred_at=now,
                actor_id=order.actor,
                subject_id=contribution.person_id,
                cause=Cause.of(order),
                payload={
                    "contribution_id": contribution.id,
                    "person_id": contribution.person_id,
                    "payer_id": contribution.payer_id,
                    "account_id": after.id,
                    "entry_id": entry.id,
                    "coverage_year": contribution.coverage_year,
                    "amount_fen": quote.amount_fen,
                    "paid_on": payment.paid_on.isoformat(),
                    "coverage_from": quote.coverage_from.isoformat(),
                    "coverage_until": quote.coverage_until.isoformat(),
                    "waiting_until": None if quote.waiting_until is None else quote.waiting_until.isoformat(),
                },
            )
        )
        return ResidentContributionPaid(contribution.id, entry.id, after.id)
