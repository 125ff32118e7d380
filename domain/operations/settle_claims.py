"""Settle claims that institutions send, and reverse them (定点医药机构费用结算与冲正).

Both post balanced entries, move what the personal account pays, and adjudicate the later claims of the year again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.decisions.identity import document_number
from domain.decisions.previewing import InsuranceRecord
from domain.decisions.records import Account, PersonOnRecord, Standing
from domain.decisions.settling import (
    Claim,
    ClaimForm,
    Institution,
    Readjudicated,
    Settlement,
    settled,
    without,
)
from domain.operations.answering import Answers, question
from domain.operations.insurance import insurance_records
from domain.operations.posting import posted
from domain.operations.setting import Setting
from domain.refusals import ClaimAlreadyReversed, ClaimNotFound, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import claims, events, institutions, personal_accounts, persons
from domain.store.claims import FoundClaim, NewClaim, NewClaimEntry
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.personal_accounts import NewEntry
from domain.store.standings import standings_to_quote
from domain.vocabulary import (
    AccountStatus,
    CareKind,
    ClaimPayer,
    ClaimPosting,
    EntryKind,
    Fen,
    Id,
    IdType,
    RecognisedCondition,
)

_IDS_PER_CLAIM = 3
_IDS_PER_LATER_CLAIM = 2


@dataclass(frozen=True, slots=True)
class SettleOrder:
    """`actor` is the institution, 0 for whoever is none; name and document are the patient's, as shown."""

    actor: Id
    key: str
    cause: str
    name: str
    id_type: IdType
    id_number: str
    kind: CareKind
    admitted_on: date
    discharged_on: date
    invoice: str
    items: tuple[tuple[str, Fen], ...]
    conditions: tuple[RecognisedCondition, ...]
    mutation: str = "settleClaim"

    @property
    def document(self) -> tuple[IdType, str]:
        """Kind and number of the document, as registers write it."""
        return self.id_type, document_number(self.id_number)

    @property
    def form(self) -> ClaimForm:
        """The care itself."""
        return ClaimForm(
            self.kind, self.admitted_on, self.discharged_on, self.invoice, self.items, frozenset(self.conditions)
        )


@dataclass(frozen=True, slots=True)
class ReverseOrder:
    """`actor` is the institution, 0 for whoever is none; `claim_id` is 0 where the client named none."""

    actor: Id
    key: str
    cause: str
    claim_id: Id
    mutation: str = "reverseClaim"


@dataclass(frozen=True, slots=True)
class ClaimSettled:
    """The claim, and how many later ones of the year are worth something else by it."""

    claim_id: Id
    readjudicated: int


@dataclass(frozen=True, slots=True)
class ClaimReversed:
    """The claim, and how many later ones of the year are worth something else without it."""

    claim_id: Id
    readjudicated: int


@dataclass(frozen=True, slots=True)
class ClaimPreSettled:
    """What a claim would be if it were settled now. Nothing of it is recorded."""

    settlement: Settlement


async def ids_to_settle(connection: Connection, orders: Sequence[SettleOrder]) -> int:
    """How many ids these orders take at most."""
    documents = [order.document for order in orders]
    later = await claims.settled_of(connection, documents)
    return (_IDS_PER_CLAIM + len(orders) * _IDS_PER_LATER_CLAIM) * len(orders) + later * _IDS_PER_LATER_CLAIM


async def ids_to_reverse(connection: Connection, orders: Sequence[ReverseOrder]) -> int:
    """How many ids these orders take at most."""
    later = await claims.settled_beside(connection, [order.claim_id for order in orders])
    return (_IDS_PER_CLAIM + later * _IDS_PER_LATER_CLAIM) * len(orders)


async def settle_claims(
    connection: Connection, orders: Sequence[SettleOrder], setting: Setting
) -> list[ClaimSettled | Refusal]:
    """One answer to each order, in order: an order finds the year as those before it left it."""
    # Gather: the patients are held, so that one year changes once at a time.
    known = await persons.by_document(connection, [order.document for order in orders])
    await persons.hold(connection, known.values())
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    desk = await _desk(connection, orders, known, setting)

    # Decide.
    answers = Answers(ClaimSettled, setting.now)
    results = answers.each(orders, first_answers, desk.settle)

    # Record.
    await desk.books.record(connection)
    await answer_store.append(connection, answers.kept)
    return results


async def pre_settle_claim(connection: Connection, order: SettleOrder, setting: Setting) -> ClaimPreSettled | Refusal:
    """What settling would answer now. A connection for reading is enough."""
    known = await persons.by_document(connection, [order.document])
    decision = (await _desk(connection, [order], known, setting)).decision(order)
    return decision if isinstance(decision, Refusal) else ClaimPreSettled(decision)


