"""Running operations (执行): find the plan, bind the values, run one statement per root field, join the bytes.

A plan is kept per operation; a variant of it per role, engine and shape of the variables. Only what a variant has not
met before is compiled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    get_named_type,
    type_from_ast,
)
from graphql.execution.values import VariableValues

from domain.store.engine import Connection, StoreUnavailable
from domain.store.statements import EngineKind
from domain.vocabulary import Prefix, Role, Viewer
from resolvers.context import Request
from resolvers.plan.arguments import (
    PAGE_DEFAULT,
    PAGE_LIMIT,
    FieldProblem,
    Reader,
    Variables,
    check_lists,
    checked_direction,
    checked_page,
    cursor_keys,
    list_tag,
    made_cursor,
)
from resolvers.plan.documents import ABSENT, NUL_CHARACTER, DocumentLimits, Documents, Operation, graphql_errors
from resolvers.plan.objects import ObjectCompiler
from resolvers.plan.rows import FREE, Compiled, Cost, RowCompiler, key_getter
from resolvers.plan.selection import Selector
from resolvers.plan.sources import Arguments, Computed, ComputedPage, Many, NodeById, OneByKey, Sources
from resolvers.service import Answer, ErrorCode, GraphQLRequest, ResponseStream, StreamItem, error_answer

log = logging.getLogger("canbao.execution")

WritePayload = Callable[[Connection, object], Awaitable[bytes]]
"""Writes an outcome's selection inside the transaction that made it true."""


