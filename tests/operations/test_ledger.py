"""What always holds, whatever is paid in whatever order: the books balance, and a replay changes nothing."""

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.operations.answering import encoded
from domain.operations.pay_resident_contribution import PayOrder, ResidentContributionPaid, pay_resident_contributions
from domain.refusals import BalanceTooLow
from domain.store import tables
from domain.store.engine import open_database
from domain.vocabulary import Fen, Id, Relation
from tests.databases import create_tables, sqlite_url
from tests.operations.tiny_world import Counter, TinyWorld

PAYERS, MEMBERS = 2, 3


class Template:
    """A SQLite world that every example starts from: two payers, three people, each bound to both and waiting twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = TinyWorld()
        self.waiting: list[Id] = []
        payers = [self.world.family(balance=95_000)[0] for _ in range(PAYERS)]
        self.payers = [one.id for one in payers]
        for _ in range(MEMBERS):
            member, enrolment_id = self.world.relative(payers[0])
            self.world.binding(payers[1], member, Relation.SIBLING)
            for payer in payers:
                self.waiting += [self.world.contribution(member, payer, enrolment_id) for _ in range(2)]

    async def write(self) -> None:
        url = sqlite_url(self.folder / "template.sqlite3")
        await create_tables(url)
        database = open_database(url)
        await self.world.write(database)
        await database.close()

    async def counter(self, name: str) -> Counter:
        path = self.folder / f"{name}.sqlite3"
        for old in self.folder.glob(f"{name}.sqlite3*"):
            old.unlink()
        shutil.copy(self.folder / "template.sqlite3", path)
        return Counter(self.world, open_database(sqlite_url(path)))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    made = Template(tmp_path_factory.mktemp("ledger"))
    asyncio.run(made.write())
    return made


@st.composite
def batches(draw: st.DrawFn) -> list[list[tuple[int, int, int, int | None]]]:
    """Batches of (payer, key, contribution, expected amount), many of them wrong, repeated or in conflict."""
    order = st.tuples(
        st.integers(0, PAYERS - 1),
        st.integers(0, 7),
        st.integers(0, PAYERS * MEMBERS * 2),
        st.sampled_from([None, None, None, 40_000, 107_000]),
    )
    return draw(st.lists(st.lists(order, min_size=1, max_size=6), min_size=1, max_size=4))


def _orders(template: Template, batch: list[tuple[int, int, int, int | None]]) -> list[PayOrder]:
    waiting = [*template.waiting, Id(1)]
    return [
        PayOrder(
            template.payers[payer],
            f"key-{key:05d}",
            "r",
            waiting[contribution],
            None if expected is None else Fen(expected),
        )
        for payer, key, contribution, expected in batch
    ]


many_examples = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many_examples
@given(batches())
def test_the_books_balance_and_a_replay_changes_nothing(
    template: Template, given_batches: list[list[tuple[int, int, int, int | None]]]
) -> None:
    async def played() -> None:
        counter = await template.counter("replayed")
        answers = [await counter.run(pay_resident_contributions, *_orders(template, batch)) for batch in given_batches]
        await counter.assert_books_balance()
        found = tables.resident_contributions.c
        year_of_payment = await counter.rows(found.person_id, found.coverage_year, found.paid_on)
        paid = [(person, year) for person, year, paid_on in year_of_payment if paid_on is not None]
        assert len(set(paid)) == len(paid)
        written = await counter.everything()
        for batch, first in zip(given_batches, answers, strict=True):
            again = await counter.run(pay_resident_contributions, *_orders(template, batch))
            assert [encoded(one) for one in again] == [encoded(one) for one in first]
        assert await counter.everything() == written
        await counter.database.close()

    asyncio.run(played())


@many_examples
@given(batches())
def test_a_batch_of_many_does_what_as_many_batches_of_one_do(
    template: Template, given_batches: list[list[tuple[int, int, int, int | None]]]
) -> None:
    orders = [order for batch in given_batches for order in _orders(template, batch)]

    async def played() -> None:
        together = await template.counter("together")
        at_once = await together.run(pay_resident_contributions, *orders)
        singly = await template.counter("singly")
        one_by_one = [answer for one in orders for answer in await singly.run(pay_resident_contributions, one)]
        assert [encoded(one) for one in at_once] == [encoded(one) for one in one_by_one]
        assert await together.everything() == await singly.everything()
        await together.database.close()
        await singly.database.close()

    asyncio.run(played())


@st.composite
def shuffled_batches(draw: st.DrawFn) -> tuple[list[tuple[int, int, int, int | None]], list[int]]:
    """Orders for different people, some wrong and more than the accounts hold, and another order of them."""
    people = range(MEMBERS + 1)
    payers = draw(st.lists(st.integers(0, PAYERS - 1), min_size=len(people), max_size=len(people)))
    expected = st.sampled_from([None, None, None, 40_000, 107_000])
    # Each payer has two contributions open for each person; the last order names one that is nobody's.
    chosen = [4 * one + 2 * payer if one < MEMBERS else 4 * MEMBERS for one, payer in zip(people, payers, strict=True)]
    batch = [(payer, key, chosen[key], draw(expected)) for key, payer in zip(people, payers, strict=True)]
    return batch, draw(st.permutations(people))


@many_examples
@given(shuffled_batches())
def test_shuffling_a_batch_changes_only_who_is_refused_for_balance(
    template: Template, drawn: tuple[list[tuple[int, int, int, int | None]], list[int]]
) -> None:
    batch, places = drawn
    orders = _orders(template, batch)

    async def played() -> None:
        straight, shuffled = await template.counter("straight"), await template.counter("shuffled")
        first = dict(
            zip(places, await shuffled.run(pay_resident_contributions, *(orders[p] for p in places)), strict=True)
        )
        second = await straight.run(pay_resident_contributions, *orders)
        for place, answer in enumerate(second):
            kinds = {type(answer), type(first[place])}
            assert len(kinds) == 1 or kinds == {ResidentContributionPaid, BalanceTooLow}
        for payer in range(PAYERS):
            mine = [place for place, order in enumerate(batch) if order[0] == payer]
            for kind in (ResidentContributionPaid, BalanceTooLow):
                counts = [sum(isinstance(found[place], kind) for place in mine) for found in (first, second)]
                assert counts[0] == counts[1]
        kept = tables.personal_accounts.c
        assert await straight.rows(kept.id, kept.balance_fen) == await shuffled.rows(kept.id, kept.balance_fen)
        await straight.database.close()
        await shuffled.database.close()

    asyncio.run(played())
