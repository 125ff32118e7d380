"""Asking the book of policy on behalf of a case (政策查询), and remembering which fact decided what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from domain.policy import Fact, PolicyBook, PolicyUnknown
from domain.vocabulary import RegionCode


@dataclass(frozen=True, slots=True)
class QuotedFact:
    """A policy fact and what it decided: amount, window, coverage, waitingPeriod, relations, recordVisibility …"""

    role: str
    fact: Fact


Asked = tuple[str, Fact]
"""What was asked for, and the fact that answered."""


def quoted_facts(asked: Iterable[Asked]) -> tuple[QuotedFact, ...]:
    """The facts in order, each once for each thing that it decided."""
    once = {(role, fact.key): fact for role, fact in asked}
    return tuple(QuotedFact(role, fact) for (role, _), fact in once.items())


@dataclass(slots=True)
class Consultation:
    """The book as one case asks it: on one day, for one year of cover or none."""

    book: PolicyBook
    on: date
    coverage_year: int | None = None
    asked: list[Asked] = field(default_factory=list)

    def fact(self, role: str, area: RegionCode, *names: str) -> Fact:
        """The fact of the first of `names` that speaks, remembered under `role`. PolicyUnknown where none does."""
        found = self.book.first_fact(names, area=area, on=self.on, benefit_year=self.coverage_year)
        self.asked.append((role, found))
        return found

    def mention(self, role: str, area: RegionCode, name: str) -> None:
        """Remember a fact that would have decided otherwise for others; nothing where no document says."""
        try:
            self.fact(role, area, name)
        except PolicyUnknown:
            return

    def facts(self) -> tuple[QuotedFact, ...]:
        """What was asked so far, in order, each fact once for each thing that it decided."""
        return quoted_facts(self.asked)

    def basis(self, area: RegionCode, name: str) -> str | None:
        """The key of the fact behind a refusal, None where no document says; the refusal stands either way."""
        try:
            return self.book.fact(name, area=area, on=self.on, benefit_year=self.coverage_year).key
        except PolicyUnknown:
            return None
