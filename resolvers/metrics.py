"""What a scrape reads (指标): the counts of this process as Prometheus has them, one page at /metrics.

No label holds anything about anybody: worlds, codes and mutations are our own words, and the names that clients give
their operations are bounded (`resolvers.tallies`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from itertools import accumulate
from time import perf_counter
from typing import Final

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from domain.store.engine import StoreUnavailable
from domain.store.timers import TimerCount, count_timers
from domain.store.webhooks import Backlog, backlog
from domain.vocabulary import AttemptOutcome
from resolvers.plan.executor import Executor
from resolvers.requests import ClosedSockets, TurnedAway
from resolvers.settings import Metrics
from resolvers.tallies import Distribution
from resolvers.workers import Page, Together, Workers
from resolvers.world import World
from resolvers.worlds import OpenWorlds

_NO_WORLD: Final = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A world and what only its database knows of it; neither timers nor backlog where that does not answer."""

    world: World
    timers: TimerCount | None
    backlog: Backlog | None


async def reading(world: World) -> Reading:
    """What a scrape reads of a world."""
    try:
        async with world.database.read() as connection:
            return Reading(world, await count_timers(connection, world.clock.now()), await backlog(connection))
    except StoreUnavailable:
        return Reading(world, None, None)


class Scrape(Collector):
    """The counts at one moment."""

    def __init__(
        self, readings: Iterable[Reading], executor: Executor, turned_away: TurnedAway, closed: ClosedSockets
    ) -> None:
        self._readings = list(readings)
        self._executor = executor
        self._turned_away = turned_away
        self._closed = closed

    def collect(self) -> Iterator[Metric]:
        yield from self._asked()
        yield self._plans()
        yield from self._databases()
        yield from self._writing()
        yield from self._following()
        yield from self._delivering()
        yield from self._time()

    def _asked(self) -> Iterator[Metric]:
        seconds = HistogramMetricFamily(
            "canbao_operation_seconds",
            "Operations by kind and name, and how long they took.",
            labels=["world", "kind", "operation"],
        )
        errors = CounterMetricFamily(
            "canbao_errors",
            "Answers with an error of that code; without a world, those that no world was asked for.",
            labels=["world", "code"],
        )
        refusals = CounterMetricFamily(
            "canbao_refusals", "Mutations answered with a refusal.", labels=["world", "mutation", "code"]
        )
        oauth = CounterMetricFamily(
            "canbao_oauth",
            "Requests to the paths of OAuth, and what came of them.",
            labels=["world", "path", "outcome"],
        )
        unregistered = CounterMetricFamily(
            "canbao_unregistered_documents",
            "Requests whose document is not registered, where there is a register.",
            labels=["world"],
        )
        for code, times in self._turned_away.errors.items():
            errors.add_metric([_NO_WORLD, code.name], times)
        for name, tallies in ((each.world.record.name, each.world.tallies) for each in self._readings):
            unregistered.add_metric([name], tallies.unregistered)
            for (path, outcome), times in tallies.oauth.items():
                oauth.add_metric([name, path, outcome], times)
            for (kind, operation), durations in tallies.durations.items():
                _add(seconds, [name, kind, operation], durations)
            for code, times in tallies.errors.items():
                errors.add_metric([name, code.name], times)
            for (mutation, refusal), times in tallies.refusals.items():
                refusals.add_metric([name, mutation, refusal], times)
        yield from (seconds, errors, refusals, oauth, unregistered)

    def _plans(self) -> Metric:
        plans = CounterMetricFamily(
            "canbao_plan_cache",
            "Requests whose document or plan was remembered (hit), and those for which it was made (miss).",
            labels=["cache", "outcome"],
        )
        for labels, times in self._executor.remembered().items():
            plans.add_metric(labels, times)
        return plans

    def _databases(self) -> Iterator[Metric]:
        statements = CounterMetricFamily("canbao_statements", "Statements that were run.", labels=["world"])
        seconds = CounterMetricFamily("canbao_statement_seconds", "How long statements took.", labels=["world"])
        opened = GaugeMetricFamily("canbao_connections_open", "Connections to the database.", labels=["world"])
        in_use = GaugeMetricFamily("canbao_connections_in_use", "Connections that are in use.", labels=["world"])
        reachable = GaugeMetricFamily(
            "canbao_database_reachable", "1 where the database answered this scrape, else 0.", labels=["world"]
        )
        for each in self._readings:
            name, database = each.world.record.name, each.world.database
            connections = database.connections()
            statements.add_metric([name], database.statements)
            seconds.add_metric([name], database.statement_seconds)
            opened.add_metric([name], connections.open)
            in_use.add_metric([name], connections.in_use)
            reachable.add_metric([name], each.timers is not None)
        yield from (statements, seconds, opened, in_use, reachable)

    def _writing(self) -> Iterator[Metric]:
        sizes = HistogramMetricFamily("canbao_batch_size", "Orders that shared a transaction.", labels=["world"])
        waiting = GaugeMetricFamily(
            "canbao_batch_waiting", "Orders that wait for the next transaction.", labels=["world"]
        )
        for world in (each.world for each in self._readings):
            _add(sizes, [world.record.name], world.tallies.batch_sizes)
            waiting.add_metric([world.record.name], sum(each.waiting for each in world.batches.values()))
        yield from (sizes, waiting)

    def _following(self) -> Iterator[Metric]:
        closes = CounterMetricFamily("canbao_socket_closes", "WebSockets that have ended, by code.", labels=["code"])
        for code, times in self._closed.codes.items():
            closes.add_metric([code], times)
        subscribers = GaugeMetricFamily("canbao_subscribers", "Subscriptions that are open.", labels=["world"])
        lag = GaugeMetricFamily(
            "canbao_log_lag_seconds",
            "For how long the subscriber of events that is furthest behind has not come to the end of the log.",
            labels=["world"],
        )
        faults = CounterMetricFamily(
            "canbao_event_faults",
            "What befell events on their way to subscribers who asked for it, in a sandbox.",
            labels=["world", "fault"],
        )
        now = perf_counter()
        for world in (each.world for each in self._readings):
            behind = [reader.behind_since for reader in world.tallies.readers if reader.behind_since is not None]
            subscribers.add_metric([world.record.name], world.tallies.subscribers)
            lag.add_metric([world.record.name], now - min(behind, default=now))
            for fault, times in world.tallies.faults.items():
                faults.add_metric([world.record.name, fault.value], times)
        yield from (closes, subscribers, lag, faults, *self._tailing())

    def _delivering(self) -> Iterator[Metric]:
        attempts = CounterMetricFamily(
            "canbao_webhook_attempts",
            "Attempts to deliver to webhooks, by what became of them.",
            labels=["world", "outcome"],
        )
        held = GaugeMetricFamily("canbao_webhooks_held", "Webhooks that this process delivers to.", labels=["world"])
        failing = GaugeMetricFamily(
            "canbao_webhooks_failing", "Webhooks whose target fails again and again.", labels=["world"]
        )
        waiting = GaugeMetricFamily("canbao_webhook_waiting", "Events that wait to be delivered.", labels=["world"])
        lag = GaugeMetricFamily(
            "canbao_webhook_lag_seconds",
            "For how long, in the world's time, the event that came about first has waited.",
            labels=["world"],
        )
        for each in self._readings:
            name, now = each.world.record.name, each.world.clock.now()
            held.add_metric([name], each.world.tallies.webhooks_held)
            for outcome in AttemptOutcome:
                attempts.add_metric([name, outcome.name], each.world.tallies.webhook_attempts[outcome])
            if each.backlog is not None:
                failing.add_metric([name], each.backlog.failing)
                waiting.add_metric([name], each.backlog.waiting)
                lag.add_metric([name], 0 if each.backlog.oldest_at is None else now - each.backlog.oldest_at)
        yield from (attempts, held, failing, waiting, lag)

    def _tailing(self) -> Iterator[Metric]:
        groups = GaugeMetricFamily(
            "canbao_log_groups", "Groups of subscriptions that are told the same of the log.", labels=["world"]
        )
        members = GaugeMetricFamily("canbao_log_members", "Subscriptions in such groups.", labels=["world"])
        waiting = GaugeMetricFamily(
            "canbao_log_waiting_events", "Events that wait for a client to take them.", labels=["world"]
        )
        size = GaugeMetricFamily("canbao_log_waiting_bytes", "Their size.", labels=["world"])
        looks = CounterMetricFamily("canbao_log_looks", "Looks at the end of the log.", labels=["world"])
        statements = CounterMetricFamily(
            "canbao_log_statements", "Statements of these looks and of groups that were told.", labels=["world"]
        )
        fallbacks = CounterMetricFamily(
            "canbao_log_fallbacks", "Subscriptions that went back to reading by themselves.", labels=["world"]
        )
        delay = HistogramMetricFamily(
            "canbao_log_delay_seconds", "From a commit that was heard of until it was found.", labels=["world"]
        )
        for world in (each.world for each in self._readings):
            name, tailing = [world.record.name], world.tallies.tailing
            found = [member for group in world.hub.groups.values() for member in group.members]
            groups.add_metric(name, len(world.hub.groups))
            members.add_metric(name, len(found))
            waiting.add_metric(name, sum(member.buffered for member in found))
            size.add_metric(name, sum(member.buffered_bytes for member in found))
            looks.add_metric(name, tailing.passes)
            statements.add_metric(name, tailing.statements)
            fallbacks.add_metric(name, tailing.fallbacks)
            _add(delay, name, tailing.delays)
        yield from (groups, members, waiting, size, looks, statements, fallbacks, delay)

    def _time(self) -> Iterator[Metric]:
        time = GaugeMetricFamily("canbao_world_time_seconds", "The world's clock, since 1970.", labels=["world"])
        rate = GaugeMetricFamily("canbao_world_rate", "The world's seconds in one of the machine's.", labels=["world"])
        waiting = GaugeMetricFamily("canbao_timers_waiting", "Timers that are set.", labels=["world"])
        overdue = GaugeMetricFamily("canbao_timers_overdue", "Timers that are due and not done.", labels=["world"])
        for each in self._readings:
            name = each.world.record.name
            time.add_metric([name], each.world.clock.now())
            rate.add_metric([name], each.world.clock.rate)
            if each.timers is not None:
                waiting.add_metric([name], each.timers.waiting)
                overdue.add_metric([name], each.timers.overdue)
        yield from (time, rate, waiting, overdue)


