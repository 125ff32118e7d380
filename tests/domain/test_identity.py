"""Identity documents: which numbers can be right, and what a register confirms."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.identity import (
    birth_date_problem,
    check_character,
    confirms,
    document_number,
    number_problem,
    require_confirmed,
)
from domain.decisions.objections import noting
from domain.refusals import IdentityMismatch, InputProblem, PartyDoesNotAnswer, PersonDeceased, Refusal
from domain.vocabulary import IdType, Sex


@dataclass(frozen=True)
class Registered:
    name: str = "阿依古丽·买买提"
    sex: Sex = Sex.FEMALE
    birth_date: date = date(1960, 5, 1)
    died_on: date | None = None
    also_written: str | None = None


def test_the_example_of_the_standard_has_its_check_character() -> None:
    assert check_character("11010519491231002") == "X"


@given(st.from_regex(r"\A27010119[0-9]{2}0[1-9]1[0-9][0-9]{3}\Z"), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, by: int) -> None:
    number = body + check_character(body)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert number_problem(IdType.RESIDENT_ID_CARD, number) is None
    assert number_problem(IdType.RESIDENT_ID_CARD, wrong) is not None


SHAPE, DAY, CHECK = InputProblem.NUMBER_SHAPE, InputProblem.NUMBER_DATE, InputProblem.CHECK_CHARACTER


@pytest.mark.parametrize(
    ("id_type", "number", "problem"),
    [
        # GB 11643-1999; the fact sheet's vectors.
        (IdType.RESIDENT_ID_CARD, "11010519491231002X", None),
        (IdType.RESIDENT_ID_CARD, "440524188001010014", None),
        (IdType.RESIDENT_ID_CARD, "34052419800101001X", None),
        (IdType.RESIDENT_ID_CARD, "110105194912310021", CHECK),
        (IdType.RESIDENT_ID_CARD, "11010519490231002X", DAY),
        (IdType.RESIDENT_ID_CARD, "1101051949123100", SHAPE),
        (IdType.RESIDENT_ID_CARD, "", SHAPE),
        (IdType.RESIDENT_ID_CARD, "１１０１０５19491231002X", SHAPE),
        (IdType.RESIDENT_ID_CARD, "110105491231002", InputProblem.OLD_NUMBER),
        (IdType.RESIDENT_ID_CARD, "11010549123100", SHAPE),
        (IdType.MILITARY_OFFICER_CARD, "南字第12345678号", None),
        (IdType.MILITARY_OFFICER_CARD, "南字第12345", SHAPE),
        (IdType.ARMED_POLICE_OFFICER_CARD, "武字第1234567号", None),
        (IdType.ARMED_POLICE_OFFICER_CARD, "WU1234567", SHAPE),
        (IdType.HONG_KONG_PERMIT, "H12345678", None),
        (IdType.HONG_KONG_PERMIT, "H1234567801", None),
        (IdType.HONG_KONG_PERMIT, "K12345678", None),
        (IdType.HONG_KONG_PERMIT, "HA1234567", None),
        (IdType.HONG_KONG_PERMIT, "M12345678", SHAPE),
        (IdType.MACAO_PERMIT, "M12345678", None),
        (IdType.MACAO_PERMIT, "MA1234567", None),
        (IdType.MACAO_PERMIT, "H12345678", SHAPE),
        (IdType.TAIWAN_PERMIT, "12345678", None),
        (IdType.TAIWAN_PERMIT, "1234567", SHAPE),
        (IdType.FOREIGN_PERMANENT_RESIDENCE, "USA123456789012", None),
        (IdType.FOREIGN_PERMANENT_RESIDENCE, "U5A123456789012", SHAPE),
        (IdType.FOREIGN_PERMANENT_RESIDENCE, "911124189912310014", None),
        (IdType.FOREIGN_PERMANENT_RESIDENCE, "911124189912310015", CHECK),
        (IdType.FOREIGN_PASSPORT, "E12345678", None),
        (IdType.FOREIGN_PASSPORT, "E-1234567", SHAPE),
        # The holder's identity number, the kind of disability and its grade; reissued for the second time.
        (IdType.DISABILITY_CERTIFICATE, "11010519491231002X42", None),
        (IdType.DISABILITY_CERTIFICATE, "11010519491231002X42B2", None),
        (IdType.DISABILITY_CERTIFICATE, "11010519491231002X82", SHAPE),
        (IdType.DISABILITY_CERTIFICATE, "11010519491231003X42", CHECK),
        (IdType.DISABILITY_CERTIFICATE, "11010519491331002X42", DAY),
        (IdType.MILITARY_FAMILY_CERTIFICATE, "军烈字(2001)第018号", None),
        (IdType.MILITARY_FAMILY_CERTIFICATE, "018", SHAPE),
        (IdType.FOREIGN_WORK_PERMIT, "20240100123456", None),
        (IdType.FOREIGN_EXPERT_CARD, "0123456", None),
        (IdType.FOREIGN_EXPERT_CARD, "012", SHAPE),
        (IdType.FOREIGN_CORRESPONDENT_CARD, "J-0123", None),
        (IdType.HONG_KONG_MACAO_TAIWAN_WORK_PERMIT, "TGA0012345", None),
        (IdType.SETTLED_EXPERT_CARD, "ZJ0012345", None),
        (IdType.CHINESE_PASSPORT, "E12345678", None),
        (IdType.CHINESE_PASSPORT, "EA1234567", None),
        (IdType.CHINESE_PASSPORT, "EAB123456", SHAPE),
        # GB/T 2260 gives Taiwan 71; the residence permit gives it 83.
        (IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE, "830000189912310017", None),
        (IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE, "830000189912310018", CHECK),
        (IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE, "830000189913310019", DAY),
        (IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE, "710000189912310017", SHAPE),
        (IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE, "11010519491231002X", SHAPE),
        (IdType.SOCIAL_SECURITY_CARD, "A12345678", None),
        (IdType.SOCIAL_SECURITY_CARD, "11010519491231002X", None),
        (IdType.SOCIAL_SECURITY_CARD, "110105194912310021", CHECK),
        (IdType.OTHER, "第0012号", None),
        (IdType.OTHER, "'; --", SHAPE),
    ],
)
def test_a_number_has_the_shape_of_its_document(id_type: IdType, number: str, problem: InputProblem | None) -> None:
    assert number_problem(id_type, number) is problem


@pytest.mark.parametrize("id_type", list(IdType))
def test_every_kind_of_document_has_a_shape(id_type: IdType) -> None:
    assert number_problem(id_type, "") is SHAPE


@pytest.mark.parametrize(
    ("id_type", "number", "born", "problem"),
    [
        (IdType.RESIDENT_ID_CARD, "11010519491231002X", date(1949, 12, 31), None),
        (IdType.RESIDENT_ID_CARD, "11010519491231002X", date(1949, 12, 30), InputProblem.NOT_OF_THE_NUMBER),
        (IdType.DISABILITY_CERTIFICATE, "11010519491231002X42", date(1949, 12, 30), InputProblem.NOT_OF_THE_NUMBER),
        (IdType.SOCIAL_SECURITY_CARD, "A12345678", date(1949, 12, 30), None),
        (IdType.FOREIGN_PASSPORT, "E12345678", date(2024, 12, 21), InputProblem.IN_THE_FUTURE),
        (IdType.FOREIGN_PASSPORT, "E12345678", date(2024, 12, 20), None),
    ],
)
def test_a_birth_date_agrees_with_the_number(
    id_type: IdType, number: str, born: date, problem: InputProblem | None
) -> None:
    assert birth_date_problem(id_type, number, born, date(2024, 12, 20)) is problem


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


@pytest.mark.parametrize(
    ("held", "also_written", "name", "confirmed"),
    [
        # A private-use character, pinyin or an asterisk where the register cannot write the name.
        ("王\ue863", "王䶮", "王䶮", True),
        ("王\ue863", None, "王䶮", False),
        ("王JIE", "王㛃", "王㛃", True),
        ("王JIE", "王㛃", "王jie", True),
        ("王*", "王𬭎", "王𬭎", True),
        ("王*", "王𬭎", "王*", True),
        ("王*", "王𬭎", "王明", False),
        ("王*", None, "王明", False),
        ("龑龙", "䶮龙", "龑龙", True),
        ("龑龙", "䶮龙", "䶮龙", True),
        ("陈淑珎", "陈淑珍", "陈淑珍", True),
        ("陈淑珎", None, "陈淑珍", False),
        ("SMITH MARY", None, "smith mary", True),
        ("SMITH MARY", None, "SMITH", False),
    ],
)
def test_a_name_may_be_in_any_form_that_the_register_takes_for_it(
    held: str, also_written: str | None, name: str, confirmed: bool
) -> None:
    assert confirms(Registered(name=held, also_written=also_written), name=name) is confirmed


@pytest.mark.parametrize(
    ("registered", "answers", "name", "told"),
    [
        (Registered(), True, "阿依古丽·买买提", None),
        (Registered(), True, "阿依古丽", IdentityMismatch),
        (None, True, "阿依古丽·买买提", IdentityMismatch),
        (Registered(died_on=date(2024, 12, 20)), True, "阿依古丽·买买提", PersonDeceased),
        (Registered(died_on=date(2024, 12, 21)), True, "阿依古丽·买买提", None),
        # Whether somebody has died is told to nobody who does not know the rest.
        (Registered(died_on=date(2024, 12, 20)), True, "阿依古丽", IdentityMismatch),
        (None, False, "阿依古丽·买买提", PartyDoesNotAnswer),
    ],
)
def test_what_a_register_holds_against_somebody(
    registered: Registered | None, answers: bool, name: str, told: type[Refusal] | None
) -> None:
    objections: list[Refusal] = []
    with noting(objections):
        require_confirmed(date(2024, 12, 20), registered, answers=answers, name=name)
    assert [type(one) for one in objections] == ([] if told is None else [told])
