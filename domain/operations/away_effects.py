"""What completing a record of treatment away from home does (异地就医备案的办结): care there is paid as at home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from domain.decisions.away import record_objection
from domain.decisions.filing_forms import FORMS, OutOfAreaForm
from domain.operations.completing import Completion, Effect
from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store import enrolments, out_of_area_records, regions
from domain.store.engine import Connection
from domain.vocabulary import MatterCode, Prefix, api_id, business_date


async def objection_to_record(
    connection: Connection, matter: MatterCode, form: OutOfAreaForm, asked_on: date, setting: Setting
) -> Refusal | None:
    """Why there can be no such record where it was asked for on a day, or None."""
    insured = await enrolments.of_persons(connection, [form.person_id])
    known = await regions.here(connection, [form.region])
    return record_objection(setting.policy, asked_on, matter, form.record, insured.get(form.person_id, ()), known)


async def _record(done: Completion) -> str | Refusal:
    form = done.form(OutOfAreaForm)
    asked_on = business_date(done.filing.filed_at)
    objection = await objection_to_record(done.connection, done.filing.matter, form, asked_on, done.setting)
    if objection is not None:
        return objection
    await out_of_area_records.add(done.connection, done.filing.id, form.person_id, form.record)
    return api_id(Prefix.PERSON, form.person_id)


AWAY_EFFECTS: Final[Mapping[MatterCode, Effect]] = {
    matter: _record for matter, form in FORMS.items() if form is OutOfAreaForm
}
"""What each matter of treatment away from home changes."""
