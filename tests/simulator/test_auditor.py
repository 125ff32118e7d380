import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest
import yaml

from domain.store.engine import Database, open_database
from domain.vocabulary import instant
from simulator.auditor import RULES, audit
from simulator.records import START
from simulator.worlds import create_world
from tests.databases import sqlite_url
from tests.simulator.conftest import SEED, unheard

CASES = yaml.safe_load((Path(__file__).parent / "spoilt_books.yaml").read_text("utf-8"))
_A_CLAIM = (
    "INSERT INTO claims (id, person_id, institution_id, region_code, scheme, conditions, raise_fen, year, care, tier,"
    " admitted_on, discharged_on, invoice, status, settled_at, postings, cost_fen, eligible_fen, first_share_fen,"
    " excluded_fen, class_b_fen, pooled_fen, base_fen, critical_fen, assistance_fen, assistance_at_most_fen,"
    " account_fen, cash_fen, trace) SELECT {id}, min(p.id), (SELECT min(id) FROM institutions), p.region_code,"
    " 'RESIDENT', '[]', 0, 2024, 'INPATIENT', 'LEVEL_2', '2024-12-02', '2024-12-09', '{id}', 'SETTLED', {begun}, 1,"
    " 100, 100, 0, 0, 0, 60, 40, 0, 0, 0, 0, 40, '[]' FROM persons p;"
)
_A_PAYMENT = (
    "INSERT INTO filings (id, matter, edition, region_code, province_code, applicant_id, person_id, applicant, form,"
    " status, drafted_at, filed_at, working_days, late_from) SELECT 5, 'INPATIENT_REIMBURSEMENT', '', p.region_code,"
    " substr(p.region_code, 1, 2) || '0000', min(p.id), min(p.id),"
    " 'RESIDENT', '{{}}', 'SUBMITTED', {begun}, {begun}, 30, 253402271999 FROM persons p;"
    "INSERT INTO disbursements (id, region_code, purpose, person_id, filing_id, claim_id, paid_into, amount_fen,"
    " paid_at) SELECT 6, region_code, 'REIMBURSEMENT', person_id, 5, NULL, 'BANK_ACCOUNT', 60, {begun} FROM filings;"
    "INSERT INTO disbursement_entries VALUES (6, 'REIMBURSED', -60), (6, 'PAYEE', 60);"
)
_A_BENEFIT = (
    _A_PAYMENT + "UPDATE disbursements SET purpose = 'MATERNITY_BENEFIT';"
    "UPDATE disbursement_entries SET account = 'MATERNITY' WHERE account = 'REIMBURSED';"
    "INSERT INTO maternity_benefits (disbursement_id, person_id, benefit, occasion, occurred_on, institution_id,"
    " invoice, cost_fen, eligible_fen, trace) SELECT 6, person_id, 'MEDICAL', 'CAESAREAN', '2024-12-02',"
    " (SELECT min(id) FROM institutions), '6', 100, 60, '[]' FROM disbursements;"
)
ABOUT = {
    "a_payment": _A_PAYMENT.format(begun=instant(START)),
    "a_benefit": _A_BENEFIT.format(begun=instant(START)),
    "a_claim": _A_CLAIM.format(id=8, begun=instant(START)),
    "another_claim": _A_CLAIM.format(id=9, begun=instant(START)),
    "begun": instant(START),
    "by_account": (
        "(SELECT min(id) FROM resident_contributions WHERE channel = 'PERSONAL_ACCOUNT' AND status <> 'SUBMITTED')"
    ),
    "credited": ("(SELECT min(account_id) FROM account_entries WHERE kind = 'MONTHLY_CREDIT' AND position = 5)"),
    "employed": "(SELECT min(id) FROM enrolments WHERE scheme = 'EMPLOYEE' AND unit_id IS NOT NULL)",
    "finished": "(SELECT min(id) FROM resident_contributions WHERE status = 'FINISHED' AND channel = 'TAX_SYSTEM')",
    "past": "(SELECT min(id) FROM claims WHERE pooled_fen > 0 AND cash_fen > 1)",
    "past_patient": "(SELECT person_id FROM claims WHERE id = (SELECT max(id) FROM claims))",
}


@pytest.fixture(scope="module")
def right_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a world that has everything that can be wrong, not to be changed."""
    path = tmp_path_factory.mktemp("books") / "right.sqlite3"
    asyncio.run(create_world(sqlite_url(path), name="right", seed=SEED, persons=1_000, progress=unheard))
    return path


@pytest.fixture
def spoilt(right_books: Path, tmp_path: Path) -> Path:
    """The path of a copy of those books, to be spoilt."""
    return shutil.copyfile(right_books, tmp_path / "spoilt.sqlite3")


async def test_the_books_of_a_new_world_are_right(small: Database) -> None:
    assert await audit(small) == []


async def test_the_audit_runs_on_both_engines(database_url: str) -> None:
    await create_world(database_url, name="w", seed=3, persons=600, progress=unheard)
    database = open_database(database_url)
    assert await audit(database) == []
    await database.close()


@pytest.mark.parametrize("case", CASES, ids=[f"{case['rule']} {number}" for number, case in enumerate(CASES)])
async def test_what_is_wrong_is_found(case: dict[str, str], spoilt: Path) -> None:
    connection = sqlite3.connect(spoilt)
    connection.executescript(case["change"].format(**ABOUT))
    changed = connection.total_changes
    connection.close()
    assert changed
    database = open_database(sqlite_url(spoilt))
    found = await audit(database, most=3)
    await database.close()
    assert any(finding.rule.startswith(case["rule"]) for finding in found), [str(finding) for finding in found]
    assert len(found) <= 3 * len(RULES)


async def test_a_payment_that_the_log_tells_of_is_right(spoilt: Path) -> None:
    connection = sqlite3.connect(spoilt)
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
    database = open_database(sqlite_url(spoilt))
    assert await audit(database) == []
    await database.close()
