"""Webhooks (事件推送): where an app has its events delivered, which of them wait, and what became of each attempt.

One process delivers to a webhook: the one whose name stands in `holder`, for as long as `beat` grows. Whoever finds
that it has not grown for some seconds of its own clock takes the webhook over, so that no two clocks are compared. What
the holder writes names it, and changes nothing once another holds the webhook.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import BigInteger, Text, bindparam, delete, func, insert, literal_column, null, select, update

from domain.decisions.delivering import Breaker, Waiting
from domain.decisions.webhook_signing import SECRET_PREFIX
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import clients, webhook_attempts, webhook_deliveries, webhook_keys, webhooks, world
from domain.vocabulary import (
    AttemptKind,
    AttemptOutcome,
    DeliveryStatus,
    Id,
    Instant,
    RegionCode,
    RetryClock,
    WebhookStatus,
    WebhookStop,
)

ATTEMPTS_KEPT = 1_000
"""How many attempts of one webhook are kept, the latest."""
GIVEN_UP_KEPT = 1_000
"""How many events of one webhook that were given up are kept, the latest."""

Place = tuple[int, int]
"""Where something stands in the log: transaction id and position."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it is. `types` and `regions` are None for all; `place` is the last event that was looked at."""

    id: Id
    client_id: Id
    client: str
    url: str
    types: tuple[str, ...] | None
    regions: tuple[RegionCode, ...] | None
    selection: str
    retry_clock: RetryClock
    status: WebhookStatus
    stop: WebhookStop | None
    generation: int
    old_secret_until: int | None
    place: Place
    breaker: Breaker


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook that is registered now, and delivers what comes behind a place of the log."""

    id: Id
    client_id: Id
    url: str
    types: tuple[str, ...] | None
    regions: tuple[RegionCode, ...] | None
    selection: str
    retry_clock: RetryClock
    created_at: Instant
    secret_start: str
    place: Place


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An event of the log that is to be delivered."""

    place: Place
    event_id: Id
    subject_id: Id
    occurred_at: Instant


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver, by seconds of the machine; `next_at` is by the clock that the webhook is retried by."""

    event_id: Id | None
    kind: AttemptKind
    number: int
    began_at: int
    milliseconds: int
    outcome: AttemptOutcome
    http_status: int | None
    next_at: int | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who delivers to a webhook; `beat` grows while that process lives."""

    webhook_id: Id
    holder: str | None
    beat: int


# ---- the key that secrets are derived from --------------------------------------------------------------------------

_KEY = Statement(select(webhook_keys.c.secret))
_ADD_KEY = Statement(insert(webhook_keys).values(number=1, secret=bindparam("secret")).inline())
_FORGET_KEY = Statement(delete(webhook_keys))
_FORGET_STARTS = Statement(update(webhooks).values(secret_start=bindparam("none"), old_secret_until=null()))
_HOLD_WORLD = Statement(select(world.c.name).with_for_update())


async def key(connection: Connection) -> str | None:
    """The key that every webhook's secret is derived from; None before the first webhook."""
    row = await connection.fetch_one(_KEY, {})
    return None if row is None else str(row[0])


async def key_or_new(connection: Connection, drawn: str) -> str:
    """The same, which is `drawn` where there was none."""
    found = await key(connection)
    if found is not None:
        return found
    await connection.fetch_one(_HOLD_WORLD, {})
    found = await key(connection)
    if found is None:
        await connection.execute(_ADD_KEY, {"secret": drawn})
    return found or drawn


# ---- webhooks as their app knows them -------------------------------------------------------------------------------

