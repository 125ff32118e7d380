"""Every field source of the schema in one place (字段来源汇总)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.policy import PolicyBook
from domain.vocabulary import Prefix
from resolvers.fields import (
    account_withdrawals,
    account_years,
    audit_trail,
    collecting,
    consents,
    employee_contributions,
    employee_enrolments,
    events,
    identity,
    journey,
    payees,
    payment_certificates,
    payment_orders,
    persons,
    places,
    policy,
    refunds,
    resident_contributions,
    resident_enrolments,
    retirement,
    sign_in,
    transfers,
    unit_registration,
    working_days,
    world,
)
from resolvers.fields.refusals import refusal_sources
from resolvers.plan.executor import MutationSource, SubscriptionSource
from resolvers.plan.sources import NodeById, OneByKey, Sources

_ROWS = (
    *places.PLACES,
    *persons.PERSONS,
    account_years.ACCOUNT_YEAR,
    account_withdrawals.WITHDRAWAL,
    *resident_contributions.CONTRIBUTIONS,
    employee_contributions.BILL,
    employee_contributions.CONTRIBUTION,
    refunds.REFUND,
    payment_certificates.CERTIFICATE,
    payment_orders.PAYMENT_ORDER,
    payees.PAYEE,
    consents.CONSENT,
    transfers.TRANSFER,
    transfers.TRANSFERRED_PERIOD,
    events.EVENT,
    world.PERSONA,
    *audit_trail.TRAIL,
)

MUTATIONS: Mapping[str, MutationSource] = {
    **world.MUTATIONS,
    **journey.MUTATIONS,
    **resident_enrolments.MUTATIONS,
    **unit_registration.MUTATIONS,
    **employee_enrolments.MUTATIONS,
    **employee_contributions.MUTATIONS,
    **retirement.MUTATIONS,
    **refunds.MUTATIONS,
    **account_withdrawals.MUTATIONS,
    **payment_certificates.MUTATIONS,
    **payment_orders.MUTATIONS,
    **payees.MUTATIONS,
    **consents.MUTATIONS,
    **identity.MUTATIONS,
    **sign_in.MUTATIONS,
    **collecting.MUTATIONS,
    **transfers.MUTATIONS,
}
SUBSCRIPTIONS: Mapping[str, SubscriptionSource] = {**world.SUBSCRIPTIONS, **events.SUBSCRIPTIONS}


def field_sources(book: PolicyBook) -> Sources:
    """Where everything comes from; refusals show their basis out of the book."""
    return Sources(
        rows={source.type_name: source for source in _ROWS},
        computed=(
            *policy.POLICY,
            *journey.OUTCOMES,
            *resident_enrolments.OUTCOMES,
            *unit_registration.OUTCOMES,
            *employee_enrolments.OUTCOMES,
            *employee_contributions.OUTCOMES,
            *retirement.OUTCOMES,
            refunds.OUTCOME,
            account_withdrawals.OUTCOME,
            *payment_certificates.COMPUTED,
            *payment_orders.OUTCOMES,
            *payees.OUTCOMES,
            *consents.OUTCOMES,
            identity.OUTCOME,
            *sign_in.OUTCOMES,
            *collecting.OUTCOMES,
            *transfers.OUTCOMES,
            *world.COMPUTED,
            working_days.WORKING_DAY,
            *refusal_sources(book),
        ),
        queries={
            "node": NodeById(),
            "person": OneByKey("Person", "id"),
            "unit": OneByKey("Unit", "id"),
            "region": OneByKey("Region", "code"),
            "residentContribution": OneByKey("ResidentContribution", "id"),
            "receipt": OneByKey("Receipt", "id"),
            "employeeBill": OneByKey("EmployeeBill", "id"),
            "refund": OneByKey("Refund", "id"),
            "accountWithdrawal": OneByKey("AccountWithdrawal", "id"),
            "paymentCertificate": OneByKey("PaymentCertificate", "id"),
            "paymentOrder": OneByKey("PaymentOrder", "id"),
            "transfer": OneByKey("EnrolmentTransfer", "id"),
            **world.QUERIES,
            **places.QUERIES,
            **persons.QUERIES,
            **resident_contributions.QUERIES,
            **employee_contributions.QUERIES,
            **retirement.QUERIES,
            **refunds.QUERIES,
            **account_withdrawals.QUERIES,
            **payment_certificates.QUERIES,
            **payment_orders.QUERIES,
            **payees.QUERIES,
            **consents.QUERIES,
            **policy.QUERIES,
            **working_days.QUERIES,
            **events.QUERIES,
            **audit_trail.QUERIES,
        },
        nodes={source.prefix: source.type_name for source in _ROWS if source.prefix is not None},
        computed_nodes={Prefix.POLICY_FACT: policy.fact_node},
        computed_node_types={Prefix.POLICY_FACT: "PolicyFact"},
        nameless=frozenset({Prefix.CLIENT}),
    )
