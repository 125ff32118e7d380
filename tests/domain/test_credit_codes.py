"""Unified social credit codes: which can be right. Vectors of the fact sheet; the sums are worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.credit_codes import credit_check_character, credit_code_problem
from domain.refusals import InputProblem
from domain.vocabulary import RegionCode
from simulator.identity import credit_code
from simulator.names import DEPARTMENTS


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        # The weighted sum is 1640, 28 modulo 31.
        ("91350100M000100Y43", None),
        ("91350100M000100Y4Z", InputProblem.CREDIT_CODE_SHAPE),
        ("91350100M000100Y44", InputProblem.CHECK_CHARACTER),
        # One more at the weight 3 brings the sum to 1643, which is 31 × 53: 31 is written 0.
        ("92350100M000100Y40", None),
        ("92350100M000100Y4Y", InputProblem.CHECK_CHARACTER),
        ("92350100M000100Y4", InputProblem.CREDIT_CODE_SHAPE),
        ("92350100M000100Y400", InputProblem.CREDIT_CODE_SHAPE),
        ("9235010AM000100Y40", InputProblem.CREDIT_CODE_SHAPE),
        ("92350100m000100y40", InputProblem.CREDIT_CODE_SHAPE),
        ("９2350100M000100Y40", InputProblem.CREDIT_CODE_SHAPE),
        ("", InputProblem.CREDIT_CODE_SHAPE),
    ],
)
def test_a_code_has_the_shape_and_the_check_character_of_the_standard(code: str, problem: InputProblem | None) -> None:
    assert credit_code_problem(code) is problem


@given(
    st.from_regex(r"\A[159Y][1-9][0-9]{6}[0-9A-HJ-NP-RTUW-Y]{9}\Z"), st.integers(0, 16), st.sampled_from("0123456789")
)
def test_one_wrong_character_is_always_noticed(body: str, place: int, other: str) -> None:
    code = body + credit_check_character(body)
    assert credit_code_problem(code) is None
    wrong = code[:place] + other + code[place + 1 :]
    assert (credit_code_problem(wrong) is None) is (wrong == code)


@given(st.sampled_from(sorted(DEPARTMENTS.values())), st.integers(0, 10**8 - 1))
def test_the_codes_of_simulated_units_can_be_right(department: str, number: int) -> None:
    assert credit_code_problem(credit_code(department, RegionCode("510903"), number)) is None
