"""Channels that do not collect at once and say so, as tests want them."""

from typing import Any

from sqlalchemy import bindparam, select

from domain.decisions.faults import Delay, NewFault
from domain.store import faults, tables
from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.vocabulary import FaultKind, FaultParty, Id, Instant, PaymentChannel

_OF_CHANNEL = Statement(select(tables.world_faults.c.id).where(tables.world_faults.c.channel == bindparam("calmed")))
_SHARES = {
    "slow_per_mille": FaultKind.DELAY,
    "failing_per_mille": FaultKind.REFUSAL,
    "silent_per_mille": FaultKind.TIMEOUT_AFTER_EFFECT,
    "twice_per_mille": FaultKind.DUPLICATE_CONFIRMATION,
}


async def write_behaviour(connection: Connection, channel: PaymentChannel, **behaves: Any) -> None:
    """The channel behaves so, in thousandths of its calls, and as calmly as any in everything that is not said."""
    for (number,) in await connection.fetch_all(_OF_CHANNEL, {"calmed": channel.name}):
        await faults.remove(connection, Id(number))
    shares = {kind: behaves.get(name, 0) for name, kind in _SHARES.items()}
    shares[FaultKind.OUTAGE] = 1000 if behaves.get("out") else 0
    seconds = behaves.get("slow_seconds", 30)
    for kind, share in shares.items():
        if share:
            delay = Delay(seconds, seconds) if kind is FaultKind.DELAY else None
            new = NewFault(FaultParty.PAYMENT_CHANNEL, kind, channel=channel, per_mille=share, delay=delay)
            await faults.add(connection, new, Instant(0))
