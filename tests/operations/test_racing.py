"""Two servers at one world: nothing is paid twice, nothing overdrawn, whoever comes first."""

import asyncio
from collections import Counter as Tally
from collections.abc import Iterable
from datetime import date

from sqlalchemy import column, func, select, table

from domain.operations.bind_family_member import BindOrder, bind_family_members
from domain.operations.finish_resident_contribution import FinishOrder, finish_resident_contributions
from domain.operations.pay_employee_bill import EmployeeBillPaymentStarted, PayBillOrder, pay_bills
from domain.operations.pay_resident_contribution import PayOrder, pay_resident_contributions
from domain.store import tables
from domain.store.statements import Statement
from domain.vocabulary import ContributionStatus, Id, IdType, PaymentChannel, Relation, Sex
from tests.operations.conftest import Opening
from tests.operations.test_channels import fire, make
from tests.operations.test_second_thoughts import takes_after_all
from tests.operations.tiny_world import IN_WINDOW, Counter, TinyWorld

ROUNDS = 6
_WAITING = Statement(
    select(func.count())
    .select_from(table("pg_stat_activity", column("datname"), column("wait_event_type")))
    .where(column("datname") == func.current_database(), column("wait_event_type") == "Lock")
)
"""How many connections to the database wait for another one (PostgreSQL)."""


async def _anybody_waits(server: Counter) -> bool:
    async with server.database.read() as connection:
        return await connection.fetch_all(_WAITING, {}) != [(0,)]


async def test_two_servers_pay_from_one_account_only_what_it_holds(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family(balance=40_000 * ROUNDS)
    waiting = []
    for _ in range(2 * ROUNDS):
        member, enrolment_id = world.relative(payer)
        waiting.append(world.contribution(member, payer, enrolment_id))
    servers = [await opened(world), await opened(world)]
    answers = await asyncio.gather(
        *(
            servers[place % 2].run(pay_resident_contributions, PayOrder(payer.id, f"key-{place:05d}", "r", one))
            for place, one in enumerate(waiting)
        )
    )
    tally = Tally(type(answer).__name__ for [answer] in answers)
    assert tally == {"ResidentContributionPaid": ROUNDS, "BalanceTooLow": ROUNDS}
    await servers[0].assert_books_balance()


async def test_two_servers_that_get_the_same_request_pay_once_and_answer_alike(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family()
    member, enrolment_id = world.relative(payer)
    waiting = world.contribution(member, payer, enrolment_id)
    servers = [await opened(world), await opened(world)]
    order = PayOrder(payer.id, "the-same-key", "r", waiting)
    answers = await asyncio.gather(*(server.run(pay_resident_contributions, order) for server in servers * ROUNDS))
    assert all(answer == answers[0] for answer in answers)
    assert len(await servers[0].rows(tables.events.c.id)) == 1
    await servers[0].assert_books_balance()


async def test_two_payers_on_two_servers_pay_for_one_person_once(opened: Opening) -> None:
    world = TinyWorld()
    brother, _ = world.family()
    sister, _ = world.family()
    orders = []
    for place in range(ROUNDS):
        member, enrolment_id = world.relative(brother)
        world.binding(sister, member)
        orders.append(
            [
                PayOrder(payer.id, f"key-{place:05d}", "r", world.contribution(member, payer, enrolment_id))
                for payer in (brother, sister)
            ]
        )
    servers = [await opened(world), await opened(world)]
    # Crosswise batches: each server takes the same people in the other order, and still nobody waits for ever.
    answers = await asyncio.gather(
        servers[0].run(pay_resident_contributions, *(mine for mine, _ in orders)),
        servers[1].run(pay_resident_contributions, *(mine for _, mine in reversed(orders))),
    )
    tally = Tally(type(answer).__name__ for batch in answers for answer in batch)
    assert tally == {"ResidentContributionPaid": ROUNDS, "PaidByAnother": ROUNDS}
    await servers[0].assert_books_balance()


async def test_a_late_word_waits_for_another_order_for_its_bill_and_goes_back(
    opened: Opening, engine_kind: str
) -> None:
    world = TinyWorld()
    owing = [world.person(birth_date=date(1990, 1, day)) for day in range(1, ROUNDS + 1)]
    bills = {world.bill([one]): one for one in owing}
    paid_again = set(list(bills)[::2])
    servers = [await opened(world), await opened(world)]

    def orders(key: str, which: Iterable[Id]) -> list[PayBillOrder]:
        return [PayBillOrder(bills[bill].id, key, "r", bill, PaymentChannel.COUNTER, False) for bill in which]

    await make(servers[0], PaymentChannel.COUNTER, failing_per_mille=1000)
    started = await servers[0].run(pay_bills, *orders("key-00001", bills))
    first = {one.bill_id: one.order_id for one in started if isinstance(one, EmployeeBillPaymentStarted)}
    await fire(servers[0], IN_WINDOW)
    await make(servers[0], PaymentChannel.COUNTER)
    for order in first.values():
        await takes_after_all(servers[0], order, IN_WINDOW)
    await servers[1].ids.reserve(100)
    async with servers[1].database.write() as connection:
        started = await pay_bills(connection, orders("key-00002", paid_again), servers[1].setting())
        if engine_kind == "postgresql":
            settling = asyncio.create_task(fire(servers[0], IN_WINDOW))
            async with asyncio.timeout(10):
                while not await _anybody_waits(servers[1]):
                    pass
    if engine_kind == "sqlite":
        settling = asyncio.create_task(fire(servers[0], IN_WINDOW))
    await settling

    second = {one.bill_id: one.order_id for one in started if isinstance(one, EmployeeBillPaymentStarted)}
    assert second.keys() == paid_again
    found, back = tables.employee_bills.c, tables.refunds.c
    paid = await servers[0].rows(found.id, found.payment_order_id, found.status)
    assert paid == [(bill, second.get(bill, first[bill]), "PAID") for bill in sorted(bills)]
    given_back = await servers[0].rows(back.bill_id, back.payment_order_id, back.status)
    assert given_back == [(bill, first[bill], "REFUNDED") for bill in sorted(paid_again)]
    await servers[0].assert_books_balance()


async def test_two_servers_bind_and_finish_once(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment = world.insured_family()
    father = world.person("张建国", sex=Sex.MALE)
    world.kin(payer, father)
    paid = world.contribution(mother, payer, enrolment, status=ContributionStatus.PAID)
    servers = [await opened(world), await opened(world)]
    bound = await asyncio.gather(
        *(
            server.run(
                bind_family_members,
                BindOrder(
                    actor=payer.id,
                    key=f"key-{place:05d}",
                    cause="r",
                    name=father.name,
                    id_type=IdType.RESIDENT_ID_CARD,
                    id_number=father.id_number,
                    birth_date=father.birth_date,
                    sex=father.sex,
                    relation=Relation.PARENT,
                    pledge_accepted=True,
                ),
            )
            for place, server in enumerate(servers * 2)
        )
    )
    assert Tally(type(answer).__name__ for [answer] in bound) == {"FamilyMemberBound": 1, "AlreadyBound": 3}
    finished = await asyncio.gather(
        *(
            server.run(finish_resident_contributions, FinishOrder(payer.id, f"key-{place:05d}", "r", paid))
            for place, server in enumerate(servers * 2)
        )
    )
    assert all(answer == finished[0] for answer in finished)
    assert len(await servers[0].rows(tables.receipts.c.id)) == 1
