"""Payment orders: started, checked, given up (支付订单)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.operations.settle_payments import (
    CheckOrder,
    PaymentChecked,
    PaymentVoided,
    VoidOrder,
    check_payments,
    ids_to_settle,
    own_orders,
    void_payments,
)
from domain.operations.start_payment import PaymentStarted, StartPaymentOrder, start_payments
from domain.store.engine import Connection
from domain.store.tables import payment_orders
from domain.vocabulary import Id, Prefix, Role
from resolvers.fields.journey import batched, by_capacity, named
from resolvers.fields.rules import by_role, listed_in_clerks_region, of_own_unit
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
    Arguments,
    ComputedSource,
    Identifier,
    Link,
    Many,
    QueryRoot,
    RowSource,
    ToRow,
    by_key,
    moment,
    of_persons,
    text,
    yuan,
)

PAYMENT_ORDER = RowSource(
    "PaymentOrder",
    payment_orders,
    key=("id",),
    prefix=Prefix.PAYMENT_ORDER,
    rule=by_role(
        {
            Role.CITIZEN: lambda row, scope: f"{row.payer_id} = {scope.viewer_id} AND {row.unit_id} IS NULL",
            Role.UNIT_OFFICER: of_own_unit(),
            Role.CLERK: listed_in_clerks_region,
            Role.OPERATOR: None,
        }
    ),
    subjects=of_persons("payer_id", own_for={Role.CITIZEN}),
    fields={
        "id": Identifier(Prefix.PAYMENT_ORDER, lambda row, scope: row.id),
        "payer": by_key("Person", "payer_id", through=True, nullable=False),
        "unit": by_key("Unit", "unit_id"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "channel": text("channel"),
        "status": text("status"),
        "amount": yuan("amount_fen"),
        "orderedAt": moment("ordered_at"),
        "answeredAt": moment("answered_at", nullable=True),
        "failure": text("failure", nullable=True),
        "contributions": Many("ResidentContribution", lambda row, other, scope: f"{other.payment_order_id} = {row.id}"),
        "bill": Link("EmployeeBill", lambda row, other, scope: f"{other.payment_order_id} = {row.id}"),
    },
)

OUTCOMES = tuple(
    ComputedSource(kind.__name__, kind, {"order": ToRow("PaymentOrder", lambda outcome: outcome.order_id)})
    for kind in (PaymentStarted, PaymentChecked, PaymentVoided)
)

QUERIES: Mapping[str, QueryRoot] = {
    "paymentOrders": Many("PaymentOrder", where={"region": "region_code", "status": "status", "channel": "channel"}),
}


def _start(actor_id: Id, key: str, cause: str, given: Arguments) -> StartPaymentOrder:
    contribution = named(given, "contributionId", Prefix.RESIDENT_CONTRIBUTION)
    return StartPaymentOrder(actor_id, key, cause, contribution, given.get("expectedAmount"))


def _check(actor_id: Id, key: str, cause: str, given: Arguments, *, for_unit: bool) -> CheckOrder:
    return CheckOrder(actor_id, key, cause, named(given, "orderId", Prefix.PAYMENT_ORDER), for_unit)


def _void(actor_id: Id, key: str, cause: str, given: Arguments, *, for_unit: bool) -> VoidOrder:
    return VoidOrder(actor_id, key, cause, named(given, "orderId", Prefix.PAYMENT_ORDER), for_unit)


async def _ids(connection: Connection, orders: Sequence[CheckOrder | VoidOrder]) -> int:
    return sum((await ids_to_settle(connection, await own_orders(connection, orders))).values())


MUTATIONS: Mapping[str, MutationSource] = {
    "startPayment": batched(start_payments, _start, sets_timers=True),
    "checkPayment": by_capacity(check_payments, _check, ids_read=_ids),
    "voidPayment": by_capacity(void_payments, _void, ids_read=_ids),
}
