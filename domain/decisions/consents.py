"""Whether somebody may let a partner's app see their data (向合作应用授权数据).

One consents for oneself alone, until one withdraws it: facts of `partner_consent`, assumed.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from domain.policy import Fact
from domain.refusals import AlreadyConsented, ConsentNotFound, DataTypeNotGranted, PartnerNotFound, Refusal
from domain.vocabulary import DataType, Id


@dataclass(frozen=True, slots=True)
class ConsentRecords:
    """What the platform holds: the types of data that the partner has been granted anywhere, and the consent in force.

    A partner that has been granted nothing is none.
    """

    granted: Set[DataType]
    consent_id: Id | None


def refused(data_type: DataType, records: ConsentRecords, lasts: Fact) -> Refusal | None:
    """Why the consent is not taken, None where it is. `lasts` is why one that was given is in force still."""
    if not records.granted:
        return PartnerNotFound()
    if data_type not in records.granted:
        return DataTypeNotGranted(data_type=data_type)
    if records.consent_id is not None:
        return AlreadyConsented(consent_id=records.consent_id, basis=lasts.key)
    return None


def withdrawal_refused(actor: Id, holder: Id | None, given_by: Fact) -> Refusal | None:
    """Why a consent is not withdrawn, None where it is. `holder` is whose consent in force it is, None without one.

    Another's consent is as if it were not there: by `given_by`, one's own are all that one has to do with.
    """
    return None if holder == actor else ConsentNotFound(basis=given_by.key)
