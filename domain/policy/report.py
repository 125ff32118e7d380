"""What the book of policy does not know, assumes, or is about to forget (政策核对)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.policy.facts import Fact, Plain
from domain.vocabulary import RegionCode

SOURCE_CITIES = tuple(RegionCode(code) for code in ("341100", "341800", "510700", "510900", "520400"))
"""The cities of the source documents: 滁州, 宣城, 绵阳, 遂宁, 安顺."""

JOURNEY_FACTS: tuple[tuple[str, ...], ...] = (
    ("family_mutual_aid.relations_covered",),
    ("family_mutual_aid.payer_area_scope",),
    ("family_mutual_aid.balance_too_low",),
    ("binding.pledge_required",),
    ("binding.required_before_payment",),
    ("binding.kinship_must_be_recorded",),
    ("binding.most_members",),
    ("claim.filing_limit_days",),
    ("claim.reduction_elsewhere",),
    ("claim.record_reaches_back_days",),
    ("claim.temporary_record_days",),
    ("claim.class_a",),
    ("claim.class_b",),
    ("claim.class_c",),
    ("entitlement.chronic_diseases",),
    ("entitlement.special_diseases",),
    ("entitlement.special_drugs",),
    ("entitlement.disease_days",),
    ("entitlement.drug_days",),
    ("entitlement.renewal_days",),
    ("payee.added_before_payment",),
    ("payee.most_payees",),
    ("identity.most_mismatches_a_day",),
    ("identity.most_mismatches_a_day_of_units",),
    ("enrolment.required_before_payment",),
    ("enrolment.elsewhere_must_be_suspended",),
    ("enrolment.suspension_needs_consent",),
    ("enrolment.adult_from_years",),
    ("enrolment.senior_from_years",),
    ("enrolment.student_from_years",),
    ("enrolment.working_from_years",),
    ("enrolment.resident_gives_way_to_employee",),
    ("enrolment.maternity_with_employment",),
    ("enrolment.maternity_ends_at_retirement",),
    ("enrolment.e_certificate_may_be_demanded",),
    ("record_visibility.registration_to_tax_delay_hours",),
    ("record_visibility.suspension_delay_least_minutes",),
    ("record_visibility.suspension_delay_most_minutes",),
    ("special_payment.groups",),
    ("newborn.status_days",),
    ("newborn.covered_from_birth_days",),
    ("collection_window.window",),
    ("collection_window.early_payment",),
    ("collection_window.last_open_day_of_month",),
    ("contribution_assistance.granted_at_payment",),
    ("resident_contribution.has_second_grade",),
    ("resident_contribution.amount_in_window",),
    ("resident_contribution.amount_after_window",),
    ("resident_contribution.late_price_exempt_groups",),
    ("resident_contribution.exempt_price",),
    ("coverage.in_window_starts_on",),
    ("coverage.in_window_ends_on",),
    ("coverage.in_window_waiting_start",),
    ("coverage.late_start",),
    ("coverage.late_exempt_start",),
    ("coverage.late_ends_on",),
    ("coverage.wait_beyond_year",),
    ("waiting_period.fixed_days", "waiting_period.fixed_months"),
    ("waiting_period.payment_day_counts",),
    ("waiting_period.applies_to",),
    ("waiting_period.first_enrolment_counts_as_continuous",),
    ("waiting_period.employee_years_count",),
    ("waiting_period.late_paid_years_count",),
    ("waiting_period.exempt_groups",),
    ("waiting_period.has_variable_part",),
    ("critical_illness.annual_cap",),
    ("critical_illness.uncapped_groups",),
    ("continuity_reward.counted_from",),
    ("continuity_reward.full_years",),
    ("continuity_reward.step",),
    ("continuity_reward.most_share_of_cap",),
    ("continuity_reward.gap_keeps_earned",),
    ("continuity_reward.claims_known_from",),
    ("continuity_reward.use_clears_zero_claim",),
    ("record_visibility.payment_record_delay_hours",),
    ("receipt.completion_required_for_slip",),
    ("receipt.mutual_aid_record_name",),
    ("payment_channel.channels",),
    ("payment_channel.bank_batch_hours",),
    ("payment_channel.voidable_after_minutes",),
    ("payment_channel.shortest_pause_minutes",),
    ("payment_channel.longest_pause_minutes",),
    ("payment_channel.collecting_unit_kinds",),
    ("payment_channel.channels_of_collecting_units",),
    ("unit_registration.code_fits_kind",),
    ("employee_contribution.average_wage",),
    ("employee_contribution.floor_percent",),
    ("employee_contribution.ceiling_percent",),
    ("employee_contribution.unit_rate",),
    ("employee_contribution.personal_rate",),
    ("employee_contribution.maternity_rate",),
    ("employee_contribution.personal_share_is_credited",),
    ("employee_contribution.due_day_of_next_month",),
    ("employee_contribution.unit_channels",),
    ("employee_contribution.flexible_rate",),
    ("employee_contribution.flexible_share_credited",),
    ("employee_contribution.flexible_channels",),
    ("employee_contribution.retirement_age_men",),
    ("employee_contribution.retirement_age_women",),
    ("employee_contribution.months_required_men",),
    ("employee_contribution.months_required_women",),
    ("employee_contribution.lump_sum_base_percent",),
    ("employee_contribution.lump_sum_rate",),
    ("employee_contribution.recorded_from_month",),
    ("employee_contribution.late_fee_rate_per_day",),
    ("rating.rectification_working_days",),
    ("rating.least_published",),
    ("transfer.out_working_days",),
    ("transfer.in_working_days",),
    ("transfer.months_paid_in_both_places",),
    ("office_hours.hours",),
    ("personal_account.interest_rate",),
    ("personal_account.interest_method",),
    ("personal_account.interest_days_of_year",),
    ("personal_account.settlement_day",),
    ("personal_account.pensioner_credit",),
    ("personal_account.pensioner_credit_day",),
    ("personal_account.withdrawal_working_days",),
    ("personal_account.withdrawal_materials_abroad",),
    ("personal_account.withdrawal_materials_given_up",),
    ("personal_account.withdrawal_materials_deceased",),
    ("refund.reasons",),
    ("refund.refused_once_cover_begins",),
    ("refund.reasons_after_cover_begins",),
    ("refund.returns_by",),
    ("personal_account.pays_for_care",),
    ("resident_benefit.care_kinds",),
    ("employee_benefit.care_kinds",),
    ("maternity_benefit.months_required",),
    ("maternity_benefit.days_between_pregnancies",),
    ("maternity_benefit.days_of_a_pregnancy",),
    ("maternity_benefit.cost_classes",),
    ("maternity_benefit.leave_days_birth",),
    ("maternity_benefit.leave_days_difficult_birth",),
    ("maternity_benefit.leave_days_each_further_child",),
    ("maternity_benefit.leave_days_early_miscarriage",),
    ("maternity_benefit.leave_days_late_miscarriage",),
    ("maternity_benefit.days_of_a_month",),
    ("maternity_benefit.allowance_wage",),
    ("maternity_benefit.allowance_wage_unrecorded",),
    ("maternity_benefit.allowance_rounding",),
)
"""What paying a contribution, keeping an account or being cared for can need; any one of its names meets a line."""

FACTS_BEHIND: Mapping[str, tuple[str, ...]] = {
    "enrolment.e_certificate_may_be_demanded": ("enrolment.e_certificate_demanded_share",),
    "resident_benefit.care_kinds": (
        "resident_benefit.designated_only",
        "resident_benefit.days_that_decide",
        "resident_benefit.rounding",
        "resident_benefit.limits_hold_for",
        "resident_benefit.outside_inpatient_limit",
        "resident_benefit.outpatient_ratio_village",
        "resident_benefit.outpatient_ratio_level_1",
        "resident_benefit.outpatient_ratio_level_2",
        "resident_benefit.outpatient_ratio_level_3",
        "resident_benefit.outpatient_deductible",
        "resident_benefit.outpatient_annual_cap",
        "resident_benefit.hypertension_diabetes_ratio_village",
        "resident_benefit.hypertension_diabetes_ratio_level_1",
        "resident_benefit.hypertension_diabetes_ratio_level_2",
        "resident_benefit.hypertension_diabetes_ratio_level_3",
        "resident_benefit.hypertension_diabetes_deductible",
        "resident_benefit.hypertension_annual_cap",
        "resident_benefit.diabetes_annual_cap",
        "resident_benefit.both_diseases_annual_cap",
        "resident_benefit.both_diseases_limit",
        "resident_benefit.target_organ_damage",
        "resident_benefit.chronic_special_ratio",
        "resident_benefit.chronic_special_deductible",
        "resident_benefit.chronic_annual_cap",
        "resident_benefit.chronic_cap_for_one_disease",
        "resident_benefit.special_and_inpatient_cap",
        "resident_benefit.special_and_inpatient_limit",
        "resident_benefit.antenatal_ratio",
        "resident_benefit.antenatal_ratio_level_3",
        "resident_benefit.antenatal_cap",
        "resident_benefit.antenatal_and_outpatient_cap",
        "resident_benefit.antenatal_limit",
        "resident_benefit.inpatient_ratio_village",
        "resident_benefit.inpatient_ratio_level_1",
        "resident_benefit.inpatient_ratio_level_2",
        "resident_benefit.inpatient_ratio_level_3",
        "resident_benefit.inpatient_deductible_village",
        "resident_benefit.inpatient_deductible_level_1",
        "resident_benefit.inpatient_deductible_level_2",
        "resident_benefit.inpatient_deductible_level_3",
        "resident_benefit.inpatient_annual_cap",
        "resident_benefit.first_share_of_class_b",
        "critical_illness.deductible",
        "critical_illness.first_edge",
        "critical_illness.second_edge",
        "critical_illness.first_ratio",
        "critical_illness.second_ratio",
        "critical_illness.third_ratio",
        "critical_illness.hardship_groups",
        "critical_illness.hardship_deductible_cut",
        "critical_illness.hardship_ratio_increase",
        "critical_illness.hardship_edges",
        "critical_illness.base",
        "critical_illness.counted_over",
        "critical_illness.counts_above_basic_cap",
        "critical_illness.care_kinds",
        "medical_assistance.groups",
        "medical_assistance.care_kinds",
        "medical_assistance.ratio",
        "medical_assistance.cap",
        "medical_assistance.cap_holds_for",
    ),
    "employee_benefit.care_kinds": (
        "employee_benefit.designated_only",
        "employee_benefit.days_that_decide",
        "employee_benefit.rounding",
        "employee_benefit.limits_hold_for",
        "employee_benefit.suspended_in_arrears",
        "employee_benefit.outpatient_ratio_village",
        "employee_benefit.outpatient_ratio_level_1",
        "employee_benefit.outpatient_ratio_level_2",
        "employee_benefit.outpatient_ratio_level_3",
        "employee_benefit.outpatient_deductible",
        "employee_benefit.outpatient_annual_cap",
        "employee_benefit.chronic_special_ratio",
        "employee_benefit.chronic_special_deductible",
        "employee_benefit.chronic_annual_cap",
        "employee_benefit.inpatient_ratio_village",
        "employee_benefit.inpatient_ratio_level_1",
        "employee_benefit.inpatient_ratio_level_2",
        "employee_benefit.inpatient_ratio_level_3",
        "employee_benefit.inpatient_deductible_village",
        "employee_benefit.inpatient_deductible_level_1",
        "employee_benefit.inpatient_deductible_level_2",
        "employee_benefit.inpatient_deductible_level_3",
        "employee_benefit.inpatient_annual_cap",
        "employee_benefit.retired_ratio_increase",
        "employee_benefit.first_share_of_class_b",
    ),
    "maternity_benefit.cost_classes": (
        "maternity_benefit.limit_vaginal_birth",
        "maternity_benefit.limit_assisted_birth",
        "maternity_benefit.limit_caesarean",
        "maternity_benefit.limit_early_miscarriage",
        "maternity_benefit.limit_late_miscarriage",
        "maternity_benefit.limit_device_insertion",
        "maternity_benefit.limit_device_removal",
        "maternity_benefit.limit_termination",
        "maternity_benefit.limit_sterilisation",
        "maternity_benefit.limit_reversal",
        "maternity_benefit.limit_antenatal_examinations",
    ),
    "waiting_period.has_variable_part": (
        "waiting_period.variable_months_per_broken_year",
        "waiting_period.first_broken_year_counts",
        "waiting_period.long_gap_years",
        "waiting_period.long_gap_least_months",
        "waiting_period.repaired_months_per_year_paid",
        "waiting_period.repaired_first",
    ),
    "contribution_assistance.granted_at_payment": (
        "contribution_assistance.borne_whole_groups",
        "contribution_assistance.borne_in_part_groups",
        "contribution_assistance.part_borne",
        "contribution_assistance.bears_after_window",
    ),
    "resident_benefit.inpatient_deductible_level_1": ("resident_benefit.later_stay_deductible_share",),
    "employee_benefit.inpatient_deductible_level_1": ("employee_benefit.later_stay_deductible_share",),
    "resident_contribution.has_second_grade": (
        "resident_contribution.second_grade_in_window",
        "resident_contribution.second_grade_after_window",
    ),
}
"""What is needed besides where a fact of the journey says yes, or names anything."""

STALE_AFTER_DAYS = 365
"""A fact without an end that nobody confirmed for this long deserves a second look."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question of the journey that the book cannot answer (政策空白). Any one of `names` would close it."""

    names: tuple[str, ...]
    term_zh: str
    term_en: str
    area: RegionCode
    area_zh: str
    on: date
    benefit_year: int

    def as_plain(self) -> dict[str, Plain]:
        """The gap as JSON carries it."""
        return {
            "names": list(self.names),
            "term": self.term_zh,
            "termEn": self.term_en,
            "area": self.area,
            "areaName": self.area_zh,
            "on": self.on.isoformat(),
            "benefitYear": self.benefit_year,
        }


