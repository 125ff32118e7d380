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
                comment="the last event that is kept as a record and told to nobody any more; 0 where all are told",
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
