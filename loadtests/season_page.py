"""Draw the report of a season's run (征缴季报告页): `python -m loadtests.season_page REPORT.json PAGE.html`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from loadtests.season_report import page_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the report of the first argument into the second; the exit code."""
    source, target = (Path(one) for one in (sys.argv[1:] if arguments is None else arguments))
    target.write_text(page_of(json.loads(source.read_bytes())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
