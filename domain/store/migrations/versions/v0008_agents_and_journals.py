"""Who files for somebody else, and what whoever tests with a world reads back of it."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """What version 0007 holds stays."""
