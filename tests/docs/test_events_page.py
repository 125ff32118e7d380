"""What docs/events.md shows is so: its GraphQL is of the contract, and what it shows is told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from graphql import OperationDefinitionNode, OperationType, parse, validate

from resolvers.service import ErrorCode
from tests.docs.test_front_end import ROOT, Earlier, Exchange, blocks, differs, exchanges
from tests.resolvers.conftest import (  # noqa: F401 - fixtures
    book,
    executor,
    machine,
    on_sqlite,
    sqlite_template,
    url_on_sqlite,
)
from tests.resolvers.opened import CONTRACT, OpenedWorld

PAGE: Path = ROOT / "docs" / "events.md"


class Told(Earlier):
    """As what earlier answers gave, and the cursor that came last."""

    def learn(self, answer: Any) -> None:
        super().learn(answer)
        if isinstance(answer, dict) and "cursor" in answer:
            self._cursor = answer["cursor"]


async def answered(world: OpenedWorld, exchange: Exchange, variables: dict[str, Any]) -> Any:
    """The data of an answer; of a subscription, of each response."""
    [definition] = parse(exchange.document.text).definitions
    assert isinstance(definition, OperationDefinitionNode)
    if definition.operation is not OperationType.SUBSCRIPTION:
        return await world.data(exchange.document.text, variables, exchange.persona)
    stream = await world.stream(exchange.document.text, variables, exchange.persona)
    return [json.loads(item.body)["data"] async for item in stream]


async def test_what_the_page_shows_is_told(on_sqlite: OpenedWorld) -> None:  # noqa: F811
    await on_sqlite.receipt("employee")
    told = Told()
    shown = exchanges(PAGE)
    assert len(shown) == 7
    for exchange in shown:
        given = await answered(on_sqlite, exchange, told.filled(exchange.variables))
        difference = differs(exchange.data, given)
        assert difference is None, f"{exchange.document.where} shows another answer than is given. {difference}"
        told.learn(given)


def test_every_document_is_of_the_contract() -> None:
    for block in blocks(PAGE):
        if block.language == "graphql":
            assert validate(CONTRACT, parse(block.text)) == [], block.where


def test_every_subscription_of_the_contract_is_on_the_page() -> None:
    assert CONTRACT.subscription_type is not None
    page = PAGE.read_text("utf-8")
    assert [name for name in CONTRACT.subscription_type.fields if not re.search(rf"\b{name}\b", page)] == []
    assert ErrorCode.CURSOR_EXPIRED.name in page
