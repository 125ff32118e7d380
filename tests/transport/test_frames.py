"""Frames that are made once for many sockets are those that a WebSocket library makes."""

from __future__ import annotations

import asyncio

import pytest
from websockets.frames import Frame, Opcode

from resolvers.service import Batch, StreamItem
from resolvers.transport.server import _Gate, _Messages
from resolvers.transport.websocket import _frame_head, _frames


def _framed(text: bytes) -> bytes:
    return bytes(Frame(Opcode.TEXT, text).serialize(mask=False))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_a_frame_is_what_a_library_makes_of_the_text(size: int) -> None:
    text = b"x" * size
    assert _frame_head(size) + text == _framed(text)


def test_the_frames_of_a_batch_are_kept_for_a_few_names_of_operations() -> None:
    batch = Batch((StreamItem(b'{"data":1}'), StreamItem(b'{"data":2}')))
    expected = [b'{"id":"a","type":"next","payload":{"data":%d}}' % number for number in (1, 2)]
    assert _frames('"a"', batch) == b"".join(map(_framed, expected))
    assert _frames('"a"', batch) is _frames('"a"', batch)
    for number in range(100):
        _frames(f'"{number}"', batch)
    assert len(batch.framed) < 10


async def test_messages_are_read_in_order_and_waited_for() -> None:
    messages = _Messages()
    waiting = asyncio.create_task(messages.get())
    await asyncio.sleep(0)
    for number in range(3):
        messages.put_nowait(number)
    assert [await waiting, await messages.get()] == [0, 1]
    assert not messages.empty()
    assert await messages.get() == 2
    given_up = asyncio.create_task(messages.get())
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    messages.put_nowait(3)
    assert await messages.get() == 3
    assert messages.empty()


async def test_all_who_wait_for_room_go_on_when_there_is_some() -> None:
    gate = _Gate()
    await gate.wait()
    gate.clear()
    gate.clear()
    waiting = [asyncio.create_task(gate.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    assert not gate.is_set()
    gate.set()
    gate.set()
    await asyncio.gather(*waiting[1:])
    assert gate.is_set()
