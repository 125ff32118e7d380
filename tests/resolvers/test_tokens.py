"""Who speaks for whom: tokens of this world that have not ended, and nothing else."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from domain.policy import PolicyBook
from domain.store import clients, revoked_tokens, signing_keys
from domain.store.clients import scopes_text
from domain.store.engine import open_database
from domain.store.signing_keys import SigningKey, every_key
from domain.vocabulary import ANONYMOUS, EVERY_OPERATION, NATION, Id, Role, Scope, Viewer
from resolvers.service import Answer, GraphQLRequest
from resolvers.tokens import Tokens, derived_key
from resolvers.world import World, new_key, open_world
from simulator.outside import outside
from tests.resolvers.opened import SIGN_IN, MachineTime, OpenedWorld

INSIDE = re.compile(rb"Traceback|jose|jwt|exp|signature|decode|ES256|alg|segment|claim", re.IGNORECASE)


def refused(found: Viewer | Answer) -> bool:
    assert isinstance(found, Answer), found
    assert found.status == 401
    [error] = json.loads(found.body)["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    assert not INSIDE.search(found.body.replace(b"expired", b""))
    return True


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def header_of(key: ECKey) -> dict[str, Any]:
    return {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}


def signed(claims: dict[str, Any], key: ECKey) -> str:
    return jwt.encode(header_of(key), claims, key)


def shared_secret(claims: dict[str, Any], header: dict[str, Any], secret: bytes) -> str:
    """A token under HMAC, which our own library would not make with such a secret."""
    body = f"{part(header)}.{part(claims)}"
    digest = hmac.digest(secret, body.encode(), "sha256")
    return f"{body}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


async def keys_of(world: OpenedWorld) -> list[SigningKey]:
    async with world.service.world.database.read() as connection:
        return await every_key(connection)


async def claims_of(world: OpenedWorld) -> tuple[ECKey, dict[str, Any]]:
    """The world's key, and the claims of a token that it gave."""
    [key] = map(derived_key, await keys_of(world))
    return key, jwt.decode(await world.sign_in("employee"), key).claims


async def test_a_token_speaks_for_its_persona(opened: OpenedWorld) -> None:
    viewer = opened.service.authenticate(f"Bearer {await opened.sign_in('employee')}")
    assert isinstance(viewer, Viewer)
    assert (viewer.role, viewer.name, f"per_{viewer.person_id}") == (
        Role.CITIZEN, "employee", opened.person("employee"),
    )  # fmt: skip
    assert opened.service.authenticate(None) == ANONYMOUS


async def test_a_token_ends_after_an_hour(on_sqlite: OpenedWorld) -> None:
    header = f"Bearer {await on_sqlite.sign_in('employee')}"
    never_seen = f"bearer {await on_sqlite.sign_in('employee-2')}"
    on_sqlite.machine.forward(hours=1, seconds=-1)
    assert isinstance(on_sqlite.service.authenticate(header), Viewer)
    on_sqlite.machine.forward(seconds=2)
    assert refused(on_sqlite.service.authenticate(header))
    assert refused(on_sqlite.service.authenticate(never_seen))


async def test_a_clock_that_is_behind_by_two_minutes_takes_what_another_machine_has_just_issued(
    on_sqlite: OpenedWorld,
) -> None:
    header = f"Bearer {await on_sqlite.sign_in('employee')}"
    on_sqlite.machine.forward(seconds=-120)
    assert isinstance(on_sqlite.service.authenticate(header), Viewer)
    on_sqlite.machine.forward(seconds=-1)
    assert refused(on_sqlite.service.authenticate(header.replace("Bearer", "bearer")))


async def test_a_token_of_another_world_is_no_token(on_sqlite: OpenedWorld, other_world: OpenedWorld) -> None:
    assert refused(on_sqlite.service.authenticate(f"Bearer {await other_world.sign_in('employee')}"))
    # Nor one that this world's key has signed for another world.
    key, claims = await claims_of(on_sqlite)
    for audience in ("canbao:other", "canbao:", "", None, ["canbao:other"]):
        forged = signed(claims | {"aud": audience}, key)
        assert refused(on_sqlite.service.authenticate(f"Bearer {forged}"))


