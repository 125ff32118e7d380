"""Numbers of persons, firms and telephones that cannot be anybody's (证件号码、统一社会信用代码、电话).

Identity numbers follow GB 11643 and credit codes GB 32100, valid check characters included, under division codes that
GB/T 2260 has never assigned. Foreigners' documents are longer than any, or of a country that is none. Mobile numbers
begin with a segment, and landlines with a trunk code, that no operator was ever given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from domain.vocabulary import NUMBERS_PER_PROVINCE, IdType, RegionCode, Sex
from simulator.draws import Draws
from simulator.rates import RATES

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

NEVER_ASSIGNED = frozenset(
    f"{number}"
    for first, last in ((24, 30), (38, 40), (47, 49), (55, 60), (67, 70), (72, 80), (84, 89))
    for number in range(first, last + 1)
)
"""Province digits that GB/T 2260 has never given to a province."""


def division_of(region: RegionCode) -> str:
    """The six digits that stand for a region in simulated numbers: its own, under never-assigned province digits."""
    division = RATES.identity_divisions[region[:2]] + region[2:]
    assert division[:2] in NEVER_ASSIGNED
    return division


def id_check(first_seventeen: str) -> str:
    """The 18th character of an identity number (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def credit_check(first_seventeen: str) -> str:
    """The 18th character of a unified social credit code (GB 32100)."""
    total = sum(
        _CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(first_seventeen, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def organisation_check(first_eight: str) -> str:
    """The 9th character of an organisation code of digits (GB 11714)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_eight, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_code(department: str, region: RegionCode, number: int) -> str:
    """The credit code of the `number`-th unit of a world; `department` is its two leading characters."""
    organisation = f"{number:08d}"
    first_seventeen = department + division_of(region) + organisation + organisation_check(organisation)
    return first_seventeen + credit_check(first_seventeen)


SEQUENCES = 500
"""How many people of one sex are born on one day in one division at most."""

_SEQUENCE_SUMS = tuple(
    sum(int(digit) * weight for digit, weight in zip(f"{sequence:03d}", _ID_WEIGHTS[14:], strict=True))
    for sequence in range(1000)
)


@cache
def _day(born: int) -> tuple[str, int]:
    """The digits of a day of birth, and what they add to the sum that the check character is of."""
    digits = date.fromordinal(born).strftime("%Y%m%d")
    return digits, sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS[6:14], strict=True))


class IdentityNumbers:
    """Gives out identity numbers of one division, each once: of these sequences, those left out that are taken."""

    __slots__ = ("_division", "_draws", "_sequences", "_sum", "given")

    def __init__(
        self,
        region: RegionCode,
        draws: Draws,
        sequences: range = range(SEQUENCES),
        taken: Iterable[tuple[int, int]] = (),
    ) -> None:
        self._division = division_of(region)
        self._sum = sum(int(digit) * weight for digit, weight in zip(self._division, _ID_WEIGHTS[:6], strict=True))
        self._draws = draws
        self._sequences = sequences
        self.given = set(taken)

    def new(self, born: int, sex: Sex) -> str:
        """A number for somebody born on that day (an ordinal). OverflowError when all of a day and sex are out."""
        digits, added = _day(born)
        sequences, given = self._sequences, self.given
        # The sequence is odd for men and even for women.
        odd = 1 if sex is Sex.MALE else 0
        place = self._draws.below(len(sequences))
        for _ in sequences:
            sequence = sequences[place] * 2 + odd
            if (born, sequence) not in given:
                given.add((born, sequence))
                check = _ID_CHECKS[(self._sum + added + _SEQUENCE_SUMS[sequence]) % 11]
                return f"{self._division}{digits}{sequence:03d}{check}"
            place = (place + 1) % len(sequences)
        raise OverflowError(f"all numbers of {self._division} for {digits} are given out")


def foreigners_number(id_type: IdType, person_id: int) -> str:
    """The number of a foreigner's document: a passport's, or an old permanent residence card's."""
    number = person_id % NUMBERS_PER_PROVINCE
    if id_type is IdType.FOREIGN_PASSPORT:
        return f"{RATES.passport_prefix}{number:010d}"
    assert id_type is IdType.FOREIGN_PERMANENT_RESIDENCE, id_type
    return f"{RATES.permanent_residence_prefix}{number:012d}"


def mobile(draws: Draws) -> str:
    """A mobile number that cannot be dialled."""
    return f"{RATES.mobile_prefix}{draws.below(100_000_000):08d}"


def landline(draws: Draws) -> str:
    """A landline number that cannot be dialled."""
    return f"{RATES.landline_area}-{draws.below(100_000_000):08d}"
