"""Who delivers, and when (推送的执行者): in each serving process a courier for each webhook that the process holds.

A webhook is held by one process, whose lease it renews; another takes it over when the lease has not moved for some
seconds. What a courier knows is in the database: the place in the log up to which events have been taken in, and those
that wait. So whoever takes over repeats what was on its way, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final

from domain.decisions.delivering import MOST_UNFINISHED, Waiting, after_failure, next_out
from domain.decisions.webhook_signing import secret_of, signed_headers
from domain.refusals import Refusal
from domain.store import webhooks
from domain.store.engine import StoreUnavailable
from domain.store.log import end_of_log
from domain.store.webhooks import Attempt, Lease, Place, Settled, Webhook
from domain.vocabulary import (
    AttemptKind,
    AttemptOutcome,
    FaultKind,
    Id,
    Prefix,
    RetryClock,
    WebhookStatus,
    WebhookStop,
    api_id,
)
from resolvers.context import Request, new_secret
from resolvers.plan.executor import Executor
from resolvers.webhooks.payloads import AT_ONCE, Payload, Payloads, compiled, request_of, viewer_of
from resolvers.webhooks.sending import Sent
from resolvers.world import World

log = logging.getLogger("canbao.webhooks")

LOOK_SECONDS: Final = 1.0
"""How often a process looks which webhooks there are, and a courier what another process wrote."""
RENEW_SECONDS: Final = 2.0
LEASE_SECONDS: Final = 6.0
"""A lease that has not moved for so long is anybody's."""
STOP_BEFORE_SECONDS: Final = 1.0
"""So much earlier its own holder sends nothing more."""
TURN_SECONDS: Final = 0.02
"""A courier that is woken waits so long, so that what comes together is dealt with together."""
KEEP_PLACE_SECONDS: Final = 30.0
"""How often a place is kept behind which nothing was to be delivered."""
IN_FLIGHT: Final = 64
"""How many deliveries one process has on their way, of all webhooks of a world together."""
LEAVE_SECONDS: Final = 3.0
"""How long what is on its way may take when the process ends."""


