"""Filings of service matters (业务办理): the rows, the applicants' and the clerks' lists, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.decisions.filing_forms import (
    FORMS,
    PAYING,
    UNREVIEWED,
    AgreementSuspensionForm,
    DesignationForm,
    EmployeeEnrolmentForm,
    EntitlementForm,
    FilingForm,
    InstitutionChangeForm,
    MaternityAllowanceForm,
    MaternityExpensesForm,
    OutOfAreaForm,
    PersonChangeForm,
    ReimbursementForm,
    ResidentEnrolmentForm,
    TransferForm,
    UnitChangeForm,
    UnitEnrolmentForm,
    WithdrawalForm,
    acceptable,
)
from domain.decisions.filings import (
    MOVES,
    OF_AGENTS,
    RUNNING,
    FilingActor,
    MaterialGiven,
    moves_from,
    no_step_of,
)
from domain.decisions.revealing import wrong_explanation
from domain.operations.draft_filing import DraftFilingOrder, draft_filings
from domain.operations.entrust_filing import EntrustFilingOrder, entrust_filings
from domain.operations.filing_events import FilingMoved
from domain.operations.move_filings import (
    MoveFilingOrder,
    MoveTogetherOrder,
    complete_filings,
    ids_to_complete,
    move_filings,
    move_filings_together,
)
from domain.operations.setting import Setting
from domain.policy.matters import MOST_FILED_MATERIALS
from domain.refusals import InputNotAcceptable, InputProblem, Refusal
from domain.store import filings as filing_store
from domain.store.engine import Connection
from domain.store.filings import TrackedFiling
from domain.store.statements import EngineKind
from domain.store.tables import OPEN_FILING, filing_materials, filings
from domain.vocabulary import (
    ClaimStatus,
    FilingMove,
    FilingsMove,
    FilingStatus,
    Id,
    MatterCode,
    Prefix,
    Role,
    TreatmentPlace,
    parsed_api_id,
)
from resolvers.context import Request
from resolvers.fields.filing_forms import form_given, wrong_form
from resolvers.fields.journey import Operation, batched, named
from resolvers.fields.rules import by_role, masked_number, masked_telephone, masked_text, of_own_unit
from resolvers.plan.arguments import FieldProblem
from resolvers.plan.executor import MutationSource, WritePayload
from resolvers.plan.sources import (
    NOBODY,
    Alias,
    Arguments,
    Computed,
    ComputedSource,
    Identifier,
    Many,
    NestedMany,
    OneByKey,
    Plain,
    QueryRoot,
    RowSource,
    Scope,
    Some,
    ToRow,
    Value,
    boolean,
    by_key,
    day,
    integer,
    moment,
    of_nobody,
    of_persons,
    text,
    text_by,
)
from resolvers.plan.sources import Form as Printed
from resolvers.service import ErrorCode
from resolvers.world import TRACKING_COST
from schema.filings import MOST_FILINGS

# ---- rows ------------------------------------------------------------------------------------------------------------


def _words(moves: Callable[[FilingStatus], tuple[FilingMove, ...]], row: Alias) -> str:
    """A JSON list of moves, by the state in which the row stands."""
    cases = " ".join(
        f"WHEN '{status.name}' THEN {_listed(moves(status), status, row)}" for status in FilingStatus if moves(status)
    )
    return f"CASE {row.status} {cases} ELSE '[]' END"


def _listed(moves: tuple[FilingMove, ...], status: FilingStatus, row: Alias) -> str:
    """A JSON list of moves, without that for which the guide of the row's matter has no step."""
    reviewed, unreviewed = (
        "'[" + ", ".join(f'"{move.name}"' for move in moves if move is not no_step_of(matter, status)) + "]'"
        for matter in (MatterCode.RESIDENT_ENROLMENT, *UNREVIEWED)
    )
    if reviewed == unreviewed:
        return reviewed
    return f"CASE WHEN {row.matter} IN ({_names(UNREVIEWED)}) THEN {unreviewed} ELSE {reviewed} END"


