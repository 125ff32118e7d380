"""Errands asked of a real world on both engines: what their checks take for true is what the service answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime

from domain.vocabulary import RegionCode
from loadtests.errands.collecting import collect_for_many
from loadtests.errands.declaring_wages import declare_wages
from loadtests.errands.filing import Stay, file_an_enquiry, file_care_elsewhere
from loadtests.errands.first_enrolment import enrol_a_newborn
from loadtests.errands.studying_elsewhere import study_elsewhere
from loadtests.errands.visit import SentAway
from loadtests.errands.working_the_queue import Verdict, work_the_queue
from loadtests.others import Clerk, Collector, Employer, Parent, Student
from loadtests.people import Person, Relative
from loadtests.schedule import Habits, Thinking
from loadtests.season_plan import Resident
from simulator.people import payers
from simulator.season_births import register_births
from simulator.season_people import season_people
from simulator.season_units import universities
from tests.journeys.conftest import opened  # noqa: F401 - a fixture
from tests.journeys.test_collecting import unit_of
from tests.loadtests.mixes import MIX
from tests.loadtests.test_paying_alone import PLAINLY
from tests.loadtests.world_visit import WorldVisit
from tests.resolvers.conftest import (  # noqa: F401 - fixtures
    book,
    executor,
    machine,
    postgresql_template,
    sqlite_template,
    world_url,
)
from tests.resolvers.opened import OpenedWorld

PAUSES = Thinking(1, "an errand", 0, MIX)
HASTY = Habits(watches=False, taps_twice=True, asks_again=True)
HOME, TODAY, PROVINCE = "840102", date(2024, 12, 16), RegionCode("840000")


async def test_every_errand_is_carried_out(opened: OpenedWorld) -> None:  # noqa: F811
    await _care_elsewhere_is_filed(opened)
    await _clerks_decide(opened)
    await _an_employer_declares_and_pays(opened)
    await _a_village_is_paid_for(opened)
    await _a_newborn_is_enrolled(opened)
    await _a_student_comes_three_times(opened)


async def _care_elsewhere_is_filed(opened: OpenedWorld) -> None:  # noqa: F811
    for persona, for_long in (("synthetic-employee", True), ("two-grades", False)):
        visit = WorldVisit(opened, persona, "stay")
        payer = Resident("", opened.person(persona), HOME, 2025)
        await asyncio.to_thread(file_care_elsewhere, visit, payer, Stay(HOME, lambda: TODAY, for_long), PAUSES)
        assert visit.asked["SubmitFilingAgain"] == visit.asked["EventsSince"] == 1
    await asyncio.to_thread(file_an_enquiry, WorldVisit(opened, persona, "enquiry"), payer, PAUSES)
    filed = await opened.rows("SELECT matter, status FROM filings ORDER BY id")
    assert filed == [
        ("LONG_TERM_RESIDENT_RECORD", "SUBMITTED"),
        ("TEMPORARY_TREATMENT_RECORD", "SUBMITTED"),
        ("PERSON_ENQUIRY", "COMPLETED"),
    ]


async def _clerks_decide(opened: OpenedWorld) -> None:  # noqa: F811
    held: dict[str, object] = {}
    for verdict in (Verdict.RETURN, Verdict.APPROVE, Verdict.DENY):
        visit = WorldVisit(opened, "clerk-synthetic", verdict)
        await asyncio.to_thread(work_the_queue, visit, Clerk("", PROVINCE), verdict, held, PAUSES)
        assert visit.asked["ClaimFiling"] == visit.asked["FilingMovesSince"] == 1
    assert held == {}
    assert await opened.rows("SELECT status FROM filings ORDER BY id LIMIT 2") == [("COMPLETED",), ("DENIED",)]


async def _an_employer_declares_and_pays(opened: OpenedWorld) -> None:  # noqa: F811
    unit, people = await unit_of(opened, "officer-employer")
    members = tuple(one["id"] for one in people)
    visit = WorldVisit(opened, "officer-employer", "wages")
    employer = Employer("", "520402", unit, tuple(dict.fromkeys(members)))
    await asyncio.to_thread(declare_wages, visit, employer, 202412, HASTY, PAUSES)
    assert visit.asked["DeclareWagesAgain"] == 1
    assert visit.refused == {"ALREADY_DECLARED": 1}
    assert await opened.rows("SELECT status, persons FROM employee_bills") == [("PAID", len(employer.members))]


class Season:
    """The price of the window, and nothing against it."""

    def prices(self, since: float) -> set[int]:
        return {40_000}

    def refusals(self, since: float) -> set[str]:
        return set()


async def _a_village_is_paid_for(opened: OpenedWorld) -> None:  # noqa: F811
    unit, people = await unit_of(opened, "officer-village")
    stranger = opened.person("employee")
    collector = Collector("", "520402", unit, tuple(one["id"] for one in people), stranger, 2025)
    visit = WorldVisit(opened, "officer-village", "list")
    paid: list[None] = []
    await asyncio.to_thread(
        collect_for_many, visit, collector, Season(), PAUSES, taps_twice=True, paid=lambda: paid.append(None)
    )
    assert len(paid) == len(people)
    assert visit.refused == {"NotAMember": 1, "ListedTwice": 1}


async def _a_newborn_is_enrolled(opened: OpenedWorld) -> None:  # noqa: F811
    database = opened.service.world.database
    [parent] = await payers(database, 1, region=PROVINCE)
    parent = replace(parent, region=HOME)
    async with database.write() as connection:
        [birth] = await register_births(connection, 1, [parent], TODAY)
    opened.let_ask("parent", f"per_{parent.person_id}")
    visit = WorldVisit(opened, "parent", "newborn")
    child = Person("", f"per_{parent.person_id}", HOME, Relative(*birth.child.form().values()), 2024)
    await asyncio.to_thread(enrol_a_newborn, visit, Parent(child, 38_000), HASTY, PAUSES)
    assert visit.refused == {"AlreadyEnrolled": 1, "AlreadyPaid": 1}
    assert visit.asked["RegisterEnrolmentAgain"] == visit.asked["ReceiptPage"] == 1


async def _a_student_comes_three_times(opened: OpenedWorld) -> None:  # noqa: F811
    database = opened.service.world.database
    counties = {row[0] for row in await opened.rows("SELECT code FROM regions WHERE code LIKE '84%'")}
    alone, _ = await season_people(database, region=PROVINCE, counties=counties, year=2025, on=TODAY, most=500)
    [school] = [one for one in await universities(database, PROVINCE) if one[1][:4] == "8402"]
    person = next(one for one in alone if one.region[:4] != "8402")
    opened.let_ask("student", f"per_{person.person_id}")
    student = Student("", f"per_{person.person_id}", person.region, school[1], f"uni_{school[0]}", 2025)

    def wait(moment: str) -> float | None:
        clock = opened.service.world.clock
        return 0.0 if datetime.fromisoformat(moment).timestamp() <= clock.now() else None

    for number, (hours, told) in enumerate([(1, "SuspensionNotYetSeen"), (24, "NotYetAtTaxBureau"), (0, None)]):
        visit = WorldVisit(opened, "student", f"study-{number}")

        def study(visit: WorldVisit = visit) -> None:
            study_elsewhere(visit, student, PLAINLY, wait, PAUSES, lambda: None)

        try:
            await asyncio.to_thread(study)
        except SentAway:
            assert visit.refused == {told: 1}
        else:
            assert told is None
        opened.machine.forward(hours=hours)
    assert visit.asked["CheckPayment"] >= 1