class Couriers:
    """The webhooks of one world that this process delivers to."""

    def __init__(self, world: World, executor: Executor) -> None:
        self.world = world
        self.executor = executor
        self.name = new_secret(9)
        self.slots = asyncio.Semaphore(IN_FLIGHT)
        self._seen: dict[Id, tuple[Lease, float]] = {}
        self._until: dict[Id, float] = {}
        """Until when, by the loop's clock, each webhook is surely ours."""
        self._rounds: dict[Id, asyncio.Task[None]] = {}
        self._renewed = 0.0
        self._end: Place = (0, 0)
        self._end_at = -1.0
        self._reading = asyncio.Lock()
        self._leaving = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    async def log_end(self, since: float) -> Place:
        """The end of the log, read at that moment of the loop's clock or later: once for all couriers that ask."""
        async with self._reading:
            if self._end_at < since:
                now = asyncio.get_running_loop().time()
                async with self.world.database.read() as connection:
                    self._end = await end_of_log(connection)
                self._end_at = now
        return self._end

    def holds(self, webhook_id: Id) -> bool:
        """Whether the webhook is surely this process's now."""
        return asyncio.get_running_loop().time() < self._until.get(webhook_id, 0.0)

    def start(self) -> None:
        """Looks for webhooks from now on, until this is closed."""
        self._keeping = asyncio.create_task(self._keep())

    @property
    def has_ended(self) -> bool:
        """Whether nobody looks for webhooks any more."""
        return self._keeping is not None and self._keeping.done()

    async def _keep(self) -> None:
        while not self._leaving.is_set():
            try:
                await self.look()
            except StoreUnavailable as error:
                log.warning("the webhooks of %s were not looked at: %s", self.world.record.name, error)
            except Exception:
                log.exception("the webhooks of %s were not looked at", self.world.record.name)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), LOOK_SECONDS)

    async def look(self) -> None:
        """Renews what is held, takes what is free, and has a courier for each."""
        database, now = self.world.database, asyncio.get_running_loop().time()
        async with database.read() as connection:
            leases = await webhooks.leases(connection)
        active = {lease.webhook_id for lease in leases}
        if any(lease.holder == self.name for lease in leases) and now - self._renewed >= RENEW_SECONDS:
            async with database.write() as connection:
                held = await webhooks.renew(connection, self.name)
            self._renewed = now
            self._until = dict.fromkeys(held, now + LEASE_SECONDS - STOP_BEFORE_SECONDS)
        for lease in leases:
            if lease.holder != self.name and self._is_free(lease, now):
                async with database.write() as connection:
                    if await webhooks.take(connection, lease, self.name):
                        self._until[lease.webhook_id] = now + LEASE_SECONDS - STOP_BEFORE_SECONDS
        self._seen = {webhook_id: seen for webhook_id, seen in self._seen.items() if webhook_id in active}
        self._rounds = {webhook_id: task for webhook_id, task in self._rounds.items() if not task.done()}
        for webhook_id in active - self._rounds.keys():
            if self.holds(webhook_id):
                self._rounds[webhook_id] = asyncio.create_task(_Courier(self, webhook_id).deliver())
        self.world.tallies.webhooks_held = len(self._rounds)

    def _is_free(self, lease: Lease, now: float) -> bool:
        if lease.holder is None:
            return True
        seen, since = self._seen.get(lease.webhook_id, (None, now))
        if seen != lease:
            self._seen[lease.webhook_id] = (lease, now)
            return False
        return now - since >= LEASE_SECONDS

    async def close(self) -> None:
        """Sends nothing more, lets what is on its way end for a moment, and leaves the webhooks to others."""
        self._leaving.set()
        if self._keeping is not None:
            await _ended([self._keeping])
        held = bool(self._until)
        self._until.clear()
        await _ended(self._rounds.values())
        self._rounds.clear()
        if held:
            with contextlib.suppress(StoreUnavailable):
                async with self.world.database.write() as connection:
                    await webhooks.release(connection, self.name)


