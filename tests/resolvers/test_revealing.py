"""Full values are told to a clerk of the region, with a reason, once, and never without a record."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from domain.decisions.revealing import objection_to
from domain.policy import PolicyBook
from domain.refusals import InputNotAcceptable, PersonNotFound, Refusal, TooManyReveals
from domain.vocabulary import NATION, RegionCode, RevealField
from tests.resolvers.opened import REVEAL, MachineTime, OpenedWorld

EXPLANATION = "申请人到窗口办理更正"
COUNTY, CITY = RegionCode("520402"), RegionCode("520400")
NUMBER = (RevealField.ID_NUMBER,)
MOST = PolicyBook.load().fact("identity.most_reveals_an_hour", area=NATION, on=date(2024, 12, 16))


def given(world: OpenedWorld, **changes: Any) -> dict[str, Any]:
    form = {
        "personId": f"per_{world.guide['employee'].person_id}",
        "fields": ["ID_NUMBER", "PHONE"],
        "reason": "APPLICANT_AT_THE_COUNTER",
        "explanation": EXPLANATION,
    }
    return form | changes


async def records(world: OpenedWorld) -> list[tuple[Any, ...]]:
    """The records of reveals, with the person by whom each is found."""
    await world.service.world.seal_trail()
    return await world.rows(
        "SELECT r.kind, r.reason, r.purpose, r.reader, s.person_id FROM access_records r"
        " JOIN access_subjects s ON s.record_position = r.position WHERE r.kind = 'REVEAL' ORDER BY r.position"
    )


async def test_a_clerk_is_told_what_was_asked_for_and_the_person_sees_that(opened: OpenedWorld) -> None:
    person = opened.guide["employee"].person_id
    [(number, phone)] = await opened.rows(f"SELECT id_number, phone FROM persons WHERE id = {person}")
    told = await opened.mutate(REVEAL, "clerk-xixiu", **given(opened))
    assert (told["idNumber"], told["phone"], told["name"]) == (number, phone, None)
    assert await records(opened) == [
        ("REVEAL", "APPLICANT_AT_THE_COUNTER", EXPLANATION, "clerk-xixiu", person),
    ]
    document = """{ accessRecords(where: {kind: {eq: REVEAL}}) { edges { node {
        kind reader reason purpose fields operation } } } }"""
    [seen] = [edge["node"] for edge in (await opened.data(document, persona="employee"))["accessRecords"]["edges"]]
    assert seen == {
        "kind": "REVEAL",
        "reader": "clerk-xixiu",
        "reason": "APPLICANT_AT_THE_COUNTER",
        "purpose": EXPLANATION,
        "fields": ["Person.idNumber", "Person.phone"],
        "operation": "mutation M",
    }


async def test_nothing_of_it_is_kept_and_the_same_key_is_recorded_again(opened: OpenedWorld) -> None:
    key = opened.new_key()
    first = await opened.mutate(REVEAL, "clerk-xixiu", **given(opened, idempotencyKey=key))
    again = await opened.mutate(REVEAL, "clerk-xixiu", **given(opened, idempotencyKey=key))
    assert first == again
    assert len(await records(opened)) == 2
    assert await opened.rows("SELECT * FROM answers") == []


@pytest.mark.parametrize("persona", [None, "employee", "employee-2", "operator", "auditor", "officer-employer"])
async def test_nobody_but_a_clerk_is_told(persona: str | None, on_sqlite: OpenedWorld) -> None:
    assert (await on_sqlite.mutate(REVEAL, persona, **given(on_sqlite)))["__typename"] == "NotSignedIn"
    assert await records(on_sqlite) == []


async def test_whoever_lives_elsewhere_is_as_if_not_there(opened: OpenedWorld) -> None:
    elsewhere = await opened.mutate(REVEAL, "clerk-synthetic", **given(opened))
    nobody = await opened.mutate(REVEAL, "clerk-synthetic", **given(opened, personId="per_529999999999999999"))
    assert elsewhere == nobody
    assert elsewhere["__typename"] == "PersonNotFound"
    assert await records(opened) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": []},
        {"explanation": "急用"},
        {"explanation": " " * 20},
        {"explanation": "字" * 201},
        {"explanation": "证件 560402199001063535 的更正"},
    ],
)
async def test_without_a_proper_reason_nothing_is_told(changes: dict[str, Any], on_sqlite: OpenedWorld) -> None:
    answer = await on_sqlite.mutate(REVEAL, "clerk-xixiu", **given(on_sqlite, **changes))
    assert answer["__typename"] == "InputNotAcceptable"
    assert answer["field"] == next(iter(changes))
    assert await records(on_sqlite) == []


async def test_there_is_a_limit_within_an_hour_for_requests_at_once_too(
    opened: OpenedWorld, machine: MachineTime
) -> None:
    await opened.viewer("clerk-xixiu")
    answers = await asyncio.gather(
        *(opened.mutate(REVEAL, "clerk-xixiu", **given(opened)) for _ in range(MOST.count + 6))
    )
    told = [answer["__typename"] for answer in answers]
    assert told.count("IdentityRevealed") == MOST.count
    assert told.count("TooManyReveals") == 6
    assert (await opened.mutate(REVEAL, "clerk-anshun", **given(opened)))["__typename"] == "IdentityRevealed"
    machine.forward(seconds=3_601)
    assert (await opened.mutate(REVEAL, "clerk-xixiu", **given(opened)))["__typename"] == "IdentityRevealed"


@pytest.mark.parametrize(
    ("region", "lives_in", "revealed", "fields", "explanation", "told"),
    [
        (COUNTY, COUNTY, 0, NUMBER, EXPLANATION, None),
        (CITY, COUNTY, MOST.count - 1, NUMBER, "六个字的理由", None),
        (COUNTY, RegionCode("520403"), 0, NUMBER, EXPLANATION, PersonNotFound),
        (COUNTY, None, 0, NUMBER, EXPLANATION, PersonNotFound),
        (COUNTY, COUNTY, MOST.count, NUMBER, EXPLANATION, TooManyReveals),
        (COUNTY, None, MOST.count, NUMBER, EXPLANATION, TooManyReveals),
        (COUNTY, COUNTY, MOST.count, NUMBER, "五个字理由", InputNotAcceptable),
        (COUNTY, None, 0, (), EXPLANATION, InputNotAcceptable),
    ],
)
def test_what_stands_against_it(
    region: RegionCode,
    lives_in: RegionCode | None,
    revealed: int,
    fields: tuple[RevealField, ...],
    explanation: str,
    told: type[Refusal] | None,
) -> None:
    objection = objection_to(region, lives_in, revealed, MOST, fields=fields, explanation=explanation)
    assert (None if objection is None else type(objection)) is told
