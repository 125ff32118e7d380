"""Ask the population register who holds identity documents (人口信息核验)."""

from __future__ import annotations

from collections.abc import Sequence

from domain.operations.setting import Setting
from domain.ports import Identity, PartyUnavailable
from domain.store.engine import Connection
from domain.vocabulary import IdType


async def asked_register(
    connection: Connection, documents: Sequence[tuple[IdType, str]], setting: Setting
) -> dict[tuple[IdType, str], Identity] | None:
    """What the population register holds, by document; None while it is silent."""
    try:
        return await setting.outside.registry.identities(connection, documents, now=setting.now)
    except PartyUnavailable:
        return None
