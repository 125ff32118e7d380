"""Tokens for programs (OAuth 2): apps of partners, designated institutions and load generators sign in here.

RFC 6749 §4.4 (client credentials), RFC 8693 (token exchange, in a sandbox only), RFC 7009 (revocation), RFC 7517
(public keys). GraphQL is wrong for these: programs come with a client library that speaks OAuth, and gateways with one
that reads a key set.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.store import clients, persons
from domain.store.clients import Client, scopes_of, scopes_text
from domain.store.engine import StoreUnavailable
from domain.vocabulary import ANONYMOUS, NATION, Id, Prefix, Role, Scope, Viewer, api_id, parsed_api_id
from resolvers.buckets import client_of
from resolvers.graphql import WorldService
from resolvers.requests import asked_for_token
from resolvers.service import Answer, ErrorCode, Worlds
from resolvers.world import World

log = logging.getLogger("canbao.oauth")

LONGEST_FORM: Final = 8_192
FORM_SECONDS: Final = 10.0
KEYS_SECONDS: Final = 60
"""How long a gateway may keep the key set; a key that it does not know it looks up at once."""
COST: Final = 1_000
"""What asking here takes from the bucket of the address that asks, where there are buckets: secrets are looked up."""
CLIENT_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")

PERSON_TOKEN: Final = "urn:canbao:params:oauth:token-type:person"
"""The subject of a token exchange is the API id of a person."""
_ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"
_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_NOBODY: Final = hashlib.sha256(b"nobody").hexdigest()
"""What the secret of a client that is not there is compared with."""
_NEVER_STORED: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Code(Enum):
    """`error` of an answer that is none (RFC 6749 §5.2), with its HTTP status."""

    INVALID_REQUEST = "invalid_request", 400
    INVALID_CLIENT = "invalid_client", 401
    INVALID_SCOPE = "invalid_scope", 400
    UNAUTHORIZED_CLIENT = "unauthorized_client", 400
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type", 400
    NOT_FOUND = "invalid_request", 404
    TOO_LONG = "invalid_request", 413
    TOO_MANY = "temporarily_unavailable", 429
    UNAVAILABLE = "temporarily_unavailable", 503
    SERVER_ERROR = "server_error", 500

    def __init__(self, text: str, status: int) -> None:
        self.text = text
        self.status = status


@dataclass(eq=False)
class Refused(Exception):
    """Why there is no token. The description is for whoever writes the client, in ASCII, and repeats nothing sent."""

    code: Code
    description: str
    retry_after_seconds: int | None = None


def secret_digest(secret: str) -> str:
    """What is kept of a client's secret: 256 random bits are found by no number of guesses, however fast they are."""
    return hashlib.sha256(secret.encode()).hexdigest()


# ---- what was sent --------------------------------------------------------------------------------------------------


