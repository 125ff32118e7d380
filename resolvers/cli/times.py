"""Moments and lengths of time as whoever types a command writes them (时刻与时长)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from resolvers.cli.failures import CommandFailed, ExitCode

if TYPE_CHECKING:
    from domain.vocabulary import Instant

_AMOUNT = re.compile(r"([1-9][0-9]{0,8})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def instant_of(text: str) -> Instant:
    """An instant or day in ISO 8601, of Asia/Shanghai where it names no offset."""
    from domain.vocabulary import SHANGHAI, instant

    try:
        moment = datetime.fromisoformat(text)
        return instant(moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI))
    except (ValueError, OverflowError) as error:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{text!r} is no instant",
            str(error),
            "Write it as 2024-12-01 or 2024-12-01T09:00+08:00",
        ) from error


def seconds_of(text: str) -> int:
    """A length of time, such as 90s, 30m, 24h or 3d."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{text!r} is no length of time",
            "it is a whole number and one of s, m, h, d",
            "Write it as 90s, 30m, 24h or 3d",
        )
    return int(found[1]) * _SECONDS[found[2]]
