"""Payees on two servers and in batches: as many as may be, each once, and no more guesses than a day has."""

import asyncio
import shutil
from collections import Counter as Tally
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.operations.add_payee import AddPayeeOrder, PayeeAdded, add_payees
from domain.operations.answering import encoded
from domain.operations.remove_payee import PayeeRemoved, RemovePayeeOrder, remove_payees
from domain.refusals import Refusal
from domain.store import tables
from domain.store.engine import open_database
from domain.vocabulary import Id, IdType
from tests.databases import create_tables, sqlite_url
from tests.operations.conftest import Opening
from tests.operations.tiny_world import Counter, Somebody, TinyWorld

MOST = 20
GUESSES = 10


def adding(owner: Somebody, person: Somebody, key: str, name: str | None = None) -> AddPayeeOrder:
    return AddPayeeOrder(owner.id, key, "r", name or person.name, IdType.RESIDENT_ID_CARD, person.id_number)


async def test_two_servers_add_as_many_as_may_be(opened: Opening) -> None:
    world = TinyWorld()
    owner = world.person("张三")
    people = [world.person() for _ in range(MOST + 4)]
    servers = [await opened(world), await opened(world)]
    answers = await asyncio.gather(
        *(
            servers[place % 2].run(add_payees, adding(owner, person, f"key-{place:05d}"))
            for place, person in enumerate(people)
        )
    )
    assert Tally(type(answer).__name__ for [answer] in answers) == {"PayeeAdded": MOST, "TooManyPayees": 4}
    assert len(await servers[0].rows(tables.payees.c.id)) == MOST
    assert len(await servers[0].rows(tables.events.c.id)) == MOST


async def test_two_servers_take_no_more_guesses_than_a_day_has(opened: Opening) -> None:
    world = TinyWorld()
    owner, person = world.person("张三"), world.person()
    servers = [await opened(world), await opened(world)]
    answers = await asyncio.gather(
        *(
            servers[place % 2].run(add_payees, adding(owner, person, f"key-{place:05d}", f"王{place}"))
            for place in range(GUESSES + 6)
        )
    )
    told = Tally(type(answer).__name__ for [answer] in answers)
    assert told == {"IdentityMismatch": GUESSES, "TooManyAttempts": 6}


async def test_guesses_in_one_batch_are_counted_one_after_another(opened: Opening) -> None:
    world = TinyWorld()
    owner, person = world.person("张三"), world.person()
    counter = await opened(world)
    guesses = [adding(owner, person, f"key-{place:05d}", f"王{place}") for place in range(GUESSES)]
    answers = await counter.run(add_payees, *guesses, adding(owner, person, "the-right-name"))
    assert [type(answer).__name__ for answer in answers] == ["IdentityMismatch"] * GUESSES + ["TooManyAttempts"]


class Template:
    """A SQLite world that every example starts from: two who pay, and four people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = TinyWorld()
        self.people = [self.world.person(name) for name in ("张三", "李四", "王五", "赵六")]

    async def write(self) -> None:
        url = sqlite_url(self.folder / "template.sqlite3")
        await create_tables(url)
        database = open_database(url)
        await self.world.write(database)
        await database.close()

    async def counter(self, name: str) -> Counter:
        for old in self.folder.glob(f"{name}.sqlite3*"):
            old.unlink()
        path = self.folder / f"{name}.sqlite3"
        shutil.copy(self.folder / "template.sqlite3", path)
        return Counter(self.world, open_database(sqlite_url(path)))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    made = Template(tmp_path_factory.mktemp("payees"))
    asyncio.run(made.write())
    return made


STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 9), st.sampled_from(["add", "misname", "remove"])),
    min_size=1,
    max_size=14,
)
many_examples = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many_examples
@given(STEPS)
def test_who_was_added_and_not_removed_is_there_and_a_replay_changes_nothing(
    template: Template, steps: list[tuple[int, int, int, str]]
) -> None:
    async def played() -> None:
        counter = await template.counter("replayed")
        there: dict[tuple[Id, Id], Id] = {}
        sent: list[tuple[Any, AddPayeeOrder | RemovePayeeOrder, PayeeAdded | PayeeRemoved | Refusal]] = []
        for owner_at, person_at, key, step in steps:
            owner, person = template.people[owner_at], template.people[person_at]
            if step == "remove":
                removal = RemovePayeeOrder(owner.id, f"key-{key:05d}", "r", there.get((owner.id, person.id), Id(1)))
                known = len(await counter.rows(tables.answers.c.key))
                [told] = await counter.run(remove_payees, removal)
                sent.append((remove_payees, removal, told))
                new = len(await counter.rows(tables.answers.c.key)) > known
                if isinstance(told, PayeeRemoved) and new:
                    del there[owner.id, person.id]
                continue
            order = adding(owner, person, f"key-{key:05d}", "另一人" if step == "misname" else None)
            known = len(await counter.rows(tables.answers.c.key))
            [answer] = await counter.run(add_payees, order)
            sent.append((add_payees, order, answer))
            if isinstance(answer, PayeeAdded) and len(await counter.rows(tables.answers.c.key)) > known:
                assert (owner.id, person.id) not in there
                assert owner is not person
                assert step == "add"
                there[owner.id, person.id] = answer.payee_id
        rows = await counter.rows(*tables.payees.c)
        assert {(row[1], row[2]): row[0] for row in rows if row[4] is None} == there
        added = sum(1 for _ in rows)
        removed = sum(1 for row in rows if row[4] is not None)
        assert len(await counter.rows(tables.events.c.id)) == added + removed
        written = await counter.everything()
        for operation, sent_order, first in sent:
            [again] = await counter.run(operation, sent_order)
            assert encoded(again) == encoded(first)
        assert await counter.everything() == written
        await counter.database.close()

    asyncio.run(played())


@many_examples
@given(STEPS)
def test_a_batch_of_many_does_what_as_many_batches_of_one_do(
    template: Template, steps: list[tuple[int, int, int, str]]
) -> None:
    orders = [
        adding(
            template.people[owner], template.people[person], f"key-{key:05d}", "另一人" if step == "misname" else None
        )
        for owner, person, key, step in steps
    ]

    async def played() -> None:
        together, singly = await template.counter("together"), await template.counter("singly")
        at_once = await together.run(add_payees, *orders)
        one_by_one = [answer for one in orders for answer in await singly.run(add_payees, one)]
        assert [encoded(one) for one in at_once] == [encoded(one) for one in one_by_one]
        assert await together.everything() == await singly.everything()
        await together.database.close()
        await singly.database.close()

    asyncio.run(played())
