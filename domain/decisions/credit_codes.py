"""Unified social credit codes (统一社会信用代码) of units: whether a code can be right (GB 32100-2015).

18 characters: registering department, category, six digits of the division, nine characters of the organisation, one
check character. The standard's alphabet leaves out I, O, S, V and Z.
"""

from __future__ import annotations

import re

from domain.refusals import InputProblem

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(f"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def credit_check_character(body: str) -> str:
    """The 18th character to the 17 before it: 31 less the weighted sum modulo 31, and 0 where that leaves 31."""
    total = sum(weight * _ALPHABET.index(character) for weight, character in zip(_WEIGHTS, body, strict=True))
    return _ALPHABET[-total % 31]


def credit_code_problem(code: str) -> InputProblem | None:
    """Why a code, written with capital letters and no spaces, can be no unit's: its shape, its check character."""
    if _SHAPE.fullmatch(code) is None:
        return InputProblem.CREDIT_CODE_SHAPE
    return None if credit_check_character(code[:17]) == code[17] else InputProblem.CHECK_CHARACTER
