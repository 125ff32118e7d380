"""What always holds of enrolments, whoever does what in whatever order, and on two servers at once."""

import asyncio
import shutil
from collections import Counter as Tally
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.decisions.employee_enrolments import MemberLine
from domain.operations.add_unit_members import AddMembersOrder, add_unit_members
from domain.operations.answering import encoded
from domain.operations.change_enrolments import (
    ResumeOrder,
    SuspendOrder,
    TerminateOrder,
    resume_enrolments,
    suspend_enrolments,
    terminate_enrolments,
)
from domain.operations.register_enrolments import RegisterOrder, ResidentEnrolmentRegistered, register_enrolments
from domain.operations.register_flexible_workers import RegisterFlexibleOrder, register_flexible_workers
from domain.operations.stop_unit_members import StopMembersOrder, stop_unit_members
from domain.ports import Identity
from domain.store import tables
from domain.store.engine import open_database
from domain.vocabulary import (
    EnrolmentStatus,
    Id,
    IdType,
    Instant,
    LeavingReason,
    RegionCode,
    Relation,
    Sex,
    TerminationReason,
)
from tests.databases import create_tables, sqlite_url
from tests.operations.conftest import Opening
from tests.operations.tiny_world import ANSHUN, IN_WINDOW, SIMULATED, Counter, Somebody, TinyWorld

PLACES = (ANSHUN, SIMULATED, RegionCode("840301"))
CHILD = "270101202411010009"


