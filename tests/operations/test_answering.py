"""Idempotency keys: the first answer again, a refusal for other content, and nothing done twice."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from domain.operations.answering import Order, content_hash, decoded, encoded
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


@dataclass(frozen=True, slots=True)
class GrownOrder(UnbindOrder):
    """An order as a later version may have it."""

    reason: str | None = None


def test_an_order_that_could_say_more_and_does_not_is_what_it_was() -> None:
    asked = Id(1), "key", "cause", Id(2)
    assert content_hash(GrownOrder(*asked)) == content_hash(UnbindOrder(*asked))
    assert content_hash(GrownOrder(*asked, reason="divorced")) != content_hash(UnbindOrder(*asked))


ENVELOPE = Id(1), "key", "cause"
PINNED = {
    BindOrder(
        *ENVELOPE,
        "王秀英",
        IdType.RESIDENT_ID_CARD,
        "560402196311147781",
        date(1963, 11, 14),
        Sex.FEMALE,
        Relation.PARENT,
        True,
    ): "a36e02bdfa0afeb09b303a8ab1d4556a97e229bc1f07ddb3f372e169b2b09af8",
    UnbindOrder(*ENVELOPE, Id(520000000000000007)): "09607912c901194c94da8368200a7096cc1d3c74440fbbb7cd40c8d748850638",
    SubmitOrder(
        *ENVELOPE, Id(520000000000000002), 2025
    ): "f42f510a17a887916e7b9f11cbcc32e78ea0e1a2fdb0fca367574f28238eb326",
    SubmitOrder(
        *ENVELOPE, Id(520000000000000002), 2025, PaymentKind.SPECIAL, Fen(40_000)
    ): "c472fcf6e287f6e6aa8a748a4403f93d19c69842cad07ce4fced620ec906c59b",
    PayOrder(*ENVELOPE, Id(520000000000000003)): "dfe1936af138a320ac88211a30de74246648436365716227834019aa8456a2b3",
    PayOrder(
        *ENVELOPE, Id(520000000000000003), Fen(40_000)
    ): "e867d4eab596334e83cfb7691b3516874eff22469151cd42c7630e45071d0348",
    PayTogetherOrder(
        *ENVELOPE, ((Id(520000000000000003), None), (Id(520000000000000004), Fen(40_000)))
    ): "f3a78c02e2a7ab3b14aa232d4be9326917b3e09ba0a29db22532fbafed7a4c01",
    FinishOrder(*ENVELOPE, Id(520000000000000003)): "dfe1936af138a320ac88211a30de74246648436365716227834019aa8456a2b3",
}
"""Hashes as they stand in databases: whoever changes one makes every repeated request a reused key."""


@pytest.mark.parametrize(("order", "pinned"), PINNED.items(), ids=lambda one: type(one).__name__)
def test_the_same_content_hashes_as_it_always_has(order: Order, pinned: str) -> None:
    assert content_hash(order) == pinned


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
