"""Where a world's clock may go (世界时钟): forward only, and not beyond the calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from domain.refusals import ClockIsAdvancing, ClockNeverGoesBack, Refusal
from domain.vocabulary import SHANGHAI, Instant, instant

MOST_RATE: Final = 86_400
"""How many seconds of a world may pass in one of the machine's: a day."""
END_OF_TIME: Final = instant(datetime(2100, 1, 1, tzinfo=SHANGHAI))
"""A world ends before this moment: no working-day calendar and no identity number goes further."""


def advance_refused(to: Instant, now: Instant, until: Instant | None) -> Refusal | None:
    """Why the clock, which shows `now`, cannot be advanced; `until` is what it is on its way to, None where nothing."""
    if until is not None:
        return ClockIsAdvancing(until=until)
    return ClockNeverGoesBack(now=now) if to <= now else None
