"""Giving contributions back into the account: what is written, once, and that the year may be paid for again."""

import asyncio
import json
from dataclasses import replace
from datetime import date

import pytest

from domain.operations.pay_resident_contribution import PayOrder, ResidentContributionPaid, pay_resident_contributions
from domain.operations.refund_contribution import (
    ContributionRefundRequested,
    RefundOrder,
    request_contribution_refunds,
)
from domain.operations.submit_resident_contribution import (
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.ports import OutsideEnrolment
from domain.refusals import (
    AlreadyRefunded,
    ContributionNotFound,
    IdempotencyKeyReused,
    NotSignedIn,
    OutsideParty,
    PartyDoesNotAnswer,
    RefundReasonNotConfirmed,
)
from domain.store import tables
from domain.vocabulary import (
    ContributionStatus,
    EntryKind,
    Id,
    IdType,
    Instant,
    RefundReason,
    RefundStatus,
    RegionCode,
    Scheme,
)
from tests.operations.conftest import Opening
from tests.operations.tiny_world import IN_WINDOW, Somebody, TinyWorld

NOBODY = Id(0)


def refund(
    payer: Somebody,
    contribution_id: Id,
    key: str = "refund-1",
    reason: RefundReason = RefundReason.MOVED_TO_EMPLOYEE,
) -> RefundOrder:
    return RefundOrder(payer.id, key, "request-9", contribution_id, reason)


def employed_elsewhere(world: TinyWorld, person: Somebody, scheme: Scheme = Scheme.EMPLOYEE) -> None:
    world.provinces.known[person.id_number] = OutsideEnrolment(person.id_number, RegionCode("440300"), scheme)


async def test_a_refund_is_one_entry_one_refund_and_two_events(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family(balance=50_000)
    contribution_id = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    [paid] = await counter.run(pay_resident_contributions, PayOrder(payer.id, "pay-00001", "r", contribution_id))
    assert isinstance(paid, ResidentContributionPaid)
    employed_elsewhere(world, mother)
    later = Instant(IN_WINDOW + 3_600)
    [answer] = await counter.run(request_contribution_refunds, refund(payer, contribution_id), now=later)
    assert isinstance(answer, ContributionRefundRequested)

    entries = tables.account_entries.c
    posted = await counter.rows(
        entries.position,
        entries.kind,
        entries.amount_fen,
        entries.balance_fen,
        entries.occurred_at,
        entries.business_on,
        entries.contribution_id,
        entries.reverses_id,
        entries.id,
    )
    assert posted[-1][:8] == (
        3, EntryKind.REFUND.name, 40_000, 50_000, later, date(2024, 12, 20), contribution_id, paid.entry_id,
    )  # fmt: skip
    found = tables.refunds.c
    assert await counter.rows(
        found.id, found.contribution_id, found.person_id, found.payer_id, found.reason, found.status, found.channel,
        found.amount_fen, found.requested_at, found.sent_at, found.completed_at, found.entry_id,
    ) == [
        (
            answer.refund_id, contribution_id, mother.id, payer.id, "MOVED_TO_EMPLOYEE", RefundStatus.REFUNDED.name,
            "PERSONAL_ACCOUNT", 40_000, later, None, later, posted[-1][8],
        )
    ]  # fmt: skip
    contributions = tables.resident_contributions.c
    assert (contribution_id, "REFUNDED") in await counter.rows(contributions.id, contributions.status)
    await counter.assert_books_balance()

    log = tables.events.c
    told = (await counter.rows(log.position, log.type, log.actor_id, log.subject_id, log.payload))[-2:]
    assert [one[1:4] for one in told] == [
        ("CONTRIBUTION_REFUND_REQUESTED", payer.id, mother.id),
        ("RESIDENT_CONTRIBUTION_REFUNDED", payer.id, mother.id),
    ]
    # Only giving back ends the contribution and posts the entry.
    led_to = (
        {"status": None, "account_id": None, "entry_id": None},
        {"status": "REFUNDED", "account_id": paid.account_id, "entry_id": posted[-1][8]},
    )
    for one, ends in zip(told, led_to, strict=True):
        assert (json.loads(one[4]) if isinstance(one[4], str) else one[4]) == {
            **ends,
            "cause_key": "refund-1",
            "refund_id": answer.refund_id,
            "contribution_id": contribution_id,
            "person_id": mother.id,
            "payer_id": payer.id,
            "reason": "MOVED_TO_EMPLOYEE",
            "amount_fen": 40_000,
            "coverage_year": 2025,
            "unit_id": None,
        }


async def test_a_year_that_was_given_back_may_be_paid_for_again(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    contribution_id = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    await counter.run(pay_resident_contributions, PayOrder(payer.id, "pay-00001", "r", contribution_id))
    employed_elsewhere(world, mother, Scheme.RESIDENT)
    moved = refund(payer, contribution_id, reason=RefundReason.MOVED_REGION)
    [given_back] = await counter.run(request_contribution_refunds, moved)
    assert isinstance(given_back, ContributionRefundRequested)
    world.provinces.known.clear()
    [again] = await counter.run(submit_resident_contributions, SubmitOrder(payer.id, "submit-1", "r", mother.id, 2025))
    assert isinstance(again, ResidentContributionSubmitted)
    assert again.contribution_id != contribution_id
    [paid] = await counter.run(pay_resident_contributions, PayOrder(payer.id, "pay-00002", "r", again.contribution_id))
    assert isinstance(paid, ResidentContributionPaid)
    contributions = tables.resident_contributions.c
    states: dict[int, str] = dict(await counter.rows(contributions.id, contributions.status))
    assert (states[contribution_id], states[again.contribution_id]) == ("REFUNDED", "PAID")
    await counter.assert_books_balance()


async def test_two_refunds_of_one_batch_find_the_account_as_the_first_left_it(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family(balance=80_000)
    father, of_father = world.relative(payer)
    contributions = [world.contribution(mother, payer, enrolment_id), world.contribution(father, payer, of_father)]
    counter = await opened(world)
    await counter.run(
        pay_resident_contributions,
        *(PayOrder(payer.id, f"pay-{one}", "r", one) for one in contributions),
    )
    employed_elsewhere(world, mother)
    employed_elsewhere(world, father)
    answers = await counter.run(
        request_contribution_refunds,
        refund(payer, contributions[0], "refund-1"),
        refund(payer, contributions[0], "refund-2"),
        refund(payer, contributions[1], "refund-3"),
        refund(payer, contributions[0], "refund-1"),
        refund(payer, contributions[1], "refund-1"),
    )
    first, twice, other, replayed, reused = answers
    assert isinstance(first, ContributionRefundRequested)
    assert isinstance(twice, AlreadyRefunded)
    assert isinstance(other, ContributionRefundRequested)
    assert replayed == first
    assert isinstance(reused, IdempotencyKeyReused)
    await counter.assert_books_balance()
    accounts = tables.personal_accounts.c
    assert [balance for (balance,) in await counter.rows(accounts.balance_fen)] == [80_000]
    written = await counter.everything()
    assert await counter.run(request_contribution_refunds, refund(payer, contributions[0], "refund-1")) == [first]
    assert await counter.everything() == written


async def test_what_stands_in_the_way_leaves_everything_as_it_was(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    other, _ = world.family()
    contribution_id = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    await counter.run(pay_resident_contributions, PayOrder(payer.id, "pay-00001", "r", contribution_id))
    before = await counter.everything()
    answers = await counter.run(
        request_contribution_refunds,
        refund(payer, contribution_id, "refund-1"),
        refund(mother, contribution_id, "refund-2"),
        refund(other, contribution_id, "refund-3"),
        refund(payer, NOBODY, "refund-4"),
        replace(refund(payer, contribution_id, "refund-5"), actor=NOBODY),
    )
    assert [type(answer) for answer in answers] == [
        RefundReasonNotConfirmed,
        ContributionNotFound,
        ContributionNotFound,
        ContributionNotFound,
        NotSignedIn,
    ]
    after = await counter.everything()
    assert {name for name in after if after[name] != before[name]} == {"answers"}


async def test_nobody_outside_is_asked_about_a_person_for_whom_the_actor_has_not_paid(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    other, _ = world.family()
    contribution_id = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    await counter.run(pay_resident_contributions, PayOrder(payer.id, "pay-00001", "r", contribution_id))
    await counter.run(request_contribution_refunds, refund(other, contribution_id))
    assert world.provinces.asked == 0
    await counter.run(request_contribution_refunds, refund(payer, contribution_id))
    assert world.provinces.asked == 1


async def test_a_death_that_only_the_register_knows_is_a_reason(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    contribution_id = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    await counter.run(pay_resident_contributions, PayOrder(payer.id, "pay-00001", "r", contribution_id))
    order = refund(payer, contribution_id, reason=RefundReason.DIED_BEFORE_COVER)
    world.registry.silent = True
    [silent] = await counter.run(request_contribution_refunds, order)
    assert isinstance(silent, PartyDoesNotAnswer)
    assert silent.party is OutsideParty.IDENTITY_REGISTRY
    world.registry.silent = False
    known = world.registry.known[IdType.RESIDENT_ID_CARD, mother.id_number]
    world.registry.known[IdType.RESIDENT_ID_CARD, mother.id_number] = replace(known, died_on=date(2024, 12, 20))
    [answer] = await counter.run(request_contribution_refunds, order)
    assert isinstance(answer, ContributionRefundRequested)


@pytest.mark.parametrize("at_once", [4])
async def test_of_several_who_ask_at_once_one_is_given_the_money(opened: Opening, at_once: int) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    contribution_id = world.contribution(mother, payer, enrolment_id)
    counters = [await opened(world) for _ in range(at_once)]
    await counters[0].run(pay_resident_contributions, PayOrder(payer.id, "pay-00001", "r", contribution_id))
    employed_elsewhere(world, mother)
    answers = await asyncio.gather(
        *(
            counter.run(request_contribution_refunds, refund(payer, contribution_id, f"refund-{place}"))
            for place, counter in enumerate(counters)
        )
    )
    kinds = sorted(type(answer).__name__ for [answer] in answers)
    assert kinds == ["AlreadyRefunded"] * (at_once - 1) + ["ContributionRefundRequested"]
    await counters[0].assert_books_balance()
    found = tables.resident_contributions.c
    assert (contribution_id, ContributionStatus.REFUNDED.name) in await counters[0].rows(found.id, found.status)
