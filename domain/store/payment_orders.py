"""Payment orders (支付订单): money that a channel is told to collect, and what the channel has said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, bindparam, func, insert, literal_column, select, update

from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import payment_order_lines, payment_orders, resident_contributions
from domain.vocabulary import (
    ChannelFailure,
    ContributionStatus,
    Fen,
    Id,
    Instant,
    PaymentChannel,
    PaymentOrderStatus,
    RegionCode,
)

_contributions = resident_contributions


@dataclass(frozen=True, slots=True)
class NewPaymentOrder:
    """An order as it is made. Its channel has not been told yet."""

    id: Id
    payer_id: Id
    region: RegionCode
    channel: PaymentChannel
    status: PaymentOrderStatus
    amount_fen: Fen
    ordered_at: Instant
    unit_id: Id | None = None


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """An order as it stands. `unit_id` is the unit that its payer pays for, None for a person who pays alone."""

    id: Id
    payer_id: Id
    region: RegionCode
    channel: PaymentChannel
    status: PaymentOrderStatus
    amount_fen: Fen
    ordered_at: Instant
    confirmations: int
    unit_id: Id | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """A contribution that an order is to pay, and what that buys as of the day on which it was ordered.

    One that was `submitted_with` the order has been on its way since.
    """

    order_id: Id
    contribution_id: Id
    amount_fen: Fen
    subsidy_fen: Fen
    repair_fen: Fen
    coverage_from: date
    coverage_until: date
    waiting_until: date | None
    submitted_with: bool = False


@dataclass(frozen=True, slots=True)
class OrderedContribution:
    """A contribution that an order is to pay: `amount_fen` is how much of the order is for it.

    It is not `current` where another order is to pay it since this one failed; its cover is then that one's. `unit_id`
    is the unit that collects it, None where none does.
    """

    id: Id
    order_id: Id
    person_id: Id
    payer_id: Id
    region: RegionCode
    coverage_year: int
    status: ContributionStatus
    amount_fen: Fen
    coverage_from: date
    coverage_until: date
    waiting_until: date | None
    current: bool
    unit_id: Id | None


_ORDER = Statement(
    insert(payment_orders)
    .values(
        id=bindparam("id"),
        payer_id=bindparam("payer_id"),
        region_code=bindparam("region"),
        channel=bindparam("channel"),
        status=bindparam("status"),
        amount_fen=bindparam("amount_fen"),
        ordered_at=bindparam("ordered_at"),
        confirmations=literal_column("0"),
        unit_id=bindparam("unit_id"),
    )
    .inline()
)

_LINE = Statement(
    insert(payment_order_lines)
    .values(
        order_id=bindparam("order_id"), contribution_id=bindparam("contribution_id"), amount_fen=bindparam("amount_fen")
    )
    .inline()
)

_START = Statement(
    update(_contributions)
    .values(
        status=written(ContributionStatus.PAYING),
        payment_order_id=bindparam("order_id"),
        amount_fen=bindparam("amount_fen"),
        subsidy_fen=bindparam("subsidy_fen"),
        repair_fen=bindparam("repair_fen"),
        coverage_from=bindparam("coverage_from"),
        coverage_until=bindparam("coverage_until"),
        waiting_until=bindparam("waiting_until"),
    )
    .where(
        _contributions.c.id == bindparam("contribution_id"),
        _contributions.c.status == written(ContributionStatus.SUBMITTED),
    )
    .returning(_contributions.c.id)
)

_STOP = Statement(
    update(_contributions)
    .values(status=written(ContributionStatus.SUBMITTED))
    .where(
        _contributions.c.id == bindparam("contribution_id"),
        _contributions.c.status == written(ContributionStatus.PAYING),
    )
    .returning(_contributions.c.id)
)

_GIVE_UP = Statement(
    update(_contributions)
    .values(status=written(ContributionStatus.VOIDED))
    .where(
        _contributions.c.id == bindparam("contribution_id"),
        _contributions.c.status == written(ContributionStatus.PAYING),
    )
    .returning(_contributions.c.id)
)

_COLLECTED = Statement(
    update(_contributions)
    .values(
        status=written(ContributionStatus.PAID),
        paid_at=bindparam("paid_at"),
        paid_on=bindparam("paid_on"),
        record_visible_at=bindparam("record_visible_at"),
    )
    .where(
        _contributions.c.id == bindparam("contribution_id"),
        # Written so that no index on it is used: it would lead to all that the order pays, for each of them.
        func.coalesce(_contributions.c.payment_order_id, literal_column("0"))
        == bindparam("order_id", type_=BigInteger()),
        _contributions.c.status.in_(
            [
                written(one)
                for one in (ContributionStatus.SUBMITTED, ContributionStatus.PAYING, ContributionStatus.VOIDED)
            ]
        ),
    )
    .returning(_contributions.c.id)
)

_COLUMNS = (
    payment_orders.c.id,
    payment_orders.c.payer_id,
    payment_orders.c.region_code,
    payment_orders.c.channel,
    payment_orders.c.status,
    payment_orders.c.amount_fen,
    payment_orders.c.ordered_at,
    payment_orders.c.confirmations,
    payment_orders.c.unit_id,
)
_BY_ID = Statement(
    select(*_COLUMNS)
    .where(among(payment_orders.c.id, "ids"))
    .order_by(payment_orders.c.id)
    .with_for_update(key_share=True)
)

_CONTRIBUTIONS = Statement(
    select(
        _contributions.c.id,
        payment_order_lines.c.order_id,
        _contributions.c.person_id,
        _contributions.c.payer_id,
        _contributions.c.region_code,
        _contributions.c.coverage_year,
        _contributions.c.status,
        payment_order_lines.c.amount_fen,
        _contributions.c.coverage_from,
        _contributions.c.coverage_until,
        _contributions.c.waiting_until,
        _contributions.c.payment_order_id,
        _contributions.c.unit_id,
    )
    .select_from(payment_order_lines.join(_contributions, _contributions.c.id == payment_order_lines.c.contribution_id))
    .where(among(payment_order_lines.c.order_id, "ids"))
    .order_by(_contributions.c.id)
)

_PEOPLE = Statement(
    select(payment_order_lines.c.order_id, _contributions.c.person_id)
    .select_from(payment_order_lines.join(_contributions, _contributions.c.id == payment_order_lines.c.contribution_id))
    .where(among(payment_order_lines.c.order_id, "ids"))
)

_STARTERS = Statement(
    select(payment_orders.c.id, payment_orders.c.payer_id, payment_orders.c.unit_id).where(
        among(payment_orders.c.id, "ids")
    )
)

_SIZES = Statement(
    select(payment_order_lines.c.order_id, func.count())
    .where(among(payment_order_lines.c.order_id, "ids"))
    .group_by(payment_order_lines.c.order_id)
)

_CHANGE = Statement(
    update(payment_orders)
    .values(
        status=bindparam("new_status"),
        answered_at=bindparam("at"),
        failure=bindparam("why"),
        confirmations=bindparam("new_confirmations"),
    )
    .where(payment_orders.c.id == bindparam("order_id"), payment_orders.c.status == bindparam("old_status"))
    .returning(payment_orders.c.id)
)


async def order(connection: Connection, new: Sequence[NewPaymentOrder]) -> None:
    """The orders stand. What they pay says so itself."""
    if not new:
        return
    await connection.execute_many(
        _ORDER,
        [
            {
                "id": one.id,
                "payer_id": one.payer_id,
                "region": one.region,
                "channel": one.channel.name,
                "status": one.status.name,
                "amount_fen": one.amount_fen,
                "ordered_at": one.ordered_at,
                "unit_id": one.unit_id,
            }
            for one in new
        ],
    )


async def pay_contributions(connection: Connection, pays: Sequence[Ordered]) -> None:
    """What the orders pay is on its way. Raises `BooksMoved` where a contribution does not wait.

    A unique index refuses a second payment on its way for one person and year.
    """
    if not pays:
        return
    await connection.execute_many(
        _LINE,
        [
            {"order_id": one.order_id, "contribution_id": one.contribution_id, "amount_fen": one.amount_fen}
            for one in pays
        ],
    )
    waiting = [one for one in pays if not one.submitted_with]
    if waiting:
        await change(
            connection,
            _START,
            [
                {
                    "order_id": one.order_id,
                    "contribution_id": one.contribution_id,
                    "amount_fen": one.amount_fen,
                    "subsidy_fen": one.subsidy_fen,
                    "repair_fen": one.repair_fen,
                    "coverage_from": one.coverage_from,
                    "coverage_until": one.coverage_until,
                    "waiting_until": one.waiting_until,
                }
                for one in waiting
            ],
        )


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, PaymentOrder]:
    """Orders by id, held until the transaction ends; an id that is no order's is left out."""
    rows = await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    return {
        Id(number): PaymentOrder(
            Id(number),
            Id(payer),
            RegionCode(region),
            PaymentChannel[channel],
            PaymentOrderStatus[status],
            Fen(amount),
            Instant(ordered_at),
            confirmations,
            None if unit is None else Id(unit),
        )
        for number, payer, region, channel, status, amount, ordered_at, confirmations, unit in rows
    }


