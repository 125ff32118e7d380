"""Whether somebody may let a partner's app see their data (向合作应用授权数据).

One consents for oneself alone. No document says that a parent, or whoever has bound somebody, may consent for them, so
nobody may (an assumption, stated in docs/partners.md).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from domain.refusals import AlreadyConsented, DataTypeNotGranted, PartnerNotFound, Refusal
from domain.vocabulary import DataType, Id


@dataclass(frozen=True, slots=True)
class ConsentRecords:
    """What the platform holds: the types of data that the partner has been granted anywhere, and the consent in force.

    A partner that has been granted nothing is none.
    """

    granted: Set[DataType]
    consent_id: Id | None


def refused(data_type: DataType, records: ConsentRecords) -> Refusal | None:
    """Why the consent is not taken, None where it is."""
    if not records.granted:
        return PartnerNotFound()
    if data_type not in records.granted:
        return DataTypeNotGranted(data_type=data_type)
    if records.consent_id is not None:
        return AlreadyConsented(consent_id=records.consent_id)
    return None
