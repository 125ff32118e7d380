"""Registration of insured units (单位参保登记): done by clerks at the agency's window."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import RegionCode
from schema.arguments import IDEMPOTENCY_KEY
from schema.enums import IdType, UnitKind
from schema.personas import Persona
from schema.refusals import (
    IdempotencyKeyReused,
    IdentityMismatch,
    InputNotAcceptable,
    NotSignedIn,
    OutsideYourRegion,
    PartyDoesNotAnswer,
    PersonDeceased,
    PersonNotFound,
    PolicyNotStated,
    UnitAlreadyRegistered,
    UnitHasMembers,
    UnitInAnotherState,
    UnitNotFound,
    UnitOwesBills,
)
from schema.scalars import IdNumber
from schema.units import Unit

_UNIT_ID = "单位的标识（uni_…）。\nId of the unit (uni_…)."
_NAME = "单位登记名称，1 至 50 个字。\nRegistered name of the unit, 1 to 50 characters."


@strawberry.input(description="单位参保登记的输入。\nInput of registering a unit.")
class RegisterUnitInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_name: str = strawberry.field(description=_NAME)
    unit_kind: UnitKind = strawberry.field(description="单位类型。\nKind of unit.")
    credit_code: str = strawberry.field(
        description="统一社会信用代码，18 位；前两位须与单位类型相符。\n"
        "Unified social credit code of 18 characters; its first two must fit the kind of unit."
    )
    region: RegionCode = strawberry.field(
        description="参保登记的县（区），须在登录者经办的地区之内。\n"
        "County where it is registered, in the region of the clerk who is signed in."
    )
    officer_name: str = strawberry.field(
        description="单位经办人的姓名，按证件填写。\nName of the officer who acts for the unit, as the document has it."
    )
    officer_id_type: IdType = strawberry.field(
        default=IdType.RESIDENT_ID_CARD, description="经办人的证件类型。\nKind of the officer's document."
    )
    officer_id_number: IdNumber = strawberry.field(
        description="经办人的证件号码，向人口信息库核验。\nNumber of the document, checked against the register."
    )


@strawberry.input(
    description="单位参保登记变更的输入：登记表变更后的全部内容。\n"
    "Input of changing a unit: all that its form says then."
)
class ChangeUnitInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(description=_UNIT_ID)
    unit_name: str = strawberry.field(description=_NAME)
    unit_kind: UnitKind = strawberry.field(
        description="单位类型，须与其信用代码相符。\nKind of unit; it must fit the unit's credit code."
    )
    region: RegionCode = strawberry.field(
        description="参保登记的县（区），可以是本市的另一个；未终止的参保关系随单位转过去。\n"
        "County where it is registered, which may be another one of the city; enrolments that have not ended go there "
        "with the unit."
    )


@strawberry.input(description="单位暂停参保的输入。\nInput of suspending a unit.")
class SuspendUnitInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(description=_UNIT_ID)


@strawberry.input(description="单位恢复参保的输入。\nInput of resuming a unit.")
class ResumeUnitInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(description=_UNIT_ID)


@strawberry.input(description="单位注销登记的输入。\nInput of cancelling a unit.")
class CancelUnitInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(description=_UNIT_ID)


@strawberry.type(description="单位已参保登记。\nThe unit is registered.")
class UnitRegistered:
    unit: Unit = strawberry.field(description="该单位。\nThe unit.")
    officer: Persona | None = strawberry.field(
        description="经办人的演示身份，可用其名称登录；不是沙箱世界时为 null。\n"
        "The persona as whom its officer signs in, by its name; null in a world that is no sandbox."
    )


@strawberry.type(description="单位参保登记已变更。\nThe registration of the unit is changed.")
class UnitChanged:
    unit: Unit = strawberry.field(description="该单位，变更之后。\nThe unit after the change.")
    moved_enrolments: int = strawberry.field(
        description="随单位转到新地区的参保关系条数。\nHow many enrolments went with the unit to its new place."
    )


@strawberry.type(
    description="单位已暂停参保：不能新增人员和申报缴费。\nThe unit is suspended: it enrols and declares nobody."
)
class UnitSuspended:
    unit: Unit = strawberry.field(description="该单位。\nThe unit.")


@strawberry.type(description="单位已恢复参保。\nThe unit is active again.")
class UnitResumed:
    unit: Unit = strawberry.field(description="该单位。\nThe unit.")


@strawberry.type(description="单位参保登记已注销，不能撤销。\nThe unit is cancelled, which is not taken back.")
class UnitCancelled:
    unit: Unit = strawberry.field(description="该单位。\nThe unit.")


RegisterUnitResult = Annotated[
    UnitRegistered
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | OutsideYourRegion
    | UnitAlreadyRegistered
    | IdentityMismatch
    | PersonDeceased
    | PersonNotFound
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "RegisterUnitResult",
        description="登记的结果，或拒绝的理由。\nThe outcome of registering, or why it is refused.",
    ),
]

ChangeUnitResult = Annotated[
    UnitChanged
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | UnitNotFound
    | OutsideYourRegion
    | UnitInAnotherState
    | PolicyNotStated,
    strawberry.union(
        "ChangeUnitResult",
        description="变更的结果，或拒绝的理由。\nThe outcome of changing, or why it is refused.",
    ),
]

SuspendUnitResult = Annotated[
    UnitSuspended
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | UnitNotFound
    | UnitInAnotherState
    | UnitHasMembers,
    strawberry.union(
        "SuspendUnitResult",
        description="暂停的结果，或拒绝的理由。\nThe outcome of suspending, or why it is refused.",
    ),
]

ResumeUnitResult = Annotated[
    UnitResumed | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | UnitNotFound | UnitInAnotherState,
    strawberry.union(
        "ResumeUnitResult",
        description="恢复的结果，或拒绝的理由。\nThe outcome of resuming, or why it is refused.",
    ),
]

CancelUnitResult = Annotated[
    UnitCancelled
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | UnitNotFound
    | UnitInAnotherState
    | UnitHasMembers
    | UnitOwesBills,
    strawberry.union(
        "CancelUnitResult",
        description="注销的结果，或拒绝的理由。\nThe outcome of cancelling, or why it is refused.",
    ),
]
