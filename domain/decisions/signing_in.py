"""Whether somebody is signed in with their real name (实名登录): by document, name and face, and not by trying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.decisions.identity import RegisteredIdentity, described_problem, document_number, require_confirmed
from domain.decisions.objections import noting
from domain.policy import Fact
from domain.refusals import (
    FaceCheckFailed,
    IdentityMismatch,
    OutsideParty,
    PartyDoesNotAnswer,
    PersonNotFound,
    Refusal,
    SignInLocked,
)
from domain.vocabulary import FaceFailure, IdType, Instant


def locked(failures: Sequence[Instant], now: Instant, most: Fact, minutes: Fact) -> SignInLocked | None:
    """Why nobody may try now under an identity that has failed at these times, oldest first; None where somebody may.

    Failures count for as long as the lock lasts, so that it ends when the first of the last ones counts no longer.
    """
    counted = [at for at in failures if at > counted_from(now, minutes)]
    if len(counted) < most.count:
        return None
    return SignInLocked(most=most.count, until=Instant(counted[-most.count] + minutes.minutes * 60), basis=most.key)


def counted_from(now: Instant, minutes: Fact) -> Instant:
    """Failures until then count no longer."""
    return Instant(now - minutes.minutes * 60)


def objection_to(
    on: date,
    registered: RegisteredIdentity | None,
    face: FaceFailure | None,
    *,
    face_answers: bool,
    lock: SignInLocked | None,
    name: str,
    id_type: IdType,
    id_number: str,
    answers: bool,
    on_platform: bool,
) -> Refusal | None:
    """What stands against somebody being signed in, None where nothing does.

    `registered` is whom the register holds under the document, `answers` false while it is silent; `face` is what the
    face check has against them, `face_answers` false while it is silent; `on_platform` says whether the platform holds
    them. What the face is found to be is told only to who knows the name, and that the
    platform does not hold somebody only to who has their face.
    """
    problem = described_problem(name, id_type, document_number(id_number))
    if problem is not None:
        return problem
    if lock is not None:
        return lock
    objections: list[Refusal] = []
    with noting(objections):
        require_confirmed(on, registered, answers=answers, name=name)
    if objections:
        return objections[0]
    if not face_answers:
        return PartyDoesNotAnswer(party=OutsideParty.FACE_CHECK)
    if face is not None:
        return FaceCheckFailed(failure=face)
    return None if on_platform else PersonNotFound()


def counts(refusal: Refusal) -> bool:
    """Whether a refusal is a failure that is counted: somebody tried to be who they are not."""
    return isinstance(refusal, IdentityMismatch) or (
        isinstance(refusal, FaceCheckFailed) and refusal.failure is not FaceFailure.UNREADABLE
    )
