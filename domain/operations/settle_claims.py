"""Settle claims that institutions send, and reverse them (定点医药机构费用结算与冲正).

Both post balanced entries, move what the personal account pays, and adjudicate the later claims of the year again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.decisions.agreements import Institution
from domain.decisions.away import OutOfAreaRecord
from domain.decisions.entitlements import Entitlement
from domain.decisions.identity import document_number
from domain.decisions.previewing import InsuranceRecord
from domain.decisions.records import PersonOnRecord, Standing
from domain.decisions.settling import ClaimForm, Settlement, settled
from domain.operations.answering import Answers, question
from domain.operations.claim_books import ClaimBooks
from domain.operations.insurance import insurance_records
from domain.operations.setting import Setting
from domain.refusals import AssistancePaidAlready, ClaimAlreadyReversed, ClaimNotFound, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import claims, entitlements, institutions, out_of_area_records, persons
from domain.store.claims import FoundClaim
from domain.store.engine import Connection
from domain.store.standings import standings_to_quote
from domain.vocabulary import (
    CareKind,
    ClaimOrigin,
    Fen,
    Id,
    IdType,
    RecognisedCondition,
)

IDS_PER_CLAIM = 3
IDS_PER_LATER_CLAIM = 2


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
    return (IDS_PER_CLAIM + len(orders) * IDS_PER_LATER_CLAIM) * len(orders) + later * IDS_PER_LATER_CLAIM


async def ids_to_reverse(connection: Connection, orders: Sequence[ReverseOrder]) -> int:
    """How many ids these orders take at most."""
    later = await claims.settled_beside(connection, [order.claim_id for order in orders])
    return (IDS_PER_CLAIM + later * IDS_PER_LATER_CLAIM) * len(orders)


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
    books = ClaimBooks(setting, years, {one: holder.account for one, holder in holders.items()})

    # Decide.
    def answered(order: ReverseOrder) -> ClaimReversed | Refusal:
        if not order.actor:
            return NotSignedIn()
        one = found.get(order.claim_id)
        if one is None or one.claim.institution_id != order.actor or one.claim.origin is not ClaimOrigin.DIRECT:
            return ClaimNotFound()
        if one.reversed_at is not None:
            return ClaimAlreadyReversed(reversed_at=one.reversed_at)
        if one.claim.assisted_as is not None:
            return AssistancePaidAlready(amount_fen=one.claim.paid.assistance_fen)
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
        away=await out_of_area_records.in_force(connection, people, [order.admitted_on for order in orders]),
        entitlements=await entitlements.of_persons(connection, people),
        invoiced=await claims.invoiced(connection, [(order.actor, order.invoice) for order in orders]),
        books=ClaimBooks(setting, years, accounts),
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
    away: dict[Id, list[OutOfAreaRecord]]
    entitlements: dict[Id, list[Entitlement]]
    invoiced: set[tuple[Id, str]]
    books: ClaimBooks

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
            away=self.away.get(person, ()),
            entitlements=self.entitlements.get(person, ()),
        )

    def settle(self, order: SettleOrder) -> ClaimSettled | Refusal:
        decision = self.decision(order)
        if isinstance(decision, Refusal):
            return decision
        self.invoiced.add((order.actor, order.invoice))
        return ClaimSettled(self.books.put_in(order, decision, order.items), len(decision.later))
