"""The crash test itself: it finds what is lost, doubled or answered in two ways, and is silent where nothing is."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from domain.policy import PolicyBook
from domain.store.engine import open_database
from loadtests import crash
from loadtests.answers import Data
from loadtests.channel_payments import ChannelPayment
from loadtests.crash import MOST_ANSWERS, MOST_DELAY_MS, Crowd, ExitCode, Victim, main, moment
from loadtests.payments import Bearer, Client, Payment, judged
from loadtests.people import Person, Relative
from resolvers.cli.crowds import units_of
from resolvers.context import machine_clock
from resolvers.settings import Settings
from resolvers.world import open_world
from simulator.outside import outside
from tests.databases import sqlite_url
from tests.loadtests.furnished import furnished

KILLS = 2

# A log that is behind catches up within a second; what a fault has left out never comes.
PATIENCE_WITH_A_FAULT_SECONDS = 3.0


# ---- what is drawn --------------------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_moments_again_and_another_seed_others() -> None:
    moments = [moment(7, index, database=True) for index in range(200)]
    assert moments == [moment(7, index, database=True) for index in range(200)]
    assert moments != [moment(8, index, database=True) for index in range(200)]
    assert {one.answers for one in moments} == set(range(MOST_ANSWERS + 1))
    assert all(0 <= one.delay_ms <= MOST_DELAY_MS for one in moments)
    assert {one.victim for one in moments} == set(Victim)


def test_the_database_is_spared_unless_it_is_named() -> None:
    assert {moment(7, index, database=False).victim for index in range(200)} == {Victim.SERVER}


# ---- what is compared -----------------------------------------------------------------------------------------------

PERSON = Person(
    "token", "per_1", "840102", Relative("甲", "RESIDENT_ID_CARD", "1", "1950-01-01", "MALE", "PARENT"), 2025
)
ENTRY = {"id": "ent_1", "amount": "-400.00", "balance": "600.00", "contribution": {"id": "con_1"}}
OTHER_ENTRY = {"id": "ent_2", "amount": "-400.00", "balance": "200.00", "contribution": {"id": "con_1"}}
DEARER_EVENT = {"__typename": "ResidentContributionPaidEvent", "contribution": {"id": "con_1"}, "amount": "401.00"}
EVENT = {"__typename": "ResidentContributionPaidEvent", "contribution": {"id": "con_1"}, "amount": "400.00"}


def _payment(*, sent: bool = True, answered: bool = True, written: str | None = None) -> Payment:
    answer: Data | None = {"entry": {"id": "ent_1"}} if answered else None
    return Payment(PERSON, "per_2", "con_1", "400.00", 100_000, None, sent, answer, written)


def _books(*, balance: str, entries: list[Mapping[str, Any]], events: list[Mapping[str, Any]]) -> Data:
    account = {"balance": balance, "entries": {"edges": [{"node": entry} for entry in entries]}}
    return {"viewer": {"person": {"account": account}}, "events": {"edges": [{"node": event} for event in events]}}


def test_a_payment_that_stands_in_the_books_once_is_right() -> None:
    assert judged(_payment(), _books(balance="600.00", entries=[ENTRY], events=[EVENT])) == []
    assert judged(_payment(written="ent_1"), _books(balance="600.00", entries=[ENTRY], events=[EVENT])) == []


def test_a_payment_that_was_never_sent_leaves_no_trace() -> None:
    never = _payment(sent=False, answered=False)
    assert judged(never, _books(balance="1000.00", entries=[], events=[])) == []
    assert judged(never, _books(balance="600.00", entries=[ENTRY], events=[EVENT]))


@pytest.mark.parametrize(
    ("payment", "books", "what"),
    [
        (_payment(), {"balance": "1000.00", "entries": [], "events": []}, "lost: no entry"),
        (_payment(), {"balance": "600.00", "entries": [ENTRY], "events": []}, "lost: no event"),
        (_payment(), {"balance": "600.00", "entries": [ENTRY], "events": [EVENT] * 2}, "more than one event"),
        (_payment(), {"balance": "200.00", "entries": [ENTRY, OTHER_ENTRY], "events": [EVENT]}, "more than one entry"),
        (_payment(), {"balance": "600.01", "entries": [ENTRY], "events": [EVENT]}, "not poorer"),
        (_payment(), {"balance": "600.00", "entries": [{**ENTRY, "id": "ent_9"}], "events": [EVENT]}, "was answered"),
        (_payment(answered=False), {"balance": "600.00", "entries": [ENTRY], "events": [EVENT]}, "never answered"),
        (_payment(written="ent_9"), {"balance": "600.00", "entries": [ENTRY], "events": [EVENT]}, "another entry"),
        (
            _payment(),
            {"balance": "600.00", "entries": [ENTRY], "events": [{**EVENT, "amount": "1.00"}]},
            "event is not",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_is_lost_doubled_or_changed_is_found(payment: Payment, books: dict[str, Any], what: str) -> None:
    assert [finding for finding in judged(payment, _books(**books)) if what in finding]


STARTED = {"__typename": "PaymentStartedEvent", "order": {"id": "pay_1"}}
STARTED_AGAIN = {"__typename": "PaymentStartedEvent", "order": {"id": "pay_2"}}
FAILED = {"__typename": "PaymentFailedEvent", "order": {"id": "pay_1"}}
CONFIRMED_ORDER = {"id": "pay_2", "status": "CONFIRMED", "amount": "400.00"}
FAILED_ORDER = {"id": "pay_1", "status": "FAILED", "amount": "400.00"}
LOG = [STARTED, FAILED, STARTED_AGAIN, EVENT]


class Answering(Client):
    """A server whose books are these."""

    def __init__(
        self, *, orders: Sequence[Mapping[str, Any]], events: Sequence[Mapping[str, Any]], contribution: str = "PAID"
    ) -> None:
        self._found = {
            "residentContribution": {"status": contribution, "amount": "400.00"},
            "paymentOrders": {"edges": [{"node": order} for order in orders]},
            "events": {"edges": [{"node": event} for event in events]},
        }

    def ask(
        self, person: Bearer, operation: str, variables: Mapping[str, Any], *, request_id: str | None = None
    ) -> Data:
        return self._found


def _channel_payment(*, failed: tuple[str, ...] = ("pay_1",), status: str = "CONFIRMED") -> ChannelPayment:
    """The start after one that failed, answered and followed."""
    answer = {"order": {"id": "pay_2"}}
    return ChannelPayment(PERSON, "per_2", "con_1", "400.00", None, failed, sent=True, answer=answer, status=status)


def test_what_a_channel_collected_once_is_right() -> None:
    books = Answering(orders=[FAILED_ORDER, CONFIRMED_ORDER], events=LOG)
    assert _channel_payment().wrong(books) == []
    assert _channel_payment().stands(books) == "pay_2"
    never = ChannelPayment(PERSON, "per_2", "con_1", "400.00", None)
    assert never.wrong(Answering(orders=[], events=[], contribution="SUBMITTED")) == []
    assert never.wrong(books)


@pytest.mark.parametrize(
    ("payment", "books", "what"),
    [
        (_channel_payment(status="UNKNOWN"), {"orders": [FAILED_ORDER, CONFIRMED_ORDER], "events": LOG}, "not said"),
        (_channel_payment(), {"orders": [FAILED_ORDER], "events": LOG}, "not those that were answered"),
        (_channel_payment(failed=()), {"orders": [FAILED_ORDER, CONFIRMED_ORDER], "events": LOG}, "not those that"),
        (
            _channel_payment(),
            {"orders": [{**FAILED_ORDER, "status": "CONFIRMED"}, CONFIRMED_ORDER], "events": LOG},
            "that failed is told otherwise",
        ),
        (
            _channel_payment(),
            {"orders": [FAILED_ORDER, {**CONFIRMED_ORDER, "status": "SENT"}], "events": LOG},
            "that was collected is told otherwise",
        ),
        (_channel_payment(), {"orders": [FAILED_ORDER, CONFIRMED_ORDER], "events": LOG[:3]}, "tell of the payment"),
        (_channel_payment(), {"orders": [FAILED_ORDER, CONFIRMED_ORDER], "events": [*LOG, EVENT]}, "of the payment"),
        (_channel_payment(), {"orders": [FAILED_ORDER, CONFIRMED_ORDER], "events": LOG[1:]}, "tell of each start"),
        (
            _channel_payment(),
            {"orders": [FAILED_ORDER, CONFIRMED_ORDER], "events": [*LOG[:1], *LOG[2:]]},
            "tell of each failure",
        ),
        (
            _channel_payment(),
            {"orders": [FAILED_ORDER, CONFIRMED_ORDER], "events": LOG, "contribution": "PAYING"},
            "is not what its order is",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_a_channel_took_for_nothing_or_twice_is_found(
    payment: ChannelPayment, books: dict[str, Any], what: str
) -> None:
    assert [finding for finding in payment.wrong(Answering(**books)) if what in finding]


# ---- whoever comes second -----------------------------------------------------------------------------------------


class Refusing(Client):
    """A server that refuses one payment so, one answer after the other, and in the end takes it."""

    refusals: list[str]
    keys: list[str]
    asked: threading.Event

    def __init__(self, port: int) -> None:
        pass

    def ask(
        self, person: Bearer, operation: str, variables: Mapping[str, Any], *, request_id: str | None = None
    ) -> Data:
        if operation == "MyPayments":
            return _books(balance="600.00", entries=[ENTRY], events=[EVENT])
        self.keys.append(variables["input"]["idempotencyKey"])
        self.asked.set()
        kind = self.refusals.pop(0) if self.refusals else "ResidentContributionPaid"
        return {"payResidentContribution": {"__typename": kind, "entry": {"id": "ent_1"}}}

    def close(self) -> None:
        pass


def _settled(monkeypatch: pytest.MonkeyPatch, payment: Payment, refusals: Sequence[str]) -> Crowd:
    """The crowd of one payment, begun, after those refusals."""
    monkeypatch.setattr(Refusing, "refusals", list(refusals), raising=False)
    monkeypatch.setattr(Refusing, "keys", [], raising=False)
    monkeypatch.setattr(Refusing, "asked", threading.Event(), raising=False)
    monkeypatch.setattr(crash, "Client", Refusing)
    monkeypatch.setattr(crash, "AT_ONCE", 1)
    monkeypatch.setattr(crash, "SETTLE_SECONDS", 0.0)
    crowd = Crowd([payment])
    with crowd.paying([0]):
        assert Refusing.asked.wait(60)
    crowd.settle(0)
    return crowd


def _contested() -> Payment:
    return Payment(PERSON, "per_2", "con_1", "400.00", 100_000, None, contested=True)


def test_who_waits_for_another_payment_tries_again_under_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = _contested()
    crowd = _settled(monkeypatch, payment, ["PaymentInProgress", "PaymentInProgress"])
    assert crowd.findings == []
    assert payment.answer is not None
    # Asked for the third time it was answered, and so it is under that key from then on.
    assert len(set(Refusing.keys)) == 3


@pytest.mark.parametrize("refusal", ["AlreadyPaid", "PaidByAnother"])
def test_who_comes_second_leaves_no_trace(refusal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = _contested()
    crowd = _settled(monkeypatch, payment, ["PaymentInProgress", refusal])
    assert (crowd.findings, payment.paid_otherwise(), payment.sent) == ([], ["per_2"], False)
    assert judged(payment, _books(balance="600.00", entries=[ENTRY], events=[EVENT]))


def test_what_stands_in_the_books_must_not_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = _contested()
    payment.sent = True
    crowd = _settled(monkeypatch, payment, ["AlreadyPaid"])
    assert (crowd.findings, payment.paid_otherwise()) == (["con_1: refused: AlreadyPaid"], [])


def test_nobody_but_the_contested_may_come_second(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = _payment(sent=False, answered=False)
    crowd = _settled(monkeypatch, payment, ["PaidByAnother"])
    assert (crowd.findings, payment.paid_otherwise()) == (["con_1: refused: PaidByAnother"], [])


def test_two_who_are_both_paid_for_one_person_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "Client", Refusing)
    one, other = _contested(), _contested()
    assert crash.paid_once(0, [one]) == []
    monkeypatch.setattr(Payment, "paid", lambda payment, client: [("per_2", f"con_{[one, other].index(payment) + 1}")])
    assert crash.paid_once(0, [one, other]) == ["con_1 and con_2: one person is paid for twice"]


def test_who_was_refused_for_a_payment_that_nobody_made_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "Client", Refusing)
    second, first = _contested(), _contested()
    second.came_second = True
    monkeypatch.setattr(Payment, "paid", lambda payment, client: [("per_2", "con_2")] if payment is first else [])
    assert crash.paid_once(0, [second, first]) == []
    assert crash.paid_once(0, [second]) == ["con_1: refused as paid for by another, and nobody pays"]


# ---- whole runs -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def furnished_world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The file of a small world, its people and its collecting units."""
    path = tmp_path_factory.mktemp("furnished") / "demo.sqlite3"
    return path, *asyncio.run(_furnished(sqlite_url(path)))


