"""One sending to a target: bounded in time and bytes, to an address that was checked, and never elsewhere."""

import asyncio
import ssl
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.webhook_targets import PUBLIC, Targets
from domain.vocabulary import AttemptOutcome, WebhookUrlProblem
from resolvers.webhooks.sending import ANSWER_BYTES, HEAD_BYTES, Sender
from tests.webhooks.receiving import Delivery, Receiver, always, receiver, status, until

HERE = Targets.of((), sandbox=True)


SENDER = Sender(HERE, seconds=5)


async def sent(target: Receiver, url: str | None = None, sender: Sender = SENDER) -> AttemptOutcome:
    return (await sender(url or target.url, {"webhook-id": "evt_1"}, b"{}")).outcome


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (200, "DELIVERED"),
        (204, "DELIVERED"),
        (302, "REDIRECTED"),
        (307, "REDIRECTED"),
        (404, "HTTP_ERROR"),
        (410, "GONE"),
        (500, "HTTP_ERROR"),
    ],
)
async def test_the_status_says_what_became_of_it(target: Receiver, code: int, outcome: str) -> None:
    target.answers = lambda delivery: status(code)
    answer = await Sender(HERE)(target.url, {}, b"{}")
    assert (answer.outcome.name, answer.http_status) == (outcome, code)


async def test_a_redirect_to_this_machine_is_not_followed(target: Receiver) -> None:
    async with receiver() as inside:
        target.answers = lambda delivery: status(307, f"location: {inside.url}")
        assert await sent(target) is AttemptOutcome.REDIRECTED
        assert inside.deliveries == []


