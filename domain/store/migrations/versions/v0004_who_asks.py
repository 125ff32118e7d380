"""Who asks, what they may, and what is kept of it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What version 0003 holds stays."""
    _add_history()
    _find_events_by_region()
    _keep_keys()
    _register_clients()
    _make_consents()
    _revoke_tokens()
    _add_audit_trail()
    _count_failed_sign_ins()


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _big_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def _refuse_changes(*tables: str) -> None:
    """The database lets nobody change or delete their rows."""
    if op.get_context().dialect.name == "sqlite":
        for table in tables:
            for what in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in tables:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _add_history() -> None:
    with op.batch_alter_table("world", recreate=_recreate()) as world:
        world.add_column(
            sa.Column(
                "history", sa.Text(), comment="drawn when it was restored from a backup: cursors of before lead nowhere"
            )
        )
        world.add_column(
            sa.Column(
                "transaction_offset",
                sa.BigInteger(),
                nullable=False,
                server_default="0",
                comment="what is added to the server's transaction ids, so that the log goes on where it was restored",
            )
        )


def _make_consents() -> None:
    op.create_table(
        "client_grants",
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data_type", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False, comment="a province"),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("region_code LIKE '%0000'", name=op.f("ck_client_grants_of_a_province")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_client_grants_client_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_client_grants_region_code")),
        sa.PrimaryKeyConstraint("client_id", "data_type", "region_code", name=op.f("pk_client_grants")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="whose data it is"),
        sa.Column("client_id", sa.BigInteger(), nullable=False, comment="the partner's app that may see it"),
        sa.Column("data_type", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_consents_person_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_consents_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id_id"), "consents", ["person_id", "id"], unique=False)
    op.create_index(op.f("ix_consents_client_id_id"), "consents", ["client_id", "id"], unique=False)
    op.create_index(
        "uq_consents_active",
        "consents",
        ["client_id", "data_type", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _find_events_by_region() -> None:
    op.create_index(
        op.f("ix_events_region_code_transaction_id_position"),
        "events",
        ["region_code", "transaction_id", "position"],
        unique=False,
    )


def _keep_keys() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column(
            "secret", sa.Text(), nullable=False, comment="256 random bits, from which the private key is derived"
        ),
        sa.Column("sandbox", sa.Boolean(), nullable=False, comment="made by a sandbox: worth nothing anywhere else"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), comment="since when it signs nothing; null for the one that signs"),
        sa.Column("verifies_until", sa.BigInteger(), comment="when the last token that it signed has ended"),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (verifies_until IS NULL)", name=op.f("ck_signing_keys_retired_ends")
        ),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_keys")),
    )
    # Every token until now was a sandbox's.
    op.execute(
        "INSERT INTO signing_keys (kid, secret, sandbox, created_at)"
        " SELECT 'first', signing_key, true, coalesce(clock_real_base, 0) FROM world WHERE signing_key IS NOT NULL"
    )
    with op.batch_alter_table("world", recreate=_recreate()) as world:
        world.drop_column("signing_key")


