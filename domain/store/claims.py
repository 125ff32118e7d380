"""Claims (费用结算), what each costs whom, and the entries of it: entries are only ever inserted.

Whoever settles or reverses holds the patient's row (`persons.hold`), so that a year changes once at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import BigInteger, Integer, Text, bindparam, cast, func, insert, or_, select, update

from domain.decisions.benefits import Patient
from domain.decisions.settling import Claim, Paid
from domain.decisions.tracing import NumberedStep, Step, numbered
from domain.policy import PolicyBook
from domain.store.changing import change
from domain.store.engine import Connection, Row
from domain.store.given import given
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import (
    claim_costs,
    claim_entries,
    claims,
    family_bindings,
    filings,
    maternity_benefits,
    persons,
)
from domain.vocabulary import (
    BindingStatus,
    CareKind,
    ClaimOrigin,
    ClaimPayer,
    ClaimPosting,
    ClaimRule,
    ClaimStatus,
    CostClass,
    Fen,
    Id,
    IdType,
    Instant,
    InstitutionTier,
    PersonType,
    RecognisedCondition,
    RegionCode,
    Role,
    Scheme,
    SpecialGroup,
    TreatmentPlace,
    Viewer,
    region_span,
)


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim as it is settled. `items` are code, class and amount of each cost, in the order in which they came."""

    claim: Claim
    trace: Step
    items: tuple[tuple[str, CostClass, Fen], ...]
    settled_at: Instant


