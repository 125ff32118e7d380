"""What a server's operators have done with its worlds (世界的管理): answered once, and on record before it is done.

Worlds are no rows: whoever asks holds the shelf alone, does the work between `begin` and `end`, and answers then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.operations.answering import Answers, Order, question
from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store import access_records, worlds
from domain.store import answers as answer_store
from domain.store.access_records import Access
from domain.store.engine import Connection
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class CreateWorldOrder:
    """`actor` is an operator, as in all of these."""

    actor: Id
    key: str
    cause: str
    world: str
    seed: int
    persons: int
    mutation: str = "createWorld"

    @property
    def words(self) -> str:
        """What is done, as the command line says it; so in all of these."""
        return f"world create {self.world} --seed {self.seed} --persons {self.persons}"


@dataclass(frozen=True, slots=True)
class ForkWorldOrder:
    """`world` is copied, and `new_world` made."""

    actor: Id
    key: str
    cause: str
    world: str
    new_world: str
    mutation: str = "forkWorld"

    @property
    def words(self) -> str:
        return f"world fork {self.world} {self.new_world}"


@dataclass(frozen=True, slots=True)
class SnapshotWorldOrder:
    """`world` is kept as it is under the name `snapshot`."""

    actor: Id
    key: str
    cause: str
    world: str
    snapshot: str
    mutation: str = "snapshotWorld"

    @property
    def words(self) -> str:
        return f"world snapshot {self.world} {self.snapshot}"


@dataclass(frozen=True, slots=True)
class ResetWorldOrder:
    """`world` becomes what the snapshot is, what it was when it was made without one."""

    actor: Id
    key: str
    cause: str
    world: str
    snapshot: str | None = None
    mutation: str = "resetWorld"

    @property
    def words(self) -> str:
        return f"world reset {self.world}" + ("" if self.snapshot is None else f" --to {self.snapshot}")


@dataclass(frozen=True, slots=True)
class DropWorldOrder:
    """`world` goes, with its snapshots."""

    actor: Id
    key: str
    cause: str
    world: str
    mutation: str = "dropWorld"

    @property
    def words(self) -> str:
        return f"world drop {self.world}"


KeepingOrder = CreateWorldOrder | ForkWorldOrder | SnapshotWorldOrder | ResetWorldOrder | DropWorldOrder


@dataclass(frozen=True, slots=True)
class WorldKept:
    """It was done; the name of the world that it was done to, or that was made."""

    world: str


async def first_answer(connection: Connection, order: Order, setting: Setting) -> WorldKept | Refusal | None:
    """What the order's key was answered, None for a new one."""
    stored = await answer_store.first_answers(connection, [question(order)])
    return Answers(WorldKept, setting.now).first(order, stored.get(question(order)))


def _begun(order: KeepingOrder) -> KeepingOrder:
    """Under which it is kept that an order was begun."""
    return replace(order, mutation=f"{order.mutation} begun")


async def begun(connection: Connection, order: KeepingOrder, setting: Setting) -> WorldKept | Refusal | None:
    """What is kept of an order that was begun, None for a new key; without an answer, the server died over it."""
    return await first_answer(connection, _begun(order), setting)


async def begin(connection: Connection, order: KeepingOrder, record: Access, setting: Setting, *, again: bool) -> None:
    """It is on record who has what done to which world; whoever does it holds the shelf alone.

    `again` where it was begun before.
    """
    await worlds.hold(connection)
    await access_records.append(connection, [record])
    if not again:
        await end(connection, _begun(order), WorldKept(order.world), setting)


async def end(connection: Connection, order: Order, answer: WorldKept | Refusal, setting: Setting) -> None:
    """The key has had its answer."""
    answers = Answers(WorldKept, setting.now)
    answers.give(order, answer)
    await answer_store.append(connection, answers.kept)
