"""The records that decisions work on (业务记录), as the store holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.vocabulary import (
    AccountStatus,
    ContributionStatus,
    EnrolmentStatus,
    Fen,
    Id,
    IdType,
    Instant,
    PaymentChannel,
    PaymentKind,
    PersonType,
    RegionCode,
    Relation,
    Scheme,
    Sex,
    SpecialGroup,
)


@dataclass(frozen=True, slots=True)
class Account:
    """A personal account (职工医保个人账户). `entry_count` is the position of its last entry."""

    id: Id
    region: RegionCode
    status: AccountStatus
    balance_fen: Fen
    entry_count: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who acts: the citizen signed in, and the account that would pay (代缴人)."""

    id: Id
    region: RegionCode
    id_type: IdType
    id_number: str
    account: Account | None

    @property
    def area(self) -> RegionCode:
        """Whose rules hold for what the account may pay: where it is kept, else the county of residence."""
        return self.region if self.account is None else self.account.region


@dataclass(frozen=True, slots=True)
class Insured:
    """For whom is paid (被代缴人). `special_group` is the recognised group, whatever the age."""

    id: Id
    id_number: str
    birth_date: date
    special_group: SpecialGroup | None
    died_on: date | None


@dataclass(frozen=True, slots=True)
class PlaceOfEnrolment:
    """An enrolment in force: where (参保地) and in which scheme. `id` is None for one that another province holds.

    `visible_to_tax_at` is from when the tax bureau knows of it, None where it does already.
    """

    id: Id | None
    region: RegionCode
    scheme: Scheme
    visible_to_tax_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class PersonOnRecord:
    """A person as the platform holds them (参保人基本信息).

    `e_certificate_at` is when the electronic certificate was activated, `real_name_verified_at` when the register first
    confirmed the name that the person signed in by; None where that never was.
    """

    id: Id
    region: RegionCode
    id_type: IdType
    id_number: str
    name: str
    sex: Sex
    birth_date: date
    died_on: date | None
    e_certificate_at: Instant | None
    real_name_verified_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentOnRecord:
    """An enrolment as the platform holds it (参保关系), in whatever state. `unit_id` is None for one without a unit.

    The tax bureau sees its beginning from `visible_to_tax_at` on, other places its suspension or termination from
    `suspension_visible_at` on; None where they do so at once. `months_carried` came along from other places (转移接续).
    """

    id: Id
    person_id: Id
    scheme: Scheme
    person_type: PersonType
    region: RegionCode
    unit_id: Id | None
    status: EnrolmentStatus
    started_on: date
    ended_on: date | None = None
    visible_to_tax_at: Instant | None = None
    suspension_visible_at: Instant | None = None
    months_carried: int = 0


@dataclass(frozen=True, slots=True)
class PaidContribution:
    """The contribution that has paid for a person and year, and by whom."""

    id: Id
    payer_id: Id


@dataclass(frozen=True, slots=True)
class PaidYear:
    """A year of cover that was paid for, and the business day of the payment, None where no record tells."""

    year: int
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class PaidCover:
    """What a paid contribution covers as a resident (待遇享受期): where, by which enrolment, and the wait before it.

    `paid_on` is None where no record tells, `waiting_until` without a wait.
    """

    person_id: Id
    enrolment_id: Id
    region: RegionCode
    year: int
    paid_on: date | None
    first: date
    last: date
    waiting_until: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How payer and insured person stand to one another and to a year of cover (缴费资格).

    `relation` is what an active binding records, None without one; `is_payee` says that the holder has added the
    person to those they pay for through channels. Of the years before the year of cover, `last_paid`
    is the latest that was paid for as a resident, `last_year_employed` the latest with an enrolment as an employee.
    `paying` says that a payment for the person and year is on its way through a channel. `collected` says that the
    unit that enrols the person collects it, which no kinship is asked for.
    """

    holder: Holder
    insured: Insured | None
    coverage_year: int
    relation: Relation | None
    enrolment: PlaceOfEnrolment | None
    elsewhere: PlaceOfEnrolment | None
    paid: PaidContribution | None
    last_paid: PaidYear | None
    last_year_employed: int | None
    paying: bool = False
    is_payee: bool = False
    collected: bool = False

    @property
    def known(self) -> Insured | None:
        """Whom it insures, if the holder may be told anything of them: to everybody else nobody looks them up."""
        if self.insured is None or self.insured.id == self.holder.id:
            return self.insured
        return self.insured if self.relation is not None or self.collected or self.is_payee else None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A contribution as it was submitted (缴费申请). `repair_years` is how many missed years are paid for besides.

    `for_unit`: whoever submitted it did so as an officer, and it is none of their own.
    """

    id: Id
    person_id: Id
    payer_id: Id
    enrolment_id: Id
    coverage_year: int
    status: ContributionStatus
    channel: PaymentChannel
    kind: PaymentKind
    amount_fen: Fen
    grade: int
    repair_years: int
    for_unit: bool
