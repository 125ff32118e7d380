"""`canbao documents`: what is registered, what is not taken, and how that ends."""

from __future__ import annotations

import json
from pathlib import Path

from resolvers.cli.failures import ExitCode
from resolvers.register import FILE, hash_of, read_register
from tests.cli.conftest import Canbao

KNOWN = "query Known { world { name } }"
OTHER = "mutation Other { __typename }"


def test_documents_are_added_listed_and_removed(canbao: Canbao, tmp_path: Path, home: Path) -> None:
    manifest, single = tmp_path / "persisted-documents.json", tmp_path / "other.graphql"
    manifest.write_text(json.dumps({hash_of(KNOWN): KNOWN}))
    single.write_text(OTHER)
    assert canbao("documents", "list").stdout.count("sha256:") == 0
    added = json.loads(canbao("documents", "add", str(manifest), str(single), "--json").stdout)
    assert added == {"added": sorted(f"sha256:{hash_of(each)}" for each in (KNOWN, OTHER)), "registered": 2}
    assert canbao("documents", "add", str(manifest)).stdout == "0 added, 2 registered\n"
    listed = json.loads(canbao("documents", "list", "--json").stdout)
    assert {each["documentId"]: each["operations"] for each in listed} == {
        f"sha256:{hash_of(KNOWN)}": ["query Known"],
        f"sha256:{hash_of(OTHER)}": ["mutation Other"],
    }
    assert canbao("documents", "remove", f"sha256:{hash_of(OTHER)}").exit_code == ExitCode.DONE
    assert read_register(home) == {hash_of(KNOWN): KNOWN}
    assert [path.name for path in home.iterdir()] == [FILE]


def test_what_is_not_good_by_the_contract_is_not_registered_nor_what_came_with_it(
    canbao: Canbao, tmp_path: Path, home: Path
) -> None:
    good, bad, broken = tmp_path / "good.graphql", tmp_path / "bad.graphql", tmp_path / "broken.json"
    good.write_text(KNOWN)
    bad.write_text("{ nothing }")
    broken.write_text('{"abc": "{ world { name } }"}')
    for file in (bad, broken):
        result = canbao("documents", "add", str(good), str(file))
        assert result.exit_code == ExitCode.BAD_INPUT
        assert file.name in result.stderr
    assert read_register(home) == {}


def test_what_is_not_there_is_missing(canbao: Canbao, tmp_path: Path, home: Path) -> None:
    assert canbao("documents", "add", str(tmp_path / "nowhere.json")).exit_code == ExitCode.MISSING
    assert canbao("documents", "remove", "sha256:0").exit_code == ExitCode.MISSING
    home.mkdir()
    (home / FILE).write_text("[]")
    spoiled = canbao("documents", "list")
    assert spoiled.exit_code == ExitCode.BAD_INPUT
    assert FILE in spoiled.stderr
