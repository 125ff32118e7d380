"""The world, its personas, and who is asking (世界、演示身份、访问者)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from domain.refusals import PersonaNotFound
from domain.store.statements import Statement
from domain.store.tables import persona_promises, personas
from domain.vocabulary import Id, Instant, Prefix, RegionCode, Role, Viewer, business_date
from resolvers.context import Request
from resolvers.fields.following import remaining
from resolvers.fields.journey import key_objection, shown
from resolvers.plan.arguments import bad_input
from resolvers.plan.executor import Follower, MutationSource, SubscriptionSource, WritePayload
from resolvers.plan.sources import (
    Arguments,
    Computed,
    ComputedSource,
    ComputedValue,
    Form,
    Identifier,
    Many,
    Plain,
    QueryRoot,
    RowSource,
    Some,
    ToRow,
    by_key,
    of_nobody,
    text,
    text_by,
)
from resolvers.service import StreamItem
from resolvers.world import World

LONGEST_INTERVAL: Final = 3600
LONGEST_ECHO: Final = 1_000
MOST_PROMISES: Final = 12

PERSONA = RowSource(
    "Persona",
    personas,
    key=("id",),
    prefix=Prefix.PERSONA,
    rule=lambda row, scope: f"1 = {scope.sandbox}",
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.PERSONA, lambda row, scope: row.id),
        "name": text("name"),
        "role": text("role"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "description": text_by(
            lambda row, scope, arguments: (
                row.description_en if arguments["language"].name == "EN" else row.description_zh
            )
        ),
        "promises": Some(
            "PersonaPromise",
            lambda row, other, scope: f"{other.persona_id} = {row.id}",
            order=("position",),
            limit=MOST_PROMISES,
        ),
    },
)

PERSONA_PROMISE = RowSource(
    "PersonaPromise",
    persona_promises,
    key=("persona_id", "position"),
    rule=lambda row, scope: f"1 = {scope.sandbox}",
    subjects=of_nobody,
    fields={
        "text": text_by(
            lambda row, scope, arguments: row.text_en if arguments["language"].name == "EN" else row.text_zh
        ),
        "document": text("document"),
        "variables": text("variables"),
        "outcome": text("outcome"),
        "refusal": text("refusal", nullable=True),
        "expected": text("expected"),
    },
)


@dataclass(frozen=True, slots=True)
class WorldNow:
    """A world at one moment of its clock."""

    world: World
    now: Instant


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A token for a persona. The payload is written as the persona sees it."""

    token: str
    expires_at: Instant
    persona_id: Id
    person_id: Id | None
    seen_by: Viewer


COMPUTED = (
    ComputedSource(
        "World",
        WorldNow,
        {
            "name": Plain(lambda at, arguments: at.world.record.name),
            "seed": Plain(lambda at, arguments: at.world.record.seed, Form.INTEGER),
            "persons": Plain(lambda at, arguments: at.world.record.persons, Form.INTEGER),
            "fingerprint": Plain(lambda at, arguments: at.world.record.fingerprint),
            "forkedFrom": Plain(lambda at, arguments: at.world.record.origin),
            "forkedAt": Plain(lambda at, arguments: at.world.record.origin_at, Form.INSTANT),
            "now": Plain(lambda at, arguments: at.now, Form.INSTANT),
            "today": Plain(lambda at, arguments: business_date(at.now), Form.DATE),
            "clockRate": Plain(lambda at, arguments: at.world.record.clock_rate, Form.INTEGER),
            "advancingTo": Plain(lambda at, arguments: at.world.record.clock_until, Form.INSTANT),
        },
    ),
    ComputedSource(
        "Viewer",
        Viewer,
        {
            "role": Plain(lambda viewer, arguments: viewer.role),
            "name": Plain(lambda viewer, arguments: viewer.name),
            "region": Plain(lambda viewer, arguments: viewer.region),
            "person": ToRow(
                "Person", lambda viewer: viewer.person_id if viewer.role is Role.CITIZEN else None, oneself=True
            ),
            "unit": ToRow("Unit", lambda viewer: viewer.unit_id or None),
            "institution": ToRow("Institution", lambda viewer: viewer.institution_id or None),
        },
    ),
    ComputedSource(
        "SignedIn",
        SignedIn,
        {
            "token": Plain(lambda signed_in, arguments: signed_in.token),
            "expiresAt": Plain(lambda signed_in, arguments: signed_in.expires_at, Form.INSTANT),
            "persona": ToRow("Persona", lambda signed_in: signed_in.persona_id),
            "person": ToRow("Person", lambda signed_in: signed_in.person_id),
        },
    ),
)


async def world_now(request: Request, arguments: Arguments) -> WorldNow:
    """The world at the request's moment."""
    return WorldNow(request.world, request.now)


async def echo(request: Request, arguments: Arguments) -> str:
    """The text that was sent."""
    text = arguments["text"]
    if len(text) > LONGEST_ECHO:
        raise bad_input(f"text 最长 {LONGEST_ECHO} 个字符。", f"text has at most {LONGEST_ECHO} characters.")
    return str(text)


async def viewer(request: Request, arguments: Arguments) -> Viewer:
    """Who asks."""
    return request.viewer


_PERSONA = Statement(
    select(
        personas.c.id,
        personas.c.role,
        personas.c.person_id,
        personas.c.region_code,
        personas.c.unit_id,
        personas.c.institution_id,
    ).where(personas.c.name == bindparam("name"))
)


async def sign_in_as_persona(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    """A token for a persona; nothing is written, so that the same request may always be sent again."""
    given = arguments["input"]
    if (objection := key_objection(given["idempotencyKey"])) is not None:
        return await shown(request, write, objection)
    world = request.world
    async with world.database.read() as connection:
        row = await connection.fetch_one(_PERSONA, {"name": given["persona"]}) if world.sandbox else None
    if row is None:
        return await shown(request, write, PersonaNotFound())
    persona_id, role, person_id, region, unit_id, institution_id = row
    seen_by = Viewer(
        Role.named(role),
        Id(person_id or 0),
        RegionCode(region),
        given["persona"],
        unit_id=Id(unit_id or 0),
        persona_id=Id(persona_id),
        institution_id=Id(institution_id or 0),
    )
    token, ends_at = world.tokens.issued(seen_by)
    return await shown(request, write, SignedIn(token, Instant(ends_at), Id(persona_id), person_id, seen_by))


async def world_clock(request: Request, arguments: Arguments, follower: Follower) -> AsyncGenerator[StreamItem, None]:
    """The world's clock, at once and then at an interval of real seconds."""
    seconds = arguments["everySeconds"]
    if not 1 <= seconds <= LONGEST_INTERVAL:
        raise bad_input(
            f"everySeconds 须在 1 至 {LONGEST_INTERVAL} 之间。", f"everySeconds is from 1 to {LONGEST_INTERVAL}."
        )
    left = remaining(arguments)
    world = request.world
    while left is None or left > 0:
        async with world.database.read() as connection:
            item = await follower.computed(WorldNow(world, world.clock.now()), connection)
        yield StreamItem(item)
        left = None if left is None else left - 1
        await asyncio.sleep(seconds)


QUERIES: Mapping[str, QueryRoot] = {
    "world": Computed(world_now),
    "viewer": Computed(viewer),
    "echo": ComputedValue(echo, Form.TEXT),
    "personas": Many("Persona"),
}
MUTATIONS: Mapping[str, MutationSource] = {"signInAsPersona": MutationSource(sign_in_as_persona)}
SUBSCRIPTIONS: Mapping[str, SubscriptionSource] = {"worldClock": SubscriptionSource(world_clock)}