def _names(matters: Iterable[MatterCode]) -> str:
    return ", ".join(sorted(repr(matter.name) for matter in matters))


def _of_applicant(*barred: FilingMove) -> Callable[[FilingStatus], tuple[FilingMove, ...]]:
    out = {FilingMove.ANSWER, *barred}
    return lambda status: tuple(move for move in moves_from(status, FilingActor.APPLICANT) if move not in out)


_BY_OFFICES = _of_applicant(FilingMove.ENTRUST, FilingMove.REVOKE)
_UNENTRUSTED, _ENTRUSTED = _of_applicant(FilingMove.REVOKE), _of_applicant(FilingMove.ENTRUST)
_BY_AGENT = _of_applicant(*(set(FilingMove) - OF_AGENTS))


def _of_nobody(status: FilingStatus) -> tuple[FilingMove, ...]:
    return tuple(move for move in moves_from(status, FilingActor.CLERK) if move is FilingMove.CLAIM)


def _of_holder(*barred: FilingMove) -> Callable[[FilingStatus], tuple[FilingMove, ...]]:
    out = {FilingMove.CLAIM, *barred}
    return lambda status: tuple(move for move in moves_from(status, FilingActor.CLERK) if move not in out)


_APPLICANTS = (Role.CITIZEN, Role.UNIT_OFFICER, Role.HOSPITAL)


def _next_actions(row: Alias, scope: Scope) -> str:
    """What the viewer can do: applicants and agents what the table lets them, a clerk what the filing's holder may."""
    listed = "'[]'"
    if scope.role in _APPLICANTS:
        theirs = _words(_BY_OFFICES, row)
        if scope.role is Role.CITIZEN:
            theirs = (
                f"CASE WHEN {row.agent_id} IS NULL THEN {_words(_UNENTRUSTED, row)}"
                f" WHEN {row.agent_id} = {scope.viewer_id} THEN {_words(_BY_AGENT, row)}"
                f" ELSE {_words(_ENTRUSTED, row)} END"
            )
        listed = f"CASE WHEN {row.rated_at} IS NOT NULL THEN '[]' ELSE {theirs} END"
    elif scope.role is Role.CLERK:
        pays = f"{row.matter} IN ({_names(PAYING)})"
        listed = (
            f"CASE WHEN {row.ended_at} IS NOT NULL THEN CASE WHEN {row.rectify_by} IS NOT NULL"
            f""" AND {row.rectified_at} IS NULL THEN '["{FilingMove.RECTIFY.name}"]' ELSE '[]' END"""
            f" WHEN {row.holder_id} IS NULL THEN {_words(_of_nobody, row)}"
            f" WHEN {row.holder_id} <> {scope.persona_id} THEN '[]'"
            f" WHEN {row.approver_id} = {scope.persona_id} AND {pays} THEN"
            f" {_words(_of_holder(FilingMove.COMPLETE, FilingMove.DISBURSE), row)}"
            f" WHEN {row.status} = '{FilingStatus.APPROVED.name}' AND {pays} THEN"
            f" {_words(_of_holder(FilingMove.COMPLETE), row)}"
            f" WHEN {row.noticed_at} IS NULL THEN {_words(_of_holder(FilingMove.DISBURSE), row)}"
            f" ELSE {_words(_of_holder(FilingMove.DISBURSE, FilingMove.REQUEST_MATERIALS), row)} END"
        )
    return f"json({listed})" if scope.kind is EngineKind.SQLITE else f"CAST({listed} AS jsonb)"


_RUNS = f"({', '.join(sorted(repr(status.name) for status in RUNNING))})"


def _remaining(row: Alias, scope: Scope) -> str:
    running = f"coalesce({row.days_left}, {row.due_number} - {scope.working_day})"
    return f"CASE WHEN {row.status} IN {_RUNS} THEN CASE WHEN {running} > 0 THEN {running} ELSE 0 END END"


