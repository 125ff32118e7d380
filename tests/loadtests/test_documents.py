"""The documents that the load generator sends are valid against the contract, and each is measured."""

from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, get_operation_ast, parse, validate

from loadtests.documents import documents
from loadtests.verdict import read_thresholds

SDL = Path(__file__).resolve().parents[2] / "schema" / "schema.graphql"
NOT_JUDGED = {
    *("WorldNow", "WatchEvents", "MyPayments", "MyChannelPayments", "MyCollections", "StartPayment", "CheckPayment"),
    *("CollectResidentContributions", "UnbindFamilyMember", "EventsInOrder"),
    *("FollowEvents", "FollowEventsBriefly", "FollowEventsWithSubjects"),
}
"""Asked before the run; a subscription, judged as OpenWatch and EventDelivered; what is asked while servers die."""


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema(SDL.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", documents())
def test_the_document_is_valid_against_the_contract(name: str, contract: GraphQLSchema) -> None:
    assert validate(contract, parse(documents()[name])) == []


@pytest.mark.parametrize("name", documents())
def test_a_file_holds_the_operation_that_it_is_named_after(name: str) -> None:
    operation = get_operation_ast(parse(documents()[name]))
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name is not None
    assert operation.name.value == name


def test_every_document_has_a_threshold() -> None:
    assert set(documents()) - NOT_JUDGED <= set(read_thresholds().limits)
