"""GraphQL of one world (单个世界的 GraphQL 服务): the schema, its sources and the world, behind the transports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter

from domain.policy import PolicyBook
from domain.store.engine import SPENT, Spent
from domain.vocabulary import Viewer
from resolvers.buckets import Buckets, Meter, client_of
from resolvers.context import Request, Trace
from resolvers.costs import each_with_cost, with_cost
from resolvers.fields.sources import MUTATIONS, SUBSCRIPTIONS, field_sources
from resolvers.journal.ring import Asked
from resolvers.plan.check import check
from resolvers.plan.executor import CostLimits, Executor
from resolvers.register import Trusted, unknown
from resolvers.requests import answered, is_logged
from resolvers.service import Answer, GraphQLRequest, ResponseStream, Service
from resolvers.world import World
from schema.contract import build_schema

Again = Callable[[], Awaitable[Service | Answer]]
Told = Callable[[Request, Answer | ResponseStream | None, float, Spent], None]


def build_executor(book: PolicyBook, *, costs: CostLimits | None = None, introspection: bool = True) -> Executor:
    """An executor over the whole schema, which serves any number of worlds. Raises SourcesIncomplete."""
    schema, sources = build_schema()._schema, field_sources(book)
    check(schema, sources, MUTATIONS, SUBSCRIPTIONS)
    return Executor(schema, sources, MUTATIONS, SUBSCRIPTIONS, costs=costs, introspection=introspection)


@dataclass(frozen=True, slots=True)
class WorldService:
    """A world as transports ask it. See `resolvers.service.Service`."""

    executor: Executor
    world: World
    told: Told | None = None
    """Told of each operation that is over, where somebody wants to know."""
    buckets: Buckets | None = None
    """Those of all clients of this process; None where they may ask as much as they like."""
    trusted: Trusted | None = None
    """Which documents are run; None where all are."""
    again: Again | None = None
    """Opens the world anew for a connection that has outlived it; None where worlds stay open."""

    def authenticate(self, authorization: str | None) -> Viewer | Answer:
        return self.world.tokens.viewer(authorization)

    async def answer(
        self, request: GraphQLRequest, viewer: Viewer, request_id: str, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        world = self.world
        if world.is_closed and self.again is not None:
            found = await self.again()
            return (
                found
                if isinstance(found, Answer)
                else await found.answer(request, viewer, request_id, read_only=read_only)
            )
        begun = world.asked_at = perf_counter()
        meter: Meter | None = None
        if self.buckets is not None:
            meter = Meter(self.buckets, client_of(viewer, world.record.name, request.peer), begun)
        trace = Trace(meter)
        asked = Request(
            world,
            viewer,
            request_id,
            world.clock.now(),
            trace,
            transport=request.transport,
            purpose=request.purpose,
        )
        answer: Answer | ResponseStream | None = None
        logged = is_logged()
        journal = world.journal
        floor = 0 if journal is None else journal.floor
        read: GraphQLRequest | Answer = request
        spent = Spent() if journal is not None or logged or request.wants_cost or self.told is not None else None
        asking = None if spent is None else SPENT.set(spent)
        world.answering += 1
        try:
            read = self._read(request, trace, begun)
            answer = read if isinstance(read, Answer) else await self.executor.answer(read, asked, read_only=read_only)
        finally:
            world.answering -= 1
            if asking is not None:
                SPENT.reset(asking)
            if meter is not None and not meter.paid:
                # What was turned away before anybody knew its cost was work all the same.
                meter.take(1)
            seconds = perf_counter() - begun
            if trace.operation is not None:
                world.tallies.answered(trace.operation.label, seconds)
            if answer is None or isinstance(answer, Answer):
                if answer is not None and answer.codes:
                    world.tallies.failed(answer.codes)
                if spent is not None and logged:
                    answered(asked, answer, seconds, spent)
            if spent is not None:
                if journal is not None:
                    sent = request if isinstance(read, Answer) else read
                    journal.note(Asked(asked, sent, answer, seconds, spent, floor, world.clock.machine()))
                if self.told is not None:
                    self.told(asked, answer, seconds, spent)
        if not request.wants_cost or spent is None:
            return answer
        limit = self.executor.costs.values
        if isinstance(answer, Answer):
            return with_cost(answer, limit, trace, spent)
        return each_with_cost(answer, limit, trace)

    def _read(self, request: GraphQLRequest, trace: Trace, now: float) -> GraphQLRequest | Answer:
        """The request with the text of its document, or why that is not run."""
        if self.trusted is None:
            return unknown(request) if not request.query and request.names_document else request
        read, trace.registered = self.trusted.read(request, now)
        if not trace.registered:
            self.world.tallies.unregistered += 1
        return read
