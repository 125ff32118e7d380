"""Whoever has document, name and face is signed in; whoever tries to be somebody else is not, and soon may not try."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.store.engine import open_database
from domain.vocabulary import NATION, Role, Viewer
from resolvers.service import Answer, GraphQLRequest
from resolvers.world import open_world
from simulator.faces import face_of
from simulator.outside import outside
from simulator.people import write_people
from tests.journeys.test_refusals import with_silence
from tests.journeys.test_verifying_identity import EVENTS, ME
from tests.resolvers.opened import REAL_NAME, OpenedWorld, mutation_telling

SIGN_OUT = mutation_telling("signOut", "... on SignedOut { at }")
MOST = 5
LOCK_MINUTES = 30
NOBODY = {"name": "某某", "idType": "FOREIGN_PASSPORT", "idNumber": "E0000001"}


async def form(opened: OpenedWorld, persona: str = "employee", **changes: Any) -> dict[str, Any]:
    own = (await opened.data(ME, persona=persona))["viewer"]["person"]
    return {name: own[name] for name in ("name", "idType", "idNumber")} | {"face": f"persona:{persona}"} | changes


async def tries(opened: OpenedWorld, given: Mapping[str, Any]) -> dict[str, Any]:
    return await opened.mutate(REAL_NAME, None, **given)


async def told(opened: OpenedWorld, given: Mapping[str, Any]) -> str:
    name: str = (await tries(opened, given))["__typename"]
    return name


async def test_whoever_is_who_they_say_is_signed_in_and_verified_by_that(opened: OpenedWorld) -> None:
    given = await form(opened)
    signed_in = await tries(opened, given)
    assert signed_in["person"] == {
        "id": opened.person("employee"),
        "idNumber": given["idNumber"],
        "realNameVerifiedAt": "2024-12-16T09:00:00+08:00",
    }
    viewer = opened.service.authenticate(f"Bearer {signed_in['token']}")
    assert isinstance(viewer, Viewer)
    assert (viewer.role, f"per_{viewer.person_id}", viewer.region, viewer.persona_id) == (
        Role.CITIZEN, opened.person("employee"), NATION, 0,
    )  # fmt: skip
    again = await tries(opened, given)
    assert again["token"] != signed_in["token"]
    assert len((await opened.data(EVENTS, persona="employee"))["events"]["edges"]) == 1


async def test_outside_a_sandbox_the_face_itself_is_needed(opened: OpenedWorld) -> None:
    given = await form(opened)
    world = opened.service.world
    world.sandbox = False
    assert await told(opened, given) == "FaceCheckFailed"
    assert await told(opened, given | {"face": "photo:persona:employee"}) == "FaceCheckFailed"
    face = face_of(world.record.seed, given["idType"], given["idNumber"])
    assert await told(opened, given | {"face": face}) == "SignedInWithRealName"


FACES = {
    "persona:employee-2": ("FaceCheckFailed", "WRONG_PERSON"),
    "persona:nobody": ("FaceCheckFailed", "WRONG_PERSON"),
    "persona:clerk-anshun": ("FaceCheckFailed", "WRONG_PERSON"),
    f"face-{'0' * 24}": ("FaceCheckFailed", "WRONG_PERSON"),
    "photo:persona:employee": ("FaceCheckFailed", "NOT_LIVE"),
    "blurred:persona:employee": ("FaceCheckFailed", "UNREADABLE"),
    "": ("FaceCheckFailed", "UNREADABLE"),
    "smile": ("FaceCheckFailed", "UNREADABLE"),
    "x" * 10_000: ("FaceCheckFailed", "UNREADABLE"),
    "unanswered:persona:employee": ("PartyDoesNotAnswer", None),
}


@pytest.mark.parametrize(("face", "expected"), FACES.items(), ids=[face[:30] for face in FACES])
async def test_a_front_end_can_try_every_face_that_fails(
    face: str, expected: tuple[str, str | None], on_sqlite: OpenedWorld
) -> None:
    answer = await tries(on_sqlite, await form(on_sqlite, face=face))
    assert (answer["__typename"], answer.get("failure")) == expected
    assert answer.get("party") == ("FACE_CHECK" if expected[1] is None else None)
    assert answer["retryable"] is (expected[1] is None)
    assert (await on_sqlite.data(ME, persona="employee"))["viewer"]["person"]["realNameVerifiedAt"] is None


async def test_who_does_not_exist_and_whose_name_is_another_are_told_the_same_after_the_same_work(
    opened: OpenedWorld,
) -> None:
    given = await form(opened)
    heard = []
    database = opened.service.world.database
    for attempt in (
        given | {"name": "某某"},
        given | {"name": "某某", "face": "unanswered:persona:employee"},
        {**NOBODY, "face": given["face"]},
        {**NOBODY, "name": given["name"], "face": given["face"]},
    ):
        before = database.statements
        answer = await tries(opened, attempt)
        heard.append((answer, database.statements - before))
    assert heard[0][0]["__typename"] == "IdentityMismatch"
    # An image of nobody is asked about as one of somebody is; ids of a new block are taken once.
    answers, statements = zip(*heard, strict=True)
    assert all(answer == answers[0] for answer in answers)
    assert len(set(statements[1:])) == 1


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("died_on = '2024-12-15'", "PersonDeceased"),
        ("name = '\ue863'", "IdentityMismatch"),
        ("also_written = name, name = '\ue863'", "SignedInWithRealName"),
    ],
)
async def test_what_the_register_holds_counts(changed: str, expected: str, opened: OpenedWorld) -> None:
    given = await form(opened)
    await opened.change(f"UPDATE registry_identities SET {changed} WHERE id_number = '{given['idNumber']}'")
    assert await told(opened, given) == expected


async def test_of_the_dead_only_who_knows_the_name_hears(opened: OpenedWorld) -> None:
    given = await form(opened)
    await opened.change(
        f"UPDATE registry_identities SET died_on = '2024-12-15' WHERE id_number = '{given['idNumber']}'"
    )
    assert await told(opened, given | {"name": "某某"}) == "IdentityMismatch"
    assert await told(opened, given | {"face": "photo:persona:employee"}) == "PersonDeceased"


async def test_whom_the_platform_does_not_hold_is_told_so_when_it_is_they(opened: OpenedWorld) -> None:
    given = await form(opened)
    await opened.change(
        "INSERT INTO registry_identities (id_type, id_number, name, sex, birth_date)"
        " VALUES ('FOREIGN_PASSPORT', 'E0000001', '某某', 'MALE', '1990-01-01')"
    )
    face = face_of(opened.service.world.record.seed, "FOREIGN_PASSPORT", "E0000001")
    assert await told(opened, NOBODY | {"face": face}) == "PersonNotFound"
    assert await told(opened, NOBODY | {"face": given["face"]}) == "FaceCheckFailed"


async def test_a_silent_register_is_told_and_counts_for_nothing(opened: OpenedWorld) -> None:
    given = await form(opened)

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        return await tries(world, given)

    for _ in range(MOST + 1):
        answer = await with_silence(meeting, registry=True)(opened)
        assert (answer["__typename"], answer["party"]) == ("PartyDoesNotAnswer", "IDENTITY_REGISTRY")
    assert await told(opened, given) == "SignedInWithRealName"


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"idNumber": "240102195603150021"}, "idNumber", "CHECK_CHARACTER"),
        ({"idNumber": "240102560315002"}, "idNumber", "OLD_NUMBER"),
        ({"name": " "}, "name", "NAME_LENGTH"),
        ({"name": "王" * 51}, "name", "NAME_LENGTH"),
        ({"idempotencyKey": "short"}, "idempotencyKey", "KEY_LENGTH"),
    ],
)
async def test_what_cannot_be_right_is_told_and_counts_for_nothing(
    changes: dict[str, Any], field: str, problem: str, on_sqlite: OpenedWorld
) -> None:
    given = await form(on_sqlite)
    for _ in range(MOST + 1):
        answer = await tries(on_sqlite, given | changes)
        assert (answer["__typename"], answer["field"], answer["problem"]) == ("InputNotAcceptable", field, problem)
    assert await told(on_sqlite, given) == "SignedInWithRealName"


async def test_whoever_the_file_of_people_describes_signs_in_with_that_and_with_nothing_else(
    opened: OpenedWorld, tmp_path: Path
) -> None:
    world = opened.service.world
    world.sandbox = False
    await write_people(world.database, tmp_path / "people.jsonl", 3)
    lines = [json.loads(line) for line in (tmp_path / "people.jsonl").read_text("utf-8").splitlines()]
    people = [person for line in lines for person in (line, *line["relatives"])]
    assert len(people) > 3
    assert len({person["face"] for person in people}) == len(people)
    document = ("name", "idType", "idNumber")
    for number, (person, other) in enumerate(zip(people, [*people[1:], people[0]], strict=True)):
        given = {name: person[name] for name in document} | {"idempotencyKey": f"from-the-file-{number}"}
        signed_in = await tries(opened, given | {"face": person["face"]})
        assert signed_in["__typename"] == "SignedInWithRealName"
        assert signed_in["person"]["id"] == person["person"]
        assert await told(opened, given | {"face": other["face"]}) == "FaceCheckFailed"


# ---- trying --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nobody", [False, True])
async def test_who_tries_too_often_is_locked_out_until_a_moment_that_is_told(nobody: bool, opened: OpenedWorld) -> None:
    given = await form(opened)
    wrong = {**NOBODY, "face": given["face"]} if nobody else given | {"name": "某某"}
    for _ in range(MOST):
        assert await told(opened, wrong) == "IdentityMismatch"
        opened.machine.forward(seconds=60)
    for attempt in (wrong, wrong | {"face": "photo:persona:employee"}, wrong if nobody else given):
        locked = await tries(opened, attempt)
        assert (locked["__typename"], locked["most"], locked["until"], locked["retryable"]) == (
            "SignInLocked", MOST, "2024-12-16T09:30:00+08:00", False,
        )  # fmt: skip
        assert locked["basis"]["name"] == "identity.most_failed_sign_ins"
    # Nobody else is kept out by it.
    assert await told(opened, await form(opened, "employee-2")) == "SignedInWithRealName"
    opened.machine.forward(seconds=LOCK_MINUTES * 60 - MOST * 60 - 1)
    assert await told(opened, wrong) == "SignInLocked"
    opened.machine.forward(seconds=1)
    assert await told(opened, wrong) == "IdentityMismatch"
    assert await told(opened, wrong) == "SignInLocked"


async def test_faces_of_others_count_unreadable_ones_do_not_and_success_begins_anew(opened: OpenedWorld) -> None:
    given = await form(opened)
    for _ in range(MOST + 1):
        assert await told(opened, given | {"face": "blurred:persona:employee"}) == "FaceCheckFailed"
    for face in ("persona:employee-2", "photo:persona:employee", "persona:employee-3", "photo:persona:employee"):
        assert await told(opened, given | {"face": face}) == "FaceCheckFailed"
    assert await told(opened, given) == "SignedInWithRealName"
    assert await opened.rows("SELECT * FROM sign_in_failures") == []
    for _ in range(MOST):
        assert await told(opened, given | {"face": "persona:employee-2"}) == "FaceCheckFailed"
    assert await told(opened, given) == "SignInLocked"


async def test_who_tries_all_at_once_tries_no_more_often(opened: OpenedWorld) -> None:
    given = await form(opened)
    of = opened.service.world
    other = await open_world(
        open_database(opened.url), policy=of.policy, outside=outside(), machine=opened.machine, sandbox=True
    )
    second = replace(opened, service=replace(opened.service, world=other))
    try:
        answers = await asyncio.gather(
            *(told(each, given | {"name": f"某{number}"}) for number in range(15) for each in (opened, second))
        )
    finally:
        await other.close()
    assert sorted(answers) == ["IdentityMismatch"] * MOST + ["SignInLocked"] * (30 - MOST)


async def test_failures_are_kept_no_longer_than_they_count_and_hold_no_number(opened: OpenedWorld) -> None:
    given = await form(opened)
    await tries(opened, given | {"name": "某某"})
    rows = await opened.rows("SELECT * FROM sign_in_failures")
    assert len(rows) == 1
    assert given["idNumber"] not in str(rows)
    opened.machine.forward(hours=1)
    await tries(opened, {**NOBODY, "face": "smile"})
    [(identity, _, _)] = await opened.rows("SELECT * FROM sign_in_failures")
    assert identity != rows[0][0]


STEPS = st.tuples(st.sampled_from(["right", "wrong", "blurred", "photo"]), st.integers(0, 900))


@given(steps=st.lists(STEPS, max_size=25))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=15
)
async def test_nobody_fails_more_often_within_half_an_hour_than_policy_lets_them(
    steps: list[tuple[str, int]], on_sqlite: OpenedWorld
) -> None:
    given = await form(on_sqlite)
    await on_sqlite.change("DELETE FROM sign_in_failures")
    failures: list[float] = []
    attempts = {
        "right": given,
        "wrong": given | {"name": "某某"},
        "blurred": given | {"face": "blurred:persona:employee"},
        "photo": given | {"face": "photo:persona:employee"},
    }
    for kind, seconds in steps:
        on_sqlite.machine.forward(seconds=seconds)
        now = on_sqlite.machine()
        failures = [at for at in failures if at > now - LOCK_MINUTES * 60]
        answer = await told(on_sqlite, attempts[kind])
        assert (answer == "SignInLocked") is (len(failures) >= MOST)
        if answer == "SignedInWithRealName":
            failures = []
        elif answer == "IdentityMismatch" or (answer == "FaceCheckFailed" and kind == "photo"):
            failures.append(now)


async def test_a_good_face_fails_now_and_then_the_same_way_for_the_same_try(on_sqlite: OpenedWorld) -> None:
    given = await form(on_sqlite)
    answers: dict[str, set[str]] = {}
    for _ in range(2):
        for number in range(400):
            answer = await tries(on_sqlite, given | {"idempotencyKey": f"a-try-{number}"})
            answers.setdefault(f"{number}", set()).add(answer.get("failure", answer["__typename"]))
    assert all(len(found) == 1 for found in answers.values())
    failed = [found for found in answers.values() if found != {"SignedInWithRealName"}]
    assert 1 <= len(failed) <= 20
    assert {"UNREADABLE"} in failed


# ---- signing out ---------------------------------------------------------------------------------------------------


async def test_who_signs_out_is_nobody_then(opened: OpenedWorld) -> None:
    signed_in = await tries(opened, await form(opened))
    header = f"Bearer {signed_in['token']}"
    viewer = opened.service.authenticate(header)
    assert isinstance(viewer, Viewer)
    other = await tries(opened, await form(opened))
    document = GraphQLRequest(SIGN_OUT, {"input": {"idempotencyKey": "signing-out"}})
    answer = await opened.service.answer(document, viewer, "r")
    assert isinstance(answer, Answer)
    assert b'"SignedOut"' in answer.body
    refused = opened.service.authenticate(header)
    assert isinstance(refused, Answer)
    assert refused.status == 401
    assert isinstance(opened.service.authenticate(f"Bearer {other['token']}"), Viewer)


async def test_nobody_signs_out_who_is_not_signed_in(on_sqlite: OpenedWorld) -> None:
    assert (await on_sqlite.mutate(SIGN_OUT, None))["__typename"] == "NotSignedIn"
    short = await on_sqlite.mutate(SIGN_OUT, "employee", idempotencyKey="short")
    assert (short["__typename"], short["field"]) == ("InputNotAcceptable", "idempotencyKey")
    assert isinstance(on_sqlite.service.authenticate(f"Bearer {await on_sqlite.sign_in('employee')}"), Viewer)
