"""The verdict: wrong answers fail whatever their number, slow ones where there are enough of them to say so."""

from pathlib import Path

import pytest
import yaml

from loadtests.measurements import Measurements
from loadtests.verdict import THRESHOLDS, Limit, Thresholds, ThresholdsInvalid, judged, read_thresholds

LIMIT = "limits: {a: {p50_ms: 1, p95_ms: 1, p99_ms: 2, failures: 0, source: s}}"
ONLY_PAY = Thresholds({"Pay": Limit(100.0, 100.0, 200.0, 0.0)}, ("Pay",))


def _measured(times: list[float]) -> Measurements:
    measurements = Measurements()
    for took in times:
        measured = measurements.of("Pay")
        measured.succeeded += 1
        measured.took(took / 2, took, 0.0)
    return measurements


def test_right_answers_in_time_pass() -> None:
    verdict = judged(_measured([10.0] * 200), ONLY_PAY)
    assert verdict.passed
    assert verdict.operations[0].response_ms is not None
    assert verdict.operations[0].response_ms.p99 == 10.0
    assert verdict.operations[0].service_ms is not None
    assert verdict.operations[0].service_ms.p99 == 5.0


def test_one_wrong_answer_in_a_thousand_fails() -> None:
    measurements = _measured([10.0] * 999)
    measurements.of("Pay").wrong["the entry is not the amount"] += 1
    verdict = judged(measurements, ONLY_PAY)
    assert not verdict.passed
    assert verdict.operations[0].reasons == ("wrong 1 times: the entry is not the amount",)
    assert verdict.operations[0].count == 1000


@pytest.mark.parametrize("kind", ["unexpected_refusals", "errors", "wrong"])
def test_each_kind_of_failure_fails_the_run(kind: str) -> None:
    measurements = _measured([10.0] * 30)
    getattr(measurements.of("Pay"), kind)["Something"] += 1
    assert not judged(measurements, ONLY_PAY).passed


def test_a_refusal_that_had_to_be_is_no_failure() -> None:
    measurements = _measured([10.0] * 30)
    measurements.of("Pay").expected_refusals["AlreadyPaid"] += 1
    verdict = judged(measurements, ONLY_PAY)
    assert verdict.passed
    assert verdict.operations[0].expected_refusals == {"AlreadyPaid": 1}
    assert verdict.operations[0].count == 31


def test_a_share_of_failures_that_is_allowed_fails_nothing() -> None:
    measurements = _measured([10.0] * 99)
    measurements.of("Pay").errors["HTTP 500"] += 1
    allowed = Thresholds({"Pay": Limit(100.0, 100.0, 200.0, 0.01)}, ())
    assert judged(measurements, allowed).passed
    measurements.of("Pay").errors["HTTP 500"] += 1
    assert not judged(measurements, allowed).passed


def test_a_slow_median_fails() -> None:
    slow = Thresholds({"Pay": Limit(5.0, 100.0, 200.0, 0.0).times(1.5)}, ())
    assert judged(_measured([10.0] * 30), slow).operations[0].reasons == ("p50 10 ms is above 7.5 ms",)


def test_a_slow_95th_percentile_fails() -> None:
    verdict = judged(_measured([10.0] * 18 + [150.0] * 2), ONLY_PAY)
    assert verdict.operations[0].reasons == ("p95 150 ms is above 100 ms",)


def test_a_limit_that_is_met_exactly_passes() -> None:
    assert judged(_measured([100.0] * 100), ONLY_PAY).passed


def test_a_slow_99th_percentile_fails_from_a_hundred_answers_on() -> None:
    assert judged(_measured([10.0] * 97 + [250.0] * 2), ONLY_PAY).passed
    verdict = judged(_measured([10.0] * 98 + [250.0] * 2), ONLY_PAY)
    assert verdict.operations[0].reasons == ("p99 250 ms is above 200 ms",)


def test_percentiles_of_too_few_answers_are_not_judged() -> None:
    assert judged(_measured([10.0] * 17 + [5_000.0] * 2), ONLY_PAY).passed


def test_a_run_that_never_paid_has_not_passed() -> None:
    assert judged(Measurements(), ONLY_PAY).reasons == ("Pay never succeeded",)


def test_an_operation_without_a_threshold_fails_the_run() -> None:
    measurements = _measured([1.0])
    measurements.of("Other").succeeded += 1
    assert judged(measurements, ONLY_PAY).reasons == ("Other has no threshold",)


def test_what_speaks_against_the_whole_run_fails_it() -> None:
    assert not judged(_measured([1.0]), ONLY_PAY, ("3 errands had not ended",)).passed


def test_every_limit_of_the_project_has_a_source() -> None:
    read = yaml.safe_load(THRESHOLDS.read_text(encoding="utf-8"))
    assert all(limit["source"] for limit in read["limits"].values())
    assert read_thresholds().limits.keys() == read["operations"].keys()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{: [",
        "limits: {}\noperations: {}",
        f"{LIMIT}\noperations: {{Pay: b}}",
        f"{LIMIT}\noperations: {{Pay: [a]}}",
        f"{LIMIT}\noperations: {{Pay: a}}\nmore: 1",
        *(
            f"{LIMIT.replace(given, wrong)}\noperations: {{Pay: a}}"
            for given, wrong in (
                (", source: s", ""),
                ("source: s", "source: ''"),
                ("p50_ms: 1", "p50_ms: 2"),
                ("p95_ms: 1", "p95_ms: 3"),
                ("p95_ms: 1", "p95_ms: .nan"),
                ("p95_ms: 1", "p95_ms: '1'"),
                ("failures: 0", "failures: 1"),
                ("failures: 0", "failures: true"),
            )
        ),
    ],
)
def test_thresholds_that_say_nothing_clear_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "thresholds.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ThresholdsInvalid):
        read_thresholds(path)
