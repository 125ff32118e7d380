"""Refunds (退费): each gives back one contribution, whole, and is never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, insert, select

from domain.decisions.records import Account, PlaceOfEnrolment
from domain.decisions.refunding import InsuredNow, RefundMatter
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.standings import enrolment_in_force
from domain.store.statements import Statement, among
from domain.store.tables import (
    account_entries,
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
    """A refund as it is asked for. One into an account is complete at once, with the entry that it posted."""

    id: Id
    contribution_id: Id
    region: RegionCode
    person_id: Id
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


_ASK = Statement(insert(refunds).inline())

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
        refunds.c.id,
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
            and_(refunds.c.contribution_id == _given.c.id, refunds.c.status == written(RefundStatus.SENT)),
        )
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
        under_way,
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
            under_way=None if under_way is None else Id(under_way),
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
