"""Tell what care would cost somebody (费用测算): nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.decisions.previewing import Care, InsuranceRecord, Preview, previewed
from domain.decisions.settling import Claim, year_of
from domain.operations.insurance import insurance_records
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import claims, entitlements, out_of_area_records
from domain.store.engine import Connection
from domain.store.standings import standings_to_quote
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class PreviewOrder:
    """Who asks, about whom (`person_id`, 0 for nobody who can be read) and about what care.

    With `year_on_record` the year has had what its claims say, whatever `care` says of it.
    """

    actor: Id
    person_id: Id
    care: Care
    year_on_record: bool = False

    @property
    def year(self) -> int:
        """The year of cover."""
        return (self.care.on or self.care.discharged_on).year

    def care_in(self, claims_of: Sequence[Claim]) -> Care:
        """The care, in the year that it is asked about."""
        if not self.year_on_record:
            return self.care
        return replace(self.care, year=year_of(one for one in claims_of if one.year == self.year))


async def preview_claims(
    connection: Connection, orders: Sequence[PreviewOrder], setting: Setting
) -> list[Preview | Refusal]:
    """One answer to each order, in order. A connection for reading is enough."""
    standings = await standings_to_quote(
        connection, [(order.actor, order.person_id, order.care.discharged_on.year) for order in orders]
    )
    people = [
        one.insured.id
        for one in standings
        if one is not None and one.insured is not None and (one.relation is not None or one.insured.id == one.holder.id)
    ]
    records = await insurance_records(connection, people)
    settled = await claims.of_persons(connection, people, {order.year for order in orders})
    held = await entitlements.of_persons(connection, people)
    away = await out_of_area_records.in_force(connection, people, [order.care.admitted_on for order in orders])
    return [
        NotSignedIn()
        if standing is None
        else previewed(
            setting.policy,
            setting.on,
            standing,
            records.get(order.person_id, InsuranceRecord()),
            order.care_in(settled.get(order.person_id, ())),
            entitlements=held.get(order.person_id, ()),
            away=away.get(order.person_id, ()),
        )
        for order, standing in zip(orders, standings, strict=True)
    ]
