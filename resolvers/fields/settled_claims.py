"""Claims that institutions settle and reverse (费用结算与冲正), their traces, and years added up from them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from domain.decisions.benefit_years import BenefitYear, CarePaid
from domain.decisions.identity import described_problem, document_number
from domain.decisions.previewing import MOST_COSTS
from domain.decisions.tracing import MOST_STEPS, numbered
from domain.operations.settle_claims import (
    ClaimPreSettled,
    ClaimReversed,
    ClaimSettled,
    ReverseOrder,
    SettleOrder,
    ids_to_reverse,
    ids_to_settle,
    pre_settle_claim,
    reverse_claims,
    settle_claims,
)
from domain.operations.tell_claims import ClaimTrace, tell_benefit_year, tell_claim_trace
from domain.refusals import InputNotAcceptable, InputProblem
from domain.store.tables import claim_costs, claim_entries, claims
from domain.vocabulary import (
    BenefitCap,
    CareKind,
    ClaimPayer,
    DataType,
    Id,
    Prefix,
    RecognisedCondition,
    Role,
    parsed_api_id,
)
from resolvers.context import Request
from resolvers.fields.journey import batched, key_objection, named, shown, told
from resolvers.fields.persons import CLAIM_WHERE
from resolvers.fields.rules import by_role, consented, in_own_circle, listed_in_clerks_region
from resolvers.plan.executor import MutationSource, WritePayload
from resolvers.plan.sources import (
    Alias,
    Arguments,
    Computed,
    ComputedSource,
    Form,
    Identifier,
    Many,
    NestedMany,
    Plain,
    QueryRoot,
    RowSource,
    Scope,
    Some,
    ToRow,
    by_key,
    day,
    integer,
    moment,
    of_nobody,
    of_persons,
    text,
    yuan,
)

_INVOICE = re.compile(r"[A-Za-z0-9-]{1,40}")
MOST_ENTRIES = 200

_WHOEVER_REACHES_IT = by_role(
    dict.fromkeys((Role.CITIZEN, Role.HOSPITAL, Role.CLERK, Role.PARTNER, Role.OPERATOR, Role.AUDITOR))
)


def _outstanding(row: Alias, scope: Scope) -> str:
    """What is posted as owed to the person by the claim, less what was paid out for it."""
    owed = (
        "SELECT coalesce(sum(owed.amount_fen), 0) FROM claim_entries owed"
        f" WHERE owed.claim_id = {row.id} AND owed.payer = '{ClaimPayer.REIMBURSED.name}'"
    )
    paid = f"SELECT coalesce(sum(paid.amount_fen), 0) FROM disbursements paid WHERE paid.claim_id = {row.id}"
    return f"CAST(({owed}) - ({paid}) AS BIGINT)"


CLAIM = RowSource(
    "Claim",
    claims,
    key=("id",),
    prefix=Prefix.CLAIM,
    rule=by_role(
        {
            Role.CITIZEN: in_own_circle("person_id"),
            Role.HOSPITAL: lambda row, scope: f"{row.institution_id} = {scope.institution_id}",
            Role.CLERK: listed_in_clerks_region,
            Role.PARTNER: consented(DataType.CLAIMS, "person_id"),
            Role.OPERATOR: None,
            Role.AUDITOR: None,
        }
    ),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.CLAIM, lambda row, scope: row.id),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "institution": by_key("Institution", "institution_id", through=True, nullable=False),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "scheme": text("scheme"),
        "status": text("status"),
        "origin": text("origin"),
        "treated": text("treated"),
        "postings": integer("postings"),
        "care": text("care"),
        "tier": text("tier"),
        "year": integer("year"),
        "admittedOn": day("admitted_on"),
        "dischargedOn": day("discharged_on"),
        "invoice": text("invoice"),
        "settledAt": moment("settled_at"),
        "reversedAt": moment("reversed_at", nullable=True),
        "cost": yuan("cost_fen"),
        "eligible": yuan("eligible_fen"),
        "firstShare": yuan("first_share_fen"),
        "excluded": yuan("excluded_fen"),
        "pooled": yuan("pooled_fen"),
        "criticalIllness": yuan("critical_fen"),
        "assistance": yuan("assistance_fen"),
        "assistanceAtMost": yuan("assistance_at_most_fen"),
        "account": yuan("account_fen"),
        "cash": yuan("cash_fen"),
        "outstanding": yuan(_outstanding),
        "costs": Some(
            "ClaimCost", lambda row, other, scope: f"{other.claim_id} = {row.id}", order=("position",), limit=MOST_COSTS
        ),
        "entries": Some(
            "ClaimEntry",
            lambda row, other, scope: f"{other.claim_id} = {row.id}",
            order=("posting", "payer"),
            limit=MOST_ENTRIES,
        ),
    },
)

CLAIM_COST = RowSource(
    "ClaimCost",
    claim_costs,
    key=("claim_id", "position"),
    rule=_WHOEVER_REACHES_IT,
    subjects=of_nobody,
    fields={"item": text("code"), "costClass": text("cost_class"), "amount": yuan("amount_fen")},
)

CLAIM_ENTRY = RowSource(
    "ClaimEntry",
    claim_entries,
    key=("claim_id", "posting", "payer"),
    rule=_WHOEVER_REACHES_IT,
    subjects=of_nobody,
    fields={
        "posting": integer("posting"),
        "kind": text("kind"),
        "payer": text("payer"),
        "amount": yuan("amount_fen"),
        "businessOn": day("business_on"),
        "occurredAt": moment("occurred_at"),
    },
)

ROWS = (CLAIM, CLAIM_COST, CLAIM_ENTRY)

COMPUTED = (
    ComputedSource(
        "ClaimTrace",
        ClaimTrace,
        {
            "claim": ToRow("Claim", lambda trace: trace.claim_id),
            "steps": NestedMany(lambda trace: trace.steps, MOST_STEPS),
        },
        subject=lambda trace: trace.person_id,
    ),
    ComputedSource(
        "CarePaid",
        CarePaid,
        {
            "care": Plain(lambda paid, arguments: paid.care),
            "claims": Plain(lambda paid, arguments: paid.claims, Form.INTEGER),
            "pooled": Plain(lambda paid, arguments: paid.pooled_fen, Form.YUAN),
        },
    ),
    ComputedSource(
        "BenefitYear",
        BenefitYear,
        {
            "person": ToRow("Person", lambda year: year.person_id),
            "year": Plain(lambda year, arguments: year.year, Form.INTEGER),
            "care": NestedMany(lambda year: year.care, len(CareKind)),
            "stays": Plain(lambda year, arguments: year.so_far.stays, Form.INTEGER),
            "cost": Plain(lambda year, arguments: year.cost_fen, Form.YUAN),
            "criticalIllnessBase": Plain(lambda year, arguments: year.so_far.critical_base_fen, Form.YUAN),
            "criticalIllness": Plain(lambda year, arguments: year.so_far.critical_fen, Form.YUAN),
            "assistance": Plain(lambda year, arguments: year.so_far.assistance_fen, Form.YUAN),
            "account": Plain(lambda year, arguments: year.account_fen, Form.YUAN),
            "cash": Plain(lambda year, arguments: year.cash_fen, Form.YUAN),
            "caps": NestedMany(lambda year: year.caps, len(BenefitCap)),
        },
        subject=lambda year: year.person_id,
    ),
    ComputedSource(
        "ClaimPreSettled",
        ClaimPreSettled,
        {
            "scheme": Plain(lambda told, arguments: told.settlement.claim.patient.scheme),
            "year": Plain(lambda told, arguments: told.settlement.claim.year, Form.INTEGER),
            "cost": Plain(lambda told, arguments: told.settlement.claim.paid.cost_fen, Form.YUAN),
            "eligible": Plain(lambda told, arguments: told.settlement.claim.paid.eligible_fen, Form.YUAN),
            "pooled": Plain(lambda told, arguments: told.settlement.claim.paid.pooled_fen, Form.YUAN),
            "criticalIllness": Plain(lambda told, arguments: told.settlement.claim.paid.critical_fen, Form.YUAN),
            "assistance": Plain(lambda told, arguments: told.settlement.claim.paid.assistance_fen, Form.YUAN),
            "account": Plain(lambda told, arguments: told.settlement.claim.paid.account_fen, Form.YUAN),
            "cash": Plain(lambda told, arguments: told.settlement.claim.paid.cash_fen, Form.YUAN),
            "readjudicated": Plain(lambda told, arguments: len(told.settlement.later), Form.INTEGER),
            "steps": NestedMany(lambda told: numbered(told.settlement.trace), MOST_STEPS),
        },
        subject=lambda told: told.settlement.claim.person_id,
    ),
    *(
        ComputedSource(
            kind.__name__,
            kind,
            {
                "claim": ToRow("Claim", lambda outcome: outcome.claim_id),
                "readjudicated": Plain(lambda outcome, arguments: outcome.readjudicated, Form.INTEGER),
            },
        )
        for kind in (ClaimSettled, ClaimReversed)
    ),
)


async def claim_trace(request: Request, arguments: Arguments) -> ClaimTrace | None:
    """How the claim came about; None for whoever may not see it."""
    claim_id = parsed_api_id(arguments["claimId"], Prefix.CLAIM) or Id(0)
    async with request.database.read() as connection:
        return await tell_claim_trace(connection, request.viewer, claim_id, request.world.setting(request.now))


async def benefit_year(request: Request, arguments: Arguments) -> object:
    """The year so far, or why it is not told."""
    person_id = parsed_api_id(arguments["personId"], Prefix.PERSON) or Id(0)
    async with request.database.read() as connection:
        return await tell_benefit_year(
            connection, request.actor, person_id, arguments["year"], request.world.setting(request.now)
        )


QUERIES: Mapping[str, QueryRoot] = {
    "claims": Many("Claim", where=CLAIM_WHERE),
    "claimTrace": Computed(claim_trace),
    "benefitYear": Computed(benefit_year),
}


def _institution(request: Request) -> Id:
    return request.institution


def wrong_invoice(number: str) -> InputNotAcceptable | None:
    """What is wrong with the number of an invoice."""
    if not _INVOICE.fullmatch(number):
        return InputNotAcceptable(field="invoice", problem=InputProblem.INVOICE_LENGTH)
    return None


def _unacceptable(given: Arguments) -> InputNotAcceptable | None:
    """What is wrong with the patient's document or the invoice, whoever sends them."""
    wrong = described_problem(given["name"], given["idType"], document_number(given["idNumber"]))
    if wrong is not None:
        return wrong
    return wrong_invoice(given["invoice"])


