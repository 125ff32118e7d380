"""From bytes to a checked operation (解析与校验): parse, validate, pick the operation, coerce its variables.

Each document is worked on once and remembered. A document that is long or wide is parsed and validated beside the
event loop, one at a time, so that it cannot hold up other requests.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    ListValueNode,
    MaxIntrospectionDepthRule,
    Node,
    OperationDefinitionNode,
    OperationType,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    specified_rules,
    type_from_ast,
    validate,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values

from resolvers.plan.arguments import Shape, neutral_of, shape_of
from resolvers.plan.coercing import Read, Readers
from resolvers.plan.objections import (
    LiteralsOfCorrectTypeRule,
    syntax_objection,
    variable_objections,
    without_suggestions,
)
from resolvers.service import Answer, ErrorCode, error_answer
from resolvers.tallies import ANONYMOUS, OTHER

Result = TypeVar("Result")

ABSENT = "absent"
_NAME_LENGTH = 64
_NAME_DIGITS = 5
_NUL = re.compile(r"\x00|\\u0000|\\u\{0+\}")
NUL_CHARACTER = (
    "文本中不得含有空字符（U+0000），请删除后重试。 A text may not hold the character U+0000: remove it and try again."
)
TOO_DEEP = "文档嵌套过深。 The document is nested too deeply."
_NO_INTROSPECTION = error_answer(
    ErrorCode.INTROSPECTION_DISABLED,
    "本服务器不提供内省（__schema、__type），请使用随产品发布的 schema.graphql。"
    " This server does not answer introspection (__schema, __type): use the schema.graphql that the product ships.",
)


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How large a document may be."""

    tokens: int = 15_000
    fields: int = 1_000
    """Field nodes in the text, and again after every fragment is spread."""
    repeats: int = 100
    """Field nodes that share one response key inside one selection set."""
    aliases: int = 500
    """Field nodes with an alias, in the text."""
    directives: int = 200
    directives_per_node: int = 10
    list_items: int = 2_000
    """Values of one list, in the text or in the variables. Most lists take fewer, and say so in the contract."""
    depth: int = 24
    operations: int = 50
    root_fields: int = 100
    """Fields that one operation selects at its root, each of them a statement."""
    beside_the_loop: int = 4_000
    """Characters from which a document is worked on in a thread."""
    wide: int = 150
    """Field nodes, after every fragment is spread, from which an operation is compiled in it."""
    waiting: int = 16
    """How many may wait for that thread."""
    remembered: int = 1_000
    text_bytes: int = 32 * 1024 * 1024
    """How much text is remembered in all: documents, the SQL that they came to, and answers that never change."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of an operation: what of it decides SQL."""

    name: str
    shape: Shape
    neutral: Callable[[Any], Any]
    """A value of the same shape that holds nothing of what was sent."""


class Crowded(Exception):
    """Too many documents wait for their thread."""


@dataclass(eq=False, slots=True, weakref_slot=True)
class Operation:
    """A validated operation of a document, ready for compiling."""

    key: tuple[str, str | None]
    """The document's text, and the operation's name where one was given."""
    node: OperationDefinitionNode
    kind: OperationType
    label: tuple[str, str]
    """Its kind and its name, for counts and logs: the client's own name where that can hold nothing about anybody."""
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    read: Read
    """Reads the variables; raises anything where they are not as they should be."""
    large: bool
    """Long or wide enough to be worked on beside the event loop."""
    variants: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    """What the executor compiled, by role, engine and shape of the variables."""

    def neutral(self, values: Mapping[str, Any]) -> VariableValues:
        """Variables of the same shape as these, to compile with."""
        return VariableValues(
            {},
            {
                variable.name: variable.neutral(values[variable.name])
                for variable in self.variables
                if variable.name in values
            },
        )

    def coerced(
        self, schema: GraphQLSchema, inputs: Mapping[str, Any], *, hide_names: bool
    ) -> VariableValues | list[GraphQLError]:
        """The variables' values, or what is wrong with them."""
        try:
            return VariableValues({}, self.read(inputs))
        except Exception:
            return self._looked_into(schema, inputs, hide_names=hide_names)

    def _looked_into(
        self, schema: GraphQLSchema, inputs: Mapping[str, Any], *, hide_names: bool
    ) -> VariableValues | list[GraphQLError]:
        definitions = self.node.variable_definitions or ()
        values = get_variable_values(schema, definitions, dict(inputs), max_errors=1, hide_suggestions=True)
        if isinstance(values, VariableValues):
            return values
        return variable_objections(schema, definitions, inputs, hide_names=hide_names)


