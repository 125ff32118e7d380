"""Payments from an account, sent until they are answered (重发直至得到答复), and what the books must say of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, Protocol

from loadtests.answers import Data, NotAnswered, at, data_of, fen, nodes, outcome
from loadtests.documents import documents
from loadtests.people import Person
from loadtests.visits import ANSWER_SECONDS

IN_PROGRESS: Final = "PaymentInProgress"
PAID_FOR: Final = frozenset({"AlreadyPaid", "PaidByAnother"})
"""Why nobody pays for somebody whose payment is on its way, or who is paid for."""
PAID_STATUSES: Final = ("PAID", "FINISHED")
PAID_EVENT: Final = "ResidentContributionPaidEvent"
_TRY_AGAIN: Final = ("no answer", "UNAVAILABLE")
"""What may become of a request when its server or the database is killed; it is then sent again with its key."""


class Bearer(Protocol):
    """Whoever has a token."""

    @property
    def token(self) -> str: ...


@dataclass(slots=True, eq=False)
class Payment:
    """One payment that is to happen once, however often it is sent. `answer` is the first one that came."""

    person: Person
    member: str
    """Whom it insures."""
    contribution: str
    amount: str
    balance_fen: int
    """The account before it."""
    cursor: str | None
    """The end of the payer's log before it."""
    sent: bool = False
    answer: Data | None = None
    written: str | None = None
    """The entry that was found in the books before any answer had come."""
    contested: bool = False
    """Whether a unit's list names the same person, so that one of the two is to come second."""
    put_off: int = 0
    """How often it was refused because the other was on its way."""
    came_second: bool = False
    """Whether it was refused for good because the other was first."""

    @property
    def about(self) -> str:
        """By which a finding names it."""
        return self.contribution

    def input(self) -> Mapping[str, Any]:
        """The request's input, the same whenever it is sent."""
        return {
            "idempotencyKey": key_of(self.person, f"pay-{self.put_off}"),
            "contributionId": self.contribution,
            "expectedAmount": self.amount,
        }

    def ask(self, client: Client) -> Data:
        """The outcome of sending it, once more or for the first time. Raises NotAnswered, Refused, Wrong."""
        data = client.ask(self.person, "PayResidentContribution", {"input": self.input()})
        return outcome(data, "payResidentContribution", "ResidentContributionPaid")

    def stands(self, client: Client) -> str | None:
        """The entry that the books hold for it. Raises NotAnswered, Wrong."""
        found = entries_of(self, _books(client, self))
        return found[0]["id"] if found else None

    @staticmethod
    def told(answer: Data) -> str:
        """The entry that an answer names. Raises Wrong."""
        return str(at(answer, "entry.id"))

    def is_settled(self) -> bool:
        """An account pays at once."""
        return True

    def follow(self, client: Client) -> None:
        """Nothing is left to be asked."""

    def wrong(self, client: Client) -> list[str]:
        """What the books have wrong about it. Raises NotAnswered, Wrong."""
        return judged(self, _books(client, self))

    def paid(self, client: Client) -> list[tuple[str, str]]:
        """Who is paid for by it, and by which contribution. Raises NotAnswered, Wrong."""
        return [] if self.stands(client) is None else [(self.member, self.contribution)]

    def paid_otherwise(self) -> list[str]:
        """Who must be paid for by somebody else, since that was the answer."""
        return [self.member] if self.came_second else []


def key_of(person: Bearer, step: str) -> str:
    """The idempotency key of a person's step, made from the token."""
    return sha256(f"{person.token}/{step}".encode()).hexdigest()[:32]


class Client:
    """One connection to a server on this machine, opened anew when it was lost."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        self._texts = documents()

    def ask(
        self, person: Bearer, operation: str, variables: Mapping[str, Any], *, request_id: str | None = None
    ) -> Data:
        """The data of the answer. Raises NotAnswered."""
        body = json.dumps({"query": self._texts[operation], "variables": variables}).encode()
        headers = {
            "Authorization": f"Bearer {person.token}",
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
            **({} if request_id is None else {"X-Request-Id": request_id}),
        }
        try:
            self._connection.request("POST", "/graphql", body, headers)
            reply = self._connection.getresponse()
            return data_of(reply.status, reply.read())
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise NotAnswered(f"no answer: {type(error).__name__}") from None

    def close(self) -> None:
        self._connection.close()


def may_be_sent_again(reason: NotAnswered) -> bool:
    """Whether that is what becomes of a request whose server or database is killed."""
    return any(word in str(reason) for word in _TRY_AGAIN)


def _books(client: Client, payment: Payment) -> Data:
    """The payer's account and log, as `judged` and `entries_of` read them. Raises NotAnswered."""
    return client.ask(payment.person, "MyPayments", {"after": payment.cursor})


def entries_of(payment: Payment, found: Data) -> list[Data]:
    """The entries of the account that paid it. Raises Wrong."""
    return [
        entry
        for entry in nodes(found, "viewer.person.account.entries")
        if entry.get("contribution") is not None and at(entry, "contribution.id") == payment.contribution
    ]


def judged(payment: Payment, found: Data) -> list[str]:
    """What the books have wrong about a payment: it happened once if it was answered, and not at all if never sent."""
    entries = entries_of(payment, found)
    events = [
        event
        for event in nodes(found, "events")
        if event["__typename"] == PAID_EVENT and at(event, "contribution.id") == payment.contribution
    ]
    balance = fen(at(found, "viewer.person.account.balance"), "balance")
    due = fen(payment.amount, "amount")
    if not payment.sent:
        wrong = {
            "it was never sent and has an entry": bool(entries),
            "it was never sent and has an event": bool(events),
            "it was never sent and the balance is another": balance != payment.balance_fen,
        }
    else:
        answered = payment.answer
        wrong = {
            "it was never answered": answered is None,
            "lost: no entry": not entries,
            "double: more than one entry": len(entries) > 1,
            "lost: no event": not events,
            "double: more than one event": len(events) > 1,
            "the entry is not the one that was answered": answered is not None
            and [entry["id"] for entry in entries] != [at(answered, "entry.id")],
            "the entry is not the amount": any(fen(entry["amount"], "amount") != -due for entry in entries),
            "the event is not the amount": any(event["amount"] != payment.amount for event in events),
            "the account is not poorer by exactly the amount": balance != payment.balance_fen - due,
            "the entry leaves another balance": any(fen(entry["balance"], "balance") != balance for entry in entries),
            "what was written before the answer is another entry": payment.written is not None
            and payment.written not in [entry["id"] for entry in entries],
        }
    return [f"{payment.contribution}: {what}" for what, is_so in wrong.items() if is_so]
