"""Running operations (执行): find the plan, bind the values, run one statement per root field, join the bytes.

A plan is kept per operation; a variant of it per role, engine and shape of the variables. Only what a variant has not
met before is compiled.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from time import perf_counter
from typing import Any, Final, TypeVar

import orjson
from graphql import FieldNode, GraphQLSchema, OperationType, get_named_type
from graphql.execution.values import VariableValues

from domain.ports import FaultyDelivery
from domain.refusals import Refusal
from domain.store.engine import DEADLINE, Connection
from domain.vocabulary import EVERY_OPERATION, Role, Scope, Viewer
from resolvers.buckets import client_of
from resolvers.context import Request
from resolvers.faults import asked_faults, asked_refusal, befallen, refusal_as_asked, require_sandbox
from resolvers.plan.answers import (
    crowded,
    field_error,
    out_of_scope,
    signed_out,
    throttled,
    told,
    too_dear,
    too_many_subscriptions,
)
from resolvers.plan.arguments import FieldProblem, Variables, bad_input, is_county
from resolvers.plan.documents import (
    ABSENT,
    NUL_CHARACTER,
    Crowded,
    DocumentLimits,
    Documents,
    Operation,
    graphql_errors,
    list_too_long,
)
from resolvers.plan.introspection import Introspection
from resolvers.plan.marks import unmarked
from resolvers.plan.objects import ObjectCompiler, told_as
from resolvers.plan.pages import ComputedPageWriter
from resolvers.plan.rows import RowCompiler
from resolvers.plan.selection import Selector, Terms
from resolvers.plan.sources import Arguments, Computed, ComputedPage, ComputedValue, Sources
from resolvers.plan.steps import Step, StepCompiler, Variant
from resolvers.recording import purpose_objection, record
from resolvers.requests import Following
from resolvers.service import (
    Answer,
    Batch,
    BatchStream,
    ConnectionCut,
    ErrorCode,
    GraphQLRequest,
    ResponseStream,
    Take,
    batched,
    error_answer,
)

_MadeT = TypeVar("_MadeT")

_REMEMBERED: Final = 8
"""For how many different arguments what a subscription needs is kept with a variant."""

_SCOPES: Final = {
    OperationType.QUERY: Scope.READ,
    OperationType.MUTATION: Scope.WRITE,
    OperationType.SUBSCRIPTION: Scope.EVENTS,
}
"""What a token must be good for, by the kind of operation that is asked."""

ROOTS_AT_ONCE: Final = 4
"""An operation of more root fields lets others have their turn between two of them."""

WritePayload = Callable[[Connection, object], Awaitable[bytes]]
"""Writes an outcome's selection inside the transaction that made it true."""


