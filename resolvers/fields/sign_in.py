"""Signing in with one's real name, and signing out (实名登录、退出登录)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.operations.sign_in_with_real_name import RealNameConfirmed, RealNameOrder, sign_in_with_real_names
from domain.refusals import NotSignedIn
from domain.store.engine import Connection
from domain.vocabulary import NATION, Id, Instant, Prefix, Role, Viewer, api_id
from resolvers.context import Request
from resolvers.fields.journey import batches_of, key_objection, shown
from resolvers.plan.executor import MutationSource, WritePayload
from resolvers.plan.sources import Arguments, ComputedSource, Form, Plain, ToRow

_STANDS_FOR_A_PERSONA = "persona:"
"""In a face: whoever can name a persona has its face, which is for a sandbox alone."""


@dataclass(frozen=True, slots=True)
class SignedInWithRealName:
    """A token for a person. The payload is written as the person sees it."""

    token: str
    expires_at: Instant
    person_id: Id
    seen_by: Viewer


@dataclass(frozen=True, slots=True)
class SignedOut:
    """A token that is no good any more."""

    at: Instant


OUTCOMES = (
    ComputedSource(
        "SignedInWithRealName",
        SignedInWithRealName,
        {
            "token": Plain(lambda signed_in, arguments: signed_in.token),
            "expiresAt": Plain(lambda signed_in, arguments: signed_in.expires_at, Form.INSTANT),
            "person": ToRow("Person", lambda signed_in: signed_in.person_id),
        },
    ),
    ComputedSource("SignedOut", SignedOut, {"at": Plain(lambda signed_out, arguments: signed_out.at, Form.INSTANT)}),
)


async def sign_in_with_real_name(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    """A token for whoever is found to be who they say; those who sign in at once share a transaction."""
    given = arguments["input"]
    if (objection := key_objection(given["idempotencyKey"])) is not None:
        return await shown(request, write, objection)
    world = request.world
    face = given["face"]
    order = RealNameOrder(
        given["idempotencyKey"],
        request.request_id,
        given["name"],
        given["idType"],
        given["idNumber"],
        "" if _STANDS_FOR_A_PERSONA in face and not world.sandbox else face,
    )

    async def written(connection: Connection, answer: object) -> bytes:
        if not isinstance(answer, RealNameConfirmed):
            return await write(connection, answer)
        person = answer.person_id
        seen_by = Viewer(Role.CITIZEN, person, NATION, api_id(Prefix.PERSON, person))
        token, ends_at = world.tokens.issued(seen_by)
        return await write(connection, SignedInWithRealName(token, Instant(ends_at), person, seen_by))

    return await batches_of(world, sign_in_with_real_names).answer(order, written)


async def sign_out(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    """The viewer's token is no good any more."""
    objection = key_objection(arguments["input"]["idempotencyKey"])
    if request.viewer.sign_in is None:
        return await shown(request, write, NotSignedIn())
    if objection is not None:
        return await shown(request, write, objection)
    at = Instant(int(request.world.clock.machine()))
    await request.world.sign_out(request.viewer)
    return await shown(request, write, SignedOut(at))


MUTATIONS: Mapping[str, MutationSource] = {
    "signInWithRealName": MutationSource(sign_in_with_real_name),
    "signOut": MutationSource(sign_out),
}
