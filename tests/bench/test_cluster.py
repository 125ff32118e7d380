"""The servers that tests and measurements start."""

import subprocess
import sys


def test_a_machine_without_unix_accounts_can_import_what_starts_postgresql() -> None:
    """Windows has no `pwd`; tests on SQLite and `canbao bench --help` run there all the same."""
    code = "import sys; sys.modules['pwd'] = None; import resolvers.bench.cluster, tests.databases"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
