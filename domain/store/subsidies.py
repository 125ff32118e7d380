"""Contributions as giving a subsidy looks at them (资助参保补贴)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, and_, bindparam, or_, select

from domain.decisions.subsidising import PaidInFull
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement
from domain.store.tables import disbursements, refunds, resident_contributions
from domain.vocabulary import ContributionStatus, Fen, Id, RefundStatus, RegionCode

_paid = resident_contributions.c
_OF_YEAR = Statement(
    select(
        _paid.id,
        _paid.region_code,
        _paid.amount_fen - _paid.repair_fen,
        _paid.subsidy_fen,
        _paid.paid_on,
        disbursements.c.amount_fen,
        refunds.c.id,
    )
    .select_from(
        resident_contributions.outerjoin(disbursements, disbursements.c.contribution_id == _paid.id).outerjoin(
            refunds,
            and_(
                refunds.c.contribution_id == _paid.id,
                refunds.c.payment_order_id == _paid.payment_order_id,
                refunds.c.status == written(RefundStatus.SENT),
            ),
        )
    )
    .where(
        _paid.person_id == bindparam("person", type_=BigInteger()),
        _paid.coverage_year == bindparam("year", type_=Integer()),
        or_(
            _paid.status == written(ContributionStatus.PAID),
            _paid.status == written(ContributionStatus.FINISHED),
        ),
    )
)


async def paid_in_full(connection: Connection, person_id: Id, coverage_year: int) -> PaidInFull | None:
    """The contribution of the person and year that is paid, None where none is."""
    row = await connection.fetch_one(_OF_YEAR, {"person": person_id, "year": coverage_year})
    if row is None:
        return None
    number, region, amount_fen, borne_fen, paid_on, subsidised_fen, under_way = row
    return PaidInFull(
        id=Id(number),
        region=RegionCode(region),
        coverage_year=coverage_year,
        amount_fen=Fen(amount_fen),
        borne_fen=Fen(borne_fen),
        paid_on=paid_on,
        subsidised_fen=None if subsidised_fen is None else Fen(subsidised_fen),
        under_way=None if under_way is None else Id(under_way),
    )
