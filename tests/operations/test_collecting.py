"""A school or village pays for many in one call: each line has its answer, one order pays for those that are taken."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

from domain.decisions.collecting import CollectionLine
from domain.operations.collect_resident_contributions import (
    CollectionStarted,
    CollectOrder,
    LineAccepted,
    collect_resident_contributions,
)
from domain.operations.fire_timers import fire_timers
from domain.operations.pay_resident_contribution import PayOrder, ResidentContributionPaid, pay_resident_contributions
from domain.operations.refund_contribution import (
    ContributionRefundRequested,
    RefundOrder,
    request_contribution_refunds,
)
from domain.operations.settle_payments import (
    PaymentVoided,
    VoidOrder,
    void_payments,
)
from domain.operations.submit_resident_contribution import (
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.refusals import (
    AlreadyPaid,
    IdempotencyKeyReused,
    InputNotAcceptable,
    ListedTwice,
    NotACollectingUnit,
    NotAMember,
    PaidByAnother,
    PartyDoesNotAnswer,
    PaymentInProgress,
    PersonDeceased,
    Refusal,
    UnitInAnotherState,
    UnitNotFound,
)
from domain.store import tables
from domain.store.statements import Statement
from domain.vocabulary import Id, Instant, PaymentChannel, RefundReason, RegionCode, SpecialGroup, UnitKind, UnitStatus
from tests.operations.conftest import Opening
from tests.operations.tiny_world import ANSHUN, IN_WINDOW, SIMULATED, Counter, Somebody, TinyWorld

TAX = PaymentChannel.TAX_SYSTEM
_ORDERS = tables.payment_orders.c
_CONTRIBUTIONS = tables.resident_contributions.c
_COLLECTIONS = tables.channel_collections.c
PATIENCE = 1_800


def by_id(*people: Somebody) -> tuple[CollectionLine, ...]:
    return tuple(CollectionLine(person.id) for person in people)


def listing(
    unit_id: Id, officer: Somebody, lines: tuple[CollectionLine, ...], key: str = "collect-1", **more: Any
) -> CollectOrder:
    return replace(CollectOrder(officer.id, key, "r", unit_id, 2025, TAX, lines), **more)


async def collected(counter: Counter, *orders: CollectOrder, now: Instant = IN_WINDOW) -> Any:
    """The answers to one batch, or its only one."""
    await counter.ids.reserve(sum(order.ids for order in orders))
    async with counter.database.write() as connection:
        answers = await collect_resident_contributions(connection, orders, counter.setting(now))
    return answers if len(orders) > 1 else answers[0]


async def fired(counter: Counter, seconds: int = 0) -> None:
    while await fire_timers(counter.database, counter.setting(Instant(IN_WINDOW + seconds))):
        pass


async def habit(counter: Counter, **habits: object) -> None:
    """The tax system behaves so from now on."""
    await counter.channel(TAX, **habits)


async def orders(counter: Counter) -> list[tuple[str, int]]:
    return [(row[1], row[2]) for row in await counter.rows(_ORDERS.id, _ORDERS.status, _ORDERS.amount_fen)]


async def states(counter: Counter) -> dict[int, str]:
    """The state of each contribution for 2025, by person."""
    rows = await counter.rows(_CONTRIBUTIONS.person_id, _CONTRIBUTIONS.coverage_year, _CONTRIBUTIONS.status)
    return {person: status for person, year, status in rows if year == 2025}


def village(size: int, region: RegionCode = ANSHUN) -> tuple[TinyWorld, Id, Somebody, list[Somebody]]:
    world = TinyWorld()
    unit_id, officer = world.unit(region=region)
    return world, unit_id, officer, [world.member(unit_id, region=region) for _ in range(size)]


async def test_one_order_pays_for_those_who_are_taken_and_each_line_has_its_answer(opened: Opening) -> None:
    world, unit_id, officer, members = village(3, SIMULATED)
    dead = world.member(unit_id, region=SIMULATED, died_on=date(2024, 12, 19))
    borne = world.member(unit_id, region=SIMULATED, group=SpecialGroup.EXTREME_POVERTY)
    stranger, _ = world.relative(members[0])
    counter = await opened(world)
    lines = (
        *by_id(members[0]),
        CollectionLine(name=members[1].name, id_number=members[1].id_number.lower()),
        *by_id(members[0], dead, stranger),
        CollectionLine(),
        CollectionLine(members[2].id, name="王秀英", id_number=members[2].id_number),
        CollectionLine(name="王秀英", id_number=members[2].id_number[:-1] + "Y"),
        CollectionLine(name="张三", id_number=members[2].id_number),
        CollectionLine(Id(0)),
        *by_id(borne, members[2]),
    )
    answer = await collected(counter, listing(unit_id, officer, lines))
    assert isinstance(answer, CollectionStarted)
    assert [type(line) for line in answer.lines] == [
        LineAccepted, LineAccepted, ListedTwice, PersonDeceased, NotAMember, InputNotAcceptable, InputNotAcceptable,
        InputNotAcceptable, NotAMember, NotAMember, LineAccepted, LineAccepted,
    ]  # fmt: skip
    assert [line.path for line in answer.lines if isinstance(line, Refusal)] == [
        ("lines", "2"), ("lines", "3", "personId"), ("lines", "4"), ("lines", "5"), ("lines", "6"),
        ("lines", "7", "idNumber"), ("lines", "8"), ("lines", "9"),
    ]  # fmt: skip
    assert await orders(counter) == [("SENT", 120_000)]
    assert await states(counter) == {borne.id: "PAID", **dict.fromkeys((one.id for one in members), "PAYING")}
    await fired(counter)
    assert await orders(counter) == [("CONFIRMED", 120_000)]
    assert set((await states(counter)).values()) == {"PAID"}
    assert len(await counter.rows(tables.receipts.c.id)) == 4
    told = [row[1] for row in await counter.rows(tables.events.c.position, tables.events.c.type)]
    assert {kind: told.count(kind) for kind in sorted(set(told))} == {
        "PAYMENT_STARTED": 3, "RESIDENT_CONTRIBUTION_PAID": 4, "RESIDENT_CONTRIBUTION_SUBMITTED": 4,
    }  # fmt: skip


async def test_the_same_list_under_its_key_is_answered_again_and_another_is_refused(opened: Opening) -> None:
    world, unit_id, officer, members = village(2)
    counter = await opened(world)
    order = listing(unit_id, officer, (*by_id(*members), *by_id(members[0])))
    first = await collected(counter, order)
    await fired(counter)
    before = await counter.everything()
    again, other = await collected(counter, order, replace(order, lines=by_id(members[0])))
    assert again.order_id == first.order_id
    assert [(type(line), getattr(line, "contribution_id", None)) for line in again.lines] == [
        (type(line), getattr(line, "contribution_id", None)) for line in first.lines
    ]
    assert isinstance(other, IdempotencyKeyReused)
    assert await counter.everything() == before


async def test_lists_of_one_batch_take_turns(opened: Opening) -> None:
    world, unit_id, officer, members = village(2, SIMULATED)
    borne = world.member(unit_id, region=SIMULATED, group=SpecialGroup.EXTREME_POVERTY)
    counter = await opened(world)
    order = listing(unit_id, officer, by_id(*members, borne))
    first, same, second = await collected(counter, order, order, replace(order, key="collect-2"))
    assert first == same
    assert [type(line) for line in second.lines] == [PaymentInProgress, PaymentInProgress, AlreadyPaid]
    assert second.order_id is None


async def test_what_the_channel_does_not_collect_waits_for_the_next_list(opened: Opening) -> None:
    world, unit_id, officer, members = village(2)
    counter = await opened(world)
    await habit(counter, failing_per_mille=1000)
    order = listing(unit_id, officer, by_id(*members))
    first = await collected(counter, order)
    await fired(counter)
    assert await orders(counter) == [("FAILED", 80_000)]
    assert set((await states(counter)).values()) == {"SUBMITTED"}
    await habit(counter)
    second = await collected(counter, replace(order, key="collect-2"))
    assert second.lines == first.lines
    await fired(counter)
    assert await orders(counter) == [("FAILED", 80_000), ("CONFIRMED", 80_000)]
    assert set((await states(counter)).values()) == {"PAID"}


async def test_a_list_given_up_pays_who_is_not_paid_otherwise_when_its_channel_confirms_late(opened: Opening) -> None:
    world, unit_id, officer, members = village(3)
    payer = world.person("张伟", birth_date=date(1988, 6, 6))
    world.account(payer, 500_000)
    world.binding(payer, members[0])
    counter = await opened(world)
    await habit(counter, slow_per_mille=1000, slow_seconds=7_200)
    answer = await collected(counter, listing(unit_id, officer, by_id(*members)))
    await fired(counter)
    assert await orders(counter) == [("UNKNOWN", 120_000)]
    later = Instant(IN_WINDOW + PATIENCE)
    await counter.ids.reserve(20)
    for for_unit, outcome in ((False, Refusal), (True, PaymentVoided)):
        giving_up = VoidOrder(officer.id, f"void-00{for_unit:d}", "r", answer.order_id, for_unit=for_unit)
        [voided] = await counter.run(void_payments, giving_up, now=later)
        assert isinstance(voided, outcome)
    assert set((await states(counter)).values()) == {"VOIDED"}
    await paid_by_family(counter, payer, members[0], later)
    await fired(counter, 7_200)
    assert await orders(counter) == [("CONFIRMED", 120_000)]
    rows = await counter.rows(_CONTRIBUTIONS.person_id, _CONTRIBUTIONS.unit_id, _CONTRIBUTIONS.status)
    assert {(person, status) for person, unit, status in rows if unit is not None} == {
        (members[0].id, "VOIDED"), (members[1].id, "PAID"), (members[2].id, "PAID"),
    }  # fmt: skip
    [(given_back,)] = await counter.rows(_COLLECTIONS.given_back_fen)
    assert given_back == 40_000


async def paid_by_family(counter: Counter, payer: Somebody, member: Somebody, now: Instant) -> None:
    [submitted] = await counter.run(
        submit_resident_contributions, SubmitOrder(payer.id, "submit-1", "r", member.id, 2025), now=now
    )
    assert isinstance(submitted, ResidentContributionSubmitted)
    [paid] = await counter.run(
        pay_resident_contributions, PayOrder(payer.id, "pay-0001", "r", submitted.contribution_id), now=now
    )
    assert isinstance(paid, ResidentContributionPaid)


async def test_a_refund_gives_back_the_part_of_one_person_and_no_more_than_was_collected(opened: Opening) -> None:
    world, unit_id, officer, members = village(3)
    counter = await opened(world)
    answer = await collected(counter, listing(unit_id, officer, by_id(*members)))
    await fired(counter)
    for place, member in enumerate(members):
        async with counter.database.write() as connection:
            died = tables.persons.update().where(tables.persons.c.id == member.id).values(died_on=date(2024, 12, 19))
            await connection.execute(Statement(died), {})
        asked = RefundOrder(
            officer.id, f"refund-{place}", "r", answer.lines[place].contribution_id, RefundReason.DIED_BEFORE_COVER
        )
        [by_citizen] = await counter.run(request_contribution_refunds, asked)
        assert isinstance(by_citizen, Refusal)
        await counter.ids.reserve(4)
        asked = replace(asked, key=f"refund-unit-{place}", for_unit=True)
        [refund] = await counter.run(request_contribution_refunds, asked)
        assert isinstance(refund, ContributionRefundRequested)
        await fired(counter)
        [(given_back, amount)] = await counter.rows(_COLLECTIONS.given_back_fen, _COLLECTIONS.amount_fen)
        assert (given_back, amount) == (40_000 * (place + 1), 120_000)
    assert set((await states(counter)).values()) == {"REFUNDED"}


async def test_whoever_may_not_collect_is_told_so(opened: Opening) -> None:
    world, unit_id, _, members = village(1)
    other_id, other = world.unit(UnitKind.SCHOOL)
    works_id, works = world.unit(UnitKind.ENTERPRISE)
    closed_id, closed = world.unit(UnitKind.VILLAGE, UnitStatus.SUSPENDED)
    counter = await opened(world)
    lines = by_id(*members)
    assert isinstance(await collected(counter, listing(unit_id, other, lines)), UnitNotFound)
    assert isinstance(await collected(counter, listing(works_id, works, lines)), NotACollectingUnit)
    assert isinstance(await collected(counter, listing(closed_id, closed, lines)), UnitInAnotherState)
    answer = await collected(counter, listing(other_id, other, lines, "collect-2"))
    assert [type(line) for line in answer.lines] == [NotAMember]
    assert answer.order_id is None


async def test_while_the_national_query_is_silent_nothing_is_collected_and_the_list_may_be_sent_again(
    opened: Opening,
) -> None:
    world, unit_id, officer, members = village(1)
    counter = await opened(world)
    order = listing(unit_id, officer, by_id(*members))
    world.provinces.silent = True
    assert isinstance(await collected(counter, order), PartyDoesNotAnswer)
    world.provinces.silent = False
    assert isinstance(await collected(counter, order), CollectionStarted)


async def test_a_family_that_pays_at_the_same_moment_takes_its_turn(opened: Opening) -> None:
    world, unit_id, officer, members = village(2)
    payer = world.person("张伟", birth_date=date(1988, 6, 6))
    world.account(payer, 500_000)
    world.binding(payer, members[0])
    first = await opened(world)
    second = await opened(world)
    await asyncio.gather(
        collected(first, listing(unit_id, officer, by_id(*members))), family_pays(second, payer, members[0])
    )
    await fired(first)
    rows = await first.rows(_CONTRIBUTIONS.person_id, _CONTRIBUTIONS.coverage_year, _CONTRIBUTIONS.status)
    paid = [person for person, year, status in rows if year == 2025 and status == "PAID"]
    assert sorted(paid) == sorted(member.id for member in members)


async def family_pays(counter: Counter, payer: Somebody, member: Somebody) -> None:
    """The family pays, or hears that the unit was first."""
    [submitted] = await counter.run(
        submit_resident_contributions, SubmitOrder(payer.id, "submit-1", "r", member.id, 2025)
    )
    if isinstance(submitted, Refusal):
        assert isinstance(submitted, PaymentInProgress)
        return
    [paid] = await counter.run(
        pay_resident_contributions, PayOrder(payer.id, "pay-0001", "r", submitted.contribution_id)
    )
    assert isinstance(paid, ResidentContributionPaid | PaymentInProgress | PaidByAnother)


async def test_five_hundred_are_settled_by_one_word_of_the_channel(opened: Opening) -> None:
    world, unit_id, officer, members = village(500)
    counter = await opened(world)
    await collected(counter, listing(unit_id, officer, by_id(*members)))
    assert await orders(counter) == [("SENT", 500 * 40_000)]
    await fired(counter)
    assert await orders(counter) == [("CONFIRMED", 500 * 40_000)]
    assert set((await states(counter)).values()) == {"PAID"}
