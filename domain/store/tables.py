"""Every table of a world, as SQLAlchemy Core. One world is one database (SQLite file or PostgreSQL database).

An id leads with its province (see `domain.vocabulary.Id`), so a table that grows with the population can be
partitioned by ranges of its own primary key. Instants are whole seconds since the epoch; amounts are fen.
Entries, events and answers are only ever inserted; a timer is deleted in the transaction that it starts. What tells of
access (`APPEND_ONLY`) cannot be changed or deleted at all: the database itself refuses.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.vocabulary import FilingStatus

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows only through a column declared INTEGER PRIMARY KEY.
BigId = BigInteger().with_variant(Integer(), "sqlite")
Json = Text().with_variant(JSONB(), "postgresql")
Ids = ARRAY(BigInteger).with_variant(Text(), "sqlite")

world = Table(
    "world",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seed", BigInteger, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("clock_base", BigInteger, nullable=False, comment="world time at clock_real_base"),
    Column("clock_real_base", BigInteger, comment="machine time of clock_base; null until first served"),
    Column("clock_rate", Integer, nullable=False, comment="world seconds per second; 0 is a frozen clock"),
    Column("history", Text, comment="drawn when it was restored from a backup: cursors of before lead nowhere"),
    Column(
        "transaction_offset",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="what is added to the server's transaction ids, so that the log goes on where it was restored",
    ),
    Column("horizon_transaction_id", BigInteger, nullable=False, server_default="0"),
    Column(
        "horizon_position",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="the last event that no list and no subscription tells any more; 0 where all are told",
    ),
    Column(
        "horizon_at",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="what happened from then on, in the world's time, is told",
    ),
    Column("origin", Text, comment="the world that it was forked from; null for one that was made of its seed"),
    Column("origin_at", BigInteger, comment="when that was, in the world's time"),
    Column("clock_until", BigInteger, comment="to where the clock is being advanced; null while it is not"),
    Column("first_number", BigInteger, comment="ids from it on were given since it was made; null where nobody knows"),
    Column(
        "fault_changes",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="how often its faults were changed; 0 where it never had one",
    ),
    Column("closed_until", BigInteger, comment="machine time until which nobody opens it; null where anybody may"),
)

# Who signs in, and with what. Instants here are the machine's: a token ends in real time.

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("secret", Text, nullable=False, comment="256 random bits, from which the private key is derived"),
    Column("sandbox", Boolean, nullable=False, comment="made by a sandbox: worth nothing anywhere else"),
    Column("created_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger, comment="since when it signs nothing; null for the one that signs"),
    Column("verifies_until", BigInteger, comment="when the last token that it signed has ended"),
    CheckConstraint("(retired_at IS NULL) = (verifies_until IS NULL)", name="retired_ends"),
)

clients = Table(
    "clients",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True, comment="client_id, as OAuth calls it"),
    Column("role", Text, nullable=False),
    Column("secret_digest", Text, nullable=False, comment="SHA-256 of 256 random bits, in hexadecimal"),
    Column("scopes", Text, nullable=False, comment="separated by spaces, as OAuth writes them"),
    Column("created_at", BigInteger, nullable=False),
    Column("secret_drawn_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger, comment="since when neither it nor its tokens are good for anything"),
    Column(
        "institution_id",
        BigInteger,
        ForeignKey("institutions.id"),
        comment="the hospital or pharmacy that it acts for; null for an app",
    ),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("identity_digest", Text, primary_key=True, comment="SHA-256 of the document that was claimed"),
    Column("number", Integer, primary_key=True, comment="of those that are kept, the later the higher"),
    Column("failed_at", BigInteger, nullable=False, comment="in world time"),
    Index(None, "failed_at"),
)

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("jti", Text, primary_key=True),
    Column("until", BigInteger, nullable=False, comment="when the token would have ended; then the row may go"),
    Column("revoked_at", BigInteger, nullable=False),
    Index(None, "revoked_at"),
    Index(None, "until"),
)

id_blocks = Table(
    "id_blocks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next_number", BigInteger, nullable=False),
)

OPEN_FILING = f"status IN ({', '.join(repr(status.name) for status in FilingStatus if status.open)})"
"""What the queue of an agency holds."""

regions = Table(
    "regions",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_code", Text, ForeignKey("regions.code")),
    Column("synthetic", Boolean, nullable=False),
    Index(None, "parent_code", "code"),
)

agencies = Table(
    "agencies",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("hours", Text, comment="office hours as the document prints them; null where it prints none"),
    Column("source", Text, nullable=False, comment="the document, or the world's seed"),
    Index(None, "region_code", "id"),
)

agency_phones = Table(
    "agency_phones",
    metadata,
    Column("agency_id", BigId, ForeignKey("agencies.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", Text, nullable=False),
    Column("e164", Text),
    Column("kind", Text, nullable=False),
    Column("note", Text, comment="which matters it serves, where the document restricts it"),
)

institutions = Table(
    "institutions",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("designated_from", Date, comment="first day of the agreement (定点协议); null: there has been none"),
    Column("designated_until", Date, comment="its last day; null: it has none"),
    Column("suspended_on", Date, comment="first day of a suspension that lasts"),
    CheckConstraint("designated_from IS NOT NULL OR designated_until IS NULL", name="ends_once_begun"),
    Index(None, "region_code", "id"),
)

agreement_periods = Table(
    "agreement_periods",
    metadata,
    Column("institution_id", BigInteger, ForeignKey("institutions.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 … of the institution"),
    Column("first_on", Date, nullable=False, comment="days of an agreement that are over, both included"),
    Column("last_on", Date, nullable=False),
    CheckConstraint("first_on <= last_on", name="ends_after_it_begins"),
)

units = Table(
    "units",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("credit_code", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("registered_on", Date, nullable=False),
    Index(None, "region_code", "id"),
)

persons = Table(
    "persons",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False, comment="county of residence"),
    Column("household_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("id_type", Text, nullable=False),
    Column("id_number", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", Text, nullable=False),
    Column("phone", Text),
    Column("special_group", Text, comment="recognised group (认定身份), null for ordinary persons"),
    Column("died_on", Date),
    Column(
        "e_certificate_at",
        BigInteger,
        comment="when the electronic certificate (医保电子凭证) was activated; null: it is not",
    ),
    Column("real_name_verified_at", BigInteger, comment="when the register first confirmed name and number (实名认证)"),
    Index("uq_persons_identity", "id_type", "id_number", unique=True),
    Index(None, "region_code", "id"),
    Index(None, "household_id"),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("scheme", Text, nullable=False),
    Column("person_type", Text, nullable=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False, comment="place of enrolment (参保地)"),
    Column("unit_id", BigInteger, ForeignKey("units.id")),
    Column("status", Text, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("visible_to_tax_at", BigInteger, comment="from when the tax bureau sees its beginning; null: at once"),
    Column(
        "suspension_visible_at",
        BigInteger,
        comment="from when other places see that it is suspended or terminated; null: at once",
    ),
    Column(
        "months_carried",
        Integer,
        nullable=False,
        server_default="0",
        comment="months that transfers have brought (转入)",
    ),
    Index(None, "person_id", "id"),
    Index(None, "region_code", "id"),
    Index(None, "unit_id", "id"),
    Index(
        "uq_enrolments_basic",
        "person_id",
        unique=True,
        sqlite_where=text("status = 'ACTIVE' AND scheme IN ('EMPLOYEE', 'RESIDENT')"),
        postgresql_where=text("status = 'ACTIVE' AND scheme IN ('EMPLOYEE', 'RESIDENT')"),
    ),
)

personal_accounts = Table(
    "personal_accounts",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False, unique=True),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("status", Text, nullable=False),
    Column("balance_fen", BigInteger, nullable=False),
    Column("entry_count", Integer, nullable=False),
    Column("opened_on", Date, nullable=False),
    CheckConstraint("balance_fen >= 0", name="balance_not_negative"),
)

family_bindings = Table(
    "family_bindings",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("holder_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="whose account pays"),
    Column("member_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("relation", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("pledged_at", BigInteger, nullable=False, comment="when the holder accepted the pledge (个人承诺书)"),
    Column("bound_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index(None, "holder_id", "id"),
    Index(None, "member_id", "holder_id"),
    Index(
        "uq_family_bindings_active",
        "holder_id",
        "member_id",
        unique=True,
        sqlite_where=text("status = 'ACTIVE'"),
        postgresql_where=text("status = 'ACTIVE'"),
    ),
)

payees = Table(
    "payees",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("owner_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="who pays"),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
    CheckConstraint("owner_id <> person_id", name="of_another"),
    Index(None, "owner_id", "id"),
    Index(
        "uq_payees_active",
        "owner_id",
        "person_id",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
)

client_grants = Table(
    "client_grants",
    metadata,
    Column("client_id", BigInteger, ForeignKey("clients.id"), primary_key=True, autoincrement=False),
    Column("data_type", Text, primary_key=True),
    Column("region_code", Text, ForeignKey("regions.code"), primary_key=True, comment="a province"),
    Column("granted_at", BigInteger, nullable=False),
    CheckConstraint("region_code LIKE '%0000'", name="of_a_province"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="whose data it is"),
    Column(
        "client_id",
        BigInteger,
        ForeignKey("clients.id"),
        nullable=False,
        comment="the partner's app that may see it",
    ),
    Column("data_type", Text, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index(None, "person_id", "id"),
    Index(None, "client_id", "id"),
    Index(
        "uq_consents_active",
        "client_id",
        "data_type",
        "person_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

resident_contributions = Table(
    "resident_contributions",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="who is insured by it"),
    Column("enrolment_id", BigInteger, ForeignKey("enrolments.id"), nullable=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False, comment="place of enrolment (参保地)"),
    Column("coverage_year", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("payer_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("account_id", BigInteger, ForeignKey("personal_accounts.id")),
    Column("submitted_at", BigInteger, nullable=False),
    Column("paid_at", BigInteger),
    Column("paid_on", Date),
    Column("coverage_from", Date),
    Column("coverage_until", Date),
    Column("waiting_until", Date, comment="last day of the waiting period; null where there is none"),
    Column("record_visible_at", BigInteger, comment="from when the payment record can be looked up"),
    Column("finished_at", BigInteger),
    Column("subsidy_fen", BigInteger, nullable=False, comment="what medical assistance bears of the contribution"),
    Column("payment_order_id", BigInteger, ForeignKey("payment_orders.id"), comment="null where an account pays"),
    Column("grade", Integer, nullable=False, comment="grade of contribution (缴费档次), 1 where there is one"),
    Column("repair_years", Integer, nullable=False, comment="how many missed years are paid for besides (补缴)"),
    Column("repair_fen", BigInteger, nullable=False, comment="how much of the amount is for missed years"),
    Column("unit_id", BigInteger, ForeignKey("units.id"), comment="the unit that collects it; null where none does"),
    CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
    CheckConstraint("repair_fen >= 0 AND repair_fen <= amount_fen", name="repair_within_amount"),
    CheckConstraint("(status IN ('SUBMITTED', 'PAYING', 'VOIDED')) = (paid_at IS NULL)", name="paid_has_time"),
    Index(None, "person_id", "coverage_year", "id"),
    Index(None, "payer_id", "id"),
    Index(None, "unit_id", "id"),
    Index(None, "region_code", "id"),
    Index(None, "payment_order_id"),
    Index(
        "uq_resident_contributions_paid",
        "person_id",
        "coverage_year",
        unique=True,
        sqlite_where=text("status IN ('PAYING', 'PAID', 'FINISHED')"),
        postgresql_where=text("status IN ('PAYING', 'PAID', 'FINISHED')"),
    ),
)

account_entries = Table(
    "account_entries",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("account_id", BigInteger, ForeignKey("personal_accounts.id"), nullable=False),
    Column("position", Integer, nullable=False, comment="1, 2, 3 … within the account"),
    Column("kind", Text, nullable=False),
    Column("amount_fen", BigInteger, nullable=False, comment="positive into the account, negative out of it"),
    Column("balance_fen", BigInteger, nullable=False, comment="balance after the entry"),
    Column("occurred_at", BigInteger, nullable=False),
    Column("business_on", Date, nullable=False),
    Column("contribution_id", BigInteger, ForeignKey("resident_contributions.id")),
    Column("reverses_id", BigInteger, ForeignKey("account_entries.id"), unique=True, comment="the entry it gives back"),
    CheckConstraint("balance_fen >= 0", name="balance_not_negative"),
    Index("uq_account_entries_position", "account_id", "position", unique=True),
    Index(
        "uq_account_entries_due",
        "account_id",
        "kind",
        "business_on",
        unique=True,
        sqlite_where=text("kind IN ('INTEREST', 'PENSIONER_CREDIT')"),
        postgresql_where=text("kind IN ('INTEREST', 'PENSIONER_CREDIT')"),
    ),
)

account_withdrawals = Table(
    "account_withdrawals",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("account_id", BigInteger, ForeignKey("personal_accounts.id"), nullable=False, unique=True),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="whose account it is"),
    Column("applicant_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="who receives the money"),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("materials", Json, nullable=False, comment="what was handed in"),
    Column("card_last_four", Text, nullable=False, comment="the last digits of the applicant's bank card"),
    Column("amount_fen", BigInteger, nullable=False),
    Column("withdrawn_at", BigInteger, nullable=False),
    Column("payable_by", Date, nullable=False, comment="by when the money is at the bank"),
    Column("entry_id", BigInteger, ForeignKey("account_entries.id"), nullable=False, unique=True),
    CheckConstraint("amount_fen > 0", name="amount_positive"),
    Index(None, "person_id", "id"),
    Index(None, "applicant_id", "id"),
    Index(None, "region_code", "id"),
)

claims = Table(
    "claims",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="the patient"),
    Column("institution_id", BigInteger, ForeignKey("institutions.id"), nullable=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False, comment="place of enrolment (参保地)"),
    Column("scheme", Text, nullable=False),
    Column("person_type", Text, comment="as the enrolment said on the day; null where a contribution covers"),
    Column("special_group", Text, comment="recognised group when it was settled"),
    Column("conditions", Json, nullable=False, comment="what was recognised of the patient"),
    Column("raise_fen", BigInteger, nullable=False, comment="what years in a row added to the cap (连续参保激励)"),
    Column("year", Integer, nullable=False, comment="the year whose limits it counts for: that of discharge"),
    Column("care", Text, nullable=False),
    Column("tier", Text, nullable=False, comment="of the institution, when it was settled"),
    Column("admitted_on", Date, nullable=False),
    Column("discharged_on", Date, nullable=False),
    Column("invoice", Text, nullable=False, comment="number of the invoice, as the institution numbers them"),
    Column("status", Text, nullable=False),
    Column("settled_at", BigInteger, nullable=False),
    Column("reversed_at", BigInteger),
    Column("postings", Integer, nullable=False, comment="how often entries were posted for it"),
    Column("cost_fen", BigInteger, nullable=False),
    Column("eligible_fen", BigInteger, nullable=False),
    Column("first_share_fen", BigInteger, nullable=False),
    Column("excluded_fen", BigInteger, nullable=False),
    Column("class_b_fen", BigInteger, nullable=False, comment="how much of the cost is of class B"),
    Column("pooled_fen", BigInteger, nullable=False),
    Column("base_fen", BigInteger, nullable=False, comment="what it adds to the year's base of critical illness"),
    Column("critical_fen", BigInteger, nullable=False),
    Column("assistance_fen", BigInteger, nullable=False),
    Column("assistance_at_most_fen", BigInteger, nullable=False),
    Column("account_fen", BigInteger, nullable=False),
    Column("cash_fen", BigInteger, nullable=False),
    Column("trace", Json, nullable=False, comment="how it came about, step by step"),
    Column("origin", Text, nullable=False, server_default="DIRECT", comment="who brought it"),
    Column("treated", Text, nullable=False, server_default="HOME", comment="where, from the place of enrolment"),
    Column("assisted_as", Text, comment="group for which assistance pays by a later filing; null where none does"),
    Column("repaid_fen", BigInteger, nullable=False, server_default="0", comment="what of the cash it pays back"),
    CheckConstraint(
        "pooled_fen + critical_fen + assistance_fen + account_fen + cash_fen = cost_fen", name="payers_pay_the_cost"
    ),
    CheckConstraint("(status = 'REVERSED') = (reversed_at IS NOT NULL)", name="reversed_has_time"),
    CheckConstraint("discharged_on >= admitted_on", name="ends_after_it_begins"),
    Index(None, "person_id", "year", "id"),
    Index(None, "institution_id", "id"),
    Index(None, "region_code", "id"),
    Index(
        "uq_claims_invoice",
        "institution_id",
        "invoice",
        unique=True,
        sqlite_where=text("status = 'SETTLED'"),
        postgresql_where=text("status = 'SETTLED'"),
    ),
)

claim_costs = Table(
    "claim_costs",
    metadata,
    Column("claim_id", BigInteger, ForeignKey("claims.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 … within the claim"),
    Column("code", Text, nullable=False, comment="of the catalogue"),
    Column("cost_class", Text, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
)

claim_entries = Table(
    "claim_entries",
    metadata,
    Column("claim_id", BigInteger, ForeignKey("claims.id"), primary_key=True, autoincrement=False),
    Column("posting", Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 … within the claim"),
    Column("payer", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("amount_fen", BigInteger, nullable=False, comment="negative for who pays, positive for who is paid"),
    Column("occurred_at", BigInteger, nullable=False),
    Column("business_on", Date, nullable=False),
    Column(
        "account_entry_id",
        BigInteger,
        ForeignKey("account_entries.id"),
        unique=True,
        comment="what moved in the personal account with it",
    ),
    CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
    CheckConstraint("account_entry_id IS NULL OR payer = 'PERSONAL_ACCOUNT'", name="of_an_account"),
)

_PAID = " + ".join(
    f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in ("person_id", "institution_id", "unit_id")
)

disbursements = Table(
    "disbursements",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False, comment="whose fund pays"),
    Column("purpose", Text, nullable=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), comment="who is paid; null where nobody is"),
    Column("institution_id", BigInteger, ForeignKey("institutions.id"), comment="that is paid"),
    Column("month", Integer, comment="for which an institution is paid, year × 100 + month"),
    Column(
        "filing_id",
        BigInteger,
        ForeignKey("filings.id"),
        nullable=False,
        unique=True,
        comment="by which it is paid, once",
    ),
    Column("claim_id", BigInteger, ForeignKey("claims.id"), comment="for which; null for no claim"),
    Column(
        "contribution_id",
        BigInteger,
        ForeignKey("resident_contributions.id"),
        unique=True,
        comment="of which it gives back a part or all; null for none",
    ),
    Column("paid_into", Text, nullable=False, comment="the account, as the guide names it"),
    Column("account_last_four", Text, comment="of the account; null where the agency has it on record"),
    Column("amount_fen", BigInteger, nullable=False),
    Column("paid_at", BigInteger, nullable=False),
    Column("unit_id", BigInteger, ForeignKey("units.id"), comment="that is paid; null where none is"),
    CheckConstraint("amount_fen > 0", name="amount_above_zero"),
    CheckConstraint(f"{_PAID} = 1", name="one_is_paid"),
    CheckConstraint("(institution_id IS NULL) = (month IS NULL)", name="months_are_institutions"),
    UniqueConstraint("claim_id", "purpose"),
    Index(None, "person_id", "id"),
    Index(None, "institution_id", "id"),
    Index(None, "region_code", "id"),
    Index(None, "unit_id", "id"),
)

settled_postings = Table(
    "settled_postings",
    metadata,
    Column("claim_id", BigInteger, ForeignKey("claims.id"), primary_key=True, autoincrement=False),
    Column("posting", Integer, primary_key=True, autoincrement=False, comment="of the claim; each is paid once"),
    Column("disbursement_id", BigInteger, ForeignKey("disbursements.id"), nullable=False),
    Column("amount_fen", BigInteger, nullable=False, comment="due by it; negative where too much had been paid"),
    Index(None, "disbursement_id"),
)

disbursement_entries = Table(
    "disbursement_entries",
    metadata,
    Column("disbursement_id", BigInteger, ForeignKey("disbursements.id"), primary_key=True, autoincrement=False),
    Column("account", Text, primary_key=True),
    Column("amount_fen", BigInteger, nullable=False, comment="negative out of the account, positive into it"),
    CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
)

maternity_benefits = Table(
    "maternity_benefits",
    metadata,
    Column(
        "disbursement_id",
        BigInteger,
        ForeignKey("disbursements.id"),
        primary_key=True,
        autoincrement=False,
        comment="by which it is paid",
    ),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="whose benefit it is"),
    Column("benefit", Text, nullable=False),
    Column("occasion", Text, nullable=False, comment="what it is paid for"),
    Column("occurred_on", Date, nullable=False, comment="on which day that was"),
    Column("institution_id", BigInteger, ForeignKey("institutions.id"), comment="of the invoice; null for none"),
    Column("invoice", Text, comment="its number, as the institution numbers them"),
    Column("cost_fen", BigInteger, comment="of the invoice"),
    Column("eligible_fen", BigInteger, comment="what of the cost counts"),
    Column("children", Integer, comment="how many were born; null for expenses"),
    Column("leave_days", Integer, comment="for which an allowance is paid; null for expenses"),
    Column("monthly_wage_fen", BigInteger, comment="by which an allowance is paid; null for expenses"),
    Column("trace", Json, nullable=False, comment="how it came about, step by step"),
    CheckConstraint("eligible_fen <= cost_fen", name="eligible_within_cost"),
    CheckConstraint("(benefit = 'ALLOWANCE') = (invoice IS NULL)", name="expenses_have_invoices"),
    CheckConstraint("(benefit = 'ALLOWANCE') = (leave_days IS NOT NULL)", name="allowances_have_days"),
    Index("uq_maternity_benefits_occasion", "person_id", "benefit", "occurred_on", "occasion", unique=True),
    Index("uq_maternity_benefits_invoice", "institution_id", "invoice", unique=True),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("contribution_id", BigInteger, ForeignKey("resident_contributions.id"), nullable=False, unique=True),
    Column("number", Text, nullable=False, unique=True),
    Column("issued_at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
)

payment_orders = Table(
    "payment_orders",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("payer_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="who pays"),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("ordered_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger, comment="when the channel's last word came; null until it has said any"),
    Column("failure", Text, comment="why the channel did not collect; null otherwise"),
    Column("confirmations", Integer, nullable=False, comment="how often the channel has confirmed it"),
    Column("unit_id", BigInteger, ForeignKey("units.id"), comment="for which unit; null where the payer pays alone"),
    CheckConstraint("amount_fen > 0", name="amount_positive"),
    Index(None, "payer_id", "id"),
    Index(None, "unit_id", "id"),
    Index(None, "region_code", "id"),
)

payment_order_lines = Table(
    "payment_order_lines",
    metadata,
    Column("order_id", BigInteger, ForeignKey("payment_orders.id"), primary_key=True, autoincrement=False),
    Column(
        "contribution_id",
        BigInteger,
        ForeignKey("resident_contributions.id"),
        primary_key=True,
        autoincrement=False,
        comment="what the order is to pay; another order may be to pay it after this one failed",
    ),
    Column("amount_fen", BigInteger, nullable=False, comment="how much of the order is for it"),
    CheckConstraint("amount_fen > 0", name="amount_positive"),
)

payment_order_bills = Table(
    "payment_order_bills",
    metadata,
    Column("order_id", BigId, ForeignKey("payment_orders.id"), primary_key=True, autoincrement=False),
    Column(
        "bill_id",
        BigInteger,
        ForeignKey("employee_bills.id"),
        nullable=False,
        comment="what the order is to pay, whole; another order may be to pay it after this one failed",
    ),
)

refunds = Table(
    "refunds",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("contribution_id", BigInteger, ForeignKey("resident_contributions.id"), comment="null for a bill"),
    Column("payment_order_id", BigInteger, ForeignKey("payment_orders.id"), comment="null where an account paid"),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), comment="whom it was to insure; null for a unit's bill"),
    Column("payer_id", BigInteger, ForeignKey("persons.id"), nullable=False, comment="to whom the money returns"),
    Column("reason", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger, comment="when the channel was told to give it back"),
    Column("completed_at", BigInteger),
    Column("entry_id", BigInteger, ForeignKey("account_entries.id"), unique=True, comment="the account's new entry"),
    Column("bill_id", BigInteger, ForeignKey("employee_bills.id"), comment="null for a contribution"),
    CheckConstraint("amount_fen > 0", name="amount_positive"),
    CheckConstraint("(contribution_id IS NULL) <> (bill_id IS NULL)", name="of_one"),
    Index(None, "contribution_id", "id"),
    Index(None, "bill_id", "id"),
    Index(None, "payer_id", "id"),
    Index(None, "person_id", "id"),
    Index(None, "region_code", "id"),
)

payment_certificates = Table(
    "payment_certificates",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("number", Text, nullable=False, unique=True, comment="what a third party verifies it by; not to be guessed"),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("content", Json, nullable=False, comment="the payments it certifies, as they stood then"),
    Index(None, "person_id", "id"),
    Index(None, "region_code", "id"),
)

employee_bills = Table(
    "employee_bills",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("unit_id", BigInteger, ForeignKey("units.id"), comment="who owes it; null for a person who pays alone"),
    Column("person_id", BigInteger, ForeignKey("persons.id"), comment="the flexible worker or new pensioner"),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("month", Integer, nullable=False, comment="year × 100 + month; the last one of several"),
    Column("months", Integer, nullable=False, comment="how many months it is for"),
    Column("persons", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("unit_fen", BigInteger, nullable=False),
    Column("personal_fen", BigInteger, nullable=False),
    Column("maternity_fen", BigInteger, nullable=False),
    Column("late_fee_fen", BigInteger, nullable=False, comment="fixed when its payment is started, 0 until then"),
    Column("declared_at", BigInteger, nullable=False),
    Column("declared_by", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("paid_at", BigInteger),
    Column("paid_on", Date),
    Column("payment_order_id", BigInteger, ForeignKey("payment_orders.id")),
    CheckConstraint("(unit_id IS NULL) <> (person_id IS NULL)", name="owed_by_one"),
    CheckConstraint("(status = 'PAID') = (paid_at IS NOT NULL)", name="paid_has_time"),
    Index(None, "unit_id", "id"),
    Index(None, "person_id", "id"),
    Index(None, "region_code", "id"),
    Index(None, "payment_order_id"),
)

employee_contributions = Table(
    "employee_contributions",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("bill_id", BigInteger, ForeignKey("employee_bills.id"), nullable=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("enrolment_id", BigInteger, ForeignKey("enrolments.id"), nullable=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("month", Integer, nullable=False, comment="year × 100 + month; the last one of several"),
    Column("months", Integer, nullable=False),
    Column("wage_fen", BigInteger, nullable=False, comment="as declared"),
    Column("base_fen", BigInteger, nullable=False, comment="the wage held between floor and ceiling"),
    Column("unit_fen", BigInteger, nullable=False),
    Column("personal_fen", BigInteger, nullable=False),
    Column("maternity_fen", BigInteger, nullable=False),
    Column("credit_fen", BigInteger, nullable=False, comment="what its payment credits to the personal account"),
    Column(
        "entry_id", BigInteger, ForeignKey("account_entries.id"), unique=True, comment="the credit, once it is paid"
    ),
    Index(None, "bill_id", "id"),
    Index(None, "person_id", "month", "id"),
    Index(None, "region_code", "id"),
    Index(
        "uq_employee_contributions_month",
        "person_id",
        "month",
        unique=True,
        sqlite_where=text("kind IN ('REGULAR', 'BACK_PAYMENT')"),
        postgresql_where=text("kind IN ('REGULAR', 'BACK_PAYMENT')"),
    ),
)

enrolment_transfers = Table(
    "enrolment_transfers",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("enrolment_id", BigInteger, ForeignKey("enrolments.id"), nullable=False, comment="what gains the months"),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False, comment="the place that receives (转入地)"),
    Column("from_region", Text, nullable=False, comment="the city that is left (转出地), in this world or outside"),
    Column("outside", Boolean, nullable=False, comment="the city lies in a province that the world lacks"),
    Column("status", Text, nullable=False),
    Column("applied_at", BigInteger, nullable=False),
    Column("accepted_on", Date, nullable=False),
    Column("form_due_on", Date, nullable=False),
    Column("due_on", Date, nullable=False, comment="of all of it; moved when the form comes"),
    Column("calendar", Text, nullable=False, comment="by what the working days were counted"),
    Column("late_from", BigInteger, nullable=False, comment="from when the step that is next is overdue"),
    Column("form_at", BigInteger, comment="when the old place's form came"),
    Column("months", Integer, comment="months on the form; null until it came"),
    Column("balance_fen", BigInteger, comment="balance on the form; null until it came"),
    Column("completed_at", BigInteger),
    Column("months_carried", Integer, comment="months that the enrolment has gained; null until it is done"),
    Column("withdrawn_at", BigInteger),
    Column(
        "entry_id", BigInteger, ForeignKey("account_entries.id"), unique=True, comment="money from another province"
    ),
    CheckConstraint("(form_at IS NULL) = (months IS NULL)", name="form_has_months"),
    CheckConstraint("(status = 'DONE') = (completed_at IS NOT NULL)", name="done_has_time"),
    CheckConstraint("(status = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
    CheckConstraint("(completed_at IS NULL) = (months_carried IS NULL)", name="done_has_months"),
    Index(None, "person_id", "id"),
    Index(None, "region_code", "id"),
    Index(
        "uq_enrolment_transfers_under_way",
        "person_id",
        unique=True,
        sqlite_where=text("status IN ('UNTREATED', 'PROCESSING')"),
        postgresql_where=text("status IN ('UNTREATED', 'PROCESSING')"),
    ),
)

transferred_periods = Table(
    "transferred_periods",
    metadata,
    Column("transfer_id", BigId, ForeignKey("enrolment_transfers.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("first_month", Integer, nullable=False, comment="year × 100 + month"),
    Column("last_month", Integer, nullable=False, comment="year × 100 + month, included"),
)

filings = Table(
    "filings",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("matter", Text, nullable=False),
    Column("edition", Text, nullable=False, comment="the guide by which it was drafted: area~first day"),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False, comment="whose agency handles it"),
    Column("province_code", Text, nullable=False, comment="where queues of more than a county are kept in order"),
    Column("applicant_id", BigInteger, ForeignKey("persons.id"), comment="who signed in; null for an institution"),
    Column("person_id", BigInteger, ForeignKey("persons.id"), comment="whom it is about; null: about whoever files"),
    Column("applicant", Text, nullable=False, comment="as whom it is filed"),
    Column("form", Json, nullable=False, comment="what the form says"),
    Column("status", Text, nullable=False),
    Column("holder_id", BigInteger, ForeignKey("personas.id"), comment="the clerk who handles it"),
    Column("drafted_at", BigInteger, nullable=False),
    Column("filed_at", BigInteger, nullable=False, comment="when it was drafted; once it is submitted, when it was"),
    Column("working_days", Integer, nullable=False, comment="how long handling takes at most"),
    Column("noticed_at", BigInteger, comment="when all that was missing was told, once"),
    Column("supplied_at", BigInteger),
    Column("accepted_on", Date, comment="the day after which the limit counts"),
    Column("calendar", Text, comment="by what the working days were counted"),
    Column("due_on", Date, comment="null before acceptance, and while the clock stands"),
    Column("due_number", Integer, comment="the number of that day among working days"),
    Column("days_left", Integer, comment="working days that are left while the clock stands"),
    Column(
        "late_from", BigInteger, nullable=False, comment="from when it is overdue; the end of the year 9999 for never"
    ),
    Column("overdue_at", BigInteger, comment="when that was told"),
    Column("reason", Text, comment="why it was declined or denied"),
    Column("ended_at", BigInteger),
    Column("effect_id", Text, comment="what completing it made, as the API names it"),
    Column("unit_id", BigInteger, ForeignKey("units.id"), comment="the unit that files; null where none does"),
    Column("institution_id", BigInteger, ForeignKey("institutions.id"), comment="the institution that files"),
    Column("approver_id", BigInteger, ForeignKey("personas.id"), comment="the clerk who approved it"),
    Column("rating", Text, comment="what whoever applied said of it once it had ended"),
    Column("rating_comment", Text),
    Column("rated_at", BigInteger),
    Column("rectify_by", Date, comment="last day for putting a low rating right; null where none is low"),
    Column("rectified_at", BigInteger),
    Column("rectification", Text, comment="what was done about a low rating"),
    Column(
        "worked_days", Integer, comment="working days from acceptance to the end, without the time of supplementing"
    ),
    Column("notice_by", Date, comment="last day for telling what is missing; null where the guide says none"),
    Column("agent_id", BigInteger, ForeignKey("persons.id"), comment="who files for the applicant; null for nobody"),
    CheckConstraint("(due_on IS NULL) = (due_number IS NULL)", name="due_has_number"),
    CheckConstraint("accepted_on IS NOT NULL OR due_on IS NULL", name="due_was_accepted"),
    CheckConstraint(
        "(status IN ('COMPLETED', 'DENIED', 'DECLINED', 'WITHDRAWN')) = (ended_at IS NOT NULL)", name="ended_has_time"
    ),
    CheckConstraint("(applicant_id IS NULL) = (institution_id IS NOT NULL)", name="somebody_files"),
    CheckConstraint("unit_id IS NULL OR applicant_id IS NOT NULL", name="officer_of_unit"),
    CheckConstraint("agent_id IS NULL OR (applicant_id IS NOT NULL AND unit_id IS NULL)", name="agent_of_person"),
    CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name="rating_has_time"),
    CheckConstraint("(rectified_at IS NULL) = (rectification IS NULL)", name="rectified_has_text"),
    CheckConstraint("rectified_at IS NULL OR rectify_by IS NOT NULL", name="rectified_was_due"),
    Index(None, "applicant_id", "id"),
    Index(None, "person_id"),
    Index(None, "region_code", "id"),
    Index(None, "unit_id", "id"),
    Index(None, "institution_id", "id"),
    Index(
        None,
        "agent_id",
        "id",
        sqlite_where=text("agent_id IS NOT NULL"),
        postgresql_where=text("agent_id IS NOT NULL"),
    ),
    Index(
        "ix_filings_ended",
        "region_code",
        "ended_at",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    *(
        Index(
            f"ix_filings_open_{column}",
            "region_code",
            column,
            "id",
            sqlite_where=text(OPEN_FILING),
            postgresql_where=text(OPEN_FILING),
        )
        for column in ("filed_at", "late_from")
    ),
    *(
        Index(
            f"ix_filings_open_in_province_{column}",
            "province_code",
            column,
            "id",
            "region_code",
            sqlite_where=text(OPEN_FILING),
            postgresql_where=text(OPEN_FILING),
        )
        for column in ("filed_at", "late_from")
    ),
)

out_of_area_records = Table(
    "out_of_area_records",
    metadata,
    Column("filing_id", BigInteger, ForeignKey("filings.id"), primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False, comment="where care is paid as at home"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, comment="null: it has none"),
    CheckConstraint("last_day IS NULL OR first_day <= last_day", name="ends_after_it_begins"),
    Index(None, "person_id"),
)

entitlements = Table(
    "entitlements",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("filing_id", BigInteger, ForeignKey("filings.id"), nullable=False, unique=True),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False, comment="of the disease or drug"),
    Column("name", Text, nullable=False, comment="as the book had it when it was recognised"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    CheckConstraint("first_day <= last_day", name="ends_after_it_begins"),
    Index(None, "person_id", "id"),
    Index(None, "region_code", "id"),
)

person_changes = Table(
    "person_changes",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, ForeignKey("persons.id"), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("details", Text, nullable=False, comment="what was changed, as JSON"),
    Column("name", Text, nullable=False, comment="this and all that follows: as it was on record before"),
    Column("id_type", Text, nullable=False),
    Column("id_number", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("phone", Text),
    Index(None, "person_id"),
)

materials = Table(
    "materials",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("owner_id", BigInteger, ForeignKey("persons.id"), comment="who uploaded it; null for an institution"),
    Column("institution_id", BigInteger, ForeignKey("institutions.id"), comment="that uploaded it; null for a person"),
    Column("media", Text, nullable=False, comment="what the content itself says it is"),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("uploaded_at", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("(owner_id IS NULL) = (institution_id IS NOT NULL)", name="somebody_uploaded_it"),
    Index(None, "owner_id", "sha256", unique=True),
    Index(None, "institution_id", "sha256", unique=True),
)

filing_materials = Table(
    "filing_materials",
    metadata,
    Column("filing_id", BigId, ForeignKey("filings.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("needed", Boolean, nullable=False),
    Column("pledgeable", Boolean, nullable=False, comment="the guide takes a pledge in its place"),
    Column("way", Text, comment="how it is there; null where it is not"),
    Column("media", Text),
    Column("sha256", Text),
    Column("provided_at", BigInteger),
    Column("told_at", BigInteger, comment="when it was told missing"),
    Column("material_id", BigInteger, ForeignKey("materials.id"), comment="the file; null where none was uploaded"),
    Column("stands_for", Integer, comment="the number of another, which need not be there where this one is"),
    CheckConstraint("(way IS NULL) = (provided_at IS NULL)", name="way_has_time"),
    CheckConstraint("(way = 'HANDED_IN') = (sha256 IS NOT NULL)", name="file_has_hash"),
    Index(
        None,
        "material_id",
        sqlite_where=text("material_id IS NOT NULL"),
        postgresql_where=text("material_id IS NOT NULL"),
    ),
)

timers = Table(
    "timers",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("due_at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_id", BigInteger, nullable=False, comment="what it is about, by its kind"),
    Column("for_day", Date, comment="the day that it is about, whenever it is done; null where it is about none"),
    Index(None, "due_at", "id"),
    sqlite_autoincrement=True,
)

clock_advances = Table(
    "clock_advances",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("from_at", BigInteger, nullable=False),
    Column("to_at", BigInteger, nullable=False),
    Column("place_transaction_id", BigInteger, nullable=False, comment="the end of the log when it began"),
    Column("place_position", BigInteger, nullable=False),
    Column("timers", BigInteger, nullable=False, comment="how many were done so far"),
    Column("reached_at", BigInteger, comment="how far the clock had come when it was over; null while it is under way"),
    Column("happened", Text, comment="how many events of each type it brought, as JSON"),
)

events = Table(
    "events",
    metadata,
    Column("position", BigId, primary_key=True, autoincrement=True),
    Column(
        "transaction_id",
        BigInteger,
        nullable=False,
        comment="PostgreSQL's transaction id; 0 where writers take turns",
    ),
    Column("id", BigInteger, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("actor_id", BigInteger, nullable=False, comment="the person who acted, 0 for the platform itself"),
    Column("subject_id", BigInteger, nullable=False, comment="the person whose matter it is"),
    Column("cause", Text, nullable=False, comment="request id"),
    Column("payload", Json, nullable=False, comment="snapshot of what was written"),
    Index("uq_events_order", "transaction_id", "position", unique=True),
    Index(None, "subject_id", "transaction_id", "position"),
    Index(None, "actor_id", "transaction_id", "position"),
    Index(None, "region_code", "transaction_id", "position"),
    sqlite_autoincrement=True,
)

# What is delivered to partners' apps (事件推送). A delivery that is done is deleted.

webhook_keys = Table(
    "webhook_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False, comment="1: there is one"),
    Column("secret", Text, nullable=False, comment="288 random bits, from which every webhook's secret is derived"),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("types", Text, comment="types of events, as a JSON list; null for all"),
    Column("regions", Text, comment="regions, as a JSON list; null for all"),
    Column("selection", Text, nullable=False, comment="what is asked of each event, in GraphQL"),
    Column("retry_clock", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("stop", Text, comment="why it is not active"),
    Column("created_at", BigInteger, nullable=False, comment="in the world's time"),
    Column("generation", Integer, nullable=False, comment="1 for the first secret, one more for each later one"),
    Column("secret_start", Text, nullable=False, comment="the first characters of the secret"),
    Column("old_secret_until", BigInteger, comment="until when, in the machine's time, the secret before it signs too"),
    Column("transaction_id", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False, comment="the last event of the log that was looked at"),
    Column("failures", Integer, nullable=False, comment="attempts in a row that failed"),
    Column("probe_at", BigInteger, comment="when, in the machine's time, a target that fails is asked again"),
    Column("holder", Text, comment="the process that delivers"),
    Column("beat", BigInteger, nullable=False, comment="grows while the holder lives"),
    Index(None, "client_id", "id"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("webhook_id", BigInteger, ForeignKey("webhooks.id"), nullable=False),
    Column("transaction_id", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False, comment="the event's place in the log"),
    Column("event_id", BigInteger, nullable=False),
    Column("subject_id", BigInteger, nullable=False, comment="whose events go out one after another"),
    Column("occurred_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, comment="those that have failed"),
    Column("due_at", BigInteger, nullable=False, comment="by the clock that the webhook is retried by"),
    Index("uq_webhook_deliveries_event", "webhook_id", "event_id", unique=True),
    Index("ix_webhook_deliveries_order", "webhook_id", "status", "transaction_id", "position"),
    sqlite_autoincrement=True,
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("webhook_id", BigInteger, ForeignKey("webhooks.id"), nullable=False),
    Column("event_id", BigInteger, comment="null for a sample"),
    Column("kind", Text, nullable=False),
    Column("number", Integer, nullable=False, comment="which attempt of the event it was"),
    Column("began_at", BigInteger, nullable=False, comment="in the machine's time"),
    Column("milliseconds", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("http_status", Integer, comment="null where there was no answer"),
    Column("next_at", BigInteger, comment="when it is tried again, by the clock that the webhook is retried by"),
    Index(None, "webhook_id", "id"),
    sqlite_autoincrement=True,
)

access_records = Table(
    "access_records",
    metadata,
    Column("position", BigId, primary_key=True, autoincrement=True),
    Column(
        "transaction_id",
        BigInteger,
        nullable=False,
        comment="PostgreSQL's transaction id; 0 where writers take turns",
    ),
    Column("kind", Text, nullable=False),
    Column("occurred_at", BigInteger, nullable=False, comment="in the world's time"),
    Column("recorded_at", BigInteger, nullable=False, comment="in the machine's time"),
    Column("role", Text, nullable=False, comment="in what capacity somebody read"),
    Column("person_id", BigInteger, nullable=False, comment="the citizen or officer who read, 0 for others"),
    Column("persona_id", BigInteger, nullable=False, comment="the persona that had signed in, 0 for none"),
    Column("client_id", BigInteger, nullable=False, comment="the app or institution that signed in, 0 for none"),
    Column("unit_id", BigInteger, nullable=False, comment="the unit for which an officer read, 0 for others"),
    Column("region_code", Text, nullable=False, comment="the region that bounds who read"),
    Column("reader", Text, nullable=False, comment="name of the persona or app; empty for citizens"),
    Column("operation_kind", Text, nullable=False),
    Column("operation", Text, nullable=False, comment="name of the operation, as far as it names nobody"),
    Column("fields", Json, nullable=False, comment="what was shown of persons, as Type.field"),
    Column("transport", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("reason", Text, comment="of a reveal; null for others"),
    Column("purpose", Text, comment="in the reader's own words; null where none were given"),
    Column("persons", Integer, nullable=False, comment="how many persons were shown"),
    Column("subjects", Ids, nullable=False, comment="the persons shown, ascending"),
    CheckConstraint("(kind = 'REVEAL') = (reason IS NOT NULL)", name="reveal_has_reason"),
    Index("uq_access_records_order", "transaction_id", "position", unique=True),
    Index(
        "ix_access_records_reveals",
        "persona_id",
        "recorded_at",
        sqlite_where=text("kind = 'REVEAL'"),
        postgresql_where=text("kind = 'REVEAL'"),
    ),
    sqlite_autoincrement=True,
)
# By which a person finds the records that showed them. It says nothing that the records do not say, and is written
# when they are sealed: checking each row against both tables would cost more than writing it.

access_subjects = Table(
    "access_subjects",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record_position", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("position", BigId, primary_key=True, autoincrement=False, comment="1, 2, 3 …"),
    Column("records_transaction_id", BigInteger, nullable=False),
    Column("records_position", BigInteger, nullable=False, comment="the last access record that it covers"),
    Column("records", Integer, nullable=False, comment="how many access records it covers"),
    Column("events_transaction_id", BigInteger, nullable=False),
    Column("events_position", BigInteger, nullable=False, comment="the last event that it covers"),
    Column("events", Integer, nullable=False, comment="how many events it covers"),
    Column("rows_digest", Text, nullable=False, comment="SHA-256 of the rows that it covers"),
    Column("previous_digest", Text, nullable=False, comment="digest of the seal before it"),
    Column("digest", Text, nullable=False, comment="SHA-256 of all of the above"),
    Column("sealed_at", BigInteger, nullable=False, comment="in the machine's time"),
)

APPEND_ONLY = (access_records, access_subjects, audit_seals)
"""Tables whose rows the database lets nobody change or delete."""


def _made_append_only(table: Table) -> None:
    """The statements that make the table so, run when it is made."""
    for what in ("UPDATE", "DELETE"):
        event.listen(
            table,
            "after_create",
            DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {table.name}_no_{what.lower()} BEFORE {what} ON {table.name}"
                f" BEGIN SELECT RAISE(ABORT, '{table.name} is append-only'); END"
            ).execute_if(dialect="sqlite"),
        )
    for statement in (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {table.name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ):
        event.listen(table, "after_create", DDL(statement).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]


for _table in APPEND_ONLY:
    _made_append_only(_table)

answers = Table(
    "answers",
    metadata,
    Column("actor_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mutation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("content_hash", Text, nullable=False),
    Column("answer", Text, nullable=False, comment="the first answer, as JSON"),
    Column("answered_at", BigInteger, nullable=False),
)

personas = Table(
    "personas",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("person_id", BigInteger, ForeignKey("persons.id")),
    Column("region_code", Text, ForeignKey("regions.code"), nullable=False),
    Column("description_zh", Text, nullable=False),
    Column("description_en", Text, nullable=False),
    Column("unit_id", BigInteger, ForeignKey("units.id"), comment="for whom a unit's officer acts"),
    Column("institution_id", BigInteger, ForeignKey("institutions.id"), comment="for which a hospital's staff acts"),
)

persona_promises = Table(
    "persona_promises",
    metadata,
    Column("persona_id", BigId, ForeignKey("personas.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("variables", Text, nullable=False, comment="as JSON"),
    Column("outcome", Text, nullable=False, comment="type of the outcome or refusal"),
    Column("refusal", Text, comment="code of the refusal; null where there is none"),
    Column("expected", Text, nullable=False, comment="what the answer's data is, as JSON"),
)

# The outside parties' own records. The simulator writes and reads them; the core asks through `domain.ports`.

registry_identities = Table(
    "registry_identities",
    metadata,
    Column("id_type", Text, primary_key=True),
    Column("id_number", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("died_on", Date),
    Column("also_written", Text, comment="another form of the name that the register takes for the same"),
)

registry_kinships = Table(
    "registry_kinships",
    metadata,
    Column("id_number", Text, primary_key=True),
    Column("relative_id_number", Text, primary_key=True),
    Column("relation", Text, nullable=False, comment="what the relative is to the first person"),
)

outside_enrolments = Table(
    "outside_enrolments",
    metadata,
    Column("id_number", Text, primary_key=True),
    Column("region_code", Text, primary_key=True),
    Column("scheme", Text, nullable=False),
    Column("active_from", Date, nullable=False),
    Column("active_until", Date),
    Column("seen_until", BigInteger, comment="until when a suspension is not seen yet; null: the days alone count"),
)

channel_collections = Table(
    "channel_collections",
    metadata,
    Column("reference", BigInteger, primary_key=True, autoincrement=False, comment="the platform's payment order"),
    Column("channel", Text, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger, nullable=False, comment="when the channel knows; before, it says nothing"),
    Column("collected", Boolean, nullable=False, comment="whether the money was taken"),
    Column("failure", Text),
    Column("silent", Boolean, nullable=False, comment="the first question is not answered in time"),
    Column("confirms_at", BigInteger, comment="when the channel confirms of its own accord; null: it never does"),
    Column("confirms_again_at", BigInteger),
    Column("given_back_fen", BigInteger, nullable=False),
)

world_faults = Table(
    "world_faults",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False, comment="numbers in the order they were added"),
    Column("party", Text, nullable=False),
    Column("operation", Text, comment="null: all of the party's that it can befall"),
    Column("channel", Text, comment="null: every channel"),
    Column("person_id", BigInteger, comment="null: everybody"),
    Column("region_code", Text, comment="null: everywhere; all inside of it otherwise"),
    Column("per_mille", Integer, nullable=False, comment="share of the calls"),
    Column("begins_at", BigInteger, comment="in the world's time; null: from the beginning"),
    Column("ends_at", BigInteger, comment="from then on it is over; null: it stays"),
    Column("kind", Text, nullable=False),
    Column("delay_least", Integer, comment="seconds of the world"),
    Column("delay_most", Integer),
    Column("delay_shape", Text),
    Column("refusal", Text),
    Column("calls", BigInteger, nullable=False, comment="how many it could have befallen so far"),
    Column("hits", BigInteger, nullable=False, comment="how many of them it has"),
    Column("added_at", BigInteger, nullable=False),
    Column("since_hour", Integer, comment="of each day; null: at all hours"),
    Column("until_hour", Integer, comment="over midnight where it is not later; null: at all hours"),
    Column("above_per_minute", Integer, comment="calls of a minute that it spares; null: none"),
)

# What was asked of a sandbox lately (请求日志). Nothing in it identifies a person but by the id of a row.

request_journal = Table(
    "request_journal",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True, comment="in the order that they were written"),
    Column("asked_at", BigInteger, nullable=False, comment="in the world's time"),
    Column("recorded_at", BigInteger, nullable=False, comment="when it was over, in the machine's time"),
    Column("role", Text, nullable=False, comment="in what capacity somebody asked"),
    Column("person_id", BigInteger, nullable=False, comment="the citizen or officer who asked, 0 for others"),
    Column("persona_id", BigInteger, nullable=False, comment="the persona that had signed in, 0 for none"),
    Column("client_id", BigInteger, nullable=False, comment="the app or institution that signed in, 0 for none"),
    Column("unit_id", BigInteger, nullable=False, comment="the unit for which an officer asked, 0 for others"),
    Column(
        "institution_id", BigInteger, nullable=False, comment="the institution for which somebody asked, 0 for none"
    ),
    Column("region_code", Text, nullable=False, comment="the region that bounds who asked"),
    Column("scopes", Text, nullable=False, comment="what the token was good for"),
    Column("asker", Text, nullable=False, comment="name of the persona or app; empty for citizens"),
    Column("operation_kind", Text, nullable=False),
    Column("operation", Text, nullable=False, comment="name of the operation, as far as it names nobody"),
    Column("fields", Text, nullable=False, comment="fields that it selects at its root"),
    Column("document", Text, nullable=False, comment="its text, masked"),
    Column("variables", Text, nullable=False, comment="as JSON, masked"),
    Column("transport", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("ending", Text, nullable=False),
    Column("outcome", Text, nullable=False, comment="codes of its refusals or errors; empty for none"),
    Column("cost", BigInteger, comment="values that the answer could hold; null where it did not come so far"),
    Column("duration_us", BigInteger, nullable=False, comment="in microseconds"),
    Column("statements", Integer, nullable=False),
    Column("answer_bytes", BigInteger, nullable=False),
    Column("answer_digest", Text, comment="of the answer without its cursors; null of one that is too long"),
    Column("first_event", BigInteger, comment="position of the first event that it caused; null for none"),
    Column("last_event", BigInteger),
    Column("events", Text, nullable=False, comment="how many of each type, as JSON"),
    CheckConstraint("(first_event IS NULL) = (last_event IS NULL)", name="events_are_a_span"),
    sqlite_autoincrement=True,
)
