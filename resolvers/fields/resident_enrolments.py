"""Changing the enrolment of a resident (居民参保登记、暂停、恢复、终止): inputs become orders, outcomes are shown."""

from __future__ import annotations

from collections.abc import Mapping

from domain.operations.activate_certificates import (
    ActivateOrder,
    ElectronicCertificateActivated,
    activate_certificates,
)
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
from domain.operations.register_enrolments import (
    RegisterOrder,
    ResidentEnrolmentRegistered,
    register_enrolments,
)
from domain.operations.suspend_elsewhere import (
    EnrolmentElsewhereSuspended,
    SuspendOutsideOrder,
    suspend_elsewhere,
)
from domain.refusals import InputNotAcceptable, InputProblem
from domain.vocabulary import Id, Prefix
from resolvers.fields.journey import batched, named
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import Arguments, ComputedSource, Form, Plain, ToRow

OUTCOMES = (
    *(
        ComputedSource(
            outcome.__name__, outcome, {"enrolment": ToRow("Enrolment", lambda changed: changed.enrolment_id)}
        )
        for outcome in (
            ResidentEnrolmentRegistered,
            EnrolmentSuspended,
            EnrolmentResumed,
            EnrolmentTerminated,
        )
    ),
    ComputedSource(
        "ElectronicCertificateActivated",
        ElectronicCertificateActivated,
        {"person": ToRow("Person", lambda outcome: outcome.person_id)},
    ),
    ComputedSource(
        "EnrolmentElsewhereSuspended",
        EnrolmentElsewhereSuspended,
        {
            "person": ToRow("Person", lambda outcome: outcome.person_id),
            "region": Plain(lambda outcome, arguments: outcome.region),
            "visibleAt": Plain(lambda outcome, arguments: outcome.visible_at, Form.INSTANT),
        },
    ),
)


def _not_one_person(given: Arguments) -> InputNotAcceptable | None:
    if (given.get("personId") is None) == (given.get("newPerson") is None):
        return InputNotAcceptable(field="personId", problem=InputProblem.ONE_PERSON)
    return None


def _register(actor_id: Id, key: str, cause: str, given: Arguments) -> RegisterOrder:
    described = given.get("newPerson") or {}
    return RegisterOrder(
        actor=actor_id,
        key=key,
        cause=cause,
        person_id=Id(0) if described else named(given, "personId", Prefix.PERSON),
        region=given["region"],
        person_type=given.get("personType"),
        school_id=None if given.get("schoolUnitId") is None else named(given, "schoolUnitId", Prefix.UNIT),
        name=described.get("name"),
        id_type=described.get("idType"),
        id_number=described.get("idNumber"),
        birth_date=described.get("birthDate"),
        sex=described.get("sex"),
        relation=described.get("relation"),
    )


def _activate(actor_id: Id, key: str, cause: str, given: Arguments) -> ActivateOrder:
    return ActivateOrder(actor_id, key, cause, named(given, "personId", Prefix.PERSON))


def _suspend_elsewhere(actor_id: Id, key: str, cause: str, given: Arguments) -> SuspendOutsideOrder:
    person_id = named(given, "personId", Prefix.PERSON)
    return SuspendOutsideOrder(actor_id, key, cause, person_id, given["region"], given["agreed"])


def _suspend(actor_id: Id, key: str, cause: str, given: Arguments) -> SuspendOrder:
    return SuspendOrder(actor_id, key, cause, named(given, "enrolmentId", Prefix.ENROLMENT), given["agreed"])


def _resume(actor_id: Id, key: str, cause: str, given: Arguments) -> ResumeOrder:
    return ResumeOrder(actor_id, key, cause, named(given, "enrolmentId", Prefix.ENROLMENT))


def _terminate(actor_id: Id, key: str, cause: str, given: Arguments) -> TerminateOrder:
    return TerminateOrder(actor_id, key, cause, named(given, "enrolmentId", Prefix.ENROLMENT), given["reason"])


MUTATIONS: Mapping[str, MutationSource] = {
    "registerResidentEnrolment": batched(register_enrolments, _register, objection=_not_one_person),
    "activateElectronicCertificate": batched(activate_certificates, _activate),
    "suspendEnrolmentElsewhere": batched(suspend_elsewhere, _suspend_elsewhere),
    "suspendEnrolment": batched(suspend_enrolments, _suspend),
    "resumeEnrolment": batched(resume_enrolments, _resume),
    "terminateEnrolment": batched(terminate_enrolments, _terminate),
}
