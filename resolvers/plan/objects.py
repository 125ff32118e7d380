"""How an answer that Python makes is written (计算结果的输出): outcomes, refusals, quotes, policy facts.

The selection is compiled once into a writer per Python class, which makes plain values that are printed together. What
objects of one class link to in the database is fetched by one statement for all of them and all their links together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, islice
from types import NoneType
from typing import Any, Final

import orjson
from graphql import FieldNode, GraphQLObjectType, get_named_type, is_abstract_type

from domain.store.engine import Connection
from domain.vocabulary import Instant, Role, Viewer, iso_instant, yuan
from resolvers.context import Request
from resolvers.plan.arguments import FieldProblem, Getter, Reader, Variables, is_county, length_getter
from resolvers.plan.marks import MARK
from resolvers.plan.rows import Compiled, Cost, RowCompiler, either, python_type
from resolvers.plan.selection import Terms
from resolvers.plan.sources import (
    Arguments,
    ComputedSource,
    Form,
    Nested,
    NestedBy,
    NestedMany,
    OfRow,
    Plain,
    Sources,
    ToRow,
)

Tell = Callable[[Any], Any]
"""What of an object is told, as a value that prints as JSON."""


def told_as(form: Form) -> Tell:
    """Tells a scalar in the form in which SQL prints it."""
    if form is Form.YUAN:
        return lambda value: None if value is None else yuan(value)
    if form is Form.INSTANT:
        return lambda value: None if value is None else iso_instant(Instant(value))
    return _as_it_is


_PRINTS_ITSELF: Final = frozenset({str, int, bool, NoneType})
"""Types of nearly all values; what else a value may be is asked only of the others."""


def _as_it_is(value: Any) -> Any:
    if type(value) in _PRINTS_ITSELF:
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, list | tuple):
        return [_as_it_is(item) for item in value]
    return value


@dataclass(slots=True)
class ObjectCompiler:
    """Compiles what was asked of computed objects, once per class, for one plan variant."""

    sources: Sources
    terms: Terms
    _writers: dict[tuple[type, tuple[int, ...]], ObjectWriter] = field(default_factory=dict)
    _others: dict[tuple[Role, bool], ObjectCompiler] = field(default_factory=dict)
    _pages: dict[int, tuple[object, Sequence[Any], bytes]] = field(default_factory=dict)
    kept_bytes: int = 0
    """How much is kept of what was written of objects that never change."""

    def writer(self, value: object, nodes: Sequence[FieldNode]) -> ObjectWriter:
        """The writer for an object's class and what was asked below `nodes`."""
        return self._writer(self.sources.computed_for(value), nodes)

    def _writer(self, source: ComputedSource, nodes: Sequence[FieldNode]) -> ObjectWriter:
        key = (source.python_type, tuple(map(id, nodes)))
        found = self._writers.get(key)
        if found is None:
            found = self._writers[key] = self.compiled(source, nodes)
        return found

    def unchanging(self, values: Sequence[Any], nodes: Sequence[FieldNode]) -> bool:
        """Whether what was asked of the objects depends on nothing but them, and they never change."""
        return all(self.writer(value, nodes).kept is not None for value in values)

    def kept_page(self, node: FieldNode, place: object, items: Sequence[Any]) -> bytes | None:
        """The page that was written last for a root field, where it was of the same place in the same list."""
        found = self._pages.get(id(node))
        return None if found is None or found[0] != place or found[1] != items else found[2]

    def keep_page(self, node: FieldNode, place: object, items: Sequence[Any], page: bytes) -> None:
        """Keeps a page of a list of objects that never change instead of the one before."""
        before = self._pages.get(id(node))
        self._pages[id(node)] = place, items, page
        self.kept_bytes += len(page) - (0 if before is None else len(before[2]))

    def prepared(self, type_name: str, nodes: Sequence[FieldNode]) -> list[ObjectWriter]:
        """Every writer with SQL that an answer of that type can need, compiled. Raises FieldProblem."""
        found: list[ObjectWriter] = []
        for type_ in self._possible(type_name):
            fields = self.terms.selector.below(type_, nodes).values()
            for source in self.sources.computed_of(type_.name):
                writer = self._writer(source, nodes)
                if writer.compiled is not None:
                    found.append(writer)
                for each in fields:
                    name = each[0].name.value
                    if isinstance(source.fields.get(name), Nested | NestedMany | NestedBy):
                        found += self.prepared(get_named_type(type_.fields[name].type).name, each)
        return found

    def as_seen_by(self, viewer: Viewer) -> ObjectCompiler:
        """The same for another viewer, where an answer changes who asks (sign-in)."""
        county = viewer.role is Role.CLERK and is_county(viewer.region)
        key = (viewer.role, county)
        found = self._others.get(key)
        if found is None:
            terms = Terms(self.terms.selector, self.terms.kind, *key)
            found = self._others[key] = ObjectCompiler(self.sources, terms)
        return found

    def keeps(self, page: bytes) -> bool:
        """Whether that is a page that it keeps: one that shows nobody."""
        return any(page is kept for _, _, kept in self._pages.values())

    @property
    def shown(self) -> set[str]:
        """What is asked of persons, as Type.field, whoever answers."""
        found = {name for writer in self._writers.values() for name in writer.shown}
        return found.union(*(other.shown for other in self._others.values()))

    @property
    def text_bytes(self) -> int:
        """How much text it holds: SQL, and what it keeps of objects that never change."""
        own = sum(writer.compiled.text_bytes for writer in self._writers.values() if writer.compiled is not None)
        return own + self.kept_bytes + sum(other.text_bytes for other in self._others.values())

    def _possible(self, type_name: str) -> Sequence[GraphQLObjectType]:
        type_ = self.terms.selector.schema.type_map[type_name]
        if is_abstract_type(type_):
            return self.terms.selector.schema.get_possible_types(type_)
        assert isinstance(type_, GraphQLObjectType)
        return [type_]

    def cost(self, type_name: str, nodes: Sequence[FieldNode], given: FieldNode | None = None) -> Cost:
        """How much an answer of that type can hold at most, whichever object it turns out to be.

        `given` is the mutation's field where it is the outcome of one.
        """
        return either([self._object_cost(each, nodes, given) for each in self._possible(type_name)])

    def _object_cost(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode], given: FieldNode | None) -> Cost:
        source = self.sources.computed_of(type_.name)[0]
        cost = Cost(1)
        for each in self.terms.selector.below(type_, nodes).values():
            name = each[0].name.value
            below = get_named_type(type_.fields[name].type).name if name in type_.fields else ""
            match source.fields.get(name):
                case ToRow(target=target):
                    rows = RowCompiler(self.sources, self.terms)
                    try:
                        cost += rows.one(self.sources.rows[target], each, "")[1]
                    except FieldProblem:
                        continue  # It is told when such an object comes; another one can still be answered.
                case Nested() | NestedBy():
                    cost += self.cost(below, each)
                case NestedMany(_, most, for_each):
                    if given is None or for_each is None:
                        cost += self.cost(below, each).times(most)
                    else:
                        cost += Cost(0, ((length_getter(given, "input", for_each, most=most), self.cost(below, each)),))
                case _:
                    cost += Cost(1)
        return cost

    def compiled(self, source: ComputedSource, nodes: Sequence[FieldNode]) -> ObjectWriter:
        selector = self.terms.selector
        type_ = selector.schema.type_map[source.type_name]
        assert isinstance(type_, GraphQLObjectType)
        parts: list[_Part] = []
        rows: RowCompiler | None = None
        subqueries: list[str] = []
        keys: list[str] = []
        links: list[ToRow] = []
        cost = Cost(1)
        fields = selector.below(type_, nodes)
        subject = source.subject
        if isinstance(subject, OfRow) and self.terms.role in subject.roles:
            rows = RowCompiler(self.sources, self.terms)
            target = self.sources.rows[subject.target]
            keys.append(rows.bind(python_type(target.table.c[target.identity]), _keys_of(0), many=True))
            subqueries.append(f"({rows.subject(subject.target, 'given.v0')})")
            parts.append(_Part(MARK, link=0))
            links.append(ToRow(subject.target, subject.get))
        elif subject is not None and not isinstance(subject, OfRow):
            parts.append(_Part(MARK, tell=subject))
        for key, each in fields.items():
            name = each[0].name.value
            if name == "__typename":
                parts.append(_Part(key, constant=type_.name))
                continue
            definition = type_.fields[name]
            match source.fields[name]:
                case Plain() as plain:
                    arguments = Reader(definition, each[0], selector.variables).values
                    parts.append(_Part(key, tell=_plain(plain, arguments)))
                case Nested(get):
                    parts.append(_Part(key, nested=get, nodes=each))
                case NestedBy(get_by):
                    reader = Reader(definition, each[0], selector.variables)
                    getters = {argument: reader.getter(argument) for argument in definition.args}
                    parts.append(_Part(key, nested_by=get_by, getters=getters, nodes=each))
                case NestedMany(get):
                    parts.append(_Part(key, nested_many=get, nodes=each))
                case ToRow() as link:
                    rows = rows or RowCompiler(self.sources, self.terms)
                    target = self.sources.rows[link.target]
                    assert get_named_type(definition.type).name == link.target
                    key_type = python_type(target.table.c[target.identity])
                    keys.append(rows.bind(key_type, _keys_of(len(links)), many=True))
                    sql, link_cost = rows.one(target, each, f"given.v{len(links)}", through=True, oneself=link.oneself)
                    subqueries.append(f"({sql})")
                    cost += link_cost
                    parts.append(_Part(key, link=len(links)))
                    links.append(link)
        marked = any(part.key is MARK for part in parts)
        compiled: Compiled | None = None
        if rows is not None:
            compiled = rows.finished(f"SELECT {', '.join(subqueries)} {rows.scope.json.from_given(keys)}", cost)
        shown = frozenset(f"{type_.name}.{each[0].name.value}" for each in fields.values()) if marked else frozenset()
        kept: dict[int, tuple[Any, orjson.Fragment]] | None = (
            {} if source.kept and self._unchanging(source, nodes) else None
        )
        return ObjectWriter(self, tuple(parts), tuple(links), compiled, shown, kept)

    def _unchanging(self, source: ComputedSource, nodes: Sequence[FieldNode]) -> bool:
        """Whether what was asked of a kept object depends on nothing but it."""
        type_ = self.terms.selector.schema.type_map[source.type_name]
        assert isinstance(type_, GraphQLObjectType)
        for each in self.terms.selector.below(type_, nodes).values():
            name = each[0].name.value
            match source.fields.get(name):
                case ToRow() | NestedBy():
                    return False
                case Nested() | NestedMany():
                    possible = self._possible(get_named_type(type_.fields[name].type).name)
                    inner = [one for found in possible for one in self.sources.computed_of(found.name)]
                    if not all(self._unchanging(one, each) for one in inner):
                        return False
        return source.subject is None

    async def told(
        self,
        values: Sequence[Any],
        nodes: Sequence[FieldNode],
        connection: Connection,
        request: Request,
        variables: Variables,
    ) -> list[Any]:
        """What prints as each object, None for None; those of one class are told together."""
        found: list[Any] = [None] * len(values)
        places: dict[type, list[int]] = {}
        for place, value in enumerate(values):
            if value is not None:
                places.setdefault(type(value), []).append(place)
        for same in places.values():
            writer = self.writer(values[same[0]], nodes)
            told = await writer.told_all([values[place] for place in same], connection, request, variables)
            for place, one in zip(same, told, strict=True):
                found[place] = one
        return found


