"""Writers who keep changing things (事件写者), and what the log must tell of each change.

Each change is sent until it is answered, under one key, each time as a request of another id. The log says which
request brought an event about: so a change that was answered is told of by exactly one of its requests.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count, cycle
from random import Random
from typing import Any, Final

from loadtests.answers import Data, NotAnswered, Wrong, at, outcome
from loadtests.payments import Bearer, Client, may_be_sent_again
from loadtests.people import Person, Unit

ANSWERED_WITHIN_SECONDS: Final = 120.0
"""After so long without an answer a change is given up, and the run has failed."""
_AGAIN_SECONDS: Final = 0.05

OUTCOMES: Final = {
    "BindFamilyMember": "FamilyMemberBound",
    "UnbindFamilyMember": "FamilyMemberUnbound",
    "SubmitResidentContribution": "ResidentContributionSubmitted",
    "PayResidentContribution": "ResidentContributionPaid",
    "FinishResidentContribution": "ResidentContributionFinished",
    "CollectResidentContributions": "CollectionStarted",
}
"""What is changed, and the type that says that it was."""


@dataclass(slots=True, eq=False)
class Change:
    """One change: its key, the requests that it was sent as, and what was answered."""

    operation: str
    key: str
    requests: list[str] = field(default_factory=list)
    sent_at: float = 0.0
    """When its first request was sent."""
    answered_at: float = 0.0
    answer: str | None = None
    """The type that was answered."""

    @property
    def is_made(self) -> bool:
        """Whether the answer says that it was made; otherwise it was refused, or nobody knows."""
        return self.answer == OUTCOMES[self.operation]

    def wrong(self, told: Mapping[str, int]) -> str | None:
        """What is wrong with what the log tells of it; `told` counts the events by the request that caused them."""
        causes = [request for request in self.requests if told.get(request)]
        if self.answer is None:
            return f"{self.operation} {self.key} was never answered"
        if len(causes) > 1:
            return f"{self.operation} {self.key} was made twice under one key"
        if self.is_made and not causes:
            return f"{self.operation} {self.key} was answered, and the log does not tell of it"
        if causes and not self.is_made:
            return f"{self.operation} {self.key} was refused with {self.answer}, and the log tells of it"
        return None


@dataclass(slots=True, eq=False)
class _Family:
    """A person with a relative who is bound and unbound in turn, and paid for once."""

    person: Person
    binding: str | None = None
    is_paid: bool = False
    is_refused: bool = False


class Writers:
    """People who bind relatives, pay and unbind, and units that send lists; so many at once, each at any server."""

    def __init__(
        self, people: Sequence[Person], units: Sequence[Unit], seed: int, port: Callable[[Random], int]
    ) -> None:
        self.changes: list[Change] = []
        self.findings: list[str] = []
        self._families = [_Family(person) for person in people]
        self._units = iter(units)
        self._seed = seed
        self._numbers = count()
        self._port = port
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def start(self, at_once: int, per_second: float | None) -> None:
        """They write, until `stop`; together at most so many changes a second, as many as they can without a bound."""
        rest = 0.0 if per_second is None else at_once / per_second
        for number in range(at_once):
            families = self._families[number::at_once]
            if not families:
                continue
            thread = threading.Thread(target=self._work, args=(number, families, rest), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Nothing new is sent; what was sent is answered."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def first_change(self) -> None:
        """One change is made, so that the log has an end, and is forgotten. Raises Wrong where nobody can make one."""
        random = Random(self._seed)
        for family in self._families:
            for _ in self._visit(family, random):
                self.changes.clear()
                return
        raise Wrong("nobody in the file can bind a relative")

    def totals(self) -> Mapping[str, int]:
        """How many changes were made, by what they are."""
        return Counter(change.operation for change in self.changes if change.is_made)

    def refused(self) -> Mapping[str, int]:
        """How many were refused, by the refusal."""
        return Counter(str(change.answer) for change in self.changes if change.answer and not change.is_made)

    def sent_again(self) -> int:
        """How many changes were sent more than once."""
        return sum(len(change.requests) > 1 for change in self.changes)

    def _work(self, number: int, families: Sequence[_Family], rest: float) -> None:
        try:
            self._write(number, families, rest)
        except Wrong as error:
            self._find(str(error))

    def _write(self, number: int, families: Sequence[_Family], rest: float) -> None:
        random = Random(self._seed * 1_000 + number)
        for turn, family in enumerate(cycle(families)):
            if number == 0 and turn % 4 == 0 and (unit := next(self._units, None)) is not None:
                # A unit's list is one change with many events.
                self._collect(unit, random)
            for _ in self._visit(family, random):
                if self._over.wait(rest):
                    return
            if self._over.wait(rest if family.is_refused else 0.0):
                return

    def _visit(self, family: _Family, random: Random) -> Iterator[None]:
        """What a person does in turn; pauses after each change that was made."""
        if family.is_refused:
            return
        if family.binding is not None:
            if self._changed(family.person, "UnbindFamilyMember", {"bindingId": family.binding}, random) is not None:
                family.binding = None
                yield
            return
        member = family.person.member
        form = {
            **member.form(),
            "pledgeAccepted": True,
        }
        bound = self._changed(family.person, "BindFamilyMember", form, random)
        if bound is None:
            family.is_refused = True
            return
        family.binding = str(at(bound, "binding.id"))
        yield
        if not family.is_paid:
            family.is_paid = True
            yield from self._paid(family.person, str(at(bound, "binding.member.id")), random)

    def _paid(self, person: Person, member: str, random: Random) -> Iterator[None]:
        form = {"personId": member, "coverageYear": person.coverage_year, "kind": "ORDINARY"}
        submitted = self._changed(person, "SubmitResidentContribution", form, random)
        if submitted is None:
            return
        yield
        contribution, amount = at(submitted, "contribution.id"), at(submitted, "contribution.amount")
        payment = {"contributionId": contribution, "expectedAmount": amount}
        if self._changed(person, "PayResidentContribution", payment, random) is None:
            return
        yield
        if self._changed(person, "FinishResidentContribution", {"contributionId": contribution}, random) is not None:
            yield

    def _collect(self, unit: Unit, random: Random) -> None:
        form = {
            "unitId": unit.unit_id,
            "coverageYear": unit.coverage_year,
            "channel": "TAX_SYSTEM",
            "lines": [{"personId": member} for member in unit.members],
        }
        self._changed(unit, "CollectResidentContributions", form, random)

    def _changed(self, who: Bearer, operation: str, form: Mapping[str, Any], random: Random) -> Data | None:
        """The outcome of a change, None where it is refused; sent to any server until it is answered."""
        number = next(self._numbers)
        change = Change(operation, f"torture-{self._seed}-{number}", sent_at=time.perf_counter())
        with self._lock:
            self.changes.append(change)
        variables = {"input": {"idempotencyKey": change.key, **form}}
        until = change.sent_at + ANSWERED_WITHIN_SECONDS
        while time.perf_counter() < until:
            request = f"{change.key}-{len(change.requests)}"
            change.requests.append(request)
            try:
                with closing(Client(self._port(random))) as client:
                    data = client.ask(who, operation, variables, request_id=request)
            except NotAnswered as reason:
                if not may_be_sent_again(reason):
                    self._find(f"{operation} {change.key}: {reason}")
                    return None
                time.sleep(_AGAIN_SECONDS)
                continue
            change.answered_at = time.perf_counter()
            field_name = operation[0].lower() + operation[1:]
            found = at(data, field_name)
            change.answer = str(found.get("__typename"))
            return outcome(data, field_name, OUTCOMES[operation]) if change.is_made else None
        return None

    def _find(self, what: str) -> None:
        with self._lock:
            self.findings.append(what)
