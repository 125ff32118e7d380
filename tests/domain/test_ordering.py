"""When a channel that has not answered is asked again: sooner at first, and hourly in the end."""

import pytest

from domain.decisions.ordering import asked_again_at
from domain.policy import PolicyBook
from domain.vocabulary import Instant, RegionCode

SINCE = Instant(1_734_310_800)


@pytest.mark.parametrize(
    ("silent_for", "pause"),
    [(0, 60), (59, 60), (60, 60), (61, 61), (1_800, 1_800), (3_600, 3_600), (3_601, 3_600), (864_000, 3_600)],
)
def test_the_longer_a_channel_is_silent_the_later_it_is_asked_again(
    silent_for: int, pause: int, book: PolicyBook
) -> None:
    now = Instant(SINCE + silent_for)
    assert asked_again_at(book, now, SINCE, RegionCode("520402")) == now + pause
