"""Where each field comes from (字段来源): declarations that the compiler turns into SQL.

A `RowSource` says what a GraphQL type is in the database: its table, its key, who may see a row, and a source for
every field. A `ComputedSource` says the same of a type whose objects Python makes. Nothing here runs per request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from sqlalchemy import Table

from domain.store.statements import EngineKind
from domain.vocabulary import Prefix, Role
from resolvers.plan.arguments import PAGE_LIMIT
from resolvers.plan.dialect import JsonDialect


class Alias:
    """A table under a name inside one statement; `alias.column` is the column's SQL, checked against the table."""

    __slots__ = ("_columns", "_name")

    def __init__(self, table: Table, name: str) -> None:
        self._columns = frozenset(table.c.keys())
        self._name = name

    def __getattr__(self, column: str) -> str:
        if column not in self._columns:
            raise AttributeError(f"no column {column} under alias {self._name}")
        return f"{self._name}.{column}"

    def __getitem__(self, column: str) -> str:
        return str(self.__getattr__(column))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a source may use when it writes SQL: the engine, the viewer's role, and bound values of the request.

    `viewer_id`, `unit_id`, `client_id`, `institution_id`, `persona_id`, `region_low`, `region_high`, `id_low`,
    `id_high` (of the region's province), `now`, `working_day` (the number of today among working days), `sandbox` (1 or
    0), `world` (its name) and `horizon` (the place up to which the log is told no more) are SQL placeholders, not
    values: one statement serves every viewer of a role.
    """

    json: JsonDialect
    role: Role
    viewer_id: str
    unit_id: str
    client_id: str
    institution_id: str
    region_low: str
    region_high: str
    id_low: str
    id_high: str
    now: str
    sandbox: str
    world: str
    persona_id: str
    working_day: str
    horizon: tuple[str, str]
    county: bool = False
    """The viewer's region is one code, not a range of them."""

    @property
    def kind(self) -> EngineKind:
        return self.json.kind

    @property
    def place_leads(self) -> bool:
        """A place in a log leads to its rows; to the others it is whom they are about, who are few."""
        return self.role in (Role.CLERK, Role.OPERATOR, Role.AUDITOR)

    def in_viewers_region(self, column: str) -> str:
        """The column's code lies in the viewer's region. An equation leaves the rows in the order of their index."""
        if self.county:
            return f"{column} = {self.region_low}"
        return f"{column} BETWEEN {self.region_low} AND {self.region_high}"

    def one_of(self, column: str, query: str) -> str:
        """The column is one of what a query of its own gives, which is run once and leads to the rows by an index.

        PostgreSQL would read a table from end to end where `IN (SELECT …)` stands beside an OR, or gives more than a
        few, and does not for an array.
        """
        return f"{column} IN ({query})" if self.kind is EngineKind.SQLITE else f"{column} = ANY (ARRAY({query}))"


Arguments = Mapping[str, Any]
Sql = Callable[[Alias, Scope], str]
SqlWithArguments = Callable[[Alias, Scope, Arguments], str]
Join = Callable[[Alias, Alias, Scope], str]
Rule = Callable[[Alias, Scope], str | None]
"""Who may see a row: SQL that must hold, None for no restriction. `NOBODY` where the role sees none."""

NOBODY = "1 = 0"

Subjects = Callable[[Alias, Scope], Sequence[str]]
"""Whose data a row is: SQL of each person's id, null or 0 for nobody; none where a role reaches its own rows only."""


def of_nobody(row: Alias, scope: Scope) -> Sequence[str]:
    """The rows are about nobody, or parts of one that says about whom."""
    return ()


def of_persons(*columns: str, own_for: Collection[Role] = ()) -> Subjects:
    """The columns name whose data the row is. Roles of `own_for` reach no rows but their own."""
    return lambda row, scope: () if scope.role in own_for else [row[column] for column in columns]


class Form(Enum):
    """What a value is, and so how it is printed."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    YUAN = "yuan"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar: SQL and the form that its value is printed in. `nullable` says that the SQL can give null."""

    form: Form
    sql: SqlWithArguments
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """The object's id, or another's key printed as one."""

    prefix: Prefix
    sql: Sql


