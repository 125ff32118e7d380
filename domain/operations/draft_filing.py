"""Draft a filing (填写办件): the matter as the guide of the place has it, its form, and what is handed in at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.filings import Draft, Filing, Form, MaterialGiven, drafted
from domain.operations.answering import Answers, encoded, question
from domain.operations.applying import applicants
from domain.operations.filing_events import FilingMoved, moved_event
from domain.operations.setting import Setting
from domain.operations.upload_material import named_files
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import enrolments, events, filings, materials
from domain.store.engine import Connection
from domain.store.events import Cause, NewEvent
from domain.vocabulary import FilingMove, Id, MatterCode


@dataclass(frozen=True, slots=True)
class DraftFilingOrder:
    """`form` is that of the matter; None for a matter that cannot be filed, whose form nobody looks at."""

    actor: Id
    key: str
    cause: str
    matter: MatterCode
    form: Form | None
    materials: tuple[MaterialGiven, ...]
    mutation: str = "draftFiling"

    @property
    def person_id(self) -> Id:
        """Whom it is about."""
        return self.actor if self.form is None else self.form.person_id


async def draft_filings(
    connection: Connection, orders: Sequence[DraftFilingOrder], setting: Setting
) -> list[FilingMoved | Refusal]:
    """One answer to each order, in order."""
    # Gather.
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    people = await applicants(connection, [(order.actor, order.person_id, None) for order in orders], setting)
    insured = await enrolments.of_persons(connection, [order.person_id for order in orders])
    files = await materials.files(connection, named_files(orders))

    # Decide.
    answers = Answers(FilingMoved, setting.now)
    new: list[Filing] = []
    log: list[NewEvent] = []

    def answered(order: DraftFilingOrder) -> FilingMoved | Refusal:
        himself = people.people.get(order.actor)
        if himself is None:
            return NotSignedIn()
        person = people.people.get(order.person_id, himself)
        filing = drafted(
            setting.policy,
            setting.now,
            people.applicant(order.actor, order.person_id),
            himself,
            insured.get(order.person_id, ()),
            Draft(order.matter, order.form, tuple(one.found(files, himself.id) for one in order.materials)),
            id=setting.ids.new(person.region),
            form=encoded(order.form),
        )
        if isinstance(filing, Refusal):
            return filing
        new.append(filing)
        log.append(moved_event(FilingMove.DRAFT, order.actor, Cause.of(order), filing, setting))
        return FilingMoved(filing.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await filings.draft(connection, new)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results
