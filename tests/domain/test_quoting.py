"""What a contribution costs and buys: both sides of every day that changes the answer."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

import domain.policy
from domain.decisions.quoting import quoted
from domain.decisions.records import PaidContribution, PaidYear, PlaceOfEnrolment, Standing
from domain.decisions.submitting import submitted
from domain.policy import PolicyBook
from domain.policy.reading import read_library
from domain.refusals import (
    AlreadyPaid,
    CollectionWindowClosed,
    CollectionWindowNotOpen,
    CoverageYearTooShort,
    EnrolledElsewhere,
    InputNotAcceptable,
    NotEnrolled,
    NotThePayer,
    OutsideParty,
    PaidByAnother,
    PartyDoesNotAnswer,
    PersonDeceased,
    PolicyNotStated,
    RelationNotCovered,
    SpecialPaymentRequired,
)
from domain.vocabulary import (
    SHANGHAI,
    PaymentChannel,
    PaymentKind,
    RegionCode,
    Relation,
    Scheme,
    SpecialGroup,
    instant,
)
from tests.domain.cases import (
    ANSHUN,
    CHUZHOU,
    CONTRIBUTION,
    ENROLMENT,
    IN_WINDOW,
    MIANYANG,
    PAYER,
    SIMULATED,
    SIMULATED_FINISHING,
    SIMULATED_LATE_RECORDS,
    SOMEBODY_ELSE,
    SUINING,
    XUANCHENG,
    book_with_changed_simulated_province,
    granted,
    standing,
    with_account,
)

YEAR_END = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("on", "amount", "in_window"),
    [
        (date(2024, 9, 23), 40_000, True),
        (date(2025, 2, 28), 40_000, True),
        (date(2025, 3, 1), 107_000, False),
    ],
)
def test_the_price_rises_after_the_last_day_of_the_window(
    book: PolicyBook, on: date, amount: int, in_window: bool
) -> None:
    quote = granted(quoted(book, on, standing()))
    assert (quote.amount_fen, quote.in_window) == (amount, in_window)
    assert (quote.window.first, quote.window.last) == (date(2024, 9, 23), date(2025, 2, 28))


def test_the_day_before_the_window_is_too_early(book: PolicyBook) -> None:
    answer = quoted(book, date(2024, 9, 22), standing())
    assert isinstance(answer, CollectionWindowNotOpen)
    assert answer.opens_on == date(2024, 9, 23)


def test_another_rule_for_early_payments_is_not_taken_for_the_one_that_is_known() -> None:
    library = read_library(Path(domain.policy.__path__[0]))
    facts = [
        replace(fact, value="TAKEN") if fact.name == "collection_window.early_payment" else fact
        for fact in library.facts
    ]
    book = PolicyBook(replace(library, facts=tuple(facts)))
    with pytest.raises(AssertionError, match="TAKEN"):
        quoted(book, date(2024, 9, 22), standing())


@pytest.mark.parametrize("on", [date(2024, 9, 23), date(2025, 1, 15), date(2025, 2, 28)])
def test_who_was_insured_the_year_before_and_pays_in_the_window_does_not_wait(book: PolicyBook, on: date) -> None:
    quote = granted(quoted(book, on, standing()))
    assert (quote.waiting_days, quote.waiting_until) == (0, None)
    assert (quote.coverage_from, quote.coverage_until) == (date(2025, 1, 1), YEAR_END)


@pytest.mark.parametrize("last_insured_year", [2023, 2010])
@pytest.mark.parametrize(
    ("on", "covered_from"),
    [
        (date(2024, 10, 2), date(2025, 1, 1)),
        (date(2024, 10, 3), date(2025, 1, 2)),
        (date(2025, 2, 28), date(2025, 5, 30)),
    ],
)
def test_a_gap_waits_ninety_days_even_inside_the_window(
    book: PolicyBook, on: date, covered_from: date, last_insured_year: int
) -> None:
    quote = granted(quoted(book, on, standing(last_insured_year=last_insured_year)))
    assert quote.amount_fen == 40_000
    assert quote.waiting_days == 90
    assert quote.waiting_until == on + timedelta(days=90)
    assert quote.coverage_from == covered_from


def test_who_pays_late_waits_although_insured_the_year_before(book: PolicyBook) -> None:
    quote = granted(quoted(book, date(2025, 3, 1), standing()))
    assert quote.waiting_until == date(2025, 5, 30)
    assert (quote.coverage_from, quote.coverage_until) == (date(2025, 5, 31), YEAR_END)


@pytest.mark.parametrize(("on", "sold"), [(date(2025, 10, 1), True), (date(2025, 10, 2), False)])
def test_a_late_payment_that_would_cover_no_day_is_not_taken(book: PolicyBook, on: date, sold: bool) -> None:
    answer = quoted(book, on, standing())
    if sold:
        assert granted(answer).coverage_from == YEAR_END
    else:
        assert isinstance(answer, CoverageYearTooShort)
        assert (answer.waiting_until, answer.year_ends_on) == (date(2025, 12, 31), YEAR_END)
        assert answer.basis == "coverage.wait_beyond_year~000000~2020-01-01"


def _with_fact(folder: Path, name: str, value: str) -> PolicyBook:
    """The product's book, and a fact of the nation's that the simulated province states otherwise."""

    def adding(block_name: str, block: str) -> str:
        if block_name != "special_payment.groups":
            return block
        fact = f'\n\n{name}:\n  - {{area: "840000", from: 2020-01-01, '
        return block + fact + f"confirmed_on: 2024-12-31, value: {value}, source: *made}}"

    return book_with_changed_simulated_province(folder, adding)


@pytest.mark.parametrize("counts", [True, False])
def test_the_book_says_whether_a_first_enrolment_inside_the_window_waits(tmp_path: Path, counts: bool) -> None:
    name = "waiting_period.first_enrolment_counts_as_continuous"
    book = _with_fact(tmp_path, name, str(counts).lower())
    case = standing(SIMULATED, last_insured_year=None)
    quote = granted(quoted(book, date(2025, 2, 28), case))
    assert quote.waiting_until == (None if counts else date(2025, 5, 29))
    assert name in {one.fact.name for one in quote.facts if one.role == "waitingPeriod"}
    late = granted(quoted(book, date(2025, 3, 1), case))
    assert late.waiting_until == date(2025, 5, 30)


@pytest.mark.parametrize("count", [True, False])
def test_the_book_says_whether_years_as_an_employee_count(tmp_path: Path, count: bool) -> None:
    book = _with_fact(tmp_path, "waiting_period.employee_years_count", str(count).lower())
    case = standing(SIMULATED, last_insured_year=2022, employed_until=2024)
    quote = granted(quoted(book, date(2025, 2, 28), case))
    assert quote.waiting_until == (None if count else date(2025, 5, 29))
    assert "waiting_period.employee_years_count" in {one.fact.name for one in quote.facts}


@pytest.mark.parametrize(("paid_on", "late"), [(date(2024, 2, 29), False), (date(2024, 3, 1), True)])
@pytest.mark.parametrize("count", [True, False])
def test_the_book_says_whether_a_year_that_was_paid_late_counts(
    tmp_path: Path, paid_on: date, late: bool, count: bool
) -> None:
    book = _with_fact(tmp_path, "waiting_period.late_paid_years_count", str(count).lower())
    case = replace(standing(SIMULATED), last_paid=PaidYear(2024, paid_on))
    quote = granted(quoted(book, date(2025, 2, 28), case))
    assert quote.waiting_until == (date(2025, 5, 29) if late and not count else None)
    assert ("waiting_period.late_paid_years_count" in {one.fact.name for one in quote.facts}) is late


@pytest.mark.parametrize("region", [ANSHUN, SIMULATED])
def test_a_quote_without_a_wait_says_why_there_is_none(book: PolicyBook, region: RegionCode) -> None:
    quote = granted(quoted(book, IN_WINDOW, standing(region)))
    assert quote.waiting_days == 0
    assert {one.fact.name for one in quote.facts if one.role == "waitingPeriod"} == {"waiting_period.applies_to"}


@pytest.mark.parametrize(
    ("birth_date", "amount", "waiting_days", "covered_from"),
    [
        (date(2024, 12, 1), 40_000, 0, date(2025, 1, 1)),
        (date(2024, 11, 30), 107_000, 90, date(2025, 5, 31)),
    ],
)
def test_a_newborn_of_up_to_ninety_days_pays_the_price_of_the_window_and_does_not_wait(
    book: PolicyBook, birth_date: date, amount: int, waiting_days: int, covered_from: date
) -> None:
    case = standing(relation=Relation.CHILD, birth_date=birth_date, last_insured_year=None)
    quote = granted(quoted(book, date(2025, 3, 1), case))
    assert (quote.amount_fen, quote.waiting_days, quote.coverage_from) == (amount, waiting_days, covered_from)
    assert not quote.in_window


def test_a_newborn_on_record_who_has_outgrown_it_pays_like_everybody(book: PolicyBook) -> None:
    case = standing(birth_date=date(2020, 1, 1), group=SpecialGroup.NEWBORN)
    assert granted(quoted(book, date(2025, 3, 1), case)).amount_fen == 107_000


def test_another_group_is_not_spared_the_late_price(book: PolicyBook) -> None:
    case = standing(group=SpecialGroup.MINIMUM_LIVING)
    quote = granted(quoted(book, date(2025, 3, 1), case))
    assert (quote.amount_fen, quote.waiting_days) == (107_000, 90)


@pytest.mark.parametrize(
    ("region", "group", "kind"),
    [
        (ANSHUN, SpecialGroup.MINIMUM_LIVING, PaymentKind.ORDINARY),
        (SIMULATED, SpecialGroup.MINIMUM_LIVING, PaymentKind.SPECIAL),
        (SIMULATED, None, PaymentKind.ORDINARY),
    ],
)
def test_the_quote_says_which_entrance_is_theirs(
    book: PolicyBook, region: RegionCode, group: SpecialGroup | None, kind: PaymentKind
) -> None:
    assert granted(quoted(book, IN_WINDOW, standing(region, group=group))).kind is kind


@pytest.mark.parametrize(
    ("region", "account_region", "hours"),
    [
        (ANSHUN, ANSHUN, 24),
        (SIMULATED, SIMULATED, 0),
        (SIMULATED_LATE_RECORDS, SIMULATED_LATE_RECORDS, 24),
        (SIMULATED, SIMULATED_LATE_RECORDS, 24),
    ],
)
def test_the_payers_city_says_when_the_record_can_be_seen(
    book: PolicyBook, region: RegionCode, account_region: RegionCode, hours: int
) -> None:
    case = standing(region, account_region=account_region)
    assert granted(quoted(book, IN_WINDOW, case)).record_visible_after_hours == hours


@pytest.mark.parametrize(("region", "required"), [(SIMULATED, False), (SIMULATED_FINISHING, True)])
def test_some_cities_want_the_payment_finished(book: PolicyBook, region: RegionCode, required: bool) -> None:
    assert granted(quoted(book, IN_WINDOW, standing(region))).finish_required is required


def test_every_part_of_a_quote_names_its_facts(book: PolicyBook) -> None:
    quote = granted(quoted(book, date(2025, 3, 1), standing(last_insured_year=None)))
    roles = {one.role for one in quote.facts}
    assert roles == {
        "relations",
        "payerArea",
        "specialPayment",
        "window",
        "openDays",
        "grade",
        "amount",
        "subsidy",
        "financing",
        "waitingPeriod",
        "coverage",
        "recordVisibility",
        "finish",
    }
    assert len(set(quote.facts)) == len(quote.facts) <= 30
    by_name = {one.fact.name: one.fact for one in quote.facts}
    assert by_name["resident_contribution.amount_after_window"].fen == quote.amount_fen
    assert by_name["waiting_period.fixed_days"].days == quote.waiting_days


@pytest.mark.parametrize(
    ("region", "subsidy", "financing"), [(ANSHUN, 67_000, 107_000), (SUINING, 67_000, None), (SIMULATED, 67_000, None)]
)
def test_a_quote_says_what_others_add_where_a_document_says_so(
    book: PolicyBook, region: RegionCode, subsidy: int, financing: int | None
) -> None:
    quote = granted(quoted(book, IN_WINDOW, standing(region)))
    assert (quote.subsidy_fen, quote.financing_fen) == (subsidy, financing)


def test_one_may_ask_for_oneself_without_a_relation(book: PolicyBook) -> None:
    case = standing(relation=None)
    assert case.insured is not None
    own = replace(case, insured=replace(case.insured, id=PAYER))
    assert "relations" not in {one.role for one in granted(quoted(book, IN_WINDOW, own)).facts}


def test_a_quote_needs_no_account(book: PolicyBook) -> None:
    assert granted(quoted(book, IN_WINDOW, with_account(standing(), None))).amount_fen == 40_000


@pytest.mark.parametrize("known", [True, False])
def test_nothing_is_told_of_a_person_who_is_not_bound_not_even_whether_there_is_one(
    book: PolicyBook, known: bool
) -> None:
    case = standing(relation=None)
    assert case.insured is not None
    case = replace(case, insured=replace(case.insured, died_on=date(2020, 1, 1)) if known else None)
    answer = quoted(book, IN_WINDOW, case)
    assert isinstance(answer, NotThePayer)
    assert answer.enrolment_area is None


@pytest.mark.parametrize(("died_on", "refused"), [(IN_WINDOW, True), (IN_WINDOW + timedelta(days=1), False)])
def test_nobody_pays_for_the_deceased(book: PolicyBook, died_on: date, refused: bool) -> None:
    case = standing()
    assert case.insured is not None
    answer = quoted(book, IN_WINDOW, replace(case, insured=replace(case.insured, died_on=died_on)))
    assert isinstance(answer, PersonDeceased) is refused


def test_a_binding_whose_relation_is_no_longer_covered_does_not_pay(book: PolicyBook) -> None:
    assert isinstance(quoted(book, IN_WINDOW, standing(relation=Relation.OTHER)), RelationNotCovered)


def test_who_is_not_enrolled_registers_first(book: PolicyBook) -> None:
    answer = quoted(book, IN_WINDOW, replace(standing(), enrolment=None))
    assert isinstance(answer, NotEnrolled)
    assert answer.basis is not None


def test_an_employee_is_not_sent_to_register_as_a_resident(book: PolicyBook) -> None:
    case = standing(relation=None)
    assert case.insured is not None
    own = replace(case, insured=replace(case.insured, id=PAYER), enrolment=None)
    assert isinstance(quoted(book, IN_WINDOW, own), NotEnrolled)
    employed = replace(own, elsewhere=PlaceOfEnrolment(ENROLMENT, ANSHUN, Scheme.EMPLOYEE))
    answer = quoted(book, IN_WINDOW, employed)
    assert isinstance(answer, EnrolledElsewhere)
    assert "无需再缴纳居民医保费" in answer.zh(book)


@pytest.mark.parametrize("enrolment_id", [ENROLMENT, None])
def test_an_enrolment_elsewhere_comes_first(book: PolicyBook, enrolment_id: None) -> None:
    elsewhere = PlaceOfEnrolment(enrolment_id, SUINING, Scheme.EMPLOYEE)
    answer = quoted(book, IN_WINDOW, replace(standing(), elsewhere=elsewhere))
    assert isinstance(answer, EnrolledElsewhere)
    assert (answer.region, answer.scheme) == (SUINING, Scheme.EMPLOYEE)


def test_what_is_paid_is_not_quoted_again(book: PolicyBook) -> None:
    own = quoted(book, IN_WINDOW, replace(standing(), paid=PaidContribution(CONTRIBUTION, PAYER)))
    assert isinstance(own, AlreadyPaid)
    assert own.contribution_id == CONTRIBUTION
    another = quoted(book, IN_WINDOW, replace(standing(), paid=PaidContribution(CONTRIBUTION, SOMEBODY_ELSE)))
    assert isinstance(another, PaidByAnother)


@pytest.mark.parametrize(
    ("region", "account_region", "on", "year", "in_reach"),
    [
        (SIMULATED, SIMULATED_FINISHING, IN_WINDOW, 2025, True),
        (SIMULATED, ANSHUN, IN_WINDOW, 2025, False),
        (XUANCHENG, CHUZHOU, date(2024, 12, 31), 2024, False),
        (XUANCHENG, CHUZHOU, date(2025, 1, 1), 2024, True),
    ],
)
def test_the_place_of_enrolment_says_how_far_away_the_account_may_be_kept(
    book: PolicyBook, region: RegionCode, account_region: RegionCode, on: date, year: int, in_reach: bool
) -> None:
    case = standing(region, account_region=account_region, relation=Relation.CHILD, coverage_year=year)
    answer = quoted(book, on, case)
    assert isinstance(answer, NotThePayer) is not in_reach
    if isinstance(answer, NotThePayer):
        assert (answer.account_area, answer.enrolment_area) == (account_region, region)


@pytest.mark.parametrize(
    ("case", "on", "name"),
    [
        (standing(SUINING), date(2025, 1, 1), "collection_window.window"),
        (standing(MIANYANG), IN_WINDOW, "collection_window.window"),
        (standing(XUANCHENG, relation=Relation.CHILD, coverage_year=2026), IN_WINDOW, "collection_window.window"),
        (standing(coverage_year=2026), IN_WINDOW, "collection_window.window"),
        (standing(), date(2026, 1, 1), "collection_window.window"),
    ],
)
def test_what_no_document_states_is_refused_and_named(book: PolicyBook, case: Standing, on: date, name: str) -> None:
    answer = quoted(book, on, case)
    assert isinstance(answer, PolicyNotStated)
    assert (answer.name, answer.on) == (name, on)


@pytest.mark.parametrize(
    ("year", "refused"), [(-(2**31), True), (1999, True), (2000, False), (2026, False), (2027, True), (2**31 - 1, True)]
)
def test_a_year_that_nobody_could_pay_for_is_no_gap_in_policy(book: PolicyBook, year: int, refused: bool) -> None:
    answer = quoted(book, IN_WINDOW, standing(coverage_year=year))
    assert isinstance(answer, InputNotAcceptable if refused else PolicyNotStated)
    assert answer.path == (("coverageYear",) if refused else ())
    if isinstance(answer, PolicyNotStated):
        assert answer.coverage_year == year
        assert f"{year}年度" in answer.zh(book)
        assert "安顺市" in answer.zh(book)


def test_without_a_price_after_the_window_the_collection_is_closed(tmp_path: Path) -> None:
    book = book_with_changed_simulated_province(
        tmp_path, lambda name, block: None if name == "resident_contribution.amount_after_window" else block
    )
    assert granted(quoted(book, date(2025, 2, 28), standing(SIMULATED))).in_window
    answer = quoted(book, date(2025, 3, 1), standing(SIMULATED))
    assert isinstance(answer, CollectionWindowClosed)
    assert answer.closed_on == date(2025, 2, 28)


def _by_the_national_rule(folder: Path) -> PolicyBook:
    """A simulated province that leaves the wait to the State Council's opinion: months, and more for broken years."""
    left_out = {"waiting_period.fixed_days", "waiting_period.has_variable_part"}
    return book_with_changed_simulated_province(folder, lambda name, block: None if name in left_out else block)


