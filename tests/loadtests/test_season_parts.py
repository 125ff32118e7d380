"""A season's run in parts: who comes when, what must be true at a moment, what is kept and compared."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from domain.policy import PolicyBook
from domain.vocabulary import RegionCode
from loadtests.comparing import changes
from loadtests.comparing import main as compare
from loadtests.curves import DAY, Curve, local, read_curve
from loadtests.gauges import gauges_of
from loadtests.histograms import Histogram
from loadtests.people import PeopleFileInvalid
from loadtests.profiles import profiles
from loadtests.reaching import BadInput
from loadtests.season_plan import FIGURES, SeasonErrand, SeasonPlan, plan_for, read_everybody, read_figures
from loadtests.terms import SeasonClock, Terms
from loadtests.verdict import read_thresholds
from simulator.curves import curve_of
from simulator.places import places_of

COUNTIES = ("840102", "840202", "840302")
MEMBER = {"name": "n", "idType": "t", "idNumber": "1", "birthDate": "1956-03-15", "sex": "FEMALE", "relation": "PARENT"}


OTHERS: list[dict[str, Any]] = [
    *({"errand": "WorkTheQueue", "token": "t", "region": "840000"} for _ in COUNTIES),
    *({"errand": "PayForEmployees", "token": "t", "region": one, "unitId": "u", "members": ["p"]} for one in COUNTIES),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season")
    told = curve_of(PolicyBook.load(), places_of(7), RegionCode("840000"), 2026).as_json(900)
    (folder / "curve.json").write_text(json.dumps(told), encoding="utf-8")

    def line(number: int, **more: object) -> str:
        told = {"token": "t", "personId": f"per_{number}", "region": COUNTIES[number % 3], "coverageYear": 2026}
        return json.dumps({**told, **more}) + "\n"

    (folder / "residents.jsonl").write_text("".join(line(number) for number in range(600)), encoding="utf-8")
    families = "".join(line(number, member=MEMBER, memberRegion=COUNTIES[number % 3]) for number in range(600, 900))
    (folder / "families.jsonl").write_text(families, encoding="utf-8")
    others = "".join(json.dumps(one) + "\n" for one in OTHERS)
    (folder / "others.jsonl").write_text(others, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def curve(folder: Path) -> Curve:
    return read_curve(folder / "curve.json")


def _plan(curve: Curve, folder: Path, rate: int = 10_000, seed: int = 1) -> SeasonPlan:
    people = read_everybody(curve, *(folder / f"{name}.jsonl" for name in ("residents", "families", "others")))
    return plan_for(profiles()["season"], curve, people, first=curve.first, rate=rate, seconds=0, times=1, seed=seed)


def test_everybody_comes_once_to_pay_by_the_curve_of_their_county(curve: Curve, folder: Path) -> None:
    plan = _plan(curve, folder)
    assert plan.planned()["PayForMyself"] == 600
    assert plan.planned()["PayForARelative"] == 300
    assert plan.planned()["AskWhatIsDue"] == 1_200
    assert plan.planned()["WorkTheQueue"] == 180
    # Whoever comes once comes once, and not where a visit takes longer than a bill has time.
    assert plan.planned()["PayForEmployees"] == len(COUNTIES)
    assert _plan(curve, folder, rate=100_000).planned()["PayForEmployees"] == 0
    moments = [one.at_seconds for one in plan.coming]
    assert moments == sorted(moments)
    assert 0 <= moments[0] <= moments[-1] < plan.seconds
    payers = [one.person for one in plan.coming if one.errand is SeasonErrand.PAY_FOR_MYSELF]
    assert sorted(payers) == list(range(600))
    of_month: Counter[int] = Counter()
    for one in plan.coming:
        part = plan.part_of(one)
        if part is None:
            continue
        moment = curve.first + one.at_seconds * plan.rate
        refused = part.refusal_at(moment)
        assert (refused is not None) == (one.errand is SeasonErrand.COME_IN_VAIN), (one, refused)
        if one.errand is SeasonErrand.PAY_FOR_A_RELATIVE:
            # Transfers between accounts rest at night.
            assert 6 <= local(moment).hour < 22
        of_month[local(moment).month] += one.errand is not SeasonErrand.COME_IN_VAIN
    assert of_month[12] == max(of_month.values())
    assert 0.3 < of_month[12] / of_month.total() < 0.42


def test_the_same_seed_makes_the_same_plan_and_another_pace_the_same_season(curve: Curve, folder: Path) -> None:
    plan, again, faster = _plan(curve, folder), _plan(curve, folder), _plan(curve, folder, rate=20_000)
    assert plan.coming == again.coming
    assert [one.errand for one in faster.coming] == [one.errand for one in plan.coming]
    assert faster.seconds == plan.seconds / 2
    assert _plan(curve, folder, seed=2).coming != plan.coming
    manners = [plan.manner(index) for index in range(600)]
    assert manners == [again.manner(index) for index in range(600)]
    assert 0 < sum(one.abandons for one in manners) < 60
    assert {one.channel for one in manners} == {"WECHAT", "TAX_SYSTEM", "ALIPAY"}


def test_files_that_name_nobody_or_somebody_twice_are_refused(curve: Curve, folder: Path, tmp_path: Path) -> None:
    for name in ("families.jsonl", "others.jsonl"):
        (tmp_path / name).write_text((folder / name).read_text())
    lines = (folder / "residents.jsonl").read_text().splitlines(keepends=True)
    for text, error in (("".join(lines + lines[:1]), PeopleFileInvalid), ("{}\n", PeopleFileInvalid), ("", BadInput)):
        (tmp_path / "residents.jsonl").write_text(text)
        with pytest.raises(error):
            _plan(curve, tmp_path)
    with pytest.raises(BadInput):
        _plan(curve, folder, rate=0)


def test_what_holds_between_two_moments_is_all_that_held_at_any(curve: Curve) -> None:
    part = curve.part_of("840202")
    assert part is not None
    rate = DAY
    terms = Terms(part, SeasonClock(curve.first, rate, 100.0))

    def moment(world: float) -> float:
        return 100.0 + (world - curve.first) / rate

    noon = moment(part.opens + 10 * DAY + DAY / 2)
    assert terms.prices(noon, noon) == {40_000}
    assert terms.refusals(noon, noon, noon) == set()
    assert terms.refusals(noon, noon, noon + 20) == {"CollectionPaused"}
    before = moment(part.opens - DAY / 2)
    assert terms.refusals(before, before, before) == {"CollectionWindowNotOpen"}
    assert terms.prices(before, before) == set()
    step = moment(part.closes)
    assert terms.prices(step - 5, step + 1) == {40_000, 110_000}
    assert "AmountChanged" in terms.refusals(step - 5, step + 1, step + 1)
    # Near a boundary the generator's clock is not trusted to know the side.
    assert terms.prices(step + 0.1, step + 0.1) >= {110_000}
    assert terms.last_day().isoformat() == "2026-02-28"
    growing = curve.part_of("840302")
    assert growing is not None
    assert Terms(growing, terms.clock).refusals(noon, noon, noon) == {"CoverageYearTooShort"}


def test_every_figure_of_a_run_says_why_it_is_assumed_and_what_is_required_is_judged() -> None:
    read = yaml.safe_load(FIGURES.read_text("utf-8"))
    for section in ("errands", "habits", "limits"):
        for name, figure in read[section].items():
            assert str(figure.get("assumed", figure.get("source", ""))).strip(), name
    assert set(read_figures().required) <= set(read_thresholds().limits)
    assert {errand.value for errand in SeasonErrand} <= set(read_thresholds().limits)


def test_a_histogram_keeps_three_digits_and_its_ranks() -> None:
    unit = Random(3).random
    values = [10 ** (3 * unit()) for _ in range(5_000)]
    histogram = Histogram.read(json.loads(json.dumps(Histogram.of(values).written())))
    ascending = sorted(values)
    for part in (0.01, 0.5, 0.95, 0.99, 1.0):
        exact = ascending[max(1, round(part * len(values))) - 1]
        assert histogram.quantile(part) == pytest.approx(exact, rel=0.01)
        low, high = histogram.interval(part)
        assert low <= histogram.quantile(part) <= high
    assert histogram.total == 5_000


def _report(milliseconds: list[float], **changed: Any) -> dict[str, Any]:
    operation = {
        "operation": "MyFamily",
        "unexpected_refusals": {},
        "errors": {},
        "wrong": {},
        "response_histogram": Histogram.of(milliseconds).written(),
    }
    run = {"missed": 0, "planned": {}, "rate": 1}
    cost = {"cpu_ms_per_contribution": 10.0}
    return {"format": "canbao-season/1", "run": run, "cost": cost, "operations": [operation], **changed}


def test_noise_is_no_change_and_a_fifth_more_is_one(tmp_path: Path) -> None:
    def times(seed: int, factor: float) -> list[float]:
        unit = Random(seed).random
        return [factor * (20 + 60 * unit() ** 3) for _ in range(4_000)]

    base = _report(times(1, 1.0))
    assert changes(base, _report(times(2, 1.0))) == []
    slower = changes(base, _report(times(3, 1.2)))
    assert {(one.what, one.worse) for one in slower} == {(f"MyFamily p{part} ms", True) for part in (50, 95, 99)}
    assert all(not one.worse for one in changes(_report(times(3, 1.2)), base))
    dearer = _report(times(2, 1.0), cost={"cpu_ms_per_contribution": 12.0}, run={**base["run"], "missed": 3})
    assert [one.what for one in changes(base, dearer)] == ["cpu_ms_per_contribution", "missed"]
    weaker = [_report(times(2, 1.0), capacity={"payers_per_second": carried}) for carried in (20.0, 17.0)]
    assert [(one.what, one.worse) for one in changes(*weaker)] == [("payers_per_second carried", True)]
    assert [one.worse for one in changes(*reversed(weaker))] == [False]
    failing = _report(times(2, 1.0))
    failing["operations"][0]["wrong"] = {"nothing is due": 2}
    assert [(one.what, one.after) for one in changes(base, failing)] == [("MyFamily failed", 2)]
    paths = [tmp_path / name for name in ("a.json", "b.json")]
    for path, report in zip(paths, (base, dearer), strict=True):
        path.write_text(json.dumps(report))
    assert compare([str(path) for path in paths]) == 1
    assert compare([str(paths[0]), str(paths[0])]) == 0
    paths[1].write_text("{}")
    assert compare([str(path) for path in paths]) == 2


def test_gauges_sum_over_worlds_and_lack_nothing() -> None:
    text = 'process_cpu_seconds_total 1.5\n# HELP x\ncanbao_statements_total{world="a"} 2.0\n'
    text += 'canbao_statements_total{world="b"} 3.0\ncanbao_log_delay_seconds_count{world="a"} 4\n'
    found = gauges_of(text)
    assert (found.processor_seconds, found.statements, found.delays, found.in_use) == (1.5, 5.0, 4.0, 0.0)
    assert replace(found, statements=0.0) != found
