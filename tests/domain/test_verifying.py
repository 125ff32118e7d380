"""Whether somebody who is signed in is who they say: their own document alone, in a name that the register holds."""

from dataclasses import replace
from datetime import date

import pytest

from domain.decisions.records import PersonOnRecord
from domain.decisions.verifying import objection_to
from domain.refusals import IdentityMismatch, InputNotAcceptable, PartyDoesNotAnswer, PersonDeceased, Refusal
from domain.vocabulary import IdType, Sex
from tests.domain.cases import ANSHUN, IN_WINDOW, MOTHER
from tests.domain.test_family_binding import DEAD, NUMBER, Registered

CARD, PASSPORT = IdType.RESIDENT_ID_CARD, IdType.FOREIGN_PASSPORT
OTHER_NUMBER = "440524188001010014"
ME = PersonOnRecord(
    id=MOTHER,
    region=ANSHUN,
    id_type=CARD,
    id_number=NUMBER,
    name="王秀莹",
    sex=Sex.FEMALE,
    birth_date=date(1949, 12, 31),
    died_on=None,
    e_certificate_at=None,
    real_name_verified_at=None,
)
RARE = Registered(name="王秀\ue863", also_written="王秀䶮")


@pytest.mark.parametrize(
    ("name", "id_type", "number", "registered", "told"),
    [
        # What the register holds counts, not what the platform has written down.
        ("王秀英", CARD, NUMBER, Registered(), None),
        (" 王 秀英 ", CARD, NUMBER.lower(), Registered(), None),
        ("王秀莹", CARD, NUMBER, Registered(), IdentityMismatch),
        ("王秀䶮", CARD, NUMBER, RARE, None),
        ("王秀䶮", CARD, NUMBER, replace(RARE, also_written=None), IdentityMismatch),
        ("", CARD, NUMBER, Registered(), InputNotAcceptable),
        ("王秀英", CARD, NUMBER[:-1] + "1", Registered(), InputNotAcceptable),
        ("王秀英", CARD, "110105491231002", Registered(), InputNotAcceptable),
        ("王秀英", CARD, OTHER_NUMBER, Registered(), IdentityMismatch),
        ("王秀英", CARD, OTHER_NUMBER, DEAD, IdentityMismatch),
        ("王秀英", PASSPORT, NUMBER[:9], Registered(), IdentityMismatch),
        ("王秀英", CARD, NUMBER, None, IdentityMismatch),
        ("王秀英", CARD, NUMBER, DEAD, PersonDeceased),
        ("李四", CARD, NUMBER, DEAD, IdentityMismatch),
        ("王秀英", CARD, NUMBER, Registered(died_on=date(2024, 12, 21)), None),
    ],
)
def test_what_stands_against_it(
    name: str, id_type: IdType, number: str, registered: Registered | None, told: type[Refusal] | None
) -> None:
    objection = objection_to(IN_WINDOW, ME, registered, name=name, id_type=id_type, id_number=number, answers=True)
    assert (None if objection is None else type(objection)) is told


@pytest.mark.parametrize(("number", "told"), [(NUMBER, PartyDoesNotAnswer), (OTHER_NUMBER, IdentityMismatch)])
def test_a_silent_register_is_heard_of_by_the_person_alone(number: str, told: type[Refusal]) -> None:
    objection = objection_to(IN_WINDOW, ME, None, name="王秀英", id_type=CARD, id_number=number, answers=False)
    assert type(objection) is told


def test_anothers_document_and_one_that_nobody_has_are_told_alike() -> None:
    heard = [
        objection_to(IN_WINDOW, ME, registered, name="王秀英", id_type=CARD, id_number=OTHER_NUMBER, answers=True)
        for registered in (Registered(), DEAD, None)
    ]
    assert all(vars(one) == vars(heard[0]) for one in heard)