@dataclass(frozen=True, slots=True)
class NewClaimEntry:
    """What one payer pays of a claim, negative, or the institution is paid; `posting` is one of the claim's."""

    claim_id: Id
    posting: int
    payer: ClaimPayer
    kind: ClaimPosting
    amount_fen: Fen
    occurred_at: Instant
    business_on: date
    account_entry_id: Id | None = None


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A claim in whatever state."""

    claim: Claim
    reversed_at: Instant | None


_PAID = (
    "cost_fen",
    "eligible_fen",
    "first_share_fen",
    "excluded_fen",
    "class_b_fen",
    "pooled_fen",
    "base_fen",
    "critical_fen",
    "assistance_fen",
    "assistance_at_most_fen",
    "account_fen",
    "cash_fen",
)
_COLUMNS = (
    claims.c.id,
    claims.c.person_id,
    claims.c.institution_id,
    claims.c.region_code,
    claims.c.scheme,
    claims.c.person_type,
    claims.c.special_group,
    cast(claims.c.conditions, Text),
    claims.c.raise_fen,
    claims.c.care,
    claims.c.tier,
    claims.c.admitted_on,
    claims.c.discharged_on,
    claims.c.invoice,
    claims.c.postings,
    claims.c.reversed_at,
    claims.c.origin,
    claims.c.treated,
    claims.c.assisted_as,
    claims.c.repaid_fen,
    *(claims.c[name] for name in _PAID),
)
_is_settled = claims.c.status == written(ClaimStatus.SETTLED)

_OF_PERSONS = Statement(
    select(*_COLUMNS)
    .where(
        among(claims.c.person_id, "ids"),
        _is_settled,
        claims.c.year >= bindparam("first", type_=Integer()),
        claims.c.year <= bindparam("last", type_=Integer()),
        or_(among(claims.c.year, "years"), claims.c.care == written(CareKind.INPATIENT)),
    )
    .order_by(claims.c.person_id, claims.c.id)
)
_OF_IDS = Statement(select(*_COLUMNS).where(among(claims.c.id, "ids")))
_PATIENTS = Statement(select(claims.c.person_id).where(among(claims.c.id, "ids")))

_bills = given({"institutions": BigInteger(), "invoices": Text()}, "bills")
_INVOICED = Statement(
    select(_bills.c.institutions, _bills.c.invoices).where(
        or_(
            select(claims.c.id)
            .where(claims.c.institution_id == _bills.c.institutions, claims.c.invoice == _bills.c.invoices, _is_settled)
            .exists(),
            select(maternity_benefits.c.person_id)
            .where(
                maternity_benefits.c.institution_id == _bills.c.institutions,
                maternity_benefits.c.invoice == _bills.c.invoices,
            )
            .exists(),
        )
    )
)

_documents = given({"id_types": Text(), "id_numbers": Text()}, "documents")
_COUNT_BY_DOCUMENT = Statement(
    select(func.count(claims.c.id)).where(
        claims.c.person_id == persons.c.id,
        persons.c.id_type == _documents.c.id_types,
        persons.c.id_number == _documents.c.id_numbers,
        _is_settled,
    )
)
_those = claims.alias("those")
_COUNT_BESIDE = Statement(
    select(func.count(claims.c.id)).where(
        claims.c.person_id.in_(select(_those.c.person_id).where(among(_those.c.id, "ids"))), _is_settled
    )
)

_COUNT_BESIDE_FILINGS = Statement(
    select(func.count(claims.c.id)).where(
        claims.c.person_id.in_(select(filings.c.person_id).where(among(filings.c.id, "ids"))), _is_settled
    )
)

_CRITICAL_PAID_BY_YEAR = Statement(
    select(
        claims.c.person_id,
        claims.c.year,
        cast(func.sum(claims.c.critical_fen), BigInteger),
    )
    .where(among(claims.c.person_id, "ids"), _is_settled)
    .group_by(claims.c.person_id, claims.c.year)
    .having(func.sum(claims.c.pooled_fen + claims.c.critical_fen) > 0)
)

_bound = (
    select(family_bindings.c.id)
    .where(
        family_bindings.c.holder_id == bindparam("asker", type_=BigInteger()),
        family_bindings.c.member_id == claims.c.person_id,
        family_bindings.c.status == written(BindingStatus.ACTIVE),
    )
    .limit(1)
    .scalar_subquery()
)
_BY_REGION = (Role.CLERK, Role.OPERATOR, Role.AUDITOR)
"""Who sees the claims of a region; that of those who are of none is the nation."""
_TRACE = Statement(
    select(cast(claims.c.trace, Text), claims.c.person_id).where(
        claims.c.id == bindparam("claim", type_=BigInteger()),
        or_(
            claims.c.person_id == bindparam("asker", type_=BigInteger()),
            _bound.is_not(None),
            claims.c.institution_id == bindparam("institution", type_=BigInteger()),
            claims.c.region_code.between(bindparam("low"), bindparam("high")),
        ),
    )
)

_SETTLE = Statement(insert(claims).inline())
_ITEMISE = Statement(insert(claim_costs).inline())
_POST = Statement(insert(claim_entries).inline())
_READJUDICATE = Statement(
    update(claims)
    .values(
        postings=bindparam("postings_now"),
        trace=bindparam("trace_now"),
        assisted_as=bindparam("assisted_as_now"),
        repaid_fen=bindparam("repaid_fen_now"),
        **{name: bindparam(f"{name}_now") for name in _PAID},
    )
    .where(claims.c.id == bindparam("claim"), claims.c.postings < bindparam("postings_now"), _is_settled)
    .returning(claims.c.id)
)
_REVERSE = Statement(
    update(claims)
    .values(status=written(ClaimStatus.REVERSED), reversed_at=bindparam("at"), postings=bindparam("postings_now"))
    .where(claims.c.id == bindparam("claim"), _is_settled)
    .returning(claims.c.id)
)


def _found(row: Row) -> FoundClaim:
    number, person, institution, region, scheme, person_type, group, conditions, raise_fen, *rest = row
    (
        care,
        tier,
        admitted_on,
        discharged_on,
        invoice,
        postings,
        reversed_at,
        origin,
        treated,
        assisted_as,
        repaid_fen,
        *amounts,
    ) = rest
    patient = Patient(
        scheme=Scheme[scheme],
        person_type=None if person_type is None else PersonType[person_type],
        region=RegionCode(region),
        group=None if group is None else SpecialGroup[group],
        conditions=frozenset(RecognisedCondition[one] for one in orjson.loads(conditions)),
    )
    claim = Claim(
        id=Id(number),
        person_id=Id(person),
        institution_id=Id(institution),
        patient=patient,
        raise_fen=Fen(raise_fen),
        kind=CareKind[care],
        tier=InstitutionTier[tier],
        admitted_on=admitted_on,
        discharged_on=discharged_on,
        invoice=invoice,
        paid=Paid(*map(Fen, amounts)),
        postings=postings,
        origin=ClaimOrigin[origin],
        treated=TreatmentPlace[treated],
        assisted_as=None if assisted_as is None else SpecialGroup[assisted_as],
        repaid_fen=Fen(repaid_fen),
    )
    return FoundClaim(claim, None if reversed_at is None else Instant(reversed_at))


async def of_persons(connection: Connection, persons: Iterable[Id], years: Iterable[int]) -> dict[Id, list[Claim]]:
    """Claims of these persons that are settled, by person: all of these years, and stays of the years around them."""
    wanted = sorted(set(years))
    rows = await connection.fetch_all(
        _OF_PERSONS,
        {
            "ids": sorted(set(persons)),
            "years": wanted,
            "first": min(wanted, default=0) - 1,
            "last": max(wanted, default=0) + 1,
        },
    )
    found: dict[Id, list[Claim]] = {}
    for row in rows:
        claim = _found(row).claim
        found.setdefault(claim.person_id, []).append(claim)
    return found


async def critical_paid_by_year(connection: Connection, persons: Iterable[Id]) -> dict[Id, dict[int, Fen]]:
    """What critical illness insurance has paid of these persons' claims, by person and year.

    A year in which no fund has paid anything is left out.
    """
    rows = await connection.fetch_all(_CRITICAL_PAID_BY_YEAR, {"ids": sorted(set(persons))})
    found: dict[Id, dict[int, Fen]] = {}
    for person_id, year, critical in rows:
        found.setdefault(Id(person_id), {})[year] = Fen(critical)
    return found


async def of_ids(connection: Connection, ids: Iterable[Id]) -> dict[Id, FoundClaim]:
    """Claims by id, in whatever state; an id that is none's is left out."""
    rows = await connection.fetch_all(_OF_IDS, {"ids": sorted(set(ids))})
    return {found.claim.id: found for found in map(_found, rows)}


