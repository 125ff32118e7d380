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
