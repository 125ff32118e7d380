"""Late fees of the employee scheme against the book of policy (滞纳金稽核): from the rows, not from what wrote them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select

from domain.policy import PolicyBook
from domain.store.engine import Database
from domain.store.statements import Statement
from domain.store.tables import employee_bills, payment_orders
from domain.vocabulary import EmployeeBillStatus, Instant, RegionCode, business_date

LATE_FEE = "a unit's late fee counts the days from the due day to the day of its order"

_bills = employee_bills.c
_BILLS = Statement(
    select(
        _bills.id,
        _bills.unit_id,
        _bills.region_code,
        _bills.status,
        _bills.unit_fen + _bills.personal_fen + _bills.maternity_fen,
        _bills.late_fee_fen,
        _bills.due_on,
        payment_orders.c.ordered_at,
    )
    .select_from(employee_bills.outerjoin(payment_orders, payment_orders.c.id == _bills.payment_order_id))
    .order_by(_bills.id)
)


async def wrong_late_fees(database: Database, book: PolicyBook, *, most: int) -> list[int]:
    """The bills whose late fee is another than the book's, at most so many."""
    found: list[int] = []
    async with database.read() as connection:
        for number, unit, region, status, shares, fee, due_on, ordered_at in await connection.fetch_all(_BILLS, {}):
            expected = 0
            if unit is not None and ordered_at is not None and status != EmployeeBillStatus.DUE.name:
                on = business_date(Instant(ordered_at))
                days = (on - due_on).days
                if days > 0:
                    rate = book.fact(
                        "employee_contribution.late_fee_rate_per_day", area=RegionCode(region), on=on
                    ).ratio
                    expected = int((Decimal(shares) * rate * days).quantize(Decimal(1), ROUND_HALF_UP))
            if fee != expected and len(found) < most:
                found.append(number)
    return found
