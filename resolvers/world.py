"""One world, open and ready to answer (已打开的世界)."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from domain.decisions.webhook_targets import PUBLIC, Network, Targets
from domain.operations.fire_timers import TIMERS_AT_ONCE, fire_timers
from domain.operations.setting import Setting
from domain.policy import PolicyBook
from domain.ports import Outside
from domain.store import clients, clock_advances, revoked_tokens, signing_keys
from domain.store.engine import Connection, Database, StoreUnavailable
from domain.store.horizon import move_horizon
from domain.store.ids import BlockIds
from domain.store.log import happened_since
from domain.store.neighbours import Neighbours, neighbours_of
from domain.store.seals import seal
from domain.store.signing_keys import SigningKey
from domain.store.timers import next_due, postpone_first
from domain.store.versions import check_version
from domain.store.worlds import World as WorldRecord
from domain.store.worlds import aim_clock, begin_serving, read_world, step_clock
from domain.vocabulary import Instant, RegionCode, Viewer
from resolvers.batching import Batches
from resolvers.buckets import Buckets, Rate
from resolvers.context import MachineClock, new_secret
from resolvers.following.hub import Hub
from resolvers.tallies import Tallies
from resolvers.tokens import CLOCKS_DIFFER, TOKEN_SECONDS, Tokens
from resolvers.webhooks.sending import Sender

if TYPE_CHECKING:
    from resolvers.journal.ring import Journal
    from resolvers.keeping import Keeper

log = logging.getLogger("canbao.world")
seals: Final = logging.getLogger("canbao.seals")
"""Tells of each seal, so that whoever keeps the log keeps the end of the chain out of the database's reach."""

HEARING_SECONDS = 5.0
"""For how long after somebody has waited for a commit those of other processes are heard of."""
CLOCK_SECONDS = 1.0
"""How often a running server looks whether the world's clock was set by somebody else, and what is due by it.

It is also how often it looks for tokens that another process has revoked, and for keys and clients that have changed.
"""
REVOKED_SECONDS = CLOCKS_DIFFER + 60
"""How far back it looks for revoked tokens: as far as clocks may differ, and a commit may take."""
HELD_SECONDS = 0.05
"""How long is waited for timers that another process is doing."""
SEAL_SECONDS = 5.0
"""How often a running server looks whether the audit trail has grown since its last seal."""
DAY_SECONDS = 86_400
RETRY_SECONDS = 60
"""For how long, in world time, a timer is put off whose work failed."""


TRACKING_COST: Final = 720
"""How many seconds it takes until a filing may be asked about by its number once more."""


class WorldClock:
    """The world's clock: its base, the machine's time at that moment, and its rate. It never goes back."""

    def __init__(self, record: WorldRecord, machine: MachineClock) -> None:
        self.machine = machine
        self._latest = Instant(0)
        self.set(record)

    def set(self, record: WorldRecord) -> None:
        """The clock as the database has it. A world that was never served, or is being advanced, stands still."""
        self._base = record.clock_base
        stands = record.clock_real_base is None or record.clock_until is not None
        self._rate = 0 if stands else record.clock_rate
        self._real_base = record.clock_real_base or 0

    @property
    def rate(self) -> float:
        """Seconds of the world in one of the machine's; 0 while it stands still."""
        return self._rate

    def now(self) -> Instant:
        """The world's present second; the latest that was told, while the machine's own clock is behind it."""
        now = self._base + int((self.machine() - self._real_base) * self._rate)
        if now > self._latest:
            self._latest = Instant(now)
        return self._latest


