"""Money that agencies pay out (拨付): once for a filing, with entries that balance; never changed or deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Date, and_, bindparam, func, insert, or_, select

from domain.decisions.reconciling import DuePosting
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement
from domain.store.tables import claim_entries, claims, disbursement_entries, disbursements, settled_postings
from domain.vocabulary import (
    ClaimOrigin,
    ClaimPayer,
    DisbursementAccount,
    DisbursementPurpose,
    Fen,
    Id,
    Instant,
    PaidInto,
    RegionCode,
)


@dataclass(frozen=True, slots=True)
class NewDisbursement:
    """A payment as it is made. `entries` sum to zero; of the account no more than its last four digits is kept."""

    id: Id
    region: RegionCode
    purpose: DisbursementPurpose
    filing_id: Id
    paid_into: PaidInto
    entries: Mapping[DisbursementAccount, Fen]
    paid_at: Instant
    person_id: Id | None = None
    institution_id: Id | None = None
    month: int | None = None
    claim_id: Id | None = None
    contribution_id: Id | None = None
    account_last_four: str | None = None
    unit_id: Id | None = None

    @property
    def amount_fen(self) -> Fen:
        """What the payee gets."""
        return self.entries[DisbursementAccount.PAYEE]


_posted = claim_entries.c
_UNPAID = Statement(
    # The person's own share is the institution's already: what is due is what else pays.
    select(_posted.claim_id, _posted.posting, func.sum(_posted.amount_fen))
    .select_from(
        claims.join(claim_entries, _posted.claim_id == claims.c.id).outerjoin(
            settled_postings,
            and_(settled_postings.c.claim_id == _posted.claim_id, settled_postings.c.posting == _posted.posting),
        )
    )
    .where(
        claims.c.institution_id == bindparam("institution", type_=BigInteger()),
        claims.c.origin == written(ClaimOrigin.DIRECT),
        _posted.business_on <= bindparam("last", type_=Date()),
        or_(_posted.payer == written(ClaimPayer.INSTITUTION), _posted.payer == written(ClaimPayer.CASH)),
        settled_postings.c.claim_id.is_(None),
    )
    .group_by(_posted.claim_id, _posted.posting)
    .order_by(_posted.claim_id, _posted.posting)
)
_SETTLE = Statement(insert(settled_postings).inline())
_PAY = Statement(insert(disbursements).inline())
_POST = Statement(insert(disbursement_entries).inline())


async def unpaid(connection: Connection, institution_id: Id, last: date) -> list[DuePosting]:
    """What an institution is due by postings up to a day that no monthly settlement has paid."""
    rows = await connection.fetch_all(_UNPAID, {"institution": institution_id, "last": last})
    return [DuePosting(Id(claim), posting, Fen(int(amount))) for claim, posting, amount in rows]


async def settle_postings(connection: Connection, disbursement_id: Id, due: Sequence[DuePosting]) -> None:
    """These postings are paid. The primary key refuses one that is."""
    await connection.execute_many(
        _SETTLE,
        [
            {
                "claim_id": one.claim_id,
                "posting": one.posting,
                "disbursement_id": disbursement_id,
                "amount_fen": one.amount_fen,
            }
            for one in due
        ],
    )


async def pay(connection: Connection, new: Sequence[NewDisbursement]) -> None:
    """The payments are made. Unique indexes refuse a second one for a filing, a contribution, a claim and purpose."""
    if not new:
        return
    await connection.execute_many(
        _PAY,
        [
            {
                "id": one.id,
                "region_code": one.region,
                "purpose": one.purpose.name,
                "person_id": one.person_id,
                "institution_id": one.institution_id,
                "unit_id": one.unit_id,
                "month": one.month,
                "filing_id": one.filing_id,
                "claim_id": one.claim_id,
                "contribution_id": one.contribution_id,
                "paid_into": one.paid_into.name,
                "account_last_four": one.account_last_four,
                "amount_fen": one.amount_fen,
                "paid_at": one.paid_at,
            }
            for one in new
        ],
    )
    await connection.execute_many(
        _POST,
        [
            {"disbursement_id": one.id, "account": account.name, "amount_fen": amount_fen}
            for one in new
            for account, amount_fen in one.entries.items()
        ],
    )
