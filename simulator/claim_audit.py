"""An independent check of claims (费用结算稽核): what each says against its entries, and those against accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from domain.store.tables import account_entries, claim_costs, claim_entries, claims, personal_accounts
from domain.vocabulary import CareKind, ClaimPayer, ClaimStatus, EntryKind

_claims = claims.c
_posted = claim_entries.c
_entries = account_entries.c
_IS_SETTLED = _claims.status == ClaimStatus.SETTLED.name
OF_CLAIMS = or_(_entries.kind == EntryKind.CARE.name, _entries.kind == EntryKind.CARE_RETURNED.name)
"""The entry of a personal account is of a claim."""


def _unbalanced() -> Select[Any]:
    return (
        select(_posted.claim_id, _posted.posting, func.sum(_posted.amount_fen))
        .group_by(_posted.claim_id, _posted.posting)
        .having(func.sum(_posted.amount_fen) != 0)
    )


def _by(*payers: ClaimPayer) -> ColumnElement[int]:
    mine = or_(*(_posted.payer == payer.name for payer in payers))
    return func.coalesce(func.sum(case((mine, _posted.amount_fen), else_=0)), 0)


def _says_otherwise() -> Select[Any]:
    """What a claim says that somebody pays, and what the ledger does; nothing once it is reversed.

    An account that was closed since takes nothing back, and the person does: both are looked at together.
    """
    books = (
        select(
            _posted.claim_id,
            _by(ClaimPayer.POOLED_FUND).label("pooled"),
            _by(ClaimPayer.CRITICAL_ILLNESS_INSURER).label("critical"),
            _by(ClaimPayer.ASSISTANCE_FUND).label("assistance"),
            _by(ClaimPayer.PERSONAL_ACCOUNT, ClaimPayer.CASH).label("personal"),
            _by(ClaimPayer.INSTITUTION).label("institution"),
            func.max(_posted.posting).label("last"),
        )
        .group_by(_posted.claim_id)
        .subquery()
    )
    said = {
        "pooled": -_claims.pooled_fen,
        "critical": -_claims.critical_fen,
        "assistance": -_claims.assistance_fen,
        "personal": -(_claims.account_fen + _claims.cash_fen),
        "institution": _claims.cost_fen,
    }
    differs = [func.coalesce(books.c[name], 0) != case((_IS_SETTLED, amount), else_=0) for name, amount in said.items()]
    return (
        select(_claims.id, func.coalesce(books.c.pooled, 0), func.coalesce(books.c.institution, 0))
        .select_from(claims.outerjoin(books, books.c.claim_id == _claims.id))
        .where(or_(*differs, func.coalesce(books.c.last, 0) > _claims.postings))
    )


def _not_the_sum_of_its_costs() -> Select[Any]:
    sums = (
        select(claim_costs.c.claim_id, func.sum(claim_costs.c.amount_fen).label("total"))
        .group_by(claim_costs.c.claim_id)
        .subquery()
    )
    total = func.coalesce(sums.c.total, 0)
    return (
        select(_claims.id, _claims.cost_fen, total)
        .select_from(claims.outerjoin(sums, sums.c.claim_id == _claims.id))
        .where(_claims.cost_fen != total)
    )


def _not_in_the_account() -> Select[Any]:
    """What entries of claims move in an account, and what the account's own entry says, the patient's in both."""
    own = and_(personal_accounts.c.id == _entries.account_id, personal_accounts.c.person_id == _claims.person_id)
    return (
        select(_posted.claim_id, _posted.amount_fen, func.coalesce(_entries.amount_fen, 0))
        .select_from(
            claim_entries.join(claims, _claims.id == _posted.claim_id)
            .outerjoin(account_entries, _entries.id == _posted.account_entry_id)
            .outerjoin(personal_accounts, own)
        )
        .where(
            _posted.payer == ClaimPayer.PERSONAL_ACCOUNT.name,
            or_(
                _entries.id.is_(None),
                personal_accounts.c.id.is_(None),
                _entries.amount_fen != _posted.amount_fen,
                ~OF_CLAIMS,
            ),
        )
    )


def _for_no_claim() -> Select[Any]:
    return (
        select(_entries.id, _entries.amount_fen)
        .select_from(account_entries.outerjoin(claim_entries, _posted.account_entry_id == _entries.id))
        .where(OF_CLAIMS, _posted.claim_id.is_(None))
    )


def _in_two_hospitals() -> Select[Any]:
    other = claims.alias()
    stay = CareKind.INPATIENT.name
    return (
        select(_claims.id, other.c.id)
        .select_from(claims.join(other, and_(other.c.person_id == _claims.person_id, other.c.id > _claims.id)))
        .where(
            _IS_SETTLED,
            other.c.status == ClaimStatus.SETTLED.name,
            _claims.care == stay,
            other.c.care == stay,
            _claims.admitted_on < other.c.discharged_on,
            other.c.admitted_on < _claims.discharged_on,
        )
    )


CLAIM_RULES = (
    ("the entries of each posting of a claim sum to zero", _unbalanced()),
    ("a claim is paid as its entries say, and not at all once it is reversed", _says_otherwise()),
    ("a claim costs what its items cost", _not_the_sum_of_its_costs()),
    ("what a claim moves in an account stands there, in the patient's own", _not_in_the_account()),
    ("an account moves for care by a claim only", _for_no_claim()),
    ("nobody is in two hospitals at once", _in_two_hospitals()),
)
