"""Accept, Content-Type and Content-Encoding, case by case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.transport.negotiation import BROWSED, POSTED, Media, is_json, is_plain, preference

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, Media.JSON),
        ("", Media.JSON),
        (" , ", Media.JSON),
        ("*/*", Media.JSON),
        ("application/*", Media.JSON),
        ("text/*", Media.EVENT_STREAM),
        ("application/json", Media.JSON),
        ("Application/JSON", Media.JSON),
        ("application/json; charset=utf-8", Media.JSON),
        ('application/json;charset="UTF-8"', Media.JSON),
        ("application/json; charset=utf-16", None),
        ("application/json; charset=iso-8859-1, */*;q=0.1", Media.GRAPHQL_RESPONSE),
        ("application/graphql-response+json", Media.GRAPHQL_RESPONSE),
        ("application/graphql-response+json, application/json;q=0.9", Media.GRAPHQL_RESPONSE),
        ("application/graphql-response+json, application/json", Media.GRAPHQL_RESPONSE),
        ("application/json, application/graphql-response+json", Media.JSON),
        ("application/graphql-response+json;q=0.1, application/json", Media.JSON),
        ("application/json;q=0, */*", Media.GRAPHQL_RESPONSE),
        ("*/*;q=0.5, application/graphql-response+json;q=0.2", Media.JSON),
        ("*/*, application/graphql-response+json", Media.GRAPHQL_RESPONSE),
        ("application/json;q=high", Media.JSON),
        ("text/event-stream;q=1.0", Media.EVENT_STREAM),
        ("Text/Event-Stream", Media.EVENT_STREAM),
        ("text/event-stream, application/json;q=0.5", Media.EVENT_STREAM),
        ("application/json, text/event-stream;q=0.1", Media.JSON),
        (URQL, Media.GRAPHQL_RESPONSE),
        ("image/png", None),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("application", None),
        (";;;=,", None),
    ],
)
def test_the_form_that_the_client_prefers_is_given(accept: str | None, media: Media | None) -> None:
    assert preference(None if accept is None else accept.encode(), POSTED).media is media


def test_a_browser_that_navigates_is_given_the_page() -> None:
    assert preference(CHROME.encode(), BROWSED).media is Media.HTML
    assert preference(CHROME.encode(), POSTED).media is Media.JSON


@pytest.mark.parametrize("accept", [b"*/*", b"application/json", b"application/json, text/html"])
def test_a_program_that_gets_is_given_json_and_not_the_page(accept: bytes) -> None:
    assert preference(accept, BROWSED).media is Media.JSON


@pytest.mark.parametrize(
    ("accept", "json", "takes_stream"),
    [
        (None, Media.JSON, False),
        (URQL, Media.GRAPHQL_RESPONSE, True),
        ("text/event-stream", Media.JSON, True),
        ("application/json", Media.JSON, False),
        ("application/json, text/event-stream;q=0", Media.JSON, False),
        ("text/event-stream, application/graphql-response+json;q=0.2", Media.GRAPHQL_RESPONSE, True),
    ],
)
def test_a_preference_also_says_what_becomes_of_a_subscription_and_of_a_refusal(
    accept: str | None, json: Media, takes_stream: bool
) -> None:
    preferred = preference(None if accept is None else accept.encode(), POSTED)
    assert (preferred.json, preferred.takes_stream) == (json, takes_stream)


@given(st.binary(max_size=2000))
def test_any_header_at_all_is_read(header: bytes) -> None:
    preference(header, BROWSED)
    is_json(header)
    is_plain(header)


@pytest.mark.parametrize(
    ("content_type", "accepted"),
    [
        (b"application/json", True),
        (b"Application/JSON", True),
        (b"application/json; charset=utf-8", True),
        (b'application/json;charset="UTF-8"', True),
        (b"application/json; profile=x", True),
        (b"application/json; charset=utf-16", False),
        (b"application/json; charset=gbk", False),
        (b"application/graphql", False),
        (b"text/plain", False),
        (b"application/x-www-form-urlencoded", False),
        (b"multipart/form-data; boundary=application/json", False),
        (b"application/jsonp", False),
        (b"", False),
        (None, False),
    ],
)
def test_only_json_in_utf8_is_read(content_type: bytes | None, accepted: bool) -> None:
    assert is_json(content_type) is accepted


@pytest.mark.parametrize(
    ("content_encoding", "accepted"),
    [(None, True), (b"", True), (b"identity", True), (b"Identity", True), (b"gzip", False), (b"gzip, identity", False)],
)
def test_only_a_body_as_it_is_is_read(content_encoding: bytes | None, accepted: bool) -> None:
    assert is_plain(content_encoding) is accepted
