"""A world in which everybody has rows of every kind, for asking how its engine finds them."""

from __future__ import annotations

import os

from domain.store.statements import EngineKind
from domain.store.tables import metadata
from domain.vocabulary import NATION, Id, RegionCode, Role, Viewer
from tests.plan.asking import AskedWorld, asked_world

PERSONS = int(os.environ.get("CANBAO_EXPLAIN_PERSONS", "600"))
"""How many persons live in it. `CANBAO_EXPLAIN_PERSONS=1000000` takes minutes."""

STILL = frozenset(
    {
        "world",
        "id_blocks",
        "regions",
        "agencies",
        "agency_phones",
        "institutions",
        "personas",
        "client_grants",
        "world_faults",
        "request_journal",
        "timers",
    }
)
"""Tables that do not grow with the population: timers are one or two, and those of one moment."""

GROWING = frozenset(metadata.tables) - STILL

APP = 71
FEW = 500
"""One of so many lets the app see everything."""
MANY = 5
"""One of so many has what not everybody has, and lets another app see something."""

TRACE = "x" * 1_500
"""As long as what a claim says of how it came about: rows as wide as real ones are not read for the sake of a few."""

_ROWS = f"""
INSERT INTO clients (id, name, role, secret_digest, scopes, created_at, secret_drawn_at)
  SELECT id, 'app-' || CAST(id AS TEXT), 'PARTNER', '', 'read', 0, 0
  FROM (SELECT {APP} AS id UNION ALL SELECT {APP + 1}) apps;
INSERT INTO consents (id, person_id, client_id, data_type, given_at)
  SELECT id + 10000000000 * place, id, {APP}, data_type, 0 FROM persons CROSS JOIN
  (SELECT 1 AS place, 'ENROLMENTS' AS data_type UNION ALL SELECT 2, 'CONTRIBUTIONS' UNION ALL SELECT 3, 'ACCOUNT'
  UNION ALL SELECT 5, 'CLAIMS') of
  WHERE id % {FEW} = 0;
INSERT INTO consents (id, person_id, client_id, data_type, given_at)
  SELECT id + 40000000000, id, {APP + 1}, 'ENROLMENTS', 0 FROM persons WHERE id % {MANY} = 0;
INSERT INTO client_grants (client_id, data_type, region_code, granted_at)
  SELECT client, data_type, code, 0 FROM regions CROSS JOIN (SELECT {APP} AS client UNION ALL SELECT {APP + 1}) apps
  CROSS JOIN (SELECT 'ENROLMENTS' AS data_type UNION ALL SELECT 'CONTRIBUTIONS' UNION ALL SELECT 'ACCOUNT'
    UNION ALL SELECT 'CLAIMS') of
  WHERE level = 'PROVINCE';
INSERT INTO payees (id, owner_id, person_id, added_at)
  SELECT id + 10000000000, id, (SELECT min(id) FROM persons), 0 FROM persons
  WHERE id % {MANY} = 0 AND id > (SELECT min(id) FROM persons);
INSERT INTO payment_orders (id, payer_id, region_code, channel, status, amount_fen, ordered_at, confirmations)
  SELECT id + 10000000000, id, region_code, 'WECHAT', 'FAILED', 40000, 0, 0 FROM persons WHERE id % {MANY} = 0;
INSERT INTO refunds (id, contribution_id, region_code, person_id, payer_id, reason, status, channel, amount_fen,
  requested_at) SELECT id + 10000000000, id, region_code, person_id, payer_id, 'DUPLICATE', 'SENT', channel, 40000, 0
  FROM resident_contributions WHERE id % {MANY} = 0;
INSERT INTO payment_certificates (id, person_id, region_code, number, first_year, last_year, issued_at, content)
  SELECT id + 10000000000, id, region_code, CAST(id AS TEXT), 2020, 2024, 0, '[]' FROM persons WHERE id % {MANY} = 0;
INSERT INTO employee_bills (id, person_id, region_code, kind, month, months, persons, status, unit_fen, personal_fen,
  maternity_fen, late_fee_fen, declared_at, declared_by, due_on) SELECT id + 10000000000, person_id, region_code,
  'REGULAR', 202412, 1, 1, 'DUE', 0, 40000, 0, 0, 0, person_id, started_on FROM enrolments
  WHERE scheme = 'EMPLOYEE' AND status = 'ACTIVE';
INSERT INTO employee_contributions (id, bill_id, person_id, enrolment_id, region_code, kind, month, months, wage_fen,
  base_fen, unit_fen, personal_fen, maternity_fen, credit_fen) SELECT id + 10000000000, id + 10000000000, person_id, id,
  region_code, 'REGULAR', 202412, 1, 40000, 40000, 0, 40000, 0, 0 FROM enrolments
  WHERE scheme = 'EMPLOYEE' AND status = 'ACTIVE';
INSERT INTO enrolment_transfers (id, person_id, enrolment_id, region_code, from_region, outside, status, applied_at,
  accepted_on, form_due_on, due_on, calendar, late_from, withdrawn_at) SELECT id + 10000000000, person_id, id,
  region_code, '510900', false, 'WITHDRAWN', 0, started_on, started_on, started_on, 'OFFICIAL', 0, 0 FROM enrolments
  WHERE id % {MANY} = 0;
INSERT INTO account_withdrawals (id, account_id, person_id, applicant_id, region_code, reason, materials,
  card_last_four, amount_fen, withdrawn_at, payable_by, entry_id) SELECT a.id + 10000000000, a.id, a.person_id,
  a.person_id, a.region_code, 'GIVEN_UP', '[]', '4321', 100, 0, a.opened_on, e.id FROM personal_accounts a
  JOIN account_entries e ON e.account_id = a.id AND e.position = 1;
INSERT INTO claims (id, person_id, institution_id, region_code, scheme, conditions, raise_fen, year, care, tier,
  admitted_on, discharged_on, invoice, status, settled_at, postings, cost_fen, eligible_fen, first_share_fen,
  excluded_fen, class_b_fen, pooled_fen, base_fen, critical_fen, assistance_fen, assistance_at_most_fen, account_fen,
  cash_fen, trace) SELECT id + 10000000000, id, (SELECT min(id) FROM institutions), region_code, 'RESIDENT', '[]', 0,
  2024, 'OUTPATIENT', 'LEVEL_1', birth_date, birth_date, CAST(id AS TEXT), 'SETTLED', 0, 1, 100, 100, 0, 0, 0, 50, 0, 0,
  0, 0, 0, 50, '["{TRACE}"]' FROM persons WHERE id % {MANY} = 0;
INSERT INTO webhooks (id, client_id, url, selection, retry_clock, status, created_at, generation, secret_start,
  transaction_id, position, failures, beat) SELECT id + 10000000000, {APP + 1}, 'https://app.example/', '', 'WORLD',
  'ACTIVE', 0, 1, '', 0, 0, 0, 0 FROM persons WHERE id % {MANY} = 0;
INSERT INTO webhook_deliveries (webhook_id, transaction_id, position, event_id, subject_id, occurred_at, status,
  attempts, due_at) SELECT id + 10000000000, 0, 0, id, id, 0, 'WAITING', 0, 0 FROM persons WHERE id % {MANY} = 0;
INSERT INTO webhook_attempts (webhook_id, event_id, kind, number, began_at, milliseconds, outcome)
  SELECT id + 10000000000, id, 'DELIVERY', 1, 0, 0, 'TIMEOUT' FROM persons WHERE id % {MANY} = 0;
INSERT INTO filings (id, matter, edition, region_code, province_code, applicant_id, person_id, applicant, form, status,
  drafted_at, filed_at, working_days, late_from) SELECT id + 10000000000, 'PERSON_ENQUIRY', '', region_code,
  substr(region_code, 1, 2) || '0000', id, id, 'PERSON',
  '{{}}', 'SUBMITTED', 0, id, 1, 253402300799 FROM persons WHERE id % {MANY} = 0;
INSERT INTO disbursements (id, region_code, purpose, person_id, filing_id, paid_into, amount_fen, paid_at)
  SELECT id + 10000000000, region_code, 'REIMBURSEMENT', id, id + 10000000000, 'BANK_ACCOUNT', 100, 0 FROM persons
  WHERE id % {MANY} = 0;
INSERT INTO events (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id, cause, payload)
  SELECT TRANSACTION, id + 10000000000, 'ENROLMENT_REGISTERED', 1, region_code, 0, id, id, 'peopled', '{{}}'
  FROM persons ORDER BY id;
INSERT INTO access_records (transaction_id, kind, occurred_at, recorded_at, role, person_id, persona_id, client_id,
  unit_id, region_code, reader, operation_kind, operation, fields, transport, request_id, persons, subjects)
  SELECT TRANSACTION, 'READ', 0, 0, 'CLERK', 0, 1, 0, 0, region_code, 'clerk', 'query', '', '[]', 'HTTP',
  CAST(id AS TEXT), 1, SUBJECTS FROM persons WHERE id % {MANY} = 0 ORDER BY id;
INSERT INTO access_subjects (person_id, record_position)
  SELECT CAST(request_id AS BIGINT), position FROM access_records
"""


