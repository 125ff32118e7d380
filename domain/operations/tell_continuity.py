"""Tell for how many years in a row somebody is insured and what that is worth (连续参保查询): nothing is recorded."""

from __future__ import annotations

from domain.decisions.rewards import Continuity, continuity
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store.claims import critical_paid_by_year
from domain.store.engine import Connection
from domain.store.resident_contributions import years_paid
from domain.store.standings import standings_to_quote
from domain.vocabulary import Id


async def tell_continuity(
    connection: Connection, actor: Id, person_id: Id, coverage_year: int, setting: Setting
) -> Continuity | Refusal:
    """The answer for oneself or somebody whom one has bound."""
    [standing] = await standings_to_quote(connection, [(actor, person_id, coverage_year)])
    if standing is None:
        return NotSignedIn()
    years = await years_paid(connection, person_id)
    paid = await critical_paid_by_year(connection, [person_id])
    return continuity(setting.policy, setting.on, standing, years, paid=paid.get(person_id, {}))
