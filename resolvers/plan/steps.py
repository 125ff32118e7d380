"""Root fields compiled (根字段的编译): for one operation, engine, role and shape of the variables."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    get_named_type,
)
from graphql.execution.values import VariableValues

from domain.vocabulary import Prefix
from resolvers.context import Request
from resolvers.plan.arguments import PAGE_LIMIT, FieldProblem, Reader, Variables, arguments_of, id_prefix
from resolvers.plan.documents import Operation
from resolvers.plan.introspection import Introspected, Introspection, introspected
from resolvers.plan.objects import ObjectCompiler, ObjectWriter
from resolvers.plan.rows import FREE, ONE, Compiled, Cost, RowCompiler, key_getter, size_getter
from resolvers.plan.selection import Terms
from resolvers.plan.sources import Arguments, Computed, ComputedPage, ComputedValue, Many, NodeById, OneByKey, Sources
from resolvers.service import ErrorCode


@dataclass(frozen=True, slots=True)
class Step:
    """One root field: its key, and one way to answer it."""

    opening: bytes
    key: str
    node: FieldNode
    nodes: Sequence[FieldNode]
    nullable: bool
    constant: bytes | None = None
    compiled: Compiled | None = None
    root: Computed | ComputedPage | ComputedValue | None = None
    definition: GraphQLField | None = None
    arguments: Callable[[VariableValues], Mapping[str, Any]] | None = None
    """Reads the field's arguments for whoever decides what its answer is. Raises FieldProblem."""
    introspection: bool = False
    problem: FieldProblem | None = None
    payloads: Sequence[ObjectWriter] = ()
    """What a mutation's outcome can need of the database, whichever outcome it is."""
    cost: Cost = ONE
    """What the answer of a field that Python computes can come to; a compiled statement has its own."""


@dataclass(eq=False, slots=True)
class Variant:
    """An operation compiled for one engine, role and shape of the variables; it holds none of their values."""

    steps: tuple[Step, ...]
    objects: ObjectCompiler
    introspected: Introspected | None
    _shown: list[str] | None = None
    _asked: int = 0
    """How much of that computed objects asked, which are compiled as they come."""
    made: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    """What subscriptions to it have made for themselves and may need again."""
    whole: tuple[bytes, bytes] | None = None
    """The page that is kept of its only root field, where it is one of objects that never change, and the answer with
    it."""

    def cost(self, variables: Variables, request: Request) -> int:
        """How many JSON values the answer can hold."""
        total = 0
        for step in self.steps:
            cost = step.cost if step.compiled is None else step.compiled.cost
            total += cost.total(variables, request)
        return total

    def shown(self) -> list[str]:
        """What the operation asks of persons, as Type.field."""
        found = self.objects.shown
        if self._shown is None or len(found) != self._asked:
            below = (step.compiled.shown for step in self.steps if step.compiled is not None)
            self._shown, self._asked = sorted(found.union(*below)), len(found)
        return self._shown

    @property
    def text_bytes(self) -> int:
        """How much text it holds: SQL, and what is kept of objects that never change."""
        own = sum(step.compiled.text_bytes for step in self.steps if step.compiled is not None)
        return own + self.objects.text_bytes + (0 if self.whole is None else len(self.whole[1]))