_COLUMNS = (
    webhooks.c.id,
    webhooks.c.client_id,
    clients.c.name,
    webhooks.c.url,
    webhooks.c.types,
    webhooks.c.regions,
    webhooks.c.selection,
    webhooks.c.retry_clock,
    webhooks.c.status,
    webhooks.c.stop,
    webhooks.c.generation,
    webhooks.c.old_secret_until,
    webhooks.c.transaction_id,
    webhooks.c.position,
    webhooks.c.failures,
    webhooks.c.probe_at,
)
_there = webhooks.c.status != WebhookStatus.REMOVED.name
_joined = select(*_COLUMNS).join_from(webhooks, clients, clients.c.id == webhooks.c.client_id)
_BY_ID = Statement(_joined.where(among(webhooks.c.id, "ids"), _there))
_HOLD = Statement(select(webhooks.c.id).where(among(webhooks.c.id, "ids")).order_by(webhooks.c.id).with_for_update())
_HOLD_CLIENTS = Statement(
    select(clients.c.id).where(among(clients.c.id, "ids")).order_by(clients.c.id).with_for_update()
)
_NUMBER = Statement(
    select(webhooks.c.client_id, func.count())
    .where(among(webhooks.c.client_id, "client_ids"), _there)
    .group_by(webhooks.c.client_id)
)
_ADD = Statement(
    insert(webhooks)
    .values(
        id=bindparam("id"),
        client_id=bindparam("client_id"),
        url=bindparam("url"),
        types=bindparam("types"),
        regions=bindparam("regions"),
        selection=bindparam("selection"),
        retry_clock=bindparam("retry_clock"),
        status=WebhookStatus.ACTIVE.name,
        created_at=bindparam("created_at"),
        generation=1,
        secret_start=bindparam("secret_start"),
        transaction_id=bindparam("transaction_id"),
        position=bindparam("position"),
        failures=0,
        beat=0,
    )
    .inline()
)
_this = webhooks.c.id == bindparam("webhook_id")
_CHANGE = Statement(
    update(webhooks)
    .values(
        url=bindparam("url"),
        types=bindparam("types"),
        regions=bindparam("regions"),
        selection=bindparam("selection"),
        retry_clock=bindparam("retry_clock"),
        failures=0,
        probe_at=null(),
    )
    .where(_this, _there)
    .returning(webhooks.c.id)
)
_SET_STATUS = Statement(
    update(webhooks)
    .values(status=bindparam("status"), stop=bindparam("stop"), failures=0, probe_at=null())
    .where(_this, _there)
    .returning(webhooks.c.id)
)
_ROTATE = Statement(
    update(webhooks)
    .values(
        generation=webhooks.c.generation + 1,
        secret_start=bindparam("secret_start"),
        old_secret_until=bindparam("until"),
    )
    .where(_this, _there)
    .returning(webhooks.c.id)
)
_FORGET_DELIVERIES = Statement(delete(webhook_deliveries).where(among(webhook_deliveries.c.webhook_id, "ids")))
_FORGET_ATTEMPTS = Statement(delete(webhook_attempts).where(among(webhook_attempts.c.webhook_id, "ids")))
_STOP_ALL = Statement(
    update(webhooks)
    .values(
        status=WebhookStatus.PAUSED.name,
        stop=WebhookStop.WORLD_RESTORED.name,
        holder=null(),
        failures=0,
        probe_at=null(),
    )
    .where(webhooks.c.status == WebhookStatus.ACTIVE.name)
)


def _listed(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(orjson.loads(text))


def _webhook(row: Sequence[object]) -> Webhook:
    number, client_id, client, url, types, regions, selection, clock, status, stop, generation, until, *rest = row
    transaction_id, position, failures, probe_at = rest
    in_regions = _listed(regions)  # type: ignore[arg-type]
    return Webhook(
        Id(number),  # type: ignore[arg-type]
        Id(client_id),  # type: ignore[arg-type]
        str(client),
        str(url),
        _listed(types),  # type: ignore[arg-type]
        None if in_regions is None else tuple(map(RegionCode, in_regions)),
        str(selection),
        RetryClock.named(str(clock)),
        WebhookStatus.named(str(status)),
        None if stop is None else WebhookStop.named(str(stop)),
        generation,  # type: ignore[arg-type]
        until,  # type: ignore[arg-type]
        (transaction_id, position),  # type: ignore[arg-type]
        Breaker(failures, probe_at),  # type: ignore[arg-type]
    )


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, Webhook]:
    """The webhooks that are there; an id of one that was removed, or of none, is left out."""
    rows = await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    return {found.id: found for found in map(_webhook, rows)}


