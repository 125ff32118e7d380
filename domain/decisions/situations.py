"""The conditions of a filing's materials, as its form says them and as what is on record does (材料情形)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.decisions.filing_forms import EmployeeEnrolmentForm, FilingForm
from domain.decisions.registering import Applicant
from domain.policy.matters import MaterialCondition
from domain.vocabulary import IdType, MatterAction, UnitKind

FROM_HONG_KONG_MACAO_TAIWAN: Final = frozenset(
    {
        IdType.HONG_KONG_PERMIT,
        IdType.MACAO_PERMIT,
        IdType.TAIWAN_PERMIT,
        IdType.HONG_KONG_MACAO_TAIWAN_WORK_PERMIT,
        IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE,
    }
)
OF_FOREIGNERS: Final = frozenset(
    {
        IdType.FOREIGN_PERMANENT_RESIDENCE,
        IdType.FOREIGN_PASSPORT,
        IdType.FOREIGN_WORK_PERMIT,
        IdType.FOREIGN_EXPERT_CARD,
        IdType.FOREIGN_CORRESPONDENT_CARD,
    }
)
"""Documents that tell where their holder is from."""
PAID_BY_PUBLIC_FINANCE: Final = frozenset({UnitKind.ORGAN, UnitKind.INSTITUTION})
"""Units whose people are on the public payroll (财政供养), but for those of whom the unit says otherwise."""


def conditions_of(form: FilingForm, applicant: Applicant, unit: UnitKind | None) -> frozenset[MaterialCondition]:
    """The conditions that hold. `unit` is the kind of the unit that files, None where none does."""
    return form.conditions | frozenset(_on_record(form, applicant, unit))


def _on_record(form: FilingForm, applicant: Applicant, unit: UnitKind | None) -> Iterator[MaterialCondition]:
    if form.of_the_dead and not _known_to_have_died(applicant):
        yield MaterialCondition.DEATH_NOT_ON_RECORD
    if not isinstance(form, EmployeeEnrolmentForm):
        return
    if unit in PAID_BY_PUBLIC_FINANCE and not form.outside_public_payroll:
        yield MaterialCondition.ON_PUBLIC_PAYROLL
    if form.action is MatterAction.ADD:
        document = form.id_type or (None if applicant.person is None else applicant.person.id_type)
        if document in FROM_HONG_KONG_MACAO_TAIWAN and unit is not None:
            yield MaterialCondition.FROM_HONG_KONG_MACAO_TAIWAN
        if document in OF_FOREIGNERS:
            yield MaterialCondition.FOREIGNER


def _known_to_have_died(applicant: Applicant) -> bool:
    """By the platform's own record, or by the register's, which a filing asks when it is drafted (部门数据共享)."""
    person, registered = applicant.person, None if applicant.kin is None else applicant.kin.identity
    return (person is not None and person.died_on is not None) or (
        registered is not None and registered.died_on is not None
    )
