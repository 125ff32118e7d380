"""The log of events (事件日志): read as a list, followed as a subscription, from the same places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from domain.store.events import KEY_MEMBER, TIMER_MEMBER
from domain.store.places import beside_sql
from domain.store.statements import EngineKind
from domain.store.tables import events
from domain.vocabulary import NATION, DataType, Prefix, Role, Viewer, parsed_api_id
from resolvers.context import Request
from resolvers.fields.following import KEY, followed, settled
from resolvers.fields.log_places import LOG
from resolvers.fields.rules import by_role, consented_to
from resolvers.following.interest import NOTHING, Interest
from resolvers.plan.executor import Follower, SubscriptionSource
from resolvers.plan.rows import RowCompiler
from resolvers.plan.sources import (
    Alias,
    Among,
    Arguments,
    CursorOf,
    Identifier,
    Link,
    Many,
    QueryRoot,
    RowField,
    RowSource,
    Scope,
    VariedSource,
    by_key,
    day,
    integer,
    moment,
    of_persons,
    text,
    yuan,
)
from schema.enums import EventType

TOLD_TO_PARTNERS: Final[Mapping[DataType, tuple[EventType, ...]]] = {
    DataType.ENROLMENTS: (
        EventType.ENROLMENT_REGISTERED,
        EventType.ENROLMENT_SUSPENDED,
        EventType.ENROLMENT_RESUMED,
        EventType.ENROLMENT_TERMINATED,
        EventType.OUTSIDE_ENROLMENT_SUSPENDED,
        EventType.RETIRED,
        EventType.TRANSFER_APPLIED,
        EventType.TRANSFER_FORM_SENT,
        EventType.TRANSFER_COMPLETED,
        EventType.TRANSFER_WITHDRAWN,
    ),
    DataType.CONTRIBUTIONS: (
        EventType.RESIDENT_CONTRIBUTION_SUBMITTED,
        EventType.RESIDENT_CONTRIBUTION_PAID,
        EventType.RESIDENT_CONTRIBUTION_FINISHED,
        EventType.CONTRIBUTION_REFUND_REQUESTED,
        EventType.RESIDENT_CONTRIBUTION_REFUNDED,
    ),
    DataType.ACCOUNT: (EventType.ACCOUNT_CREDITED, EventType.INTEREST_PAID, EventType.ACCOUNT_WITHDRAWN),
    DataType.CLAIMS: (EventType.CLAIM_SETTLED, EventType.CLAIM_READJUDICATED, EventType.CLAIM_REVERSED),
}
"""Of which type of data an event is, for those of a person whom it is about. No app is told of any other."""


def _data_type(row: Alias, scope: Scope) -> str:
    cases = " ".join(
        f"WHEN '{event.name}' THEN '{of.name}'" for of, events in TOLD_TO_PARTNERS.items() for event in events
    )
    return f"CASE {row.type} {cases} END"


RULE = by_role(
    {
        Role.CITIZEN: lambda row, scope: f"{row.subject_id} = {scope.viewer_id} OR {row.actor_id} = {scope.viewer_id}",
        Role.CLERK: lambda row, scope: scope.in_viewers_region(row.region_code),
        Role.OPERATOR: None,
        Role.PARTNER: consented_to("subject_id", _data_type),
        Role.AUDITOR: None,
        # What the officer does as an insured person is told to the insured person.
        Role.UNIT_OFFICER: lambda row, scope: (
            f"({row.actor_id} = {scope.viewer_id} OR {row.subject_id} = {scope.viewer_id})"
            f" AND {scope.json.integer_member(row.payload, 'unit_id')} = {scope.unit_id}"
        ),
    }
)


def interest_of(viewer: Viewer, types: frozenset[str] | None) -> Interest:
    """What `RULE` can let through for a viewer, of these types."""
    match viewer.role:
        case Role.CITIZEN | Role.UNIT_OFFICER:
            return Interest(types, (viewer.person_id,))
        case Role.CLERK:
            return Interest(types, region=viewer.region)
        case Role.ANONYMOUS:
            return NOTHING
    return Interest(types)


def _linked(target: str, member: str) -> Link:
    return Link(target, lambda row, other, scope: f"{other.id} = {scope.json.integer_member(row.payload, member)}")


def _own_key(row: Alias, scope: Scope) -> str:
    """The key of whoever acted, told to them and to those who run and check the platform."""
    key = scope.json.member(row.payload, KEY_MEMBER)
    if scope.role in (Role.OPERATOR, Role.AUDITOR):
        return key
    if scope.role in (Role.CITIZEN, Role.UNIT_OFFICER):
        return f"CASE WHEN {row.actor_id} = {scope.viewer_id} THEN {key} END"
    return "NULL"


_COMMON: Mapping[str, RowField] = {
    "id": Identifier(Prefix.EVENT, lambda row, scope: row.id),
    "cursor": CursorOf(LOG),
    "type": text("type"),
    "occurredAt": moment("occurred_at"),
    "region": text("region_code"),
    "actor": by_key("Person", "actor_id"),
    "subject": by_key("Person", "subject_id"),
    "cause": text("cause"),
    "version": integer("version"),
    "province": text(lambda row, scope: f"substr({row.region_code}, 1, 2) || '0000'"),
    "idempotencyKey": text(_own_key, nullable=True),
    "timer": text(lambda row, scope: scope.json.member(row.payload, TIMER_MEMBER), nullable=True),
}
_BINDING: Mapping[str, RowField] = {
    "binding": _linked("FamilyBinding", "binding_id"),
    "relation": text(lambda row, scope: scope.json.member(row.payload, "relation")),
}
_VERIFIED: Mapping[str, RowField] = {"person": _linked("Person", "person_id")}
_REVEALED: Mapping[str, RowField] = {
    **_VERIFIED,
    "reason": text(lambda row, scope: scope.json.member(row.payload, "reason")),
}
_CONSENT: Mapping[str, RowField] = {
    "consent": _linked("Consent", "consent_id"),
    "dataType": text(lambda row, scope: scope.json.member(row.payload, "data_type")),
}
_PAYEE: Mapping[str, RowField] = {"payee": _linked("Payee", "payee_id")}
_CONTRIBUTION: Mapping[str, RowField] = {
    "contribution": _linked("ResidentContribution", "contribution_id"),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
    "coverageYear": integer(lambda row, scope: scope.json.integer_member(row.payload, "coverage_year")),
}
_FINISHED: Mapping[str, RowField] = {
    "contribution": _linked("ResidentContribution", "contribution_id"),
    "receiptNumber": text(lambda row, scope: scope.json.member(row.payload, "receipt_number")),
}
_PAYMENT: Mapping[str, RowField] = {
    "order": _linked("PaymentOrder", "order_id"),
    "channel": text(lambda row, scope: scope.json.member(row.payload, "channel")),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
    "coverageYear": integer(lambda row, scope: scope.json.integer_member(row.payload, "coverage_year"), nullable=True),
}
_REFUND: Mapping[str, RowField] = {
    "refund": _linked("Refund", "refund_id"),
    "reason": text(lambda row, scope: scope.json.member(row.payload, "reason")),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
    "coverageYear": integer(lambda row, scope: scope.json.integer_member(row.payload, "coverage_year")),
}
_BILL_REFUND: Mapping[str, RowField] = {
    "refund": _linked("Refund", "refund_id"),
    "bill": _linked("EmployeeBill", "bill_id"),
    "reason": text(lambda row, scope: scope.json.member(row.payload, "reason")),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
    "month": integer(lambda row, scope: scope.json.integer_member(row.payload, "month")),
}
_CERTIFICATE: Mapping[str, RowField] = {
    "certificate": _linked("PaymentCertificate", "certificate_id"),
    "firstYear": integer(lambda row, scope: scope.json.integer_member(row.payload, "first_year")),
    "lastYear": integer(lambda row, scope: scope.json.integer_member(row.payload, "last_year")),
}
_ENROLMENT: Mapping[str, RowField] = {
    "enrolment": _linked("Enrolment", "enrolment_id"),
    "scheme": text(lambda row, scope: scope.json.member(row.payload, "scheme")),
}
_REGISTERED: Mapping[str, RowField] = {
    **_ENROLMENT,
    "personType": text(lambda row, scope: scope.json.member(row.payload, "person_type")),
    "visibleToTaxAt": moment(
        lambda row, scope: scope.json.integer_member(row.payload, "visible_to_tax_at"), nullable=True
    ),
}
_PERSON: Mapping[str, RowField] = {"person": _linked("Person", "person_id")}
_OUTSIDE: Mapping[str, RowField] = {
    **_PERSON,
    "place": text(lambda row, scope: scope.json.member(row.payload, "region")),
    "visibleAt": moment(lambda row, scope: scope.json.integer_member(row.payload, "seen_elsewhere_at")),
}
_SUSPENDED: Mapping[str, RowField] = {
    **_ENROLMENT,
    "visibleAt": moment(lambda row, scope: scope.json.integer_member(row.payload, "seen_elsewhere_at"), nullable=True),
}
_TERMINATED: Mapping[str, RowField] = {
    **_ENROLMENT,
    "reason": text(lambda row, scope: scope.json.member(row.payload, "reason"), nullable=True),
}
_POSTED: Mapping[str, RowField] = {
    "account": _linked("PersonalAccount", "account_id"),
    "entry": _linked("AccountEntry", "entry_id"),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
    "balance": yuan(lambda row, scope: scope.json.integer_member(row.payload, "balance_fen")),
    "businessOn": day(lambda row, scope: scope.json.member(row.payload, "business_on")),
}
_CREDITED: Mapping[str, RowField] = {
    **_POSTED,
    "kind": text(lambda row, scope: scope.json.member(row.payload, "kind")),
}
_WITHDRAWN: Mapping[str, RowField] = {
    "withdrawal": _linked("AccountWithdrawal", "withdrawal_id"),
    "reason": text(lambda row, scope: scope.json.member(row.payload, "reason")),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
    "payableBy": day(lambda row, scope: scope.json.member(row.payload, "payable_by")),
}
_CLAIM: Mapping[str, RowField] = {
    "claim": _linked("Claim", "claim_id"),
    "care": text(lambda row, scope: scope.json.member(row.payload, "care")),
    "pooled": yuan(lambda row, scope: scope.json.integer_member(row.payload, "pooled_fen")),
    "criticalIllness": yuan(lambda row, scope: scope.json.integer_member(row.payload, "critical_fen")),
    "assistance": yuan(lambda row, scope: scope.json.integer_member(row.payload, "assistance_fen")),
    "account": yuan(lambda row, scope: scope.json.integer_member(row.payload, "account_fen")),
    "cash": yuan(lambda row, scope: scope.json.integer_member(row.payload, "cash_fen")),
}
_DISBURSED: Mapping[str, RowField] = {
    "disbursement": _linked("Disbursement", "disbursement_id"),
    "purpose": text(lambda row, scope: scope.json.member(row.payload, "purpose")),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
}
_AGREEMENT: Mapping[str, RowField] = {
    "institution": _linked("Institution", "institution_id"),
    "move": text(lambda row, scope: scope.json.member(row.payload, "agreement_move")),
    "status": text(lambda row, scope: scope.json.member(row.payload, "agreement_status")),
    "countsFrom": day(lambda row, scope: scope.json.member(row.payload, "counts_from")),
}
_UNIT: Mapping[str, RowField] = {
    "unit": _linked("Unit", "unit_id"),
    "name": text(lambda row, scope: scope.json.member(row.payload, "name")),
}
_UNIT_FORM: Mapping[str, RowField] = {
    **_UNIT,
    "kind": text(lambda row, scope: scope.json.member(row.payload, "kind")),
}
_UNIT_CHANGED: Mapping[str, RowField] = {
    **_UNIT_FORM,
    "movedEnrolments": integer(lambda row, scope: scope.json.integer_member(row.payload, "moved_enrolments")),
}
_WAGES: Mapping[str, RowField] = {
    "bill": _linked("EmployeeBill", "bill_id"),
    "unit": _linked("Unit", "unit_id"),
    "kind": text(lambda row, scope: scope.json.member(row.payload, "kind")),
    "month": integer(lambda row, scope: scope.json.integer_member(row.payload, "month")),
    "persons": integer(lambda row, scope: scope.json.integer_member(row.payload, "persons")),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
}
_OWN_MONTHS: Mapping[str, RowField] = {
    "bill": _linked("EmployeeBill", "bill_id"),
    "month": integer(lambda row, scope: scope.json.integer_member(row.payload, "month")),
    "months": integer(lambda row, scope: scope.json.integer_member(row.payload, "months")),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
}
_BILL_PAID: Mapping[str, RowField] = {
    "bill": _linked("EmployeeBill", "bill_id"),
    "order": _linked("PaymentOrder", "order_id"),
    "month": integer(lambda row, scope: scope.json.integer_member(row.payload, "month")),
    "persons": integer(lambda row, scope: scope.json.integer_member(row.payload, "persons")),
    "amount": yuan(lambda row, scope: scope.json.integer_member(row.payload, "amount_fen")),
    "lateFee": yuan(lambda row, scope: scope.json.integer_member(row.payload, "late_fee_fen")),
    "paidOn": day(lambda row, scope: scope.json.member(row.payload, "paid_on")),
}


_TRANSFER: Mapping[str, RowField] = {
    "transfer": _linked("EnrolmentTransfer", "transfer_id"),
    "fromRegion": text(lambda row, scope: scope.json.member(row.payload, "from_region")),
}
_TRANSFER_FORM: Mapping[str, RowField] = {
    **_TRANSFER,
    "months": integer(lambda row, scope: scope.json.integer_member(row.payload, "months")),
}
_TRANSFER_DONE: Mapping[str, RowField] = {
    **_TRANSFER,
    "monthsCarried": integer(lambda row, scope: scope.json.integer_member(row.payload, "months_carried")),
}


_FILING: Mapping[str, RowField] = {
    "filing": _linked("Filing", "filing_id"),
    "matter": text(lambda row, scope: scope.json.member(row.payload, "matter")),
    "status": text(lambda row, scope: scope.json.member(row.payload, "status")),
}
_FILING_MOVED: Mapping[str, RowField] = {
    **_FILING,
    "move": text(lambda row, scope: scope.json.member(row.payload, "move")),
}
_FILING_OVERDUE: Mapping[str, RowField] = {
    **_FILING,
    "dueOn": day(lambda row, scope: scope.json.member(row.payload, "due_on")),
}

_NOTICE_OVERDUE: Mapping[str, RowField] = {
    **_FILING,
    "noticeBy": day(lambda row, scope: scope.json.member(row.payload, "notice_by")),
}
_RECTIFICATION_OVERDUE: Mapping[str, RowField] = {
    **_FILING,
    "rectifyBy": day(lambda row, scope: scope.json.member(row.payload, "rectify_by")),
}


def _changed(row: Alias, scope: Scope) -> str:
    told = scope.json.member(row.payload, "changed")
    return f"json({told})" if scope.kind is EngineKind.SQLITE else f"CAST({told} AS jsonb)"


_INFORMATION: Mapping[str, RowField] = {**_PERSON, "changed": text(_changed)}


def _member(type_name: str, fields: Mapping[str, RowField]) -> RowSource:
    return RowSource(
        type_name,
        events,
        key=KEY,
        rule=RULE,
        # A citizen finds what concerns nobody else, and what he or she has done, which the event itself tells.
        subjects=of_persons("subject_id", own_for={Role.CITIZEN}),
        fields={**_COMMON, **fields},
        prefix=Prefix.EVENT,
    )


EVENT = VariedSource(
    "Event",
    events,
    key=KEY,
    discriminator="type",
    prefix=Prefix.EVENT,
    rule=RULE,
    members={
        EventType.FAMILY_MEMBER_BOUND.name: _member("FamilyMemberBoundEvent", _BINDING),
        EventType.FAMILY_MEMBER_UNBOUND.name: _member("FamilyMemberUnboundEvent", _BINDING),
        EventType.ENROLMENT_REGISTERED.name: _member("EnrolmentRegisteredEvent", _REGISTERED),
        EventType.ELECTRONIC_CERTIFICATE_ACTIVATED.name: _member("ElectronicCertificateActivatedEvent", _PERSON),
        EventType.OUTSIDE_ENROLMENT_SUSPENDED.name: _member("OutsideEnrolmentSuspendedEvent", _OUTSIDE),
        EventType.ENROLMENT_SUSPENDED.name: _member("EnrolmentSuspendedEvent", _SUSPENDED),
        EventType.ENROLMENT_RESUMED.name: _member("EnrolmentResumedEvent", _ENROLMENT),
        EventType.ENROLMENT_TERMINATED.name: _member("EnrolmentTerminatedEvent", _TERMINATED),
        EventType.IDENTITY_VERIFIED.name: _member("IdentityVerifiedEvent", _VERIFIED),
        EventType.IDENTITY_REVEALED.name: _member("IdentityRevealedEvent", _REVEALED),
        EventType.PERSON_INFORMATION_CHANGED.name: _member("PersonInformationChangedEvent", _INFORMATION),
        EventType.PAYEE_ADDED.name: _member("PayeeAddedEvent", _PAYEE),
        EventType.PAYEE_REMOVED.name: _member("PayeeRemovedEvent", _PAYEE),
        EventType.CONSENT_GIVEN.name: _member("ConsentGivenEvent", _CONSENT),
        EventType.CONSENT_WITHDRAWN.name: _member("ConsentWithdrawnEvent", _CONSENT),
        EventType.UNIT_REGISTERED.name: _member("UnitRegisteredEvent", _UNIT_FORM),
        EventType.UNIT_CHANGED.name: _member("UnitChangedEvent", _UNIT_CHANGED),
        EventType.UNIT_SUSPENDED.name: _member("UnitSuspendedEvent", _UNIT),
        EventType.UNIT_RESUMED.name: _member("UnitResumedEvent", _UNIT),
        EventType.UNIT_CANCELLED.name: _member("UnitCancelledEvent", _UNIT),
        EventType.WAGES_DECLARED.name: _member("WagesDeclaredEvent", _WAGES),
        EventType.WAGES_CORRECTED.name: _member(
            "WagesCorrectedEvent", {name: field for name, field in _WAGES.items() if name != "kind"}
        ),
        EventType.OWN_MONTHS_DECLARED.name: _member("OwnMonthsDeclaredEvent", _OWN_MONTHS),
        EventType.LUMP_SUM_DECLARED.name: _member(
            "LumpSumDeclaredEvent", {name: field for name, field in _OWN_MONTHS.items() if name != "month"}
        ),
        EventType.RETIRED.name: _member("RetiredEvent", {"enrolment": _linked("Enrolment", "enrolment_id")}),
        EventType.EMPLOYEE_BILL_PAID.name: _member("EmployeeBillPaidEvent", _BILL_PAID),
        EventType.EMPLOYEE_BILL_REFUND_REQUESTED.name: _member("EmployeeBillRefundRequestedEvent", _BILL_REFUND),
        EventType.EMPLOYEE_BILL_REFUNDED.name: _member("EmployeeBillRefundedEvent", _BILL_REFUND),
        EventType.ACCOUNT_CREDITED.name: _member("AccountCreditedEvent", _CREDITED),
        EventType.RESIDENT_CONTRIBUTION_SUBMITTED.name: _member("ResidentContributionSubmittedEvent", _CONTRIBUTION),
        EventType.RESIDENT_CONTRIBUTION_PAID.name: _member("ResidentContributionPaidEvent", _CONTRIBUTION),
        EventType.RESIDENT_CONTRIBUTION_FINISHED.name: _member("ResidentContributionFinishedEvent", _FINISHED),
        EventType.PAYMENT_STARTED.name: _member("PaymentStartedEvent", _PAYMENT),
        EventType.PAYMENT_UNANSWERED.name: _member("PaymentUnansweredEvent", _PAYMENT),
        EventType.PAYMENT_FAILED.name: _member("PaymentFailedEvent", _PAYMENT),
        EventType.PAYMENT_VOIDED.name: _member("PaymentVoidedEvent", _PAYMENT),
        EventType.CONTRIBUTION_REFUND_REQUESTED.name: _member("ContributionRefundRequestedEvent", _REFUND),
        EventType.RESIDENT_CONTRIBUTION_REFUNDED.name: _member("ResidentContributionRefundedEvent", _REFUND),
        EventType.PAYMENT_CERTIFICATE_ISSUED.name: _member("PaymentCertificateIssuedEvent", _CERTIFICATE),
        EventType.INTEREST_PAID.name: _member("InterestPaidEvent", _POSTED),
        EventType.ACCOUNT_WITHDRAWN.name: _member("AccountWithdrawnEvent", _WITHDRAWN),
        EventType.CLAIM_SETTLED.name: _member("ClaimSettledEvent", _CLAIM),
        EventType.CLAIM_READJUDICATED.name: _member("ClaimReadjudicatedEvent", _CLAIM),
        EventType.CLAIM_REVERSED.name: _member("ClaimReversedEvent", _CLAIM),
        EventType.DISBURSED.name: _member("DisbursedEvent", _DISBURSED),
        EventType.AGREEMENT_MOVED.name: _member("AgreementMovedEvent", _AGREEMENT),
        EventType.TRANSFER_APPLIED.name: _member("TransferAppliedEvent", _TRANSFER),
        EventType.TRANSFER_FORM_SENT.name: _member("TransferFormSentEvent", _TRANSFER_FORM),
        EventType.TRANSFER_COMPLETED.name: _member("TransferCompletedEvent", _TRANSFER_DONE),
        EventType.TRANSFER_WITHDRAWN.name: _member("TransferWithdrawnEvent", _TRANSFER),
        EventType.FILING_MOVED.name: _member("FilingMovedEvent", _FILING_MOVED),
        EventType.FILING_OVERDUE.name: _member("FilingOverdueEvent", _FILING_OVERDUE),
        EventType.FILING_ENTRUSTED.name: _member("FilingEntrustedEvent", _FILING),
        EventType.FILING_AGENT_REVOKED.name: _member("FilingAgentRevokedEvent", _FILING),
        EventType.NOTICE_OVERDUE.name: _member("NoticeOverdueEvent", _NOTICE_OVERDUE),
        EventType.RECTIFICATION_OVERDUE.name: _member("RectificationOverdueEvent", _RECTIFICATION_OVERDUE),
    },
)

FILTERS: Mapping[str, Among] = {
    "types": Among("type"),
    "regions": Among("region_code", within=True),
    "subjects": Among("subject_id", prefix=Prefix.PERSON),
}
"""Which events a list or a subscription is asked for."""


def _offered(row: Alias, scope: Scope) -> str:
    """What has settled, and is still told."""
    told = beside_sql(scope.kind, (row.transaction_id, row.position), ">", scope.horizon, leads=False)
    certain = settled(row, scope)
    return told if certain is None else f"{certain} AND {told}"


QUERIES: Mapping[str, QueryRoot] = {"events": Many("Event", arguments=FILTERS, restrict=_offered, log=LOG)}


def asked_for(row: Alias, rows: RowCompiler, arguments: Arguments) -> Sequence[str]:
    """Only events that the client's filters name."""
    return [
        rows.among(among, row, lambda variables, request, given=given: given)  # type: ignore[misc]
        for name, among in FILTERS.items()
        if (given := arguments.get(name)) is not None
    ]


async def interested(request: Request, arguments: Arguments, follower: Follower) -> Interest:
    """What `asked_for` and the rule can let through."""
    types, subjects = arguments.get("types"), arguments.get("subjects")
    interest = interest_of(request.viewer, None if types is None else frozenset(each.name for each in types))
    if subjects is None or interest.persons is not None:
        return interest
    named = [parsed_api_id(each, Prefix.PERSON) for each in subjects]
    return replace(interest, persons=frozenset(each for each in named if each is not None), region=NATION)


SUBSCRIPTIONS: Mapping[str, SubscriptionSource] = {"events": followed(EVENT, asked_for, interested)}
