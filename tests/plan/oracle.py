"""The oracle: the same documents over the same field sources, one field of one row at a time.

graphql-core executes; every scalar is its own SELECT of one value, every link a join, and a connection fetches all
rows that may be seen, then filters, sorts, counts and slices them in Python. Values are printed here, from what the
columns hold. Nothing is shared with the compiler but the field sources and the form of a cursor.

What a field cannot take (a page out of bounds, a cursor from elsewhere, a null variable) is looked for below a whole
root field before that field is read, and is an error of the root field: that is the plan's contract.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
    get_named_type,
    parse,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from sqlalchemy import BigInteger, Date, Integer

from domain.decisions.working_days import working_day_number
from domain.store.statements import EngineKind
from domain.vocabulary import Prefix
from resolvers.context import Request
from resolvers.plan.arguments import FieldProblem, list_tag, made_cursor
from resolvers.plan.dialect import JsonDialect
from resolvers.plan.sources import (
    Alias,
    Among,
    AnyRowSource,
    Computed,
    ComputedPage,
    ComputedSource,
    ComputedValue,
    CursorOf,
    Form,
    Identifier,
    Link,
    Many,
    Nested,
    NestedBy,
    NestedMany,
    NodeById,
    OneByKey,
    Plain,
    RowSource,
    Scope,
    Some,
    Sources,
    ToRow,
    Value,
    VariedSource,
)
from schema.contract import build_schema
from tests.plan.asking import AskedWorld

BAD_USER_INPUT = "BAD_USER_INPUT"
TAG = 12

Response = tuple[Any, list[tuple[str, tuple[Any, ...]]]]
"""Data, and the sorted pairs of code and root path of its errors."""


class Objection(Exception):
    """A root field cannot be answered as asked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a source, by its key."""

    source: RowSource
    key: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """An object that Python made, and its source."""

    source: ComputedSource
    value: Any


class _Members(JsonDialect):
    """All that field sources need of a dialect: members of JSON columns. Whatever the compiler prints is not here."""

    def __init__(self, kind: EngineKind) -> None:
        self.kind = kind

    def member(self, document: str, key: str) -> str:
        if self.kind is EngineKind.SQLITE:
            return f"({document} ->> '{key}')"
        return f"jsonb_extract_path_text({document}, '{key}')"

    def integer_member(self, document: str, key: str) -> str:
        return f"CAST({self.member(document, key)} AS bigint)"


def _own_schema() -> GraphQLSchema:
    """The contract with nothing of Strawberry's execution in it, and with printing of our own."""
    schema = build_schema()._schema
    printing: dict[str, Callable[[Any], Any]] = {
        "Yuan": lambda fen: f"{Decimal(fen) / 100:.2f}",
        "Date": str,
        "DateTime": _printed_moment,
        "Boolean": lambda value: {0: False, 1: True}[value],
        "Int": int,
        "Int64": int,
    }
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        name = type_.name
        if isinstance(type_, GraphQLObjectType):
            type_.is_type_of = None
            for each in type_.fields.values():
                each.resolve = None
        elif isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            type_.resolve_type = None
        elif isinstance(type_, GraphQLEnumType):
            setattr(type_, "coerce_output_value", _enum_name(frozenset(type_.values)))  # noqa: B010
        elif name in printing:
            setattr(type_, "coerce_output_value", printing[name])  # noqa: B010
    return schema


def _printed_moment(seconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=8))) + timedelta(seconds=seconds, hours=8)
    return moment.strftime("%Y-%m-%dT%H:%M:%S+08:00")


def _enum_name(names: frozenset[str]) -> Callable[[Any], str]:
    def name(value: Any) -> str:
        found: str = value.name if isinstance(value, Enum) else value
        assert found in names, found
        return found

    return name


SCHEMA = _own_schema()


