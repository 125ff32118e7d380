"""The tiny world of the operations' tests, for tests of the SQL itself."""

from tests.operations.conftest import opened

__all__ = ["opened"]