async def test_a_token_without_a_good_signature_is_no_token(on_sqlite: OpenedWorld) -> None:
    key, claims = await claims_of(on_sqlite)
    good = signed(claims, key)
    header, payload, signature = good.split(".")
    operator = part(claims | {"role": "OPERATOR"})
    known = {"kid": key.kid}
    for forged in (
        f"{part({'alg': 'none', **known})}.{payload}.",
        f"{part({'alg': 'none', **known})}.{payload}.{signature}",
        f"{part({'alg': 'None', 'typ': 'JWT', **known})}.{operator}.",
        f"{header}.{operator}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{payload}.{signature[:-2]}",
        f"{header}.{payload}.{signature[:-4]}AAAA",
        f"{header}.{payload}.{signature}.{signature}",
        # Another key under the name of ours, and a key of another kind.
        signed(claims, ECKey.generate_key("P-256", {"kid": key.kid or ""})),
        jwt.encode({"alg": "HS256", **known}, claims, OctKey.import_key("x" * 64)),
        # The public key, which everybody has, taken for a secret that two share.
        shared_secret(claims, {"alg": "HS256", **known}, key.as_pem(private=False)),
        shared_secret(claims, {"alg": "HS256", **known}, key.as_pem(private=False).strip()),
        jwt.encode({"alg": "ES256"}, claims, key),
        jwt.encode({"alg": "ES256", "kid": "unheard-of"}, claims, key),
        f"{part({'alg': 'RS256', **known})}.{payload}.{signature}",
        f"{part({'alg': 'ES384', **known})}.{payload}.{signature}",
        f"{part({'alg': 'ES256', 'crit': ['b64'], 'b64': False, **known})}.{payload}.{signature}",
        f"{part([])}.{payload}.{signature}",
        f"{part({'alg': ['ES256'], **known})}.{payload}.{signature}",
        f"{part({'alg': 'ES256', 'kid': [key.kid]})}.{payload}.{signature}",
    ):
        assert refused(on_sqlite.service.authenticate(f"Bearer {forged}")), forged
    assert isinstance(on_sqlite.service.authenticate(f"Bearer {good}"), Viewer)


@given(at=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_token_is_good_as_it_was_signed_and_in_no_other_form(at: int, bit: int) -> None:
    key = SigningKey("k", "a-secret", True, 0)
    tokens = Tokens("small", [key], lambda: 1_000.0, sandbox=True)
    viewer = Viewer(Role.CITIZEN, Id(510000000000000123), NATION, "somebody")
    token, _ = tokens.issued(viewer)
    assert isinstance(tokens.viewer(f"Bearer {token}"), Viewer)
    place = at % len(token)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    found = letters.find(token[place])
    changed = "A" if found < 0 else letters[found ^ (1 << bit)]
    forged = token[:place] + changed + token[place + 1 :]
    # The last letter of a signature carries four bits that mean nothing; none is a forgery.
    if forged[:-1] != token[:-1]:
        assert isinstance(tokens.viewer(f"Bearer {forged}"), Answer)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None}, {"exp": "tomorrow"}, {"exp": 0}, {"exp": -1}, {"exp": []}, {"sub": None}, {"sub": "42"},
        {"sub": []}, {"sub": "uni_1"}, {"role": "EMPEROR"}, {"role": None}, {"role": 7}, {"iss": "somebody"},
        {"iss": None}, {"iat": None}, {"iat": 2_000_000_000}, {"jti": None}, {"jti": 7}, {"scope": "everything"},
        {"scope": None}, {"scope": ["read"]}, {"region": 7}, {"name": None}, {"sandbox": None},
    ],
    ids=repr,
)  # fmt: skip
async def test_a_token_whose_claims_cannot_be_right_is_no_token(
    changed: dict[str, Any], on_sqlite: OpenedWorld
) -> None:
    key, claims = await claims_of(on_sqlite)
    [name] = changed
    kept = {each: value for each, value in claims.items() if each != name}
    assert isinstance(on_sqlite.service.authenticate(f"Bearer {signed(claims, key)}"), Viewer)
    assert refused(on_sqlite.service.authenticate(f"Bearer {signed(kept, key)}"))
    if name != "sandbox":
        assert refused(on_sqlite.service.authenticate(f"Bearer {signed(kept | changed, key)}"))