async def people(connection: Connection, order_ids: Iterable[Id]) -> dict[Id, list[Id]]:
    """Whom each order insures; an order that pays a bill insures nobody and is left out."""
    found: dict[Id, list[Id]] = {}
    for order_id, person_id in await connection.fetch_all(_PEOPLE, {"ids": sorted(set(order_ids))}):
        found.setdefault(Id(order_id), []).append(Id(person_id))
    return found


async def contributions(connection: Connection, order_ids: Iterable[Id]) -> dict[Id, list[OrderedContribution]]:
    """The contributions that each order is to pay, by order."""
    found: dict[Id, list[OrderedContribution]] = {}
    for row in await connection.fetch_all(_CONTRIBUTIONS, {"ids": sorted(set(order_ids))}):
        one = OrderedContribution(
            Id(row[0]),
            Id(row[1]),
            Id(row[2]),
            Id(row[3]),
            RegionCode(row[4]),
            row[5],
            ContributionStatus[row[6]],
            Fen(row[7]),
            row[8],
            row[9],
            row[10],
            row[11] == row[1],
            None if row[12] is None else Id(row[12]),
        )
        found.setdefault(one.order_id, []).append(one)
    return found


async def starters(connection: Connection, order_ids: Iterable[Id]) -> dict[Id, tuple[Id, bool]]:
    """Who has started each order, and whether for a unit; an id that is no order's is left out."""
    rows = await connection.fetch_all(_STARTERS, {"ids": sorted(set(order_ids))})
    return {Id(order_id): (Id(payer), unit is not None) for order_id, payer, unit in rows}


