"""The foundation: a world with its people, enrolments, accounts, payments, events and outside parties' records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None


def _big_id() -> TypeEngine[int]:
    # SQLite numbers rows only through a column declared INTEGER PRIMARY KEY.
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> TypeEngine[str]:
    return sa.Text().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Every table of version 0001."""
    op.create_table(
        "answers",
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mutation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, comment="the first answer, as JSON"),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "mutation", "key", name="pk_answers"),
    )
    op.create_table(
        "events",
        sa.Column("position", _big_id(), autoincrement=True, nullable=False),
        sa.Column(
            "transaction_id",
            sa.BigInteger(),
            nullable=False,
            comment="PostgreSQL's transaction id; 0 where writers take turns",
        ),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "actor_id", sa.BigInteger(), nullable=False, comment="the person who acted, 0 for the platform itself"
        ),
        sa.Column("subject_id", sa.BigInteger(), nullable=False, comment="the person whose matter it is"),
        sa.Column("cause", sa.Text(), nullable=False, comment="request id"),
        sa.Column("payload", _json(), nullable=False, comment="snapshot of what was written"),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("id", name="uq_events_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_events_actor_id_transaction_id_position", "events", ["actor_id", "transaction_id", "position"], unique=False
    )
    op.create_index(
        "ix_events_subject_id_transaction_id_position",
        "events",
        ["subject_id", "transaction_id", "position"],
        unique=False,
    )
    op.create_index("uq_events_order", "events", ["transaction_id", "position"], unique=True)
    op.create_table(
        "id_blocks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_id_blocks"),
    )
    op.create_table(
        "outside_enrolments",
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id_number", "region_code", name="pk_outside_enrolments"),
    )
    op.create_table(
        "regions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent_code"], ["regions.code"], name="fk_regions_parent_code"),
        sa.PrimaryKeyConstraint("code", name="pk_regions"),
    )
    op.create_index("ix_regions_parent_code_code", "regions", ["parent_code", "code"], unique=False)
    op.create_table(
        "registry_identities",
        sa.Column("id_type", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id_type", "id_number", name="pk_registry_identities"),
    )
    op.create_table(
        "registry_kinships",
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("relative_id_number", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False, comment="what the relative is to the first person"),
        sa.PrimaryKeyConstraint("id_number", "relative_id_number", name="pk_registry_kinships"),
    )
    op.create_table(
        "world",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("clock_base", sa.BigInteger(), nullable=False, comment="world time at clock_real_base"),
        sa.Column(
            "clock_real_base",
            sa.BigInteger(),
            nullable=True,
            comment="machine time of clock_base; null until first served",
        ),
        sa.Column("clock_rate", sa.Integer(), nullable=False, comment="world seconds per second; 0 is a frozen clock"),
        sa.Column("signing_key", sa.Text(), nullable=True, comment="drawn at random when the world is first served"),
        sa.PrimaryKeyConstraint("name", name="pk_world"),
    )
    op.create_table(
        "agencies",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "hours",
            sa.Text(),
            nullable=True,
            comment="office hours as the document prints them; null where it prints none",
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="the document, or the world's seed"),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_agencies_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_agencies"),
    )
    op.create_index("ix_agencies_region_code_id", "agencies", ["region_code", "id"], unique=False)
    op.create_table(
        "persons",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False, comment="county of residence"),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_type", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column(
            "special_group", sa.Text(), nullable=True, comment="recognised group (认定身份), null for ordinary persons"
        ),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_persons_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
    )
    op.create_index("ix_persons_household_id", "persons", ["household_id"], unique=False)
    op.create_index("ix_persons_region_code_id", "persons", ["region_code", "id"], unique=False)
    op.create_index("uq_persons_identity", "persons", ["id_type", "id_number"], unique=True)
    op.create_table(
        "units",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_units_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.UniqueConstraint("credit_code", name="uq_units_credit_code"),
    )
    op.create_index("ix_units_region_code_id", "units", ["region_code", "id"], unique=False)
    op.create_table(
        "agency_phones",
        sa.Column("agency_id", _big_id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("e164", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True, comment="which matters it serves, where the document restricts it"),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_agency_phones_agency_id"),
        sa.PrimaryKeyConstraint("agency_id", "position", name="pk_agency_phones"),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("person_type", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False, comment="place of enrolment (参保地)"),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_enrolments_person_id"),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_enrolments_region_code"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_enrolments_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
    )
    op.create_index("ix_enrolments_person_id_id", "enrolments", ["person_id", "id"], unique=False)
    op.create_index("ix_enrolments_region_code_id", "enrolments", ["region_code", "id"], unique=False)
    op.create_index("ix_enrolments_unit_id_id", "enrolments", ["unit_id", "id"], unique=False)
    op.create_table(
        "family_bindings",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False, comment="whose account pays"),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "pledged_at", sa.BigInteger(), nullable=False, comment="when the holder accepted the pledge (个人承诺书)"
        ),
        sa.Column("bound_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["holder_id"], ["persons.id"], name="fk_family_bindings_holder_id"),
        sa.ForeignKeyConstraint(["member_id"], ["persons.id"], name="fk_family_bindings_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_family_bindings"),
    )
    op.create_index("ix_family_bindings_holder_id_id", "family_bindings", ["holder_id", "id"], unique=False)
    op.create_index(
        "ix_family_bindings_member_id_holder_id", "family_bindings", ["member_id", "holder_id"], unique=False
    )
    op.create_index(
        "uq_family_bindings_active",
        "family_bindings",
        ["holder_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("status = 'ACTIVE'"),
        postgresql_where=sa.text("status = 'ACTIVE'"),
    )
    op.create_table(
        "personal_accounts",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_personal_accounts_balance_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_personal_accounts_person_id"),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_personal_accounts_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_personal_accounts"),
        sa.UniqueConstraint("person_id", name="uq_personal_accounts_person_id"),
    )
    op.create_table(
        "personas",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("description_zh", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_personas_person_id"),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_personas_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_personas"),
        sa.UniqueConstraint("name", name="uq_personas_name"),
    )
    op.create_table(
        "resident_contributions",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="who is insured by it"),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False, comment="place of enrolment (参保地)"),
        sa.Column("coverage_year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("payer_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("coverage_from", sa.Date(), nullable=True),
        sa.Column("coverage_until", sa.Date(), nullable=True),
        sa.Column(
            "waiting_until",
            sa.Date(),
            nullable=True,
            comment="last day of the waiting period; null where there is none",
        ),
        sa.Column(
            "record_visible_at", sa.BigInteger(), nullable=True, comment="from when the payment record can be looked up"
        ),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(status = 'SUBMITTED') = (paid_at IS NULL)", name=op.f("ck_resident_contributions_paid_has_time")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_resident_contributions_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["personal_accounts.id"], name="fk_resident_contributions_account_id"),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name="fk_resident_contributions_enrolment_id"),
        sa.ForeignKeyConstraint(["payer_id"], ["persons.id"], name="fk_resident_contributions_payer_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_resident_contributions_person_id"),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_resident_contributions_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_resident_contributions"),
    )
    op.create_index("ix_resident_contributions_payer_id_id", "resident_contributions", ["payer_id", "id"], unique=False)
    op.create_index(
        "ix_resident_contributions_person_id_coverage_year_id",
        "resident_contributions",
        ["person_id", "coverage_year", "id"],
        unique=False,
    )
    op.create_index(
        "ix_resident_contributions_region_code_id", "resident_contributions", ["region_code", "id"], unique=False
    )
    op.create_index(
        "uq_resident_contributions_paid",
        "resident_contributions",
        ["person_id", "coverage_year"],
        unique=True,
        sqlite_where=sa.text("status <> 'SUBMITTED'"),
        postgresql_where=sa.text("status <> 'SUBMITTED'"),
    )
    op.create_table(
        "account_entries",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="1, 2, 3 … within the account"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "amount_fen", sa.BigInteger(), nullable=False, comment="positive into the account, negative out of it"
        ),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False, comment="balance after the entry"),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.Column("contribution_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_account_entries_balance_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["personal_accounts.id"], name="fk_account_entries_account_id"),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["resident_contributions.id"], name="fk_account_entries_contribution_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_entries"),
    )
    op.create_index("uq_account_entries_position", "account_entries", ["account_id", "position"], unique=True)
    op.create_table(
        "receipts",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contribution_id"], ["resident_contributions.id"], name="fk_receipts_contribution_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sa.UniqueConstraint("contribution_id", name="uq_receipts_contribution_id"),
        sa.UniqueConstraint("number", name="uq_receipts_number"),
    )
