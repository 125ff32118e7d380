"""What was measured (测量记录): every answer of a run by operation, with how long it took and what it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

_COUNTERS: Final = ("expected_refusals", "unexpected_refusals", "errors", "wrong")


@dataclass(slots=True)
class Measured:
    """The answers of one operation. Times are milliseconds, of right answers only: a fast refusal flatters nobody.

    `service` runs from sending to the answer; `response` from the moment when the person meant to send, so that
    waiting for anything else is in it. `answered` says of each when it came, in seconds of `time.perf_counter`.
    """

    service: list[float] = field(default_factory=list)
    response: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    refused: list[tuple[float, str]] = field(default_factory=list)
    """When a refusal that had to come came, and its type."""
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
        counters = (self.expected_refusals, self.unexpected_refusals, self.errors, self.wrong)
        return self.succeeded + sum(counter.total() for counter in counters)

    def took(self, service_ms: float, response_ms: float, answered: float) -> None:
        """Keep the times of a right answer."""
        self.service.append(service_ms)
        self.response.append(response_ms)
        self.answered.append(answered)

    def had_to_refuse(self, kind: str, answered: float) -> None:
        """Keep a refusal that had to come."""
        self.expected_refusals[kind] += 1
        self.refused.append((answered, kind))

    def _add(self, told: Mapping[str, Any]) -> None:
        for name in ("service", "response", "answered"):
            getattr(self, name).extend(told[name])
        self.refused.extend((at, kind) for at, kind in told["refused"])
        self.succeeded += told["succeeded"]
        for name in _COUNTERS:
            getattr(self, name).update(told[name])


class Measurements:
    """Operations in the order in which they were first asked."""

    __slots__ = ("by_operation",)

    def __init__(self) -> None:
        self.by_operation: dict[str, Measured] = {}

    def of(self, operation: str) -> Measured:
        """What was measured of an operation, empty at first."""
        return self.by_operation.setdefault(operation, Measured())

    def written(self, began: float) -> dict[str, Any]:
        """As another process reads it, moments in seconds after that one."""
        return {
            name: {
                "service": one.service,
                "response": one.response,
                "answered": [at - began for at in one.answered],
                "refused": [(at - began, kind) for at, kind in one.refused],
                "succeeded": one.succeeded,
                **{counter: dict(getattr(one, counter)) for counter in _COUNTERS},
            }
            for name, one in self.by_operation.items()
        }

    @classmethod
    def together(cls, written: Iterable[Mapping[str, Any]]) -> Self:
        """What several processes have written, as one of them would have."""
        found = cls()
        for each in written:
            for name, told in each.items():
                found.of(name)._add(told)
        return found
