"""What docs/matters.md shows is answered, to anybody, in any world."""

import pytest

from tests.docs.test_front_end import ROOT, differs, exchanges
from tests.resolvers.opened import OpenedWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = ROOT / "docs" / "matters.md"


async def test_the_answers_are_the_ones_that_the_page_shows(shared: OpenedWorld) -> None:
    shown = exchanges(PAGE)
    assert len(shown) == 4
    for exchange in shown:
        answer = await shared.ask(exchange.document.text, exchange.variables)
        assert "errors" not in answer, f"{exchange.document.where}: {answer['errors']}"
        difference = differs(exchange.data, answer["data"])
        assert difference is None, f"{exchange.document.where} shows another answer than is given. {difference}"
