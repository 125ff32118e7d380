"""Draw a personal account in one sum (个人账户一次性支取): interest up to the day before, everything out, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.decisions.records import Account
from domain.decisions.withdrawing import Withdrawal, WithdrawalMatter, present_year_of_interest, withdrawn
from domain.operations.answering import Answers, question
from domain.operations.kinship import asked_of_kin, document_of
from domain.operations.posting import posted, posting_event
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import account_withdrawals, enrolments, events, personal_accounts, persons, timers
from domain.store import answers as answer_store
from domain.store.account_withdrawals import NewWithdrawal
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.personal_accounts import NewEntry
from domain.store.timers import TimerKind
from domain.vocabulary import (
    EnrolmentStatus,
    EntryKind,
    Fen,
    Id,
    Scheme,
    WithdrawalMaterial,
    WithdrawalReason,
)

_DAY = timedelta(days=1)

IDS_PER_WITHDRAWAL = 5
"""The withdrawal, two entries, and the events of the interest and of the withdrawal."""


@dataclass(frozen=True, slots=True)
class WithdrawOrder:
    """`person_id` is whose account it is, 0 where the client named nobody who can be read.

    `death_proved` where somebody has examined the proof of a death of which no register tells.
    """

    actor: Id
    key: str
    cause: str
    person_id: Id
    reason: WithdrawalReason
    materials: tuple[WithdrawalMaterial, ...]
    card_last_four: str
    mutation: str = "withdrawAccount"
    death_proved: bool = False


@dataclass(frozen=True, slots=True)
class AccountWithdrawn:
    """The withdrawal."""

    withdrawal_id: Id


async def withdraw_accounts(
    connection: Connection, orders: Sequence[WithdrawOrder], setting: Setting
) -> list[AccountWithdrawn | Refusal]:
    """One answer to each order, in order: an account that one order closes is closed for those after it."""
    # Gather: whose accounts they are is held, so that nothing else is posted meanwhile.
    concerned = {each for order in orders for each in (order.actor, order.person_id)}
    await persons.hold(connection, concerned)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    people = await persons.on_record(connection, concerned)
    pairs = [
        (people[order.actor], document_of(people[order.person_id]))
        for order in orders
        if order.actor in people
        and order.person_id in people
        and order.person_id != order.actor
        and order.reason is WithdrawalReason.DECEASED
    ]
    kin = await asked_of_kin(connection, pairs, setting)
    first = present_year_of_interest(setting.policy, setting.on)
    accounts = await account_withdrawals.held(connection, [order.person_id for order in orders], first)
    insured = await enrolments.of_persons(connection, [order.person_id for order in orders])
    settling = await timers.is_waiting(connection, TimerKind.PAY_INTEREST, setting.on - _DAY)

    # Decide.
    answers = Answers(AccountWithdrawn, setting.now)
    batch = _Batch(setting)

    def matter(order: WithdrawOrder) -> WithdrawalMatter | None:
        holder = people.get(order.person_id)
        if holder is None:
            return None
        held = accounts.get(holder.id)
        return WithdrawalMatter(
            holder=holder,
            account=None if held is None else batch.now(held.account),
            opening_fen=Fen(0) if held is None else held.opening_fen,
            movements=() if held is None else held.movements,
            insured=any(
                one.scheme is Scheme.EMPLOYEE and one.status is not EnrolmentStatus.TERMINATED
                for one in insured.get(holder.id, ())
            ),
        )

    def answered(order: WithdrawOrder) -> AccountWithdrawn | Refusal:
        if order.actor not in people:
            return NotSignedIn()
        about = matter(order)
        decision = withdrawn(
            setting.policy,
            setting.on,
            order.actor,
            about,
            reason=order.reason,
            materials=order.materials,
            kin=None if kin is None or about is None else kin.get((order.actor, document_of(about.holder))),
            settling=settling,
            death_proved=order.death_proved,
        )
        if isinstance(decision, Refusal):
            return decision
        assert about is not None, "what is withdrawn was found"
        assert about.account is not None
        return batch.record(order, about.account, decision)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await personal_accounts.post(connection, batch.entries, list(batch.accounts.values()))
    await personal_accounts.close(connection, list(batch.accounts))
    await account_withdrawals.withdraw(connection, batch.withdrawals)
    await events.append(connection, batch.log)
    await answer_store.append(connection, answers.kept)
    return results


class _Batch:
    """What the withdrawals of one batch have done so far. `accounts` are (before the batch, now)."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.accounts: dict[Id, tuple[Account, Account]] = {}
        self.entries: list[NewEntry] = []
        self.withdrawals: list[NewWithdrawal] = []
        self.log: list[NewEvent] = []

    def now(self, account: Account) -> Account:
        """The account as the withdrawals before this one have left it."""
        return self.accounts.get(account.id, (account, account))[1]

    def record(self, order: WithdrawOrder, before: Account, decision: Withdrawal) -> AccountWithdrawn:
        self.accounts[before.id] = before, decision.closed
        if decision.interest_fen:
            entry = self._entry(decision.with_interest, EntryKind.INTEREST, decision.interest_fen)
            cause = Cause.of(order)
            self.log.append(
                posting_event(
                    EventType.INTEREST_PAID, before.region, order.person_id, entry, self._setting, cause=cause
                )
            )
        entry = self._entry(decision.closed, EntryKind.WITHDRAWAL, Fen(-decision.amount_fen))
        new = NewWithdrawal(
            id=self._setting.ids.new(before.region),
            account_id=before.id,
            person_id=order.person_id,
            applicant_id=order.actor,
            region=before.region,
            reason=order.reason,
            materials=order.materials,
            card_last_four=order.card_last_four,
            amount_fen=decision.amount_fen,
            withdrawn_at=self._setting.now,
            payable_by=decision.payable_by,
            entry_id=entry.id,
        )
        self.withdrawals.append(new)
        self.log.append(_event(order, new, self._setting))
        return AccountWithdrawn(new.id)

    def _entry(self, after: Account, kind: EntryKind, amount_fen: Fen) -> NewEntry:
        entry = posted(after, kind, amount_fen, self._setting)
        self.entries.append(entry)
        return entry


def _event(order: WithdrawOrder, withdrawal: NewWithdrawal, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(withdrawal.region),
        type=EventType.ACCOUNT_WITHDRAWN,
        region=withdrawal.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=withdrawal.person_id,
        cause=Cause.of(order),
        payload={
            "withdrawal_id": withdrawal.id,
            "account_id": withdrawal.account_id,
            "entry_id": withdrawal.entry_id,
            "reason": withdrawal.reason.name,
            "amount_fen": withdrawal.amount_fen,
            "payable_by": withdrawal.payable_by.isoformat(),
        },
    )
