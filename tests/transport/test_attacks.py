"""What attackers send beside documents: URLs, headers, forms of other sites, sockets that are slow, broken or hostile.

As in `test_abuse`: the server refuses without saying anything of its inside, and meanwhile and afterwards a second
client is answered.
"""

from __future__ import annotations

import base64
import json
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from urllib.parse import quote, urlencode

import pytest

from tests.transport.conftest import Documents
from tests.transport.test_abuse import PATIENCE_SECONDS, Abuser, abuser

__all__ = ["abuser"]

ALIVE = b'{"query":"{ __typename }"}'
EVIL = "https://evil.example"


def post(fields: str = "", body: bytes = ALIVE, line: str = "POST /graphql HTTP/1.1", length: bool = True) -> bytes:
    """A request as bytes, which nothing on the way corrects."""
    sized = f"content-length: {len(body)}\r\n" if length else ""
    return f"{line}\r\nhost: x\r\ncontent-type: application/json\r\n{sized}{fields}\r\n".encode("latin-1") + body


def exchanged(abuser: Abuser, sent: bytes, *, seconds: float = 3.0, half_close: bool = True) -> bytes:
    """All that comes back until the server closes, or nothing more comes for so long."""
    found = b""
    with socket.create_connection(("127.0.0.1", abuser.server.port), timeout=seconds) as raw:
        with suppress(OSError):
            raw.sendall(sent)
            if half_close:
                raw.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            while chunk := raw.recv(65536):
                found += chunk
                if len(found) > 50_000_000:
                    break
    abuser.check(found.decode("latin-1"))
    return found


def statuses(received: bytes) -> list[int]:
    """The status of each response in it."""
    return [
        int(line[9:12]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ") and line[9:12].isdigit()
    ]


# ---- URLs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "/graphql/",
        "//graphql",
        "/GRAPHQL",
        "/graphql/../graphql",
        "/graphql/..;/metrics",
        "/graphql;jsessionid=1",
        "/graphql%2f",
        "/graphql%0d%0aSet-Cookie:%20a=b",
        "/worlds//graphql",
        "/worlds/small/graphql/",
        "/worlds/SMALL/graphql",
        "/worlds/small%2f..%2fsmall/graphql",
        "/worlds/..%2f..%2f..%2fetc%2fpasswd/graphql",
        "/worlds/%E4%B8%96%E7%95%8C/graphql",
        "/worlds/%ff%fe/graphql",
        "/worlds/small;drop table persons/graphql",
        "/worlds/-small/graphql",
        "/worlds/small\\..\\small/graphql",
        "/etc/passwd",
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/pyproject.toml",
        "/.git/config",
        "/.env",
        "/graphiql/../../pyproject.toml",
        "/assets/..%2f..%2fpyproject.toml",
        "/receipts/..%2f..%2fetc%2fpasswd",
        "/receipts/rec_1%00.html",
        "/materials/..%2f..%2fetc%2fpasswd",
        "/materials/mat_1%00.pdf",
        "/materials/" + "9" * 5000,
        "/receipts/rec_99999999999999999999999",
        "/receipts/" + "9" * 5000,
        "/?query={__typename}",
        "/" + "a/" * 2000,
        "/%",
        "/%zz",
        "*",
    ],
    ids=lambda target: target[:50],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_leads_nowhere_says_nothing(abuser: Abuser, method: str, target: str) -> None:
    received = exchanged(abuser, post(line=f"{method} {target} HTTP/1.1"))
    # Files are asked for by who is signed in, whatever is asked.
    assert statuses(received)[0] in (400, 404, 405, 414) or (method == "GET" and target.startswith("/materials/"))


