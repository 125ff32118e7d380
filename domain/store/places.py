"""Places in the log compared (日志位置的比较): by transaction, then by position, so that an index leads to them.

Of a pair of columns SQLite's index leads to the first alone where the second is the row's own number. The first is 0 in
all rows there, as writers take turns: a reader would look at the whole log before its place. So it is told both apart.
"""

from __future__ import annotations

import operator
from typing import Any, Final, Literal

from sqlalchemy import Boolean, ColumnElement, Table, and_, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.store.statements import EngineKind

ALONE: Final = 0
"""The transaction id of every row where writers take turns."""

Side = Literal[">", ">=", "<", "<="]
_COMPARED: Final = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


class _taking_turns(FunctionElement[bool]):
    """What holds where writers take turns; nothing where they do not."""

    inherit_cache = True
    type = Boolean()


@compiles(_taking_turns, "postgresql")
def _taking_turns_postgresql(element: _taking_turns, compiler: SQLCompiler, **kw: Any) -> str:
    return "true"


@compiles(_taking_turns, "sqlite")
def _taking_turns_sqlite(element: _taking_turns, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


def beside(
    table: Table, side: Side, transaction_id: ColumnElement[int], position: ColumnElement[int]
) -> ColumnElement[bool]:
    """The row of the log lies on that side of a place."""
    compared = _COMPARED[side]
    place = tuple_(table.c.transaction_id, table.c.position)
    return and_(
        compared(place, tuple_(transaction_id, position)),
        _taking_turns(and_(table.c.transaction_id == ALONE, compared(table.c.position, position))),
    )


def beside_sql(
    kind: EngineKind, row: tuple[str, str], side: Side, place: tuple[str, str], *, leads: bool = True
) -> str:
    """The same as SQL: the columns of the row, and the place.

    Unless it `leads` to the rows, something else does, such as whom they are about. SQLite knows no figures of a log
    that was empty when its world was made, and would rather read all of it from the place on.
    """
    compared = f"({row[0]}, {row[1]}) {side} ({place[0]}, {place[1]})"
    if kind is not EngineKind.SQLITE:
        return compared
    if leads:
        return f"{row[0]} = {ALONE} AND {row[1]} {side} {place[1]} AND {compared}"
    # An index is not used for an expression.
    return f"(+{row[0]}, +{row[1]}) {side} ({place[0]}, {place[1]})"
