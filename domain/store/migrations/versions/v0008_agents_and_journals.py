"""Who files for somebody else, and what whoever tests with a world reads back of it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """What version 0007 holds stays."""
    _give_faults_hours()


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
