"""Enrolling, suspending and what follows from it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """What version 0002 holds stays."""
    _change_enrolments()
    _add_written_names()


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _change_enrolments() -> None:
    with op.batch_alter_table("persons", recreate=_recreate()) as persons:
        persons.add_column(
            sa.Column(
                "e_certificate_at",
                sa.BigInteger(),
                comment="when the electronic certificate (医保电子凭证) was activated; null: it is not",
            )
        )
    with op.batch_alter_table("enrolments", recreate=_recreate()) as enrolments:
        enrolments.add_column(
            sa.Column(
                "suspension_visible_at",
                sa.BigInteger(),
                comment="from when other places see that it is suspended or terminated; null: at once",
            )
        )


def _add_written_names() -> None:
    with op.batch_alter_table("registry_identities", recreate=_recreate()) as identities:
        identities.add_column(
            sa.Column(
                "also_written", sa.Text(), comment="another form of the name that the register takes for the same"
            )
        )
