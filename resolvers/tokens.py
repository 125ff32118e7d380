"""Who is asking (访问令牌): short-lived signed tokens, bound to one world.

A token that was checked is remembered until it ends, so that a request pays for a signature only once. What is
remembered is forgotten when its token is revoked, its key ends or its client is disabled.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol

from domain.store.clients import scopes_of, scopes_text
from domain.store.signing_keys import SigningKey
from domain.vocabulary import (
    ANONYMOUS,
    EVERY_OPERATION,
    Id,
    Prefix,
    RegionCode,
    Role,
    SignIn,
    Viewer,
    api_id,
    parsed_api_id,
)
from resolvers.context import MachineClock, new_secret
from resolvers.service import Answer, ErrorCode, error_answer

ISSUER: Final = "canbao"
ALGORITHM: Final = "ES256"
"""Any gateway can check it with the public key alone."""
TOKEN_SECONDS: Final = 3600
"""How long a token is good for, in machine time, where no setting says otherwise."""

CLOCKS_DIFFER: Final = 120
"""By how many seconds the clocks of machines that serve one world may differ."""

LONGEST_TOKEN: Final = 2048
LONGEST_REMEMBERED: Final = LONGEST_TOKEN + len("Bearer ")
"""A header that is longer is padded, and is not kept."""
REMEMBERED: Final = 10_000
_PERSONS: Final = (Role.CITIZEN, Role.UNIT_OFFICER)
"""Who is somebody: the subject of their tokens is a person's id."""

Ended = Callable[[], None]


@dataclass(eq=False, slots=True)
class _Until:
    """Who follows something by tokens that end at the same second, of which a timer takes note."""

    timer: asyncio.TimerHandle
    followed: set[Ended] = field(default_factory=set)


class KeyMissing(LookupError):
    """A token names a key that this world does not have, or has no more."""


def derived_key(key: SigningKey) -> ECKey:
    """The private key that a secret stands for, with the id that tokens name it by."""
    return ECKey.derive_key(key.secret, "P-256", {"kid": key.kid, "alg": ALGORITHM, "use": "sig"})


