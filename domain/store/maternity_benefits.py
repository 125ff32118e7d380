"""Maternity benefits that were paid (生育待遇): once for what each is for; never changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, bindparam, cast, insert, select

from domain.decisions.maternity import AllowancePaid, BenefitGiven, ExpensesPaid
from domain.store.claims import stored_trace
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import disbursements, family_bindings, maternity_benefits
from domain.vocabulary import BindingStatus, Id, MaternityBenefitKind, MaternityOccasion, RegionCode


@dataclass(frozen=True, slots=True)
class NewBenefit:
    """A benefit as it is paid by a disbursement: the invoice of an institution, or leave for so many children."""

    disbursement_id: Id
    person_id: Id
    paid: ExpensesPaid | AllowancePaid
    institution_id: Id | None = None
    invoice: str | None = None
    children: int | None = None


@dataclass(frozen=True, slots=True)
class KeptTrace:
    """How a benefit came about, as it is kept, whose it is, and who was paid it.

    `bound` says that whoever asks has bound the person who was paid; `unit_id` is the unit that was.
    """

    trace: str
    person_id: Id
    payee_id: Id | None
    unit_id: Id | None
    region: RegionCode
    bound: bool


_given = maternity_benefits.c
_OF_PERSONS = Statement(
    select(_given.person_id, _given.benefit, _given.occasion, _given.occurred_on)
    .where(among(_given.person_id, "ids"))
    .order_by(_given.person_id, _given.occurred_on, _given.disbursement_id)
)
_payment = disbursements.c
_TRACE = Statement(
    select(
        cast(_given.trace, Text),
        _given.person_id,
        _payment.person_id,
        _payment.unit_id,
        _payment.region_code,
        select(family_bindings.c.id)
        .where(
            family_bindings.c.holder_id == bindparam("asker", type_=BigInteger()),
            family_bindings.c.member_id == _payment.person_id,
            family_bindings.c.status == written(BindingStatus.ACTIVE),
        )
        .limit(1)
        .scalar_subquery(),
    )
    .select_from(maternity_benefits.join(disbursements, _payment.id == _given.disbursement_id))
    .where(_given.disbursement_id == bindparam("disbursement", type_=BigInteger()))
)
_ADD = Statement(insert(maternity_benefits).inline())


async def of_persons(connection: Connection, people: Iterable[Id]) -> dict[Id, list[BenefitGiven]]:
    """The benefits that these people have been paid, by person, the earliest first; who has none is left out."""
    found: dict[Id, list[BenefitGiven]] = {}
    for person, kind, occasion, on in await connection.fetch_all(_OF_PERSONS, {"ids": sorted(set(people))}):
        benefit = BenefitGiven(MaternityBenefitKind[kind], MaternityOccasion[occasion], on)
        found.setdefault(Id(person), []).append(benefit)
    return found


async def add(connection: Connection, new: NewBenefit) -> None:
    """The benefit is paid. Unique indexes refuse a second one for the same, and for the same invoice."""
    paid = new.paid
    bill, leave = (paid, None) if isinstance(paid, ExpensesPaid) else (None, paid)
    await connection.execute_many(
        _ADD,
        [
            {
                "disbursement_id": new.disbursement_id,
                "person_id": new.person_id,
                "benefit": paid.given.kind.name,
                "occasion": paid.given.occasion.name,
                "occurred_on": paid.given.occurred_on,
                "institution_id": new.institution_id,
                "invoice": new.invoice,
                "cost_fen": None if bill is None else bill.cost_fen,
                "eligible_fen": None if bill is None else bill.eligible_fen,
                "children": new.children,
                "leave_days": None if leave is None else leave.leave_days,
                "monthly_wage_fen": None if leave is None else leave.monthly_wage_fen,
                "trace": stored_trace(paid.trace),
            }
        ],
    )


async def kept_trace(connection: Connection, disbursement_id: Id, asker: Id) -> KeptTrace | None:
    """The trace of a benefit; None where the payment is none of a benefit."""
    row = await connection.fetch_one(_TRACE, {"disbursement": disbursement_id, "asker": asker})
    if row is None:
        return None
    trace, person_id, payee, unit, region, binding = row
    return KeptTrace(
        trace,
        Id(person_id),
        None if payee is None else Id(payee),
        None if unit is None else Id(unit),
        RegionCode(region),
        binding is not None,
    )