async def _form(request: HttpRequest) -> dict[str, str]:
    """The members of a form body, each once; one without a value counts as not sent (RFC 6749 §3.2)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(Code.INVALID_REQUEST, "The body must be application/x-www-form-urlencoded.")
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_FORM:
                    raise Refused(Code.TOO_LONG, f"The body may have at most {LONGEST_FORM} bytes.")
    except TimeoutError:
        raise Refused(Code.INVALID_REQUEST, f"The body did not arrive within {FORM_SECONDS:g} seconds.") from None
    try:
        members = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise Refused(Code.INVALID_REQUEST, "The body is no form in UTF-8 with at most 20 members.") from None
    found = dict(members)
    if len(found) != len(members):
        raise Refused(Code.INVALID_REQUEST, "A parameter was sent more than once.")
    return {name: value for name, value in found.items() if value}


def _credentials(request: HttpRequest, form: Mapping[str, str]) -> tuple[str, str]:
    """Name and secret, sent in one of the two ways (RFC 6749 §2.3.1): client_secret_basic or client_secret_post."""
    header = request.headers.get("authorization")
    if header is None:
        if "client_id" not in form or "client_secret" not in form:
            raise _not_known()
        return form["client_id"], form["client_secret"]
    if "client_secret" in form:
        raise Refused(Code.INVALID_REQUEST, "The client authenticates in one way: by header or in the form.")
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
        name, colon, secret = decoded.partition(":")
        found = unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict")
    except (binascii.Error, ValueError):
        raise _not_known() from None
    if scheme.lower() != "basic" or not colon or form.get("client_id", found[0]) != found[0]:
        raise _not_known()
    return found


def _not_known() -> Refused:
    return Refused(Code.INVALID_CLIENT, "The client is not known here, or its secret is another.")


async def authenticated(world: World, name: str, secret: str) -> Client:
    """The client that these credentials are of.

    Who asks with a wrong secret hears what one hears who is nobody, after the same work; so does who is disabled.
    """
    async with world.database.read() as connection:
        found = await clients.by_name(connection, name if CLIENT_NAME.fullmatch(name) else "")
    digest = _NOBODY if found is None else found.secret_digest
    right = hmac.compare_digest(secret_digest(secret), digest)
    if found is None or not right or found.disabled_at is not None:
        raise _not_known()
    return found


def _granted(form: Mapping[str, str], held: frozenset[Scope]) -> frozenset[Scope]:
    """The scopes that were asked for, all that may be had where none was."""
    if "scope" not in form:
        return held
    try:
        wanted = scopes_of(form["scope"])
    except KeyError:
        wanted = None
    if not wanted or not wanted <= held:
        raise Refused(Code.INVALID_SCOPE, f"The client may have: {scopes_text(held) or 'no scope'}.")
    return wanted


# ---- what is answered -----------------------------------------------------------------------------------------------


async def token(world: World, request: HttpRequest) -> Response:
    """POST /oauth/token."""
    form = await _form(request)
    client = await authenticated(world, *_credentials(request, form))
    grant = form.get("grant_type")
    if grant is None:
        raise Refused(Code.INVALID_REQUEST, "grant_type is missing.")
    if grant == "client_credentials":
        return _answered(world, client, _itself(form, client), {})
    if grant == _EXCHANGE:
        return _answered(world, client, await _somebody(world, form, client), {"issued_token_type": _ACCESS_TOKEN})
    raise Refused(Code.UNSUPPORTED_GRANT_TYPE, "grant_type is client_credentials, or in a sandbox token-exchange.")


def _itself(form: Mapping[str, str], client: Client) -> Viewer:
    scopes = _granted(form, client.scopes)
    return Viewer(
        client.role,
        Id(0),
        NATION,
        client.name,
        client_id=client.id,
        scopes=scopes,
        institution_id=client.institution_id or Id(0),
    )


async def _somebody(world: World, form: Mapping[str, str], client: Client) -> Viewer:
    """The person whom a load generator asks for: as if that person had signed in."""
    if not world.sandbox or Scope.IMPERSONATE not in client.scopes:
        raise Refused(
            Code.UNAUTHORIZED_CLIENT, "Tokens for other people are for clients with scope impersonate, in a sandbox."
        )
    if form.get("subject_token_type") != PERSON_TOKEN or "subject_token" not in form:
        raise Refused(Code.INVALID_REQUEST, f"subject_token is a person's id, its subject_token_type {PERSON_TOKEN}.")
    if form.get("requested_token_type", _ACCESS_TOKEN) != _ACCESS_TOKEN:
        raise Refused(Code.INVALID_REQUEST, f"requested_token_type is {_ACCESS_TOKEN}.")
    scopes = _granted(form, client.scopes - {Scope.IMPERSONATE})
    person_id = parsed_api_id(form["subject_token"], Prefix.PERSON) or Id(0)
    async with world.database.read() as connection:
        if person_id not in await persons.on_record(connection, [person_id]):
            raise Refused(Code.INVALID_REQUEST, "No such person can be had.")
    return Viewer(Role.CITIZEN, person_id, NATION, api_id(Prefix.PERSON, person_id), scopes=scopes)


def _answered(world: World, client: Client, viewer: Viewer, more: Mapping[str, str]) -> Response:
    text, _ = world.tokens.issued(viewer, client.name)
    return JSONResponse(
        {
            "access_token": text,
            "token_type": "Bearer",
            "expires_in": world.tokens.seconds,
            "scope": scopes_text(viewer.scopes),
            **more,
        },
        headers=_NEVER_STORED,
    )


async def revoke(world: World, request: HttpRequest) -> Response:
    """POST /oauth/revoke: a client gives a token back that it got. Any other is left as it is, without saying so."""
    form = await _form(request)
    client = await authenticated(world, *_credentials(request, form))
    if "token" not in form:
        raise Refused(Code.INVALID_REQUEST, "token is missing.")
    viewer = world.tokens.read(form["token"])
    if viewer is not None and viewer.sign_in is not None and viewer.sign_in.client == client.name:
        await world.sign_out(viewer)
    return Response(status_code=200, headers=_NEVER_STORED)


async def keys(world: World, request: HttpRequest) -> Response:
    """GET /.well-known/jwks.json: what tokens can be checked with by whoever is shown one."""
    headers = {"Cache-Control": f"public, max-age={KEYS_SECONDS}"}
    return JSONResponse({"keys": world.tokens.public_keys()}, headers=headers)


# ---- routes ---------------------------------------------------------------------------------------------------------

_Handle = Callable[[World, HttpRequest], Awaitable[Response]]
PATHS: Final[tuple[tuple[str, str, _Handle], ...]] = (
    ("/oauth/token", "POST", token),
    ("/oauth/revoke", "POST", revoke),
    ("/.well-known/jwks.json", "GET", keys),
)


def oauth_routes(worlds: Worlds) -> list[Route]:
    """Each of these for the default world, and at /worlds/{name}/… for one by name."""
    return [
        Route(prefix + path, _endpoint(worlds, path, handle), methods=[method])
        for path, method, handle in PATHS
        for prefix in ("", "/worlds/{world}")
    ]


def _endpoint(worlds: Worlds, path: str, handle: _Handle) -> Callable[[HttpRequest], Any]:
    async def answered(request: HttpRequest) -> Response:
        begun = perf_counter()
        world: World | None = None
        outcome = "ok"
        try:
            service = await worlds.service(request.path_params.get("world"))
            if isinstance(service, Answer):
                raise _not_served(service)
            assert isinstance(service, WorldService)
            world = service.world
            _take(service, request, begun)
            response = await handle(world, request)
        except Refused as refused:
            outcome, response = refused.code.name.lower(), _error(refused)
        except ClientDisconnect:
            outcome, response = "client_gone", Response(status_code=400)
        except StoreUnavailable as error:
            log.warning("store unavailable: %s", error)
            outcome, response = _UNAVAILABLE.code.name.lower(), _error(_UNAVAILABLE)
        except Exception:
            log.exception("fault")
            outcome, response = _FAULT.code.name.lower(), _error(_FAULT)
        asked_for_token(world, path, outcome, response.status_code, perf_counter() - begun)
        return response

    return answered


def _take(service: WorldService, request: HttpRequest, now: float) -> None:
    """What asking costs is taken from the bucket of the address that asks. Raises Refused where it is not in it."""
    if service.buckets is None:
        return
    peer = None if request.client is None else request.client.host
    wait = service.buckets.take(client_of(ANONYMOUS, service.world.record.name, peer), now, COST)
    if wait:
        raise Refused(Code.TOO_MANY, "This address has asked too often: try again after Retry-After.", wait)


_UNAVAILABLE: Final = Refused(Code.UNAVAILABLE, "The world is unavailable: try again shortly.", 1)
_FAULT: Final = Refused(Code.SERVER_ERROR, "Internal error: report the time to the operator.")


def _not_served(answer: Answer) -> Refused:
    if answer.codes == (ErrorCode.WORLD_NOT_FOUND,):
        return Refused(Code.NOT_FOUND, "There is no world of that name.")
    return _UNAVAILABLE


def _error(refused: Refused) -> Response:
    headers = dict(_NEVER_STORED)
    if refused.code is Code.INVALID_CLIENT:
        headers["WWW-Authenticate"] = 'Basic realm="canbao", charset="UTF-8"'
    if refused.retry_after_seconds is not None:
        headers["Retry-After"] = str(refused.retry_after_seconds)
    body = {"error": refused.code.text, "error_description": refused.description}
    return JSONResponse(body, refused.code.status, headers=headers)
