"""One operation in this process: its answer on standard output, and whether it carries errors in the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from resolvers.cli.failures import ExitCode
from tests.cli.conftest import PERSONS, Canbao

WORLD = "query W($again: Boolean = false) { world { name persons seed @include(if: $again) } }"


def test_the_answer_is_printed_as_json(canbao: Canbao, demo: Path) -> None:
    result = canbao("query", WORLD)
    assert result.exit_code == ExitCode.DONE
    assert json.loads(result.stdout) == {"data": {"world": {"name": "demo", "persons": PERSONS}}}


def test_variables_and_the_operations_name_are_passed_on(canbao: Canbao, demo: Path) -> None:
    document = WORLD + " query Other { viewer { role } }"
    result = canbao("query", document, "--operation", "W", "--variables", '{"again": true}')
    assert json.loads(result.stdout)["data"]["world"]["seed"] == 7
    assert canbao("query", document).exit_code == ExitCode.REFUSED


def test_the_document_is_read_from_a_file_or_from_the_input(canbao: Canbao, demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "world.graphql"
    file.write_text(WORLD)
    assert canbao("query", f"@{file}").stdout == canbao("query", "-", text=WORLD).stdout
    file.write_bytes(b"{ world { name } } # \xff")
    assert canbao("query", f"@{file}").exit_code == ExitCode.BAD_INPUT
    result = canbao("query", f"@{tmp_path / 'nowhere.graphql'}")
    assert result.exit_code == ExitCode.MISSING
    assert "nowhere.graphql" in result.stderr


def test_a_persona_asks_as_the_person_behind_it(canbao: Canbao, demo: Path) -> None:
    document = "{ viewer { role person { account { balance } } } }"
    assert json.loads(canbao("query", document).stdout)["data"]["viewer"] == {"role": "ANONYMOUS", "person": None}
    result = canbao("query", document, "--as", "employee")
    viewer = json.loads(result.stdout)["data"]["viewer"]
    assert (viewer["role"], viewer["person"]["account"]["balance"]) == ("CITIZEN", "2680.00")


def test_what_a_mutation_changed_is_there_for_the_next_command(canbao: Canbao, demo: Path) -> None:
    key = "0123456789abcdef"
    document = """
    mutation Nobody($key: String!) {
      signInAsPersona(input: {idempotencyKey: $key, persona: "nobody"}) { __typename ... on Refusal { code } }
    }
    """
    result = canbao("query", document, "--variables", json.dumps({"key": key}))
    assert result.exit_code == ExitCode.DONE
    assert json.loads(result.stdout)["data"]["signInAsPersona"]["__typename"] == "PersonaNotFound"
    assert canbao("world", "advance", "demo", "--to", "2025-01-02T00:00:00+08:00").exit_code == ExitCode.DONE
    assert json.loads(canbao("query", "{ world { today } }").stdout)["data"]["world"]["today"] == "2025-01-02"


def test_an_answer_with_errors_is_printed_and_ends_with_1(canbao: Canbao, demo: Path) -> None:
    result = canbao("query", "{ nothing }")
    assert result.exit_code == ExitCode.REFUSED
    assert json.loads(result.stdout)["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert canbao("query", "{").exit_code == ExitCode.REFUSED
    assert canbao("query", "").exit_code == ExitCode.REFUSED


@pytest.mark.parametrize("variables", ["", "{", "[]", "1", "null", '"text"'])
def test_variables_that_are_no_object_are_bad_input(variables: str, canbao: Canbao, demo: Path) -> None:
    result = canbao("query", WORLD, "--variables", variables)
    assert result.exit_code == ExitCode.BAD_INPUT
    assert "--variables" in result.stderr


def test_worlds_and_personas_that_are_not_there_end_with_3(
    canbao: Canbao, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert canbao("query", WORLD, "--world", "nowhere").exit_code == ExitCode.MISSING
    result = canbao("query", WORLD, "--as", "nobody")
    assert result.exit_code == ExitCode.MISSING
    assert "personas" in result.stderr
    monkeypatch.setenv("CANBAO_WORLD", "../demo")
    assert canbao("query", WORLD).exit_code == ExitCode.BAD_INPUT


def test_a_subscription_prints_a_line_for_each_response_until_it_has_enough(canbao: Canbao, demo: Path) -> None:
    result = canbao("query", "subscription { worldClock(everySeconds: 1) { name } }", "--first", "2")
    assert result.exit_code == ExitCode.DONE
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"data": {"worldClock": {"name": "demo"}}},
        {"data": {"worldClock": {"name": "demo"}}},
    ]
    result = canbao("query", "subscription { worldClock(everySeconds: 0) { name } }")
    assert result.exit_code == ExitCode.REFUSED
    assert "errors" in json.loads(result.stdout)