async def patients(connection: Connection, ids: Iterable[Id]) -> list[Id]:
    """Of whom the claims are."""
    return [Id(person) for (person,) in await connection.fetch_all(_PATIENTS, {"ids": sorted(set(ids))})]


async def invoiced(connection: Connection, bills: Iterable[tuple[Id, str]]) -> set[tuple[Id, str]]:
    """Those of the invoices, each with whose it is, that are settled, by a claim or by a maternity benefit."""
    wanted = sorted(set(bills))
    rows = await connection.fetch_all(
        _INVOICED,
        {"institutions": [institution for institution, _ in wanted], "invoices": [invoice for _, invoice in wanted]},
    )
    return {(Id(institution), invoice) for institution, invoice in rows}


async def settled_of(connection: Connection, documents: Sequence[tuple[IdType, str]]) -> int:
    """How many claims of the holders of these documents are settled, a document that comes twice counted twice."""
    values = {"id_types": [one.name for one, _ in documents], "id_numbers": [number for _, number in documents]}
    row = await connection.fetch_one(_COUNT_BY_DOCUMENT, values)
    assert row is not None
    return int(row[0])


async def settled_beside(connection: Connection, ids: Iterable[Id]) -> int:
    """How many claims of the patients of these claims are settled."""
    row = await connection.fetch_one(_COUNT_BESIDE, {"ids": sorted(set(ids))})
    assert row is not None
    return int(row[0])


async def settled_beside_filings(connection: Connection, ids: Iterable[Id]) -> int:
    """How many claims of those whom these filings are about are settled."""
    row = await connection.fetch_one(_COUNT_BESIDE_FILINGS, {"ids": sorted(set(ids))})
    assert row is not None
    return int(row[0])


async def settle(connection: Connection, new: Sequence[NewClaim]) -> None:
    """The claims are settled. A unique index refuses an invoice that is."""
    if not new:
        return
    await connection.execute_many(_SETTLE, [claim_values(one) for one in new])
    await connection.execute_many(_ITEMISE, [values for one in new for values in cost_values(one)])


def claim_values(one: NewClaim) -> dict[str, Any]:
    """The columns of a claim."""
    claim = one.claim
    patient = claim.patient
    return {
        "id": claim.id,
        "person_id": claim.person_id,
        "institution_id": claim.institution_id,
        "region_code": patient.region,
        "scheme": patient.scheme.name,
        "person_type": None if patient.person_type is None else patient.person_type.name,
        "special_group": None if patient.group is None else patient.group.name,
        "conditions": orjson.dumps(sorted(each.name for each in patient.conditions)).decode(),
        "raise_fen": claim.raise_fen,
        "year": claim.year,
        "care": claim.kind.name,
        "tier": claim.tier.name,
        "admitted_on": claim.admitted_on,
        "discharged_on": claim.discharged_on,
        "invoice": claim.invoice,
        "status": ClaimStatus.SETTLED.name,
        "settled_at": one.settled_at,
        "reversed_at": None,
        "postings": claim.postings,
        "trace": stored_trace(one.trace),
        "origin": claim.origin.name,
        "treated": claim.treated.name,
        "assisted_as": None if claim.assisted_as is None else claim.assisted_as.name,
        "repaid_fen": claim.repaid_fen,
        **{name: getattr(claim.paid, name) for name in _PAID},
    }


