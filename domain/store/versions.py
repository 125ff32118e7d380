"""Which version of the tables a database has (表结构版本): written when it is made, looked at when it is opened.

The steps from one version to the next are in `domain.store.migrations`, which only a migration needs to import.
"""

from __future__ import annotations

from typing import ClassVar, Final

import sqlalchemy
from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table, insert, select

from domain.store.engine import Connection, StoreUnavailable, TableMissing
from domain.store.statements import Statement
from domain.store.tables import metadata

VERSIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every version there has been, oldest first."""

NEWEST: Final = VERSIONS[-1]

# As Alembic makes and reads it.
alembic_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

_VERSION = Statement(select(alembic_version.c.version_num))


class SchemaMismatch(StoreUnavailable):
    """A database whose tables are not of this program's version. `found` is None for one that bears none."""

    what: ClassVar[str]
    why: str
    remedy: ClassVar[str]

    def __init__(self, found: str | None) -> None:
        self.found = found
        self.why = f"its tables are of version {found or 'none'}, and this program works with {NEWEST}"
        super().__init__(f"{self.what}: {self.why}. {self.remedy}.")


class SchemaTooNew(SchemaMismatch):
    """A newer program has migrated the database (数据库版本过新)."""

    what = "the database is newer than this program"
    remedy = "Use the newer program, or another world; nothing was changed"


class SchemaTooOld(SchemaMismatch):
    """The database has not been migrated to this program's version (数据库版本过旧)."""

    what = "the database is older than this program"
    remedy = "Make a copy of it, then run: canbao world migrate NAME"


def mismatch(found: str | None) -> SchemaMismatch | None:
    """What is wrong with that version; None where nothing is."""
    if found == NEWEST:
        return None
    return SchemaTooOld(found) if found is None or found in VERSIONS else SchemaTooNew(found)


async def read_version(connection: Connection) -> str | None:
    """The version that the database bears; None for one that bears none."""
    try:
        row = await connection.fetch_one(_VERSION, {})
    except TableMissing:
        return None
    return None if row is None else row[0]


async def check_version(connection: Connection) -> None:
    """The database is of this program's version. Raises `SchemaTooNew`, `SchemaTooOld`; LookupError for one without."""
    found = await read_version(connection)
    if found is None:
        raise LookupError("no world has been created in this database")
    if (wrong := mismatch(found)) is not None:
        raise wrong


def create_tables(connection: sqlalchemy.Connection) -> None:
    """Every table of this version, in an empty database, and the version itself.

    All of it is in the caller's transaction; on SQLite that is one which began with BEGIN, since its driver begins none
    before statements that make tables.
    """
    metadata.create_all(connection)
    alembic_version.create(connection)
    connection.execute(insert(alembic_version).values(version_num=NEWEST))
