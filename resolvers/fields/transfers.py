"""Transfers of the insurance relation and how far they have come (医保关系转移接续)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.operations.apply_for_transfer import (
    TransferApplied,
    TransferOrder,
    TransferWithdrawn,
    WithdrawTransferOrder,
    apply_for_transfers,
    withdraw_transfers,
)
from domain.store.tables import enrolment_transfers, transferred_periods
from domain.vocabulary import DataType, Id, Prefix, Role
from resolvers.fields.journey import batched, named
from resolvers.fields.rules import by_role, consented, own
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
    Alias,
    Arguments,
    ComputedSource,
    Identifier,
    RowSource,
    Scope,
    Some,
    ToRow,
    boolean,
    by_key,
    day,
    integer,
    moment,
    of_nobody,
    of_persons,
    text,
    yuan,
)


def _of_either_place(row: Alias, scope: Scope) -> str:
    return f"{scope.in_viewers_region(row.region_code)} OR {scope.in_viewers_region(row.from_region)}"


_RULE = by_role(
    {
        Role.CITIZEN: own("person_id"),
        Role.CLERK: _of_either_place,
        Role.PARTNER: consented(DataType.ENROLMENTS, "person_id"),
        Role.OPERATOR: None,
    }
)

TRANSFER = RowSource(
    "EnrolmentTransfer",
    enrolment_transfers,
    key=("id",),
    prefix=Prefix.TRANSFER,
    rule=_RULE,
    subjects=of_persons("person_id", own_for={Role.CITIZEN}),
    fields={
        "id": Identifier(Prefix.TRANSFER, lambda row, scope: row.id),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "enrolment": by_key("Enrolment", "enrolment_id", through=True, nullable=False),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "fromRegion": text("from_region"),
        "status": text("status"),
        "appliedAt": moment("applied_at"),
        "acceptedOn": day("accepted_on"),
        "formDueOn": day("form_due_on"),
        "dueOn": day("due_on"),
        "calendar": text("calendar"),
        "overdue": boolean(
            lambda row, scope: f"({row.status} IN ('UNTREATED', 'PROCESSING') AND {row.late_from} <= {scope.now})"
        ),
        "formReceivedAt": moment("form_at", nullable=True),
        "periods": Some(
            "TransferredPeriod",
            lambda row, other, scope: f"{other.transfer_id} = {row.id}",
            order=("position",),
            limit=100,
        ),
        "months": integer("months", nullable=True),
        "balance": yuan("balance_fen", nullable=True),
        "completedAt": moment("completed_at", nullable=True),
        "monthsCarried": integer("months_carried", nullable=True),
        "withdrawnAt": moment("withdrawn_at", nullable=True),
        "entry": by_key("AccountEntry", "entry_id"),
    },
)

TRANSFERRED_PERIOD = RowSource(
    "TransferredPeriod",
    transferred_periods,
    key=("transfer_id", "position"),
    rule=by_role({Role.CITIZEN: None, Role.CLERK: None, Role.PARTNER: None, Role.OPERATOR: None}),
    subjects=of_nobody,
    fields={"firstMonth": integer("first_month"), "lastMonth": integer("last_month")},
)

OUTCOMES = tuple(
    ComputedSource(kind.__name__, kind, {"transfer": ToRow("EnrolmentTransfer", lambda outcome: outcome.transfer_id)})
    for kind in (TransferApplied, TransferWithdrawn)
)


def _apply(actor_id: Id, key: str, cause: str, given: Arguments) -> TransferOrder:
    return TransferOrder(actor_id, key, cause, given["fromRegion"])


def _withdraw(actor_id: Id, key: str, cause: str, given: Arguments) -> WithdrawTransferOrder:
    return WithdrawTransferOrder(actor_id, key, cause, named(given, "transferId", Prefix.TRANSFER))


MUTATIONS: Mapping[str, MutationSource] = {
    "applyForTransfer": batched(apply_for_transfers, _apply, sets_timers=True),
    "withdrawTransfer": batched(withdraw_transfers, _withdraw),
}
