"""What nobody should send, sent to a server on a real socket (恶意输入): it refuses, says so, and serves the others.

After each abuse: no status of 500 or more, no text of an exception, a trace or a path; meanwhile and afterwards, a
second client's query is answered.
"""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.transport.conftest import Documents, RunningServer

PATIENCE_SECONDS = 20
DEEP = 100_000
LEAKS = re.compile(
    r"Traceback|\.py\b|site-packages|File \"|0x[0-9a-f]{6,}|(?:[A-Z][a-z]+)+(?:Error|Exception)\b|NoneType|"
    r"object is not|line \d+ column \d+|sqlite|asyncpg|SELECT |/(?:usr|home|root)/",
)


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    text: str

    @property
    def codes(self) -> set[str]:
        return {error.get("extensions", {}).get("code") for error in json.loads(self.text).get("errors", [])}


@dataclass(frozen=True, slots=True)
class Abuser:
    """A client with bad manners, and a second one with good ones that asks all the while."""

    server: RunningServer
    secrets: tuple[str, ...]
    stop: threading.Event = field(default_factory=threading.Event)

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes | Iterator[bytes] | None) -> Answered:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answered = Answered(response.status, response.read().decode())
        finally:
            connection.close()
        self.check(answered.text)
        assert answered.status < 500, answered
        return answered

    def post(self, body: bytes | Iterator[bytes] | object, **headers: str) -> Answered:
        raw = body if isinstance(body, (bytes, Iterator)) else json.dumps(body).encode()
        named = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return self.send("POST", "/graphql", named, raw)

    def get(self, query_string: str) -> Answered:
        return self.send("GET", f"/graphql?{query_string}", {"accept": "application/json"}, None)

    def check(self, text: str) -> None:
        """Nothing in an answer comes from the inside, and nothing failed there."""
        assert '"INTERNAL"' not in text
        assert not LEAKS.search(text), LEAKS.search(text)
        for secret in self.secrets:
            assert secret not in text

    def open(self) -> ClientConnection:
        return connect(
            self.server.socket_url,
            subprotocols=[Subprotocol("graphql-transport-ws")],
            open_timeout=PATIENCE_SECONDS,
            close_timeout=PATIENCE_SECONDS,
            max_size=None,
            max_queue=None,
            proxy=None,
        )

    def say(
        self, *messages: str | bytes, init: bool = True, awaited: str | None = None
    ) -> tuple[int | None, list[dict[str, object]]]:
        """The close code, None for a socket that lives on, and what was said until a last operation was answered.

        A long document is worked on beside the others and overtaken by them: `awaited` is an operation whose end is
        waited for too.
        """
        heard: list[dict[str, object]] = []
        waiting = {"last"} if awaited is None else {"last", awaited}
        with self.open() as client:
            try:
                if init:
                    client.send('{"type":"connection_init"}')
                    assert json.loads(client.recv(PATIENCE_SECONDS)) == {"type": "connection_ack"}
                for message in messages:
                    client.send(message)
                client.send(subscription("last", "{ __typename }"))
                while True:
                    text = client.recv(PATIENCE_SECONDS)
                    assert isinstance(text, str)
                    self.check(text)
                    message = json.loads(text)
                    if message.get("id") != "last":
                        heard.append(message)
                    if message["type"] in ("complete", "error"):
                        waiting.discard(message["id"])
                        if not waiting:
                            return None, heard
            except ConnectionClosed as closed:
                if closed.rcvd is None:
                    raise
                self.check(closed.rcvd.reason)
                return closed.rcvd.code, heard

    def bystand(self) -> int:
        """Asks a small query again and again; how many were answered, all of them well."""
        count = 0
        while True:
            over = self.stop.is_set()
            answered = self.post({"query": "{ __typename }"})
            assert (answered.status, answered.text) == (200, '{"data":{"__typename":"Query"}}')
            count += 1
            if over:
                return count


def subscription(name: str, query: str, **payload: object) -> str:
    return json.dumps({"type": "subscribe", "id": name, "payload": {"query": query, **payload}})


@pytest.fixture
def abuser(server: RunningServer, documents: Documents) -> Iterator[Abuser]:
    """The abuser; the second client's queries must all have been answered when the test ends."""
    abuser = Abuser(server, documents.secrets)
    with ThreadPoolExecutor(1) as pool:
        bystander = pool.submit(abuser.bystand)
        try:
            yield abuser
        finally:
            abuser.stop.set()
            assert bystander.result(timeout=2 * PATIENCE_SECONDS) > 0


