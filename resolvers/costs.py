"""What an operation cost (用量), told in `extensions.cost` to whoever asks for it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import orjson

from domain.store.engine import SPENT, Spent
from resolvers.context import Trace
from resolvers.service import Answer, ResponseStream, StreamItem


def values_in(data: Any) -> int:
    """How many JSON values there are, as the static cost counts them: objects and leaves; a list of leaves is one."""
    if isinstance(data, dict):
        return 1 + sum(map(values_in, data.values()))
    if not isinstance(data, list):
        return 1
    return sum(map(values_in, data)) if data and isinstance(data[0], dict) else min(1, len(data))


def _costed(body: bytes, limit: int, trace: Trace, spent: Spent) -> bytes:
    data = orjson.loads(body).get("data") or {}
    cost: dict[str, object] = {
        "requested": trace.cost,
        "actual": sum(map(values_in, data.values())),
        "limit": limit,
        "statements": spent.statements,
        "rows": spent.rows,
    }
    if trace.meter is not None:
        cost["bucket"] = trace.meter.told()
    return body[:-1] + b',"extensions":' + orjson.dumps({"cost": cost}) + b"}"


def with_cost(answer: Answer, limit: int, trace: Trace, spent: Spent) -> Answer:
    """The answer with what it cost; as it was where it came before anybody knew what it could come to."""
    return answer if trace.cost is None else replace(answer, body=_costed(answer.body, limit, trace, spent))


async def each_with_cost(stream: ResponseStream, limit: int, trace: Trace) -> AsyncGenerator[StreamItem, None]:
    """The responses of a subscription, each with what it cost since the one before; closes the stream."""
    async with aclosing(stream):
        items: AsyncIterator[StreamItem] = aiter(stream)
        while True:
            spent = Spent()
            asking = SPENT.set(spent)
            try:
                item = await anext(items, None)
            finally:
                SPENT.reset(asking)
            if item is None:
                return
            yield replace(item, body=_costed(item.body, limit, trace, spent))
