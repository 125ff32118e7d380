"""Tell what care would cost somebody (费用测算): nothing is recorded. Claims are not on record, and so not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.previewing import Care, InsuranceRecord, Preview, previewed
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import employee_bills, enrolments, resident_contributions
from domain.store.engine import Connection
from domain.store.standings import standings_to_quote
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class PreviewOrder:
    """Who asks, about whom (`person_id`, 0 for nobody who can be read) and about what care."""

    actor: Id
    person_id: Id
    care: Care


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
    covers = await resident_contributions.covers(connection, people)
    enrolled = await enrolments.of_persons(connection, people)
    billed = await employee_bills.billed(connection, people)
    return [
        NotSignedIn()
        if standing is None
        else previewed(
            setting.policy,
            setting.on,
            standing,
            InsuranceRecord(
                covers.get(order.person_id, ()),
                enrolled.get(order.person_id, ()),
                billed.get(order.person_id, ()),
            ),
            order.care,
        )
        for order, standing in zip(orders, standings, strict=True)
    ]