@pytest.mark.parametrize(
    ("on", "last_insured_year", "last_waiting_day"),
    [
        (date(2025, 3, 15), None, date(2025, 6, 15)),
        (date(2025, 11, 30), None, None),
        (date(2024, 10, 31), 2023, date(2025, 2, 28)),
        (date(2025, 1, 15), 2023, date(2025, 5, 15)),
        (date(2025, 1, 15), 2022, date(2025, 6, 15)),
        (date(2025, 1, 15), 2020, date(2025, 8, 15)),
    ],
)
def test_the_national_wait_is_counted_in_months_and_grows_with_broken_years(
    tmp_path: Path, on: date, last_insured_year: int | None, last_waiting_day: date | None
) -> None:
    case = standing(SIMULATED, last_insured_year=last_insured_year)
    answer = quoted(_by_the_national_rule(tmp_path), on, case)
    if last_waiting_day is None:
        assert isinstance(answer, CoverageYearTooShort)
        return
    quote = granted(answer)
    assert quote.waiting_until == last_waiting_day
    assert quote.waiting_days == (last_waiting_day - on).days
    assert len(quote.facts) <= 30


def test_where_the_day_of_payment_counts_the_wait_ends_a_day_earlier(tmp_path: Path) -> None:
    def counting(name: str, block: str) -> str:
        if name != "waiting_period.has_variable_part":
            return block
        fact = '\n\nwaiting_period.payment_day_counts:\n  - {area: "840000", from: 2020-01-01, '
        return block + fact + "confirmed_on: 2024-12-31, value: true, source: *made}"

    book = book_with_changed_simulated_province(tmp_path, counting)
    quote = granted(quoted(book, date(2025, 1, 15), standing(SIMULATED, last_insured_year=2022)))
    assert quote.waiting_until == date(2025, 4, 14)
    assert quote.waiting_days == 90


