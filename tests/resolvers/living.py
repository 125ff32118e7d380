"""An application that lives as it does in a server, without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp


@asynccontextmanager
async def living(app: ASGIApp) -> AsyncIterator[None]:
    """It has started, and has stopped when the block ends."""
    to_hear: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[str] = asyncio.Queue()

    async def send(message: Any) -> None:
        await said.put(message["type"])

    async def lived() -> None:
        await app({"type": "lifespan"}, to_hear.get, send)

    life = asyncio.create_task(lived())
    await to_hear.put({"type": "lifespan.startup"})
    assert await said.get() == "lifespan.startup.complete"
    yield
    await to_hear.put({"type": "lifespan.shutdown"})
    assert await said.get() == "lifespan.shutdown.complete"
    await life
