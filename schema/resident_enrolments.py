"""Changing the enrolment of a resident (居民参保登记、暂停、恢复、终止)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.arguments import IDEMPOTENCY_KEY
from schema.enrolments import Enrolment
from schema.enums import TerminationReason
from schema.refusals import (
    ConsentNotGiven,
    EnrolledElsewhere,
    EnrolmentInAnotherState,
    EnrolmentNotFound,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NotSignedIn,
    PartyDoesNotAnswer,
    PersonDeceased,
    PolicyNotStated,
    SuspensionNotYetSeen,
    TerminationReasonNotConfirmed,
)

_ENROLMENT_ID = (
    "居民参保关系的标识（enr_…），须为本人或本人未成年子女的。\n"
    "Id of the resident enrolment (enr_…): one's own, or that of one's child under age."
)


@strawberry.input(description="暂停参保的输入。\nInput of suspending an enrolment.")
class SuspendEnrolmentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    enrolment_id: strawberry.ID = strawberry.field(description=_ENROLMENT_ID)
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
        description="居民参保关系的标识（enr_…），须为本人或本人未成年子女的；因死亡终止时须为亲属的。\n"
        "Id of the resident enrolment (enr_…): one's own, that of one's child under age, or that of a relative who "
        "has died."
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
