"""When pensioners' accounts are credited, and how much each receives (退休人员个人账户划账)."""

from __future__ import annotations

from datetime import date, timedelta

from domain.policy import PolicyBook
from domain.vocabulary import NATION, Fen, RegionCode


def pensioner_credit(book: PolicyBook, area: RegionCode, day: date) -> Fen:
    """What the account of a pensioner of that place receives for that day's month. Raises PolicyUnknown."""
    return book.fact("personal_account.pensioner_credit", area=area, on=day).fen


def next_credit_day(book: PolicyBook, day: date) -> date:
    """The day of credit in the month after that day's. Raises PolicyUnknown."""
    following = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return following.replace(day=book.fact("personal_account.pensioner_credit_day", area=NATION, on=following).days)
