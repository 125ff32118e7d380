"""In what somebody is insured who begins to work."""

from datetime import date

import pytest

from domain.decisions.employee_enrolments import Candidate, MemberLine, insured_as_flexible, joined
from domain.decisions.records import PersonOnRecord
from domain.decisions.unit_registration import RegisteredUnit
from domain.policy import PolicyBook
from domain.ports import Identity
from domain.vocabulary import Id, IdType, Scheme, Sex, UnitKind, UnitStatus
from tests.domain.cases import ANSHUN, PAYER, at, book_that_says_no, granted

DOCUMENT = IdType.RESIDENT_ID_CARD, "270101199001011231"
WORKER = Identity(*DOCUMENT, "王秀英", Sex.FEMALE, date(1990, 1, 1), None)
PERSON = PersonOnRecord(PAYER, ANSHUN, *DOCUMENT, WORKER.name, WORKER.sex, WORKER.birth_date, None, None)
LINE = MemberLine(WORKER.name, *DOCUMENT)
NOW = at(2024, 12, 20)
UNIT = RegisteredUnit(Id(7), ANSHUN, "某公司", UnitKind.ENTERPRISE, "x", UnitStatus.ACTIVE, PAYER)


@pytest.mark.parametrize(
    ("says", "schemes"), [(True, (Scheme.EMPLOYEE, Scheme.MATERNITY)), (False, (Scheme.EMPLOYEE,))]
)
def test_maternity_insurance_comes_with_work_for_a_unit_where_the_book_says_so(
    book: PolicyBook, says: bool, schemes: tuple[Scheme, ...]
) -> None:
    asked = book if says else book_that_says_no("enrolment.maternity_with_employment")
    [start] = joined(asked, NOW, UNIT, [(LINE, Candidate(WORKER, PERSON, (), None))], mismatches=0)
    assert granted(start).schemes == schemes


def test_who_works_flexibly_is_in_the_employee_scheme_alone(book: PolicyBook) -> None:
    candidate = Candidate(WORKER, PERSON, (), None)
    start = granted(insured_as_flexible(book, NOW, ANSHUN, candidate, is_place=True, answers=True))
    assert start.schemes == (Scheme.EMPLOYEE,)