async def _furnished(url: str) -> tuple[str, str]:
    people = await furnished(url)
    world = await open_world(
        open_database(url), policy=PolicyBook.load(), outside=outside(), machine=machine_clock, sandbox=True
    )
    try:
        return people, await units_of(world, 100, 100)
    finally:
        await world.close()


@pytest.fixture
def arguments(furnished_world: tuple[Path, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options of a run over a copy of that world, but for the server."""
    made, people, units = furnished_world
    settings = Settings(home=tmp_path, sandbox=True)
    settings.worlds.mkdir(parents=True)
    (settings.worlds / "demo.sqlite3").write_bytes(made.read_bytes())
    (tmp_path / "people.jsonl").write_text(people, encoding="utf-8")
    (tmp_path / "units.jsonl").write_text(units, encoding="utf-8")
    for name, value in {
        "CANBAO_HOME": str(tmp_path),
        "CANBAO_WORLD": "demo",
        "CANBAO_SANDBOX": "1",
        "CANBAO_GRAPHIQL": "0",
    }.items():
        monkeypatch.setenv(name, value)
    given = {"--people": "people.jsonl", "--units": "units.jsonl", "--report": "report.json", "--log": "server.log"}
    files = [word for option, name in given.items() for word in (option, str(tmp_path / name))]
    return [*files, "--quiet", "--", sys.executable, "-m"]


def _report(tmp_path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((tmp_path / "report.json").read_bytes())
    return read


@pytest.mark.slow
def test_a_server_that_keeps_its_word_passes(arguments: list[str], tmp_path: Path) -> None:
    code = main(["--kills", str(KILLS), *arguments, "resolvers.cli", "serve", "--fd", "{fd}"])
    report = _report(tmp_path)
    assert (code, report["findings"]) == (ExitCode.PASSED, [])
    assert report["passed"] is True
    assert [kill["index"] for kill in report["kills"]] == list(range(KILLS))
    assert report["payments"] > report["channel_payments"] > 0
    assert report["lines"] > 5 * report["lists"] > 0
    assert report["asked_again"] >= report["payments"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for what will never be right."""
    monkeypatch.setattr(crash, "SETTLE_SECONDS", PATIENCE_WITH_A_FAULT_SECONDS)


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ("forgets-keys", {"refused: AlreadyPaid"}),
        ("loses-collections", {"the contribution is not what its order is"}),
        # None of these hides another, and each run takes seconds.
        (
            "keeps-silent,orders-lists-twice,loses-lines",
            {
                *("lost: no event", "the log does not tell of the payment once"),
                "the orders are not those that were answered",
                "a line that was collected is not paid",
            },
        ),
    ],
)
def test_a_server_with_a_fault_fails(fault: str, what: set[str], arguments: list[str], tmp_path: Path) -> None:
    code = main(["--kills", "1", *arguments, "tests.loadtests.faulty_server", fault, "--fd", "{fd}"])
    report = _report(tmp_path)
    assert (code, report["passed"]) == (ExitCode.FAILED, False)
    assert what <= {finding.partition(": ")[2] for finding in report["findings"]}


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
def test_a_client_that_sends_again_under_a_new_key_is_found_out(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, kept = count(), Payment.input

    def another_key(payment: Payment) -> Mapping[str, Any]:
        return {**kept(payment), "idempotencyKey": f"another-key-{next(numbers)}"}

    monkeypatch.setattr(Payment, "input", another_key)
    assert main(["--kills", "1", *arguments, "resolvers.cli", "serve", "--fd", "{fd}"]) == ExitCode.FAILED
    assert "refused: AlreadyPaid" in {finding.partition(": ")[2] for finding in _report(tmp_path)["findings"]}


def test_a_server_that_does_not_start_ends_with_its_reason(
    arguments: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "no_such_module_at_all"]) == ExitCode.BAD_INPUT
    assert "no_such_module_at_all" in capfd.readouterr().err
    assert not (tmp_path / "report.json").exists()
