"""docs/webhooks.md shows what works: its registration is taken, and its receiver's code tells what is ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.delivering import ATTEMPTS, BREAKER_AFTER, MOST_UNFINISHED
from domain.decisions.webhook_signing import OLD_SECRET_SIGNS_SECONDS, secret_of, signed_headers
from domain.decisions.webhooks import DEFAULT_SELECTION
from domain.vocabulary import Id
from resolvers.webhooks.payloads import document_of
from tests.resolvers.opened import CONTRACT

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def receivers_code() -> Callable[..., bool]:
    found: dict[str, Any] = {}
    [code] = blocks("python")
    exec(compile(code, "docs/webhooks.md", "exec"), found)
    is_ours: Callable[..., bool] = found["is_ours"]
    return is_ours


IS_OURS = receivers_code()


@given(st.integers(1, 2**62), st.integers(1, 9), st.binary(max_size=200), st.integers(0, 2**33))
def test_the_receivers_code_takes_what_is_ours_and_nothing_else(
    webhook: int, generation: int, body: bytes, now: int
) -> None:
    secret, later = (secret_of("the-world's-key", Id(webhook), generation + number) for number in (0, 1))
    headers = dict(signed_headers([later, secret], "evt_1", now, body))
    for known in (secret, later):
        assert IS_OURS(known, headers, body, now + 299)
        assert not IS_OURS(known, headers, body, now + 301)
        assert not IS_OURS(known, headers, body + b" ", now)
        assert not IS_OURS(known, {**headers, "webhook-id": "evt_2"}, body, now)
    assert not IS_OURS(secret_of("another-key", Id(webhook), generation), headers, body, now)


def test_the_specifications_own_example_is_signed_as_it_says() -> None:
    secret, message = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    headers = signed_headers([secret], message, 1_614_265_330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_the_page_asks_can_be_asked() -> None:
    for document in blocks("graphql"):
        assert validate(CONTRACT, parse(document)) == [], document
    registering = json.loads(blocks("json")[0])["input"]
    for selection in (registering["selection"], DEFAULT_SELECTION):
        subscription = document_of(selection)
        assert isinstance(subscription, str)
        assert validate(CONTRACT, parse(subscription)) == []
    assert DEFAULT_SELECTION in PAGE


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    assert f"after {ATTEMPTS} attempts" in PAGE
    assert f"among the {MOST_UNFINISHED} events" in PAGE
    assert f"for {OLD_SECRET_SIGNS_SECONDS // 3600} hours of the machine's time" in PAGE
    assert BREAKER_AFTER == 10
    assert "fails ten times in a row" in PAGE
