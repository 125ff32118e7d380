"""How a filing's form is read from what a client fills in (办件表单): each kind of form has its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.decisions.filing_forms import (
    FilingForm,
    PersonForm,
    ResidentEnrolmentForm,
    TransferForm,
    WithdrawalForm,
)
from domain.vocabulary import Id, Prefix
from resolvers.fields.journey import named
from resolvers.plan.sources import Arguments

READERS: Mapping[str, Callable[[Arguments, Id], FilingForm]] = {
    "person": lambda said, actor_id: PersonForm(named(said, "personId", Prefix.PERSON)),
    "residentEnrolment": lambda said, actor_id: ResidentEnrolmentForm(
        named(said, "personId", Prefix.PERSON), said["action"], said.get("personType"), said.get("reason")
    ),
    "accountWithdrawal": lambda said, actor_id: WithdrawalForm(
        named(said, "personId", Prefix.PERSON), said["reason"], said["cardLastFour"]
    ),
    "relationTransfer": lambda said, actor_id: TransferForm(actor_id, said["fromRegion"]),
}
"""By the member of the form input: (what it says, whoever applies) gives the form."""


def form_given(given: Arguments, actor_id: Id) -> FilingForm:
    """The form that was filled in; of `@oneOf` there is one."""
    [(kind, said)] = [(kind, said) for kind, said in given.items() if said is not None]
    return READERS[kind](said, actor_id)