class Template:
    """A SQLite world that every example starts from: one person, insured nowhere, and a unit in each of two places."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = TinyWorld()
        self.person = self.world.person()
        self.units = [self.world.unit(region=place) for place in PLACES[:2]]

    async def write(self) -> None:
        url = sqlite_url(self.folder / "template.sqlite3")
        await create_tables(url)
        database = open_database(url)
        await self.world.write(database)
        await database.close()

    async def counter(self) -> Counter:
        path = self.folder / "played.sqlite3"
        for old in self.folder.glob("played.sqlite3*"):
            old.unlink()
        shutil.copy(self.folder / "template.sqlite3", path)
        return Counter(self.world, open_database(sqlite_url(path)))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    made = Template(tmp_path_factory.mktemp("enrolments"))
    asyncio.run(made.write())
    return made


Step = tuple[str, int, int, int]
"""What is done, in which place or to which enrolment, under which key, and how many minutes later."""
steps = st.lists(
    st.tuples(
        st.sampled_from(["register", "suspend", "resume", "terminate", "join", "leave", "work flexibly"]),
        st.integers(0, len(PLACES) - 1),
        st.integers(0, 5),
        st.sampled_from([0, 9, 31]),
    ),
    min_size=1,
    max_size=12,
)


async def done(counter: Counter, template: Template, step: Step, now: Instant) -> object:
    """The answer to one step; what changes an enrolment concerns the latest one of the place."""
    what, place, number, _ = step
    person, key, region = template.person, f"key-{number:05d}", PLACES[place]
    unit, officer = template.units[place % len(template.units)]
    if what == "join":
        line = MemberLine(person.name, IdType.RESIDENT_ID_CARD, person.id_number)
        return (await counter.run(add_unit_members, AddMembersOrder(officer.id, key, "r", unit, (line,)), now=now))[0]
    if what == "leave":
        leaving = StopMembersOrder(officer.id, key, "r", unit, ((person.id, LeavingReason.LEFT),))
        return (await counter.run(stop_unit_members, leaving, now=now))[0]
    if what == "work flexibly":
        flexible = RegisterFlexibleOrder(person.id, key, "r", region)
        return (await counter.run(register_flexible_workers, flexible, now=now))[0]
    if what == "register":
        order = RegisterOrder(person.id, key, "r", person.id, region)
        return (await counter.run(register_enrolments, order, now=now))[0]
    found = tables.enrolments.c
    rows = await counter.rows(found.id, found.region_code)
    enrolment = max((Id(one) for one, code in rows if code == region), default=Id(0))
    if what == "suspend":
        return (await counter.run(suspend_enrolments, SuspendOrder(person.id, key, "r", enrolment, True), now=now))[0]
    if what == "resume":
        return (await counter.run(resume_enrolments, ResumeOrder(person.id, key, "r", enrolment), now=now))[0]
    ending = TerminateOrder(person.id, key, "r", enrolment, TerminationReason.GIVEN_UP)
    return (await counter.run(terminate_enrolments, ending, now=now))[0]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_nobody_is_ever_in_two_places_and_a_replay_changes_nothing(template: Template, given_steps: list[Step]) -> None:
    async def played() -> None:
        counter = await template.counter()
        found, now = tables.enrolments.c, IN_WINDOW
        for step in given_steps:
            now = Instant(now + step[3] * 60)
            answer = await done(counter, template, step, now)
            rows = await counter.rows(found.status, found.scheme, found.person_type, found.started_on, found.ended_on)
            active = [(scheme, type_) for status, scheme, type_, *_ in rows if status == "ACTIVE"]
            basic = [one for one in active if one[0] != "MATERNITY"]
            assert len(basic) <= 1
            assert (("MATERNITY", "EMPLOYED") in active) == (("EMPLOYEE", "EMPLOYED") in basic)
            for status, scheme, _, started, ended in rows:
                has_ended = status == "TERMINATED" or (status == "SUSPENDED" and scheme != "RESIDENT")
                assert has_ended == (ended is not None)
                assert ended is None or started <= ended
            written = await counter.everything()
            again = await done(counter, template, step, now)
            if not getattr(answer, "retryable", False):
                assert encoded(again) == encoded(answer) or type(again).__name__ == "IdempotencyKeyReused"
            assert await counter.everything() == written
        await counter.database.close()

    asyncio.run(played())


async def test_two_servers_register_one_person_in_two_places_once(opened: Opening) -> None:
    world = TinyWorld()
    people = [world.person() for _ in range(4)]
    servers = [await opened(world), await opened(world)]
    answers = await asyncio.gather(
        *(
            server.run(register_enrolments, RegisterOrder(person.id, f"key-{place:05d}", "r", person.id, region))
            for person in people
            for place, (server, region) in enumerate(zip(servers, PLACES[:2], strict=True))
        )
    )
    assert Tally(type(answer).__name__ for [answer] in answers) == {
        "ResidentEnrolmentRegistered": 4,
        "EnrolledElsewhere": 4,
    }


async def test_two_parents_on_two_servers_bring_one_newborn_to_the_platform(opened: Opening) -> None:
    world = TinyWorld()
    born = Identity(IdType.RESIDENT_ID_CARD, CHILD, "王安", Sex.MALE, date(2024, 11, 1), None)
    parents = [world.person("王伟"), world.person("李静")]
    world.registry.known[IdType.RESIDENT_ID_CARD, CHILD] = born
    for parent in parents:
        world.registry.kin[parent.id_number, CHILD] = Relation.CHILD
    servers = [await opened(world), await opened(world)]

    def order(parent: Somebody) -> RegisterOrder:
        return RegisterOrder(
            parent.id, "the-newborn", "r", Id(0), ANSHUN, name=born.name, id_type=born.id_type, id_number=CHILD,
            birth_date=born.birth_date, sex=born.sex, relation=Relation.CHILD,
        )  # fmt: skip

    answers = await asyncio.gather(
        *(server.run(register_enrolments, order(parent)) for server, parent in zip(servers, parents, strict=True))
    )
    assert sorted(type(answer).__name__ for [answer] in answers) == ["AlreadyEnrolled", "ResidentEnrolmentRegistered"]
    numbers = await servers[0].rows(tables.persons.c.id_number)
    assert [number for (number,) in numbers].count(CHILD) == 1


async def test_what_one_batch_brings_is_there_for_its_later_orders(opened: Opening) -> None:
    world = TinyWorld()
    person = world.person()
    server = await opened(world)
    first, second, third = await server.run(
        register_enrolments,
        RegisterOrder(person.id, "key-00001", "r", person.id, ANSHUN),
        RegisterOrder(person.id, "key-00001", "r", person.id, ANSHUN),
        RegisterOrder(person.id, "key-00002", "r", person.id, SIMULATED),
    )
    assert isinstance(first, ResidentEnrolmentRegistered)
    assert second == first
    assert type(third).__name__ == "EnrolledElsewhere"
    statuses = await server.rows(tables.enrolments.c.status)
    assert statuses == [(EnrolmentStatus.ACTIVE.name,)]
