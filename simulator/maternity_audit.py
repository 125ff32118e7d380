"""An independent check of maternity benefits (生育待遇稽核): what each says against its payment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from domain.store.tables import claims, disbursement_entries, disbursements, enrolments, maternity_benefits
from domain.vocabulary import ClaimStatus, DisbursementAccount, DisbursementPurpose, MaternityBenefitKind

_given = maternity_benefits.c
_paid = disbursements.c
_moved = disbursement_entries.c
_IS_BENEFIT = _paid.purpose == DisbursementPurpose.MATERNITY_BENEFIT.name
DAYS_OF_A_MONTH = 30
"""By which a month's wage is divided, as the book of policy has it everywhere."""


def _not_of_the_fund() -> Select[Any]:
    """A payment of a benefit without the benefit, or the reverse, or that is taken from anywhere but its fund."""
    taken = and_(_moved.disbursement_id == _paid.id, _moved.account == DisbursementAccount.MATERNITY.name)
    return (
        select(_paid.id, _paid.amount_fen, func.coalesce(_moved.amount_fen, 0))
        .select_from(
            disbursements.outerjoin(maternity_benefits, _given.disbursement_id == _paid.id).outerjoin(
                disbursement_entries, taken
            )
        )
        .where(
            or_(
                _given.disbursement_id.is_not(None) != _IS_BENEFIT,
                func.coalesce(_moved.amount_fen, 0) != case((_IS_BENEFIT, -_paid.amount_fen), else_=0),
            )
        )
    )


def _above_its_cost() -> Select[Any]:
    return (
        select(_paid.id, _paid.amount_fen, _given.eligible_fen)
        .select_from(disbursements.join(maternity_benefits, _given.disbursement_id == _paid.id))
        .where(or_(_paid.amount_fen > _given.eligible_fen, _paid.person_id != _given.person_id))
    )


def _not_for_leave() -> Select[Any]:
    """An allowance that no unit was paid which insures whose leave it is, or for another amount than days and wage."""
    employs = (
        select(enrolments.c.id)
        .where(enrolments.c.person_id == _given.person_id, enrolments.c.unit_id == _paid.unit_id)
        .exists()
    )
    exact = _given.monthly_wage_fen * _given.leave_days
    return (
        select(_paid.id, _paid.amount_fen, _given.leave_days)
        .select_from(disbursements.join(maternity_benefits, _given.disbursement_id == _paid.id))
        .where(
            _given.benefit == MaternityBenefitKind.ALLOWANCE.name,
            or_(~employs, func.abs(2 * (_paid.amount_fen * DAYS_OF_A_MONTH - exact)) > DAYS_OF_A_MONTH),
        )
    )


def _settled_too() -> Select[Any]:
    return (
        select(claims.c.id, _given.disbursement_id)
        .select_from(
            claims.join(
                maternity_benefits,
                and_(claims.c.institution_id == _given.institution_id, claims.c.invoice == _given.invoice),
            )
        )
        .where(claims.c.status == ClaimStatus.SETTLED.name)
    )


MATERNITY_RULES = (
    ("what is paid of maternity insurance is a benefit, and taken from nothing else", _not_of_the_fund()),
    ("expenses of a birth are paid to whose they are, and no more than counts of them", _above_its_cost()),
    ("an allowance is paid to the unit of whose leave it is, for its days by its wage", _not_for_leave()),
    ("an invoice is paid by a claim or by maternity insurance, and not by both", _settled_too()),
)
