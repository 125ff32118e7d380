"""How each engine writes JSON (两种数据库的 JSON 写法), so that both print the same bytes' worth of values.

Every function takes and gives SQL text. What a value means (money, day, moment) is stated by the field source; how it
is printed is decided here alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.store.statements import EngineKind

# PostgreSQL takes at most 100 arguments in a call, SQLite 127: an object of more fields is put together from parts.
FIELDS_PER_CALL = 45


def _listed(fields: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"'{key}', {value}" for key, value in fields)


class JsonDialect:
    """JSON as one engine writes it."""

    kind: EngineKind

    def object(self, fields: Sequence[tuple[str, str]]) -> str:
        """A JSON object of (key, SQL) pairs. Keys are GraphQL names: letters, digits and underscores."""
        if not fields:
            return self._call([])
        parts = [fields[start : start + FIELDS_PER_CALL] for start in range(0, len(fields), FIELDS_PER_CALL)]
        if len(parts) == 1:
            return self._call(parts[0])
        return self._joined([self._call(part) for part in parts])

    def _call(self, fields: Sequence[tuple[str, str]]) -> str:
        raise NotImplementedError

    def _joined(self, objects: Sequence[str]) -> str:
        raise NotImplementedError

    def array(self, item: str, *, only: str | None = None, order: str | None = None) -> str:
        """An aggregate of items that came as JSON from the same query level."""
        raise NotImplementedError

    def nested(self, query: str) -> str:
        """JSON that a scalar subquery gives, as JSON and not as a string."""
        raise NotImplementedError

    def as_text(self, json: str) -> str:
        """JSON as the text that is sent."""
        raise NotImplementedError

    def boolean(self, value: str) -> str:
        raise NotImplementedError

    def date(self, value: str) -> str:
        raise NotImplementedError

    def instant(self, value: str) -> str:
        """Seconds since the epoch as 2025-02-28T09:00:00+08:00."""
        raise NotImplementedError

    def yuan(self, value: str) -> str:
        """Fen as "400.00"."""
        raise NotImplementedError

    def hex(self, keys: Sequence[str]) -> str:
        """Key values as lower-case hexadecimal of their text, joined by the unit separator."""
        raise NotImplementedError

    def member(self, document: str, key: str) -> str:
        """A text member of a JSON column."""
        raise NotImplementedError

    def integer_member(self, document: str, key: str) -> str:
        """An integer member of a JSON column."""
        raise NotImplementedError

    def among(self, column: str, values: str) -> str:
        """`column` is one of a bound list."""
        raise NotImplementedError

    def from_given(self, lists: Sequence[str]) -> str:
        """FROM and ORDER BY of one row per position of bound lists of equal length: v0, v1 … are their values."""
        raise NotImplementedError


class SqliteJson(JsonDialect):
    kind = EngineKind.SQLITE

    def _call(self, fields: Sequence[tuple[str, str]]) -> str:
        return f"json_object({_listed(fields)})"

    def _joined(self, objects: Sequence[str]) -> str:
        inner = " || ',' || ".join(f"substr({o}, 2, length({o}) - 2)" for o in objects)
        return f"json('{{' || {inner} || '}}')"

    def array(self, item: str, *, only: str | None = None, order: str | None = None) -> str:
        # Rows arrive in the order of the inner query, which is limited and therefore not flattened.
        return f"json_group_array({item})" + (f" FILTER (WHERE {only})" if only else "")

    def nested(self, query: str) -> str:
        return f"json(({query}))"

    def as_text(self, json: str) -> str:
        return json

    def boolean(self, value: str) -> str:
        return f"json(CASE WHEN {value} THEN 'true' WHEN NOT {value} THEN 'false' END)"

    def date(self, value: str) -> str:
        return value

    def instant(self, value: str) -> str:
        return f"strftime('%Y-%m-%dT%H:%M:%S+08:00', {value} + 28800, 'unixepoch')"

    def yuan(self, value: str) -> str:
        return (
            f"CASE WHEN {value} >= 0 THEN printf('%d.%02d', {value} / 100, {value} % 100)"
            f" WHEN {value} < 0 THEN printf('-%d.%02d', -{value} / 100, -{value} % 100) END"
        )

    def hex(self, keys: Sequence[str]) -> str:
        return f"lower(hex({' || char(31) || '.join(f'CAST({key} AS TEXT)' for key in keys)}))"

    def member(self, document: str, key: str) -> str:
        return f"json_extract({document}, '$.{key}')"

    def integer_member(self, document: str, key: str) -> str:
        return f"json_extract({document}, '$.{key}')"

    def among(self, column: str, values: str) -> str:
        return f"{column} IN (SELECT value FROM json_each({values}))"

    def from_given(self, lists: Sequence[str]) -> str:
        first, *others = lists
        columns = ["each.key AS place", "each.value AS v0"]
        columns += [f"json_extract({one}, '$[' || each.key || ']') AS v{i}" for i, one in enumerate(others, 1)]
        return f"FROM (SELECT {', '.join(columns)} FROM json_each({first}) AS each) AS given ORDER BY given.place"


class PostgresqlJson(JsonDialect):
    kind = EngineKind.POSTGRESQL

    def _call(self, fields: Sequence[tuple[str, str]]) -> str:
        return f"json_build_object({_listed(fields)})"

    def _joined(self, objects: Sequence[str]) -> str:
        inner = " || ',' || ".join(f"substr(({o})::text, 2, length(({o})::text) - 2)" for o in objects)
        return f"('{{' || {inner} || '}}')::json"

    def array(self, item: str, *, only: str | None = None, order: str | None = None) -> str:
        ordered = f" ORDER BY {order}" if order else ""
        kept = f" FILTER (WHERE {only})" if only else ""
        return f"coalesce(json_agg({item}{ordered}){kept}, '[]'::json)"

    def nested(self, query: str) -> str:
        return f"({query})"

    def as_text(self, json: str) -> str:
        return f"({json})::text"

    def boolean(self, value: str) -> str:
        return value

    def date(self, value: str) -> str:
        return value

    def instant(self, value: str) -> str:
        return f"to_char(to_timestamp({value} + 28800) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+08:00\"')"

    def yuan(self, value: str) -> str:
        return (
            f"CASE WHEN {value} >= 0 THEN {value} / 100 || '.' || lpad(({value} % 100)::text, 2, '0')"
            f" WHEN {value} < 0 THEN '-' || -{value} / 100 || '.' || lpad((-{value} % 100)::text, 2, '0') END"
        )

    def hex(self, keys: Sequence[str]) -> str:
        return f"encode(convert_to({' || chr(31) || '.join(f'{key}::text' for key in keys)}, 'UTF8'), 'hex')"

    def member(self, document: str, key: str) -> str:
        return f"{document}->>'{key}'"

    def integer_member(self, document: str, key: str) -> str:
        return f"({document}->>'{key}')::bigint"

    def among(self, column: str, values: str) -> str:
        return f"{column} = ANY ({values})"

    def from_given(self, lists: Sequence[str]) -> str:
        columns = ", ".join(f"v{index}" for index in range(len(lists)))
        return f"FROM unnest({', '.join(lists)}) WITH ORDINALITY AS given ({columns}, place) ORDER BY given.place"


JSON_DIALECTS: dict[EngineKind, JsonDialect] = {
    EngineKind.SQLITE: SqliteJson(),
    EngineKind.POSTGRESQL: PostgresqlJson(),
}
