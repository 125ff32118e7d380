"""What was measured (测量记录): every answer of a run by operation, with how long it took and what it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Measured:
    """The answers of one operation. Times are milliseconds, of right answers only: a fast refusal flatters nobody.

    `service` runs from sending to the answer; `response` from the moment when the person meant to send, so that
    waiting for anything else is in it.
    """

    service: list[float] = field(default_factory=list)
    response: list[float] = field(default_factory=list)
    succeeded: int = 0
    expected_refusals: Counter[str] = field(default_factory=Counter)
    unexpected_refusals: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    """No answer, an HTTP status, anything in `errors`: by reason."""
    wrong: Counter[str] = field(default_factory=Counter)
    """Answers that say something untrue: by what is untrue."""

    @property
    def count(self) -> int:
        """All answers, and requests that got none."""
        outcomes = (self.expected_refusals, self.unexpected_refusals, self.errors, self.wrong)
        return self.succeeded + sum(counter.total() for counter in outcomes)

    def took(self, service_ms: float, response_ms: float) -> None:
        """Keep the times of a right answer."""
        self.service.append(service_ms)
        self.response.append(response_ms)


class Measurements:
    """Operations in the order in which they were first asked."""

    __slots__ = ("by_operation",)

    def __init__(self) -> None:
        self.by_operation: dict[str, Measured] = {}

    def of(self, operation: str) -> Measured:
        """What was measured of an operation, empty at first."""
        return self.by_operation.setdefault(operation, Measured())
