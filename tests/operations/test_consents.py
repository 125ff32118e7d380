"""Consents on two servers and in batches: each is in force once, ends once, and stands in the log."""

import asyncio
from collections import Counter as Tally

from sqlalchemy import insert

from domain.operations.answering import encoded
from domain.operations.consent_to_partner import ConsentGiven, ConsentOrder, consent_to_partners
from domain.operations.withdraw_consent import ConsentWithdrawn, WithdrawConsentOrder, withdraw_consents
from domain.store import client_grants, clients, tables
from domain.store.client_grants import Grant
from domain.store.clients import Client
from domain.store.events import EventType
from domain.store.statements import Statement
from domain.vocabulary import DataType, Id, Instant, RegionCode, Role
from tests.operations.conftest import Opening
from tests.operations.tiny_world import Counter, Somebody, TinyWorld

APP = Id(71)
PROVINCE = RegionCode("520000")
_PROVINCE = Statement(
    insert(tables.regions).values(code=PROVINCE, name="贵州省", name_en="Guizhou", level="PROVINCE", synthetic=False)
)


def consenting(who: Somebody, key: str, data_type: DataType = DataType.ACCOUNT, client_id: Id = APP) -> ConsentOrder:
    return ConsentOrder(who.id, key, "r", client_id, data_type)


async def granted(counter: Counter, *types: DataType) -> None:
    async with counter.database.write() as connection:
        await connection.execute(_PROVINCE, {})
        await clients.add(connection, Client(APP, "an-app", Role.PARTNER, "", frozenset(), 1, 1))
        for data_type in types:
            assert await client_grants.grant_once(connection, Grant(APP, data_type, PROVINCE), Instant(1))


async def in_force(counter: Counter) -> list[int]:
    return [row[0] for row in await counter.rows(tables.consents.c.id, tables.consents.c.ended_at) if row[1] is None]


async def test_two_servers_take_a_consent_once_and_end_it_once(opened: Opening) -> None:
    world = TinyWorld()
    who = world.person()
    servers = [await opened(world), await opened(world)]
    await granted(servers[0], DataType.ACCOUNT)
    answers = await asyncio.gather(
        *(servers[n % 2].run(consent_to_partners, consenting(who, f"key-{n:05d}")) for n in range(8))
    )
    assert Tally(type(answer).__name__ for [answer] in answers) == {"ConsentGiven": 1, "AlreadyConsented": 7}
    [consent] = await in_force(servers[0])
    ended = await asyncio.gather(
        *(
            servers[n % 2].run(withdraw_consents, WithdrawConsentOrder(who.id, f"key-{n:05d}", "r", Id(consent)))
            for n in range(8)
        )
    )
    assert Tally(type(answer).__name__ for [answer] in ended) == {"ConsentWithdrawn": 1, "ConsentNotFound": 7}
    assert await in_force(servers[0]) == []
    told = await servers[0].rows(tables.events.c.type, tables.events.c.subject_id, tables.events.c.actor_id)
    assert sorted(told) == [
        (EventType.CONSENT_GIVEN.name, who.id, who.id),
        (EventType.CONSENT_WITHDRAWN.name, who.id, who.id),
    ]


async def test_a_batch_of_many_does_what_as_many_batches_of_one_do(opened: Opening) -> None:
    world = TinyWorld()
    people = [world.person() for _ in range(3)]
    counter = await opened(world)
    await granted(counter, DataType.ACCOUNT, DataType.ENROLMENTS)
    orders = [
        consenting(people[0], "key-00001"),
        consenting(people[0], "key-00001"),
        consenting(people[0], "key-00001", DataType.ENROLMENTS),
        consenting(people[0], "key-00002", DataType.ENROLMENTS),
        consenting(people[1], "key-00001"),
        consenting(people[0], "key-00003"),
        consenting(people[2], "key-00001", DataType.CONTRIBUTIONS),
        consenting(people[2], "key-00002", client_id=Id(72)),
        ConsentOrder(Id(0), "key-00001", "r", APP, DataType.ACCOUNT),
    ]
    answers = await counter.run(consent_to_partners, *orders)
    assert [type(answer).__name__ for answer in answers] == [
        "ConsentGiven",
        "ConsentGiven",
        "IdempotencyKeyReused",
        "ConsentGiven",
        "ConsentGiven",
        "AlreadyConsented",
        "DataTypeNotGranted",
        "PartnerNotFound",
        "NotSignedIn",
    ]
    assert encoded(answers[0]) == encoded(answers[1])
    written = await counter.everything()
    again = [answer for order in orders for answer in await counter.run(consent_to_partners, order)]
    assert [encoded(one) for one in again] == [encoded(one) for one in answers]
    assert await counter.everything() == written
    given = [answer for answer in answers if isinstance(answer, ConsentGiven)]
    ending = [
        WithdrawConsentOrder(people[1].id, "key-00001", "r", given[0].consent_id),
        WithdrawConsentOrder(people[0].id, "key-00001", "r", given[0].consent_id),
        WithdrawConsentOrder(people[0].id, "key-00002", "r", given[0].consent_id),
        WithdrawConsentOrder(people[0].id, "key-00003", "r", Id(0)),
    ]
    ended = await counter.run(withdraw_consents, *ending)
    assert [type(answer).__name__ for answer in ended] == [
        "ConsentNotFound",
        "ConsentWithdrawn",
        "ConsentNotFound",
        "ConsentNotFound",
    ]
    assert isinstance(ended[1], ConsentWithdrawn)
    # Given anew, it is another one.
    [anew] = await counter.run(consent_to_partners, consenting(people[0], "key-00009"))
    assert isinstance(anew, ConsentGiven)
    assert anew.consent_id != given[0].consent_id