async def hold(connection: Connection, ids: Iterable[Id]) -> None:
    """Nobody else changes these webhooks until the transaction ends."""
    await connection.fetch_all(_HOLD, {"ids": sorted(set(ids))})


async def hold_clients(connection: Connection, ids: Iterable[Id]) -> None:
    """Nobody else registers a webhook of these apps until the transaction ends."""
    await connection.fetch_all(_HOLD_CLIENTS, {"ids": sorted(set(ids))})


async def numbers(connection: Connection, client_ids: Iterable[Id]) -> dict[Id, int]:
    """How many webhooks each app has; an app with none is left out."""
    rows = await connection.fetch_all(_NUMBER, {"client_ids": sorted(set(client_ids))})
    return {Id(client): number for client, number in rows}


def _json(values: Sequence[str] | None) -> str | None:
    return None if values is None else orjson.dumps(values).decode()


async def add(connection: Connection, new: Sequence[NewWebhook]) -> None:
    """The webhooks are there, and active."""
    if new:
        await connection.execute_many(
            _ADD,
            [
                {
                    "id": one.id,
                    "client_id": one.client_id,
                    "url": one.url,
                    "types": _json(one.types),
                    "regions": _json(one.regions),
                    "selection": one.selection,
                    "retry_clock": one.retry_clock.name,
                    "created_at": one.created_at,
                    "secret_start": one.secret_start,
                    "transaction_id": one.place[0],
                    "position": one.place[1],
                }
                for one in new
            ],
        )


async def put(connection: Connection, changed: Webhook) -> None:
    """The webhook has this URL, selection and filters; a target that failed is asked again at once."""
    values = {
        "webhook_id": changed.id,
        "url": changed.url,
        "types": _json(changed.types),
        "regions": _json(changed.regions),
        "selection": changed.selection,
        "retry_clock": changed.retry_clock.name,
    }
    await change(connection, _CHANGE, [values])


async def set_status(
    connection: Connection, webhook_id: Id, status: WebhookStatus, stop: WebhookStop | None = None
) -> None:
    """The webhook is in this state, for that reason."""
    values = {"webhook_id": webhook_id, "status": status.name, "stop": None if stop is None else stop.name}
    await change(connection, _SET_STATUS, [values])


async def rotate(connection: Connection, webhook_id: Id, secret_start: str, old_secret_until: int) -> None:
    """The webhook has another secret; the one before signs too until that second of the machine."""
    values = {"webhook_id": webhook_id, "secret_start": secret_start, "until": old_secret_until}
    await change(connection, _ROTATE, [values])


async def remove(connection: Connection, webhook_id: Id) -> None:
    """The webhook is there no longer, nor what waited for it, nor its attempts."""
    await set_status(connection, webhook_id, WebhookStatus.REMOVED)
    await connection.execute(_FORGET_DELIVERIES, {"ids": [webhook_id]})
    await connection.execute(_FORGET_ATTEMPTS, {"ids": [webhook_id]})


async def begin_again(connection: Connection) -> None:
    """The world was restored from a backup: nothing is delivered until each app resumes its webhooks, and whoever has
    the backup cannot sign what is.
    """
    await connection.execute(_STOP_ALL, {})
    await connection.execute(_FORGET_STARTS, {"none": SECRET_PREFIX})
    await connection.execute(_FORGET_KEY, {})


# ---- who delivers ---------------------------------------------------------------------------------------------------

_active = (
    webhooks.c.status == WebhookStatus.ACTIVE.name,
    select(clients.c.id)
    .where(clients.c.id == webhooks.c.client_id, clients.c.disabled_at.is_(None))
    .correlate(webhooks)
    .exists(),
)
_LEASES = Statement(select(webhooks.c.id, webhooks.c.holder, webhooks.c.beat).where(*_active).order_by(webhooks.c.id))
_TAKE = Statement(
    update(webhooks)
    .values(holder=bindparam("new_holder"), beat=webhooks.c.beat + 1)
    .where(_this, webhooks.c.beat == bindparam("seen", type_=BigInteger()))
    .returning(webhooks.c.id)
)
_own = webhooks.c.holder == bindparam("own_name", type_=Text())
_RENEW = Statement(update(webhooks).values(beat=webhooks.c.beat + 1).where(_own).returning(webhooks.c.id))
_RELEASE = Statement(update(webhooks).values(holder=null(), beat=webhooks.c.beat + 1).where(_own))
_HELD = Statement(
    _joined.where(_this, _own, webhooks.c.status == WebhookStatus.ACTIVE.name, clients.c.disabled_at.is_(None))
)


