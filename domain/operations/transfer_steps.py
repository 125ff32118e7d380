"""What the two places do for a transfer (转出地、转入地办理): the old one sends its form, the new one completes it.

Each is done by a timer, on a working day that the world's seed draws within the place's limit. A transfer that is not
where the timer expects it, because it was withdrawn or the step is done already, is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.decisions.records import Account
from domain.decisions.transferring import (
    Months,
    account_moves,
    account_received,
    carried,
    distinct_months,
    joint,
    late_from,
    months_of,
    received,
    step_at,
)
from domain.operations.posting import posted
from domain.operations.setting import Setting
from domain.operations.transfer_origins import LeftPlace, left_places
from domain.store import enrolment_transfers, events, personal_accounts, persons, timers
from domain.store.engine import Connection
from domain.store.enrolment_transfers import Completed, ReceivedForm, UnderWay
from domain.store.events import Cause, EventType, NewEvent
from domain.store.personal_accounts import NewEntry
from domain.store.timers import DueTimer, NewTimer, TimerKind
from domain.vocabulary import EntryKind, Id, RegionCode, TransferStatus

_DONE_BY: Mapping[EventType, TimerKind] = {
    EventType.TRANSFER_FORM_SENT: TimerKind.SEND_TRANSFER_FORM,
    EventType.TRANSFER_COMPLETED: TimerKind.COMPLETE_TRANSFER,
}


async def send_transfer_forms(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """The forms of the old places have come (T2102); a province that does not answer is asked on the next day."""
    ids = [timer.subject_id for timer in due]
    await _hold(connection, ids)
    waiting = await enrolment_transfers.at_node(connection, ids, TransferStatus.UNTREATED)
    places = await left_places(connection, [(one.person_id, one.id_number, one.origin) for one in waiting], setting)
    forms: list[ReceivedForm] = []
    next_steps: list[NewTimer] = []
    log: list[NewEvent] = []
    for one in waiting:
        place = places[one.person_id, one.origin]
        if place.origin.unanswered is not None:
            again = step_at(setting.on, 1, setting.now)
            next_steps.append(NewTimer(again, TimerKind.SEND_TRANSFER_FORM, one.id))
            continue
        form, limit = _form(one, place, setting)
        forms.append(form)
        days = setting.drawn("transfer completion", one.id, 1, limit)
        next_steps.append(NewTimer(step_at(setting.on, days, setting.now), TimerKind.COMPLETE_TRANSFER, one.id))
        log.append(_event(EventType.TRANSFER_FORM_SENT, one, setting, months=form.months, balance_fen=form.balance_fen))
    await enrolment_transfers.receive(connection, forms)
    await timers.set_timers(connection, next_steps)
    await events.append(connection, log)


async def complete_transfers(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """The transfers are done (T2103): months stand on the new enrolment, and the account has come along."""
    ids = [timer.subject_id for timer in due]
    await _hold(connection, ids)
    waiting = await enrolment_transfers.at_node(connection, ids, TransferStatus.PROCESSING)
    earlier = await enrolment_transfers.transferred(connection, [one.person_id for one in waiting])
    holders = await persons.holders(connection, [one.person_id for one in waiting])
    done: list[Completed] = []
    entries: list[NewEntry] = []
    accounts: list[tuple[Account, Account]] = []
    moved: list[tuple[Account, RegionCode]] = []
    log: list[NewEvent] = []
    for one in waiting:
        counted = [] if one.working_since is None else [months_of(one.working_since, setting.on)]
        counted += [period for before in earlier.get(one.person_id, []) for period in before.periods]
        months = carried(setting.policy, setting.on, one.region, one.periods, counted)
        account = holders[one.person_id].account
        posted_entry: NewEntry | None = None
        if one.outside:
            after = account_received(account, one.balance_fen)
            if account is not None and after is not None:
                posted_entry = posted(after, EntryKind.TRANSFERRED_IN, one.balance_fen, setting)
                entries.append(posted_entry)
                accounts.append((account, after))
        elif account is not None and account_moves(account, one.origin):
            moved.append((account, one.region))
        entry_id = None if posted_entry is None else posted_entry.id
        account_id = None if posted_entry is None else posted_entry.account_id
        done.append(Completed(one.id, one.enrolment_id, months, entry_id))
        told = {"months_carried": months, "account_id": account_id, "entry_id": entry_id}
        log.append(_event(EventType.TRANSFER_COMPLETED, one, setting, **told))
    await personal_accounts.post(connection, entries, accounts)
    await personal_accounts.move(connection, moved)
    await enrolment_transfers.complete(connection, done, setting.now)
    await events.append(connection, log)


async def _hold(connection: Connection, ids: Sequence[Id]) -> None:
    transfers = await enrolment_transfers.by_id(connection, ids)
    await persons.hold(connection, [one.person_id for one in transfers.values()])


def _form(one: UnderWay, place: LeftPlace, setting: Setting) -> tuple[ReceivedForm, int]:
    """What the old place says of the person, and the new place's limit in working days."""
    periods: list[Months] = []
    for employment in place.origin.ended:
        assert employment.last is not None, "what has ended has a last day"
        periods.append(months_of(employment.first, employment.last))
    complete_by, limit = received(setting.policy, setting.now, one.region)
    form = ReceivedForm(
        transfer_id=one.id,
        received_at=setting.now,
        periods=tuple(periods),
        months=distinct_months(periods),
        balance_fen=place.balance_fen,
        due_on=complete_by.day,
        calendar=joint(one.calendar, complete_by.calendar),
        late_from=late_from(complete_by.day),
    )
    return form, limit


def _event(kind: EventType, one: UnderWay, setting: Setting, **told: int | None) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(one.region),
        type=kind,
        region=one.region,
        occurred_at=setting.now,
        actor_id=Id(0),
        subject_id=one.person_id,
        cause=Cause.due(_DONE_BY[kind]),
        payload={"transfer_id": one.id, "person_id": one.person_id, "from_region": one.origin, **told},
    )