async def reverse_claims(
    connection: Connection, orders: Sequence[ReverseOrder], setting: Setting
) -> list[ClaimReversed | Refusal]:
    """One answer to each order, in order: a claim that one order reverses is reversed for those after it."""
    # Gather.
    wanted = [order.claim_id for order in orders]
    patients = await claims.patients(connection, wanted)
    await persons.hold(connection, patients)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    found = await claims.of_ids(connection, wanted)
    years = await claims.of_persons(connection, patients, {one.claim.year for one in found.values()})
    holders = await persons.holders(connection, patients)
    books = _Books(setting, years, {one: holder.account for one, holder in holders.items()})

    # Decide.
    def answered(order: ReverseOrder) -> ClaimReversed | Refusal:
        if not order.actor:
            return NotSignedIn()
        one = found.get(order.claim_id)
        if one is None or one.claim.institution_id != order.actor:
            return ClaimNotFound()
        if one.reversed_at is not None:
            return ClaimAlreadyReversed(reversed_at=one.reversed_at)
        found[order.claim_id] = FoundClaim(one.claim, setting.now)
        return ClaimReversed(order.claim_id, books.take_out(order, order.claim_id))

    answers = Answers(ClaimReversed, setting.now)
    results = answers.each(orders, first_answers, answered)

    # Record.
    await books.record(connection)
    await answer_store.append(connection, answers.kept)
    return results


async def _desk(
    connection: Connection, orders: Sequence[SettleOrder], known: dict[tuple[IdType, str], Id], setting: Setting
) -> _Desk:
    """Everything that the orders are decided by."""
    people = set(known.values())
    wanted = {(known.get(order.document, Id(0)), order.discharged_on.year) for order in orders}
    asked = [(person, person, year) for person, year in sorted(wanted)]
    standings = await standings_to_quote(connection, asked)
    years = await claims.of_persons(connection, people, {order.discharged_on.year for order in orders})
    standing_of = {(person, year): one for (person, _, year), one in zip(asked, standings, strict=True)}
    accounts = {person: one.holder.account for (person, _), one in standing_of.items() if one is not None}
    return _Desk(
        setting=setting,
        institutions=await institutions.of_ids(connection, [order.actor for order in orders]),
        people=await persons.on_record(connection, people),
        known=known,
        standings=standing_of,
        records=await insurance_records(connection, people),
        invoiced=await claims.invoiced(connection, [(order.actor, order.invoice) for order in orders]),
        books=_Books(setting, years, accounts),
    )


@dataclass(slots=True)
class _Desk:
    """Where the orders of one batch are decided, each after those before it."""

    setting: Setting
    institutions: dict[Id, Institution]
    people: dict[Id, PersonOnRecord]
    known: dict[tuple[IdType, str], Id]
    standings: dict[tuple[Id, int], Standing | None]
    records: dict[Id, InsuranceRecord]
    invoiced: set[tuple[Id, str]]
    books: _Books

    def decision(self, order: SettleOrder) -> Settlement | Refusal:
        institution = self.institutions.get(order.actor)
        if institution is None:
            return NotSignedIn()
        person = self.known.get(order.document, Id(0))
        standing = self.standings.get((person, order.discharged_on.year))
        return settled(
            self.setting.policy,
            self.setting.on,
            institution,
            order.form,
            name=order.name,
            person=self.people.get(person),
            standing=None if standing is None else self.books.standing_now(standing),
            record=self.records.get(person, InsuranceRecord()),
            claims=self.books.of(person),
            invoiced=(order.actor, order.invoice) in self.invoiced,
        )

    def settle(self, order: SettleOrder) -> ClaimSettled | Refusal:
        decision = self.decision(order)
        if isinstance(decision, Refusal):
            return decision
        self.invoiced.add((order.actor, order.invoice))
        return ClaimSettled(self.books.put_in(order, decision), len(decision.later))


class _Books:
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

    def put_in(self, order: SettleOrder, settlement: Settlement) -> Id:
        """The claim is in the books; its id."""
        setting = self._setting
        claim = replace(settlement.claim, id=setting.ids.new(settlement.claim.patient.region))
        items = tuple(
            (code, cost_class, amount_fen)
            for (code, amount_fen), cost_class in zip(order.items, settlement.classes, strict=True)
        )
        self._claims[claim.id] = claim
        self._new[claim.id] = NewClaim(claim, settlement.trace, items, setting.now)
        self._post(claim, ClaimPosting.SETTLEMENT, claim.paid.by_payer())
        self._tell(order, EventType.CLAIM_SETTLED, claim, claim.paid.by_payer())
        self._readjudicate(order, settlement.later)
        return claim.id

    def take_out(self, order: ReverseOrder, claim_id: Id) -> int:
        """The claim is reversed; how many later ones are worth something else."""
        before = self._claims.pop(claim_id)
        gone = replace(before, postings=before.postings + 1)
        year = [one for one in self.of(gone.person_id) if one.year == gone.year]
        later = without(self._setting.policy, gone, year)
        self._gone.append(gone)
        back = {payer: Fen(-amount) for payer, amount in gone.paid.by_payer().items()}
        self._post(gone, ClaimPosting.REVERSAL, back)
        self._tell(order, EventType.CLAIM_REVERSED, gone, back)
        self._readjudicate(order, later)
        return len(later)

    def _readjudicate(self, order: SettleOrder | ReverseOrder, later: Iterable[Readjudicated]) -> None:
        for one in later:
            was, now = one.before.paid.by_payer(), one.after.paid.by_payer()
            difference = {payer: Fen(now[payer] - was[payer]) for payer in ClaimPayer}
            self._claims[one.after.id] = one.after
            self._changed[one.after.id] = one
            self._post(one.after, ClaimPosting.READJUDICATION, difference)
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
        order: SettleOrder | ReverseOrder,
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