async def leases(connection: Connection) -> list[Lease]:
    """Every webhook that is active and whose app is not disabled, and who delivers to it."""
    return [Lease(Id(number), holder, beat) for number, holder, beat in await connection.fetch_all(_LEASES, {})]


async def take(connection: Connection, lease: Lease, holder: str) -> bool:
    """The webhook is this holder's, unless somebody has moved since the lease was read."""
    values = {"webhook_id": lease.webhook_id, "new_holder": holder, "seen": lease.beat}
    return await connection.fetch_one(_TAKE, values) is not None


async def renew(connection: Connection, holder: str) -> frozenset[Id]:
    """The webhooks that are still this holder's, for some more seconds."""
    return frozenset(Id(number) for (number,) in await connection.fetch_all(_RENEW, {"own_name": holder}))


async def release(connection: Connection, holder: str) -> None:
    """The holder's webhooks are anybody's, at once."""
    await connection.execute(_RELEASE, {"own_name": holder})


async def held(connection: Connection, webhook_id: Id, holder: str) -> Webhook | None:
    """The webhook, if it is active and this holder's."""
    row = await connection.fetch_one(_HELD, {"webhook_id": webhook_id, "own_name": holder})
    return None if row is None else _webhook(row)


# ---- what waits -----------------------------------------------------------------------------------------------------

_WAITING = Statement(
    select(
        webhook_deliveries.c.id,
        webhook_deliveries.c.transaction_id,
        webhook_deliveries.c.position,
        webhook_deliveries.c.event_id,
        webhook_deliveries.c.subject_id,
        webhook_deliveries.c.attempts,
        webhook_deliveries.c.due_at,
    )
    .where(
        webhook_deliveries.c.webhook_id == bindparam("webhook_id"),
        webhook_deliveries.c.status == DeliveryStatus.WAITING.name,
    )
    .order_by(webhook_deliveries.c.transaction_id, webhook_deliveries.c.position)
)
_ADVANCE = Statement(
    update(webhooks)
    .values(transaction_id=bindparam("to_transaction"), position=bindparam("to_position"))
    .where(_this, _own)
    .returning(webhooks.c.id)
)
_TAKE_IN = Statement(
    insert(webhook_deliveries)
    .values(
        webhook_id=bindparam("of_webhook"),
        transaction_id=bindparam("transaction_id"),
        position=bindparam("position"),
        event_id=bindparam("event_id"),
        subject_id=bindparam("subject_id"),
        occurred_at=bindparam("occurred_at"),
        status=DeliveryStatus.WAITING.name,
        attempts=0,
        due_at=bindparam("due_at"),
    )
    .inline()
)
_QUEUED = Statement(
    select(webhook_deliveries.c.event_id).where(
        webhook_deliveries.c.webhook_id == bindparam("webhook_id"), among(webhook_deliveries.c.event_id, "event_ids")
    )
)
_AGAIN = Statement(
    update(webhook_deliveries)
    .values(status=DeliveryStatus.WAITING.name, attempts=0, due_at=bindparam("due_at"))
    .where(
        webhook_deliveries.c.webhook_id == bindparam("of_webhook"),
        webhook_deliveries.c.event_id == bindparam("of_event"),
    )
)


async def waiting(connection: Connection, webhook_id: Id) -> list[Waiting]:
    """What is to be delivered to a webhook, in the order of the log."""
    return [
        Waiting(number, (transaction_id, position), Id(event), Id(subject), attempts, due_at)
        for number, transaction_id, position, event, subject, attempts, due_at in await connection.fetch_all(
            _WAITING, {"webhook_id": webhook_id}
        )
    ]


