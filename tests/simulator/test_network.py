"""What befalls which event on its way to a subscriber: decided, and the same each time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.ports import EventFault, FaultyDelivery
from simulator.network import SimulatedNetwork

NETWORK = SimulatedNetwork()
SHARES = st.dictionaries(st.sampled_from(EventFault), st.floats(0, 1), min_size=1)
MANY = 4_000


def befalling(
    faults: FaultyDelivery, event: str, *, seed: int = 7, subscriber: str = "an app", attempt: int = 0
) -> frozenset[EventFault]:
    return NETWORK.befalling(faults, seed=seed, subscriber=subscriber, attempt=attempt, event=event)


def lost(faults: FaultyDelivery, *, seed: int = 7, subscriber: str = "an app", attempt: int = 0) -> set[int]:
    """Which of many events are lost."""
    return {
        number
        for number in range(MANY)
        if befalling(faults, str(number), seed=seed, subscriber=subscriber, attempt=attempt)
    }


@given(shares=SHARES, own=st.text(max_size=8), event=st.text(max_size=20), attempt=st.integers(0, 9))
def test_the_same_event_meets_the_same_faults_and_none_that_were_not_asked_for(
    shares: dict[EventFault, float], own: str, event: str, attempt: int
) -> None:
    faults = FaultyDelivery(shares, seed=own)
    met = befalling(faults, event, attempt=attempt)
    assert met == befalling(faults, event, attempt=attempt)
    assert met <= {fault for fault, share in shares.items() if share > 0}
    assert met >= {fault for fault, share in shares.items() if share == 1}
    # What else is asked for changes nothing for a fault.
    for fault, share in shares.items():
        assert (fault in met) is bool(befalling(FaultyDelivery({fault: share}, seed=own), event, attempt=attempt))


def test_about_its_share_of_the_events_is_befallen() -> None:
    for share in (0.01, 0.1, 0.5):
        found = len(lost(FaultyDelivery({EventFault.LOST: share}))) / MANY
        assert abs(found - share) < 5 * (share / MANY) ** 0.5


def test_world_subscriber_seed_and_attempt_each_choose_other_events() -> None:
    tenth = {EventFault.LOST: 0.1}
    chosen = [
        lost(FaultyDelivery(tenth)),
        lost(FaultyDelivery(tenth), seed=8),
        lost(FaultyDelivery(tenth), subscriber="another"),
        lost(FaultyDelivery(tenth), attempt=1),
        lost(FaultyDelivery(tenth, seed="again")),
    ]
    for place, one in enumerate(chosen):
        for other in chosen[:place]:
            # Two independent tenths share a hundredth.
            assert len(one & other) < 0.03 * MANY
