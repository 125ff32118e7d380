"""Full values, told to clerks with a reason (调取完整信息)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.operations.reveal_identity import IdentityRevealed, RevealOrder, reveal_identity
from domain.operations.setting import IDS_PER_ORDER
from domain.refusals import NotSignedIn
from domain.vocabulary import Prefix
from resolvers.context import Request
from resolvers.fields.journey import key_objection, named, shown
from resolvers.plan.executor import MutationSource, WritePayload
from resolvers.plan.sources import Arguments, ComputedSource, Plain, ToRow

OUTCOME = ComputedSource(
    "IdentityRevealed",
    IdentityRevealed,
    {
        "person": ToRow("Person", lambda told: told.person_id),
        "name": Plain(lambda told, arguments: told.name),
        "idNumber": Plain(lambda told, arguments: told.id_number),
        "phone": Plain(lambda told, arguments: told.phone),
    },
)


async def reveal(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    """The full values, recorded in the transaction that reads them."""
    given = arguments["input"]
    if not request.clerk:
        return await shown(request, write, NotSignedIn())
    if (objection := key_objection(given["idempotencyKey"])) is not None:
        return await shown(request, write, objection)
    world, operation = request.world, request.trace.operation
    assert operation is not None
    order = RevealOrder(
        viewer=request.viewer,
        key=given["idempotencyKey"],
        person_id=named(given, "personId", Prefix.PERSON),
        fields=tuple(dict.fromkeys(given["fields"])),
        reason=given["reason"],
        explanation=given["explanation"],
        asked_at=int(world.clock.machine()),
        operation=world.tallies.named(operation.label),
        transport=request.transport,
        cause=request.request_id,
    )
    await world.ids.reserve(IDS_PER_ORDER)
    async with world.database.write() as connection:
        payload = await write(connection, await reveal_identity(connection, order, world.setting(request.now)))
    world.commits.happened()
    return payload


MUTATIONS: Mapping[str, MutationSource] = {"revealIdentity": MutationSource(reveal)}
