"""How a receiver knows that a delivery is ours (推送签名): the symmetric scheme of the Standard Webhooks specification.

A webhook's secret is derived from the world's own webhook key, the webhook and a number that grows with each rotation.
It is nowhere kept, so that the answer that tells it can be given again under its idempotency key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

from domain.vocabulary import Id

SECRET_PREFIX: Final = "whsec_"
SHOWN_CHARACTERS: Final = len(SECRET_PREFIX) + 4
"""How much of a secret is told later, so that people can tell two apart."""
OLD_SECRET_SIGNS_SECONDS: Final = 86_400
"""For how long after a rotation the secret before it signs too."""


def secret_of(key: str, webhook_id: Id, generation: int) -> str:
    """The secret of a webhook, the first or a later one."""
    derived = hmac.digest(key.encode(), f"{webhook_id}:{generation}".encode(), hashlib.sha256)
    return SECRET_PREFIX + base64.b64encode(derived).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the signature of a message under a secret."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signed_headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The headers that go with a body, signed under each of the secrets."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in secrets),
    }
