"""The journey of one family: bind, quote, submit, pay, finish; what is written, and what is refused."""

import json
from dataclasses import replace
from datetime import date

import pytest

from domain.operations.bind_family_member import BindOrder, FamilyMemberBound, bind_family_members
from domain.operations.finish_resident_contribution import (
    FinishOrder,
    ResidentContributionFinished,
    finish_resident_contributions,
)
from domain.operations.pay_resident_contribution import (
    PayOrder,
    ResidentContributionPaid,
    pay_resident_contributions,
)
from domain.operations.quote_resident_contribution import QuoteOrder, quote_resident_contributions
from domain.operations.submit_resident_contribution import (
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.operations.unbind_family_member import FamilyMemberUnbound, UnbindOrder, unbind_family_members
from domain.ports import OutsideEnrolment
from domain.refusals import (
    AccountFrozen,
    AlreadyBound,
    AlreadyPaid,
    AmountChanged,
    BalanceTooLow,
    BindingNotFound,
    CannotBindSelf,
    ContributionNotFound,
    EnrolledElsewhere,
    IdempotencyKeyReused,
    IdentityMismatch,
    NoPersonalAccount,
    NotEnrolled,
    NotSignedIn,
    NotThePayer,
    NotYetPaid,
    OutsideParty,
    PaidByAnother,
    PartyDoesNotAnswer,
    PersonDeceased,
    PersonNotFound,
    Refusal,
    RelationMismatch,
    TooManyBindings,
)
from domain.store import tables
from domain.vocabulary import (
    AccountStatus,
    BindingStatus,
    ContributionStatus,
    EnrolmentStatus,
    EntryKind,
    Fen,
    Id,
    IdType,
    Instant,
    PaymentKind,
    RegionCode,
    Relation,
    Scheme,
    Sex,
)
from tests.operations.conftest import Opening
from tests.operations.tiny_world import AFTER_WINDOW, IN_WINDOW, Somebody, TinyWorld

NOBODY = Id(0)
UNKNOWN = Id(520000999999999999)


def binding_of(payer: Somebody, member: Somebody, key: str = "bind-0001", **changes: object) -> BindOrder:
    order = BindOrder(
        actor=payer.id,
        key=key,
        cause="request-1",
        name=member.name,
        id_type=IdType.RESIDENT_ID_CARD,
        id_number=member.id_number,
        birth_date=member.birth_date,
        sex=member.sex,
        relation=Relation.PARENT,
        pledge_accepted=True,
    )
    return replace(order, **changes)  # type: ignore[arg-type]


def submission(payer: Somebody, member: Somebody, key: str = "submit-01") -> SubmitOrder:
    return SubmitOrder(payer.id, key, "request-2", member.id, 2025)


def payment(payer: Somebody, contribution_id: Id, key: str = "pay-00001") -> PayOrder:
    return PayOrder(payer.id, key, "request-3", contribution_id)


def finishing(payer: Somebody, contribution_id: Id, key: str = "finish-01") -> FinishOrder:
    return FinishOrder(payer.id, key, "request-4", contribution_id)


async def test_an_employee_binds_his_mother_pays_for_her_and_has_the_slip(opened: Opening) -> None:
    world = TinyWorld()
    payer = world.person("张伟", birth_date=date(1988, 6, 6), sex=Sex.MALE)
    world.enrolment(payer, Scheme.EMPLOYEE)
    account_id = world.account(payer, 50_000)
    mother = world.person("王秀英")
    world.kin(payer, mother)
    enrolment_id = world.enrolment(mother)
    world.contribution(mother, mother, enrolment_id, year=2022, status=ContributionStatus.FINISHED)
    counter = await opened(world)

    [bound] = await counter.run(bind_family_members, binding_of(payer, mother))
    assert isinstance(bound, FamilyMemberBound)

    async with counter.database.read() as connection:
        [quote] = await quote_resident_contributions(
            connection, [QuoteOrder(payer.id, mother.id, 2025)], counter.setting()
        )
    assert not isinstance(quote, Refusal)
    assert (quote.amount_fen, quote.waiting_until) == (40_000, date(2025, 3, 20))

    [submitted] = await counter.run(submit_resident_contributions, submission(payer, mother))
    assert isinstance(submitted, ResidentContributionSubmitted)
    [paid] = await counter.run(pay_resident_contributions, payment(payer, submitted.contribution_id))
    assert isinstance(paid, ResidentContributionPaid)
    assert (paid.contribution_id, paid.account_id) == (submitted.contribution_id, account_id)
    [finished] = await counter.run(finish_resident_contributions, finishing(payer, paid.contribution_id))
    assert isinstance(finished, ResidentContributionFinished)

    contribution = tables.resident_contributions.c
    assert (await counter.rows(*tables.resident_contributions.c))[1:] == [
        (
            paid.contribution_id,
            mother.id,
            enrolment_id,
            "520402",
            2025,
            "FINISHED",
            "PERSONAL_ACCOUNT",
            "ORDINARY",
            40_000,
            payer.id,
            account_id,
            IN_WINDOW,
            IN_WINDOW,
            date(2024, 12, 20),
            date(2025, 3, 21),
            date(2025, 12, 31),
            date(2025, 3, 20),
            IN_WINDOW + 24 * 3600,
            IN_WINDOW,
            0,
            None,
            1,
            0,
            0,
            None,
        )
    ], [one.name for one in contribution]
    entries = await counter.rows(*tables.account_entries.c)
    assert entries[-1] == (
        paid.entry_id,
        account_id,
        2,
        EntryKind.PROXY_CONTRIBUTION.name,
        -40_000,
        10_000,
        IN_WINDOW,
        date(2024, 12, 20),
        paid.contribution_id,
        None,
    )
    await counter.assert_books_balance()
    receipts = await counter.rows(*tables.receipts.c)
    number = f"52042025{finished.receipt_id % 10**16:012d}"
    assert receipts == [(finished.receipt_id, paid.contribution_id, number, IN_WINDOW, "ACCOUNT_RECEIPT")]

    log = tables.events.c
    events = await counter.rows(
        log.position, log.type, log.actor_id, log.subject_id, log.cause, log.region_code, log.payload
    )
    assert [event[1:6] for event in events] == [
        ("FAMILY_MEMBER_BOUND", payer.id, mother.id, "request-1", "520402"),
        ("RESIDENT_CONTRIBUTION_SUBMITTED", payer.id, mother.id, "request-2", "520402"),
        ("RESIDENT_CONTRIBUTION_PAID", payer.id, mother.id, "request-3", "520402"),
        ("RESIDENT_CONTRIBUTION_FINISHED", payer.id, mother.id, "request-4", "520402"),
    ]
    # SQLite keeps the payload as text, PostgreSQL's driver hands out what it says.
    payloads = [event[6] if isinstance(event[6], dict) else json.loads(event[6]) for event in events]
    bound_event, _, paid_event, finished_event = payloads
    assert bound_event["binding_id"] == bound.binding_id
    assert bound_event["relation"] == "PARENT"
    assert (paid_event["amount_fen"], paid_event["coverage_year"]) == (40_000, 2025)
    assert finished_event["receipt_number"] == number
    assert mother.id_number not in str(events)


async def test_a_binding_is_checked_against_the_register(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    father = world.person("张建国", sex=Sex.MALE)
    world.kin(payer, father)
    world.kin(payer, mother)
    dead = world.person("张老汉", died_on=date(2020, 1, 1))
    stranger = world.person("赵四")
    unrelated = world.person("周九")
    unregistered = world.person("钱七")
    del world.registry.known[IdType.RESIDENT_ID_CARD, unregistered.id_number]
    world.kin(payer, stranger, Relation.SIBLING)
    never_insured = Somebody(UNKNOWN, "孙八", "11010519491231002X", date(1949, 12, 31), Sex.MALE)
    world.registry.known[IdType.RESIDENT_ID_CARD, never_insured.id_number] = replace(
        world.registry.known[IdType.RESIDENT_ID_CARD, father.id_number],
        id_number=never_insured.id_number,
        name=never_insured.name,
        birth_date=never_insured.birth_date,
    )
    world.kin(payer, never_insured)
    counter = await opened(world)
    orders = [
        binding_of(payer, father, "key-00001"),
        binding_of(payer, father, "key-00002"),
        binding_of(payer, mother, "key-00003"),
        binding_of(payer, payer, "key-00004"),
        binding_of(payer, dead, "key-00005"),
        binding_of(payer, stranger, "key-00006"),
        binding_of(payer, unregistered, "key-00007"),
        binding_of(payer, never_insured, "key-00008"),
        binding_of(payer, stranger, "key-00009", name="赵五"),
        binding_of(payer, stranger, "key-00010", id_type=IdType.FOREIGN_PASSPORT, id_number="E12345678"),
        binding_of(payer, stranger, "key-00011", actor=NOBODY),
        binding_of(payer, stranger, "key-00012", actor=UNKNOWN),
        binding_of(payer, unrelated, "key-00017"),
        binding_of(payer, stranger, "key-00013", relation=Relation.SIBLING, id_number=f" {stranger.id_number} "),
    ]
    answers = await counter.run(bind_family_members, *orders)
    assert [type(answer) for answer in answers] == [
        FamilyMemberBound,
        AlreadyBound,
        AlreadyBound,
        CannotBindSelf,
        PersonDeceased,
        RelationMismatch,
        IdentityMismatch,
        PersonNotFound,
        IdentityMismatch,
        IdentityMismatch,
        NotSignedIn,
        NotSignedIn,
        RelationMismatch,
        FamilyMemberBound,
    ]
    first, second = answers[0], answers[1]
    assert isinstance(first, FamilyMemberBound)
    assert isinstance(second, AlreadyBound)
    assert second.binding_id == first.binding_id
    permit = world.registry.known[IdType.RESIDENT_ID_CARD, father.id_number]
    permit = replace(permit, id_type=IdType.TAIWAN_PERMIT, id_number="12345678")
    world.registry.kin[payer.id_number, "12345678"] = Relation.PARENT
    world.registry.known[IdType.TAIWAN_PERMIT, "12345678"] = permit
    known, another_kind = await counter.run(
        bind_family_members,
        binding_of(payer, father, "key-00015", id_type=IdType.TAIWAN_PERMIT, id_number="12345678"),
        binding_of(payer, father, "key-00016", id_type=IdType.FOREIGN_PASSPORT, id_number="12345678"),
    )
    assert isinstance(known, PersonNotFound)
    assert isinstance(another_kind, IdentityMismatch)
    world.registry.silent = True
    [silent] = await counter.run(bind_family_members, binding_of(payer, dead, "key-00014"))
    assert isinstance(silent, PartyDoesNotAnswer)
    assert silent.party is OutsideParty.IDENTITY_REGISTRY


async def test_the_last_place_is_given_once_and_an_ended_binding_gives_one_back(opened: Opening) -> None:
    world = TinyWorld()
    payer = world.person("张伟", birth_date=date(1988, 6, 6), sex=Sex.MALE)
    first, *_ = [world.binding(payer, world.person(), Relation.SIBLING) for _ in range(19)]
    world.binding(payer, world.person(), Relation.SIBLING, BindingStatus.ENDED)
    father, mother = world.person(sex=Sex.MALE), world.person()
    world.kin(payer, father)
    world.kin(payer, mother)
    counter = await opened(world)
    last, refused = await counter.run(
        bind_family_members, binding_of(payer, father, "key-00001"), binding_of(payer, mother, "key-00002")
    )
    assert isinstance(last, FamilyMemberBound)
    assert isinstance(refused, TooManyBindings)
    await counter.run(unbind_family_members, UnbindOrder(payer.id, "key-00003", "r", first))
    [again] = await counter.run(bind_family_members, binding_of(payer, mother, "key-00004"))
    assert isinstance(again, FamilyMemberBound)


async def test_two_holders_bind_one_member_and_each_binds_another(opened: Opening) -> None:
    world = TinyWorld()
    holders = [world.person("张伟", birth_date=date(1988, 6, day), sex=Sex.MALE) for day in (6, 7)]
    members = [world.person(), world.person("张建国", sex=Sex.MALE)]
    for holder in holders:
        for member in members:
            world.kin(holder, member)
    counter = await opened(world)
    pairs = [(holder, member) for holder in holders for member in members]
    answers = await counter.run(
        bind_family_members, *(binding_of(*pair, f"key-0000{place}") for place, pair in enumerate(pairs))
    )
    assert all(isinstance(answer, FamilyMemberBound) for answer in answers)
    found = tables.family_bindings.c
    assert sorted(await counter.rows(found.holder_id, found.member_id)) == sorted(
        (holder.id, member.id) for holder, member in pairs
    )


async def test_an_ended_binding_pays_no_more_and_may_be_begun_again(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    stranger, _ = world.family()
    member, enrolment_id = world.relative(payer)
    world.kin(payer, member)
    waiting = world.contribution(member, payer, enrolment_id)
    binding_id = world.binding(stranger, member)
    counter = await opened(world)
    found = tables.family_bindings.c
    own = {member_id: one for one, member_id in await counter.rows(found.id, found.member_id) if one != binding_id}
    answers = await counter.run(
        unbind_family_members,
        UnbindOrder(payer.id, "key-00001", "r", own[member.id]),
        UnbindOrder(payer.id, "key-00002", "r", own[member.id]),
        UnbindOrder(payer.id, "key-00003", "r", binding_id),
        UnbindOrder(payer.id, "key-00004", "r", NOBODY),
        UnbindOrder(NOBODY, "key-00005", "r", own[mother.id]),
    )
    assert [type(answer) for answer in answers] == [
        FamilyMemberUnbound,
        BindingNotFound,
        BindingNotFound,
        BindingNotFound,
        NotSignedIn,
    ]
    [refused] = await counter.run(pay_resident_contributions, payment(payer, waiting))
    assert isinstance(refused, NotThePayer)
    [again] = await counter.run(bind_family_members, binding_of(payer, member))
    assert isinstance(again, FamilyMemberBound)
    assert (own[member.id], "ENDED", IN_WINDOW) in await counter.rows(found.id, found.status, found.ended_at)


async def test_a_submission_is_refused_for_what_this_world_and_the_other_provinces_know(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family()
    poor = world.person("李四")
    unenrolled = world.person("赵四")
    world.binding(payer, unenrolled)
    suspended = world.person("钱五")
    world.enrolment(suspended, status=EnrolmentStatus.SUSPENDED)
    world.binding(payer, suspended)
    employed = world.person("周七")
    world.binding(payer, employed)
    world.enrolment(employed, status=EnrolmentStatus.TERMINATED, ended_on=date(2024, 6, 30))
    world.enrolment(employed, Scheme.EMPLOYEE)
    outside, _ = world.relative(payer)
    world.provinces.known[outside.id_number] = OutsideEnrolment(
        outside.id_number, RegionCode("440300"), Scheme.EMPLOYEE
    )
    unbound = world.person("孙六")
    world.enrolment(unbound)
    counter = await opened(world)
    answers = await counter.run(
        submit_resident_contributions,
        submission(payer, unenrolled, "key-00001"),
        submission(payer, suspended, "key-00002"),
        submission(payer, employed, "key-00003"),
        submission(payer, outside, "key-00004"),
        submission(payer, unbound, "key-00005"),
        replace(submission(payer, unbound, "key-00006"), person_id=NOBODY),
        submission(poor, poor, "key-00007"),
        replace(submission(payer, unbound, "key-00008"), actor=NOBODY),
    )
    assert [type(answer) for answer in answers] == [
        NotEnrolled,
        NotEnrolled,
        EnrolledElsewhere,
        EnrolledElsewhere,
        NotThePayer,
        NotThePayer,
        NotEnrolled,
        NotSignedIn,
    ]
    fourth = answers[3]
    assert isinstance(fourth, EnrolledElsewhere)
    assert fourth.region == "440300"
    assert world.provinces.asked == 1


async def test_a_resident_without_an_account_does_not_pay_for_themself(opened: Opening) -> None:
    world = TinyWorld()
    resident = world.person("李四")
    world.enrolment(resident)
    counter = await opened(world)
    [answer] = await counter.run(submit_resident_contributions, submission(resident, resident))
    assert isinstance(answer, NoPersonalAccount)


async def test_what_is_expected_is_compared_when_submitting_and_when_paying(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    counter = await opened(world)
    dear, sound = await counter.run(
        submit_resident_contributions,
        replace(submission(payer, mother, "key-00001"), expected_fen=Fen(38_000)),
        replace(submission(payer, mother, "key-00002"), expected_fen=Fen(40_000)),
    )
    assert isinstance(dear, AmountChanged)
    assert isinstance(sound, ResidentContributionSubmitted)
    order = payment(payer, sound.contribution_id)
    late, confirmed = await counter.run(
        pay_resident_contributions,
        order,
        replace(order, key="pay-00002", expected_fen=Fen(107_000)),
        now=AFTER_WINDOW,
    )
    assert isinstance(late, AmountChanged)
    assert (late.expected_fen, late.due_fen) == (40_000, 107_000)
    assert isinstance(confirmed, ResidentContributionPaid)
    found = tables.resident_contributions.c
    assert (confirmed.contribution_id, 107_000, "PAID") in await counter.rows(found.id, found.amount_fen, found.status)
    await counter.assert_books_balance()


async def test_submitting_again_gives_what_is_open_already(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    sister, _ = world.family()
    world.binding(sister, mother)
    counter = await opened(world)
    first, at_once = await counter.run(
        submit_resident_contributions, submission(payer, mother, "key-00001"), submission(payer, mother, "key-00002")
    )
    assert isinstance(first, ResidentContributionSubmitted)
    assert at_once == first
    [again] = await counter.run(submit_resident_contributions, submission(payer, mother, "key-00003"))
    assert again == first
    log = tables.events.c
    assert len(await counter.rows(log.position)) == 1
    # Another payer has one of their own, and at another price it is another one.
    [sisters] = await counter.run(submit_resident_contributions, submission(sister, mother, "key-00001"))
    [dearer] = await counter.run(
        submit_resident_contributions, submission(payer, mother, "key-00004"), now=AFTER_WINDOW
    )
    found = tables.resident_contributions.c
    rows = await counter.rows(found.id, found.status, found.amount_fen)
    assert isinstance(sisters, ResidentContributionSubmitted)
    assert isinstance(dearer, ResidentContributionSubmitted)
    assert [row for row in rows if row[1] == "SUBMITTED"] == [
        (first.contribution_id, "SUBMITTED", 40_000),
        (sisters.contribution_id, "SUBMITTED", 40_000),
        (dearer.contribution_id, "SUBMITTED", 107_000),
    ]


async def test_the_chosen_entrance_is_kept(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    counter = await opened(world)
    [refused] = await counter.run(
        submit_resident_contributions, replace(submission(payer, mother), kind=PaymentKind.SPECIAL)
    )
    assert isinstance(refused, Refusal)
    assert refused.path == ("kind",)


async def test_an_order_finds_the_account_as_those_before_it_left_it(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family(balance=100_000)
    waiting = []
    for _ in range(4):
        member, enrolment_id = world.relative(payer)
        waiting.append(world.contribution(member, payer, enrolment_id))
    counter = await opened(world)
    answers = await counter.run(
        pay_resident_contributions,
        payment(payer, waiting[0], "key-00001"),
        payment(payer, waiting[0], "key-00002"),
        payment(payer, UNKNOWN, "key-00003"),
        payment(payer, waiting[1], "key-00004"),
        payment(payer, waiting[2], "key-00005"),
        payment(payer, waiting[1], "key-00004"),
        payment(payer, waiting[3], "key-00004"),
    )
    assert [type(answer) for answer in answers] == [
        ResidentContributionPaid,
        AlreadyPaid,
        ContributionNotFound,
        ResidentContributionPaid,
        BalanceTooLow,
        ResidentContributionPaid,
        IdempotencyKeyReused,
    ]
    assert answers[5] == answers[3]
    too_low = answers[4]
    assert isinstance(too_low, BalanceTooLow)
    assert (too_low.balance_fen, too_low.due_fen) == (20_000, 40_000)
    await counter.assert_books_balance()


async def test_two_who_submitted_for_one_person_cannot_both_pay(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family()
    sister, _ = world.family()
    member, enrolment_id = world.relative(payer)
    world.binding(sister, member)
    first = world.contribution(member, payer, enrolment_id)
    second = world.contribution(member, sister, enrolment_id)
    counter = await opened(world)
    answers = await counter.run(
        pay_resident_contributions,
        payment(sister, first, "key-00001"),
        payment(payer, first, "key-00002"),
        payment(sister, second, "key-00003"),
    )
    assert [type(answer) for answer in answers] == [ContributionNotFound, ResidentContributionPaid, PaidByAnother]
    [later] = await counter.run(pay_resident_contributions, payment(sister, second, "key-00004"))
    assert isinstance(later, PaidByAnother)


async def test_a_payment_closes_the_gap_for_the_next_year(opened: Opening) -> None:
    world = TinyWorld()
    payer = world.person("张伟", region=RegionCode("840101"))
    world.account(payer, 500_000, region=RegionCode("840101"))
    member = world.person("王秀英", region=RegionCode("840101"))
    enrolment_id = world.enrolment(member, region=RegionCode("840101"))
    world.binding(payer, member)
    waiting = [
        world.contribution(member, payer, enrolment_id, year=year, region=RegionCode("840101"), amount=amount)
        for year, amount in ((2025, 107_000), (2026, 40_000))
    ]
    counter = await opened(world)
    september = Instant(AFTER_WINDOW + 190 * 24 * 3600)
    answers = await counter.run(
        pay_resident_contributions,
        *(payment(payer, one, f"key-0000{place}") for place, one in enumerate(waiting)),
        now=september,
    )
    assert [type(answer) for answer in answers] == [ResidentContributionPaid, ResidentContributionPaid]
    found = tables.resident_contributions.c
    waits: dict[int, date | None] = dict(await counter.rows(found.coverage_year, found.waiting_until))
    assert waits[2025] is not None
    assert waits[2026] is None


async def test_a_frozen_account_does_not_pay(opened: Opening) -> None:
    world = TinyWorld()
    payer = world.person("张伟")
    world.account(payer, 500_000, status=AccountStatus.FROZEN)
    member, enrolment_id = world.relative(payer)
    waiting = world.contribution(member, payer, enrolment_id)
    counter = await opened(world)
    [answer] = await counter.run(pay_resident_contributions, payment(payer, waiting))
    assert isinstance(answer, AccountFrozen)


async def test_finishing_again_gives_the_same_slip_and_tells_it_once(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    member, enrolment_id = world.relative(payer)
    unpaid = world.contribution(member, payer, enrolment_id)
    paid = world.contribution(mother, payer, enrolment_id, status=ContributionStatus.PAID)
    counter = await opened(world)
    answers = await counter.run(
        finish_resident_contributions,
        finishing(payer, paid, "key-00001"),
        finishing(payer, paid, "key-00002"),
        finishing(payer, unpaid, "key-00003"),
        finishing(mother, paid, "key-00004"),
        finishing(payer, NOBODY, "key-00005"),
        replace(finishing(payer, paid, "key-00006"), actor=NOBODY),
    )
    assert [type(answer) for answer in answers[2:]] == [
        NotYetPaid,
        ContributionNotFound,
        ContributionNotFound,
        NotSignedIn,
    ]
    [later] = await counter.run(finish_resident_contributions, finishing(payer, paid, "key-00007"))
    assert answers[0] == answers[1] == later
    assert len(await counter.rows(tables.events.c.id)) == 1


@pytest.mark.parametrize(("region", "with_the_payment"), [("520402", True), ("840101", True), ("840301", False)])
async def test_the_slip_comes_with_the_payment_unless_the_city_wants_it_finished(
    opened: Opening, region: str, with_the_payment: bool
) -> None:
    world = TinyWorld()
    county = RegionCode(region)
    payer = world.person("张伟", region=county)
    world.account(payer, 500_000, region=county)
    member = world.person("王秀英", region=county)
    enrolment_id = world.enrolment(member, region=county)
    world.binding(payer, member)
    waiting = world.contribution(member, payer, enrolment_id, region=county)
    counter = await opened(world)
    [paid] = await counter.run(pay_resident_contributions, payment(payer, waiting))
    assert isinstance(paid, ResidentContributionPaid)
    slips = await counter.rows(*tables.receipts.c)
    assert [slip[1:4] for slip in slips] == (
        [(waiting, f"{region[:4]}2025{slips[0][0] % 10**16:012d}", IN_WINDOW)] if with_the_payment else []
    )
    later = Instant(IN_WINDOW + 3600)
    [finished] = await counter.run(finish_resident_contributions, finishing(payer, waiting), now=later)
    assert isinstance(finished, ResidentContributionFinished)
    [slip] = await counter.rows(*tables.receipts.c)
    assert slip[0] == finished.receipt_id
    assert slips == ([slip] if with_the_payment else [])
    found = tables.resident_contributions.c
    assert await counter.rows(found.status, found.finished_at) == [("FINISHED", later)]
    log = tables.events.c
    assert [event[1] for event in await counter.rows(log.position, log.type)] == [
        "RESIDENT_CONTRIBUTION_PAID",
        "RESIDENT_CONTRIBUTION_FINISHED",
    ]


@pytest.mark.parametrize("asked_for", ["stranger", "nobody"])
async def test_a_quote_tells_nothing_of_strangers(opened: Opening, asked_for: str) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    stranger = world.person("赵四")
    counter = await opened(world)
    async with counter.database.read() as connection:
        answers = await quote_resident_contributions(
            connection,
            [
                QuoteOrder(payer.id, stranger.id if asked_for == "stranger" else NOBODY, 2025),
                QuoteOrder(NOBODY, mother.id, 2025),
                QuoteOrder(payer.id, mother.id, 2025),
            ],
            counter.setting(),
        )
    assert isinstance(answers[0], NotThePayer)
    assert isinstance(answers[1], NotSignedIn)
    assert not isinstance(answers[2], Refusal)
