"""The forms of filings (办件表单): what each says, whom it is about, and which materials it asks for.

Each kind of form is a class, and `FORMS` says which matter has which. What a form does not decide is as `FilingForm`
has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from domain.decisions.away import OutOfAreaRecord
from domain.decisions.employee_enrolments import MemberLine
from domain.decisions.maternity import BIRTHS_AND_MISCARRIAGES, FAMILY_PLANNING, Expenses, Leave
from domain.decisions.person_changes import PersonChange
from domain.decisions.reconciling import StatedLine, Statement
from domain.decisions.settling import ClaimForm
from domain.policy.matters import MaterialCondition
from domain.vocabulary import (
    ApplicantKind,
    CareKind,
    Fen,
    Id,
    IdType,
    InjuryLiability,
    InstitutionTier,
    MaternityBenefitKind,
    MaternityOccasion,
    MatterAction,
    MatterCode,
    PersonType,
    RecognisedCondition,
    RegionCode,
    Sex,
    TerminationReason,
    UnitKind,
    WithdrawalReason,
)


@dataclass(frozen=True, slots=True)
class FilingForm:
    """What every form tells, in the words of one that tells nothing."""

    for_family: ClassVar[bool] = True
    """Whether it may be about a family member whom one has bound."""

    @property
    def about(self) -> Id | None:
        """The person whom it is about, 0 where it names nobody who can be read; None where it is about nobody."""
        return None

    @property
    def names_unit(self) -> Id | None:
        """The unit that it names as the one that files, 0 where that cannot be read; None where it names none."""
        return None

    @property
    def place(self) -> RegionCode | None:
        """The county whose agency handles it, None where that follows from who files and whom it is about."""
        return None

    @property
    def as_whom(self) -> ApplicantKind | None:
        """As whom it is filed, None where enrolments tell that."""
        return None

    @property
    def only_as(self) -> frozenset[ApplicantKind] | None:
        """As whom alone it can be filed, None where the matter tells that."""
        return None

    @property
    def of_the_dead(self) -> bool:
        """Whether it is filed by the kin of somebody who has died."""
        return False

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        """The conditions of materials that hold by what it says."""
        return frozenset()

    def whole(self, matter: MatterCode) -> bool:
        """Whether it says what the matter needs."""
        return True


@dataclass(frozen=True, slots=True)
class PersonForm(FilingForm):
    """A form that says nothing but whom it is about."""

    person_id: Id

    @property
    def about(self) -> Id:
        return self.person_id


@dataclass(frozen=True, slots=True)
class ResidentEnrolmentForm(FilingForm):
    """What is to become of a resident enrolment. `person_type` is for a new one, `reason` for one that ends."""

    person_id: Id
    action: MatterAction
    person_type: PersonType | None
    reason: TerminationReason | None

    @property
    def about(self) -> Id:
        return self.person_id

    def whole(self, matter: MatterCode) -> bool:
        match self.action:
            case MatterAction.NEW:
                return self.person_type is not None
            case MatterAction.TERMINATE:
                return self.reason is not None
            case MatterAction.SUSPEND | MatterAction.RESUME:
                return True
        return False


@dataclass(frozen=True, slots=True)
class WithdrawalForm(FilingForm):
    """Whose account is to be drawn, why, and the last four digits of the card that is paid."""

    for_family: ClassVar[bool] = False
    person_id: Id
    reason: WithdrawalReason
    card_last_four: str

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def of_the_dead(self) -> bool:
        return self.reason is WithdrawalReason.DECEASED

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        found = _BY_REASON.get(self.reason)
        return frozenset() if found is None else frozenset({found})


_BY_REASON: Final[Mapping[WithdrawalReason, MaterialCondition]] = {
    WithdrawalReason.GIVEN_UP: MaterialCondition.GIVEN_UP,
    WithdrawalReason.DECEASED: MaterialCondition.OF_THE_DEAD,
}


@dataclass(frozen=True, slots=True)
class LumpSumForm(FilingForm):
    """Whose months short are to be settled at once: those of whoever applies.

    Who has `retired_early` is a retiree, though insured as somebody who works until the months are there.
    """

    for_family: ClassVar[bool] = False
    person_id: Id
    retired_early: bool = False

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def as_whom(self) -> ApplicantKind | None:
        return ApplicantKind.RETIREE if self.retired_early else None

    @property
    def only_as(self) -> frozenset[ApplicantKind] | None:
        return None if self.retired_early else frozenset({ApplicantKind.EMPLOYEE, ApplicantKind.FLEXIBLE_WORKER})

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        return frozenset({MaterialCondition.EARLY_RETIREMENT}) if self.retired_early else frozenset()


@dataclass(frozen=True, slots=True)
class TransferForm(FilingForm):
    """The place that is left; about whoever applies."""

    person_id: Id
    from_region: RegionCode

    @property
    def about(self) -> Id:
        return self.person_id


@dataclass(frozen=True, slots=True)
class ReimbursementForm(FilingForm):
    """A bill that was paid in cash: whose care, where and when, its invoice and items, and the end of the account.

    `institution_id` is 0 where the client named none that can be read; `injury` is None where there was no accident.
    """

    person_id: Id
    institution_id: Id
    care: CareKind
    admitted_on: date
    discharged_on: date
    invoice: str
    items: tuple[tuple[str, Fen], ...]
    recognised: tuple[RecognisedCondition, ...]
    card_last_four: str
    injury: InjuryLiability | None = None

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        return frozenset() if self.injury is None else frozenset({_BY_LIABILITY[self.injury]})

    @property
    def claim(self) -> ClaimForm:
        """The care itself."""
        return ClaimForm(
            self.care, self.admitted_on, self.discharged_on, self.invoice, self.items, frozenset(self.recognised)
        )

    def whole(self, matter: MatterCode) -> bool:
        return self.care in _CARE_OF[matter]


_BY_LIABILITY: Final[Mapping[InjuryLiability, MaterialCondition]] = {
    InjuryLiability.NO_THIRD_PARTY: MaterialCondition.INJURY_WITHOUT_THIRD_PARTY,
    InjuryLiability.THIRD_PARTY: MaterialCondition.INJURY_BY_THIRD_PARTY,
}
_CARE_OF: Final[Mapping[MatterCode, frozenset[CareKind]]] = {
    MatterCode.OUTPATIENT_REIMBURSEMENT: frozenset(
        {
            CareKind.OUTPATIENT,
            CareKind.HYPERTENSION_DIABETES,
            CareKind.CHRONIC_DISEASE,
            CareKind.SPECIAL_DISEASE,
            CareKind.ANTENATAL,
        }
    ),
    MatterCode.INPATIENT_REIMBURSEMENT: frozenset({CareKind.INPATIENT}),
}
"""The matters by which bills are paid back, and the kinds of care that each is for."""


@dataclass(frozen=True, slots=True)
class MaternityExpensesForm(FilingForm):
    """Expenses of a birth, a miscarriage, family planning or examinations paid in cash, and the end of the account.

    `institution_id` is 0 where the client named none that can be read.
    """

    person_id: Id
    institution_id: Id
    occasion: MaternityOccasion
    occurred_on: date
    admitted_on: date
    discharged_on: date
    invoice: str
    items: tuple[tuple[str, Fen], ...]
    card_last_four: str

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def expenses(self) -> Expenses:
        """What was paid, and for what."""
        return Expenses(self.occasion, self.occurred_on, self.admitted_on, self.discharged_on, self.invoice, self.items)

    def whole(self, matter: MatterCode) -> bool:
        return self.occasion in _OCCASIONS_OF[matter]


@dataclass(frozen=True, slots=True)
class MaternityAllowanceForm(FilingForm):
    """Whose leave the unit asks the allowance for, what for, and whether public finance pays the unit but not her."""

    person_id: Id
    occasion: MaternityOccasion
    occurred_on: date
    children: int
    outside_public_payroll: bool

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def leave(self) -> Leave:
        """The leave itself."""
        return Leave(self.occasion, self.occurred_on, self.children)

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        found = MaterialCondition.OUTSIDE_PUBLIC_PAYROLL
        return frozenset({found}) if self.outside_public_payroll else frozenset()

    def whole(self, matter: MatterCode) -> bool:
        return self.occasion in BIRTHS_AND_MISCARRIAGES


_OCCASIONS_OF: Final[Mapping[MatterCode, frozenset[MaternityOccasion]]] = {
    MatterCode.ANTENATAL_PAYMENT: frozenset({MaternityOccasion.ANTENATAL_EXAMINATIONS}),
    MatterCode.MATERNITY_MEDICAL_PAYMENT: BIRTHS_AND_MISCARRIAGES,
    MatterCode.FAMILY_PLANNING_PAYMENT: FAMILY_PLANNING,
}
"""The matters by which maternity expenses are paid, and what each is for."""

MATERNITY_BENEFITS: Final[Mapping[MatterCode, MaternityBenefitKind]] = {
    MatterCode.ANTENATAL_PAYMENT: MaternityBenefitKind.ANTENATAL,
    MatterCode.MATERNITY_MEDICAL_PAYMENT: MaternityBenefitKind.MEDICAL,
    MatterCode.FAMILY_PLANNING_PAYMENT: MaternityBenefitKind.FAMILY_PLANNING,
    MatterCode.MATERNITY_ALLOWANCE: MaternityBenefitKind.ALLOWANCE,
}
"""The matters by which maternity benefits are paid, and the benefit of each."""


@dataclass(frozen=True, slots=True)
class DesignationForm(FilingForm):
    """An agreement that is applied for, and the tier by the licence."""

    tier: InstitutionTier

    @property
    def about(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class InstitutionChangeForm(FilingForm):
    """What of an institution is changed, None for what stays."""

    name: str | None
    name_en: str | None
    tier: InstitutionTier | None

    @property
    def about(self) -> None:
        return None

    def whole(self, matter: MatterCode) -> bool:
        return any(one is not None for one in (self.name, self.name_en, self.tier))


@dataclass(frozen=True, slots=True)
class AgreementSuspensionForm(FilingForm):
    """Whether an agreement is suspended or ended."""

    action: MatterAction

    @property
    def about(self) -> None:
        return None

    def whole(self, matter: MatterCode) -> bool:
        return self.action in (MatterAction.SUSPEND, MatterAction.TERMINATE)


@dataclass(frozen=True, slots=True)
class AgreementResumptionForm(FilingForm):
    """An agreement that is resumed, and whether the licence has changed meanwhile."""

    licence_changed: bool

    @property
    def about(self) -> None:
        return None

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        return frozenset({MaterialCondition.LICENCE_CHANGED}) if self.licence_changed else frozenset()


@dataclass(frozen=True, slots=True)
class StatementForm(FilingForm):
    """What an institution states of a month."""

    month: int
    claims: int
    total_fen: Fen
    lines: tuple[StatedLine, ...]

    @property
    def about(self) -> None:
        return None

    @property
    def statement(self) -> Statement:
        """The same, as it is reconciled."""
        return Statement(self.month, self.claims, self.total_fen, self.lines)


@dataclass(frozen=True, slots=True)
class UnitEnrolmentForm(FilingForm):
    """What is to become of a unit's registration. All but `action` is for a new one, None for others.

    A new unit is registered by whoever will act for it.
    """

    action: MatterAction
    name: str | None
    kind: UnitKind | None
    credit_code: str | None
    region: RegionCode | None

    @property
    def place(self) -> RegionCode | None:
        return self.region if self.action is MatterAction.NEW else None

    @property
    def as_whom(self) -> ApplicantKind | None:
        return ApplicantKind.UNIT if self.action is MatterAction.NEW else None

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        ends = self.action is MatterAction.DEREGISTER
        return frozenset({MaterialCondition.UNIT_ENDS}) if ends else frozenset()

    def whole(self, matter: MatterCode) -> bool:
        if self.action is MatterAction.NEW:
            return None not in (self.name, self.kind, self.credit_code, self.region)
        return self.action in (MatterAction.SUSPEND, MatterAction.DEREGISTER)


@dataclass(frozen=True, slots=True)
class UnitChangeForm(FilingForm):
    """What a unit's registration is to say; None of what stays."""

    name: str | None
    kind: UnitKind | None
    region: RegionCode | None

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        return frozenset() if self.kind is None else frozenset({MaterialCondition.KEY_INFORMATION})

    def whole(self, matter: MatterCode) -> bool:
        return (self.name, self.kind, self.region) != (None, None, None)


