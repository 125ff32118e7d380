"""An independent check of claims (费用结算稽核): what each says against its entries, and those against accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from domain.store.tables import (
    account_entries,
    claim_costs,
    claim_entries,
    claims,
    disbursement_entries,
    disbursements,
    entitlements,
    institutions,
    out_of_area_records,
    personal_accounts,
    resident_contributions,
    settled_postings,
)
from domain.vocabulary import (
    CareKind,
    ClaimOrigin,
    ClaimPayer,
    ClaimPosting,
    ClaimStatus,
    ContributionStatus,
    DisbursementAccount,
    DisbursementPurpose,
    EntryKind,
    TreatmentPlace,
)

_claims = claims.c
_posted = claim_entries.c
_entries = account_entries.c
_IS_SETTLED = _claims.status == ClaimStatus.SETTLED.name
_IS_DIRECT = _claims.origin == ClaimOrigin.DIRECT.name
_paid = disbursements.c
_moved = disbursement_entries.c
_settled = settled_postings.c
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

    An account that was closed since takes nothing back, and the person does: both are looked at together. What was
    paid in cash is between person and institution, and the funds owe the person what they pay.
    """
    books = (
        select(
            _posted.claim_id,
            _by(ClaimPayer.POOLED_FUND).label("pooled"),
            _by(ClaimPayer.CRITICAL_ILLNESS_INSURER).label("critical"),
            _by(ClaimPayer.ASSISTANCE_FUND).label("assistance"),
            _by(ClaimPayer.PERSONAL_ACCOUNT, ClaimPayer.CASH).label("personal"),
            _by(ClaimPayer.INSTITUTION).label("institution"),
            _by(ClaimPayer.REIMBURSED).label("reimbursed"),
            func.max(_posted.posting).label("last"),
        )
        .group_by(_posted.claim_id)
        .subquery()
    )
    said = {
        "pooled": -_claims.pooled_fen,
        "critical": -_claims.critical_fen,
        "assistance": -_claims.assistance_fen,
        "personal": case((_IS_DIRECT, -(_claims.account_fen + _claims.cash_fen + _claims.repaid_fen)), else_=0),
        "institution": case((_IS_DIRECT, _claims.cost_fen), else_=0),
        "reimbursed": case(
            (_IS_DIRECT, _claims.repaid_fen), else_=_claims.pooled_fen + _claims.critical_fen + _claims.assistance_fen
        ),
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


def _unbalanced_payments() -> Select[Any]:
    """What a payment says that the payee gets, and what its entries do; all of them together are zero."""
    payee = func.sum(case((_moved.account == DisbursementAccount.PAYEE.name, _moved.amount_fen), else_=0))
    books = (
        select(_moved.disbursement_id, payee.label("payee"), func.sum(_moved.amount_fen).label("total"))
        .group_by(_moved.disbursement_id)
        .subquery()
    )
    said = func.coalesce(books.c.payee, 0)
    return (
        select(_paid.id, _paid.amount_fen, said)
        .select_from(disbursements.outerjoin(books, books.c.disbursement_id == _paid.id))
        .where(or_(said != _paid.amount_fen, func.coalesce(books.c.total, 0) != 0))
    )


def _not_paid_back() -> Select[Any]:
    """What a claim owes a person when it is settled and when assistance is added, and what was paid for the claim."""
    filed = or_(*(_posted.kind == kind.name for kind in (ClaimPosting.SETTLEMENT, ClaimPosting.ASSISTANCE)))
    owed = (
        select(_posted.claim_id, func.sum(_posted.amount_fen).label("total"))
        .where(_posted.payer == ClaimPayer.REIMBURSED.name, filed)
        .group_by(_posted.claim_id)
        .subquery()
    )
    out = (
        select(_paid.claim_id, _paid.person_id, func.sum(_paid.amount_fen).label("total"))
        .group_by(_paid.claim_id, _paid.person_id)
        .subquery()
    )
    first, paid = func.coalesce(owed.c.total, 0), func.coalesce(out.c.total, 0)
    return (
        select(_claims.id, first, paid)
        .select_from(
            claims.outerjoin(owed, owed.c.claim_id == _claims.id).outerjoin(
                out, and_(out.c.claim_id == _claims.id, out.c.person_id == _claims.person_id)
            )
        )
        .where(first != paid)
    )


def _not_what_was_settled() -> Select[Any]:
    """What an institution was paid for a month, and the sum of the postings that were settled by it."""
    settled = (
        select(_settled.disbursement_id, func.sum(_settled.amount_fen).label("total"))
        .group_by(_settled.disbursement_id)
        .subquery()
    )
    total = func.coalesce(settled.c.total, 0)
    return (
        select(_paid.id, _paid.amount_fen, total)
        .select_from(disbursements.outerjoin(settled, settled.c.disbursement_id == _paid.id))
        .where(_paid.institution_id.is_not(None), _paid.amount_fen != total)
    )


def _settled_otherwise() -> Select[Any]:
    """A posting that was settled with an institution, for another amount than it says, or not the institution's."""
    due = func.coalesce(
        func.sum(
            case(
                (
                    or_(_posted.payer == ClaimPayer.INSTITUTION.name, _posted.payer == ClaimPayer.CASH.name),
                    _posted.amount_fen,
                ),
                else_=0,
            )
        ),
        0,
    )
    return (
        select(_settled.claim_id, _settled.posting, _settled.amount_fen, due)
        .select_from(
            settled_postings.join(claims, _claims.id == _settled.claim_id)
            .join(disbursements, _paid.id == _settled.disbursement_id)
            .outerjoin(claim_entries, and_(_posted.claim_id == _settled.claim_id, _posted.posting == _settled.posting))
        )
        .group_by(
            _settled.claim_id,
            _settled.posting,
            _settled.amount_fen,
            _claims.origin,
            _claims.institution_id,
            _paid.institution_id,
        )
        .having(or_(due != _settled.amount_fen, ~_IS_DIRECT, _claims.institution_id != _paid.institution_id))
    )


def _not_recorded() -> Select[Any]:
    """A claim that is paid as at home for a record, where the person had none for that place on that day."""
    held, place = out_of_area_records.c, institutions.c.region_code
    in_force = (
        select(held.filing_id)
        .where(
            held.person_id == _claims.person_id,
            held.first_day <= _claims.admitted_on,
            or_(held.last_day.is_(None), held.last_day >= _claims.admitted_on),
            or_(
                held.region_code == place,
                held.region_code == func.substr(place, 1, 4) + "00",
                held.region_code == func.substr(place, 1, 2) + "0000",
            ),
        )
        .correlate(claims, institutions)
        .exists()
    )
    return (
        select(_claims.id, _claims.person_id, _claims.institution_id)
        .select_from(claims.join(institutions, institutions.c.id == _claims.institution_id))
        .where(_claims.treated == TreatmentPlace.RECORDED.name, ~in_force)
    )


def _not_subsidised() -> Select[Any]:
    """A subsidy of a contribution that does not stand paid in full, is not the payee's, or was less.

    Or that is taken from anywhere but its fund.
    """
    given = resident_contributions.c
    of_subsidies = _paid.purpose == DisbursementPurpose.CONTRIBUTION_SUBSIDY.name
    stands = or_(*(given.status == one.name for one in (ContributionStatus.PAID, ContributionStatus.FINISHED)))
    right = and_(
        given.id.is_not(None),
        stands,
        given.person_id == _paid.person_id,
        given.subsidy_fen == 0,
        _paid.amount_fen <= given.amount_fen - given.repair_fen,
    )
    taken = func.coalesce(_moved.amount_fen, 0)
    fund = and_(_moved.disbursement_id == _paid.id, _moved.account == DisbursementAccount.ASSISTANCE_FUND.name)
    return (
        select(_paid.id, _paid.amount_fen, func.coalesce(given.amount_fen, 0))
        .select_from(
            disbursements.outerjoin(resident_contributions, given.id == _paid.contribution_id).outerjoin(
                disbursement_entries, fund
            )
        )
        .where(
            or_(
                and_(of_subsidies, ~right),
                and_(~of_subsidies, _paid.contribution_id.is_not(None)),
                taken != case((of_subsidies, -_paid.amount_fen), else_=0),
            )
        )
    )


def _not_recognised() -> Select[Any]:
    """A claim for a disease that a filing recognises, where none of the person's was recognised on that day."""
    held = entitlements.c
    in_force = (
        select(held.id)
        .where(
            held.person_id == _claims.person_id,
            held.kind == _claims.care,
            held.first_day <= _claims.admitted_on,
            held.last_day >= _claims.admitted_on,
        )
        .correlate(claims)
        .exists()
    )
    of_diseases = or_(*(_claims.care == kind.name for kind in (CareKind.CHRONIC_DISEASE, CareKind.SPECIAL_DISEASE)))
    return select(_claims.id, _claims.person_id, _claims.institution_id).where(of_diseases, ~in_force)


CLAIM_RULES = (
    ("the entries of each posting of a claim sum to zero", _unbalanced()),
    ("a claim is paid as its entries say, and not at all once it is reversed", _says_otherwise()),
    ("a claim costs what its items cost", _not_the_sum_of_its_costs()),
    ("what a claim moves in an account stands there, in the patient's own", _not_in_the_account()),
    ("an account moves for care by a claim only", _for_no_claim()),
    ("nobody is in two hospitals at once", _in_two_hospitals()),
    ("the entries of a payment sum to zero and give the payee what it says", _unbalanced_payments()),
    ("who has paid a claim in cash is paid what the funds owe, once", _not_paid_back()),
    ("an institution is paid the sum of the postings that were settled", _not_what_was_settled()),
    ("a posting is settled with the institution of the claim, for what it says", _settled_otherwise()),
    ("care elsewhere is paid as at home by a record that was in force", _not_recorded()),
    (
        "what assistance gives back of a contribution was paid for the payee, stands, and is taken from its fund",
        _not_subsidised(),
    ),
    ("care for a chronic or special disease is paid once the disease is recognised", _not_recognised()),
)
