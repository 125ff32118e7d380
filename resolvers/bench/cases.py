"""What is measured (测量的操作): four operations, as documents, and who asks them.

Reads of a person are asked by that person, a page by a clerk of the county, a payment by the payer: each with a token
of their own, so that row rules and masking are part of what is measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import orjson


@dataclass(frozen=True, slots=True)
class _Operation:
    title: str
    root: str
    document: str


class Case(Enum):
    """An operation that is measured. `root` is its root field."""

    PERSON = _Operation(
        "one person, 3 scalar fields",
        "person",
        "query Person($id: ID!) { person(id: $id) { name sex birthDate } }",
    )
    NESTED = _Operation(
        "one person with enrolments and units, bindings and members, last 5 contributions",
        "person",
        """query PersonWithFamily($id: ID!) {
  person(id: $id) {
    id name birthDate
    enrolments(first: 10) { edges { node { scheme status startedOn unit { id name } } } }
    familyBindings(first: 10) { edges { node { relation status member { id name } } } }
    residentContributions(first: 5, orderBy: [COVERAGE_YEAR_DESC]) {
      edges { node { id coverageYear status amount paidOn } }
    }
  }
}""",
    )
    PAGE = _Operation(
        "50 persons of a county with unit and latest contribution",
        "persons",
        """query PersonsOfCounty($region: RegionCode!) {
  persons(where: { region: { eq: $region } }, first: 50) {
    edges {
      node {
        id name birthDate
        enrolments(first: 1) { edges { node { scheme unit { id name } } } }
        residentContributions(first: 1, orderBy: [COVERAGE_YEAR_DESC]) {
          edges { node { coverageYear status amount } }
        }
      }
    }
  }
}""",
    )
    PAYMENT = _Operation(
        "one contribution paid from the personal account",
        "payResidentContribution",
        """mutation Pay($contribution: ID!, $key: String!) {
  payResidentContribution(input: { contributionId: $contribution, idempotencyKey: $key }) {
    __typename
    ... on ResidentContributionPaid {
      contribution { id status amount paidOn }
      entry { amount balance }
      account { balance }
    }
  }
}""",
    )

    @property
    def key(self) -> str:
        """The name that rows carry."""
        return self.name.lower()

    @property
    def reads(self) -> bool:
        return self is not Case.PAYMENT


class Contender(Enum):
    """Who answers."""

    PLAN = "plan"
    FLOOR = "floor"
    STOCK = "stock"


GRAPHQL_PATH: Final = "/graphql"


@dataclass(frozen=True, slots=True)
class Question:
    """One request: who asks, by token, and the document's variables."""

    case: Case
    token: str
    variables: Mapping[str, Any]

    def request(self, contender: Contender) -> bytes:
        """The request as bytes of HTTP/1.1. A hand-written endpoint is sent the values alone."""
        if contender is Contender.FLOOR:
            path, body = f"/{self.case.key}", orjson.dumps(self.variables)
        else:
            path = GRAPHQL_PATH
            body = orjson.dumps({"query": self.case.value.document, "variables": self.variables})
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body
