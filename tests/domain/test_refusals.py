"""The closed list of refusals, its order, its words and its page."""

import re
from dataclasses import is_dataclass

import pytest

from domain import refusals
from domain.policy import PolicyBook
from domain.refusals import (
    PRECEDENCE,
    ClockIsAdvancing,
    InterestBeingSettled,
    PartyDoesNotAnswer,
    Refusal,
    RefusalCode,
    SuspensionNotYetSeen,
    TooManyReveals,
    TooManyWebhookTests,
    WorldInUse,
    first_told,
)
from domain.vocabulary import Fen, yuan
from tests.domain.refusals_page import FURTHER, PAGE, examples, page


def test_every_refusal_has_its_place_in_the_order_and_no_other() -> None:
    found = [one for one in vars(refusals).values() if isinstance(one, type) and issubclass(one, Refusal)]
    assert set(found) == {Refusal, *PRECEDENCE}
    assert len(set(PRECEDENCE)) == len(PRECEDENCE)


def test_codes_are_the_names_in_the_same_order() -> None:
    assert [one.code for one in PRECEDENCE] == list(RefusalCode)
    for one in PRECEDENCE:
        assert one.code.name == re.sub(r"(?<!^)(?=[A-Z])", "_", one.__name__).upper()


@pytest.mark.parametrize("refusal", [*examples().values(), *FURTHER], ids=lambda one: type(one).__name__)
def test_a_refusal_says_what_and_what_to_do_in_both_languages(refusal: Refusal, book: PolicyBook) -> None:
    assert is_dataclass(refusal)
    assert refusal.zh(book).endswith("。")
    assert refusal.en(book).endswith(".")
    assert not re.search(r"[一-鿿]", refusal.en(book))
    assert str(refusal) == refusal.code.name
    # Codes, names of facts and names of fields are for programs.
    assert not re.search(r"[0-9]{6}|[a-z]_[a-z]|[a-z][A-Z]", refusal.zh(book) + refusal.en(book))
    # Nothing as long as an identity number, in either language.
    assert not re.search(r"[0-9]{15}", refusal.zh(book) + refusal.en(book))


def test_only_what_passes_by_itself_is_worth_the_same_request_again() -> None:
    assert [one for one in PRECEDENCE if one.retryable] == [
        ClockIsAdvancing,
        WorldInUse,
        TooManyReveals,
        TooManyWebhookTests,
        SuspensionNotYetSeen,
        InterestBeingSettled,
        PartyDoesNotAnswer,
    ]


def test_the_first_in_order_is_told_whatever_order_they_were_found_in() -> None:
    found = list(examples().values())
    assert first_told(reversed(found)) is found[0]
    assert first_told([]) is None


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (40_000, "400.00"),
        (123_456_789, "1234567.89"),
        (-1, "-0.01"),
        (-199, "-1.99"),
        (-40_000, "-400.00"),
    ],
)
def test_amounts_are_written_with_two_places(amount: int, written: str) -> None:
    assert yuan(Fen(amount)) == written


def test_the_page_on_refusals_says_what_the_code_says() -> None:
    again = "python -m tests.domain.refusals_page writes it anew"
    assert PAGE.read_text(encoding="utf-8") == page(), again
