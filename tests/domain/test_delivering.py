"""What goes out to a webhook and when: in each person's order, less and less often while it fails, and to an end."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.delivering import (
    AT_ONCE,
    ATTEMPTS,
    BREAKER_AFTER,
    LONGEST_PAUSE,
    LONGEST_PROBE,
    Breaker,
    Waiting,
    after_failure,
    drawn,
    first_of_each,
    next_out,
    pause_after,
)
from domain.vocabulary import AttemptOutcome, Id

FAILED, DELIVERED = AttemptOutcome.HTTP_ERROR, AttemptOutcome.DELIVERED
DAY = 86_400


def test_the_schedule_takes_about_three_days_and_ends() -> None:
    pauses = [pause_after(attempts, 0.5) for attempts in range(1, ATTEMPTS)]
    assert pauses[:4] == [6, 18, 54, 162]
    assert pauses == sorted(pauses, key=lambda pause: pause or 0)
    assert 2.9 * DAY < sum(pause or 0 for pause in pauses) < 3.1 * DAY
    assert pause_after(ATTEMPTS, 0.5) is None


@given(st.integers(1, ATTEMPTS - 1), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_a_fifth_shorter_or_longer_at_most(attempts: int, chance: float) -> None:
    plain, found = pause_after(attempts, 0.5), pause_after(attempts, chance)
    assert plain is not None
    assert found is not None
    assert abs(found - plain) <= plain * 0.2 + 1
    assert found <= LONGEST_PAUSE * 1.2


@given(st.lists(st.integers(0, 2**62), min_size=1, max_size=4))
def test_what_is_drawn_is_the_same_every_time(what: list[int]) -> None:
    assert 0 <= drawn(7, *what) < 1
    assert drawn(7, *what) == drawn(7, *what)
    assert drawn(8, *what) != drawn(7, *what)


def test_a_breaker_opens_grows_and_closes() -> None:
    breaker = Breaker()
    for _ in range(BREAKER_AFTER - 1):
        breaker = breaker.after(FAILED, 100)
    assert not breaker.is_open
    assert breaker.room(100, 3) == AT_ONCE - 3
    pauses = []
    for _ in range(12):
        breaker = breaker.after(FAILED, 100)
        assert breaker.is_open
        assert breaker.probe_at is not None
        pauses.append(breaker.probe_at - 100)
        assert breaker.room(breaker.probe_at - 1, 0) == breaker.room(breaker.probe_at, 1) == 0
        assert breaker.room(breaker.probe_at, 0) == 1
    assert pauses[:4] == [5, 10, 20, 40]
    assert pauses[-1] == LONGEST_PROBE
    assert breaker.after(DELIVERED, 100) == Breaker()


@pytest.mark.parametrize("probing", [False, True])
@given(
    subjects=st.lists(st.integers(0, 4), min_size=1, max_size=30),
    fails=st.dictionaries(st.integers(1, 30), st.integers(0, 14)),
    late=st.randoms(use_true_random=False),
)
def test_each_event_is_delivered_or_given_up_and_those_of_a_person_in_order(
    probing: bool,
    subjects: list[int],
    fails: dict[int, int],
    late: object,
) -> None:
    """`fails` is how often each event fails; `late` decides which of those on their way comes back first."""
    waiting = {
        number: Waiting(number, (0, number), Id(number), Id(subject), 0, 0)
        for number, subject in enumerate(subjects, start=1)
    }
    flying: dict[int, Waiting] = {}
    ended: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    made: dict[int, int] = defaultdict(int)
    breaker, now = Breaker(), 0
    while waiting:
        room = breaker.room(now, len(flying)) if probing else AT_ONCE - len(flying)
        for one in next_out(list(waiting.values()), flying, room, now):
            assert one.due_at <= now
            flying[one.id] = one
        assert len(flying) <= AT_ONCE
        subjects_flying = [one.subject_id for one in flying.values()]
        assert len(set(subjects_flying)) == len(subjects_flying)
        if not flying:
            times = [one.due_at for one in first_of_each(list(waiting.values()))]
            now = max(now + 1, min(times), breaker.probe_at or 0 if probing else 0)
            continue
        one = flying.pop(late.choice(sorted(flying)))  # type: ignore[attr-defined]
        made[one.id] += 1
        arrived = made[one.id] > fails.get(one.id, 0)
        breaker = breaker.after(DELIVERED if arrived else FAILED, now)
        again = None if arrived else after_failure(one, now, 11, Id(1))
        if again is None:
            ended[one.subject_id].append((one.id, arrived))
            del waiting[one.id]
        else:
            assert again.due_at > now
            waiting[one.id] = again
    for finished in ended.values():
        assert [number for number, _ in finished] == sorted(number for number, _ in finished)
    for number, arrived in (one for finished in ended.values() for one in finished):
        assert arrived == (fails.get(number, 0) < ATTEMPTS)
        assert made[number] == min(fails.get(number, 0) + 1, ATTEMPTS)
