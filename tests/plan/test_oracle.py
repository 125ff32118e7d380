"""Whatever is asked, the plan and the oracle answer alike: data, order of keys and errors."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLError, parse, validate
from hypothesis import HealthCheck, Phase, currently_in_test_context, given, settings
from hypothesis import event as hypothesis_event
from hypothesis import strategies as st
from hypothesis_graphql import nodes
from hypothesis_graphql import queries as queries_of_schema

from domain.vocabulary import Prefix, Viewer
from schema.contract import PRINTED_AT
from tests.plan.asking import AskedWorld
from tests.plan.documents import AMOUNTS, DAYS, MOMENTS, Pools, queries
from tests.plan.oracle import SCHEMA, Oracle

MATTERS_ON = date(2025, 1, 1)
EXAMPLES = int(os.environ.get("CANBAO_ORACLE_EXAMPLES", "0"))
"""How many documents of each generator; CI's few hundred where it is not given."""

VIEWERS = (
    "anonymous",
    "employee",
    "employee-2",
    "employee-4",
    "sibling-paid",
    "already-bound",
    "chuzhou-resident",
    "clerk-xixiu",
    "clerk-anshun",
    "clerk-synthetic",
    "operator",
)

TABLES = {
    Prefix.PERSON: "persons",
    Prefix.UNIT: "units",
    Prefix.ENROLMENT: "enrolments",
    Prefix.FAMILY_BINDING: "family_bindings",
    Prefix.PERSONAL_ACCOUNT: "personal_accounts",
    Prefix.ACCOUNT_ENTRY: "account_entries",
    Prefix.RESIDENT_CONTRIBUTION: "resident_contributions",
    Prefix.RECEIPT: "receipts",
    Prefix.AGENCY: "agencies",
    Prefix.EVENT: "events",
    Prefix.PERSONA: "personas",
}


def event(what: str) -> None:
    """Counted in hypothesis' statistics, where it runs the test."""
    if currently_in_test_context():
        hypothesis_event(what)


def profile(share: float) -> settings:
    """So many examples of a test: deterministic in CI, fresh ones when asked for more."""
    return settings(
        max_examples=EXAMPLES or int(150 * share),
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        # Shrinking a large document takes minutes; a long run only has to say which one.
        phases=[Phase.explicit, Phase.generate] if EXAMPLES else tuple(Phase),
    )


