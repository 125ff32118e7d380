"""Changing the enrolment of a resident (居民参保登记、暂停、恢复、终止)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Instant, RegionCode
from schema.arguments import IDEMPOTENCY_KEY
from schema.enrolments import Enrolment
from schema.enums import IdType, PersonType, Relation, Sex, TerminationReason
from schema.persons import Person
from schema.refusals import (
    AlreadyEnrolled,
    CertificateAlreadyActive,
    CertificateRequired,
    ConsentNotGiven,
    EnrolledElsewhere,
    EnrolmentInAnotherState,
    EnrolmentNotFound,
    IdempotencyKeyReused,
    IdentityMismatch,
    InputNotAcceptable,
    NotOfYourFamily,
    NotSignedIn,
    PartyDoesNotAnswer,
    PersonDeceased,
    PolicyNotStated,
    RelationMismatch,
    SuspensionNotYetSeen,
    TerminationReasonNotConfirmed,
)

_ENROLMENT_ID = (
    "居民参保关系的标识（enr_…），须为本人或本人未成年子女的。\n"
    "Id of the resident enrolment (enr_…): one's own, or that of one's child under age."
)
_OWN_ENROLMENT_ID = (
    "居民参保关系，或本人灵活就业参保关系的标识（enr_…）；居民参保须为本人或本人未成年子女的。\n"
    "Id of the enrolment (enr_…): as a resident, one's own or that of one's child under age; as a flexible worker, "
    "one's own."
)


@strawberry.input(
    description="首次登记人员的信息，按其证件填写，向人口信息库核验；用于还不在平台上的人，例如新生儿。\n"
    "Somebody registered for the first time, as their document describes them; checked against the register. For "
    "people who are not on the platform yet, such as newborns."
)
class NewPersonInput:
    name: str = strawberry.field(description="姓名，1 至 50 个字。\nName, 1 to 50 characters.")
    id_type: IdType = strawberry.field(description="身份证件类型。\nKind of identity document.")
    id_number: str = strawberry.field(description="证件号码。\nNumber of the document.")
    birth_date: date = strawberry.field(description="出生日期。\nDate of birth.")
    sex: Sex = strawberry.field(description="性别。\nSex.")
    relation: Relation = strawberry.field(
        description="此人是申请人的什么人，须与人口信息库的登记一致。\n"
        "What the person is to the applicant, as the register records it."
    )


@strawberry.input(description="居民参保登记的输入。\nInput of registering a resident.")
class RegisterResidentEnrolmentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    person_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="参保人的标识（per_…）：本人、已绑定的家庭成员或未成年子女；与 newPerson 须填且只填一项。\n"
        "Id of the person (per_…): oneself, a bound family member or one's child under age; either this or newPerson.",
    )
    new_person: NewPersonInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="还不在平台上的人；与 personId 须填且只填一项。\n"
        "Somebody who is not on the platform yet; either this or personId.",
    )
    region: RegionCode = strawberry.field(
        description="参保地，县（区）代码。\nPlace of enrolment: the code of a county or district."
    )
    person_type: PersonType | None = strawberry.field(
        default=strawberry.UNSET,
        description="参保身份；不填则按年龄和学校确定。\nPerson type; by age and school where it is absent.",
    )
    school_unit_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="学校的标识（uni_…），须在参保地；大学生必填。\n"
        "Id of the school (uni_…), at the place of enrolment; students name theirs.",
    )


@strawberry.type(description="居民参保已登记。\nThe resident is registered.")
class ResidentEnrolmentRegistered:
    enrolment: Enrolment = strawberry.field(
        description="新的参保关系；税务部门自 visibleToTaxAt 起查得到。\n"
        "The new enrolment; the tax bureau sees it from visibleToTaxAt on."
    )


RegisterResidentEnrolmentResult = Annotated[
    ResidentEnrolmentRegistered
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | IdentityMismatch
    | PersonDeceased
    | RelationMismatch
    | NotOfYourFamily
    | AlreadyEnrolled
    | EnrolledElsewhere
    | SuspensionNotYetSeen
    | CertificateRequired
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "RegisterResidentEnrolmentResult",
        description="登记的结果，或拒绝的理由。\nThe outcome of registering, or why it is refused.",
    ),
]


@strawberry.input(description="激活医保电子凭证的输入。\nInput of activating an electronic certificate.")
class ActivateElectronicCertificateInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    person_id: strawberry.ID = strawberry.field(
        description="参保人的标识（per_…）：本人、已绑定的家庭成员或未成年子女。\n"
        "Id of the person (per_…): oneself, a bound family member or one's child under age."
    )


@strawberry.type(description="医保电子凭证已激活。\nThe electronic certificate is active.")
class ElectronicCertificateActivated:
    person: Person = strawberry.field(description="凭证的持有人。\nWhose certificate it is.")


ActivateElectronicCertificateResult = Annotated[
    ElectronicCertificateActivated
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | IdentityMismatch
    | PersonDeceased
    | NotOfYourFamily
    | CertificateAlreadyActive
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "ActivateElectronicCertificateResult",
        description="激活的结果，或拒绝的理由。\nThe outcome of activating, or why it is refused.",
    ),
]


@strawberry.input(description="暂停在其他省参保的输入。\nInput of having an enrolment in another province suspended.")
class SuspendEnrolmentElsewhereInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    person_id: strawberry.ID = strawberry.field(
        description="参保人的标识（per_…）：本人或未成年子女。\n"
        "Id of the person (per_…): oneself or one's child under age."
    )
    region: RegionCode = strawberry.field(
        description="在哪里参保，如登记被拒绝时所告知。\nWhere the person is enrolled, as a refused registration told."
    )
    agreed: bool = strawberry.field(
        description="是否勾选“我同意暂停某市的城乡居民基本医疗保险”。\n"
        "Whether the person agrees to suspend the resident insurance of that city."
    )


@strawberry.type(description="在其他省的参保已暂停。\nThe enrolment in another province is suspended.")
class EnrolmentElsewhereSuspended:
    person: Person = strawberry.field(description="参保人。\nThe person.")
    region: RegionCode = strawberry.field(description="原参保地。\nPlace of origin.")
    visible_at: Instant = strawberry.field(
        description="自何时起查得到暂停（世界时间）。\nFrom when the suspension is seen, in world time."
    )


SuspendEnrolmentElsewhereResult = Annotated[
    EnrolmentElsewhereSuspended
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | ConsentNotGiven
    | EnrolmentNotFound
    | EnrolmentInAnotherState
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "SuspendEnrolmentElsewhereResult",
        description="暂停的结果，或拒绝的理由。\nThe outcome of suspending, or why it is refused.",
    ),
]


@strawberry.input(description="暂停参保的输入。\nInput of suspending an enrolment.")
class SuspendEnrolmentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    enrolment_id: strawberry.ID = strawberry.field(description=_OWN_ENROLMENT_ID)
    agreed: bool = strawberry.field(
        description="是否勾选“我同意暂停某市的城乡居民基本医疗保险”。\n"
        "Whether the person agrees to suspend the resident insurance of that city."
    )


@strawberry.type(description="参保已暂停。\nThe enrolment is suspended.")
class EnrolmentSuspended:
    enrolment: Enrolment = strawberry.field(
        description="暂停的参保关系；外地自 suspensionVisibleAt 起查得到暂停。\n"
        "The enrolment; other places see the suspension from suspensionVisibleAt on."
    )


SuspendEnrolmentResult = Annotated[
    EnrolmentSuspended
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | ConsentNotGiven
    | EnrolmentNotFound
    | EnrolmentInAnotherState
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "SuspendEnrolmentResult",
        description="暂停的结果，或拒绝的理由。\nThe outcome of suspending, or why it is refused.",
    ),
]


@strawberry.input(description="恢复参保的输入。\nInput of resuming an enrolment.")
class ResumeEnrolmentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    enrolment_id: strawberry.ID = strawberry.field(description=_ENROLMENT_ID)


@strawberry.type(description="参保已恢复。\nThe enrolment is active again.")
class EnrolmentResumed:
    enrolment: Enrolment = strawberry.field(description="恢复的参保关系。\nThe enrolment.")


ResumeEnrolmentResult = Annotated[
    EnrolmentResumed
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PersonDeceased
    | EnrolmentNotFound
    | EnrolmentInAnotherState
    | EnrolledElsewhere
    | SuspensionNotYetSeen
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "ResumeEnrolmentResult",
        description="恢复的结果，或拒绝的理由。\nThe outcome of resuming, or why it is refused.",
    ),
]


@strawberry.input(description="终止参保的输入。\nInput of terminating an enrolment.")
class TerminateEnrolmentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    enrolment_id: strawberry.ID = strawberry.field(
        description="居民或灵活就业参保关系的标识（enr_…），须为本人或本人未成年子女的；因死亡终止时须为亲属的。\n"
        "Id of the enrolment as a resident or a flexible worker (enr_…): one's own, that of one's child under age, or "
        "that of a relative who has died."
    )
    reason: TerminationReason = strawberry.field(description="终止的原因。\nWhy it is terminated.")


@strawberry.type(description="参保已终止。\nThe enrolment is terminated.")
class EnrolmentTerminated:
    enrolment: Enrolment = strawberry.field(description="终止的参保关系。\nThe enrolment.")


TerminateEnrolmentResult = Annotated[
    EnrolmentTerminated
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | EnrolmentNotFound
    | EnrolmentInAnotherState
    | TerminationReasonNotConfirmed
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "TerminateEnrolmentResult",
        description="终止的结果，或拒绝的理由。\nThe outcome of terminating, or why it is refused.",
    ),
]
