"""How payer and insured person stand to one another, as one statement finds it on each engine."""

from datetime import date

import pytest

from domain.store.engine import open_database
from domain.store.standings import matters_to_pay, matters_to_submit, standings_to_quote
from domain.vocabulary import (
    BindingStatus,
    ContributionStatus,
    EnrolmentStatus,
    Id,
    PaymentChannel,
    Relation,
    Scheme,
)
from tests.operations.conftest import Opening
from tests.operations.tiny_world import TinyWorld


@pytest.mark.parametrize(
    ("status", "started_on", "ended_on", "year"),
    [
        (EnrolmentStatus.ACTIVE, date(2024, 12, 31), None, 2024),
        (EnrolmentStatus.ACTIVE, date(2025, 1, 1), None, None),
        (EnrolmentStatus.TERMINATED, date(2015, 1, 1), date(2024, 1, 1), 2024),
        (EnrolmentStatus.TERMINATED, date(2015, 1, 1), date(2023, 12, 31), 2023),
        (EnrolmentStatus.TERMINATED, date(2015, 1, 1), date(2025, 3, 1), 2024),
        (EnrolmentStatus.SUSPENDED, date(2015, 1, 1), None, None),
    ],
)
async def test_an_employee_was_insured_in_every_year_that_the_enrolment_touches(
    opened: Opening, status: EnrolmentStatus, started_on: date, ended_on: date | None, year: int | None
) -> None:
    world = TinyWorld()
    payer, _ = world.family()
    member = world.person()
    world.enrolment(member, Scheme.EMPLOYEE, status=status, started_on=started_on, ended_on=ended_on)
    counter = await opened(world)
    async with counter.database.read() as connection:
        [standing] = await standings_to_quote(connection, [(payer.id, member.id, 2025)])
    assert standing is not None
    assert standing.last_year_employed == year
    assert (standing.elsewhere is not None) is (status is EnrolmentStatus.ACTIVE)


async def test_the_last_year_paid_counts_and_what_only_waits_does_not(opened: Opening) -> None:
    world = TinyWorld()
    payer, _ = world.family()
    member = world.person()
    enrolment_id = world.enrolment(member)
    world.contribution(member, member, enrolment_id, year=2021, status=ContributionStatus.FINISHED)
    world.contribution(member, member, enrolment_id, year=2022, status=ContributionStatus.PAID)
    world.contribution(member, payer, enrolment_id, year=2024)
    paid = world.contribution(member, payer, enrolment_id, year=2026, status=ContributionStatus.PAID)
    counter = await opened(world)
    async with counter.database.read() as connection:
        standings = await standings_to_quote(
            connection, [(payer.id, member.id, year) for year in (2025, 2027, 2022, 2026, -(2**31), 2**31 - 1)]
        )
    found = [one for one in standings if one is not None]
    assert [one.last_paid and one.last_paid.year for one in found] == [2022, 2026, 2021, 2022, None, 2026]
    assert [one.paid is not None for one in found] == [False, False, True, True, False, False]
    assert found[3].paid is not None
    assert (found[3].paid.id, found[3].paid.payer_id) == (paid, payer.id)


async def test_one_row_answers_each_order_in_order_whatever_is_missing(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    stranger, _ = world.family()
    former = world.person()
    world.binding(payer, former, Relation.SPOUSE, BindingStatus.ENDED)
    counter = await opened(world)
    nobody = Id(0)
    async with counter.database.read() as connection:
        found = await standings_to_quote(
            connection,
            [
                (payer.id, mother.id, 2025),
                (nobody, mother.id, 2025),
                (payer.id, nobody, 2025),
                (stranger.id, mother.id, 2025),
                (payer.id, former.id, 2025),
                (mother.id, mother.id, 2025),
                (payer.id, mother.id, 2025),
            ],
        )
    assert found[1] is None
    by_place = {place: one for place, one in enumerate(found) if one is not None}
    assert [by_place[place].relation for place in (0, 2, 3, 4, 5)] == [Relation.PARENT, None, None, None, None]
    assert by_place[2].insured is None
    assert by_place[5].holder.account is None
    assert by_place[0] == by_place[6]
    assert by_place[0].holder.account is not None
    assert by_place[0].enrolment is not None


async def test_a_matter_to_pay_brings_the_contribution_it_names(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    waiting = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    asked = [(payer.id, "payResidentContribution", "key-00001")]
    async with counter.database.read() as connection:
        [named] = await matters_to_pay(connection, asked, [waiting])
        [unknown] = await matters_to_pay(connection, asked, [Id(2**62)])
        [submitting] = await matters_to_submit(connection, asked, [(mother.id, 2025, PaymentChannel.PERSONAL_ACCOUNT)])
    assert named.contribution is not None
    assert (named.contribution.id, named.contribution.enrolment_id) == (waiting, enrolment_id)
    assert named.standing is not None
    assert named.standing.insured is not None
    assert named.standing.coverage_year == 2025
    assert unknown.contribution is None
    assert unknown.standing is not None
    assert submitting.standing == named.standing
    assert named.first_answer is None


async def test_no_orders_are_no_rows(opened: Opening, tables_url: str) -> None:
    await opened(TinyWorld())
    database = open_database(tables_url)
    async with database.read() as connection:
        assert await standings_to_quote(connection, []) == []
    await database.close()
