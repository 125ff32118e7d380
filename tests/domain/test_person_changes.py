"""What may be on record of somebody: what the register holds of the document, and a telephone that is one."""

from dataclasses import replace
from datetime import date

import pytest

from domain.decisions.identity import check_character
from domain.decisions.person_changes import (
    ChangeablePerson,
    Checked,
    PersonChange,
    PersonDetails,
    details_changed,
    person_changed,
)
from domain.policy import PolicyBook
from domain.refusals import (
    DocumentOfAnother,
    IdentityMismatch,
    InputNotAcceptable,
    NothingChanges,
    PartyDoesNotAnswer,
    PersonDeceased,
    Refusal,
    TooManyAttempts,
)
from domain.vocabulary import IdType, PersonDetail, Sex
from tests.domain.cases import ANSHUN, IN_WINDOW, MOTHER, PAYER
from tests.domain.test_family_binding import DEAD, NUMBER, Registered

CARD = IdType.RESIDENT_ID_CARD
BORN = date(1949, 12, 31)
OTHER_NUMBER = (body := "44052419491231001") + check_character(body)
ON_RECORD = PersonDetails("王秀莹", CARD, NUMBER, Sex.FEMALE, BORN, "15400005678")
PERSON = ChangeablePerson(MOTHER, ANSHUN, None, ON_RECORD)
SAME = PersonChange(" 王 秀莹", CARD, NUMBER.lower(), Sex.FEMALE, BORN, "15400005678")
NAME = PersonChange(name="王秀英")
NEW_NUMBER = PersonChange(name="王秀英", id_type=CARD, id_number=OTHER_NUMBER)
RARE = Registered(name="王秀\ue863", also_written="王秀䶮")


@pytest.mark.parametrize(
    ("change", "registered", "told"),
    [
        (NAME, Registered(), {PersonDetail.NAME}),
        (PersonChange(name="王 秀英 "), Registered(), {PersonDetail.NAME}),
        (PersonChange(name="王秀䶮"), RARE, {PersonDetail.NAME}),
        (NEW_NUMBER, Registered(), {PersonDetail.NAME, PersonDetail.DOCUMENT}),
        # A telephone is nobody's but the person's own: the register is not asked.
        (PersonChange(phone="13812345678"), None, {PersonDetail.PHONE}),
        (PersonChange(phone="0816-2224302"), None, {PersonDetail.PHONE}),
        (SAME, Registered(), NothingChanges),
        (NAME, Registered(name="王秀"), IdentityMismatch),
        (NAME, None, IdentityMismatch),
        (replace(NAME, sex=Sex.MALE), Registered(), IdentityMismatch),
        # What stays must be what the register holds, too.
        (PersonChange(sex=Sex.MALE), Registered(), IdentityMismatch),
        (NAME, DEAD, PersonDeceased),
        (replace(NAME, birth_date=date(1949, 12, 30)), Registered(), InputNotAcceptable),
        (replace(NEW_NUMBER, id_number=OTHER_NUMBER[:-1] + "?"), Registered(), InputNotAcceptable),
        (PersonChange(name=" "), Registered(), InputNotAcceptable),
        (PersonChange(phone="12345"), None, InputNotAcceptable),
    ],
)
def test_what_is_on_record_is_what_the_register_holds(
    book: PolicyBook,
    change: PersonChange,
    registered: Registered | None,
    told: set[PersonDetail] | type[Refusal],
) -> None:
    checked = Checked(registered, answers=True, holder=None, mismatches=0)
    found = person_changed(book, IN_WINDOW, PERSON, change, checked, knows=True)
    if isinstance(told, set):
        assert isinstance(found, PersonDetails)
        assert {*details_changed(ON_RECORD, found)} == told
        assert found.name.replace(" ", "") == found.name
    else:
        assert isinstance(found, told)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"answers": False}, PartyDoesNotAnswer),
        ({"holder": PAYER}, DocumentOfAnother),
        ({"holder": MOTHER}, PersonDetails),
        ({"mismatches": 100}, TooManyAttempts),
        ({"mismatches": 100, "answers": False}, TooManyAttempts),
        ({"holder": PAYER, "registered": None}, IdentityMismatch),
    ],
)
def test_what_else_stands_against_another_document(
    book: PolicyBook, changes: dict[str, object], told: type[object]
) -> None:
    checked = replace(Checked(Registered(), answers=True, holder=None, mismatches=0), **changes)  # type: ignore[arg-type]
    assert isinstance(person_changed(book, IN_WINDOW, PERSON, NEW_NUMBER, checked, knows=True), told)


def test_of_the_dead_nothing_is_changed(book: PolicyBook) -> None:
    nobody = Checked(None, answers=True, holder=None, mismatches=0)
    dead = replace(PERSON, died_on=date(2024, 1, 1))
    found = person_changed(book, IN_WINDOW, dead, PersonChange(phone="13812345678"), nobody, knows=True)
    assert isinstance(found, PersonDeceased)


def test_nobody_learns_a_telephone_by_asking_whether_it_would_change(book: PolicyBook) -> None:
    nobody = Checked(None, answers=True, holder=None, mismatches=0)
    same = PersonChange(phone=ON_RECORD.phone)
    assert isinstance(person_changed(book, IN_WINDOW, PERSON, same, nobody, knows=True), NothingChanges)
    assert person_changed(book, IN_WINDOW, PERSON, same, nobody, knows=False) == ON_RECORD
