"""What partners build on."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """What version 0004 holds stays."""
    _add_horizon()


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
