"""What an operation costs in statements, begin and commit included, whatever the size of the batch."""

from domain.decisions.collecting import CollectionLine
from domain.decisions.employee_enrolments import MemberLine
from domain.operations.add_unit_members import AddMembersOrder, MemberAdded, UnitMembersAdded, add_unit_members
from domain.operations.collect_resident_contributions import CollectOrder, collect_resident_contributions
from domain.operations.fire_timers import fire_timers
from domain.operations.pay_resident_contribution import PayOrder, pay_resident_contributions
from domain.operations.submit_resident_contribution import SubmitOrder, submit_resident_contributions
from domain.vocabulary import IdType, PaymentChannel, SpecialGroup
from tests.operations.conftest import Opening
from tests.operations.tiny_world import SIMULATED, Counter, TinyWorld

# On PostgreSQL: begin, hold, gather; contribution, slip, entry, account, event and answer written; commit.
# SQLite has one writer, which holds everything.
PAYING = {"sqlite": 9, "postgresql": 10}
SUBMITTING = {"sqlite": 6, "postgresql": 7}
# A list: documents, unit, persons, answer, officer, standings and the national query asked; order, contribution,
# what is borne, slip, the order's lines, timer, event and answer written.
COLLECTING = {"sqlite": 14, "postgresql": 16}
# Documents, unit and persons held, answer, officer, people, their enrolments, register's and provinces' answers,
# mismatches; who comes, what is suspended, what begins, events and answer written.
JOINING = {"sqlite": 14, "postgresql": 17}
SETTLING = {"sqlite": 20, "postgresql": 21}


async def _counted(counter: Counter, orders: list[PayOrder]) -> int:
    before = counter.database.statements
    async with counter.database.write() as connection:
        await pay_resident_contributions(connection, orders, counter.setting())
    return counter.database.statements - before


async def test_a_payment_takes_ten_statements_and_so_do_ten(opened: Opening, engine_kind: str) -> None:
    world = TinyWorld()
    payer, _ = world.family()
    orders = []
    for place in range(11):
        member, enrolment_id = world.relative(payer)
        orders.append(PayOrder(payer.id, f"key-{place:05d}", "r", world.contribution(member, payer, enrolment_id)))
    counter = await opened(world)
    await counter.ids.reserve(100)
    assert await _counted(counter, orders[:1]) == PAYING[engine_kind]
    assert await _counted(counter, orders[1:]) == PAYING[engine_kind]


async def test_a_submission_takes_seven_statements(opened: Opening, engine_kind: str) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    counter = await opened(world)
    await counter.ids.reserve(100)
    before = counter.database.statements
    async with counter.database.write() as connection:
        await submit_resident_contributions(
            connection, [SubmitOrder(payer.id, "key-00001", "r", mother.id, 2025)], counter.setting()
        )
    assert counter.database.statements - before == SUBMITTING[engine_kind]


async def test_a_list_takes_as_many_statements_for_one_as_for_thirty_and_so_does_the_channels_word(
    opened: Opening, engine_kind: str
) -> None:
    world = TinyWorld()
    unit_id, officer = world.unit(region=SIMULATED)
    lists = []
    for size in (1, 30):
        members = [world.member(unit_id, region=SIMULATED) for _ in range(size)]
        members.append(world.member(unit_id, region=SIMULATED, group=SpecialGroup.EXTREME_POVERTY))
        lines = (*(CollectionLine(one.id) for one in members), CollectionLine(name="某某", id_number=officer.id_number))
        lists.append(CollectOrder(officer.id, f"key-{size:05d}", "r", unit_id, 2025, PaymentChannel.COUNTER, lines))
    counter = await opened(world)
    await counter.ids.reserve(2_000)
    for order in lists:
        before = counter.database.statements
        async with counter.database.write() as connection:
            await collect_resident_contributions(connection, [order], counter.setting())
        assert counter.database.statements - before == COLLECTING[engine_kind]
        before = counter.database.statements
        assert await fire_timers(counter.database, counter.setting()) == 1
        assert counter.database.statements - before == SETTLING[engine_kind]


async def test_a_unit_enrols_one_as_it_enrols_thirty(opened: Opening, engine_kind: str) -> None:
    world = TinyWorld()
    unit_id, officer = world.unit(region=SIMULATED)
    lists = []
    for size in (1, 30):
        residents = [world.person() for _ in range(size)]
        for one in residents:
            world.enrolment(one, region=SIMULATED)
        newcomers = [world.newcomer() for _ in range(size)]
        lines = tuple(MemberLine(one.name, IdType.RESIDENT_ID_CARD, one.id_number) for one in (*residents, *newcomers))
        lists.append(AddMembersOrder(officer.id, f"key-{size:05d}", "r", unit_id, lines))
    counter = await opened(world)
    await counter.ids.reserve(2_000)
    for order in lists:
        before = counter.database.statements
        async with counter.database.write() as connection:
            [answer] = await add_unit_members(connection, [order], counter.setting())
        assert isinstance(answer, UnitMembersAdded)
        assert all(isinstance(line, MemberAdded) for line in answer.lines)
        assert counter.database.statements - before == JOINING[engine_kind]
