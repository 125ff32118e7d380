"""Records of whoever is treated away from the place of enrolment (异地就医备案), and what they have to say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.decisions.records import EnrolmentOnRecord
from domain.policy import PolicyBook
from domain.refusals import InputNotAcceptable, InputProblem, Refusal
from domain.vocabulary import (
    NATION,
    EnrolmentStatus,
    MatterCode,
    RegionCode,
    TreatmentPlace,
    pooling_area,
    region_span,
)

FOR_A_TIME: Final = frozenset({MatterCode.REFERRAL_RECORD, MatterCode.TEMPORARY_TREATMENT_RECORD})
"""Matters whose record ends by itself."""


@dataclass(frozen=True, slots=True)
class OutOfAreaRecord:
    """Where somebody may be treated as at home, from the first day to the last, both included; None: it has none."""

    region: RegionCode
    first_day: date
    last_day: date | None

    def holds(self, on: date, region: RegionCode) -> bool:
        """Whether it is in force on a day for a region, which it names or which lies in the one that it names."""
        low, high = region_span(self.region)
        return low <= region <= high and self.first_day <= on and (self.last_day is None or on <= self.last_day)


def treatment_place(
    enrolled: RegionCode, treated: RegionCode, admitted_on: date, records: Iterable[OutOfAreaRecord]
) -> TreatmentPlace:
    """Where a region is, as seen from the place of enrolment on the day of admission."""
    if pooling_area(enrolled) == pooling_area(treated):
        return TreatmentPlace.HOME
    recorded = any(one.holds(admitted_on, treated) for one in records)
    return TreatmentPlace.RECORDED if recorded else TreatmentPlace.ELSEWHERE


def record_objection(
    book: PolicyBook,
    asked_on: date,
    matter: MatterCode,
    record: OutOfAreaRecord,
    enrolments: Collection[EnrolmentOnRecord],
    known: Collection[RegionCode],
) -> Refusal | None:
    """Why there can be no such record where it was asked for on a day; `known` are the regions that there are.

    One that begins before it was asked for (补办) counts for care that is not settled yet.
    """
    in_force = [one for one in enrolments if one.status is EnrolmentStatus.ACTIVE]
    homes = {pooling_area(one.region) for one in in_force}
    if record.region not in known or record.region == NATION or pooling_area(record.region) in homes:
        return InputNotAcceptable(field="treatmentRegion", problem=InputProblem.PLACE_AWAY, path=("region",))
    if record.last_day is not None and record.last_day < record.first_day:
        return InputNotAcceptable(field="lastDay", problem=InputProblem.RECORD_END)
    consultation, area = Consultation(book, asked_on), in_force[0].region if in_force else record.region
    objections: list[Refusal] = []
    with noting(objections):
        back = consultation.fact("firstDay", area, "claim.record_reaches_back_days").days
        if record.first_day < asked_on - timedelta(days=back):
            return InputNotAcceptable(field="firstDay", problem=InputProblem.BEFORE_ASKED)
        if matter not in FOR_A_TIME:
            return None
        most = consultation.fact("lastDay", area, "claim.temporary_record_days").days
        if record.last_day is None or (record.last_day - record.first_day).days >= most:
            return InputNotAcceptable(field="lastDay", problem=InputProblem.RECORD_END)
    return objections[0] if objections else None
