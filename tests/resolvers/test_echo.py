"""The way to the server and back leaves every character as it is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.fields.world import LONGEST_ECHO
from tests.resolvers.opened import OpenedWorld

ECHO = "query Echo($text: String!) { echo(text: $text) }"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=LONGEST_ECHO)


@given(text=TEXT)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_text_comes_back_as_it_was_sent(shared: OpenedWorld, text: str) -> None:
    assert await shared.data(ECHO, {"text": text}) == {"echo": text}


@pytest.mark.parametrize(("length", "comes_back"), [(LONGEST_ECHO, True), (LONGEST_ECHO + 1, False)])
async def test_a_text_has_an_end(shared: OpenedWorld, length: int, comes_back: bool) -> None:
    answer = await shared.ask(ECHO, {"text": "保" * length})
    assert ("errors" not in answer) is comes_back
    if not comes_back:
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
