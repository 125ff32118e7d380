"""An independent check of a world's books (账务稽核): from the rows and the book of policy, not from what wrote them.

A fast system with wrong books has not passed: the check runs after every load test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.policy import PolicyBook
from domain.store.engine import Database
from domain.store.statements import Statement
from domain.store.tables import (
    account_entries,
    account_withdrawals,
    channel_collections,
    claims,
    consents,
    disbursements,
    employee_bills,
    employee_contributions,
    enrolment_transfers,
    enrolments,
    events,
    family_bindings,
    id_blocks,
    metadata,
    payees,
    payment_certificates,
    payment_order_bills,
    payment_order_lines,
    payment_orders,
    person_changes,
    personal_accounts,
    persons,
    receipts,
    refunds,
    registry_kinships,
    resident_contributions,
    timers,
    units,
    world,
)
from domain.vocabulary import (
    NUMBERS_PER_PROVINCE,
    AccountStatus,
    BindingStatus,
    ContributionStatus,
    EmployeeBillStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    EntryKind,
    PaymentChannel,
    PaymentOrderStatus,
    RefundStatus,
    Scheme,
    TransferStatus,
    UnitStatus,
    business_date,
    instant,
)
from simulator.bill_audit import LATE_FEE, wrong_late_fees
from simulator.claim_audit import CLAIM_RULES, OF_CLAIMS
from simulator.maternity_audit import MATERNITY_RULES
from simulator.payment_audit import disagreements
from simulator.records import START
from simulator.trail_audit import broken_trail


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the books get wrong: the sentence that does not hold, of which row, and the figures found."""

    rule: str
    id: int
    found: tuple[int, ...]

    def __str__(self) -> str:
        figures = ", ".join(str(figure) for figure in self.found)
        return f"{self.rule}: {self.id}" + (f" ({figures})" if figures else "")


class _payload_id(FunctionElement[int]):
    """The id under a key of an event's payload."""

    inherit_cache = False
    type = BigInteger()

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


