"""How often the register has not confirmed whom somebody described (核验不符次数): no name is found by trying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from domain.operations.setting import Setting
from domain.refusals import IdentityMismatch
from domain.store import answers
from domain.store.engine import Connection
from domain.vocabulary import Id, start_of_business_date

_ASKING: Final = ("addPayee", "addUnitMembers", "bindFamilyMember", "draftFiling", "entrustFiling")
"""What asks the register about somebody else."""


async def mismatches_today(connection: Connection, actors: Iterable[Id], setting: Setting) -> Counter[Id]:
    """How often each actor has been told so on this business day, by whatever asked."""
    since = start_of_business_date(setting.on)
    return Counter(await answers.refused(connection, actors, _ASKING, IdentityMismatch.__name__, since))
