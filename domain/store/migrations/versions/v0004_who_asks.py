"""Who asks, what they may, and what is kept of it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What version 0003 holds stays."""
    _add_history()


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
