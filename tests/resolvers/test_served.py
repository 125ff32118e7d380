"""The whole server on a real socket: subscriptions over both protocols, receipts as pages, tokens that are no good."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import pytest
from websockets.exceptions import ConnectionClosed

from domain.store.engine import StoreUnavailable
from resolvers.app import create_app
from resolvers.settings import Settings
from tests.databases import PostgresServer
from tests.resolvers.served import Client
from tests.transport.conftest import running

FOLLOW = """
subscription Follow($after: Cursor, $types: [EventType!]) {
  events(after: $after, types: $types) { __typename cursor region ... on ResidentContributionPaidEvent { amount } }
}
"""
LOG = "{ events(first: 100) { edges { node { __typename cursor region } } } }"
MEMBER = re.compile(r"(\w+) (\S+), identity number (\S+), born (\S+), (male|female), relation (\w+)\.")
PERSONA = "{ personas(first: 100) { edges { node { name description(language: EN) } } } }"


def forms(client: Client) -> dict[str, dict[str, Any]]:
    """What binds the relative of each persona, as its description tells a newcomer."""
    found = {}
    for edge in client.data(PERSONA)["personas"]["edges"]:
        told = MEMBER.search(edge["node"]["description"])
        if told is not None:
            found[edge["node"]["name"]] = {
                "name": told[2],
                "idType": "RESIDENT_ID_CARD",
                "idNumber": told[3],
                "birthDate": told[4],
                "sex": told[5].upper(),
                "relation": told[6],
                "pledgeAccepted": True,
            }
    return found


@dataclass(frozen=True, slots=True)
class Served:
    """A client of the server that is not signed in, and the form of each persona's relative."""

    client: Client
    forms: dict[str, dict[str, Any]]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ],
)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product as `canbao serve` runs it, over a copy of the small world."""
    home: Path = tmp_path_factory.mktemp("home")
    if request.param == "sqlite":
        settings = Settings(home=home, sandbox=True, default_world="small", graphiql=False)
        settings.worlds.mkdir()
        template: Path = request.getfixturevalue("sqlite_template")
        (settings.worlds / "small.sqlite3").write_bytes(template.read_bytes())
        with serving(settings) as found:
            yield found
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    world = f"served-{os.getpid()}"
    settings = Settings(
        home=home, sandbox=True, default_world=world, postgres_url=server.admin_url.rpartition("/")[0], graphiql=False
    )
    name = settings.world_url(world).rpartition("/")[2]
    url = server.create_database(name, template=request.getfixturevalue("postgresql_template"))
    with serving(settings) as found:
        yield found
    server.drop_database(url)


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """A server in a thread of its own."""
    app = create_app(settings)
    with running(app, app.close) as server:
        client = Client(server.port)
        yield Served(client, forms(client))


def test_an_event_source_that_reconnects_misses_nothing(served: Served) -> None:
    """It breaks off after every second event and comes back with the last id it saw, while a writer goes on."""
    names = [f"employee-{number}" for number in range(2, 6)]
    operator = served.client.signed_in("operator")
    before = operator.data(LOG)["events"]["edges"]
    start = before[-1]["node"]["cursor"] if before else None
    if start is None:
        served.client.signed_in("employee-20").lived(served.forms["employee-20"])
        start = operator.data(LOG)["events"]["edges"][0]["node"]["cursor"]

    def write() -> None:
        for name in names:
            served.client.signed_in(name).lived(served.forms[name])

    seen: list[tuple[str, dict[str, Any]]] = []
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        last = None
        expected = 4 * len(names) + (0 if before else 3)
        while len(seen) < expected:
            with operator.events(FOLLOW, {"after": start}, last) as stream:
                assert stream.response.status == 200
                assert stream.response.getheader("content-type", "").startswith("text/event-stream")
                seen += stream.taken(2 if len(seen) + 2 <= expected else 1)
                last = seen[-1][0]
        writer.result()
    assert all(id_ == event["cursor"] for id_, event in seen)
    log = [edge["node"] for edge in operator.data(LOG)["events"]["edges"]]
    place = [event["cursor"] for event in log].index(start)
    assert [event["cursor"] for _, event in seen] == [event["cursor"] for event in log[place + 1 :]]
    amounts = [event["amount"] for _, event in seen if event["__typename"] == "ResidentContributionPaidEvent"]
    assert set(amounts) == {"400.00"}


def test_two_sockets_of_two_personas_hear_their_own(served: Served) -> None:
    names = ["employee-6", "synthetic-employee"]
    clients = [served.client.signed_in(name) for name in names]
    with clients[0].socket() as first, clients[1].socket() as second:
        for socket in (first, second):
            socket.initialised().subscribe("events", FOLLOW)
            # A query is answered after the subscription has begun.
            socket.subscribe("ready", "{ __typename }")
            assert {socket.hear()["type"] for _ in range(2)} == {"next", "complete"}
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda pair: pair[0].lived(served.forms[pair[1]]), zip(clients, names, strict=True)))
        heard = [socket.taken(4) for socket in (first, second)]
        assert [event["region"][:2] for event in heard[0]] == ["52"] * 4
        assert [event["region"] for event in heard[1]] == ["840102"] * 4
        for socket, events in zip((first, second), heard, strict=True):
            assert [event["__typename"] for event in events] == [
                "FamilyMemberBoundEvent",
                "ResidentContributionSubmittedEvent",
                "ResidentContributionPaidEvent",
                "ResidentContributionFinishedEvent",
            ]
            # Nothing more has come: the next answer is that of a query.
            socket.subscribe("after", "{ __typename }")
            assert socket.hear()["id"] == "after"


def test_a_socket_that_comes_back_with_its_cursor_misses_nothing(served: Served) -> None:
    client = served.client.signed_in("employee-7")
    client.lived(served.forms["employee-7"])
    log = [edge["node"] for edge in client.data(LOG)["events"]["edges"]]
    with client.socket() as socket:
        socket.initialised().subscribe("1", FOLLOW, after=log[0]["cursor"])
        assert socket.taken(1)[0]["cursor"] == log[1]["cursor"]
    with client.socket() as socket:
        socket.initialised().subscribe("1", FOLLOW, after=log[1]["cursor"])
        assert [event["cursor"] for event in socket.taken(2)] == [event["cursor"] for event in log[2:]]


@pytest.mark.parametrize("token", ["forged", "a.b.c", "", "x" * 5000])
def test_a_token_that_is_no_good_is_401_everywhere(token: str, served: Served) -> None:
    stranger = Client(served.client.port, token)
    for response in (
        stranger.post("{ world { name } }"),
        stranger.post("{ world { name } }", accept="text/event-stream"),
        stranger.send("GET", "/graphql?query={__typename}", {"accept": "application/graphql-response+json"}),
    ):
        assert response.status == 401, response
        assert response.codes == ["UNAUTHENTICATED"]
        assert not re.search(r"(?i)jwt|jose|signature|Traceback|HS256", response.text)
    page = stranger.send("GET", "/receipts/rec_1", {})
    assert page.status == 401
    with stranger.socket() as socket:
        socket.say(type="connection_init", payload={"authorization": f"Bearer {token}"})
        with pytest.raises(ConnectionClosed) as closed:
            socket.hear()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "Forbidden")


def test_the_payer_prints_the_receipt_and_nobody_else_does(served: Served) -> None:
    payer = served.client.signed_in("employee-8")
    form = served.forms["employee-8"]
    receipt = payer.lived(form)["receipt"]
    number = payer.data("query R($id: ID!) { receipt(id: $id) { number } }", {"id": receipt})["receipt"]["number"]
    me = payer.data("{ viewer { person { name idNumber } } }")["viewer"]["person"]
    page = payer.send("GET", f"/receipts/{receipt}", {"accept": "text/html"})
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script" not in page.text.lower()
    assert not re.search(r"(?:src|href|action)=|https?://|\son\w+=", page.text)
    masked = form["idNumber"][:3] + "*" * 11 + form["idNumber"][-4:]
    for told in (number, "400.00", "2025-01-01", "2025-12-31", me["name"], masked, form["name"][0] + "*", "安顺市"):
        assert told in page.text, told
    assert form["idNumber"] not in page.text
    assert me["idNumber"] not in page.text
    clerk = served.client.signed_in("clerk-anshun").send("GET", f"/receipts/{receipt}", {})
    assert clerk.status == 200
    assert form["name"] in clerk.text
    assert form["idNumber"] not in clerk.text
    for client in (
        served.client,
        served.client.signed_in("employee-9"),
        served.client.signed_in("clerk-synthetic"),
    ):
        refused = [client.send("GET", f"/receipts/{each}", {}) for each in (receipt, "rec_529999999999999999")]
        assert [page.status for page in refused] == [404, 404]
        assert refused[0].text == refused[1].text
        assert number not in refused[0].text


@pytest.mark.parametrize(
    "name", ["per_520000000000000001", "rec_", "rec_-1", "x", "%00", "rec_%00", "<script>", "%3Cscript%3E", "9" * 3000]
)
def test_a_page_that_is_no_receipt_is_404(name: str, served: Served) -> None:
    page = served.client.signed_in("employee-9").send("GET", f"/receipts/{name}", {})
    assert page.status in (400, 404)
    assert "<script>" not in page.text
    assert not re.search(r"Traceback|INTERNAL|sqlite|asyncpg", page.text)


def test_ones_own_receipt_carries_ones_own_number(served: Served) -> None:
    insured = served.client.signed_in("chuzhou-resident")
    document = "{ viewer { person { id idNumber residentContributions { edges { node { receipt { id } } } } } } }"
    person = insured.data(document)["viewer"]["person"]
    found = [edge["node"]["receipt"] for edge in person["residentContributions"]["edges"]]
    [receipt] = [each["id"] for each in found if each]
    page = insured.send("GET", f"/receipts/{receipt}", {})
    assert page.status == 200
    assert person["idNumber"] in page.text
    assert "*" not in person["idNumber"]


def test_a_world_by_name_and_none_of_that_name(served: Served) -> None:
    for path in ("/worlds/nowhere/graphql", "/worlds/..small/graphql", "/worlds/SMALL/graphql", "/worlds/%00/graphql"):
        response = served.client.send(
            "POST", path, {"content-type": "application/json"}, b'{"query":"{ world { name } }"}'
        )
        assert response.status == 404, response
        assert response.codes == ["WORLD_NOT_FOUND"]
    assert served.client.send("GET", "/worlds/nowhere/receipts/rec_1", {}).status == 404
    assert served.client.send("GET", "/readyz", {}).status == 200
    assert served.client.send("GET", "/healthz", {}).status == 200


def test_a_server_whose_database_does_not_answer_lives_and_is_not_ready(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unavailable(*_: object) -> None:
        raise StoreUnavailable("the database is recovering")

    with monkeypatch.context() as patched:
        patched.setattr("resolvers.world.read_world", unavailable)
        assert served.client.send("GET", "/readyz", {}).status == 503
        assert served.client.send("GET", "/healthz", {}).status == 200
    assert served.client.send("GET", "/readyz", {}).status == 200


def test_a_hundred_readers_while_others_write(served: Served) -> None:
    """Nobody waits long for anybody: reads go on while payments are on their way to the disk."""
    stop = threading.Event()

    def read() -> int:
        answered = 0
        while not stop.is_set():
            assert served.client.post("{ regions(first: 5) { edges { node { name } } } }").status == 200
            answered += 1
        return answered

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        names = [f"employee-{number}" for number in range(10, 16)]
        list(pool.map(lambda name: served.client.signed_in(name).lived(served.forms[name]), names))
        stop.set()
        assert all(reader.result() > 0 for reader in readers)


def test_the_path_of_a_receipt_leads_to_its_page_in_whatever_world_it_was_asked_for(
    tmp_path: Path, sqlite_template: Path
) -> None:
    settings = Settings(home=tmp_path, sandbox=True, default_world="small", graphiql=False)
    settings.worlds.mkdir()
    for name in ("small", "other"):
        path = settings.worlds / f"{name}.sqlite3"
        path.write_bytes(sqlite_template.read_bytes())
        with closing(apsw.Connection(str(path))) as rows:
            rows.execute("UPDATE world SET name = ?", (name,))
    with serving(settings) as served:
        for name, endpoint in (
            ("small", "/graphql"),
            ("small", "/worlds/small/graphql"),
            ("other", "/worlds/other/graphql"),
        ):
            insured = served.client.at(endpoint).signed_in("chuzhou-resident")
            document = "{ residentContributions { edges { node { receipt { number printableUrl } } } } }"
            found = [edge["node"]["receipt"] for edge in insured.data(document)["residentContributions"]["edges"]]
            [receipt] = [each for each in found if each]
            assert receipt["printableUrl"].startswith(f"/worlds/{name}/receipts/rec_")
            page = insured.send("GET", receipt["printableUrl"], {})
            assert page.status == 200
            assert receipt["number"] in page.text


def test_a_name_that_is_markup_is_printed_as_text(tmp_path: Path, sqlite_template: Path) -> None:
    settings = Settings(home=tmp_path, sandbox=True, default_world="small", graphiql=False)
    settings.worlds.mkdir()
    path = settings.worlds / "small.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    rows = apsw.Connection(str(path))
    rows.execute(
        "UPDATE persons SET name = '<img src=x onerror=alert(1)>' WHERE id ="
        " (SELECT person_id FROM personas WHERE name = 'chuzhou-resident')"
    )
    rows.close()
    with serving(settings) as served:
        insured = served.client.signed_in("chuzhou-resident")
        document = "{ residentContributions { edges { node { receipt { id } } } } }"
        found = [edge["node"]["receipt"] for edge in insured.data(document)["residentContributions"]["edges"]]
        [receipt] = [each["id"] for each in found if each]
        page = insured.send("GET", f"/receipts/{receipt}", {})
        assert "<img" not in page.text
        assert "&lt;img src=x" in page.text