@pytest.mark.parametrize(
    "header",
    ["", " ", "Bearer", "Bearer ", "Bearer  ", "Basic ZW1wbG95ZWU6", "Token x", "Bearer a.b.c", "Bearer ...",
     "Bearer .", "bearer \x00", "Bearer ÿþ", "Bearer 令牌", "Bearer " + "a" * 5000, "Bearer " + "." * 5000,
     "Bearer e30.e30.e30"],
    ids=lambda header: repr(header[:20]),
)  # fmt: skip
async def test_garbage_is_no_token(header: str, on_sqlite: OpenedWorld) -> None:
    assert refused(on_sqlite.service.authenticate(header))


async def test_without_a_sandbox_nobody_signs_in_as_a_persona(on_sqlite: OpenedWorld) -> None:
    on_sqlite.service.world.sandbox = False
    payload = await on_sqlite.mutate(SIGN_IN, None, persona="employee")
    assert payload["__typename"] == "PersonaNotFound"
    assert (await on_sqlite.data("{ personas { totalCount edges { node { name } } } }"))["personas"] == {
        "totalCount": 0, "edges": [],
    }  # fmt: skip


# ---- keys ------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def another_process(world: OpenedWorld, *, sandbox: bool = True) -> AsyncIterator[World]:
    """The same world as another server process has it open."""
    of = world.service.world
    opened = await open_world(
        open_database(world.url), policy=of.policy, outside=outside(), machine=world.machine, sandbox=sandbox
    )
    try:
        yield opened
    finally:
        await opened.close()


async def rotate(world: OpenedWorld, *, at_once: bool = False) -> None:
    """Another key signs from now on; whoever serves the world finds that out when it looks."""
    now = int(world.machine())
    of = world.service.world
    async with of.database.write() as connection:
        await signing_keys.retire(connection, sandbox=True, at=now, last_token_ends_at=now + of.tokens.seconds)
        await signing_keys.add(connection, new_key(now, sandbox=True))
        if at_once:
            await signing_keys.end_retired(connection, sandbox=True, at=now)


async def test_a_retired_key_verifies_what_it_signed_until_that_has_ended(opened: OpenedWorld) -> None:
    before = f"Bearer {await opened.sign_in('employee')}"
    never_seen = f"Bearer {await opened.sign_in('employee-2')}"
    world = opened.service.world
    async with another_process(opened) as other:
        opened.machine.forward(seconds=600)
        await rotate(opened)
        for process in (world, other):
            await process.read_sign_ins()
            assert isinstance(process.tokens.viewer(before), Viewer)
            assert isinstance(process.tokens.viewer(never_seen), Viewer)
            assert len(process.tokens.public_keys()) == 2
        after = f"Bearer {await opened.sign_in('employee')}"
        assert [derived_key(key).kid for key in await keys_of(opened) if key.retired_at is None] == [
            json.loads(base64.urlsafe_b64decode(after.split()[1].split(".")[0] + "=="))["kid"]
        ]
        assert isinstance(other.tokens.viewer(after), Viewer)
        opened.machine.forward(hours=1)
        for process in (world, other):
            await process.read_sign_ins()
            assert refused(process.tokens.viewer(before))
            assert len(process.tokens.public_keys()) == 1


async def test_a_key_that_ends_at_once_takes_its_tokens_with_it(opened: OpenedWorld) -> None:
    before = f"Bearer {await opened.sign_in('employee')}"
    async with another_process(opened) as other:
        assert isinstance(other.tokens.viewer(before), Viewer)
        await rotate(opened, at_once=True)
        for process in (opened.service.world, other):
            await process.read_sign_ins()
            assert refused(process.tokens.viewer(before))


async def test_two_processes_that_open_a_new_world_sign_with_one_key(
    world_url: str, book: PolicyBook, machine: MachineTime
) -> None:
    databases = [open_database(world_url) for _ in range(4)]
    worlds = await asyncio.gather(
        *(open_world(each, policy=book, outside=outside(), machine=machine, sandbox=True) for each in databases)
    )
    token, _ = worlds[0].tokens.issued(Viewer(Role.OPERATOR, Id(0), NATION, "operator"))
    assert all(isinstance(world.tokens.viewer(f"Bearer {token}"), Viewer) for world in worlds)
    assert len({str(world.tokens.public_keys()) for world in worlds}) == 1
    for world in worlds:
        await world.close()


