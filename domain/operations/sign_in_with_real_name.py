"""Sign in with one's real name (实名登录): document, name and face are checked, and failures are counted.

No answer is kept under a key: a token is a secret, and every try counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.identity import document_number
from domain.decisions.signing_in import counted_from, counts, locked, objection_to
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.operations.verify_identity import identity_verified
from domain.ports import FaceFound, FaceShown
from domain.refusals import Refusal
from domain.store import events, persons, sign_in_failures
from domain.store.engine import Connection
from domain.store.events import Cause, NewEvent
from domain.store.sign_in_failures import identity_digest
from domain.vocabulary import NATION, FaceFailure, Id, IdType, Instant

_FAILURES = {
    FaceFound.ANOTHERS: FaceFailure.WRONG_PERSON,
    FaceFound.NOT_LIVE: FaceFailure.NOT_LIVE,
    FaceFound.UNREADABLE: FaceFailure.UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class RealNameOrder:
    """`face` is what the camera saw, as the face check takes it."""

    key: str
    cause: str
    name: str
    id_type: IdType
    id_number: str
    face: str

    @property
    def document(self) -> tuple[IdType, str]:
        """Kind and number of the document, as registers write them."""
        return self.id_type, document_number(self.id_number)


@dataclass(frozen=True, slots=True)
class RealNameConfirmed:
    """The person who is there."""

    person_id: Id


async def sign_in_with_real_names(
    connection: Connection, orders: Sequence[RealNameOrder], setting: Setting
) -> list[RealNameConfirmed | Refusal]:
    """One answer to each order, in order. The same is asked for somebody who does not exist as for anybody else."""
    # Gather.
    documents = [order.document for order in orders]
    identities = [identity_digest(*document) for document in documents]
    await persons.hold_documents(connection, [number for _, number in documents])
    failures = await sign_in_failures.failures_of(connection, identities)
    registered = await asked_register(connection, documents, setting)
    faces = await setting.outside.face_check.compared(
        connection,
        [FaceShown(order.key, *order.document, order.face) for order in orders],
        now=setting.now,
        seed=setting.seed,
    )
    ids = await persons.by_document(connection, documents)
    await persons.hold(connection, ids.values())
    people = await persons.on_record(connection, ids.values())
    most, minutes = (
        setting.policy.fact(name, area=NATION, on=setting.on)
        for name in ("identity.most_failed_sign_ins", "identity.sign_in_lock_minutes")
    )

    # Decide, each order after those before it.
    results: list[RealNameConfirmed | Refusal] = []
    failed: dict[str, list[tuple[int, Instant]]] = {}
    succeeded: dict[str, None] = {}
    verified: dict[Id, None] = {}
    log: list[NewEvent] = []
    for order, document, identity, face in zip(orders, documents, identities, faces, strict=True):
        before = [] if identity in succeeded else failures.get(identity, [])
        so_far = [*before, *failed.get(identity, [])]
        person = people.get(ids.get(document, Id(0)))
        objection = objection_to(
            setting.on,
            None if registered is None else registered.get(document),
            _FAILURES.get(face),
            face_answers=face is not FaceFound.NO_ANSWER,
            lock=locked([at for _, at in so_far], setting.now, most, minutes),
            name=order.name,
            id_type=order.id_type,
            id_number=order.id_number,
            answers=registered is not None,
            on_platform=person is not None,
        )
        if objection is not None:
            if counts(objection):
                last = max((number for number, _ in [*failures.get(identity, []), *so_far]), default=0)
                failed.setdefault(identity, []).append((last + 1, setting.now))
            results.append(objection)
            continue
        assert person is not None
        succeeded[identity] = None
        failed.pop(identity, None)
        if person.real_name_verified_at is None and person.id not in verified:
            verified[person.id] = None
            log.append(identity_verified(person, Cause.of(order), setting))
        results.append(RealNameConfirmed(person.id))

    # Record.
    await sign_in_failures.change(connection, failed, succeeded, before=counted_from(setting.now, minutes))
    await persons.set_verified(connection, list(verified), setting.now)
    await events.append(connection, log)
    return results
