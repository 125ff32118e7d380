"""Ask for a paid resident contribution back (退费): the money returns the way it came.

What an account paid is back in it at once, by a new entry that reverses the one that took it. What a channel collected
it is told to give back, and the contribution stands until it has. Then the year of cover may be paid for again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.decisions.records import Account, PlaceOfEnrolment
from domain.decisions.refunding import ASKED, AccountRefund, ChannelRefund, Evidence, RefundMatter, refunded
from domain.operations.answering import Answers, question
from domain.operations.enrolled_elsewhere import NationalAnswer, asked_by_number
from domain.operations.population_register import asked_register
from domain.operations.posting import posted
from domain.operations.refund_events import refund_event
from domain.operations.setting import Setting
from domain.ports import Identity
from domain.refusals import NotSignedIn, OutsideParty, Refusal
from domain.store import answers as answer_store
from domain.store import events, personal_accounts, persons, refunds, resident_contributions, timers
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.personal_accounts import NewEntry
from domain.store.refunds import NewRefund
from domain.store.timers import NewTimer, TimerKind
from domain.vocabulary import ContributionStatus, EntryKind, Id, IdType, RefundReason, RefundStatus

IDS_PER_REFUND = 4
"""The refund, the account's entry, and the two events that tell of them."""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """`contribution_id` is 0 where the client named no contribution that can be read.

    `for_unit`: the actor is a unit's officer.
    """

    actor: Id
    key: str
    cause: str
    contribution_id: Id
    reason: RefundReason
    for_unit: bool = False
    mutation: str = "requestContributionRefund"


@dataclass(frozen=True, slots=True)
class ContributionRefundRequested:
    """The refund, which tells how far it has come."""

    refund_id: Id


async def request_contribution_refunds(
    connection: Connection, orders: Sequence[RefundOrder], setting: Setting
) -> list[ContributionRefundRequested | Refusal]:
    """One answer to each order, in order: an order finds the accounts as those before it left them."""
    # Gather: payers and insured persons are held, so that a refund and a payment for one person take turns.
    await persons.hold_to_pay(connection, [order.actor for order in orders], [one.contribution_id for one in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    holders = await persons.holders(connection, [order.actor for order in orders])
    matters = await refunds.to_refund(connection, [order.contribution_id for order in orders])
    # Nobody is asked about a person for somebody who has not paid for them, nor for an answer from memory.
    new = [
        (order, matters[order.contribution_id])
        for order in orders
        if question(order) not in first_answers
        and order.contribution_id in matters
        and matters[order.contribution_id].is_of(order.actor, for_unit=order.for_unit)
    ]
    outside = await _asked_outside(connection, new, setting)

    # Decide.
    answers = Answers(ContributionRefundRequested, setting.now)
    batch = _Batch(setting)

    def answered(order: RefundOrder) -> ContributionRefundRequested | Refusal:
        if order.actor not in holders:
            return NotSignedIn()
        matter = batch.now(matters.get(order.contribution_id))
        evidence = Evidence() if matter is None else outside.evidence(order.reason, matter)
        decision = refunded(
            setting.policy,
            setting.on,
            order.actor,
            matter,
            reason=order.reason,
            evidence=evidence,
            for_unit=order.for_unit,
        )
        if isinstance(decision, Refusal):
            return decision
        assert matter is not None, "what is refunded was found"
        return batch.record(order, matter, decision)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await resident_contributions.give_back(connection, batch.given_back)
    await personal_accounts.post(connection, batch.entries, list(batch.accounts.values()))
    await refunds.ask(connection, batch.refunds)
    await timers.set_timers(connection, batch.timers)
    await events.append(connection, batch.log)
    await answer_store.append(connection, answers.kept)
    return results


@dataclass(frozen=True, slots=True)
class _Outside:
    """What the outside parties know of everybody whom the batch is about; `identities` is None while unanswered."""

    national: NationalAnswer
    identities: Mapping[tuple[IdType, str], Identity] | None

    def evidence(self, reason: RefundReason, matter: RefundMatter) -> Evidence:
        """What they say of the person insured that bears on the reason."""
        number = matter.insured.id_number
        match ASKED.get(reason):
            case OutsideParty.OTHER_PROVINCES:
                found = self.national.enrolments.get(number)
                elsewhere = None if found is None else PlaceOfEnrolment(None, found.region, found.scheme)
                return Evidence(elsewhere=elsewhere, unanswered=self.national.unanswered)
            case OutsideParty.IDENTITY_REGISTRY:
                if self.identities is None:
                    return Evidence(unanswered=OutsideParty.IDENTITY_REGISTRY)
                identity = self.identities.get((matter.insured.id_type, number))
                return Evidence(died_on=None if identity is None else identity.died_on)
            case _:
                return Evidence()


async def _asked_outside(
    connection: Connection, new: Sequence[tuple[RefundOrder, RefundMatter]], setting: Setting
) -> _Outside:
    """Each party is asked about those whose reason it may know of."""
    about = {
        party: [matter.insured for order, matter in new if ASKED.get(order.reason) is party]
        for party in (OutsideParty.OTHER_PROVINCES, OutsideParty.IDENTITY_REGISTRY)
    }
    national = await asked_by_number(
        connection, [insured.id_number for insured in about[OutsideParty.OTHER_PROVINCES]], setting
    )
    documents = sorted(
        {(insured.id_type, insured.id_number) for insured in about[OutsideParty.IDENTITY_REGISTRY]},
        key=lambda document: (document[1], document[0].name),
    )
    if not documents:
        return _Outside(national, {})
    return _Outside(national, await asked_register(connection, documents, setting))


class _Batch:
    """What the refunds of one batch have done so far, and what is to be recorded of it.

    `accounts` are (before the batch, now).
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.accounts: dict[Id, tuple[Account, Account]] = {}
        self.refunds: list[NewRefund] = []
        self.given_back: list[Id] = []
        self.timers: list[NewTimer] = []
        self.entries: list[NewEntry] = []
        self.log: list[NewEvent] = []

    def now(self, matter: RefundMatter | None) -> RefundMatter | None:
        """The contribution and its account as the refunds before this one have left them."""
        if matter is None:
            return None
        for one in self.refunds:
            if one.contribution_id == matter.id:
                if one.status is RefundStatus.SENT:
                    return replace(matter, under_way=one.id)
                return replace(matter, status=ContributionStatus.REFUNDED)
        if matter.account is not None and matter.account.id in self.accounts:
            return replace(matter, account=self.accounts[matter.account.id][1])
        return matter

    def record(
        self, order: RefundOrder, matter: RefundMatter, refund: AccountRefund | ChannelRefund
    ) -> ContributionRefundRequested:
        by_channel = isinstance(refund, ChannelRefund)
        entry = None if isinstance(refund, ChannelRefund) else self._credit(matter, refund)
        now = self._setting.now
        new = NewRefund(
            id=self._setting.ids.new(matter.region),
            contribution_id=matter.id,
            region=matter.region,
            person_id=matter.insured.id,
            payer_id=matter.payer_id,
            reason=order.reason,
            status=RefundStatus.SENT if by_channel else RefundStatus.REFUNDED,
            channel=matter.channel,
            amount_fen=matter.amount_fen,
            requested_at=now,
            completed_at=None if by_channel else now,
            entry_id=None if entry is None else entry.id,
            payment_order_id=matter.order_id if by_channel else None,
            sent_at=now if by_channel else None,
        )
        self.refunds.append(new)
        self._tell(EventType.CONTRIBUTION_REFUND_REQUESTED, order, matter, new)
        if by_channel:
            # The channel is told in a transaction of its own: what was asked for is on disk before any money moves.
            self.timers.append(NewTimer(now, TimerKind.GIVE_BACK, new.id))
        else:
            self.given_back.append(matter.id)
            self._tell(EventType.RESIDENT_CONTRIBUTION_REFUNDED, order, matter, new, gives_back=True, entry=entry)
        return ContributionRefundRequested(new.id)

    def _tell(
        self,
        kind: EventType,
        order: RefundOrder,
        matter: RefundMatter,
        refund: NewRefund,
        *,
        gives_back: bool = False,
        entry: NewEntry | None = None,
    ) -> None:
        self.log.append(
            refund_event(
                kind,
                refund,
                self._setting,
                coverage_year=matter.coverage_year,
                unit_id=matter.unit_id,
                actor_id=order.actor,
                subject_id=matter.insured.id,
                cause=Cause.of(order),
                gives_back=gives_back,
                entry=entry,
            )
        )

    def _credit(self, matter: RefundMatter, refund: AccountRefund) -> NewEntry:
        """The entry that puts the money back."""
        before, after = matter.account, refund.account
        assert before is not None, "what returns to an account left it"
        first, _ = self.accounts.get(after.id, (before, before))
        self.accounts[after.id] = first, after
        entry = posted(
            after,
            EntryKind.REFUND,
            matter.amount_fen,
            self._setting,
            contribution_id=matter.id,
            reverses_id=refund.reverses_id,
        )
        self.entries.append(entry)
        return entry
