from datetime import date

from sqlalchemy import select

from domain.store.engine import open_database
from domain.store.statements import Statement, among
from domain.store.tables import persons
from domain.vocabulary import IdType, Relation, Scheme, start_of_business_date
from simulator.outside import outside
from simulator.personas import persona_guide
from simulator.worlds import FEWEST_PERSONS, create_world
from tests.simulator.conftest import unheard

_NUMBERS = Statement(select(persons.c.id, persons.c.id_number).where(among(persons.c.id, "ids")))
MARCH_1, FEBRUARY_29 = (start_of_business_date(date(2024, *day)) for day in ((3, 1), (2, 29)))
CARD = IdType.RESIDENT_ID_CARD


async def test_outside_parties_answer_many_questions_with_one_statement_each(database_url: str) -> None:
    await create_world(database_url, name="w", seed=7, persons=FEWEST_PERSONS, progress=unheard)
    database = open_database(database_url)
    parties = outside()
    guide = await persona_guide(database)
    employee, rare, uncle = (guide[name].relative for name in ("employee", "rare-name", "uncle"))
    elsewhere = guide["mother-employed-elsewhere"].relative
    assert employee is not None
    assert rare is not None
    assert uncle is not None
    assert elsewhere is not None
    async with database.read() as connection:
        numbers = {
            row[0]: row[1]
            for row in await connection.fetch_all(_NUMBERS, {"ids": [guide[name].person_id for name in guide]})
        }
        me, nephew = numbers[guide["employee"].person_id], numbers[guide["uncle"].person_id]
        before = database.statements
        identities = await parties.registry.identities(
            connection,
            [(CARD, employee.id_number), (CARD, rare.id_number), (CARD, "x"), (IdType.FOREIGN_PASSPORT, me)],
            now=MARCH_1,
        )
        kinships = await parties.registry.kinships(
            connection,
            [(me, employee.id_number), (employee.id_number, me), (nephew, uncle.id_number), (me, nephew)],
            now=MARCH_1,
        )
        asked = [employee.id_number, elsewhere.id_number]
        enrolments = await parties.other_provinces.active_enrolments(connection, asked, MARCH_1)
        assert database.statements == before + 3
        earlier = await parties.other_provinces.active_enrolments(connection, asked, FEBRUARY_29)
        assert await parties.registry.identities(connection, [], now=MARCH_1) == {}
        assert await parties.registry.kinships(connection, [], now=MARCH_1) == {}
        assert await parties.other_provinces.active_enrolments(connection, [], MARCH_1) == {}
    await database.close()
    assert set(identities) == {(CARD, employee.id_number), (CARD, rare.id_number)}
    assert identities[CARD, employee.id_number].name == employee.name
    assert identities[CARD, employee.id_number].birth_date == employee.birth_date
    assert identities[CARD, rare.id_number].name == "陈淑珎"
    assert kinships == {
        (me, employee.id_number): Relation.PARENT,
        (employee.id_number, me): Relation.CHILD,
        (nephew, uncle.id_number): Relation.OTHER,
    }
    assert {number: (found.region, found.scheme) for number, found in enrolments.items()} == {
        elsewhere.id_number: ("440300", Scheme.EMPLOYEE)
    }
    assert earlier == {}
