"""What a payment certificate attests (缴费证明), to whom it is given, and the number that it is verified by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.decisions.quoting import FIRST_COVERAGE_YEAR
from domain.refusals import (
    InputNotAcceptable,
    InputProblem,
    NoPaymentToCertify,
    NotOfYourFamily,
    Refusal,
    first_told,
)
from domain.vocabulary import Fen, Id, PaymentChannel, PaymentKind, RegionCode

MOST_YEARS = 20
"""How many years of cover one certificate can be about."""

# 32 characters that nobody takes for another: no I, L, O and U, which are read as 1, 0 and V.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DRAWN_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class CertifiedPayment:
    """A payment as it stood when it was certified (所证明的缴费)."""

    contribution_id: Id
    region: RegionCode
    coverage_year: int
    channel: PaymentChannel
    kind: PaymentKind
    amount_fen: Fen
    paid_on: date
    coverage_from: date
    coverage_until: date


def certified(
    on: date,
    *,
    own: bool,
    bound: bool,
    first_year: int,
    last_year: int,
    payments: Sequence[CertifiedPayment],
) -> tuple[CertifiedPayment, ...] | Refusal:
    """The person's payments for those years of cover, in their order.

    Whether whoever asks is the person (`own`), or has bound them (`bound`), decides before anything is said of them.
    """
    objections: list[Refusal] = []
    if not FIRST_COVERAGE_YEAR <= first_year <= on.year + 2:
        objections.append(InputNotAcceptable(field="firstYear", problem=InputProblem.YEAR))
    elif not first_year <= last_year < first_year + MOST_YEARS:
        objections.append(InputNotAcceptable(field="lastYear", problem=InputProblem.YEAR_SPAN))
    if not own and not bound:
        objections.append(NotOfYourFamily())
    found = tuple(one for one in payments if first_year <= one.coverage_year <= last_year)
    if not found:
        objections.append(NoPaymentToCertify())
    return first_told(objections) or found


def certificate_number(region: RegionCode, on: date, secret: str) -> str:
    """The number of a certificate (缴费证明编号): county, year of issue, and twelve characters out of the secret.

    Assumed: the documents name the certificate and show none. Sixty bits that nobody can guess are in the last part.
    """
    drawn = hashlib.sha256(secret.encode()).digest()[:_DRAWN_CHARACTERS]
    return f"{region}{on.year:04d}" + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in drawn)
