"""Who is asking (访问令牌): short-lived signed tokens, bound to one world.

A token that was checked is remembered until it ends, so that a request pays for a signature only once.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.vocabulary import ANONYMOUS, Id, RegionCode, Role, Viewer
from resolvers.context import MachineClock
from resolvers.service import Answer, ErrorCode, error_answer

TOKEN_SECONDS: Final = 8 * 3600
"""How long a token of the sandbox is good for: a working day, in machine time."""

LONGEST_TOKEN: Final = 2048
REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Checked:
    viewer: Viewer
    ends_at: int


class Tokens:
    """Tokens of one world: issued and checked with the key that only this world has."""

    def __init__(self, world: str, signing_key: str, clock: MachineClock, *, sandbox: bool) -> None:
        self._sandbox = sandbox
        self._audience = f"canbao:{world}"
        self._key = OctKey.import_key(signing_key)
        self._clock = clock
        self._checked: OrderedDict[str, _Checked] = OrderedDict()
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock()), aud={"essential": True, "value": self._audience}, exp={"essential": True}
        )

    def issued(self, viewer: Viewer) -> tuple[str, int]:
        """A token that speaks for the viewer, and the machine's second at which it ends.

        Whoever holds it was never asked for a password, so it is good for nothing outside a sandbox.
        """
        ends_at = int(self._clock()) + TOKEN_SECONDS
        claims = {
            "aud": self._audience,
            "exp": ends_at,
            "sub": str(viewer.person_id),
            "role": viewer.role.name,
            "region": viewer.region,
            "name": viewer.name,
            "unit": str(viewer.unit_id),
            "persona": str(viewer.persona_id),
            "sandbox": True,
        }
        return jwt.encode({"alg": "HS256"}, claims, self._key), ends_at

    def viewer(self, authorization: str | None) -> Viewer | Answer:
        """Who an Authorization header speaks for; anonymous without one, a 401 answer for one that is not good."""
        if authorization is None:
            return ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        known = self._checked.get(token)
        if known is not None and known.ends_at > self._clock() and scheme.lower() == "bearer":
            return known.viewer
        if scheme.lower() != "bearer" or len(token) > LONGEST_TOKEN:
            return _refused()
        try:
            claims = jwt.decode(token, self._key, algorithms=["HS256"]).claims
            self._claims.validate(claims)
            if claims.get("sandbox") and not self._sandbox:
                return _refused()
            viewer = Viewer(
                Role.named(claims["role"]),
                Id(int(claims["sub"])),
                RegionCode(claims["region"]),
                claims["name"],
                claims["exp"],
                Id(int(claims["unit"])),
                Id(int(claims["persona"])),
            )
        except (JoseError, ValueError, KeyError, TypeError):
            return _refused()
        self._checked[token] = _Checked(viewer, claims["exp"])
        if len(self._checked) > REMEMBERED:
            self._checked.popitem(last=False)
        return viewer


def _refused() -> Answer:
    return error_answer(
        ErrorCode.UNAUTHENTICATED,
        "令牌无效或已过期，请重新登录。 The token is not valid or has ended: sign in again.",
    )
