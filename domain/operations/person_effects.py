"""What completing a change of somebody's information does (参保信息变更登记的办结), and why it would do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.decisions.filing_forms import FORMS, PersonChangeForm
from domain.decisions.person_changes import person_changed
from domain.operations.change_person import ChangePersonOrder, change_person, inquire
from domain.operations.completing import MUTATION, Completion, Effect
from domain.operations.mismatches import mismatches_today
from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store.engine import Connection
from domain.vocabulary import Id, MatterCode, Prefix, api_id


async def objection_to_change(
    connection: Connection, actor: Id, form: PersonChangeForm, setting: Setting
) -> Refusal | None:
    """Why what the form says could not be on record today, or None. Whoever asks too often is not told."""
    mismatches = await mismatches_today(connection, [actor], setting)
    found = await inquire(connection, form.person_id, form.change, setting, mismatches=mismatches[actor])
    if found.person is None:
        return None
    knows = actor == form.person_id
    after = person_changed(setting.policy, setting.on, found.person, form.change, found.checked, knows=knows)
    if not isinstance(after, Refusal):
        return None
    after.path = ("form", "personChange", *after.path)
    return after


async def _change(done: Completion) -> str | Refusal:
    form = done.form(PersonChangeForm)
    wanted = ChangePersonOrder(
        done.applicant, done.key, done.order.cause, form.person_id, form.change, done.filing.unit_id, MUTATION
    )
    answer = await change_person(done.connection, wanted, done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.PERSON, answer.person_id)


PERSON_EFFECTS: Final[Mapping[MatterCode, Effect]] = {
    matter: _change for matter, form in FORMS.items() if form is PersonChangeForm
}
"""What each matter of somebody's information changes."""
