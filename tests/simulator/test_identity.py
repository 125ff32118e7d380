import re
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.identity import number_problem
from domain.vocabulary import IdType, RegionCode, Sex
from simulator.draws import Draws
from simulator.identity import (
    NEVER_ASSIGNED,
    IdentityNumbers,
    credit_check,
    credit_code,
    division_of,
    id_check,
    organisation_check,
)
from simulator.worlds import WorldSummary

# A passport's number has nine characters at most, and no country has a code from QMA to QZZ.
IMPOSSIBLE = {
    "FOREIGN_PASSPORT": re.compile(r"ZZ[0-9]{10}"),
    "FOREIGN_PERMANENT_RESIDENCE": re.compile(r"QZZ[0-9]{12}"),
}


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "34052419800101001X"])
def test_check_characters_agree_with_the_standards_examples(number: str) -> None:
    assert id_check(number[:17]) == number[17]


def test_a_credit_codes_check_character_agrees_with_the_standards_example() -> None:
    assert credit_check("91350100M000100Y4") == "3"


@given(st.integers(0, 99_999_999))
def test_credit_codes_are_eighteen_characters_of_the_alphabet_under_an_unassigned_division(number: int) -> None:
    code = credit_code("91", RegionCode("520402"), number)
    assert len(code) == 18
    assert set(code) <= set("0123456789ABCDEFGHJKLMNPQRTUWXY")
    assert code[2:4] in NEVER_ASSIGNED
    assert organisation_check(code[8:16]) == code[16]
    assert credit_check(code[:17]) == code[17]


def test_five_hundred_of_a_day_and_sex_differ_and_the_next_is_refused() -> None:
    numbers = IdentityNumbers(RegionCode("520402"), Draws(1, "test"))
    given_out = {numbers.new(720_000, Sex.FEMALE) for _ in range(500)}
    assert len(given_out) == 500
    assert all(int(number[16]) % 2 == 0 for number in given_out)
    assert int(numbers.new(720_000, Sex.MALE)[16]) % 2 == 1
    with pytest.raises(OverflowError):
        numbers.new(720_000, Sex.FEMALE)


def test_nobody_and_no_firm_of_a_world_can_be_real(small_world: tuple[Path, WorldSummary]) -> None:
    with sqlite3.connect(small_world[0]) as connection:
        people = connection.execute(
            "SELECT id_type, id_number, birth_date, sex, region_code, phone FROM persons"
        ).fetchall()
        units = connection.execute("SELECT credit_code, region_code FROM units").fetchall()
        phones = connection.execute(
            "SELECT number, e164 FROM agency_phones JOIN agencies ON id = agency_id WHERE region_code LIKE '84%'"
        ).fetchall()
    connection.close()
    assert people
    for id_type, id_number, birth_date, sex, region, phone in people:
        assert phone is None or (phone.startswith("154") and len(phone) == 11)
        assert number_problem(IdType[id_type], id_number) is None
        if id_type in IMPOSSIBLE:
            assert IMPOSSIBLE[id_type].fullmatch(id_number)
            continue
        assert id_type == "RESIDENT_ID_CARD"
        assert id_number[:6] == division_of(region)
        assert id_number[:2] in NEVER_ASSIGNED
        assert id_number[6:14] == birth_date.replace("-", "")
        assert (int(id_number[16]) % 2 == 1) == (sex == "MALE")
        assert id_check(id_number[:17]) == id_number[17]
    for code, region in units:
        assert code[2:8] == division_of(region)
        assert credit_check(code[:17]) == code[17]
    assert phones
    assert all(number.startswith("026-") and e164 is None for number, e164 in phones)
