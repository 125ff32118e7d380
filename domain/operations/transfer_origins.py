"""What the places that would be left hold of people (转出地参保记录): cities of this world, or another province."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.decisions.transferring import Employment, Origin, account_moves
from domain.operations.setting import Setting
from domain.ports import PartyUnavailable
from domain.refusals import OutsideParty
from domain.store import enrolment_transfers, persons, regions
from domain.store.engine import Connection
from domain.vocabulary import Fen, Id, RegionCode


@dataclass(frozen=True, slots=True)
class LeftPlace:
    """The place and whether another province holds it; `balance_fen` is what the account there holds."""

    origin: Origin
    outside: bool
    balance_fen: Fen


Asked = tuple[Id, str, RegionCode]
"""Of whom it is asked, by person and identity number, and of which city."""


async def left_places(
    connection: Connection, asked: Iterable[Asked], setting: Setting
) -> dict[tuple[Id, RegionCode], LeftPlace]:
    """The places by person and city."""
    wanted = sorted(set(asked))
    person_ids = [person_id for person_id, _, _ in wanted]
    here = await regions.here(connection, [area for _, _, area in wanted])
    inside = await enrolment_transfers.employments(connection, person_ids, setting.now)
    earlier = await enrolment_transfers.transferred(connection, person_ids)
    holders = await persons.holders(connection, person_ids)
    elsewhere = sorted({(number, area) for _, number, area in wanted if area not in here})
    silent = None
    told = {}
    if elsewhere:
        try:
            told = await setting.outside.other_provinces.employments(
                connection, elsewhere, now=setting.now, seed=setting.seed
            )
        except PartyUnavailable:
            silent = OutsideParty.OTHER_PROVINCES
    found = {}
    for person_id, number, area in wanted:
        received = [one.received_on for one in earlier.get(person_id, []) if one.origin == area]
        transferred_on = max(received, default=None)
        if area in here:
            account = holders[person_id].account if person_id in holders else None
            balance_fen = account.balance_fen if account is not None and account_moves(account, area) else Fen(0)
            origin = Origin(area, inside.get((person_id, area), []), transferred_on)
            found[person_id, area] = LeftPlace(origin, False, balance_fen)
        else:
            record = told.get((number, area))
            employments = [] if record is None else [Employment(record.first, record.last)]
            origin = Origin(area, employments, transferred_on, silent)
            found[person_id, area] = LeftPlace(origin, True, Fen(0) if record is None else record.balance_fen)
    return found
