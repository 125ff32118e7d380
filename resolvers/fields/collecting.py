"""Collecting units (代收单位): a list of people becomes an order, and each line has its answer."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.collecting import CollectionLine
from domain.operations.collect_resident_contributions import (
    CollectionStarted,
    CollectOrder,
    LineAccepted,
    collect_resident_contributions,
)
from domain.vocabulary import Id, Prefix
from resolvers.fields.journey import MOST_LINES, batched, named, officer, too_many_lines_or_none
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import Arguments, ComputedSource, NestedMany, ToRow

OUTCOMES = (
    ComputedSource(
        "LineAccepted",
        LineAccepted,
        {"contribution": ToRow("ResidentContribution", lambda line: line.contribution_id)},
    ),
    ComputedSource(
        "CollectionStarted",
        CollectionStarted,
        {
            "order": ToRow("PaymentOrder", lambda outcome: outcome.order_id),
            "lines": NestedMany(lambda outcome: outcome.lines, MOST_LINES, "lines"),
        },
    ),
)


def _line(given: Arguments) -> CollectionLine:
    return CollectionLine(
        person_id=None if given.get("personId") is None else named(given, "personId", Prefix.PERSON),
        name=given.get("name"),
        id_type=given["idType"],
        id_number=given.get("idNumber"),
        kind=given.get("kind"),
        expected_fen=given.get("expectedAmount"),
    )


def _collect(actor_id: Id, key: str, cause: str, given: Arguments) -> CollectOrder:
    return CollectOrder(
        actor_id,
        key,
        cause,
        named(given, "unitId", Prefix.UNIT),
        given["coverageYear"],
        given["channel"],
        tuple(map(_line, given["lines"])),
    )


MUTATIONS: Mapping[str, MutationSource] = {
    "collectResidentContributions": batched(
        collect_resident_contributions,
        _collect,
        actor=officer,
        objection=too_many_lines_or_none,
        ids=lambda order: order.ids,
        sets_timers=True,
    ),
}
