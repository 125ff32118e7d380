"""The product's own book of policy, loaded once."""

import pytest

from domain.policy import PolicyBook


@pytest.fixture(scope="session")
def book() -> PolicyBook:
    return PolicyBook.load()
