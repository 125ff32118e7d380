"""Whom an answer shows (留痕标记): a mark in each JSON object that is about a person, taken out before it is sent.

Answers are finished JSON from one statement, so the objects say themselves about whom they are: their first members
have the key `~`, which no GraphQL name can be, and the person's id. In JSON text `"~"` before a colon can be nothing
else: a quotation mark inside of a string is escaped, so `~"` ends a string, and one that a colon follows is a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MARK: Final = "~"

_TILDE: Final = b"~"
_MARK: Final = b'"~"'
_MARKED: Final = re.compile(rb'"~" ?: ?([0-9]+|null)(?:, ?)?')
_ONESELF: Final = (b'"~":null,', b'"~" : null, ')
"""Marks of objects that are about nobody but the viewer, as each engine writes them."""
_NOBODY: Final = frozenset({b"null", b"0"})


def unmarked(body: bytes, own: Iterable[int]) -> tuple[bytes, list[int]]:
    """The answer as it is sent, and the persons whom it shows beside the viewer's own, in the order of their ids."""
    # One byte is looked for many times faster than three that begin as every name does.
    if _TILDE not in body or _MARK not in body:
        return body, []
    for mark in _ONESELF:
        body = body.replace(mark, b"")
        if _MARK not in body:
            return body, []
    parts = _MARKED.split(body)
    if len(parts) == 1:
        return body, []
    found = {int(each) for each in set(parts[1::2]) - _NOBODY}
    found.difference_update(own)
    return b"".join(parts[::2]), sorted(found)
