"""What an answer says (答复的含义): GraphQL answers refusals with 200, so each is read to its end.

Reasons are made of types, codes and field names only. Messages and values stay out: they may name a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

Data = Mapping[str, Any]

_CODE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_YUAN: Final = re.compile(r"-?[0-9]{1,12}\.[0-9]{2}")


class NotAnswered(Exception):
    """No answer, an HTTP error, or something in `errors`; the argument is the reason."""


class Refused(Exception):
    """A refusal that should not have been; the argument is its type."""


class Foreseen(Exception):
    """A refusal that had to come; the argument is its type."""


class Wrong(Exception):
    """An answer that is not what must be true; the argument is what is wrong with it."""


def data_of(status: int, body: bytes) -> Data:
    """The data of an answer without errors. Raises NotAnswered."""
    try:
        answer = orjson.loads(body)
    except ValueError:
        raise NotAnswered(f"HTTP {status}, no JSON") from None
    if not isinstance(answer, dict):
        raise NotAnswered(f"HTTP {status}, no GraphQL answer")
    try:
        data = data_in(answer)
    except NotAnswered as error:
        raise NotAnswered(f"HTTP {status}, {error}") from None
    if status != 200:
        raise NotAnswered(f"HTTP {status}")
    return data


def data_in(result: Mapping[str, Any]) -> Data:
    """The data of an execution result without errors. Raises NotAnswered."""
    if result.get("errors"):
        raise NotAnswered(f"errors: {_code(result['errors'])}")
    data = result.get("data")
    if not isinstance(data, dict):
        raise NotAnswered("no data")
    return data


def _code(errors: object) -> str:
    """The code of the first error, as far as it is one."""
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        extensions = errors[0].get("extensions")
        code = extensions.get("code") if isinstance(extensions, dict) else None
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code
    return "without a code"


def outcome(data: Data, field: str, type_name: str) -> Data:
    """The outcome of that type in a field whose result is a union. Raises Refused for any other type, and Wrong."""
    result = data.get(field)
    if not isinstance(result, dict) or not isinstance(result.get("__typename"), str):
        raise Wrong(f"{field} names no type")
    if result["__typename"] != type_name:
        raise Refused(result["__typename"] if _CODE.fullmatch(result["__typename"]) else "of no name")
    return result


def at(data: Data | None, path: str) -> Any:
    """The value at a path such as `binding.member.id`, not null. Raises Wrong."""
    value: Any = data
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if value is None:
        raise Wrong(f"{path} is null")
    return value


def nodes(data: Data, path: str) -> list[Data]:
    """The nodes of the connection at a path. Raises Wrong."""
    edges = at(data, f"{path}.edges")
    if not isinstance(edges, list):
        raise Wrong(f"{path}.edges is no list")
    return [at(edge, "node") for edge in edges]


def fen(amount: object, where: str) -> int:
    """Yuan as printed ("400.00") in integer fen. Raises Wrong."""
    if not isinstance(amount, str) or not _YUAN.fullmatch(amount):
        raise Wrong(f"{where} is no amount in yuan")
    return int(amount.replace(".", ""))


def require(true: bool, what: str) -> None:
    """Raises Wrong, saying what is wrong, unless it is true."""
    if not true:
        raise Wrong(what)
