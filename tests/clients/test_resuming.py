"""Other people's clients come back to where they were after the server was killed, and after it was stopped."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from gql import Client as GqlClient
from gql import gql
from gql.transport.exceptions import TransportError
from gql.transport.websockets import WebsocketsTransport
from prometheus_client.parser import text_string_to_metric_families

from tests.clients.packages import HERE, node
from tests.clients.served import Stage
from tests.clients.test_consumers import PATIENCE_SECONDS, until
from tests.resolvers.served import Client

FOLLOW = "subscription Resume($after: Cursor) { events(after: $after) { __typename id cursor } }"
CLIENTS = {
    "graphql-ws",
    "graphql-sse, distinct connections",
    "graphql-sse, single connection",
    "@apollo/client",
    "@urql/core",
    "gql",
}
EVENTS = 9
AGAIN_SECONDS = 0.1

pytestmark = pytest.mark.slow

Seen = Mapping[str, list[str]]


async def followed_by_gql(url: str, token: str, seen: list[str]) -> None:
    """The client of Python, which ends with its connection: one asks again, from where one was."""
    last: str | None = None
    asked = gql(FOLLOW)
    while len(seen) < EVENTS:
        transport = WebsocketsTransport(
            f"{url.replace('http', 'ws')}/graphql",
            init_payload={"authorization": f"Bearer {token}"},
            connect_args={"proxy": None},
        )
        with suppress(TransportError, OSError):
            async with GqlClient(transport=transport) as session:
                asked.variable_values = {"after": last}
                async for told in session.subscribe(asked):
                    last = told["events"]["cursor"]
                    seen.append(told["events"]["id"])
                    if len(seen) == EVENTS:
                        return
        await asyncio.sleep(AGAIN_SECONDS)


@contextmanager
def following(stage: Stage, modules: Path) -> Iterator[tuple[Seen, Callable[[], str]]]:
    """Which events each client has been told of, as they come; and what else they said."""
    seen: defaultdict[str, list[str]] = defaultdict(list)
    said: list[str] = []
    token = stage.app().token
    assert token is not None
    script = modules / "resume.mjs"
    script.write_bytes((HERE / "resume.mjs").read_bytes())
    process = subprocess.Popen(
        [node(), str(script)],
        env={**stage.environment, "TOKEN": token, "COUNT": str(EVENTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = process.stdout
    assert output is not None

    def read() -> None:
        for line in output:
            if line.startswith("{"):
                told = json.loads(line)
                seen[told["client"]].append(told["event"])
            else:
                said.append(line)

    threads = [
        threading.Thread(target=read),
        threading.Thread(target=lambda: asyncio.run(followed_by_gql(stage.url, token, seen["gql"])), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield seen, lambda: f"{dict(seen)}\n{''.join(said)}"
        assert process.wait(PATIENCE_SECONDS) == 0, said
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()
        output.close()


def subscribers(stage: Stage) -> float:
    """How many subscriptions are open."""
    page = Client(stage.port).send("GET", "/metrics", {}).text
    found = [family for family in text_string_to_metric_families(page) if family.name == "canbao_subscribers"]
    return sum(sample.value for family in found for sample in family.samples)


def test_each_resumes_where_it_was(stage: Stage, modules: Path) -> None:
    """From now on, three events; killed, three more; stopped as it should be, the rest: none lost, none twice."""
    first, second, third = stage.people(3)
    with following(stage, modules) as (seen, said):
        until(lambda: subscribers(stage) == len(CLIENTS), said)
        for number, (person, end) in enumerate(((first, signal.SIGKILL), (second, signal.SIGTERM), (third, None)), 1):
            stage.contribute(*person)
            until(lambda: all(len(seen[name]) == 3 * number for name in CLIENTS), said)  # noqa: B023 - called at once
            if end is not None:
                stage.end(end)
                stage.start()
        log = [event for event, _ in stage.log()]
    assert len(log) == EVENTS
    assert dict(seen) == dict.fromkeys(CLIENTS, log)
