"""What the auditor finds of a world that people have lived in: each corruption that is planted, and nothing before.

Each is planted inside a transaction, audited there and rolled back, so that one world serves them all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from domain.store.engine import Connection
from domain.store.statements import EngineKind
from domain.store.tables import metadata
from domain.vocabulary import Instant
from simulator.auditor import Finding, audit
from tests.journeys.test_enrolments import NEWCOMER, RESIDENT, enrolment_of, suspend
from tests.journeys.test_paying_a_bill import billed, pay
from tests.resolvers.opened import FINISH, REGISTER, UNBIND, OpenedWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Lived:
    """A world in which people have paid, bound, enrolled and waited, and the ids of what they did."""

    world: OpenedWorld
    ids: dict[str, str] = field(default_factory=dict)


class Inside:
    """A database as the auditor reads it, from inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        yield self._connection


class Undone(Exception):
    """Raised to roll back."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived(shared: OpenedWorld) -> Lived:
    found = Lived(shared)
    found.ids["paid"] = number(await shared.paid("employee"))
    finished = await shared.paid("employee-2")
    await shared.mutate(FINISH, "employee-2", contributionId=finished)
    found.ids["finished"] = number(finished)
    found.ids["collected"] = number(await shared.collected("employee-3", "WECHAT"))
    binding = await shared.mutate(UNBIND, "already-bound", bindingId=await the_binding(shared, "already-bound"))
    found.ids["unbound"] = number(binding["binding"]["id"])
    found.ids["payee"] = number(await shared.added("employee-5"))
    registered = await shared.mutate(REGISTER, NEWCOMER, personId=shared.person(NEWCOMER), region="341102")
    assert registered["__typename"] == "ResidentEnrolmentRegistered"
    found.ids["newcomer"] = number(shared.person(NEWCOMER))
    enrolment = await enrolment_of(shared, shared.person(RESIDENT))
    await suspend(shared, RESIDENT, enrolment)
    found.ids["suspended"] = number(enrolment)
    bill = await billed(shared)
    await pay(shared, bill)
    found.ids["bill"] = number(bill)
    world = shared.service.world
    await world.advance(Instant(world.clock.now() + 45 * 86_400))
    await world.seal_trail()
    assert await audit(world.database) == []
    return found


def number(api_id: str) -> str:
    return api_id.split("_")[1]


async def the_binding(world: OpenedWorld, persona: str) -> str:
    holder = world.person(persona).removeprefix("per_")
    [(found,)] = await world.rows(f"SELECT id FROM family_bindings WHERE holder_id = {holder} AND status = 'ACTIVE'")
    return f"fam_{found}"


def copied(table: str, where: str, **changes: str) -> str:
    """SQL that copies rows of a table, with some columns otherwise."""
    columns = [column.name for column in metadata.tables[table].columns if changes.get(column.name) != ""]
    values = [changes.get(name, name) for name in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} WHERE {where}"


ENTRY = "contribution_id = {paid}"
OF_ENTRY = "id = (SELECT min(account_id) FROM account_entries WHERE contribution_id = {paid})"
TAKEN = "(SELECT sum(amount_fen) FROM account_entries WHERE contribution_id = {paid})"
MEMBER = "(SELECT person_id FROM resident_contributions WHERE id = {paid})"
EVENT = f"type = 'RESIDENT_CONTRIBUTION_PAID' AND subject_id = {MEMBER}"
ORDER = "(SELECT payment_order_id FROM resident_contributions WHERE id = {collected})"
LINE = "(SELECT min(id) FROM employee_contributions WHERE bill_id = {bill})"
CREDIT = "(SELECT min(id) FROM account_entries WHERE kind = 'PENSIONER_CREDIT' AND occurred_at > 1734310800)"
NEW_ID = "id + 900000000"
LEFT = "balance_fen + amount_fen"
NEXT = "(SELECT entry_count + 1 FROM personal_accounts AS of WHERE of.id = account_id)"

PLANTED: dict[str, tuple[str, list[str]]] = {
    "a lost entry": ("a balance is the sum", [f"DELETE FROM account_entries WHERE {ENTRY}"]),
    "a lost entry whose balance was mended": (
        "a contribution paid from an account",
        [
            f"UPDATE personal_accounts SET balance_fen = balance_fen - {TAKEN} WHERE {OF_ENTRY}",
            f"UPDATE personal_accounts SET entry_count = entry_count - 1 WHERE {OF_ENTRY}",
            f"DELETE FROM account_entries WHERE {ENTRY}",
        ],
    ),
    "another amount of an entry": (
        "an entry's balance",
        [f"UPDATE account_entries SET amount_fen = amount_fen + 100 WHERE {ENTRY}"],
    ),
    "another balance": (
        "a balance is the sum",
        [f"UPDATE personal_accounts SET balance_fen = balance_fen + 1 WHERE {OF_ENTRY}"],
    ),
    "an account debited twice": (
        "a contribution paid from an account",
        [
            copied("account_entries", ENTRY, id=NEW_ID, position=NEXT, balance_fen=LEFT),
            f"UPDATE personal_accounts SET balance_fen = balance_fen + {TAKEN} / 2 WHERE {OF_ENTRY}",
            f"UPDATE personal_accounts SET entry_count = entry_count + 1 WHERE {OF_ENTRY}",
        ],
    ),
    "an entry for nothing": (
        "money leaves an account",
        [f"UPDATE account_entries SET contribution_id = NULL WHERE {ENTRY}"],
    ),
    "an entry that is backdated": (
        "an entry is no earlier",
        [f"UPDATE account_entries SET occurred_at = 0 WHERE {ENTRY}"],
    ),
    "a double payment": (
        "a person is paid for once",
        ["DROP INDEX uq_resident_contributions_paid", copied("resident_contributions", "id = {finished}", id=NEW_ID)],
    ),
    "a payment from somebody else's account": (
        "the account that paid",
        ["UPDATE resident_contributions SET payer_id = person_id WHERE id = {paid}"],
    ),
    "a payment for a stranger": (
        "who was paid for was bound",
        [f"DELETE FROM family_bindings WHERE member_id = {MEMBER}"],
    ),
    "a payment of another price": (
        "the amount of a payment",
        ["UPDATE resident_contributions SET amount_fen = 100 WHERE id = {collected}"],
    ),
    "a payment before the window": (
        "nobody pays before the window",
        ["UPDATE resident_contributions SET paid_on = '2024-08-01' WHERE id = {collected}"],
    ),
    "cover that begins too early": (
        "cover begins and ends",
        ["UPDATE resident_contributions SET coverage_from = '2024-12-16' WHERE id = {collected}"],
    ),
    "a payment that is undone": (
        "no event tells of a payment",
        ["UPDATE resident_contributions SET status = 'SUBMITTED', paid_at = NULL WHERE id = {paid}"],
    ),
    "a payment without event": ("every payment since", [f"DELETE FROM events WHERE {EVENT}"]),
    "a payment told twice": ("every payment since", [copied("events", EVENT, id=NEW_ID, position="")]),
    "a submission without event": (
        "every submission since",
        ["DELETE FROM events WHERE type = 'RESIDENT_CONTRIBUTION_SUBMITTED'"],
    ),
    "a lost slip": ("whatever is finished has a slip", ["DELETE FROM receipts WHERE contribution_id = {finished}"]),
    "a binding without event": ("every binding since", ["DELETE FROM events WHERE type = 'FAMILY_MEMBER_BOUND'"]),
    "an unbinding without event": (
        "every ending of a binding since",
        ["DELETE FROM events WHERE type = 'FAMILY_MEMBER_UNBOUND'"],
    ),
    "a payee without event": ("every payee since", ["DELETE FROM events WHERE type = 'PAYEE_ADDED'"]),
    "an enrolment without event": (
        "every registration of an enrolment since",
        ["DELETE FROM events WHERE type = 'ENROLMENT_REGISTERED'"],
    ),
    "a lost enrolment": (
        "no event tells of a registered enrolment",
        ["DELETE FROM enrolments WHERE person_id = {newcomer}"],
    ),
    "an enrolment beside another": (
        "nobody is in two basic schemes",
        ["DROP INDEX uq_enrolments_basic", copied("enrolments", "person_id = {newcomer}", id=NEW_ID)],
    ),
    "a suspension without event": (
        "every suspension of a resident",
        ["DELETE FROM events WHERE type = 'ENROLMENT_SUSPENDED'"],
    ),
    "a suspension that is undone": (
        "an active enrolment is not seen to end",
        ["UPDATE enrolments SET status = 'ACTIVE' WHERE id = {suspended}"],
    ),
    "money that a channel took and nobody booked": (
        "what a channel collected",
        ["UPDATE resident_contributions SET status = 'SUBMITTED', paid_at = NULL WHERE id = {collected}"],
    ),
    "a payment that the channel knows nothing of": (
        "an order is confirmed",
        [f"DELETE FROM channel_collections WHERE reference = {ORDER}"],
    ),
    "a channel that took less": (
        "an order is confirmed",
        [f"UPDATE channel_collections SET amount_fen = amount_fen - 1 WHERE reference = {ORDER}"],
    ),
    "a channel that gave back unasked": (
        "a channel gives back",
        [f"UPDATE channel_collections SET given_back_fen = 100 WHERE reference = {ORDER}"],
    ),
    "an order over another sum": (
        "an order for contributions is over their sum",
        [f"UPDATE payment_orders SET amount_fen = amount_fen + 1 WHERE id = {ORDER}"],
    ),
    "a lost line of a bill": (
        "a bill of the employee scheme is the sum",
        [f"DELETE FROM employee_contributions WHERE id = {LINE}"],
    ),
    "a credit that a line has lost": (
        "an account is credited for a paid line",
        [f"UPDATE employee_contributions SET entry_id = NULL WHERE id = {LINE}"],
    ),
    "a paid bill without order": (
        "a bill is paid by a confirmed order",
        ["UPDATE employee_bills SET payment_order_id = NULL WHERE id = {bill}"],
    ),
    "a paid bill without event": ("every paid bill", ["DELETE FROM events WHERE type = 'EMPLOYEE_BILL_PAID'"]),
    "a late fee for nothing": (
        "a unit's late fee",
        ["UPDATE employee_bills SET late_fee_fen = 100 WHERE id = {bill}"],
    ),
    "a pensioner credited twice in a month": (
        "a pensioner is credited once a month",
        [copied("account_entries", f"id = {CREDIT}", id=NEW_ID, position=NEXT, business_on="'2025-01-02'")],
    ),
    "a credit without event": (
        "every credit of an account since",
        ["DELETE FROM events WHERE type = 'ACCOUNT_CREDITED'"],
    ),
    "interest without event": (
        "every payment of interest since",
        ["DELETE FROM events WHERE type = 'INTEREST_PAID'"],
    ),
    "an event that was rewritten": (
        "what a seal covers",
        ["UPDATE events SET actor_id = 0 WHERE type = 'RESIDENT_CONTRIBUTION_PAID'"],
    ),
    "an event that was taken away": ("what a seal covers", ["DELETE FROM events WHERE type = 'PAYMENT_STARTED'"]),
    "an id that was never handed out": (
        "the numbers in payees",
        ["UPDATE payees SET id = id + 90000000000 WHERE person_id = {payee}"],
    ),
}  # fmt: skip
"""What somebody who can do anything to the database does, and the beginning of the rule that must notice."""


async def plant(connection: Connection, changes: Sequence[str]) -> None:
    """Each change changes something, whatever the database holds to be impossible."""
    driver: Any = connection.driver  # type: ignore[attr-defined]
    if connection.kind is EngineKind.SQLITE:
        driver.execute("PRAGMA defer_foreign_keys = 1")
    else:
        await driver.execute("SET LOCAL session_replication_role = replica")
    for sql in changes:
        if connection.kind is EngineKind.SQLITE:
            driver.execute(sql)
            assert sql.startswith("DROP") or driver.changes(), sql
        else:
            told = await driver.execute(sql)
            assert not told.endswith(" 0"), sql


async def found_after(lived: Lived, changes: Sequence[str]) -> list[Finding]:
    """What the auditor finds once that is planted, of which nothing is left."""
    found: list[Finding] = []
    with suppress(Undone):
        async with lived.world.service.world.database.write() as connection:
            await plant(connection, [change.format(**lived.ids) for change in changes])
            found = await audit(Inside(connection), most=3)  # type: ignore[arg-type]
            raise Undone
    return found


@pytest.mark.parametrize("planted", PLANTED)
async def test_what_is_planted_is_found(planted: str, lived: Lived) -> None:
    rule, changes = PLANTED[planted]
    found = await found_after(lived, changes)
    assert any(finding.rule.startswith(rule) for finding in found), [str(finding) for finding in found]


async def test_nothing_is_left_of_what_was_planted(lived: Lived) -> None:
    assert await audit(lived.world.service.world.database) == []
