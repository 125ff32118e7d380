"""Who files for somebody else, and what whoever tests with a world reads back of it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """What version 0007 holds stays."""
    _give_faults_hours()
    _let_agents_file()
    _add_request_journal()


def _give_faults_hours() -> None:
    with op.batch_alter_table("world_faults", recreate=_recreate()) as faults:
        for name, comment in (
            ("since_hour", "of each day; null: at all hours"),
            ("until_hour", "over midnight where it is not later; null: at all hours"),
            ("above_per_minute", "calls of a minute that it spares; null: none"),
        ):
            faults.add_column(sa.Column(name, sa.Integer(), comment=comment))


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _let_agents_file() -> None:
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.add_column(
            sa.Column("agent_id", sa.BigInteger(), comment="who files for the applicant; null for nobody")
        )
        filings.create_foreign_key(op.f("fk_filings_agent_id"), "persons", ["agent_id"], ["id"])
        filings.create_check_constraint(
            op.f("ck_filings_agent_of_person"),
            "agent_id IS NULL OR (applicant_id IS NOT NULL AND unit_id IS NULL)",
        )
    op.create_index(
        op.f("ix_filings_agent_id_id"),
        "filings",
        ["agent_id", "id"],
        sqlite_where=sa.text("agent_id IS NOT NULL"),
        postgresql_where=sa.text("agent_id IS NOT NULL"),
    )


def _big_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _add_request_journal() -> None:
    op.create_table(
        "request_journal",
        sa.Column(
            "number", _big_id(), autoincrement=True, nullable=False, comment="in the order that they were written"
        ),
        sa.Column("asked_at", sa.BigInteger(), nullable=False, comment="in the world's time"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False, comment="when it was over, in the machine's time"),
        sa.Column("role", sa.Text(), nullable=False, comment="in what capacity somebody asked"),
        sa.Column(
            "person_id", sa.BigInteger(), nullable=False, comment="the citizen or officer who asked, 0 for others"
        ),
        sa.Column("persona_id", sa.BigInteger(), nullable=False, comment="the persona that had signed in, 0 for none"),
        sa.Column(
            "client_id", sa.BigInteger(), nullable=False, comment="the app or institution that signed in, 0 for none"
        ),
        sa.Column(
            "unit_id", sa.BigInteger(), nullable=False, comment="the unit for which an officer asked, 0 for others"
        ),
        sa.Column(
            "institution_id",
            sa.BigInteger(),
            nullable=False,
            comment="the institution for which somebody asked, 0 for none",
        ),
        sa.Column("region_code", sa.Text(), nullable=False, comment="the region that bounds who asked"),
        sa.Column("scopes", sa.Text(), nullable=False, comment="what the token was good for"),
        sa.Column("asker", sa.Text(), nullable=False, comment="name of the persona or app; empty for citizens"),
        sa.Column("operation_kind", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False, comment="name of the operation, as far as it names nobody"),
        sa.Column("fields", sa.Text(), nullable=False, comment="fields that it selects at its root"),
        sa.Column("document", sa.Text(), nullable=False, comment="its text, masked"),
        sa.Column("variables", sa.Text(), nullable=False, comment="as JSON, masked"),
        sa.Column("transport", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="codes of its refusals or errors; empty for none"),
        sa.Column(
            "cost", sa.BigInteger(), comment="values that the answer could hold; null where it did not come so far"
        ),
        sa.Column("duration_us", sa.BigInteger(), nullable=False, comment="in microseconds"),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.Column("answer_bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "answer_digest", sa.Text(), comment="of the answer without its cursors; null of one that is too long"
        ),
        sa.Column("first_event", sa.BigInteger(), comment="position of the first event that it caused; null for none"),
        sa.Column("last_event", sa.BigInteger()),
        sa.Column("events", sa.Text(), nullable=False, comment="how many of each type, as JSON"),
        sa.CheckConstraint(
            "(first_event IS NULL) = (last_event IS NULL)", name=op.f("ck_request_journal_events_are_a_span")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_request_journal")),
        sqlite_autoincrement=True,
    )