@compiles(_payload_id, "postgresql")
def _payload_id_postgresql(element: _payload_id, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(events.payload ->> '{element.key}')::bigint"


@compiles(_payload_id, "sqlite")
def _payload_id_sqlite(element: _payload_id, compiler: SQLCompiler, **kw: Any) -> str:
    # Of a known type, so that SQLite makes an index of what is joined by it.
    return f"CAST(json_extract(events.payload, '$.{element.key}') AS INTEGER)"


class _certifies(FunctionElement[bool]):
    """The certificate's content names the contribution, with its year of cover and its amount."""

    inherit_cache = False
    type = Boolean()


@compiles(_certifies, "postgresql")
def _certifies_postgresql(element: _certifies, compiler: SQLCompiler, **kw: Any) -> str:
    return (
        "payment_certificates.content @> jsonb_build_array(jsonb_build_object("
        "'contribution_id', resident_contributions.id, 'coverage_year', resident_contributions.coverage_year,"
        " 'amount_fen', resident_contributions.amount_fen))"
    )


@compiles(_certifies, "sqlite")
def _certifies_sqlite(element: _certifies, compiler: SQLCompiler, **kw: Any) -> str:
    return (
        "EXISTS (SELECT 1 FROM json_each(payment_certificates.content) AS item"
        " WHERE json_extract(item.value, '$.contribution_id') = resident_contributions.id"
        " AND json_extract(item.value, '$.coverage_year') = resident_contributions.coverage_year"
        " AND json_extract(item.value, '$.amount_fen') = resident_contributions.amount_fen)"
    )


class _certified_count(FunctionElement[int]):
    """How many payments the certificate's content names."""

    inherit_cache = False
    type = BigInteger()


@compiles(_certified_count, "postgresql")
def _certified_count_postgresql(element: _certified_count, compiler: SQLCompiler, **kw: Any) -> str:
    return "jsonb_array_length(payment_certificates.content)"


@compiles(_certified_count, "sqlite")
def _certified_count_sqlite(element: _certified_count, compiler: SQLCompiler, **kw: Any) -> str:
    return "json_array_length(payment_certificates.content)"


_accounts = personal_accounts.c
_withdrawals = account_withdrawals.c
_certificates = payment_certificates.c
_entries = account_entries.c
_refunds = refunds.c
_paid = resident_contributions.c
_transfers = enrolment_transfers.c
_bills = employee_bills.c
_lines = employee_contributions.c
_enrolments = enrolments.c
_IS_ACTIVE = _enrolments.status == EnrolmentStatus.ACTIVE.name
_orders = payment_orders.c
_owned = personal_accounts.alias()
_since = bindparam("since", type_=_paid.paid_at.type)
_IS_PAID = or_(_paid.status == ContributionStatus.PAID.name, _paid.status == ContributionStatus.FINISHED.name)
_BY_ACCOUNT = and_(_IS_PAID, _paid.channel == PaymentChannel.PERSONAL_ACCOUNT.name)
_IS_REFUNDED = _paid.status == ContributionStatus.REFUNDED.name
_WAS_PAID = or_(_IS_PAID, _IS_REFUNDED)
_OF_WHAT = func.coalesce(_refunds.contribution_id, _refunds.bill_id)
_OF_ITS_PAYMENT = and_(
    _refunds.contribution_id == _paid.id, _refunds.payment_order_id.is_not_distinct_from(_paid.payment_order_id)
)
_ASKS = or_(*(timers.c.kind == kind for kind in ("ASK_CHANNEL", "QUERY_CHANNEL", "CHANNEL_CONFIRMS")))
_WAS_BY_ACCOUNT = and_(_WAS_PAID, _paid.channel == PaymentChannel.PERSONAL_ACCOUNT.name)


def _sums() -> Select[Any]:
    sums = (
        select(
            _entries.account_id,
            func.sum(_entries.amount_fen).label("total"),
            func.count().label("entries"),
            func.max(_entries.position).label("last"),
            func.min(_entries.position).label("first"),
        )
        .group_by(_entries.account_id)
        .subquery()
    )
    total, entries = func.coalesce(sums.c.total, 0), func.coalesce(sums.c.entries, 0)
    return (
        select(_accounts.id, _accounts.balance_fen, total, _accounts.entry_count, entries)
        .select_from(personal_accounts.outerjoin(sums, sums.c.account_id == _accounts.id))
        .where(
            or_(
                _accounts.balance_fen != total,
                _accounts.entry_count != entries,
                func.coalesce(sums.c.last, 0) != entries,
                func.coalesce(sums.c.first, 1) != 1,
            )
        )
    )


def _running_balances() -> Select[Any]:
    before = func.lag(_entries.balance_fen, 1, 0).over(partition_by=_entries.account_id, order_by=_entries.position)
    steps = select(_entries.id, _entries.balance_fen, _entries.amount_fen, before.label("before")).subquery()
    return select(steps.c.id, steps.c.before, steps.c.amount_fen, steps.c.balance_fen).where(
        steps.c.balance_fen != steps.c.before + steps.c.amount_fen
    )


def _backdated() -> Select[Any]:
    before = func.lag(_entries.occurred_at).over(partition_by=_entries.account_id, order_by=_entries.position)
    steps = select(_entries.id, _entries.occurred_at, before.label("before")).subquery()
    return select(steps.c.id, steps.c.before, steps.c.occurred_at).where(steps.c.occurred_at < steps.c.before)


def _credited_twice(kind: EntryKind, *spans: str) -> Select[Any]:
    """Accounts with more than one such entry in one year, or month of a year."""
    within = [extract(span, _entries.business_on) for span in spans]
    return (
        select(_entries.account_id, *within, func.count())
        .where(_entries.kind == kind.name)
        .group_by(_entries.account_id, *within)
        .having(func.count() > 1)
    )


def _closed_with_money() -> Select[Any]:
    return select(_accounts.id, _accounts.balance_fen).where(
        _accounts.status == AccountStatus.CLOSED.name, _accounts.balance_fen != 0
    )


def _not_withdrawn_whole() -> Select[Any]:
    """Withdrawals without the entry that empties a closed account, and such entries without a withdrawal."""
    emptying = and_(
        _entries.id == _withdrawals.entry_id,
        _entries.kind == EntryKind.WITHDRAWAL.name,
        _entries.account_id == _withdrawals.account_id,
        _entries.amount_fen == -_withdrawals.amount_fen,
        _entries.balance_fen == 0,
        _entries.occurred_at == _withdrawals.withdrawn_at,
    )
    closed = and_(
        _accounts.id == _entries.account_id,
        _accounts.status == AccountStatus.CLOSED.name,
        _accounts.entry_count == _entries.position,
    )
    unexplained = (
        select(_entries.id, _entries.amount_fen)
        .select_from(account_entries.outerjoin(account_withdrawals, _withdrawals.entry_id == _entries.id))
        .where(_entries.kind == EntryKind.WITHDRAWAL.name, _withdrawals.id.is_(None))
    )
    unmatched = (
        select(_withdrawals.id, _withdrawals.amount_fen)
        .select_from(account_withdrawals.outerjoin(account_entries, emptying).outerjoin(personal_accounts, closed))
        .where(_accounts.id.is_(None))
    )
    both = union_all(unexplained, unmatched).subquery()
    return select(both.c.id, both.c.amount_fen)


def _paid_twice() -> Select[Any]:
    return (
        select(_paid.person_id, _paid.coverage_year, func.count())
        .where(_IS_PAID)
        .group_by(_paid.person_id, _paid.coverage_year)
        .having(func.count() > 1)
    )


def _not_debited_once() -> Select[Any]:
    right = case(
        (
            and_(
                _entries.account_id == _paid.account_id,
                _entries.amount_fen == -_paid.amount_fen,
                _entries.kind == EntryKind.PROXY_CONTRIBUTION.name,
                _entries.occurred_at == _paid.paid_at,
            ),
            1,
        ),
        else_=0,
    )
    debits = and_(_entries.contribution_id == _paid.id, _entries.kind != EntryKind.REFUND.name)
    return (
        select(_paid.id, func.count(_entries.id), func.coalesce(func.sum(right), 0))
        .select_from(resident_contributions.outerjoin(account_entries, debits))
        .where(_WAS_BY_ACCOUNT)
        .group_by(_paid.id)
        .having(or_(func.count(_entries.id) != 1, func.coalesce(func.sum(right), 0) != 1))
    )


def _debited_for_nothing() -> Select[Any]:
    return (
        select(_entries.id, _entries.amount_fen)
        .select_from(account_entries.outerjoin(resident_contributions, _paid.id == _entries.contribution_id))
        .where(
            _entries.amount_fen < 0,
            _entries.kind != EntryKind.WITHDRAWAL.name,
            ~OF_CLAIMS,
            or_(_paid.id.is_(None), ~_WAS_BY_ACCOUNT),
        )
    )


def _not_given_back_once() -> Select[Any]:
    """Refunded contributions that no refund, or more than one, has given back in full to whoever paid."""
    right = case(
        (
            and_(
                _refunds.amount_fen == _paid.amount_fen,
                _refunds.payer_id == _paid.payer_id,
                _refunds.person_id == _paid.person_id,
                _refunds.channel == _paid.channel,
                _refunds.completed_at >= _paid.paid_at,
            ),
            1,
        ),
        else_=0,
    )
    completed = and_(_refunds.status == RefundStatus.REFUNDED.name, _OF_ITS_PAYMENT)
    return (
        select(_paid.id, func.count(_refunds.id), func.coalesce(func.sum(right), 0))
        .select_from(resident_contributions.outerjoin(refunds, completed))
        .where(_IS_REFUNDED)
        .group_by(_paid.id)
        .having(or_(func.count(_refunds.id) != 1, func.coalesce(func.sum(right), 0) != 1))
    )


def _out_of_step() -> Select[Any]:
    """Refunds that are complete while their contribution stands or without a time, or the reverse.

    What a channel collected after something else had paid goes back as well, and never was a contribution; nor was what
    it collected twice for a bill.
    """
    complete = _refunds.status == RefundStatus.REFUNDED.name
    amiss = case((complete, ~_IS_REFUNDED), else_=~_IS_PAID)
    return (
        select(_refunds.id, _OF_WHAT)
        .select_from(refunds.outerjoin(resident_contributions, _paid.id == _refunds.contribution_id))
        .where(
            or_(
                complete != _refunds.completed_at.is_not(None),
                and_(_OF_ITS_PAYMENT, _paid.paid_at.is_not(None), amiss),
            )
        )
    )


def _given_back_otherwise() -> Select[Any]:
    """Channels that have given back more than was asked of them, or less than is told as given back."""
    complete = case((_refunds.status == RefundStatus.REFUNDED.name, _refunds.amount_fen), else_=0)
    asked = (
        select(
            _refunds.payment_order_id,
            func.sum(_refunds.amount_fen).label("asked"),
            func.sum(complete).label("back"),
        )
        .group_by(_refunds.payment_order_id)
        .subquery()
    )
    given = channel_collections.c.given_back_fen
    most, least = func.coalesce(asked.c.asked, 0), func.coalesce(asked.c.back, 0)
    return (
        select(channel_collections.c.reference, given, least, most)
        .select_from(channel_collections.outerjoin(asked, asked.c.payment_order_id == channel_collections.c.reference))
        .where(or_(given > most, given < least, given > channel_collections.c.amount_fen))
    )


def _of_order(amount: ColumnElement[int], *rows: ColumnElement[bool]) -> ScalarSelect[Any]:
    """What the rows add up to for the payment order of the statement around it."""
    return select(func.coalesce(func.sum(amount), 0)).where(*rows).correlate(payment_orders).scalar_subquery()


def _collected_and_lost() -> Select[Any]:
    """Money that a channel took and the platform neither booked nor is giving back, nor waits to hear of."""
    _line = payment_order_lines.c
    by_it = and_(_paid.payment_order_id == _line.order_id, _paid.paid_at.is_not(None))
    contributions = _of_order(_line.amount_fen, _line.order_id == _orders.id, _line.contribution_id == _paid.id, by_it)
    bills = _of_order(
        _bills.unit_fen + _bills.personal_fen + _bills.maternity_fen + _bills.late_fee_fen,
        _bills.payment_order_id == _orders.id,
        _bills.paid_at.is_not(None),
    )
    booked = contributions + bills
    for_contributions = _of_order(
        _refunds.amount_fen,
        _refunds.payment_order_id == _orders.id,
        _refunds.contribution_id == _paid.id,
        or_(_paid.payment_order_id != _orders.id, _paid.paid_at.is_(None)),
    )
    for_bills = _of_order(
        _refunds.amount_fen,
        _refunds.payment_order_id == _orders.id,
        _refunds.bill_id == _bills.id,
        _bills.payment_order_id != _orders.id,
    )
    returned = for_contributions + for_bills
    waits = select(timers.c.id).where(timers.c.subject_id == channel_collections.c.reference, _ASKS).exists()
    confirmed = _orders.status == PaymentOrderStatus.CONFIRMED.name
    taken = channel_collections.c
    return (
        select(taken.reference, taken.amount_fen, booked, returned)
        .select_from(channel_collections.outerjoin(payment_orders, _orders.id == taken.reference))
        .where(
            taken.collected,
            or_(
                _orders.id.is_(None),
                and_(confirmed, taken.amount_fen != booked + returned),
                and_(~confirmed, ~waits),
            ),
        )
    )


def _bill_refunded_amiss() -> Select[Any]:
    """Refunds of a bill that are not of the whole of a confirmed order over it, to whoever paid, the way it came.

    Or of the order that pays the bill, which nobody gives back.
    """
    over_it = and_(
        payment_order_bills.c.order_id == _refunds.payment_order_id, payment_order_bills.c.bill_id == _bills.id
    )
    right = and_(
        payment_order_bills.c.order_id.is_not(None),
        _orders.id != _bills.payment_order_id,
        _orders.status == PaymentOrderStatus.CONFIRMED.name,
        _orders.amount_fen == _refunds.amount_fen,
        _orders.payer_id == _refunds.payer_id,
        _orders.channel == _refunds.channel,
        _bills.region_code == _refunds.region_code,
        _bills.person_id.is_not_distinct_from(_refunds.person_id),
    )
    return (
        select(_refunds.id, _refunds.bill_id, func.coalesce(_refunds.payment_order_id, 0))
        .select_from(
            refunds.join(employee_bills, _bills.id == _refunds.bill_id)
            .outerjoin(payment_orders, _orders.id == _refunds.payment_order_id)
            .outerjoin(payment_order_bills, over_it)
        )
        .where(~case((right, True), else_=False))
    )


def _paid_by_an_order_for_another() -> Select[Any]:
    """Bills whose latest order is to pay something else."""
    return (
        select(_bills.id, _bills.payment_order_id)
        .select_from(
            employee_bills.outerjoin(payment_order_bills, payment_order_bills.c.order_id == _bills.payment_order_id)
        )
        .where(_bills.payment_order_id.is_not(None), payment_order_bills.c.bill_id.is_distinct_from(_bills.id))
    )


def _confirmed_for_nothing() -> Select[Any]:
    """Orders that count as collected without the channel having taken exactly that."""
    collection = and_(channel_collections.c.reference == payment_orders.c.id, channel_collections.c.collected)
    return (
        select(payment_orders.c.id, payment_orders.c.amount_fen, func.coalesce(channel_collections.c.amount_fen, 0))
        .select_from(payment_orders.outerjoin(channel_collections, collection))
        .where(
            payment_orders.c.status == PaymentOrderStatus.CONFIRMED.name,
            func.coalesce(channel_collections.c.amount_fen, 0) != payment_orders.c.amount_fen,
        )
    )


def _paid_by_no_channel() -> Select[Any]:
    return (
        select(_paid.id, _paid.payment_order_id)
        .select_from(resident_contributions.join(payment_orders, payment_orders.c.id == _paid.payment_order_id))
        .where(_WAS_PAID, payment_orders.c.status != PaymentOrderStatus.CONFIRMED.name)
    )


def _not_credited_once() -> Select[Any]:
    """Refunds into an account without the entry that reverses what was taken for the contribution."""
    credit, taken = account_entries.alias(), account_entries.alias()
    crediting = and_(
        credit.c.id == _refunds.entry_id,
        credit.c.kind == EntryKind.REFUND.name,
        credit.c.amount_fen == _refunds.amount_fen,
        credit.c.contribution_id == _refunds.contribution_id,
        credit.c.occurred_at == _refunds.completed_at,
    )
    taking = and_(
        taken.c.id == credit.c.reverses_id,
        taken.c.account_id == credit.c.account_id,
        taken.c.contribution_id == _refunds.contribution_id,
        taken.c.amount_fen == -_refunds.amount_fen,
    )
    by_account = _refunds.channel == PaymentChannel.PERSONAL_ACCOUNT.name
    return (
        select(_refunds.id, _OF_WHAT)
        .select_from(refunds.outerjoin(credit, crediting).outerjoin(taken, taking))
        .where(or_(and_(by_account, taken.c.id.is_(None)), and_(~by_account, _refunds.entry_id.is_not(None))))
    )


def _credited_for_nothing() -> Select[Any]:
    return (
        select(_entries.id, _entries.amount_fen)
        .select_from(account_entries.outerjoin(refunds, _refunds.entry_id == _entries.id))
        .where(_entries.kind == EntryKind.REFUND.name, _refunds.id.is_(None))
    )


def _foreign_account() -> Select[Any]:
    return (
        select(_paid.id, _paid.payer_id, func.coalesce(_accounts.person_id, 0))
        .select_from(resident_contributions.outerjoin(personal_accounts, _accounts.id == _paid.account_id))
        .where(_BY_ACCOUNT, or_(_accounts.id.is_(None), _accounts.person_id != _paid.payer_id))
    )


def _unbound() -> Select[Any]:
    bound = (
        select(family_bindings.c.id)
        .where(
            family_bindings.c.holder_id == _paid.payer_id,
            family_bindings.c.member_id == _paid.person_id,
            family_bindings.c.bound_at <= _paid.paid_at,
            or_(family_bindings.c.ended_at.is_(None), family_bindings.c.ended_at >= _paid.paid_at),
        )
        .exists()
    )
    return select(_paid.id, _paid.payer_id, _paid.person_id).where(
        _BY_ACCOUNT, _paid.payer_id != _paid.person_id, ~bound
    )


def _strangers_paid_for() -> Select[Any]:
    """Contributions through a channel for another whom the payer had neither bound nor added when it was started.

    What a unit collects is for its people.
    """
    at = payment_orders.c.ordered_at
    bound = (
        select(family_bindings.c.id)
        .where(
            family_bindings.c.holder_id == _paid.payer_id,
            family_bindings.c.member_id == _paid.person_id,
            family_bindings.c.bound_at <= at,
            or_(family_bindings.c.ended_at.is_(None), family_bindings.c.ended_at >= at),
        )
        .exists()
    )
    added = (
        select(payees.c.id)
        .where(
            payees.c.owner_id == _paid.payer_id,
            payees.c.person_id == _paid.person_id,
            payees.c.added_at <= at,
            or_(payees.c.removed_at.is_(None), payees.c.removed_at >= at),
        )
        .exists()
    )
    return (
        select(_paid.id, _paid.payer_id, _paid.person_id)
        .select_from(
            resident_contributions.join(
                payment_orders,
                and_(payment_orders.c.id == _paid.payment_order_id, payment_orders.c.payer_id == _paid.payer_id),
            )
        )
        .where(_paid.payer_id != _paid.person_id, _paid.unit_id.is_(None), ~bound, ~added)
    )


def _removed_before_added() -> Select[Any]:
    return select(payees.c.id, payees.c.added_at, payees.c.removed_at).where(payees.c.removed_at < payees.c.added_at)


def _withdrawn_before_given() -> Select[Any]:
    return select(consents.c.id, consents.c.given_at, consents.c.ended_at).where(
        consents.c.ended_at < consents.c.given_at
    )


def _certified_amiss() -> Select[Any]:
    """Certificates that attest nothing, or something else than payments for that person and those years."""
    right = (
        select(func.count())
        .select_from(resident_contributions)
        .where(
            _paid.person_id == _certificates.person_id,
            _paid.coverage_year.between(_certificates.first_year, _certificates.last_year),
            _paid.paid_at <= _certificates.issued_at,
            _certifies(),
        )
        .correlate(payment_certificates)
        .scalar_subquery()
    )
    return select(_certificates.id, _certified_count(), right).where(
        or_(_certified_count() == 0, _certified_count() != right)
    )


def _slips() -> Select[Any]:
    finished = case((_paid.status == ContributionStatus.FINISHED.name, 1), else_=0)
    slip = case((receipts.c.id.is_(None), 0), else_=1)
    return (
        select(_paid.id, finished, slip)
        .select_from(resident_contributions.outerjoin(receipts, receipts.c.contribution_id == _paid.id))
        .where(or_(finished > slip, and_(~_WAS_PAID, slip == 1)))
    )


def _logged(event_type: str, written: Select[Any], key: str) -> Select[Any]:
    """Rows that one event of that type should stand for, and how many do. `written` selects their ids."""
    told = (
        select(_payload_id(key).label("about"), func.count().label("times"))
        .select_from(events)
        .where(events.c.type == event_type)
        .group_by(_payload_id(key))
        .subquery()
    )
    rows = written.subquery()
    times = func.coalesce(told.c.times, 0)
    return select(rows.c.id, times).select_from(rows.outerjoin(told, told.c.about == rows.c.id)).where(times != 1)


def _told_but_not_so(event_type: str, written: Select[Any], key: str) -> Select[Any]:
    """Events of that type about rows that are not there."""
    rows = written.subquery()
    return (
        select(events.c.id, _payload_id(key))
        .select_from(events.outerjoin(rows, rows.c.id == _payload_id(key)))
        .where(events.c.type == event_type, rows.c.id.is_(None))
    )


def _not_the_sum() -> Select[Any]:
    shares = ("unit_fen", "personal_fen", "maternity_fen")
    lines = (
        select(
            _lines.bill_id,
            func.count(_lines.person_id.distinct()).label("persons"),
            *(func.sum(_lines[one]).label(one) for one in shares),
        )
        .group_by(_lines.bill_id)
        .subquery()
    )
    return (
        select(_bills.id, _bills.persons, func.coalesce(lines.c.persons, 0))
        .select_from(employee_bills.outerjoin(lines, lines.c.bill_id == _bills.id))
        .where(
            or_(
                func.coalesce(lines.c.persons, 0) != _bills.persons,
                *(func.coalesce(lines.c[one], 0) != _bills[one] for one in shares),
            )
        )
    )


def _last_of(month: ColumnElement[int]) -> ColumnElement[int]:
    """A month's number in a count that has no gaps at the end of a year."""
    return month // 100 * 12 + month % 100


def _on_a_foreign_bill() -> Select[Any]:
    """Lines of another month, kind or region than their bill, or of somebody whom its unit does not enrol."""
    return (
        select(_lines.id, _lines.bill_id)
        .select_from(
            employee_contributions.join(employee_bills, _bills.id == _lines.bill_id).join(
                enrolments, enrolments.c.id == _lines.enrolment_id
            )
        )
        .where(
            or_(
                _last_of(_lines.month) > _last_of(_bills.month),
                _last_of(_lines.month) <= _last_of(_bills.month) - _bills.months,
                _bills.person_id != _lines.person_id,
                _lines.kind != _bills.kind,
                _lines.region_code != _bills.region_code,
                enrolments.c.person_id != _lines.person_id,
                enrolments.c.unit_id != _bills.unit_id,
            )
        )
    )


def _in_two_basic_schemes() -> Select[Any]:
    return (
        select(_enrolments.person_id, func.count())
        .where(_IS_ACTIVE, _enrolments.scheme != Scheme.MATERNITY.name)
        .group_by(_enrolments.person_id)
        .having(func.count() > 1)
    )


def _ended_amiss() -> Select[Any]:
    """Enrolments that go on and have a last day, that have ended and have none, or whose last is before their first.

    Beside those of residents, what is suspended has ended too; of what was suspended before the world began nobody
    says since when.
    """
    ended = or_(
        _enrolments.status == EnrolmentStatus.TERMINATED.name,
        and_(
            _enrolments.status == EnrolmentStatus.SUSPENDED.name,
            _enrolments.scheme != Scheme.RESIDENT.name,
            _enrolments.suspension_visible_at.is_not(None),
        ),
    )
    return select(_enrolments.id).where(
        or_(ended != _enrolments.ended_on.is_not(None), _enrolments.ended_on < _enrolments.started_on)
    )


def _seen_to_end() -> Select[Any]:
    return select(_enrolments.id, _enrolments.suspension_visible_at).where(
        _IS_ACTIVE, _enrolments.suspension_visible_at.is_not(None)
    )


def _suspended_unheard() -> Select[Any]:
    """Enrolments suspended since the world began, without an event that tells of it."""
    told = (
        select(events.c.id)
        .where(events.c.type == "ENROLMENT_SUSPENDED", _payload_id("enrolment_id") == _enrolments.id)
        .exists()
    )
    return select(_enrolments.id, _enrolments.suspension_visible_at).where(
        _enrolments.status == EnrolmentStatus.SUSPENDED.name,
        _enrolments.suspension_visible_at.is_not(None),
        ~told,
    )


def _paid_otherwise() -> Select[Any]:
    """Bills that are paid and not by a confirmed order over the whole, late fee included, or the reverse."""
    right = and_(
        _orders.status == PaymentOrderStatus.CONFIRMED.name,
        _orders.amount_fen == _bills.unit_fen + _bills.personal_fen + _bills.maternity_fen + _bills.late_fee_fen,
        _orders.unit_id.is_not_distinct_from(_bills.unit_id),
    )
    confirmed = case((right, True), else_=False)
    return (
        select(_bills.id, func.coalesce(_bills.payment_order_id, 0))
        .select_from(employee_bills.outerjoin(payment_orders, _orders.id == _bills.payment_order_id))
        .where((_bills.status == EmployeeBillStatus.PAID.name) != confirmed)
    )


def _line_not_credited_once() -> Select[Any]:
    """Lines whose credit is not in their person's account although their bill is paid, or is there although it is not.

    An account that was closed takes none.
    """
    right = and_(
        _entries.amount_fen == _lines.credit_fen,
        _entries.kind == EntryKind.MONTHLY_CREDIT.name,
        _accounts.person_id == _lines.person_id,
    )
    expected = and_(
        _bills.status == EmployeeBillStatus.PAID.name,
        _lines.credit_fen > 0,
        or_(_lines.entry_id.is_not(None), _owned.c.status.is_(None), _owned.c.status != AccountStatus.CLOSED.name),
    )
    return (
        select(_lines.id, _lines.bill_id)
        .select_from(
            employee_contributions.join(employee_bills, _bills.id == _lines.bill_id)
            .outerjoin(account_entries, _entries.id == _lines.entry_id)
            .outerjoin(personal_accounts, _accounts.id == _entries.account_id)
            .outerjoin(_owned, _owned.c.person_id == _lines.person_id)
        )
        .where(case((expected, 1), else_=0) != case((right, 1), else_=0))
    )


def _credited_for_no_line() -> Select[Any]:
    return (
        select(_entries.id, _entries.amount_fen)
        .select_from(account_entries.outerjoin(employee_contributions, _lines.entry_id == _entries.id))
        .where(_entries.kind == EntryKind.MONTHLY_CREDIT.name, _entries.occurred_at >= _since, _lines.id.is_(None))
    )


def _insured_by_a_unit_that_has_ended() -> Select[Any]:
    return (
        select(enrolments.c.id, enrolments.c.unit_id)
        .select_from(enrolments.join(units, units.c.id == enrolments.c.unit_id))
        .where(enrolments.c.status == EnrolmentStatus.ACTIVE.name, units.c.status != UnitStatus.ACTIVE.name)
    )


def _owed_by_a_cancelled_unit() -> Select[Any]:
    return (
        select(_bills.id, _bills.unit_id)
        .select_from(employee_bills.join(units, units.c.id == _bills.unit_id))
        .where(_bills.paid_at.is_(None), units.c.status == UnitStatus.CANCELLED.name)
    )


def _not_the_sum_of_its_lines() -> Select[Any]:
    total = func.sum(payment_order_lines.c.amount_fen)
    return (
        select(_orders.id, _orders.amount_fen, total)
        .select_from(payment_orders.join(payment_order_lines, payment_order_lines.c.order_id == _orders.id))
        .group_by(_orders.id, _orders.amount_fen)
        .having(total != _orders.amount_fen)
    )


def _collected_from_others() -> Select[Any]:
    """Contributions that a unit collects for whom it does not enrol, or that an order of somebody else pays."""
    return (
        select(_paid.id, _paid.unit_id)
        .select_from(
            resident_contributions.join(enrolments, enrolments.c.id == _paid.enrolment_id).outerjoin(
                payment_orders, _orders.id == _paid.payment_order_id
            )
        )
        .where(
            or_(
                and_(_paid.unit_id.is_not(None), enrolments.c.unit_id.is_distinct_from(_paid.unit_id)),
                and_(_orders.id.is_not(None), _orders.unit_id.is_distinct_from(_paid.unit_id)),
            )
        )
    )


def _carried_otherwise() -> Select[Any]:
    """Enrolments with other months than the transfers that are done have brought to them."""
    brought = (
        select(_transfers.enrolment_id, func.sum(_transfers.months_carried).label("months"))
        .where(_transfers.status == TransferStatus.DONE.name)
        .group_by(_transfers.enrolment_id)
        .subquery()
    )
    months = func.coalesce(brought.c.months, 0)
    return (
        select(enrolments.c.id, enrolments.c.months_carried, months)
        .select_from(enrolments.outerjoin(brought, brought.c.enrolment_id == enrolments.c.id))
        .where(enrolments.c.months_carried != months)
    )


def _transferred_amiss() -> Select[Any]:
    """Transfers to somebody else's enrolment, with steps out of turn, or that carry more than the form states."""
    return (
        select(_transfers.id, _transfers.enrolment_id)
        .select_from(enrolment_transfers.join(enrolments, enrolments.c.id == _transfers.enrolment_id))
        .where(
            or_(
                enrolments.c.person_id != _transfers.person_id,
                enrolments.c.region_code != _transfers.region_code,
                _transfers.form_at < _transfers.applied_at,
                _transfers.completed_at < _transfers.form_at,
                _transfers.months_carried > _transfers.months,
            )
        )
    )


def _not_received_once() -> Select[Any]:
    """Transfers with an entry that is not what the form of another province states, in the person's own account."""
    received = and_(
        _entries.id == _transfers.entry_id,
        _entries.kind == EntryKind.TRANSFERRED_IN.name,
        _entries.amount_fen == _transfers.balance_fen,
        _entries.occurred_at == _transfers.completed_at,
    )
    of_the_person = and_(_accounts.id == _entries.account_id, _accounts.person_id == _transfers.person_id)
    return (
        select(_transfers.id, _transfers.balance_fen)
        .select_from(
            enrolment_transfers.outerjoin(account_entries, received).outerjoin(personal_accounts, of_the_person)
        )
        .where(_transfers.entry_id.is_not(None), or_(_accounts.id.is_(None), ~_transfers.outside))
    )


def _received_for_nothing() -> Select[Any]:
    return (
        select(_entries.id, _entries.amount_fen)
        .select_from(account_entries.outerjoin(enrolment_transfers, _transfers.entry_id == _entries.id))
        .where(_entries.kind == EntryKind.TRANSFERRED_IN.name, _transfers.id.is_(None))
    )


_BOUND_NOW = select(family_bindings.c.id).where(family_bindings.c.bound_at >= _since)
_UNBOUND_NOW = select(family_bindings.c.id).where(
    family_bindings.c.ended_at >= _since, family_bindings.c.status == BindingStatus.ENDED.name
)
_VERIFIED_NOW = select(persons.c.id).where(persons.c.real_name_verified_at >= _since)
_ADDED_NOW = select(payees.c.id).where(payees.c.added_at >= _since)
_REMOVED_NOW = select(payees.c.id).where(payees.c.removed_at >= _since)
_CONSENTED_NOW = select(consents.c.id).where(consents.c.given_at >= _since)
_WITHDRAWN_NOW = select(consents.c.id).where(consents.c.ended_at >= _since)
_SUBMITTED_NOW = select(_paid.id).where(_paid.submitted_at >= _since)
_REGISTERED_NOW = select(units.c.id).where(
    units.c.registered_on >= literal(business_date(instant(START)), units.c.registered_on.type)
)
_CANCELLED_NOW = select(units.c.id).where(units.c.status == UnitStatus.CANCELLED.name)
_PAID_NOW = select(_paid.id).where(_WAS_PAID, _paid.paid_at >= _since)
_FINISHED_NOW = select(_paid.id).where(_paid.finished_at >= _since)
_IS_OF_BILL = _refunds.bill_id.is_not(None)
_REFUND_ASKED_NOW = select(_refunds.id).where(_refunds.requested_at >= _since, ~_IS_OF_BILL)
_BILL_REFUND_ASKED_NOW = select(_refunds.id).where(_refunds.requested_at >= _since, _IS_OF_BILL)
_IS_CORRECTION = _bills.kind == EmployeeContributionKind.CORRECTION.name
_DECLARED_NOW = select(_bills.id).where(_bills.declared_at >= _since, _bills.unit_id.is_not(None), ~_IS_CORRECTION)
_CORRECTED_NOW = select(_bills.id).where(_bills.declared_at >= _since, _IS_CORRECTION)
_IS_LUMP_SUM = _bills.kind == EmployeeContributionKind.LUMP_SUM.name
_OWN_NOW = select(_bills.id).where(_bills.declared_at >= _since, _bills.person_id.is_not(None), ~_IS_LUMP_SUM)
_LUMP_SUM_NOW = select(_bills.id).where(_bills.declared_at >= _since, _IS_LUMP_SUM)
_BILL_PAID_NOW = select(_bills.id).where(_bills.paid_at >= _since)
_CERTIFIED_NOW = select(_certificates.id).where(_certificates.issued_at >= _since)
_TRANSFER_APPLIED_NOW = select(_transfers.id).where(_transfers.applied_at >= _since)
_TRANSFER_FORM_NOW = select(_transfers.id).where(_transfers.form_at >= _since)
_TRANSFERRED_NOW = select(_transfers.id).where(_transfers.completed_at >= _since)
_TRANSFER_WITHDRAWN_NOW = select(_transfers.id).where(_transfers.withdrawn_at >= _since)
_REFUNDED_NOW = select(_refunds.id).where(_refunds.completed_at >= _since, ~_IS_OF_BILL)
_BILL_REFUNDED_NOW = select(_refunds.id).where(_refunds.completed_at >= _since, _IS_OF_BILL)

_INTEREST_NOW = select(_entries.id).where(_entries.kind == EntryKind.INTEREST.name, _entries.occurred_at >= _since)
_CREDITED_NOW = select(_entries.id).where(
    or_(_entries.kind == EntryKind.MONTHLY_CREDIT.name, _entries.kind == EntryKind.PENSIONER_CREDIT.name),
    _entries.occurred_at >= _since,
)
_ACTIVATED_NOW = select(persons.c.id).where(persons.c.e_certificate_at >= _since)

_LOG = (
    ("ELECTRONIC_CERTIFICATE_ACTIVATED", "activation of an electronic certificate", _ACTIVATED_NOW, "person_id"),
    ("FAMILY_MEMBER_BOUND", "binding", _BOUND_NOW, "binding_id"),
    ("FAMILY_MEMBER_UNBOUND", "ending of a binding", _UNBOUND_NOW, "binding_id"),
    ("IDENTITY_VERIFIED", "verification of a person", _VERIFIED_NOW, "person_id"),
    ("PERSON_INFORMATION_CHANGED", "change of a person", select(person_changes.c.id), "change_id"),
    ("PAYEE_ADDED", "payee", _ADDED_NOW, "payee_id"),
    ("PAYEE_REMOVED", "removal of a payee", _REMOVED_NOW, "payee_id"),
    ("CONSENT_GIVEN", "consent", _CONSENTED_NOW, "consent_id"),
    ("CONSENT_WITHDRAWN", "withdrawal of a consent", _WITHDRAWN_NOW, "consent_id"),
    ("RESIDENT_CONTRIBUTION_SUBMITTED", "submission", _SUBMITTED_NOW, "contribution_id"),
    ("RESIDENT_CONTRIBUTION_PAID", "payment", _PAID_NOW, "contribution_id"),
    ("RESIDENT_CONTRIBUTION_FINISHED", "finished contribution", _FINISHED_NOW, "contribution_id"),
    ("CONTRIBUTION_REFUND_REQUESTED", "request for a refund", _REFUND_ASKED_NOW, "refund_id"),
    ("RESIDENT_CONTRIBUTION_REFUNDED", "refund", _REFUNDED_NOW, "refund_id"),
    ("UNIT_REGISTERED", "registration of a unit", _REGISTERED_NOW, "unit_id"),
    ("UNIT_CANCELLED", "cancellation of a unit", _CANCELLED_NOW, "unit_id"),
    ("WAGES_DECLARED", "declaration of wages", _DECLARED_NOW, "bill_id"),
    ("WAGES_CORRECTED", "correction of wages", _CORRECTED_NOW, "bill_id"),
    ("OWN_MONTHS_DECLARED", "declaration by a flexible worker", _OWN_NOW, "bill_id"),
    ("LUMP_SUM_DECLARED", "lump sum at retirement", _LUMP_SUM_NOW, "bill_id"),
    ("EMPLOYEE_BILL_PAID", "paid bill of the employee scheme", _BILL_PAID_NOW, "bill_id"),
    ("EMPLOYEE_BILL_REFUND_REQUESTED", "return of what was paid twice for a bill", _BILL_REFUND_ASKED_NOW, "refund_id"),
    ("EMPLOYEE_BILL_REFUNDED", "returned payment of a bill", _BILL_REFUNDED_NOW, "refund_id"),
    ("TRANSFER_APPLIED", "application for a transfer", _TRANSFER_APPLIED_NOW, "transfer_id"),
    ("TRANSFER_FORM_SENT", "form of a transfer", _TRANSFER_FORM_NOW, "transfer_id"),
    ("TRANSFER_COMPLETED", "completed transfer", _TRANSFERRED_NOW, "transfer_id"),
    ("TRANSFER_WITHDRAWN", "withdrawn transfer", _TRANSFER_WITHDRAWN_NOW, "transfer_id"),
    ("PAYMENT_CERTIFICATE_ISSUED", "payment certificate", _CERTIFIED_NOW, "certificate_id"),
    ("INTEREST_PAID", "payment of interest", _INTEREST_NOW, "entry_id"),
    ("ACCOUNT_CREDITED", "credit of an account", _CREDITED_NOW, "entry_id"),
    ("ACCOUNT_WITHDRAWN", "withdrawal", select(_withdrawals.id), "withdrawal_id"),
    ("CLAIM_SETTLED", "settled claim", select(claims.c.id).where(claims.c.settled_at >= _since), "claim_id"),
    ("CLAIM_REVERSED", "reversed claim", select(claims.c.id).where(claims.c.reversed_at >= _since), "claim_id"),
    ("DISBURSED", "payment by an agency", select(disbursements.c.id), "disbursement_id"),
)

_ENROLLED_NOW = select(_enrolments.id).where(
    _enrolments.id % literal(NUMBERS_PER_PROVINCE, BigInteger) >= select(world.c.first_number).scalar_subquery()
)
_EVERY_ENROLMENT = select(_enrolments.id)
_ENROLMENT_LOG = (
    ("ENROLMENT_REGISTERED", "a registered enrolment"),
    ("ENROLMENT_SUSPENDED", "a suspended enrolment"),
    ("ENROLMENT_RESUMED", "a resumed enrolment"),
    ("ENROLMENT_TERMINATED", "a terminated enrolment"),
)


def _one_sided_kinship() -> Select[Any]:
    back = registry_kinships.alias()
    return (
        select(persons.c.id, func.count())
        .select_from(
            registry_kinships.join(persons, persons.c.id_number == registry_kinships.c.id_number).outerjoin(
                back,
                and_(
                    back.c.id_number == registry_kinships.c.relative_id_number,
                    back.c.relative_id_number == registry_kinships.c.id_number,
                ),
            )
        )
        .where(back.c.id_number.is_(None))
        .group_by(persons.c.id)
    )


_NUMBERED = (
    "persons",
    "units",
    "enrolments",
    "family_bindings",
    "payees",
    "consents",
    "personal_accounts",
    "account_entries",
    "resident_contributions",
    "receipts",
    "payment_orders",
    "refunds",
    "account_withdrawals",
    "payment_certificates",
    "claims",
    "employee_bills",
    "employee_contributions",
    "enrolment_transfers",
    "filings",
    "person_changes",
    "events",
)


def _given_twice(table: str) -> Select[Any]:
    """Ids of a table beyond the numbers that the world has handed out."""
    number = metadata.tables[table].c.id % literal(NUMBERS_PER_PROVINCE, BigInteger)
    least = select(func.min(id_blocks.c.next_number)).scalar_subquery()
    return select(metadata.tables[table].c.id, number).where(number >= least)


_LISTED_BY_REGION = (
    "persons",
    "resident_contributions",
    "payment_orders",
    "refunds",
    "account_withdrawals",
    "payment_certificates",
    "claims",
    "employee_bills",
    "filings",
)


def _of_another_province() -> Select[Any]:
    """Ids that do not begin with the province of their row's region: a city's clerk would not find the row."""

    def rows(table: str) -> Select[Any]:
        of = metadata.tables[table].c
        province = cast(func.substr(of.region_code, 1, 2), BigInteger)
        return select(of.id).where(of.id // literal(NUMBERS_PER_PROVINCE, BigInteger) != province)

    return select(union_all(*map(rows, _LISTED_BY_REGION)).subquery().c.id)


RULES: dict[str, Statement] = {
    sentence: Statement(query.order_by(query.selected_columns[0]).limit(bindparam("most", type_=BigInteger())))
    for sentence, query in (
        ("a balance is the sum of its entries, which count 1, 2, 3 …", _sums()),
        ("an entry's balance is the one before it and its amount", _running_balances()),
        ("an entry is no earlier than the one before it", _backdated()),
        ("an account has interest once a year", _credited_twice(EntryKind.INTEREST, "year")),
        ("a pensioner is credited once a month", _credited_twice(EntryKind.PENSIONER_CREDIT, "year", "month")),
        ("a closed account is empty", _closed_with_money()),
        ("a withdrawal takes all that an account holds, and closes it", _not_withdrawn_whole()),
        ("a person is paid for once a year", _paid_twice()),
        ("a contribution paid from an account is debited there once, in full", _not_debited_once()),
        ("money leaves an account for a paid contribution or a claim only", _debited_for_nothing()),
        ("a refunded contribution is given back once, in full, to whoever paid", _not_given_back_once()),
        ("a refund is complete when its contribution is refunded", _out_of_step()),
        ("a channel gives back what refunds ask of it, once", _given_back_otherwise()),
        ("what a channel collected is booked or on its way back, whole", _collected_and_lost()),
        ("an order is confirmed when its channel collected just that", _confirmed_for_nothing()),
        ("a contribution is paid by an order that is confirmed", _paid_by_no_channel()),
        ("a refund into an account reverses there what the contribution took", _not_credited_once()),
        ("money returns to an account for a refund only", _credited_for_nothing()),
        ("the account that paid is the payer's", _foreign_account()),
        ("who was paid for was bound to the payer", _unbound()),
        ("who was paid for through a channel had been bound or added by the payer", _strangers_paid_for()),
        ("a payee is removed after being added", _removed_before_added()),
        ("a consent is withdrawn after being given", _withdrawn_before_given()),
        ("whatever is finished has a slip, and nothing unpaid has one", _slips()),
        ("a payment certificate attests payments of its person and years", _certified_amiss()),
        ("a bill of the employee scheme is the sum of its lines", _not_the_sum()),
        ("a line is of its bill's month, kind and unit", _on_a_foreign_bill()),
        ("nobody is in two basic schemes at once", _in_two_basic_schemes()),
        ("an enrolment has a last day once it is terminated, and only then", _ended_amiss()),
        ("an active enrolment is not seen to end", _seen_to_end()),
        ("every suspension of a resident since the world began stands in the log", _suspended_unheard()),
        ("every registration of an enrolment since the world began stands in the log once",
          _logged("ENROLMENT_REGISTERED", _ENROLLED_NOW, "enrolment_id")),
        *((f"no event tells of {what} that is not there", _told_but_not_so(kind, _EVERY_ENROLMENT, "enrolment_id"))
          for kind, what in _ENROLMENT_LOG),
        ("a bill is paid by a confirmed order over the whole of it", _paid_otherwise()),
        ("the latest order of a bill is to pay that bill", _paid_by_an_order_for_another()),
        ("what was paid twice for a bill goes back whole, to whoever paid, the way it came", _bill_refunded_amiss()),
        ("a line's payment is credited to its person once, in full", _line_not_credited_once()),
        ("an account is credited for a paid line only", _credited_for_no_line()),
        ("nobody is insured by a unit that is suspended or cancelled", _insured_by_a_unit_that_has_ended()),
        ("a cancelled unit owes nothing", _owed_by_a_cancelled_unit()),
        ("an order for contributions is over their sum", _not_the_sum_of_its_lines()),
        ("a unit collects from those whom it enrols, by its own order", _collected_from_others()),
        ("an enrolment has the months that transfers have brought", _carried_otherwise()),
        ("a transfer takes its steps in turn, for one person, and carries what its form states", _transferred_amiss()),
        ("money that a transfer brings is what the other province sent, once", _not_received_once()),
        ("money is transferred in for a transfer only", _received_for_nothing()),
        *CLAIM_RULES,
        *MATERNITY_RULES,
        ("kinship is registered in both directions", _one_sided_kinship()),
        *((f"every {what} since the world began stands in the log once", _logged(kind, rows, key))
          for kind, what, rows, key in _LOG),
        *((f"no event tells of a {what} that is not there", _told_but_not_so(kind, rows, key))
          for kind, what, rows, key in _LOG),
        *((f"the numbers in {table} were handed out", _given_twice(table)) for table in _NUMBERED),
        ("an id leads with the province of its row", _of_another_province()),
    )
}  # fmt: skip
"""What must hold of every world at any moment, each with the statement that finds what breaks it."""


@dataclass(frozen=True, slots=True)
class ChannelBooks:
    """All that channels took and gave back by their own books, and what the platform counts as paid through them."""

    collections: int
    collected_fen: int
    given_back_fen: int
    booked_fen: int


_TAKEN = Statement(
    select(
        func.count(),
        func.coalesce(func.sum(channel_collections.c.amount_fen), 0),
        func.coalesce(func.sum(channel_collections.c.given_back_fen), 0),
    ).where(channel_collections.c.collected)
)
_BOOKED = Statement(
    select(func.coalesce(func.sum(_paid.amount_fen), 0)).where(_IS_PAID, _paid.payment_order_id.is_not(None))
)


async def channel_books(database: Database) -> ChannelBooks:
    """The channels' books beside the platform's. When nothing is due any more, what was kept is what is booked."""
    async with database.read() as connection:
        [(collections, collected, given_back)] = await connection.fetch_all(_TAKEN, {})
        [(booked,)] = await connection.fetch_all(_BOOKED, {})
    return ChannelBooks(int(collections), int(collected), int(given_back), int(booked))


async def audit(database: Database, *, most: int = 100) -> list[Finding]:
    """What breaks the rules, at most `most` findings for each; an empty list for books that are right.

    Payments are compared with the book of policy that the product ships.
    """
    found: list[Finding] = []
    values = {"most": most, "since": instant(START)}
    async with database.read() as connection:
        for rule, statement in RULES.items():
            found += [
                Finding(rule, int(row[0]), tuple(int(figure) for figure in row[1:]))
                for row in await connection.fetch_all(statement, values)
            ]
    book = PolicyBook.load()
    broken = await disagreements(database, book, most=most)
    found += [Finding(rule, number, ()) for rule, numbers in sorted(broken.items()) for number in numbers]
    found += [Finding(rule, number, ()) for rule, number in (await broken_trail(database)).items()]
    found += [Finding(LATE_FEE, number, ()) for number in await wrong_late_fees(database, book, most=most)]
    return found
