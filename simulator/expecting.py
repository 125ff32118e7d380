"""Operations that follow one another: what each is given of the answers before, and whether its own is as expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

NEW_KEY: Final = "newKey"
"""`{{newKey}}` in variables stands for a key of idempotency that nobody has used."""

_PLACEHOLDER: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_REMEMBERED: Final = re.compile(r"^\s*#\s*@remember\s+(\w+)\s*=\s*([\w.]+)\s*$", re.MULTILINE)


class NotRemembered(Exception):
    """Variables name what no answer gave."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{{{{{name}}}}} stands for nothing yet: no answer before gave it")


def filled(variables: Any, known: Mapping[str, Any], new_key: Callable[[], str]) -> Any:
    """Variables in which each `{{name}}` is what is known by that name. Raises NotRemembered."""
    if isinstance(variables, str):
        found = _PLACEHOLDER.fullmatch(variables)
        if found is None:
            return variables
        if found[1] == NEW_KEY:
            return new_key()
        if found[1] not in known:
            raise NotRemembered(found[1])
        return known[found[1]]
    if isinstance(variables, Mapping):
        return {name: filled(value, known, new_key) for name, value in variables.items()}
    if isinstance(variables, list):
        return [filled(value, known, new_key) for value in variables]
    return variables


def remembered(document: str, data: Any) -> dict[str, Any]:
    """What the comments of a document, `# @remember name = path`, keep of an answer, as far as it is there."""
    kept = {}
    for name, path in _REMEMBERED.findall(document):
        value = at(data, path)
        if value is not None:
            kept[name] = value
    return kept


def at(data: Any, path: str) -> Any:
    """What stands at a path such as `personas.edges.0.node`; None where nothing does."""
    for step in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isdecimal() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def difference(expected: Any, answer: Any, where: str = "data", *, part: bool = False) -> str | None:
    """Where an answer is not what is expected, in words; None where it is. `…` in an expected text is anything.

    Of a `part` of an answer it does not matter what else an object has.
    """
    if isinstance(expected, Mapping) and isinstance(answer, Mapping):
        if not (expected.keys() <= answer.keys() if part else expected.keys() == answer.keys()):
            return f"{where} has {', '.join(answer)}, expected {', '.join(expected)}"
        inner = [(f"{where}.{name}", wanted, answer[name]) for name, wanted in expected.items()]
    elif isinstance(expected, list) and isinstance(answer, list) and len(expected) == len(answer):
        inner = [(f"{where}.{place}", wanted, answer[place]) for place, wanted in enumerate(expected)]
    else:
        fits = _fits(expected, answer)
        return None if fits else f"{where} is {_shown(answer)}, expected {_shown(expected)}"
    parts = (difference(wanted, given, place, part=part) for place, wanted, given in inner)
    return next((one for one in parts if one is not None), None)


def _fits(expected: Any, answer: Any) -> bool:
    if isinstance(expected, str) and "…" in expected and isinstance(answer, str):
        before, _, after = expected.partition("…")
        return answer.startswith(before) and answer.endswith(after) and len(answer) >= len(before) + len(after)
    return type(expected) is type(answer) and bool(expected == answer)


def _shown(value: Any) -> str:
    return orjson.dumps(value).decode()
