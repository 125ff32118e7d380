"""What an operation is given beside its orders (办理环境): policy, outside parties, the time and new ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.decisions.webhook_targets import PUBLIC, Targets
from domain.policy import PolicyBook
from domain.ports import Ids, Outside
from domain.vocabulary import Instant, business_date

IDS_PER_ORDER = 3
"""The most ids that one order of any operation takes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The world around one batch. `now` is the world's time for all of its orders, `machine_now` the machine's.

    `secret` gives a text that nobody can guess, another one every time; `targets` are what webhooks deliver to.
    """

    policy: PolicyBook
    outside: Outside
    now: Instant
    ids: Ids
    seed: int
    secret: Callable[[], str]
    machine_now: int = 0
    targets: Targets = PUBLIC

    @property
    def on(self) -> date:
        """The business day (业务日期)."""
        return business_date(self.now)

    def drawn(self, stream: str, case: int, first: int, last: int) -> int:
        """What this world's seed decides for a case: a whole number from `first` to `last`, both included."""
        return self.outside.chance.between(self.seed, stream, case, first, last)