def _member(member: str, kinds: Sequence[type[FilingForm]]) -> Callable[[Alias, Scope], str]:
    """What a form of these kinds says, null for other matters and where it does not say so."""
    matters = ", ".join(repr(matter.name) for matter, form in FORMS.items() if form in kinds)
    return lambda row, scope: f"CASE WHEN {row.matter} IN ({matters}) THEN {scope.json.member(row.form, member)} END"


def _said(member: str, *kinds: type[FilingForm]) -> Value:
    return text(_member(member, kinds), nullable=True)


def _day_said(member: str, *kinds: type[FilingForm]) -> Value:
    return day(_member(member, kinds), nullable=True)


_STATING = (PersonChangeForm, EmployeeEnrolmentForm)
"""Forms that say how somebody is called, what document they hold, and the like."""


def _masked(member: str, mask: Callable[[str], str], *told: Role) -> Value:
    """What such a form says, masked to all but these roles, and to agents."""
    whole = _member(member, _STATING)

    def value(row: Alias, scope: Scope) -> str:
        found = whole(row, scope)
        return _unless_agent(row, scope, found, mask(found)) if scope.role in told else mask(found)

    return text(value, nullable=True)


def _unless_agent(row: Alias, scope: Scope, found: str, otherwise: str) -> str:
    if scope.role is not Role.CITIZEN:
        return found
    return f"CASE WHEN {row.agent_id} = {scope.viewer_id} THEN {otherwise} ELSE {found} END"


def _stated_birth_date(row: Alias, scope: Scope) -> str:
    if scope.role is Role.AUDITOR:
        return "NULL"
    return _unless_agent(row, scope, _member("birth_date", _STATING)(row, scope), "NULL")


def _claim_said(row: Alias, scope: Scope) -> str:
    """The claim that a form names, as the API names it."""
    of_claims = f"{row.matter} = '{MatterCode.ASSISTANCE_REIMBURSEMENT.name}'"
    named = f"'{Prefix.CLAIM.value}_' || CAST({scope.json.member(row.form, 'claim_id')} AS TEXT)"
    return f"CASE WHEN {of_claims} THEN {named} END"


def _coverage_year_said(row: Alias, scope: Scope) -> str:
    """The year of cover that a form names."""
    of_subsidies = f"{row.matter} = '{MatterCode.ASSISTED_CONTRIBUTION_SUBSIDY.name}'"
    return f"CASE WHEN {of_subsidies} THEN {scope.json.integer_member(row.form, 'coverage_year')} END"


def _claims_as_settled(row: Alias, scope: Scope) -> str:
    """How many claims were settled as care elsewhere before the record that covers them was completed."""
    record = f"{row.matter} IN ({', '.join(repr(one.name) for one, form in FORMS.items() if form is OutOfAreaForm)})"
    place = "treating.region_code"
    inside = f"({place}, substr({place}, 1, 4) || '00', substr({place}, 1, 2) || '0000')"
    settled = (
        "SELECT count(*) FROM out_of_area_records recorded JOIN claims settled"
        " ON settled.person_id = recorded.person_id AND settled.admitted_on >= recorded.first_day"
        " AND (recorded.last_day IS NULL OR settled.admitted_on <= recorded.last_day)"
        f" JOIN institutions treating ON treating.id = settled.institution_id AND recorded.region_code IN {inside}"
        f" WHERE recorded.filing_id = {row.id} AND settled.treated = '{TreatmentPlace.ELSEWHERE.name}'"
        f" AND settled.status = '{ClaimStatus.SETTLED.name}' AND settled.settled_at <= {row.ended_at}"
    )
    return f"CASE WHEN {record} AND {row.status} = '{FilingStatus.COMPLETED.name}' THEN ({settled}) END"


def _submitted_in_region(row: Alias, scope: Scope) -> str:
    inside = f"{row.status} <> '{FilingStatus.DRAFT.name}' AND {scope.in_viewers_region(row.region_code)}"
    return inside if scope.county else f"{inside} AND {row.id} BETWEEN {scope.id_low} AND {scope.id_high}"