async def test_a_target_that_never_answers_is_left(target: Receiver) -> None:
    async def hang(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(600)

    target.answers = lambda delivery: hang
    assert await sent(target, sender=Sender(HERE, seconds=0.2)) is AttemptOutcome.TIMED_OUT


async def test_a_target_that_drips_its_answer_is_left(target: Receiver) -> None:
    async def drip(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def drip_head(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"x-more: 1\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    for dripping in (drip, drip_head):
        target.answers = always(dripping)
        assert await sent(target, sender=Sender(HERE, seconds=0.3)) is AttemptOutcome.TIMED_OUT


async def test_ten_megabytes_are_not_read(target: Receiver) -> None:
    written = 0

    async def flood(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n")
        for _ in range(1_000):
            writer.write(b"." * 10_000)
            await writer.drain()
            written += 10_000

    target.answers = lambda delivery: flood
    assert await sent(target) is AttemptOutcome.DELIVERED
    assert ANSWER_BYTES < 10_000
    assert written < 10_000_000


async def test_a_head_without_an_end_is_no_http(target: Receiver) -> None:
    async def endless(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + b"x-more: %s\r\n" % (b"1" * 1_000) * (HEAD_BYTES // 500))

    async def ssh(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")

    async def nothing(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        writer.close()

    for answer in (endless, ssh, nothing):
        target.answers = always(answer)
        assert await sent(target) is AttemptOutcome.NOT_HTTP, answer


async def test_where_nobody_listens_nothing_is_reached(target: Receiver) -> None:
    async with receiver() as gone:
        url = gone.url
    assert await sent(target, url) is AttemptOutcome.UNREACHABLE

    async def nowhere(host: str, port: int) -> list[object]:
        raise OSError("no such name")

    sender = Sender(HERE, resolve=nowhere)  # type: ignore[arg-type]
    assert await sent(target, f"http://partner.example:{target.port}/", sender) is AttemptOutcome.UNREACHABLE


async def test_a_name_leads_to_an_address_that_was_checked_or_nowhere(target: Receiver) -> None:
    asked = []

    def names(*addresses: str) -> Sender:
        async def resolve(host: str, port: int) -> list[object]:
            asked.append(host)
            return list(map(ip_address, addresses))

        return Sender(Targets((ip_network("127.0.0.1/32"),), sandbox=True), resolve=resolve, seconds=5)  # type: ignore[arg-type]

    url = f"http://partner.example:{target.port}/"
    assert await sent(target, url, names("127.0.0.1")) is AttemptOutcome.DELIVERED
    assert target.deliveries[0].headers["host"] == f"partner.example:{target.port}"
    for private in ("10.0.0.1", "127.0.0.2", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1", "0.0.0.0"):
        assert await sent(target, url, names(private)) is AttemptOutcome.NOT_ALLOWED
        # One that is allowed beside it makes it no better.
        assert await sent(target, url, names("127.0.0.1", private)) is AttemptOutcome.NOT_ALLOWED
    assert len(target.deliveries) == 1
    assert asked == ["partner.example"] * 15


async def test_no_proxy_of_the_environment_is_used(target: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert await sent(target) is AttemptOutcome.DELIVERED
        assert proxy.deliveries == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody vouches for, with its key in the same file."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key", "-out",
         folder / "certificate"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    both = folder / "both"
    both.write_bytes((folder / "key").read_bytes() + (folder / "certificate").read_bytes())
    return both


async def test_a_certificate_must_be_vouched_for_and_name_the_host(certificate: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    async with receiver(serving) as target:
        url = f"https://localhost:{target.port}/"
        assert await sent(target, url) is AttemptOutcome.TLS_FAILED
        trusting = Sender(HERE, trust=ssl.create_default_context(cafile=certificate.parent / "certificate"))
        assert await sent(target, target.url, trusting) is AttemptOutcome.TLS_FAILED
        assert target.deliveries == []
        assert await sent(target, url, trusting) is AttemptOutcome.DELIVERED


async def test_a_target_that_speaks_no_tls_is_told_nothing() -> None:
    heard = []

    async def plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        heard.append(await reader.read())
        writer.close()

    server = await asyncio.start_server(plainly, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        answer = await SENDER(f"https://127.0.0.1:{port}/", {}, b"a-secret")
        assert answer.outcome is AttemptOutcome.TLS_FAILED
        await until(lambda: heard)
    assert b"a-secret" not in heard[0]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://partner.example/hooks?x=1", None),
        ("https://partner.example:8443/", None),
        ("https://203.0.114.5/", None),
        ("http://partner.example/", "SCHEME"),
        ("HTTPS://partner.example/", None),
        ("file:///etc/passwd", "SHAPE"),
        ("gopher://partner.example/", "SCHEME"),
        ("https://", "SHAPE"),
        ("https:///x", "SHAPE"),
        ("partner.example", "SHAPE"),
        ("https://user:secret@partner.example/", "USER_INFO"),
        ("https://@partner.example/", "USER_INFO"),
        ("https://partner.example/#x", "FRAGMENT"),
        ("https://partner.example:22/", "PORT"),
        ("https://partner.example:80/", "PORT"),
        ("https://partner.example:99999/", "SHAPE"),
        ("https://partner.example:0/", "SHAPE"),
        ("https://127.0.0.1/", "ADDRESS"),
        ("https://[::1]/", "ADDRESS"),
        ("https://[::ffff:169.254.169.254]/", "ADDRESS"),
        ("https://169.254.169.254/latest/meta-data", "ADDRESS"),
        ("https://100.100.100.200/", "ADDRESS"),
        ("https://192.168.1.1/", "ADDRESS"),
        ("https://224.0.0.1/", "ADDRESS"),
        ("https://[64:ff9b::a00:1]/", "ADDRESS"),
        ("https://[2002:a00:1::]/", "ADDRESS"),
        ("https://partner.example/a b", "SHAPE"),
        ("https://partner.example/\r\nx: y", "SHAPE"),
        ("https://partner.example\\@127.0.0.1/", "SHAPE"),
        ("https://例子.example/", "SHAPE"),
        ("https://partner.example/" + "a" * 2_000, "LENGTH"),
    ],
)
def test_which_urls_are_taken(url: str, problem: str | None) -> None:
    assert PUBLIC.objection(url) is (None if problem is None else WebhookUrlProblem[problem])


def test_what_an_operator_names_is_a_target_and_a_sandbox_has_its_own_machine() -> None:
    inside = Targets.of((ip_network("10.20.0.0/16"),), sandbox=False)
    assert inside.objection("https://10.20.3.4/") is None
    assert inside.objection("https://10.21.3.4/") is WebhookUrlProblem.ADDRESS
    assert inside.objection("http://10.20.3.4/") is WebhookUrlProblem.SCHEME
    assert HERE.objection("http://127.0.0.1:5000/") is None
    assert HERE.objection("http://10.20.3.4/") is WebhookUrlProblem.ADDRESS


@given(st.ip_addresses())
def test_nothing_that_is_not_public_is_allowed(address: object) -> None:
    found = ip_address(str(address))
    if not found.is_global or found.is_private or found.is_loopback or found.is_link_local or found.is_multicast:
        assert not PUBLIC.allows(found)
