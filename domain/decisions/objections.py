"""Collecting what stands against a case (不予办理情形的汇集), so that the first by precedence can be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from domain.policy import PolicyUnknown
from domain.refusals import PolicyNotStated, Refusal

_A = TypeVar("_A")


@contextmanager
def noting(objections: list[Refusal]) -> Iterator[None]:
    """A refusal raised inside, or a gap in policy met there, is noted, and the case goes on after the block."""
    try:
        yield
    except Refusal as refusal:
        objections.append(refusal)
    except PolicyUnknown as gap:
        objections.append(PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year))


def by_line(field: str, answers: list[_A | Refusal]) -> list[_A | Refusal]:
    """The answers to the lines of a list, the path of each refusal begun with its line."""
    for place, answer in enumerate(answers):
        if isinstance(answer, Refusal):
            answer.path = (field, str(place), *(one for one in answer.path if one != field))
    return answers
