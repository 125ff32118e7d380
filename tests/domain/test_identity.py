"""Identity documents: which numbers can be right, and what a register confirms."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.identity import check_character, confirms, document_number, number_problem
from domain.vocabulary import IdType, Sex


@dataclass(frozen=True)
class Registered:
    name: str = "阿依古丽·买买提"
    sex: Sex = Sex.FEMALE
    birth_date: date = date(1960, 5, 1)
    died_on: date | None = None


def test_the_example_of_the_standard_has_its_check_character() -> None:
    assert check_character("11010519491231002") == "X"


@given(st.from_regex(r"\A27010119[0-9]{2}0[1-9]1[0-9][0-9]{3}\Z"), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, by: int) -> None:
    number = body + check_character(body)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert number_problem(IdType.RESIDENT_ID_CARD, number) is None
    assert number_problem(IdType.RESIDENT_ID_CARD, wrong) is not None


@pytest.mark.parametrize(
    ("id_type", "number", "acceptable"),
    [
        (IdType.RESIDENT_ID_CARD, "11010519491231002X", True),
        (IdType.RESIDENT_ID_CARD, "110105194912310021", False),
        (IdType.RESIDENT_ID_CARD, "11010519490231002X", False),
        (IdType.RESIDENT_ID_CARD, "1101051949123100", False),
        (IdType.RESIDENT_ID_CARD, "", False),
        (IdType.RESIDENT_ID_CARD, "１１０１０５19491231002X", False),
        (IdType.HONG_KONG_PERMIT, "H12345678", True),
        (IdType.HONG_KONG_PERMIT, "A12345678", False),
        (IdType.TAIWAN_PERMIT, "12345678", True),
        (IdType.TAIWAN_PERMIT, "1234567", False),
        (IdType.FOREIGN_PERMANENT_RESIDENCE, "USA123456789012", True),
        (IdType.FOREIGN_PERMANENT_RESIDENCE, "U5A123456789012", False),
        (IdType.PASSPORT, "E12345678", True),
        (IdType.PASSPORT, "E-1234567", False),
    ],
)
def test_a_number_has_the_shape_of_its_document(id_type: IdType, number: str, acceptable: bool) -> None:
    assert (number_problem(id_type, number) is None) is acceptable


def test_spaces_and_a_small_x_do_not_matter() -> None:
    assert document_number(" 110105 19491231 002x ") == "11010519491231002X"


@pytest.mark.parametrize(
    ("name", "birth_date", "sex", "confirmed"),
    [
        ("阿依古丽·买买提", date(1960, 5, 1), Sex.FEMALE, True),
        ("阿依古丽• 买买提", date(1960, 5, 1), Sex.FEMALE, True),
        ("阿依古丽", date(1960, 5, 1), Sex.FEMALE, False),
        ("阿依古丽·买买提", date(1960, 5, 2), Sex.FEMALE, False),
        ("阿依古丽·买买提", date(1960, 5, 1), Sex.MALE, False),
        ("买买提", date(1960, 1, 5), Sex.MALE, False),
    ],
)
def test_a_register_confirms_all_or_nothing(name: str, birth_date: date, sex: Sex, confirmed: bool) -> None:
    assert confirms(Registered(), name=name, birth_date=birth_date, sex=sex) is confirmed
