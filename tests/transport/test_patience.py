"""One timer ends what many wait for, each in its turn."""

import asyncio

import pytest

from resolvers.transport.patience import Patience


async def outwaited(patience: Patience, name: str, ended: list[str]) -> None:
    """Waits for what never comes."""
    with pytest.raises(TimeoutError), patience:
        await asyncio.Event().wait()
    ended.append(name)


async def test_each_is_ended_in_its_turn() -> None:
    patience, ended = Patience(0.05), list[str]()
    first = asyncio.create_task(outwaited(patience, "first", ended))
    await asyncio.sleep(0.02)
    with patience:
        await asyncio.sleep(0)
    await asyncio.gather(first, outwaited(patience, "second", ended))
    assert ended == ["first", "second"]
    # Who waits after a time when nobody did is timed again.
    await outwaited(patience, "third", ended)


async def test_who_is_cancelled_is_not_out_of_time() -> None:
    patience, ended = Patience(0.05), list[str]()
    cancelled = asyncio.create_task(outwaited(patience, "cancelled", ended))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    await outwaited(patience, "next", ended)
    assert ended == ["next"]


def test_it_serves_one_event_loop_after_another() -> None:
    patience, ended = Patience(0.05), list[str]()
    for name in ("one", "other"):
        asyncio.run(outwaited(patience, name, ended))
    assert ended == ["one", "other"]
