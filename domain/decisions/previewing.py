"""What care would cost somebody (费用测算): insured on its days, entitled to it, adjudicated; nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from domain.decisions.adjudicating import NEW_YEAR, Adjudication, Cost, YearSoFar, adjudicated
from domain.decisions.away import OutOfAreaRecord, treatment_place
from domain.decisions.benefits import NO_RAISE, CapRaise, Patient, benefits
from domain.decisions.catalogue import classes_of_items, special_drugs
from domain.decisions.consulting import Consultation
from domain.decisions.entitlements import CONDITIONS, Entitlement, recognised, recognised_drugs
from domain.decisions.objections import noting
from domain.decisions.quoting import FIRST_COVERAGE_YEAR
from domain.decisions.records import EnrolmentOnRecord, Insured, PaidCover, Standing
from domain.decisions.retiring import BilledMonths, is_working, months_in_arrears
from domain.decisions.rewards import Continuity, continuity
from domain.policy import PolicyBook
from domain.refusals import (
    InArrears,
    InputNotAcceptable,
    InputProblem,
    InWaitingPeriod,
    ItemNotInCatalogue,
    NotCovered,
    NotOfYourFamily,
    PersonDeceased,
    Refusal,
    first_told,
)
from domain.vocabulary import (
    AccountStatus,
    CareKind,
    CostClass,
    EnrolmentStatus,
    EntitlementKind,
    Fen,
    Id,
    InstitutionTier,
    RecognisedCondition,
    RegionCode,
    Scheme,
    TreatmentPlace,
)

MOST_COSTS = 500
MOST_FEN = 1_000_000_000
"""The most that one amount may be: 10,000,000 yuan."""
MOST_STAYS = 365
LONGEST_STAY = timedelta(days=365)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CareCost:
    """A cost that is asked about: by its class, or by the code of an item of the catalogue, whose class it has."""

    cost_class: CostClass | None
    amount_fen: Fen
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Supposition:
    """What is supposed where it is not on record (假定): kinds of entitlements, and a record of treatment elsewhere."""

    entitlements: frozenset[EntitlementKind] = frozenset()
    recorded: bool = False


NOTHING_SUPPOSED: Final = Supposition()


@dataclass(frozen=True, slots=True)
class Care:
    """The care that is asked about. `conditions` are what an institution would state, `year` what the year has had.

    `on` is the day whose policy is asked about, None for the day of discharge; `region` where the institution lies,
    None for at home.
    """

    kind: CareKind
    tier: InstitutionTier
    designated: bool
    admitted_on: date
    discharged_on: date
    costs: Sequence[CareCost]
    conditions: frozenset[RecognisedCondition] = frozenset()
    year: YearSoFar = NEW_YEAR
    on: date | None = None
    region: RegionCode | None = None
    supposed: Supposition = NOTHING_SUPPOSED


@dataclass(frozen=True, slots=True)
class InsuranceRecord:
    """What is on record of somebody's insurance (参保与待遇记录).

    Paid years, enrolments in whatever state, months billed, and what critical illness insurance has paid by year of
    cover: a year in which no fund paid anything is left out.
    """

    covers: Sequence[PaidCover] = ()
    enrolments: Sequence[EnrolmentOnRecord] = ()
    billed: Sequence[BilledMonths] = ()
    paid: Mapping[int, Fen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the care would cost (测算结果). `region` is the place of enrolment whose policy of the day `on` applies.

    `conditions` are what it goes by, said and on record. `supposed` are the kinds of entitlements that it goes by and
    that are not on record on the day of admission, and `record_supposed` says the same of a record of treatment
    elsewhere.
    """

    person_id: Id
    scheme: Scheme
    region: RegionCode
    on: date
    care: Care
    conditions: tuple[RecognisedCondition, ...]
    treated: TreatmentPlace
    supposed: tuple[EntitlementKind, ...]
    record_supposed: bool
    result: Adjudication


