"""Changing the enrolment of a resident (居民参保登记、暂停、恢复、终止): inputs become orders, outcomes are shown."""

from __future__ import annotations

from collections.abc import Mapping

from domain.operations.change_enrolments import (
    EnrolmentResumed,
    EnrolmentSuspended,
    EnrolmentTerminated,
    ResumeOrder,
    SuspendOrder,
    TerminateOrder,
    resume_enrolments,
    suspend_enrolments,
    terminate_enrolments,
)
from domain.vocabulary import Id, Prefix
from resolvers.fields.journey import batched, named
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import Arguments, ComputedSource, ToRow

OUTCOMES = tuple(
    ComputedSource(outcome.__name__, outcome, {"enrolment": ToRow("Enrolment", lambda changed: changed.enrolment_id)})
    for outcome in (EnrolmentSuspended, EnrolmentResumed, EnrolmentTerminated)
)


def _suspend(actor_id: Id, key: str, cause: str, given: Arguments) -> SuspendOrder:
    return SuspendOrder(actor_id, key, cause, named(given, "enrolmentId", Prefix.ENROLMENT), given["agreed"])


def _resume(actor_id: Id, key: str, cause: str, given: Arguments) -> ResumeOrder:
    return ResumeOrder(actor_id, key, cause, named(given, "enrolmentId", Prefix.ENROLMENT))


def _terminate(actor_id: Id, key: str, cause: str, given: Arguments) -> TerminateOrder:
    return TerminateOrder(actor_id, key, cause, named(given, "enrolmentId", Prefix.ENROLMENT), given["reason"])


MUTATIONS: Mapping[str, MutationSource] = {
    "suspendEnrolment": batched(suspend_enrolments, _suspend),
    "resumeEnrolment": batched(resume_enrolments, _resume),
    "terminateEnrolment": batched(terminate_enrolments, _terminate),
}