def graphql_errors(code: ErrorCode, errors: list[GraphQLError]) -> Answer:
    """Errors as a response without data; none of them repeats what was sent."""
    listed = []
    for error in errors[:20]:
        formatted: dict[str, Any] = {"message": error.message[:1000], "extensions": {"code": code.name}}
        if error.locations:
            formatted["locations"] = [{"line": where.line, "column": where.column} for where in error.locations[:20]]
        listed.append(formatted)
    return Answer(orjson.dumps({"errors": listed}), code.status, codes=(code,))


class Documents:
    """Every document seen lately, parsed and validated against one schema.

    Without `introspection` no document may ask for the schema, and no error suggests a name that it has.
    The arguments of the queries in `decided_apart` decide no SQL: whoever answers them is given their values.
    `hits` and `misses` count the requests whose document was remembered, and those for which it was worked on.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: DocumentLimits,
        *,
        introspection: bool = True,
        decided_apart: Container[str] = (),
    ) -> None:
        self._schema = schema
        self._readers = Readers()
        self._decided_apart = decided_apart
        self._limits = limits
        self.introspection = introspection
        self._known: OrderedDict[tuple[str, str | None], Operation | Answer] = OrderedDict()
        self._in_use: WeakValueDictionary[tuple[str, str | None], Operation] = WeakValueDictionary()
        """Operations of long documents, for as long as a request or a subscription holds them."""
        self._sizes: dict[tuple[str, str | None], int] = {}
        self._text_bytes = 0
        self._waiting = 0
        self.hits = 0
        self.misses = 0
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="canbao-documents")
        self._rules = (
            *(rule for rule in specified_rules if rule is not ValuesOfCorrectTypeRule),
            LiteralsOfCorrectTypeRule,
            MaxIntrospectionDepthRule,
        )

    def known(self, query: str, name: str | None) -> Operation | Answer | None:
        """What `operation` gives, where it is remembered."""
        key = (query, name)
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        else:
            found = self._in_use.get(key)
        self.hits += found is not None
        return found

    async def operation(self, query: str, name: str | None) -> Operation | Answer:
        """The operation that a request means, or the answer that says why there is none; from now on it is known."""
        key = (query, name)
        self.misses += 1
        if len(query) > self._limits.beside_the_loop:
            found = await self.beside_the_loop(self._worked_on, query, name)
        else:
            found = self._worked_on(query, name)
        # A long document is remembered by who uses it alone: a few would fill the memory that many others share.
        if len(query) > self._limits.beside_the_loop * 4:
            return self._in_use.setdefault(key, found) if isinstance(found, Operation) else found
        self._known[key] = found
        self._weigh(key, len(found.body) if isinstance(found, Answer) else 0)
        return found

    def compiled(self, operation: Operation, text_bytes: int) -> None:
        """Takes note of how much text an operation has come to, and forgets the documents for which no room is left."""
        if self._known.get(operation.key) is operation:
            self._weigh(operation.key, text_bytes)

    def _weigh(self, key: tuple[str, str | None], text_bytes: int) -> None:
        size = sys.getsizeof(key[0]) + text_bytes
        self._text_bytes += size - self._sizes.get(key, 0)
        self._sizes[key] = size
        while len(self._known) > self._limits.remembered or self._text_bytes > self._limits.text_bytes:
            forgotten, _ = self._known.popitem(last=False)
            self._text_bytes -= self._sizes.pop(forgotten)

    async def beside_the_loop(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """What `work` gives, from the one thread for documents that take long. Raises Crowded."""
        if self._waiting > self._limits.waiting:
            raise Crowded
        self._waiting += 1
        # Counted until the work has ended, not until whoever waits for it goes away.
        running = asyncio.get_running_loop().run_in_executor(self._beside, work, *arguments)
        running.add_done_callback(self._ended)
        return await asyncio.shield(running)

    def _ended(self, running: asyncio.Future[Any]) -> None:
        self._waiting -= 1
        if not running.cancelled():
            running.exception()

    def close(self) -> None:
        self._beside.shutdown()

    def _worked_on(self, query: str, name: str | None) -> Operation | Answer:
        # As itself or as an escape, whatever number of zeros it is written with: PostgreSQL's text cannot hold it.
        if _NUL.search(query):
            return error_answer(ErrorCode.BAD_USER_INPUT, NUL_CHARACTER)
        try:
            document = parse(query, max_tokens=self._limits.tokens, allow_empty_selection_sets=False)
        except GraphQLError as error:
            return graphql_errors(ErrorCode.GRAPHQL_PARSE_FAILED, [syntax_objection(error)])
        except RecursionError:
            return error_answer(ErrorCode.GRAPHQL_PARSE_FAILED, TOO_DEEP)
        try:
            measure = _Measure(document)
            if too_large := self._too_large(document, measure):
                return error_answer(ErrorCode.COST_LIMIT_EXCEEDED, too_large)
            if measure.introspects and not self.introspection:
                return _NO_INTROSPECTION
            errors = validate(
                self._schema,
                document,
                self._rules,
                max_errors=20,
                hide_suggestions=not self.introspection,
                allow_empty_selection_sets=False,
            )
        except RecursionError:
            return error_answer(
                ErrorCode.GRAPHQL_VALIDATION_FAILED, "文档嵌套过深。 The document is nested too deeply."
            )
        if errors:
            told = errors if self.introspection else [without_suggestions(error) for error in errors]
            return graphql_errors(ErrorCode.GRAPHQL_VALIDATION_FAILED, told)
        return self._picked(document, query, name, measure)

    def _picked(self, document: DocumentNode, text: str, name: str | None, measure: _Measure) -> Operation | Answer:
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        if name is not None:
            operations = [node for node in operations if node.name is not None and node.name.value == name]
        if not operations:
            return error_answer(
                ErrorCode.GRAPHQL_VALIDATION_FAILED,
                "文档中没有这个名称的操作。 The document has no operation of that name.",
            )
        if len(operations) > 1:
            return error_answer(
                ErrorCode.GRAPHQL_VALIDATION_FAILED,
                "文档含多个操作，请用 operationName 指定。"
                " The document has several operations: name one in operationName.",
            )
        node = operations[0]
        deciding = _deciding(node, fragments.values(), self._decided_apart)
        definitions = node.variable_definitions or ()
        variables = tuple(
            self._variable(definition, decides=definition.variable.name.value in deciding) for definition in definitions
        )
        read = self._readers.of_variables(self._schema, definitions)
        large = len(text) > self._limits.beside_the_loop or measure.spread > self._limits.wide
        return Operation((text, name), node, node.operation, _label(node), fragments, variables, read, large)

    def _variable(self, definition: VariableDefinitionNode, *, decides: bool) -> Variable:
        type_ = type_from_ast(self._schema, definition.type)
        assert type_ is not None
        shape = shape_of(type_) if decides else _given  # type: ignore[arg-type]
        return Variable(definition.variable.name.value, shape, neutral_of(type_))  # type: ignore[arg-type]

    def _too_large(self, document: DocumentNode, measure: _Measure) -> str | None:
        """Why the document is not worth validating, or None. Bounded work even for fans and cycles of fragments."""
        limits = self._limits
        operations = sum(isinstance(node, OperationDefinitionNode) for node in document.definitions)
        if operations > limits.operations:
            return _more_than(f"最多含 {limits.operations} 个操作", f"holds at most {limits.operations} operations")
        if measure.depth > limits.depth:
            return _more_than(f"最多嵌套 {limits.depth} 层", f"nests selections at most {limits.depth} deep")
        if max(measure.fields, measure.spread) > limits.fields:
            return _more_than(f"最多选择 {limits.fields} 个字段", f"selects at most {limits.fields} fields")
        if measure.repeats > limits.repeats:
            return _more_than(f"最多重复同一字段 {limits.repeats} 次", f"has one field at most {limits.repeats} times")
        if measure.aliases > limits.aliases:
            return _more_than(f"最多使用 {limits.aliases} 个别名", f"has at most {limits.aliases} aliases")
        found = _Sizes(document)
        if found.directives > limits.directives:
            return _more_than(f"最多含 {limits.directives} 个指令", f"has at most {limits.directives} directives")
        if found.directives_per_node > limits.directives_per_node:
            most = limits.directives_per_node
            return _more_than(f"同一处最多含 {most} 个指令", f"has at most {most} directives in one place")
        return list_too_long(limits.list_items) if found.longest_list > limits.list_items else None


def _more_than(zh: str, en: str) -> str:
    return f"文档{zh}，请精简或拆成几次请求。 A document {en}: make it smaller, or ask in several requests."


def list_too_long(most: int) -> str:
    """Why a list in the input is not taken."""
    return (
        f"输入中的列表最多 {most} 项，请分批发送。 A list in the input has at most {most} values: send fewer at once."
    )


class _Sizes(Visitor):
    """Sizes of a document that hang on its nodes, wherever these are."""

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self.directives = 0
        self.directives_per_node = 0
        self.longest_list = 0
        visit(document, self)

    def enter(self, node: Node, *_: object) -> None:
        directives = getattr(node, "directives", None)
        if directives:
            self.directives += len(directives)
            self.directives_per_node = max(self.directives_per_node, len(directives))
        if isinstance(node, ListValueNode):
            self.longest_list = max(self.longest_list, len(node.values))


def _label(node: OperationDefinitionNode) -> tuple[str, str]:
    if node.name is None:
        return node.operation.value, ANONYMOUS
    name = node.name.value
    # A birth date, a telephone number or an identity number has more digits.
    told = len(name) <= _NAME_LENGTH and sum(map(str.isdigit, name)) <= _NAME_DIGITS
    return node.operation.value, name if told else OTHER


def _deciding(
    operation: OperationDefinitionNode, fragments: Iterable[FragmentDefinitionNode], apart: Container[str]
) -> set[str]:
    """The variables that can decide SQL.

    Those cannot that only the arguments of a mutation's own fields name, or of a query's that are decided apart.
    """
    found = _Named()
    mutation = operation.operation is OperationType.MUTATION
    if operation.operation is OperationType.SUBSCRIPTION:
        visit(operation, found)
        return found.names
    for fragment in fragments:
        visit(fragment, found)
    for selection in operation.selection_set.selections:
        if isinstance(selection, FieldNode) and (mutation or selection.name.value in apart):
            for node in (*(selection.directives or ()), selection.selection_set):
                if node is not None:
                    visit(node, found)
        else:
            visit(selection, found)
    return found.names


class _Named(Visitor):
    """Takes note of the variables that a part of a document names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.add(node.name.value)