async def _ended(tasks: Collection[asyncio.Task[None]]) -> None:
    """The tasks have ended, by themselves where they do so soon: a statement that is cancelled costs its connection."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=LEAVE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(eq=False, slots=True)
class _Courier:
    """Delivers to one webhook until it is held no longer, paused or removed."""

    couriers: Couriers
    webhook_id: Id
    _flying: dict[asyncio.Task[Attempt], Waiting] = field(default_factory=dict)
    _payloads: tuple[object, Payloads] | None = None
    _looked: Place = (0, 0)
    _kept_at: float = 0.0
    _key: str = ""

    @property
    def world(self) -> World:
        return self.couriers.world

    async def deliver(self) -> None:
        """Turn after turn: what is done is written, what is new is taken in, what is due goes out."""
        webhook: Webhook | None = None
        try:
            self._key = await signing_key(self.world)
            while (found := await self._held()) is not None:
                webhook = found
                woken = self.world.commits.waiting()
                if not await self._turn(webhook):
                    await self._wait(woken)
            if self._flying and webhook is not None:
                await asyncio.wait(self._flying)
                await self._settle(webhook)
        except StoreUnavailable as error:
            log.warning("%s waits: %s", api_id(Prefix.WEBHOOK, self.webhook_id), error)
        except Exception:
            log.exception("%s waits", api_id(Prefix.WEBHOOK, self.webhook_id))
        finally:
            for task in self._flying:
                task.cancel()

    async def _wait(self, woken: asyncio.Future[None]) -> None:
        """Returns when something has come back, the log has grown, or it is time to look for what others wrote."""
        clock = asyncio.get_running_loop().time
        until = clock() + LOOK_SECONDS
        while (left := until - clock()) > 0:
            moved: list[asyncio.Future[Any]] = [woken, *self._flying]
            await asyncio.wait(moved, timeout=min(left, LOOK_SECONDS / 4), return_when=asyncio.FIRST_COMPLETED)
            if not self.couriers.holds(self.webhook_id):
                return
            grown = woken.done()
            since = clock()
            await asyncio.sleep(TURN_SECONDS)
            if any(task.done() for task in self._flying):
                return
            if grown:
                woken = self.world.commits.waiting()
                if await self.couriers.log_end(since) > self._looked:
                    return

    async def _held(self) -> Webhook | None:
        if not self.couriers.holds(self.webhook_id):
            return None
        async with self.world.database.read() as connection:
            return await webhooks.held(connection, self.webhook_id, self.couriers.name)

    async def _turn(self, webhook: Webhook) -> bool:
        """One turn; whether there is more to be done at once."""
        if any(task.done() for task in self._flying):
            return await self._settle(webhook)
        request = request_of(self.world, viewer_of(webhook.client_id, webhook.client), new_secret())
        payloads = await self._prepared(webhook, request)
        if payloads is None:
            return False
        async with self.world.database.read() as connection:
            waiting = await webhooks.waiting(connection, webhook.id)
        more = len(waiting) < MOST_UNFINISHED and await self._take_in(webhook, payloads, request)
        await self._send_due(webhook, payloads, request, waiting)
        return more

    async def _prepared(self, webhook: Webhook, request: Request) -> Payloads | None:
        """What writes the webhook's payloads; None, and the webhook is disabled, where its selection is none now."""
        terms = (webhook.selection, webhook.types, webhook.regions, webhook.client)
        if self._payloads is None or self._payloads[0] != terms:
            follower = await compiled(self.couriers.executor, request, webhook.selection)
            if isinstance(follower, Refusal):
                log.warning("%s is disabled: %s", api_id(Prefix.WEBHOOK, webhook.id), follower)
                async with self.world.database.write() as connection:
                    stop = WebhookStop.SELECTION_NOT_VALID
                    await webhooks.set_status(connection, webhook.id, WebhookStatus.DISABLED, stop)
                return None
            self._payloads = (terms, Payloads(follower, webhook))
        return self._payloads[1]

    async def _take_in(self, webhook: Webhook, payloads: Payloads, request: Request) -> bool:
        """What is new in the log waits from now on; whether anything was found."""
        end = await self.couriers.log_end(asyncio.get_running_loop().time())
        after = max(webhook.place, self._looked)
        if end <= after:
            self._looked = after
            return False
        found = await payloads.found(request, after, end)
        place = found[-1].place if len(found) == AT_ONCE else end
        now = asyncio.get_running_loop().time()
        if found or now - self._kept_at >= KEEP_PLACE_SECONDS:
            async with self.world.database.write() as connection:
                if not await webhooks.take_in(
                    connection, webhook, self.couriers.name, found, place, self._now(webhook)
                ):
                    return False
            self._kept_at = now
        self._looked = place
        return bool(found)

    def _now(self, webhook: Webhook) -> int:
        """The second by the clock that the webhook is retried by."""
        clock = self.world.clock
        return clock.now() if webhook.retry_clock is RetryClock.WORLD else int(clock.machine())

    async def _send_due(self, webhook: Webhook, payloads: Payloads, request: Request, waiting: list[Waiting]) -> None:
        in_flight = {one.id for one in self._flying.values()}
        room = webhook.breaker.room(int(self.world.clock.machine()), len(in_flight))
        chosen = next_out(waiting, in_flight, room, self._now(webhook))
        written = await payloads.written(request, [one.event_id for one in chosen])
        unseen = [one.id for one in chosen if one.event_id not in written]
        if unseen:
            # The app may see them no longer, so it is not told of them either.
            async with self.world.database.write() as connection:
                await webhooks.settle(connection, webhook, self.couriers.name, webhook.breaker, Settled((), unseen))
        for one in chosen:
            if one.event_id in written:
                self._flying[asyncio.create_task(self._sent(webhook, one, written[one.event_id]))] = one

    async def _sent(self, webhook: Webhook, one: Waiting, payload: Payload) -> Attempt:
        async with self.couriers.slots:
            began_at = int(self.world.clock.machine())
            sent = await self._sent_once(webhook, one, payload.body)
        return Attempt(
            one.event_id,
            AttemptKind.DELIVERY,
            one.attempts + 1,
            began_at,
            round(sent.seconds * 1000),
            sent.outcome,
            sent.http_status,
        )

    async def _sent_once(self, webhook: Webhook, one: Waiting, body: bytes) -> Sent:
        """What the platform hears of one delivery, and the target gets of it, with the world's faults in between."""
        met = self.world.outside.webhook_targets.befalling(one.subject_id, self.world.clock.now())
        if FaultKind.OUTAGE in met:
            return Sent(AttemptOutcome.UNREACHABLE, None, 0.0)
        if FaultKind.TIMEOUT_BEFORE_EFFECT in met:
            return Sent(AttemptOutcome.TIMED_OUT, None, 0.0)
        if FaultKind.LOST_CONFIRMATION in met:
            return Sent(AttemptOutcome.DELIVERED, HTTPStatus.ACCEPTED, 0.0)
        message_id = api_id(Prefix.EVENT, one.event_id)
        sent = await send(self.world, self._key, webhook, message_id, body)
        if FaultKind.DUPLICATE_CONFIRMATION in met:
            await send(self.world, self._key, webhook, message_id, body)
        if FaultKind.TIMEOUT_AFTER_EFFECT in met and sent.outcome is AttemptOutcome.DELIVERED:
            return replace(sent, outcome=AttemptOutcome.TIMED_OUT, http_status=None)
        return sent

    async def _settle(self, webhook: Webhook) -> bool:
        """What has come back is written; whether it was, and nobody else holds the webhook now."""
        ended = {task: one for task, one in self._flying.items() if task.done()}
        now, machine_now = self._now(webhook), int(self.world.clock.machine())
        breaker = webhook.breaker
        attempts: list[Attempt] = []
        done: list[int] = []
        failed: list[Waiting] = []
        given_up: list[int] = []
        gone = False
        for task, one in ended.items():
            del self._flying[task]
            attempt = task.result()
            breaker = breaker.after(attempt.outcome, machine_now)
            next_at: int | None = None
            if attempt.outcome is AttemptOutcome.DELIVERED:
                done.append(one.id)
            else:
                gone = gone or attempt.outcome is AttemptOutcome.GONE
                again = after_failure(one, now, self.world.record.seed, webhook.id)
                if again is None:
                    given_up.append(one.id)
                else:
                    failed.append(again)
                    next_at = again.due_at
            attempts.append(replace(attempt, next_at=next_at))
        if breaker.is_open and not webhook.breaker.is_open:
            log.warning(
                "%s fails: %s, %d times in a row",
                api_id(Prefix.WEBHOOK, webhook.id),
                attempts[-1].outcome.name,
                breaker.failures,
            )
        answers_again = webhook.breaker.is_open and not breaker.is_open
        settled = Settled(attempts, done, failed, given_up, now if answers_again else None, gone)
        async with self.world.database.write() as connection:
            held = await webhooks.settle(connection, webhook, self.couriers.name, breaker, settled)
        for attempt in attempts:
            self.world.tallies.webhook_attempts[attempt.outcome] += 1
        return held


async def signing_key(world: World) -> str:
    """The key that secrets are derived from, drawn where the world has none: it was restored from a backup."""
    async with world.database.read() as connection:
        found = await webhooks.key(connection)
    if found is None:
        async with world.database.write() as connection:
            found = await webhooks.key_or_new(connection, new_secret(36))
    return found


async def send(world: World, key: str, webhook: Webhook, message_id: str, body: bytes) -> Sent:
    """The body is sent once, signed with the webhook's secret, and for a day after a rotation with the one before."""
    now = int(world.clock.machine())
    generations = [webhook.generation]
    if webhook.old_secret_until is not None and now < webhook.old_secret_until:
        generations.append(webhook.generation - 1)
    secrets = [secret_of(key, webhook.id, generation) for generation in generations]
    return await world.sender(webhook.url, signed_headers(secrets, message_id, now, body), body)
