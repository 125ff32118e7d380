"""What completing the matters of care does (待遇认定、医疗救助的办结): claims are paid by what is recognised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from domain.decisions.entitlements import CATALOGUES, Entitlement, entitled
from domain.decisions.filing_forms import AssistanceForm, EntitlementForm, SubsidyForm
from domain.operations.assist import assist
from domain.operations.completing import Completion, Effect
from domain.operations.setting import Setting
from domain.operations.subsidise import subsidise
from domain.refusals import Refusal
from domain.store import enrolments, entitlements, persons
from domain.store.engine import Connection
from domain.vocabulary import MatterCode, Prefix, api_id, business_date


async def entitlement_of(
    connection: Connection, matter: MatterCode, form: EntitlementForm, asked_on: date, setting: Setting
) -> Entitlement | Refusal:
    """What the form, asked for on a day, has recognised today, or why not. A connection for reading is enough."""
    insured = await enrolments.of_persons(connection, [form.person_id])
    held = await entitlements.of_persons(connection, [form.person_id])
    return entitled(
        setting.policy,
        setting.on,
        matter,
        form.code,
        insured.get(form.person_id, ()),
        held.get(form.person_id, ()),
        asked_on=asked_on,
    )


async def _entitlement(done: Completion) -> str | Refusal:
    form = done.form(EntitlementForm)
    # The person is held, so that nothing is recognised twice.
    await persons.hold(done.connection, [form.person_id])
    asked_on = business_date(done.filing.filed_at)
    found = await entitlement_of(done.connection, done.filing.matter, form, asked_on, done.setting)
    if isinstance(found, Refusal):
        return found
    region = done.filing.region
    number = done.setting.ids.new(region)
    await entitlements.add(done.connection, number, done.filing.id, form.person_id, region, found)
    return api_id(Prefix.ENTITLEMENT, number)


async def _assistance(done: Completion) -> str | Refusal:
    form = done.form(AssistanceForm)
    answer = await assist(done.connection, done.filing, form, done.order, done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.CLAIM, answer)


async def _subsidy(done: Completion) -> str | Refusal:
    form = done.form(SubsidyForm)
    answer = await subsidise(done.connection, done.filing, form, done.order, done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.DISBURSEMENT, answer)


CARE_EFFECTS: Final[Mapping[MatterCode, Effect]] = {
    **dict.fromkeys(CATALOGUES, _entitlement),
    MatterCode.ASSISTANCE_REIMBURSEMENT: _assistance,
    MatterCode.ASSISTED_CONTRIBUTION_SUBSIDY: _subsidy,
}
"""What each matter of care changes."""
