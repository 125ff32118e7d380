"""Money that a silent channel took after its payer gave up: it pays once, and every fen of it is accounted for."""

from domain.operations.fire_timers import fire_timers
from domain.operations.settle_payments import PaymentVoided, VoidOrder, void_payments
from domain.operations.start_payment import PaymentStarted, StartPaymentOrder, start_payments
from domain.operations.submit_resident_contribution import (
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.refusals import ContributionNotFound
from domain.store import tables
from domain.vocabulary import Id, Instant, PaymentChannel
from tests.operations.conftest import Opening
from tests.operations.tiny_world import IN_WINDOW, Counter, Somebody, TinyWorld

WECHAT = PaymentChannel.WECHAT
_CONTRIBUTIONS = tables.resident_contributions.c
_COLLECTIONS = tables.channel_collections.c
PATIENCE = 1_800


async def fired(counter: Counter, seconds: int) -> None:
    """Everything that is due so long after the beginning is done."""
    while await fire_timers(counter.database, counter.setting(Instant(IN_WINDOW + seconds))):
        pass


async def given_up(opening: Opening) -> tuple[Counter, Somebody, Somebody, Id]:
    """WeChat took a mother's contribution and confirms only after the payer has given the order up."""
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    contribution = world.contribution(mother, payer, enrolment_id, channel=WECHAT)
    counter = await opening(world)
    await counter.channel(WECHAT, slow_per_mille=1000, slow_seconds=7_200)
    order = await started(counter, payer, contribution, "start-01")
    await fired(counter, 0)
    giving_up = VoidOrder(payer.id, "void-001", "r", order)
    [voided] = await counter.run(void_payments, giving_up, now=Instant(IN_WINDOW + PATIENCE))
    assert isinstance(voided, PaymentVoided)
    return counter, payer, mother, contribution


async def started(counter: Counter, payer: Somebody, contribution: Id, key: str, seconds: int = 0) -> Id:
    order = StartPaymentOrder(payer.id, key, "r", contribution)
    [answer] = await counter.run(start_payments, order, now=Instant(IN_WINDOW + seconds))
    assert isinstance(answer, PaymentStarted), answer
    return answer.order_id


async def states(counter: Counter) -> dict[int, str]:
    return dict(await counter.rows(_CONTRIBUTIONS.id, _CONTRIBUTIONS.status))


async def test_what_is_confirmed_after_giving_up_pays_where_nothing_else_has(opened: Opening) -> None:
    counter, _, _, contribution = await given_up(opened)
    assert (await states(counter))[contribution] == "VOIDED"
    await fired(counter, 7_200)
    assert (await states(counter))[contribution] == "PAID"
    assert await counter.rows(tables.refunds.c.id) == []


async def test_what_was_given_up_is_paid_by_no_second_order(opened: Opening) -> None:
    counter, payer, _, contribution = await given_up(opened)
    order = StartPaymentOrder(payer.id, "start-02", "r", contribution)
    [answer] = await counter.run(start_payments, order, now=Instant(IN_WINDOW + PATIENCE))
    assert isinstance(answer, ContributionNotFound)


async def test_who_gives_up_and_pays_again_gets_back_what_the_first_order_took(opened: Opening) -> None:
    counter, payer, mother, first = await given_up(opened)
    again = SubmitOrder(payer.id, "submit-1", "r", mother.id, 2025, channel=WECHAT)
    [submitted] = await counter.run(submit_resident_contributions, again, now=Instant(IN_WINDOW + PATIENCE))
    assert isinstance(submitted, ResidentContributionSubmitted)
    assert submitted.contribution_id != first
    await started(counter, payer, submitted.contribution_id, "start-02", PATIENCE)
    for seconds in (PATIENCE, 7_200, PATIENCE + 7_200, 20_000):
        await fired(counter, seconds)
    found = await states(counter)
    assert (found[first], found[submitted.contribution_id]) == ("VOIDED", "PAID")
    collected = sum(amount for _, amount in await counter.rows(_COLLECTIONS.reference, _COLLECTIONS.amount_fen))
    refunded = tables.refunds.c
    [(amount, reason)] = await counter.rows(refunded.amount_fen, refunded.reason)
    assert (collected, amount, reason) == (80_000, 40_000, "DUPLICATE")