def cost_values(one: NewClaim) -> list[dict[str, Any]]:
    """The columns of what a claim costs."""
    return [
        {
            "claim_id": one.claim.id,
            "position": position,
            "code": code,
            "cost_class": cost_class.name,
            "amount_fen": amount_fen,
        }
        for position, (code, cost_class, amount_fen) in enumerate(one.items, start=1)
    ]


async def readjudicate(connection: Connection, changed: Sequence[tuple[Claim, Step]]) -> None:
    """The claims are worth what they say now. Raises `BooksMoved` where one is not settled as it was."""
    if changed:
        await change(
            connection,
            _READJUDICATE,
            [
                {
                    "claim": claim.id,
                    "postings_now": claim.postings,
                    "trace_now": stored_trace(trace),
                    "assisted_as_now": None if claim.assisted_as is None else claim.assisted_as.name,
                    "repaid_fen_now": claim.repaid_fen,
                    **{f"{name}_now": getattr(claim.paid, name) for name in _PAID},
                }
                for claim, trace in changed
            ],
        )


async def reverse(connection: Connection, gone: Sequence[Claim], at: Instant) -> None:
    """The claims are reversed. Raises `BooksMoved` where one was already."""
    if gone:
        await change(connection, _REVERSE, [{"claim": one.id, "at": at, "postings_now": one.postings} for one in gone])


async def post(connection: Connection, entries: Sequence[NewClaimEntry]) -> None:
    """The entries are posted."""
    if entries:
        await connection.execute_many(
            _POST,
            [
                {
                    "claim_id": one.claim_id,
                    "posting": one.posting,
                    "payer": one.payer.name,
                    "kind": one.kind.name,
                    "amount_fen": one.amount_fen,
                    "occurred_at": one.occurred_at,
                    "business_on": one.business_on,
                    "account_entry_id": one.account_entry_id,
                }
                for one in entries
            ],
        )


async def kept_trace(connection: Connection, claim_id: Id, viewer: Viewer) -> tuple[str, Id] | None:
    """The trace of a claim as it is kept, and whose claim it is; None where there is none that the viewer may see."""
    low, high = ("", "") if viewer.role not in _BY_REGION else region_span(viewer.region)
    who = {
        "asker": viewer.person_id if viewer.role is Role.CITIZEN else 0,
        "institution": viewer.institution_id if viewer.role is Role.HOSPITAL else 0,
        "low": low,
        "high": high,
    }
    row = await connection.fetch_one(_TRACE, {"claim": claim_id, **who})
    return None if row is None else (row[0], Id(row[1]))


# ---- traces ---------------------------------------------------------------------------------------------------------


def stored_trace(trace: Step) -> str:
    """The trace as it is kept: for each step its rule, parent, amounts, share, the keys of its facts and its count."""
    return orjson.dumps(
        [
            [
                one.step.rule.name,
                one.parent,
                one.step.in_fen,
                one.step.out_fen,
                one.step.before_fen,
                one.step.limit_fen,
                None if one.step.share is None else str(one.step.share),
                [fact.key for fact in one.step.facts],
                *(() if one.step.count is None else (one.step.count,)),
            ]
            for one in numbered(trace)
        ]
    ).decode()


def read_trace(text: str, book: PolicyBook) -> tuple[NumberedStep, ...]:
    """The steps of a trace that was kept. A fact that the book holds no more is left out."""

    def step(rule: str, *amounts: Any) -> Step:
        in_fen, out_fen, before_fen, limit_fen, share, keys, *counted = amounts
        facts = tuple(fact for fact in map(book.by_key, keys) if fact is not None)
        of_share = None if share is None else Decimal(share)
        count = counted[0] if counted else None
        return Step(ClaimRule[rule], in_fen, out_fen, before_fen, limit_fen, of_share, facts, count=count)

    return tuple(
        NumberedStep(position, parent, step(rule, *rest))
        for position, (rule, parent, *rest) in enumerate(orjson.loads(text))
    )
