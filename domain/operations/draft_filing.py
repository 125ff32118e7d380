"""Draft a filing (填写办件): the matter as the guide of the place has it, its form, and what is handed in at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.decisions.filing_forms import FilingForm, PersonChangeForm
from domain.decisions.filings import Draft, Filer, Filing, MaterialGiven, drafted
from domain.operations.answering import Answers, encoded, question
from domain.operations.applying import applicants
from domain.operations.filing_events import FilingMoved, moved_event
from domain.operations.paying_effects import objection_to_draft
from domain.operations.person_effects import objection_to_change
from domain.operations.setting import Setting
from domain.operations.upload_material import named_files
from domain.refusals import InputNotAcceptable, InputProblem, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import enrolments, events, filings, institutions, materials, regions, units
from domain.store.engine import Connection
from domain.store.events import Cause, NewEvent
from domain.vocabulary import FilingMove, Id, MatterCode, RegionCode


@dataclass(frozen=True, slots=True)
class DraftFilingOrder:
    """`unit_id` is the unit for which the actor files, `institution_id` the institution that it is; None else."""

    actor: Id
    key: str
    cause: str
    matter: MatterCode
    form: FilingForm
    materials: tuple[MaterialGiven, ...]
    mutation: str = "draftFiling"
    unit_id: Id | None = None
    institution_id: Id | None = None

    @property
    def person_id(self) -> Id:
        """Whom it is about; whoever applies, where it is about nobody else."""
        return self.actor if self.form.about is None else self.form.about


async def draft_filings(
    connection: Connection, orders: Sequence[DraftFilingOrder], setting: Setting
) -> list[FilingMoved | Refusal]:
    """One answer to each order, in order."""
    # Gather.
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    people = await applicants(connection, [(order.actor, order.person_id, None) for order in orders], setting)
    insured = await enrolments.of_persons(connection, [order.person_id for order in orders])
    files = await materials.files(connection, named_files(orders))
    acted_for = await units.acted_for(connection, [(order.actor, unit) for order in orders if (unit := order.unit_id)])
    of_care = await institutions.of_ids(connection, [one for order in orders if (one := order.institution_id)])
    counties = await regions.counties(connection, [place for order in orders if (place := _place(order)) is not None])

    objections = {question(order): await _objection(connection, order, setting) for order in orders}

    # Decide.
    answers = Answers(FilingMoved, setting.now)
    new: list[Filing] = []
    log: list[NewEvent] = []

    def answered(order: DraftFilingOrder) -> FilingMoved | Refusal:
        filer = Filer(
            people.people.get(order.actor) if order.institution_id is None else None,
            None if order.unit_id is None else acted_for.get((order.actor, order.unit_id)),
            None if order.institution_id is None else of_care.get(order.institution_id),
        )
        if (filer.himself is None and filer.institution is None) or (order.unit_id is not None and filer.unit is None):
            return NotSignedIn()
        place = _place(order)
        if place is not None and place not in counties:
            return InputNotAcceptable(field="region", problem=InputProblem.PLACE, path=("form", "region"))
        found = drafted(
            setting.policy,
            setting.now,
            filer,
            people.applicant(order.actor, order.person_id),
            insured.get(order.person_id, ()),
            Draft(order.matter, order.form, tuple(one.found(files, order.actor) for one in order.materials)),
            form=encoded(order.form),
        )
        if isinstance(found, Refusal):
            return found
        objection = objections[question(order)]
        if objection is not None:
            return objection
        filing = replace(found, id=setting.ids.new(found.region))
        new.append(filing)
        log.append(moved_event(FilingMove.DRAFT, order.actor, Cause.of(order), filing, setting))
        return FilingMoved(filing.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await filings.draft(connection, new)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _place(order: DraftFilingOrder) -> RegionCode | None:
    return order.form.place


async def _objection(connection: Connection, order: DraftFilingOrder, setting: Setting) -> Refusal | None:
    """Why completing it would be refused today, or None."""
    if isinstance(order.form, PersonChangeForm):
        return await objection_to_change(connection, order.actor, order.form, setting)
    return await objection_to_draft(connection, order.matter, order.form, order.institution_id, order.unit_id, setting)
