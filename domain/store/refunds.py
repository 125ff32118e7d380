"""Refunds (退费): each gives back one contribution, or what was paid twice for one bill, and is never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, insert, select, update

from domain.decisions.records import Account, PlaceOfEnrolment
from domain.decisions.refunding import InsuredNow, RefundMatter
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.standings import enrolment_in_force
from domain.store.statements import Statement, among
from domain.store.tables import (
    account_entries,
    disbursements,
    employee_bills,
    enrolments,
    personal_accounts,
    persons,
    refunds,
    resident_contributions,
)
from domain.vocabulary import (
    AccountStatus,
    ContributionStatus,
    EntryKind,
    Fen,
    Id,
    IdType,
    Instant,
    PaymentChannel,
    PaymentKind,
    RefundReason,
    RefundStatus,
    RegionCode,
    Scheme,
    SpecialGroup,
)


@dataclass(frozen=True, slots=True)
class NewRefund:
    """A refund as it is asked for. One into an account is complete at once, with the entry that it posted.

    It is of a contribution or of a bill; `person_id` is None where the bill is a unit's.
    """

    id: Id
    contribution_id: Id | None
    region: RegionCode
    person_id: Id | None
    payer_id: Id
    reason: RefundReason
    status: RefundStatus
    channel: PaymentChannel
    amount_fen: Fen
    requested_at: Instant
    completed_at: Instant | None
    entry_id: Id | None
    payment_order_id: Id | None = None
    sent_at: Instant | None = None
    bill_id: Id | None = None


@dataclass(frozen=True, slots=True)
class SentRefund:
    """A refund that a channel is to give back. `returned` is the contribution that the same payment has paid.

    None where something else paid meanwhile, so that the money never became a contribution. `unit_id` is the unit that
    collected the contribution or owed the bill, None where none did. `coverage_year` is a contribution's, `month` a
    bill's.
    """

    id: Id
    order_id: Id
    contribution_id: Id | None
    bill_id: Id | None
    region: RegionCode
    person_id: Id | None
    payer_id: Id
    reason: RefundReason
    amount_fen: Fen
    coverage_year: int | None
    month: int | None
    sent_at: Instant
    returned: Id | None
    unit_id: Id | None

    @property
    def subject_id(self) -> Id:
        """Whom it was to insure, or who paid where that is more than one person."""
        return self.payer_id if self.person_id is None else self.person_id


_ASK = Statement(insert(refunds).inline())

_COMPLETE = Statement(
    update(refunds)
    .values(status=written(RefundStatus.REFUNDED), completed_at=bindparam("at"))
    .where(refunds.c.id == bindparam("refund_id"), refunds.c.status == written(RefundStatus.SENT))
    .returning(refunds.c.id)
)

_SENT = Statement(
    select(
        refunds.c.id,
        refunds.c.payment_order_id,
        refunds.c.contribution_id,
        refunds.c.bill_id,
        refunds.c.region_code,
        refunds.c.person_id,
        refunds.c.payer_id,
        refunds.c.reason,
        refunds.c.amount_fen,
        resident_contributions.c.coverage_year,
        employee_bills.c.month,
        refunds.c.sent_at,
        resident_contributions.c.paid_at,
        resident_contributions.c.payment_order_id,
        func.coalesce(resident_contributions.c.unit_id, employee_bills.c.unit_id),
    )
    .select_from(
        refunds.outerjoin(resident_contributions, resident_contributions.c.id == refunds.c.contribution_id).outerjoin(
            employee_bills, employee_bills.c.id == refunds.c.bill_id
        )
    )
    .where(among(refunds.c.id, "ids"), refunds.c.status == written(RefundStatus.SENT))
    .order_by(refunds.c.id)
)

_PARTIES = Statement(select(refunds.c.payer_id, refunds.c.person_id).where(among(refunds.c.id, "ids")))

_OWED = Statement(
    select(refunds.c.payment_order_id, func.sum(refunds.c.amount_fen))
    .where(among(refunds.c.payment_order_id, "ids"))
    .group_by(refunds.c.payment_order_id)
)

_given = resident_contributions
_resident = enrolments.alias("resident")
_employee = enrolments.alias("employee")
_TO_REFUND = Statement(
    select(
        _given.c.id,
        _given.c.payer_id,
        _given.c.region_code,
        _given.c.enrolment_id,
        _given.c.coverage_year,
        _given.c.status,
        _given.c.channel,
        _given.c.kind,
        _given.c.amount_fen,
        _given.c.coverage_from,
        persons.c.id,
        persons.c.id_type,
        persons.c.id_number,
        persons.c.special_group,
        persons.c.died_on,
        _resident.c.id,
        _resident.c.region_code,
        _employee.c.id,
        _employee.c.region_code,
        personal_accounts.c.id,
        personal_accounts.c.region_code,
        personal_accounts.c.status,
        personal_accounts.c.balance_fen,
        personal_accounts.c.entry_count,
        account_entries.c.id,
        _given.c.payment_order_id,
        refunds.c.id,
        _given.c.unit_id,
        disbursements.c.amount_fen,
    )
    .select_from(
        _given.join(persons, persons.c.id == _given.c.person_id)
        .outerjoin(_resident, _resident.c.id == enrolment_in_force(_given.c.person_id, Scheme.RESIDENT))
        .outerjoin(_employee, _employee.c.id == enrolment_in_force(_given.c.person_id, Scheme.EMPLOYEE))
        .outerjoin(personal_accounts, personal_accounts.c.id == _given.c.account_id)
        .outerjoin(
            account_entries,
            and_(
                account_entries.c.contribution_id == _given.c.id,
                account_entries.c.kind == written(EntryKind.PROXY_CONTRIBUTION),
            ),
        )
        .outerjoin(
            refunds,
            and_(
                refunds.c.contribution_id == _given.c.id,
                refunds.c.payment_order_id == _given.c.payment_order_id,
                refunds.c.status == written(RefundStatus.SENT),
            ),
        )
        .outerjoin(disbursements, disbursements.c.contribution_id == _given.c.id)
    )
    .where(among(_given.c.id, "ids"))
)


async def to_refund(connection: Connection, ids: Iterable[Id]) -> dict[Id, RefundMatter]:
    """Contributions as giving them back looks at them, by id; an id that is no contribution's is left out."""
    rows = await connection.fetch_all(_TO_REFUND, {"ids": sorted(set(ids))})
    found = {}
    for (
        contribution_id,
        payer_id,
        region,
        enrolment_id,
        coverage_year,
        status,
        channel,
        kind,
        amount_fen,
        coverage_from,
        person_id,
        id_type,
        id_number,
        group,
        died_on,
        resident_id,
        resident_region,
        employee_id,
        employee_region,
        account_id,
        account_region,
        account_status,
        balance_fen,
        entry_count,
        debit_id,
        order_id,
        under_way,
        unit_id,
        subsidised_fen,
    ) in rows:
        account = None
        if account_id is not None:
            account = Account(
                Id(account_id), RegionCode(account_region), AccountStatus[account_status], Fen(balance_fen), entry_count
            )
        found[Id(contribution_id)] = RefundMatter(
            id=Id(contribution_id),
            payer_id=Id(payer_id),
            region=RegionCode(region),
            enrolment_id=Id(enrolment_id),
            coverage_year=coverage_year,
            status=ContributionStatus[status],
            channel=PaymentChannel[channel],
            kind=PaymentKind[kind],
            amount_fen=Fen(amount_fen),
            coverage_from=coverage_from,
            insured=InsuredNow(
                id=Id(person_id),
                id_type=IdType[id_type],
                id_number=id_number,
                special_group=None if group is None else SpecialGroup[group],
                died_on=died_on,
                resident=_place(resident_id, resident_region, Scheme.RESIDENT),
                employee=_place(employee_id, employee_region, Scheme.EMPLOYEE),
            ),
            account=account,
            debit_id=None if debit_id is None else Id(debit_id),
            order_id=None if order_id is None else Id(order_id),
            under_way=None if under_way is None else Id(under_way),
            unit_id=None if unit_id is None else Id(unit_id),
            subsidised_fen=None if subsidised_fen is None else Fen(subsidised_fen),
        )
    return found


