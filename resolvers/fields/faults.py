"""Faults of the outside parties, as operators of a sandbox list and set them (外部故障)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.faults import Delay, Hours, NewFault
from domain.operations.set_faults import (
    AddFaultOrder,
    FaultAdded,
    FaultRemoved,
    RemoveFaultOrder,
    add_fault,
    remove_fault,
)
from domain.refusals import Refusal
from domain.store.tables import world_faults
from domain.vocabulary import DelayShape, Prefix, Role, api_id
from resolvers.context import Request
from resolvers.fields.clocks import operator
from resolvers.fields.journey import key_objection, named, shown, told
from resolvers.fields.rules import by_role
from resolvers.plan.executor import MutationSource, WritePayload
from resolvers.plan.sources import (
    Arguments,
    ComputedSource,
    Identifier,
    Many,
    Plain,
    QueryRoot,
    RowSource,
    ToRow,
    by_key,
    integer,
    moment,
    of_persons,
    text,
)

FAULT = RowSource(
    "Fault",
    world_faults,
    key=("id",),
    prefix=Prefix.FAULT,
    rule=by_role({Role.OPERATOR: lambda row, scope: f"1 = {scope.sandbox}"}),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.FAULT, lambda row, scope: row.id),
        "party": text("party"),
        "kind": text("kind"),
        "operation": text("operation", nullable=True),
        "channel": text("channel", nullable=True),
        "person": by_key("Person", "person_id"),
        "region": text("region_code", nullable=True),
        "perMille": integer("per_mille"),
        "beginsAt": moment("begins_at", nullable=True),
        "endsAt": moment("ends_at", nullable=True),
        "delayLeastSeconds": integer("delay_least", nullable=True),
        "delayMostSeconds": integer("delay_most", nullable=True),
        "delayShape": text("delay_shape", nullable=True),
        "refusal": text("refusal", nullable=True),
        "sinceHour": integer("since_hour", nullable=True),
        "untilHour": integer("until_hour", nullable=True),
        "abovePerMinute": integer("above_per_minute", nullable=True),
        "calls": integer("calls"),
        "hits": integer("hits"),
        "addedAt": moment("added_at"),
    },
)

OUTCOMES = (
    ComputedSource("FaultAdded", FaultAdded, {"fault": ToRow("Fault", lambda outcome: outcome.fault_id)}),
    ComputedSource(
        "FaultRemoved",
        FaultRemoved,
        {"faultId": Plain(lambda outcome, arguments: api_id(Prefix.FAULT, outcome.fault_id))},
    ),
)


def _wanted(given: Arguments) -> NewFault:
    """The fault that an input asks for. A person whose id cannot be read is 0, who is nobody."""
    delay, person, share = given.get("delay"), given.get("personId"), given.get("perMille")
    hours = given.get("hours")
    length = None
    if delay is not None:
        most = delay.get("mostSeconds")
        shape = delay.get("shape") or DelayShape.EVEN
        length = Delay(delay["leastSeconds"], delay["leastSeconds"] if most is None else most, shape)
    return NewFault(
        given["party"],
        given["kind"],
        given.get("operation"),
        given.get("channel"),
        None if person is None else named(given, "personId", Prefix.PERSON),
        given.get("region"),
        1000 if share is None else share,
        given.get("beginsAt"),
        given.get("endsAt"),
        length,
        given.get("refusal"),
        None if hours is None else Hours(hours["since"], hours["until"]),
        given.get("abovePerMinute"),
    )


async def _add(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given, actor, world = arguments["input"], operator(request), request.world
    if (wrong := key_objection(given["idempotencyKey"])) is not None:
        return await shown(request, write, told(actor, wrong))
    order = AddFaultOrder(actor, given["idempotencyKey"], request.request_id, _wanted(given))
    async with world.database.write() as connection:
        answer = await add_fault(connection, order, world.setting(world.clock.now()))
    return await _changed(request, write, answer)


async def _remove(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given, actor, world = arguments["input"], operator(request), request.world
    if (wrong := key_objection(given["idempotencyKey"])) is not None:
        return await shown(request, write, told(actor, wrong))
    order = RemoveFaultOrder(actor, given["idempotencyKey"], request.request_id, named(given, "faultId", Prefix.FAULT))
    async with world.database.write() as connection:
        answer = await remove_fault(connection, order, world.setting(world.clock.now()))
    return await _changed(request, write, answer)


async def _changed(request: Request, write: WritePayload, answer: FaultAdded | FaultRemoved | Refusal) -> bytes:
    if not isinstance(answer, Refusal):
        await request.world.read_clock()
    return await shown(request, write, answer)


QUERIES: Mapping[str, QueryRoot] = {"faults": Many("Fault")}
MUTATIONS: Mapping[str, MutationSource] = {
    "addFault": MutationSource(_add),
    "removeFault": MutationSource(_remove),
}
