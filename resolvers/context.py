"""What one request carries (请求上下文), and the only place that reads the machine's clock and its randomness."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from domain.store.engine import Database
from domain.vocabulary import Id, Instant, RegionCode, Role, Transport, Viewer, business_date, region_span

if TYPE_CHECKING:
    from resolvers.buckets import Meter
    from resolvers.plan.documents import Operation
    from resolvers.world import World

MachineClock = Callable[[], float]

machine_clock: MachineClock = time.time
"""Seconds since the epoch as the machine says; everything else is told the time."""


def new_secret(size: int = 18) -> str:
    """A text that nobody can guess, of so many random bytes: request ids, stream tokens, a world's signing key."""
    return secrets.token_urlsafe(size)


@dataclass(eq=False, slots=True)
class Trace:
    """What became of a request, for counts and logs: its operation and what that may come to, once they are known."""

    meter: Meter | None = None
    """What the request takes from its client's bucket; None where nobody counts."""
    operation: Operation | None = None
    cost: int | None = None
    """How many JSON values the answer can hold."""
    registered: bool | None = None
    """Whether its document is registered; None where there is no register."""
    refused: list[str] | None = None
    """Codes of the refusals that its answer tells; None for none."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request inside one world: who asks, when in the world's time, and under which id."""

    world: World
    viewer: Viewer
    request_id: str
    now: Instant
    trace: Trace = field(default_factory=Trace)
    transport: Transport = Transport.HTTP
    purpose: str | None = None
    """Why it is asked, in the client's own words; None where none were given."""

    @property
    def today(self) -> date:
        return business_date(self.now)

    @property
    def actor(self) -> Id:
        """The citizen who acts, 0 where none does."""
        return self.viewer.person_id if self.viewer.role is Role.CITIZEN else Id(0)

    @property
    def officer(self) -> Id:
        """The officer who acts for a unit, 0 where none does."""
        return self.viewer.person_id if self.viewer.role is Role.UNIT_OFFICER else Id(0)

    @property
    def clerk(self) -> Id:
        """The clerk who acts, as a persona, 0 where none does."""
        return self.viewer.persona_id if self.viewer.role is Role.CLERK else Id(0)

    @property
    def institution(self) -> Id:
        """The hospital or pharmacy that acts, 0 where none does."""
        return self.viewer.institution_id if self.viewer.role is Role.HOSPITAL else Id(0)

    @property
    def database(self) -> Database:
        return self.world.database

    @property
    def region_span(self) -> tuple[RegionCode, RegionCode]:
        return region_span(self.viewer.region)
