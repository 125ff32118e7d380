"""One reader of the log's tail for all who follow it in this process (日志尾部的唯一读者).

On each wake-up it reads the headers of what has settled, and hands each event to the groups that it may concern. Of a
group are all subscriptions that are told the same of the same events: one statement is run for them, what is shown is
recorded once, and the bytes are shared. Groups do not wait for one another, and none waits for a member.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Final

from domain.store.engine import SPENT, Spent, StoreUnavailable
from domain.store.log import Header, Place, end_of_log, headers_after
from resolvers.following.interest import Index, Interest
from resolvers.following.reader import Reader
from resolvers.following.telling import Shown, divided

if TYPE_CHECKING:
    from resolvers.world import World

log = logging.getLogger("canbao.following")

AT_ONCE: Final = 1_000
"""How many headers one pass reads, and how many events one statement of a group."""
LOOK_SECONDS: Final = 1.0
"""How often the tail is looked at though nobody was heard to have committed."""
SOON_SECONDS: Final = 0.005
"""How soon it is looked at again where an event waits for an older transaction; longer and longer while it does."""
PATIENT_SECONDS: Final = 0.1
"""How long at most."""
STATEMENTS_AT_ONCE: Final = 2
"""How many statements of groups, and how many of subscriptions that read their past, run at the same time: of eight
connections, unless a setting says otherwise, others have half.
"""
MEMBERS_IN_A_TURN: Final = 200
"""To how many members a batch is given before others have their turn."""


_NOWHERE: Final = Place(2**63, 0)


class Group:
    """Subscriptions that are told the same; the first of them speaks for all, as they have one viewer."""

    def __init__(self, hub: Hub, first: Reader, interest: Interest, last: str | None) -> None:
        self.telling = first.telling
        self.interest = interest
        self.members: dict[Reader, None] = {}
        self._hub = hub
        self._last = last
        self._begun = False
        self._shown_until: Place | None = None
        self._due_until: Place | None = None
        self._showing: asyncio.Task[None] | None = None

    def leave(self, member: Reader) -> None:
        """A member is given nothing any more."""
        del self.members[member]
        if not self.members:
            self._hub.dissolve(self)

    def due(self, after: Place, until: Place) -> None:
        """Of the events between these places some may concern it, and none before them that it was not told of."""
        if self._showing is None or self._showing.done():
            self._shown_until = after
            self._showing = asyncio.get_running_loop().create_task(self._show())
        self._due_until = until

    def begins(self, last: str | None) -> None:
        """A member has come to the end of its past with this cursor, which what comes first then follows."""
        if not self._begun:
            self._last = last

    def fail(self) -> None:
        """Its members are told that nothing more comes, and where they go on they know."""
        for member in list(self.members):
            member.fail(StoreUnavailable("what is new in the log could not be told"))

    async def close(self) -> None:
        """Nothing is shown any more."""
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.gather(self._showing, return_exceptions=True)

    async def _show(self) -> None:
        """Shows what is due, in order. Where that cannot be done its members are told, and nobody else."""
        try:
            while self.members and self._shown_until != self._due_until:
                assert self._shown_until is not None
                assert self._due_until is not None
                self._shown_until = await self._shown(self._shown_until, self._due_until)
        except Exception as error:  # told to its members, who come back
            if isinstance(error, StoreUnavailable):
                log.warning("a group of subscriptions was not told what is new: %s", error)
            else:
                log.exception("a group of subscriptions was not told what is new")
            self.fail()

    async def _shown(self, after: Place, until: Place) -> Place:
        """Shows events between these places; up to which it did."""
        spent = Spent()
        SPENT.set(spent)
        async with self._hub.showing:
            told = await self.telling.between(after, until, AT_ONCE)
        tailing = self.telling.request.world.tallies.tailing
        tailing.statements += 1
        if told.places and self.members:
            # Of a member that is still there, so that who looks for the request finds a subscription.
            request = next(iter(self.members)).request
            events = await self.telling.shown(told, request)
            items = self.telling.responses(told, events, self._last)
            await self._hand_on(list(divided(items, told.places, self._last, spent)))
        return told.places[-1] if len(told.places) == AT_ONCE else until

    async def _hand_on(self, parts: Sequence[Shown]) -> None:
        """Gives every member what is shown; who becomes one meanwhile has read that, or gets it in the next part."""
        for part in parts:
            self._last, self._begun = part.last, True
            for count, member in enumerate(list(self.members), 1):
                member.receive(part)
                if count % MEMBERS_IN_A_TURN == 0:
                    await asyncio.sleep(0)


class Hub:
    """See the module. It reads while somebody is a member, and not otherwise."""

    def __init__(self) -> None:
        self.groups: dict[Hashable, Group] = {}
        self.reading = asyncio.Semaphore(STATEMENTS_AT_ONCE)
        self.showing = asyncio.Semaphore(STATEMENTS_AT_ONCE)
        self._index: Index[Group] = Index()
        self._tail: Place | None = None
        self._following: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._ending: asyncio.Future[Place] | None = None

    async def join(self, reader: Reader, interest: Interest, last: str | None) -> Group:
        """The reader's group, of which it is a member from now on: it is given all that settles after this moment.

        What has settled before it reads for itself, and may be given some of that too.
        """
        world = reader.request.world
        while self._tail is None:
            # For what is committed while nobody is a member nobody waits.
            world.commits.taken_note()
            end = await self.end(world)
            if self._tail is None:
                self._tail = end
                self._following = asyncio.get_running_loop().create_task(self._follow(world))
        group = self.groups.get(reader.telling.key)
        if group is None:
            group = self.groups[reader.telling.key] = Group(self, reader, interest, last)
            self._index.add(group, group.interest)
        group.members[reader] = None
        return group

    @property
    def tail(self) -> Place:
        """Up to where the log was handed to the groups; beyond all of it while nobody is a member."""
        return _NOWHERE if self._tail is None else self._tail

    def dissolve(self, group: Group) -> None:
        """A group has no members any more."""
        del self.groups[group.telling.key]
        self._index.remove(group, group.interest)

    async def end(self, world: World) -> Place:
        """The place behind all that has settled, read after it was asked for. Who asks together shares the reading."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._read_end(world))
        return await asyncio.shield(self._ending)

    async def _read_end(self, world: World) -> Place:
        async with self._one_at_a_time:
            self._ending = None
            async with world.database.read() as connection:
                return await end_of_log(connection)

    async def close(self) -> None:
        """Nobody is told anything any more, and whoever was told comes back."""
        for group in list(self.groups.values()):
            group.fail()
            await group.close()
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def _follow(self, world: World) -> None:
        soon = SOON_SECONDS
        while self.groups:
            patience = LOOK_SECONDS
            waiting = world.commits.waiting()
            try:
                found = await self._pass(world)
            except StoreUnavailable as error:
                log.warning("the log of %s was not looked at: %s", world.record.name, error)
            except Exception:
                log.exception("the log of %s was not looked at", world.record.name)
                for group in list(self.groups.values()):
                    group.fail()
                break
            else:
                if len(found) == AT_ONCE and found[-1].settled:
                    continue
                if found and not found[-1].settled:
                    # Where something was handed on, what waits now has not waited long.
                    patience = SOON_SECONDS if found[0].settled else soon
            soon = min(patience * 2, PATIENT_SECONDS) if patience < LOOK_SECONDS else SOON_SECONDS
            await world.commits.wait(waiting, patience)
        self._tail = None

    async def _pass(self, world: World) -> list[Header]:
        """Hands on what has settled since the last pass; what was found, that which has not settled too."""
        assert self._tail is not None
        tailing = world.tallies.tailing
        begun = world.commits.taken_note()
        async with world.database.read() as connection:
            found = await headers_after(connection, self._tail, AT_ONCE)
        tailing.passes += 1
        tailing.statements += 1
        if begun is not None and (not found or found[-1].settled):
            tailing.delays.see(perf_counter() - begun)
        due: dict[Group, tuple[Place, Place]] = {}
        tail = self._tail
        for event in found:
            if not event.settled:
                break
            for group in self._index.concerned(event):
                due[group] = (due[group][0] if group in due else tail, event.place)
            tail = event.place
        self._tail = tail
        for group, (after, until) in due.items():
            group.due(after, until)
        return found
