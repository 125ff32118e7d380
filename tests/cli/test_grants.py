"""`canbao grant`: what partners' apps were granted is added, listed and taken back."""

import json
from pathlib import Path

import pytest

from resolvers.cli.failures import ExitCode
from tests.cli.conftest import Canbao

GUIZHOU = ("--province", "52")


def granted(canbao: Canbao) -> list[tuple[str, str, str]]:
    listed = json.loads(canbao("grant", "list", "--json").stdout)
    return [(one["client"], one["province"], one["type"]) for one in listed]


def test_a_grant_is_added_once_listed_and_taken_back(canbao: Canbao, demo: Path) -> None:
    assert granted(canbao) == []
    client = json.loads(canbao("client", "add", "an-app", "--json").stdout)
    both = ("--type", "ACCOUNT", "--type", "ENROLMENTS")
    added = canbao("grant", "add", "an-app", *GUIZHOU, *both, "--json")
    assert added.exit_code == ExitCode.DONE, added.output
    assert [one["changed"] for one in json.loads(added.stdout)] == [True, True]
    again = canbao("grant", "add", "an-app", "--province", "520000", "--type", "ACCOUNT", "--json")
    assert [one["changed"] for one in json.loads(again.stdout)] == [False]
    assert granted(canbao) == [("an-app", "520000", "ACCOUNT"), ("an-app", "520000", "ENROLMENTS")]
    [first, _] = json.loads(canbao("grant", "list", "--json").stdout)
    assert first["clientId"] == client["id"]
    assert "ACCOUNT" in canbao("grant", "list").stdout
    removed = canbao("grant", "remove", "an-app", *GUIZHOU, "--type", "ACCOUNT", "--json")
    assert [one["changed"] for one in json.loads(removed.stdout)] == [True]
    assert granted(canbao) == [("an-app", "520000", "ENROLMENTS")]
    assert "as it was" in canbao("grant", "remove", "an-app", *GUIZHOU, "--type", "ACCOUNT").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nobody", *GUIZHOU, "--type", "ACCOUNT"), ExitCode.MISSING),
        (("a-hospital", *GUIZHOU, "--type", "ACCOUNT"), ExitCode.MISSING),
        (("gone", *GUIZHOU, "--type", "ACCOUNT"), ExitCode.MISSING),
        (("an-app", "--province", "5204", "--type", "ACCOUNT"), ExitCode.BAD_INPUT),
        (("an-app", "--province", "520402", "--type", "ACCOUNT"), ExitCode.BAD_INPUT),
        (("an-app", *GUIZHOU, "--type", "account"), ExitCode.BAD_INPUT),
        (("an-app", "--province", "11", "--type", "ACCOUNT"), ExitCode.MISSING),
    ],
    ids=str,
)
def test_what_cannot_be_granted_is_told_apart(
    arguments: tuple[str, ...], code: ExitCode, canbao: Canbao, demo: Path
) -> None:
    for name, role in (("an-app", "PARTNER"), ("a-hospital", "HOSPITAL"), ("gone", "PARTNER")):
        assert canbao("client", "add", name, "--role", role).exit_code == ExitCode.DONE
    assert canbao("client", "disable", "gone").exit_code == ExitCode.DONE
    for what in ("add", "remove"):
        assert canbao("grant", what, *arguments).exit_code == code
    assert granted(canbao) == []
