"""Credit the personal accounts that a day brings something to (年度结息、退休人员划账), so many in one transaction.

A timer credits the accounts that come after the one it names, by id, and sets the next: for those after its own last,
or, where there are no more, for the next year or month. What is credited counts for the day on which it fell due,
whenever that is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.decisions.interest import first_day_of_interest, interest, interest_terms, settlement_day
from domain.decisions.pensioner_credits import next_credit_day, pensioner_credit
from domain.decisions.records import Account
from domain.decisions.refunding import credited
from domain.operations.posting import posted, posting_event
from domain.operations.setting import Setting
from domain.store import events, personal_accounts, persons, timers
from domain.store.engine import Connection
from domain.store.events import Cause, EventType
from domain.store.timers import DueTimer, NewTimer, TimerKind
from domain.vocabulary import EntryKind, Fen, Id, start_of_business_date

ACCOUNTS_AT_ONCE = 100
"""How many accounts one timer credits."""


async def ids_to_credit(connection: Connection, subjects: Sequence[Id]) -> dict[Id, int]:
    """The most ids that timers take: an entry and an event for each account."""
    return dict.fromkeys(subjects, 2 * ACCOUNTS_AT_ONCE)


@dataclass(frozen=True, slots=True)
class _Credit:
    """What an account receives."""

    account: Account
    person_id: Id
    amount_fen: Fen


async def pay_interest(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """The accounts have the interest of the year that ends on the timers' day; none for less than half a fen."""
    for timer in due:
        settled_on = _day_of(timer)
        if await timers.is_waiting(connection, TimerKind.CREDIT_PENSIONERS, settled_on):
            # What counts for the year is in the accounts before its days are added up.
            await timers.set_timers(connection, [NewTimer(timer.due_at, timer.kind, timer.subject_id, settled_on)])
            continue
        first = first_day_of_interest(setting.policy, settled_on)
        in_turn = await personal_accounts.kept_after(connection, timer.subject_id, ACCOUNTS_AT_ONCE)
        await persons.hold(connection, [person_id for _, person_id in in_turn])
        credits = []
        for one in await personal_accounts.since(connection, [account_id for account_id, _ in in_turn], first):
            terms = interest_terms(setting.policy, one.account.region, settled_on)
            amount = interest(first, settled_on, one.opening_fen, one.movements, terms)
            if amount:
                credits.append(_Credit(one.account, one.person_id, amount))
        await _credit(connection, credits, EntryKind.INTEREST, settled_on, timer, setting)
        next_year = settlement_day(setting.policy, settled_on.year + 1)
        due_on = next_year + timedelta(days=1)
        await timers.set_timers(connection, [_following(timer, in_turn, due_on=due_on, for_day=next_year)])


async def credit_pensioners(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """The accounts of pensioners have the credit of the timers' day."""
    for timer in due:
        day = _day_of(timer)
        in_turn = await personal_accounts.pensioners_after(connection, timer.subject_id, day, ACCOUNTS_AT_ONCE)
        await persons.hold(connection, [person_id for _, person_id in in_turn])
        credits = [
            _Credit(one.account, one.person_id, pensioner_credit(setting.policy, one.account.region, day))
            for one in await personal_accounts.pensioners(connection, [account_id for account_id, _ in in_turn], day)
        ]
        await _credit(connection, credits, EntryKind.PENSIONER_CREDIT, day, timer, setting)
        next_month = next_credit_day(setting.policy, day)
        await timers.set_timers(connection, [_following(timer, in_turn, due_on=next_month, for_day=next_month)])


def _day_of(timer: DueTimer) -> date:
    """The day that what the timer credits counts for."""
    assert timer.for_day is not None, "whoever sets it says for which day"
    return timer.for_day


def _following(timer: DueTimer, in_turn: Sequence[tuple[Id, Id]], *, due_on: date, for_day: date) -> NewTimer:
    """The timer that goes on where this one stops: with the accounts that are left, else with the next day."""
    if len(in_turn) == ACCOUNTS_AT_ONCE:
        return NewTimer(timer.due_at, timer.kind, in_turn[-1][0], timer.for_day)
    return NewTimer(start_of_business_date(due_on), timer.kind, Id(0), for_day)


async def _credit(
    connection: Connection, credits: Sequence[_Credit], kind: EntryKind, day: date, timer: DueTimer, setting: Setting
) -> None:
    """One entry for each, which counts for that day, and the event that tells of it."""
    entries, accounts, log = [], [], []
    event = EventType.INTEREST_PAID if kind is EntryKind.INTEREST else EventType.ACCOUNT_CREDITED
    for one in credits:
        after = credited(one.account, one.amount_fen)
        entry = posted(after, kind, one.amount_fen, setting, on=day)
        entries.append(entry)
        accounts.append((one.account, after))
        log.append(posting_event(event, after.region, one.person_id, entry, setting, cause=Cause.due(timer.kind)))
    await personal_accounts.post(connection, entries, accounts)
    await events.append(connection, log)
