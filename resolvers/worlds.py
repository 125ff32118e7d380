"""The worlds that one server serves (世界的打开与关闭): opened when somebody asks, closed when nobody does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial
from time import perf_counter

from domain.decisions.keeping_worlds import WORLD_NAME
from domain.policy import PolicyBook
from domain.ports import Outside
from domain.store.engine import StoreUnavailable, open_database
from domain.store.request_journal import end_of_log
from domain.store.versions import SchemaMismatch, check_version
from resolvers.buckets import Buckets
from resolvers.context import MachineClock
from resolvers.graphql import Told, WorldService
from resolvers.journal.ring import JOURNAL_SECONDS, Journal
from resolvers.keeping import Keeper
from resolvers.plan.executor import Executor
from resolvers.register import Trusted
from resolvers.service import Answer, ErrorCode, Service, error_answer
from resolvers.settings import Settings
from resolvers.webhooks.couriers import Couriers
from resolvers.world import CLOCK_SECONDS, SEAL_SECONDS, World, open_world

log = logging.getLogger("canbao.worlds")

MISS_SECONDS = 1.0
"""For how long a world that was not there is not looked for again."""
MISSES_REMEMBERED = 1_000

ANSWERED_SECONDS = 5.0
"""How long a world that is closed waits for what it is answering."""

_NOT_FOUND = error_answer(
    ErrorCode.WORLD_NOT_FOUND,
    "没有这个名称的世界，请用 canbao world list 查看。 There is no world of that name: canbao world list shows them.",
)
_UNAVAILABLE = error_answer(
    ErrorCode.UNAVAILABLE,
    "世界暂不可用，请稍后重试。 The world is unavailable: try again shortly.",
    retry_after_seconds=1,
)


class OpenWorlds:
    """Worlds by name, each opened once. See `resolvers.service.Worlds`."""

    def __init__(
        self,
        settings: Settings,
        *,
        executor: Executor,
        policy: PolicyBook,
        outside: Callable[[], Outside],
        machine: MachineClock,
        trusted: Trusted | None = None,
        told: Told | None = None,
    ) -> None:
        """`outside` makes the parties of one world. `trusted` says which documents are run; all are without it. `told`
        is told of each operation that is over, where somebody wants to know.
        """
        self._trusted = trusted
        self._settings = settings
        self._executor = executor
        self._policy = policy
        self._outside = outside
        self._machine = machine
        self._told = told
        self._buckets = None if settings.bucket is None else Buckets(settings.bucket)
        self._open: dict[str, WorldService] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._missing: dict[str, float] = {}
        self._clocks: asyncio.Task[None] | None = None
        self._timekeepers: dict[str, asyncio.Task[None]] = {}
        self._sealers: dict[str, asyncio.Task[None]] = {}
        self._journals: dict[str, asyncio.Task[None]] = {}
        self._couriers: dict[str, Couriers] = {}
        self._aside: set[str] = set()
        self._keeper = Keeper(settings, self, machine)

    async def service(self, name: str | None) -> Service | Answer:
        """See `resolvers.service.Worlds.service`."""
        wanted = self._settings.default_world if name is None else name
        found = self._open.get(wanted)
        if found is None:
            return await self._opened(wanted)
        found.world.asked_at = perf_counter()
        return found

    async def _opened(self, name: str) -> WorldService | Answer:
        if not WORLD_NAME.fullmatch(name) or self._was_missing(name):
            return _NOT_FOUND
        if name in self._aside:
            return _UNAVAILABLE
        lock = self._opening.setdefault(name, asyncio.Lock())
        try:
            async with lock:
                return self._open[name] if name in self._open else await self._open_now(name)
        finally:
            if not lock.locked():
                self._opening.pop(name, None)

    def _was_missing(self, name: str) -> bool:
        looked = self._missing.get(name)
        # A machine's clock that was set back does not make the moment last.
        return looked is not None and 0 <= self._machine() - looked < MISS_SECONDS

    async def _open_now(self, name: str) -> WorldService | Answer:
        try:
            database = open_database(
                self._settings.world_url(name),
                connections=self._settings.postgres_connections,
                statement_seconds=self._settings.operation_seconds,
            )
            try:
                world = await open_world(
                    database,
                    policy=self._policy,
                    outside=self._outside(),
                    machine=self._machine,
                    sandbox=self._settings.sandbox,
                    token_seconds=self._settings.token_minutes * 60,
                    networks=self._settings.webhook_targets,
                )
                if self._settings.journalled:
                    async with database.read() as connection:
                        floor = await end_of_log(connection)
                    world.journal = Journal(self._executor.schema, self._settings.journalled, floor)
            except BaseException:
                await database.close()
                raise
        except (FileNotFoundError, LookupError):
            if len(self._missing) >= MISSES_REMEMBERED:
                self._missing.clear()
            self._missing[name] = self._machine()
            return _NOT_FOUND
        except StoreUnavailable as error:
            log.warning("world %s does not open: %s", name, error)
            return _UNAVAILABLE
        if name == self._settings.default_world:
            world.keeper = self._keeper
        if self._settings.journalled:
            self._journals[name] = asyncio.create_task(self._keep_journal(world))
        found = self._open[name] = WorldService(
            self._executor, world, self._told, self._buckets, self._trusted, partial(self.service, name)
        )
        self._timekeepers[name] = asyncio.create_task(self._keep_time(world))
        self._sealers[name] = asyncio.create_task(self._keep_sealed(world))
        self._couriers[name] = Couriers(world, self._executor)
        self._couriers[name].start()
        if self._clocks is None:
            self._clocks = asyncio.create_task(self._watch_clocks())
        return found

    async def _watch_clocks(self) -> None:
        """Follows clocks that another process sets, and sign-ins that it ends."""
        while True:
            await asyncio.sleep(CLOCK_SECONDS)
            await asyncio.gather(*(self._read_clock(world) for world in self.worlds()))
            await self.close_called()
            await self.close_idle()

    async def close_called(self) -> None:
        """Closes the worlds that whoever resets or drops them has called in."""
        for name, world in [(name, service.world) for name, service in self._open.items()]:
            if world.is_called_in:
                log.info("world %s is closed: it is reset or dropped", name)
                await self._let_go(name)

    @contextlib.asynccontextmanager
    async def aside(self, name: str) -> AsyncIterator[None]:
        """This process has the world closed meanwhile, and opens it for nobody."""
        self._aside.add(name)
        try:
            await self._let_go(name)
            yield
        finally:
            self._aside.discard(name)

    def made(self, name: str) -> None:
        """There is a world of that name now."""
        self._missing.pop(name, None)

    async def close_idle(self) -> None:
        """Closes the worlds that nobody has asked for a while, follows, or has webhooks in; the default one stays open.

        What falls due in one is done when it is opened again.
        """
        minutes = self._settings.idle_minutes
        if not minutes:
            return
        since = perf_counter() - minutes * 60
        for name, world in [(name, service.world) for name, service in self._open.items()]:
            followed = world.tokens.are_followed or world.tallies.subscribers or world.tallies.webhooks_held
            if name != self._settings.default_world and world.asked_at < since and not followed:
                log.info("world %s is closed: nobody has asked for it", name)
                await self._let_go(name)

    async def _let_go(self, name: str) -> None:
        """The world is not open in this process any more; whoever asks for it meanwhile waits, and opens it anew."""
        lock = self._opening.setdefault(name, asyncio.Lock())
        async with lock:
            if name not in self._open:
                return
            service, couriers = self._open.pop(name), self._couriers.pop(name)
            # Whoever asks from here on over a connection that has it waits too.
            service.world.is_closed = True
            await service.world.answered(ANSWERED_SECONDS)
            tasks = [self._timekeepers.pop(name), self._sealers.pop(name)]
            if name in self._journals:
                tasks.append(self._journals.pop(name))
            for task in tasks:
                task.cancel()
            try:
                await asyncio.gather(*tasks, return_exceptions=True)
            finally:
                try:
                    await couriers.close()
                finally:
                    await service.world.close()

    async def _read_clock(self, world: World) -> None:
        try:
            await world.read_clock()
            await world.read_sign_ins()
            await world.keep_fault_counts()
        except StoreUnavailable as error:
            log.warning("the clock of %s was not read: %s", world.record.name, error)
        except Exception:
            # The others' clocks go on, whatever is wrong with this world.
            log.exception("the clock of %s was not read", world.record.name)

    async def _keep_time(self, world: World) -> None:
        """Does what falls due in a world: at once where something was set for now, else with the clock's next look."""
        while True:
            world.timers_set.clear()
            try:
                await world.keep_up()
            except StoreUnavailable as error:
                log.warning("what is due in %s was not done: %s", world.record.name, error)
            except Exception:
                log.exception("what is due in %s was not done", world.record.name)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(world.timers_set.wait(), CLOCK_SECONDS)

    async def trouble(self) -> str | None:
        """Why the default world is not served as it should be; None where it is."""
        service = await self.service(None)
        if isinstance(service, Answer):
            return "the world does not open"
        world = self._open[self._settings.default_world].world
        if self._timekeepers[self._settings.default_world].done():
            return "nothing that falls due is done"
        if self._sealers[self._settings.default_world].done():
            return "the audit trail is not sealed"
        if self._couriers[self._settings.default_world].has_ended:
            return "nothing is delivered to webhooks"
        if self._clocks is None or self._clocks.done():
            return "the clock is not followed"
        try:
            await world.read_clock()
            async with world.database.read() as connection:
                await check_version(connection)
        except SchemaMismatch:
            return "the tables are of another version"
        except (StoreUnavailable, LookupError):
            return "the database does not answer"
        return None

    async def _keep_sealed(self, world: World) -> None:
        """Chains what was read and changed in a world, soon after it has settled, and tells no more of what is old."""
        days = self._settings.events_days
        while True:
            await asyncio.sleep(SEAL_SECONDS)
            try:
                await world.seal_trail()
                if days is not None:
                    await world.forget_events(days)
            except StoreUnavailable as error:
                log.warning("the audit trail of %s was not sealed: %s", world.record.name, error)
            except Exception:
                log.exception("the audit trail of %s was not sealed", world.record.name)

    async def _keep_journal(self, world: World) -> None:
        """Writes what was asked of a world, in one batch a second."""
        while True:
            await asyncio.sleep(JOURNAL_SECONDS)
            try:
                await world.keep_journal()
            except StoreUnavailable as error:
                log.warning("the last requests to %s were not kept: %s", world.record.name, error)
            except Exception:
                log.exception("the last requests to %s were not kept", world.record.name)

    def worlds(self) -> list[World]:
        """The worlds that are open now."""
        return [service.world for service in self._open.values()]

    async def close(self) -> None:
        """Closes every world."""
        await self._keeper.close()
        if self._clocks is not None:
            self._clocks.cancel()
            await asyncio.gather(self._clocks, return_exceptions=True)
        await asyncio.gather(*(self._let_go(name) for name in list(self._open)))
        self._executor.close()