@dataclass(frozen=True, slots=True)
class UnitEnquiryForm(FilingForm):
    """The unit whose registration is asked for: by its own officer."""

    unit_id: Id

    @property
    def names_unit(self) -> Id:
        return self.unit_id


@dataclass(frozen=True, slots=True)
class PersonChangeForm(FilingForm):
    """Of whom something else is to be on record, and what; None of what stays."""

    person_id: Id
    name: str | None
    id_type: IdType | None
    id_number: str | None
    sex: Sex | None
    birth_date: date | None
    phone: str | None

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def change(self) -> PersonChange:
        """What is to be on record."""
        return PersonChange(self.name, self.id_type, self.id_number, self.sex, self.birth_date, self.phone)

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        return frozenset({MaterialCondition.KEY_INFORMATION}) if self.change.of_identity else frozenset()

    def whole(self, matter: MatterCode) -> bool:
        says = self.change.of_identity or self.phone is not None
        return says and (self.id_type is None) == (self.id_number is None)


@dataclass(frozen=True, slots=True)
class EmployeeEnrolmentForm(FilingForm):
    """What is to become of somebody's enrolment in the employee scheme.

    A unit enrols whom it describes by name and document, or names somebody whom it enrols or has enrolled; who works
    flexibly is named alone, and enrolled anew in the place `region`. `reason` is for an enrolment that ends.
    `outside_public_payroll` is of a unit which public finance pays, and not whom it is about.
    """

    for_family: ClassVar[bool] = False
    action: MatterAction
    person_id: Id | None
    name: str | None
    id_type: IdType | None
    id_number: str | None
    region: RegionCode | None
    reason: TerminationReason | None
    outside_public_payroll: bool = False

    @property
    def about(self) -> Id | None:
        return self.person_id

    @property
    def place(self) -> RegionCode | None:
        return self.region

    @property
    def described(self) -> MemberLine | None:
        """Whom the unit describes, None for somebody who is named."""
        if self.name is None or self.id_type is None or self.id_number is None:
            return None
        return MemberLine(self.name, self.id_type, self.id_number)

    @property
    def as_whom(self) -> ApplicantKind | None:
        return None if self.region is None else ApplicantKind.FLEXIBLE_WORKER

    @property
    def only_as(self) -> frozenset[ApplicantKind] | None:
        if self.described is not None or self.reason is TerminationReason.DECEASED:
            return frozenset({ApplicantKind.UNIT})
        if self.region is not None or self.reason is TerminationReason.GIVEN_UP:
            return frozenset({ApplicantKind.FLEXIBLE_WORKER})
        return None

    @property
    def of_the_dead(self) -> bool:
        return self.reason is TerminationReason.DECEASED

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        found = {
            MaterialCondition.RETIRES: self.action is MatterAction.RETIRE,
            MaterialCondition.SETTLES_ABROAD: self.reason is TerminationReason.MOVED_ABROAD,
            MaterialCondition.OF_THE_DEAD: self.of_the_dead,
        }
        return frozenset(condition for condition, holds in found.items() if holds)

    def whole(self, matter: MatterCode) -> bool:
        described = (self.name, self.id_type, self.id_number)
        if self.action is MatterAction.ADD:
            by_unit = None not in described and self.person_id is None and self.region is None
            alone = described == (None, None, None) and self.person_id is not None and self.region is not None
            return (by_unit or alone) and self.reason is None
        named = self.person_id is not None and described == (None, None, None) and self.region is None
        ends = self.action is MatterAction.TERMINATE
        return named and self.action in _OF_EMPLOYEES and ends == (self.reason is not None)


