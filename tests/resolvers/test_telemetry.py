"""Spans: what a collector hears of operations, what it never hears, and that nobody waits for one that is not there."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from resolvers.app import create_app
from resolvers.context import machine_clock
from resolvers.graphql import WorldService
from resolvers.settings import Settings, SettingsInvalid, settings_from
from resolvers.telemetry import Telemetry
from tests.resolvers.living import living
from tests.resolvers.opened import BIND, PAY, OpenedWorld

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@pytest.fixture
def installed() -> None:
    pytest.importorskip("opentelemetry.sdk", reason="the extra `telemetry` is not installed")
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra `telemetry` is not installed")


class Collector:
    """A collector on this machine, and every span that it was sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.bodies: list[bytes] = []
        heard = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

                body = self.rfile.read(int(self.headers["content-length"]))
                heard.bodies.append(body)
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        heard.spans += scope.spans
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quietly."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def named(self, name: str) -> Any:
        [found] = [span for span in self.spans if span.name == name]
        return found

    def below(self, parent: Any) -> Any:
        [found] = [span for span in self.spans if span.parent_span_id == parent.span_id]
        return found


def attributes(span: Any) -> dict[str, Any]:
    """A span's attributes, whatever their type."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


@pytest.fixture
def collector(installed: None) -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


async def test_each_operation_is_a_span_and_what_it_asked_of_the_database_another(
    opened: OpenedWorld, collector: Collector
) -> None:
    contribution = await opened.submitted("employee")
    telemetry = Telemetry(collector.url, machine_clock)
    opened.service = WorldService(opened.service.executor, opened.service.world, telemetry.answered)
    await opened.data("query Mine { viewer { person { name idNumber } } }", None, "employee")
    await opened.mutate(PAY, "employee", contributionId=contribution)
    await opened.answer("{ nothing }")
    await telemetry.close()

    mine, paid, wrong = (collector.named(name) for name in ("query Mine", "mutation M", "unknown unknown"))
    told = attributes(mine)
    assert (told["graphql.operation.type"], told["graphql.operation.name"]) == ("query", "Mine")
    assert (told["canbao.world"], told["canbao.request_id"]) == ("small", "the-request")
    assert attributes(wrong)["error.type"] == "GRAPHQL_VALIDATION_FAILED"
    database = attributes(collector.below(mine))
    assert (database["db.system.name"], database["canbao.statements"]) == (opened.kind.value, 1)
    assert attributes(collector.below(paid))["canbao.statements"] > 3
    for span in (mine, paid):
        below = collector.below(span)
        assert span.start_time_unix_nano <= below.start_time_unix_nano <= below.end_time_unix_nano
        assert below.end_time_unix_nano <= span.end_time_unix_nano


async def test_a_request_joins_the_trace_that_it_came_with_and_tells_nothing_of_anybody(
    collector: Collector, sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "worlds").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "worlds" / "small.sqlite3")
    number = "110101194912310021"
    settings = Settings(home=tmp_path, default_world="small", telemetry=collector.url)
    app = create_app(settings)
    asked = {
        "query": "query Node($id: ID!) { node(id: $id) { id } }",
        "variables": {"id": number},
    }
    async with living(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as client:
        joined = await client.post("/graphql", json=asked, headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
        alone = await client.post("/graphql", json=asked | {"query": f"query Q{number} {{ world {{ name }} }}"})
        odd = await client.post(
            "/graphql", json={"query": "query Odd { world { name } }"}, headers={"traceparent": "x"}
        )
    assert {answer.status_code for answer in (joined, alone, odd)} == {200}
    span = collector.named("query Node")
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)
    for name in ("query other", "query Odd"):
        assert collector.named(name).trace_id.hex() != TRACE
        assert not collector.named(name).parent_span_id
    assert number.encode() not in b"".join(collector.bodies)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("hangs", [False, True])
async def test_a_collector_that_does_not_answer_hurts_no_request(hangs: bool, on_sqlite: OpenedWorld) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        if hangs:
            nobody.listen()
        telemetry = Telemetry(f"http://127.0.0.1:{nobody.getsockname()[1]}", machine_clock)
        on_sqlite.service = WorldService(on_sqlite.service.executor, on_sqlite.service.world, telemetry.answered)
        for _ in range(3_000):
            await on_sqlite.data("{ world { name } }")
        bound = await on_sqlite.mutate(BIND, "employee", **on_sqlite.member("employee"))
        assert bound["__typename"] == "FamilyMemberBound"
        await telemetry.close()
        assert (await on_sqlite.data("{ world { name } }"))["world"] == {"name": "small"}


def test_without_the_libraries_the_setting_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(SettingsInvalid, match=r"canbao\[telemetry\]"):
        Telemetry("http://127.0.0.1:4318", machine_clock)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("off", None),
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318"),
        ("https://traces.example", "https://traces.example"),
    ],
)
def test_what_the_setting_takes(text: str, found: str | None) -> None:
    assert settings_from({"CANBAO_TELEMETRY": text}).telemetry == found


@pytest.mark.parametrize("text", ["", "otlp", "on", "http://", "ftp://x", "http://x/v1/traces", "http://u:p@x"])
def test_what_the_setting_does_not_take(text: str) -> None:
    with pytest.raises(SettingsInvalid, match="CANBAO_TELEMETRY"):
        settings_from({"CANBAO_TELEMETRY": text})


def test_nothing_of_it_is_imported_where_no_collector_is_named() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import json, sys, resolvers.app; print(json.dumps([*sys.modules]))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not [name for name in json.loads(told.stdout) if name.startswith("opentelemetry")]
