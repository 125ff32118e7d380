"""Issue a payment certificate (缴费证明开具) to the person or to whoever has bound them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.certifying import certificate_number, certified
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, family_bindings, payment_certificates, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.payment_certificates import NewCertificate
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class CertificateOrder:
    """`person_id` is 0 where the client named nobody who can be read; both years are included."""

    actor: Id
    key: str
    cause: str
    person_id: Id
    first_year: int
    last_year: int
    mutation: str = "issuePaymentCertificate"


@dataclass(frozen=True, slots=True)
class PaymentCertificateIssued:
    """The certificate, which says what had been paid when it was issued, whatever happens later."""

    certificate_id: Id


async def issue_payment_certificates(
    connection: Connection, orders: Sequence[CertificateOrder], setting: Setting
) -> list[PaymentCertificateIssued | Refusal]:
    """One answer to each order, in order."""
    # Gather.
    await persons.hold(connection, [order.actor for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    people = await persons.holders(connection, [each for order in orders for each in (order.actor, order.person_id)])
    bound = await family_bindings.active(connection, [(order.actor, order.person_id) for order in orders])
    payments = await payment_certificates.payments_of(connection, [order.person_id for order in orders], setting.now)

    # Decide.
    answers = Answers(PaymentCertificateIssued, setting.now)
    issued: list[NewCertificate] = []
    log: list[NewEvent] = []

    def answered(order: CertificateOrder) -> PaymentCertificateIssued | Refusal:
        if order.actor not in people:
            return NotSignedIn()
        decision = certified(
            setting.on,
            own=order.person_id == order.actor,
            bound=(order.actor, order.person_id) in bound,
            first_year=order.first_year,
            last_year=order.last_year,
            payments=payments.get(order.person_id, ()),
        )
        if isinstance(decision, Refusal):
            return decision
        region = people[order.person_id].region
        certificate = NewCertificate(
            id=setting.ids.new(region),
            person_id=order.person_id,
            region=region,
            number=certificate_number(region, setting.on, setting.secret()),
            first_year=order.first_year,
            last_year=order.last_year,
            issued_at=setting.now,
            payments=decision,
        )
        issued.append(certificate)
        log.append(_event(order, certificate, setting))
        return PaymentCertificateIssued(certificate.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await payment_certificates.issue(connection, issued)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _event(order: CertificateOrder, certificate: NewCertificate, setting: Setting) -> NewEvent:
    # Not the number: whoever has it can read the certificate.
    return NewEvent(
        id=setting.ids.new(certificate.region),
        type=EventType.PAYMENT_CERTIFICATE_ISSUED,
        region=certificate.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=certificate.person_id,
        cause=Cause.of(order),
        payload={
            "certificate_id": certificate.id,
            "person_id": certificate.person_id,
            "first_year": certificate.first_year,
            "last_year": certificate.last_year,
            "payments": len(certificate.payments),
        },
    )
