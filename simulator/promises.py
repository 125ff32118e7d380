"""What a persona is promised (预设角色的承诺): operations and the very answers, from `data/promises.yaml`.

They are written into a world beside the personas, with the names and numbers that the world has given. Every promise of
every persona is kept by a test, through the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import orjson
import yaml

from simulator.rates import DATA

PER_PERSONA: Final = 12
"""So many promises a persona has at most."""

Knows = Mapping[str, str]
"""What a persona knows by name, such as `relative.idNumber`; `$relative.idNumber` in variables stands for it."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What to try, as whom it was written for, and the `data` of the answer.

    `…` in a text of the answer stands for anything. `refusal` is the code of a refusal, None where there is none.
    """

    text_zh: str
    text_en: str
    document: str
    variables: str
    outcome: str
    refusal: str | None
    expected: str


@dataclass(frozen=True, slots=True)
class _Told:
    """A promise as the file tells it, of whoever is in that situation."""

    text_zh: str
    text_en: str
    document: str
    variables: Mapping[str, Any]
    expected: Mapping[str, Any]


@cache
def _file() -> Mapping[str, Any]:
    with (DATA / "promises.yaml").open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    return MappingProxyType(found)


@cache
def promises_told() -> Mapping[str, tuple[_Told, ...]]:
    """Every promise of the file, by the name of the persona."""
    return MappingProxyType(
        {name: tuple(_told(operation(one["do"]), one) for one in told) for name, told in _file()["promises"].items()}
    )


def operation(name: str) -> Mapping[str, Any]:
    """An operation of the file: its document, its one field, and the variables and answer that it has by itself."""
    found: dict[str, Any] = _file()["operations"][name]
    return found


def completed(told: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The document of an operation, and its variables with those given; a mutation's are members of its `input`."""
    variables = dict(told["variables"])
    return told["document"], variables | (
        {"input": variables["input"] | given} if "input" in variables and given else dict(given)
    )


def _told(operation: Mapping[str, Any], one: Mapping[str, Any]) -> _Told:
    document, variables = completed(operation, one.get("with", {}))
    return _Told(
        one.get("zh", operation.get("zh")),
        one.get("en", operation.get("en")),
        document,
        variables,
        {operation["field"]: one.get("answer", operation.get("answer"))},
    )


def known_in(variables: Any, knows: Knows) -> Any:
    """Variables in which each `$name` is what is known by that name. KeyError for one that is not."""
    if isinstance(variables, str) and variables.startswith("$"):
        return knows[variables[1:]]
    if isinstance(variables, Mapping):
        return {name: known_in(member, knows) for name, member in variables.items()}
    if isinstance(variables, list):
        return [known_in(member, knows) for member in variables]
    return variables


def promises_to(name: str, knows: Knows) -> list[Promise]:
    """What the persona of that name, who knows that, is promised. KeyError where a promise needs more."""
    return [_made(told, knows) for told in promises_told().get(name, ())]


def _made(told: _Told, knows: Knows) -> Promise:
    [answer] = told.expected.values()
    return Promise(
        told.text_zh,
        told.text_en,
        told.document,
        _json(known_in(told.variables, knows)),
        answer["__typename"],
        answer.get("code"),
        _json(known_in(told.expected, knows)),
    )


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
