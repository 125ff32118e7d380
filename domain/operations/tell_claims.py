"""Tell what a year has had, and how a claim came about (年度累计、核算过程)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.benefit_years import BenefitYear, benefit_year
from domain.decisions.previewing import InsuranceRecord
from domain.decisions.tracing import NumberedStep
from domain.operations.insurance import insurance_records
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import claims
from domain.store.engine import Connection
from domain.store.standings import standings_to_quote
from domain.vocabulary import Id, Viewer


@dataclass(frozen=True, slots=True)
class ClaimTrace:
    """How a claim came about."""

    claim_id: Id
    person_id: Id
    steps: tuple[NumberedStep, ...]


async def tell_benefit_year(
    connection: Connection, actor: Id, person_id: Id, year: int, setting: Setting
) -> BenefitYear | Refusal:
    """The year so far, or why it is not told. A connection for reading is enough."""
    [standing] = await standings_to_quote(connection, [(actor, person_id, year)])
    known = standing is not None and (standing.relation is not None or standing.holder.id == person_id)
    people = [person_id] if known else []
    found = await claims.of_persons(connection, people, [year])
    records = await insurance_records(connection, people)
    if standing is None:
        return NotSignedIn()
    record = records.get(person_id, InsuranceRecord())
    return benefit_year(setting.policy, setting.on, standing, record, found.get(person_id, ()), year)


async def tell_claim_trace(connection: Connection, viewer: Viewer, claim_id: Id, setting: Setting) -> ClaimTrace | None:
    """The steps as they were kept; None for whoever may not see the claim, as where there is none."""
    kept = await claims.kept_trace(connection, claim_id, viewer)
    if kept is None:
        return None
    trace, person_id = kept
    return ClaimTrace(claim_id, person_id, claims.read_trace(trace, setting.policy))
