"""What is measured (测量的操作): operations, as documents, who asks them, and how many at once.

Reads of a person are asked by that person, a page and a queue by a clerk of the county, a payment by the payer, a
filing is submitted by its applicant, a claim settled by the hospital: each with a token of their own, so that row rules
and masking are part of what is measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import orjson

AT_ONCE: Final = 8
"""Requests on the way together, where a case says nothing else."""


class Contender(Enum):
    """Who answers."""

    PLAN = "plan"
    FLOOR = "floor"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class _Operation:
    title: str
    root: str
    document: str
    at_once: int = AT_ONCE
    contenders: tuple[Contender, ...] = tuple(Contender)


_PAY: Final = """mutation Pay($contribution: ID!, $key: String!) {
  payResidentContribution(input: { contributionId: $contribution, idempotencyKey: $key }) {
    __typename
    ... on ResidentContributionPaid {
      contribution { id status amount paidOn }
      entry { amount balance }
      account { balance }
    }
  }
}"""


_COLLECT: Final = """mutation Collect($unit: ID!, $key: String!, $lines: [CollectionLineInput!]!) {
  collectResidentContributions(
    input: { unitId: $unit, coverageYear: 2025, channel: BANK_BATCH, idempotencyKey: $key, lines: $lines }
  ) {
    __typename
    ... on CollectionStarted {
      order { id amount status }
      lines { ... on LineAccepted { contribution { id amount status } } }
    }
  }
}"""


_SETTLE: Final = """mutation Settle($order: ID!, $key: String!) {
  checkPayment(input: { orderId: $order, idempotencyKey: $key }) {
    __typename
    ... on PaymentChecked { order { id amount status } }
  }
}"""


_CATALOGUE: Final = """query Catalogue($place: RegionCode!) {
  serviceMatters(first: 34, where: { place: $place }) {
    edges {
      node {
        code number name serviceObject applicants channelLines timeLimitLine handledAt anomalies
        channels { channel online text }
        materials { name need condition applicants oneOf form sealed }
        situations { name materials { name } }
        timeLimits { kind workingDays applicants phase }
        steps { step text }
        payment { what payee account }
        remarks { kind text }
        duties { workingDays who duty }
        hours { text }
        offices { region name phones { number } }
      }
    }
  }
}"""


_QUEUE: Final = """query Queue {
  filingQueue(first: 50, orderBy: [FILED_AT_ASC]) {
    edges {
      node {
        id matter status filedAt dueOn remainingWorkingDays overdue claimed nextActions
        applicant { id name }
      }
    }
  }
}"""


_SUBMIT: Final = """mutation Submit($filing: ID!, $key: String!) {
  submitFiling(input: { filingId: $filing, idempotencyKey: $key }) {
    __typename
    ... on FilingMoved { filing { id status filedAt } }
  }
}"""


_PREVIEW: Final = """query Preview($person: ID!, $care: CareInput!) {
  claimPreview(personId: $person, care: $care) {
    __typename
    ... on ClaimPreview {
      scheme region cost eligible firstShare excluded pooled criticalIllness assistance account cash
      caps { kind limit paid left }
      steps { position parent rule amountIn amountOut sentence facts { name } }
    }
  }
}"""


_BENEFIT_YEAR: Final = """query Year($person: ID!, $year: Int!) {
  benefitYear(personId: $person, year: $year) {
    __typename
    ... on BenefitYear {
      stays cost criticalIllnessBase criticalIllness assistance account cash
      care { care claims pooled }
      caps { kind limit paid left }
    }
  }
}"""


_SETTLE_CLAIM: Final = """mutation SettleClaim($input: SettleClaimInput!) {
  settleClaim(input: $input) {
    __typename
    ... on ClaimSettled { readjudicated claim { id status cost pooled cash } }
  }
}"""


def _payment(title: str, at_once: int = AT_ONCE) -> _Operation:
    return _Operation(title, "payResidentContribution", _PAY, at_once)


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
    CATALOGUE = _Operation(
        "the 34 service matters of a county, whole",
        "serviceMatters",
        _CATALOGUE,
        contenders=(Contender.PLAN, Contender.FLOOR),
    )
    FILING_QUEUE = _Operation(
        "the first 50 open filings of a county, of two for each person",
        "filingQueue",
        _QUEUE,
        contenders=(Contender.PLAN, Contender.FLOOR),
    )
    SUBMITTING_FILING = _Operation(
        "one filing submitted, which was drafted before",
        "submitFiling",
        _SUBMIT,
        contenders=(Contender.PLAN, Contender.FLOOR),
    )
    PREVIEWING_STAY = _Operation(
        "a stay of 30 lines previewed, with every step",
        "claimPreview",
        _PREVIEW,
        contenders=(Contender.PLAN, Contender.FLOOR),
    )
    YEAR_OF_200_CLAIMS = _Operation(
        "a year of 200 claims added up, and what is left of its limits",
        "benefitYear",
        _BENEFIT_YEAR,
        contenders=(Contender.PLAN, Contender.FLOOR),
    )
    SETTLING_CLAIM = _Operation(
        "one claim of ten lines settled",
        "settleClaim",
        _SETTLE_CLAIM,
        contenders=(Contender.PLAN, Contender.FLOOR),
    )
    PAYMENT = _payment("one contribution paid from the personal account")
    PAYMENT_ALONE = _payment("the same, one payment at a time", 1)
    PAYMENT_OF_64 = _payment("the same, 64 payments at once", 64)
    COLLECTING_UNIT_OF_500 = _Operation(
        "500 people of a village paid for in one call, each of them",
        "collectResidentContributions",
        _COLLECT,
        1,
        (Contender.PLAN, Contender.FLOOR),
    )
    SETTLING_500 = _Operation(
        "an order for 500 people confirmed by its channel, each of them",
        "checkPayment",
        _SETTLE,
        1,
        (Contender.PLAN, Contender.FLOOR),
    )

    @property
    def key(self) -> str:
        """The name that rows carry."""
        return self.name.lower()

    @property
    def reads(self) -> bool:
        return self.value.document not in (_PAY, _COLLECT, _SETTLE, _SUBMIT, _SETTLE_CLAIM)

    @property
    def is_by_clerk(self) -> bool:
        """Whether whoever asks is a clerk of a county, about all of it."""
        return self.value.root in ("persons", "filingQueue")

    @property
    def is_one_statement(self) -> bool:
        """Whether the database's answer to one statement is what is sent.

        The catalogue is in the book of policy, and what care costs is decided.
        """
        return self.reads and self.value.document not in (_CATALOGUE, _PREVIEW, _BENEFIT_YEAR)

    @property
    def is_of_a_list(self) -> bool:
        """Whether each of its requests is about a list of people of its own."""
        return self.value.document in (_COLLECT, _SETTLE)

    @property
    def submits(self) -> bool:
        """Whether each of its requests submits one filing that was drafted beforehand."""
        return self.value.document is _SUBMIT

    @property
    def settles(self) -> bool:
        """Whether each of its requests settles one claim."""
        return self.value.document is _SETTLE_CLAIM

    @property
    def pays(self) -> bool:
        """Whether each of its requests pays one contribution that was submitted beforehand."""
        return self.value.document is _PAY


GRAPHQL_PATH: Final = "/graphql"


@dataclass(frozen=True, slots=True)
class Question:
    """One request: who asks, by token, and the document's variables. `people` is how many it is about."""

    case: Case
    token: str
    variables: Mapping[str, Any]
    people: int = 1

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