@dataclass(frozen=True, slots=True)
class MutationSource:
    """A mutation field: runs its operation and, inside the same transaction, has the payload written."""

    run: Callable[[Request, Arguments, WritePayload], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class SelectingMutationSource:
    """A mutation whose input holds a selection, which is looked at by the executor that runs the mutation."""

    run: Callable[[Executor, Request, Arguments, WritePayload], Awaitable[bytes]]


AnyMutationSource = MutationSource | SelectingMutationSource


@dataclass(frozen=True, slots=True)
class SubscriptionSource:
    """A subscription field: `follow` gives complete responses, written with what the `Follower` compiled."""

    follow: Callable[[Request, Arguments, Follower], ResponseStream]


@dataclass(frozen=True, slots=True)
class CostLimits:
    """How much one operation may ask for, in JSON values, and how long a query may take in all."""

    values: int = 80_000
    seconds: float = 10.0
    """After which the statement that a query has come to is cancelled."""
    beside_the_loop: int = 4_000
    """From here on, and for every large document, a SQLite statement runs in a thread."""
    variants: int = 64
    subscriptions: int = 10_000
    """How many subscriptions one client may have at once, in one process."""


@dataclass(eq=False, slots=True)
class Follower:
    """What a subscription's source needs to write its items: the compiled selection and the request's values."""

    request: Request
    variables: Variables
    objects: ObjectCompiler
    key: str
    nodes: Sequence[FieldNode]
    sources: Sources
    made: OrderedDict[Hashable, Any]

    def framed(self, item: bytes) -> bytes:
        """One item as a complete response."""
        return b'{"data":{"' + self.key.encode() + b'":' + item + b"}}"

    def rows(self) -> RowCompiler:
        """A compiler for a statement over the log, with the viewer's rules."""
        return RowCompiler(self.sources, self.objects.terms)

    async def computed(self, value: object, connection: Connection) -> bytes:
        """A computed object as asked, as a complete response."""
        writer = self.objects.writer(value, self.nodes)
        return self.framed(await writer.write(value, connection, self.request, self.variables))

    def remembered(self, key: Hashable, made: Callable[[], _MadeT]) -> _MadeT:
        """What was made for an earlier subscription to the same field of the same variant, by key; or made now."""
        kept = self.made
        found: _MadeT | None = kept.get((self.key, key))
        if found is None:
            found = kept[self.key, key] = made()
            if len(kept) > _REMEMBERED:
                kept.popitem(last=False)
        else:
            kept.move_to_end((self.key, key))
        return found


class Executor:
    """GraphQL over one schema, for any number of worlds."""

    def __init__(
        self,
        schema: GraphQLSchema,
        sources: Sources,
        mutations: Mapping[str, AnyMutationSource],
        subscriptions: Mapping[str, SubscriptionSource],
        *,
        documents: DocumentLimits | None = None,
        costs: CostLimits | None = None,
        introspection: bool = True,
    ) -> None:
        self.schema = schema
        self.sources = sources
        self._mutations = mutations
        self._subscriptions = subscriptions
        self.costs = costs or CostLimits()
        self._limits = documents or DocumentLimits()
        self._documents = Documents(
            schema,
            self._limits,
            introspection=introspection,
            decided_apart={name for name, root in sources.queries.items() if isinstance(root, Computed)},
        )
        self._hits = 0
        self._misses = 0
        self._introspection = Introspection(schema, self._documents)

    def close(self) -> None:
        self._documents.close()

    def remembered(self) -> Mapping[tuple[str, str], int]:
        """How many requests found their document, and their plan, remembered (hit), and how many did not (miss)."""
        return {
            ("document", "hit"): self._documents.hits,
            ("document", "miss"): self._documents.misses,
            ("plan", "hit"): self._hits,
            ("plan", "miss"): self._misses,
        }

    async def answer(
        self, asked: GraphQLRequest, request: Request, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        """See `resolvers.service.Service.answer`."""
        try:
            operation = self._documents.known(asked.query, asked.operation_name)
            if operation is None:
                _affords_work(request)
                operation = await self._documents.operation(asked.query, asked.operation_name)
            if isinstance(operation, Answer):
                return operation
            request.trace.operation = operation
            scopes = request.viewer.scopes
            # Nearly everybody may ask everything, which is seen without a look into the set.
            if scopes is not EVERY_OPERATION and _SCOPES[operation.kind] not in scopes:
                return out_of_scope(_SCOPES[operation.kind])
            if request.purpose is not None and (objection := purpose_objection(request.purpose)) is not None:
                return error_answer(ErrorCode.BAD_USER_INPUT, objection)
            faults = refusing = None
            if asked.fault is not None:
                require_sandbox(sandbox=request.world.sandbox)
                if operation.kind is OperationType.QUERY:
                    raise bad_input(
                        "Canbao-Fault 只用于订阅和变更，请去掉。",
                        "Canbao-Fault is for subscriptions and mutations only: leave it out.",
                    )
                if operation.kind is OperationType.MUTATION:
                    refusing = asked_refusal(asked.fault)
                else:
                    faults = asked_faults(asked.fault)
            variables = self._variables(operation, asked.variables)
            if isinstance(variables, Answer):
                return variables
            if _holds_nul(asked.variables, self._limits.list_items):
                return error_answer(ErrorCode.BAD_USER_INPUT, NUL_CHARACTER)
            if operation.kind is OperationType.QUERY:
                until = DEADLINE.set(perf_counter() + self.costs.seconds)
                try:
                    return await self._query(operation, variables, request)
                finally:
                    DEADLINE.reset(until)
            if operation.kind is OperationType.SUBSCRIPTION:
                return await self._subscribe(operation, variables, request, asked, faults)
            if read_only:
                return error_answer(
                    ErrorCode.METHOD_NOT_ALLOWED,
                    "GET 只能执行查询，请改用 POST。 GET answers queries only; use POST.",
                )
            return await self._mutate(operation, variables, request, refusing)
        except Crowded:
            return crowded()
        except _Exhausted as exhausted:
            return throttled(exhausted.seconds)
        except FieldProblem as problem:
            return error_answer(problem.code, problem.message, **problem.extensions)
        except Exception as error:
            return told(error, request)

    # ---- variables and variants ----------------------------------------------------------------------------------

    def _variables(self, operation: Operation, inputs: Mapping[str, Any]) -> VariableValues | Answer:
        values = operation.coerced(self.schema, inputs, hide_names=not self._documents.introspection)
        if isinstance(values, VariableValues):
            return values
        return graphql_errors(ErrorCode.BAD_USER_INPUT, values)

    async def _variant(self, operation: Operation, variables: VariableValues, request: Request) -> Variant:
        values = variables.coerced
        kind, role = request.database.kind, request.viewer.role
        county = role is Role.CLERK and is_county(request.viewer.region)
        key = (
            role,
            kind,
            county,
            *[
                variable.shape(values[variable.name]) if variable.name in values else ABSENT
                for variable in operation.variables
            ],
        )
        variants = operation.variants
        variant: Variant | None = variants.get(key)
        if variant is not None:
            variants.move_to_end(key)
            self._hits += 1
            return variant
        self._misses += 1
        _affords_work(request)
        selector = Selector(self.schema, operation.fragments, operation.neutral(values))
        compiler = StepCompiler(self.schema, self.sources, self._introspection, Terms(selector, kind, role, county))
        if operation.large:
            variant = await self._documents.beside_the_loop(compiler.variant, operation, self._limits.root_fields)
        else:
            variant = compiler.variant(operation, self._limits.root_fields)
        # Of those that were compiled at once the first stays.
        variant = variants.setdefault(key, variant)
        if len(variants) > self.costs.variants:
            variants.popitem(last=False)
        self._weigh(operation)
        return variant

    def _weigh(self, operation: Operation) -> None:
        """Takes note of how much text the operation holds by now."""
        self._documents.compiled(operation, sum(each.text_bytes for each in operation.variants.values()))

    def _turned_down(self, variant: Variant, variables: VariableValues, request: Request) -> Answer | None:
        """Takes note of what the operation can come to, and has it paid for; the refusal where it is too much."""
        trace = request.trace
        cost = trace.cost = variant.cost(variables.coerced, request)
        if cost > self.costs.values:
            return too_dear(cost, self.costs.values)
        if trace.meter is not None and (seconds := trace.meter.take(cost)):
            return throttled(seconds)
        return None

    # ---- queries ------------------------------------------------------------------------------------------------

    async def _query(self, operation: Operation, variables: VariableValues, request: Request) -> Answer:
        variant = await self._variant(operation, variables, request)
        turned_down = self._turned_down(variant, variables, request)
        if turned_down is not None:
            return turned_down
        cost = request.trace.cost or 0
        written: list[bytes] = [b'{"data":{']
        errors: list[dict[str, Any]] = []
        codes: dict[ErrorCode, None] = {}
        failed = False
        apart = operation.large or cost > self.costs.beside_the_loop
        several = len(variant.steps) > ROOTS_AT_ONCE
        kept = variant.objects.kept_bytes
        for step in variant.steps:
            if several:
                await asyncio.sleep(0)
            try:
                value = await self._read(step, variant, variables, request, apart=apart)
            except FieldProblem as problem:
                value = None
                errors.append(field_error(step.key, step.node, problem))
                codes[problem.code] = None
                failed = failed or not step.nullable
            if not failed:
                if variant.whole is not None and variant.whole[0] is value:
                    return Answer(variant.whole[1])
                written.append(step.opening)
                written.append(b"null" if value is None else value)
        if variant.objects.kept_bytes != kept:
            self._weigh(operation)
        if errors:
            tail = b',"errors":' + orjson.dumps(errors) + b"}"
            data = b'{"data":null' if failed else await self._shown(b"".join(written) + b"}", variant, request)
            expired = failed and codes.keys() == {ErrorCode.CURSOR_EXPIRED}
            return Answer(data + tail, ErrorCode.CURSOR_EXPIRED.status if expired else 200, codes=tuple(codes))
        written.append(b"}}")
        body = b"".join(written)
        if len(variant.steps) == 1 and value is not None and variant.objects.keeps(value):
            variant.whole = value, body
            self._weigh(operation)
            return Answer(body)
        return Answer(await self._shown(body, variant, request))

    async def _shown(self, body: bytes, variant: Variant, request: Request) -> bytes:
        """The answer to a query as it is sent, once it is recorded whom it shows."""
        viewer = request.viewer
        body, subjects = unmarked(body, (viewer.person_id,))
        if subjects or (viewer.role is Role.AUDITOR and any(step.compiled is not None for step in variant.steps)):
            await record(request, subjects, variant.shown())
        return body

    async def _read(
        self, step: Step, variant: Variant, variables: VariableValues, request: Request, *, apart: bool
    ) -> bytes | None:
        values = variables.coerced
        compiled = step.compiled
        if compiled is not None:
            arguments = compiled.arguments(values, request)
            if compiled.place is not None:
                await compiled.place(values, request)
            if apart:
                row = await request.database.fetch_apart(compiled.rendered, arguments)
            else:
                async with request.database.read() as connection:
                    row = await connection.fetch_rendered(compiled.rendered, arguments)
            return None if row is None else row[0].encode()
        if step.constant is not None:
            return step.constant
        if step.problem is not None:
            raise step.problem.anew()
        if step.introspection:
            assert variant.introspected is not None
            return (await self._introspection.answer(variant.introspected, values))[step.key]
        assert step.definition is not None
        assert step.root is not None
        assert step.arguments is not None
        arguments_read = step.arguments(variables)
        if isinstance(step.root, ComputedPage):
            page = ComputedPageWriter(variant.objects, step.definition, step.nodes, request, values)
            return await page.write(await step.root.resolve(request, arguments_read), arguments_read)
        found = await step.root.resolve(request, arguments_read)
        if isinstance(step.root, ComputedValue):
            return orjson.dumps(told_as(step.root.form)(found))
        if found is None:
            return None
        async with request.database.read() as connection:
            return await variant.objects.writer(found, step.nodes).write(found, connection, request, values)

    # ---- mutations ----------------------------------------------------------------------------------------------

    async def _mutate(
        self,
        operation: Operation,
        variables: VariableValues,
        request: Request,
        refusing: type[Refusal] | None,
    ) -> Answer:
        variant = await self._variant(operation, variables, request)
        if (turned_down := self._turned_down(variant, variables, request)) is not None:
            return turned_down
        if refusing is not None:
            return await self._refuse(variant, variables, request, refusing)
        written: list[bytes] = [b'{"data":{']
        done = False
        shown: set[int] = set()
        for step in variant.steps:
            if step.constant is not None:
                written += [step.opening, step.constant]
                continue
            try:
                payload, persons = await self._run(step, variant, variables, request)
                shown.update(persons)
            except FieldProblem as problem:
                # Mutation fields are non-null: the first that fails leaves no data, and later ones do not run.
                error = field_error(step.key, step.node, problem, done=done)
                return Answer(b'{"data":null,"errors":' + orjson.dumps([error]) + b"}", codes=(problem.code,))
            except Exception as error:
                return told(error, request, writing=True, done=done)
            written += [step.opening, payload]
            done = True
        if shown:
            try:
                await record(request, sorted(shown), variant.shown())
            except Exception as error:
                return told(error, request, writing=True, done=done)
        return Answer(b"".join(written) + b"}}")

    async def _refuse(
        self, variant: Variant, variables: VariableValues, request: Request, refusing: type[Refusal]
    ) -> Answer:
        """Every field is told the refusal that was asked for. Nothing is done, and no key is taken."""
        written: list[bytes] = [b'{"data":{']
        for step in variant.steps:
            payload = step.constant
            if payload is None:
                if step.problem is not None:
                    raise step.problem.anew()
                assert step.definition is not None
                told_of = refusal_as_asked(refusing, get_named_type(step.definition.type), request)
                request.trace.refused = [told_of.code.name]
                writer = variant.objects.writer(told_of, step.nodes)
                async with request.database.read() as connection:
                    payload = await writer.write(told_of, connection, request, variables.coerced)
            written += [step.opening, payload]
        return Answer(b"".join(written) + b"}}")

    async def _run(
        self, step: Step, variant: Variant, variables: VariableValues, request: Request
    ) -> tuple[bytes, Sequence[int]]:
        """One mutation field, and whom its payload shows. What it cannot take is told before anything is written.

        What a citizen has done stands in the log of events with whom it concerned; only what a refusal shows does not.
        """
        values = variables.coerced
        if step.problem is not None:
            raise step.problem.anew()
        for payload in step.payloads:
            payload.check(values, request)
        assert step.arguments is not None
        arguments = step.arguments(variables)
        field = step.node.name.value
        refused: list[str] = []
        own = [request.viewer.person_id]

        async def write(connection: Connection, outcome: object) -> bytes:
            refused[:] = [each.code.name for each in _answers_in(outcome) if isinstance(each, Refusal)]
            seen_by: Viewer | None = getattr(outcome, "seen_by", None)
            if seen_by is None:
                writer = variant.objects.writer(outcome, step.nodes)
                return await writer.write(outcome, connection, request, values)
            own.append(seen_by.person_id)
            as_seen = Request(request.world, seen_by, request.request_id, request.now, request.trace)
            writer = variant.objects.as_seen_by(seen_by).writer(outcome, step.nodes)
            return await writer.write(outcome, connection, as_seen, values)

        source = self._mutations[field]
        if isinstance(source, SelectingMutationSource):
            running = source.run(self, request, arguments, write)
        else:
            running = source.run(request, arguments, write)
        payload_written, persons = unmarked(await running, own)
        for code in refused:
            request.world.tallies.refused(field, code)
        if refused:
            request.trace.refused = [*(request.trace.refused or ()), *refused]
        told_by_events = request.viewer.role is Role.CITIZEN and not refused
        return payload_written, () if told_by_events else persons

    # ---- subscriptions ------------------------------------------------------------------------------------------

    async def _subscribe(
        self,
        operation: Operation,
        variables: VariableValues,
        request: Request,
        asked: GraphQLRequest,
        faults: FaultyDelivery | None,
    ) -> Answer | ResponseStream:
        variant = await self._variant(operation, variables, request)
        [step] = variant.steps
        if step.constant is not None or step.definition is None:
            return error_answer(
                ErrorCode.GRAPHQL_VALIDATION_FAILED,
                "订阅须选择一个订阅字段。 A subscription selects one subscription field.",
            )
        if (turned_down := self._turned_down(variant, variables, request)) is not None:
            return turned_down
        if step.problem is not None:
            raise step.problem.anew()
        client = client_of(request.viewer, request.world.record.name, asked.peer)
        if request.world.tallies.subscriptions[client] >= self.costs.subscriptions:
            return too_many_subscriptions(self.costs.subscriptions)
        assert step.arguments is not None
        arguments = dict(step.arguments(variables))
        if asked.last_event_id is not None and "after" in step.definition.args:
            arguments["after"] = asked.last_event_id
        objects, made = variant.objects, variant.made
        follower = Follower(request, variables.coerced, objects, step.key, step.nodes, self.sources, made)
        try:
            told_of: ResponseStream = self._subscriptions[step.node.name.value].follow(request, arguments, follower)
            if faults is not None:
                told_of = befallen(told_of, faults, request)
            responses = batched(told_of)
        except FieldProblem as problem:
            responses = _Refused(problem)
        return _Followed(responses, step, request, client)

    async def follower(self, document: str, request: Request) -> Follower | Answer:
        """What writes the items of a subscription that takes no variables, for whoever delivers them; or why not."""
        try:
            operation = self._documents.known(document, None) or await self._documents.operation(document, None)
            if isinstance(operation, Answer):
                return operation
            request.trace.operation = operation
            variables = VariableValues({}, {})
            variant = await self._variant(operation, variables, request)
            if (turned_down := self._turned_down(variant, variables, request)) is not None:
                return turned_down
            [step] = variant.steps
            assert step.definition is not None
            follower = Follower(
                request, variables.coerced, variant.objects, step.key, step.nodes, self.sources, variant.made
            )
            # What only the rows refuse, such as a page that is too long, is told now and not when an item is there.
            rows = follower.rows()
            source = self.sources.rows[get_named_type(step.definition.type).name]
            rows.finished(*rows.row_json(source, rows.alias(source)[0], step.nodes)).arguments({}, request)
            return follower
        except Crowded:
            return crowded()
        except FieldProblem as problem:
            return error_answer(problem.code, problem.message, **problem.extensions)


def _answers_in(outcome: object) -> Sequence[object]:
    """An answer; of an answer to several orders, each of them."""
    several: Sequence[object] = getattr(outcome, "results", (outcome,))
    return several


class _Exhausted(Exception):
    """The client's bucket is empty, for so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


def _affords_work(request: Request) -> None:
    """What is known already is cheap to turn down. Raises _Exhausted before anything else is made for nothing."""
    meter = request.trace.meter
    if meter is not None and (seconds := meter.is_empty()):
        raise _Exhausted(seconds)


class _SignedOut(Exception):
    """The viewer's sign-in has ended."""


class _Refused(BatchStream):
    """The responses of a subscription that cannot begin: none."""

    __slots__ = ("_problem",)

    def __init__(self, problem: FieldProblem) -> None:
        super().__init__()
        self._problem = problem

    async def batch(self) -> Batch | None:
        raise self._problem.anew()

    def push(self, take: Take) -> None:
        """Nothing comes."""

    async def aclose(self) -> None:
        """Nothing was begun."""


class _Followed(BatchStream):
    """A subscription from its begin to its end: for as long as its viewer is signed in, and at last why it ends."""

    __slots__ = ("_over", "_request", "_responses", "_revoked", "_step", "_told", "_waiting")

    def __init__(self, responses: BatchStream, step: Step, request: Request, client: Hashable) -> None:
        super().__init__()
        self._responses = responses
        self._step = step
        self._request = request
        self._told = Following(request, client)
        self._waiting: asyncio.Timeout | None = None
        self._revoked = False
        self._over = False
        request.world.tokens.follow(request.viewer, self._ended)

    async def batch(self) -> Batch | None:
        if self._over:
            return None
        try:
            batch = await self._allowed()
        except ConnectionCut:
            raise
        except FieldProblem as problem:
            error = field_error(self._step.key, self._step.node, problem)
            body = orjson.dumps({"data": None, "errors": [error]})
            return await self._broken(Answer(body, codes=(problem.code,)))
        except _SignedOut:
            return await self._broken(signed_out())
        except Exception as error:
            return await self._broken(told(error, self._request))
        if batch is not None:
            self._told.items += len(batch.items)
        return batch

    def push(self, take: Take) -> None:
        def taken(batch: Batch) -> bool:
            if self._revoked or not take(batch):
                return False
            self._told.items += len(batch.items)
            return True

        self._responses.push(taken)

    async def aclose(self) -> None:
        if self._told.is_over:
            return
        self._over = True
        self._told.ended()
        self._request.world.tokens.leave(self._request.viewer, self._ended)
        await self._responses.aclose()

    async def _broken(self, answer: Answer) -> Batch:
        item = self._told.broken(answer)
        await self.aclose()
        return Batch((item,))

    async def _allowed(self) -> Batch | None:
        """The next responses. Raises _SignedOut when the sign-in ends, responses or not.

        It ends with its token, or before: when that is revoked, its key ends or its client is disabled.
        """
        until = self._request.viewer.until
        if until is None:
            return await self._responses.batch()
        if self._revoked or until <= self._request.world.clock.machine():
            raise _SignedOut
        waiting = asyncio.timeout(None)
        try:
            async with waiting:
                self._waiting = waiting
                return await self._responses.batch()
        except TimeoutError:
            if waiting.expired():
                raise _SignedOut from None
            raise
        finally:
            self._waiting = None

    def _ended(self) -> None:
        self._revoked = True
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(asyncio.get_running_loop().time())


def _holds_nul(variables: Mapping[str, Any], most: int) -> bool:
    """Whether a text in a variable holds U+0000. Raises FieldProblem for a list of more than so many values."""
    try:
        text = orjson.dumps(variables)
    except TypeError:
        return _has_nul(variables, most)
    # Nearly no variables have as many values in all as one list may have, or need to be looked into.
    return (text.count(b",") >= most or b"\\u0000" in text) and _has_nul(variables, most)


def _has_nul(value: Any, most: int) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, list):
        if len(value) > most:
            raise FieldProblem(ErrorCode.COST_LIMIT_EXCEEDED, list_too_long(most))
        return any(map(_has_nul, value, repeat(most)))
    return isinstance(value, Mapping) and any(map(_has_nul, value.values(), repeat(most)))
