"""/metrics: what a scrape reads after people have come, who may read it, and that no label can say anything of them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import aclosing
from itertools import product
from pathlib import Path
from string import ascii_uppercase

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from starlette.applications import Starlette

from domain.policy import PolicyBook
from resolvers.metrics import Scrape, is_local, metrics_page, metrics_routes, reading
from resolvers.plan.executor import Executor
from resolvers.requests import ClosedSockets, TurnedAway
from resolvers.service import Answer, ErrorCode, GraphQLRequest, error_answer
from resolvers.settings import Metrics, Settings
from resolvers.tallies import NAMES, Distribution, Tallies
from resolvers.worlds import OpenWorlds
from simulator.outside import outside
from tests.resolvers import test_served
from tests.resolvers.opened import BIND, PAY, OpenedWorld
from tests.resolvers.test_served import FOLLOW, Served

served = test_served.served

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
DOCUMENTED = {
    name: set(re.findall(r"`(\w+)`", labels))
    for name, labels in re.findall(r"^\| `((?:canbao|process)_\w+)` \|([^|]*)\|", PAGE, flags=re.MULTILINE)
}
_PART_OF_A_HISTOGRAM = re.compile(r"_(?:bucket|count|sum)$")


def scraped(text: str) -> dict[str, list[Sample]]:
    """The samples of a page by the name that a query uses; a histogram's all under its own."""
    found: dict[str, list[Sample]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            name = _PART_OF_A_HISTOGRAM.sub("", sample.name) if family.type == "histogram" else sample.name
            found.setdefault(name, []).append(sample)
    return found


def page_of(served: Served) -> str:
    answer = served.client.send("GET", "/metrics", {})
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return answer.text


def value(samples: list[Sample], suffix: str = "", **labels: str) -> float:
    """The sum of the samples that have these labels."""
    return sum(one.value for one in samples if one.name.endswith(suffix) and labels.items() <= one.labels.items())


def test_a_scrape_after_a_journey_over_both_transports(served: Served) -> None:
    number = served.forms["employee-7"]["idNumber"]
    payer = served.client.signed_in("employee-7")
    ids = payer.lived(served.forms["employee-7"])
    assert payer.mutate(PAY, contributionId=ids["contribution"])["__typename"] == "AlreadyPaid"
    assert payer.post("query Broken {").codes == ["GRAPHQL_PARSE_FAILED"]
    assert payer.post(f"query Q{number} {{ world {{ name }} }}").status == 200
    assert served.client.post("{ world { name } }", authorization="Bearer no").codes == ["UNAUTHENTICATED"]
    assert served.client.send("GET", "/.well-known/jwks.json", {}).status == 200
    with payer.socket() as brief:
        brief.initialised().connection.close(3999)
    with payer.socket() as befallen:
        clock = {"query": "subscription { worldClock(first: 1) { now } }", "extensions": {"fault": "event-lost=1"}}
        befallen.initialised().say(type="subscribe", id="clock", payload=clock)
        assert befallen.hear()["type"] == "complete"
    with payer.socket() as socket, payer.events(FOLLOW, {}) as stream:
        assert stream.response.status == 200
        socket.initialised().subscribe("events", FOLLOW)
        socket.subscribe("one", "query OverTheSocket { world { name } }")
        while socket.hear()["id"] != "one":
            pass
        text = page_of(served)
    found = scraped(text)

    assert number not in text
    assert not re.search(r'="[^"]*[0-9]{6}', text)
    assert {name: set(samples[0].labels) - {"le"} for name, samples in found.items()} == (
        DOCUMENTED if sys.platform == "linux" else {n: each for n, each in DOCUMENTED.items() if n.startswith("canbao")}
    )
    assert value(found["canbao_oauth_total"], path="/.well-known/jwks.json", outcome="ok") == 1
    operations = found["canbao_operation_seconds"]
    assert value(operations, "_count", kind="query", operation="OverTheSocket") == 1
    assert value(operations, "_count", kind="query", operation="other") == 1
    assert value(operations, "_count", kind="subscription") == 3
    assert value(found["canbao_event_faults_total"], fault="event-lost") == 1
    assert value(operations, "_bucket", operation="OverTheSocket", le="+Inf") == 1
    assert value(found["canbao_refusals_total"], mutation="payResidentContribution") == 1
    assert value(found["canbao_refusals_total"], code="ALREADY_PAID") == 1
    errors = found["canbao_errors_total"]
    assert value(errors, code="GRAPHQL_PARSE_FAILED") == 1
    assert value(errors, world="", code="UNAUTHENTICATED") == 1
    assert value(found["canbao_subscribers"]) == 2
    assert value(found["canbao_socket_closes_total"], code="other") == 1
    assert value(found["canbao_batch_size"], "_count") >= 5
    assert value(found["canbao_batch_waiting"]) == 0
    assert value(found["canbao_database_reachable"]) == 1
    assert value(found["canbao_connections_open"]) >= 1
    assert value(found["canbao_statement_seconds_total"]) > 0
    assert value(found["canbao_world_rate"]) > 0
    assert all(value(found["canbao_plan_cache_total"], cache=cache) > 0 for cache in ("document", "plan"))


async def test_names_that_clients_invent_stay_bounded(on_sqlite: OpenedWorld) -> None:
    names = ["".join(letters) for letters in product(ascii_uppercase, repeat=2)][: NAMES + 20]
    for name in names:
        await on_sqlite.data(f"query {name} {{ world {{ name }} }}")
    await on_sqlite.data("{ world { name } }")
    tallies = on_sqlite.service.world.tallies
    assert len(tallies.durations) <= NAMES + 1
    assert sum(tallies.durations["query", "other"].counts) >= 20
    assert sum(sum(each.counts) for each in tallies.durations.values()) == len(names) + 1


@pytest.mark.parametrize("name", ["Q110101194912310021", "N" * 65, "Born19491231"])
async def test_a_name_that_may_say_something_of_somebody_is_not_told(on_sqlite: OpenedWorld, name: str) -> None:
    await on_sqlite.data(f"query {name} {{ world {{ name }} }}")
    assert list(on_sqlite.service.world.tallies.durations) == [("query", "other")]


def test_a_number_counts_under_the_least_bound_that_it_does_not_exceed() -> None:
    seen = Distribution((1.0, 2.0))
    for number in (0.5, 1.0, 1.5, 3.0):
        seen.see(number)
    assert (seen.counts, seen.total) == ([2, 1, 1], 6.0)


async def test_who_reads_the_log_slowly_is_behind_until_the_end_of_the_subscription(opened: OpenedWorld) -> None:
    await opened.mutate(BIND, "employee", **opened.member("employee"))
    first = (await opened.data("{ events(first: 1) { edges { cursor } } }", None, "operator"))["events"]["edges"]
    await opened.mutate(BIND, "employee-2", **opened.member("employee-2"))
    tallies: Tallies = opened.service.world.tallies
    asked = GraphQLRequest(FOLLOW, {"after": first[0]["cursor"]})
    stream = await opened.service.answer(asked, await opened.viewer("operator"), "the-request")
    assert not isinstance(stream, Answer)
    async with aclosing(stream) as items:
        await anext(aiter(items))
        [reader] = tallies.readers
        assert tallies.subscribers == 1
        assert reader.behind_since is not None
    assert (tallies.readers, tallies.subscribers) == (set(), 0)


async def test_a_world_whose_database_is_gone_is_told_without_its_timers(on_postgresql: OpenedWorld) -> None:
    world = on_postgresql.service.world
    found = await reading(world)
    assert found.timers is not None
    assert found.timers.waiting >= found.timers.overdue
    scrape = Scrape([type(found)(world, None, None)], on_postgresql.service.executor, TurnedAway(), ClosedSockets())
    samples = {sample.name: sample.value for family in scrape.collect() for sample in family.samples}
    assert samples["canbao_database_reachable"] == 0
    assert not {"canbao_timers_waiting", "canbao_webhook_waiting"} & set(samples)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:10.0.0.1", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
        (None, False),
    ],
)
def test_who_is_local(host: str | None, local: bool) -> None:
    assert is_local(host) is local


