"""Contributions to the employee scheme (职工医保缴费): a unit's bill for a month, and each employee's line of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.arguments import EXPECTED_WHEN_PAYING, IDEMPOTENCY_KEY
from schema.declarations import declared
from schema.enrolments import Enrolment
from schema.enums import EmployeeBillStatus, EmployeeContributionKind, PaymentChannel, WageLineOutcome
from schema.filters import EmployeeContributionKindFilter, IntFilter, RegionFilter
from schema.personal_accounts import AccountEntry
from schema.persons import Person
from schema.refusals import (
    AmountChanged,
    ChannelNotOffered,
    EmployeeBillNotDue,
    EmployeeBillNotFound,
    IdempotencyKeyReused,
    InputNotAcceptable,
    MonthAlreadyDeclared,
    NotFlexiblyEmployed,
    NotSignedIn,
    NotYetAtTaxBureau,
    PolicyNotStated,
    UnitInAnotherState,
    UnitNotFound,
)
from schema.regions import Region
from schema.relay import After, Before, Connection, Edge, First, Last, Node
from schema.units import Unit

if TYPE_CHECKING:
    from schema.payment_orders import PaymentOrder
    from schema.refunds import RefundConnection


@strawberry.type(
    description="职工医保缴费单：单位或灵活就业人员一次申报形成的应缴，等于其明细之和；"
    "应缴的个人或单位经办人员、本地区经办人员和运维可见。\n"
    "Bill of the employee scheme: what one declaration of a unit or a flexible worker makes due, the sum of its lines; "
    "seen by the person or the unit's officer who owes it, clerks of the region and operators."
)
class EmployeeBill(Node):
    unit: Unit | None = strawberry.field(
        description="应缴单位；由个人缴费的为 null。\nThe unit that owes it; null where a person does."
    )
    person: Person | None = strawberry.field(
        description="应缴的个人（灵活就业人员等）；由单位缴费，或访问者无权看到时为 null。\n"
        "The person who owes it, such as a flexible worker; null where a unit does or the viewer may not see them."
    )
    region: Region = strawberry.field(description="参保登记地区。\nRegion where the unit is registered.")
    kind: EmployeeContributionKind = strawberry.field(description="缴费类型。\nWhat the contributions are for.")
    month: int = strawberry.field(
        description="所属年月，例如 202412；有数月的为最后一个月。\n"
        "Month it is for, such as 202412; the last of several."
    )
    months: int = strawberry.field(description="月数。\nHow many months it is for.")
    persons: int = strawberry.field(description="人数。\nHow many persons it is for.")
    status: EmployeeBillStatus = strawberry.field(description="缴费单状态。\nState of the bill.")
    unit_share: Fen = strawberry.field(description="单位缴费合计，元。\nShare of the unit, in yuan.")
    personal_share: Fen = strawberry.field(description="个人缴费合计，元。\nShare of the employees, in yuan.")
    maternity_share: Fen = strawberry.field(
        description="生育保险缴费合计，元，由单位承担。\nMaternity insurance, borne by the unit, in yuan."
    )
    total: Fen = strawberry.field(
        description="各部分合计，元，不含滞纳金。\nShares altogether, without a late fee, in yuan."
    )
    late_fee: Fen = strawberry.field(
        description="滞纳金，元：按发起支付的当日确定，此前为 0.00，今天支付的金额见 employeeBillQuote。\n"
        "Late fee in yuan, fixed on the day its payment is started and 0.00 until then; "
        "employeeBillQuote tells what it would be today."
    )
    declared_at: Instant = strawberry.field(description="申报时刻。\nWhen it was declared.")
    due_on: date = strawberry.field(description="申报缴费截止日，含当日。\nLast day to declare and pay.")
    paid_at: Instant | None = strawberry.field(
        description="渠道确认收款的时刻；尚未缴费时为 null。\nWhen its channel confirmed it; null until it is paid."
    )
    paid_on: date | None = strawberry.field(
        description="缴费的业务日期，即发起支付的当日，渠道晚些确认也不改变；尚未缴费时为 null。\n"
        "Business day of the payment: that on which it was started, however late its channel confirms; "
        "null until it is paid."
    )
    order: Annotated[PaymentOrder, strawberry.lazy("schema.payment_orders")] | None = strawberry.field(
        description="最近一次支付此缴费单的支付订单；没有，或访问者无权看到时为 null。\n"
        "The latest payment order for it; null where there is none or the viewer may not see it."
    )

    @declared("缴费单的逐人明细，按标识排序。\nLines of the bill, one for each person, by id.")
    def contributions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> EmployeeContributionConnection: ...

    @declared("此缴费单重复缴纳的款项的退费，按标识排序。\nRefunds of what was paid twice for this bill, by id.")
    def refunds(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Annotated[RefundConnection, strawberry.lazy("schema.refunds")]: ...


@strawberry.type(
    description="职工医保缴费明细：一名职工一个月的缴费；本人、单位经办人员、本地区经办人员和运维可见。\n"
    "Contribution to the employee scheme for one employee and month; "
    "seen by the employee, the unit's officer, clerks of the region and operators."
)
class EmployeeContribution(Node):
    bill: EmployeeBill | None = strawberry.field(
        description="所属缴费单；访问者无权看到时为 null。\nThe bill; null when the viewer may not see it."
    )
    person: Person = strawberry.field(description="职工。\nThe employee.")
    enrolment: Enrolment = strawberry.field(description="据以缴费的参保关系。\nThe enrolment that it is paid under.")
    region: Region = strawberry.field(description="参保地。\nPlace of enrolment.")
    kind: EmployeeContributionKind = strawberry.field(description="缴费类型。\nWhat it is for.")
    month: int = strawberry.field(description="所属年月，例如 202412。\nMonth it is for, such as 202412.")
    status: EmployeeBillStatus = strawberry.field(
        description="缴费状态，与所属缴费单一致。\nState of the contribution, which is that of its bill."
    )
    wage: Fen = strawberry.field(description="申报工资，元。\nWage as declared, in yuan.")
    base: Fen = strawberry.field(
        description="缴费基数，元：工资低于下限按下限，高于上限按上限。\n"
        "Base in yuan: the wage held between floor and ceiling."
    )
    unit_share: Fen = strawberry.field(description="单位缴费，元。\nShare of the unit, in yuan.")
    personal_share: Fen = strawberry.field(description="个人缴费，元。\nShare of the employee, in yuan.")
    maternity_share: Fen = strawberry.field(description="生育保险缴费，元。\nMaternity insurance, in yuan.")
    account_credit: Fen = strawberry.field(
        description="缴费后划入个人账户的金额，元。\nWhat its payment credits to the personal account, in yuan."
    )
    entry: AccountEntry | None = strawberry.field(
        description="划入个人账户的明细；尚未划入，或访问者无权看到时为 null。\n"
        "The entry that credits it; null where nothing was credited or the viewer may not see it."
    )


@strawberry.type(description="缴费单列表中的一项。\nOne bill of a list.")
class EmployeeBillEdge(Edge):
    node: EmployeeBill = strawberry.field(description="此项的缴费单。\nThe bill of this item.")


@strawberry.type(description="一页缴费单。\nA page of bills.")
class EmployeeBillConnection(Connection):
    edges: list[EmployeeBillEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.type(description="职工缴费明细列表中的一项。\nOne employee contribution of a list.")
class EmployeeContributionEdge(Edge):
    node: EmployeeContribution = strawberry.field(description="此项的明细。\nThe contribution of this item.")


@strawberry.type(description="一页职工缴费明细。\nA page of employee contributions.")
class EmployeeContributionConnection(Connection):
    edges: list[EmployeeContributionEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="职工医保缴费单的筛选条件，须同时满足。\nConditions on bills; all that are given must hold."
)
class EmployeeBillWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="参保登记地区。\nRegion where the unit is registered."
    )
    month: IntFilter | None = strawberry.field(default=strawberry.UNSET, description="所属年月。\nMonth it is for.")
    kind: EmployeeContributionKindFilter | None = strawberry.field(
        default=strawberry.UNSET, description="缴费类型。\nWhat the contributions are for."
    )


@strawberry.input(description="一名职工的申报工资。\nThe wage of one employee.")
class WageLineInput:
    person_id: strawberry.ID = strawberry.field(
        description="职工的标识（per_…），见单位的 members。\n"
        "Id of the employee (per_…), as the unit's members show it."
    )
    wage: Fen = strawberry.field(description="当月工资，元，须大于零。\nWage of the month in yuan, above zero.")


@strawberry.input(description="单位申报缴费工资的输入。\nInput of declaring a unit's wages.")
class DeclareWagesInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(
        description="单位的标识（uni_…），须为登录者经办的单位。\nId of the unit (uni_…) that the officer acts for."
    )
    month: int = strawberry.field(
        description="申报的年月，例如 202412；不能是以后的月份。\nMonth to declare, such as 202412; none to come."
    )
    lines: list[WageLineInput] = strawberry.field(
        description="职工清单，1 至 500 人，逐人答复。\nThe employees, 1 to 500, each answered on its own."
    )


@strawberry.type(description="一名职工的申报结果。\nWhat became of one line.")
class WageLineAnswer:
    person_id: strawberry.ID = strawberry.field(description="该行填写的职工标识。\nId of the person on the line.")
    outcome: WageLineOutcome = strawberry.field(description="结果。\nWhat became of it.")
    contribution: EmployeeContribution | None = strawberry.field(
        description="形成的缴费明细；没有申报成功时为 null。\nThe contribution; null where the line was not recorded."
    )


@strawberry.type(description="单位缴费工资已申报，逐人答复。\nThe declaration was taken; each line has its answer.")
class WagesDeclared:
    bill: EmployeeBill | None = strawberry.field(
        description="申报成功的各行形成的缴费单；没有一行成功时为 null。\n"
        "The bill of the lines that were recorded; null where none was."
    )
    lines: list[WageLineAnswer] = strawberry.field(
        description="逐行答复，与输入同序，最多 500 行。\nAnswers in the order of the lines, at most 500."
    )


DeclareWagesResult = Annotated[
    WagesDeclared
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | UnitNotFound
    | UnitInAnotherState
    | PolicyNotStated,
    strawberry.union(
        "DeclareWagesResult",
        description="申报的结果，或拒绝的理由。\nThe outcome of declaring, or why it is refused.",
    ),
]


@strawberry.input(description="更正已申报缴费工资的输入。\nInput of correcting wages that a unit has declared.")
class CorrectWagesInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(
        description="单位的标识（uni_…），须为登录者经办的单位。\nId of the unit (uni_…) that the officer acts for."
    )
    month: int = strawberry.field(description="更正的年月，例如 202412。\nMonth to correct, such as 202412.")
    lines: list[WageLineInput] = strawberry.field(
        description="更正的职工和应有的工资，1 至 500 人，逐人答复。\n"
        "The employees and what their wages should have been, 1 to 500, each answered on its own."
    )


@strawberry.type(
    description="更正已受理，逐人答复；工资应更高的，差额形成一张补差缴费单。\n"
    "The correction was taken; each line has its answer, and what was short makes one bill."
)
class WagesCorrected:
    bill: EmployeeBill | None = strawberry.field(
        description="补差的缴费单；没有一行须补差时为 null。\nThe bill over what was short; null where nothing was."
    )
    lines: list[WageLineAnswer] = strawberry.field(
        description="逐行答复，与输入同序，最多 500 行。\nAnswers in the order of the lines, at most 500."
    )


CorrectWagesResult = Annotated[
    WagesCorrected | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | UnitNotFound | PolicyNotStated,
    strawberry.union(
        "CorrectWagesResult",
        description="更正的结果，或拒绝的理由。\nThe outcome of correcting, or why it is refused.",
    ),
]


@strawberry.input(
    description="灵活就业人员申报本人缴费月份的输入。\nInput of declaring one's own months as a flexible worker."
)
class DeclareOwnMonthsInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    enrolment_id: strawberry.ID = strawberry.field(
        description="本人灵活就业参保关系的标识（enr_…）。\nId of one's own enrolment as a flexible worker (enr_…)."
    )
    first_month: int = strawberry.field(
        description="第一个月，例如 202412；不早于参保当月。\n"
        "The first month, such as 202412; none before the enrolment began."
    )
    months: int = strawberry.field(
        default=1,
        description="连续的月数，1 至 12，最多缴到本年 12 月。\n"
        "How many months in a row, 1 to 12, to December of this year at most.",
    )
    base: Fen = strawberry.field(
        description="自选的缴费基数，元；低于下限按下限，高于上限按上限。\n"
        "The base that one chooses, in yuan; held between floor and ceiling."
    )


@strawberry.type(
    description="本人的缴费月份已申报，形成缴费单，用 payEmployeeBill 支付。\n"
    "The months are declared; payEmployeeBill pays their bill."
)
class OwnMonthsDeclared:
    bill: EmployeeBill = strawberry.field(description="形成的缴费单。\nThe bill.")


DeclareOwnMonthsResult = Annotated[
    OwnMonthsDeclared
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | NotFlexiblyEmployed
    | MonthAlreadyDeclared
    | NotYetAtTaxBureau
    | PolicyNotStated,
    strawberry.union(
        "DeclareOwnMonthsResult",
        description="申报的结果，或拒绝的理由。\nThe outcome of declaring, or why it is refused.",
    ),
]


@strawberry.type(
    description="今天支付缴费单的应缴金额；不写入任何内容。\nWhat paying a bill costs today; nothing is recorded."
)
class EmployeeBillQuote:
    bill: EmployeeBill = strawberry.field(description="缴费单。\nThe bill.")
    shares: Fen = strawberry.field(
        description="各部分合计，元，不含滞纳金。\nShares altogether, without the late fee, in yuan."
    )
    days_late: int = strawberry.field(
        description="逾期天数，截止日次日起算；个人缴费的为 0。\n"
        "Days since the day on which it was due; 0 for a person who pays alone."
    )
    late_fee: Fen = strawberry.field(
        description="今天发起支付的滞纳金，元。\nLate fee if its payment is started today, in yuan."
    )
    amount: Fen = strawberry.field(description="应缴金额，元，含滞纳金。\nAmount due, late fee included, in yuan.")


EmployeeBillQuoteResult = Annotated[
    EmployeeBillQuote | NotSignedIn | EmployeeBillNotFound | EmployeeBillNotDue | PolicyNotStated,
    strawberry.union(
        "EmployeeBillQuoteResult",
        description="应缴金额，或不能支付的理由。\nWhat it costs, or why it cannot be paid.",
    ),
]


@strawberry.input(description="支付职工医保缴费单的输入。\nInput of paying a bill of the employee scheme.")
class PayEmployeeBillInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    bill_id: strawberry.ID = strawberry.field(
        description="缴费单的标识（bil_…），须由登录者经办的单位，或登录者本人应缴。\n"
        "Id of the bill (bil_…), owed by the unit that the officer acts for, or by the person signed in."
    )
    channel: PaymentChannel = strawberry.field(description="缴费渠道。\nChannel that is to collect it.")
    expected_amount: Fen | None = strawberry.field(default=strawberry.UNSET, description=EXPECTED_WHEN_PAYING)


@strawberry.type(
    description="缴费单的支付已发起，渠道即将收款；结果见订单状态和事件。\n"
    "The payment of the bill is started and its channel about to collect; the order's state and the events tell its "
    "outcome."
)
class EmployeeBillPaymentStarted:
    order: Annotated[PaymentOrder, strawberry.lazy("schema.payment_orders")] = strawberry.field(
        description="支付订单。\nThe payment order."
    )
    bill: EmployeeBill = strawberry.field(description="缴费单。\nThe bill.")


PayEmployeeBillResult = Annotated[
    EmployeeBillPaymentStarted
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | EmployeeBillNotFound
    | EmployeeBillNotDue
    | ChannelNotOffered
    | PolicyNotStated
    | AmountChanged,
    strawberry.union(
        "PayEmployeeBillResult",
        description="发起支付的结果，或拒绝的理由；拒绝时渠道不会收款。\n"
        "The outcome of starting the payment, or why it is refused; no channel collects then.",
    ),
]
