"""The event log: numbered in order, and marked with the transaction that wrote it where that matters."""

from domain.store import events, tables
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import Id, Instant, RegionCode
from tests.operations.conftest import Opening
from tests.operations.tiny_world import TinyWorld


def event(number: int) -> NewEvent:
    return NewEvent(
        id=Id(number),
        type=EventType.FAMILY_MEMBER_BOUND,
        region=RegionCode("520402"),
        occurred_at=Instant(1),
        actor_id=Id(2),
        subject_id=Id(3),
        cause=Cause("request", "key-00001"),
        payload={"relation": "PARENT", "binding_id": 2**62, "waiting_until": None},
    )


async def test_events_are_numbered_in_the_order_they_are_written(opened: Opening, engine_kind: str) -> None:
    counter = await opened(TinyWorld())
    for numbers in ((30, 10, 20), (5,)):
        async with counter.database.write() as connection:
            await events.append(connection, [event(number) for number in numbers])
    log = tables.events.c
    rows = await counter.rows(log.position, log.id, log.transaction_id)
    assert [number for _, number, _ in rows] == [30, 10, 20, 5]
    transactions = [transaction for _, _, transaction in rows]
    if engine_kind == "sqlite":
        assert transactions == [0, 0, 0, 0]
    else:
        assert transactions[0] == transactions[1] == transactions[2] < transactions[3]


def test_event_types_are_called_what_they_store() -> None:
    assert all(one.value == one.name for one in EventType)
