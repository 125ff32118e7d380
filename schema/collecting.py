"""Collecting units (代收单位): a school or village pays for many of its people in one call."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Fen
from schema.arguments import EXPECTED_WHEN_SUBMITTING, IDEMPOTENCY_KEY
from schema.enums import IdType, PaymentChannel, PaymentKind
from schema.payment_orders import PaymentOrder
from schema.refusals import (
    AlreadyPaid,
    AmountChanged,
    ChannelNotOffered,
    CollectionPaused,
    CollectionWindowClosed,
    CollectionWindowNotOpen,
    CoverageYearTooShort,
    EnrolledElsewhere,
    IdempotencyKeyReused,
    InputNotAcceptable,
    ListedTwice,
    NotACollectingUnit,
    NotAMember,
    NotSignedIn,
    NotYetAtTaxBureau,
    PaidByAnother,
    PartyDoesNotAnswer,
    PaymentInProgress,
    PersonDeceased,
    PolicyNotStated,
    SpecialPaymentRequired,
    UnitInAnotherState,
    UnitNotFound,
)
from schema.resident_contributions import ResidentContribution


@strawberry.input(
    description="代收名单中的一行：以人员标识，或以姓名和证件号码指明一人，二者取一。\n"
    "One line of the list: a person named by id, or by name and identity number, and not by both."
)
class CollectionLineInput:
    person_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="人员的标识（per_…），见单位的 members。\nId of the person (per_…), as the unit's members show it.",
    )
    name: str | None = strawberry.field(default=strawberry.UNSET, description="姓名。\nName of the person.")
    id_type: IdType = strawberry.field(
        default=IdType.RESIDENT_ID_CARD,
        description="证件类型，默认居民身份证。\nKind of the identity document, a resident's card by default.",
    )
    id_number: str | None = strawberry.field(
        default=strawberry.UNSET, description="证件号码。\nNumber of the identity document."
    )
    kind: PaymentKind | None = strawberry.field(
        default=strawberry.UNSET,
        description="缴费入口；不给则按该人员所属群体确定。\nPayment entrance; that of the person's group when absent.",
    )
    expected_amount: Fen | None = strawberry.field(default=strawberry.UNSET, description=EXPECTED_WHEN_SUBMITTING)


@strawberry.input(description="单位代收居民医保费的输入。\nInput of collecting resident contributions as a unit.")
class CollectResidentContributionsInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(
        description="学校或村（社区）的标识（uni_…），须为登录者经办的单位。\n"
        "Id of the school or village (uni_…) that the officer acts for."
    )
    coverage_year: int = strawberry.field(
        description="参保年度，公历年，例如 2025。\nYear of cover, such as 2025, the same for every line."
    )
    channel: PaymentChannel = strawberry.field(
        description="单位缴纳代收费款的渠道：税务系统、银行批量扣款或办税服务厅柜台。\n"
        "Channel through which the unit pays: the tax system, the bank's batch or the tax office's counter."
    )
    lines: list[CollectionLineInput] = strawberry.field(
        description="代收名单，1 至 500 人，逐人答复；金额由政策决定，不由名单填写。\n"
        "The persons, 1 to 500, each answered on its own; what each owes is the policy's to say, not the list's."
    )


@strawberry.type(
    description="该行已受理：缴费随订单支付；医疗救助全额资助的当即缴清。\n"
    "The line was taken: its contribution is paid with the order, or paid at once where assistance bears it whole."
)
class LineAccepted:
    contribution: ResidentContribution = strawberry.field(description="该人员的居民缴费。\nThe person's contribution.")


CollectionLineResult = Annotated[
    LineAccepted
    | InputNotAcceptable
    | PersonDeceased
    | NotAMember
    | ListedTwice
    | EnrolledElsewhere
    | AlreadyPaid
    | PaidByAnother
    | SpecialPaymentRequired
    | PaymentInProgress
    | ChannelNotOffered
    | NotYetAtTaxBureau
    | CollectionWindowNotOpen
    | CollectionWindowClosed
    | CollectionPaused
    | CoverageYearTooShort
    | PolicyNotStated
    | AmountChanged,
    strawberry.union(
        "CollectionLineResult",
        description="一行的答复：已受理，或该行被拒绝的理由；一行被拒绝不影响其他各行。\n"
        "The answer to one line: taken, or why it is refused; the refusal of one does not stop another.",
    ),
]


@strawberry.type(
    description="代收已受理：受理的各行合为一个支付订单，渠道即将收款；每行有自己的答复。\n"
    "The list was taken: one order pays for the lines that were, its channel about to collect; each has its answer."
)
class CollectionStarted:
    order: PaymentOrder | None = strawberry.field(
        description="支付订单，金额为受理各行应缴额之和；无应缴额时为 null。\n"
        "The payment order over the sum of what is due for them; null where nothing is."
    )
    lines: list[CollectionLineResult] = strawberry.field(
        description="各行的答复，与输入同序，最多 500 行。\nThe answers in the order of the lines, at most 500."
    )


CollectResidentContributionsResult = Annotated[
    CollectionStarted
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | UnitNotFound
    | NotACollectingUnit
    | UnitInAnotherState
    | ChannelNotOffered
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "CollectResidentContributionsResult",
        description="代收的结果，或整批被拒绝的理由；被拒绝时渠道不会收款。\n"
        "The outcome of collecting, or why the whole list is refused; no channel collects then.",
    ),
]
