"""New ids: each once, whoever asks, and led by the province."""

import asyncio

import pytest

from domain.store.engine import open_database
from domain.store.ids import BlockIds
from domain.vocabulary import NUMBERS_PER_PROVINCE, RegionCode
from tests.operations.conftest import Opening
from tests.operations.tiny_world import TinyWorld

ANSHUN = RegionCode("520402")


async def test_an_id_leads_with_its_province(opened: Opening) -> None:
    counter = await opened(TinyWorld())
    await counter.ids.reserve(2)
    first, second = counter.ids.new(ANSHUN), counter.ids.new(RegionCode("840101"))
    assert first // NUMBERS_PER_PROVINCE == 52
    assert second // NUMBERS_PER_PROVINCE == 84
    assert second % NUMBERS_PER_PROVINCE == first % NUMBERS_PER_PROVINCE + 1 == 1_000_001


async def test_two_servers_never_give_out_the_same_number(opened: Opening, tables_url: str) -> None:
    counter = await opened(TinyWorld())
    other = open_database(tables_url)
    takers = [BlockIds(counter.database, block=8), BlockIds(other, block=8)]

    async def taken(ids: BlockIds, count: int) -> list[int]:
        await ids.reserve(count)
        await asyncio.sleep(0)
        return [ids.new(ANSHUN) for _ in range(count)]

    found = await asyncio.gather(*(taken(takers[place % 2], place % 13) for place in range(40)))
    numbers = [number for batch in found for number in batch]
    assert len(set(numbers)) == len(numbers) == sum(place % 13 for place in range(40))
    await other.close()


async def test_what_others_reserved_is_theirs(opened: Opening) -> None:
    counter = await opened(TinyWorld())
    ids = BlockIds(counter.database, block=2)
    await ids.reserve(2)
    before = counter.database.statements
    await ids.reserve(2)
    assert counter.database.statements > before
    assert len({ids.new(ANSHUN) for _ in range(4)}) == 4
    with pytest.raises(RuntimeError):
        ids.new(ANSHUN)


async def test_a_database_without_a_world_hands_out_no_ids(tables_url: str) -> None:
    database = open_database(tables_url)
    with pytest.raises(LookupError):
        await BlockIds(database).reserve(1)
    await database.close()
