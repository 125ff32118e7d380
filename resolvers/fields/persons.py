"""Persons and what belongs to them (参保人、参保关系、个人账户、家庭绑定)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.store.tables import account_entries, enrolments, family_bindings, personal_accounts, persons
from domain.vocabulary import DataType, Prefix, Role
from resolvers.fields.account_years import ends_its_year
from resolvers.fields.audit_trail import records_of
from resolvers.fields.rules import (
    MAY_KNOW,
    by_role,
    consented,
    consented_to,
    enrolled_by_own_unit,
    in_clerks_region,
    in_own_circle,
    known,
    listed_in_clerks_region,
    masked_id_number,
    masked_name,
    masked_phone,
    of_a_known_account,
    of_account_holder,
    of_own_unit,
    own,
    to_oneself,
)
from resolvers.plan.sources import (
    Identifier,
    Link,
    Many,
    QueryRoot,
    RowSource,
    Some,
    boolean,
    by_key,
    day,
    integer,
    moment,
    of_persons,
    text,
    yuan,
)

CONTRIBUTION_ORDERS = {
    "ID_ASC": (("id", False),),
    "ID_DESC": (("id", True),),
    "COVERAGE_YEAR_ASC": (("coverage_year", False),),
    "COVERAGE_YEAR_DESC": (("coverage_year", True),),
    "SUBMITTED_AT_ASC": (("submitted_at", False),),
    "SUBMITTED_AT_DESC": (("submitted_at", True),),
}
CLAIM_WHERE = {"region": "region_code", "status": "status", "year": "year"}
CONTRIBUTION_WHERE = {
    "region": "region_code",
    "status": "status",
    "channel": "channel",
    "coverageYear": "coverage_year",
    "paidOn": "paid_on",
}

PERSON = RowSource(
    "Person",
    persons,
    key=("id",),
    prefix=Prefix.PERSON,
    rule=by_role(
        {
            Role.CITIZEN: in_own_circle("id"),
            Role.CLERK: listed_in_clerks_region,
            Role.OPERATOR: None,
            Role.UNIT_OFFICER: enrolled_by_own_unit("id"),
            Role.PARTNER: consented_to("id"),
            Role.AUDITOR: None,
        }
    ),
    subjects=of_persons("id"),
    fields={
        "id": Identifier(Prefix.PERSON, lambda row, scope: row.id),
        "name": text(masked_name),
        "idType": text("id_type"),
        "idNumber": text(masked_id_number),
        "birthDate": day(known(lambda row, scope: row.birth_date), nullable=True),
        "sex": text("sex"),
        "phone": text(masked_phone, nullable=True),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "specialGroup": text(known(lambda row, scope: row.special_group), nullable=True),
        "deceased": boolean(known(lambda row, scope: f"({row.died_on} IS NOT NULL)"), nullable=True),
        "realNameVerifiedAt": moment(to_oneself("real_name_verified_at"), nullable=True),
        "electronicCertificateAt": moment(known(lambda row, scope: row.e_certificate_at), nullable=True),
        "enrolments": Many(
            "Enrolment",
            lambda row, other, scope: f"{other.person_id} = {row.id}",
            where={"scheme": "scheme", "status": "status", "region": "region_code"},
        ),
        "account": Link("PersonalAccount", lambda row, other, scope: f"{other.person_id} = {row.id}"),
        "employeeContributions": Many(
            "EmployeeContribution", lambda row, other, scope: f"{other.person_id} = {row.id}"
        ),
        "transfers": Many("EnrolmentTransfer", lambda row, other, scope: f"{other.person_id} = {row.id}"),
        "familyBindings": Many(
            "FamilyBinding",
            lambda row, other, scope: f"{other.holder_id} = {row.id}",
            where={"status": "status", "relation": "relation"},
        ),
        "consents": Many("Consent", lambda row, other, scope: f"{other.person_id} = {row.id}"),
        "residentContributions": Many(
            "ResidentContribution",
            lambda row, other, scope: f"{other.person_id} = {row.id}",
            where=CONTRIBUTION_WHERE,
            orders=CONTRIBUTION_ORDERS,
        ),
        "claims": Many("Claim", lambda row, other, scope: f"{other.person_id} = {row.id}", where=CLAIM_WHERE),
        "entitlements": Many("Entitlement", lambda row, other, scope: f"{other.person_id} = {row.id}"),
        "accessRecords": Many("AccessRecord", records_of, order=(("position", True),)),
    },
)

ENROLMENT = RowSource(
    "Enrolment",
    enrolments,
    key=("id",),
    prefix=Prefix.ENROLMENT,
    rule=by_role(
        {
            Role.CITIZEN: in_own_circle("person_id"),
            Role.CLERK: in_clerks_region(),
            Role.OPERATOR: None,
            Role.UNIT_OFFICER: of_own_unit(),
            Role.PARTNER: consented(DataType.ENROLMENTS, "person_id"),
        }
    ),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.ENROLMENT, lambda row, scope: row.id),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "scheme": text("scheme"),
        "personType": text("person_type"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "unit": by_key("Unit", "unit_id"),
        "status": text("status"),
        "startedOn": day("started_on"),
        "endedOn": day("ended_on", nullable=True),
        "visibleToTaxAt": moment("visible_to_tax_at", nullable=True),
        "suspensionVisibleAt": moment("suspension_visible_at", nullable=True),
        "monthsCarried": integer("months_carried"),
    },
)

PERSONAL_ACCOUNT = RowSource(
    "PersonalAccount",
    personal_accounts,
    key=("id",),
    prefix=Prefix.PERSONAL_ACCOUNT,
    rule=by_role(
        {
            Role.CITIZEN: own("person_id"),
            Role.CLERK: in_clerks_region(),
            Role.PARTNER: consented(DataType.ACCOUNT, "person_id"),
            Role.OPERATOR: None,
        }
    ),
    subjects=of_persons("person_id", own_for={Role.CITIZEN}),
    fields={
        "id": Identifier(Prefix.PERSONAL_ACCOUNT, lambda row, scope: row.id),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "status": text("status"),
        "balance": yuan("balance_fen"),
        "openedOn": day("opened_on"),
        "years": Some(
            "AccountYear",
            lambda row, other, scope: f"{other.account_id} = {row.id} AND {ends_its_year(other, scope)}",
            order=("business_on",),
            limit=30,
        ),
        "entries": Many(
            "AccountEntry",
            lambda row, other, scope: f"{other.account_id} = {row.id}",
            order=(("position", False),),
        ),
    },
)

ACCOUNT_ENTRY = RowSource(
    "AccountEntry",
    account_entries,
    key=("id",),
    prefix=Prefix.ACCOUNT_ENTRY,
    rule=of_a_known_account,
    subjects=of_account_holder,
    fields={
        "id": Identifier(Prefix.ACCOUNT_ENTRY, lambda row, scope: row.id),
        "account": by_key("PersonalAccount", "account_id", through=True, nullable=False),
        "kind": text("kind"),
        "amount": yuan("amount_fen"),
        "balance": yuan("balance_fen"),
        "occurredAt": moment("occurred_at"),
        "businessOn": day("business_on"),
        "contribution": by_key("ResidentContribution", "contribution_id"),
    },
)

FAMILY_BINDING = RowSource(
    "FamilyBinding",
    family_bindings,
    key=("id",),
    prefix=Prefix.FAMILY_BINDING,
    rule=by_role(
        {
            Role.CITIZEN: lambda row, scope: (
                f"{row.holder_id} = {scope.viewer_id} OR {row.member_id} = {scope.viewer_id}"
            ),
            Role.CLERK: lambda row, scope: (
                f"EXISTS (SELECT 1 FROM persons holder WHERE holder.id = {row.holder_id}"
                f" AND holder.region_code BETWEEN {scope.region_low} AND {scope.region_high})"
            ),
            Role.OPERATOR: None,
        }
    ),
    subjects=of_persons("holder_id", "member_id"),
    fields={
        "id": Identifier(Prefix.FAMILY_BINDING, lambda row, scope: row.id),
        "holder": by_key("Person", "holder_id", through=True, nullable=False),
        "member": by_key("Person", "member_id", through=True, nullable=False),
        "relation": text("relation"),
        "status": text("status"),
        "pledgedAt": moment("pledged_at"),
        "boundAt": moment("bound_at"),
        "endedAt": moment("ended_at", nullable=True),
        "paid": yuan(
            lambda row, scope: (
                "(SELECT CAST(coalesce(sum(made.amount_fen), 0) AS BIGINT) FROM resident_contributions made"
                f" WHERE made.payer_id = {row.holder_id} AND made.person_id = {row.member_id}"
                " AND made.channel = 'PERSONAL_ACCOUNT' AND made.status IN ('PAID', 'FINISHED')"
                f" AND made.paid_at >= {row.bound_at} AND made.paid_at <= coalesce({row.ended_at}, made.paid_at))"
            )
        ),
    },
)

PERSONS = (PERSON, ENROLMENT, PERSONAL_ACCOUNT, ACCOUNT_ENTRY, FAMILY_BINDING)

QUERIES: Mapping[str, QueryRoot] = {
    "persons": Many(
        "Person",
        where={"region": "region_code", "sex": "sex", "bornOn": "birth_date"},
        orders={
            "ID_ASC": (("id", False),),
            "ID_DESC": (("id", True),),
            "BIRTH_DATE_ASC": (("birth_date", False),),
            "BIRTH_DATE_DESC": (("birth_date", True),),
        },
        guarded={"birth_date": MAY_KNOW},
    ),
}
