"""Who asks, what they may, and what is kept of it."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What version 0003 holds stays."""
