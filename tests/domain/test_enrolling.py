"""Suspending, resuming and terminating an enrolment: whose it is to do, in which state, and who sees it when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.decisions.enrolling import Claim, Ended, Kin, Seen, SeenElsewhere, resumed, suspended, terminated
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.policy import PolicyBook
from domain.ports import Identity
from domain.refusals import (
    ConsentNotGiven,
    EnrolledElsewhere,
    EnrolmentInAnotherState,
    EnrolmentNotFound,
    OutsideParty,
    PartyDoesNotAnswer,
    PersonDeceased,
    Refusal,
    SuspensionNotYetSeen,
    TerminationReasonNotConfirmed,
)
from domain.vocabulary import (
    EnrolmentStatus,
    IdType,
    Instant,
    PersonType,
    RegionCode,
    Relation,
    Scheme,
    Sex,
    TerminationReason,
)
from tests.domain.cases import ANSHUN, CHUZHOU, ENROLMENT, MOTHER, PAYER, SOMEBODY_ELSE, XUANCHENG, at, granted

NOW = at(2024, 12, 20)
TODAY = date(2024, 12, 20)
SHENZHEN = RegionCode("440300")
ADULT = date(1960, 5, 1)
ACTIVE, SUSPENDED, TERMINATED = EnrolmentStatus.ACTIVE, EnrolmentStatus.SUSPENDED, EnrolmentStatus.TERMINATED


def person(born: date = ADULT, died_on: date | None = None) -> PersonOnRecord:
    number = "270101196005010001"
    return PersonOnRecord(MOTHER, CHUZHOU, IdType.RESIDENT_ID_CARD, number, "王秀英", Sex.FEMALE, born, died_on, None)


def enrolment(
    status: EnrolmentStatus = ACTIVE,
    *,
    region: RegionCode = CHUZHOU,
    scheme: Scheme = Scheme.RESIDENT,
    seen_at: Instant | None = None,
) -> EnrolmentOnRecord:
    return EnrolmentOnRecord(
        id=ENROLMENT,
        person_id=MOTHER,
        scheme=scheme,
        person_type=PersonType.RESIDENT_SENIOR,
        region=region,
        unit_id=None,
        status=status,
        started_on=date(2012, 1, 1),
        ended_on=date(2024, 1, 1) if status is TERMINATED else None,
        suspension_visible_at=seen_at,
    )


def kin(relation: Relation | None, died_on: date | None = None) -> Kin:
    identity = Identity(IdType.RESIDENT_ID_CARD, "270101196005010001", "王秀英", Sex.FEMALE, ADULT, died_on)
    return Kin(relation, identity)


def own(status: EnrolmentStatus = ACTIVE) -> Claim:
    return Claim(MOTHER, enrolment(status), person(), None)


def for_another(relation: Relation | None, born: date, *, died_on: date | None = None) -> Claim:
    return Claim(PAYER, enrolment(), person(born), kin(relation, died_on))


Deed = Callable[[PolicyBook, Claim], object]


def suspend(book: PolicyBook, claim: Claim) -> Ended | Refusal:
    return suspended(book, NOW, claim, agreed=True)


def resume(book: PolicyBook, claim: Claim) -> EnrolmentOnRecord | Refusal:
    return resumed(book, NOW, claim, others=[], outside=None)


def give_up(book: PolicyBook, claim: Claim) -> Ended | Refusal:
    return terminated(book, NOW, claim, reason=TerminationReason.GIVEN_UP)


def report_death(book: PolicyBook, claim: Claim) -> Ended | Refusal:
    return terminated(book, NOW, claim, reason=TerminationReason.DECEASED)


STATES: list[tuple[Deed, EnrolmentStatus, type]] = [
    (suspend, ACTIVE, Ended),
    (suspend, SUSPENDED, EnrolmentInAnotherState),
    (suspend, TERMINATED, EnrolmentInAnotherState),
    (resume, ACTIVE, EnrolmentInAnotherState),
    (resume, SUSPENDED, EnrolmentOnRecord),
    (resume, TERMINATED, EnrolmentInAnotherState),
    (give_up, ACTIVE, Ended),
    (give_up, SUSPENDED, Ended),
    (give_up, TERMINATED, EnrolmentInAnotherState),
]


@pytest.mark.parametrize(("deed", "status", "answer"), STATES)
def test_each_deed_has_the_states_that_it_starts_from(
    deed: Deed, status: EnrolmentStatus, answer: type, book: PolicyBook
) -> None:
    found = deed(book, own(status))
    assert type(found) is answer
    if isinstance(found, EnrolmentInAnotherState):
        assert found.status is status


EIGHTEEN_TODAY = date(2006, 12, 20)
WHOSE: list[tuple[Deed, Claim, type]] = [
    (suspend, for_another(Relation.CHILD, EIGHTEEN_TODAY + timedelta(days=1)), Ended),
    (suspend, for_another(Relation.CHILD, EIGHTEEN_TODAY), EnrolmentNotFound),
    (suspend, for_another(Relation.PATERNAL_GRANDCHILD, date(2020, 1, 1)), EnrolmentNotFound),
    (suspend, for_another(Relation.PARENT, ADULT), EnrolmentNotFound),
    (suspend, for_another(None, date(2020, 1, 1)), EnrolmentNotFound),
    (give_up, for_another(Relation.CHILD, date(2020, 1, 1)), Ended),
    (give_up, for_another(Relation.SPOUSE, ADULT), EnrolmentNotFound),
    (report_death, for_another(Relation.PARENT, ADULT, died_on=date(2024, 12, 1)), Ended),
    (report_death, for_another(Relation.SIBLING, ADULT, died_on=TODAY), Ended),
    (report_death, for_another(Relation.OTHER, ADULT, died_on=TODAY), EnrolmentNotFound),
    (report_death, for_another(None, ADULT, died_on=TODAY), EnrolmentNotFound),
    (report_death, for_another(Relation.PARENT, ADULT, died_on=date(2024, 12, 21)), TerminationReasonNotConfirmed),
    (report_death, for_another(Relation.PARENT, ADULT), TerminationReasonNotConfirmed),
    (report_death, own(), TerminationReasonNotConfirmed),
    (suspend, Claim(PAYER, None, None, None), EnrolmentNotFound),
    (suspend, Claim(SOMEBODY_ELSE, enrolment(), person(), None), PartyDoesNotAnswer),
    (suspend, Claim(MOTHER, enrolment(scheme=Scheme.EMPLOYEE), person(), None), EnrolmentNotFound),
    (resume, Claim(MOTHER, enrolment(SUSPENDED), person(died_on=date(2024, 1, 1)), None), PersonDeceased),
]


@pytest.mark.parametrize(("deed", "claim", "answer"), WHOSE)
def test_an_enrolment_is_the_persons_own_a_minors_parents_and_the_relatives_after_a_death(
    deed: Deed, claim: Claim, answer: type, book: PolicyBook
) -> None:
    assert type(deed(book, claim)) is answer


def test_nobody_is_suspended_without_agreeing(book: PolicyBook) -> None:
    answer = suspended(book, NOW, own(), agreed=False)
    assert isinstance(answer, ConsentNotGiven)
    assert answer.region == CHUZHOU
    assert answer.basis == "enrolment.suspension_needs_consent~340000~2023-10-12"
    stranger = for_another(None, ADULT)
    assert isinstance(suspended(book, NOW, stranger, agreed=False), EnrolmentNotFound)


@pytest.mark.parametrize("region", [ANSHUN, CHUZHOU, XUANCHENG, RegionCode("840102")])
def test_what_is_suspended_is_seen_elsewhere_after_ten_to_thirty_minutes(region: RegionCode, book: PolicyBook) -> None:
    claim = Claim(MOTHER, enrolment(region=region), person(), None)
    assert granted(suspended(book, NOW, claim, agreed=True)).seen == Seen(Instant(NOW + 600), Instant(NOW + 1800))
    assert granted(give_up(book, claim)).seen == Seen(Instant(NOW + 600), Instant(NOW + 1800))


def test_what_was_suspended_long_ago_is_not_seen_anew_when_it_is_terminated(book: PolicyBook) -> None:
    found = granted(give_up(book, own(SUSPENDED)))
    assert found.seen is None
    assert (found.enrolment.status, found.enrolment.ended_on) == (TERMINATED, TODAY)


def test_what_had_its_last_day_keeps_it_when_it_is_terminated(book: PolicyBook) -> None:
    last_day = date(2024, 3, 15)
    stopped = replace(enrolment(SUSPENDED, scheme=Scheme.EMPLOYEE), person_type=PersonType.FLEXIBLE, ended_on=last_day)
    assert granted(give_up(book, replace(own(), enrolment=stopped))).enrolment.ended_on == last_day


@pytest.mark.parametrize(
    ("died_on", "ended_on"), [(date(2024, 12, 1), date(2024, 12, 1)), (date(2011, 1, 1), date(2012, 1, 1))]
)
def test_an_enrolment_ends_with_the_death_that_the_register_tells(
    died_on: date, ended_on: date, book: PolicyBook
) -> None:
    found = granted(report_death(book, for_another(Relation.PARENT, ADULT, died_on=died_on)))
    assert found.enrolment.ended_on == ended_on


SEEN_AT = Instant(NOW + 1)
OTHERS: list[tuple[EnrolmentOnRecord, type]] = [
    (enrolment(ACTIVE, region=XUANCHENG), EnrolledElsewhere),
    (enrolment(ACTIVE, scheme=Scheme.EMPLOYEE), EnrolledElsewhere),
    (enrolment(ACTIVE, scheme=Scheme.MATERNITY), EnrolmentOnRecord),
    (enrolment(SUSPENDED, region=XUANCHENG), EnrolmentOnRecord),
    (enrolment(SUSPENDED, region=XUANCHENG, seen_at=NOW), EnrolmentOnRecord),
    (enrolment(SUSPENDED, region=XUANCHENG, seen_at=SEEN_AT), SuspensionNotYetSeen),
    (enrolment(TERMINATED, region=XUANCHENG, seen_at=SEEN_AT), SuspensionNotYetSeen),
    # A place knows at once what was suspended there.
    (enrolment(SUSPENDED, region=CHUZHOU, seen_at=SEEN_AT), EnrolmentOnRecord),
]


@pytest.mark.parametrize(("other", "answer"), OTHERS)
def test_nobody_is_resumed_while_another_basic_enrolment_is_seen(
    other: EnrolmentOnRecord, answer: type, book: PolicyBook
) -> None:
    found = resumed(book, NOW, own(SUSPENDED), others=[other], outside=None)
    assert type(found) is answer
    if isinstance(found, SuspensionNotYetSeen):
        assert (found.region, found.visible_at) == (XUANCHENG, SEEN_AT)


def test_what_still_stands_is_told_before_what_is_still_seen(book: PolicyBook) -> None:
    others = [enrolment(SUSPENDED, region=XUANCHENG, seen_at=SEEN_AT), enrolment(ACTIVE, region=ANSHUN)]
    found = resumed(book, NOW, own(SUSPENDED), others=others, outside=None)
    assert isinstance(found, EnrolledElsewhere)
    assert found.region == ANSHUN


@pytest.mark.parametrize(
    ("outside", "unanswered", "answer"),
    [
        (SeenElsewhere(SHENZHEN, Scheme.RESIDENT, None), None, EnrolledElsewhere),
        (SeenElsewhere(SHENZHEN, Scheme.RESIDENT, SEEN_AT), None, SuspensionNotYetSeen),
        (None, OutsideParty.OTHER_PROVINCES, PartyDoesNotAnswer),
    ],
)
def test_other_provinces_are_asked_before_anybody_is_resumed(
    outside: SeenElsewhere | None, unanswered: OutsideParty | None, answer: type, book: PolicyBook
) -> None:
    found = resumed(book, NOW, own(SUSPENDED), others=[], outside=outside, unanswered=unanswered)
    assert type(found) is answer


def test_what_is_resumed_is_as_it_was(book: PolicyBook) -> None:
    before = enrolment(SUSPENDED, seen_at=SEEN_AT)
    claim = Claim(MOTHER, before, person(), None)
    after = granted(resumed(book, NOW, claim, others=[], outside=None))
    assert after == replace(before, status=ACTIVE, suspension_visible_at=None)
