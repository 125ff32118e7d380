"""`canbao policy check` and `canbao schema`: what is missing, what has changed, and how that ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import domain.policy
from resolvers.cli.failures import ExitCode
from schema import contract
from tests.cli.conftest import Canbao


def test_the_report_of_a_day_is_printed(canbao: Canbao) -> None:
    result = canbao("policy", "check", "--on", "2024-12-16")
    assert result.exit_code == ExitCode.DONE
    for heading in ("Gaps on 2024-12-16", "Lapsing", "Assumptions"):
        assert heading in result.stdout
    assert "\x1b" not in result.stdout
    report = json.loads(canbao("policy", "check", "--on", "2024-12-16", "--json").stdout)
    assert (report["on"], report["benefitYear"]) == ("2024-12-16", 2025)
    assert report["assumptions"]


def test_today_is_meant_where_no_day_is_given(canbao: Canbao) -> None:
    assert canbao("policy", "check", "--json").exit_code == ExitCode.DONE


def test_gaps_fail_a_strict_check_only(canbao: Canbao) -> None:
    long_after = ("policy", "check", "--on", "2031-01-01", "--json")
    assert json.loads(canbao(*long_after).stdout)["gaps"]
    assert canbao(*long_after).exit_code == ExitCode.DONE
    assert canbao(*long_after, "--strict").exit_code == ExitCode.REFUSED


@pytest.mark.parametrize("day", ["2024-02-30", "yesterday", ""])
def test_a_day_that_is_none_is_bad_input(day: str, canbao: Canbao) -> None:
    assert canbao("policy", "check", "--on", day).exit_code == ExitCode.BAD_INPUT


def test_a_file_that_cannot_be_believed_is_named_with_its_line(canbao: Canbao, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    folder.mkdir()
    for file in Path(domain.policy.__file__).parent.glob("*.yaml"):
        shutil.copy(file, folder)
    assert canbao("policy", "check", "--folder", str(folder), "--json").exit_code == ExitCode.DONE
    with (folder / "binding.yaml").open("a") as policy_file:
        policy_file.write("\nnonsense: [1, 2\n")
    result = canbao("policy", "check", "--folder", str(folder))
    assert result.exit_code == ExitCode.BAD_INPUT
    assert "binding.yaml, line" in result.stderr
    assert canbao("policy", "check", "--folder", str(tmp_path / "nowhere")).exit_code == ExitCode.BAD_INPUT


def test_the_printed_contract_is_the_one_that_is_kept(canbao: Canbao) -> None:
    assert canbao("schema", "print").stdout == contract.PRINTED_AT.read_text(encoding="utf-8")
    assert canbao("schema", "check").exit_code == ExitCode.DONE
    assert json.loads(canbao("schema", "check", "--json").stdout) == {"same": True, "difference": []}


def test_a_contract_that_differs_from_the_kept_one_is_shown_and_can_be_written(
    canbao: Canbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "schema.graphql"
    monkeypatch.setattr(contract, "PRINTED_AT", kept)
    kept.write_text(contract.printed().replace("type World {", "type Realm {"), encoding="utf-8")
    result = canbao("schema", "check")
    assert result.exit_code == ExitCode.REFUSED
    assert "-type Realm {" in result.stdout
    assert "+type World {" in result.stdout
    assert "canbao schema print --write" in result.stderr
    assert canbao("schema", "print", "--write").exit_code == ExitCode.DONE
    assert canbao("schema", "check").exit_code == ExitCode.DONE
