"""Writing to a connection at once (直接写出): without the turn of the event loop that an ASGI message is waited for."""

from __future__ import annotations

from typing import Final, Protocol

from starlette.types import Scope

DIRECT: Final = "canbao.direct"
"""Under which of a scope's extensions our server offers its connection."""


class Direct(Protocol):
    """A connection that takes finished bytes: frames of a WebSocket, or a part of the body that is being sent."""

    def offer(self, data: bytes) -> bool:
        """Writes the bytes, or says that there is no room for them now."""
        ...

    async def room(self) -> None:
        """Returns when there is room. Raises OSError where nothing can be sent any more."""
        ...


def direct(scope: Scope) -> Direct | None:
    """The connection of a request, where the server offers it."""
    found: Direct | None = scope.get("extensions", {}).get(DIRECT)
    return found
