"""A visit to a world that is open in this process: the errands' own documents, asked of the real service."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from loadtests.answers import Data, Foreseen
from loadtests.documents import documents
from loadtests.errands.visit import SentAway, Watch
from tests.resolvers.opened import OpenedWorld

Found = TypeVar("Found")

DOCUMENTS = documents()


class WorldVisit:
    """What a persona asks, from a thread beside the loop of the world. An answer that is not true ends the test."""

    def __init__(self, opened: OpenedWorld, persona: str, name: str) -> None:
        self._opened = opened
        self._persona = persona
        self._name = name
        self._loop = asyncio.get_running_loop()
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def ask(
        self,
        operation: str,
        variables: Mapping[str, Any],
        check: Callable[[Data], Found],
        *,
        measured_as: str | None = None,
        refusal: str | None = None,
    ) -> Found:
        asked = self._opened.data(DOCUMENTS[operation], variables, self._persona)
        data = asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        self.asked[measured_as or operation] += 1
        if refusal is not None:
            self.refused[refusal] += 1
        return self._checked(lambda: check(data))

    def open_page(self, path: str, check: Callable[[str], None], *, measured_as: str) -> None:
        # Pages are no part of the service.
        self.asked[measured_as] += 1

    def watch(self, after: str | None, *, measured_as: str) -> AbstractContextManager[Watch]:
        raise NotImplementedError

    def observed(self, measured_as: str, since: float, until: float, check: Callable[[], None]) -> None:
        self.asked[measured_as] += 1
        self._checked(check)

    def think(self, seconds: float) -> None:
        """Meanwhile channels say what they have to say."""
        self._opened.machine.forward(seconds=seconds)
        asyncio.run_coroutine_threadsafe(self._opened.service.world.fire_due(), self._loop).result()

    def now(self) -> float:
        return self._opened.machine()

    def key(self, step: str) -> str:
        return f"{self._name}-{step}"

    def _checked(self, check: Callable[[], Found]) -> Found:
        try:
            return check()
        except Foreseen as refused:
            self.refused[str(refused)] += 1
            raise SentAway(str(refused)) from None