def pools_of(asked: AskedWorld) -> Pools:
    """Some of everything in the world, the personas' own first, the same on every engine."""
    ids = {}
    for prefix, table in TABLES.items():
        rows = sorted(row[0] for row in asked.rows(f"SELECT id FROM {table}"))
        some = [*rows[:6], *rows[:: max(1, len(rows) // 12)], *rows[-6:]]
        ids[prefix] = [f"{prefix.value}_{number}" for number in dict.fromkeys(some)]
    people = [viewer.person_id for viewer in asked.viewers.values() if viewer.person_id]
    ids[Prefix.PERSON] = [f"per_{number}" for number in people[:12]] + ids[Prefix.PERSON]
    regions = sorted(row[0] for row in asked.rows("SELECT code FROM regions"))
    ids[Prefix.REGION] = [f"reg_{code}" for code in regions]
    facts = asked.world.policy.facts()
    ids[Prefix.POLICY_FACT] = [f"pol_{fact.key}" for fact in facts[::5]]
    matters = asked.world.policy.matters.matters(on=MATTERS_ON)
    ids[Prefix.SERVICE_MATTER] = [f"mtr_{matter.key}" for matter in matters[::5]]
    return Pools(ids, regions, sorted({fact.name for fact in facts}))


@lru_cache(maxsize=64)
def parsed(text: str) -> DocumentNode | None:
    """The document as graphql-core reads it; None where it cannot."""
    try:
        return parse(text)
    except GraphQLError:
        return None


@lru_cache(maxsize=64)
def is_valid(text: str) -> bool:
    """Whether graphql-core reads the document and finds nothing wrong with it."""
    document = parsed(text)
    return document is not None and not validate(SCHEMA, document)


def compare(asked: AskedWorld, text: str, values: Mapping[str, Any], viewer: Viewer) -> Any:
    """Ask both, and fail unless they agree; the data, None where nothing was read."""
    body = json.loads(asked.answer(text, values, viewer).body)
    codes = [error["extensions"]["code"] for error in body.get("errors", ())]
    if "\\u0000" in text or "\x00" in values.values():
        assert codes == ["BAD_USER_INPUT"]
        assert "data" not in body
        event("with U+0000")
        return None
    document = parsed(text)
    if document is None:
        assert codes == ["GRAPHQL_PARSE_FAILED"]
        event("not parsed")
        return None
    if codes == ["COST_LIMIT_EXCEEDED"] and "data" not in body:
        event("too dear")
        return None
    if not is_valid(text):
        assert codes, body
        assert set(codes) == {"GRAPHQL_VALIDATION_FAILED"}, body
        event("not valid")
        return None
    expected = Oracle(asked).answer(document, values, asked.request(viewer))
    if expected is None:
        assert codes, body
        assert set(codes) == {"BAD_USER_INPUT"}, body
        assert "data" not in body
        event("variables not acceptable")
        return None
    data, errors = expected
    assert "data" in body, body
    found = sorted((error["extensions"]["code"], tuple(error["path"][:1])) for error in body.get("errors", ()))
    assert json.dumps(body["data"], ensure_ascii=False) == json.dumps(data, ensure_ascii=False)
    assert found == errors
    event("with errors" if errors else "answered")
    return body["data"]


def harvested(data: Any) -> dict[str, list[str]]:
    """The cursors of every list in an answer, by the list's response key."""
    found: dict[str, list[str]] = {}

    def look(value: Any, key: str) -> None:
        if isinstance(value, list):
            for item in value:
                look(item, key)
        elif isinstance(value, dict):
            edges = value.get("edges")
            if isinstance(edges, list):
                found.setdefault(key, []).extend(edge["cursor"] for edge in edges if "cursor" in edge)
            for name, item in value.items():
                look(item, name)

    look(data, "")
    return found


def test_plan_and_oracle_agree_on_documents_with_everything_in_them(asked: AskedWorld) -> None:
    pools = pools_of(asked)

    @profile(1)
    @given(queries(pools), st.sampled_from(VIEWERS))
    def agree(draft: Any, name: str) -> None:
        viewer = asked.viewers[name]
        text, values = draft.rendered({})
        data = compare(asked, text, values, viewer)
        if draft.marks and data is not None:
            text, values = draft.rendered(harvested(data) or {"": []})
            compare(asked, text, values, viewer)

    agree()


def test_plan_and_oracle_agree_on_documents_that_the_schema_alone_suggests(asked: AskedWorld) -> None:
    pools = pools_of(asked)
    ids = [each for some in pools.ids.values() for each in some]
    text = {
        "RegionCode": st.sampled_from(pools.regions),
        "Date": st.sampled_from(DAYS),
        "DateTime": st.sampled_from(MOMENTS),
        "Cursor": st.just("0123456789ab31"),
        "ID": st.sampled_from(ids),
        "String": st.sampled_from(pools.facts),
        "Yuan": st.sampled_from(AMOUNTS),
    }
    scalars: dict[str, st.SearchStrategy[Any]] = {name: strategy.map(nodes.String) for name, strategy in text.items()}
    scalars["Int"] = st.one_of(st.integers(-2, 105), st.just(2**31 - 1)).map(nodes.Int)
    schema = PRINTED_AT.read_text(encoding="utf-8")

    @profile(0.3)
    @given(queries_of_schema(schema, custom_scalars=scalars), st.sampled_from(VIEWERS))
    def agree(document: str, name: str) -> None:
        compare(asked, document, {}, asked.viewers[name])

    agree()


@pytest.mark.parametrize("viewer", ["anonymous", "employee", "clerk-anshun", "operator"])
def test_plan_and_oracle_agree_on_a_node_of_every_kind(asked: AskedWorld, viewer: str) -> None:
    pools = pools_of(asked)
    for prefix, ids in pools.ids.items():
        for api_id in ids:
            document = """
                query($id: ID!) { node(id: $id) { __typename id
                  ... on Person { name idNumber phone deceased region { id name(language: EN) } }
                  ... on Region { children(first: 2) { totalCount } }
                  ... on Receipt { printableUrl contribution { amount paidOn paidAt } }
                  ... on Event { cursor occurredAt actor { name } }
                  ... on AccountEntry { amount balance businessOn } } }
            """
            data = compare(asked, document, {"id": api_id}, asked.viewers[viewer])
            assert viewer != "operator" or data["node"]["id"] == api_id, prefix
