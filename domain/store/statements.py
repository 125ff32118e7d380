"""SQL that is written once as SQLAlchemy Core and rendered once per engine (SQL 语句).

A `Statement` is rendered to the driver's own text and positions the first time an engine needs it; from then on
running it costs the driver's time alone. Values go in by name; what the driver wants otherwise (SQLite knows neither
dates nor booleans nor arrays) is converted here, and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, cast

from sqlalchemy import Boolean, ColumnElement, Date, bindparam
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import ARRAY, TypeEngine

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


class EngineKind(Enum):
    """Which database engine keeps a world."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


_DIALECTS: dict[EngineKind, Dialect] = {
    EngineKind.SQLITE: SQLiteDialect_pysqlite(),
    EngineKind.POSTGRESQL: PGDialect_asyncpg(),  # type: ignore[no-untyped-call]
}


class among(ColumnElement[bool]):
    """`column` is one of the values bound as `name`: a list of any length, one statement text for all lengths."""

    inherit_cache = False
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values: BindParameter[Any] = bindparam(name, type_=ARRAY(column.type))
        self.type = Boolean()

    def get_children(self, **kw: Any) -> Sequence[Any]:
        return (self.column, self.values)

    @property
    def _from_objects(self) -> list[Any]:
        return self.column._from_objects


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} = ANY ({compiler.process(element.values, **kw)})"


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A statement as one engine's driver takes it: text, names in the order of its positions, conversions."""

    sql: str
    names: tuple[str, ...]
    converts: tuple[Convert | None, ...]
    constants: Mapping[str, Any]
    row_converts: tuple[tuple[int, Convert], ...]

    def arguments(self, values: Values) -> list[Any]:
        """The values in the driver's order. KeyError names one that is missing."""
        found = {**self.constants, **values} if self.constants else values
        return [
            found[name] if convert is None or found[name] is None else convert(found[name])
            for name, convert in zip(self.names, self.converts, strict=True)
        ]

    def row(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """The row with the engine's stand-ins (text for a date, 0 and 1 for a boolean) as the values that they are."""
        if not self.row_converts:
            return tuple(row)
        cells = list(row)
        for position, convert in self.row_converts:
            if cells[position] is not None:
                cells[position] = convert(cells[position])
        return tuple(cells)


def _to_sqlite(type_: TypeEngine[Any]) -> Convert | None:
    if isinstance(type_, ARRAY):
        return lambda items: json.dumps([item.isoformat() if isinstance(item, date) else item for item in items])
    if isinstance(type_, Date):
        return lambda day: cast("date", day).isoformat()
    if isinstance(type_, Boolean):
        return int
    return None


def _from_sqlite(type_: TypeEngine[Any]) -> Convert | None:
    if isinstance(type_, Date):
        return date.fromisoformat
    if isinstance(type_, Boolean):
        return bool
    return None


class Statement:
    """One SQL statement over the tables of a world, whatever engine keeps it."""

    __slots__ = ("_rendered", "element")

    def __init__(self, element: Executable) -> None:
        self.element = element
        self._rendered: dict[EngineKind, Rendered] = {}

    def rendered(self, kind: EngineKind) -> Rendered:
        """The statement as that engine's driver takes it, rendered on first use."""
        found = self._rendered.get(kind)
        if found is None:
            found = self._rendered[kind] = render(self.element, kind)
        return found


def render(element: Executable, kind: EngineKind) -> Rendered:
    """The text, parameter order and conversions of a Core element for an engine."""
    compiled = cast("SQLCompiler", element.compile(dialect=_DIALECTS[kind]))  # type: ignore[attr-defined]
    # numeric_dollar numbers each name once, in order of appearance; qmark repeats a name wherever it stands.
    names = tuple(compiled.positiontup or ())
    binds = compiled.binds
    converts: tuple[Convert | None, ...] = (None,) * len(names)
    row_converts: list[tuple[int, Convert]] = []
    if kind is EngineKind.SQLITE:
        converts = tuple(_to_sqlite(binds[name].type) for name in names)
        columns = element.selected_columns if isinstance(element, Select) else compiled.effective_returning or ()
        for position, column in enumerate(columns):
            if convert := _from_sqlite(column.type):
                row_converts.append((position, convert))
    constants = {name: binds[name].value for name in names if not binds[name].required}
    return Rendered(compiled.string, names, converts, constants, tuple(row_converts))