def _given(value: Any) -> bool:
    """The shape of what decides no SQL: a null is an objection to some arguments, as nothing else is."""
    return value is not None


class _Measure:
    """Sizes of a document: field nodes as written and as spread, aliases, nesting, repeats of one response key."""

    def __init__(self, document: DocumentNode) -> None:
        self.fields = 0
        self.repeats = 0
        self.aliases = 0
        self.introspects = False
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._spread: dict[str, tuple[int, int]] = {}
        self._open: set[str] = set()
        self.spread = 0
        self.depth = 0
        for definition in document.definitions:
            selection_set = getattr(definition, "selection_set", None)
            if selection_set is not None:
                count, depth = self._walk(selection_set)
                self.spread = max(self.spread, count)
                self.depth = max(self.depth, depth)

    def _walk(self, selection_set: Any) -> tuple[int, int]:
        count = 0
        deepest = 0
        keys: dict[str, int] = {}
        for selection in selection_set.selections:
            kind = selection.kind
            if kind == "field":
                self.fields += 1
                count += 1
                key = (selection.alias or selection.name).value
                self.aliases += selection.alias is not None
                if selection.name.value in ("__schema", "__type"):
                    self.introspects = True
                keys[key] = keys.get(key, 0) + 1
                below = self._walk(selection.selection_set) if selection.selection_set else (0, 0)
                count += below[0]
                deepest = max(deepest, below[1] + 1)
            elif kind == "inline_fragment":
                below = self._walk(selection.selection_set)
                count += below[0]
                deepest = max(deepest, below[1])
            else:
                below = self._fragment(selection.name.value)
                count += below[0]
                deepest = max(deepest, below[1])
        self.repeats = max(self.repeats, max(keys.values(), default=0))
        return min(count, 10**9), deepest

    def _fragment(self, name: str) -> tuple[int, int]:
        known = self._spread.get(name)
        if known is not None:
            return known
        fragment = self._fragments.get(name)
        if fragment is None or name in self._open:
            return (0, 0)  # Unknown or cyclic: validation names it.
        self._open.add(name)
        before = self.fields, self.aliases
        found = self._walk(fragment.selection_set)
        self.fields, self.aliases = before
        self._open.discard(name)
        self._spread[name] = found
        return found
