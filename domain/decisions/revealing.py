"""Whether a clerk is told somebody's full values (调取完整信息): with a reason, and not too often."""

from __future__ import annotations

import unicodedata
from typing import Final

from domain.policy import Fact
from domain.refusals import InputNotAcceptable, InputProblem, PersonNotFound, Refusal, TooManyReveals, first_told
from domain.vocabulary import RegionCode, RevealField, lies_in

REVEAL_SECONDS: Final = 3_600
"""The hour within which reveals are counted."""
EXPLANATION_LENGTHS: Final = range(6, 201)

_DIGITS: Final = 10
_BETWEEN_DIGITS: Final = frozenset(" \t-_.,·—–/")


def holds_a_number(text: str) -> bool:
    """It holds more digits in a row than a file's number has, whatever stands between them (证件、电话、银行卡号码)."""
    row = 0
    for character in unicodedata.normalize("NFKC", text):
        if character.isdigit():
            row += 1
            if row > _DIGITS:
                return True
        elif character not in _BETWEEN_DIGITS:
            row = 0
    return False


def wrong_explanation(field: str, text: str) -> list[InputNotAcceptable]:
    """What is wrong with a text that says why something is done, which holds no number of anybody."""
    if len(text.strip()) not in EXPLANATION_LENGTHS or not text.isprintable():
        return [InputNotAcceptable(field=field, problem=InputProblem.EXPLANATION_LENGTH)]
    if holds_a_number(text):
        return [InputNotAcceptable(field=field, problem=InputProblem.EXPLANATION_NUMBER)]
    return []


def objection_to(
    region: RegionCode,
    lives_in: RegionCode | None,
    revealed: int,
    most: Fact,
    *,
    fields: tuple[RevealField, ...],
    explanation: str,
) -> Refusal | None:
    """What stands against telling a clerk of `region`, who was told of so many persons lately; None where nothing does.

    `most` is how many may be told of (identity.most_reveals_an_hour).
    `lives_in` is None where there is no such person. One who lives elsewhere is told like one who is not there.
    """
    objections: list[Refusal] = []
    if not fields:
        objections.append(InputNotAcceptable(field="fields", problem=InputProblem.REVEAL_FIELDS))
    objections += wrong_explanation("explanation", explanation)
    if revealed >= most.count:
        objections.append(TooManyReveals(most=most.count, basis=most.key))
    if lives_in is None or not lies_in(lives_in, region):
        objections.append(PersonNotFound(path=("personId",)))
    return first_told(objections)
