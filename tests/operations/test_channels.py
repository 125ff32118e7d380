"""Channels as outside parties: slow, failing, silent, confirming twice, and confirming after the payer gave up."""

from typing import Any

import pytest

from domain.operations.fire_timers import fire_timers
from domain.operations.settle_payments import (
    CheckOrder,
    PaymentChecked,
    PaymentVoided,
    VoidOrder,
    check_payments,
    void_payments,
)
from domain.operations.start_payment import PaymentStarted, StartPaymentOrder, start_payments
from domain.operations.submit_resident_contribution import (
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.refusals import AlreadyPaid, PaidByAnother, PaymentInProgress, PaymentNotVoidable, PaymentOrderNotFound
from domain.store import tables
from domain.vocabulary import Id, Instant, PaymentChannel, PaymentOrderStatus
from tests.operations.conftest import Opening
from tests.operations.tiny_world import IN_WINDOW, Counter, Somebody, TinyWorld

WECHAT = PaymentChannel.WECHAT
HOUR = 3600


async def make(counter: Counter, channel: PaymentChannel = WECHAT, **habits: Any) -> None:
    """The channel fails so, in thousandths, and the others do not."""
    for one in (WECHAT, PaymentChannel.COUNTER, PaymentChannel.ALIPAY):
        await counter.channel(one, **(habits if one is channel else {}))


async def submitted(counter: Counter, payer: Somebody, person: Somebody, channel: PaymentChannel = WECHAT) -> Id:
    order = SubmitOrder(payer.id, f"submit-{payer.id}-{person.id}", "r", person.id, 2025, channel=channel)
    [answer] = await counter.run(submit_resident_contributions, order)
    assert isinstance(answer, ResidentContributionSubmitted), answer
    return answer.contribution_id


async def started(counter: Counter, payer: Somebody, contribution: Id, key: str = "start-0001") -> Any:
    [answer] = await counter.run(start_payments, StartPaymentOrder(payer.id, key, "r", contribution))
    return answer


async def fire(counter: Counter, now: Instant) -> int:
    """How many timers were due, fired until none is."""
    fired = 0
    while some := await fire_timers(counter.database, counter.setting(now)):
        fired += some
    return fired


async def check(counter: Counter, payer: Somebody, order: Id, now: Instant) -> Any:
    [answer] = await counter.run(check_payments, CheckOrder(payer.id, f"check-{now}", "r", order), now=now)
    return answer


async def order_status(counter: Counter, order: Id) -> tuple[str, int]:
    found = tables.payment_orders.c
    return {row[0]: (row[1], row[2]) for row in await counter.rows(found.id, found.status, found.confirmations)}[order]


async def status(counter: Counter, contribution: Id) -> str:
    found = tables.resident_contributions.c
    return {row[0]: str(row[1]) for row in await counter.rows(found.id, found.status)}[contribution]


async def event_types(counter: Counter) -> list[str]:
    return [row[1] for row in await counter.rows(tables.events.c.position, tables.events.c.type)]


@pytest.fixture
def family() -> tuple[TinyWorld, Somebody, Somebody]:
    world = TinyWorld()
    payer, mother = world.family()
    return world, payer, mother


Family = tuple[TinyWorld, Somebody, Somebody]


async def test_a_calm_channel_collects_at_once(opened: Opening, family: Family) -> None:
    world, payer, mother = family
    counter = await opened(world)
    contribution = await submitted(counter, payer, mother)
    answer = await started(counter, payer, contribution)
    assert isinstance(answer, PaymentStarted)
    assert await order_status(counter, answer.order_id) == ("SENT", 0)
    assert await status(counter, contribution) == "PAYING"
    assert await fire(counter, IN_WINDOW) == 1
    assert await order_status(counter, answer.order_id) == ("CONFIRMED", 1)
    assert await status(counter, contribution) == "PAID"
    assert await event_types(counter) == [
        "RESIDENT_CONTRIBUTION_SUBMITTED",
        "PAYMENT_STARTED",
        "RESIDENT_CONTRIBUTION_PAID",
    ]
    receipts = await counter.rows(tables.receipts.c.contribution_id, tables.receipts.c.kind)
    assert (contribution, "PAYMENT_SLIP") in receipts
    await counter.assert_books_balance()


async def test_what_failed_may_be_paid_again(opened: Opening, family: Family) -> None:
    world, payer, mother = family
    counter = await opened(world)
    await make(counter, failing_per_mille=1000)
    contribution = await submitted(counter, payer, mother)
    answer = await started(counter, payer, contribution)
    await fire(counter, IN_WINDOW)
    assert await order_status(counter, answer.order_id) == ("FAILED", 0)
    assert await status(counter, contribution) == "SUBMITTED"
    await make(counter)
    again = await started(counter, payer, contribution, "start-0002")
    assert isinstance(again, PaymentStarted)
    await fire(counter, IN_WINDOW)
    assert await status(counter, contribution) == "PAID"
    assert (await event_types(counter)).count("PAYMENT_FAILED") == 1


async def test_silence_is_no_answer_and_is_settled_by_asking(opened: Opening, family: Family) -> None:
    """The money may have been taken: the person and year stay closed to others until the channel has said so."""
    world, payer, mother = family
    counter = await opened(world)
    await make(counter, silent_per_mille=1000)
    contribution = await submitted(counter, payer, mother)
    answer = await started(counter, payer, contribution)
    await fire(counter, IN_WINDOW)
    assert await order_status(counter, answer.order_id) == ("UNKNOWN", 0)
    assert await status(counter, contribution) == "PAYING"
    assert isinstance(await started(counter, payer, contribution, "start-0002"), PaymentInProgress)
    assert isinstance(await check(counter, payer, answer.order_id, Instant(IN_WINDOW + 5)), PaymentChecked)
    assert await order_status(counter, answer.order_id) == ("CONFIRMED", 1)
    assert await status(counter, contribution) == "PAID"


async def test_checking_often_leaves_one_timer(opened: Opening, family: Family) -> None:
    world, payer, mother = family
    counter = await opened(world)
    await make(counter, out=True)
    answer = await started(counter, payer, await submitted(counter, payer, mother))
    await fire(counter, IN_WINDOW)
    for seconds in range(1, 6):
        await check(counter, payer, answer.order_id, Instant(IN_WINDOW + seconds))
    assert await counter.rows(tables.timers.c.kind, tables.timers.c.subject_id) == [("QUERY_CHANNEL", answer.order_id)]


async def test_a_slow_channel_is_asked_again_and_calls_back(opened: Opening, family: Family) -> None:
    world, payer, mother = family
    counter = await opened(world)
    await make(counter, slow_per_mille=1000, slow_seconds=45)
    contribution = await submitted(counter, payer, mother)
    answer = await started(counter, payer, contribution)
    await fire(counter, IN_WINDOW)
    assert isinstance(await check(counter, payer, answer.order_id, Instant(IN_WINDOW + 44)), PaymentChecked)
    assert await order_status(counter, answer.order_id) == ("UNKNOWN", 0)
    await fire(counter, Instant(IN_WINDOW + 45))
    assert await order_status(counter, answer.order_id) == ("CONFIRMED", 1)
    assert await status(counter, contribution) == "PAID"
    await fire(counter, Instant(IN_WINDOW + 24 * HOUR))
    assert await order_status(counter, answer.order_id) == ("CONFIRMED", 1)


async def test_a_channel_that_is_out_is_asked_until_it_is_back(opened: Opening, family: Family) -> None:
    world, payer, mother = family
    counter = await opened(world)
    await make(counter, out=True)
    contribution = await submitted(counter, payer, mother)
    answer = await started(counter, payer, contribution)
    await fire(counter, Instant(IN_WINDOW + 2 * HOUR))
    assert await order_status(counter, answer.order_id) == ("UNKNOWN", 0)
    assert await counter.rows(tables.channel_collections.c.reference) == []
    await make(counter)
    await fire(counter, Instant(IN_WINDOW + 4 * HOUR))
    assert await status(counter, contribution) == "PAID"


async def test_a_second_confirmation_is_counted_and_changes_nothing(opened: Opening, family: Family) -> None:
    world, payer, mother = family
    counter = await opened(world)
    await make(counter, twice_per_mille=1000)
    contribution = await submitted(counter, payer, mother)
    answer = await started(counter, payer, contribution)
    await fire(counter, IN_WINDOW)
    await fire(counter, Instant(IN_WINDOW + 24 * HOUR))
    assert await order_status(counter, answer.order_id) == ("CONFIRMED", 2)
    assert (await event_types(counter)).count("RESIDENT_CONTRIBUTION_PAID") == 1
    assert await counter.rows(tables.refunds.c.id) == []
    assert await status(counter, contribution) == "PAID"


@pytest.mark.parametrize("paid_by_another_meanwhile", [False, True])
async def test_what_is_confirmed_after_giving_up_pays_or_goes_back(
    opened: Opening, paid_by_another_meanwhile: bool
) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    sister = world.person("张敏")
    world.binding(sister, mother)
    counter = await opened(world)
    await make(counter, silent_per_mille=1000)
    contribution = await submitted(counter, payer, mother)
    answer = await started(counter, payer, contribution)
    await fire(counter, IN_WINDOW)
    void = VoidOrder(payer.id, "void-00001", "r", answer.order_id)
    [early] = await counter.run(void_payments, void, now=Instant(IN_WINDOW + 60))
    assert isinstance(early, PaymentNotVoidable)
    # The channel is out when the payer has waited long enough, so that asking does not settle it first.
    await make(counter, out=True)
    at = Instant(IN_WINDOW + 30 * 60)
    [given_up] = await counter.run(void_payments, VoidOrder(payer.id, "void-00002", "r", answer.order_id), now=at)
    assert isinstance(given_up, PaymentVoided)
    assert await status(counter, contribution) == "VOIDED"
    if paid_by_another_meanwhile:
        await make(counter, PaymentChannel.ALIPAY)
        other = await submitted(counter, sister, mother, PaymentChannel.ALIPAY)
        [second] = await counter.run(start_payments, StartPaymentOrder(sister.id, "start-0003", "r", other), now=at)
        assert isinstance(second, PaymentStarted)
        await fire(counter, at)
        assert await status(counter, other) == "PAID"
    await make(counter)
    await fire(counter, Instant(IN_WINDOW + 24 * HOUR))
    assert await order_status(counter, answer.order_id) == ("CONFIRMED", 1)
    refunds = await counter.rows(tables.refunds.c.contribution_id, tables.refunds.c.reason, tables.refunds.c.amount_fen)
    if paid_by_another_meanwhile:
        assert await status(counter, contribution) == "VOIDED"
        assert refunds == [(contribution, "DUPLICATE", 40_000)]
    else:
        assert await status(counter, contribution) == "PAID"
        assert refunds == []


async def test_two_payers_at_the_same_instant(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    sister = world.person("张敏")
    world.binding(sister, mother)
    counter = await opened(world)
    mine = await submitted(counter, payer, mother)
    hers = await submitted(counter, sister, mother, PaymentChannel.ALIPAY)
    first, second = await counter.run(
        start_payments,
        StartPaymentOrder(payer.id, "start-0001", "r", mine),
        StartPaymentOrder(sister.id, "start-0001", "r", hers),
    )
    assert isinstance(first, PaymentStarted)
    assert isinstance(second, PaymentInProgress)
    await fire(counter, IN_WINDOW)
    assert isinstance(await started(counter, sister, hers, "start-0002"), PaidByAnother)
    assert isinstance(await started(counter, payer, mine, "start-0002"), AlreadyPaid)


async def test_the_banks_list_waits_for_the_evening_and_can_be_left(opened: Opening, family: Family) -> None:
    world, payer, mother = family
    counter = await opened(world)
    contribution = await submitted(counter, payer, mother, PaymentChannel.BANK_BATCH)
    answer = await started(counter, payer, contribution)
    assert await order_status(counter, answer.order_id) == ("QUEUED", 0)
    # 20 December, 10 o'clock: the batch begins at 20 o'clock.
    assert await fire(counter, Instant(IN_WINDOW + 10 * HOUR - 1)) == 0
    [left] = await counter.run(void_payments, VoidOrder(payer.id, "void-00001", "r", answer.order_id))
    assert isinstance(left, PaymentVoided)
    await fire(counter, Instant(IN_WINDOW + 10 * HOUR))
    assert await order_status(counter, answer.order_id) == ("VOIDED", 0)
    again = await started(counter, payer, contribution, "start-0002")
    await fire(counter, Instant(IN_WINDOW + 10 * HOUR))
    assert await order_status(counter, again.order_id) == ("CONFIRMED", 1)
    assert await status(counter, contribution) == "PAID"


async def test_somebody_elses_order_is_as_if_it_were_not_there(opened: Opening, family: Family) -> None:
    world, payer, mother = family
    stranger = world.person("李四")
    counter = await opened(world)
    answer = await started(counter, payer, await submitted(counter, payer, mother))
    assert isinstance(await check(counter, stranger, answer.order_id, IN_WINDOW), PaymentOrderNotFound)
    [void] = await counter.run(void_payments, VoidOrder(stranger.id, "void-00001", "r", answer.order_id))
    assert isinstance(void, PaymentOrderNotFound)
    assert (await order_status(counter, answer.order_id))[0] == PaymentOrderStatus.SENT.name