class Commits:
    """Wakes those who follow the log of this world, in this process. Correctness never depends on it.

    While anybody waits, what the world's other processes commit wakes them too.
    """

    def __init__(self, neighbours: Neighbours | None = None) -> None:
        self._neighbours = neighbours
        self._next: asyncio.Future[None] | None = None
        self._waited_at = -inf
        self._since: float | None = None
        self._hearing: asyncio.Task[None] | None = None

    def happened(self) -> None:
        """Something was committed here."""
        self._wake()
        if self._neighbours is not None:
            self._neighbours.tell()

    def taken_note(self) -> float | None:
        """Since when, by the process's clock, something is committed that nobody has taken note of; now they have."""
        since, self._since = self._since, None
        return since

    def _wake(self) -> None:
        if self._since is None:
            self._since = perf_counter()
        if self._next is not None and not self._next.done():
            self._next.set_result(None)
        self._next = None

    def waiting(self) -> asyncio.Future[None]:
        """What the next commit will settle. Taken before reading, so that no commit falls between."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        return self._next

    async def wait(self, waiting: asyncio.Future[None], seconds: float) -> None:
        """Returns when a commit has happened since `waiting` was taken, or after so many seconds."""
        self._waited_at = perf_counter()
        if self._neighbours is not None and (self._hearing is None or self._hearing.done()):
            self._hearing = asyncio.get_running_loop().create_task(self._hear(self._neighbours))
        await asyncio.wait([waiting], timeout=seconds)

    async def _hear(self, neighbours: Neighbours) -> None:
        while (patience := self._waited_at + HEARING_SECONDS - perf_counter()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await neighbours.committed()
                    self._wake()
        await neighbours.rest()

    async def close(self) -> None:
        """Nobody is heard any more, and nobody told."""
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)
        if self._neighbours is not None:
            await self._neighbours.close()


@dataclass(slots=True)
class World:
    """A world that is open: its database, its clock, its tokens, and what operations need."""

    record: WorldRecord
    database: Database
    policy: PolicyBook
    outside: Outside
    ids: BlockIds
    clock: WorldClock
    tokens: Tokens
    sandbox: bool
    batches: dict[object, Batches[Any]] = field(default_factory=dict)
    """Orders waiting for their transaction, by operation."""
    folds: dict[tuple[RegionCode, int], Any] = field(default_factory=dict)
    """Counters of the collection that somebody follows, by region and year."""
    commits: Commits = field(default_factory=Commits)
    tallies: Tallies = field(default_factory=Tallies)
    hub: Hub = field(default_factory=Hub)
    """The reader of the log's tail, for all who follow it here."""
    sender: Sender = field(default_factory=lambda: Sender(PUBLIC))
    """Delivers to where this server may."""
    tracking: Buckets = field(default_factory=lambda: Buckets(Rate(5 * TRACKING_COST, 1)))
    """How often each filing is asked about by its number: five times at once, and then once in `TRACKING_COST` seconds.

    Each process counts for itself.
    """
    timers_set: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something is due at once, so that nobody waits for the next look at the clock."""
    asked_at: float = field(default_factory=perf_counter)
    """When, by the process's clock, it was asked last."""
    is_closed: bool = False
    answering: int = 0
    """How many requests are being answered, subscriptions not counted."""
    journal: Journal | None = None
    """Takes note of what is asked, in a sandbox that keeps a journal."""
    keeper: Keeper | None = None
    """Makes and drops the server's worlds, where this is its default one."""
    _going_on: asyncio.Task[int] | None = None

    @property
    def fingerprint(self) -> str:
        """What cursors belong to: the fingerprint that the world was created with, and what restoring it began."""
        return self.record.fingerprint + (self.record.history or "")

    def setting(self, now: Instant) -> Setting:
        """What an operation is given at a moment."""
        machine_now = int(self.clock.machine())
        return Setting(
            self.policy, self.outside, now, self.ids, self.record.seed, new_secret, machine_now, self.sender.targets
        )

    async def advance(self, until: Instant) -> int:
        """The clock shows that moment, and what was due until then is done, each at its own; how many timers that were.

        It stands still between them. What ends halfway goes on where the world is opened, or advanced again. Nothing
        happens where the clock is there already.
        """
        async with self.database.write() as connection:
            await aim_clock(connection, until)
        await self.read_clock()
        return await self._go_on()

    async def keep_up(self) -> int:
        """Does what is due, and what an advance that has ended halfway left; how many timers that were."""
        fired = await self._go_on() + await self.fire_due()
        await self._end_advance()
        return fired

    async def keep_up_beside(self, seconds: float) -> None:
        """Does what is due beside whoever waits, who waits no longer than so many seconds."""
        if self._going_on is None or self._going_on.done():
            self._going_on = asyncio.create_task(self.keep_up())
        done, _ = await asyncio.wait([self._going_on], timeout=seconds)
        for task in done:
            task.result()

    async def _end_advance(self) -> None:
        """An advance that has come to its moment is over when nothing is due any more, and says what it brought."""
        async with self.database.read() as connection:
            begun = await clock_advances.under_way(connection)
        if begun is None or self.clock.now() < begun.to_at or await self._is_due():
            return
        async with self.database.write() as connection:
            happened = await happened_since(connection, begun.place)
            await clock_advances.end(connection, begun.number, begun.to_at, happened)

    async def _go_on(self) -> int:
        fired = 0
        while (until := self.record.clock_until) is not None:
            async with self.database.write() as connection:
                due = await next_due(connection)
                step = until if due is None else min(due, until)
                await step_clock(connection, Instant(max(step, self.clock.now())), int(self.clock.machine()))
            await self.read_clock()
            fired += await self.fire_due()
        return fired

    async def fire_due(self) -> int:
        """Does what is due by the world's clock, in order, until nothing is; how many timers that were.

        A timer whose work fails is tried alone, and put off for a minute when it fails again; the others go on.
        """
        fired = 0
        while await self._is_due():
            try:
                done = await self._fire(TIMERS_AT_ONCE)
                fired += done
                if not done:
                    # Another process holds what is due.
                    await asyncio.sleep(HELD_SECONDS)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("timers of %s failed together: each is tried alone", self.record.name)
                fired += await self._fire_one_by_one()
        return fired

    async def _is_due(self) -> bool:
        async with self.database.read() as connection:
            due = await next_due(connection)
        return due is not None and due <= self.clock.now()

    async def _fire(self, most: int) -> int:
        fired = await fire_timers(self.database, self.setting(self.clock.now()), most)
        self.commits.happened()
        return fired

    async def _fire_one_by_one(self) -> int:
        fired = 0
        for _ in range(TIMERS_AT_ONCE):
            if not await self._is_due():
                break
            try:
                fired += await self._fire(1)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("a timer of %s failed: it is put off", self.record.name)
                # An advance would otherwise try it each minute on its way.
                until = max(self.clock.now() + RETRY_SECONDS, self.record.clock_until or 0)
                async with self.database.write() as connection:
                    await postpone_first(connection, Instant(until))
        return fired

    @property
    def is_called_in(self) -> bool:
        """Whether whoever resets or drops it wants it closed."""
        until = self.record.closed_until
        return until is not None and until > self.clock.machine()

    async def answered(self, seconds: float) -> None:
        """Returns when nothing is being answered any more, or after so many seconds."""
        for _ in range(int(seconds / HELD_SECONDS)):
            if not self.answering:
                break
            await asyncio.sleep(HELD_SECONDS)

    async def seal_trail(self) -> int:
        """Seals what has settled of the audit trail; how many seals that took."""
        made = 0
        while (found := await seal(self.database, int(self.clock.machine()))) is not None:
            seals.info("seal %d of %s: %s", found.position, self.record.name, found.digest)
            made += 1
        return made

    async def forget_events(self, days: int) -> None:
        """What happened longer ago than so many days of the world is told no more."""
        before = Instant(self.clock.now() - days * DAY_SECONDS)
        while await move_horizon(self.database, before):
            pass
        await self.read_clock()

    async def read_clock(self) -> None:
        """The clock as the database has it now, and the faults of the outside parties where they have changed."""
        async with self.database.read() as connection:
            record = await read_world(connection)
            if record.fault_changes != self.record.fault_changes:
                await self.outside.faults.read(connection, record.seed)
        if record != self.record:
            self.record = record
            self.clock.set(record)

    async def keep_fault_counts(self) -> None:
        """How often faults of the outside parties struck here stands in the world's rows."""
        if self.outside.faults.has_counted:
            async with self.database.write() as connection:
                await self.outside.faults.keep_counts(connection)

    async def keep_journal(self) -> int:
        """What was asked here lately stands in the journal; how many operations that were."""
        return 0 if self.journal is None else await self.journal.write(self.database)

    async def read_sign_ins(self) -> None:
        """Keys, disabled clients and revoked tokens as the database has them now."""
        now = int(self.clock.machine())
        async with self.database.read() as connection:
            await _learn(connection, self.tokens, now, now - REVOKED_SECONDS)

    async def sign_out(self, viewer: Viewer) -> None:
        """The token that the viewer showed is good for nothing any more: here at once, elsewhere in about a second."""
        assert viewer.sign_in is not None
        assert viewer.until is not None
        async with self.database.write() as connection:
            await revoked_tokens.revoke(connection, viewer.sign_in.token_id, viewer.until, int(self.clock.machine()))
        self.tokens.revoke(viewer.sign_in.token_id, viewer.until)

    async def close(self) -> None:
        """Waits for what is being written, then lets go of the database."""
        self.is_closed = True
        if self._going_on is not None:
            self._going_on.cancel()
            await asyncio.gather(self._going_on, return_exceptions=True)
        await self.hub.close()
        for batches in list(self.batches.values()):
            await batches.close()
        await self.commits.close()
        try:
            await self.keep_fault_counts()
        except StoreUnavailable as error:
            log.warning("how often faults of %s struck was not kept: %s", self.record.name, error)
        try:
            await self.keep_journal()
        except StoreUnavailable as error:
            log.warning("the last requests to %s were not kept: %s", self.record.name, error)
        await self.database.close()


