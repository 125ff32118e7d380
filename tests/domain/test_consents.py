"""Whether a consent is taken: each objection, and which of two is told."""

import pytest

from domain.decisions.consents import ConsentRecords, refused
from domain.refusals import AlreadyConsented, DataTypeNotGranted, PartnerNotFound, Refusal
from domain.vocabulary import DataType, Id

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
    granted: frozenset[DataType], consent_id: Id | None, told: type[Refusal] | None
) -> None:
    answer = refused(DataType.ACCOUNT, ConsentRecords(granted, consent_id))
    assert (None if answer is None else type(answer)) is told
    if isinstance(answer, AlreadyConsented):
        assert answer.consent_id == consent_id
    if isinstance(answer, DataTypeNotGranted):
        assert answer.data_type is DataType.ACCOUNT