def _place(enrolment_id: int | None, region: str, scheme: Scheme) -> PlaceOfEnrolment | None:
    return None if enrolment_id is None else PlaceOfEnrolment(Id(enrolment_id), RegionCode(region), scheme)


async def ask(connection: Connection, new: Sequence[NewRefund]) -> None:
    """The refunds are recorded."""
    if new:
        await connection.execute_many(
            _ASK,
            [
                {
                    "id": one.id,
                    "contribution_id": one.contribution_id,
                    "bill_id": one.bill_id,
                    "payment_order_id": one.payment_order_id,
                    "region_code": one.region,
                    "person_id": one.person_id,
                    "payer_id": one.payer_id,
                    "reason": one.reason.name,
                    "status": one.status.name,
                    "channel": one.channel.name,
                    "amount_fen": one.amount_fen,
                    "requested_at": one.requested_at,
                    "sent_at": one.sent_at,
                    "completed_at": one.completed_at,
                    "entry_id": one.entry_id,
                }
                for one in new
            ],
        )


async def parties(connection: Connection, ids: Iterable[Id]) -> set[Id]:
    """The payers of these refunds, and the persons who were to be insured, a unit's people apart."""
    rows = await connection.fetch_all(_PARTIES, {"ids": sorted(set(ids))})
    return {Id(one) for row in rows for one in row if one is not None}


async def sent(connection: Connection, ids: Iterable[Id]) -> list[SentRefund]:
    """Those of these refunds that no channel has confirmed yet."""
    return [
        SentRefund(
            id=Id(refund_id),
            order_id=Id(order_id),
            contribution_id=None if contribution_id is None else Id(contribution_id),
            bill_id=None if bill_id is None else Id(bill_id),
            region=RegionCode(region),
            person_id=None if person_id is None else Id(person_id),
            payer_id=Id(payer_id),
            reason=RefundReason[reason],
            amount_fen=Fen(amount_fen),
            coverage_year=coverage_year,
            month=month,
            sent_at=Instant(sent_at),
            returned=Id(contribution_id) if paid_at is not None and paid_by == order_id else None,
            unit_id=None if unit_id is None else Id(unit_id),
        )
        for (
            refund_id,
            order_id,
            contribution_id,
            bill_id,
            region,
            person_id,
            payer_id,
            reason,
            amount_fen,
            coverage_year,
            month,
            sent_at,
            paid_at,
            paid_by,
            unit_id,
        ) in await connection.fetch_all(_SENT, {"ids": sorted(set(ids))})
    ]


async def owed(connection: Connection, order_ids: Iterable[Id]) -> dict[Id, Fen]:
    """What each order's channel is to give back of it, all its refunds together."""
    rows = await connection.fetch_all(_OWED, {"ids": sorted(set(order_ids))})
    return {Id(order_id): Fen(int(total)) for order_id, total in rows}


async def complete(connection: Connection, ids: Sequence[Id], at: Instant) -> None:
    """The money of these refunds is back. Raises `BooksMoved` where one was complete already."""
    if ids:
        await change(connection, _COMPLETE, [{"refund_id": one, "at": at} for one in ids])
