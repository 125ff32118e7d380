"""What must hold of every family: parents are older, nobody descends from themselves, siblings share their parents."""

import asyncio
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from graphlib import TopologicalSorter

import pytest

from domain.vocabulary import Relation
from simulator.worlds import create_world
from tests.databases import sqlite_url
from tests.simulator.conftest import unheard

PERSONS = int(os.environ.get("CANBAO_KINSHIP_PERSONS", "2000"))
Kin = dict[str, dict[str, set[str]]]
"""Relatives by relation, of each identity number."""


@pytest.fixture(scope="module", params=[3, 2**40 + 1])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A world of that seed."""
    path = tmp_path_factory.mktemp("kinship") / "world.sqlite3"
    asyncio.run(create_world(sqlite_url(path), name="w", seed=request.param, persons=PERSONS, progress=unheard))
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def kin(world: sqlite3.Connection) -> Kin:
    found: Kin = defaultdict(lambda: defaultdict(set))
    for one, other, relation in world.execute("SELECT id_number, relative_id_number, relation FROM registry_kinships"):
        found[relation][one].add(other)
    return found


@pytest.fixture(scope="module")
def born(world: sqlite3.Connection) -> dict[str, date]:
    rows = world.execute("SELECT id_number, birth_date FROM registry_identities")
    return {number: date.fromisoformat(day) for number, day in rows}


def test_no_parent_is_younger_than_a_child_nor_grandparents_than_parents(kin: Kin, born: dict[str, date]) -> None:
    pairs = 0
    for child, parents in kin["PARENT"].items():
        for parent in parents:
            pairs += 1
            assert born[parent].year + 16 <= born[child].year
            for grandparent in kin["PARENT"].get(parent, ()):
                assert born[grandparent].year + 32 <= born[child].year
    assert pairs > PERSONS // 4


def test_nobody_descends_from_themselves(kin: Kin) -> None:
    assert set(TopologicalSorter(kin["PARENT"]).static_order()) >= set(kin["PARENT"])


def test_siblings_share_their_parents(kin: Kin) -> None:
    with_parents = 0
    for one, siblings in kin["SIBLING"].items():
        for other in siblings:
            assert one != other
            # Of a family whose parents died before the world begins nobody is registered as a parent of either.
            assert kin["PARENT"].get(one, set()) == kin["PARENT"].get(other, set())
            with_parents += bool(kin["PARENT"].get(one))
    assert with_parents > PERSONS // 40


def test_nobody_has_more_than_two_parents_or_one_spouse(kin: Kin) -> None:
    assert max(len(parents) for parents in kin["PARENT"].values()) == 2
    assert {len(spouses) for spouses in kin["SPOUSE"].values()} == {1}


def test_what_one_is_to_another_is_registered_in_both_directions(kin: Kin) -> None:
    mirrored = {
        Relation.PARENT: Relation.CHILD,
        Relation.SPOUSE: Relation.SPOUSE,
        Relation.SIBLING: Relation.SIBLING,
        Relation.PATERNAL_GRANDPARENT: Relation.PATERNAL_GRANDCHILD,
        Relation.MATERNAL_GRANDPARENT: Relation.MATERNAL_GRANDCHILD,
    }
    for relation, back in mirrored.items():
        forward = {(one, other) for one, others in kin[relation.name].items() for other in others}
        assert forward == {(other, one) for one, others in kin[back.name].items() for other in others}
