"""New ids, in blocks that each process reserves for itself (标识号段)."""

from __future__ import annotations

import asyncio
from collections import deque

from sqlalchemy import bindparam, update

from domain.store.engine import Database
from domain.store.statements import Statement
from domain.store.tables import id_blocks
from domain.vocabulary import NUMBERS_PER_PROVINCE, Id, RegionCode, province_of

BLOCK_NAME = "all"

_TAKE = Statement(
    update(id_blocks)
    .values(next_number=id_blocks.c.next_number + bindparam("count", type_=id_blocks.c.next_number.type))
    .where(id_blocks.c.name == BLOCK_NAME)
    .returning(id_blocks.c.next_number)
)


class BlockIds:
    """Ids whose numbers no other process of the world gives out.

    `reserve` writes in a transaction of its own, so it comes before the transaction that uses the ids. Numbers that
    were reserved and never used are lost when the process ends; no number comes twice.
    """

    def __init__(self, database: Database, block: int = 1024) -> None:
        self._database = database
        self._block = block
        self._numbers: deque[int] = deque()
        self._promised = 0
        self._taking = asyncio.Lock()

    async def reserve(self, count: int) -> None:
        """`count` more calls of `new` need no waiting, whatever other callers have reserved."""
        self._promised += count
        if len(self._numbers) >= self._promised:
            return
        try:
            async with self._taking:
                missing = self._promised - len(self._numbers)
                if missing > 0:
                    await self._take(max(missing, self._block))
        except BaseException:
            self._promised = max(self._promised - count, 0)
            raise

    async def _take(self, count: int) -> None:
        async with self._database.write() as connection:
            row = await connection.fetch_one(_TAKE, {"count": count})
        if row is None:
            raise LookupError("this world hands out no ids: it was not created to its end")
        after: int = row[0]
        self._numbers.extend(range(after - count, after))

    def new(self, region: RegionCode) -> Id:
        """An id that leads with the region's province. RuntimeError where none was reserved."""
        if not self._numbers:
            raise RuntimeError("reserve ids before the transaction that needs them")
        number = self._numbers.popleft()
        self._promised = max(self._promised - 1, 0)
        return Id(province_of(region) * NUMBERS_PER_PROVINCE + number)