FILING = RowSource(
    "Filing",
    filings,
    key=("id",),
    prefix=Prefix.FILING,
    rule=by_role(
        {
            # What somebody files as the officer of a unit is the unit's.
            Role.CITIZEN: lambda row, scope: (
                f"({row.applicant_id} = {scope.viewer_id} AND {row.unit_id} IS NULL)"
                f" OR {row.agent_id} = {scope.viewer_id}"
            ),
            Role.UNIT_OFFICER: of_own_unit(),
            Role.HOSPITAL: lambda row, scope: f"{row.institution_id} = {scope.institution_id}",
            Role.CLERK: _submitted_in_region,
            Role.AUDITOR: None,
        }
    ),
    subjects=of_persons("person_id", "applicant_id"),
    fields={
        "id": Identifier(Prefix.FILING, lambda row, scope: row.id),
        "matter": text("matter"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "applicant": by_key("Person", "applicant_id", through=True),
        "agent": by_key("Person", "agent_id", through=True),
        "unit": by_key("Unit", "unit_id", through=True),
        "institution": by_key("Institution", "institution_id", through=True),
        "person": by_key("Person", "person_id", through=True),
        "applicantKind": text("applicant"),
        "status": text("status"),
        "nextActions": text(_next_actions),
        "draftedAt": moment("drafted_at"),
        "filedAt": moment("filed_at"),
        "noticeBy": day("notice_by", nullable=True),
        "noticedAt": moment("noticed_at", nullable=True),
        "suppliedAt": moment("supplied_at", nullable=True),
        "acceptedOn": day("accepted_on", nullable=True),
        "workingDays": integer("working_days"),
        "dueOn": day("due_on", nullable=True),
        "lateFrom": moment("late_from"),
        "remainingWorkingDays": integer(_remaining, nullable=True),
        "calendar": text("calendar", nullable=True),
        "overdue": boolean(lambda row, scope: f"({row.late_from} <= {scope.now})"),
        "overdueAt": moment("overdue_at", nullable=True),
        "claimed": boolean(lambda row, scope: f"({row.holder_id} IS NOT NULL)"),
        "inMyHands": boolean(lambda row, scope: f"(coalesce({row.holder_id}, -1) = {scope.persona_id})"),
        "reason": text("reason", nullable=True),
        "endedAt": moment("ended_at", nullable=True),
        "effectId": text("effect_id", nullable=True),
        "claimsAsSettled": integer(_claims_as_settled, nullable=True),
        "rating": text("rating", nullable=True),
        "ratingComment": text("rating_comment", nullable=True),
        "ratedAt": moment("rated_at", nullable=True),
        "rectifyBy": day("rectify_by", nullable=True),
        "rectifiedAt": moment("rectified_at", nullable=True),
        "rectification": text("rectification", nullable=True),
        "action": _said(
            "action", ResidentEnrolmentForm, AgreementSuspensionForm, UnitEnrolmentForm, EmployeeEnrolmentForm
        ),
        "personType": _said("person_type", ResidentEnrolmentForm),
        "terminationReason": _said("reason", ResidentEnrolmentForm, EmployeeEnrolmentForm),
        "withdrawalReason": _said("reason", WithdrawalForm),
        "cardLastFour": _said("card_last_four", WithdrawalForm, ReimbursementForm, MaternityExpensesForm),
        "care": _said("care", ReimbursementForm),
        "injury": _said("injury", ReimbursementForm),
        "invoice": _said("invoice", ReimbursementForm, MaternityExpensesForm),
        "admittedOn": _day_said("admitted_on", ReimbursementForm, MaternityExpensesForm),
        "dischargedOn": _day_said("discharged_on", ReimbursementForm, MaternityExpensesForm),
        "maternityOccasion": _said("occasion", MaternityExpensesForm, MaternityAllowanceForm),
        "occurredOn": _day_said("occurred_on", MaternityExpensesForm, MaternityAllowanceForm),
        "children": integer(_member("children", (MaternityAllowanceForm,)), nullable=True),
        "tier": _said("tier", DesignationForm, InstitutionChangeForm),
        "institutionName": _said("name", InstitutionChangeForm),
        "fromRegion": _said("from_region", TransferForm),
        "unitName": _said("name", UnitEnrolmentForm, UnitChangeForm),
        "unitKind": _said("kind", UnitEnrolmentForm, UnitChangeForm),
        "creditCode": _said("credit_code", UnitEnrolmentForm),
        "unitRegion": _said("region", UnitEnrolmentForm, UnitChangeForm),
        "enrolmentRegion": _said("region", EmployeeEnrolmentForm),
        "statedName": _masked("name", masked_text, *_APPLICANTS, Role.CLERK),
        "statedIdType": _said("id_type", *_STATING),
        "statedIdNumber": _masked("id_number", masked_number),
        "statedSex": _said("sex", *_STATING),
        "statedBirthDate": day(_stated_birth_date, nullable=True),
        "statedPhone": _masked("phone", masked_telephone),
        "treatmentRegion": _said("region", OutOfAreaForm),
        "firstDay": _day_said("first_day", OutOfAreaForm),
        "lastDay": _day_said("last_day", OutOfAreaForm),
        "claimId": text(_claim_said, nullable=True),
        "coverageYear": integer(_coverage_year_said, nullable=True),
        "entitlementCode": _said("code", EntitlementForm),
        "materials": Some(
            "FilingMaterial",
            lambda row, other, scope: f"{other.filing_id} = {row.id}",
            order=("number",),
            limit=MOST_FILED_MATERIALS,
        ),
    },
)


def _name(row: Alias, scope: Scope, arguments: Arguments) -> str:
    return row.name_en if arguments["language"].name == "EN" else row.name


FILING_MATERIAL = RowSource(
    "FilingMaterial",
    filing_materials,
    key=("filing_id", "number"),
    rule=by_role(dict.fromkeys((*_APPLICANTS, Role.CLERK, Role.AUDITOR))),
    subjects=of_nobody,
    fields={
        "number": integer("number"),
        "name": text_by(_name),
        "needed": boolean("needed"),
        "pledgeable": boolean("pledgeable"),
        "standsFor": integer("stands_for", nullable=True),
        "way": text("way", nullable=True),
        "media": text("media", nullable=True),
        "sha256": text("sha256", nullable=True),
        "materialId": text(lambda row, scope: f"'{Prefix.MATERIAL.value}_' || {row.material_id}", nullable=True),
        "providedAt": moment("provided_at", nullable=True),
        "toldAt": moment("told_at", nullable=True),
    },
)

_WHERE = {"region": "region_code", "matter": "matter", "status": "status"}
_ORDERS = {
    "FILED_AT_ASC": (("filed_at", False),),
    "FILED_AT_DESC": (("filed_at", True),),
    "LATE_FROM_ASC": (("late_from", False),),
}


def _queued(row: Alias, scope: Scope) -> str:
    if scope.role is not Role.CLERK:
        return NOBODY
    # As the partial indexes have it, whose columns come first; no clerk is of more than a province.
    is_open = OPEN_FILING.replace("status", row.status, 1)
    province = f"{row.province_code} = substr({scope.region_low}, 1, 2) || '0000'"
    return is_open if scope.county else f"{is_open} AND {province}"


async def tracked_filing(request: Request, arguments: Arguments) -> TrackedFiling | None:
    """How far a filing has come, to anybody who knows its number and the end of the applicant's.

    Whatever is asked of a number counts, whether or not there is such a filing; what is no number is that of none.
    Raises FieldProblem.
    """
    number = parsed_api_id(arguments["number"].strip(), Prefix.FILING)
    if number is None:
        return None
    world = request.world
    wait = world.tracking.take(number, world.clock.machine(), TRACKING_COST)
    if wait:
        raise FieldProblem(
            ErrorCode.RATE_LIMITED,
            f"此办件查询过于频繁，请在 {wait} 秒后再试。 This filing was asked about too often: try again in {wait} s.",
            {"retryAfterSeconds": wait},
        )
    async with request.database.read() as connection:
        found = await filing_store.tracked(connection, number)
    if found is None or found.id_number[-4:].upper() != arguments["idLastFour"].strip().upper():
        return None
    return found


TRACKED = ComputedSource(
    "TrackedFiling",
    TrackedFiling,
    {
        "status": Plain(lambda found, arguments: found.status),
        "acceptedOn": Plain(lambda found, arguments: found.accepted_on, Printed.DATE),
        "dueOn": Plain(lambda found, arguments: found.due_on, Printed.DATE),
        "endedAt": Plain(lambda found, arguments: found.ended_at, Printed.INSTANT),
    },
    subject=lambda found: found.applicant_id,
)

QUERIES: Mapping[str, QueryRoot] = {
    "trackedFiling": Computed(tracked_filing),
    "filing": OneByKey("Filing", "id"),
    "filings": Many("Filing", where=_WHERE, orders=_ORDERS),
    "filingQueue": Many("Filing", where=_WHERE, orders=_ORDERS, restrict=_queued),
}


@dataclass(frozen=True, slots=True)
class FilingsAnswered:
    """Answers to a list of filings, one for each."""

    results: Sequence[object]


OUTCOMES = (
    ComputedSource("FilingMoved", FilingMoved, {"filing": ToRow("Filing", lambda outcome: outcome.filing_id)}),
    ComputedSource(
        "FilingsAnswered",
        FilingsAnswered,
        {"results": NestedMany(lambda outcome: outcome.results, MOST_FILINGS, "filingIds")},
    ),
)


# ---- mutations -------------------------------------------------------------------------------------------------------


def _clerk(request: Request) -> Id:
    return request.clerk


def _applicant(request: Request) -> Id:
    """Who applies, 0 where nobody does."""
    return request.actor or request.officer or request.institution


def _by_applicant(operation: Operation, make_order: Callable[..., object], **how: Any) -> MutationSource:
    """As `batched`, for whoever applies: the order says for which unit, or that an institution does."""

    async def run(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
        unit_id = request.viewer.unit_id if request.officer else None
        made = partial(make_order, unit_id=unit_id, institution_id=request.institution or None)
        return await batched(operation, made, actor=_applicant, **how).run(request, arguments, write)

    return MutationSource(run)


def _materials(given: Arguments) -> tuple[MaterialGiven, ...]:
    return tuple(
        MaterialGiven(
            one["number"],
            one["pledged"],
            None if one.get("materialId") is None else named(one, "materialId", Prefix.MATERIAL),
        )
        for one in given.get("materials") or ()
    )


def _draft(
    actor_id: Id, key: str, cause: str, given: Arguments, *, unit_id: Id | None, institution_id: Id | None
) -> DraftFilingOrder:
    form = form_given(given["form"], actor_id)
    return DraftFilingOrder(
        actor_id, key, cause, given["matter"], form, _materials(given), unit_id=unit_id, institution_id=institution_id
    )


def _wrong_draft(given: Arguments) -> InputNotAcceptable | None:
    form = form_given(given["form"], Id(0))
    if not acceptable(given["matter"], form):
        return InputNotAcceptable(field="form", problem=InputProblem.FORM_OF_MATTER)
    return wrong_form(form) or _too_many(given)


def _too_many(given: Arguments) -> InputNotAcceptable | None:
    for member in ("materials", "numbers"):
        if len(given.get(member) or ()) > MOST_FILED_MATERIALS:
            return InputNotAcceptable(field=member, problem=InputProblem.MATERIAL)
    return None


def _ids_to_move(order: MoveFilingOrder) -> int:
    """An event of the move, and one that tells an agent of the end of it."""
    return 2 if order.move is FilingMove.REVOKE else 1


def _moving(mutation: str, move: FilingMove) -> MutationSource:
    """A mutation that makes one move; who acts is whoever the table says makes it."""

    def order(
        actor_id: Id,
        key: str,
        cause: str,
        given: Arguments,
        *,
        unit_id: Id | None = None,
        institution_id: Id | None = None,
    ) -> MoveFilingOrder:
        return MoveFilingOrder(
            actor=actor_id,
            key=key,
            cause=cause,
            mutation=mutation,
            move=move,
            filing_id=named(given, "filingId", Prefix.FILING),
            reason=given.get("reason"),
            numbers=tuple(sorted(set(given.get("numbers") or ()))),
            materials=_materials(given),
            clerk_id=named(given, "clerkId", Prefix.PERSONA) if "clerkId" in given else None,
            rating=given.get("rating"),
            text=given.get("text") if move is FilingMove.RECTIFY else given.get("comment"),
            unit_id=unit_id,
            institution_id=institution_id,
        )

    if move in (FilingMove.COMPLETE, FilingMove.DISBURSE):
        return batched(complete_filings, order, actor=_clerk, ids_read=ids_to_complete, sets_timers=True)
    how: Mapping[str, Any] = {"objection": _too_many, "ids": _ids_to_move, "sets_timers": True}
    if MOVES[move].by is FilingActor.CLERK:
        return batched(move_filings, order, actor=_clerk, **how)
    return _by_applicant(move_filings, order, **how)


def _move_together(actor_id: Id, key: str, cause: str, given: Arguments) -> MoveTogetherOrder:
    move = FilingMove[given["move"].name]
    reason = given["reason"] if move is FilingMove.DENY else None
    numbers = tuple(parsed_api_id(one, Prefix.FILING) or Id(0) for one in given["filingIds"])
    return MoveTogetherOrder(actor_id, key, cause, move, numbers, reason)


def _wrong_list(given: Arguments) -> InputNotAcceptable | None:
    if not 1 <= len(given["filingIds"]) <= MOST_FILINGS:
        return InputNotAcceptable(field="filingIds", problem=InputProblem.FILING_COUNT)
    if given["move"] is FilingsMove.DENY:
        return next(iter(wrong_explanation("reason", given.get("reason") or "")), None)
    return None


async def _move_lists(
    connection: Connection, orders: Sequence[MoveTogetherOrder], setting: Setting
) -> list[FilingsAnswered | Refusal]:
    """One move of many filings under one key, for each order."""
    answers = await move_filings_together(connection, orders, setting)
    return [FilingsAnswered(answer) if isinstance(answer, list) else answer for answer in answers]


def _entrust(actor_id: Id, key: str, cause: str, given: Arguments) -> EntrustFilingOrder:
    filing = named(given, "filingId", Prefix.FILING)
    return EntrustFilingOrder(actor_id, key, cause, filing, given["name"], given["idType"], given["idNumber"])


_MOVES: Mapping[str, FilingMove] = {
    "submitFiling": FilingMove.SUBMIT,
    "supplementFiling": FilingMove.SUPPLEMENT,
    "withdrawFiling": FilingMove.WITHDRAW,
    "revokeFilingAgent": FilingMove.REVOKE,
    "claimFiling": FilingMove.CLAIM,
    "returnFiling": FilingMove.RETURN,
    "handOverFiling": FilingMove.HAND_OVER,
    "requestFilingMaterials": FilingMove.REQUEST_MATERIALS,
    "acceptFiling": FilingMove.ACCEPT,
    "declineFiling": FilingMove.DECLINE,
    "approveFiling": FilingMove.APPROVE,
    "denyFiling": FilingMove.DENY,
    "completeFiling": FilingMove.COMPLETE,
    "disburseFiling": FilingMove.DISBURSE,
    "rateFiling": FilingMove.RATE,
    "rectifyFiling": FilingMove.RECTIFY,
}

MUTATIONS: Mapping[str, MutationSource] = {
    "draftFiling": _by_applicant(draft_filings, _draft, objection=_wrong_draft),
    "entrustFiling": batched(entrust_filings, _entrust),
    **{mutation: _moving(mutation, move) for mutation, move in _MOVES.items()},
    "moveFilings": batched(
        _move_lists,
        _move_together,
        actor=_clerk,
        objection=_wrong_list,
        ids=lambda order: len(order.filing_ids),
    ),
}
