"""What care costs, at the floor (就医费用的下限): the insurance's own operations, one at a time, behind routes by hand.

What is decided is the same for both, for it is what is sold. Compared is what the product puts around it: GraphQL, who
may see what, the batch, and the answer written field by field.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from domain.decisions.adjudicating import CapState
from domain.decisions.benefit_years import BenefitYear
from domain.decisions.previewing import Care, CareCost, Preview
from domain.decisions.tracing import numbered
from domain.operations.preview_claims import PreviewOrder, preview_claims
from domain.operations.settle_claims import ClaimSettled, SettleOrder, ids_to_settle, settle_claims
from domain.operations.tell_claims import tell_benefit_year
from domain.store import claims
from domain.vocabulary import (
    CareKind,
    CostClass,
    Fen,
    Id,
    IdType,
    Instant,
    InstitutionTier,
    Prefix,
    Viewer,
    api_id,
    parsed_api_id,
    yuan,
)
from resolvers.world import World

Answered = Callable[[World, Viewer, Mapping[str, Any], Instant], Awaitable[tuple[Mapping[str, Any], Id]]]
"""The data that answers what was sent, and whose it is; 0 where it is nobody's."""


async def previewing_stay(
    world: World, viewer: Viewer, given: Mapping[str, Any], now: Instant
) -> tuple[Mapping[str, Any], Id]:
    """What a stay would cost the person who asks."""
    care = given["care"]
    asked = Care(
        kind=CareKind[care["kind"]],
        tier=InstitutionTier[care["tier"]],
        designated=True,
        admitted_on=date.fromisoformat(care["admittedOn"]),
        discharged_on=date.fromisoformat(care["dischargedOn"]),
        costs=[CareCost(CostClass[one["costClass"]], _fen(one["amount"])) for one in care["costs"]],
        conditions=frozenset(),
    )
    order = PreviewOrder(viewer.person_id, _person(given), asked, year_on_record=True)
    async with world.database.read() as connection:
        [told] = await preview_claims(connection, [order], world.setting(now))
    if not isinstance(told, Preview):
        return {"claimPreview": None}, Id(0)
    result = told.result
    preview = {
        "__typename": "ClaimPreview",
        "scheme": told.scheme.name,
        "region": told.region,
        "cost": yuan(result.cost_fen),
        "eligible": yuan(result.eligible_fen),
        "firstShare": yuan(result.first_share_fen),
        "excluded": yuan(result.excluded_fen),
        "pooled": yuan(result.pooled_fen),
        "criticalIllness": yuan(result.critical_fen),
        "assistance": yuan(result.assistance_fen),
        "account": yuan(result.account_fen),
        "cash": yuan(result.cash_fen),
        "caps": _caps(result.caps),
        "steps": [
            {
                "position": one.position,
                "parent": one.parent,
                "rule": one.step.rule.name,
                "amountIn": yuan(one.step.in_fen),
                "amountOut": yuan(one.step.out_fen),
                "sentence": one.step.zh(),
                "facts": [{"name": fact.name} for fact in one.step.facts],
            }
            for one in numbered(result.trace)
        ],
    }
    return {"claimPreview": preview}, told.person_id


async def benefit_year(
    world: World, viewer: Viewer, given: Mapping[str, Any], now: Instant
) -> tuple[Mapping[str, Any], Id]:
    """What a year of the person who asks has had."""
    async with world.database.read() as connection:
        told = await tell_benefit_year(connection, viewer.person_id, _person(given), given["year"], world.setting(now))
    if not isinstance(told, BenefitYear):
        return {"benefitYear": None}, Id(0)
    year = {
        "__typename": "BenefitYear",
        "stays": told.so_far.stays,
        "cost": yuan(told.cost_fen),
        "criticalIllnessBase": yuan(told.so_far.critical_base_fen),
        "criticalIllness": yuan(told.so_far.critical_fen),
        "assistance": yuan(told.so_far.assistance_fen),
        "account": yuan(told.account_fen),
        "cash": yuan(told.cash_fen),
        "care": [{"care": one.care.name, "claims": one.claims, "pooled": yuan(one.pooled_fen)} for one in told.care],
        "caps": _caps(told.caps),
    }
    return {"benefitYear": year}, told.person_id


async def settling_claim(
    world: World, viewer: Viewer, given: Mapping[str, Any], now: Instant
) -> tuple[Mapping[str, Any], Id]:
    """A claim of the hospital that asks, on disk when it returns."""
    claim = given["input"]
    order = SettleOrder(
        actor=viewer.institution_id,
        key=claim["idempotencyKey"],
        cause="",
        name=claim["name"],
        id_type=IdType[claim["idType"]],
        id_number=claim["idNumber"],
        kind=CareKind[claim["care"]],
        admitted_on=date.fromisoformat(claim["admittedOn"]),
        discharged_on=date.fromisoformat(claim["admittedOn"]),
        invoice=claim["invoice"],
        items=tuple((one["item"], _fen(one["amount"])) for one in claim["costs"]),
        conditions=(),
    )
    async with world.database.read() as connection:
        ids = await ids_to_settle(connection, [order])
    await world.ids.reserve(ids)
    async with world.database.write() as connection:
        [answer] = await settle_claims(connection, [order], world.setting(now))
        if not isinstance(answer, ClaimSettled):
            return {"settleClaim": None}, Id(0)
        found = (await claims.of_ids(connection, [answer.claim_id]))[answer.claim_id].claim
    settled = {
        "__typename": "ClaimSettled",
        "readjudicated": answer.readjudicated,
        "claim": {
            "id": api_id(Prefix.CLAIM, answer.claim_id),
            "status": "SETTLED",
            "cost": yuan(found.paid.cost_fen),
            "pooled": yuan(found.paid.pooled_fen),
            "cash": yuan(found.paid.cash_fen),
        },
    }
    return {"settleClaim": settled}, found.person_id


def _person(given: Mapping[str, Any]) -> Id:
    return parsed_api_id(given["person"], Prefix.PERSON) or Id(0)


def _fen(amount: str) -> Fen:
    return Fen(int(Decimal(amount) * 100))


def _caps(states: Iterable[CapState]) -> list[dict[str, str | None]]:
    return [
        {
            "kind": one.kind.name,
            "limit": None if one.limit_fen is None else yuan(one.limit_fen),
            "paid": yuan(one.paid_fen),
            "left": None if one.left_fen is None else yuan(one.left_fen),
        }
        for one in states
    ]
