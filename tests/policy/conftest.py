"""The product's own book, read once."""

from __future__ import annotations

import pytest

from domain.policy import PolicyBook


@pytest.fixture(scope="session")
def book() -> PolicyBook:
    """The book as the product ships it."""
    return PolicyBook.load()