def test_a_silent_national_query_is_told_only_where_nothing_else_is(book: PolicyBook) -> None:
    silent = OutsideParty.OTHER_PROVINCES
    answer = quoted(book, IN_WINDOW, standing(), unanswered=silent)
    assert isinstance(answer, PartyDoesNotAnswer)
    assert answer.party is silent
    assert isinstance(quoted(book, date(2024, 9, 22), standing(), unanswered=silent), CollectionWindowNotOpen)


def test_where_an_enrolment_elsewhere_need_not_be_suspended_it_does_not_matter(tmp_path: Path) -> None:
    def lenient(name: str, block: str) -> str:
        if name != "special_payment.groups":
            return block
        fact = '\n\nenrolment.elsewhere_must_be_suspended:\n  - {area: "840000", from: 2020-01-01, '
        return block + fact + "confirmed_on: 2024-12-31, value: false, source: *made}"

    book = book_with_changed_simulated_province(tmp_path, lenient)
    case = replace(standing(SIMULATED), elsewhere=PlaceOfEnrolment(None, SUINING, Scheme.EMPLOYEE))
    assert granted(quoted(book, IN_WINDOW, case)).amount_fen == 40_000


def test_where_only_late_payers_wait_a_gap_does_not(tmp_path: Path) -> None:
    book = book_with_changed_simulated_province(
        tmp_path,
        lambda name, block: (
            block.replace("[OUTSIDE_WINDOW, NOT_CONTINUOUS]", "[OUTSIDE_WINDOW]")
            if name == "waiting_period.applies_to"
            else block
        ),
    )
    case = standing(SIMULATED, last_insured_year=2020)
    assert granted(quoted(book, date(2025, 2, 28), case)).waiting_until is None
    assert granted(quoted(book, date(2025, 3, 1), case)).waiting_until == date(2025, 5, 30)


