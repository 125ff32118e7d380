"""Uvicorn, ended so that nobody's operation is cut off (优雅停机)."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable

import uvicorn


class Server(uvicorn.Server):
    """A uvicorn server that awaits `close` once it is to stop, while its connections are still open.

    Uvicorn on its own closes WebSockets with 1012 before the application hears that the server stops.
    """

    def __init__(self, config: uvicorn.Config, close: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._close = close

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._close()
        await super().shutdown(sockets)
