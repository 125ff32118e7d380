"""Whether the field sources answer the whole schema (字段来源检查), told when the server starts and never at a request.

`check` compares every reachable type, field, argument, enumeration value and nullability with its source. `compile_all`
compiles every field of every type once, for each engine and role.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    parse,
)
from graphql.execution.values import VariableValues

from domain.store.statements import EngineKind
from domain.vocabulary import Prefix, Role
from resolvers.plan.arguments import FieldProblem, Reader
from resolvers.plan.dialect import JSON_DIALECTS
from resolvers.plan.objects import ObjectCompiler
from resolvers.plan.rows import RowCompiler, python_type
from resolvers.plan.selection import Selector, Terms
from resolvers.plan.sources import (
    Alias,
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

SCALARS: Mapping[Form, Collection[str]] = {
    Form.YUAN: ("Yuan",),
    Form.INSTANT: ("DateTime",),
    Form.DATE: ("Date",),
    Form.BOOLEAN: ("Boolean",),
    Form.INTEGER: ("Int", "Int64"),
    Form.TEXT: ("String", "ID", "RegionCode", "IdNumber", "Cursor", "Ratio"),
}
COLUMNS: Mapping[Form, type] = {
    Form.YUAN: int,
    Form.INSTANT: int,
    Form.DATE: date,
    Form.BOOLEAN: bool,
    Form.INTEGER: int,
    Form.TEXT: str,
}
INPUTS: Mapping[str, type] = {"Int": int, "Int64": int, "DateTime": int, "Date": date, "Boolean": bool}
OPERATORS = frozenset({"eq", "in", "from", "until", "within"})
PAGING = frozenset({"first", "after", "last", "before", "where", "orderBy"})
_ROW_COLUMN = re.compile(r"\ba\.(\w+)")


class SourcesIncomplete(Exception):
    """The schema promises what no source gives, or a source gives what the schema does not have."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def check(schema: GraphQLSchema, sources: Sources, mutations: Collection[str], subscriptions: Collection[str]) -> None:
    """Returns when every field that a client can reach has a source of its type. Raises SourcesIncomplete."""
    found = _Check(schema, sources)
    found.roots(mutations, subscriptions)
    found.types()
    found.node_ids()
    if found.problems:
        raise SourcesIncomplete(list(dict.fromkeys(found.problems)))


