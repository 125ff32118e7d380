"""Which worlds may be made, copied, kept, set back and dropped within a request (世界的管理)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from domain.refusals import (
    InputNotAcceptable,
    InputProblem,
    Refusal,
    ShelfFull,
    SnapshotNameTaken,
    SnapshotNotFound,
    WorldIsDefault,
    WorldNameTaken,
    WorldNeedsUpgrade,
    WorldNotFound,
    WorldTooLarge,
)

WORLD_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
"""What a world may be called; nothing that could leave its folder."""
SNAPSHOT_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,14}")
"""What a snapshot may be called: so short that PostgreSQL has room for it behind the name of its world."""
CREATION: Final = "creation"
"""The snapshot that a fork has of the moment at which it was forked."""

FEWEST_PERSONS: Final = 500
"""The smallest world."""
MOST_MADE: Final = 20_000
"""Persons of the largest world that is made within a request: a few seconds."""
MOST_COPIED: Final = 100_000
"""Persons of the largest world that is copied within a request."""
MOST_WORLDS: Final = 50
"""Worlds that requests may bring together on one server."""
MOST_SNAPSHOTS: Final = 10
"""Snapshots of one world that requests may bring together, `creation` among them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A world that is there: how many persons it had when it was made, None where its tables are of another version."""

    persons: int | None
    snapshots: Collection[str]


def unfit_world(field: str, name: str) -> InputNotAcceptable | None:
    """Why no world can have that name, or None."""
    return None if WORLD_NAME.fullmatch(name) else InputNotAcceptable(field=field, problem=InputProblem.WORLD_NAME)


def unfit_snapshot(name: str) -> InputNotAcceptable | None:
    """Why nobody can take a snapshot of that name, or None."""
    if name != CREATION and SNAPSHOT_NAME.fullmatch(name):
        return None
    return InputNotAcceptable(field="snapshot", problem=InputProblem.SNAPSHOT_NAME)


def unfit_size(seed: int, persons: int) -> InputNotAcceptable | None:
    """Why no world has that seed and size, or None."""
    if seed < 0:
        return InputNotAcceptable(field="seed", problem=InputProblem.SEED)
    if persons < FEWEST_PERSONS:
        return InputNotAcceptable(field="persons", problem=InputProblem.PERSON_COUNT)
    return None


def creation_refused(persons: int, there: Collection[str], name: str) -> Refusal | None:
    """Why a world of so many persons is not made under that name, beside those that are there."""
    if name in there:
        return WorldNameTaken(path=("world",))
    if persons > MOST_MADE:
        return WorldTooLarge(path=("persons",), persons=persons, most=MOST_MADE)
    return _full(there)


def fork_refused(source: Kept | None, there: Collection[str], name: str) -> Refusal | None:
    """Why a world is not forked into one of that name."""
    if name in there:
        return WorldNameTaken(path=("newWorld",))
    return _not_copied(source) or _full(there)


def snapshot_refused(source: Kept | None, snapshot: str) -> Refusal | None:
    """Why a world is not kept under that name."""
    refusal = _not_copied(source)
    if refusal is not None or source is None:
        return refusal
    if snapshot in source.snapshots:
        return SnapshotNameTaken()
    return ShelfFull(most=MOST_SNAPSHOTS) if len(source.snapshots) >= MOST_SNAPSHOTS else None


def reset_refused(world: Kept | None, snapshot: str | None, *, default: bool) -> Refusal | None:
    """Why a world is not set back; the default one stays as it is."""
    if default:
        return WorldIsDefault()
    if world is None:
        return WorldNotFound()
    if snapshot is not None and snapshot not in world.snapshots:
        return SnapshotNotFound()
    if world.persons is None:
        # A snapshot is brought to this program's version; what a world was made of is in its tables.
        return None if snapshot is not None or CREATION in world.snapshots else WorldNeedsUpgrade()
    most = MOST_MADE if snapshot is None and CREATION not in world.snapshots else MOST_COPIED
    return WorldTooLarge(persons=world.persons, most=most) if world.persons > most else None


def drop_refused(world: Kept | None, *, default: bool) -> Refusal | None:
    """Why a world is not dropped; the default one stays."""
    if default:
        return WorldIsDefault()
    return WorldNotFound() if world is None else None


def _not_copied(source: Kept | None) -> Refusal | None:
    if source is None:
        return WorldNotFound()
    if source.persons is None:
        return WorldNeedsUpgrade()
    return WorldTooLarge(persons=source.persons, most=MOST_COPIED) if source.persons > MOST_COPIED else None


def _full(there: Collection[str]) -> Refusal | None:
    return ShelfFull(most=MOST_WORLDS) if len(there) >= MOST_WORLDS else None
