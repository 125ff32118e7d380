"""A channel that said no and took the money all the same: it pays what it was for, or goes back, whatever came."""

import pytest
from sqlalchemy import bindparam, update

from domain.operations.pay_resident_contribution import PayOrder, ResidentContributionPaid, pay_resident_contributions
from domain.store import tables
from domain.store.statements import Statement
from domain.store.timers import NewTimer, TimerKind, set_timers
from domain.vocabulary import Id, Instant, PaymentChannel
from tests.operations.conftest import Opening
from tests.operations.test_channels import event_types, fire, make, order_status, started, status
from tests.operations.tiny_world import IN_WINDOW, Counter, TinyWorld

WECHAT = PaymentChannel.WECHAT
SOON, LATER = Instant(IN_WINDOW + 60), Instant(IN_WINDOW + 8 * 3_600)
_TAKES_AFTER_ALL = Statement(
    update(tables.channel_collections)
    .values(collected=True, failure=None)
    .where(tables.channel_collections.c.reference == bindparam("order"))
)


async def takes_after_all(counter: Counter, order: Id, at: Instant) -> None:
    """The channel has the money of an order that it said it had not, and says so at that moment."""
    async with counter.database.write() as connection:
        await connection.execute(_TAKES_AFTER_ALL, {"order": order})
        await set_timers(connection, [NewTimer(at, TimerKind.CHANNEL_CONFIRMS, order)])


@pytest.mark.parametrize(
    ("meanwhile", "standing", "given_back"),
    [
        ("nothing", "PAID", 0),
        ("another order has paid", "PAID", 40_000),
        ("another order is on its way", "PAYING", 40_000),
        ("another order has failed too", "SUBMITTED", 40_000),
        ("an account has paid", "SUBMITTED", 40_000),
    ],
)
async def test_what_was_called_failed_and_is_confirmed_pays_or_goes_back(
    opened: Opening, meanwhile: str, standing: str, given_back: int
) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    contribution = world.contribution(mother, payer, enrolment_id, channel=WECHAT)
    by_account = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    await make(counter, failing_per_mille=1000)
    first = (await started(counter, payer, contribution)).order_id
    await fire(counter, IN_WINDOW)
    assert await order_status(counter, first) == ("FAILED", 0)
    if meanwhile == "an account has paid":
        [paid] = await counter.run(pay_resident_contributions, PayOrder(payer.id, "pay-00001", "r", by_account))
        assert isinstance(paid, ResidentContributionPaid)
    elif meanwhile != "nothing":
        habits = {"another order has paid": {}, "another order is on its way": {"out": True}}
        await make(counter, **habits.get(meanwhile, {"failing_per_mille": 1000}))
        await started(counter, payer, contribution, "start-0002")
        await fire(counter, IN_WINDOW)
    await takes_after_all(counter, first, SOON)
    await fire(counter, Instant(SOON - 1))
    await make(counter, out=meanwhile == "another order is on its way")
    await fire(counter, SOON)
    assert await order_status(counter, first) == ("CONFIRMED", 1)
    assert await status(counter, contribution) == standing
    await make(counter)
    await fire(counter, LATER)
    book = tables.channel_collections.c
    assert (first, given_back) in await counter.rows(book.reference, book.given_back_fen)
    refunds = await counter.rows(tables.refunds.c.payment_order_id, tables.refunds.c.reason, tables.refunds.c.status)
    assert refunds == ([(first, "DUPLICATE", "REFUNDED")] if given_back else [])
    assert await status(counter, contribution) == ("PAID" if standing == "PAYING" else standing)
    by_somebody = 1 if standing in ("PAID", "PAYING") or meanwhile == "an account has paid" else 0
    assert (await event_types(counter)).count("RESIDENT_CONTRIBUTION_PAID") == by_somebody
