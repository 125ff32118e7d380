import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from domain.store.engine import Database, open_database
from domain.vocabulary import instant
from simulator.auditor import RULES, audit
from simulator.records import START
from simulator.worlds import create_world
from tests.databases import sqlite_url
from tests.simulator.conftest import unheard

CASES = yaml.safe_load((Path(__file__).parent / "spoilt_books.yaml").read_text("utf-8"))
ABOUT = {
    "begun": instant(START),
    "by_account": (
        "(SELECT min(id) FROM resident_contributions WHERE channel = 'PERSONAL_ACCOUNT' AND status <> 'SUBMITTED')"
    ),
    "credited": ("(SELECT min(account_id) FROM account_entries WHERE kind = 'MONTHLY_CREDIT' AND position = 5)"),
    "employed": "(SELECT min(id) FROM enrolments WHERE scheme = 'EMPLOYEE' AND unit_id IS NOT NULL)",
    "finished": "(SELECT min(id) FROM resident_contributions WHERE status = 'FINISHED' AND channel = 'TAX_SYSTEM')",
}


async def test_the_books_of_a_new_world_are_right(small: Database) -> None:
    assert await audit(small) == []


async def test_the_audit_runs_on_both_engines(database_url: str) -> None:
    await create_world(database_url, name="w", seed=3, persons=600, progress=unheard)
    database = open_database(database_url)
    assert await audit(database) == []
    await database.close()


@pytest.mark.parametrize("case", CASES, ids=[f"{case['rule']} {number}" for number, case in enumerate(CASES)])
async def test_what_is_wrong_is_found(case: dict[str, str], spoilt: Callable[[], Path]) -> None:
    path = spoilt()
    connection = sqlite3.connect(path)
    connection.executescript(case["change"].format(**ABOUT))
    changed = connection.total_changes
    connection.close()
    assert changed
    database = open_database(sqlite_url(path))
    found = await audit(database, most=3)
    await database.close()
    assert any(finding.rule.startswith(case["rule"]) for finding in found), [str(finding) for finding in found]
    assert len(found) <= 3 * len(RULES)


async def test_a_payment_that_the_log_tells_of_is_right(spoilt: Callable[[], Path]) -> None:
    path = spoilt()
    connection = sqlite3.connect(path)
    connection.executescript(
        "UPDATE resident_contributions SET paid_at = {begun} WHERE id = {finished}".format(**ABOUT)
    )
    connection.execute(
        "INSERT INTO events SELECT 1, 0, 1, 'RESIDENT_CONTRIBUTION_PAID', 1, region_code, paid_at, payer_id, person_id,"
        " 'x', json_object('contribution_id', id) FROM resident_contributions WHERE paid_at >= ?",
        (ABOUT["begun"],),
    )
    connection.commit()
    connection.close()
    database = open_database(sqlite_url(path))
    assert await audit(database) == []
    await database.close()