@pytest.fixture
def worlds(tmp_path: Path, executor: Executor, book: PolicyBook) -> OpenWorlds:
    """A server's worlds, of which nobody has asked for one."""
    return OpenWorlds(Settings(home=tmp_path), executor=executor, policy=book, outside=outside, machine=lambda: 0.0)


@pytest.mark.parametrize(
    ("access", "host", "status"),
    [
        (Metrics.LOCAL, "127.0.0.1", 200),
        (Metrics.LOCAL, "10.0.0.1", 403),
        (Metrics.ON, "10.0.0.1", 200),
        (Metrics.OFF, "127.0.0.1", 404),
    ],
)
async def test_who_may_read_it(access: Metrics, host: str, status: int, worlds: OpenWorlds, executor: Executor) -> None:
    app = Starlette(routes=metrics_routes(access, metrics_page(worlds, executor, TurnedAway(), ClosedSockets())))
    transport = httpx.ASGITransport(app, client=(host, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == status
    assert ("canbao_plan_cache_total" in answer.text) is (status == 200)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The records of requests."""
    with caplog.at_level(logging.INFO, "canbao.request"):
        yield caplog


async def test_each_request_is_one_record(opened: OpenedWorld, said: pytest.LogCaptureFixture) -> None:
    viewer = await opened.viewer("employee")
    said.clear()
    await opened.data("query Mine { viewer { person { name } } }", None, "employee")
    await opened.mutate(BIND, "employee", **opened.member("employee"))
    await opened.answer("{ nothing }")
    stream = await opened.service.answer(GraphQLRequest(FOLLOW, {}), viewer, "another")
    assert not isinstance(stream, Answer)
    records = [record for record in said.records if record.name == "canbao.request"]
    asked, bound, wrong = (record.__dict__["told"] for record in records)
    assert (asked["world"], asked["kind"], asked["operation"]) == ("small", "query", "Mine")
    assert (asked["status"], asked["code"], asked["statements"]) == (200, None, 1)
    assert bound["kind"] == "mutation"
    assert bound["statements"] > 3
    assert (wrong["status"], wrong["code"], wrong["operation"]) == (400, "GRAPHQL_VALIDATION_FAILED", None)
    assert {record.__dict__["request_id"] for record in records} == {"the-request"}
    await stream.aclose()


async def test_a_request_that_nobody_asked_a_world_for_is_a_record_too(said: pytest.LogCaptureFixture) -> None:
    turned_away = TurnedAway()
    turned_away(error_answer(ErrorCode.UNAUTHENTICATED, "no"), "the-request")
    [record] = said.records
    assert turned_away.errors == {ErrorCode.UNAUTHENTICATED: 1}
    assert record.__dict__["told"] == {"status": 401, "code": "UNAUTHENTICATED"}
