"""Two servers at one world: nothing is paid twice, nothing overdrawn, whoever comes first."""

import asyncio
from collections import Counter as Tally

from domain.operations.bind_family_member import BindOrder, bind_family_members
from domain.operations.finish_resident_contribution import FinishOrder, finish_resident_contributions
from domain.operations.pay_resident_contribution import PayOrder, pay_resident_contributions
from domain.store import tables
from domain.vocabulary import ContributionStatus, IdType, Relation, Sex
from tests.operations.conftest import Opening
from tests.operations.tiny_world import TinyWorld

ROUNDS = 6


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