@dataclass(frozen=True, slots=True)
class Cover:
    """Days on which somebody is insured, both included."""

    scheme: Scheme
    region: RegionCode
    first: date
    last: date
    enrolment: EnrolmentOnRecord | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def previewed(
    book: PolicyBook,
    today: date,
    standing: Standing,
    record: InsuranceRecord,
    care: Care,
    *,
    entitlements: Sequence[Entitlement] = (),
    away: Sequence[OutOfAreaRecord] = (),
) -> Preview | Refusal:
    """The preview for oneself or a family member whom one has bound; everybody else is told nothing of the person.

    `entitlements` and `away` are what filings have had recognised and recorded of the person.
    """
    objections: list[Refusal] = list(_unacceptable(today, care))
    insured, holder = standing.insured, standing.holder
    if insured is None or (standing.relation is None and insured.id != holder.id):
        objections.append(NotOfYourFamily())
    elif not objections:
        if insured.died_on is not None and insured.died_on < care.discharged_on:
            objections.append(PersonDeceased(path=("personId",)))
        with noting(objections):
            cover = insured_throughout(book, record, care.admitted_on, care.discharged_on)
            on = care.on or care.discharged_on
            consultation = Consultation(book, on, on.year)
            stands = _stands(cover, care, entitlements, away)
            costs: list[Cost] = []
            with noting(objections):
                costs, drug_supposed = _costs(consultation, cover, care, entitlements)
                if drug_supposed:
                    stands = replace(stands, supposed=(*stands.supposed, EntitlementKind.SPECIAL_DRUG))
            with noting(objections):
                found = benefits(
                    consultation,
                    patient(insured, cover, stands.conditions),
                    care.kind,
                    care.tier,
                    designated=care.designated,
                    classes={one.cost_class for one in costs},
                    later_stay=care.year.stays > 0,
                    cap_raise=cap_raise(book, on, standing, record),
                    place=stands.treated,
                )
            with noting(objections):
                require_no_arrears(Consultation(book, min(today, care.discharged_on)), cover, record.billed)
            if not objections:
                return Preview(
                    insured.id,
                    cover.scheme,
                    cover.region,
                    on,
                    care,
                    conditions=tuple(one for one in RecognisedCondition if one in stands.conditions),
                    treated=stands.treated,
                    supposed=stands.supposed,
                    record_supposed=stands.record_supposed,
                    result=adjudicated(found, costs, care.year, spendable(standing)),
                )
    told = first_told(objections)
    assert told is not None, "what is not answered was refused"
    return told


@dataclass(frozen=True, slots=True)
class _Stands:
    """What is recognised and recorded of somebody on the day of admission, and what of it is supposed."""

    conditions: frozenset[RecognisedCondition]
    treated: TreatmentPlace
    supposed: tuple[EntitlementKind, ...]
    record_supposed: bool


def _stands(cover: Cover, care: Care, entitlements: Sequence[Entitlement], away: Sequence[OutOfAreaRecord]) -> _Stands:
    on_record = recognised(care.conditions, entitlements, care.admitted_on)
    supposed = tuple(
        kind
        for kind, condition in CONDITIONS.items()
        if kind in care.supposed.entitlements and condition not in on_record
    )
    treated = treatment_place(cover.region, care.region or cover.region, care.admitted_on, away)
    record_supposed = care.supposed.recorded and treated is TreatmentPlace.ELSEWHERE
    return _Stands(
        conditions=on_record | {CONDITIONS[kind] for kind in supposed},
        treated=TreatmentPlace.RECORDED if record_supposed else treated,
        supposed=supposed,
        record_supposed=record_supposed,
    )


def _costs(
    consultation: Consultation, cover: Cover, care: Care, entitlements: Sequence[Entitlement]
) -> tuple[list[Cost], bool]:
    """The costs by class, and whether a drug is among them that counts by supposition alone.

    Raises ItemNotInCatalogue for the first item that no catalogue has.
    """
    region = care.region or cover.region
    drugs = recognised_drugs(entitlements, care.admitted_on)
    class_of: Mapping[str, CostClass] = {}
    supposed: frozenset[str] = frozenset()
    if any(one.item is not None for one in care.costs):
        if EntitlementKind.SPECIAL_DRUG in care.supposed.entitlements:
            supposed = special_drugs(consultation, region) - drugs
        class_of = classes_of_items(consultation, region, drugs | supposed)
    costs = []
    for place, one in enumerate(care.costs):
        cost_class = one.cost_class if one.item is None else class_of.get(one.item)
        if cost_class is None:
            raise ItemNotInCatalogue(item=one.item or "", path=("care", "costs", str(place), "item"))
        costs.append(Cost(cost_class, one.amount_fen))
    return costs, any(one.item in supposed for one in care.costs)


def patient(insured: Insured, cover: Cover, conditions: frozenset[RecognisedCondition]) -> Patient:
    """Whose benefits are asked for, as insured on the last day."""
    return Patient(
        scheme=cover.scheme,
        person_type=None if cover.enrolment is None else cover.enrolment.person_type,
        region=cover.region,
        group=insured.special_group,
        conditions=conditions,
    )


