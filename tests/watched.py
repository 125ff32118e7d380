"""Looks over the shoulder of whoever writes: which tables each transaction changed, and whether the log says so.

On SQLite, whose connections tell it; what an operation writes does not depend on the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import apsw

from domain.store import tables
from domain.store.engine import SqliteDatabase

BESIDE_THE_LOG: Final = {
    "world": "its clock, and how far back the log is told",
    "signing_keys": "what tokens are signed with",
    "clients": "who may ask, by the operator's command",
    "client_grants": "what partners were granted, by the operator's command",
    "sign_in_failures": "counted and forgotten",
    "revoked_tokens": "tokens that are good for nothing any more",
    "id_blocks": "numbers that are taken",
    "timers": "what is to be done",
    "materials": "files, told of when a filing hands them in",
    "clock_advances": "how the clock was advanced",
    "webhook_keys": "what webhooks' secrets are derived from",
    "webhooks": "where an app wants its events, and how far it was told",
    "webhook_deliveries": "what waits for it",
    "webhook_attempts": "what was tried",
    "events": "the log itself",
    "access_records": "a log of its own: who was shown whom",
    "access_subjects": "a part of it",
    "audit_seals": "digests of both logs",
    "answers": "what a key was answered",
    "request_journal": "what was asked of a sandbox",
    "personas": "who signs in to a sandbox",
    "persona_promises": "what they are told to try",
    "agencies": "published with the book of policy",
    "agency_phones": "published with the book of policy",
    "regions": "published with the book of policy",
    "registry_identities": "the population register's",
    "registry_kinships": "the population register's",
    "outside_enrolments": "other provinces'",
    "channel_collections": "the channels'",
    "world_faults": "what outside parties get wrong",
}
"""Tables whose changes no event tells of, and whose they are."""
TOLD: Final = frozenset(tables.metadata.tables) - set(BESIDE_THE_LOG)


@dataclass(eq=False, slots=True)
class Watched:
    """What each transaction changed, in order."""

    transactions: list[frozenset[str]] = field(default_factory=list)
    _changed: set[str] = field(default_factory=set)

    def watch(self, driver: apsw.Connection) -> None:
        """What is committed over this connection is noted."""
        driver.set_update_hook(self._update)
        driver.set_commit_hook(self._commit)
        driver.set_rollback_hook(self._changed.clear)

    def _update(self, kind: int, database: str, table: str, row: int) -> None:
        self._changed.add(table)

    def _commit(self) -> bool:
        self.transactions.append(frozenset(self._changed))
        self._changed.clear()
        return False

    @property
    def untold(self) -> list[list[str]]:
        """Tables that a transaction changed without an event."""
        return [sorted(each & TOLD) for each in self.transactions if each & TOLD and "events" not in each]


@contextmanager
def watching(database: object) -> Iterator[Watched]:
    """What is written to a world on SQLite from now on, by this process."""
    watched = Watched()
    if isinstance(database, SqliteDatabase):
        connect = database._connect

        def watched_connection(*, readonly: bool) -> apsw.Connection:
            driver = connect(readonly=readonly)
            if not readonly:
                watched.watch(driver)
            return driver

        database._connect = watched_connection  # type: ignore[method-assign]
        if database._writer is not None:
            watched.watch(database._writer)
    yield watched