async def take_in(
    connection: Connection, webhook: Webhook, holder: str, found: Sequence[TakenIn], place: Place, now: int
) -> bool:
    """The events wait from now on, and the log is looked at up to that place; False where another holds the webhook.

    An event that waits already, because it is to be redelivered, waits once.
    """
    moved = {"webhook_id": webhook.id, "own_name": holder, "to_transaction": place[0], "to_position": place[1]}
    if await connection.fetch_one(_ADVANCE, moved) is None:
        return False
    await _queue(connection, webhook.id, found, now)
    return True


async def _queue(connection: Connection, webhook_id: Id, found: Sequence[TakenIn], now: int) -> None:
    if not found:
        return
    asked = {"webhook_id": webhook_id, "event_ids": [one.event_id for one in found]}
    queued = {event for (event,) in await connection.fetch_all(_QUEUED, asked)}
    new = [one for one in found if one.event_id not in queued]
    await connection.execute_many(
        _TAKE_IN,
        [
            {
                "of_webhook": webhook_id,
                "transaction_id": one.place[0],
                "position": one.place[1],
                "event_id": one.event_id,
                "subject_id": one.subject_id,
                "occurred_at": one.occurred_at,
                "due_at": now,
            }
            for one in new
        ],
    )


async def queue_again(connection: Connection, webhook_id: Id, event: TakenIn, now: int) -> None:
    """The event is delivered once more, from now on and as if it had never been tried."""
    await connection.execute(_AGAIN, {"of_webhook": webhook_id, "of_event": event.event_id, "due_at": now})
    await _queue(connection, webhook_id, [event], now)


# ---- what became of it ----------------------------------------------------------------------------------------------

