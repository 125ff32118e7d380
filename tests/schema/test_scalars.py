"""How values cross the API: the same by variable and by literal, strict, and without repeating what was sent."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError, ValueNode, parse_value
from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import Fen, Instant, RegionCode
from schema.scalars import LONGEST_CURSOR, LONGEST_ID_NUMBER, SCALARS

BY_NAME = {definition.name: definition for definition in SCALARS.values()}
NINE_IN_SHANGHAI = 1740704400

ACCEPTED: list[tuple[str, str, Any]] = [
    ("Yuan", '"400.00"', 40000),
    ("Yuan", '"400"', 40000),
    ("Yuan", '"149.2"', 14920),
    ("Yuan", '"0.05"', 5),
    ("Yuan", '"-12.50"', -1250),
    ("Yuan", '"999999999999999.99"', 99999999999999999),
    ("Ratio", '"0.85"', Decimal("0.85")),
    ("Ratio", '"1"', Decimal(1)),
    ("Date", '"2025-02-28"', date(2025, 2, 28)),
    ("Date", '"2024-02-29"', date(2024, 2, 29)),
    ("DateTime", '"2025-02-28T09:00:00+08:00"', NINE_IN_SHANGHAI),
    ("DateTime", '"2025-02-28T01:00:00Z"', NINE_IN_SHANGHAI),
    ("DateTime", '"2025-02-28T01:00:00.999Z"', NINE_IN_SHANGHAI),
    ("DateTime", '"2025-02-27T20:00:00-05:00"', NINE_IN_SHANGHAI),
    ("RegionCode", '"510903"', "510903"),
    ("RegionCode", '"000000"', "000000"),
    ("IdNumber", '" 24010219560315002x "', "24010219560315002X"),
    ("IdNumber", f'"{"9" * LONGEST_ID_NUMBER}"', "9" * LONGEST_ID_NUMBER),
    ("Cursor", '""', ""),
    ("Cursor", f'"{"c" * LONGEST_CURSOR}"', "c" * LONGEST_CURSOR),
    ("Int64", "9223372036854775807", 2**63 - 1),
    ("Int64", "-9223372036854775808", -(2**63)),
]

REFUSED: list[tuple[str, str]] = [
    ("Yuan", "400"),
    ("Yuan", "400.00"),
    ("Yuan", '"400.001"'),
    ("Yuan", '"1e3"'),
    ("Yuan", '"+5"'),
    ("Yuan", '"007"'),
    ("Yuan", '" 5"'),
    ("Yuan", '"5\\n"'),
    ("Yuan", '".5"'),
    ("Yuan", '"NaN"'),
    ("Yuan", '"４００"'),
    ("Yuan", '"1000000000000000"'),
    ("Yuan", "true"),
    ("Ratio", "0.85"),
    ("Ratio", '"85%"'),
    ("Ratio", '"Infinity"'),
    ("Date", '"2025-02-29"'),
    ("Date", '"20250228"'),
    ("Date", '"2025-2-28"'),
    ("Date", '"0000-01-01"'),
    ("Date", '"2025-02-28T00:00:00+08:00"'),
    ("Date", "20250228"),
    ("DateTime", '"2025-02-28T09:00:00"'),
    ("DateTime", '"2025-02-28"'),
    ("DateTime", '"2025-02-28 09:00:00+08:00"'),
    ("DateTime", '"2025-02-28T24:00:00+08:00"'),
    ("DateTime", '"2025-02-28T09:00:00+25:00"'),
    ("DateTime", '"0001-01-01T00:00:00+08:00"'),
    ("DateTime", '"9999-12-31T23:59:59Z"'),
    ("DateTime", "1740704400"),
    ("RegionCode", "510903"),
    ("RegionCode", '"51090"'),
    ("RegionCode", '"5109033"'),
    ("RegionCode", '"51090a"'),
    ("RegionCode", '"５１０９０３"'),
    ("IdNumber", '""'),
    ("IdNumber", '"   "'),
    ("IdNumber", f'"{"9" * (LONGEST_ID_NUMBER + 1)}"'),
    ("IdNumber", "240102195603150024"),
    ("Cursor", f'"{"c" * (LONGEST_CURSOR + 1)}"'),
    ("Cursor", "1"),
    ("Int64", "9223372036854775808"),
    ("Int64", "1.0"),
    ("Int64", '"1"'),
    ("Int64", "true"),
]

OTHER_LITERALS = {
    "list": "[]",
    "object": "{}",
    "object with a field": "{a: 1}",
    "enum value": "NAME",
    "null": "null",
    "variable": "$variable",
    "float": "1.5",
    "integer of 5000 digits": "9" * 5000,
    "negative integer of 5000 digits": "-" + "9" * 5000,
}

OTHER_VALUES: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "float": 1.5,
    "list": [],
    "object": {},
    "long text": "9" * 100_000,
    "integer of 5000 digits": 10**5000,
    "not a number": float("nan"),
    "halves of characters": "\ud800" * 600,
}


def value_of(literal: str) -> Any:
    """What JSON would carry for a literal."""
    if literal in ("true", "false"):
        return literal == "true"
    if literal.startswith('"'):
        node = parse_value(literal)
        assert hasattr(node, "value")
        return node.value
    return float(literal) if "." in literal else int(literal)


def by_variable(name: str, value: Any) -> Any:
    parse = BY_NAME[name].parse_value
    assert parse is not None
    return parse(value)


def by_literal(name: str, node: ValueNode) -> Any:
    parse = BY_NAME[name].parse_literal
    assert parse is not None
    return parse(node, None)


@pytest.mark.parametrize(("name", "literal", "expected"), ACCEPTED)
def test_a_value_is_read_the_same_from_a_variable_and_from_a_literal(name: str, literal: str, expected: Any) -> None:
    assert by_variable(name, value_of(literal)) == expected
    assert by_literal(name, parse_value(literal)) == expected


@pytest.mark.parametrize(("name", "literal"), REFUSED)
def test_what_is_refused_is_refused_in_both_languages_and_never_repeated(name: str, literal: str) -> None:
    with pytest.raises(GraphQLError) as by_value:
        by_variable(name, value_of(literal))
    with pytest.raises(GraphQLError) as by_node:
        by_literal(name, parse_value(literal))
    with pytest.raises(GraphQLError) as by_nothing:
        by_variable(name, None)
    # One text for whatever was sent: nothing of it can be repeated.
    assert by_value.value.message == by_node.value.message == by_nothing.value.message
    assert "无法读取" in by_value.value.message
    assert "Unreadable" in by_value.value.message


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("literal", OTHER_LITERALS.values(), ids=OTHER_LITERALS)
def test_a_literal_of_another_kind_is_refused_without_an_error_of_pythons(name: str, literal: str) -> None:
    with pytest.raises(GraphQLError, match="Unreadable"):
        by_literal(name, parse_value(literal))


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("value", OTHER_VALUES.values(), ids=OTHER_VALUES)
def test_a_json_value_of_another_kind_is_refused(name: str, value: Any) -> None:
    with pytest.raises(GraphQLError, match="Unreadable"):
        by_variable(name, value)


@given(st.integers(min_value=-(10**17) + 1, max_value=10**17 - 1))
def test_an_amount_survives_being_printed_and_read(fen: int) -> None:
    printed = BY_NAME["Yuan"].serialize
    assert printed is not None
    assert by_variable("Yuan", printed(Fen(fen))) == fen


@given(st.integers(min_value=-62135000000, max_value=253402000000))
def test_an_instant_survives_being_printed_and_read(at: int) -> None:
    printed = BY_NAME["DateTime"].serialize
    assert printed is not None
    assert by_variable("DateTime", printed(Instant(at))) == at


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    for name in BY_NAME:
        with suppress(GraphQLError):
            by_variable(name, text)


def test_values_are_printed_as_the_conventions_say() -> None:
    printed = {
        "Yuan": Fen(-5),
        "Ratio": Decimal("0.85"),
        "Date": date(2025, 2, 28),
        "DateTime": Instant(NINE_IN_SHANGHAI),
        "RegionCode": RegionCode("510903"),
        "Int64": 7,
    }
    texts = {}
    for name, value in printed.items():
        serialize = BY_NAME[name].serialize
        assert serialize is not None
        texts[name] = serialize(value)
    assert texts == {
        "Yuan": "-0.05",
        "Ratio": "0.85",
        "Date": "2025-02-28",
        "DateTime": "2025-02-28T09:00:00+08:00",
        "RegionCode": "510903",
        "Int64": 7,
    }
