"""Ask the national query whether somebody is insured in another province (全国参保查询)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.decisions.enrolling import SeenElsewhere
from domain.decisions.records import PlaceOfEnrolment, Standing
from domain.operations.setting import Setting
from domain.ports import OutsideEnrolment, PartyUnavailable
from domain.refusals import OutsideParty
from domain.store.engine import Connection


@dataclass(frozen=True, slots=True)
class NationalAnswer:
    """What the query knows, by identity number; `unanswered` names it while it does not answer."""

    enrolments: dict[str, OutsideEnrolment]
    unanswered: OutsideParty | None

    def added_to(self, standing: Standing) -> Standing:
        """The standing with an enrolment that another province holds, where this world holds none."""
        if standing.insured is None or standing.elsewhere is not None:
            return standing
        outside = self.enrolments.get(standing.insured.id_number)
        if outside is None:
            return standing
        return replace(standing, elsewhere=PlaceOfEnrolment(None, outside.region, outside.scheme))

    def seen(self, id_number: str) -> SeenElsewhere | None:
        """What another province holds of whoever holds that identity number."""
        outside = self.enrolments.get(id_number)
        return None if outside is None else SeenElsewhere(outside.region, outside.scheme, outside.seen_until)


async def asked_nationally(
    connection: Connection, standings: Sequence[Standing | None], setting: Setting
) -> NationalAnswer:
    """The answer for everybody whom the standings insure and the holders know; of strangers no province is asked."""
    known = [one.known for one in standings if one is not None]
    return await asked_by_number(connection, [one.id_number for one in known if one is not None], setting)


async def asked_by_number(connection: Connection, id_numbers: Iterable[str], setting: Setting) -> NationalAnswer:
    """The answer for everybody who holds one of these identity numbers."""
    numbers = set(id_numbers)
    if not numbers:
        return NationalAnswer({}, None)
    try:
        found = await setting.outside.other_provinces.active_enrolments(connection, sorted(numbers), setting.now)
    except PartyUnavailable:
        return NationalAnswer({}, OutsideParty.OTHER_PROVINCES)
    return NationalAnswer(found, None)
