"""A page of a list that Python made (计算列表的分页), by the same rules as a page of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from domain.store.engine import Connection
from resolvers.context import Request
from resolvers.plan.arguments import (
    PAGE_DEFAULT,
    Variables,
    check_lists,
    checked_page,
    cursor_keys,
    list_tag,
    made_cursor,
    page_ends,
)
from resolvers.plan.objects import ObjectCompiler
from resolvers.plan.sources import Arguments


@dataclass(frozen=True, slots=True)
class ComputedPageWriter:
    """Writes a page of one root list for one request."""

    objects: ObjectCompiler
    definition: GraphQLField
    nodes: Sequence[FieldNode]
    request: Request
    variables: Variables

    async def write(self, items: Sequence[tuple[str, Any]], arguments: Arguments) -> bytes:
        """The page that the arguments say, of objects in order with their keys. Raises FieldProblem."""
        where = arguments.get("where")
        tag = list_tag(self.request.world.fingerprint, f"Query.{self.nodes[0].name.value}", where)
        stands = (tag, *map(arguments.get, ("first", "after", "last", "before")))
        if (kept := self.objects.kept_page(self.nodes[0], stands, items)) is not None:
            return kept
        ends = page_ends(arguments.get)
        size = checked_page(arguments[ends.size] if ends.size else PAGE_DEFAULT)
        check_lists(where)
        window = self._window(items, arguments[ends.cursor] if ends.cursor else None, tag, size, ends.backward)
        asked = items[window.start : window.stop]
        connection_type = _object(get_named_type(self.definition.type))
        edge_type = _object(get_named_type(connection_type.fields["edges"].type))
        info_type = _object(get_named_type(connection_type.fields["pageInfo"].type))
        selector = self.objects.terms.selector
        async with self.request.database.read() as connection:
            parts: dict[str, Any] = {}
            lasting: list[bool] = []
            for key, nodes in selector.below(connection_type, self.nodes).items():
                match nodes[0].name.value:
                    case "totalCount":
                        parts[key] = len(items)
                    case "pageInfo":
                        info = _page_info(items, window, tag)
                        wanted = selector.below(info_type, nodes)
                        parts[key] = {each: info[found[0].name.value] for each, found in wanted.items()}
                    case "edges":
                        parts[key], unchanging = await self._edges(asked, tag, edge_type, nodes, connection)
                        lasting.append(unchanging)
                    case _:
                        parts[key] = connection_type.name
        page = orjson.dumps(parts)
        if lasting and all(lasting):
            self.objects.keep_page(self.nodes[0], stands, items, page)
        return page

    def _window(
        self, items: Sequence[tuple[str, Any]], cursor: str | None, tag: str, size: int, backward: bool
    ) -> range:
        low, high = 0, len(items)
        if cursor is not None:
            [key] = cursor_keys(cursor, tag, [str])
            index = next((index for index, (each, _) in enumerate(items) if each == key), None)
            if backward:
                high = len(items) if index is None else index
            else:
                low = 0 if index is None else index + 1
        return range(max(low, high - size), high) if backward else range(low, min(low + size, high))

    async def _edges(
        self,
        items: Sequence[tuple[str, Any]],
        tag: str,
        edge_type: GraphQLObjectType,
        nodes: Sequence[FieldNode],
        connection: Connection,
    ) -> tuple[list[Any], bool]:
        """The edges, and whether they are the same whenever they are asked for."""
        members: dict[str, Sequence[Any]] = {}
        unchanging = True
        for name, each in self.objects.terms.selector.below(edge_type, nodes).items():
            match each[0].name.value:
                case "cursor":
                    members[name] = [made_cursor(tag, [key]) for key, _ in items]
                case "node":
                    values = [value for _, value in items]
                    members[name] = await self.objects.told(values, each, connection, self.request, self.variables)
                    unchanging &= self.objects.unchanging(values, each)
                case _:
                    members[name] = [edge_type.name] * len(items)
        rows = zip(*members.values(), strict=True)
        return [dict(zip(members, of_one, strict=True)) for of_one in rows], unchanging


def _object(type_: object) -> GraphQLObjectType:
    assert isinstance(type_, GraphQLObjectType)
    return type_


def _page_info(items: Sequence[tuple[str, Any]], window: range, tag: str) -> Mapping[str, Any]:
    return {
        "__typename": "PageInfo",
        "hasNextPage": window.stop < len(items),
        "hasPreviousPage": window.start > 0,
        "startCursor": made_cursor(tag, [items[window.start][0]]) if window else None,
        "endCursor": made_cursor(tag, [items[window.stop - 1][0]]) if window else None,
    }
