"""From a selection to one SQL statement (选择集到 SQL): every row type, link, list and page, as finished JSON.

A `RowCompiler` lives for the compilation of one root field (or of one computed object's links). It walks the selection
against the field sources and writes SQL text; placeholders are numbered when the text is complete.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Final

from graphql import FieldNode, GraphQLObjectType, get_named_type
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer

from domain.decisions.working_days import working_day_number
from domain.store.places import Side, beside_sql
from domain.store.statements import EngineKind, Rendered
from domain.vocabulary import NATION, Prefix, Role, id_span, parsed_api_id, region_span
from resolvers.context import Request
from resolvers.plan.arguments import (
    PAGE_DEFAULT,
    PAGE_LIMIT,
    Getter,
    Reader,
    Variables,
    check_lists,
    checked_page,
    cursor_keys,
    is_county,
    list_tag,
    page_ends,
)
from resolvers.plan.dialect import JSON_DIALECTS
from resolvers.plan.marks import MARK
from resolvers.plan.selection import Fields, Selector, Terms
from resolvers.plan.sources import (
    Alias,
    Among,
    AnyRowSource,
    CursorOf,
    Form,
    Identifier,
    Link,
    Many,
    OneByKey,
    RowField,
    RowSource,
    Scope,
    Some,
    Sources,
    Value,
    VariedSource,
)

_MARKER = re.compile("\x01([0-9]+)\x02")
_CODE = re.compile("[0-9]{6}")
_POSTGRESQL_TYPES = {int: "bigint", str: "text", date: "date", bool: "boolean"}


@dataclass(frozen=True, slots=True)
class Cost:
    """How many JSON values an answer can have: a fixed part, pages whose size a variable decides, and alternatives."""

    fixed: int = 0
    pages: tuple[tuple[Getter, Cost], ...] = ()
    choices: tuple[tuple[Cost, ...], ...] = ()
    """Of each group only one member is written: the types that an object of an interface or a union may have."""

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.fixed + other.fixed, self.pages + other.pages, self.choices + other.choices)

    def total(self, variables: Variables, request: Request) -> int:
        """The bound for one request's variables."""
        if not self.pages and not self.choices:
            return self.fixed
        total = self.fixed
        for size, cost in self.pages:
            total += size(variables, request) * cost.total(variables, request)
        for group in self.choices:
            total += max(cost.total(variables, request) for cost in group)
        return total

    def times(self, most: int) -> Cost:
        """The cost of a list of at most so many."""
        if not self.pages and not self.choices:
            return Cost(self.fixed * most)
        return Cost(0, ((lambda variables, request: most, self),))


FREE: Final = Cost()
ONE: Final = Cost(1)

COUNTED_AT_THE_ROOT: Final = 1000
"""What `totalCount` of a root list counts for: no index may lead to the rows, and several are too long for the loop."""
COUNTED_BELOW: Final = 100
"""What it counts for below a row, where an index leads to the list."""


def either(costs: Sequence[Cost]) -> Cost:
    """The cost of whichever of them comes."""
    varying = [cost for cost in costs if cost.pages or cost.choices]
    plain = [cost.fixed for cost in costs if not (cost.pages or cost.choices)]
    # Of those that are known already only the dearest can be the dearest of all.
    alternatives = [*varying, Cost(max(plain))] if plain else varying
    if len(alternatives) == 1:
        return alternatives[0]
    return Cost(0, (), (tuple(alternatives),)) if alternatives else FREE


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement ready to run: the driver's text, where its arguments come from, and its cost."""

    rendered: Rendered
    getters: tuple[Getter, ...]
    positions: tuple[int, ...] | None
    checks: tuple[Getter, ...]
    """Values that SQL does not need in this selection, but that must still be good."""
    cost: Cost
    shown: frozenset[str] = frozenset()
    """What it asks of persons, as Type.field."""
    place: Callable[[Variables, Request], Awaitable[None]] | None = None
    """Looks whether the place in a log that a cursor names is one. Raises FieldProblem where it is not."""

    @property
    def text_bytes(self) -> int:
        """How much memory its text takes."""
        return sys.getsizeof(self.rendered.sql)

    def arguments(self, variables: Variables, request: Request) -> list[Any]:
        """The driver's arguments for one request. Raises FieldProblem for a value that the list does not take."""
        for check in self.checks:
            check(variables, request)
        values = [getter(variables, request) for getter in self.getters]
        return values if self.positions is None else [values[position] for position in self.positions]