class Tokens:
    """Tokens of one world: issued with the key that signs, checked with every key that still verifies.

    Outside a sandbox, keys that a sandbox made are no keys. `seconds` is how long a token is good for.
    """

    def __init__(
        self,
        world: str,
        keys: Sequence[SigningKey],
        clock: MachineClock,
        *,
        sandbox: bool,
        seconds: int = TOKEN_SECONDS,
    ) -> None:
        self._sandbox = sandbox
        self._audience = f"canbao:{world}"
        self._clock = clock
        self.seconds = seconds
        self._known: Sequence[SigningKey] = ()
        self._keys: dict[str, ECKey] = {}
        self._signing: ECKey | None = None
        self._revoked: dict[str, int] = {}
        self._disabled: frozenset[str] = frozenset()
        self._checked: OrderedDict[str, Viewer] = OrderedDict()
        """Who was found to be speaking, by the whole header: one look-up a request."""
        self._followed: dict[SignIn, set[Ended]] = {}
        self._until: dict[int, _Until] = {}
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock()),
            leeway=CLOCKS_DIFFER,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            iat={"essential": True},
            jti={"essential": True},
            sub={"essential": True},
        )
        self.learn(keys, {}, frozenset())

    # ---- what the database knows ----------------------------------------------------------------------------------

    def learn(self, keys: Sequence[SigningKey], revoked: Mapping[str, int], disabled: frozenset[str]) -> None:
        """These are the keys that verify; these tokens are revoked besides those before; these clients are disabled."""
        moved = keys != self._known
        if moved:
            self._known = keys
            self._keys = {
                key.kid: self._keys.get(key.kid) or derived_key(key) for key in keys if self._sandbox or not key.sandbox
            }
            signing = [key for key in keys if key.retired_at is None and key.sandbox == self._sandbox]
            self._signing = self._keys[signing[-1].kid] if signing else None
        new = revoked.keys() - self._revoked.keys()
        if new:
            now = self._clock()
            self._revoked = {jti: until for jti, until in (self._revoked | dict(revoked)).items() if until > now}
        if moved or new or disabled != self._disabled:
            self._disabled = disabled
            self._forget_ended()

    def revoke(self, jti: str, until: int) -> None:
        """The token is good for nothing any more in this process."""
        self.learn(self._known, {jti: until}, self._disabled)

    def _forget_ended(self) -> None:
        for header, viewer in list(self._checked.items()):
            if viewer.sign_in is not None and self._has_ended(viewer.sign_in):
                del self._checked[header]
        for sign_in in [one for one in self._followed if self._has_ended(one)]:
            for ended in list(self._followed[sign_in]):
                ended()

    def _has_ended(self, sign_in: SignIn) -> bool:
        """Whether the token was revoked, its key has ended or its client is disabled, whatever its own end is."""
        return sign_in.token_id in self._revoked or sign_in.client in self._disabled or sign_in.key_id not in self._keys

    def follow(self, viewer: Viewer, ended: Ended) -> None:
        """From now on `ended` is called when the viewer's token is found to be good no longer; at once where it is."""
        sign_in, until = viewer.sign_in, viewer.until
        if until is not None:
            found = self._until.get(until)
            if found is None:
                # Tokens of the same second share a timer.
                timer = asyncio.get_running_loop().call_later(max(until - self._clock(), 0), self._pass, until)
                found = self._until[until] = _Until(timer)
            found.followed.add(ended)
        if sign_in is not None:
            self._followed.setdefault(sign_in, set()).add(ended)
            if self._has_ended(sign_in):
                ended()

    def leave(self, viewer: Viewer, ended: Ended) -> None:
        """It is not called any more."""
        sign_in, until = viewer.sign_in, viewer.until
        if until is not None:
            found = self._until[until]
            found.followed.discard(ended)
            if not found.followed:
                found.timer.cancel()
                del self._until[until]
        if sign_in is not None:
            self._followed[sign_in].discard(ended)
            if not self._followed[sign_in]:
                del self._followed[sign_in]

    def _pass(self, until: int) -> None:
        """The second has come at which these tokens end."""
        for ended in list(self._until[until].followed):
            ended()

    @property
    def are_followed(self) -> bool:
        """Whether anybody has a connection that ends when a token does."""
        return bool(self._followed)

    @property
    def remembered(self) -> int:
        """How many headers are known without looking at their signatures again."""
        return len(self._checked)

    def public_keys(self) -> list[dict[str, Any]]:
        """The keys that tokens are checked with, as a JSON Web Key Set lists them; nothing in it is secret."""
        return [dict(key.as_dict(private=False)) for key in self._keys.values()]

    # ---- tokens ---------------------------------------------------------------------------------------------------

    def issued(self, viewer: Viewer, client: str = "") -> tuple[str, int]:
        """A token that speaks for the viewer, and the machine's second at which it ends.

        `client` is the client that gets it, empty where somebody signs in without one.
        """
        assert self._signing is not None, "a world that is open has a key that signs"
        now = int(self._clock())
        ends_at = now + self.seconds
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": self._audience,
            "iat": now,
            "exp": ends_at,
            "jti": new_secret(12),
            "sub": api_id(Prefix.PERSON, viewer.person_id) if viewer.role in _PERSONS else viewer.name,
            "role": viewer.role.name,
            "scope": scopes_text(viewer.scopes),
            "sandbox": self._sandbox,
            "region": viewer.region,
            "name": viewer.name,
        }
        for claim, number in (
            ("unit", viewer.unit_id),
            ("persona", viewer.persona_id),
            ("client", viewer.client_id),
            ("institution", viewer.institution_id),
        ):
            if number:
                claims[claim] = str(number)
        if client:
            claims["client_id"] = client
        header = {"alg": ALGORITHM, "kid": self._signing.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims, self._signing, algorithms=[ALGORITHM]), ends_at

    def viewer(self, authorization: str | None) -> Viewer | Answer:
        """Who an Authorization header speaks for; anonymous without one, a 401 answer for one that is not good."""
        if authorization is None:
            return ANONYMOUS
        known = self._checked.get(authorization)
        if known is not None and known.until > self._clock():  # type: ignore[operator]
            return known
        scheme, _, token = authorization.partition(" ")
        viewer = self.read(token.strip()) if scheme.lower() == "bearer" else None
        if viewer is None:
            return _refused()
        if len(authorization) <= LONGEST_REMEMBERED:
            self._checked[authorization] = viewer
        if len(self._checked) > REMEMBERED:
            self._checked.popitem(last=False)
        return viewer

    def read(self, token: str) -> Viewer | None:
        """Who a token speaks for; None for one that is not good."""
        if len(token) > LONGEST_TOKEN:
            return None
        try:
            read = jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
            claims = read.claims
            self._claims.validate(claims)
            # The leeway is for clocks that are behind the one that issued it; a token ends when it says.
            if claims["exp"] <= self._clock() or (claims["sandbox"] and not self._sandbox):
                return None
            sign_in = SignIn(_text(claims["jti"]), _text(read.header["kid"]), _text(claims.get("client_id", "")))
            scopes = scopes_of(claims["scope"])
            role = Role.named(claims["role"])
            person_id = parsed_api_id(claims["sub"], Prefix.PERSON) if role in _PERSONS else Id(0)
            if person_id is None or self._has_ended(sign_in):
                return None
            return Viewer(
                role,
                person_id,
                RegionCode(_text(claims["region"])),
                _text(claims["name"]),
                int(claims["exp"]),
                Id(int(claims.get("unit", 0))),
                Id(int(claims.get("persona", 0))),
                Id(int(claims.get("client", 0))),
                EVERY_OPERATION if scopes == EVERY_OPERATION else scopes,
                sign_in,
                Id(int(claims.get("institution", 0))),
            )
        except (JoseError, KeyMissing, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _key_of(self, signed: GuestProtocol) -> ECKey:
        kid = signed.headers().get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise KeyMissing
        return key


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _refused() -> Answer:
    return error_answer(
        ErrorCode.UNAUTHENTICATED,
        "令牌无效或已过期，请重新登录。 The token is not valid or has ended: sign in again.",
    )
