"""Pages for printing, as a browser gets them."""

from __future__ import annotations

from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from resolvers.printing import printing_routes
from resolvers.service import Answer, Service
from tests.resolvers.opened import OpenedWorld


class _OneWorld:
    """Worlds, of which there is one."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def service(self, name: str | None) -> Service | Answer:
        return self._service


async def printed(opened: OpenedWorld, persona: str | None, path: str) -> str:
    """The page at a path that the persona may see, or whoever is not signed in."""
    app = Starlette(routes=printing_routes(_OneWorld(opened.service), opened.new_key))
    headers = {} if persona is None else {"authorization": f"Bearer {await opened.sign_in(persona)}"}
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://127.0.0.1:8000") as client:
        page = await client.get(path, headers=headers)
    assert page.status_code == 200, page.text
    return page.text
