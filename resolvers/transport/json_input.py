"""From bytes that anybody may send to a `GraphQLRequest` (请求解析): sizes, JSON, and the types of its members."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from domain.vocabulary import Transport
from resolvers.service import GraphQLRequest
from resolvers.transport.limits import TransportLimits

# A JSON string, or what of one there is; possessive, so that it is read once however it ends.
_STRING = re.compile(rb'"(?:[^"\\]+|\\.)*+"?', re.DOTALL)

# A query string has four parameters of ours; others are ignored, up to this many of them all.
_PARAMETERS = 32


FAULT: Final = b"canbao-fault"
"""Header: what is to befall the events of a subscription, in a sandbox."""


class MalformedRequest(ValueError):
    """What was sent is no GraphQL request. The message is for the client and quotes nothing of Python's."""

    @property
    def english(self) -> str:
        """The English half alone, for where there is room for one: a WebSocket's close reason has 123 bytes."""
        return str(self).rpartition("。 ")[2]


def json_value(text: bytes | bytearray | str, limits: TransportLimits, zh: str, en: str) -> Any:
    """The value of a JSON text within the limits of values and depth. `zh` and `en` name it in MalformedRequest."""
    body = text.encode() if isinstance(text, str) else text
    brackets = body.count(b"{") + body.count(b"[")
    # Counted before anything is made of them: a megabyte of empty lists takes half a second to become Python objects.
    if brackets + body.count(b",") > limits.json_values:
        bare = _STRING.sub(b"", body)
        if bare.count(b"{") + bare.count(b"[") + bare.count(b",") > limits.json_values:
            raise MalformedRequest(
                f"{zh}的值超过{limits.json_values}个，请拆分后再发。"
                f" {en} has more than {limits.json_values} values: send less at once."
            )
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(
            f"{zh}不是可读取的UTF-8编码JSON，请检查第{error.pos + 1}个字符。"
            f" {en} is not JSON in UTF-8 that can be read: look at character {error.pos + 1}."
        ) from None
    # Most texts have fewer brackets than they may nest, and need no visit to every value.
    if brackets > limits.json_depth and _is_deeper(value, limits.json_depth):
        raise MalformedRequest(
            f"{zh}嵌套超过{limits.json_depth}层，请减少嵌套。"
            f" {en} nests arrays and objects more than {limits.json_depth} deep: nest less."
        )
    return value


def _is_deeper(value: object, max_depth: int) -> bool:
    level = [value]
    for _ in range(max_depth):
        below: list[object] = []
        for each in level:
            if isinstance(each, dict):
                below += [child for child in each.values() if isinstance(child, (dict, list))]
            elif isinstance(each, list):
                below += [child for child in each if isinstance(child, (dict, list))]
        if not below:
            return False
        level = below
    return True


def fault_of(sent: bytes | None) -> str | None:
    """What that header says, None without one."""
    return None if sent is None else sent.decode("latin-1")


def request_of(
    value: object,
    last_event_id: str | None = None,
    *,
    transport: Transport = Transport.HTTP,
    purpose: str | None = None,
    wants_cost: bool = False,
    peer: str | None = None,
    fault: str | None = None,
) -> GraphQLRequest:
    """The GraphQL request in a JSON value (GraphQL over HTTP, section 5); members that it does not name are ignored.

    `purpose` and `fault` are what headers say; `extensions` may say either in its place. `extensions: {cost: true}`
    asks for the cost too.
    """
    if not isinstance(value, dict):
        if isinstance(value, list):
            raise MalformedRequest(
                "不支持批量请求，请逐个发送JSON对象。 Batches are not supported: send one JSON object for each request."
            )
        raise MalformedRequest(
            "请求须为含字符串成员 query 的JSON对象。 The request must be a JSON object with a string member `query`."
        )
    query, variables = value.get("query"), value.get("variables")
    operation_name, extensions = value.get("operationName"), value.get("extensions")
    if variables is not None and not isinstance(variables, dict):
        raise MalformedRequest("variables 须为对象或 null。 `variables` must be an object or null.")
    if operation_name is not None and not isinstance(operation_name, str):
        raise MalformedRequest("operationName 须为字符串或 null。 `operationName` must be a string or null.")
    if extensions is not None and not isinstance(extensions, dict):
        raise MalformedRequest("extensions 须为对象或 null。 `extensions` must be an object or null.")
    if extensions and (said := extensions.get("purpose")) is not None:
        if not isinstance(said, str):
            raise MalformedRequest("extensions.purpose 须为字符串。 `extensions.purpose` must be a string.")
        purpose = said
    if extensions and (said := extensions.get("fault")) is not None:
        if not isinstance(said, str):
            raise MalformedRequest("extensions.fault 须为字符串。 `extensions.fault` must be a string.")
        fault = said
    if extensions and extensions.get("cost") is True:
        wants_cost = True
    document_id = persisted_hash = None
    if query is None and (named := _named(value, extensions)) is not None:
        query, (document_id, persisted_hash) = "", named
    elif not isinstance(query, str) or value.get("documentId") is not None:
        raise MalformedRequest(
            "须有字符串 query（GraphQL文档）或字符串 documentId（已登记文档），二者取一。"
            " There must be a string `query`, the text of a GraphQL document, or a string `documentId` of a registered"
            " one, and not both."
        )
    return GraphQLRequest(
        query,
        variables or {},
        operation_name or None,
        last_event_id,
        transport,
        purpose,
        wants_cost,
        peer,
        document_id,
        persisted_hash,
        fault,
    )


def _named(value: dict[str, Any], extensions: dict[str, Any] | None) -> tuple[str | None, str | None] | None:
    """The registered document that a request names without its text: by id, or by hash as Apollo's clients do."""
    document_id = value.get("documentId")
    if isinstance(document_id, str):
        return document_id, None
    if document_id is None and extensions and "persistedQuery" in extensions:
        persisted = extensions["persistedQuery"]
        sent = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
        return None, sent if isinstance(sent, str) else ""
    return None


def members_of_query_string(query_string: bytes, limits: TransportLimits) -> Mapping[str, object]:
    """The members of the request in a GET's query string, `variables` and `extensions` as JSON values."""
    try:
        pairs = parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS)
    except ValueError:
        raise MalformedRequest(
            f"查询字符串须为UTF-8且最多{_PARAMETERS}个参数。"
            f" The query string must be UTF-8 and have at most {_PARAMETERS} parameters."
        ) from None
    # A parameter that is there and empty counts as absent, as HTML forms and URL builders leave it.
    members: dict[str, object] = {name: value for name, value in pairs if value}
    for name in ("variables", "extensions"):
        text = members.get(name)
        if isinstance(text, str):
            members[name] = json_value(text, limits, name, f"`{name}`")
    return members
