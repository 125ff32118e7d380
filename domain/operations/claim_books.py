"""The years of patients as the orders of one batch leave them (费用结算账): every claim that comes or goes is put here.

What it does to the ledger, to the patient's account and to the later claims of its year is recorded together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from domain.decisions.records import Account, Standing
from domain.decisions.settling import Claim, Readjudicated, Settlement, without
from domain.operations.answering import Actor
from domain.operations.posting import posted
from domain.operations.setting import Setting
from domain.store import claims, events, personal_accounts
from domain.store.claims import NewClaim, NewClaimEntry
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.personal_accounts import NewEntry
from domain.vocabulary import AccountStatus, ClaimPayer, ClaimPosting, EntryKind, Fen, Id


class ClaimBooks:
    """The years of the patients as the orders of one batch leave them, and what is to be recorded of that."""

    def __init__(self, setting: Setting, years: dict[Id, list[Claim]], accounts: dict[Id, Account | None]) -> None:
        self._setting = setting
        self._claims = {one.id: one for claims_of in years.values() for one in claims_of}
        self._accounts = accounts
        self._new: dict[Id, NewClaim] = {}
        self._changed: dict[Id, Readjudicated] = {}
        self._gone: list[Claim] = []
        self._entries: list[NewClaimEntry] = []
        self._account_entries: list[NewEntry] = []
        self._moved: dict[Id, tuple[Account, Account]] = {}
        self._log: list[NewEvent] = []

    def of(self, person: Id) -> list[Claim]:
        """The claims of the person that are settled now."""
        return [one for one in self._claims.values() if one.person_id == person]

    def standing_now(self, standing: Standing) -> Standing:
        """The standing with the patient's account as it is now."""
        return replace(standing, holder=replace(standing.holder, account=self._accounts[standing.holder.id]))

    def put_in(self, order: Actor, settlement: Settlement, items: Iterable[tuple[str, Fen]]) -> Id:
        """The claim is in the books; its id."""
        setting = self._setting
        claim = replace(settlement.claim, id=setting.ids.new(settlement.claim.patient.region))
        costs = tuple(
            (code, cost_class, amount_fen)
            for (code, amount_fen), cost_class in zip(items, settlement.classes, strict=True)
        )
        self._claims[claim.id] = claim
        self._new[claim.id] = NewClaim(claim, settlement.trace, costs, setting.now)
        self._post(claim, ClaimPosting.SETTLEMENT, claim.by_payer())
        self._tell(order, EventType.CLAIM_SETTLED, claim, claim.by_payer())
        self._readjudicate(order, settlement.later)
        return claim.id

    def take_out(self, order: Actor, claim_id: Id) -> int:
        """The claim is reversed; how many later ones are worth something else."""
        before = self._claims.pop(claim_id)
        gone = replace(before, postings=before.postings + 1)
        year = [one for one in self.of(gone.person_id) if one.year == gone.year]
        later = without(self._setting.policy, gone, year)
        self._gone.append(gone)
        back = {payer: Fen(-amount) for payer, amount in gone.by_payer().items()}
        self._post(gone, ClaimPosting.REVERSAL, back)
        self._tell(order, EventType.CLAIM_REVERSED, gone, back)
        self._readjudicate(order, later)
        return len(later)

    def assist(self, order: Actor, one: Readjudicated, later: Iterable[Readjudicated]) -> None:
        """A settled claim has assistance in it, and the later ones are worth what they are behind it."""
        self._readjudicate(order, [one], ClaimPosting.ASSISTANCE)
        self._readjudicate(order, later)

    def _readjudicate(
        self, order: Actor, later: Iterable[Readjudicated], kind: ClaimPosting = ClaimPosting.READJUDICATION
    ) -> None:
        for one in later:
            was, now = one.before.by_payer(), one.after.by_payer()
            difference = {payer: Fen(now[payer] - was[payer]) for payer in ClaimPayer}
            self._claims[one.after.id] = one.after
            self._changed[one.after.id] = one
            self._post(one.after, kind, difference)
            self._tell(order, EventType.CLAIM_READJUDICATED, one.after, difference)

    def _post(self, claim: Claim, kind: ClaimPosting, amounts: dict[ClaimPayer, Fen]) -> None:
        setting = self._setting
        moved = amounts[ClaimPayer.PERSONAL_ACCOUNT]
        entry = self._move(claim.person_id, moved) if moved else None
        if moved and entry is None:
            # An account that was closed since takes nothing back: the person does.
            amounts = amounts | {
                ClaimPayer.PERSONAL_ACCOUNT: Fen(0),
                ClaimPayer.CASH: Fen(amounts[ClaimPayer.CASH] + moved),
            }
        self._entries += [
            NewClaimEntry(
                claim_id=claim.id,
                posting=claim.postings,
                payer=payer,
                kind=kind,
                amount_fen=amounts[payer],
                occurred_at=setting.now,
                business_on=setting.on,
                account_entry_id=entry if payer is ClaimPayer.PERSONAL_ACCOUNT else None,
            )
            for payer in ClaimPayer
            if amounts[payer]
        ]

    def _move(self, person: Id, amount_fen: Fen) -> Id | None:
        """The entry that moves so much into the person's account, negative out of it; None where it is closed."""
        account = self._accounts[person]
        assert account is not None, "an account that pays or has paid is there"
        if account.status is AccountStatus.CLOSED:
            return None
        after = replace(account, balance_fen=Fen(account.balance_fen + amount_fen), entry_count=account.entry_count + 1)
        kind = EntryKind.CARE if amount_fen < 0 else EntryKind.CARE_RETURNED
        entry = posted(after, kind, amount_fen, self._setting)
        self._account_entries.append(entry)
        self._moved[account.id] = self._moved.get(account.id, (account, account))[0], after
        self._accounts[person] = after
        return entry.id

    def _tell(
        self,
        order: Actor,
        kind: EventType,
        claim: Claim,
        amounts: dict[ClaimPayer, Fen],
    ) -> None:
        region = claim.patient.region
        self._log.append(
            NewEvent(
                id=self._setting.ids.new(region),
                type=kind,
                region=region,
                occurred_at=self._setting.now,
                actor_id=order.actor,
                subject_id=claim.person_id,
                cause=Cause.of(order),
                payload={
                    "claim_id": claim.id,
                    "institution_id": claim.institution_id,
                    "care": claim.kind.name,
                    "posting": claim.postings,
                    "pooled_fen": -amounts[ClaimPayer.POOLED_FUND],
                    "critical_fen": -amounts[ClaimPayer.CRITICAL_ILLNESS_INSURER],
                    "assistance_fen": -amounts[ClaimPayer.ASSISTANCE_FUND],
                    "account_fen": -amounts[ClaimPayer.PERSONAL_ACCOUNT],
                    "cash_fen": -amounts[ClaimPayer.CASH],
                },
            )
        )

    async def record(self, connection: Connection) -> None:
        """Everything is written."""
        changed = self._changed
        await claims.settle(
            connection,
            [
                replace(one, claim=changed[number].after, trace=changed[number].trace) if number in changed else one
                for number, one in self._new.items()
            ],
        )
        await personal_accounts.post(connection, self._account_entries, list(self._moved.values()))
        await claims.readjudicate(
            connection, [(one.after, one.trace) for number, one in changed.items() if number not in self._new]
        )
        await claims.reverse(connection, self._gone, self._setting.now)
        await claims.post(connection, self._entries)
        await events.append(connection, self._log)
