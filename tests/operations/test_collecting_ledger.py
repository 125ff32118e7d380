"""What always holds, whatever a unit lists: an order is the sum of the lines that were taken; every fen is booked."""

import asyncio
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.decisions.collecting import CollectionLine
from domain.operations.answering import encoded
from domain.operations.collect_resident_contributions import (
    CollectionStarted,
    CollectOrder,
    LineAccepted,
    collect_resident_contributions,
)
from domain.operations.fire_timers import fire_timers
from domain.store import tables
from domain.store.engine import open_database
from domain.vocabulary import Fen, Id, PaymentChannel, SpecialGroup
from tests.databases import create_tables, sqlite_url
from tests.faulty import write_behaviour
from tests.operations.tiny_world import SEED, SIMULATED, Counter, TinyWorld

_ORDERS, _COLLECTIONS = tables.payment_orders.c, tables.channel_collections.c


class Template:
    """A SQLite village that every example starts from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = TinyWorld()
        self.unit_id, self.officer = self.world.unit(region=SIMULATED)
        people = [self.world.member(self.unit_id, region=SIMULATED) for _ in range(3)]
        people.append(self.world.member(self.unit_id, region=SIMULATED, group=SpecialGroup.EXTREME_POVERTY))
        people.append(self.world.member(self.unit_id, region=SIMULATED, died_on=date(2024, 12, 1)))
        people.append(self.world.relative(people[0])[0])
        self.lines = [
            *(CollectionLine(one.id) for one in people),
            CollectionLine(name=people[1].name, id_number=people[1].id_number),
            CollectionLine(name="某某", id_number=people[1].id_number),
            CollectionLine(people[2].id, expected_fen=Fen(1)),
            CollectionLine(),
            CollectionLine(Id(0)),
        ]

    async def write(self) -> None:
        url = sqlite_url(self.folder / "template.sqlite3")
        await create_tables(url)
        database = open_database(url)
        await self.world.write(database)
        async with database.write() as connection:
            await write_behaviour(connection, PaymentChannel.TAX_SYSTEM, failing_per_mille=500, twice_per_mille=500)
        await database.close()

    async def counter(self) -> Counter:
        for old in self.folder.glob("played.sqlite3*"):
            old.unlink()
        shutil.copy(self.folder / "template.sqlite3", self.folder / "played.sqlite3")
        counter = Counter(self.world, open_database(sqlite_url(self.folder / "played.sqlite3")))
        async with counter.database.read() as connection:
            await counter.faults.read(connection, SEED)
        return counter


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    made = Template(tmp_path_factory.mktemp("collecting"))
    asyncio.run(made.write())
    return made


LISTS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([PaymentChannel.TAX_SYSTEM, PaymentChannel.COUNTER]),
        st.lists(st.integers(0, 10), min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=4,
)
"""Lists as (key, channel, places among the template's lines), one after another, the channel's word between them."""


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LISTS)
def test_an_order_is_the_sum_of_its_lines_and_a_replay_changes_nothing(
    template: Template, given_lists: list[tuple[int, PaymentChannel, list[int]]]
) -> None:
    orders = [
        CollectOrder(
            template.officer.id,
            f"key-{key:05d}",
            "r",
            template.unit_id,
            2025,
            channel,
            tuple(template.lines[place] for place in places),
        )
        for key, channel, places in given_lists
    ]

    async def collected(counter: Counter, order: CollectOrder) -> object:
        await counter.ids.reserve(order.ids)
        async with counter.database.write() as connection:
            [answer] = await collect_resident_contributions(connection, [order], counter.setting())
        return answer

    async def played() -> None:
        counter = await template.counter()
        found = tables.resident_contributions.c
        answers = []
        for order in orders:
            answer = await collected(counter, order)
            answers.append(answer)
            amounts = {row[0]: row[1] for row in await counter.rows(found.id, found.amount_fen)}
            if isinstance(answer, CollectionStarted):
                assert len(answer.lines) == len(order.lines)
                taken = sum(amounts[one.contribution_id] for one in answer.lines if isinstance(one, LineAccepted))
                ordered = {row[0]: row[1] for row in await counter.rows(_ORDERS.id, _ORDERS.amount_fen)}
                assert taken == (0 if answer.order_id is None else ordered[answer.order_id])
            while await fire_timers(counter.database, counter.setting()):
                pass
        people = await counter.rows(found.person_id, found.coverage_year, found.status)
        paid = [person for person, year, status in people if year == 2025 and status in ("PAYING", "PAID")]
        assert len(set(paid)) == len(paid)
        rows = await counter.rows(found.payment_order_id, found.amount_fen, found.status)
        booked = sum(amount for order, amount, status in rows if order is not None and status == "PAID")
        collections = await counter.rows(
            _COLLECTIONS.reference, _COLLECTIONS.collected, _COLLECTIONS.amount_fen, _COLLECTIONS.given_back_fen
        )
        assert booked == sum(amount - back for _, taken, amount, back in collections if taken)
        written = await counter.everything()
        for order, first in zip(orders, answers, strict=True):
            assert encoded(await collected(counter, order)) == encoded(first)
        assert await counter.everything() == written
        await counter.database.close()

    asyncio.run(played())