class Oracle:
    """Answers documents for one world."""

    def __init__(self, asked: AskedWorld) -> None:
        self.asked = asked
        self.sources = asked.executor.sources

    def answer(self, document: DocumentNode | str, inputs: Mapping[str, Any], request: Request) -> Response | None:
        """What the document's only operation must be answered with; None where its variables are not acceptable."""
        if isinstance(document, str):
            document = parse(document)
        [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        variables = get_variable_values(SCHEMA, operation.variable_definitions or (), dict(inputs))
        if not isinstance(variables, VariableValues):
            return None
        assert SCHEMA.query_type is not None
        details = {node.name.value: FragmentDetails(node) for node in fragments}
        roots = collect_fields(SCHEMA, details, variables, SCHEMA.query_type, operation).grouped_field_set
        data: dict[str, Any] | None = {}
        errors: list[tuple[str, tuple[Any, ...]]] = []
        for key, asked_for in roots.items():
            # One root field at a time, so that the errors of all are known whatever becomes of one.
            alone = OperationDefinitionNode(
                operation=operation.operation,
                variable_definitions=operation.variable_definitions,
                selection_set=SelectionSetNode(selections=tuple(each.node for each in asked_for)),
                directives=(),
            )
            reading = _Reading(self.asked, self.sources, request, details, alone, variables)
            found = execute_sync(
                SCHEMA,
                DocumentNode(definitions=(alone, *fragments)),
                context_value=reading,
                variable_values=dict(inputs),
                field_resolver=reading.field,
                type_resolver=lambda value, info, type_: value.source.type_name,
            )
            for error in found.errors or ():
                # graphql-core's own error is about an argument, such as a null for one that only has a default.
                if not isinstance(error.original_error, Objection | FieldProblem | GraphQLError):
                    raise AssertionError(f"the oracle itself failed: {error!r}") from error.original_error
                errors.append((BAD_USER_INPUT, (key,)))
            if found.data is None:
                data = None
            elif data is not None:
                data[key] = found.data[key]
        return data, sorted(errors)


@dataclass(slots=True)
class _Reading:
    """One root field of one request."""

    asked: AskedWorld
    sources: Sources
    request: Request
    fragments: dict[str, FragmentDetails]
    operation: OperationDefinitionNode
    variables: VariableValues
    _known: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        viewer = self.request.viewer
        region = viewer.region
        low, high = _inside(region)
        self.scope = Scope(
            json=_Members(self.asked.kind),
            role=viewer.role,
            viewer_id=str(viewer.person_id),
            unit_id=str(viewer.unit_id),
            client_id=str(viewer.client_id),
            institution_id=str(viewer.institution_id),
            region_low=_quoted(low),
            region_high=_quoted(high),
            id_low=str(int(low[:2]) * 10**16),
            id_high=str((int(low[:2]) + 1) * 10**16 - 1 if region != "000000" else 2**63 - 1),
            now=str(self.request.now),
            sandbox=str(int(self.request.world.sandbox)),
            world=_quoted(self.request.world.record.name),
            persona_id=str(viewer.persona_id),
            working_day=str(working_day_number(self.request.today)),
            horizon=("0", "0"),
        )

    # ---- fields -------------------------------------------------------------------------------------------------

    def field(self, parent: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """The value of any field."""
        if parent is None:
            return self._root(info, arguments)
        if isinstance(parent, dict):
            return parent[info.field_name]
        source = parent.source.fields[info.field_name]
        if isinstance(parent, Made):
            return self._made_field(source, parent.value, arguments)
        place = f"{parent.source.type_name}.{info.field_name}"
        return self._row_field(source, parent, arguments, place)

    def _root(self, info: GraphQLResolveInfo[Any], arguments: dict[str, Any]) -> Any:
        nodes = info.field_nodes
        root = self.sources.queries[info.field_name]
        match root:
            case ComputedValue():
                return self.asked.run(_awaited(root.resolve(self.request, arguments)))
            case Computed():
                return self._made_and_checked(self.asked.run(_awaited(root.resolve(self.request, arguments))), nodes)
            case ComputedPage():
                return self._made_page(root, nodes, arguments, f"Query.{info.field_name}")
            case NodeById():
                return self._node(arguments[root.argument], nodes)
            case OneByKey():
                source = self.sources.rows[root.target]
                self._check_rows(source, nodes)
                if root.argument == "id":
                    assert source.prefix is not None
                    return self._by_id(source, source.prefix, arguments["id"])
                return self._first(source, f"{source.key[0]} = {_quoted(arguments[root.argument])}", ruled=True)
            case Many():
                place = f"Query.{info.field_name}"
                self._check_page(root, arguments, place)
                self._check_below_page(self.sources.rows[root.target], _type(info.return_type), nodes)
                return self._page(root, None, arguments, place)

    def _node(self, text: str, nodes: Sequence[FieldNode]) -> Any:
        prefix = next((each for each in Prefix if text.startswith(f"{each.value}_")), None)
        if prefix is None:
            return None
        if prefix in self.sources.computed_nodes:
            found = self.asked.run(_awaited(self.sources.computed_nodes[prefix](self.request, text)))
            return self._made_and_checked(found, nodes)
        if prefix not in self.sources.nodes:
            return None
        source = self.sources.rows[self.sources.nodes[prefix]]
        self._check_rows(source, nodes)
        return self._by_id(source, prefix, text)

    def _by_id(self, source: AnyRowSource, prefix: Prefix, text: str) -> Row | None:
        """The object whose printed id is exactly that text."""
        if not re.fullmatch(f"{prefix.value}_[0-9]{{1,19}}", text):
            return None
        if isinstance(source, VariedSource):
            # The printed id of an event is no key of its table.
            identifier = next(iter(source.members.values())).fields["id"]
        else:
            identifier = source.fields["id"]
        assert isinstance(identifier, Identifier)
        column = identifier.sql(Alias(source.table, "a"), self.scope)
        return self._first(source, f"CAST({column} AS text) = {_quoted(text[4:])}", ruled=True)

    def _made_field(self, source: Any, value: Any, arguments: dict[str, Any]) -> Any:
        match source:
            case Plain():
                return source.get(value, arguments)
            case Nested():
                return self._made(source.get(value))
            case NestedBy():
                return self._made(source.get(value, arguments, self.request))
            case NestedMany():
                return [self._made(item) for item in source.get(value)]
            case ToRow():
                key = source.get(value)
                target = self.sources.rows[source.target]
                if key is None:
                    return None
                return self._first(target, f"{target.key[0]} = {_quoted(key)}", ruled=False)
        raise AssertionError(source)

    def _made(self, value: Any) -> Made | None:
        return None if value is None else Made(self.sources.computed_for(value), value)

    def _row_field(self, source: Any, row: Row, arguments: dict[str, Any], place: str) -> Any:
        here = Alias(row.source.table, "a")
        match source:
            case Value():
                [(value,)] = self._select(source.sql(here, self.scope, arguments), row)
                if value is not None and source.form is Form.DATE:
                    return date.fromisoformat(str(value))
                return value
            case Identifier():
                [(value,)] = self._select(source.sql(here, self.scope), row)
                return f"{source.prefix.value}_{value}"
            case CursorOf(log, columns):
                named = "" if columns is None else ", ".join(here[name] for name in columns)
                keys = self._select(named, row)[0] if named else row.key
                return made_cursor(list_tag(self.request.world.fingerprint, log.name, None), keys)
            case Link():
                return self._linked(source, row)
            case Some():
                target = self.sources.rows[source.target]
                found = self._joined(target, source.join, row)
                order = [list(target.table.c.keys()).index(column) for column in source.order]
                found.sort(key=lambda cells: [cells[index] for index in order])
                return [self._row(target, cells) for cells in found[: source.limit]]
            case Many():
                return self._page(source, row, arguments, place)
        raise AssertionError(source)

    def _linked(self, link: Link, row: Row) -> Row | None:
        target = self.sources.rows[link.target]
        found = self._joined(target, link.join, row, () if link.through else self._rule(target))
        assert len(found) <= 1, f"a link of {row} leads to {len(found)} rows"
        return self._row(target, found[0]) if found else None

    # ---- rows ---------------------------------------------------------------------------------------------------

    def _select(self, sql: str, row: Row) -> list[tuple[Any, ...]]:
        return self._rows(f"SELECT {sql} FROM {row.source.table.name} a WHERE {_is(row, 'a')}")

    def _first(self, source: AnyRowSource, condition: str, *, ruled: bool) -> Row | None:
        conditions = [condition, *(self._rule(source, "a") if ruled else ())]
        columns = ", ".join(f"a.{column.name}" for column in source.table.columns)
        found = self._rows(f"SELECT {columns} FROM {source.table.name} a WHERE {' AND '.join(conditions)}")
        assert len(found) <= 1
        return self._row(source, found[0]) if found else None

    def _joined(
        self, target: AnyRowSource, join: Any, row: Row | None, conditions: Sequence[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Every column of every row of the target that the join finds."""
        columns = ", ".join(f"o.{column.name}" for column in target.table.columns)
        tables = f"{target.table.name} o"
        every = [*conditions]
        if row is not None:
            tables += f", {row.source.table.name} a"
            every += [_is(row, "a"), join(Alias(row.source.table, "a"), Alias(target.table, "o"), self.scope)]
        return self._rows(f"SELECT {columns} FROM {tables}{' WHERE ' if every else ''}{' AND '.join(every)}")

    def _rule(self, source: AnyRowSource, alias: str = "o") -> tuple[str, ...]:
        rule = source.rule(Alias(source.table, alias), self.scope)
        return () if rule is None else (f"({rule})",)

    def _row(self, source: AnyRowSource, cells: Sequence[Any]) -> Row:
        by_name = dict(zip(source.table.c.keys(), cells, strict=True))
        member = source.members[by_name[source.discriminator]] if isinstance(source, VariedSource) else source
        return Row(member, tuple(by_name[column] for column in source.key))

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        known = self._known.get(sql)
        if known is None:
            known = self._known[sql] = self.asked.rows(sql)
        return list(known)

    # ---- connections --------------------------------------------------------------------------------------------

    def _page(self, many: Many, row: Row | None, arguments: dict[str, Any], place: str) -> dict[str, Any]:
        target = self.sources.rows[many.target]
        restricted = many.restrict(Alias(target.table, "o"), self.scope) if many.restrict else None
        conditions = [*self._rule(target), *((f"({restricted})",) if restricted else ())]
        where = arguments.get("where") or {}
        for column, rule in many.guarded.items():
            asked = [where.get(member) for member, filtered in many.where.items() if filtered == column]
            tells = any(operand is not None for each in asked if each for operand in each.values())
            if tells or column in dict(_keys(many, target, arguments)):
                guard = rule(Alias(target.table, "o"), self.scope)
                conditions += [] if guard is None else [f"({guard})"]
        names = list(target.table.c.keys())
        found = [dict(zip(names, cells, strict=True)) for cells in self._joined(target, many.join, row, conditions)]
        kept = [
            cells
            for cells in found
            if all(_holds(where.get(member), cells[column]) for member, column in many.where.items())
            and all(_is_among(arguments.get(name), among, cells) for name, among in many.arguments.items())
        ]
        keys = _keys(many, target, arguments)
        for column, descending in reversed(keys):
            kept.sort(key=lambda cells, column=column: cells[column], reverse=descending)  # type: ignore[misc]
        tag = self._tag(many, arguments, place)
        items = [
            (
                [cells[column] for column, _ in keys],
                made_cursor(tag, [cells[column] for column, _ in keys]),
                self._row(target, [cells[name] for name in names]),
            )
            for cells in kept
        ]
        mark = _mark(arguments)
        at = None
        if mark is not None:
            values = _decoded(mark, tag, [_kind(target, column) for column, _ in keys])
            assert values is not None
            at = _position(items, keys, values, after=arguments.get("after") is not None)
        return _sliced(items, arguments, at)

    def _tag(self, many: Many, arguments: Mapping[str, Any], place: str) -> str:
        fingerprint = self.request.world.fingerprint
        if many.log is not None:
            return list_tag(fingerprint, many.log.name, None)
        orders = [order.name for order in arguments.get("orderBy") or ()]
        return list_tag(fingerprint, place, [arguments.get("where"), orders])

    def _made_page(
        self, root: ComputedPage, nodes: list[FieldNode], arguments: dict[str, Any], place: str
    ) -> dict[str, Any]:
        tag = list_tag(self.request.world.fingerprint, place, arguments.get("where"))
        _check_numbers(arguments)
        _check_lists(arguments.get("where"))
        mark = _mark(arguments)
        if mark is not None and _decoded(mark, tag, [str]) is None:
            raise Objection
        found = self.asked.run(_awaited(root.resolve(self.request, arguments)))
        items = [([key], made_cursor(tag, [key]), self._made(value)) for key, value in found]
        at = None
        if mark is not None:
            at = next((index for index, item in enumerate(items) if item[1] == mark), None)
            if at is None:
                at = 0 if arguments.get("after") is not None else len(items)
            elif arguments.get("after") is not None:
                at += 1
        page = _sliced(items, arguments, at)
        edge = _type(_type(SCHEMA.query_type.fields[nodes[0].name.value].type).fields["edges"].type)  # type: ignore[union-attr]
        connection = _type(SCHEMA.query_type.fields[nodes[0].name.value].type)  # type: ignore[union-attr]
        for item in page["edges"]:
            for edges in self._below(connection, nodes, "edges"):
                for node in self._below(edge, edges, "node"):
                    self._check_made(item["node"], node)
        return page

    # ---- what a field cannot take ---------------------------------------------------------------------------------

    def _collected(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Iterator[list[FieldNode]]:
        details = [FieldDetails(node, None) for node in nodes]
        found = collect_subfields(SCHEMA, self.fragments, self.variables, self.operation, type_, details)
        for each in found.grouped_field_set.values():
            yield [detail.node for detail in each]

    def _below(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode], name: str) -> list[list[FieldNode]]:
        return [each for each in self._collected(type_, nodes) if each[0].name.value == name]

    def _arguments(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> dict[str, Any]:
        try:
            return get_argument_values(type_.fields[nodes[0].name.value], nodes[0], self.variables)
        except GraphQLError as error:
            raise Objection from error

    def _check_rows(self, source: AnyRowSource, nodes: Sequence[FieldNode]) -> None:
        """Every argument below a row, whether or not there is such a row."""
        members = source.members.values() if isinstance(source, VariedSource) else (source,)
        for member in members:
            type_ = _type(SCHEMA.type_map[member.type_name])
            for each in self._collected(type_, nodes):
                name = each[0].name.value
                if name == "__typename":
                    continue
                arguments = self._arguments(type_, each)
                match member.fields[name]:
                    case Link(target=target) | Some(target=target):
                        self._check_rows(self.sources.rows[target], each)
                    case Many() as many:
                        self._check_page(many, arguments, f"{member.type_name}.{name}")
                        self._check_below_page(self.sources.rows[many.target], _type(type_.fields[name].type), each)

    def _check_below_page(
        self, target: AnyRowSource, connection: GraphQLObjectType, nodes: Sequence[FieldNode]
    ) -> None:
        edge = _type(connection.fields["edges"].type)
        for edges in self._below(connection, nodes, "edges"):
            for node in self._below(edge, edges, "node"):
                self._check_rows(target, node)

    def _check_page(self, many: Many, arguments: dict[str, Any], place: str) -> None:
        _check_numbers(arguments)
        _check_lists(arguments.get("where"))
        for name in many.arguments:
            _check_lists({"in": arguments.get(name)})
        mark = _mark(arguments)
        if mark is not None:
            target = self.sources.rows[many.target]
            kinds = [_kind(target, column) for column, _ in _keys(many, target, arguments)]
            if _decoded(mark, self._tag(many, arguments, place), kinds) is None:
                raise Objection

    def _made_and_checked(self, value: Any, nodes: Sequence[FieldNode]) -> Made | None:
        made = self._made(value)
        if made is not None:
            self._check_made(made, nodes)
        return made

    def _check_made(self, made: Made, nodes: Sequence[FieldNode]) -> None:
        """Every argument below an object that was made: of it, of what it holds, and of the rows it links to."""
        type_ = _type(SCHEMA.type_map[made.source.type_name])
        for each in self._collected(type_, nodes):
            name = each[0].name.value
            if name == "__typename":
                continue
            arguments = self._arguments(type_, each)
            match made.source.fields[name]:
                case ToRow(target=target):
                    self._check_rows(self.sources.rows[target], each)
                case Nested(get=get):
                    inner = self._made(get(made.value))
                    if inner is not None:
                        self._check_made(inner, each)
                case NestedBy(get=get_by):
                    try:
                        inner = self._made(get_by(made.value, arguments, self.request))
                    except FieldProblem:
                        raise Objection from None
                    if inner is not None:
                        self._check_made(inner, each)
                case NestedMany(get=get):
                    for item in get(made.value):
                        inner = self._made(item)
                        assert inner is not None
                        self._check_made(inner, each)


# ---- small things, each written out ---------------------------------------------------------------------------------


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


def _type(type_: Any) -> GraphQLObjectType:
    while isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    found = get_named_type(type_)
    assert isinstance(found, GraphQLObjectType)
    return found


def _quoted(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("'", "''")
    return f"'{escaped}'"


def _is(row: Row, alias: str) -> str:
    pairs = zip(row.source.key, row.key, strict=True)
    return " AND ".join(f"{alias}.{column} = {_quoted(value)}" for column, value in pairs)


def _inside(code: str) -> tuple[str, str]:
    """The first and last code inside a region: trailing pairs of zeros stand for everything below."""
    fixed = code.rstrip("0")
    fixed += "0" * (len(fixed) % 2)
    return code, fixed.ljust(6, "9")


def _holds(condition: Any, value: Any) -> bool:
    """Whether one cell meets one member of `where`."""
    if condition is None:
        return True
    if isinstance(condition, list):
        return any(_plain(item) == _plain(value) for item in condition)
    if not isinstance(condition, dict):
        return bool(_plain(condition) == _plain(value))
    for operator, operand in condition.items():
        if operand is None:
            continue
        if value is None:
            return False
        match operator:
            case "eq":
                kept = _plain(operand) == _plain(value)
            case "in":
                kept = _plain(value) in [_plain(item) for item in operand]
            case "from":
                kept = _plain(value) >= _plain(operand)
            case "until":
                kept = _plain(value) <= _plain(operand)
            case "within":
                low, high = _inside(operand)
                kept = low <= value <= high
            case _:
                raise AssertionError(operator)
        if not kept:
            return False
    return True


def _is_among(values: Sequence[Any] | None, among: Among, cells: Mapping[str, Any]) -> bool:
    """Whether a row matches one value of a list argument."""
    cell = cells[among.column]
    if values is None:
        return True
    if among.prefix is not None:
        return f"{among.prefix.value}_{cell}" in values
    if among.within:
        return any(low <= cell <= high for low, high in map(_inside, values))
    return cell in [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    """Enumeration members and days as both engines' columns can be compared with."""
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date) else value


def _keys(many: Many, target: AnyRowSource, arguments: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """The columns of the total order and whether each descends: as asked, then the key in the last direction."""
    asked = [pair for order in arguments.get("orderBy") or () for pair in many.orders[order.name]]
    keys: list[tuple[str, bool]] = []
    for column, descending in asked or list(many.order or ()):
        if column not in [known for known, _ in keys]:
            keys.append((column, descending))
    last = keys[-1][1] if keys else False
    keys += [(column, last) for column in target.key if column not in [known for known, _ in keys]]
    return keys


def _kind(target: AnyRowSource, column: str) -> type:
    type_ = target.table.c[column].type
    if isinstance(type_, Date):
        return date
    return int if isinstance(type_, BigInteger | Integer) else str


def _decoded(cursor: str, tag: str, kinds: Sequence[type]) -> list[Any] | None:
    """The keys that a cursor of this list holds, None for any other text."""
    if not cursor.startswith(tag) or re.search("[^0-9a-f]", cursor):
        return None
    try:
        parts = bytes.fromhex(cursor[TAG:]).decode().split("\x1f")
        values = [
            text if kind is str else date.fromisoformat(text) if kind is date else int(text)
            for text, kind in zip(parts, kinds, strict=True)
        ]
    except ValueError:
        return None
    return values if parts != [""] and all(abs(value) < 2**63 for value in values if isinstance(value, int)) else None


def _position(
    items: Sequence[tuple[list[Any], str, Any]], keys: Sequence[tuple[str, bool]], values: Sequence[Any], *, after: bool
) -> int:
    """How many items lie before the cursor; the one that stands at it counts with those before for `after`."""
    before = 0
    for cells, _, _ in items:
        side = 0
        for cell, value, (_, descending) in zip(cells, values, keys, strict=True):
            if _plain(cell) != _plain(value):
                side = -1 if (_plain(cell) < _plain(value)) != descending else 1
                break
        before += side < 0 or (side == 0 and after)
    return before


def _sliced(items: Sequence[tuple[list[Any], str, Any]], arguments: dict[str, Any], at: int | None) -> dict[str, Any]:
    """A page out of a whole list: forward from a position, or backward from one."""
    first, last = arguments.get("first"), arguments.get("last")
    if last is not None or arguments.get("before") is not None:
        high = len(items) if at is None else at
        low = max(0, high - (20 if last is None else last))
    else:
        low = at or 0
        high = min(len(items), low + (20 if first is None else first))
    page = items[low:high]
    return {
        "totalCount": len(items),
        "edges": [{"cursor": cursor, "node": node} for _, cursor, node in page],
        "pageInfo": {
            "hasNextPage": high < len(items),
            "hasPreviousPage": low > 0,
            "startCursor": page[0][1] if page else None,
            "endCursor": page[-1][1] if page else None,
        },
    }


def _mark(arguments: Mapping[str, Any]) -> str | None:
    after, before = arguments.get("after"), arguments.get("before")
    return after if after is not None else before


def _check_numbers(arguments: Mapping[str, Any]) -> None:
    forward = [arguments.get(name) for name in ("first", "after")]
    backward = [arguments.get(name) for name in ("last", "before")]
    if any(value is not None for value in forward) and any(value is not None for value in backward):
        raise Objection
    for size in (forward[0], backward[0]):
        if size is not None and not 0 <= size <= 100:
            raise Objection


def _check_lists(where: Any) -> None:
    for condition in (where or {}).values():
        if isinstance(condition, dict):
            _check_lists(condition)
        elif isinstance(condition, list) and len(condition) > 100:
            raise Objection
