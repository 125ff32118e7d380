"""What an operation costs in statements, begin and commit included, whatever the size of the batch."""

from domain.operations.pay_resident_contribution import PayOrder, pay_resident_contributions
from domain.operations.submit_resident_contribution import SubmitOrder, submit_resident_contributions
from tests.operations.conftest import Opening
from tests.operations.tiny_world import Counter, TinyWorld

# On PostgreSQL: begin, hold, gather; contribution, slip, entry, account, event and answer written; commit.
# SQLite has one writer, which holds everything.
PAYING = {"sqlite": 9, "postgresql": 10}
SUBMITTING = {"sqlite": 6, "postgresql": 7}


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
