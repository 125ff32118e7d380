"""Traces (链路追踪): a span for each operation, sent to an OpenTelemetry collector where a setting names one.

Nothing of it is imported, and nothing is asked on a request's way, where none does. A span is made when its operation
is over; it is sent from a thread of the library's, which drops what a collector does not take in time. No attribute
holds anything about anybody: names are the bounded ones of `resolvers.tallies`, and statements are counted, not told.
"""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from domain.store.engine import Spent
from resolvers.context import MachineClock, Request
from resolvers.service import Answer, ErrorCode, ResponseStream
from resolvers.settings import SettingsInvalid

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

EXPORT_SECONDS: Final = 5
"""How long the collector may take for one delivery, and the server's end for the last one."""
_NANOSECONDS: Final = 1_000_000_000
_FAULTS: Final = frozenset({ErrorCode.INTERNAL, ErrorCode.UNAVAILABLE, ErrorCode.OPERATION_TIMEOUT})

_PARENT: ContextVar[str | None] = ContextVar("canbao_traceparent", default=None)
"""The `traceparent` of the request that is being answered, as it was sent."""


class Telemetry:
    """Where spans go. Raises SettingsInvalid where the libraries are not installed."""

    def __init__(self, collector: str, machine: MachineClock) -> None:
        try:
            from opentelemetry import trace
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
        except ImportError as error:
            raise SettingsInvalid(
                "CANBAO_TELEMETRY needs the OpenTelemetry libraries: pip install 'canbao[telemetry]', or leave it out"
            ) from error
        exporter = OTLPSpanExporter(endpoint=f"{collector.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
        self._provider: TracerProvider = TracerProvider(
            resource=Resource.create({"service.name": "canbao"}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("canbao")
        self._parents = TraceContextTextMapPropagator()
        self._trace = trace
        self._machine = machine

    def answered(self, request: Request, answer: Answer | ResponseStream | None, seconds: float, spent: Spent) -> None:
        """A span for an operation that has just ended, and one below it for what it asked of the database."""
        world, operation = request.world, request.trace.operation
        kind, name = ("unknown", "unknown") if operation is None else world.tallies.named(operation.label)
        now, end = perf_counter(), int(self._machine() * _NANOSECONDS)
        sent = _PARENT.get()
        span = self._tracer.start_span(
            f"{kind} {name}",
            None if sent is None else self._parents.extract({"traceparent": sent}),
            kind=self._trace.SpanKind.SERVER,
            attributes={
                "graphql.operation.type": kind,
                "graphql.operation.name": name,
                "canbao.world": world.record.name,
                "canbao.request_id": request.request_id,
            },
            start_time=end - int(seconds * _NANOSECONDS),
        )
        if isinstance(answer, Answer) and answer.codes:
            span.set_attribute("error.type", answer.codes[0].name)
            if not _FAULTS.isdisjoint(answer.codes):
                span.set_status(self._trace.StatusCode.ERROR)
        if spent.statements:
            database = self._tracer.start_span(
                "database",
                self._trace.set_span_in_context(span),
                kind=self._trace.SpanKind.CLIENT,
                attributes={
                    "db.system.name": world.database.kind.value,
                    "canbao.statements": spent.statements,
                    "canbao.statement_seconds": spent.seconds,
                },
                start_time=end - int((now - spent.begun) * _NANOSECONDS),
            )
            database.end(end - int((now - spent.ended) * _NANOSECONDS))
        span.end(end)

    async def close(self) -> None:
        """What there is to send has been sent, or has had its time."""
        # A thread that the process need not wait for: a collector that hangs does not hold up the server's end.
        ending = threading.Thread(target=self._provider.shutdown, name="canbao-telemetry", daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, EXPORT_SECONDS)


def carrying_parents(app: ASGIApp) -> ASGIApp:
    """The application, under which a request's operations know the `traceparent` that it came with."""

    async def carried(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            sent = next((value for name, value in scope["headers"] if name == b"traceparent"), None)
            _PARENT.set(None if sent is None else sent.decode("latin-1"))
        await app(scope, receive, send)

    return carried
