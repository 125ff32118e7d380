"""The tables and the tiny world of the operations' tests, for tests of the SQL itself."""

from tests.operations.conftest import opened, postgresql_template, sqlite_template, tables_url

__all__ = ["opened", "postgresql_template", "sqlite_template", "tables_url"]
