import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from domain.store.engine import Database, open_database
from domain.store.worlds import begin_serving, read_world, set_rate
from domain.vocabulary import Instant, RegionCode
from resolvers.world import WorldClock
from simulator.people import Payer, collecting_units, payers, write_people
from simulator.personas import persona_guide
from simulator.season_people import SelfPayer, season_people
from simulator.worlds import WorldSummary, create_world
from tests.simulator.conftest import PERSONS, SEED, unheard


async def test_nobody_is_a_relative_twice_and_no_persona_is_used_up(small: Database) -> None:
    found = await payers(small, 10_000)
    assert len(found) > 50
    assert [payer.person_id for payer in found] == sorted(payer.person_id for payer in found)
    relatives = [relative.person_id for payer in found for relative in payer.relatives]
    assert len(relatives) == len(set(relatives))
    personas = {persona.person_id for persona in (await persona_guide(small)).values()}
    assert not personas & {payer.person_id for payer in found}
    assert all(payer.balance_fen >= 40_000 * len(payer.relatives) for payer in found)


async def test_the_file_is_private_and_each_line_says_what_a_form_asks(small: Database, tmp_path: Path) -> None:
    path = tmp_path / "home" / "people.jsonl"
    assert await write_people(small, path, 20, region=RegionCode("520400")) == 20
    assert path.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(lines) == 20
    for line in lines:
        assert line["person"] == f"per_{line['personId']}"
        assert line["region"].startswith("5204")
        for relative in line["relatives"]:
            assert set(relative) == {
                "person", "name", "idType", "idNumber", "face", "birthDate", "sex", "relation", "region",
            }  # fmt: skip


async def test_a_unit_lists_its_unpaid_people_and_every_second_pair_of_families_pays_beside_it(small: Database) -> None:
    crowd = await payers(small, 10_000)
    units = await collecting_units(small, 1_000, crowd)
    assert len(units) > 3
    listed = [member for unit in units for member in unit.members]
    assert len(listed) == len(set(listed))
    assert {5 <= len(unit.members) <= 40 for unit in units} == {True}
    relatives = [payer.relatives[0].person_id for payer in crowd]
    assert set(relatives[0::4] + relatives[1::4]) & set(listed)
    assert not set(relatives[2::4] + relatives[3::4]) & set(listed)
    contested = [not set(relatives).isdisjoint(unit.members) for unit in units]
    assert contested == sorted(contested, reverse=True)
    assert not {payer.person_id for payer in crowd} & {unit.officer_id for unit in units}
    assert len({unit.officer_id for unit in units}) == len(units)
    assert all(unit.stranger in listed and unit.stranger not in unit.members for unit in units)
    assert any(unit.paid for unit in units)
    assert await collecting_units(small, 2, crowd) == units[:2]


async def test_both_engines_list_the_same_people(
    small: Database, small_world: tuple[Path, WorldSummary], database_url: str
) -> None:
    await create_world(database_url, name="small", seed=SEED, persons=PERSONS, progress=unheard)
    database = open_database(database_url)
    crowd = await payers(small, 10_000)
    assert await payers(database, 10_000) == crowd
    assert await collecting_units(database, 100, crowd) == await collecting_units(small, 100, crowd)
    assert await _of_the_season(database, 1_000) == await _of_the_season(small, 1_000)
    async with database.write() as connection:
        await begin_serving(connection, 900)
        await set_rate(connection, 9_216, Instant(1_756_569_600), 1_000)
        record = await read_world(connection)
    assert (record.clock_base, record.clock_real_base, record.clock_rate) == (1_756_569_600, 1_000, 9_216)
    clock = WorldClock(record, lambda: 995.0)
    # Before its second has come the clock stands where it was seen last.
    assert clock.now() < 1_756_569_600
    clock.machine = lambda: 1_000.5
    assert clock.now() == 1_756_569_600 + 4_608
    await database.close()


async def _of_the_season(database: Database, most: int) -> tuple[Sequence[SelfPayer], Sequence[Payer]]:
    counties = {f"8401{county:02}" for county in range(100)}
    province, first = RegionCode("840000"), date(2025, 9, 1)
    return await season_people(database, region=province, counties=counties, year=2026, on=first, most=most)


async def test_who_pays_in_a_season_is_paid_for_once(small: Database) -> None:
    alone, together = await _of_the_season(small, 1_000)
    assert len(alone) > 20
    assert len(together) > 5
    relatives = {relative.person_id for payer in together for relative in payer.relatives}
    assert relatives.isdisjoint(one.person_id for one in alone)
    assert {one.region[:4] for one in alone} == {payer.relatives[0].region[:4] for payer in together} == {"8401"}
    few = await _of_the_season(small, 3)
    assert (len(few[0]), len(few[1])) == (3, 3)
