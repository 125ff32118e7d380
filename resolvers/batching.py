"""One transaction for what arrives together (合并提交): orders of one operation share a commit.

While a batch is being written, the orders that arrive form the next one. Each order gets its own answer, and its
payload is read inside the transaction that made it true. An order that breaks its batch is tried again alone, so that
it fails alone. What is written is written to its end, whether or not its client stays to hear of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from domain.store.engine import SPENT, Connection, Database, Spent, StoreUnavailable
from resolvers.tallies import Distribution

Order = TypeVar("Order")
BATCH_LIMIT = 200

Write = Callable[[Connection, object], Awaitable[bytes]]


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Order]):
    order: Order
    write: Write
    answered: asyncio.Future[bytes]
    spent: Spent | None
    """Where the statements of its batch are counted too, if whoever asked wants to know."""


class Batches(Generic[Order]):
    """The orders of one operation in one world.

    `operate` answers orders in order inside a transaction; `reserve` is called with the orders before it opens, and
    `committed` after it is on disk. `sizes` is told how many orders each transaction had.
    """

    def __init__(
        self,
        database: Database,
        operate: Callable[[Connection, Sequence[Order]], Awaitable[Sequence[Any]]],
        reserve: Callable[[Sequence[Order]], Awaitable[None]],
        committed: Callable[[], None],
        sizes: Distribution,
    ) -> None:
        self._database = database
        self._operate = operate
        self._reserve = reserve
        self._committed = committed
        self._sizes = sizes
        self._waiting: list[_Waiting[Order]] = []
        self._running: asyncio.Task[None] | None = None

    async def answer(self, order: Order, write: Write) -> bytes:
        """The payload of one order, after its transaction is on disk."""
        waiting = _Waiting(order, write, asyncio.get_running_loop().create_future(), SPENT.get())
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._run())
        try:
            return await asyncio.shield(waiting.answered)
        except asyncio.CancelledError:
            # The client is gone, its order is not. Somebody has to look at how it ends.
            waiting.answered.add_done_callback(lambda answered: answered.cancelled() or answered.exception())
            raise

    @property
    def waiting(self) -> int:
        """Orders that are not in a transaction yet."""
        return len(self._waiting)

    async def close(self) -> None:
        """Waits until every order that was taken is answered."""
        if self._running is not None:
            await asyncio.wait([self._running])

    async def _run(self) -> None:
        while self._waiting:
            batch = self._waiting[:BATCH_LIMIT]
            del self._waiting[:BATCH_LIMIT]
            await self._settle(batch)

    async def _settle(self, batch: list[_Waiting[Order]]) -> None:
        try:
            payloads = await self._written(batch)
        except StoreUnavailable as error:
            for waiting in batch:
                _fail(waiting.answered, error)
        except Exception as error:  # told to whoever asked: the executor logs and masks it
            if len(batch) == 1:
                _fail(batch[0].answered, error)
                return
            for waiting in batch:
                await self._settle([waiting])
        else:
            for waiting, payload in zip(batch, payloads, strict=True):
                if not waiting.answered.done():
                    waiting.answered.set_result(payload)

    async def _written(self, batch: list[_Waiting[Order]]) -> list[bytes]:
        orders = [waiting.order for waiting in batch]
        self._sizes.see(len(orders))
        # The task that runs has begun for one of those who wait, and may work for all.
        spent = Spent()
        SPENT.set(spent)
        try:
            return await self._write(batch, orders)
        finally:
            for waiting in batch:
                if waiting.spent is not None:
                    waiting.spent.add(spent)

    async def _write(self, batch: list[_Waiting[Order]], orders: list[Order]) -> list[bytes]:
        await self._reserve(orders)
        async with self._database.write() as connection:
            outcomes = await self._operate(connection, orders)
            payloads = [
                await waiting.write(connection, outcome) for waiting, outcome in zip(batch, outcomes, strict=True)
            ]
        self._committed()
        return payloads


def _fail(answered: asyncio.Future[bytes], error: BaseException) -> None:
    if not answered.done():
        answered.set_exception(error)
