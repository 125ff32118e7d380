"""Collecting what stands against a case (不予办理情形的汇集), so that the first by precedence can be told."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

from domain.policy import PolicyUnknown
from domain.refusals import PolicyNotStated, Refusal

_A = TypeVar("_A")


class noting:
    """A refusal raised inside, or a gap in policy met there, is noted, and the case goes on after the block."""

    __slots__ = ("_objections",)

    def __init__(self, objections: list[Refusal]) -> None:
        self._objections = objections

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if isinstance(raised, Refusal):
            self._objections.append(raised)
            return True
        if isinstance(raised, PolicyUnknown):
            self._objections.append(
                PolicyNotStated(name=raised.name, region=raised.area, on=raised.on, coverage_year=raised.benefit_year)
            )
            return True
        return None


def by_line(field: str, answers: list[_A | Refusal]) -> list[_A | Refusal]:
    """The answers to the lines of a list, the path of each refusal begun with its line."""
    for place, answer in enumerate(answers):
        if isinstance(answer, Refusal):
            answer.path = (field, str(place), *(one for one in answer.path if one != field))
    return answers
