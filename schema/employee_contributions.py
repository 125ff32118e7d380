"""Contributions to the employee scheme (职工医保缴费): a unit's bill for a month, and each employee's line of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.declarations import declared
from schema.enrolments import Enrolment
from schema.enums import EmployeeBillStatus, EmployeeContributionKind, WageLineOutcome
from schema.filters import EmployeeContributionKindFilter, IntFilter, RegionFilter
from schema.persons import Person
from schema.refusals import IdempotencyKeyReused, InputNotAcceptable, NotSignedIn, PolicyNotStated, UnitNotFound
from schema.regions import Region
from schema.relay import After, Before, Connection, Edge, First, Last, Node
from schema.units import Unit


@strawberry.type(
    description="职工医保缴费单：单位一次申报形成的应缴，等于其明细之和；单位经办人员、本地区经办人员和运维可见。\n"
    "Bill of the employee scheme: what one declaration of a unit makes due, the sum of its lines; "
    "seen by the unit's officer, clerks of the region and operators."
)
class EmployeeBill(Node):
    unit: Unit | None = strawberry.field(description="应缴单位。\nThe unit that owes it.")
    region: Region = strawberry.field(description="参保登记地区。\nRegion where the unit is registered.")
    kind: EmployeeContributionKind = strawberry.field(description="缴费类型。\nWhat the contributions are for.")
    month: int = strawberry.field(description="所属年月，例如 202412。\nMonth it is for, such as 202412.")
    persons: int = strawberry.field(description="人数。\nHow many persons it is for.")
    status: EmployeeBillStatus = strawberry.field(description="缴费单状态。\nState of the bill.")
    unit_share: Fen = strawberry.field(description="单位缴费合计，元。\nShare of the unit, in yuan.")
    personal_share: Fen = strawberry.field(description="个人缴费合计，元。\nShare of the employees, in yuan.")
    maternity_share: Fen = strawberry.field(
        description="生育保险缴费合计，元，由单位承担。\nMaternity insurance, borne by the unit, in yuan."
    )
    total: Fen = strawberry.field(description="应缴合计，元。\nAmount due altogether, in yuan.")
    declared_at: Instant = strawberry.field(description="申报时刻。\nWhen it was declared.")
    due_on: date = strawberry.field(description="申报缴费截止日，含当日。\nLast day to declare and pay.")

    @declared("缴费单的逐人明细，按标识排序。\nLines of the bill, one for each person, by id.")
    def contributions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> EmployeeContributionConnection: ...


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
    status: EmployeeBillStatus = strawberry.field(description="缴费状态。\nState of the contribution.")
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
    WagesDeclared | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | UnitNotFound | PolicyNotStated,
    strawberry.union(
        "DeclareWagesResult",
        description="申报的结果，或拒绝的理由。\nThe outcome of declaring, or why it is refused.",
    ),
]
