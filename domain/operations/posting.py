"""Post to personal accounts (个人账户记账): each entry follows from the account as it stands after it."""

from __future__ import annotations

from datetime import date

from domain.decisions.records import Account
from domain.operations.setting import Setting
from domain.store.events import Cause, EventType, NewEvent
from domain.store.personal_accounts import NewEntry
from domain.vocabulary import EntryKind, Fen, Id, RegionCode


def posted(
    after: Account,
    kind: EntryKind,
    amount_fen: Fen,
    setting: Setting,
    *,
    on: date | None = None,
    contribution_id: Id | None = None,
    reverses_id: Id | None = None,
) -> NewEntry:
    """The entry that has led to the account as it stands now. It counts for the day `on`, today where none is given."""
    return NewEntry(
        id=setting.ids.new(after.region),
        account_id=after.id,
        position=after.entry_count,
        kind=kind,
        amount_fen=amount_fen,
        balance_fen=after.balance_fen,
        occurred_at=setting.now,
        business_on=setting.on if on is None else on,
        contribution_id=contribution_id,
        reverses_id=reverses_id,
    )


def posting_event(
    kind: EventType, region: RegionCode, person_id: Id, entry: NewEntry, setting: Setting, *, cause: Cause
) -> NewEvent:
    """What the platform posts, told to whose account it is."""
    return NewEvent(
        id=setting.ids.new(region),
        type=kind,
        region=region,
        occurred_at=setting.now,
        actor_id=Id(0),
        subject_id=person_id,
        cause=cause,
        payload={
            "account_id": entry.account_id,
            "entry_id": entry.id,
            "kind": entry.kind.name,
            "business_on": entry.business_on.isoformat(),
            "amount_fen": entry.amount_fen,
            "balance_fen": entry.balance_fen,
        },
    )