_OF_EMPLOYEES: Final = frozenset(
    {MatterAction.SUSPEND, MatterAction.TERMINATE, MatterAction.RESUME, MatterAction.RETIRE}
)
"""What can become of an enrolment in the employee scheme, beside its beginning."""


@dataclass(frozen=True, slots=True)
class OutOfAreaForm(FilingForm):
    """Who is to be treated where, from the first day to the last; None of one that has no last day."""

    person_id: Id
    region: RegionCode
    first_day: date
    last_day: date | None

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def record(self) -> OutOfAreaRecord:
        """What is to be in force."""
        return OutOfAreaRecord(self.region, self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class EntitlementForm(FilingForm):
    """Of whom a disease or a drug is to be recognised, and its code."""

    person_id: Id
    code: str

    @property
    def about(self) -> Id:
        return self.person_id


@dataclass(frozen=True, slots=True)
class AssistanceForm(FilingForm):
    """A settled claim of which assistance is to pay; `claim_id` is 0 where the client named none that can be read."""

    person_id: Id
    claim_id: Id

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def as_whom(self) -> ApplicantKind:
        return ApplicantKind.ASSISTED_PERSON


@dataclass(frozen=True, slots=True)
class SubsidyForm(FilingForm):
    """Whose contribution for a year is to be given back in part or whole."""

    person_id: Id
    coverage_year: int

    @property
    def about(self) -> Id:
        return self.person_id

    @property
    def as_whom(self) -> ApplicantKind:
        return ApplicantKind.ASSISTED_PERSON


FORMS: Final[Mapping[MatterCode, type[FilingForm]]] = {
    MatterCode.RESIDENT_ENROLMENT: ResidentEnrolmentForm,
    MatterCode.ELECTRONIC_CERTIFICATE: PersonForm,
    MatterCode.PERSON_ENQUIRY: PersonForm,
    MatterCode.ACCOUNT_WITHDRAWAL: WithdrawalForm,
    MatterCode.RELATION_TRANSFER: TransferForm,
    MatterCode.LUMP_SUM_SETTLEMENT: LumpSumForm,
    MatterCode.OUTPATIENT_REIMBURSEMENT: ReimbursementForm,
    MatterCode.INPATIENT_REIMBURSEMENT: ReimbursementForm,
    MatterCode.ANTENATAL_PAYMENT: MaternityExpensesForm,
    MatterCode.MATERNITY_MEDICAL_PAYMENT: MaternityExpensesForm,
    MatterCode.FAMILY_PLANNING_PAYMENT: MaternityExpensesForm,
    MatterCode.MATERNITY_ALLOWANCE: MaternityAllowanceForm,
    MatterCode.HOSPITAL_DESIGNATION: DesignationForm,
    MatterCode.PHARMACY_DESIGNATION: DesignationForm,
    MatterCode.INSTITUTION_INFORMATION_CHANGE: InstitutionChangeForm,
    MatterCode.AGREEMENT_SUSPENSION: AgreementSuspensionForm,
    MatterCode.AGREEMENT_RESUMPTION: AgreementResumptionForm,
    MatterCode.HOSPITAL_SETTLEMENT: StatementForm,
    MatterCode.PHARMACY_SETTLEMENT: StatementForm,
    MatterCode.UNIT_ENROLMENT: UnitEnrolmentForm,
    MatterCode.UNIT_INFORMATION_CHANGE: UnitChangeForm,
    MatterCode.UNIT_ENQUIRY: UnitEnquiryForm,
    MatterCode.EMPLOYEE_ENROLMENT: EmployeeEnrolmentForm,
    MatterCode.EMPLOYEE_INFORMATION_CHANGE: PersonChangeForm,
    MatterCode.RESIDENT_INFORMATION_CHANGE: PersonChangeForm,
    MatterCode.RESETTLED_RETIREE_RECORD: OutOfAreaForm,
    MatterCode.LONG_TERM_RESIDENT_RECORD: OutOfAreaForm,
    MatterCode.STATIONED_WORKER_RECORD: OutOfAreaForm,
    MatterCode.REFERRAL_RECORD: OutOfAreaForm,
    MatterCode.TEMPORARY_TREATMENT_RECORD: OutOfAreaForm,
    MatterCode.CHRONIC_DISEASE_ENTITLEMENT: EntitlementForm,
    MatterCode.SPECIAL_DRUG_ENTITLEMENT: EntitlementForm,
    MatterCode.ASSISTANCE_REIMBURSEMENT: AssistanceForm,
    MatterCode.ASSISTED_CONTRIBUTION_SUBSIDY: SubsidyForm,
}
"""The matters that can be filed, and the form of each: those whose effect the platform has."""

PAYING: Final = frozenset(
    {
        MatterCode.ACCOUNT_WITHDRAWAL,
        MatterCode.OUTPATIENT_REIMBURSEMENT,
        MatterCode.INPATIENT_REIMBURSEMENT,
        MatterCode.ASSISTANCE_REIMBURSEMENT,
        MatterCode.ASSISTED_CONTRIBUTION_SUBSIDY,
        MatterCode.HOSPITAL_SETTLEMENT,
        MatterCode.PHARMACY_SETTLEMENT,
        *MATERNITY_BENEFITS,
    }
)
"""Matters whose completion pays: it is done by another clerk than who approved (复核拨付)."""

ANSWERED: Final = frozenset({MatterCode.PERSON_ENQUIRY, MatterCode.UNIT_ENQUIRY})
"""Matters that are answered as soon as they are submitted."""

UNREVIEWED: Final = frozenset({MatterCode.ELECTRONIC_CERTIFICATE})
"""Matters whose guide has no step of review: what is accepted is completed."""


def acceptable(matter: MatterCode, form: FilingForm | None) -> bool:
    """Whether the form is that of the matter, and whole. That of a matter which cannot be filed is not looked at."""
    if matter not in FORMS:
        return True
    return isinstance(form, FORMS[matter]) and form.whole(matter)
