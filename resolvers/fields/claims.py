"""Previews of claims (费用测算): what care would cost, adjudicated step by step and recorded nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.decisions.adjudicating import MOST_CAPS, CapState, YearSoFar
from domain.decisions.previewing import NOTHING_SUPPOSED, Care, CareCost, Preview, Supposition
from domain.decisions.tracing import MOST_FACTS, MOST_STEPS, NumberedStep, numbered
from domain.operations.preview_claims import PreviewOrder, preview_claims
from domain.vocabulary import CareKind, Fen, Id, Prefix, parsed_api_id
from resolvers.context import Request
from resolvers.plan.sources import (
    Arguments,
    Computed,
    ComputedSource,
    Form,
    NestedMany,
    Plain,
    QueryRoot,
    ToRow,
)

CLAIMS = (
    ComputedSource(
        "ClaimStep",
        NumberedStep,
        {
            "position": Plain(lambda one, arguments: one.position, Form.INTEGER),
            "parent": Plain(lambda one, arguments: one.parent, Form.INTEGER),
            "rule": Plain(lambda one, arguments: one.step.rule),
            "amountIn": Plain(lambda one, arguments: one.step.in_fen, Form.YUAN),
            "amountOut": Plain(lambda one, arguments: one.step.out_fen, Form.YUAN),
            "before": Plain(lambda one, arguments: one.step.before_fen, Form.YUAN),
            "limit": Plain(lambda one, arguments: one.step.limit_fen, Form.YUAN),
            "share": Plain(lambda one, arguments: None if one.step.share is None else str(one.step.share)),
            "count": Plain(lambda one, arguments: one.step.count, Form.INTEGER),
            "facts": NestedMany(lambda one: one.step.facts, MOST_FACTS),
            "sentence": Plain(
                lambda one, arguments: one.step.en() if arguments["language"].name == "EN" else one.step.zh()
            ),
        },
    ),
    ComputedSource(
        "BenefitCapState",
        CapState,
        {
            "kind": Plain(lambda state, arguments: state.kind),
            "limit": Plain(lambda state, arguments: state.limit_fen, Form.YUAN),
            "paid": Plain(lambda state, arguments: state.paid_fen, Form.YUAN),
            "left": Plain(lambda state, arguments: state.left_fen, Form.YUAN),
        },
    ),
    ComputedSource(
        "ClaimPreview",
        Preview,
        {
            "person": ToRow("Person", lambda told: told.person_id),
            "scheme": Plain(lambda told, arguments: told.scheme),
            "region": Plain(lambda told, arguments: told.region),
            "on": Plain(lambda told, arguments: told.on, Form.DATE),
            "care": Plain(lambda told, arguments: told.care.kind),
            "tier": Plain(lambda told, arguments: told.care.tier),
            "conditions": Plain(lambda told, arguments: told.conditions),
            "treated": Plain(lambda told, arguments: told.treated),
            "supposed": Plain(lambda told, arguments: told.supposed),
            "recordSupposed": Plain(lambda told, arguments: told.record_supposed, Form.BOOLEAN),
            "cost": Plain(lambda told, arguments: told.result.cost_fen, Form.YUAN),
            "eligible": Plain(lambda told, arguments: told.result.eligible_fen, Form.YUAN),
            "firstShare": Plain(lambda told, arguments: told.result.first_share_fen, Form.YUAN),
            "excluded": Plain(lambda told, arguments: told.result.excluded_fen, Form.YUAN),
            "pooled": Plain(lambda told, arguments: told.result.pooled_fen, Form.YUAN),
            "criticalIllness": Plain(lambda told, arguments: told.result.critical_fen, Form.YUAN),
            "assistance": Plain(lambda told, arguments: told.result.assistance_fen, Form.YUAN),
            "assistanceAtMost": Plain(lambda told, arguments: told.result.assistance_at_most_fen, Form.YUAN),
            "account": Plain(lambda told, arguments: told.result.account_fen, Form.YUAN),
            "cash": Plain(lambda told, arguments: told.result.cash_fen, Form.YUAN),
            "caps": NestedMany(lambda told: told.result.caps, MOST_CAPS),
            "steps": NestedMany(lambda told: numbered(told.result.trace), MOST_STEPS),
        },
        subject=lambda told: told.person_id,
    ),
)

_POOLED = {
    CareKind.OUTPATIENT: "outpatient",
    CareKind.HYPERTENSION_DIABETES: "hypertensionDiabetes",
    CareKind.CHRONIC_DISEASE: "chronicDisease",
    CareKind.SPECIAL_DISEASE: "specialDisease",
    CareKind.ANTENATAL: "antenatal",
    CareKind.INPATIENT: "inpatient",
}


def _year(given: Arguments | None) -> YearSoFar:
    if given is None:
        return YearSoFar()
    return YearSoFar(
        pooled_fen={kind: Fen(given[name]) for kind, name in _POOLED.items()},
        critical_base_fen=given["criticalIllnessBase"],
        critical_fen=given["criticalIllness"],
        assistance_fen=given["assistance"],
        stays=given["stays"],
    )


def _supposed(given: Arguments | None) -> Supposition:
    if given is None:
        return NOTHING_SUPPOSED
    return Supposition(frozenset(given["entitlements"]), given["outOfAreaRecord"])


def _care(given: Arguments, on: date | None) -> Care:
    admitted_on = given["admittedOn"]
    return Care(
        kind=given["kind"],
        tier=given["tier"],
        designated=given["designated"],
        admitted_on=admitted_on,
        discharged_on=given.get("dischargedOn") or admitted_on,
        costs=[CareCost(one.get("costClass"), one["amount"], one.get("item")) for one in given["costs"]],
        conditions=frozenset(given["conditions"]),
        year=_year(given.get("yearSoFar")),
        on=on,
        region=given.get("region"),
        supposed=_supposed(given.get("suppose")),
    )


async def claim_preview(request: Request, arguments: Arguments) -> object:
    """What the care would cost, or why that is not told."""
    person_id = parsed_api_id(arguments["personId"], Prefix.PERSON) or Id(0)
    care = _care(arguments["care"], arguments.get("on"))
    on_record = arguments["care"].get("yearSoFar") is None
    order = PreviewOrder(request.actor, person_id, care, year_on_record=on_record)
    async with request.database.read() as connection:
        [answer] = await preview_claims(connection, [order], request.world.setting(request.now))
    return answer


QUERIES: Mapping[str, QueryRoot] = {"claimPreview": Computed(claim_preview)}
