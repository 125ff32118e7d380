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
