"""Whether a relation is transferred, by when, and how many months that carries."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.records import Account
from domain.decisions.transferring import (
    Application,
    Candidate,
    Employment,
    Months,
    Origin,
    PresentEnrolment,
    TransferOnRecord,
    account_moves,
    account_received,
    applied,
    carried,
    distinct_months,
    joint,
    late_from,
    months_of,
    received,
    step_at,
    withdrawn,
)
from domain.decisions.working_days import WorkingDay
from domain.policy import PolicyBook
from domain.refusals import OutsideParty, Refusal
from domain.vocabulary import (
    SHANGHAI,
    AccountStatus,
    DayCalendar,
    Fen,
    Id,
    Instant,
    RegionCode,
    TransferStatus,
    instant,
)

XIXIU, SHENZHEN, SUINING = RegionCode("520402"), RegionCode("440300"), RegionCode("510900")
HERE = PresentEnrolment(Id(5), XIXIU, date(2023, 11, 20))
SOMEBODY = Candidate(Id(1), "a number", HERE, None)
FOUR_YEARS = Employment(date(2019, 7, 1), date(2023, 10, 31))
LEFT = Origin(SHENZHEN, [FOUR_YEARS], None)
OPEN = Account(Id(7), RegionCode("510903"), AccountStatus.OPEN, Fen(5_000), 3)


def at(text: str) -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


MONDAY = at("2024-12-16 09:00")


@pytest.mark.parametrize(
    ("candidate", "origin", "refusal"),
    [
        pytest.param(replace(SOMEBODY, present=None), LEFT, "NotEnrolledAsEmployee", id="insured as nothing"),
        pytest.param(replace(SOMEBODY, under_way=Id(9)), LEFT, "TransferUnderWay", id="one is under way"),
        pytest.param(SOMEBODY, replace(LEFT, employments=[]), "NothingToTransfer", id="never insured there"),
        pytest.param(
            SOMEBODY, replace(LEFT, area=RegionCode("520400")), "NothingToTransfer", id="the city of the present place"
        ),
        pytest.param(
            SOMEBODY,
            replace(LEFT, employments=[FOUR_YEARS, Employment(date(2024, 1, 1), None)]),
            "StillEnrolledThere",
            id="one of two is in force",
        ),
        pytest.param(
            SOMEBODY, replace(LEFT, transferred_on=date(2023, 10, 31)), "NothingToTransfer", id="transferred before"
        ),
        pytest.param(
            SOMEBODY,
            replace(LEFT, employments=[], unanswered=OutsideParty.OTHER_PROVINCES),
            "PartyDoesNotAnswer",
            id="the other province is silent",
        ),
        pytest.param(
            replace(SOMEBODY, under_way=Id(9)),
            replace(LEFT, employments=[]),
            "TransferUnderWay",
            id="of two the first by precedence",
        ),
    ],
)
def test_an_application_is_refused(book: PolicyBook, candidate: Candidate, origin: Origin, refusal: str) -> None:
    assert type(applied(book, MONDAY, candidate, origin)).__name__ == refusal


@pytest.mark.parametrize(
    ("now", "accepted", "form_due", "due", "calendar"),
    [
        pytest.param("2024-12-16 09:00", "2024-12-16", "2024-12-30", "2025-01-07", "OFFICIAL", id="over New Year"),
        pytest.param("2024-12-16 17:00", "2024-12-17", "2024-12-31", "2025-01-08", "OFFICIAL", id="after hours"),
        pytest.param(
            "2025-01-18 10:00", "2025-01-20", "2025-02-08", "2025-02-14", "OFFICIAL", id="over New Year's feast"
        ),
        pytest.param(
            "2026-12-21 10:00", "2026-12-21", "2027-01-04", "2027-01-11", "WEEKDAYS_ONLY", id="into a year unannounced"
        ),
    ],
)
def test_an_application_is_due(
    book: PolicyBook, now: str, accepted: str, form_due: str, due: str, calendar: str
) -> None:
    decision = applied(book, at(now), SOMEBODY, LEFT)
    assert isinstance(decision, Application)
    assert decision.accepted_on.isoformat() == accepted
    assert decision.form_due_on.isoformat() == form_due
    assert decision.due == WorkingDay(date.fromisoformat(due), DayCalendar[calendar])


def test_what_ended_after_the_last_form_is_transferred_anew(book: PolicyBook) -> None:
    again = replace(LEFT, transferred_on=date(2021, 5, 1))
    assert isinstance(applied(book, MONDAY, SOMEBODY, again), Application)
    assert again.ended == [FOUR_YEARS]
    assert replace(LEFT, transferred_on=date(2023, 10, 31)).ended == []


def test_the_new_place_has_five_working_days_from_the_form(book: PolicyBook) -> None:
    assert received(book, at("2024-12-27 10:00"), XIXIU) == (WorkingDay(date(2025, 1, 6), DayCalendar.OFFICIAL), 5)


def test_a_step_is_done_at_ten_o_clock_of_a_working_day_and_never_before_now() -> None:
    assert step_at(date(2024, 12, 31), 1, MONDAY) == at("2025-01-02 10:00")
    assert step_at(date(2024, 12, 13), 1, at("2024-12-16 11:00")) == at("2024-12-16 11:00")


def test_a_step_is_late_when_its_day_has_ended() -> None:
    assert late_from(date(2024, 12, 30)) == at("2024-12-31 00:00")


def test_two_periods_are_official_only_together() -> None:
    official, weekdays = DayCalendar.OFFICIAL, DayCalendar.WEEKDAYS_ONLY
    assert joint(official, official) is official
    assert {joint(official, weekdays), joint(weekdays, official), joint(weekdays, weekdays)} == {weekdays}


@pytest.mark.parametrize(
    ("periods", "counted", "months"),
    [
        pytest.param([(201907, 202310)], [], 52, id="four years and four months"),
        pytest.param([(201907, 201907)], [], 1, id="one month"),
        pytest.param([(202311, 202402)], [], 4, id="over the turn of a year"),
        pytest.param([(201907, 202310)], [(202310, 202412)], 51, id="a month in both places counts once"),
        pytest.param([(202001, 202006), (202004, 202009)], [], 9, id="two jobs at once count once"),
        pytest.param([(202001, 202006)], [(201901, 202112)], 0, id="all of it counted already"),
        pytest.param([], [(201901, 202112)], 0, id="nothing there"),
    ],
)
def test_months_are_carried(
    book: PolicyBook, periods: list[tuple[int, int]], counted: list[tuple[int, int]], months: int
) -> None:
    there, before = [Months(*one) for one in periods], [Months(*one) for one in counted]
    assert carried(book, date(2024, 12, 27), XIXIU, there, before) == months


def test_an_enrolment_has_the_months_of_its_first_and_last_day() -> None:
    assert months_of(date(2019, 7, 31), date(2023, 10, 1)) == Months(201907, 202310)


MONTHS = st.tuples(st.integers(1990, 2050), st.integers(1, 12)).map(lambda one: one[0] * 100 + one[1])
PERIODS = st.lists(st.tuples(MONTHS, MONTHS).map(lambda pair: Months(min(pair), max(pair))), max_size=6)


@given(there=PERIODS, before=PERIODS)
def test_no_month_is_ever_counted_twice(there: list[Months], before: list[Months]) -> None:
    """What is carried and what counted already make exactly the months that either has."""
    assert distinct_months(there, before) + distinct_months(before) == distinct_months([*there, *before])
    assert distinct_months(there) <= sum(len(one.each()) for one in there)


@given(there=PERIODS, before=PERIODS)
def test_the_order_of_transfers_changes_nothing_in_all(there: list[Months], before: list[Months]) -> None:
    one_way = distinct_months(there) + distinct_months(before, there)
    assert one_way == distinct_months(before) + distinct_months(there, before)


@pytest.mark.parametrize(
    ("account", "balance", "after"),
    [
        (OPEN, 10_000, (15_000, 4)),
        (replace(OPEN, status=AccountStatus.FROZEN), 10_000, (15_000, 4)),
        (replace(OPEN, status=AccountStatus.CLOSED), 10_000, None),
        (OPEN, 0, None),
        (None, 10_000, None),
    ],
)
def test_money_of_another_province_enters_an_account_that_is_there(
    account: Account | None, balance: int, after: tuple[int, int] | None
) -> None:
    found = account_received(account, Fen(balance))
    assert (None if found is None else (found.balance_fen, found.entry_count)) == after


@pytest.mark.parametrize(
    ("account", "moves"),
    [
        (OPEN, True),
        (replace(OPEN, status=AccountStatus.FROZEN), True),
        (replace(OPEN, status=AccountStatus.CLOSED), False),
        (replace(OPEN, region=XIXIU), False),
        (None, False),
    ],
)
def test_an_account_in_the_place_that_is_left_moves_along(account: Account | None, moves: bool) -> None:
    assert account_moves(account, SUINING) is moves


@pytest.mark.parametrize(
    ("actor", "status", "refusal"),
    [
        (1, TransferStatus.UNTREATED, None),
        (1, TransferStatus.PROCESSING, None),
        (1, TransferStatus.DONE, "TransferNotWithdrawable"),
        (1, TransferStatus.WITHDRAWN, "TransferNotWithdrawable"),
        (2, TransferStatus.UNTREATED, "TransferNotFound"),
        (1, None, "TransferNotFound"),
    ],
)
def test_a_transfer_is_withdrawn_by_its_person_while_it_is_under_way(
    actor: int, status: TransferStatus | None, refusal: str | None
) -> None:
    transfer = None if status is None else TransferOnRecord(Id(9), Id(1), XIXIU, SHENZHEN, status)
    found: Refusal | None = withdrawn(Id(actor), transfer)
    assert (None if found is None else type(found).__name__) == refusal
