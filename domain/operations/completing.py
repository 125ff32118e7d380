"""What every effect of a filing is given (办结), whatever it changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from domain.decisions.filing_forms import FilingForm
from domain.decisions.filings import Filing
from domain.operations.answering import Order, decoded
from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store.engine import Connection
from domain.vocabulary import Id

MUTATION: Final = "completeFiling"
_F = TypeVar("_F", bound=FilingForm)


@dataclass(frozen=True, slots=True)
class Completion:
    """A filing that a clerk's order completes, in the transaction `connection`."""

    connection: Connection
    filing: Filing
    order: Order
    setting: Setting

    @property
    def key(self) -> str:
        """Under which an operation keeps its answer: another attempt of the clerk's is another one."""
        return f"{self.filing.id}/{self.order.key}"

    @property
    def applicant(self) -> Id:
        """Who signed in to file it."""
        assert self.filing.applicant_id is not None, "no institution files what a person does"
        return self.filing.applicant_id

    @property
    def person(self) -> Id:
        """Whom it is about."""
        assert self.filing.person_id is not None, "it is about a person"
        return self.filing.person_id

    def form(self, kind: type[_F]) -> _F:
        """What its form says."""
        found = decoded(self.filing.form, kind)
        assert isinstance(found, kind), "a filing keeps the form of its matter"
        return found


Effect = Callable[[Completion], Awaitable[str | Refusal]]
"""Gives the API id of what completing made or changed, or why it does not."""