def nested(opening: str, closing: str, depth: int = DEEP) -> str:
    return opening * depth + "1" + closing * depth


BAD_JSON: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "number": b"42",
    "string": b'"{ __typename }"',
    "true": b"true",
    "list": b"[]",
    "batch": b'[{"query":"{ __typename }"}]' * 1,
    "batch of 1000": b"[" + b",".join([b'{"query":"{ __typename }"}'] * 1000) + b"]",
    "empty object": b"{}",
    "unfinished": b'{"query":"{ __typename }"',
    "invalid UTF-8": b'{"query":"\xff\xfe\x80"}',
    "overlong UTF-8": b'{"query":"\xc0\xaf"}',
    "surrogate in UTF-8": b'{"query":"\xed\xa0\x80"}',
    "lone surrogate escape": b'{"query":"\\ud800"}',
    "UTF-16 with mark": '{"query":"{ __typename }"}'.encode("utf-16"),
    "UTF-16 without mark": '{"query":"{ __typename }"}'.encode("utf-16-le"),
    "UTF-32": '{"query":"{ __typename }"}'.encode("utf-32"),
    "GBK": '{"query":"{ 姓名 }"}'.encode("gbk"),
    "arrays 100,000 deep": nested("[", "]").encode(),
    "objects 100,000 deep": nested('{"a":', "}").encode(),
    "variables 100,000 deep": b'{"query":"{ __typename }","variables":%b}' % nested('{"a":', "}").encode(),
    "variables 1,000 deep": b'{"query":"{ __typename }","variables":%b}' % nested('{"a":', "}", 1000).encode(),
    "integer of 5,000 digits": b'{"query":"{ __typename }","variables":{"n":%b}}' % (b"9" * 5000),
    "exponent of 5,000 digits": b'{"query":"{ __typename }","variables":{"n":1e%b}}' % (b"9" * 5000),
    "300,000 empty lists": b'{"query":"{ __typename }","variables":{"n":[%b0]}}' % (b"[]," * 300_000),
    "300,000 numbers": b'{"query":"{ __typename }","variables":{"n":[%b0]}}' % (b"0," * 300_000),
    "NaN": b'{"query":"{ __typename }","variables":{"n":NaN}}',
    "query a number": b'{"query":1}',
    "query a list": b'{"query":["{ __typename }"]}',
    "variables a string": b'{"query":"{ __typename }","variables":"{}"}',
    "operation name a number": b'{"query":"{ __typename }","operationName":1}',
    "extensions a list": b'{"query":"{ __typename }","extensions":[]}',
}


@pytest.mark.parametrize("body", BAD_JSON.values(), ids=BAD_JSON)
def test_a_body_that_is_no_request_is_400(abuser: Abuser, body: bytes) -> None:
    for accept in ("application/json", "application/graphql-response+json", "text/event-stream"):
        answered = abuser.post(body, accept=accept)
        assert (answered.status, answered.codes) == (400, {"BAD_USER_INPUT"})


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "compress", "x", "gzip, gzip"])
def test_a_content_encoding_is_415_and_not_undone(abuser: Abuser, encoding: str) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    assert abuser.post(bomb, content_encoding=encoding).status == 415


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "gb18030", "x-unknown", '"'])
def test_another_charset_is_415(abuser: Abuser, charset: str) -> None:
    body = '{"query":"{ __typename }"}'.encode("utf-16")
    assert abuser.post(body, content_type=f"application/json; charset={charset}").status == 415


