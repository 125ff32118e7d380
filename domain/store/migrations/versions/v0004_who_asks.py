"""Who asks, what they may, and what is kept of it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What version 0003 holds stays."""
    _add_history()
    _make_consents()
    _find_events_by_region()


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _add_history() -> None:
    with op.batch_alter_table("world", recreate=_recreate()) as world:
        world.add_column(
            sa.Column(
                "history", sa.Text(), comment="drawn when it was restored from a backup: cursors of before lead nowhere"
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