async def test_what_a_sandbox_signed_is_worth_nothing_elsewhere_and_the_other_way_round_is_fine(
    opened: OpenedWorld,
) -> None:
    of_the_sandbox = f"Bearer {await opened.sign_in('employee')}"
    async with another_process(opened, sandbox=False) as strict:
        assert refused(strict.tokens.viewer(of_the_sandbox))
        # Nor does it help to say that it is from elsewhere.
        key, claims = next((derived_key(one), one) for one in await keys_of(opened) if one.sandbox)
        forged = jwt.decode(of_the_sandbox.split()[1], key).claims | {"sandbox": False}
        assert claims.sandbox
        assert refused(strict.tokens.viewer(f"Bearer {signed(forged, key)}"))
        token, _ = strict.tokens.issued(Viewer(Role.OPERATOR, Id(0), NATION, "operator"))
        assert isinstance(strict.tokens.viewer(f"Bearer {token}"), Viewer)
        await opened.service.world.read_sign_ins()
        assert isinstance(opened.service.authenticate(f"Bearer {token}"), Viewer)
        assert {one["kid"] for one in strict.tokens.public_keys()} < {
            one["kid"] for one in opened.service.world.tokens.public_keys()
        }


async def test_public_keys_hold_nothing_that_signs(on_sqlite: OpenedWorld) -> None:
    [key] = on_sqlite.service.world.tokens.public_keys()
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    token = await on_sqlite.sign_in("employee")
    assert jwt.decode(token, ECKey.import_key(key), algorithms=["ES256"]).claims["sub"] == on_sqlite.person("employee")


# ---- revocation -----------------------------------------------------------------------------------------------------


async def test_a_revoked_token_is_refused_by_every_process_that_has_looked(opened: OpenedWorld) -> None:
    header = f"Bearer {await opened.sign_in('employee')}"
    other_sign_in = f"Bearer {await opened.sign_in('employee')}"
    async with another_process(opened) as other:
        viewer = other.tokens.viewer(header)
        assert isinstance(viewer, Viewer)
        assert viewer.sign_in is not None
        assert viewer.until is not None
        async with other.database.write() as connection:
            await revoked_tokens.revoke(connection, viewer.sign_in.token_id, viewer.until, int(opened.machine()))
        assert isinstance(opened.service.authenticate(header), Viewer)
        for process in (opened.service.world, other):
            await process.read_sign_ins()
            assert refused(process.tokens.viewer(header))
            assert isinstance(process.tokens.viewer(other_sign_in), Viewer)
    async with another_process(opened) as opened_later:
        assert refused(opened_later.tokens.viewer(header))
        opened.machine.forward(seconds=600)
        await opened_later.read_sign_ins()
        assert refused(opened_later.tokens.viewer(header))


async def test_rows_of_revoked_tokens_go_when_those_have_ended(opened: OpenedWorld) -> None:
    database = opened.service.world.database
    for jti, until, now in (("a", 100, 50), ("a", 100, 60), ("b", 200, 99), ("c", 300, 150)):
        async with database.write() as connection:
            await revoked_tokens.revoke(connection, jti, until, now)
    async with database.read() as connection:
        assert await revoked_tokens.revoked_since(connection, 0, 100) == {"b": 200, "c": 300}
        assert await revoked_tokens.revoked_since(connection, 100, 100) == {"c": 300}
    assert [jti for (jti,) in await opened.rows("SELECT jti FROM revoked_tokens ORDER BY jti")] == ["b", "c"]


FOLLOW = "subscription { worldClock(everySeconds: 3600) { name } }"


async def test_an_open_subscription_ends_when_its_token_is_revoked(on_sqlite: OpenedWorld) -> None:
    world = on_sqlite.service.world
    viewer = on_sqlite.service.authenticate(f"Bearer {await on_sqlite.sign_in('employee')}")
    assert isinstance(viewer, Viewer)
    assert viewer.sign_in is not None
    streams = []
    for asks in (viewer, await on_sqlite.viewer("employee-2"), ANONYMOUS):
        stream = await on_sqlite.service.answer(GraphQLRequest(FOLLOW), asks, "r")
        assert not isinstance(stream, Answer)
        assert b"errors" not in (await anext(stream)).body
        streams.append(stream)
    waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
    await asyncio.sleep(0)
    world.tokens.revoke(viewer.sign_in.token_id, viewer.until or 0)
    last = await asyncio.wait_for(waiting[0], 30)
    assert b"UNAUTHENTICATED" in last.body
    with pytest.raises(StopAsyncIteration):
        await anext(streams[0])
    assert not waiting[1].done()
    assert not waiting[2].done()
    for task in waiting[1:]:
        task.cancel()
    await asyncio.gather(*waiting[1:], return_exceptions=True)
    for stream in streams:
        await stream.aclose()


