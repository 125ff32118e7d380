"""Answers are read to their end, and what is said of them names nobody."""

import json

import pytest

from loadtests.answers import NotAnswered, Refused, Wrong, at, data_of, fen, nodes, outcome

NUMBER = "240102195603150020"


def test_data_without_errors_is_the_answer() -> None:
    assert data_of(200, b'{"data": {"world": null}}') == {"world": None}


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, {"data": {"a": 1}, "errors": [{"message": NUMBER, "extensions": {"code": "INTERNAL"}}]}, "INTERNAL"),
        (400, {"errors": [{"message": NUMBER, "extensions": {"code": "BAD_USER_INPUT"}}]}, "HTTP 400"),
        (200, {"errors": [{"message": NUMBER}]}, "without a code"),
        (200, {"errors": [{"message": "m", "extensions": {"code": f"code of {NUMBER}"}}]}, "without a code"),
        (200, {"errors": NUMBER}, "without a code"),
        (200, {"data": None}, "no data"),
        (200, {}, "no data"),
        (503, {"data": {}}, "HTTP 503"),
        (200, [], "no GraphQL answer"),
    ],
)
def test_anything_in_errors_is_a_failure_whatever_the_status(status: int, body: object, reason: str) -> None:
    with pytest.raises(NotAnswered) as failure:
        data_of(status, json.dumps(body).encode())
    assert reason in str(failure.value)
    assert NUMBER not in str(failure.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_no_answer(body: bytes) -> None:
    with pytest.raises(NotAnswered, match="HTTP 502, no JSON"):
        data_of(502, body)


def test_the_outcome_asked_for_is_returned() -> None:
    paid = {"__typename": "ResidentContributionPaid", "account": {"balance": "1.00"}}
    assert outcome({"pay": paid}, "pay", "ResidentContributionPaid") is paid


def test_a_refusal_with_status_200_is_a_refusal() -> None:
    with pytest.raises(Refused, match=r"^BalanceTooLow$"):
        outcome({"pay": {"__typename": "BalanceTooLow"}}, "pay", "ResidentContributionPaid")


def test_a_result_that_names_no_type_is_wrong() -> None:
    with pytest.raises(Wrong, match="pay names no type"):
        outcome({"pay": {}}, "pay", "ResidentContributionPaid")


def test_a_null_on_the_way_is_wrong() -> None:
    with pytest.raises(Wrong, match=r"viewer\.person\.id is null"):
        at({"viewer": {"person": None}}, "viewer.person.id")


def test_nodes_of_a_connection_are_listed() -> None:
    assert nodes({"events": {"edges": [{"node": {"id": "evt_1"}}]}}, "events") == [{"id": "evt_1"}]


@pytest.mark.parametrize(("printed", "in_fen"), [("400.00", 40_000), ("-0.50", -50), ("0.00", 0), ("1070.05", 107_005)])
def test_yuan_are_read_exactly(printed: str, in_fen: int) -> None:
    assert fen(printed, "amount") == in_fen


@pytest.mark.parametrize("printed", ["400", "400.0", 400.0, None, "1e2", "400.000", "٤00.00", ""])
def test_what_is_not_printed_as_yuan_is_wrong(printed: object) -> None:
    with pytest.raises(Wrong, match="amount is no amount in yuan"):
        fen(printed, "amount")
