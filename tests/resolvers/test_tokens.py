"""Who speaks for whom: tokens of this world that have not ended, and nothing else."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from domain.vocabulary import ANONYMOUS, Role, Viewer
from resolvers.service import Answer
from tests.resolvers.opened import SIGN_IN, OpenedWorld

INSIDE = re.compile(rb"Traceback|jose|jwt|exp|signature|decode|HS256|alg|segment|claim", re.IGNORECASE)


def refused(found: Viewer | Answer) -> bool:
    assert isinstance(found, Answer), found
    assert found.status == 401
    [error] = json.loads(found.body)["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    assert not INSIDE.search(found.body.replace(b"expired", b""))
    return True


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


async def claims_of(world: OpenedWorld) -> tuple[OctKey, dict[str, Any]]:
    """The world's key, and the claims of a token that it gave."""
    [(signing_key,)] = await world.rows("SELECT signing_key FROM world")
    key = OctKey.import_key(signing_key)
    return key, jwt.decode(await world.sign_in("employee"), key).claims


async def test_a_token_speaks_for_its_persona(opened: OpenedWorld) -> None:
    viewer = opened.service.authenticate(f"Bearer {await opened.sign_in('employee')}")
    assert isinstance(viewer, Viewer)
    assert (viewer.role, viewer.name, f"per_{viewer.person_id}") == (
        Role.CITIZEN, "employee", opened.person("employee"),
    )  # fmt: skip
    assert opened.service.authenticate(None) == ANONYMOUS


async def test_a_token_ends_after_a_working_day(on_sqlite: OpenedWorld) -> None:
    header = f"Bearer {await on_sqlite.sign_in('employee')}"
    never_seen = f"bearer {await on_sqlite.sign_in('employee-2')}"
    on_sqlite.machine.forward(hours=8, seconds=-1)
    assert isinstance(on_sqlite.service.authenticate(header), Viewer)
    on_sqlite.machine.forward(seconds=2)
    assert refused(on_sqlite.service.authenticate(header))
    assert refused(on_sqlite.service.authenticate(never_seen))


async def test_a_token_of_another_world_is_no_token(on_sqlite: OpenedWorld, other_world: OpenedWorld) -> None:
    assert refused(on_sqlite.service.authenticate(f"Bearer {await other_world.sign_in('employee')}"))
    # Nor one that this world's key has signed for another world.
    key, claims = await claims_of(on_sqlite)
    for audience in ("canbao:other", "canbao:", "", None, ["canbao:other"]):
        forged = jwt.encode({"alg": "HS256"}, claims | {"aud": audience}, key)
        assert refused(on_sqlite.service.authenticate(f"Bearer {forged}"))


async def test_a_token_without_a_good_signature_is_no_token(on_sqlite: OpenedWorld) -> None:
    key, claims = await claims_of(on_sqlite)
    good = jwt.encode({"alg": "HS256"}, claims, key)
    header, payload, signature = good.split(".")
    operator = part(claims | {"role": "OPERATOR"})
    for forged in (
        f"{part({'alg': 'none'})}.{payload}.",
        f"{part({'alg': 'none'})}.{payload}.{signature}",
        f"{part({'alg': 'None', 'typ': 'JWT'})}.{operator}.",
        f"{header}.{operator}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{payload}.{signature[:-2]}",
        f"{header}.{payload}.{signature}.{signature}",
        jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 64)),
        jwt.encode({"alg": "HS512"}, claims, key, algorithms=["HS512"]),
        f"{part({'alg': 'RS256'})}.{payload}.{signature}",
        f"{part({'alg': 'HS256', 'crit': ['b64'], 'b64': False})}.{payload}.{signature}",
        f"{part([])}.{payload}.{signature}",
        f"{part({'alg': ['HS256']})}.{payload}.{signature}",
    ):
        assert refused(on_sqlite.service.authenticate(f"Bearer {forged}")), forged
    assert isinstance(on_sqlite.service.authenticate(f"Bearer {good}"), Viewer)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None}, {"exp": "tomorrow"}, {"exp": 0}, {"exp": -1}, {"exp": []}, {"sub": None}, {"sub": "per_1"},
        {"sub": []}, {"role": "EMPEROR"}, {"role": None}, {"role": 7},
    ],
    ids=repr,
)  # fmt: skip
async def test_a_token_whose_claims_cannot_be_right_is_no_token(
    changed: dict[str, Any], on_sqlite: OpenedWorld
) -> None:
    key, claims = await claims_of(on_sqlite)
    [name] = changed
    kept = {each: value for each, value in claims.items() if each != name}
    for odd in (kept, kept | changed):
        forged = jwt.encode({"alg": "HS256"}, odd, key)
        assert refused(on_sqlite.service.authenticate(f"Bearer {forged}"))


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