def _unacceptable(today: date, care: Care) -> list[Refusal]:
    """What of the question cannot be right, whoever it is about."""
    years = range(FIRST_COVERAGE_YEAR, today.year + 3)
    year = care.year
    so_far = (*year.pooled_fen.values(), year.critical_base_fen, year.critical_fen, year.assistance_fen)
    stay = care.kind is CareKind.INPATIENT
    checks = {
        ("admittedOn", InputProblem.YEAR): care.admitted_on.year in years,
        ("dischargedOn", InputProblem.BEFORE_ADMISSION): (
            timedelta(0) <= care.discharged_on - care.admitted_on <= LONGEST_STAY
        ),
        ("dischargedOn", InputProblem.STAY): stay or care.discharged_on <= care.admitted_on,
        ("on", InputProblem.YEAR): care.on is None or care.on.year in years,
        ("costs", InputProblem.COST_COUNT): 1 <= len(care.costs) <= MOST_COSTS,
        ("costs", InputProblem.COST): all(0 < one.amount_fen <= MOST_FEN for one in care.costs),
        ("costs", InputProblem.COST_NAMED): all((one.cost_class is None) != (one.item is None) for one in care.costs),
        ("yearSoFar", InputProblem.PAID_SO_FAR): (
            all(0 <= amount <= MOST_FEN for amount in so_far) and 0 <= year.stays <= MOST_STAYS
        ),
    }
    return [
        InputNotAcceptable(field=field, problem=problem, path=("on",) if field == "on" else ("care", field))
        for (field, problem), right in checks.items()
        if not right
    ]


def _covers(record: InsuranceRecord) -> list[Cover]:
    """When somebody is insured, by which scheme and where; the employee scheme first."""
    ends = {one.id: one.ended_on for one in record.enrolments}
    employee = [
        Cover(one.scheme, one.region, one.started_on, one.ended_on or date.max, one)
        for one in record.enrolments
        if one.scheme is Scheme.EMPLOYEE and (one.ended_on is not None or one.status is EnrolmentStatus.ACTIVE)
    ]
    resident = [
        Cover(Scheme.RESIDENT, one.region, one.first, min(one.last, ends.get(one.enrolment_id) or date.max), None)
        for one in record.covers
    ]
    return employee + resident


def insured_throughout(book: PolicyBook, record: InsuranceRecord, first: date, last: date) -> Cover:
    """The cover of the last day. Raises InWaitingPeriod or NotCovered for the first day that has none."""
    covers = _covers(record)
    day = first
    while True:
        cover = next((one for one in covers if day in one), None)
        if cover is None:
            waits = next((one for one in record.covers if _waits(one, day)), None)
            if waits is None or waits.waiting_until is None:
                raise NotCovered(on=day)
            wait = Consultation(book, waits.paid_on or day, waits.year)
            raise InWaitingPeriod(
                on=day,
                waiting_until=waits.waiting_until,
                basis=wait.basis(waits.region, "waiting_period.applies_to"),
            )
        if cover.last >= last:
            return next(one for one in covers if last in one)
        day = cover.last + _DAY


def _waits(paid: PaidCover, day: date) -> bool:
    return paid.waiting_until is not None and (paid.paid_on or date.min) <= day <= paid.waiting_until


def require_no_arrears(consultation: Consultation, cover: Cover, billed: Sequence[BilledMonths]) -> None:
    """Raises InArrears where the place suspends benefits for months that are due and not paid."""
    if cover.enrolment is None or not is_working(cover.enrolment):
        return
    suspends = consultation.fact("arrears", cover.region, "employee_benefit.suspended_in_arrears")
    if not suspends.flag:
        return
    owed = months_in_arrears(consultation, cover.enrolment, billed)
    if owed:
        raise InArrears(month=owed[0].month, months=len(owed), basis=suspends.key)


def spendable(standing: Standing) -> Fen | None:
    """What one's own account holds for one's own care, None without one; a family member's is not told."""
    account, insured = standing.holder.account, standing.insured
    if account is None or insured is None or insured.id != standing.holder.id:
        return None
    return account.balance_fen if account.status is AccountStatus.OPEN else None


def cap_raise(book: PolicyBook, on: date, standing: Standing, record: InsuranceRecord) -> CapRaise:
    """What years in a row and years without a claim add to the cap of critical illness insurance in the day's year."""
    years = [one.year for one in record.covers]
    told = continuity(book, on, replace(standing, coverage_year=on.year), years, paid=record.paid)
    if not isinstance(told, Continuity) or not told.raise_fen:
        return NO_RAISE
    return CapRaise(told.raise_fen, tuple(one.fact for one in told.facts if one.role in ("step", "most")))