async def _learn(connection: Connection, tokens: Tokens, now: int, since: int) -> None:
    tokens.learn(
        await signing_keys.verifying(connection, now),
        await revoked_tokens.revoked_since(connection, since, now),
        await clients.disabled(connection),
    )


def new_key(now: int, *, sandbox: bool) -> SigningKey:
    """A key that nobody can guess, which signs from now on."""
    return SigningKey(new_secret(9), new_secret(32), sandbox, now)


def _signs(keys: list[SigningKey], *, sandbox: bool) -> bool:
    return any(key.retired_at is None and key.sandbox == sandbox for key in keys)


async def open_world(
    database: Database,
    *,
    policy: PolicyBook,
    outside: Outside,
    machine: MachineClock,
    sandbox: bool,
    token_seconds: int = TOKEN_SECONDS,
    networks: tuple[Network, ...] = (),
) -> World:
    """The world in a database. Its clock starts to run when it is opened for the first time.

    `outside` are parties of this world alone. `networks` are what webhooks may deliver to beside the public network.

    Its key is drawn when it is opened for the first time by a sandbox, and another when by a server that is none.
    Raises `SchemaTooNew`, `SchemaTooOld`; LookupError where no world was created; StoreUnavailable for one that is
    being reset or dropped.
    """
    now = int(machine())
    async with database.read() as connection:
        await check_version(connection)
        record = await read_world(connection)
        keys = await signing_keys.verifying(connection, now)
    if record.closed_until is not None and record.closed_until > now:
        raise StoreUnavailable(f"the world {record.name} is being reset or dropped")
    if record.clock_real_base is None or not _signs(keys, sandbox=sandbox):
        async with database.write() as connection:
            await begin_serving(connection, now)
            if not _signs(await signing_keys.verifying(connection, now), sandbox=sandbox):
                await signing_keys.add(connection, new_key(now, sandbox=sandbox))
            record = await read_world(connection)
            keys = await signing_keys.verifying(connection, now)
    tokens = Tokens(record.name, keys, machine, sandbox=sandbox, seconds=token_seconds)
    async with database.read() as connection:
        await _learn(connection, tokens, now, 0)
        if record.fault_changes:
            await outside.faults.read(connection, record.seed)
    return World(
        record=record,
        database=database,
        policy=policy,
        outside=outside,
        ids=BlockIds(database),
        clock=WorldClock(record, machine),
        tokens=tokens,
        sandbox=sandbox,
        commits=Commits(neighbours_of(database)),
        sender=Sender(Targets.of(networks, sandbox=sandbox)),
    )