@dataclass(slots=True)
class StepCompiler:
    """Compiles the root fields of one variant."""

    schema: GraphQLSchema
    sources: Sources
    introspection: Introspection
    terms: Terms

    def variant(self, operation: Operation, most: int) -> Variant:
        """An operation of at most so many root fields. Raises FieldProblem."""
        root = self.schema.get_root_type(operation.kind)
        assert root is not None
        fields = self.terms.selector.fields(root, [operation.node.selection_set])
        if len(fields) > most:
            raise FieldProblem(
                ErrorCode.COST_LIMIT_EXCEEDED,
                f"一次操作最多选择 {most} 个根字段。 One operation selects at most {most} root fields.",
            )
        objects = ObjectCompiler(self.sources, self.terms)
        steps: list[Step] = []
        for key, nodes in fields.items():
            opening = (b"," if steps else b"") + b'"' + key.encode() + b'":'
            steps.append(self._step(operation.kind, root, opening, key, nodes, objects))
        meta = [step.nodes for step in steps if step.introspection]
        return Variant(tuple(steps), objects, introspected(operation, meta) if meta else None)

    def _step(
        self,
        kind: OperationType,
        root: GraphQLObjectType,
        opening: bytes,
        key: str,
        nodes: list[FieldNode],
        objects: ObjectCompiler,
    ) -> Step:
        name = nodes[0].name.value
        if name == "__typename":
            return Step(opening, key, nodes[0], nodes, False, constant=orjson.dumps(root.name))
        if name.startswith("__"):
            cost = self.introspection.cost(self.terms.selector, nodes)
            return Step(opening, key, nodes[0], nodes, True, introspection=True, cost=cost)
        definition = root.fields[name]
        nullable = not isinstance(definition.type, GraphQLNonNull)
        try:
            answered = self._answered(kind, name, definition, nodes, objects)
        except FieldProblem as problem:
            answered = {"problem": problem.anew()}
        arguments = None if "compiled" in answered else arguments_of(definition, nodes[0])
        return Step(opening, key, nodes[0], nodes, nullable, definition=definition, arguments=arguments, **answered)

    def _answered(
        self,
        kind: OperationType,
        name: str,
        definition: GraphQLField,
        nodes: list[FieldNode],
        objects: ObjectCompiler,
    ) -> dict[str, Any]:
        """How a root field is answered, as members of its step. Raises FieldProblem."""
        if kind is OperationType.MUTATION:
            payloads = objects.prepared(get_named_type(definition.type).name, nodes)
            return {"payloads": payloads, "cost": objects.cost(get_named_type(definition.type).name, nodes, nodes[0])}
        if kind is OperationType.SUBSCRIPTION:
            return {"cost": self._computed_cost(definition, nodes, objects)}
        reader = Reader(definition, nodes[0], self.terms.selector.variables)
        root = self.sources.queries[name]
        match root:
            case NodeById():
                return self._node(root, nodes, reader, objects)
            case ComputedValue():
                return {"root": root, "cost": Cost(1)}
            case Computed() | ComputedPage():
                return {"root": root, "cost": self._computed_cost(definition, nodes, objects)}
            case Many():
                rows = RowCompiler(self.sources, self.terms)
                connection = get_named_type(definition.type)
                assert isinstance(connection, GraphQLObjectType)
                sql, cost = rows.page(root, None, connection, nodes, reader, f"Query.{name}")
                json = rows.scope.json
                return {"compiled": rows.finished(f"SELECT {json.as_text(json.nested(sql))}", cost)}
            case OneByKey():
                return {"compiled": self._one(root, nodes, reader)}

    def _one(self, root: OneByKey, nodes: Sequence[FieldNode], reader: Reader) -> Compiled:
        rows = RowCompiler(self.sources, self.terms)
        source = self.sources.rows[root.target]
        python, getter = key_getter(root, source, reader.getter(root.argument))
        sql, cost = rows.one(source, nodes, rows.bind(python, getter))
        return rows.finished(sql, cost)

    def _node(
        self, root: NodeById, nodes: Sequence[FieldNode], reader: Reader, objects: ObjectCompiler
    ) -> dict[str, Any]:
        named = id_prefix(str(reader.value(root.argument))).removesuffix("_")
        if not named:
            return {"constant": b"null"}
        prefix = Prefix(named)
        if prefix in self.sources.computed_nodes:
            find = self.sources.computed_nodes[prefix]

            async def resolve(request: Request, arguments: Arguments) -> Any:
                return await find(request, str(arguments[root.argument]))

            return {
                "root": Computed(resolve),
                "cost": objects.cost(self.sources.computed_node_types[prefix], nodes),
            }
        if prefix not in self.sources.nodes:
            return {"constant": b"null"}
        return {"compiled": self._one(OneByKey(self.sources.nodes[prefix], root.argument), nodes, reader)}

    def _computed_cost(self, definition: GraphQLField, nodes: Sequence[FieldNode], objects: ObjectCompiler) -> Cost:
        """What a computed field or a subscription's items can come to."""
        type_ = get_named_type(definition.type)
        if type_.name in self.sources.rows:
            rows = RowCompiler(self.sources, self.terms)
            source = self.sources.rows[type_.name]
            try:
                return rows.row_json(source, rows.alias(source)[0], nodes)[1].times(PAGE_LIMIT)
            except FieldProblem:
                return FREE  # Following the source tells it.
        if not isinstance(type_, GraphQLObjectType) or "edges" not in type_.fields:
            return objects.cost(type_.name, nodes)
        reader = Reader(definition, nodes[0], self.terms.selector.variables)
        page_size = size_getter(reader)
        cost = Cost(1)
        selector = self.terms.selector
        edge = get_named_type(type_.fields["edges"].type)
        assert isinstance(edge, GraphQLObjectType)
        for members in selector.below(type_, nodes).values():
            if members[0].name.value != "edges":
                below = members[0].selection_set
                cost += Cost(1 + (len(selector.below(self._page_info, members)) if below is not None else 0))
                continue
            item = Cost(1)
            for each in selector.below(edge, members).values():
                node = each[0].name.value == "node"
                item += objects.cost(get_named_type(edge.fields["node"].type).name, each) if node else Cost(1)
            cost += Cost(0, ((page_size, item),))
        return cost

    @property
    def _page_info(self) -> GraphQLObjectType:
        found = self.schema.type_map["PageInfo"]
        assert isinstance(found, GraphQLObjectType)
        return found
