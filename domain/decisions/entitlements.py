"""What is recognised of somebody's illness (待遇认定): care and drugs that are paid for while it is in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.decisions.records import EnrolmentOnRecord
from domain.policy import PolicyBook
from domain.refusals import EntitledAlready, InputNotAcceptable, InputProblem, MayNotFile, Refusal, first_told
from domain.vocabulary import (
    ApplicantKind,
    EnrolmentStatus,
    EntitlementKind,
    MatterCode,
    RecognisedCondition,
    RegionCode,
)

CATALOGUES: Final = {
    MatterCode.CHRONIC_DISEASE_ENTITLEMENT: {
        EntitlementKind.CHRONIC_DISEASE: "entitlement.chronic_diseases",
        EntitlementKind.SPECIAL_DISEASE: "entitlement.special_diseases",
    },
    MatterCode.SPECIAL_DRUG_ENTITLEMENT: {EntitlementKind.SPECIAL_DRUG: "entitlement.special_drugs"},
}
"""What each matter recognises, and where the book lists it."""

_LASTS: Final = {
    EntitlementKind.CHRONIC_DISEASE: "entitlement.disease_days",
    EntitlementKind.SPECIAL_DISEASE: "entitlement.disease_days",
    EntitlementKind.SPECIAL_DRUG: "entitlement.drug_days",
}
CONDITIONS: Final = {
    EntitlementKind.CHRONIC_DISEASE: RecognisedCondition.CHRONIC_DISEASE,
    EntitlementKind.SPECIAL_DISEASE: RecognisedCondition.SPECIAL_DISEASE,
}
ON_RECORD: Final = frozenset(CONDITIONS.values())
"""What is recognised by a filing: nobody's word stands for it."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What is recognised, by its code and the name that it had, from the first day to the last, both included."""

    kind: EntitlementKind
    code: str
    name: str
    first_day: date
    last_day: date

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.first_day <= on <= self.last_day


def recognised(
    stated: frozenset[RecognisedCondition], held: Iterable[Entitlement], on: date
) -> frozenset[RecognisedCondition]:
    """What is recognised of somebody on a day: what an institution states, and what only a record can say."""
    recorded = {CONDITIONS[one.kind] for one in held if one.kind in CONDITIONS and one.holds(on)}
    return (stated - ON_RECORD) | recorded


def recognised_drugs(held: Iterable[Entitlement], on: date) -> frozenset[str]:
    """The drugs that are paid for on a day, by their codes."""
    return frozenset(one.code for one in held if one.kind is EntitlementKind.SPECIAL_DRUG and one.holds(on))


def entitled(
    book: PolicyBook,
    today: date,
    matter: MatterCode,
    code: str,
    enrolments: Collection[EnrolmentOnRecord],
    held: Collection[Entitlement],
    *,
    asked_on: date,
) -> Entitlement | Refusal:
    """What the matter recognises of somebody who is insured by `enrolments`, or why it does not.

    It begins today, or on the day after the end of one that was in force on the day on which it was asked for: what is
    asked for in time leaves no day out, however long it is handled. Of the last days of one it is renewed (续期).
    """
    in_force = [one for one in enrolments if one.status is EnrolmentStatus.ACTIVE]
    if not in_force:
        return MayNotFile(applicants=_INSURED)
    objections: list[Refusal] = []
    area, consultation = in_force[0].region, Consultation(book, today)
    with noting(objections):
        for kind, name in CATALOGUES[matter].items():
            listed = consultation.fact("catalogue", area, name)
            if code not in listed.rules:
                continue
            first_day = _first_day(consultation, area, code, held, asked_on, today)
            days = consultation.fact("lastDay", area, _LASTS[kind]).days
            named = dict(listed.definition.choices)[code]
            return Entitlement(kind, code, named, first_day, first_day + timedelta(days=days - 1))
        return InputNotAcceptable(field="code", problem=InputProblem.ENTITLEMENT_CODE)
    told = first_told(objections)
    assert told is not None, "what the book does not state was noted"
    return told


def _first_day(
    consultation: Consultation, area: RegionCode, code: str, held: Collection[Entitlement], asked_on: date, today: date
) -> date:
    """When it begins. Raises EntitledAlready while it is too early to renew the last one, and PolicyUnknown."""
    last_day = max((one.last_day for one in held if one.code == code), default=date.min)
    if last_day < asked_on:
        return today
    within = consultation.fact("renewableFrom", area, "entitlement.renewal_days")
    renewable_from = last_day - timedelta(days=within.days - 1)
    if asked_on < renewable_from:
        raise EntitledAlready(last_day=last_day, renewable_from=renewable_from, basis=within.key)
    return last_day + timedelta(days=1)


_INSURED: Final = (
    ApplicantKind.EMPLOYEE,
    ApplicantKind.FLEXIBLE_WORKER,
    ApplicantKind.RETIREE,
    ApplicantKind.RESIDENT,
)
