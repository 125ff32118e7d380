"""Payment certificates, and what a third party reads by their numbers (缴费证明、核验)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.decisions.certifying import CertifiedPayment
from domain.operations.issue_payment_certificate import (
    CertificateOrder,
    PaymentCertificateIssued,
    issue_payment_certificates,
)
from domain.store.payment_certificates import CertificateOnFile, on_file
from domain.store.tables import payment_certificates
from domain.vocabulary import Id, Prefix, Role
from resolvers.context import Request
from resolvers.fields.journey import batched, named
from resolvers.fields.rules import by_role, in_own_circle, listed_in_clerks_region
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
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
    ToRow,
    by_key,
    integer,
    moment,
    of_persons,
    text,
)

CERTIFICATE = RowSource(
    "PaymentCertificate",
    payment_certificates,
    key=("id",),
    prefix=Prefix.PAYMENT_CERTIFICATE,
    rule=by_role({Role.CITIZEN: in_own_circle("person_id"), Role.CLERK: listed_in_clerks_region, Role.OPERATOR: None}),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.PAYMENT_CERTIFICATE, lambda row, scope: row.id),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "number": text("number"),
        "firstYear": integer("first_year"),
        "lastYear": integer("last_year"),
        "issuedAt": moment("issued_at"),
        "verificationUrl": text(lambda row, scope: f"'/worlds/' || {scope.world} || '/certificates/' || {row.number}"),
    },
)


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """A certified payment, and whether it was given back since."""

    payment: CertifiedPayment
    refunded_since: bool


COMPUTED = (
    ComputedSource(
        "PaymentCertificateIssued",
        PaymentCertificateIssued,
        {"certificate": ToRow("PaymentCertificate", lambda outcome: outcome.certificate_id)},
    ),
    ComputedSource(
        "VerifiedPaymentCertificate",
        CertificateOnFile,
        {
            "number": Plain(lambda found, arguments: found.number),
            "name": Plain(lambda found, arguments: found.name[:1] + "*" * (len(found.name) - 1)),
            "firstYear": Plain(lambda found, arguments: found.first_year, Form.INTEGER),
            "lastYear": Plain(lambda found, arguments: found.last_year, Form.INTEGER),
            "issuedAt": Plain(lambda found, arguments: found.issued_at, Form.INSTANT),
            "payments": NestedMany(
                lambda found: [ShownPayment(one, one.contribution_id in found.refunded) for one in found.payments]
            ),
        },
        subject=lambda found: found.person_id,
    ),
    ComputedSource(
        "CertifiedPayment",
        ShownPayment,
        {
            "region": ToRow("Region", lambda shown: shown.payment.region),
            "coverageYear": Plain(lambda shown, arguments: shown.payment.coverage_year, Form.INTEGER),
            "channel": Plain(lambda shown, arguments: shown.payment.channel),
            "kind": Plain(lambda shown, arguments: shown.payment.kind),
            "amount": Plain(lambda shown, arguments: shown.payment.amount_fen, Form.YUAN),
            "paidOn": Plain(lambda shown, arguments: shown.payment.paid_on, Form.DATE),
            "coverageFrom": Plain(lambda shown, arguments: shown.payment.coverage_from, Form.DATE),
            "coverageUntil": Plain(lambda shown, arguments: shown.payment.coverage_until, Form.DATE),
            "refundedSince": Plain(lambda shown, arguments: shown.refunded_since, Form.BOOLEAN),
        },
    ),
)


async def verified(request: Request, arguments: Arguments) -> CertificateOnFile | None:
    """What the certificate of that number says, to anybody; None where there is none."""
    async with request.database.read() as connection:
        return await on_file(connection, arguments["number"].strip().upper())


QUERIES: Mapping[str, QueryRoot] = {
    "paymentCertificates": Many("PaymentCertificate"),
    "verifyPaymentCertificate": Computed(verified),
}


def _certificate(actor_id: Id, key: str, cause: str, given: Arguments) -> CertificateOrder:
    person = named(given, "personId", Prefix.PERSON)
    return CertificateOrder(actor_id, key, cause, person, given["firstYear"], given["lastYear"])


MUTATIONS: Mapping[str, MutationSource] = {
    "issuePaymentCertificate": batched(issue_payment_certificates, _certificate),
}