@pytest.mark.parametrize("path", ["/materials", "/worlds/small/materials"])
def test_a_file_of_nobody_is_not_waited_for(abuser: Abuser, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\norigin: {EVIL}\r\ncookie: token=x\r\n"
    kind = "content-type: multipart/form-data; boundary=x\r\ncontent-length: 104857600\r\n\r\n--x\r\n"
    received = exchanged(abuser, (head + kind).encode() + b"MZ" * 1_000)
    assert statuses(received)[0] in (401, 404)
    assert b"root:" not in received
    assert b"[project]" not in received
    assert b"set-cookie" not in received.lower()


@pytest.mark.parametrize("target", ["http://evil.example/graphql", "http://127.0.0.1:1/graphql", "evil.example:443"])
def test_the_server_is_nobodys_proxy(abuser: Abuser, target: str) -> None:
    for method in ("GET", "POST", "CONNECT"):
        received = exchanged(abuser, post(line=f"{method} {target} HTTP/1.1"))
        assert all(status in (200, 400, 404, 405, 406) for status in statuses(received))
        assert b"evil" not in received


# ---- headers and framing --------------------------------------------------------------------------------------------

FRAMINGS: dict[str, bytes] = {
    "length and chunks": post("transfer-encoding: chunked\r\n", b"0\r\n\r\n" + post()),
    "chunks and length": post("transfer-encoding: chunked\r\ncontent-length: 3\r\n", b"0\r\n\r\n", length=False),
    "two lengths": post("content-length: 3\r\n"),
    "the same length twice": post(f"content-length: {len(ALIVE)}\r\n"),
    "a negative length": post("content-length: -1\r\n", length=False),
    "a length with a sign": post("content-length: +26\r\n", length=False),
    "a length in hexadecimal": post("content-length: 0x1a\r\n", length=False),
    "a length of letters": post("content-length: many\r\n", length=False),
    "a length beyond 64 bits": post("content-length: 99999999999999999999\r\n", length=False),
    "a list of lengths": post("content-length: 26, 26\r\n", length=False),
    "a chunk without an end": post("transfer-encoding: chunked\r\n", b"ffffffffffffffff\r\n", length=False),
    "a negative chunk": post("transfer-encoding: chunked\r\n", b"-1\r\n\r\n", length=False),
    "a chunk of letters": post("transfer-encoding: chunked\r\n", b"zz\r\n\r\n", length=False),
    "a chunk with a long extension": post(
        "transfer-encoding: chunked\r\n", b"1a;" + b"x" * 100_000 + b"\r\n" + ALIVE + b"\r\n0\r\n\r\n", length=False
    ),
    "many trailers": post("transfer-encoding: chunked\r\n", b"0\r\n" + b"x: y\r\n" * 10_000 + b"\r\n", length=False),
    "another transfer coding": post("transfer-encoding: gzip, chunked\r\n", b"0\r\n\r\n", length=False),
    "chunked in disguise": post("transfer-encoding: xchunked\r\n"),
    "a space before the colon": post("transfer-encoding : chunked\r\n"),
    "a folded field": post("x-long: a\r\n b\r\n"),
    "a field without a colon": post("nonsense\r\n"),
    "a field without a name": post(": nothing\r\n"),
    "NUL in a field": post("x-nul: a\x00b\r\n"),
    "CR in a field": post("x-cr: a\rb\r\n"),
    "LF alone": post().replace(b"\r\n", b"\n"),
    "no version": post(line="POST /graphql"),
    "HTTP/0.9": b"GET /graphql\r\n",
    "HTTP/1.0": post(line="POST /graphql HTTP/1.0"),
    "HTTP/9.9": post(line="POST /graphql HTTP/9.9"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 64,
    "TLS": bytes.fromhex("1603010200010001fc0303") + b"\x00" * 200,
    "noise": bytes(range(256)) * 20,
    "a field of 100 KB": post("x-big: " + "x" * 100_000 + "\r\n"),
    "a thousand fields": post("".join(f"x-{n}: y\r\n" for n in range(1000))),
    "a request line of 100 KB": post(line="GET /graphql?query=" + "x" * 100_000 + " HTTP/1.1"),
    "Expect: 100-continue and nothing": post("expect: 100-continue\r\n", b"", length=False),
    "Expect: something": post("expect: the-unexpected\r\n"),
    "Upgrade: h2c": post("connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAAA\r\n"),
    "Upgrade: nothing known": post("connection: upgrade\r\nupgrade: telnet\r\n"),
    "a range": post("range: bytes=0-1,2-3,4-5\r\n"),
    "another host": post("x-forwarded-host: evil.example\r\nx-original-url: /metrics\r\nx-rewrite-url: /metrics\r\n"),
    "another method by a field": post("x-http-method-override: DELETE\r\n"),
}


@pytest.mark.parametrize("sent", FRAMINGS.values(), ids=FRAMINGS)
def test_framing_that_is_wrong_or_strange_is_refused_or_answered_once(abuser: Abuser, sent: bytes) -> None:
    received = exchanged(abuser, sent)
    assert all(status < 500 for status in statuses(received))
    assert b"evil" not in received
    # A request that hides another one in its body is one request, or none at all.
    assert received.count(b'"__typename":"Query"') <= 1


@pytest.mark.parametrize(
    "method",
    [
        "TRACE",
        "CONNECT",
        "PATCH",
        "PROPFIND",
        "MKCOL",
        "SEARCH",
        "PURGE",
        "LINK",
        "get",
        "G\x01T",
        "X" * 5000,
        "PUT",
        "DELETE",
    ],
    ids=lambda method: repr(method[:20]),
)
def test_a_method_that_is_not_offered_is_refused(abuser: Abuser, method: str) -> None:
    received = exchanged(abuser, post("x-secret: mirrored\r\n", line=f"{method} /graphql HTTP/1.1"))
    assert all(200 <= status < 500 for status in statuses(received))
    assert b"mirrored" not in received
    assert b'"__typename":"Query"' not in received


def unsigned(header: dict[str, object], claims: dict[str, object]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    return ".".join([*parts, base64.urlsafe_b64encode(b"signature").decode().rstrip("=")])


CLAIMS: dict[str, object] = {
    "aud": "canbao:small",
    "exp": 2**40,
    "sub": "1",
    "role": "OPERATOR",
    "region": "000000",
    "name": "x",
    "unit": "0",
    "persona": "0",
}
AUTHORIZATIONS: dict[str, str] = {
    "nothing": "",
    "a scheme alone": "Bearer",
    "two tokens": "Bearer a b",
    "another scheme": "Basic b3BlcmF0b3I6b3BlcmF0b3I=",
    "no scheme": "operator",
    "100 KB": "Bearer " + "x" * 40_000,
    "dots": "Bearer " + "." * 2000,
    "no signature": "Bearer " + unsigned({"alg": "none"}, CLAIMS).rpartition(".")[0] + ".",
    "no signature, in capitals": "Bearer " + unsigned({"alg": "NONE"}, CLAIMS),
    "a made-up signature": "Bearer " + unsigned({"alg": "HS256"}, CLAIMS),
    "a made-up signature of another kind": "Bearer " + unsigned({"alg": "RS256"}, CLAIMS),
    "EdDSA": "Bearer " + unsigned({"alg": "EdDSA"}, CLAIMS),
    "a key that is a path": "Bearer " + unsigned({"alg": "HS256", "kid": "../../../../dev/null"}, CLAIMS),
    "a key that is SQL": "Bearer " + unsigned({"alg": "HS256", "kid": "x' UNION SELECT 'a"}, CLAIMS),
    "a key that is no text": "Bearer " + unsigned({"alg": "HS256", "kid": {"a": [1]}}, CLAIMS),
    "a key from elsewhere": "Bearer " + unsigned({"alg": "RS256", "jku": f"{EVIL}/keys", "x5u": EVIL}, CLAIMS),
    "a key of its own": "Bearer " + unsigned({"alg": "HS256", "jwk": {"kty": "oct", "k": "c2VjcmV0"}}, CLAIMS),
    "critical extensions": "Bearer " + unsigned({"alg": "HS256", "crit": ["b64"], "b64": False}, CLAIMS),
    "no algorithm": "Bearer " + unsigned({}, CLAIMS),
    "claims that are a list": "Bearer eyJhbGciOiJIUzI1NiJ9.W10.c2ln",
    "claims of NaN": "Bearer eyJhbGciOiJIUzI1NiJ9.TmFO.c2ln",
    "deep claims": "Bearer eyJhbGciOiJIUzI1NiJ9."
    + base64.urlsafe_b64encode(b"[" * 1000).decode().rstrip("=")
    + ".c2ln",
    "letters beyond ASCII": "Bearer \xe9\xe8",
}


@pytest.mark.parametrize("authorization", AUTHORIZATIONS.values(), ids=AUTHORIZATIONS)
def test_a_token_that_nobody_was_given_is_401_in_the_same_words(abuser: Abuser, authorization: str) -> None:
    received = exchanged(abuser, post(f"authorization: {authorization}\r\nconnection: close\r\n"))
    assert statuses(received)[0] in (400, 401, 431)
    if statuses(received)[0] == 401:
        body = json.loads(received.partition(b"\r\n\r\n")[2])
        plain = exchanged(abuser, post("authorization: Bearer x\r\nconnection: close\r\n"))
        assert body == json.loads(plain.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    "accept",
    [
        "",
        ",",
        ";;;;",
        "*/*;q=abc",
        "a/b;q=99",
        "application/json;q=0",
        "*/*;q=0",
        "text/html;level=1",
        "image/*",
        "x" * 30_000,
        ", ".join(f"a/{n};q=0.{n}" for n in range(3000)),
        "application/json; " * 500,
        "\xff/\xfe",
        "application/*+json",
    ],
    ids=lambda accept: repr(accept[:30]),
)
def test_an_accept_that_makes_no_sense_is_no_fault(abuser: Abuser, accept: str) -> None:
    received = exchanged(abuser, post(f"accept: {accept}\r\n"))
    assert statuses(received)[0] in (200, 400, 406, 431)


@pytest.mark.parametrize(
    "request_id",
    ["", "a b", "x" * 65, "<script>", "a\tb", "\xff", "11010119900101001X", "110101199001010011", "../../x", "%0d%0a"],
)
def test_a_request_id_comes_back_only_where_it_is_one(abuser: Abuser, request_id: str) -> None:
    received = exchanged(abuser, post(f"x-request-id: {request_id}\r\n"))
    [line] = [line for line in received.split(b"\r\n") if line.lower().startswith(b"x-request-id:")]
    assert line.partition(b": ")[2] != request_id.encode("latin-1")


# ---- other sites ----------------------------------------------------------------------------------------------------


def multipart(*parts: tuple[str, str, bytes]) -> tuple[str, bytes]:
    boundary = "b" * 30
    body = b"".join(
        b'--%b\r\ncontent-disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
        % (boundary.encode(), name.encode(), more.encode(), content)
        for name, more, content in parts
    )
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


def forms(documents: Documents) -> dict[str, tuple[str, bytes]]:
    """What a page of another site can have a browser send without asking first."""
    asked = json.dumps({"query": documents.mutation}).encode()
    upload = multipart(
        ("operations", "", json.dumps({"query": documents.mutation, "variables": {"file": None}}).encode()),
        ("map", "", b'{"0":["variables.file"]}'),
        ("0", '; filename="../../../../tmp/x.py"\r\ncontent-type: text/x-python', b"import os"),
    )
    return {
        "urlencoded": ("application/x-www-form-urlencoded", urlencode({"query": documents.mutation}).encode()),
        "multipart": multipart(("query", "", documents.mutation.encode())),
        "an upload": upload,
        "a great upload": multipart(("0", '; filename="x"', b"x" * 3_000_000)),
        "multipart without a boundary": ("multipart/form-data", b"x"),
        "JSON as text": ("text/plain", asked),
        "JSON as text with a parameter": ("text/plain; application/json", asked),
        "JSON as a form": ("application/x-www-form-urlencoded; charset=application/json", asked),
        "JSON without a type": ("", asked),
        "JSON in a form's name": ("text/plain", asked[:-1] + b',"x":"=1"}'),
        "two types": ("text/plain, application/json", asked),
        "a type in disguise": ("application/json\x0b", asked),
        "GraphQL": ("application/graphql", documents.mutation.encode()),
        "XML": ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        "YAML": ("application/yaml", b"!!python/object/apply:os.system [id]"),
        "pickle": ("application/octet-stream", b"cos\nsystem\n(S'id'\ntR."),
        "CBOR": ("application/cbor", b"\xa1eQuery"),
    }


NAMES_OF_FORMS = list(forms(Documents("", ("", ""), "", "", "", "")))


@pytest.mark.parametrize("name", NAMES_OF_FORMS)
@pytest.mark.parametrize("origin", ["", "null", EVIL])
def test_a_form_of_another_site_does_nothing(abuser: Abuser, documents: Documents, name: str, origin: str) -> None:
    kind, body = forms(documents)[name]
    fields = f"origin: {origin}\r\nsec-fetch-site: cross-site\r\n" if origin else ""
    typed = f"content-type: {kind}\r\n" if kind else ""
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\n{typed}{fields}content-length: {len(body)}\r\n\r\n"
    received = exchanged(abuser, head.encode("latin-1") + body)
    assert statuses(received)[0] in (400, 403, 415)
    assert b"SignedIn" not in received
    assert b"access-control-allow" not in received.lower()
    assert b"root:" not in received


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "http://127.0.0.1.evil.example", "http://localhost", "file://", "\xff"]
)
def test_another_origin_reads_nothing(abuser: Abuser, origin: str) -> None:
    asking = "access-control-request-method: POST\r\naccess-control-request-headers: authorization,content-type\r\n"
    for sent in (
        post(f"origin: {origin}\r\n"),
        post(f"origin: {origin}\r\n{asking}", b"", line="OPTIONS /graphql HTTP/1.1"),
        post(f"origin: {origin}\r\n", b"", line="GET /graphql?query=%7B__typename%7D HTTP/1.1"),
    ):
        received = exchanged(abuser, sent)
        assert b"access-control-allow" not in received.lower()
        assert statuses(received)[0] < 500


@pytest.mark.parametrize("name", ["callback", "jsonp", "_method", "debug", "pretty", "__proto__", "extensions"])
def test_a_parameter_that_is_none_changes_nothing(abuser: Abuser, name: str) -> None:
    answered = abuser.get(urlencode({"query": "{ __typename }", name: "{}"}))
    assert (answered.status, answered.text) == (200, '{"data":{"__typename":"Query"}}')


# ---- slow, half open, gone ------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(abuser: Abuser) -> Iterator[list[socket.socket]]:
    """Sixty connections that are open and say nothing."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                closing(socket.create_connection(("127.0.0.1", abuser.server.port), timeout=PATIENCE_SECONDS))
            )
            for _ in range(60)
        ]


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"P",
        b"POST /graphql HTTP/1.1\r\n",
        b"POST /graphql HTTP/1.1\r\nx-",
        post()[:-1],
        b"GET /graphql HTTP/1.1\r\nupgrade:",
    ],
    ids=repr,
)
def test_connections_that_never_finish_hold_nobody_up(
    abuser: Abuser, crowd: list[socket.socket], beginning: bytes
) -> None:
    for raw in crowd:
        raw.sendall(beginning)
    for _ in range(3):
        assert abuser.post({"query": "{ __typename }"}).status == 200


def test_a_byte_at_a_time_holds_nobody_up(abuser: Abuser, crowd: list[socket.socket]) -> None:
    for byte in post("x-slow: yes\r\n")[:40]:
        for raw in crowd:
            raw.sendall(bytes([byte]))
    assert abuser.post({"query": "{ __typename }"}).status == 200


def test_connections_that_break_off_hold_nobody_up(abuser: Abuser, crowd: list[socket.socket]) -> None:
    for raw in crowd:
        raw.sendall(post()[:-5])
        # A reset instead of an end.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
    assert abuser.post({"query": "{ __typename }"}).status == 200


def test_whoever_asks_and_never_reads_holds_nobody_up(
    abuser: Abuser, crowd: list[socket.socket], documents: Documents
) -> None:
    wide = (
        "{ " + " ".join(f"a{n}: " + documents.page("__typename " + documents.scalar, "100") for n in range(20)) + " }"
    )
    request = post(body=json.dumps({"query": wide}).encode())
    for raw in crowd:
        raw.setblocking(False)
        with suppress(OSError):
            raw.sendall(request * 5)
    assert abuser.post({"query": "{ __typename }"}).status == 200


def test_two_hundred_requests_in_one_breath_are_answered_in_order(abuser: Abuser) -> None:
    bodies = [json.dumps({"query": f"{{ a{n}: __typename }}"}).encode() for n in range(200)]
    received = exchanged(abuser, b"".join(post(body=body) for body in bodies), half_close=False)
    told = [part for part in received.split(b"\r\n") if part.startswith(b'{"data"')]
    expected = [b'{"data":{"a%d":"Query"}}' % n for n in range(200)]
    joined = b"".join(received.split(b"\r\n"))
    assert told == expected or [joined.find(each) for each in expected] == sorted(
        joined.find(each) for each in expected
    )
    assert all(each in joined for each in expected)


@pytest.mark.parametrize("after", [0.0, 0.05], ids=["at once", "after a moment"])
def test_whoever_says_no_more_still_hears(abuser: Abuser, after: float) -> None:
    with socket.create_connection(("127.0.0.1", abuser.server.port), timeout=PATIENCE_SECONDS) as raw:
        raw.sendall(post("connection: close\r\n"))
        time.sleep(after)
        raw.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(OSError):
            while chunk := raw.recv(65536):
                received += chunk
    assert statuses(received) in ([200], [])


# ---- sockets --------------------------------------------------------------------------------------------------------

KEY = base64.b64encode(b"0123456789abcdef").decode()


def handshake(**changed: str | None) -> bytes:
    fields: dict[str, str | None] = {
        "host": "x",
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": KEY,
        "sec-websocket-protocol": "graphql-transport-ws",
        **{name.replace("_", "-"): text for name, text in changed.items()},
    }
    told = "".join(f"{name}: {text}\r\n" for name, text in fields.items() if text is not None)
    return f"GET /graphql HTTP/1.1\r\n{told}\r\n".encode("latin-1")


HANDSHAKES: dict[str, bytes] = {
    "no key": handshake(sec_websocket_key=None),
    "a short key": handshake(sec_websocket_key="eA=="),
    "a key that is none": handshake(sec_websocket_key="!!!!"),
    "a long key": handshake(sec_websocket_key="A" * 30_000),
    "no version": handshake(sec_websocket_version=None),
    "version 8": handshake(sec_websocket_version="8"),
    "version many": handshake(sec_websocket_version="13, 8, 7"),
    "no connection": handshake(connection=None),
    "keep-alive": handshake(connection="keep-alive"),
    "another upgrade": handshake(upgrade="h2c"),
    "the old subprotocol": handshake(sec_websocket_protocol="graphql-ws"),
    "no subprotocol": handshake(sec_websocket_protocol=None),
    "a thousand subprotocols": handshake(sec_websocket_protocol=", ".join(f"p{n}" for n in range(1000))),
    "an extension that is none": handshake(sec_websocket_extensions="permessage-bzip2; a=b"),
    "a window of nothing": handshake(sec_websocket_extensions="permessage-deflate; server_max_window_bits=1"),
    "a window twice": handshake(
        sec_websocket_extensions="permessage-deflate; client_max_window_bits=8; client_max_window_bits=9"
    ),
    "half a handshake": handshake()[:-2],
    "a POST": handshake().replace(b"GET ", b"POST ", 1),
    "HTTP/1.0": handshake().replace(b"HTTP/1.1", b"HTTP/1.0", 1),
    "a bad token": handshake(authorization="Bearer nonsense"),
}


@pytest.mark.parametrize("sent", HANDSHAKES.values(), ids=HANDSHAKES)
def test_a_handshake_that_is_wrong_is_refused(abuser: Abuser, sent: bytes) -> None:
    received = exchanged(abuser, sent, seconds=1.0)
    assert all(status < 500 for status in statuses(received))


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1.evil.example"])
def test_a_page_of_another_origin_opens_no_socket(abuser: Abuser, origin: str) -> None:
    received = exchanged(abuser, handshake(origin=origin), seconds=1.0)
    assert 101 not in statuses(received)


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    size = len(payload)
    mask = 0x80 if masked else 0
    if size < 126:
        head = bytes([first, mask | size])
    elif size < 65536:
        head = bytes([first, mask | 126]) + struct.pack(">H", size)
    else:
        head = bytes([first, mask | 127]) + struct.pack(">Q", size)
    return head + (b"\x00" * 4 if masked else b"") + payload


def deflated(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b" " * size) + packer.flush(zlib.Z_SYNC_FLUSH)
    return packed[:-4]


INIT = frame(1, b'{"type":"connection_init"}')
DEFLATE = handshake(sec_websocket_extensions="permessage-deflate")
FRAMES: dict[str, bytes] = {
    "not masked": handshake() + frame(1, b'{"type":"connection_init"}', masked=False),
    "reserved bits": handshake() + frame(1, b"{}", reserved=7),
    "an opcode that is none": handshake() + frame(5, b"{}"),
    "a control opcode that is none": handshake() + frame(13, b""),
    "a continuation of nothing": handshake() + frame(0, b"{}"),
    "a text inside another": handshake() + frame(1, b"{", fin=False) + frame(1, b"}"),
    "a ping of 200 bytes": handshake() + frame(9, b"x" * 200),
    "a ping in pieces": handshake() + frame(9, b"x", fin=False),
    "bytes that are no text": handshake() + INIT + frame(1, b"\xff\xfe\xfd"),
    "half a character": handshake() + INIT + frame(1, b"\xe5\x8f"),
    "binary": handshake() + INIT + frame(2, b"\x00\x01"),
    "a close without a reason": handshake() + frame(8, b"\x03"),
    "a close with a code that is none": handshake() + frame(8, struct.pack(">H", 999)),
    "a close that is no text": handshake() + frame(8, struct.pack(">H", 1000) + b"\xff"),
    "a close of 200 bytes": handshake() + frame(8, struct.pack(">H", 1000) + b"x" * 200),
    "a length of 2**63": handshake() + b"\x81\xff" + struct.pack(">Q", 2**63 + 1) + b"\x00" * 4,
    "a length that never comes": handshake() + b"\x81\xff" + struct.pack(">Q", 2**40) + b"\x00" * 4,
    "ten thousand pieces": handshake() + frame(1, b"{", fin=False) + frame(0, b" ", fin=False) * 10_000,
    "ten thousand empty pieces": handshake() + frame(1, b"", fin=False) + frame(0, b"", fin=False) * 10_000,
    "a bomb": DEFLATE + frame(1, deflated(200_000_000), reserved=4),
    "what is not deflated": DEFLATE + frame(1, b"\xff" * 100, reserved=4),
    "HTTP on a socket": handshake() + post(),
    "init twice": handshake() + INIT + INIT,
    "noise": handshake() + bytes(range(256)) * 50,
}


@pytest.mark.parametrize("sent", FRAMES.values(), ids=FRAMES)
def test_frames_that_are_wrong_end_the_socket_and_nothing_else(abuser: Abuser, sent: bytes) -> None:
    received = exchanged(abuser, sent, seconds=1.0, half_close=False)
    assert len(received) < 100_000
    assert b'"__typename"' not in received


# ---- what a server that is no sandbox keeps to itself ---------------------------------------------------------------

MISSPELT = {
    "a field": "{ regoins(first: 1) { totalCount } }",
    "a field below": "{ regions(first: 1) { totalCuont } }",
    "an argument": "{ regions(frist: 1) { totalCount } }",
    "an enumeration": "{ regions(first: 1, orderBy: [CODE_ACS]) { totalCount } }",
    "a type": "{ node(id: 1) { ... on Presons { id } } }",
    "a variable's type": "query Q($a: Strnig) { __typename }",
    "a directive": "{ __typename @skpi(if: true) }",
    "an input's member": 'mutation { signInAsPersona(input: {idempotencyKye: "12345678"}) { __typename } }',
    "a fragment": "{ ...Regoins } fragment Regions on Query { __typename }",
    "a mutation": "mutation { singInAsPersona { __typename } }",
    "a subscription": "subscription { worldColck { now } }",
}


@pytest.mark.parametrize("query", MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_name_is_not_put_right_outside_a_sandbox(abuser: Abuser, sandbox: bool, query: str) -> None:
    answered = abuser.post({"query": query})
    assert "errors" in json.loads(answered.text)
    if not sandbox:
        assert "Did you mean" not in answered.text


INTROSPECTION = {
    "the schema": "{ __schema { types { name } } }",
    "a type": '{ __type(name: "Person") { fields { name } } }',
    "under another name": "{ a: __schema { queryType { name } } }",
    "in a fragment": "{ ...F } fragment F on Query { __schema { queryType { name } } }",
    "beside other fields": "{ __typename regions(first: 1) { totalCount } __schema { queryType { name } } }",
    "in a mutation": "mutation { __schema { queryType { name } } }",
    "behind a condition": "query Q($a: Boolean = true) { __schema @include(if: $a) { queryType { name } } }",
}


@pytest.mark.parametrize("query", INTROSPECTION.values(), ids=INTROSPECTION)
@pytest.mark.parametrize("how", ["post", "get", "socket"])
def test_the_schema_is_told_in_a_sandbox_only(abuser: Abuser, sandbox: bool, query: str, how: str) -> None:
    if how == "post":
        told = abuser.post({"query": query}).text
    elif how == "get":
        told = abuser.get(f"query={quote(query)}").text
    else:
        told = json.dumps(
            abuser.say(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": query}}), awaited="1")
        )
    if sandbox:
        assert "FORBIDDEN" not in told
    else:
        assert '"Query"' not in told.replace('"__typename":"Query"', "")
        assert "errors" in told or "error" in told


@pytest.mark.parametrize("persona", ["employee", "operator", "clerk", "nobody", ""])
def test_personas_are_let_in_by_a_sandbox_only(abuser: Abuser, sandbox: bool, persona: str) -> None:
    signing_in = (
        'mutation S($p: String!) { signInAsPersona(input: {idempotencyKey: "12345678", persona: $p})'
        " { __typename ... on SignedIn { token } } }"
    )
    told = abuser.post({"query": signing_in, "variables": {"p": persona}}).text
    assert ("SignedIn" in told) is (sandbox and persona in ("employee", "operator"))
    listed = abuser.post({"query": "{ personas(first: 5) { totalCount edges { node { name } } } }"}).text
    assert (json.loads(listed)["data"]["personas"]["totalCount"] > 0) is sandbox


@pytest.mark.parametrize("path", ["/graphql", "/worlds/small/graphql", "/", "/graphiql"])
def test_no_browser_is_given_a_page_of_code(abuser: Abuser, path: str) -> None:
    received = exchanged(abuser, post("accept: text/html\r\n", b"", line=f"GET {path} HTTP/1.1"))
    assert statuses(received)[0] in (400, 404, 406)
    assert b"<script" not in received
