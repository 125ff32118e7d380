"""Whether an office is open, until when, and when it opens next."""

from datetime import datetime, time

import pytest

from domain.decisions.opening import opening
from domain.policy.matters import Session
from domain.vocabulary import SHANGHAI, DayCalendar, Instant, instant

SESSIONS = (Session(time(9), time(12)), Session(time(13), time(17)))


def at(text: str) -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("moment", "closes", "opens"),
    [
        pytest.param("2025-03-03 08:59:59", None, "2025-03-03 09:00", id="a second before it opens"),
        pytest.param("2025-03-03 09:00:00", "2025-03-03 12:00", "2025-03-03 13:00", id="when it opens"),
        pytest.param(
            "2025-03-03 11:59:59", "2025-03-03 12:00", "2025-03-03 13:00", id="the last second of the morning"
        ),
        pytest.param("2025-03-03 12:00:00", None, "2025-03-03 13:00", id="at noon"),
        pytest.param("2025-03-03 13:00:00", "2025-03-03 17:00", "2025-03-04 09:00", id="when the break ends"),
        pytest.param("2025-03-03 16:59:59", "2025-03-03 17:00", "2025-03-04 09:00", id="the last second of the day"),
        pytest.param("2025-03-03 17:00:00", None, "2025-03-04 09:00", id="after hours"),
        pytest.param("2025-02-28 17:00:00", None, "2025-03-03 09:00", id="on Friday evening"),
        pytest.param("2025-03-01 10:00:00", None, "2025-03-03 09:00", id="on a Saturday"),
        pytest.param("2025-02-08 10:00:00", "2025-02-08 12:00", "2025-02-08 13:00", id="on a Saturday that is worked"),
        pytest.param("2025-01-26 16:00:00", "2025-01-26 17:00", "2025-01-27 09:00", id="on a Sunday that is worked"),
        pytest.param("2025-01-27 17:00:00", None, "2025-02-05 09:00", id="on the eve of Spring Festival 2025"),
        pytest.param("2024-10-01 10:00:00", None, "2024-10-08 09:00", id="on National Day 2024"),
        pytest.param("2025-10-08 23:59:59", None, "2025-10-09 09:00", id="on the last night of National Day 2025"),
        pytest.param("2026-02-14 17:00:00", None, "2026-02-24 09:00", id="on the eve of Spring Festival 2026"),
        pytest.param("2026-02-22 10:00:00", None, "2026-02-24 09:00", id="during Spring Festival 2026"),
    ],
)
def test_an_office_stands(moment: str, closes: str | None, opens: str) -> None:
    found = opening(at(moment), SESSIONS)
    assert (found.closes_at, found.opens_at) == (None if closes is None else at(closes), at(opens))
    assert found.calendar is DayCalendar.OFFICIAL


@pytest.mark.parametrize("moment", ["2099-01-01 10:00", "2026-12-31 18:00"])
def test_where_no_holidays_are_announced_the_answer_says_so(moment: str) -> None:
    assert opening(at(moment), SESSIONS).calendar is DayCalendar.WEEKDAYS_ONLY
