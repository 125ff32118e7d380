"""Rows that are given with the statement (随语句传入的行): one list per column, one statement text for all lengths.

A batch of orders joined to what they concern is one statement, however many orders there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, FromClause, bindparam, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import ARRAY, TypeEngine


class _rows_given(FunctionElement[Any]):
    """One row per position of the lists bound under the columns' names; `position` counts from 1."""

    inherit_cache = False
    name = "rows_given"

    def __init__(self, columns: Mapping[str, TypeEngine[Any]]) -> None:
        self.names = tuple(columns)
        binds: list[BindParameter[Any]] = [bindparam(name, type_=ARRAY(type_)) for name, type_ in columns.items()]
        super().__init__(*binds)


@compiles(_rows_given, "postgresql")
def _rows_given_postgresql(element: _rows_given, compiler: SQLCompiler, **kw: Any) -> str:
    lists = ", ".join(compiler.process(bind, **kw) for bind in element.clauses)
    names = ", ".join(element.names)
    return f"(SELECT * FROM unnest({lists}) WITH ORDINALITY AS given ({names}, position))"


@compiles(_rows_given, "sqlite")
def _rows_given_sqlite(element: _rows_given, compiler: SQLCompiler, **kw: Any) -> str:
    first, *others = (compiler.process(bind, **kw) for bind in element.clauses)
    name, *names = element.names
    columns = [f"given.value AS {name}"]
    columns += [
        f"json_extract({other}, '$[' || given.key || ']') AS {name}" for other, name in zip(others, names, strict=True)
    ]
    # With a limit it is read once for each row, rather than wherever a column is named.
    return f"(SELECT {', '.join(columns)}, given.key + 1 AS position FROM json_each({first}) AS given LIMIT -1)"


def given(columns: Mapping[str, TypeEngine[Any]], alias: str = "orders") -> FromClause:
    """A relation of the named columns and `position`, its values bound as one list per column name."""
    named = [column(name, type_) for name, type_ in columns.items()]
    return _rows_given(columns).table_valued(column("position", BigInteger()), *named, name=alias)
