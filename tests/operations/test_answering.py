"""Idempotency keys: the first answer again, a refusal for other content, and nothing done twice."""

from dataclasses import replace

import pytest

from domain.operations.answering import content_hash, decoded, encoded
from domain.operations.bind_family_member import BindOrder, FamilyMemberBound, bind_family_members
from domain.operations.finish_resident_contribution import (
    FinishOrder,
    ResidentContributionFinished,
    finish_resident_contributions,
)
from domain.operations.pay_resident_contribution import (
    PayOrder,
    PayTogetherOrder,
    ResidentContributionPaid,
    pay_resident_contributions,
    pay_resident_contributions_together,
)
from domain.operations.setting import IDS_PER_ORDER
from domain.operations.submit_resident_contribution import (
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.operations.unbind_family_member import FamilyMemberUnbound, UnbindOrder, unbind_family_members
from domain.refusals import (
    AlreadyPaid,
    BalanceTooLow,
    ContributionNotFound,
    IdempotencyKeyReused,
    NotSignedIn,
    PartyDoesNotAnswer,
    Refusal,
)
from domain.store import tables
from domain.vocabulary import ContributionStatus, Fen, Id, IdType, PaymentKind, Relation, Sex
from tests.domain.refusals_page import FURTHER, examples
from tests.operations.conftest import Opening
from tests.operations.tiny_world import Counter, TinyWorld

KEY = "the-same-key"


@pytest.mark.parametrize("refusal", [*examples().values(), *FURTHER], ids=lambda one: type(one).__name__)
def test_every_refusal_is_read_back_as_it_was_kept(refusal: Refusal) -> None:
    refusal.basis = "a~520400~2024-01-01"
    again = decoded(encoded(refusal), ResidentContributionPaid)
    assert type(again) is type(refusal)
    assert vars(again) == vars(refusal)


def test_an_outcome_is_read_back_as_it_was_kept() -> None:
    outcome = ResidentContributionPaid(Id(2**62), Id(2), Id(3))
    assert decoded(encoded(outcome), ResidentContributionPaid) == outcome


def test_content_is_everything_but_the_envelope() -> None:
    order = SubmitOrder(Id(1), "key", "cause", Id(2), 2025, PaymentKind.SPECIAL, Fen(40_000))
    same = replace(order, actor=Id(9), key="other", cause="other", mutation="other")
    assert content_hash(same) == content_hash(order)
    others = [
        replace(order, person_id=Id(3)),
        replace(order, coverage_year=2026),
        replace(order, kind=PaymentKind.ORDINARY),
        replace(order, expected_fen=None),
    ]
    assert len({content_hash(one) for one in [order, *others]}) == 5


async def test_each_request_sent_again_gets_its_first_answer_and_changes_nothing(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    father = world.person("张建国", sex=Sex.MALE)
    world.kin(payer, father)
    child, enrolment_id = world.relative(payer, Relation.CHILD)
    waiting = world.contribution(child, payer, enrolment_id)
    paid = world.contribution(mother, payer, enrolment_id, status=ContributionStatus.PAID)
    ended = world.binding(payer, world.person("李四"))
    counter = await opened(world)

    bind = BindOrder(
        payer.id,
        KEY,
        "r",
        father.name,
        IdType.RESIDENT_ID_CARD,
        father.id_number,
        father.birth_date,
        father.sex,
        Relation.PARENT,
        True,
    )
    submit = SubmitOrder(payer.id, KEY, "r", child.id, 2025)
    pay = PayOrder(payer.id, KEY, "r", waiting)
    finish = FinishOrder(payer.id, KEY, "r", paid)
    unbind = UnbindOrder(payer.id, KEY, "r", ended)

    async def all_once() -> list[object]:
        return [
            *await counter.run(bind_family_members, bind),
            *await counter.run(submit_resident_contributions, submit),
            *await counter.run(pay_resident_contributions, pay),
            *await counter.run(finish_resident_contributions, finish),
            *await counter.run(unbind_family_members, unbind),
        ]

    first = await all_once()
    assert [type(one) for one in first] == [
        FamilyMemberBound,
        ResidentContributionSubmitted,
        ResidentContributionPaid,
        ResidentContributionFinished,
        FamilyMemberUnbound,
    ]
    written = await counter.everything()
    assert await all_once() == first
    assert await counter.everything() == written

    other = [
        *await counter.run(bind_family_members, replace(bind, relation=Relation.SIBLING)),
        *await counter.run(submit_resident_contributions, replace(submit, coverage_year=2026)),
        *await counter.run(pay_resident_contributions, replace(pay, expected_fen=Fen(1))),
        *await counter.run(finish_resident_contributions, replace(finish, contribution_id=waiting)),
        *await counter.run(unbind_family_members, replace(unbind, binding_id=Id(0))),
    ]
    assert all(isinstance(one, IdempotencyKeyReused) for one in other)
    assert await counter.everything() == written


async def test_a_refusal_is_an_answer_too(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family(balance=100)
    member, enrolment_id = world.relative(payer)
    waiting = world.contribution(member, payer, enrolment_id)
    counter = await opened(world)
    order = PayOrder(payer.id, KEY, "r", waiting)
    [first] = await counter.run(pay_resident_contributions, order)
    written = await counter.everything()
    [again] = await counter.run(pay_resident_contributions, order)
    assert isinstance(first, BalanceTooLow)
    assert isinstance(again, BalanceTooLow)
    assert vars(again) == vars(first)
    assert await counter.everything() == written


async def test_a_key_belongs_to_its_actor(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family()
    other, _ = world.family()
    counter = await opened(world)
    answers = await counter.run(
        pay_resident_contributions, PayOrder(payer.id, KEY, "r", Id(1)), PayOrder(other.id, KEY, "r", Id(2))
    )
    assert [type(one) for one in answers] == [ContributionNotFound, ContributionNotFound]


async def test_what_may_be_retried_is_decided_anew(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    counter = await opened(world)
    order = SubmitOrder(payer.id, KEY, "r", mother.id, 2025)
    world.provinces.silent = True
    silent, twice = await counter.run(submit_resident_contributions, order, order)
    assert isinstance(silent, PartyDoesNotAnswer)
    assert isinstance(twice, PartyDoesNotAnswer)
    assert await counter.rows(tables.answers.c.key) == []
    world.provinces.silent = False
    [answer] = await counter.run(submit_resident_contributions, order)
    assert isinstance(answer, ResidentContributionSubmitted)


async def test_who_is_answered_from_memory_needs_no_outside_party(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    counter = await opened(world)
    order = SubmitOrder(payer.id, KEY, "r", mother.id, 2025)
    first = await counter.run(submit_resident_contributions, order)
    world.provinces.silent = True
    assert await counter.run(submit_resident_contributions, order) == first
    assert world.provinces.asked == 1


async def test_nobody_has_no_key(opened: Opening) -> None:
    world = TinyWorld()
    counter = await opened(world)
    order = PayOrder(Id(0), KEY, "r", Id(1))
    answers = await counter.run(pay_resident_contributions, order, replace(order, contribution_id=Id(2)))
    assert all(isinstance(one, NotSignedIn) for one in answers)
    assert await counter.rows(tables.answers.c.key) == []


async def _together(counter: Counter, order: PayTogetherOrder) -> object:
    await counter.ids.reserve(IDS_PER_ORDER * len(order.payments))
    async with counter.database.write() as connection:
        return await pay_resident_contributions_together(connection, order, counter.setting())


async def test_payments_together_stand_under_one_key(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family(balance=90_000)
    waiting = []
    for _ in range(3):
        member, enrolment_id = world.relative(payer)
        waiting.append(world.contribution(member, payer, enrolment_id))
    counter = await opened(world)
    order = PayTogetherOrder(
        payer.id, KEY, "r", ((waiting[0], None), (waiting[0], Fen(40_000)), (waiting[1], None), (waiting[2], None))
    )
    answers = await _together(counter, order)
    assert isinstance(answers, list)
    assert [type(one) for one in answers] == [
        ResidentContributionPaid,
        AlreadyPaid,
        ResidentContributionPaid,
        BalanceTooLow,
    ]
    await counter.assert_books_balance()
    written = await counter.everything()
    again = await _together(counter, order)
    assert isinstance(again, list)
    assert [encoded(one) for one in again] == [encoded(one) for one in answers]
    for other in (order.payments[:2], (*order.payments, (Id(5), None)), order.payments[::-1], ()):
        assert isinstance(await _together(counter, replace(order, payments=other)), IdempotencyKeyReused)
    assert isinstance(await _together(counter, replace(order, actor=Id(0))), NotSignedIn)
    assert await counter.everything() == written
