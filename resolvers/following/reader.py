"""One subscription that follows the log (日志的一个跟随者): its past by statements of its own, then with its group.

It joins the group before it reads what may be the last of its past. So everything that its statement does not see is in
a batch of the group, and what is in both it knows by its place. One that does not take what comes leaves the group, and
reads on from where it is: nobody waits for it, and nothing is lost.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Awaitable, Callable
from itertools import accumulate
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Final

from domain.store.log import Place
from resolvers.fields.log_places import expired
from resolvers.following.interest import NOTHING, Interest
from resolvers.following.telling import Shown, Telling, divided, following_another
from resolvers.service import Batch, BatchStream, Take
from resolvers.tallies import LogReader

if TYPE_CHECKING:
    from resolvers.context import Request
    from resolvers.following.hub import Group

BUFFERED: Final = 1_000
BUFFERED_BYTES: Final = 256 * 1024
"""How many events, and how many bytes of them, wait for one subscription whose connection is full."""
LEAST_PAGE: Final = 50
FIRST_PAGE: Final = 100
MOST_PAGE: Final = 1_000
"""How many events of its past a subscription reads at once: more while that is quick, fewer while it is not."""
PAGE_VALUES: Final = 4_000
"""How many JSON values the first page may come to, and each that is not quick: of wide events fewer are read."""
QUICK_SECONDS: Final = 0.004
SLOW_SECONDS: Final = 0.008
"""Seconds of the processor, so that a page does not shrink when the machine is busy with something else."""
PAST_BYTES: Final = 256 * 1024
"""How many bytes of its past wait for one subscription; what is read beyond them is read again."""


class Reader(BatchStream):
    """See the module. It starts from a place, from now on without one; `after` is the cursor that names it, where the
    client did. `begin` is asked before anything is read, and says what may concern it.
    """

    __slots__ = (
        "_begin",
        "_behind",
        "_buffer",
        "_failure",
        "_group",
        "_hub",
        "_interest",
        "_last",
        "_least",
        "_left",
        "_live",
        "_near",
        "_page",
        "_past",
        "_place",
        "_take",
        "_waiter",
        "buffered",
        "buffered_bytes",
        "request",
        "telling",
    )

    def __init__(
        self,
        request: Request,
        telling: Telling,
        begin: Callable[[], Awaitable[Interest]],
        place: Place | None,
        after: str | None,
        most: int | None,
    ) -> None:
        super().__init__()
        self.request = request
        self._hub = request.world.hub
        self.telling = telling
        self._interest = NOTHING
        self._begin: Callable[[], Awaitable[Interest]] | None = begin
        self._place = place
        self._last = after
        self._left = most
        self._group: Group | None = None
        """Whose batches it is given; None while it reads by itself."""
        self._live = False
        """It has read all that its group was shown before it joined."""
        self._near = True
        bearable = max(PAGE_VALUES // telling.values, 1)
        self._least = min(LEAST_PAGE, bearable)
        self._page = min(FIRST_PAGE, bearable)
        self._past: list[Shown] = []
        self._buffer: list[Shown] = []
        self.buffered = 0
        self.buffered_bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self._take: Take | None = None
        self._failure: Exception | None = None
        self._behind = LogReader()
        request.world.tallies.readers.add(self._behind)

    # ---- what the transport asks ---------------------------------------------------------------------------------

    async def batch(self) -> Batch | None:
        while self._left is None or self._left > 0:
            waiting = self._past or self._buffer
            if waiting:
                ready = self._own(self._popped(waiting))
                if ready is not None:
                    return ready
            elif self._failure is not None:
                raise self._failure
            elif self._live:
                await self._wait()
            else:
                self._falls_behind()
                await self._read()
        return None

    def push(self, take: Take) -> None:
        self._take = take

    async def aclose(self) -> None:
        self._leave()
        self._past.clear()
        self._drop_buffer()
        self._left = 0
        self.request.world.tallies.readers.discard(self._behind)

    async def _wait(self) -> None:
        """Returns when something has come that could not be handed over at once."""
        self._behind.behind_since = None
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _falls_behind(self) -> None:
        if self._behind.behind_since is None:
            self._behind.behind_since = perf_counter()

    def _popped(self, waiting: list[Shown]) -> Shown:
        found = waiting.pop(0)
        if waiting is self._buffer:
            self.buffered -= len(found.places)
            self.buffered_bytes -= found.size
        return found

    def _drop_buffer(self) -> None:
        self._buffer.clear()
        self.buffered = self.buffered_bytes = 0

    def _own(self, shown: Shown) -> Batch | None:
        """What of a batch this subscription has not had yet, as it continues it; it is so far from now on."""
        items, places = shown.batch.items, shown.places
        assert self._place is not None
        begin = bisect_right(places, self._place)
        end = len(items) if self._left is None else min(len(items), begin + self._left)
        if begin == end:
            return None
        batch = shown.batch
        before = shown.follows if begin == 0 else items[begin - 1].id
        if before != self._last or end - begin < len(items):
            own = list(items[begin:end])
            if before != self._last:
                own[0] = following_another(own[0], before, self._last)
            batch = Batch(own, shown.batch.spent)
        self._place, self._last = places[end - 1], items[end - 1].id
        if self._left is not None:
            self._left -= end - begin
        return batch

    # ---- its past ------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        """Reads on from its place; where that may be the last of its past, as a member of its group already."""
        if self._begin is not None:
            self._interest = await self._begin()
            self._begin = None
        if self._near:
            self._group = await self._hub.join(self, self._interest, self._last)
            # It is the same for all of the group.
            self.telling = self._group.telling
        try:
            if self._place is None:
                self._place = await self._hub.end(self.request.world)
                ended = True
            elif self._group is not None and self._place >= self._hub.tail:
                # What comes after its place has not been handed to the group yet.
                ended = True
            else:
                ended = await self._read_page(self._place)
        except BaseException:
            self._leave()
            self._drop_buffer()
            raise
        if not ended:
            self._leave()
            # What the group was shown meanwhile lies behind what is still to be read.
            self._drop_buffer()
        self._near = ended
        if self._group is not None:
            self._live = True
            self._group.begins(self._past[-1].last if self._past else self._last)

    async def _read_page(self, after: Place) -> bool:
        """Reads a page of its past; whether nothing came after it when it was read."""
        async with self._hub.reading:
            begun = thread_time()
            told = await self.telling.on(after, self._page)
            seconds = thread_time() - begun
        world = self.request.world
        count = len(told.places)
        if count and told.places[0] <= world.record.horizon:
            raise expired(world)
        ended = count < self._page
        if seconds > SLOW_SECONDS:
            self._page = max(self._page // 2, self._least)
        elif not ended and seconds < QUICK_SECONDS:
            self._page = min(self._page * 2, MOST_PAGE)
        room = bisect_right(list(accumulate(map(len, told.events))), PAST_BYTES) + 1
        if room < count:
            told, ended = told.first(room), False
            self._page = max(min(self._page, room), self._least)
        if told.places:
            events = await self.telling.shown(told, self.request)
            items = self.telling.responses(told, events, self._last)
            self._past.extend(divided(items, told.places, self._last))
        return ended

    # ---- what its group gives it ---------------------------------------------------------------------------------

    def receive(self, shown: Shown) -> None:
        """Its group was shown a batch: handed over at once where there is room, else it waits within bounds."""
        if self._group is None:
            return
        if (
            self._waiter is not None
            and self._take is not None
            and not self._buffer
            and self._left is None
            and shown.follows == self._last
            and self._place < shown.places[0]  # type: ignore[operator]
            and self._take(shown.batch)
        ):
            self._place, self._last = shown.places[-1], shown.batch.items[-1].id
            return
        self._falls_behind()
        if self.buffered + len(shown.places) > BUFFERED or self.buffered_bytes + shown.size > BUFFERED_BYTES:
            self.request.world.tallies.tailing.fallbacks += 1
            self._leave()
        else:
            self._buffer.append(shown)
            self.buffered += len(shown.places)
            self.buffered_bytes += shown.size
        self._wake()

    def fail(self, error: Exception) -> None:
        """Nothing more can be told, and why."""
        self._failure = error
        self._leave()
        self._wake()

    def _leave(self) -> None:
        self._live = False
        if self._group is not None:
            group, self._group = self._group, None
            group.leave(self)
