"""When what is recognised of somebody's illness begins, and when it is renewed (待遇认定的起始与续期)."""

from datetime import date

import pytest

from domain.decisions.entitlements import Entitlement, entitled
from domain.decisions.records import EnrolmentOnRecord
from domain.policy import PolicyBook
from domain.refusals import EntitledAlready
from domain.vocabulary import EnrolmentStatus, EntitlementKind, Id, MatterCode, PersonType, RegionCode, Scheme

DISEASE, DRUG = MatterCode.CHRONIC_DISEASE_ENTITLEMENT, MatterCode.SPECIAL_DRUG_ENTITLEMENT
INSURED = EnrolmentOnRecord(
    id=Id(1),
    person_id=Id(2),
    scheme=Scheme.EMPLOYEE,
    person_type=PersonType.EMPLOYED,
    region=RegionCode("840102"),
    unit_id=Id(3),
    status=EnrolmentStatus.ACTIVE,
    started_on=date(2015, 3, 1),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def held(first: str, last: str, code: str = "M01600") -> Entitlement:
    return Entitlement(EntitlementKind.CHRONIC_DISEASE, code, "糖尿病", day(first), day(last))


ONE = held("2022-12-20", "2024-12-18")
NEXT = held("2024-12-19", "2026-12-18")


@pytest.mark.parametrize(
    ("had", "asked", "completed", "first", "last"),
    [
        pytest.param([], "2024-12-16", "2024-12-20", "2024-12-20", "2026-12-19", id="the first begins when it is done"),
        pytest.param([ONE], "2024-10-20", "2024-10-21", "2024-12-19", "2026-12-18", id="on the sixtieth day left"),
        pytest.param([ONE], "2024-12-18", "2024-12-18", "2024-12-19", "2026-12-18", id="on its last day"),
        pytest.param([ONE], "2024-12-18", "2025-01-09", "2024-12-19", "2026-12-18", id="done after its end"),
        pytest.param([ONE], "2024-12-19", "2024-12-20", "2024-12-20", "2026-12-19", id="asked for after its end"),
        pytest.param(
            [held("2024-01-01", "2025-12-30", "M04600")],
            "2024-12-16",
            "2024-12-16",
            "2024-12-16",
            "2026-12-15",
            id="of another disease",
        ),
        pytest.param([ONE, NEXT], "2026-12-01", "2026-12-02", "2026-12-19", "2028-12-17", id="the second renewal"),
    ],
)
def test_it_begins_when_it_is_done_or_on_the_day_after_the_one_before(
    book: PolicyBook, had: list[Entitlement], asked: str, completed: str, first: str, last: str
) -> None:
    found = entitled(book, day(completed), DISEASE, "M01600", [INSURED], had, asked_on=day(asked))
    assert found == held(first, last)


@pytest.mark.parametrize(
    ("had", "asked", "last", "renewable"),
    [
        pytest.param([ONE], "2024-10-19", "2024-12-18", "2024-10-20", id="a day too early"),
        pytest.param([ONE], "2022-12-20", "2024-12-18", "2024-10-20", id="on its first day"),
        pytest.param([ONE, NEXT], "2024-12-18", "2026-12-18", "2026-10-20", id="renewed already"),
        pytest.param([NEXT], "2024-12-16", "2026-12-18", "2026-10-20", id="asked for twice, and done once"),
    ],
)
def test_too_early_it_is_not_renewed(
    book: PolicyBook, had: list[Entitlement], asked: str, last: str, renewable: str
) -> None:
    found = entitled(book, day("2024-12-20"), DISEASE, "M01600", [INSURED], had, asked_on=day(asked))
    assert isinstance(found, EntitledAlready)
    assert (found.last_day, found.renewable_from) == (day(last), day(renewable))


def test_a_drug_is_renewed_for_a_year(book: PolicyBook) -> None:
    had = Entitlement(EntitlementKind.SPECIAL_DRUG, "D3001", "奥希替尼片", day("2024-01-01"), day("2024-12-30"))
    found = entitled(book, day("2024-12-16"), DRUG, "D3001", [INSURED], [had], asked_on=day("2024-12-16"))
    assert isinstance(found, Entitlement)
    assert (found.first_day, found.last_day) == (day("2024-12-31"), day("2025-12-30"))