@dataclass(frozen=True, slots=True)
class Link:
    """At most one row of another type.

    The target's rule holds unless `through` says that whoever sees this row sees the other one too (masked as
    always). Only such a link, over a key that is never null, can be a non-null field.
    """

    target: str
    join: Join
    through: bool = False
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Among:
    """A list argument of which a row must match one value, in a column.

    A value is the column's own; or, with `prefix`, an id of that kind; or, with `within`, a region that the column's
    code lies in.
    """

    column: str
    prefix: Prefix | None = None
    within: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """A log: its name, which its cursors carry, and who looks whether a cursor's place is one of it.

    `check` raises FieldProblem where it is not, or where what follows it is told no more.
    """

    name: str
    check: Callable[[Any, Sequence[int]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Many:
    """A Relay connection of another type's rows; `join` is None for a root list.

    `where` maps members of the argument `where` to the columns that they filter, and `arguments` says the same of other
    arguments.
    `orders` maps values of `orderBy` to columns and whether they descend; `order` is the order without one, the
    target's key where it is not given. `restrict` holds for this list beside the target's rule.
    `guarded` names columns that not everybody who sees a row may know, each with the rule of who may: a list that is
    filtered or ordered by one holds no other rows, because its length and order would tell.
    """

    target: str
    join: Join | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Among] = field(default_factory=dict)
    orders: Mapping[str, Sequence[tuple[str, bool]]] = field(default_factory=dict)
    order: Sequence[tuple[str, bool]] | None = None
    restrict: Callable[[Alias, Scope], str | None] | None = None
    guarded: Mapping[str, Rule] = field(default_factory=dict)
    log: Log | None = None
    """A log whose cursors are places in it, whatever filter a list of it has."""


@dataclass(frozen=True, slots=True)
class Some:
    """A plain list of value objects that belong to the row, in order, at most `limit` of them."""

    target: str
    join: Join
    order: Sequence[str]
    limit: int


@dataclass(frozen=True, slots=True)
class CursorOf:
    """A cursor in a log: the row's own, or the place that these columns name."""

    log: Log
    columns: Sequence[str] | None = None


RowField = Value | Identifier | Link | Many | Some | CursorOf


@dataclass(frozen=True, slots=True)
class RowSource:
    """What a GraphQL object type is in the database. `key` is the total order that its lists fall back to."""

    type_name: str
    table: Table
    key: Sequence[str]
    fields: Mapping[str, RowField]
    rule: Rule
    subjects: Subjects
    prefix: Prefix | None = None
    identity: str = "id"
    """The column that an API id, or a text key, names."""


@dataclass(frozen=True, slots=True)
class VariedSource:
    """A GraphQL interface over one table: which object type a row is, by a discriminating column."""

    type_name: str
    table: Table
    key: Sequence[str]
    discriminator: str
    members: Mapping[str, RowSource]
    rule: Rule
    prefix: Prefix | None = None
    identity: str = "id"


AnyRowSource = RowSource | VariedSource


# ---- computed types -------------------------------------------------------------------------------------------------

Get = Callable[[Any, Arguments], Any]


@dataclass(frozen=True, slots=True)
class Plain:
    """A scalar of a computed object: fen for Yuan, a date, an Instant, an enumeration member, text, number, boolean."""

    get: Get
    form: Form = Form.TEXT


@dataclass(frozen=True, slots=True)
class ToRow:
    """A row in the database, by the key that the computed object carries (None for none).

    `oneself` says that the row is about nobody but the viewer.
    """

    target: str
    get: Callable[[Any], int | str | None]
    oneself: bool = False


@dataclass(frozen=True, slots=True)
class Nested:
    """Another computed object, or None."""

    get: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class NestedMany:
    """A list of computed objects, `most` at most; in an outcome, one for each value of that list in its input."""

    get: Callable[[Any], Sequence[Any]]
    most: int = PAGE_LIMIT
    for_each: str | None = None


@dataclass(frozen=True, slots=True)
class NestedBy:
    """Another computed object, or None, that depends on the field's arguments: `get(value, arguments, request)`.

    An argument that is not given, and has no default, is not among them, or None. Raises FieldProblem.
    """

    get: Callable[[Any, Arguments, Any], Any]


ComputedField = Plain | ToRow | Nested | NestedMany | NestedBy


@dataclass(frozen=True, slots=True)
class OfRow:
    """Whoever a row is about, by the key that the computed object carries; `roles` may reach one of somebody else."""

    target: str
    get: Callable[[Any], int | str | None]
    roles: Collection[Role]


@dataclass(frozen=True, slots=True)
class ComputedSource:
    """What a GraphQL object type is in Python.

    `subject` is whose data the object itself tells, beyond what it links to: a person's id, or the row that has it.
    Objects that are `kept`, and all that is nested in them, never change while the server runs: what was written of one
    is written again as it was, unless it depends on arguments or on rows.
    """

    type_name: str
    python_type: type
    fields: Mapping[str, ComputedField]
    subject: Callable[[Any], int | None] | OfRow | None = None
    kept: bool = False


# ---- roots ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OneByKey:
    """Root field: the row that an argument names, or null. `argument` is an id of `target`, or its text key."""

    target: str
    argument: str


@dataclass(frozen=True, slots=True)
class NodeById:
    """Root field `node`: whatever object the id's prefix says."""

    argument: str = "id"


@dataclass(frozen=True, slots=True)
class Computed:
    """Root field that Python answers: `resolve(request, arguments)` gives an object of a computed source."""

    resolve: Callable[[Any, Arguments], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class ComputedPage:
    """Root connection over a list that Python makes: objects in order, each with a text key that never changes."""

    resolve: Callable[[Any, Arguments], Awaitable[Sequence[tuple[str, Any]]]]


@dataclass(frozen=True, slots=True)
class ComputedValue:
    """Root field whose answer is a scalar that Python makes."""

    resolve: Callable[[Any, Arguments], Awaitable[Any]]
    form: Form


QueryRoot = OneByKey | NodeById | Many | Computed | ComputedPage | ComputedValue


@dataclass(frozen=True)
class Sources:
    """Every field source of the schema."""

    rows: Mapping[str, AnyRowSource]
    computed: Sequence[ComputedSource]
    queries: Mapping[str, QueryRoot]
    nodes: Mapping[Prefix, str]
    """What an id's prefix names, among the rows."""
    computed_nodes: Mapping[Prefix, Callable[[Any, str], Awaitable[Any]]] = field(default_factory=dict)
    """What an id's prefix names, among computed objects: (request, id) gives the object or None."""
    computed_node_types: Mapping[Prefix, str] = field(default_factory=dict)
    """Of which type those objects are."""
    nameless: frozenset[Prefix] = frozenset()
    """What ids of this kind name is no object of the API."""

    def computed_for(self, value: object) -> ComputedSource:
        """The source of a computed object by its Python class."""
        return self._by_class[type(value)]

    def computed_of(self, type_name: str) -> Sequence[ComputedSource]:
        """The sources of a computed type, one for each Python class of its objects."""
        return self._by_type.get(type_name, ())

    @cached_property
    def _by_type(self) -> Mapping[str, Sequence[ComputedSource]]:
        found: dict[str, list[ComputedSource]] = {}
        for source in self.computed:
            found.setdefault(source.type_name, []).append(source)
        return found

    @cached_property
    def _by_class(self) -> Mapping[type, ComputedSource]:
        return {source.python_type: source for source in self.computed}


# ---- short forms for declarations ------------------------------------------------------------------------------------


def _column(column: str | Sql | SqlWithArguments, arity: int = 2) -> SqlWithArguments:
    if isinstance(column, str):
        name = column
        return lambda row, scope, arguments: row[name]
    if arity == 3:
        return column  # type: ignore[return-value]
    simple: Sql = column  # type: ignore[assignment]
    return lambda row, scope, arguments: simple(row, scope)


def text(column: str | Sql, *, nullable: bool = False) -> Value:
    return Value(Form.TEXT, _column(column), nullable)


def text_by(sql: SqlWithArguments, *, nullable: bool = False) -> Value:
    """Text whose column depends on an argument, such as the language."""
    return Value(Form.TEXT, sql, nullable)


def integer(column: str | Sql, *, nullable: bool = False) -> Value:
    return Value(Form.INTEGER, _column(column), nullable)


def boolean(column: str | Sql, *, nullable: bool = False) -> Value:
    return Value(Form.BOOLEAN, _column(column), nullable)


def yuan(column: str | Sql, *, nullable: bool = False) -> Value:
    return Value(Form.YUAN, _column(column), nullable)


def day(column: str | Sql, *, nullable: bool = False) -> Value:
    return Value(Form.DATE, _column(column), nullable)


def moment(column: str | Sql, *, nullable: bool = False) -> Value:
    return Value(Form.INSTANT, _column(column), nullable)


def by_key(target: str, column: str, *, key: str = "id", through: bool = False, nullable: bool = True) -> Link:
    """A link over a foreign key of this row."""
    return Link(target, lambda row, other, scope: f"{other[key]} = {row[column]}", through, nullable)
