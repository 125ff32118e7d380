"""The worlds of a server, as operators of its default one see and keep them (世界的管理)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from domain.decisions import keeping_worlds as deciding
from domain.operations import keep_worlds
from domain.operations.keep_worlds import (
    CreateWorldOrder,
    DropWorldOrder,
    ForkWorldOrder,
    KeepingOrder,
    ResetWorldOrder,
    SnapshotWorldOrder,
    WorldKept,
)
from domain.refusals import InputNotAcceptable, NotSignedIn, Refusal, WorldsKeptElsewhere
from domain.store.access_records import Access
from domain.vocabulary import AccessKind
from resolvers.context import Request
from resolvers.fields.clocks import operator
from resolvers.fields.journey import key_objection, shown, told
from resolvers.keeping import Keeper, KeptWorld
from resolvers.plan.executor import MutationSource, WritePayload
from resolvers.plan.sources import (
    Arguments,
    Computed,
    ComputedField,
    ComputedSource,
    Form,
    Nested,
    NestedMany,
    Plain,
    QueryRoot,
)
from resolvers.shelf import Snapshot

MOST_SHOWN: Final = 100
"""How many worlds of a server, and snapshots of a world, are shown."""


@dataclass(frozen=True, slots=True)
class WorldShown:
    """A world that the keeper has looked at."""

    kept: KeptWorld
    default: str


@dataclass(frozen=True, slots=True)
class WorldsShown:
    """How many worlds there are, and as many of them as are shown."""

    total: int
    worlds: Sequence[WorldShown]


@dataclass(frozen=True, slots=True)
class WorldCreated:
    """`world` is None where it was dropped since; so in the following."""

    world: WorldShown | None


@dataclass(frozen=True, slots=True)
class WorldForked:
    """A world was copied."""

    world: WorldShown | None


@dataclass(frozen=True, slots=True)
class WorldSnapshotTaken:
    """A world was kept as it was."""

    world: WorldShown | None


@dataclass(frozen=True, slots=True)
class WorldReset:
    """A world was set back."""

    world: WorldShown | None


@dataclass(frozen=True, slots=True)
class WorldDropped:
    """A world went."""

    name: str


def _of_record(name: str, form: Form = Form.TEXT) -> ComputedField:
    return Plain(lambda found, arguments: getattr(found.kept.record, name, None), form)


COMPUTED = (
    ComputedSource(
        "WorldSnapshot",
        Snapshot,
        {
            "name": Plain(lambda found, arguments: found.name),
            "takenAt": Plain(lambda found, arguments: found.taken_at, Form.INSTANT),
            "bytes": Plain(lambda found, arguments: found.bytes, Form.INTEGER),
        },
    ),
    ComputedSource(
        "KeptWorld",
        WorldShown,
        {
            "name": Plain(lambda found, arguments: found.kept.name),
            "address": Plain(lambda found, arguments: f"/worlds/{found.kept.name}/graphql"),
            "isDefault": Plain(lambda found, arguments: found.kept.name == found.default, Form.BOOLEAN),
            "seed": _of_record("seed", Form.INTEGER),
            "persons": _of_record("persons", Form.INTEGER),
            "fingerprint": _of_record("fingerprint"),
            "forkedFrom": _of_record("origin"),
            "forkedAt": _of_record("origin_at", Form.INSTANT),
            "now": Plain(lambda found, arguments: found.kept.now, Form.INSTANT),
            "clockRate": _of_record("clock_rate", Form.INTEGER),
            "tablesVersion": Plain(lambda found, arguments: found.kept.version),
            "bytes": Plain(lambda found, arguments: found.kept.bytes, Form.INTEGER),
            "snapshots": NestedMany(lambda found: found.kept.snapshots[:MOST_SHOWN]),
        },
    ),
    ComputedSource(
        "KeptWorlds",
        WorldsShown,
        {
            "totalCount": Plain(lambda found, arguments: found.total, Form.INTEGER),
            "worlds": NestedMany(lambda found: found.worlds),
        },
    ),
    *(
        ComputedSource(class_.__name__, class_, {"world": Nested(lambda outcome: outcome.world)})
        for class_ in (WorldCreated, WorldForked, WorldSnapshotTaken, WorldReset)
    ),
    ComputedSource("WorldDropped", WorldDropped, {"name": Plain(lambda outcome, arguments: outcome.name)}),
)


async def _worlds(request: Request, arguments: Arguments) -> WorldsShown:
    """All worlds of the server, to operators of its default one; to others none."""
    keeper = request.world.keeper
    if keeper is None or not operator(request):
        return WorldsShown(0, [])
    names = await keeper.names()
    found = [await _shown(keeper, name) for name in names[:MOST_SHOWN]]
    return WorldsShown(len(names), [world for world in found if world is not None])


async def _shown(keeper: Keeper, name: str) -> WorldShown | None:
    kept = await keeper.shown(name)
    return None if kept is None else WorldShown(kept, keeper.default)


Asked = Callable[[Keeper], Awaitable[Refusal | None]]
"""Asks the keeper whether, or has it do, what an order says; gives the refusal where there is one."""
Seen = Callable[[Keeper], Awaitable[bool]]
"""Whether what an order says has been done."""


async def _keep(
    request: Request, order: KeepingOrder, wrong: InputNotAcceptable | None, refused: Asked, done: Asked, seen: Seen
) -> WorldKept | Refusal:
    """What an order is answered: what its key was, why it is refused, or that it is done."""
    wrong = key_objection(order.key) or wrong
    if not order.actor:
        return NotSignedIn()
    if wrong is not None:
        return told(order.actor, wrong)
    keeper = request.world.keeper
    return (
        WorldsKeptElsewhere()
        if keeper is None
        else await keeper.to_its_end(partial(_answered, request, keeper, order, refused, done, seen))
    )


async def _answered(
    request: Request, keeper: Keeper, order: KeepingOrder, refused: Asked, done: Asked, seen: Seen
) -> WorldKept | Refusal:
    world = request.world
    async with world.database.read() as connection:
        known = await keep_worlds.first_answer(connection, order, world.setting(request.now))
        begun = await keep_worlds.begun(connection, order, world.setting(request.now))
    if known is None and isinstance(begun, Refusal):
        return begun
    if known is not None:
        return known
    kept = WorldKept(order.new_world if isinstance(order, ForkWorldOrder) else order.world)
    answer: WorldKept | Refusal | None = kept if begun is not None and await seen(keeper) else await refused(keeper)
    if answer is None:
        async with world.database.write() as connection:
            setting = world.setting(world.clock.now())
            await keep_worlds.begin(connection, order, _record(request, order), setting, again=begun is not None)
        answer = await done(keeper) or kept
    async with world.database.write() as connection:
        await keep_worlds.end(connection, order, answer, world.setting(world.clock.now()))
    return answer


def _record(request: Request, order: KeepingOrder) -> Access:
    operation = request.trace.operation
    assert operation is not None
    return Access(
        viewer=request.viewer,
        occurred_at=request.now,
        recorded_at=int(request.world.clock.machine()),
        operation=request.world.tallies.named(operation.label),
        fields=[f"Mutation.{order.mutation}"],
        transport=request.transport,
        request_id=request.request_id,
        subjects=(),
        purpose=order.words,
        kind=AccessKind.KEEPING,
    )


async def _create(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given = arguments["input"]
    name, seed, persons = given["world"], given["seed"], given["persons"]
    order = CreateWorldOrder(operator(request), given["idempotencyKey"], request.request_id, name, seed, persons)
    wrong = deciding.unfit_world("world", name) or deciding.unfit_size(seed, persons)

    async def refused(keeper: Keeper) -> Refusal | None:
        return deciding.creation_refused(persons, await keeper.names(), name)

    async def seen(keeper: Keeper) -> bool:
        return await keeper.has_made(name, seed, persons)

    answer = await _keep(request, order, wrong, refused, lambda keeper: keeper.create(name, seed, persons), seen)
    return await _told(request, write, answer, WorldCreated)


async def _fork(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given = arguments["input"]
    name, new = given["world"], given["newWorld"]
    order = ForkWorldOrder(operator(request), given["idempotencyKey"], request.request_id, name, new)
    wrong = deciding.unfit_world("world", name) or deciding.unfit_world("newWorld", new)

    async def refused(keeper: Keeper) -> Refusal | None:
        return deciding.fork_refused(await keeper.kept(name), await keeper.names(), new)

    async def seen(keeper: Keeper) -> bool:
        return await keeper.has_copied(name, new)

    answer = await _keep(request, order, wrong, refused, lambda keeper: keeper.fork(name, new), seen)
    return await _told(request, write, answer, WorldForked)


async def _snapshot(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given = arguments["input"]
    name, snapshot = given["world"], given["snapshot"]
    order = SnapshotWorldOrder(operator(request), given["idempotencyKey"], request.request_id, name, snapshot)
    wrong = deciding.unfit_world("world", name) or deciding.unfit_snapshot(snapshot)

    async def refused(keeper: Keeper) -> Refusal | None:
        return deciding.snapshot_refused(await keeper.kept(name), snapshot)

    async def seen(keeper: Keeper) -> bool:
        kept = await keeper.kept(name)
        return kept is not None and snapshot in kept.snapshots

    answer = await _keep(request, order, wrong, refused, lambda keeper: keeper.snapshot(name, snapshot), seen)
    return await _told(request, write, answer, WorldSnapshotTaken)


async def _reset(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given = arguments["input"]
    name, snapshot = given["world"], given.get("snapshot")
    order = ResetWorldOrder(operator(request), given["idempotencyKey"], request.request_id, name, snapshot)

    async def refused(keeper: Keeper) -> Refusal | None:
        return deciding.reset_refused(await keeper.kept(name), snapshot, default=name == keeper.default)

    async def seen(keeper: Keeper) -> bool:
        # A world that was set back and one that was not cannot be told apart; setting it back again does no harm.
        return False

    wrong = deciding.unfit_world("world", name)
    answer = await _keep(request, order, wrong, refused, lambda keeper: keeper.reset(name, snapshot), seen)
    return await _told(request, write, answer, WorldReset)


async def _drop(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given = arguments["input"]
    name = given["world"]
    order = DropWorldOrder(operator(request), given["idempotencyKey"], request.request_id, name)

    async def refused(keeper: Keeper) -> Refusal | None:
        return deciding.drop_refused(await keeper.kept(name), default=name == keeper.default)

    async def seen(keeper: Keeper) -> bool:
        return name not in await keeper.names()

    wrong = deciding.unfit_world("world", name)
    answer = await _keep(request, order, wrong, refused, lambda keeper: keeper.drop(name), seen)
    return await shown(request, write, WorldDropped(answer.world) if isinstance(answer, WorldKept) else answer)


async def _told(
    request: Request,
    write: WritePayload,
    answer: WorldKept | Refusal,
    outcome: Callable[[WorldShown | None], object],
) -> bytes:
    keeper = request.world.keeper
    if isinstance(answer, Refusal) or keeper is None:
        return await shown(request, write, answer)
    return await shown(request, write, outcome(await _shown(keeper, answer.world)))


QUERIES: Mapping[str, QueryRoot] = {"worlds": Computed(_worlds)}
MUTATIONS: Mapping[str, MutationSource] = {
    "createWorld": MutationSource(_create),
    "forkWorld": MutationSource(_fork),
    "snapshotWorld": MutationSource(_snapshot),
    "resetWorld": MutationSource(_reset),
    "dropWorld": MutationSource(_drop),
}