def _settle(actor_id: Id, key: str, cause: str, given: Arguments) -> SettleOrder:
    recognised = set(given["conditions"])
    return SettleOrder(
        actor=actor_id,
        key=key,
        cause=cause,
        name=given["name"],
        id_type=given["idType"],
        id_number=given["idNumber"],
        kind=given["care"],
        admitted_on=given["admittedOn"],
        discharged_on=given.get("dischargedOn") or given["admittedOn"],
        invoice=given["invoice"],
        items=tuple((one["item"], one["amount"]) for one in given["costs"]),
        conditions=tuple(one for one in RecognisedCondition if one in recognised),
    )


def _reverse(actor_id: Id, key: str, cause: str, given: Arguments) -> ReverseOrder:
    return ReverseOrder(actor_id, key, cause, named(given, "claimId", Prefix.CLAIM))


async def _pre_settle(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given = arguments["input"]
    wrong = key_objection(given["idempotencyKey"]) or _unacceptable(given)
    if wrong is not None:
        return await shown(request, write, told(request.institution, wrong))
    order = _settle(request.institution, given["idempotencyKey"], request.request_id, given)
    async with request.database.read() as connection:
        answer = await pre_settle_claim(connection, order, request.world.setting(request.now))
        return await write(connection, answer)


MUTATIONS: Mapping[str, MutationSource] = {
    "preSettleClaim": MutationSource(_pre_settle),
    "settleClaim": batched(settle_claims, _settle, actor=_institution, objection=_unacceptable, ids_read=ids_to_settle),
    "reverseClaim": batched(reverse_claims, _reverse, actor=_institution, ids_read=ids_to_reverse),
}