@dataclass(frozen=True, slots=True)
class MutationSource:
    """A mutation field: runs its operation and, inside the same transaction, has the payload written."""

    run: Callable[[Request, Arguments, WritePayload], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class SubscriptionSource:
    """A subscription field: `follow` gives complete responses, written with what the `Follower` compiled."""

    follow: Callable[[Request, Arguments, Follower], AsyncGenerator[StreamItem, None]]


@dataclass(frozen=True, slots=True)
class CostLimits:
    """How much one operation may ask for, in JSON values."""

    values: int = 60_000
    beside_the_loop: int = 4_000
    """From here on, and for every large document, a SQLite statement runs in a thread."""
    variants: int = 64


@dataclass(frozen=True, slots=True)
class _Step:
    """One root field: its key, and one way to answer it."""

    opening: bytes
    key: str
    node: FieldNode
    nodes: Sequence[FieldNode]
    nullable: bool
    constant: bytes | None = None
    compiled: Compiled | None = None
    root: Computed | ComputedPage | None = None
    definition: GraphQLField | None = None
    introspection: bool = False
    problem: FieldProblem | None = None
    cost: Cost = FREE
    """What the answer of a field that Python computes can come to; a compiled statement has its own."""


@dataclass(eq=False, slots=True)
class _Variant:
    steps: tuple[_Step, ...]
    objects: ObjectCompiler
    selector: Selector

    def cost(self, variables: Variables, request: Request) -> int:
        """How many JSON values the answer can hold."""
        total = 0
        for step in self.steps:
            cost = step.cost if step.compiled is None else step.compiled.cost
            total += cost.total(variables, request)
        return total


@dataclass(eq=False, slots=True)
class Follower:
    """What a subscription's source needs to write its items: the compiled selection and the request's values."""

    request: Request
    variables: Variables
    objects: ObjectCompiler
    selector: Selector
    key: str
    nodes: Sequence[FieldNode]
    sources: Sources

    def framed(self, item: bytes) -> bytes:
        """One item as a complete response."""
        return b'{"data":{"' + self.key.encode() + b'":' + item + b"}}"

    def rows(self) -> RowCompiler:
        """A compiler for a statement over the log, with the viewer's rules."""
        return RowCompiler(self.sources, self.selector, self.request.database.kind, self.request.viewer.role)

    async def computed(self, value: object, connection: Connection) -> bytes:
        """A computed object as asked, as a complete response."""
        writer = self.objects.writer(value, self.nodes)
        return self.framed(await writer.write(value, connection, self.request, self.variables))


class Executor:
    """GraphQL over one schema, for any number of worlds."""

    def __init__(
        self,
        schema: GraphQLSchema,
        sources: Sources,
        mutations: Mapping[str, MutationSource],
        subscriptions: Mapping[str, SubscriptionSource],
        *,
        documents: DocumentLimits | None = None,
        costs: CostLimits | None = None,
    ) -> None:
        self.schema = schema
        self.sources = sources
        self._mutations = mutations
        self._subscriptions = subscriptions
        self._costs = costs or CostLimits()
        self._limits = documents or DocumentLimits()
        self._documents = Documents(schema, self._limits)

    def close(self) -> None:
        self._documents.close()

    async def answer(
        self, asked: GraphQLRequest, request: Request, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        """See `resolvers.service.Service.answer`."""
        try:
            operation = await self._documents.operation(asked.query, asked.operation_name)
            if isinstance(operation, Answer):
                return operation
            variables = self._variables(operation, asked.variables)
            if isinstance(variables, Answer):
                return variables
            if _holds_nul(asked.variables):
                return error_answer(ErrorCode.BAD_USER_INPUT, NUL_CHARACTER)
            if operation.kind is OperationType.QUERY:
                return await self._query(operation, variables, request)
            if operation.kind is OperationType.SUBSCRIPTION:
                return await self._subscribe(operation, variables, request, asked.last_event_id)
            if read_only:
                return error_answer(
                    ErrorCode.METHOD_NOT_ALLOWED,
                    "GET 只能执行查询，请改用 POST。 GET answers queries only; use POST.",
                )
            return await self._mutate(operation, variables, request)
        except FieldProblem as problem:
            return error_answer(problem.code, problem.message)
        except StoreUnavailable as error:
            log.warning("store unavailable: %s", error, extra={"request_id": request.request_id})
            return unavailable(request)
        except Exception:
            log.exception("fault", extra={"request_id": request.request_id})
            return internal(request)

    # ---- variables and variants ----------------------------------------------------------------------------------

    def _variables(self, operation: Operation, inputs: Mapping[str, Any]) -> VariableValues | Answer:
        if operation.plain:
            for variable in operation.variables:
                value = inputs.get(variable.name)
                if type(value) is not variable.accepts or (type(value) is int and not -(2**31) <= value < 2**31):
                    break
            else:
                return VariableValues({}, inputs if isinstance(inputs, dict) else dict(inputs))
        values = operation.coerced(self.schema, inputs)
        if isinstance(values, VariableValues):
            return values
        return graphql_errors(ErrorCode.BAD_USER_INPUT, values)

    async def _variant(self, operation: Operation, variables: VariableValues, request: Request) -> _Variant:
        values = variables.coerced
        kind, role = request.database.kind, request.viewer.role
        key = (
            role,
            kind,
            *[
                variable.shape(values[variable.name]) if variable.name in values else ABSENT
                for variable in operation.variables
            ],
        )
        variant: _Variant | None = operation.variants.get(key)
        if variant is None:
            if operation.large:
                variant = await self._documents.beside_the_loop(self._compiled, operation, variables, kind, role)
            else:
                variant = self._compiled(operation, variables, kind, role)
            operation.variants[key] = variant
            if len(operation.variants) > self._costs.variants:
                operation.variants.popitem(last=False)
        return variant

    def _compiled(self, operation: Operation, variables: VariableValues, kind: EngineKind, role: Role) -> _Variant:
        selector = Selector(self.schema, operation.fragments, variables)
        objects = ObjectCompiler(self.sources, selector, kind, role)
        type_ = self._root_type(operation.kind)
        steps: list[_Step] = []
        fields = selector.fields(type_, [operation.node.selection_set])
        if len(fields) > self._limits.root_fields:
            raise FieldProblem(
                ErrorCode.COST_LIMIT_EXCEEDED,
                f"一次操作最多选择 {self._limits.root_fields} 个根字段。"
                f" One operation selects at most {self._limits.root_fields} root fields.",
            )
        for key, nodes in fields.items():
            opening = (b"," if steps else b"") + b'"' + key.encode() + b'":'
            steps.append(self._step(type_, opening, key, nodes, selector, kind, role))
        return _Variant(tuple(steps), objects, selector)

    def _root_type(self, kind: OperationType) -> GraphQLObjectType:
        root = self.schema.get_root_type(kind)
        assert root is not None
        return root

    def _step(
        self,
        type_: GraphQLObjectType,
        opening: bytes,
        key: str,
        nodes: list[FieldNode],
        selector: Selector,
        kind: EngineKind,
        role: Role,
    ) -> _Step:
        name = nodes[0].name.value
        if name == "__typename":
            return _Step(opening, key, nodes[0], nodes, False, constant=orjson.dumps(type_.name))
        if name.startswith("__"):
            return _Step(opening, key, nodes[0], nodes, True, introspection=True)
        definition = type_.fields[name]
        nullable = not isinstance(definition.type, GraphQLNonNull)
        if type_ is not self.schema.query_type:
            cost = self._computed_cost(definition, nodes, selector, kind, role)
            return _Step(opening, key, nodes[0], nodes, nullable, definition=definition, cost=cost)
        try:
            reader = Reader(definition, nodes[0], selector.variables)
            root = self.sources.queries[name]
            if isinstance(root, NodeById):
                return self._node_step(root, opening, key, nodes, reader, selector, kind, role, definition)
            if isinstance(root, Computed | ComputedPage):
                cost = self._computed_cost(definition, nodes, selector, kind, role)
                return _Step(opening, key, nodes[0], nodes, nullable, root=root, definition=definition, cost=cost)
            rows = RowCompiler(self.sources, selector, kind, role)
            if isinstance(root, Many):
                connection = get_named_type(definition.type)
                assert isinstance(connection, GraphQLObjectType)
                sql, cost = rows.page(root, None, connection, nodes, reader, f"Query.{name}")
                compiled = rows.finished(_as_text(rows, sql), cost)
            else:
                source = self.sources.rows[root.target]
                python, getter = key_getter(root, source, reader.getter(root.argument))
                sql, cost = rows.one(source, nodes, rows.bind(python, getter))
                compiled = rows.finished(sql, cost)
        except FieldProblem as problem:
            return _Step(opening, key, nodes[0], nodes, nullable, problem=problem)
        return _Step(opening, key, nodes[0], nodes, nullable, compiled=compiled)

    def _computed_cost(
        self, definition: GraphQLField, nodes: list[FieldNode], selector: Selector, kind: EngineKind, role: Role
    ) -> Cost:
        """What a computed field, a mutation's outcome or a subscription's items can come to."""
        objects = ObjectCompiler(self.sources, selector, kind, role)
        type_ = get_named_type(definition.type)
        if type_.name in self.sources.rows:
            rows = RowCompiler(self.sources, selector, kind, role)
            source = self.sources.rows[type_.name]
            try:
                return rows.row_json(source, rows.alias(source)[0], nodes)[1].times(PAGE_LIMIT)
            except FieldProblem:
                return FREE  # Following the source tells it.
        if not isinstance(type_, GraphQLObjectType) or "edges" not in type_.fields:
            return objects.cost(type_.name, nodes)
        cost = FREE
        edge = get_named_type(type_.fields["edges"].type)
        assert isinstance(edge, GraphQLObjectType)
        for edges in selector.below(type_, nodes).values():
            for each in selector.below(edge, edges).values() if edges[0].name.value == "edges" else ():
                if each[0].name.value == "node":
                    cost += objects.cost(get_named_type(edge.fields["node"].type).name, each)
                cost += Cost(1)
        return cost.times(PAGE_LIMIT)

    def _node_step(
        self,
        root: NodeById,
        opening: bytes,
        key: str,
        nodes: list[FieldNode],
        reader: Reader,
        selector: Selector,
        kind: EngineKind,
        role: Role,
        definition: GraphQLField,
    ) -> _Step:
        text = str(reader.value(root.argument))
        prefix = next((each for each in Prefix if text.startswith(each.value + "_")), None)
        if prefix is not None and prefix in self.sources.computed_nodes:
            find = self.sources.computed_nodes[prefix]

            async def resolve(request: Request, arguments: Arguments) -> Any:
                return await find(request, str(arguments[root.argument]))

            found = self.sources.computed_node_types[prefix]
            cost = ObjectCompiler(self.sources, selector, kind, role).cost(found, nodes)
            return _Step(opening, key, nodes[0], nodes, True, root=Computed(resolve), definition=definition, cost=cost)
        if prefix is None or prefix not in self.sources.nodes:
            return _Step(opening, key, nodes[0], nodes, True, constant=b"null")
        target = self.sources.nodes[prefix]
        rows = RowCompiler(self.sources, selector, kind, role)
        source = self.sources.rows[target]
        python, getter = key_getter(OneByKey(target, root.argument), source, reader.getter(root.argument))
        sql, cost = rows.one(source, nodes, rows.bind(python, getter))
        return _Step(opening, key, nodes[0], nodes, True, compiled=rows.finished(sql, cost))

    # ---- queries ------------------------------------------------------------------------------------------------

    async def _query(self, operation: Operation, variables: VariableValues, request: Request) -> Answer:
        variant = await self._variant(operation, variables, request)
        values = variables.coerced
        cost = variant.cost(values, request)
        if cost > self._costs.values:
            return too_dear(cost, self._costs.values)
        written: list[bytes] = [b'{"data":{']
        errors: list[dict[str, Any]] = []
        failed = False
        for step in variant.steps:
            try:
                value = await self._read(step, variant, values, request, cost, operation, variables)
            except FieldProblem as problem:
                value = None
                errors.append(field_error(step, problem))
                failed = failed or not step.nullable
            if not failed:
                written.append(step.opening)
                written.append(b"null" if value is None else value)
        if errors:
            tail = b',"errors":' + orjson.dumps(errors) + b"}"
            return Answer((b'{"data":null' if failed else b"".join(written) + b"}") + tail)
        written.append(b"}}")
        return Answer(b"".join(written))

    async def _read(
        self,
        step: _Step,
        variant: _Variant,
        values: Variables,
        request: Request,
        cost: int,
        operation: Operation,
        variables: VariableValues,
    ) -> bytes | None:
        compiled = step.compiled
        if compiled is not None:
            arguments = compiled.arguments(values, request)
            if operation.large or cost > self._costs.beside_the_loop:
                row = await request.database.fetch_apart(compiled.rendered, arguments)
            else:
                async with request.database.read() as connection:
                    row = await connection.fetch_rendered(compiled.rendered, arguments)
            return None if row is None else row[0].encode()
        if step.constant is not None:
            return step.constant
        if step.problem is not None:
            raise step.problem
        if step.introspection:
            return self._introspected(operation, variant, variables)[step.key]
        assert step.definition is not None
        arguments_read = Reader(step.definition, step.node, variables).values
        assert step.root is not None
        if isinstance(step.root, ComputedPage):
            items = await step.root.resolve(request, arguments_read)
            return await self._computed_page(step, items, arguments_read, variant, values, request)
        found = await step.root.resolve(request, arguments_read)
        if found is None:
            return None
        async with request.database.read() as connection:
            return await variant.objects.writer(found, step.nodes).write(found, connection, request, values)

    async def _computed_page(
        self,
        step: _Step,
        items: Sequence[tuple[str, Any]],
        arguments: Arguments,
        variant: _Variant,
        values: Variables,
        request: Request,
    ) -> bytes:
        """A page of a list that Python made, with the same rules as a page of rows."""
        assert step.definition is not None
        first, last = arguments.get("first"), arguments.get("last")
        after, before = arguments.get("after"), arguments.get("before")
        backward = checked_direction(first, after, last, before)
        given = first if first is not None else last
        size = checked_page(PAGE_DEFAULT if given is None else given)
        check_lists(arguments.get("where"))
        tag = list_tag(request.world.fingerprint, f"Query.{step.node.name.value}", arguments.get("where"))
        low, high = 0, len(items)
        position = {key: index for index, (key, _) in enumerate(items)}
        if after is not None:
            [key] = cursor_keys(after, tag, [str])
            low = position.get(key, -1) + 1
        if before is not None:
            [key] = cursor_keys(before, tag, [str])
            high = position.get(key, len(items))
        window = range(max(low, high - size), high) if backward else range(low, min(low + size, high))
        page = [items[index] for index in window]
        connection_type = get_named_type(step.definition.type)
        assert isinstance(connection_type, GraphQLObjectType)
        edge_type = get_named_type(connection_type.fields["edges"].type)
        info_type = get_named_type(connection_type.fields["pageInfo"].type)
        assert isinstance(edge_type, GraphQLObjectType)
        assert isinstance(info_type, GraphQLObjectType)
        info = {
            "__typename": b'"PageInfo"',
            "hasNextPage": orjson.dumps(window.stop < len(items)),
            "hasPreviousPage": orjson.dumps(window.start > 0),
            "startCursor": orjson.dumps(made_cursor(tag, [page[0][0]]) if page else None),
            "endCursor": orjson.dumps(made_cursor(tag, [page[-1][0]]) if page else None),
        }
        async with request.database.read() as connection:
            parts: dict[str, bytes] = {}
            for key, nodes in variant.selector.below(connection_type, step.nodes).items():
                match nodes[0].name.value:
                    case "totalCount":
                        parts[key] = str(len(items)).encode()
                    case "pageInfo":
                        wanted = variant.selector.below(info_type, nodes)
                        parts[key] = _json({each: info[found[0].name.value] for each, found in wanted.items()})
                    case "edges":
                        wanted = variant.selector.below(edge_type, nodes)
                        parts[key] = (
                            b"["
                            + b",".join(
                                [
                                    _json(
                                        {
                                            each: await self._edge_part(
                                                found, tag, item, variant, connection, request, values, edge_type
                                            )
                                            for each, found in wanted.items()
                                        }
                                    )
                                    for item in page
                                ]
                            )
                            + b"]"
                        )
                    case _:
                        parts[key] = orjson.dumps(connection_type.name)
        return _json(parts)

    async def _edge_part(
        self,
        nodes: Sequence[FieldNode],
        tag: str,
        item: tuple[str, Any],
        variant: _Variant,
        connection: Connection,
        request: Request,
        values: Variables,
        edge_type: GraphQLObjectType,
    ) -> bytes:
        match nodes[0].name.value:
            case "cursor":
                return orjson.dumps(made_cursor(tag, [item[0]]))
            case "node":
                return await variant.objects.writer(item[1], nodes).write(item[1], connection, request, values)
            case _:
                return orjson.dumps(edge_type.name)

    def _introspected(self, operation: Operation, variant: _Variant, variables: VariableValues) -> Mapping[str, bytes]:
        """`__schema` and `__type` through graphql-core, remembered per operation and variables."""
        key = orjson.dumps(variables.coerced, default=str, option=orjson.OPT_SORT_KEYS)
        found = operation.introspected.get(key)
        if found is None:
            nodes = [node for step in variant.steps if step.introspection for node in step.nodes]
            # Introspection takes text and Booleans only; other variables are coerced already and mean nothing here.
            plain = tuple(
                definition
                for definition in operation.node.variable_definitions or ()
                if get_named_type(type_from_ast(self.schema, definition.type)) in (GraphQLString, GraphQLBoolean)
            )
            only = OperationDefinitionNode(
                operation=OperationType.QUERY,
                selection_set=SelectionSetNode(selections=tuple(nodes)),
                variable_definitions=plain,
                directives=(),
            )
            document = DocumentNode(definitions=(only, *operation.fragments.values()))
            result = execute_sync(self.schema, document, variable_values=dict(variables.coerced))
            assert result.data is not None
            found = {name: orjson.dumps(value) for name, value in result.data.items()}
            if len(operation.introspected) < self._costs.variants:
                operation.introspected[key] = found
        return found

    # ---- mutations ----------------------------------------------------------------------------------------------

    async def _mutate(self, operation: Operation, variables: VariableValues, request: Request) -> Answer:
        variant = await self._variant(operation, variables, request)
        values = variables.coerced
        if (cost := variant.cost(values, request)) > self._costs.values:
            return too_dear(cost, self._costs.values)
        written: list[bytes] = [b'{"data":{']
        errors: list[dict[str, Any]] = []
        for step in variant.steps:
            if step.constant is not None:
                written += [step.opening, step.constant]
                continue
            assert step.definition is not None
            mutation = self._mutations[step.node.name.value]

            async def write(connection: Connection, outcome: object, step: _Step = step) -> bytes:
                seen_by: Viewer = getattr(outcome, "seen_by", request.viewer)
                as_seen = Request(request.world, seen_by, request.request_id, request.now)
                writer = variant.objects.as_seen_by(seen_by.role).writer(outcome, step.nodes)
                return await writer.write(outcome, connection, as_seen, values)

            try:
                arguments = Reader(step.definition, step.node, variables).values
                payload = await mutation.run(request, arguments, write)
            except FieldProblem as problem:
                errors.append(field_error(step, problem))
                break
            written += [step.opening, payload]
        if errors:
            # Mutation fields are non-null: the first that fails leaves no data, and later ones do not run.
            return Answer(b'{"data":null,"errors":' + orjson.dumps(errors) + b"}")
        return Answer(b"".join(written) + b"}}")

    # ---- subscriptions ------------------------------------------------------------------------------------------

    async def _subscribe(
        self, operation: Operation, variables: VariableValues, request: Request, last_event_id: str | None
    ) -> Answer | ResponseStream:
        variant = await self._variant(operation, variables, request)
        [step] = variant.steps
        if step.constant is not None or step.definition is None:
            return error_answer(
                ErrorCode.GRAPHQL_VALIDATION_FAILED,
                "订阅须选择一个订阅字段。 A subscription selects one subscription field.",
            )
        if (cost := variant.cost(variables.coerced, request)) > self._costs.values:
            return too_dear(cost, self._costs.values)
        try:
            arguments = dict(Reader(step.definition, step.node, variables).values)
        except FieldProblem as problem:
            return error_answer(problem.code, problem.message)
        if last_event_id is not None and "after" in step.definition.args:
            arguments["after"] = last_event_id
        follower = Follower(
            request, variables.coerced, variant.objects, variant.selector, step.key, step.nodes, self.sources
        )
        return self._followed(self._subscriptions[step.node.name.value], arguments, follower, step, request)

    async def _followed(
        self,
        source: SubscriptionSource,
        arguments: Arguments,
        follower: Follower,
        step: _Step,
        request: Request,
    ) -> AsyncGenerator[StreamItem, None]:
        try:
            async with aclosing(source.follow(request, arguments, follower)) as items:
                async for item in items:
                    yield item
        except FieldProblem as problem:
            yield StreamItem(orjson.dumps({"data": None, "errors": [field_error(step, problem)]}), None)
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except StoreUnavailable as error:
            log.warning("store unavailable: %s", error, extra={"request_id": request.request_id})
            yield StreamItem(unavailable(request).body, None)
        except Exception:
            log.exception("fault in a stream", extra={"request_id": request.request_id})
            yield StreamItem(internal(request).body, None)


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, Mapping):
        return any(_holds_nul(item) for item in value.values())
    return isinstance(value, list) and any(_holds_nul(item) for item in value)


def _as_text(rows: RowCompiler, sql: str) -> str:
    return f"SELECT {rows.scope.json.as_text(rows.scope.json.nested(sql))}"


def _json(members: Mapping[str, bytes]) -> bytes:
    return b"{" + b",".join(b'"' + key.encode() + b'":' + value for key, value in members.items()) + b"}"


def field_error(step: _Step, problem: FieldProblem) -> dict[str, Any]:
    """A field that could not be answered, as a GraphQL error with its path."""
    error: dict[str, Any] = {"message": problem.message, "path": [step.key], "extensions": {"code": problem.code.name}}
    if step.node.loc is not None:
        start = step.node.loc.start_token
        error["locations"] = [{"line": start.line, "column": start.column}]
    return error


def too_dear(cost: int, limit: int) -> Answer:
    """The answer could be larger than one operation may ask for; nothing was read or written."""
    return error_answer(
        ErrorCode.COST_LIMIT_EXCEEDED,
        f"此操作最多可能返回 {cost} 个值，上限为 {limit}；请减小 first 或少选字段。"
        f" The answer could hold {cost} values, the limit is {limit}: ask for smaller pages or fewer fields.",
        cost=cost,
        limit=limit,
    )


def internal(request: Request) -> Answer:
    """A fault of ours: nothing of it is told but the id under which it is logged."""
    return error_answer(
        ErrorCode.INTERNAL,
        "服务器内部错误，请凭 requestId 联系运维。 Internal error: report the requestId to the operator.",
        requestId=request.request_id,
    )


def unavailable(request: Request) -> Answer:
    """The database does not serve now; nothing was written."""
    return error_answer(
        ErrorCode.UNAVAILABLE,
        "数据库暂不可用，未写入任何内容，请稍后重试。"
        " The database is unavailable, nothing was written: try again shortly.",
        retry_after_seconds=1,
        requestId=request.request_id,
    )
