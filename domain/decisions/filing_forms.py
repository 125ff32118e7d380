"""The forms of filings (办件表单): what each says, whom it is about, and which materials it asks for.

Each kind of form is a class, and `FORMS` says which matter has which. What a form does not decide is as `FilingForm`
has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from domain.policy.matters import MaterialCondition
from domain.vocabulary import (
    ApplicantKind,
    Id,
    MatterAction,
    MatterCode,
    PersonType,
    RegionCode,
    TerminationReason,
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
    def place(self) -> RegionCode | None:
        """The county whose agency handles it, None where that follows from who files and whom it is about."""
        return None

    @property
    def as_whom(self) -> ApplicantKind | None:
        """As whom it is filed, None where enrolments tell that."""
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
class TransferForm(FilingForm):
    """The place that is left; about whoever applies."""

    person_id: Id
    from_region: RegionCode

    @property
    def about(self) -> Id:
        return self.person_id


FORMS: Final[Mapping[MatterCode, type[FilingForm]]] = {
    MatterCode.RESIDENT_ENROLMENT: ResidentEnrolmentForm,
    MatterCode.ELECTRONIC_CERTIFICATE: PersonForm,
    MatterCode.PERSON_ENQUIRY: PersonForm,
    MatterCode.ACCOUNT_WITHDRAWAL: WithdrawalForm,
    MatterCode.RELATION_TRANSFER: TransferForm,
}
"""The matters that can be filed, and the form of each: those whose effect the platform has."""

ANSWERED: Final = frozenset({MatterCode.PERSON_ENQUIRY})
"""Matters that are answered as soon as they are submitted."""


def acceptable(matter: MatterCode, form: FilingForm | None) -> bool:
    """Whether the form is that of the matter, and whole. That of a matter which cannot be filed is not looked at."""
    if matter not in FORMS:
        return True
    return isinstance(form, FORMS[matter]) and form.whole(matter)
