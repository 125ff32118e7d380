"""`canbao grant`: what partners' apps were granted is added, listed and taken back."""

import json
from pathlib import Path

import pytest

from resolvers.cli.failures import ExitCode
from tests.cli.conftest import Canbao

GUIZHOU = ("--province", "52")


def granted(canbao: Canbao) -> list[tuple[str, str, str]]:
    listed = json.loads(canbao("grant", "list", "demo", "--json").stdout)
    return [(one["client"], one["province"], one["type"]) for one in listed]


def test_a_grant_is_added_once_listed_and_taken_back(canbao: Canbao, demo: Path) -> None:
    assert granted(canbao) == []
    both = ("--type", "ACCOUNT", "--type", "ENROLMENTS")
    added = canbao("grant", "add", "demo", "cli_71", *GUIZHOU, *both, "--json")
    assert added.exit_code == ExitCode.DONE, added.output
    assert [one["changed"] for one in json.loads(added.stdout)] == [True, True]
    again = canbao("grant", "add", "demo", "cli_71", "--province", "520000", "--type", "ACCOUNT", "--json")
    assert [one["changed"] for one in json.loads(again.stdout)] == [False]
    assert granted(canbao) == [("cli_71", "520000", "ACCOUNT"), ("cli_71", "520000", "ENROLMENTS")]
    assert "ACCOUNT" in canbao("grant", "list", "demo").stdout
    removed = canbao("grant", "remove", "demo", "cli_71", *GUIZHOU, "--type", "ACCOUNT", "--json")
    assert [one["changed"] for one in json.loads(removed.stdout)] == [True]
    assert granted(canbao) == [("cli_71", "520000", "ENROLMENTS")]
    assert "as it was" in canbao("grant", "remove", "demo", "cli_71", *GUIZHOU, "--type", "ACCOUNT").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("71", *GUIZHOU, "--type", "ACCOUNT"), ExitCode.BAD_INPUT),
        (("per_71", *GUIZHOU, "--type", "ACCOUNT"), ExitCode.BAD_INPUT),
        (("cli_71", "--province", "5204", "--type", "ACCOUNT"), ExitCode.BAD_INPUT),
        (("cli_71", "--province", "520402", "--type", "ACCOUNT"), ExitCode.BAD_INPUT),
        (("cli_71", *GUIZHOU, "--type", "account"), ExitCode.BAD_INPUT),
        (("cli_71", "--province", "11", "--type", "ACCOUNT"), ExitCode.MISSING),
    ],
    ids=str,
)
def test_what_cannot_be_granted_is_told_apart(
    arguments: tuple[str, ...], code: ExitCode, canbao: Canbao, demo: Path
) -> None:
    for what in ("add", "remove"):
        assert canbao("grant", what, "demo", *arguments).exit_code == code
    assert granted(canbao) == []
