"""Whether a run passed (压测结论), per operation and as a whole: right answers first, then how long they took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from loadtests.measurements import Measured, Measurements
from loadtests.percentiles import Spread

THRESHOLDS: Final = Path(__file__).parent / "thresholds.yaml"
JUDGED_FROM: Final = {"p50": 20, "p95": 20, "p99": 100}
"""How many right answers a percentile needs before it is more than the slowest of them."""


class ThresholdsInvalid(ValueError):
    """A file of thresholds that cannot be used; the message says where."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest response times, in milliseconds, and how many may fail."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    failures: float
    """The share of answers that may be refusals that should not be, errors or wrong."""

    def times(self, factor: float) -> Limit:
        """The limit for a run whose answers may take so many times as long."""
        return Limit(self.p50_ms * factor, self.p95_ms * factor, self.p99_ms * factor, self.failures)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limit of each operation, and the operations that a run must have seen, which its plan says."""

    limits: Mapping[str, Limit]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """One operation: how often, with what outcome, how long, and whether that will do. No spread without answers."""

    operation: str
    count: int
    succeeded: int
    expected_refusals: Mapping[str, int]
    unexpected_refusals: Mapping[str, int]
    errors: Mapping[str, int]
    wrong: Mapping[str, int]
    response_ms: Spread | None
    service_ms: Spread | None
    limit: Limit
    reasons: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Verdict:
    """All operations, and what speaks against the run as a whole."""

    operations: tuple[Judgement, ...]
    reasons: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.reasons and all(judgement.passed for judgement in self.operations)


def read_thresholds(path: Path = THRESHOLDS) -> Thresholds:
    """The thresholds in a file. Raises ThresholdsInvalid, and OSError."""
    try:
        read = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ThresholdsInvalid(f"{path.name} is no YAML: {str(error).splitlines()[0]}") from error
    whole = _mapping(read, "the file", {"limits", "operations"})
    limits = {str(name): _limit(value, f"limits.{name}") for name, value in _mapping(whole["limits"], "limits").items()}
    operations: dict[str, Limit] = {}
    for operation, name in _mapping(whole["operations"], "operations").items():
        if not isinstance(name, str) or name not in limits:
            raise ThresholdsInvalid(f"operations.{operation} names no limit that the file has")
        operations[str(operation)] = limits[name]
    return Thresholds(operations)


def _mapping(value: object, where: str, keys: set[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not value:
        raise ThresholdsInvalid(f"{where} is no mapping")
    if keys is not None and set(value) != keys:
        raise ThresholdsInvalid(f"{where} has the keys {', '.join(sorted(keys))} and no others")
    return value


def _limit(value: object, where: str) -> Limit:
    given = _mapping(value, where, {"p50_ms", "p95_ms", "p99_ms", "failures", "source"})
    for key in ("p50_ms", "p95_ms", "p99_ms"):
        number = given[key]
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < float("inf"):
            raise ThresholdsInvalid(f"{where}.{key} is no number of milliseconds")
    failures = given["failures"]
    if isinstance(failures, bool) or not isinstance(failures, int | float) or not 0 <= failures < 1:
        raise ThresholdsInvalid(f"{where}.failures is no share")
    if not isinstance(given["source"], str) or not given["source"].strip():
        raise ThresholdsInvalid(f"{where}.source is empty: say where the limit comes from, or that it is assumed")
    if not given["p50_ms"] <= given["p95_ms"] <= given["p99_ms"]:
        raise ThresholdsInvalid(f"{where}: p50_ms is above p95_ms, or p95_ms above p99_ms")
    return Limit(float(given["p50_ms"]), float(given["p95_ms"]), float(given["p99_ms"]), float(failures))


def judged(measurements: Measurements, thresholds: Thresholds, against_the_run: tuple[str, ...] = ()) -> Verdict:
    """The verdict, operations in the order of the thresholds. `against_the_run` is what else went wrong."""
    measured = measurements.by_operation
    unknown = [operation for operation in measured if operation not in thresholds.limits]
    reasons = [
        *against_the_run,
        *(f"{operation} has no threshold" for operation in unknown),
        *(
            f"{operation} never succeeded"
            for operation in thresholds.required
            if operation not in measured or measured[operation].succeeded == 0
        ),
    ]
    judgements = tuple(
        _judged(operation, measured[operation], limit)
        for operation, limit in thresholds.limits.items()
        if operation in measured
    )
    return Verdict(judgements, tuple(reasons))


def _judged(operation: str, measured: Measured, limit: Limit) -> Judgement:
    response = Spread.of(measured.response)
    failed = [
        *(f"refused {times} times: {kind}" for kind, times in measured.unexpected_refusals.items()),
        *(f"{times} errors: {kind}" for kind, times in measured.errors.items()),
        *(f"wrong {times} times: {kind}" for kind, times in measured.wrong.items()),
    ]
    failures = measured.unexpected_refusals.total() + measured.errors.total() + measured.wrong.total()
    reasons = failed if failures > limit.failures * measured.count else []
    if response is not None:
        allowed = {"p50": limit.p50_ms, "p95": limit.p95_ms, "p99": limit.p99_ms}
        for name, most in allowed.items():
            took = getattr(response, name)
            if len(measured.response) >= JUDGED_FROM[name] and took > most:
                reasons.append(f"{name} {took:g} ms is above {most:g} ms")
    return Judgement(
        operation=operation,
        count=measured.count,
        succeeded=measured.succeeded,
        expected_refusals=dict(measured.expected_refusals),
        unexpected_refusals=dict(measured.unexpected_refusals),
        errors=dict(measured.errors),
        wrong=dict(measured.wrong),
        response_ms=response,
        service_ms=Spread.of(measured.service),
        limit=limit,
        reasons=tuple(reasons),
    )