@dataclass(slots=True)
class _Check:
    schema: GraphQLSchema
    sources: Sources
    problems: list[str] = field(default_factory=list)
    computed: dict[str, list[ComputedSource]] = field(default_factory=dict)
    rows: dict[str, list[RowSource]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for computed in self.sources.computed:
            self.computed.setdefault(computed.type_name, []).append(computed)
        for name, source in self.sources.rows.items():
            self.that(source.type_name == name, name, f"its source is that of {source.type_name}")
            for row in source.members.values() if isinstance(source, VariedSource) else [source]:
                self.rows.setdefault(row.type_name, []).append(row)

    def that(self, holds: bool, where: str, problem: str) -> bool:
        """Note the problem unless it holds."""
        if not holds:
            self.problems.append(f"{where}: {problem}")
        return holds

    def same(self, where: str, promised: Iterable[str], given: Iterable[str], what: str) -> None:
        """What the schema has and what a source has are the same names."""
        have, give = set(promised), set(given)
        for name in sorted(have - give):
            self.that(False, f"{where}.{name}", f"no source for the {what}")
        for name in sorted(give - have):
            self.that(False, f"{where}.{name}", f"a source, but no such {what} in the schema")

    # ---- roots --------------------------------------------------------------------------------------------------

    def roots(self, mutations: Collection[str], subscriptions: Collection[str]) -> None:
        """Every root field has a source of its type."""
        query, mutation, subscription = (
            self.schema.query_type,
            self.schema.mutation_type,
            self.schema.subscription_type,
        )
        for root, given in ((query, self.sources.queries), (mutation, mutations), (subscription, subscriptions)):
            fields = root.fields if root is not None else {}
            self.same(root.name if root is not None else "schema", fields, given, "root field")
        for name, definition in (query.fields if query is not None else {}).items():
            source = self.sources.queries.get(name)
            if source is not None:
                self.query(f"Query.{name}", definition, source)
        for name, definition in (mutation.fields if mutation is not None else {}).items():
            self.made(f"Mutation.{name}", get_named_type(definition.type))
        for name, definition in (subscription.fields if subscription is not None else {}).items():
            type_ = get_named_type(definition.type)
            if type_.name not in self.sources.rows:
                self.made(f"Subscription.{name}", type_)

    def query(self, where: str, definition: GraphQLField, source: object) -> None:
        """A query field and its source."""
        type_ = get_named_type(definition.type)
        match source:
            case OneByKey(target, argument):
                self.target(where, type_, target)
                self.that(not isinstance(definition.type, GraphQLNonNull), where, "a row can be hidden: not non-null")
                self.that(set(definition.args) == {argument}, where, f"the one argument must be {argument}")
                row = self.sources.rows.get(target)
                if row is not None and argument == "id":
                    self.that(row.prefix is not None, where, f"{target} has no prefix for its ids")
            case NodeById(argument):
                self.that(isinstance(type_, GraphQLInterfaceType), where, "node must be of an interface")
                self.that(
                    not isinstance(definition.type, GraphQLNonNull), where, "an id can name nothing: not non-null"
                )
                self.that(set(definition.args) == {argument}, where, f"the one argument must be {argument}")
            case Many():
                self.that(source.join is None, where, "a list at the root joins nothing")
                self.connection(where, definition, source)
            case Computed():
                self.made(where, type_)
            case ComputedValue(_, form):
                self.that(type_.name in SCALARS[form], where, f"{type_.name}, but its source gives {form.value}")
            case ComputedPage():
                node = self.node(where, definition)
                if node is not None:
                    self.made(where, node)

    # ---- types --------------------------------------------------------------------------------------------------

    def types(self) -> None:
        """Every type that can be reached has a source, and every source a type."""
        pages = self.pages()
        reached = [
            type_
            for type_ in self.reachable()
            if isinstance(type_, GraphQLObjectType)
            and type_ not in (self.schema.query_type, self.schema.mutation_type, self.schema.subscription_type)
            and type_.name not in pages
        ]
        self.same("schema", [type_.name for type_ in reached], [*self.computed, *self.rows], "object type")
        for type_ in reached:
            for row in self.rows.get(type_.name, ()):
                self.row_type(type_, row)
            for computed in self.computed.get(type_.name, ()):
                self.computed_type(type_, computed)
        for source in self.sources.rows.values():
            if isinstance(source, VariedSource):
                self.varied(source)

    def reachable(self) -> Iterator[GraphQLNamedType]:
        """Every type that a document can come to."""
        waiting: list[GraphQLNamedType] = [
            root
            for root in (self.schema.query_type, self.schema.mutation_type, self.schema.subscription_type)
            if root is not None
        ]
        known = {type_.name for type_ in waiting}
        while waiting:
            type_ = waiting.pop()
            yield type_
            below: list[GraphQLNamedType] = []
            if is_abstract_type(type_):
                below += self.schema.get_possible_types(type_)
            if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
                below += [get_named_type(each.type) for each in type_.fields.values()]
            for each in below:
                if each.name not in known:
                    known.add(each.name)
                    waiting.append(each)

    def pages(self) -> set[str]:
        """Connections, their edges, and PageInfo: written by the plan itself."""
        found = set()
        for type_ in self.schema.type_map.values():
            if isinstance(type_, GraphQLObjectType) and set(type_.fields) == {"pageInfo", "totalCount", "edges"}:
                found |= {type_.name, *(get_named_type(each.type).name for each in type_.fields.values())}
        return found

    def row_type(self, type_: GraphQLObjectType, source: RowSource) -> None:
        """A type whose objects are rows."""
        columns = source.table.c
        for column in source.key:
            if self.that(column in columns, source.type_name, f"no column {column} for its key"):
                self.that(not columns[column].nullable, source.type_name, f"the key column {column} can be null")
        self.same(type_.name, type_.fields, source.fields, "field")
        try:
            for kind in EngineKind:
                for role in Role:
                    source.subjects(Alias(source.table, "a"), scope_of(kind, role))
        except AttributeError as error:
            self.that(False, f"whom {type_.name} is about", str(error))
        for name, definition in type_.fields.items():
            given = source.fields.get(name)
            if given is not None:
                try:
                    self.row_field(f"{type_.name}.{name}", source, definition, given)
                except AttributeError as error:
                    self.that(False, f"{type_.name}.{name}", str(error))

    def row_field(self, where: str, source: RowSource, definition: GraphQLField, given: object) -> None:
        type_ = get_named_type(definition.type)
        required = isinstance(definition.type, GraphQLNonNull)
        match given:
            case Value():
                self.scalar(where, definition, given.form)
                self.that(not (required and given.nullable), where, "non-null, but its source can be null")
                for sql in self.written(source, definition, given):
                    column = source.table.c.get(sql.removeprefix("a."))
                    if column is not None and sql == f"a.{column.name}":
                        self.that(
                            not (required and column.nullable), where, f"non-null, but column {column.name} can be null"
                        )
                        kind = python_type(column)
                        self.that(
                            kind is COLUMNS[given.form], where, f"{given.form.value} over a column of {kind.__name__}"
                        )
            case Identifier(prefix):
                self.that(type_.name == "ID" and required, where, "an identifier is of type ID!")
                self.that(
                    not where.endswith(".id") or prefix is source.prefix, where, f"its prefix is not {prefix.value}"
                )
                given.sql(Alias(source.table, "a"), scope_of(EngineKind.SQLITE, Role.CITIZEN))
            case CursorOf():
                self.that(type_.name == "Cursor", where, "a cursor is of type Cursor")
            case Link(target):
                if self.target(where, type_, target):
                    self.link(where, source, given, required)
                self.that(not definition.args, where, "a link takes no arguments")
            case Some(target):
                item = get_nullable_type(definition.type)
                self.that(isinstance(item, GraphQLList), where, "a list, but of one object in the schema")
                if self.target(where, type_, target):
                    for name in given.order:
                        self.that(name in self.sources.rows[target].table.c, where, f"no column {name} to order by")
                self.that(given.limit > 0, where, "a list needs a bound")
            case Many():
                self.that(given.join is not None, where, "a list below a row needs a join")
                self.connection(where, definition, given)
                if given.join is not None and given.target in self.sources.rows:
                    other = Alias(self.sources.rows[given.target].table, "o")
                    given.join(Alias(source.table, "a"), other, scope_of(EngineKind.SQLITE, Role.CITIZEN))

    def link(self, where: str, source: RowSource, link: Link, required: bool) -> None:
        """A link, and whether it always leads somewhere."""
        other = Alias(self.sources.rows[link.target].table, "o")
        for kind in EngineKind:
            join = link.join(Alias(source.table, "a"), other, scope_of(kind, Role.CITIZEN))
            if required:
                self.that(link.through, where, "non-null, but the row that it links to can be hidden")
                self.that(not link.nullable, where, "non-null, but its link says that it can be null")
                for name in _ROW_COLUMN.findall(join):
                    column = source.table.c.get(name)
                    if column is not None:
                        self.that(not column.nullable, where, f"non-null, but column {name} can be null")

    def written(self, source: RowSource, definition: GraphQLField, value: Value) -> Iterator[str]:
        """The SQL of a value for each engine and role, and for each value of an enumeration that it depends on."""
        choices: list[dict[str, Any]] = [{}]
        for name, argument in definition.args.items():
            type_ = get_named_type(argument.type)
            if isinstance(type_, GraphQLEnumType):
                values = [type_.coerce_input_value(each) for each in type_.values]
                choices = [{**chosen, name: each} for chosen in choices for each in values]
        for kind in EngineKind:
            for role in Role:
                for chosen in choices:
                    yield value.sql(Alias(source.table, "a"), scope_of(kind, role), chosen)

    def scalar(self, where: str, definition: GraphQLField, form: Form) -> None:
        """A scalar's form is that of its GraphQL type, and its arguments are such that a plan is made for each."""
        type_ = get_named_type(definition.type)
        fits = type_.name in SCALARS[form] or (form is Form.TEXT and isinstance(type_, GraphQLEnumType))
        self.that(fits, where, f"{type_.name}, but its source gives {form.value}")
        for name, argument in definition.args.items():
            kind = get_named_type(argument.type)
            decides = isinstance(kind, GraphQLEnumType) or kind.name == "Boolean"
            self.that(decides, f"{where}({name})", "an argument of a scalar must be an enumeration or a Boolean")

    def target(self, where: str, type_: GraphQLNamedType, target: str) -> bool:
        self.that(type_.name == target, where, f"{type_.name}, but its source leads to {target}")
        return self.that(target in self.sources.rows, where, f"no source for {target}")

    # ---- connections --------------------------------------------------------------------------------------------

    def node(self, where: str, definition: GraphQLField) -> GraphQLNamedType | None:
        """What a connection is a list of."""
        connection = get_named_type(definition.type)
        edges = connection.fields.get("edges") if isinstance(connection, GraphQLObjectType) else None
        edge = get_named_type(edges.type) if edges is not None else None
        node = edge.fields.get("node") if isinstance(edge, GraphQLObjectType) else None
        if not self.that(node is not None and connection.name in self.pages(), where, "no connection in the schema"):
            return None
        assert node is not None
        missing = {"first", "after", "last", "before"} - set(definition.args)
        self.that(not missing, where, f"a list without {', '.join(sorted(missing))}")
        found: GraphQLNamedType = get_named_type(node.type)
        return found

    def connection(self, where: str, definition: GraphQLField, many: Many) -> None:
        """A list of rows: its target, and every argument that narrows or orders it."""
        node = self.node(where, definition)
        if node is None or not self.target(where, node, many.target):
            return
        target = self.sources.rows[many.target]
        columns = target.table.c
        filters = definition.args.get("where")
        type_ = get_named_type(filters.type) if filters is not None else None
        members = type_.fields if isinstance(type_, GraphQLInputObjectType) else {}
        self.same(f"{where}(where)", members, many.where, "condition")
        for name, column in many.where.items():
            if name in members:
                self.filtered(f"{where}(where.{name})", members[name].type, target, column)
        others = set(definition.args) - PAGING
        self.same(where, others, many.arguments, "argument")
        for name, among in many.arguments.items():
            if name in definition.args:
                values = get_named_type(definition.args[name].type)
                listed = isinstance(get_nullable_type(definition.args[name].type), GraphQLList)
                self.that(listed, f"{where}({name})", "among values, but no list of them")
                if among.prefix is not None:
                    self.that(values.name == "ID", f"{where}({name})", f"names of {among.prefix.value}, but no ids")
                    self.that(among.column in columns, f"{where}({name})", f"no column {among.column}")
                else:
                    self.filtered(f"{where}({name})", definition.args[name].type, target, among.column)
                if among.within:
                    self.that(values.name == "RegionCode", f"{where}({name})", "within regions, but no codes of any")
                if isinstance(target, VariedSource) and among.column == target.discriminator:
                    assert isinstance(values, GraphQLEnumType)
                    self.same(f"{where}({name})", values.values, target.members, "value")
        order = definition.args.get("orderBy")
        named = get_named_type(order.type) if order is not None else None
        promised = named.values if isinstance(named, GraphQLEnumType) else ()
        self.same(f"{where}(orderBy)", promised, many.orders, "order")
        for column, _ in [*(pair for pairs in many.orders.values() for pair in pairs), *(many.order or ())]:
            if self.that(column in columns, where, f"no column {column} to order by"):
                self.that(not columns[column].nullable, where, f"the order's column {column} can be null")
        for column in many.guarded:
            self.that(column in columns, where, f"no column {column} to guard")
        for rule in (many.restrict, *many.guarded.values()):
            if rule is not None:
                for kind in EngineKind:
                    rule(Alias(target.table, "o"), scope_of(kind, Role.CITIZEN))

    def filtered(self, where: str, type_: Any, target: AnyRowSource, column: str) -> None:
        """One condition on one column."""
        if not self.that(column in target.table.c, where, f"no column {column}"):
            return
        named = get_named_type(type_)
        leaves = [named]
        if isinstance(named, GraphQLInputObjectType):
            unknown = set(named.fields) - OPERATORS
            self.that(not unknown, where, f"no such operator: {', '.join(sorted(unknown))}")
            leaves = [get_named_type(each.type) for each in named.fields.values()]
        kind = python_type(target.table.c[column])
        for leaf in leaves:
            expected = INPUTS.get(leaf.name, str)
            self.that(expected is kind, where, f"{leaf.name} over a column of {kind.__name__}")

    # ---- interfaces, unions, computed types -----------------------------------------------------------------------

    def varied(self, source: VariedSource) -> None:
        """An interface over one table."""
        where = source.type_name
        type_ = self.schema.type_map.get(where)
        if not self.that(isinstance(type_, GraphQLInterfaceType), where, "a table of several types, but no interface"):
            return
        assert isinstance(type_, GraphQLInterfaceType)
        self.that(source.discriminator in source.table.c, where, f"no column {source.discriminator}")
        possible = [each.name for each in self.schema.get_possible_types(type_)]
        self.same(where, possible, [member.type_name for member in source.members.values()], "member")
        for member in source.members.values():
            alike = member.table is source.table and tuple(member.key) == tuple(source.key)
            self.that(alike, f"{where}.{member.type_name}", "not the table and key of its interface")

    def computed_type(self, type_: GraphQLObjectType, source: ComputedSource) -> None:
        """A type whose objects Python makes."""
        self.same(type_.name, type_.fields, source.fields, "field")
        for name, definition in type_.fields.items():
            where = f"{type_.name}.{name}"
            named = get_named_type(definition.type)
            match source.fields.get(name):
                case Plain() as plain:
                    self.scalar(where, definition, plain.form)
                case ToRow(target):
                    if self.target(where, named, target):
                        self.that(isinstance(self.sources.rows[target], RowSource), where, "leads to several types")
                case Nested() | NestedBy():
                    self.that(not isinstance(get_nullable_type(definition.type), GraphQLList), where, "a list")
                    self.made(where, named)
                case NestedMany():
                    self.that(isinstance(get_nullable_type(definition.type), GraphQLList), where, "no list")
                    self.made(where, named)

    def made(self, where: str, type_: GraphQLNamedType) -> None:
        """Every object that a computed field can give has a computed source."""
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            self.that(False, where, f"{type_.name} is no object")
            return
        possible = self.schema.get_possible_types(type_) if is_abstract_type(type_) else [type_]
        for each in possible:
            self.that(each.name in self.computed, where, f"no computed source for {each.name}")

    def node_ids(self) -> None:
        """Every prefix names a type, but for those of what is no object, and every type with an id is found by one."""
        named = {**self.sources.nodes, **self.sources.computed_node_types}
        for prefix in Prefix:
            self.that(
                prefix in named or prefix in self.sources.nameless,
                f"node({prefix.value}_…)",
                "the prefix names no type",
            )
        self.that(
            set(self.sources.computed_nodes) == set(self.sources.computed_node_types),
            "node",
            "computed nodes and their types differ",
        )
        for prefix, name in self.sources.nodes.items():
            where = f"node({prefix.value}_…)"
            row = self.sources.rows.get(name)
            if self.that(row is not None, where, f"no source for {name}"):
                assert row is not None
                self.that(row.prefix is prefix, where, f"{name} has another prefix")
        node = self.schema.type_map.get("Node")
        if not isinstance(node, GraphQLInterfaceType):
            return
        found = {*named.values()}
        for each in self.schema.get_possible_types(node):
            interfaces = {interface.name for interface in each.interfaces}
            self.that(bool(found & {each.name, *interfaces}), each.name, "has an id, but no prefix leads to it")


def scope_of(kind: EngineKind, role: Role) -> Scope:
    """What a rule may use when it is only looked at: names in the place of placeholders."""
    return Scope(
        JSON_DIALECTS[kind],
        role,
        ":viewer",
        ":unit",
        ":client",
        ":institution",
        ":low",
        ":high",
        ":from",
        ":to",
        ":now",
        ":sandbox",
        ":world",
        ":persona",
        ":workday",
        (":transaction", ":position"),
    )


# ---- compiling everything once ---------------------------------------------------------------------------------------

_Everything = Callable[[GraphQLNamedType], list[FieldNode]]


def compile_all(
    schema: GraphQLSchema, sources: Sources, compiled: Callable[[EngineKind, str], None] = lambda kind, sql: None
) -> None:
    """Compile every field of every type, and every root, for each engine and role; `compiled` is given each statement.

    Raises SourcesIncomplete with what could not be compiled.
    """
    problems: list[str] = []
    everything = cache(partial(_everything, schema))
    for kind in EngineKind:
        for role in Role:
            for where, written in _statements(schema, sources, everything, kind, role):
                try:
                    for sql in written():
                        compiled(kind, sql)
                except (AttributeError, KeyError, AssertionError, FieldProblem, TypeError) as error:
                    problems.append(f"{where} for {role.name} on {kind.value}: {error!r}")
    if problems:
        raise SourcesIncomplete(problems)


def _statements(
    schema: GraphQLSchema, sources: Sources, everything: _Everything, kind: EngineKind, role: Role
) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    terms = Terms(Selector(schema, {}, VariableValues({}, {})), kind, role)

    def row(source: AnyRowSource) -> list[str]:
        rows = RowCompiler(sources, terms)
        alias, name = rows.alias(source)
        value, cost = rows.row_json(source, alias, everything(schema.type_map[source.type_name]))
        rule = source.rule(alias, rows.scope) or "1 = 1"
        sql = f"SELECT {rows.scope.json.as_text(value)} FROM {source.table.name} {name} WHERE {rule}"
        return [rows.finished(sql, cost).rendered.sql]

    def made(source: ComputedSource) -> list[str]:
        objects = ObjectCompiler(sources, terms)
        writer = objects.compiled(source, everything(schema.type_map[source.type_name]))
        return [] if writer.compiled is None else [writer.compiled.rendered.sql]

    def root(name: str, many: Many, definition: GraphQLField) -> list[str]:
        rows = RowCompiler(sources, terms)
        connection = get_named_type(definition.type)
        assert isinstance(connection, GraphQLObjectType)
        nodes = everything(connection)
        sql, cost = rows.page(
            many, None, connection, nodes, Reader(definition, nodes[0], terms.selector.variables), name
        )
        return [rows.finished(sql, cost).rendered.sql]

    for source in sources.rows.values():
        yield source.type_name, lambda source=source: row(source)  # type: ignore[misc]
    for computed in sources.computed:
        yield computed.type_name, lambda computed=computed: made(computed)  # type: ignore[misc]
    assert schema.query_type is not None
    for name, given in sources.queries.items():
        if isinstance(given, Many):
            definition = schema.query_type.fields[name]
            yield (
                f"Query.{name}",
                lambda name=name, given=given, definition=definition: root(  # type: ignore[misc]
                    name, given, definition
                ),
            )


def _everything(schema: GraphQLSchema, type_: GraphQLNamedType) -> list[FieldNode]:
    """A field node below which every field of the type is asked for, and of what these lead to, one level."""
    text = "{ it " + _selected(schema, type_, 2) + " }"
    [operation] = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    [node] = operation.selection_set.selections
    assert isinstance(node, FieldNode)
    return [node]


def _selected(schema: GraphQLSchema, type_: GraphQLNamedType, depth: int) -> str:
    parts = ["__typename"]
    fields: Mapping[str, GraphQLField] = getattr(type_, "fields", {})
    for name, definition in fields.items():
        named = get_named_type(definition.type)
        needed = [
            argument
            for argument, each in definition.args.items()
            if isinstance(each.type, GraphQLNonNull) and each.default_value is Undefined
        ]
        assert not needed, f"{type_.name}.{name} needs {needed}"
        if is_leaf_type(named):
            parts.append(name)
        elif depth > 0 or name in ("edges", "node", "pageInfo"):
            paged = name in ("edges", "node")
            parts.append(f"{name} {_selected(schema, named, depth if paged else depth - 1)}")
        else:
            parts.append(f"{name} {{ __typename }}")
    if is_abstract_type(type_):
        parts += [f"... on {each.name} {_selected(schema, each, depth)}" for each in schema.get_possible_types(type_)]
    return "{ " + " ".join(parts) + " }"