@pytest.mark.parametrize("channel", list(PaymentChannel))
@pytest.mark.parametrize("relation", [None, Relation.PARENT, Relation.OTHER])
@pytest.mark.parametrize("is_payee", [True, False])
def test_a_payee_is_paid_for_by_any_channel_and_an_account_asks_for_the_binding(
    book: PolicyBook, channel: PaymentChannel, relation: Relation | None, is_payee: bool
) -> None:
    case = replace(standing(relation=relation), is_payee=is_payee)
    answer = quoted(book, IN_WINDOW, case, channel=channel)
    if channel is PaymentChannel.PERSONAL_ACCOUNT:
        refused = {None: NotThePayer, Relation.OTHER: RelationNotCovered}.get(relation)
    else:
        refused = NotThePayer if relation is None and not is_payee else None
    if refused is None:
        assert granted(answer).amount_fen == 40_000
        return
    assert isinstance(answer, refused)
    if isinstance(answer, NotThePayer):
        by_account = channel is PaymentChannel.PERSONAL_ACCOUNT
        expected = "binding.required_before_payment" if by_account else "payee.added_before_payment"
        assert (answer.basis or "").split("~")[0] == expected


@pytest.mark.parametrize(("relation", "told"), [(None, None), (Relation.PARENT, SpecialGroup.MINIMUM_LIVING)])
def test_of_what_group_a_payee_is_is_not_told(
    book: PolicyBook, relation: Relation | None, told: SpecialGroup | None
) -> None:
    case = replace(standing(CHUZHOU, relation=relation, group=SpecialGroup.MINIMUM_LIVING), is_payee=True)
    answer = submitted(
        book,
        instant(datetime(2024, 12, 20, 9, tzinfo=SHANGHAI)),
        case,
        channel=PaymentChannel.WECHAT,
        kind=PaymentKind.ORDINARY,
        expected_fen=None,
    )
    assert isinstance(answer, SpecialPaymentRequired)
    assert answer.group is told


def test_a_refusal_stands_even_where_no_document_is_behind_it(book: PolicyBook) -> None:
    answer = quoted(book, date(2019, 12, 31), standing(relation=None, coverage_year=2020))
    assert isinstance(answer, NotThePayer)
    assert answer.basis is None


def test_suining_can_be_paid_until_the_end_of_december(book: PolicyBook) -> None:
    quote = granted(quoted(book, date(2024, 12, 31), standing(SUINING)))
    assert (quote.amount_fen, quote.in_window) == (40_000, True)
    assert (quote.coverage_from, quote.coverage_until) == (date(2025, 1, 1), date(2025, 12, 31))
