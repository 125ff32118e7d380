"""docs/consuming-events.md shows the consumers as they are, and they are short enough to be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "consuming-events.md").read_text("utf-8")
PREPARATIONS = re.compile(r'\s*(#|//|import |from |""")')
MOST_LINES = 50


@pytest.mark.parametrize(("language", "name"), [("python", "consumer.py"), ("ts", "consumer.ts")])
def test_the_page_shows_the_consumer_that_the_tests_run(language: str, name: str) -> None:
    text = (DOCS / "consumers" / name).read_text("utf-8")
    assert re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) == [text]
    lines = [line for line in text.splitlines() if line.strip() and not PREPARATIONS.match(line)]
    assert len(lines) <= MOST_LINES, "about forty, so that a partner reads it"
