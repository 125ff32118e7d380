"""The simulated face check (人脸核验): a face is a text that only its person is given, and how it is shown is another.

What a client sends as the image is `face-…`, the face of somebody who is there, with a word before it for what goes
wrong: `photo:face-…` is not live, `blurred:face-…` cannot be read, `unanswered:face-…` is never answered.
`persona:NAME` stands for the face of a persona. Now and then a good image fails as well, as the world's seed decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from sqlalchemy import select

from domain.ports import FaceFound, FaceShown
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import personas, persons
from domain.vocabulary import FaultKind, FaultOperation, FaultRefusal, Instant
from simulator.draws import Draws, child_seed
from simulator.faults import Case, StandingFaults

UNREADABLE_PER_MILLE: Final = 10
NOT_LIVE_PER_MILLE: Final = 2
"""How often a good image fails. Assumed: services of this kind promise to turn away about one in a hundred wrongly."""

PERSONA: Final = "persona:"
"""Before the name of a persona, whose face it then is."""
_IMAGE: Final = re.compile(r"(?:(photo|blurred|unanswered):)?(face-[0-9a-f]{24}|persona:[a-z0-9-]{1,60})")
_SHOWN_AS: Final = {
    "photo": FaceFound.NOT_LIVE,
    "blurred": FaceFound.UNREADABLE,
    "unanswered": FaceFound.NO_ANSWER,
}
_REFUSED: Final = {
    FaultRefusal.WRONG_PERSON: FaceFound.ANOTHERS,
    FaultRefusal.NOT_LIVE: FaceFound.NOT_LIVE,
    FaultRefusal.UNREADABLE: FaceFound.UNREADABLE,
}
_OF_PERSONAS = Statement(
    select(personas.c.name, persons.c.id_type, persons.c.id_number)
    .select_from(personas.join(persons, persons.c.id == personas.c.person_id))
    .where(among(personas.c.name, "names"))
)


def _case(*parts: str) -> int:
    return int.from_bytes(sha256("/".join(parts).encode()).digest()[:8], "big")


def face_of(seed: int, id_type: str, id_number: str) -> str:
    """The face of a document's holder in the world of that seed."""
    return f"face-{child_seed(seed, 'face', _case(id_type, id_number)):064x}"[:29]


class SimulatedFaceCheck:
    """Implements `domain.ports.FaceCheck`."""

    def __init__(self, faults: StandingFaults) -> None:
        self._faults = faults

    async def compared(
        self, connection: Connection, shown: Sequence[FaceShown], *, now: Instant, seed: int
    ) -> list[FaceFound]:
        """What each is found to be, in order. Each is a call of its own."""
        images = [_IMAGE.fullmatch(one.image) for one in shown]
        names = sorted({image[2].removeprefix(PERSONA) for image in images if image and image[2].startswith(PERSONA)})
        faces = {
            f"{PERSONA}{name}": face_of(seed, id_type, id_number)
            for name, id_type, id_number in (
                await connection.fetch_all(_OF_PERSONAS, {"names": names}) if names else ()
            )
        }
        return [
            self._fails(one, now)
            or (FaceFound.UNREADABLE if image is None else _found(one, image[1], faces.get(image[2], image[2]), seed))
            for one, image in zip(shown, images, strict=True)
        ]

    def _fails(self, one: FaceShown, now: Instant) -> FaceFound | None:
        met = self._faults.met(FaultOperation.COMPARE_FACES, now, [Case(id_number=one.id_number)])
        if FaultKind.OUTAGE in met:
            return FaceFound.NO_ANSWER
        if (refused := met.get(FaultKind.REFUSAL)) is None:
            return None
        reason = refused.fault.what.refusal
        return refused.draws.pick(tuple(_REFUSED.values())) if reason is None else _REFUSED[reason]


def _found(one: FaceShown, shown_as: str | None, face: str, seed: int) -> FaceFound:
    if shown_as is not None:
        return _SHOWN_AS[shown_as]
    if face != face_of(seed, one.id_type.name, one.id_number):
        return FaceFound.ANOTHERS
    drawn = Draws(seed, "face check", _case(one.reference)).below(1000)
    if drawn < UNREADABLE_PER_MILLE:
        return FaceFound.UNREADABLE
    return FaceFound.NOT_LIVE if drawn < UNREADABLE_PER_MILLE + NOT_LIVE_PER_MILLE else FaceFound.THE_HOLDERS