def _add(family: HistogramMetricFamily, labels: list[str], seen: Distribution) -> None:
    bounds = [*map(floatToGoString, seen.bounds), "+Inf"]
    family.add_metric(labels, list(zip(bounds, accumulate(seen.counts), strict=True)), seen.total)


def is_local(host: str | None) -> bool:
    """Whether an address is the server's own machine; nobody knows of a client without one."""
    if host is None:
        return False
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def metrics_page(worlds: OpenWorlds, executor: Executor, turned_away: TurnedAway, closed: ClosedSockets) -> Page:
    """What this process has counted, as text whenever it is asked for."""

    async def page() -> bytes:
        readings = await asyncio.gather(*map(reading, worlds.worlds()))
        registry = CollectorRegistry()
        registry.register(Scrape(readings, executor, turned_away, closed))
        ProcessCollector(registry=registry)
        return generate_latest(registry)

    return page


def metrics_routes(access: Metrics, own: Page, workers: Workers | None = None) -> tuple[Route, ...]:
    """/metrics of this process and of those beside it, for those who may read it; none where nobody may."""

    async def all_pages() -> bytes:
        if workers is None:
            return await own()
        registry = CollectorRegistry()
        registry.register(Together(await workers.pages(own)))
        return generate_latest(registry)

    async def page(request: Request) -> Response:
        if access is Metrics.LOCAL and not is_local(request.client.host if request.client else None):
            return PlainTextResponse("Only from this machine: see CANBAO_METRICS.\n", 403)
        return Response(await all_pages(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return () if access is Metrics.OFF else (Route("/metrics", page),)