class TestSizes:
    def test_20_megabytes_are_413(self, abuser: Abuser) -> None:
        answered = abuser.post({"query": "{ __typename }", "pad": "x" * 20_000_000})
        assert (answered.status, answered.codes) == (413, {"PAYLOAD_TOO_LARGE"})

    def test_20_megabytes_in_chunks_are_413(self, abuser: Abuser) -> None:
        assert abuser.post(iter([b" " * 65536] * 320)).status == 413

    def test_a_length_that_lies_short_is_no_request(self, abuser: Abuser) -> None:
        assert abuser.post(b'{"query":"{ __typename }"}', content_length="10").status == 400

    @pytest.mark.parametrize("length", ["999999999999", "100"])
    def test_a_body_that_never_comes_is_refused(self, abuser: Abuser, length: str) -> None:
        with socket.create_connection(("127.0.0.1", abuser.server.port), timeout=PATIENCE_SECONDS) as raw:
            raw.sendall(
                b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %b\r\n\r\n{"
                % length.encode()
            )
            told = raw.recv(65536).decode()
        assert told.split()[1] in ("408", "413")
        abuser.check(told)

    @pytest.mark.parametrize("depth", [40_000, DEEP])
    def test_a_query_string_that_is_too_long_is_refused(self, abuser: Abuser, depth: int) -> None:
        # Beyond 64 KiB the server's HTTP parser refuses the request before the application sees it.
        assert abuser.get("query={__typename}&variables=" + "[" * depth).status == (414 if depth < 65_000 else 400)

    @pytest.mark.parametrize(
        "query_string",
        [
            "query=%ff",
            "query=%ED%A0%80",
            "variables={}",
            "query={__typename}&variables=" + "[" * 10_000,
            "query={__typename}&variables=" + quote('{"n":' + "9" * 5000 + "}"),
            "query={__typename}&variables=null1",
            "query={__typename}&extensions=[]",
            "&".join("a=1" for _ in range(1000)),
        ],
        ids=lambda text: text[:40],
    )
    def test_a_query_string_that_is_no_request_is_400(self, abuser: Abuser, query_string: str) -> None:
        assert abuser.get(query_string).status == 400


def many_aliases(documents: Documents) -> str:
    fields = " ".join(f"a{n}: {documents.page(documents.scalar)}" for n in range(1000))
    return f"{{ {fields} }}"


def many_operations(_documents: Documents) -> str:
    return " ".join(f"query Q{number} {{ __typename }}" for number in range(1000))


def fragment_fan(documents: Documents) -> str:
    """Each of 30 fragments spreads the next one twice: 2³⁰ fields when each spread is followed."""
    fan = " ".join(f"fragment F{n} on Query {{ a: __typename ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    return f"{{ ...F0 }} {fan} fragment F30 on Query {{ __typename }}"


def branching_fan(documents: Documents) -> str:
    """Each of 20 fragments selects the next one under two names: 2²⁰ rows when each is followed."""
    field, scalar = documents.recursive, documents.scalar
    fan = " ".join(
        f"fragment F{n} on Region {{ a: {field} {{ ...F{n + 1} }} b: {field} {{ ...F{n + 1} }} }}" for n in range(20)
    )
    return f"{{ {documents.page('...F0')} }} {fan} fragment F20 on Region {{ {scalar} }}"


def wide_page(documents: Documents) -> str:
    """100 rows, each under 100 names."""
    names = " ".join(f"a{n}: {documents.recursive} {{ {documents.scalar} }}" for n in range(100))
    return f"{{ {documents.page(names, first='100')} }}"


def fragment_cycle(_documents: Documents) -> str:
    return "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }"


def fragment_self_cycle(_documents: Documents) -> str:
    return "{ ...A } fragment A on Query { __typename ...A }"


def overlapping_fields(_documents: Documents) -> str:
    return "{ " + "__typename " * 10_000 + "}"


def deep_selection(documents: Documents, depth: int = 500) -> str:
    inside = f"{documents.recursive} {{ " * depth + documents.scalar + " }" * depth
    return f"{{ {documents.page(inside)} }}"


def braces(_documents: Documents) -> str:
    return "{a" * DEEP


def deep_list_value(_documents: Documents) -> str:
    return "{ __typename @skip(if: " + "[" * DEEP + "]" * DEEP + ") }"


def deep_list_type(_documents: Documents) -> str:
    return "query Q($a: " + "[" * DEEP + "Int" + "]" * DEEP + ") { __typename }"


def many_directives(_documents: Documents) -> str:
    return "{ __typename " + "@skip(if: false) " * 5000 + "}"


def many_variables(_documents: Documents) -> str:
    return "query Q(" + " ".join(f"$v{n}: Int" for n in range(5000)) + ") { __typename }"


def long_integer(documents: Documents) -> str:
    return f"{{ {documents.page(documents.scalar, first='9' * 5000)} }}"


def long_name(_documents: Documents) -> str:
    return "{ " + "z" * 500_000 + " }"


def unclosed_block_string(_documents: Documents) -> str:
    return '{ a(b: """' + "\\" * 100_000


def control_characters(_documents: Documents) -> str:
    return "{ \x00\x07\x1b\u2028 }"


def nul_in_a_string(documents: Documents) -> str:
    return '{ node(id: "per_\\u0000") { id } }'


def nul_in_braces(documents: Documents) -> str:
    return '{ node(id: "per_\\u{0}") { id } }'


def half_a_character(documents: Documents) -> str:
    return '{ node(id: "\\ud800") { id } }'


def a_page_of_two_billion(documents: Documents) -> str:
    return f"{{ {documents.page(documents.scalar, first='2147483647')} }}"


def a_page_of_less_than_nothing(documents: Documents) -> str:
    return f"{{ {documents.page(documents.scalar, first='-1')} }}"


def introspection_nest(_documents: Documents) -> str:
    inside = "fields { type { " * 100 + "name" + " } }" * 100
    return f"{{ __schema {{ types {{ {inside} }} }} }}"


DOCUMENTS: list[Callable[[Documents], str]] = [
    many_aliases,
    many_operations,
    fragment_fan,
    branching_fan,
    wide_page,
    fragment_cycle,
    fragment_self_cycle,
    overlapping_fields,
    deep_selection,
    braces,
    deep_list_value,
    deep_list_type,
    many_directives,
    many_variables,
    long_integer,
    long_name,
    unclosed_block_string,
    control_characters,
    nul_in_a_string,
    nul_in_braces,
    half_a_character,
    a_page_of_two_billion,
    a_page_of_less_than_nothing,
    introspection_nest,
]


@pytest.mark.parametrize("made", DOCUMENTS, ids=lambda made: made.__name__)
class TestDocuments:
    def test_it_is_answered_by_post(
        self, abuser: Abuser, documents: Documents, made: Callable[[Documents], str]
    ) -> None:
        for accept in ("application/json", "application/graphql-response+json"):
            answered = abuser.post({"query": made(documents)}, accept=accept)
            assert answered.status in (200, 400)

    def test_it_is_answered_by_get(
        self, abuser: Abuser, documents: Documents, made: Callable[[Documents], str]
    ) -> None:
        answered = abuser.get(urlencode({"query": made(documents)}))
        assert answered.status in (200, 400, 414)

    def test_it_is_answered_over_websocket(
        self, abuser: Abuser, documents: Documents, made: Callable[[Documents], str]
    ) -> None:
        code, heard = abuser.say(subscription("1", made(documents)), awaited="1")
        assert code is None
        assert heard


@pytest.mark.parametrize(
    "variables",
    [
        {"first": 2147483647},
        {"first": 2147483648},
        {"first": -1},
        {"first": -2147483649},
        {"first": 9007199254740993},
        {"first": 1e308},
        {"first": 1.5},
        {"first": True},
        {"first": "1"},
        {"first": [1]},
        {"first": {"a": 1}},
        {"first": 1, "after": "forged"},
        {"first": 1, "after": ""},
        {"first": 1, "after": "\x00"},
        {"first": 1, "after": "'; DROP TABLE person; --"},
        {"first": 1, "after": "eyJhIjoxfQ=="},
        {"first": 1, "after": "A" * 100_000},
        {"first": 1, "after": "游标" * 1000},
        {"first": 1, "after": 7},
        {"first": 1, "after": [[[[]]]]},
    ],
    ids=lambda variables: repr(variables)[:40],
)
class TestVariables:
    def test_it_is_refused_by_post(self, abuser: Abuser, documents: Documents, variables: dict[str, object]) -> None:
        answered = abuser.post({"query": documents.listed, "variables": variables})
        assert answered.status == 200
        assert answered.codes == {"BAD_USER_INPUT"}

    def test_it_is_refused_over_websocket(
        self, abuser: Abuser, documents: Documents, variables: dict[str, object]
    ) -> None:
        code, heard = abuser.say(subscription("1", documents.listed, variables=variables), awaited="1")
        assert code is None
        assert "BAD_USER_INPUT" in json.dumps(heard)


class TestWebSocket:
    @pytest.mark.parametrize(
        "body", [body for name, body in BAD_JSON.items() if "UTF" not in name and "GBK" not in name]
    )
    def test_what_is_no_message_closes_with_4400(self, abuser: Abuser, body: bytes) -> None:
        assert abuser.say(body.decode())[0] == 4400

    @pytest.mark.parametrize(
        "body",
        [body for name, body in BAD_JSON.items() if ("list" not in name and "empty" not in name and body)],
        ids=lambda body: repr(body[:40]),
    )
    def test_what_is_no_request_closes_with_4400(self, abuser: Abuser, body: bytes) -> None:
        message = b'{"type":"subscribe","id":"1","payload":%b}' % body
        try:
            assert abuser.say(message.decode())[0] == 4400
        except UnicodeDecodeError:
            assert abuser.say(message)[0] == 4400

    def test_20_megabytes_close_the_socket(self, abuser: Abuser) -> None:
        assert abuser.say(subscription("1", "x" * 20_000_000))[0] == 1009

    def test_2_megabytes_close_the_socket(self, abuser: Abuser) -> None:
        assert abuser.say(subscription("1", "x" * 2_000_000))[0] == 1009

    def test_a_thousand_operations_at_once_are_bounded(self, abuser: Abuser, documents: Documents) -> None:
        messages = [subscription(str(number), documents.subscription) for number in range(1000)]
        with abuser.open() as client:
            client.send('{"type":"connection_init"}')
            for message in messages:
                client.send(message)
            refused = 0
            while refused == 0:
                text = client.recv(PATIENCE_SECONDS)
                assert isinstance(text, str)
                abuser.check(text)
                refused += "RATE_LIMITED" in text

    def test_a_flood_of_pings_is_answered(self, abuser: Abuser) -> None:
        code, heard = abuser.say(*['{"type":"ping"}'] * 5000)
        assert (code, len(heard)) == (None, 5000)

    def test_clients_that_vanish_leave_it_serving(self, abuser: Abuser, documents: Documents) -> None:
        for _ in range(30):
            with abuser.open() as client:
                client.send('{"type":"connection_init"}')
                client.send(subscription("1", documents.subscription))
                client.recv(PATIENCE_SECONDS)
                client.socket.shutdown(socket.SHUT_RDWR)


class TestStreams:
    def test_clients_that_vanish_leave_it_serving(self, abuser: Abuser, documents: Documents) -> None:
        body = json.dumps({"query": documents.subscription}).encode()
        for _ in range(30):
            with socket.create_connection(("127.0.0.1", abuser.server.port), timeout=PATIENCE_SECONDS) as raw:
                raw.sendall(
                    b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                    b"accept: text/event-stream\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
                )
                assert b"200" in raw.recv(65536)

    @pytest.mark.parametrize("last", ["forged", "", "\xff", "9" * 5000])
    def test_a_forged_last_event_id_is_no_fault(self, abuser: Abuser, documents: Documents, last: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", abuser.server.port, timeout=PATIENCE_SECONDS)
        headers = {"content-type": "application/json", "accept": "text/event-stream", "last-event-id": last}
        connection.request("POST", "/graphql", json.dumps({"query": documents.subscription}), headers)
        response = connection.getresponse()
        assert response.status < 500
        connection.close()

    def test_tokens_that_nobody_was_given_are_404(self, abuser: Abuser) -> None:
        headers = {"x-graphql-event-stream-token": "x" * 5000, "accept": "text/event-stream"}
        assert abuser.send("GET", "/graphql", headers, None).status == 404
        assert abuser.send("DELETE", "/graphql?operationId=1", headers, None).status == 404
        assert abuser.post({"query": "{ __typename }"}, x_graphql_event_stream_token="\xff").status == 404


@pytest.mark.parametrize(
    "path", ["/graphql%00", "/worlds/%2e%2e/graphql", "/worlds/%00/graphql", f"/worlds/{'w' * 5000}/graphql"]
)
def test_a_path_that_leads_nowhere_is_404(abuser: Abuser, path: str) -> None:
    assert abuser.send("POST", path, {"content-type": "application/json"}, b'{"query":"{ __typename }"}').status == 404


def test_a_mutation_by_get_or_form_is_refused(abuser: Abuser, documents: Documents) -> None:
    assert abuser.get(urlencode({"query": documents.mutation})).status == 405
    form = urlencode({"query": documents.mutation}).encode()
    assert abuser.post(form, content_type="application/x-www-form-urlencoded").status == 415
    assert abuser.post(form, content_type="text/plain").status == 415
