"""What filings bring about, what partners follow of claims, and what is told of a world to whoever tests with it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """What version 0005 holds stays."""
    _keep_queues_of_provinces()


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _big_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.JSONB(), "postgresql")


_OPEN = "status IN ('SUBMITTED', 'SUPPLEMENTING', 'ACCEPTED', 'SUPPLEMENTING_IN_REVIEW', 'APPROVED')"


def _keep_queues_of_provinces() -> None:
    province = sa.Column(
        "province_code", sa.Text(), nullable=True, comment="where queues of more than a county are kept in order"
    )
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.add_column(province)
    op.execute("UPDATE filings SET province_code = substr(region_code, 1, 2) || '0000'")
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.alter_column("province_code", existing_type=sa.Text(), nullable=False)
    for column in ("filed_at", "late_from"):
        op.create_index(
            f"ix_filings_open_in_province_{column}",
            "filings",
            ["province_code", column, "id", "region_code"],
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        )
