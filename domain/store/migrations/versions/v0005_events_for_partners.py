"""What partners build on."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """What version 0004 holds stays."""
