"""The worlds of a server, which operators of its default world make, copy, keep, set back and drop (世界的管理)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.refusals import (
    CreationNotKept,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NotSignedIn,
    ShelfFull,
    SnapshotNameTaken,
    SnapshotNotFound,
    WorldInUse,
    WorldIsDefault,
    WorldNameTaken,
    WorldNeedsUpgrade,
    WorldNotFound,
    WorldsKeptElsewhere,
    WorldTooLarge,
)
from schema.scalars import Int64

_EXISTING = "世界名称。\nName of the world."
_SHOWN = "此世界；此后已被删除的为 null。\nThe world; null where it was dropped since."


@strawberry.type(
    description="快照：世界在某一时刻的样子，可以重置到此。\nSnapshot: a world as it was at a moment, to be reset to."
)
class WorldSnapshot:
    name: str = strawberry.field(
        description="快照名称；creation 为复制而来的世界在复制时的样子。\n"
        "Name of the snapshot; creation is what a fork was when it was forked."
    )
    taken_at: Instant = strawberry.field(
        description="取快照的时刻（世界时钟）。\nWhen it was taken, by the world's clock."
    )
    bytes: Int64 = strawberry.field(description="占用的字节数。\nHow many bytes it takes.")


@strawberry.type(
    description="服务器上的一个世界。表结构属于另一版本的，只知道名称、大小和快照。\n"
    "A world of the server. Of one whose tables are of another version no more is known than name, size and snapshots."
)
class KeptWorld:
    name: str = strawberry.field(description=_EXISTING)
    address: str = strawberry.field(
        description="GraphQL 地址的路径。在那里用 signInAsPersona 以 operator 等演示身份登录；别处的令牌在那里无效。\n"
        "Path of its GraphQL. Sign in there with signInAsPersona, as operator or another persona; tokens of any other "
        "world are refused there."
    )
    is_default: bool = strawberry.field(
        description="是否为服务器的默认世界。\nWhether it is the server's default world."
    )
    seed: Int64 | None = strawberry.field(description="生成此世界的种子。\nSeed that it was made from.")
    persons: int | None = strawberry.field(description="创建时的人数。\nHow many persons it had when it was created.")
    fingerprint: str | None = strawberry.field(
        description="创建时数据的指纹。\nFingerprint of the data that it was created with."
    )
    forked_from: str | None = strawberry.field(
        description="复制自哪个世界；由种子生成的为 null。\n"
        "Name of the world that it was forked from; null for one of a seed."
    )
    forked_at: Instant | None = strawberry.field(
        description="复制发生的时刻（世界时钟）。\nWhen that was, by the clock that both had."
    )
    now: Instant | None = strawberry.field(description="其时钟的当前时刻。\nThe present moment of its clock.")
    clock_rate: int | None = strawberry.field(
        description="真实时间每秒，其时钟走多少秒。\nHow many seconds its clock runs in a real second."
    )
    tables_version: str | None = strawberry.field(
        description="表结构的版本，例如 0007。\nVersion of its tables, such as 0007."
    )
    bytes: Int64 = strawberry.field(
        description="占用的字节数，不含快照。\nHow many bytes it takes, its snapshots not counted."
    )
    snapshots: list[WorldSnapshot] = strawberry.field(
        description="快照，按时刻排列，至多 100 个。\nIts snapshots, the oldest moment first, 100 at most."
    )


@strawberry.type(description="服务器上的各个世界。\nThe worlds of a server.")
class KeptWorlds:
    total_count: int = strawberry.field(description="世界总数。\nHow many there are.")
    worlds: list[KeptWorld] = strawberry.field(
        description="各个世界，按名称排列，至多 100 个。\nThe worlds, by name, 100 at most."
    )


@strawberry.input(description="创建世界的输入。\nInput of creating a world.")
class CreateWorldInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    world: str = strawberry.field(
        description="新世界的名称：a-z 开头，其后至多 39 个 a-z、0-9 或连字符。\n"
        "Name of the new world: a-z, then at most 39 of a-z, 0-9 and -."
    )
    seed: Int64 = strawberry.field(
        default=7, description="种子；同一种子和人数总得到同一世界。\nSeed; the same seed and size make the same world."
    )
    persons: int = strawberry.field(
        default=20_000,
        description="人数，500 至 20000；更大的世界用命令行创建。\n"
        "How many persons, 500 to 20,000; larger worlds are made with the command line.",
    )


@strawberry.type(description="世界已创建，可立即访问。\nA world was created, and can be asked at once.")
class WorldCreated:
    world: KeptWorld | None = strawberry.field(description=_SHOWN)


CreateWorldResult = Annotated[
    WorldCreated
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | WorldsKeptElsewhere
    | WorldInUse
    | WorldNameTaken
    | WorldTooLarge
    | ShelfFull,
    strawberry.union(
        "CreateWorldResult",
        description="创建世界的结果，或拒绝的理由。\nThe outcome of creating a world, or why it is refused.",
    ),
]


@strawberry.input(description="复制世界的输入。\nInput of forking a world.")
class ForkWorldInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    world: str = strawberry.field(description="被复制的世界的名称。\nName of the world that is copied.")
    new_world: str = strawberry.field(
        description="新世界的名称：a-z 开头，其后至多 39 个 a-z、0-9 或连字符。\n"
        "Name of the new world: a-z, then at most 39 of a-z, 0-9 and -."
    )


@strawberry.type(
    description="世界已复制，可立即访问；此后两者各自发展。\n"
    "A world was forked, and the new one can be asked at once; from here each goes its own way."
)
class WorldForked:
    world: KeptWorld | None = strawberry.field(
        description="新世界；此后已被删除的为 null。\nThe new world; null where it was dropped since."
    )


ForkWorldResult = Annotated[
    WorldForked
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | WorldsKeptElsewhere
    | WorldInUse
    | WorldNameTaken
    | WorldNotFound
    | WorldNeedsUpgrade
    | WorldTooLarge
    | ShelfFull,
    strawberry.union(
        "ForkWorldResult",
        description="复制世界的结果，或拒绝的理由。\nThe outcome of forking a world, or why it is refused.",
    ),
]


@strawberry.input(description="取快照的输入。\nInput of taking a snapshot.")
class SnapshotWorldInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    world: str = strawberry.field(description=_EXISTING)
    snapshot: str = strawberry.field(
        description="快照名称：a-z 开头，其后至多 14 个 a-z、0-9 或连字符。\n"
        "Name of the snapshot: a-z, then at most 14 of a-z, 0-9 and -."
    )


@strawberry.type(description="已取快照。\nA snapshot was taken.")
class WorldSnapshotTaken:
    world: KeptWorld | None = strawberry.field(description=_SHOWN)


SnapshotWorldResult = Annotated[
    WorldSnapshotTaken
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | WorldsKeptElsewhere
    | WorldInUse
    | WorldNotFound
    | WorldNeedsUpgrade
    | WorldTooLarge
    | SnapshotNameTaken
    | ShelfFull,
    strawberry.union(
        "SnapshotWorldResult",
        description="取快照的结果，或拒绝的理由。\nThe outcome of taking a snapshot, or why it is refused.",
    ),
]


@strawberry.input(description="重置世界的输入。\nInput of resetting a world.")
class ResetWorldInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    world: str = strawberry.field(description=_EXISTING)
    snapshot: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="重置到的快照；不给则为创建或复制时的样子。\n"
        "The snapshot to reset it to; without one what it was when it was made or forked.",
    )


@strawberry.type(
    description="世界已重置：各进程先关闭它，所有人须重新登录。\n"
    "The world was reset: every process had closed it before, and everybody signs in again."
)
class WorldReset:
    world: KeptWorld | None = strawberry.field(description=_SHOWN)


ResetWorldResult = Annotated[
    WorldReset
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | WorldsKeptElsewhere
    | WorldInUse
    | WorldIsDefault
    | WorldNotFound
    | WorldNeedsUpgrade
    | WorldTooLarge
    | SnapshotNotFound
    | CreationNotKept,
    strawberry.union(
        "ResetWorldResult",
        description="重置世界的结果，或拒绝的理由。\nThe outcome of resetting a world, or why it is refused.",
    ),
]


@strawberry.input(description="删除世界的输入。\nInput of dropping a world.")
class DropWorldInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    world: str = strawberry.field(description=_EXISTING)


@strawberry.type(description="世界及其快照已删除。\nThe world and its snapshots were dropped.")
class WorldDropped:
    name: str = strawberry.field(description="被删除的世界的名称。\nName of the world that was dropped.")


DropWorldResult = Annotated[
    WorldDropped
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | WorldsKeptElsewhere
    | WorldInUse
    | WorldIsDefault
    | WorldNotFound,
    strawberry.union(
        "DropWorldResult",
        description="删除世界的结果，或拒绝的理由。\nThe outcome of dropping a world, or why it is refused.",
    ),
]