async def test_a_subscription_that_is_opened_with_a_token_that_has_just_ended_ends_at_once(
    on_sqlite: OpenedWorld,
) -> None:
    viewer = await on_sqlite.viewer("employee")
    assert viewer.sign_in is not None
    on_sqlite.service.world.tokens.revoke(viewer.sign_in.token_id, viewer.until or 0)
    stream = await on_sqlite.service.answer(GraphQLRequest(FOLLOW), viewer, "r")
    assert not isinstance(stream, Answer)
    assert b"UNAUTHENTICATED" in (await anext(stream)).body
    await stream.aclose()


async def test_disabling_a_client_ends_its_tokens_and_nobody_elses(opened: OpenedWorld) -> None:
    world = opened.service.world
    names = ("an-app", "another-app")
    async with world.database.write() as connection:
        for number, name in enumerate(names, 1):
            await clients.add(
                connection, clients.Client(Id(number), name, Role.PARTNER, "digest", EVERY_OPERATION, 0, 0)
            )
    headers = [
        f"Bearer {world.tokens.issued(Viewer(Role.PARTNER, Id(0), NATION, name, client_id=Id(1)), client=name)[0]}"
        for name in names
    ]
    async with another_process(opened) as other:
        assert all(isinstance(other.tokens.viewer(header), Viewer) for header in headers)
        async with world.database.write() as connection:
            assert await clients.disable(connection, "an-app", 5)
            assert not await clients.disable(connection, "an-app", 6)
        for process in (world, other):
            await process.read_sign_ins()
            assert refused(process.tokens.viewer(headers[0]))
            assert isinstance(process.tokens.viewer(headers[1]), Viewer)


# ---- scopes ---------------------------------------------------------------------------------------------------------

ASKED = {
    Scope.READ: "{ __typename }",
    Scope.WRITE: 'mutation { signInAsPersona(input: {idempotencyKey: "12345678", persona: "x"}) { __typename } }',
    Scope.EVENTS: "subscription { worldClock(everySeconds: 3600) { name } }",
}


@pytest.mark.parametrize(
    "held", [frozenset(some) for n in range(4) for some in combinations(ASKED, n)], ids=scopes_text
)
async def test_a_token_does_what_its_scopes_say_and_nothing_else(
    held: frozenset[Scope], on_sqlite: OpenedWorld
) -> None:
    tokens = on_sqlite.service.world.tokens
    token, _ = tokens.issued(Viewer(Role.PARTNER, Id(0), NATION, "an-app", client_id=Id(1), scopes=held), "an-app")
    viewer = on_sqlite.service.authenticate(f"Bearer {token}")
    assert isinstance(viewer, Viewer)
    assert (viewer.scopes, viewer.client_id, viewer.role) == (held, 1, Role.PARTNER)
    for scope, document in ASKED.items():
        answer = await on_sqlite.service.answer(GraphQLRequest(document), viewer, "r")
        if scope in held:
            if not isinstance(answer, Answer):
                await answer.aclose()
            else:
                assert b"errors" not in answer.body
            continue
        assert isinstance(answer, Answer)
        assert answer.status == 403
        [error] = json.loads(answer.body)["errors"]
        assert error["extensions"] == {"code": "FORBIDDEN", "scope": scope.text}


async def test_a_header_that_is_padded_speaks_for_the_same_and_takes_no_memory(on_sqlite: OpenedWorld) -> None:
    tokens = on_sqlite.service.world.tokens
    token = await on_sqlite.sign_in("employee")
    plain = tokens.viewer(f"Bearer {token}")
    assert isinstance(plain, Viewer)
    kept = tokens.remembered
    assert tokens.viewer(f"bearer {' ' * 5_000}{token}") == plain
    assert tokens.remembered == kept
    assert tokens.viewer(f"bearer {token}") == plain
    assert tokens.remembered == kept + 1