async def sizes(connection: Connection, order_ids: Iterable[Id]) -> dict[Id, int]:
    """How many contributions each is to pay."""
    wanted = sorted(set(order_ids))
    rows = await connection.fetch_all(_SIZES, {"ids": wanted})
    return {**dict.fromkeys(wanted, 0), **{Id(order_id): size for order_id, size in rows}}


async def settle(
    connection: Connection,
    changed: Sequence[tuple[PaymentOrder, PaymentOrder]],
    *,
    at: Instant,
    failures: dict[Id, ChannelFailure],
) -> None:
    """Orders as (before, after). Raises `BooksMoved` where one is not as it was."""
    if changed:
        await change(
            connection,
            _CHANGE,
            [
                {
                    "order_id": after.id,
                    "old_status": before.status.name,
                    "new_status": after.status.name,
                    "new_confirmations": after.confirmations,
                    "at": at,
                    "why": failures[after.id].name if after.id in failures else None,
                }
                for before, after in changed
            ],
        )


async def stop(connection: Connection, contribution_ids: Sequence[Id]) -> None:
    """The contributions wait for payment again."""
    if contribution_ids:
        await change(connection, _STOP, [{"contribution_id": one} for one in contribution_ids])


async def give_up(connection: Connection, contribution_ids: Sequence[Id]) -> None:
    """No other order pays the contributions; a late word of their channel still does."""
    if contribution_ids:
        await change(connection, _GIVE_UP, [{"contribution_id": one} for one in contribution_ids])


async def collected(
    connection: Connection, paid: Sequence[tuple[OrderedContribution, date, Instant]], *, at: Instant
) -> None:
    """The contributions are paid, each with the business day of its order and the moment its record shows."""
    if paid:
        await change(
            connection,
            _COLLECTED,
            [
                {
                    "order_id": one.order_id,
                    "contribution_id": one.id,
                    "paid_at": at,
                    "paid_on": on,
                    "record_visible_at": visible_at,
                }
                for one, on, visible_at in paid
            ],
        )
