"""What an operation cost (用量), told in `extensions.cost` to whoever asks for it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import orjson

from domain.store.engine import SPENT, Spent
from resolvers.context import Trace
from resolvers.service import Answer, ResponseStream, StreamItem, batched


def values_in(data: Any) -> int:
    """How many JSON values there are, as the static cost counts them: objects and leaves; a list of leaves is one."""
    if isinstance(data, dict):
        return 1 + sum(map(values_in, data.values()))
    if not isinstance(data, list):
        return 1
    return sum(map(values_in, data)) if data and isinstance(data[0], dict) else min(1, len(data))


def _costed(body: bytes, limit: int, trace: Trace, spent: Spent) -> bytes:
    response = orjson.loads(body)
    data = response.get("data") or {}
    cost: dict[str, object] = {
        "requested": trace.cost,
        "actual": sum(map(values_in, data.values())),
        "limit": limit,
        "statements": spent.statements,
        "rows": spent.rows,
    }
    if trace.meter is not None:
        cost["bucket"] = trace.meter.told()
    extensions = response.get("extensions")
    if extensions is not None:
        return orjson.dumps({**response, "extensions": {**extensions, "cost": cost}})
    return body[:-1] + b',"extensions":' + orjson.dumps({"cost": cost}) + b"}"


def with_cost(answer: Answer, limit: int, trace: Trace, spent: Spent) -> Answer:
    """The answer with what it cost; as it was where it came before anybody knew what it could come to."""
    return answer if trace.cost is None else replace(answer, body=_costed(answer.body, limit, trace, spent))


async def each_with_cost(stream: ResponseStream, limit: int, trace: Trace) -> AsyncGenerator[StreamItem, None]:
    """The responses of a subscription, each with what it cost since the one before; closes the stream."""
    batches = batched(stream)
    async with aclosing(batches):
        while True:
            spent = Spent()
            asking = SPENT.set(spent)
            try:
                batch = await batches.batch()
            finally:
                SPENT.reset(asking)
            if batch is None:
                return
            if batch.spent is not None:
                spent.add(batch.spent)
            for item in batch.items:
                yield item._replace(body=_costed(item.body, limit, trace, spent))
                spent = Spent()
