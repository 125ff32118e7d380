"""How much each client may ask for in a while (限流): a bucket of cost for each, which fills again with time.

A bucket is one number, the second at which it will be full again (GCRA, the generic cell rate algorithm): what has not
run in by then is missing. Whoever never asked, or has not for long, has a full one, and nothing is kept of them.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from domain.vocabulary import Viewer

REMEMBERED: Final = 50_000
"""How many buckets a process keeps. Beyond them the one that was used least lately is full again."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How a bucket is: what it holds when it is full, and how much runs in each second."""

    capacity: int
    refill: int

    def remaining(self, full_at: float, now: float) -> float:
        """What is in a bucket that will be full at that second."""
        return self.capacity - max(0.0, full_at - now) * self.refill

    def taken(self, full_at: float, now: float, cost: int) -> tuple[float, float]:
        """When the bucket is full again after so much was taken from it, and 0; or as it was, and the seconds to wait.

        Whoever waits so long, and asks nothing else meanwhile, is given it. Nobody can take more than the capacity.
        """
        after = (full_at if full_at > now else now) + cost / self.refill
        wait = after - now - self.capacity / self.refill
        return (full_at, wait) if wait > 1e-6 else (after, 0.0)


class Buckets:
    """The buckets of one process, by client. Nothing of it runs by itself."""

    def __init__(self, rate: Rate, remembered: int = REMEMBERED) -> None:
        self.rate = rate
        self._remembered = remembered
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def remaining(self, client: Hashable, now: float) -> int:
        """How much a client may still take at this moment: whole units, of which a sum of seconds may miss a trifle."""
        return int(self.rate.remaining(self._full_at.get(client, now), now) + 1e-3)

    def take(self, client: Hashable, now: float, cost: int) -> int:
        """Takes that much from a client's bucket and gives 0; or takes nothing, and gives the whole seconds to wait."""
        full_at = self._full_at
        full_at[client], wait = self.rate.taken(full_at.get(client, now), now, cost)
        full_at.move_to_end(client)
        if len(full_at) > self._remembered:
            full_at.popitem(last=False)
        return math.ceil(wait) if wait else 0


class Meter:
    """What one request takes from its client's bucket: all at once, at least 1, and only once."""

    __slots__ = ("_buckets", "_client", "_now", "paid")

    def __init__(self, buckets: Buckets, client: Hashable, now: float) -> None:
        self._buckets = buckets
        self._client = client
        self._now = now
        self.paid = False

    def is_empty(self) -> int:
        """The seconds to wait where the bucket has nothing left, even for the least; otherwise 0."""
        missing = 1 - self._buckets.remaining(self._client, self._now)
        return math.ceil(missing / self._buckets.rate.refill) if missing > 0 else 0

    def take(self, cost: int) -> int:
        """As `Buckets.take`."""
        self.paid = True
        return self._buckets.take(self._client, self._now, cost or 1)

    def told(self) -> dict[str, int]:
        """The bucket as `extensions.cost` has it."""
        rate = self._buckets.rate
        return {
            "capacity": rate.capacity,
            "remaining": self._buckets.remaining(self._client, self._now),
            "refillPerSecond": rate.refill,
        }


def client_of(viewer: Viewer, world: str, peer: str | None) -> Hashable:
    """Whose bucket a request takes from: that of the app, else of the person or persona, else of the address."""
    if viewer.client_id:
        return world, "client", viewer.client_id
    if viewer.person_id:
        return world, "person", viewer.person_id
    if viewer.persona_id:
        return world, "persona", viewer.persona_id
    return None if peer is None else _network(peer)


@lru_cache(maxsize=4096)
def _network(peer: str) -> str:
    """The address itself; of IPv6, the network of 64 bits that one subscriber has to himself."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((int(address), 64), strict=False))
    return peer
