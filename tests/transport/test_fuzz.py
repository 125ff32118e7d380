"""Operations that the schema alone suggests, sent to a server on a real socket: none is a fault, and nothing leaks.

`CANBAO_FUZZ_SECONDS=600` goes on for so long, on each of the two servers, with fresh operations.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries

from schema.contract import PRINTED_AT
from tests.transport.conftest import Documents, RunningServer
from tests.transport.test_abuse import Abuser

SECONDS = float(os.environ.get("CANBAO_FUZZ_SECONDS", "0"))
EXAMPLES = 20
"""Of queries and of mutations, in a run without a time."""

SCHEMA = PRINTED_AT.read_text(encoding="utf-8")
PERSONAS = (None, "employee", "clerk-anshun", "operator")
SIGN_IN = (
    'mutation S($p: String!) { signInAsPersona(input: {idempotencyKey: "fuzz-0001", persona: $p})'
    " { ... on SignedIn { token } } }"
)
FINE = {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT", "COST_LIMIT_EXCEEDED", "UNAUTHENTICATED"}
FINE |= {"FORBIDDEN"}
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "employee", "12345678", "a-key-of-the-fuzz", "王芳", "'; DROP TABLE persons; --", "%s%n", "\u202e"]
    ),
)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "ID": st.sampled_from(["per_1", "con_840000000000000001", "uni_1", "pmt_1", "x", "", "per_99999999999999999999"]),
    "RegionCode": st.sampled_from(["840102", "520402", "840000", "000000", "999999", "84"]),
    "Date": st.sampled_from(["2025-01-01", "2024-02-29", "0001-01-01", "9999-12-31", "2025-13-01", ""]),
    "DateTime": st.sampled_from(["2025-01-01T00:00:00Z", "2025-01-01T00:00:00+08:00", "0001-01-01T00:00:00Z", "x"]),
    "Cursor": st.sampled_from(["0123456789ab31", "", "f" * 512, "'"]),
    "IdNumber": st.sampled_from(["11010119560315000X", "0", "", "110101195603150000"]),
    "Yuan": st.sampled_from(["400.00", "-1.00", "0.00", "9999999999.99", "1e9", "x"]),
    "Int64": st.sampled_from(["0", "-1", "9223372036854775807", "9223372036854775808"]),
    "String": TEXTS,
}


@pytest.fixture(scope="module")
def tokens(server: RunningServer, documents: Documents, sandbox: bool) -> dict[str | None, str]:
    """Authorization headers by persona; none of them outside a sandbox."""
    found: dict[str | None, str] = {None: ""}
    if sandbox:
        client = Abuser(server, documents.secrets)
        for persona in filter(None, PERSONAS):
            told = json.loads(client.post({"query": SIGN_IN, "variables": {"p": persona}}).text)
            found[persona] = f"Bearer {told['data']['signInAsPersona']['token']}"
    return found


@pytest.mark.parametrize("made", [queries, mutations], ids=["queries", "mutations"])
def test_nothing_that_the_schema_suggests_is_a_fault(
    made: Callable[..., st.SearchStrategy[str]],
    server: RunningServer,
    documents: Documents,
    tokens: dict[str | None, str],
) -> None:
    client = Abuser(server, documents.secrets)
    scalars = {name: strategy.map(nodes.String) for name, strategy in SCALARS.items()}
    until = time.monotonic() + SECONDS / 2

    @settings(
        max_examples=200 if SECONDS else EXAMPLES,
        derandomize=not SECONDS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(made(SCHEMA, custom_scalars=scalars), st.sampled_from(sorted(tokens.values())))
    def asked(document: str, token: str) -> None:
        headers = {"authorization": token} if token else {}
        answered = client.post({"query": document}, accept="application/graphql-response+json", **headers)
        assert answered.codes <= FINE, (document, answered)

    asked()
    while time.monotonic() < until:
        asked()