def peopled_world(url: str) -> AskedWorld:
    """A new world at the URL of an empty database, and who asks it in each role."""
    asked = asked_world(url, persons=PERSONS)
    transaction, subjects = ("0", "json_array(id)") if asked.kind is EngineKind.SQLITE else ("3", "ARRAY[id]")
    for sql in _ROWS.replace("TRANSACTION", transaction).replace("SUBJECTS", subjects).split(";"):
        asked.write(sql)
    if asked.kind is EngineKind.POSTGRESQL:
        # As its autovacuum does; SQLite keeps the figures that the world was made with.
        asked.write("ANALYZE")
    [(person, unit, region)] = asked.rows(
        "SELECT person_id, unit_id, region_code FROM personas WHERE name = 'officer-employer'"
    )
    asked.viewers["officer-employer"] = Viewer(
        Role.UNIT_OFFICER, Id(person), RegionCode(region), "officer-employer", unit_id=Id(unit)
    )
    asked.viewers["clerk-guizhou"] = Viewer(Role.CLERK, Id(0), RegionCode("520000"), "clerk-guizhou")
    for name, role, client in (("partner", Role.PARTNER, APP), ("hospital", Role.HOSPITAL, APP + 2)):
        asked.viewers[name] = Viewer(role, Id(0), NATION, name, client_id=Id(client))
    return asked
