"""Payment orders (支付订单): having a channel collect a contribution, and what the channel has said of it."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.arguments import EXPECTED_WHEN_PAYING, IDEMPOTENCY_KEY
from schema.declarations import declared
from schema.employee_contributions import EmployeeBill
from schema.enums import ChannelFailure, PaymentChannel, PaymentOrderStatus
from schema.filters import PaymentChannelFilter, PaymentOrderStatusFilter, RegionFilter
from schema.persons import Person
from schema.refusals import (
    AlreadyPaid,
    AlreadyRefunded,
    AmountChanged,
    ChannelNotOffered,
    CollectionPaused,
    CollectionWindowClosed,
    CollectionWindowNotOpen,
    ContributionNotFound,
    CoverageYearTooShort,
    EnrolledElsewhere,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NotEnrolled,
    NotSignedIn,
    NotThePayer,
    NotYetAtTaxBureau,
    PaidByAnother,
    PartyDoesNotAnswer,
    PaymentInProgress,
    PaymentNotVoidable,
    PaymentOrderNotFound,
    PersonDeceased,
    PolicyNotStated,
    SpecialPaymentRequired,
)
from schema.regions import Region
from schema.relay import After, Before, Connection, Edge, First, Last, Node
from schema.resident_contributions import ResidentContributionConnection
from schema.units import Unit

ORDER_ID = (
    "支付订单的标识（pmt_…），须由本人（单位的订单由本经办人员）发起。\n"
    "Id of the payment order (pmt_…), which the applicant must have started."
)


@strawberry.type(
    description="支付订单：交由缴费渠道收取的一笔款项，结果只以渠道的答复为准；付款人（单位缴费的为单位经办人员）、本地区经办人员和运维可见。\n"
    "Payment order: money that a channel is told to collect; its outcome is what the channel says and nothing else. "
    "Seen by the payer, or the officer of the unit that pays, clerks of the region and operators."
)
class PaymentOrder(Node):
    payer: Person = strawberry.field(
        description="付款人；单位缴费的为发起支付的经办人员。\nThe person who pays, or the officer who does for a unit."
    )
    unit: Unit | None = strawberry.field(
        description="缴费的单位；个人缴费的为 null。\nThe unit that pays; null where a person does."
    )
    region: Region = strawberry.field(description="所缴费用的参保地。\nPlace of enrolment of what it pays.")
    channel: PaymentChannel = strawberry.field(description="缴费渠道。\nChannel of payment.")
    status: PaymentOrderStatus = strawberry.field(description="支付状态。\nWhat is known of the money.")
    amount: Fen = strawberry.field(description="金额，元。\nAmount in yuan.")
    ordered_at: Instant = strawberry.field(description="发起时刻。\nWhen it was started.")
    answered_at: Instant | None = strawberry.field(
        description="状态最近一次变化的时刻；尚无变化时为 null。\nWhen its state last changed; null until it does."
    )
    failure: ChannelFailure | None = strawberry.field(
        description="渠道未收款的原因；没有失败时为 null。\nWhy the channel did not collect; null unless it failed."
    )
    bill: EmployeeBill | None = strawberry.field(
        description="此订单所缴的职工医保缴费单；不是缴费单，或后来改由其他订单支付的为 null。\n"
        "The bill of the employee scheme that it pays; null where it pays none, or another order is to pay that."
    )

    @declared(
        "此订单所缴的居民缴费：个人订单一笔，代收单位的订单多笔；后来改由其他订单支付的不再列出。按标识排序。\n"
        "The contributions that it pays, by id: one for a person's order, many for a collecting unit's; without those "
        "that another order is to pay since."
    )
    def contributions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> ResidentContributionConnection: ...


@strawberry.type(description="支付订单列表中的一项。\nOne payment order of a list.")
class PaymentOrderEdge(Edge):
    node: PaymentOrder = strawberry.field(description="此项的支付订单。\nThe payment order of this item.")


@strawberry.type(description="一页支付订单。\nA page of payment orders.")
class PaymentOrderConnection(Connection):
    edges: list[PaymentOrderEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="支付订单的筛选条件，须同时满足；待批扣清册即 status 为 QUEUED 的订单。\n"
    "Conditions on payment orders; all that are given must hold. The bank's list of pending deductions is those QUEUED."
)
class PaymentOrderWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="所缴费用的参保地。\nPlace of enrolment of what it pays."
    )
    status: PaymentOrderStatusFilter | None = strawberry.field(
        default=strawberry.UNSET, description="支付状态。\nWhat is known of the money."
    )
    channel: PaymentChannelFilter | None = strawberry.field(
        default=strawberry.UNSET, description="缴费渠道。\nChannel of payment."
    )


@strawberry.input(description="发起支付的输入。\nInput of starting a payment.")
class StartPaymentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    contribution_id: strawberry.ID = strawberry.field(
        description="要支付的居民缴费的标识（con_…），须由本人提交，且渠道不是个人账户。\n"
        "Id of the contribution to pay (con_…), which the applicant must have submitted for a channel other than the "
        "personal account."
    )
    expected_amount: Fen | None = strawberry.field(default=strawberry.UNSET, description=EXPECTED_WHEN_PAYING)


@strawberry.type(
    description="支付已发起，渠道即将收款；结果见订单状态和事件。\n"
    "The payment is started and its channel about to collect; the order's state and the events tell its outcome."
)
class PaymentStarted:
    order: PaymentOrder = strawberry.field(description="支付订单。\nThe payment order.")


StartPaymentResult = Annotated[
    PaymentStarted
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PersonDeceased
    | NotThePayer
    | NotEnrolled
    | EnrolledElsewhere
    | ContributionNotFound
    | AlreadyPaid
    | PaidByAnother
    | AlreadyRefunded
    | SpecialPaymentRequired
    | PaymentInProgress
    | ChannelNotOffered
    | NotYetAtTaxBureau
    | CollectionWindowNotOpen
    | CollectionWindowClosed
    | CollectionPaused
    | CoverageYearTooShort
    | PolicyNotStated
    | AmountChanged
    | PartyDoesNotAnswer,
    strawberry.union(
        "StartPaymentResult",
        description="发起支付的结果，或拒绝的理由；拒绝时渠道不会收款。\n"
        "The outcome of starting, or why it is refused; no channel collects then.",
    ),
]


@strawberry.input(description="查询支付结果的输入。\nInput of checking a payment.")
class CheckPaymentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    order_id: strawberry.ID = strawberry.field(description=ORDER_ID)


@strawberry.type(
    description="已向渠道查询；渠道仍未答复的，订单仍为结果未知。\n"
    "The channel was asked; where it still does not answer, the outcome stays unknown."
)
class PaymentChecked:
    order: PaymentOrder = strawberry.field(description="支付订单。\nThe payment order.")


CheckPaymentResult = Annotated[
    PaymentChecked | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | PaymentOrderNotFound,
    strawberry.union(
        "CheckPaymentResult",
        description="查询的结果，或拒绝的理由。\nThe outcome of checking, or why it is refused.",
    ),
]


@strawberry.input(description="作废支付订单的输入。\nInput of giving a payment up.")
class VoidPaymentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    order_id: strawberry.ID = strawberry.field(description=ORDER_ID)


@strawberry.type(
    description="支付订单已作废：尚未批扣的缴费可以重新支付，渠道无答复的随之作废、可以重新提交；渠道此后仍确认收款的，款项用于该笔缴费或原路退回。\n"
    "The order is given up. What a bank had not taken may be paid again; what a silent channel may have taken is given "
    "up too and may be submitted anew, and its late word still pays it or gives the money back."
)
class PaymentVoided:
    order: PaymentOrder = strawberry.field(description="支付订单。\nThe payment order.")


VoidPaymentResult = Annotated[
    PaymentVoided | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | PaymentOrderNotFound | PaymentNotVoidable,
    strawberry.union(
        "VoidPaymentResult",
        description="作废的结果，或拒绝的理由。\nThe outcome of giving it up, or why it is refused.",
    ),
]
