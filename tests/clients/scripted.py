"""A server that plays a scene for each subscription, and takes note of where it was asked to begin."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

TAKING_SECONDS = 0.3

Scene = Callable[["Play"], Iterator[dict[str, Any] | int | None]]
"""Messages in order; a number is the code to close with, None silence for as long as the client stands it."""


class Play:
    """The scenes in their order; after the last of them nobody is answered."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self._scenes = list(scenes)
        self.tokens = 0
        self.afters: list[str | None] = []
        self.over = threading.Event()
        self.app = Starlette(
            routes=[
                Route("/oauth/token", self._token, methods=["POST"]),
                WebSocketRoute("/graphql", self._socket),
            ]
        )

    async def _token(self, request: Request) -> Response:
        self.tokens += 1
        return JSONResponse({"access_token": f"token-{self.tokens}"})

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept("graphql-transport-ws")
        opening = await socket.receive_json()
        assert opening["type"] == "connection_init"
        if opening["payload"]["authorization"] != f"Bearer token-{self.tokens}":
            await socket.close(4403)
            return
        await socket.send_json({"type": "connection_ack"})
        try:
            asked = await socket.receive_json()
            assert asked["type"] == "subscribe"
            self.afters.append(asked["payload"]["variables"]["after"])
            if not self._scenes:
                self.over.set()
            for said in self._scenes.pop(0)(self) if self._scenes else (None,):
                if said is None:
                    while True:
                        await socket.receive_json()
                if isinstance(said, int):
                    # Clients drop what they have not taken yet when their connection ends, and ask for it again.
                    await asyncio.sleep(TAKING_SECONDS)
                    await socket.close(said)
                    return
                await socket.send_json({"id": asked["id"], **said})
            while True:
                await socket.receive_json()
        except WebSocketDisconnect:
            return


def told(number: int, follows: str | None) -> dict[str, Any]:
    """The event of that number."""
    payload = {
        "data": {"events": {"__typename": "AccountCreditedEvent", "id": f"evt_{number}"}},
        "extensions": {"cursor": f"c{number}", "follows": follows},
    }
    return {"type": "next", "payload": payload}


def problem(code: str, **extensions: str) -> list[dict[str, Any]]:
    """The errors of that code."""
    return [{"message": code, "path": ["events"], "extensions": {"code": code, **extensions}}]


def failed(code: str, **extensions: str) -> list[dict[str, Any]]:
    """The messages with which a subscription ends that had begun."""
    return [
        {"type": "next", "payload": {"data": None, "errors": problem(code, **extensions)}},
        {"type": "complete"},
    ]


def refused(code: str, **extensions: str) -> dict[str, Any]:
    """The message for a subscription that never began."""
    return {"type": "error", "payload": problem(code, **extensions)}


def said(*messages: dict[str, Any] | int | None) -> Scene:
    """The scene of these messages."""
    assert all(json.dumps(message) for message in messages)
    return lambda play: iter(messages)


def signed_out(play: Play) -> Iterator[dict[str, Any]]:
    """The token ends: whoever comes back with it is sent away."""
    play.tokens += 1
    yield from failed("UNAUTHENTICATED")
