"""What partners build on."""

from typing import Literal

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """What version 0004 holds stays."""
    _add_horizon()
    _keep_persons_in_access_records()
    _add_webhooks()
    _add_origin()
    _add_clock_until()
    _add_claims()
    _add_filings()
    _add_first_number()


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _add_horizon() -> None:
    with op.batch_alter_table("world", recreate=_recreate()) as world:
        world.add_column(sa.Column("horizon_transaction_id", sa.BigInteger(), nullable=False, server_default="0"))
        world.add_column(
            sa.Column(
                "horizon_position",
                sa.BigInteger(),
                nullable=False,
                server_default="0",
                comment="the last event that no list and no subscription tells any more; 0 where all are told",
            )
        )
        world.add_column(
            sa.Column(
                "horizon_at",
                sa.BigInteger(),
                nullable=False,
                server_default="0",
                comment="what happened from then on, in the world's time, is told",
            )
        )


def _keep_persons_in_access_records() -> None:
    """Records name the persons whom they show; by person they are found from the seal that covers them on.

    The bytes that a seal is over are what they were.
    """
    on_sqlite = op.get_context().dialect.name == "sqlite"
    if on_sqlite:
        op.execute("DROP TRIGGER access_records_no_update")
        op.execute("DROP TRIGGER access_records_no_delete")
    else:
        op.execute("DROP TRIGGER access_records_no_change ON access_records")
    op.drop_index("ix_access_records_persona_id_position", "access_records")
    subjects: sa.Column[list[int]] = sa.Column(
        "subjects",
        postgresql.ARRAY(sa.BigInteger()).with_variant(sa.Text(), "sqlite"),
        comment="the persons shown, ascending",
    )
    again: Literal["auto", "always"] = "always" if on_sqlite else "auto"
    numbered = {"sqlite_autoincrement": True}
    with op.batch_alter_table("access_records", recreate=again, table_kwargs=numbered) as records:
        records.add_column(subjects)
    of_the_record = "SELECT person_id FROM access_subjects WHERE record_position = position ORDER BY person_id"
    shown = f"(SELECT json_group_array(person_id) FROM ({of_the_record}))" if on_sqlite else f"ARRAY({of_the_record})"
    op.execute(f"UPDATE access_records SET subjects = {shown}")
    with op.batch_alter_table("access_records", recreate=again, table_kwargs=numbered) as records:
        records.alter_column("subjects", existing_type=subjects.type, nullable=False)
    op.create_index(
        "ix_access_records_reveals",
        "access_records",
        ["persona_id", "recorded_at"],
        sqlite_where=sa.text("kind = 'REVEAL'"),
        postgresql_where=sa.text("kind = 'REVEAL'"),
    )
    op.drop_table("access_subjects")
    op.create_table(
        "access_subjects",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "record_position", name=op.f("pk_access_subjects")),
        sqlite_with_rowid=False,
    )
    each = "json_each(subjects) AS shown" if on_sqlite else "unnest(subjects) AS shown (value)"
    op.execute(
        f"INSERT INTO access_subjects (person_id, record_position) SELECT value, position FROM access_records, {each}"
        " WHERE (transaction_id, position) <= (SELECT records_transaction_id, records_position FROM audit_seals"
        " ORDER BY position DESC LIMIT 1)"
    )
    for name in ("access_records", "access_subjects"):
        if not on_sqlite:
            op.execute(
                f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {name}_no_{what.lower()} BEFORE {what} ON {name}"
                f" BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            )


def _big_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def _add_webhooks() -> None:
    op.create_table(
        "webhook_keys",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="1: there is one"),
        sa.Column(
            "secret",
            sa.Text(),
            nullable=False,
            comment="288 random bits, from which every webhook's secret is derived",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_webhook_keys")),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", sa.Text(), comment="types of events, as a JSON list; null for all"),
        sa.Column("regions", sa.Text(), comment="regions, as a JSON list; null for all"),
        sa.Column("selection", sa.Text(), nullable=False, comment="what is asked of each event, in GraphQL"),
        sa.Column("retry_clock", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stop", sa.Text(), comment="why it is not active"),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="in the world's time"),
        sa.Column(
            "generation", sa.Integer(), nullable=False, comment="1 for the first secret, one more for each later one"
        ),
        sa.Column("secret_start", sa.Text(), nullable=False, comment="the first characters of the secret"),
        sa.Column(
            "old_secret_until",
            sa.BigInteger(),
            comment="until when, in the machine's time, the secret before it signs too",
        ),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="the last event of the log that was looked at"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="attempts in a row that failed"),
        sa.Column(
            "probe_at", sa.BigInteger(), comment="when, in the machine's time, a target that fails is asked again"
        ),
        sa.Column("holder", sa.Text(), comment="the process that delivers"),
        sa.Column("beat", sa.BigInteger(), nullable=False, comment="grows while the holder lives"),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_webhooks_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_client_id_id"), "webhooks", ["client_id", "id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", _big_id(), autoincrement=True, nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="the event's place in the log"),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False, comment="whose events go out one after another"),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="those that have failed"),
        sa.Column("due_at", sa.BigInteger(), nullable=False, comment="by the clock that the webhook is retried by"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_deliveries_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_webhook_deliveries_event", "webhook_deliveries", ["webhook_id", "event_id"], unique=True)
    op.create_index(
        "ix_webhook_deliveries_order",
        "webhook_deliveries",
        ["webhook_id", "status", "transaction_id", "position"],
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("id", _big_id(), autoincrement=True, nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), comment="null for a sample"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="which attempt of the event it was"),
        sa.Column("began_at", sa.BigInteger(), nullable=False, comment="in the machine's time"),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("http_status", sa.Integer(), comment="null where there was no answer"),
        sa.Column(
            "next_at", sa.BigInteger(), comment="when it is tried again, by the clock that the webhook is retried by"
        ),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_attempts_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_webhook_attempts_webhook_id_id"), "webhook_attempts", ["webhook_id", "id"])


def _add_origin() -> None:
    with op.batch_alter_table("world", recreate=_recreate()) as world:
        world.add_column(
            sa.Column(
                "origin",
                sa.Text(),
                comment="the world that it was forked from; null for one that was made of its seed",
            )
        )
        world.add_column(sa.Column("origin_at", sa.BigInteger(), comment="when that was, in the world's time"))


def _add_clock_until() -> None:
    with op.batch_alter_table("world", recreate=_recreate()) as world:
        world.add_column(
            sa.Column(
                "clock_until",
                sa.BigInteger(),
                comment="to where the clock is being advanced; null while it is not",
            )
        )


def _add_claims() -> None:
    op.create_table(
        "institutions",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column(
            "designated_from", sa.Date(), comment="first day of the agreement (定点协议); null: there has been none"
        ),
        sa.Column("designated_until", sa.Date(), comment="its last day; null: it has none"),
        sa.CheckConstraint(
            "designated_from IS NOT NULL OR designated_until IS NULL", name=op.f("ck_institutions_ends_once_begun")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_institutions_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions")),
    )
    op.create_index(op.f("ix_institutions_region_code_id"), "institutions", ["region_code", "id"])
    for table, comment in (
        ("clients", "the hospital or pharmacy that it acts for; null for an app"),
        ("personas", "for which a hospital's staff acts"),
    ):
        with op.batch_alter_table(table, recreate=_recreate()) as altered:
            altered.add_column(sa.Column("institution_id", sa.BigInteger(), comment=comment))
            altered.create_foreign_key(op.f(f"fk_{table}_institution_id"), "institutions", ["institution_id"], ["id"])
    op.create_table(
        "claims",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="the patient"),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False, comment="place of enrolment (参保地)"),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column(
            "person_type", sa.Text(), comment="as the enrolment said on the day; null where a contribution covers"
        ),
        sa.Column("special_group", sa.Text(), comment="recognised group when it was settled"),
        sa.Column("conditions", _json(), nullable=False, comment="what was recognised of the patient"),
        sa.Column(
            "raise_fen",
            sa.BigInteger(),
            nullable=False,
            comment="what years in a row added to the cap (连续参保激励)",
        ),
        sa.Column(
            "year", sa.Integer(), nullable=False, comment="the year whose limits it counts for: that of discharge"
        ),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False, comment="of the institution, when it was settled"),
        sa.Column("admitted_on", sa.Date(), nullable=False),
        sa.Column("discharged_on", sa.Date(), nullable=False),
        sa.Column(
            "invoice", sa.Text(), nullable=False, comment="number of the invoice, as the institution numbers them"
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=False),
        sa.Column("reversed_at", sa.BigInteger()),
        sa.Column("postings", sa.Integer(), nullable=False, comment="how often entries were posted for it"),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("eligible_fen", sa.BigInteger(), nullable=False),
        sa.Column("first_share_fen", sa.BigInteger(), nullable=False),
        sa.Column("excluded_fen", sa.BigInteger(), nullable=False),
        sa.Column("class_b_fen", sa.BigInteger(), nullable=False, comment="how much of the cost is of class B"),
        sa.Column("pooled_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "base_fen",
            sa.BigInteger(),
            nullable=False,
            comment="what it adds to the year's base of critical illness",
        ),
        sa.Column("critical_fen", sa.BigInteger(), nullable=False),
        sa.Column("assistance_fen", sa.BigInteger(), nullable=False),
        sa.Column("assistance_at_most_fen", sa.BigInteger(), nullable=False),
        sa.Column("account_fen", sa.BigInteger(), nullable=False),
        sa.Column("cash_fen", sa.BigInteger(), nullable=False),
        sa.Column("trace", _json(), nullable=False, comment="how it came about, step by step"),
        sa.CheckConstraint(
            "pooled_fen + critical_fen + assistance_fen + account_fen + cash_fen = cost_fen",
            name=op.f("ck_claims_payers_pay_the_cost"),
        ),
        sa.CheckConstraint(
            "(status = 'REVERSED') = (reversed_at IS NOT NULL)", name=op.f("ck_claims_reversed_has_time")
        ),
        sa.CheckConstraint("discharged_on >= admitted_on", name=op.f("ck_claims_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_claims_person_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institutions.id"], name=op.f("fk_claims_institution_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_claims_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_person_id_year_id"), "claims", ["person_id", "year", "id"])
    op.create_index(op.f("ix_claims_institution_id_id"), "claims", ["institution_id", "id"])
    op.create_index(op.f("ix_claims_region_code_id"), "claims", ["region_code", "id"])
    op.create_index(
        "uq_claims_invoice",
        "claims",
        ["institution_id", "invoice"],
        unique=True,
        sqlite_where=sa.text("status = 'SETTLED'"),
        postgresql_where=sa.text("status = 'SETTLED'"),
    )
    op.create_table(
        "claim_costs",
        sa.Column("claim_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 … within the claim"),
        sa.Column("code", sa.Text(), nullable=False, comment="of the catalogue"),
        sa.Column("cost_class", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_costs_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", "position", name=op.f("pk_claim_costs")),
    )
    op.create_table(
        "claim_entries",
        sa.Column("claim_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("posting", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 … within the claim"),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "amount_fen",
            sa.BigInteger(),
            nullable=False,
            comment="negative for who pays, positive for who is paid",
        ),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.Column("account_entry_id", sa.BigInteger(), comment="what moved in the personal account with it"),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_claim_entries_amount_not_zero")),
        sa.CheckConstraint(
            "account_entry_id IS NULL OR payer = 'PERSONAL_ACCOUNT'", name=op.f("ck_claim_entries_of_an_account")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_entries_claim_id")),
        sa.ForeignKeyConstraint(
            ["account_entry_id"], ["account_entries.id"], name=op.f("fk_claim_entries_account_entry_id")
        ),
        sa.PrimaryKeyConstraint("claim_id", "posting", "payer", name=op.f("pk_claim_entries")),
        sa.UniqueConstraint("account_entry_id", name=op.f("uq_claim_entries_account_entry_id")),
    )


def _add_filings() -> None:
    op.create_table(
        "filings",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False, comment="the guide by which it was drafted: area~first day"),
        sa.Column("region_code", sa.Text(), nullable=False, comment="whose agency handles it"),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="whom it is about"),
        sa.Column("applicant", sa.Text(), nullable=False, comment="as whom it is filed"),
        sa.Column(
            "form",
            postgresql.JSONB().with_variant(sa.Text(), "sqlite"),
            nullable=False,
            comment="what the form says",
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), comment="the clerk who handles it"),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "filed_at",
            sa.BigInteger(),
            nullable=False,
            comment="when it was drafted; once it is submitted, when it was",
        ),
        sa.Column("working_days", sa.Integer(), nullable=False, comment="how long handling takes at most"),
        sa.Column("noticed_at", sa.BigInteger(), comment="when all that was missing was told, once"),
        sa.Column("supplied_at", sa.BigInteger()),
        sa.Column("accepted_on", sa.Date(), comment="the day after which the limit counts"),
        sa.Column("calendar", sa.Text(), comment="by what the working days were counted"),
        sa.Column("due_on", sa.Date(), comment="null before acceptance, and while the clock stands"),
        sa.Column("due_number", sa.Integer(), comment="the number of that day among working days"),
        sa.Column("days_left", sa.Integer(), comment="working days that are left while the clock stands"),
        sa.Column(
            "late_from",
            sa.BigInteger(),
            nullable=False,
            comment="from when it is overdue; the end of the year 9999 for never",
        ),
        sa.Column("overdue_at", sa.BigInteger(), comment="when that was told"),
        sa.Column("reason", sa.Text(), comment="why it was declined or denied"),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("effect_id", sa.Text(), comment="what completing it made, as the API names it"),
        sa.CheckConstraint("(due_on IS NULL) = (due_number IS NULL)", name=op.f("ck_filings_due_has_number")),
        sa.CheckConstraint("accepted_on IS NOT NULL OR due_on IS NULL", name=op.f("ck_filings_due_was_accepted")),
        sa.CheckConstraint(
            "(status IN ('COMPLETED', 'DENIED', 'DECLINED', 'WITHDRAWN')) = (ended_at IS NOT NULL)",
            name=op.f("ck_filings_ended_has_time"),
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["persons.id"], name=op.f("fk_filings_applicant_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["personas.id"], name=op.f("fk_filings_holder_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_filings_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_filings_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filings")),
    )
    op.create_index(op.f("ix_filings_applicant_id_id"), "filings", ["applicant_id", "id"])
    op.create_index(op.f("ix_filings_person_id"), "filings", ["person_id"])
    op.create_index(op.f("ix_filings_region_code_id"), "filings", ["region_code", "id"])
    is_open = sa.text("status IN ('SUBMITTED', 'SUPPLEMENTING', 'ACCEPTED', 'SUPPLEMENTING_IN_REVIEW', 'APPROVED')")
    for column in ("filed_at", "late_from"):
        op.create_index(
            f"ix_filings_open_{column}",
            "filings",
            ["region_code", column, "id"],
            sqlite_where=is_open,
            postgresql_where=is_open,
        )
    op.create_table(
        "filing_materials",
        sa.Column("filing_id", _big_id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("needed", sa.Boolean(), nullable=False),
        sa.Column("pledgeable", sa.Boolean(), nullable=False, comment="the guide takes a pledge in its place"),
        sa.Column("way", sa.Text(), comment="how it is there; null where it is not"),
        sa.Column("media", sa.Text()),
        sa.Column("sha256", sa.Text()),
        sa.Column("provided_at", sa.BigInteger()),
        sa.Column("told_at", sa.BigInteger(), comment="when it was told missing"),
        sa.CheckConstraint("(way IS NULL) = (provided_at IS NULL)", name=op.f("ck_filing_materials_way_has_time")),
        sa.CheckConstraint(
            "(way = 'HANDED_IN') = (sha256 IS NOT NULL)", name=op.f("ck_filing_materials_file_has_hash")
        ),
        sa.ForeignKeyConstraint(["filing_id"], ["filings.id"], name=op.f("fk_filing_materials_filing_id")),
        sa.PrimaryKeyConstraint("filing_id", "number", name=op.f("pk_filing_materials")),
    )


def _add_first_number() -> None:
    with op.batch_alter_table("world", recreate=_recreate()) as world:
        world.add_column(
            sa.Column(
                "first_number",
                sa.BigInteger(),
                comment="ids from it on were given since it was made; null where nobody knows",
            )
        )