def _plain(plain: Plain, arguments: Arguments) -> Tell:
    get, tell = plain.get, told_as(plain.form)
    return lambda value: tell(get(value, arguments))


def _keys_of(index: int) -> Getter:
    return lambda given, request: given[_KEYS][index]


_KEYS = ""
"""No GraphQL variable has an empty name: under it the keys of the objects' links travel with the variables, a list for
each link."""


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    constant: str = ""
    tell: Tell | None = None
    nested: Callable[[Any], Any] | None = None
    nested_many: Callable[[Any], Sequence[Any]] | None = None
    nested_by: Callable[[Any, Arguments, Request], Any] | None = None
    getters: Mapping[str, Getter] = field(default_factory=dict)
    nodes: Sequence[FieldNode] = ()
    link: int | None = None


@dataclass(frozen=True, slots=True)
class ObjectWriter:
    """Writes objects of one class as asked."""

    compiler: ObjectCompiler
    parts: tuple[_Part, ...]
    links: tuple[ToRow, ...]
    compiled: Compiled | None
    told: frozenset[str] = frozenset()
    """What it tells of persons itself, as Type.field."""
    kept: dict[int, tuple[Any, orjson.Fragment]] | None = None
    """What was printed of objects that never change, by identity, with the object; None where they may."""

    @property
    def shown(self) -> frozenset[str]:
        """What is asked of persons, in the object and below its links."""
        return self.told if self.compiled is None else self.told | self.compiled.shown

    def check(self, variables: Variables, request: Request) -> None:
        """Returns where what is asked below the object's links can be fetched. Raises FieldProblem."""
        if self.compiled is not None:
            self.compiled.arguments({**variables, _KEYS: [()] * len(self.links)}, request)

    async def write(self, value: Any, connection: Connection, request: Request, variables: Variables) -> bytes:
        """The object as JSON."""
        [told] = await self.told_all([value], connection, request, variables)
        return orjson.dumps(told)

    async def told_all(
        self, values: Sequence[Any], connection: Connection, request: Request, variables: Variables
    ) -> list[Any]:
        """What prints as each object; what all of them link to is fetched by one statement."""
        if self.kept is None:
            return await self._told(values, connection, request, variables)
        kept = self.kept
        fresh = [value for value in values if id(value) not in kept]
        for value, told in zip(fresh, await self._told(fresh, connection, request, variables), strict=True):
            text = orjson.dumps(told)
            kept[id(value)] = value, orjson.Fragment(text)
            self.compiler.kept_bytes += len(text)
        return [kept[id(value)][1] for value in values]

    async def _told(
        self, values: Sequence[Any], connection: Connection, request: Request, variables: Variables
    ) -> list[Any]:
        fetched: Sequence[Sequence[Any]] = ()
        if self.compiled is not None:
            keys = [[link.get(value) for value in values] for link in self.links]
            arguments = self.compiled.arguments({**variables, _KEYS: keys}, request)
            fetched = await connection.fetch_all_rendered(self.compiled.rendered, arguments)
        if not self.parts:
            return [{}] * len(values)
        members = [await self._members(part, values, fetched, connection, request, variables) for part in self.parts]
        names = [part.key for part in self.parts]
        return [dict(zip(names, of_one, strict=True)) for of_one in zip(*members, strict=True)]

    async def _members(
        self,
        part: _Part,
        values: Sequence[Any],
        fetched: Sequence[Sequence[Any]],
        connection: Connection,
        request: Request,
        variables: Variables,
    ) -> Sequence[Any]:
        """The same member of each object."""
        if part.tell is not None:
            return list(map(part.tell, values))
        if part.link is not None:
            linked = [row[part.link] for row in fetched]
            return [None if text is None else orjson.Fragment(text) for text in linked]
        if part.nested is not None:
            below = [part.nested(value) for value in values]
            return await self.compiler.told(below, part.nodes, connection, request, variables)
        if part.nested_by is not None:
            arguments = {name: getter(variables, request) for name, getter in part.getters.items()}
            below = [part.nested_by(value, arguments, request) for value in values]
            return await self.compiler.told(below, part.nodes, connection, request, variables)
        if part.nested_many is not None:
            lists = [part.nested_many(value) for value in values]
            every = list(chain.from_iterable(lists))
            items = iter(await self.compiler.told(every, part.nodes, connection, request, variables))
            return [list(islice(items, len(one))) for one in lists]
        return [part.constant] * len(values)