def size_getter(reader: Reader) -> Getter:
    """How many items a page of a list can have, by the arguments of its field. Raises FieldProblem."""
    ends = page_ends(reader.value)
    if ends.size is None:
        return lambda variables, request: PAGE_DEFAULT
    size_of = reader.getter(ends.size)
    return lambda variables, request: min(max(size_of(variables, request), 0), PAGE_LIMIT)


def python_type(column: Column[Any]) -> type:
    """The Python type that stands for a column's values in cursors and bound values."""
    if isinstance(column.type, BigInteger | Integer):
        return int
    if isinstance(column.type, Date):
        return date
    if isinstance(column.type, Boolean):
        return bool
    return str


@dataclass(frozen=True, slots=True)
class _Page:
    """What one connection's arguments come to."""

    size: str
    most: Getter
    """The size as the cost counts it: within bounds even where the page is refused for its size."""
    limit: Callable[[], str]
    """A placeholder of one item more, which tells whether there are more."""
    backward: bool
    keys: tuple[tuple[str, bool], ...]
    cursor: tuple[str, ...]
    """Placeholders of the cursor's key values, empty without a cursor."""
    tag: Callable[[], str]


@dataclass(slots=True)
class RowCompiler:
    """Writes one statement. See the module."""

    sources: Sources
    terms: Terms
    _binds: list[tuple[Getter, type, bool]] = field(default_factory=list)
    _checked: list[int] = field(default_factory=list)
    _aliases: int = 0
    _shown: set[str] = field(default_factory=set)
    _log_tags: dict[str, str] = field(default_factory=dict)
    _place: Callable[[Variables, Request], Awaitable[None]] | None = None
    selector: Selector = field(init=False)
    kind: EngineKind = field(init=False)
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        self.selector, self.kind = self.terms.selector, self.terms.kind
        self.scope = Scope(
            json=JSON_DIALECTS[self.kind],
            role=self.terms.role,
            viewer_id=self.bind(int, lambda variables, request: request.viewer.person_id),
            unit_id=self.bind(int, lambda variables, request: request.viewer.unit_id),
            client_id=self.bind(int, lambda variables, request: request.viewer.client_id),
            institution_id=self.bind(int, lambda variables, request: request.viewer.institution_id),
            region_low=self.bind(str, lambda variables, request: request.region_span[0]),
            region_high=self.bind(str, lambda variables, request: request.region_span[1]),
            id_low=self.bind(int, lambda variables, request: id_span(request.viewer.region)[0]),
            id_high=self.bind(int, lambda variables, request: id_span(request.viewer.region)[1]),
            now=self.bind(int, lambda variables, request: request.now),
            sandbox=self.bind(int, lambda variables, request: int(request.world.sandbox)),
            world=self.bind(str, lambda variables, request: request.world.record.name),
            persona_id=self.bind(int, lambda variables, request: request.viewer.persona_id),
            working_day=self.bind(int, lambda variables, request: working_day_number(request.today)),
            horizon=(
                self.bind(int, lambda variables, request: request.world.record.horizon_transaction_id),
                self.bind(int, lambda variables, request: request.world.record.horizon_position),
            ),
            county=self.terms.county,
        )

    # ---- placeholders -------------------------------------------------------------------------------------------

    def bind(self, type_: type, getter: Getter, *, many: bool = False, checked: bool = False) -> str:
        """A placeholder for a value of every request; a `checked` one is looked at even where SQL has no use for it."""
        if checked:
            self._checked.append(len(self._binds))
        self._binds.append((getter, type_, many))
        return f"\x01{len(self._binds) - 1}\x02"

    def finished(self, sql: str, cost: Cost) -> Compiled:
        """The statement with its placeholders as the driver wants them."""
        order: dict[int, int] = {}
        positions: list[int] = []

        def placeholder(match: re.Match[str]) -> str:
            index = int(match[1])
            position = order.setdefault(index, len(order))
            positions.append(position)
            if self.kind is EngineKind.SQLITE:
                return "?"
            _, type_, many = self._binds[index]
            return f"${position + 1}::{_POSTGRESQL_TYPES[type_]}{'[]' if many else ''}"

        text = _MARKER.sub(placeholder, sql)
        getters = tuple(self._driver_getter(index) for index in order)
        repeats = self.kind is EngineKind.SQLITE and len(positions) != len(order)
        checks = tuple(self._binds[index][0] for index in self._checked if index not in order)
        return Compiled(
            Rendered(text, (), (), {}, ()),
            getters,
            tuple(positions) if repeats else None,
            checks,
            cost,
            frozenset(self._shown),
            self._place,
        )

    def _driver_getter(self, index: int) -> Getter:
        getter, type_, many = self._binds[index]
        if self.kind is not EngineKind.SQLITE:
            return getter
        if many:
            return lambda variables, request: json.dumps(getter(variables, request), default=date.isoformat)
        if type_ is date:
            return lambda variables, request: getter(variables, request).isoformat()
        return getter

    def alias(self, source: AnyRowSource) -> tuple[Alias, str]:
        """The source's table under a name of its own, and that name."""
        self._aliases += 1
        name = f"t{self._aliases}"
        return Alias(source.table, name), name

    # ---- rows ---------------------------------------------------------------------------------------------------

    def one(
        self,
        source: AnyRowSource,
        nodes: Sequence[FieldNode],
        key: str,
        *,
        through: bool = False,
        oneself: bool = False,
    ) -> tuple[str, Cost]:
        """SQL of the row whose key a placeholder gives, as JSON text; no row where none may be seen.

        `oneself` says that the row is about nobody but the viewer.
        """
        row, name = self.alias(source)
        own = source.subjects(row, self.scope) if oneself and isinstance(source, RowSource) else ()
        value, cost = self.row_json(source, row, nodes, own)
        conditions = [f"{row[source.identity]} = {key}"]
        if not through:
            conditions += self._rule(source, row)
        sql = (
            f"SELECT {self.scope.json.as_text(value)} FROM {source.table.name} {name} WHERE {' AND '.join(conditions)}"
        )
        return sql, cost

    def subject(self, target: str, key: str) -> str:
        """SQL of whoever the row is about whose key a placeholder or a column gives, as text."""
        source = self.sources.rows[target]
        assert isinstance(source, RowSource)
        row, name = self.alias(source)
        [subject] = source.subjects(row, self.scope)
        return f"SELECT CAST({subject} AS TEXT) FROM {source.table.name} {name} WHERE {row[source.identity]} = {key}"

    def _rule(self, source: AnyRowSource, row: Alias) -> list[str]:
        rule = source.rule(row, self.scope)
        return [] if rule is None else [f"({rule})"]

    def row_json(
        self, source: AnyRowSource, row: Alias, nodes: Sequence[FieldNode], told: Collection[str] = ()
    ) -> tuple[str, Cost]:
        """A row as a JSON object of the fields below `nodes`; `told` are subjects that need not be marked again."""
        if isinstance(source, RowSource):
            return self._object(source, row, self.selector.below(self._type(source.type_name), nodes), told)
        case, cost = self._varied(source, row, nodes)
        return (f"json({case})" if self.kind is EngineKind.SQLITE else case), cost

    def row_text(self, source: AnyRowSource, row: Alias, nodes: Sequence[FieldNode]) -> tuple[str, Cost]:
        """The same as the text that is sent, where nothing is around it."""
        # SQLite need not read again what it has just written.
        if isinstance(source, RowSource):
            value, cost = self.row_json(source, row, nodes)
        else:
            value, cost = self._varied(source, row, nodes)
        return self.scope.json.as_text(value), cost

    def _varied(self, source: VariedSource, row: Alias, nodes: Sequence[FieldNode]) -> tuple[str, Cost]:
        """What is written by the kind of the row: JSON, which SQLite takes for a text where it is within other JSON."""
        cases = []
        costs = []
        for value, member in source.members.items():
            sql, cost = self._object(member, row, self.selector.below(self._type(member.type_name), nodes))
            cases.append(f"WHEN '{value}' THEN {sql}")
            costs.append(cost)
        return f"CASE {row[source.discriminator]} {' '.join(cases)} END", either(costs)

    def _type(self, name: str) -> GraphQLObjectType:
        type_ = self.selector.schema.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        return type_

    def _told_above(self, join: str, source: AnyRowSource, row: Alias, target: AnyRowSource, other: Alias) -> list[str]:
        """Subjects of a linked row that the join equates with one of the row that it is linked from."""
        if not isinstance(source, RowSource) or not isinstance(target, RowSource):
            return []
        above = source.subjects(row, self.scope)
        return [
            subject
            for subject in target.subjects(other, self.scope)
            if any(join in (f"{subject} = {one}", f"{one} = {subject}") for one in above)
        ]

    def _marked(self, subject: str) -> str:
        """Whom a mark names; the viewer, who may be anybody's subject but one's own, not at all."""
        return f"nullif({subject}, {self.scope.viewer_id})" if self.scope.role is Role.CITIZEN else subject

    def _object(self, source: RowSource, row: Alias, fields: Fields, told: Collection[str] = ()) -> tuple[str, Cost]:
        cost = Cost(1)
        subjects = source.subjects(row, self.scope)
        pairs = [(MARK, self._marked(subject)) for subject in subjects if subject not in told]
        if subjects:
            self._shown.update(f"{source.type_name}.{nodes[0].name.value}" for nodes in fields.values())
        for key, nodes in fields.items():
            sql, field_cost = self._field(source, row, nodes)
            pairs.append((key, sql))
            cost += field_cost
        return self.scope.json.object(pairs), cost

    def _field(self, source: RowSource, row: Alias, nodes: Sequence[FieldNode]) -> tuple[str, Cost]:
        name = nodes[0].name.value
        if name == "__typename":
            return f"'{source.type_name}'", Cost(1)
        where_from: RowField = source.fields[name]
        definition = self._type(source.type_name).fields[name]
        match where_from:
            case Value():
                reader = Reader(definition, nodes[0], self.selector.variables)
                return self._printed(where_from.form, where_from.sql(row, self.scope, reader.values)), Cost(1)
            case Identifier(prefix, sql):
                return f"'{prefix.value}_' || {sql(row, self.scope)}", Cost(1)
            case CursorOf(log, columns):
                keys = [(key, False) for key in columns or source.key]
                return self._cursor(row, keys, self._log_tag(log.name)), Cost(1)
            case Link():
                return self._link(where_from, source, row, nodes)
            case Some():
                return self._some(where_from, row, nodes)
            case Many():
                reader = Reader(definition, nodes[0], self.selector.variables)
                connection = get_named_type(definition.type)
                assert isinstance(connection, GraphQLObjectType)
                place = f"{source.type_name}.{name}"
                sql_text, cost = self.page(where_from, row, connection, nodes, reader, place, source)
                return self.scope.json.nested(sql_text), cost

    def _printed(self, form: Form, sql: str) -> str:
        dialect = self.scope.json
        match form:
            case Form.BOOLEAN:
                return dialect.boolean(sql)
            case Form.YUAN:
                return dialect.yuan(sql)
            case Form.DATE:
                return dialect.date(sql)
            case Form.INSTANT:
                return dialect.instant(sql)
            case Form.TEXT | Form.INTEGER:
                return sql

    def _link(self, link: Link, source: RowSource, row: Alias, nodes: Sequence[FieldNode]) -> tuple[str, Cost]:
        target = self.sources.rows[link.target]
        other, name = self.alias(target)
        join = link.join(row, other, self.scope)
        value, cost = self.row_json(target, other, nodes, self._told_above(join, source, row, target, other))
        conditions = [join]
        if not link.through:
            conditions += self._rule(target, other)
        query = f"SELECT {value} FROM {target.table.name} {name} WHERE {' AND '.join(conditions)}"
        return self.scope.json.nested(query), cost

    def _some(self, some: Some, row: Alias, nodes: Sequence[FieldNode]) -> tuple[str, Cost]:
        target = self.sources.rows[some.target]
        inner, inner_name = self.alias(target)
        outer, outer_name = self.alias(target)
        value, cost = self.row_json(target, outer, nodes)
        order = ", ".join(inner[column] for column in some.order)
        limited = (
            f"SELECT {inner_name}.* FROM {target.table.name} {inner_name}"
            f" WHERE {some.join(row, inner, self.scope)} ORDER BY {order} LIMIT {some.limit}"
        )
        items = self.scope.json.array(value, order=", ".join(outer[column] for column in some.order))
        query = f"SELECT {items} FROM ({limited}) {outer_name}"
        return self.scope.json.nested(query), cost.times(some.limit)

    # ---- connections --------------------------------------------------------------------------------------------

    def page(
        self,
        many: Many,
        row: Alias | None,
        connection: GraphQLObjectType,
        nodes: Sequence[FieldNode],
        reader: Reader,
        place: str,
        source: RowSource | None = None,
    ) -> tuple[str, Cost]:
        """SQL of one page of a connection, as JSON; `source` is what `row` is of."""
        target = self.sources.rows[many.target]
        page = self._page(many, target, reader, place)
        fields = self.selector.below(connection, nodes)
        inner, inner_name = self.alias(target)
        within = self._within(many, row, target, inner, reader, page)
        pairs: list[tuple[str, str]] = []
        cost = Cost(1)

        asked = {each[0].name.value for each in fields.values()}
        numbered = page.backward or "pageInfo" in asked
        outer, outer_name = self.alias(target)
        number = f"{outer_name}.page_position"
        for key, each in fields.items():
            name = each[0].name.value
            if name == "__typename":
                pairs.append((key, f"'{connection.name}'"))
                cost += Cost(1)
            elif name == "totalCount":
                pairs.append((key, f"(SELECT count(*) FROM {target.table.name} {inner_name}{_where(within)})"))
                cost += Cost(COUNTED_AT_THE_ROOT if row is None else COUNTED_BELOW)
            elif name == "pageInfo":
                pairs.append((key, self._page_info(page, target, outer, number, within, inner, inner_name, each)))
                cost += Cost(1 + len(self.selector.below(self._type("PageInfo"), each)))
            else:
                edge = get_named_type(connection.fields["edges"].type)
                assert isinstance(edge, GraphQLObjectType)
                told: Sequence[str] = ()
                if many.join is not None and row is not None and source is not None:
                    told = self._told_above(many.join(row, outer, self.scope), source, row, target, outer)
                item, item_cost = self._edge(page, target, outer, self.selector.below(edge, each), edge, told)
                order = f"{number}{' DESC' if page.backward else ''}" if numbered else self._order(outer, page, False)
                pairs.append(
                    (
                        key,
                        self.scope.json.array(item, only=f"{number} <= {page.size}" if numbered else None, order=order),
                    )
                )
                cost += Cost(0, ((page.most, item_cost),))
        body = self.scope.json.object(pairs)
        if not (asked & {"edges"} or self._reads_rows(page, fields)):
            # Without an aggregate over the rows there would be one answer per row, and none without rows.
            return f"SELECT {body}", cost

        conditions = [*within]
        if page.cursor:
            conditions.append(self._keyset(inner, page, after=not page.backward))
        rows = (
            f"SELECT {inner_name}.* FROM {target.table.name} {inner_name}{_where(conditions)}"
            f" ORDER BY {self._order(inner, page, page.backward)} LIMIT {page.limit() if numbered else page.size}"
        )
        if numbered:
            middle, middle_name = self.alias(target)
            position = f"row_number() OVER (ORDER BY {self._order(middle, page, page.backward)})"
            direction = " DESC" if page.backward else ""
            rows = (
                f"SELECT {middle_name}.*, {position} AS page_position, count(*) OVER () AS page_count"
                f" FROM ({rows}) {middle_name} ORDER BY page_position{direction}"
            )
        return f"SELECT {body} FROM ({rows}) {outer_name}", cost

    def _reads_rows(self, page: _Page, fields: Fields) -> bool:
        """Whether what is asked of `pageInfo` depends on the rows of the page, and not only on what lies behind it."""
        behind = "hasNextPage" if page.backward else "hasPreviousPage"
        return any(
            below[0].name.value not in ("__typename", behind)
            for each in fields.values()
            if each[0].name.value == "pageInfo"
            for below in self.selector.below(self._type("PageInfo"), each).values()
        )

    def _page(self, many: Many, target: AnyRowSource, reader: Reader, place: str) -> _Page:
        ends = page_ends(reader.value)
        size_of = reader.getter(ends.size) if ends.size else lambda variables, request: PAGE_DEFAULT

        def size(variables: Variables, request: Request) -> int:
            return checked_page(size_of(variables, request))

        orders = reader.value("orderBy") or ()
        keys = [pair for order in orders for pair in many.orders[order.name]] or list(many.order or ())
        unique: dict[str, bool] = {}
        for column, descending in keys:
            unique.setdefault(column, descending)
        direction = keys[-1][1] if keys else False
        for column in target.key:
            unique.setdefault(column, direction)
        ordered = tuple(unique.items())

        tag_getter: Getter
        if many.log:
            log = many.log
            tag_getter = lambda variables, request: list_tag(request.world.fingerprint, log.name, None)  # noqa: E731
        else:
            where = reader.getter("where") if "where" in reader.values else lambda variables, request: None
            names = [order.name for order in orders]
            tag_getter = lambda variables, request: list_tag(  # noqa: E731
                request.world.fingerprint, place, [where(variables, request), names]
            )
        cursor: tuple[str, ...] = ()
        if ends.cursor:
            text = reader.getter(ends.cursor)
            types = [python_type(target.table.c[column]) for column, _ in ordered]

            def key_getter(index: int) -> Getter:
                return lambda variables, request: cursor_keys(
                    text(variables, request), tag_getter(variables, request), types
                )[index]

            cursor = tuple(self.bind(type_, key_getter(index), checked=True) for index, type_ in enumerate(types))
            if many.log:
                check = many.log.check

                def place_in_log(variables: Variables, request: Request) -> Awaitable[None]:
                    return check(request, cursor_keys(text(variables, request), tag_getter(variables, request), types))

                self._place = place_in_log
        tags: list[str] = []

        def tag() -> str:
            if not tags:
                tags.append(self.bind(str, tag_getter))
            return tags[0]

        def limit() -> str:
            return self.bind(int, lambda variables, request: size(variables, request) + 1)

        return _Page(
            self.bind(int, size, checked=True), size_getter(reader), limit, ends.backward, ordered, cursor, tag
        )

    def _within(
        self, many: Many, row: Alias | None, target: AnyRowSource, inner: Alias, reader: Reader, page: _Page
    ) -> list[str]:
        """Conditions of the list itself: whose it is, who may see a row, and the filter."""
        conditions = []
        if many.join is not None:
            assert row is not None
            conditions.append(many.join(row, inner, self.scope))
        conditions += self._rule(target, inner)
        if many.restrict is not None and (restricted := many.restrict(inner, self.scope)):
            conditions.append(restricted)
        used = {column for column, _ in page.keys}
        for member, column in many.where.items():
            if filtered := self._filter(target.table.c[column], inner[column], reader, ("where", member)):
                conditions += filtered
                used.add(column)
        for argument, among in many.arguments.items():
            if reader.value(argument) is not None:
                conditions.append(self.among(among, inner, reader.getter(argument)))
        for column, rule in many.guarded.items():
            if column in used and (guard := rule(inner, self.scope)) is not None and f"({guard})" not in conditions:
                conditions.append(f"({guard})")
        return conditions

    def among(self, among: Among, row: Alias, getter: Getter) -> str:
        """The row's column matches one of the values that a list argument has."""
        column, json = row[among.column], self.scope.json
        if among.prefix is not None:
            return json.among(column, self.bind(int, _ids_of(among.prefix, getter), many=True, checked=True))
        given = self.bind(str, _stored_list(getter), many=True, checked=True)
        if not among.within:
            return json.among(column, given)
        # A code ends in as many pairs of noughts as levels lie below it.
        inside = (column, f"substr({column}, 1, 4) || '00'", f"substr({column}, 1, 2) || '0000'", f"'{NATION}'")
        return f"({' OR '.join(json.among(code, given) for code in inside)})"

    def _filter(self, column: Column[Any], sql: str, reader: Reader, path: tuple[str, ...]) -> list[str]:
        value = reader.value(*path)
        if value is None:
            return []
        type_ = python_type(column)
        if isinstance(value, list):
            return [
                self.scope.json.among(
                    sql, self.bind(type_, _stored_list(reader.getter(*path)), many=True, checked=True)
                )
            ]
        if not isinstance(value, Mapping):
            return [f"{sql} = {self.bind(type_, _stored(reader.getter(*path)))}"]
        conditions = []
        for operator, operand in value.items():
            if operand is None:
                continue
            getter = reader.getter(*path, operator)
            match operator:
                case "eq":
                    conditions.append(f"{sql} = {self.bind(type_, _stored(getter))}")
                case "in":
                    conditions.append(
                        self.scope.json.among(sql, self.bind(type_, _stored_list(getter), many=True, checked=True))
                    )
                case "from":
                    conditions.append(f"{sql} >= {self.bind(type_, _stored(getter))}")
                case "until":
                    conditions.append(f"{sql} <= {self.bind(type_, _stored(getter))}")
                case "within" if is_county(operand):
                    conditions.append(f"{sql} = {self.bind(str, getter)}")
                case "within":
                    low, high = (self.bind(str, _span(getter, end)) for end in (0, 1))
                    conditions.append(f"{sql} BETWEEN {low} AND {high}")
                case _:
                    raise AssertionError(f"no such filter: {operator}")
        return conditions

    def _edge(
        self,
        page: _Page,
        target: AnyRowSource,
        outer: Alias,
        fields: Fields,
        edge: GraphQLObjectType,
        told: Sequence[str],
    ) -> tuple[str, Cost]:
        pairs = []
        cost = Cost(1)
        for key, nodes in fields.items():
            name = nodes[0].name.value
            if name == "__typename":
                pairs.append((key, f"'{edge.name}'"))
                cost += Cost(1)
            elif name == "cursor":
                pairs.append((key, self._cursor(outer, page.keys, page.tag())))
                cost += Cost(1)
            else:
                value, node_cost = self.row_json(target, outer, nodes, told)
                pairs.append((key, value))
                cost += node_cost
        return self.scope.json.object(pairs), cost

    def _page_info(
        self,
        page: _Page,
        target: AnyRowSource,
        outer: Alias,
        number: str,
        within: Sequence[str],
        inner: Alias,
        inner_name: str,
        nodes: Sequence[FieldNode],
    ) -> str:
        dialect = self.scope.json

        def more() -> str:
            return dialect.boolean(f"count(*) > {page.size}")

        def beyond() -> str:
            if not page.cursor:
                return dialect.boolean("1 = 0")
            behind = self._keyset(inner, page, after=page.backward, inclusive=True)
            exists = f"EXISTS (SELECT 1 FROM {target.table.name} {inner_name}{_where([*within, behind])})"
            return dialect.boolean(exists)

        def here() -> str:
            return self._cursor(outer, page.keys, page.tag())

        def nearest() -> str:
            return f"max(CASE WHEN {number} = 1 AND {page.size} > 0 THEN {here()} END)"

        def farthest() -> str:
            count = number.replace("page_position", "page_count")
            last = f"CASE WHEN {count} < {page.size} THEN {count} ELSE {page.size} END"
            return f"max(CASE WHEN {number} = {last} THEN {here()} END)"

        values: Mapping[str, Callable[[], str]] = {
            "hasNextPage": beyond if page.backward else more,
            "hasPreviousPage": more if page.backward else beyond,
            "startCursor": farthest if page.backward else nearest,
            "endCursor": nearest if page.backward else farthest,
            "__typename": lambda: "'PageInfo'",
        }
        info = self.selector.below(self._type("PageInfo"), nodes)
        return dialect.object([(key, values[each[0].name.value]()) for key, each in info.items()])

    # ---- order, cursors -----------------------------------------------------------------------------------------

    def _order(self, row: Alias, page: _Page, reverse: bool) -> str:
        return ", ".join(f"{row[column]}{' DESC' if descending != reverse else ''}" for column, descending in page.keys)

    def _cursor(self, row: Alias, keys: Iterable[tuple[str, bool]], tag: str) -> str:
        return f"{tag} || {self.scope.json.hex([row[column] for column, _ in keys])}"

    def _log_tag(self, log: str) -> str:
        tag = self._log_tags.get(log)
        if tag is None:
            tag = self.bind(str, lambda variables, request: list_tag(request.world.fingerprint, log, None))
            self._log_tags[log] = tag
        return tag

    def _keyset(self, row: Alias, page: _Page, *, after: bool, inclusive: bool = False) -> str:
        """Rows on one side of the cursor, in the list's own order."""
        pairs = list(zip(page.keys, page.cursor, strict=True))
        if len({descending for (_, descending), _ in pairs}) == 1:
            operator: Side = "<" if page.keys[0][1] == after else ">"
            if inclusive:
                operator = "<=" if operator == "<" else ">="
            columns = ", ".join(row[column] for (column, _), _ in pairs)
            values = ", ".join(value for _, value in pairs)
            if len(pairs) == 1:
                return f"{columns} {operator} {values}"
            if tuple(column for column, _ in page.keys) == ("transaction_id", "position"):
                first, second = ((row[column], value) for (column, _), value in pairs)
                leads = self.scope.place_leads
                return beside_sql(self.kind, (first[0], second[0]), operator, (first[1], second[1]), leads=leads)
            return f"({columns}) {operator} ({values})"
        alternatives = []
        for index, ((column, descending), value) in enumerate(pairs):
            equal = [f"{row[name]} = {other}" for (name, _), other in pairs[:index]]
            last = inclusive and index == len(pairs) - 1
            side = ("<" if descending == after else ">") + ("=" if last else "")
            alternatives.append(" AND ".join([*equal, f"{row[column]} {side} {value}"]))
        return f"({' OR '.join(f'({alternative})' for alternative in alternatives)})"


