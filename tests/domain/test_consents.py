"""Whether a consent is taken: each objection, and which of two is told."""

from datetime import date

import pytest

from domain.decisions.consents import ConsentRecords, refused, withdrawal_refused
from domain.policy import PolicyBook
from domain.refusals import AlreadyConsented, DataTypeNotGranted, PartnerNotFound, Refusal
from domain.vocabulary import NATION, DataType, Id

ON = date(2024, 12, 16)
ACCOUNT = frozenset({DataType.ACCOUNT})


@pytest.mark.parametrize(
    ("granted", "consent_id", "told"),
    [
        (ACCOUNT, None, None),
        (frozenset(DataType), None, None),
        (frozenset(), None, PartnerNotFound),
        (frozenset(), Id(7), PartnerNotFound),
        (frozenset({DataType.ENROLMENTS}), None, DataTypeNotGranted),
        (frozenset({DataType.ENROLMENTS}), Id(7), DataTypeNotGranted),
        (ACCOUNT, Id(7), AlreadyConsented),
    ],
)
def test_a_consent_is_to_what_the_partner_was_granted(
    book: PolicyBook, granted: frozenset[DataType], consent_id: Id | None, told: type[Refusal] | None
) -> None:
    lasts = book.fact("partner_consent.lasts", area=NATION, on=ON)
    answer = refused(DataType.ACCOUNT, ConsentRecords(granted, consent_id), lasts)
    assert (None if answer is None else type(answer)) is told
    if isinstance(answer, AlreadyConsented):
        assert (answer.consent_id, answer.basis) == (consent_id, lasts.key)
    if isinstance(answer, DataTypeNotGranted):
        assert answer.data_type is DataType.ACCOUNT


@pytest.mark.parametrize(("holder", "withdrawn"), [(Id(5), True), (Id(6), False), (None, False)])
def test_one_withdraws_ones_own(book: PolicyBook, holder: Id | None, withdrawn: bool) -> None:
    """Another's is told as none is, with the rule that one consents for oneself alone."""
    given_by = book.fact("partner_consent.given_by", area=NATION, on=ON)
    answer = withdrawal_refused(Id(5), holder, given_by)
    assert (answer is None) == withdrawn
    assert answer is None or answer.basis == given_by.key
