"""Whatever changes is told by an event of the same transaction: asked here of a story in which nearly everything
happens, and of every journey when it ends.
"""

from __future__ import annotations

from sqlalchemy import update

from domain.store import tables
from domain.store.statements import Statement
from tests.resolvers.access.story import told_on
from tests.resolvers.opened import OpenedWorld
from tests.watched import BESIDE_THE_LOG, TOLD, watching


async def test_a_story_in_which_every_table_changes_leaves_nothing_untold(on_sqlite: OpenedWorld) -> None:
    with watching(on_sqlite.service.world.database) as watched:
        await told_on(on_sqlite)
    assert watched.untold == []
    changed = frozenset[str]().union(*watched.transactions)
    of_filings = {
        "filings",
        "filing_materials",
        "institutions",
        "agreement_periods",
        "out_of_area_records",
        "entitlements",
        "person_changes",
    }
    of_payments = {"disbursements", "disbursement_entries", "settled_postings", "maternity_benefits"}
    assert TOLD - changed <= {"enrolments", "transferred_periods", *of_filings, *of_payments}, (
        "what the journeys change"
    )


async def test_a_change_without_an_event_would_be_noticed(on_sqlite: OpenedWorld) -> None:
    database = on_sqlite.service.world.database
    silent = Statement(update(tables.units).values(name=tables.units.c.name))
    with watching(database) as watched:
        async with database.write() as connection:
            await connection.execute(silent, {})
        await on_sqlite.bound("employee")
    assert watched.untold == [["units"]]


def test_what_is_beside_the_log_is_a_table() -> None:
    assert set(BESIDE_THE_LOG) <= set(tables.metadata.tables)