def _where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _stored(getter: Getter) -> Getter:
    """An enumeration member as the database stores it; any other value as it is."""

    def stored(variables: Variables, request: Request) -> Any:
        value = getter(variables, request)
        return value.name if isinstance(value, Enum) else value

    return stored


def _stored_list(getter: Getter) -> Getter:
    def stored(variables: Variables, request: Request) -> list[Any]:
        values = getter(variables, request)
        check_lists(values)
        return [value.name if isinstance(value, Enum) else value for value in values]

    return stored


def _ids_of(prefix: Prefix, getter: Getter) -> Getter:
    """What ids of that kind name; an id of another kind names no row at all."""

    def numbers(variables: Variables, request: Request) -> list[int]:
        given = getter(variables, request)
        check_lists({"in": given})
        found = [parsed_api_id(each, prefix) for each in given]
        return [-1 if number is None else number for number in found]

    return numbers


def _span(getter: Getter, end: int) -> Getter:
    return lambda variables, request: region_span(getter(variables, request))[end]


def key_getter(root: OneByKey, source: AnyRowSource, text: Getter) -> tuple[type, Getter]:
    """How an argument that names a row becomes its key. An id of another kind names no row at all."""
    column = source.table.c[source.identity]
    prefix = source.prefix
    if python_type(column) is str and root.argument != "id":
        return str, text
    assert prefix is not None

    def parsed(variables: Variables, request: Request) -> Any:
        given = text(variables, request)
        if python_type(column) is str:
            code = given.removeprefix(f"{prefix.value}_")
            return code if code != given and _CODE.fullmatch(code) else ""
        number = parsed_api_id(given, prefix)
        return -1 if number is None else number

    return python_type(column), parsed