def _register_clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="client_id, as OAuth calls it"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.Text(), nullable=False, comment="SHA-256 of 256 random bits, in hexadecimal"),
        sa.Column("scopes", sa.Text(), nullable=False, comment="separated by spaces, as OAuth writes them"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("secret_drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), comment="since when neither it nor its tokens are good for anything"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
        sa.UniqueConstraint("name", name=op.f("uq_clients_name")),
    )


def _revoke_tokens() -> None:
    op.create_table(
        "revoked_tokens",
        sa.Column("jti", sa.Text(), nullable=False),
        sa.Column(
            "until", sa.BigInteger(), nullable=False, comment="when the token would have ended; then the row may go"
        ),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_revoked_tokens")),
    )
    op.create_index("ix_revoked_tokens_revoked_at", "revoked_tokens", ["revoked_at"])
    op.create_index("ix_revoked_tokens_until", "revoked_tokens", ["until"])


def _add_audit_trail() -> None:
    op.create_table(
        "access_records",
        sa.Column("position", _big_id(), autoincrement=True, nullable=False),
        sa.Column(
            "transaction_id",
            sa.BigInteger(),
            nullable=False,
            comment="PostgreSQL's transaction id; 0 where writers take turns",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False, comment="in the world's time"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False, comment="in the machine's time"),
        sa.Column("role", sa.Text(), nullable=False, comment="in what capacity somebody read"),
        sa.Column(
            "person_id", sa.BigInteger(), nullable=False, comment="the citizen or officer who read, 0 for others"
        ),
        sa.Column("persona_id", sa.BigInteger(), nullable=False, comment="the persona that had signed in, 0 for none"),
        sa.Column(
            "client_id",
            sa.BigInteger(),
            nullable=False,
            comment="the app or institution that signed in, 0 for none",
        ),
        sa.Column(
            "unit_id", sa.BigInteger(), nullable=False, comment="the unit for which an officer read, 0 for others"
        ),
        sa.Column("region_code", sa.Text(), nullable=False, comment="the region that bounds who read"),
        sa.Column("reader", sa.Text(), nullable=False, comment="name of the persona or app; empty for citizens"),
        sa.Column("operation_kind", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False, comment="name of the operation, as far as it names nobody"),
        sa.Column("fields", _json(), nullable=False, comment="what was shown of persons, as Type.field"),
        sa.Column("transport", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="of a reveal; null for others"),
        sa.Column("purpose", sa.Text(), nullable=True, comment="in the reader's own words; null where none were given"),
        sa.Column("persons", sa.Integer(), nullable=False, comment="how many persons were shown"),
        sa.CheckConstraint(
            "(kind = 'REVEAL') = (reason IS NOT NULL)", name=op.f("ck_access_records_reveal_has_reason")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_access_records")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_access_records_order", "access_records", ["transaction_id", "position"], unique=True)
    op.create_index(op.f("ix_access_records_persona_id_position"), "access_records", ["persona_id", "position"])
    op.create_table(
        "access_subjects",
        sa.Column("record_position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_position"], ["access_records.position"], name=op.f("fk_access_subjects_record_position")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_access_subjects_person_id")),
        sa.PrimaryKeyConstraint("record_position", "person_id", name=op.f("pk_access_subjects")),
    )
    op.create_index(
        op.f("ix_access_subjects_person_id_record_position"), "access_subjects", ["person_id", "record_position"]
    )
    op.create_table(
        "audit_seals",
        sa.Column("position", _big_id(), autoincrement=False, nullable=False, comment="1, 2, 3 …"),
        sa.Column("records_transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("records_position", sa.BigInteger(), nullable=False, comment="the last access record that it covers"),
        sa.Column("records", sa.Integer(), nullable=False, comment="how many access records it covers"),
        sa.Column("events_transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("events_position", sa.BigInteger(), nullable=False, comment="the last event that it covers"),
        sa.Column("events", sa.Integer(), nullable=False, comment="how many events it covers"),
        sa.Column("rows_digest", sa.Text(), nullable=False, comment="SHA-256 of the rows that it covers"),
        sa.Column("previous_digest", sa.Text(), nullable=False, comment="digest of the seal before it"),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of all of the above"),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False, comment="in the machine's time"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_seals")),
    )
    _refuse_changes("access_records", "access_subjects", "audit_seals")


def _count_failed_sign_ins() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("identity_digest", sa.Text(), nullable=False, comment="SHA-256 of the document that was claimed"),
        sa.Column("number", sa.Integer(), nullable=False, comment="of those that are kept, the later the higher"),
        sa.Column("failed_at", sa.BigInteger(), nullable=False, comment="in world time"),
        sa.PrimaryKeyConstraint("identity_digest", "number", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_failed_at", "sign_in_failures", ["failed_at"])
