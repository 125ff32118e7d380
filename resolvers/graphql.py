"""GraphQL of one world (单个世界的 GraphQL 服务): the schema, its sources and the world, behind the transports."""

from __future__ import annotations

from dataclasses import dataclass

from domain.policy import PolicyBook
from domain.vocabulary import Viewer
from resolvers.context import Request
from resolvers.fields.sources import MUTATIONS, SUBSCRIPTIONS, field_sources
from resolvers.plan.check import check
from resolvers.plan.executor import Executor
from resolvers.service import Answer, GraphQLRequest, ResponseStream
from resolvers.world import World
from schema.contract import build_schema


def build_executor(book: PolicyBook) -> Executor:
    """An executor over the whole schema, which serves any number of worlds. Raises SourcesIncomplete."""
    schema, sources = build_schema()._schema, field_sources(book)
    check(schema, sources, MUTATIONS, SUBSCRIPTIONS)
    return Executor(schema, sources, MUTATIONS, SUBSCRIPTIONS)


@dataclass(frozen=True, slots=True)
class WorldService:
    """A world as transports ask it. See `resolvers.service.Service`."""

    executor: Executor
    world: World

    def authenticate(self, authorization: str | None) -> Viewer | Answer:
        return self.world.tokens.viewer(authorization)

    async def answer(
        self, request: GraphQLRequest, viewer: Viewer, request_id: str, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        asked = Request(self.world, viewer, request_id, self.world.clock.now())
        return await self.executor.answer(request, asked, read_only=read_only)
