"""Whether somebody may be added to those one pays for: each objection, and which of two is told."""

from dataclasses import replace
from datetime import date

import pytest

from domain.decisions.identity import Description
from domain.decisions.payees import PayeeRecords, added
from domain.policy import PolicyBook
from domain.refusals import (
    AlreadyPayee,
    CannotAddSelf,
    IdentityMismatch,
    InputNotAcceptable,
    PartyDoesNotAnswer,
    PersonDeceased,
    PersonNotFound,
    Refusal,
    TooManyAttempts,
    TooManyPayees,
)
from domain.vocabulary import Id, IdType
from tests.domain.cases import IN_WINDOW, MOTHER, standing
from tests.domain.test_family_binding import DEAD, NUMBER, Registered

FORM = Description("王秀英", IdType.RESIDENT_ID_CARD, NUMBER)
OWN = replace(FORM, id_number="270101198806060009")
KNOWN = PayeeRecords(person_id=MOTHER, payee_id=None, payees=0, mismatches=0)
FULL = replace(KNOWN, payees=20)
TRIED = replace(KNOWN, mismatches=10)


def asked(
    book: PolicyBook,
    form: Description = FORM,
    registered: Registered | None = Registered(),  # noqa: B008 - frozen
    records: PayeeRecords = KNOWN,
    *,
    on: date = IN_WINDOW,
    answers: bool = True,
) -> Id | Refusal:
    return added(book, on, standing().holder, form, registered, records, answers=answers)


@pytest.mark.parametrize(
    ("form", "registered", "records"),
    [
        (FORM, Registered(), KNOWN),
        (replace(FORM, id_number=f" {NUMBER[:6]} {NUMBER[6:-1]}x "), Registered(), KNOWN),
        (FORM, Registered(name="王*", also_written="王秀英"), KNOWN),
        # Neither birth date nor sex nor kinship is asked for.
        (FORM, Registered(birth_date=date(1950, 1, 1)), KNOWN),
        (FORM, Registered(died_on=date(2024, 12, 21)), KNOWN),
        (FORM, Registered(), replace(KNOWN, payees=19, mismatches=9)),
        (Description("SMITH MARY", IdType.FOREIGN_PASSPORT, "E12345678"), Registered(name="Smith Mary"), KNOWN),
    ],
)
def test_somebody_whom_the_register_confirms_is_added(
    book: PolicyBook, form: Description, registered: Registered, records: PayeeRecords
) -> None:
    assert asked(book, form, registered, records) == MOTHER


@pytest.mark.parametrize(
    ("form", "registered", "records", "told"),
    [
        (replace(FORM, id_number="110105194912310021"), Registered(), KNOWN, InputNotAcceptable),
        (replace(FORM, id_number="110105491231002"), Registered(), KNOWN, InputNotAcceptable),
        (replace(FORM, name=" "), Registered(), KNOWN, InputNotAcceptable),
        (replace(OWN, id_number="11010519491231002"), Registered(), KNOWN, InputNotAcceptable),
        (FORM, None, KNOWN, IdentityMismatch),
        (replace(FORM, name="王秀"), Registered(), KNOWN, IdentityMismatch),
        (FORM, Registered(name="王*"), KNOWN, IdentityMismatch),
        (replace(FORM, name="王*"), Registered(), KNOWN, IdentityMismatch),
        (FORM, DEAD, KNOWN, PersonDeceased),
        (FORM, Registered(died_on=IN_WINDOW), KNOWN, PersonDeceased),
        (replace(FORM, name="王秀"), DEAD, KNOWN, IdentityMismatch),
        (FORM, Registered(), replace(KNOWN, person_id=None), PersonNotFound),
        (replace(FORM, name="王秀"), Registered(), replace(KNOWN, person_id=None), IdentityMismatch),
        (FORM, Registered(), replace(KNOWN, payee_id=Id(7)), AlreadyPayee),
        (FORM, Registered(), replace(FULL, payee_id=Id(7)), AlreadyPayee),
        (replace(FORM, name="王秀"), Registered(), replace(KNOWN, payee_id=Id(7)), IdentityMismatch),
        (FORM, Registered(), FULL, TooManyPayees),
        (replace(FORM, name="王秀"), Registered(), FULL, IdentityMismatch),
        # Once too many guesses were wrong, the right one is told nothing either.
        (FORM, Registered(), TRIED, TooManyAttempts),
        (replace(FORM, name="王秀"), Registered(), TRIED, TooManyAttempts),
        (FORM, DEAD, TRIED, TooManyAttempts),
    ],
)
def test_the_first_objection_is_told(
    book: PolicyBook,
    form: Description,
    registered: Registered | None,
    records: PayeeRecords,
    told: type[Refusal],
) -> None:
    assert isinstance(asked(book, form, registered, records), told)


def test_ones_own_document_is_told_apart_from_all_that_the_register_says(book: PolicyBook) -> None:
    own = replace(standing().holder, id_number=NUMBER)
    for registered in (Registered(), None, DEAD):
        assert isinstance(added(book, IN_WINDOW, own, FORM, registered, TRIED, answers=True), CannotAddSelf)


def test_a_silent_register_is_asked_again_later(book: PolicyBook) -> None:
    for records in (KNOWN, replace(KNOWN, person_id=None)):
        assert isinstance(asked(book, FORM, None, records, answers=False), PartyDoesNotAnswer)
    assert isinstance(asked(book, FORM, None, FULL, answers=False), TooManyPayees)
    assert isinstance(asked(book, FORM, None, TRIED, answers=False), TooManyAttempts)


def test_a_number_that_nobody_has_and_a_wrong_name_are_told_alike(book: PolicyBook) -> None:
    unknown = asked(book, registered=None, records=replace(KNOWN, person_id=None))
    wrong = asked(book, replace(FORM, name="李四"))
    assert isinstance(unknown, IdentityMismatch)
    assert isinstance(wrong, IdentityMismatch)
    assert vars(unknown) == vars(wrong)
