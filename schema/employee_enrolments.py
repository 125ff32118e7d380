"""Enrolment in the employee scheme (职工参保登记): a unit's people, and those who work flexibly."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import RegionCode
from schema.arguments import IDEMPOTENCY_KEY
from schema.enrolments import Enrolment
from schema.enums import IdType, LeavingReason
from schema.refusals import (
    AlreadyInsuredAsEmployee,
    EnrolledElsewhere,
    IdempotencyKeyReused,
    IdentityMismatch,
    InputNotAcceptable,
    ListedTwice,
    NotAMember,
    NotInsuredAsWorking,
    NotOfWorkingAge,
    NotSignedIn,
    PartyDoesNotAnswer,
    PersonDeceased,
    PolicyNotStated,
    SuspensionNotYetSeen,
    TerminationReasonNotConfirmed,
    TooManyAttempts,
    UnitInAnotherState,
    UnitNotFound,
)

_UNIT_ID = "单位的标识（uni_…），须为登录者经办的单位。\nId of the unit (uni_…) that the officer acts for."
_LINES = "逐行答复，与输入同序，最多 500 行。\nAnswers in the order of the lines, at most 500."


@strawberry.input(
    description="新增的一名职工，按其证件填写，向人口信息库核验；不必已在平台上。\n"
    "One employee to enrol, as the identity document says, checked against the register; they need not be on the "
    "platform yet."
)
class UnitMemberInput:
    name: str = strawberry.field(description="姓名，1 至 50 个字。\nName, 1 to 50 characters.")
    id_type: IdType = strawberry.field(
        default=IdType.RESIDENT_ID_CARD,
        description="证件类型，默认居民身份证。\nKind of the identity document, a resident's card by default.",
    )
    id_number: str = strawberry.field(description="证件号码。\nNumber of the document.")


@strawberry.input(description="单位新增参保职工的输入。\nInput of enrolling employees of a unit.")
class AddUnitMembersInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(description=_UNIT_ID)
    lines: list[UnitMemberInput] = strawberry.field(
        description="新增的职工，1 至 500 人，逐人答复；自今日起参保。\n"
        "The employees, 1 to 500, each answered on its own; those who are taken are enrolled from today on."
    )


@strawberry.type(
    description="该职工已参加职工医保，并同步参加生育保险；本市的居民参保随之暂停。\n"
    "The employee is enrolled, in maternity insurance too; a resident enrolment of the same city is suspended by it."
)
class MemberAdded:
    enrolment: Enrolment = strawberry.field(
        description="职工医保的参保关系；税务部门自 visibleToTaxAt 起查得到。\n"
        "The enrolment in the employee scheme; the tax bureau sees it from visibleToTaxAt on."
    )


AddedLineResult = Annotated[
    MemberAdded
    | InputNotAcceptable
    | TooManyAttempts
    | IdentityMismatch
    | PersonDeceased
    | NotOfWorkingAge
    | ListedTwice
    | AlreadyInsuredAsEmployee
    | EnrolledElsewhere
    | SuspensionNotYetSeen
    | PolicyNotStated,
    strawberry.union(
        "AddedLineResult",
        description="一行的答复：已参保，或该行被拒绝的理由；一行被拒绝不影响其他各行。\n"
        "The answer to one line: enrolled, or why it is refused; the refusal of one does not stop another.",
    ),
]


@strawberry.type(description="新增名单已受理，逐人答复。\nThe list was taken; each line has its answer.")
class UnitMembersAdded:
    lines: list[AddedLineResult] = strawberry.field(description=_LINES)


AddUnitMembersResult = Annotated[
    UnitMembersAdded
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | UnitNotFound
    | UnitInAnotherState
    | PartyDoesNotAnswer,
    strawberry.union(
        "AddUnitMembersResult",
        description="新增的结果，或整批被拒绝的理由。\nThe outcome of enrolling, or why the whole list is refused.",
    ),
]


@strawberry.input(description="减少的一名职工。\nOne employee whom the unit enrols no longer.")
class LeavingMemberInput:
    person_id: strawberry.ID = strawberry.field(
        description="职工的标识（per_…），见单位的 members。\n"
        "Id of the employee (per_…), as the unit's members show it."
    )
    reason: LeavingReason = strawberry.field(
        default=LeavingReason.LEFT,
        description="减员原因，默认解除或终止劳动关系。\nWhy; because they left the unit, by default.",
    )


@strawberry.input(description="单位减少参保职工的输入。\nInput of stopping employees of a unit.")
class StopUnitMembersInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    unit_id: strawberry.ID = strawberry.field(description=_UNIT_ID)
    lines: list[LeavingMemberInput] = strawberry.field(
        description="减少的职工，1 至 500 人，逐人答复。\nThe employees, 1 to 500, each answered on its own."
    )


@strawberry.type(
    description="该职工已减员：离职的暂停参保，出国（境）定居或死亡的终止参保；生育保险一并处理。\n"
    "The employee is stopped: suspended after leaving, terminated after settling abroad or death; maternity insurance "
    "with it."
)
class MemberStopped:
    enrolment: Enrolment = strawberry.field(
        description="职工医保的参保关系，最后一日见 endedOn；此前各月仍可申报。\n"
        "The enrolment in the employee scheme, its last day in endedOn; months until then can still be declared."
    )


StoppedLineResult = Annotated[
    MemberStopped | NotAMember | ListedTwice | TerminationReasonNotConfirmed | NotInsuredAsWorking | PolicyNotStated,
    strawberry.union(
        "StoppedLineResult",
        description="一行的答复：已减员，或该行被拒绝的理由；一行被拒绝不影响其他各行。\n"
        "The answer to one line: stopped, or why it is refused; the refusal of one does not stop another.",
    ),
]


@strawberry.type(description="减员名单已受理，逐人答复。\nThe list was taken; each line has its answer.")
class UnitMembersStopped:
    lines: list[StoppedLineResult] = strawberry.field(description=_LINES)


StopUnitMembersResult = Annotated[
    UnitMembersStopped
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | UnitNotFound
    | UnitInAnotherState
    | PartyDoesNotAnswer,
    strawberry.union(
        "StopUnitMembersResult",
        description="减员的结果，或整批被拒绝的理由。\nThe outcome of stopping, or why the whole list is refused.",
    ),
]


@strawberry.input(description="灵活就业人员参保登记的输入。\nInput of being insured as a flexible worker.")
class RegisterFlexibleWorkerInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    region: RegionCode = strawberry.field(
        description="参保地，县（区）代码。\nPlace of enrolment: the code of a county or district."
    )


@strawberry.type(
    description="已以灵活就业人员身份参加职工医保，即时办结；本市的居民参保随之暂停。\n"
    "Insured in the employee scheme as a flexible worker, at once; a resident enrolment of the same city is suspended "
    "by it."
)
class FlexibleWorkerRegistered:
    enrolment: Enrolment = strawberry.field(
        description="新的参保关系；税务部门自 visibleToTaxAt 起查得到。\n"
        "The new enrolment; the tax bureau sees it from visibleToTaxAt on."
    )


RegisterFlexibleWorkerResult = Annotated[
    FlexibleWorkerRegistered
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | IdentityMismatch
    | PersonDeceased
    | NotOfWorkingAge
    | AlreadyInsuredAsEmployee
    | EnrolledElsewhere
    | SuspensionNotYetSeen
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "RegisterFlexibleWorkerResult",
        description="登记的结果，或拒绝的理由。\nThe outcome of registering, or why it is refused.",
    ),
]
