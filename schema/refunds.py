"""Refunds (退费): money given back to its payer, the way it came, and how far that has come."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.employee_contributions import EmployeeBill
from schema.enums import PaymentChannel, RefundReason, RefundStatus
from schema.filters import RefundReasonFilter, RefundStatusFilter, RegionFilter
from schema.payment_orders import PaymentOrder
from schema.personal_accounts import AccountEntry
from schema.persons import Person
from schema.refusals import (
    AccountClosed,
    AlreadyRefunded,
    ContributionNotFound,
    ContributionSubsidised,
    CoverHasBegun,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NothingToRefund,
    NotPaidThroughPlatform,
    NotSignedIn,
    NotYetPaid,
    PartyDoesNotAnswer,
    PolicyNotStated,
    RefundReasonNotConfirmed,
    RefundUnderWay,
)
from schema.regions import Region
from schema.relay import Connection, Edge, Node
from schema.resident_contributions import ResidentContribution


@strawberry.type(
    description="退费：把一笔居民缴费，或职工医保缴费单重复缴纳的款项，全额原路退回付款人；"
    "付款人（单位缴费的为单位经办人员）、被参保人、本地区经办人员和运维可见。\n"
    "Refund: a resident contribution, or what was paid twice for a bill of the employee scheme, given back whole to "
    "its payer, the way it came; seen by payer (the officer where a unit paid) and insured person, clerks of the "
    "region and operators."
)
class Refund(Node):
    contribution: ResidentContribution | None = strawberry.field(
        description="所退的居民缴费；退的是缴费单的款项时为 null。\n"
        "The contribution that is given back; null where what was paid for a bill is."
    )
    bill: EmployeeBill | None = strawberry.field(
        description="重复缴纳的职工医保缴费单，该缴费单由其他支付订单支付；退的是居民缴费时为 null。\n"
        "The bill of the employee scheme that was paid twice and is paid by another order, or is to be; "
        "null where a contribution is given back."
    )
    order: PaymentOrder | None = strawberry.field(
        description="收取此款的支付订单；由个人账户支付，或访问者无权看到时为 null。\n"
        "The payment order that collected the money; null where an account paid or the viewer may not see it."
    )
    person: Person | None = strawberry.field(
        description="被参保人；单位缴费单的为 null。\nThe person who was insured by it; null for a unit's bill."
    )
    payer: Person = strawberry.field(
        description="付款人，款项退回此人；单位缴费单的为发起支付的经办人员，款项退回单位。\n"
        "The payer, to whom the money returns; for a unit's bill the officer who paid, and it returns to the unit."
    )
    region: Region = strawberry.field(
        description="该笔缴费的参保地，其政策决定居民缴费能否退费；单位缴费单的为单位登记地。\n"
        "Place of enrolment of what was paid, whose policy decides whether a contribution is given back; for a unit's "
        "bill where the unit is registered."
    )
    reason: RefundReason = strawberry.field(
        description="退费情形，申请时已经记录核实。\nWhy it is given back, as the records showed when it was asked for."
    )
    status: RefundStatus = strawberry.field(description="退费进度。\nHow far it has come.")
    channel: PaymentChannel = strawberry.field(
        description="款项退回的渠道，即原缴费渠道。\nChannel through which the money returns: the one that it came by."
    )
    amount: Fen = strawberry.field(description="退费金额，元；总是全额。\nAmount in yuan, always the whole.")
    requested_at: Instant = strawberry.field(description="申请时刻。\nWhen it was asked for.")
    sent_at: Instant | None = strawberry.field(
        description="转交缴费渠道退款的时刻；退回个人账户的为 null。\n"
        "When the channel was told to give it back; null for what returns to an account."
    )
    completed_at: Instant | None = strawberry.field(
        description="款项退回的时刻；尚未退回时为 null。\nWhen the money was back; null until then."
    )
    entry: AccountEntry | None = strawberry.field(
        description="退回个人账户的明细；退往其他渠道，或访问者无权看到账户时为 null。\n"
        "The entry that put it back into the account; null for other channels, and for whoever may not see the account."
    )


@strawberry.type(description="退费列表中的一项。\nOne refund of a list.")
class RefundEdge(Edge):
    node: Refund = strawberry.field(description="此项的退费。\nThe refund of this item.")


@strawberry.type(description="一页退费。\nA page of refunds.")
class RefundConnection(Connection):
    edges: list[RefundEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="退费的筛选条件，须同时满足。\nConditions on refunds; all that are given must hold.")
class RefundWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="该笔缴费的参保地。\nPlace of enrolment of what was paid."
    )
    status: RefundStatusFilter | None = strawberry.field(
        default=strawberry.UNSET, description="退费进度。\nHow far it has come."
    )
    reason: RefundReasonFilter | None = strawberry.field(
        default=strawberry.UNSET, description="退费情形。\nWhy it is given back."
    )


@strawberry.input(description="申请退费的输入。\nInput of asking for a refund.")
class RequestContributionRefundInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    contribution_id: strawberry.ID = strawberry.field(
        description="要退的居民缴费的标识（con_…），须由本人支付。\n"
        "Id of the contribution to give back (con_…), which the applicant must have paid."
    )
    reason: RefundReason = strawberry.field(
        description="退费情形，以平台和外部系统的记录为准。\n"
        "Why it is to be given back; the platform's and outside parties' records must show it."
    )


@strawberry.type(
    description="退费已受理；个人账户支付的，款项已退回账户。\n"
    "The refund is taken up; what an account paid is back in it already."
)
class ContributionRefundRequested:
    refund: Refund = strawberry.field(description="退费及其进度。\nThe refund, and how far it has come.")


RequestContributionRefundResult = Annotated[
    ContributionRefundRequested
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | ContributionNotFound
    | AlreadyRefunded
    | ContributionSubsidised
    | RefundUnderWay
    | CoverHasBegun
    | RefundReasonNotConfirmed
    | PolicyNotStated
    | NotYetPaid
    | NotPaidThroughPlatform
    | NothingToRefund
    | AccountClosed
    | PartyDoesNotAnswer,
    strawberry.union(
        "RequestContributionRefundResult",
        description="受理的结果，或拒绝的理由。\nThe outcome of asking for it back, or why it is refused.",
    ),
]