_SET_BREAKER = Statement(
    update(webhooks)
    .values(failures=bindparam("failed"), probe_at=bindparam("probe"))
    .where(_this, _own, _there)
    .returning(webhooks.c.id)
)
_DONE = Statement(delete(webhook_deliveries).where(among(webhook_deliveries.c.id, "ids")))
_FAILED = Statement(
    update(webhook_deliveries)
    .values(attempts=bindparam("made"), due_at=bindparam("due"))
    .where(webhook_deliveries.c.id == bindparam("delivery_id"))
)
_GIVE_UP = Statement(
    update(webhook_deliveries)
    .values(status=DeliveryStatus.GIVEN_UP.name, attempts=webhook_deliveries.c.attempts + 1)
    .where(among(webhook_deliveries.c.id, "ids"))
)
_DUE_NOW = Statement(
    update(webhook_deliveries)
    .values(due_at=bindparam("due"))
    .where(
        webhook_deliveries.c.webhook_id == bindparam("of_webhook"),
        webhook_deliveries.c.status == DeliveryStatus.WAITING.name,
    )
)
_ATTEMPT = Statement(
    insert(webhook_attempts)
    .values(
        webhook_id=bindparam("of_webhook"),
        event_id=bindparam("event_id"),
        kind=bindparam("kind"),
        number=bindparam("number"),
        began_at=bindparam("began_at"),
        milliseconds=bindparam("milliseconds"),
        outcome=bindparam("outcome"),
        http_status=bindparam("http_status"),
        next_at=bindparam("next_at"),
    )
    .inline()
    .returning(webhook_attempts.c.id)
)
_oldest_attempt = (
    select(webhook_attempts.c.id)
    .where(webhook_attempts.c.webhook_id == bindparam("of_webhook"))
    .order_by(webhook_attempts.c.id.desc())
    .limit(literal_column("1"))
    .offset(literal_column(str(ATTEMPTS_KEPT)))
    .scalar_subquery()
)
_PRUNE_ATTEMPTS = Statement(
    delete(webhook_attempts).where(
        webhook_attempts.c.webhook_id == bindparam("of_webhook"), webhook_attempts.c.id <= _oldest_attempt
    )
)
_oldest_given_up = (
    select(webhook_deliveries.c.id)
    .where(
        webhook_deliveries.c.webhook_id == bindparam("of_webhook"),
        webhook_deliveries.c.status == DeliveryStatus.GIVEN_UP.name,
    )
    .order_by(webhook_deliveries.c.id.desc())
    .limit(literal_column("1"))
    .offset(literal_column(str(GIVEN_UP_KEPT)))
    .scalar_subquery()
)
_PRUNE_GIVEN_UP = Statement(
    delete(webhook_deliveries).where(
        webhook_deliveries.c.webhook_id == bindparam("of_webhook"),
        webhook_deliveries.c.status == DeliveryStatus.GIVEN_UP.name,
        webhook_deliveries.c.id <= _oldest_given_up,
    )
)
_TESTS = Statement(
    select(func.count()).where(
        webhook_attempts.c.webhook_id == bindparam("of_webhook"),
        webhook_attempts.c.kind == AttemptKind.TEST.name,
        webhook_attempts.c.began_at > bindparam("since"),
    )
)
_COUNTS = Statement(
    select(
        func.count(),
        func.min(webhook_deliveries.c.occurred_at),
    ).where(webhook_deliveries.c.status == DeliveryStatus.WAITING.name)
)
_OPEN = Statement(select(func.count()).where(webhooks.c.probe_at.is_not(None), *_active))


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of several attempts: deliveries that are done, that wait anew, and that are given up."""

    attempts: Sequence[Attempt]
    done: Sequence[int] = ()
    failed: Sequence[Waiting] = ()
    given_up: Sequence[int] = ()
    all_due_at: int | None = None
    """From when everything that waits is due: its target has answered again."""
    gone: bool = False
    """The target wants nothing more."""


async def settle(connection: Connection, webhook: Webhook, holder: str, breaker: Breaker, settled: Settled) -> bool:
    """What became of the attempts is written; False, and nothing is, where another holds the webhook."""
    values = {"webhook_id": webhook.id, "own_name": holder, "failed": breaker.failures, "probe": breaker.probe_at}
    if await connection.fetch_one(_SET_BREAKER, values) is None:
        return False
    if settled.done:
        await connection.execute(_DONE, {"ids": list(settled.done)})
    if settled.failed:
        rows = [{"delivery_id": one.id, "made": one.attempts, "due": one.due_at} for one in settled.failed]
        await connection.execute_many(_FAILED, rows)
    if settled.given_up:
        await connection.execute(_GIVE_UP, {"ids": list(settled.given_up)})
        await connection.execute(_PRUNE_GIVEN_UP, {"of_webhook": webhook.id})
    if settled.all_due_at is not None:
        await connection.execute(_DUE_NOW, {"of_webhook": webhook.id, "due": settled.all_due_at})
    if settled.gone:
        await set_status(connection, webhook.id, WebhookStatus.DISABLED, WebhookStop.TARGET_GONE)
    await record(connection, webhook.id, settled.attempts)
    return True


async def record(connection: Connection, webhook_id: Id, attempts: Sequence[Attempt]) -> list[int]:
    """The attempts are listed, and their ids; the oldest go when there are too many."""
    if not attempts:
        return []
    rows = await connection.fetch_many(
        _ATTEMPT,
        [
            {
                "of_webhook": webhook_id,
                "event_id": one.event_id,
                "kind": one.kind.name,
                "number": one.number,
                "began_at": one.began_at,
                "milliseconds": one.milliseconds,
                "outcome": one.outcome.name,
                "http_status": one.http_status,
                "next_at": one.next_at,
            }
            for one in attempts
        ],
    )
    await connection.execute(_PRUNE_ATTEMPTS, {"of_webhook": webhook_id})
    return [number for (number,) in rows]


async def tests_since(connection: Connection, webhook_id: Id, since: int) -> int:
    """How often a webhook was tested after that second of the machine."""
    row = await connection.fetch_one(_TESTS, {"of_webhook": webhook_id, "since": since})
    assert row is not None
    return int(row[0])


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in all webhooks: how many events, when the oldest came about, and how many targets are failing."""

    waiting: int
    oldest_at: Instant | None
    failing: int


async def backlog(connection: Connection) -> Backlog:
    """What waits now."""
    row, failing = await connection.fetch_one(_COUNTS, {}), await connection.fetch_one(_OPEN, {})
    assert row is not None
    assert failing is not None
    return Backlog(int(row[0]), None if row[1] is None else Instant(row[1]), int(failing[0]))
