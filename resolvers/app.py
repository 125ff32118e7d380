"""The server (服务器): transports, GraphiQL, pages for printing, metrics and health in one ASGI application.

`uvicorn --factory resolvers.app:create_app` runs it; `canbao serve` does the same with the project's own settings.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from domain.policy import PolicyBook
from resolvers.context import machine_clock, new_secret
from resolvers.graphiql import GraphiqlSite
from resolvers.graphql import build_executor
from resolvers.materials import materials_routes
from resolvers.metrics import metrics_page, metrics_routes
from resolvers.oauth import oauth_routes
from resolvers.plan.executor import CostLimits
from resolvers.printing import printing_documents, printing_routes
from resolvers.register import Register, Trust, Trusted
from resolvers.requests import ClosedSockets, TurnedAway
from resolvers.settings import Settings, settings_from
from resolvers.telemetry import Telemetry, carrying_parents
from resolvers.transport.endpoint import GraphQLEndpoint
from resolvers.transport.limits import TransportLimits
from resolvers.workers import Workers
from resolvers.worlds import OpenWorlds
from simulator.outside import outside

log = logging.getLogger("canbao.server")


def create_app(
    settings: Settings | None = None,
    *,
    limits: TransportLimits | None = None,
    progress: Callable[[str], None] = log.info,
    workers: Workers | None = None,
) -> GraphQLEndpoint:
    """The application for a set of settings, the environment's where none are given.

    `workers` are the processes that serve its socket, where this is one of several.
    """
    settings = settings_from() if settings is None else settings
    policy = PolicyBook.load()
    costs = CostLimits(values=settings.cost, seconds=settings.operation_seconds, subscriptions=settings.subscriptions)
    executor = build_executor(policy, costs=costs, introspection=settings.introspects)
    trusted = None
    if settings.documents is not Trust.OFF:
        trusted = Trusted(settings.documents, Register(settings.home, printing_documents()))
    telemetry = None if settings.telemetry is None else Telemetry(settings.telemetry, machine_clock)
    worlds = OpenWorlds(
        settings,
        executor=executor,
        policy=policy,
        outside=outside,
        machine=machine_clock,
        trusted=trusted,
        told=None if telemetry is None else telemetry.answered,
    )
    turned_away, closed = TurnedAway(), ClosedSockets()
    metrics = metrics_page(worlds, executor, turned_away, closed)
    site = GraphiqlSite(settings.home, progress) if settings.serves_graphiql else None
    endpoint: GraphQLEndpoint

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        told = None if workers is None else await workers.listen(metrics)
        if site is not None:
            site.start()
        if settings.sandbox:
            log.warning("sandbox: personas sign in without a password; it is for play, never for anything else")
        try:
            yield
        finally:
            await endpoint.close()
            if told is not None:
                told.close()
            await worlds.close()
            if telemetry is not None:
                await telemetry.close()
            if site is not None:
                site.stop()

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        assert site is not None
        await site.page(Request(scope))(scope, receive, send)

    async def healthz(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(request: Request) -> Response:
        trouble = "the server is stopping" if endpoint.is_leaving else await worlds.trouble()
        return JSONResponse({"status": trouble or "ready"}, 200 if trouble is None else 503)

    pages = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            *metrics_routes(settings.metrics, metrics, workers),
            *oauth_routes(worlds),
            *printing_routes(worlds, new_secret),
            *materials_routes(worlds, new_secret),
            *(site.routes() if site is not None else ()),
        ],
    )
    endpoint = GraphQLEndpoint(
        worlds,
        otherwise=pages,
        new_request_id=new_secret,
        new_token=new_secret,
        limits=limits,
        page=page if site is not None else None,
        origins=settings.origins,
        hsts_seconds=settings.hsts_seconds,
        turned_away=turned_away,
        closed=closed,
        around=None if telemetry is None else carrying_parents,
        # What is reserved in one process is not known in the others.
        reserves_streams=workers is None,
    )
    return endpoint
