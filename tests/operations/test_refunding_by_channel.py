"""Money that a channel collected goes back through it: once, however often it is told, and not before it says so."""

from domain.operations.fire_timers import fire_timers
from domain.operations.pay_resident_contribution import PayOrder, ResidentContributionPaid, pay_resident_contributions
from domain.operations.refund_contribution import (
    ContributionRefundRequested,
    RefundOrder,
    request_contribution_refunds,
)
from domain.operations.settle_payments import PaymentVoided, VoidOrder, void_payments
from domain.operations.start_payment import PaymentStarted, StartPaymentOrder, start_payments
from domain.ports import OutsideEnrolment
from domain.refusals import AlreadyRefunded, RefundUnderWay
from domain.store import tables
from domain.vocabulary import Id, Instant, PaymentChannel, RefundReason, RegionCode, Scheme
from tests.operations.conftest import Opening
from tests.operations.tiny_world import IN_WINDOW, Counter, Somebody, TinyWorld

WECHAT = PaymentChannel.WECHAT
_REFUNDS = tables.refunds.c
_CONTRIBUTIONS = tables.resident_contributions.c


def later(seconds: int) -> Instant:
    return Instant(IN_WINDOW + seconds)


async def fired(counter: Counter, now: Instant = IN_WINDOW) -> None:
    """Everything that is due by then is done."""
    while await fire_timers(counter.database, counter.setting(now)):
        pass


async def habit(counter: Counter, **habits: object) -> None:
    """WeChat behaves so from now on."""
    await counter.channel(WECHAT, **habits)


def asking(payer: Somebody, contribution: Id, key: str = "refund-1") -> RefundOrder:
    return RefundOrder(payer.id, key, "request-9", contribution, RefundReason.MOVED_TO_EMPLOYEE)


async def paid_by_wechat(opening: Opening, **habits: object) -> tuple[Counter, Somebody, Id]:
    """A mother's contribution that WeChat has collected, and who asks for it back: she is an employee elsewhere now."""
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    contribution = world.contribution(mother, payer, enrolment_id, channel=WECHAT)
    counter = await opening(world)
    await habit(counter, **habits)
    [started] = await counter.run(start_payments, StartPaymentOrder(payer.id, "start-01", "r", contribution))
    assert isinstance(started, PaymentStarted), started
    await fired(counter)
    await fired(counter, later(7_200))
    assert (contribution, "PAID") in await counter.rows(_CONTRIBUTIONS.id, _CONTRIBUTIONS.status)
    world.provinces.known[mother.id_number] = OutsideEnrolment(mother.id_number, RegionCode("440300"), Scheme.EMPLOYEE)
    return counter, payer, contribution


async def states(counter: Counter, contribution: Id) -> tuple[str, str, int]:
    """Of the one refund, of the contribution, and what the channel has given back."""
    [(refund,)] = await counter.rows(_REFUNDS.status)
    [(given_back,)] = await counter.rows(tables.channel_collections.c.given_back_fen)
    found: dict[int, str] = dict(await counter.rows(_CONTRIBUTIONS.id, _CONTRIBUTIONS.status))
    return refund, found[contribution], given_back


async def test_the_contribution_stands_until_the_channel_has_given_it_back(opened: Opening) -> None:
    counter, payer, contribution = await paid_by_wechat(opened)
    now = later(8_000)
    [asked] = await counter.run(request_contribution_refunds, asking(payer, contribution), now=now)
    assert isinstance(asked, ContributionRefundRequested)
    assert await states(counter, contribution) == ("SENT", "PAID", 0)
    [twice] = await counter.run(request_contribution_refunds, asking(payer, contribution, "refund-2"), now=now)
    assert isinstance(twice, RefundUnderWay)
    assert twice.refund_id == asked.refund_id
    await fired(counter, now)
    assert await states(counter, contribution) == ("REFUNDED", "REFUNDED", 40_000)
    assert await counter.rows(_REFUNDS.requested_at, _REFUNDS.sent_at, _REFUNDS.completed_at) == [(now, now, now)]
    [after] = await counter.run(request_contribution_refunds, asking(payer, contribution, "refund-3"), now=now)
    assert isinstance(after, AlreadyRefunded)
    log = tables.events.c
    assert [kind for _, kind in await counter.rows(log.position, log.type)][-2:] == [
        "CONTRIBUTION_REFUND_REQUESTED",
        "RESIDENT_CONTRIBUTION_REFUNDED",
    ]


async def test_a_channel_that_says_nothing_is_told_again_and_gives_back_once(opened: Opening) -> None:
    counter, payer, contribution = await paid_by_wechat(opened, silent_per_mille=1000)
    now = later(8_000)
    await counter.run(request_contribution_refunds, asking(payer, contribution), now=now)
    await fired(counter, now)
    # The money is on its way, and the channel has not said so.
    assert await states(counter, contribution) == ("SENT", "PAID", 40_000)
    await fired(counter, Instant(now + 59))
    assert await states(counter, contribution) == ("SENT", "PAID", 40_000)
    await fired(counter, Instant(now + 60))
    assert await states(counter, contribution) == ("REFUNDED", "REFUNDED", 40_000)


async def test_a_channel_that_is_out_gives_back_when_it_is_there_again(opened: Opening) -> None:
    counter, payer, contribution = await paid_by_wechat(opened)
    await habit(counter, out=True)
    now = later(8_000)
    await counter.run(request_contribution_refunds, asking(payer, contribution), now=now)
    for hours in range(5):
        await fired(counter, Instant(now + hours * 3_600))
        assert await states(counter, contribution) == ("SENT", "PAID", 0)
    await habit(counter)
    await fired(counter, Instant(now + 5 * 3_600 + 1))
    assert await states(counter, contribution) == ("REFUNDED", "REFUNDED", 40_000)


async def test_what_came_after_another_payment_goes_back_and_leaves_that_one_alone(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    by_wechat = world.contribution(mother, payer, enrolment_id, channel=WECHAT)
    by_account = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    await habit(counter, silent_per_mille=1000)
    [started] = await counter.run(start_payments, StartPaymentOrder(payer.id, "start-01", "r", by_wechat))
    assert isinstance(started, PaymentStarted)
    await fired(counter)
    # Nobody answers; the payer gives up and pays from the account. Then the channel confirms after all.
    given_up = VoidOrder(payer.id, "void-001", "r", started.order_id)
    [voided] = await counter.run(void_payments, given_up, now=later(1_800))
    assert isinstance(voided, PaymentVoided)
    by_hand = PayOrder(payer.id, "pay-00001", "r", by_account)
    [paid] = await counter.run(pay_resident_contributions, by_hand, now=later(1_801))
    assert isinstance(paid, ResidentContributionPaid)
    await fired(counter, later(8_000))
    await fired(counter, later(12_000))
    await fired(counter, later(20_000))
    status: dict[int, str] = dict(await counter.rows(_CONTRIBUTIONS.id, _CONTRIBUTIONS.status))
    assert (status[by_wechat], status[by_account]) == ("VOIDED", "PAID")
    assert await counter.rows(_REFUNDS.contribution_id, _REFUNDS.reason, _REFUNDS.status) == [
        (by_wechat, "DUPLICATE", "REFUNDED")
    ]
    assert await counter.rows(tables.channel_collections.c.given_back_fen) == [(40_000,)]
