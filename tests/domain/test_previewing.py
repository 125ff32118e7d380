"""Who is insured on the days of their care, and what a preview is refused for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.decisions.adjudicating import YearSoFar
from domain.decisions.previewing import Care, CareCost, InsuranceRecord, Preview, previewed
from domain.decisions.records import EnrolmentOnRecord, Insured, PaidCover, Standing
from domain.decisions.retiring import BilledMonths
from domain.policy import PolicyBook
from domain.refusals import (
    InArrears,
    InputNotAcceptable,
    InputProblem,
    InstitutionNotDesignated,
    InWaitingPeriod,
    NotCovered,
    NotEntitledToCare,
    NotOfYourFamily,
    PersonDeceased,
    PolicyNotStated,
    Refusal,
)
from domain.vocabulary import (
    AccountStatus,
    CareKind,
    CostClass,
    EmployeeBillStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    Fen,
    Id,
    InstitutionTier,
    PersonType,
    RecognisedCondition,
    RegionCode,
    Scheme,
)
from tests.domain.cases import ANSHUN, ENROLMENT, MOTHER, PAYER, SIMULATED, account, granted, standing

TODAY = date(2025, 6, 20)


def care(first: date = date(2025, 6, 2), last: date | None = None, yuan: int = 20_000, **changes: object) -> Care:
    """A stay of class A at level 2, within a day unless it has a last one."""
    stay = Care(
        kind=CareKind.INPATIENT,
        tier=InstitutionTier.LEVEL_2,
        designated=True,
        admitted_on=first,
        discharged_on=last or first,
        costs=[CareCost(CostClass.A, Fen(yuan * 100))],
    )
    return replace(stay, **changes)  # type: ignore[arg-type]


def paid(
    year: int = 2025, *, waiting_until: date | None = None, region: RegionCode = ANSHUN, **changes: object
) -> PaidCover:
    """A contribution of the autumn before, which covers its year whole but for a wait."""
    whole = PaidCover(
        person_id=MOTHER,
        enrolment_id=ENROLMENT,
        region=region,
        year=year,
        paid_on=date(year - 1, 11, 5),
        first=date(year, 1, 1),
        last=date(year, 12, 31),
        waiting_until=waiting_until,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def enrolled(
    scheme: Scheme = Scheme.EMPLOYEE,
    *,
    region: RegionCode = SIMULATED,
    person_type: PersonType = PersonType.EMPLOYED,
    started_on: date = date(2015, 3, 1),
    ended_on: date | None = None,
    status: EnrolmentStatus = EnrolmentStatus.ACTIVE,
) -> EnrolmentOnRecord:
    return EnrolmentOnRecord(ENROLMENT, MOTHER, scheme, person_type, region, None, status, started_on, ended_on)


def billed(*months: int) -> list[BilledMonths]:
    """Months that are paid."""
    regular, done = EmployeeContributionKind.REGULAR, EmployeeBillStatus.PAID
    return [BilledMonths(Id(month), Id(month), regular, month, 1, done, SIMULATED) for month in months]


def asked(book: PolicyBook, record: InsuranceRecord, about: Care, who: Standing | None = None) -> Preview | Refusal:
    return previewed(book, TODAY, who or standing(), record, about)


def refused(answer: Preview | Refusal) -> Refusal:
    assert isinstance(answer, Refusal)
    return answer


def test_a_stay_within_cover_is_adjudicated_where_its_contribution_was_paid(book: PolicyBook) -> None:
    preview = granted(asked(book, InsuranceRecord([paid()]), care()))
    assert (preview.scheme, preview.region, preview.on) == (Scheme.RESIDENT, ANSHUN, date(2025, 6, 2))
    assert (preview.result.pooled_fen, preview.result.cash_fen) == (1_600_000, 400_000)


@pytest.mark.parametrize(
    ("first", "last", "without"),
    [
        (date(2025, 1, 1), date(2025, 1, 1), None),
        (date(2025, 12, 31), date(2025, 12, 31), None),
        (date(2024, 12, 31), date(2025, 1, 2), date(2024, 12, 31)),
        (date(2025, 12, 30), date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_a_stay_lies_within_cover_from_its_first_day_to_its_last(
    book: PolicyBook, first: date, last: date, without: date | None
) -> None:
    answer = asked(book, InsuranceRecord([paid()]), care(first, last))
    if without is None:
        granted(answer)
    else:
        told = refused(answer)
        assert isinstance(told, NotCovered)
        assert told.on == without


def test_a_stay_over_two_paid_years_is_of_the_year_in_which_it_ends(book: PolicyBook) -> None:
    years = [paid(2024, region=SIMULATED), paid(2025, region=SIMULATED)]
    preview = granted(asked(book, InsuranceRecord(years), care(date(2024, 12, 30), date(2025, 1, 2))))
    assert preview.on == date(2025, 1, 2)
    # 75 % of what lies above 500 yuan is the rule of 2025 there; that of 2024 was 70 %.
    assert preview.result.pooled_fen == (2_000_000 - 50_000) * 75 // 100


@pytest.mark.parametrize(
    ("day", "told"),
    [(date(2025, 2, 28), NotCovered), (date(2025, 3, 1), InWaitingPeriod), (date(2025, 5, 30), InWaitingPeriod)],
)
def test_the_wait_begins_with_the_payment_and_cover_after_its_last_day(
    book: PolicyBook, day: date, told: type[Refusal]
) -> None:
    late = paid(paid_on=date(2025, 3, 1), first=date(2025, 5, 31), waiting_until=date(2025, 5, 30))
    record = InsuranceRecord([late])
    answer = refused(asked(book, record, care(day)))
    assert type(answer) is told
    if isinstance(answer, InWaitingPeriod):
        assert (answer.on, answer.waiting_until) == (day, date(2025, 5, 30))
        assert answer.basis == "waiting_period.applies_to~520400~2024-01-01~2025"
    granted(asked(book, record, care(date(2025, 5, 31))))


def test_cover_ends_with_the_enrolment_that_was_paid_for(book: PolicyBook) -> None:
    left = enrolled(
        Scheme.RESIDENT,
        region=ANSHUN,
        person_type=PersonType.RESIDENT_SENIOR,
        ended_on=date(2025, 6, 10),
        status=EnrolmentStatus.SUSPENDED,
    )
    record = InsuranceRecord([paid()], [left])
    granted(asked(book, record, care(date(2025, 6, 10))))
    assert isinstance(refused(asked(book, record, care(date(2025, 6, 11)))), NotCovered)


def test_nothing_paid_is_not_covered(book: PolicyBook) -> None:
    told = refused(asked(book, InsuranceRecord(), care()))
    assert isinstance(told, NotCovered)
    assert (told.on, told.path) == (date(2025, 6, 2), ("care", "admittedOn"))


def test_the_employee_scheme_pays_for_who_is_in_it(book: PolicyBook) -> None:
    months = [*range(202412, 202413), *range(202501, 202506)]
    record = InsuranceRecord([paid(region=SIMULATED)], [enrolled()], billed(*months))
    preview = granted(asked(book, record, care()))
    assert preview.scheme is Scheme.EMPLOYEE
    # 87 % of what lies above 400 yuan.
    assert preview.result.pooled_fen == (2_000_000 - 40_000) * 87 // 100
    assert preview.result.critical_fen == 0


def test_a_pensioner_is_paid_more_and_owes_no_months(book: PolicyBook) -> None:
    record = InsuranceRecord((), [enrolled(person_type=PersonType.RETIRED)])
    assert granted(asked(book, record, care())).result.pooled_fen == (2_000_000 - 40_000) * 92 // 100


def test_months_in_arrears_suspend_the_employee_scheme(book: PolicyBook) -> None:
    record = InsuranceRecord((), [enrolled()], billed(202412, 202501, 202503, 202504))
    told = refused(asked(book, record, care()))
    assert isinstance(told, InArrears)
    assert (told.month, told.months) == (202502, 1)
    assert told.basis == "employee_benefit.suspended_in_arrears~840000~2020-01-01"


def test_months_that_are_not_yet_due_do_not(book: PolicyBook) -> None:
    record = InsuranceRecord((), [enrolled()], billed(202412, 202501, 202502, 202503, 202504, 202505))
    granted(asked(book, record, care(date(2025, 11, 3))))


def test_arrears_are_told_before_what_no_document_states(book: PolicyBook) -> None:
    silent = care(first=date(2027, 1, 4))
    told = refused(previewed(book, date(2027, 1, 4), standing(), InsuranceRecord((), [enrolled()]), silent))
    assert isinstance(told, InArrears)


def test_where_no_document_speaks_of_employees_the_preview_says_so(book: PolicyBook) -> None:
    told = refused(asked(book, InsuranceRecord((), [enrolled(region=ANSHUN)]), care()))
    assert isinstance(told, PolicyNotStated)
    assert told.name == "employee_benefit.care_kinds"


def test_one_s_own_account_pays_one_s_own_share_and_nobody_else_s(book: PolicyBook) -> None:
    mother = standing()
    assert granted(asked(book, InsuranceRecord([paid()]), care(), mother)).result.account_fen == 0
    oneself = replace(mother, relation=None, insured=Insured(PAYER, "270101198806060009", date(1988, 6, 6), None, None))
    mine = InsuranceRecord([paid()])
    told = granted(asked(book, mine, care(), oneself)).result
    assert (told.account_fen, told.cash_fen) == (400_000, 0)
    frozen = replace(oneself, holder=replace(oneself.holder, account=account(status=AccountStatus.FROZEN)))
    assert granted(asked(book, mine, care(), frozen)).result.account_fen == 0
    poor = replace(oneself, holder=replace(oneself.holder, account=account(balance=14_920)))
    told = granted(asked(book, mine, care(), poor)).result
    assert (told.account_fen, told.cash_fen) == (14_920, 385_080)


def test_a_stranger_is_told_nothing_whatever_else_is_wrong(book: PolicyBook) -> None:
    stranger = replace(standing(), relation=None)
    dead = replace(stranger, insured=replace(stranger.insured, died_on=date(2020, 1, 1)))  # type: ignore[type-var]
    for who in (stranger, dead, replace(stranger, insured=None), replace(stranger, is_payee=True)):
        assert isinstance(refused(asked(book, InsuranceRecord([paid()]), care(), who)), NotOfYourFamily)


def test_care_after_a_death_is_refused_and_on_its_day_is_not(book: PolicyBook) -> None:
    sound = standing()
    assert sound.insured is not None
    dead = replace(sound, insured=replace(sound.insured, died_on=date(2025, 6, 5)))
    granted(asked(book, InsuranceRecord([paid()]), care(last=date(2025, 6, 5)), dead))
    assert isinstance(
        refused(asked(book, InsuranceRecord([paid()]), care(last=date(2025, 6, 6)), dead)), PersonDeceased
    )


LINES = [CareCost(CostClass.A, Fen(1))]


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"admitted_on": date(1999, 12, 31), "discharged_on": date(1999, 12, 31)}, "admittedOn", InputProblem.YEAR),
        ({"admitted_on": date(2028, 1, 1)}, "admittedOn", InputProblem.YEAR),
        ({"admitted_on": date.max, "discharged_on": date.max}, "admittedOn", InputProblem.YEAR),
        ({"discharged_on": date.max}, "dischargedOn", InputProblem.BEFORE_ADMISSION),
        ({"discharged_on": date(2025, 6, 1)}, "dischargedOn", InputProblem.BEFORE_ADMISSION),
        ({"discharged_on": date(2026, 6, 3)}, "dischargedOn", InputProblem.BEFORE_ADMISSION),
        ({"kind": CareKind.OUTPATIENT, "discharged_on": date(2025, 6, 3)}, "dischargedOn", InputProblem.STAY),
        ({"on": date(1999, 1, 1)}, "on", InputProblem.YEAR),
        ({"costs": []}, "costs", InputProblem.COST_COUNT),
        ({"costs": LINES * 501}, "costs", InputProblem.COST_COUNT),
        ({"costs": [CareCost(CostClass.A, Fen(0))]}, "costs", InputProblem.COST),
        ({"costs": [CareCost(CostClass.A, Fen(-1))]}, "costs", InputProblem.COST),
        ({"costs": [CareCost(CostClass.A, Fen(1_000_000_001))]}, "costs", InputProblem.COST),
        ({"year": YearSoFar({CareKind.OUTPATIENT: Fen(-1)})}, "yearSoFar", InputProblem.PAID_SO_FAR),
        ({"year": YearSoFar(critical_fen=Fen(1_000_000_001))}, "yearSoFar", InputProblem.PAID_SO_FAR),
        ({"year": YearSoFar(stays=366)}, "yearSoFar", InputProblem.PAID_SO_FAR),
    ],
)
def test_what_cannot_be_right_is_told_before_anything_else(
    book: PolicyBook, changes: dict[str, object], field: str, problem: InputProblem
) -> None:
    told = refused(asked(book, InsuranceRecord(), care(**changes)))  # type: ignore[arg-type]
    assert isinstance(told, InputNotAcceptable)
    assert (told.field, told.problem) == (field, problem)
    assert told.path == (("on",) if field == "on" else ("care", field))


def test_the_largest_and_the_longest_are_answered(book: PolicyBook) -> None:
    record = InsuranceRecord([paid(region=SIMULATED), paid(2026, region=SIMULATED)])
    most = [CareCost(CostClass.A, Fen(1_000_000_000))] * 500
    told = granted(asked(book, record, care(last=date(2026, 6, 2), costs=most))).result
    assert told.cost_fen == 500_000_000_000
    assert told.pooled_fen == 25_000_000


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"designated": False}, InstitutionNotDesignated),
        ({"kind": CareKind.CHRONIC_DISEASE}, NotEntitledToCare),
        ({"kind": CareKind.SPECIAL_DISEASE}, NotEntitledToCare),
        ({"kind": CareKind.HYPERTENSION_DIABETES}, NotEntitledToCare),
        ({"kind": CareKind.ANTENATAL}, NotEntitledToCare),
        ({"kind": CareKind.CHRONIC_DISEASE, "designated": False}, InstitutionNotDesignated),
        ({"costs": [CareCost(CostClass.B, Fen(100))]}, PolicyNotStated),
        ({"on": date(2026, 6, 2)}, PolicyNotStated),
        ({"on": date(2024, 6, 2)}, PolicyNotStated),
    ],
)
def test_what_the_rules_refuse(book: PolicyBook, changes: dict[str, object], told: type[Refusal]) -> None:
    assert type(refused(asked(book, InsuranceRecord([paid()]), care(**changes)))) is told  # type: ignore[arg-type]


def test_hypertension_is_recognised_by_saying_so(book: PolicyBook) -> None:
    visit = care(
        yuan=100,
        kind=CareKind.HYPERTENSION_DIABETES,
        conditions=frozenset({RecognisedCondition.HYPERTENSION}),
    )
    assert granted(asked(book, InsuranceRecord([paid()]), visit)).result.pooled_fen == 8_000


def test_the_policy_of_another_day_is_that_of_its_year(book: PolicyBook) -> None:
    record = InsuranceRecord([paid(region=SIMULATED)])
    at_level_3 = care(yuan=10_000, tier=InstitutionTier.LEVEL_3)
    now, then = (granted(asked(book, record, replace(at_level_3, on=on))) for on in (None, date(2026, 1, 1)))
    assert (now.result.pooled_fen, then.result.pooled_fen) == (540_000, 598_000)


def test_years_in_a_row_raise_the_cap_as_the_continuity_query_tells(book: PolicyBook) -> None:
    years = [paid(year, region=SIMULATED) for year in range(2021, 2026)]
    who = standing(SIMULATED)
    preview = granted(asked(book, InsuranceRecord(years), care(), who))
    [critical] = [cap for cap in preview.result.caps if cap.kind.name == "CRITICAL_ILLNESS"]
    # Three years beyond the first two and one without a claim, 2,000 yuan each.
    assert critical.limit_fen == 30_800_000
    alone = granted(asked(book, InsuranceRecord(years[-1:]), care(), who))
    assert [cap.limit_fen for cap in alone.result.caps if cap.kind.name == "CRITICAL_ILLNESS"] == [30_000_000]
