"""Scenarios: those that come with the product hold on both engines, and a run that is drawn from a seed has one log."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from domain.policy import PolicyBook
from resolvers.cli.failures import ExitCode
from resolvers.cli.scenarios import StepDone, run_scenario
from resolvers.plan.executor import Executor
from simulator.auditor import audit
from simulator.scenarios import Act, NoScenario, drawn_scenario, read_scenario, shipped
from tests.cli.conftest import Canbao
from tests.databases import copied
from tests.resolvers.conftest import (  # noqa: F401 - fixtures
    book,
    executor,
    postgresql_template,
    sqlite_template,
)
from tests.resolvers.opened import MachineTime, open_at

# The command's own tests empty the environment.
RUNS = int(os.environ.get("CANBAO_SCENARIO_RUNS", "2"))
SCENARIOS = {one.name: one for one in shipped()}
LOG = "{ events(last: 100) { edges { node { __typename id occurredAt } } } }"
Copies = Callable[[], AbstractContextManager[str]]


@pytest.fixture
def copies(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Copies:
    """Makes URLs of copies of one world."""
    # It is made in an event loop of its own, so that only what runs outside of one may ask for it.
    request.getfixturevalue(f"{engine_kind}_template")
    made: list[Path] = []

    @contextmanager
    def copy() -> Iterator[str]:
        made.append(tmp_path / str(len(made)))
        made[-1].mkdir()
        with copied(engine_kind, request, made[-1]) as url:
            yield url

    return copy


def test_the_five_documents_are_scenarios() -> None:
    assert len({one.source for one in SCENARIOS.values()} - {None}) == 5


@pytest.mark.parametrize("name", SCENARIOS)
async def test_what_a_scenario_expects_is_what_happens(
    name: str,
    copies: Copies,
    executor: Executor,  # noqa: F811
    book: PolicyBook,  # noqa: F811
) -> None:
    scenario = SCENARIOS[name]
    assert any(isinstance(step, Act) and step.expected is not None for step in scenario.steps)
    with copies() as url:
        opened = await open_at(url, executor, book, MachineTime())
        try:
            done = await run_scenario(opened.service, scenario, lambda step: None)
            assert [step for step in done if step.trouble is not None] == []
            assert await audit(opened.service.world.database) == []
        finally:
            await opened.close()


async def test_a_seed_has_one_log(
    copies: Copies,
    executor: Executor,  # noqa: F811
    book: PolicyBook,  # noqa: F811
) -> None:
    async def run(url: str, seed: int) -> tuple[list[StepDone], object]:
        opened = await open_at(url, executor, book, MachineTime())
        try:
            scenario = await drawn_scenario(opened.service.world.database, seed)
            done = await run_scenario(opened.service, scenario, lambda step: None)
            return done, await opened.data(LOG, persona="operator")
        finally:
            await opened.close()

    logs = []
    for seed in range(RUNS):
        with copies() as first, copies() as second:
            once, again = await run(first, seed), await run(second, seed)
        assert once == again, f"seed {seed}"
        logs.append(once)
    assert all(one != other for one, other in pairwise(logs))


def test_the_command_says_what_was_not_as_expected(canbao: Canbao, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        """
        title: {zh: 期望落空, en: Disappointed}
        steps:
          - {as: employee, zh: 绑定, en: Binding, do: bind, expect: {__typename: FamilyMemberBound}}
          - {wait: {by: 24h}}
          - {as: employee, zh: 再绑定, en: Again, do: bind, expect: {__typename: FamilyMemberBound}}
          - {as: employee, zh: 缴费, en: Paying, do: pay}
          - {as: nobody, zh: 无人, en: Nobody, do: bind}
          - {fault: {party: FACE_CHECK, kind: DELAY}}
          - {as: operator, zh: 运维, en: Operator, do: bind}
          - {wait: {to: "{{never}}"}}
          - {zh: 错误, en: Wrong, document: "{ nothing }"}
        """,
        encoding="utf-8",
    )
    result = canbao("scenario", "run", str(file), "--persons", "500", "--json")
    assert result.exit_code == ExitCode.REFUSED
    told = json.loads(result.stdout)
    assert told["good"] is False
    troubles = [step["trouble"] for step in told["steps"]]
    assert troubles[:2] == [None, None]
    for trouble, part in zip(
        troubles[2:],
        ("AlreadyBound", "{{contribution}}", "nobody", "FaultNotPossible", "relative.name", "{{never}}", "nothing"),
        strict=True,
    ):
        assert part in trouble
    assert [step["at"] for step in told["steps"]][:2] == ["2024-12-16T09:00:00+08:00", "2024-12-17T09:00:00+08:00"]


def test_a_scenario_runs_in_a_world_that_is_there(canbao: Canbao) -> None:
    assert canbao("world", "create", "demo", "--persons", "500").exit_code == ExitCode.DONE
    first = canbao("scenario", "run", "suining-proxy-payment", "--world", "demo")
    assert first.exit_code == ExitCode.DONE
    assert "suining-proxy-payment: 7 of 7 steps as expected" in first.stdout
    # What it did is done.
    assert canbao("scenario", "run", "suining-proxy-payment", "--world", "demo").exit_code == ExitCode.REFUSED
    assert canbao("scenario", "run", "suining-proxy-payment", "--world", "nowhere").exit_code == ExitCode.MISSING
    assert canbao("scenario", "run", "nothing").exit_code == ExitCode.MISSING
    assert canbao("scenario", "run", "mianyang-matters", "--persons", "5").exit_code == ExitCode.BAD_INPUT


def test_the_list_names_the_documents(canbao: Canbao) -> None:
    listed = json.loads(canbao("scenario", "list", "--json").stdout)
    assert {one["name"]: one["source"] for one in listed} == {one.name: one.source for one in SCENARIOS.values()}
    assert all(name in canbao("scenario", "list").stdout for name in SCENARIOS)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{", "YAML"),
        ("[]", "title"),
        ("title: {zh: 甲, en: A}", "steps"),
        ("title: {zh: 甲}\nsteps: []", "en"),
        ("title: {zh: 甲, en: A}\nsteps: [{zh: 乙, en: B}]", "step 1"),
        ("title: {zh: 甲, en: A}\nsteps: [{zh: 乙, en: B, do: fly}]", "fly"),
        ("title: {zh: 甲, en: A}\nsteps: [{zh: 乙, en: B, do: bind, says: c}]", "says"),
        ("title: {zh: 甲, en: A}\nsteps: [{do: bind}]", "zh"),
        ("title: {zh: 甲, en: A}\nsteps: [{wait: {by: soon}}]", "soon"),
        ("title: {zh: 甲, en: A}\nsteps: [{wait: {}}]", "waits"),
        ("title: {zh: 甲, en: A}\nsteps: [{fault: [], as: b}]", "fault"),
        ("title: {zh: 甲, en: A}\nsteps: [{fault: {party: B}, as: b}]", "about"),
        ("title: {zh: 甲, en: A}\nsteps: [{fault: {beginsAt: soon}}]", "soon"),
    ],
)
def test_a_file_that_holds_no_scenario_is_named_with_its_place(text: str, part: str, tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NoScenario, match=part):
        read_scenario(file)
