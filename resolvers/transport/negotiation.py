"""Which form a client wants its answer in, and whether its request has a form that is read (内容协商)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Media(Enum):
    """A form of answer, with the media type that asks for it. The order is ours where a client has none."""

    JSON = "application/json"
    GRAPHQL_RESPONSE = "application/graphql-response+json"
    EVENT_STREAM = "text/event-stream"
    HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Preference:
    """What an Accept header prefers, None when nothing offered will do, and what it takes for a subscription.

    `json` is the form for an answer that cannot be a stream, plain JSON when the client named none.
    """

    media: Media | None
    json: Media
    takes_stream: bool


POSTED = (Media.JSON, Media.GRAPHQL_RESPONSE, Media.EVENT_STREAM)
BROWSED = (*POSTED, Media.HTML)
HEADED = (Media.JSON, Media.GRAPHQL_RESPONSE)
HEADED_OR_BROWSED = (*HEADED, Media.HTML)

_WEIGHT = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_UTF8 = ("utf-8", "utf8")
# A header longer than this is read, but not remembered.
_REMEMBERED_BYTES = 512


def preference(accept: bytes | None, offered: tuple[Media, ...]) -> Preference:
    """What a client with this Accept header is given of what is offered (RFC 9110, section 12.5.1).

    The greatest weight wins; among equals a type that is named goes before one that a wildcard covers, then the
    client's order counts, then ours. A client without the header gets plain JSON.
    """
    if not accept:
        return _ABSENT
    if len(accept) <= _REMEMBERED_BYTES:
        return _remembered(accept, offered)
    return _preference(accept, offered)


def _preference(accept: bytes, offered: tuple[Media, ...]) -> Preference:
    ranges = [_range_of(part) for part in accept.decode("latin-1").lower().split(",") if part.strip()]
    if not ranges:
        return _ABSENT
    ranked = []
    for media in offered:
        main = media.value.partition("/")[0]
        patterns = ("*/*", f"{main}/*", media.value)
        # The most precise range that covers a type decides about it, even when it weighs less.
        covering = [
            (patterns.index(name), weight, -place) for place, (name, weight) in enumerate(ranges) if name in patterns
        ]
        if covering:
            precision, weight, place = max(covering)
            if weight > 0:
                ranked.append((weight, precision, place, -offered.index(media), media))
    ranked.sort(key=lambda entry: entry[:4], reverse=True)
    order = [entry[4] for entry in ranked]
    json = next((media for media in order if media in HEADED), Media.JSON)
    return Preference(order[0] if order else None, json, Media.EVENT_STREAM in order)


def _range_of(part: str) -> tuple[str, float]:
    """Media range and weight; a range in another charset than UTF-8 weighs nothing, an unreadable weight is 1."""
    name, *parameters = (piece.strip() for piece in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        key, value = key.strip(), value.strip().strip('"')
        if key == "q" and _WEIGHT.fullmatch(value):
            weight = float(value)
        elif key == "charset" and value not in _UTF8:
            return name, 0.0
    return name, weight


_ABSENT = Preference(Media.JSON, Media.JSON, False)
_remembered = lru_cache(maxsize=256)(_preference)


def is_json(content_type: bytes | None) -> bool:
    """Whether a request's Content-Type is application/json in UTF-8, which is what it is without a charset."""
    if content_type is None:
        return False
    name, *parameters = content_type.decode("latin-1").lower().split(";")
    if name.strip() != "application/json":
        return False
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "charset" and value.strip().strip('"') not in _UTF8:
            return False
    return True


def is_plain(content_encoding: bytes | None) -> bool:
    """Whether a request's body is sent as it is, without compression."""
    return content_encoding is None or content_encoding.strip().lower() in (b"", b"identity")