@dataclass(frozen=True, slots=True)
class AssumedFact:
    """A fact that no document states, and whether it is in force on the day of the report (假定)."""

    fact: Fact
    why: str
    in_force: bool

    def as_plain(self) -> dict[str, Plain]:
        """The assumption as JSON carries it."""
        document = self.fact.document
        return {
            **_plain(self.fact),
            "why": self.why,
            "document": None if document is None else document.id,
            "inForce": self.in_force,
        }


@dataclass(frozen=True, slots=True)
class LapsingFact:
    """A fact in force that ends within the days asked about (即将失效)."""

    fact: Fact
    days_left: int

    def as_plain(self) -> dict[str, Plain]:
        """The fact and its last day as JSON carries them."""
        return {**_plain(self.fact), "daysLeft": self.days_left}


@dataclass(frozen=True, slots=True)
class StaleFact:
    """A fact without an end that was last confirmed more than a year before (久未核实)."""

    fact: Fact
    days_since_confirmed: int

    def as_plain(self) -> dict[str, Plain]:
        """The fact and the age of its confirmation as JSON carries them."""
        return {**_plain(self.fact), "daysSinceConfirmed": self.days_since_confirmed}


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """The state of the book on one day (政策核对结果). `facts` counts all facts, `in_force` those of the day."""

    on: date
    benefit_year: int
    within_days: int
    facts: int
    in_force: int
    documents: int
    gaps: tuple[Gap, ...]
    assumptions: tuple[AssumedFact, ...]
    lapsing: tuple[LapsingFact, ...]
    stale: tuple[StaleFact, ...]

    def as_plain(self) -> dict[str, Plain]:
        """The report as JSON carries it."""
        return {
            "on": self.on.isoformat(),
            "benefitYear": self.benefit_year,
            "withinDays": self.within_days,
            "facts": self.facts,
            "inForce": self.in_force,
            "documents": self.documents,
            "gaps": [one.as_plain() for one in self.gaps],
            "assumptions": [one.as_plain() for one in self.assumptions],
            "lapsing": [one.as_plain() for one in self.lapsing],
            "stale": [one.as_plain() for one in self.stale],
        }


def year_collected_on(on: date) -> int:
    """The year of cover whose contribution is being collected: from September the next one (正在征缴的年度)."""
    return on.year + 1 if on.month >= 9 else on.year


def _plain(fact: Fact) -> dict[str, Plain]:
    return {
        "key": fact.key,
        "name": fact.name,
        "term": fact.term_zh,
        "termEn": fact.term_en,
        "area": fact.area,
        "benefitYear": fact.benefit_year,
        "validFrom": fact.valid_from.isoformat(),
        "validUntil": None if fact.valid_until is None else fact.valid_until.isoformat(),
        "confirmedOn": None if fact.confirmed_on is None else fact.confirmed_on.isoformat(),
        "unit": fact.unit.name,
        "value": fact.plain_value(),
    }
