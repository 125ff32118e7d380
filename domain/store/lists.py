"""Lists of ids that a row holds (行内的标识列表), as rows of their own: an array on PostgreSQL, JSON on SQLite."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, TableValuedAlias, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _each_of(FunctionElement[int]):
    """One row for each id of a list."""

    inherit_cache = True
    name = "each_of"
    type = BigInteger()


@compiles(_each_of, "postgresql")
def _each_of_postgresql(element: _each_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"LATERAL (SELECT unnest({compiler.process(element.clauses, **kw)}) AS value)"


@compiles(_each_of, "sqlite")
def _each_of_sqlite(element: _each_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


def each_of(ids: ColumnElement[Any], name: str) -> TableValuedAlias:
    """A relation of that name with a row for each id of the list; its column is `value`."""
    return _each_of(ids).table_valued(column("value", BigInteger()), name=name)
