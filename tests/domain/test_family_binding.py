"""Binding a family member: every refusal, both sides of the day that widened the relations, and who is heard first."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from domain.decisions.family_binding import BindingForm, RegisterAnswer, bound
from domain.policy import PolicyBook
from domain.refusals import (
    AlreadyBound,
    CannotBindSelf,
    IdentityMismatch,
    InputNotAcceptable,
    InputProblem,
    PartyDoesNotAnswer,
    PersonDeceased,
    PersonNotFound,
    PledgeNotAccepted,
    PolicyNotStated,
    Refusal,
    RelationMismatch,
    RelationNotCovered,
    TooManyAttempts,
    TooManyBindings,
)
from domain.vocabulary import Id, IdType, RegionCode, Relation, Sex
from tests.domain.cases import (
    ANSHUN,
    IN_WINDOW,
    MOTHER,
    SIMULATED,
    SUINING,
    XUANCHENG,
    book_with_changed_simulated_province,
    granted,
    standing,
)

NUMBER = "11010519491231002X"


@dataclass(frozen=True)
class Registered:
    name: str = "王秀英"
    sex: Sex = Sex.FEMALE
    birth_date: date = date(1949, 12, 31)
    died_on: date | None = None
    also_written: str | None = None


FORM = BindingForm(
    name="王秀英",
    id_type=IdType.RESIDENT_ID_CARD,
    id_number=NUMBER,
    birth_date=date(1949, 12, 31),
    sex=Sex.FEMALE,
    relation=Relation.PARENT,
    pledge_accepted=True,
)
CONFIRMED = RegisterAnswer(Registered(), Relation.PARENT)
DEAD = Registered(died_on=date(2020, 1, 1))


def asked(
    book: PolicyBook,
    form: BindingForm = FORM,
    register: RegisterAnswer | None = CONFIRMED,
    *,
    on: date = IN_WINDOW,
    area: RegionCode = ANSHUN,
    holder_number: str = "270101198806060009",
    member_id: Id | None = MOTHER,
    binding_id: Id | None = None,
    bound_members: int = 0,
    mismatches: int = 0,
) -> Id | Refusal:
    holder = replace(standing(area).holder, id_number=holder_number)
    return bound(
        book,
        on,
        holder,
        form,
        register,
        member_id=member_id,
        binding_id=binding_id,
        bound_members=bound_members,
        mismatches=mismatches,
    )


def test_a_mother_whom_the_register_confirms_is_bound(book: PolicyBook) -> None:
    assert granted(asked(book)) == MOTHER


def test_kinship_that_the_register_does_not_record_is_refused_as_another_kinship_is(book: PolicyBook) -> None:
    unrecorded, another = (
        asked(book, register=RegisterAnswer(Registered(), kinship)) for kinship in (None, Relation.SIBLING)
    )
    assert isinstance(unrecorded, RelationMismatch)
    assert isinstance(another, RelationMismatch)
    assert unrecorded.basis == another.basis == "binding.kinship_must_be_recorded~000000~2020-01-01"
    assert (unrecorded.zh(book), unrecorded.en(book)) == (another.zh(book), another.en(book))


def test_kinship_of_a_holder_whom_the_register_does_not_know_is_taken_on_the_pledge(book: PolicyBook) -> None:
    assert granted(asked(book, register=RegisterAnswer(Registered(), None, knows_holder=False))) == MOTHER


def test_where_kinship_need_not_be_recorded_it_is_taken_on_the_pledge(tmp_path: Path) -> None:
    def lenient(name: str, block: str) -> str:
        if name != "special_payment.groups":
            return block
        fact = '\n\nbinding.kinship_must_be_recorded:\n  - {area: "840000", from: 2020-01-01, '
        return block + fact + "confirmed_on: 2024-12-31, value: false, source: *made}"

    book = book_with_changed_simulated_province(tmp_path, lenient)
    assert granted(asked(book, register=RegisterAnswer(Registered(), None), area=SIMULATED)) == MOTHER
    another = asked(book, register=RegisterAnswer(Registered(), Relation.SIBLING), area=SIMULATED)
    assert isinstance(another, RelationMismatch)


@pytest.mark.parametrize(
    ("on", "area", "relation", "covered"),
    [
        (date(2024, 9, 22), ANSHUN, Relation.SIBLING, False),
        (date(2024, 9, 23), ANSHUN, Relation.SIBLING, True),
        (date(2024, 9, 22), ANSHUN, Relation.SPOUSE, True),
        (date(2024, 7, 31), SUINING, Relation.MATERNAL_GRANDPARENT, False),
        (date(2024, 8, 1), SUINING, Relation.MATERNAL_GRANDPARENT, True),
        (date(2024, 7, 31), SIMULATED, Relation.SIBLING, False),
        (date(2024, 8, 1), SIMULATED, Relation.SIBLING, True),
        (date(2024, 12, 20), ANSHUN, Relation.OTHER, False),
        (date(2023, 10, 11), XUANCHENG, Relation.PARENT, True),
        (date(2023, 10, 12), XUANCHENG, Relation.PARENT, False),
        (date(2023, 10, 12), XUANCHENG, Relation.CHILD, True),
        (date(2024, 7, 31), XUANCHENG, Relation.PARENT, False),
        (date(2024, 8, 1), XUANCHENG, Relation.PARENT, True),
    ],
)
def test_the_payers_city_says_on_the_day_which_relations_it_covers(
    book: PolicyBook, on: date, area: RegionCode, relation: Relation, covered: bool
) -> None:
    answer = asked(book, replace(FORM, relation=relation), RegisterAnswer(Registered(), relation), on=on, area=area)
    if covered:
        assert granted(answer) == MOTHER
    else:
        assert isinstance(answer, RelationNotCovered)
        assert answer.relation is relation
        assert relation not in answer.covered
        assert answer.region == area
        assert answer.basis is not None


def test_relations_that_no_document_states_are_not_guessed(book: PolicyBook) -> None:
    answer = asked(book, on=date(2021, 4, 21), area=SUINING)
    assert isinstance(answer, PolicyNotStated)
    assert answer.name == "family_mutual_aid.relations_covered"


def test_an_unaccepted_pledge_is_refused(book: PolicyBook) -> None:
    answer = asked(book, replace(FORM, pledge_accepted=False))
    assert isinstance(answer, PledgeNotAccepted)
    assert answer.basis is not None


def test_a_number_with_a_wrong_check_digit_is_not_asked_about(book: PolicyBook) -> None:
    answer = asked(book, replace(FORM, id_number="110105194912310021"), RegisterAnswer(None, None))
    assert isinstance(answer, InputNotAcceptable)
    assert answer.path == ("idNumber",)


@pytest.mark.parametrize(
    ("form", "field", "problem"),
    [
        (replace(FORM, id_number="1"), "idNumber", InputProblem.NUMBER_SHAPE),
        (replace(FORM, id_number="110105194913310025"), "idNumber", InputProblem.NUMBER_DATE),
        (replace(FORM, id_number="110105194912310021"), "idNumber", InputProblem.CHECK_CHARACTER),
        (replace(FORM, birth_date=date(1949, 12, 30)), "birthDate", InputProblem.NOT_OF_THE_NUMBER),
        (replace(FORM, birth_date=date(2024, 12, 21)), "birthDate", InputProblem.IN_THE_FUTURE),
        (replace(FORM, name=" "), "name", InputProblem.NAME_LENGTH),
        (replace(FORM, name="王" * 51), "name", InputProblem.NAME_LENGTH),
    ],
)
def test_what_cannot_be_right_is_told_without_asking_the_register(
    book: PolicyBook, form: BindingForm, field: str, problem: InputProblem
) -> None:
    answer = asked(book, form, None)
    assert isinstance(answer, InputNotAcceptable)
    assert (answer.field, answer.path, answer.problem) == (field, (field,), problem)


def test_a_name_of_fifty_characters_is_compared(book: PolicyBook) -> None:
    assert isinstance(asked(book, replace(FORM, name="王" * 50)), IdentityMismatch)


def test_nobody_binds_themself(book: PolicyBook) -> None:
    assert isinstance(asked(book, holder_number=NUMBER), CannotBindSelf)


def test_a_document_that_the_register_does_not_know_is_refused(book: PolicyBook) -> None:
    answer = asked(book, register=RegisterAnswer(None, None), member_id=None)
    assert isinstance(answer, IdentityMismatch)


def test_a_right_number_with_a_wrong_name_is_refused_in_the_words_for_a_number_that_nobody_has(
    book: PolicyBook,
) -> None:
    """Or the register could be asked who exists, and then for name, birth date and sex one by one."""
    unknown = asked(book, register=RegisterAnswer(None, None), member_id=None)
    assert isinstance(unknown, IdentityMismatch)
    for wrong in (
        replace(FORM, name="王秀芳"),
        replace(FORM, sex=Sex.MALE),
        replace(FORM, name="王秀芳", sex=Sex.MALE),
    ):
        answer = asked(book, wrong)
        assert isinstance(answer, IdentityMismatch)
        assert vars(answer) == vars(unknown)
        assert (answer.zh(book), answer.en(book)) == (unknown.zh(book), unknown.en(book))


def test_one_account_is_tied_to_so_many_family_members_and_no_more(book: PolicyBook) -> None:
    full = asked(book, bound_members=20)
    assert isinstance(full, TooManyBindings)
    assert (full.most, full.basis) == (20, "binding.most_members~000000~2020-01-01")
    assert granted(asked(book, bound_members=19)) == MOTHER


@pytest.mark.parametrize("form", [FORM, replace(FORM, name="李四")])
def test_names_are_not_to_be_found_by_trying(book: PolicyBook, form: BindingForm) -> None:
    assert isinstance(asked(book, form, mismatches=10), TooManyAttempts)
    assert isinstance(asked(book, form, mismatches=9), TooManyAttempts) is False


def test_whoever_is_bound_already_hears_that_before_that_the_account_is_full(book: PolicyBook) -> None:
    assert isinstance(asked(book, binding_id=Id(7), bound_members=20), AlreadyBound)


@pytest.mark.parametrize(("died_on", "refused"), [(IN_WINDOW, True), (date(2024, 12, 21), False)])
def test_the_deceased_cannot_be_bound(book: PolicyBook, died_on: date, refused: bool) -> None:
    answer = asked(book, register=RegisterAnswer(Registered(died_on=died_on), Relation.PARENT))
    assert isinstance(answer, PersonDeceased) is refused


def test_another_recorded_kinship_is_refused(book: PolicyBook) -> None:
    answer = asked(book, register=RegisterAnswer(Registered(), Relation.SIBLING))
    assert isinstance(answer, RelationMismatch)
    assert Relation.SIBLING.zh not in answer.zh(book)


def test_a_second_binding_names_the_first(book: PolicyBook) -> None:
    answer = asked(book, binding_id=Id(7))
    assert isinstance(answer, AlreadyBound)
    assert answer.binding_id == 7


def test_who_was_never_insured_is_not_found(book: PolicyBook) -> None:
    assert isinstance(asked(book, member_id=None), PersonNotFound)


def test_a_silent_register_is_asked_again_later(book: PolicyBook) -> None:
    answer = asked(book, register=None)
    assert isinstance(answer, PartyDoesNotAnswer)
    assert answer.retryable


def test_a_silent_register_does_not_tell_whom_the_platform_holds(book: PolicyBook) -> None:
    assert isinstance(asked(book, register=None, member_id=None), PartyDoesNotAnswer)


@pytest.mark.parametrize(
    ("form", "register", "binding_id", "first"),
    [
        (replace(FORM, id_number="1", pledge_accepted=False), CONFIRMED, None, InputNotAcceptable),
        (replace(FORM, pledge_accepted=False), RegisterAnswer(None, None), None, PledgeNotAccepted),
        (
            replace(FORM, name="李四"),
            RegisterAnswer(DEAD, None),
            None,
            IdentityMismatch,
        ),
        (FORM, RegisterAnswer(DEAD, Relation.SPOUSE), None, PersonDeceased),
        (replace(FORM, relation=Relation.OTHER), CONFIRMED, None, RelationMismatch),
        (replace(FORM, relation=Relation.OTHER), RegisterAnswer(Registered(), None), Id(7), RelationNotCovered),
        (replace(FORM, relation=Relation.OTHER), None, None, RelationNotCovered),
        (FORM, None, Id(7), AlreadyBound),
    ],
)
def test_of_two_refusals_the_first_in_order_is_told(
    book: PolicyBook, form: BindingForm, register: RegisterAnswer | None, binding_id: Id | None, first: type[Refusal]
) -> None:
    assert type(asked(book, form, register, binding_id=binding_id)) is first
