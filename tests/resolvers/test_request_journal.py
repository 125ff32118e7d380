"""The journal of requests: what it tells of each, what it never holds, and that it stays as long as it is."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.store import request_journal
from domain.store.request_journal import Entry, Known
from domain.vocabulary import Id, RequestEnding, Role
from resolvers.journal.masking import CURSOR, KEY, MASKED, Hiding, Looked, masked_unread, printed
from resolvers.journal.ring import Journal
from resolvers.plan.documents import DocumentLimits, Documents, Operation
from schema.contract import build_schema
from simulator.identity import id_check
from tests.resolvers.opened import BIND, PAY, OpenedWorld

MOST = 12
UUID = "6dd6f85f-3a4a-4bd9-9a62-9c1f0a86ec2e"


async def entries(opened: OpenedWorld) -> list[tuple[int, Entry]]:
    """What the journal holds now, the oldest first."""
    await opened.service.world.keep_journal()
    async with opened.service.world.database.read() as connection:
        return (await request_journal.latest(connection, 1_000))[::-1]


async def journalled(opened: OpenedWorld, document: str, variables: Any = None, persona: str | None = None) -> Entry:
    """What the journal says of one request."""
    await opened.viewer(persona)
    await opened.service.world.keep_journal()
    await opened.answer(document, variables, persona)
    return (await entries(opened))[-1][1]


async def test_it_tells_who_asked_what_with_which_outcome_and_what_it_took(opened: OpenedWorld) -> None:
    world = opened.service.world
    contribution = await opened.submitted("employee")
    async with world.database.read() as connection:
        world.journal = Journal(opened.service.executor.schema, MOST, await request_journal.end_of_log(connection))

    mine = await journalled(opened, "query Mine { viewer { person { name idNumber } } }", None, "employee")
    assert (mine.operation, mine.fields, mine.ending, mine.outcome) == (
        ("query", "Mine"),
        "viewer",
        RequestEnding.ANSWERED,
        "",
    )
    assert (mine.viewer.role, mine.viewer.name, mine.cost, mine.statements) == (Role.CITIZEN, "", 4, 1)
    assert mine.digest is not None
    assert mine.caused.first is None

    key = {"idempotencyKey": "chosen-by-the-client", "contributionId": contribution}
    paid = await journalled(opened, PAY, {"input": key}, "employee")
    assert paid.ending is RequestEnding.ANSWERED
    assert paid.caused.types == {"RESIDENT_CONTRIBUTION_PAID": 1}
    [(position,)] = await opened.rows("SELECT max(position) FROM events")
    assert (paid.caused.first, paid.caused.last) == (position, position)
    assert json.loads(paid.variables) == {"input": {"idempotencyKey": KEY, "contributionId": contribution}}

    again = await journalled(opened, PAY, {"input": {**key, "idempotencyKey": UUID}}, "employee")
    assert (again.ending, again.outcome) == (RequestEnding.REFUSED, "ALREADY_PAID")
    assert json.loads(again.variables)["input"]["idempotencyKey"] == UUID
    wrong = await journalled(opened, '{ nothing(a: "张三") }')
    assert (wrong.ending, wrong.outcome, wrong.operation) == (
        RequestEnding.FAILED,
        "GRAPHQL_VALIDATION_FAILED",
        ("unknown", "unknown"),
    )
    assert "张三" not in wrong.document

    bound = await journalled(opened, BIND, {"input": {"idempotencyKey": UUID, **opened.member("employee")}}, "employee")
    relative = json.loads(bound.variables)["input"]
    assert relative["idNumber"].startswith("⟨idNumber of per_")
    assert relative["name"].startswith("⟨name of per_")
    assert relative["birthDate"].startswith("⟨birthDate of per_")
    for row in await opened.rows("SELECT * FROM request_journal"):
        for secret in (opened.member("employee")["idNumber"], opened.member("employee")["name"]):
            assert secret not in str(row)

    listed = """query($where: JournalledRequestWhere) { requestJournal(first: 50, where: $where) { totalCount edges {
      node { id number asker operation ending outcome document variables firstEvent } } } }"""
    page = (await opened.data(listed, None, "operator"))["requestJournal"]
    newest, *_, oldest = [edge["node"] for edge in page["edges"]]
    assert newest["number"] > oldest["number"]
    assert oldest["operation"] == "query Mine"
    assert oldest["asker"].endswith("*")
    where = {"ending": {"eq": "REFUSED"}}
    refused = (await opened.data(listed, {"where": where}, "operator"))["requestJournal"]["edges"]
    assert [edge["node"]["outcome"] for edge in refused] == [bound.outcome, "ALREADY_PAID"]
    for persona in (None, "employee", "auditor", "clerk-xixiu"):
        assert (await opened.data(listed, None, persona))["requestJournal"]["totalCount"] == 0, persona

    numbers = [number for number, _ in await entries(opened)]
    for _ in range(MOST + 3):
        await opened.answer("{ world { name } }")
    kept = await entries(opened)
    assert len(kept) == MOST
    assert min(number for number, _ in kept) > max(numbers), "what is new takes the place of what is old"
    beside = Journal(opened.service.executor.schema, MOST, 0)
    first, world.journal = world.journal, beside
    await opened.answer("{ world { now } }")
    assert (await first.write(world.database), await beside.write(world.database)) == (0, 1)
    assert len(await entries(opened)) == MOST, "another process writes to the same journal"
    async with world.database.read() as connection:
        assert await request_journal.latest(connection, 9, troubled=True) == []
        assert len(await request_journal.latest(connection, 9, "world")) == 9
        assert await request_journal.by_number(connection, numbers[0]) is None


# ---- the mask -------------------------------------------------------------------------------------------------------

PERSON = Known(Id(510000000000000007), "560402199001063535", "沈健波", date(1990, 1, 6), "19912345678")
_SCHEMA = build_schema()._schema
_DOCUMENTS = Documents(_SCHEMA, DocumentLimits())
_NOBODY = Hiding({}, ())


def looked(document: str) -> Looked:
    operation = _DOCUMENTS._worked_on(document, None)
    assert isinstance(operation, Operation), operation
    return Looked(operation, _SCHEMA)


def test_a_literal_is_masked_as_a_variable_is() -> None:
    found = looked("""query Q($who: ID!) {  # of 沈健波
      person(id: $who) { name }
      regions(first: 3, after: "abcdef123456789012345678", where: {parent: "510900"}) { totalCount }
    }""")
    told = found.document(_NOBODY)
    assert "沈健波" not in told
    assert f'after: "{CURSOR}"' in told
    assert 'parent: "510900"' in told
    assert "first: 3" in told
    given_ids = {"who": "per_510000000000000007", "other": "沈"}
    assert found.variables(given_ids, _NOBODY) == {"who": "per_510000000000000007"}
    assert looked("{ a19900106: world { name } }").document(_NOBODY) == MASKED


def test_a_variable_is_told_apart_by_the_input_that_it_is_given_to() -> None:
    sign_in = "mutation($p: String!) { signInAsPersona(input: {idempotencyKey: %s, persona: $p}) { __typename } }"
    assert looked(sign_in % '"k"').variables({"p": "employee"}, _NOBODY) == {"p": "employee"}
    assert looked(sign_in % "$p").variables({"p": "employee"}, _NOBODY) == {"p": MASKED}, "it is given to two inputs"


def test_what_is_a_persons_is_hidden_behind_the_person() -> None:
    found = looked("mutation($input: BindFamilyMemberInput!) { bindFamilyMember(input: $input) { __typename } }")
    sent = {"name": "沈健波", "idNumber": " 560402199001063535", "birthDate": "1990-01-06", "relation": "SPOUSE"}
    hiding = Hiding({PERSON.id_number: PERSON}, {PERSON.id_number})
    assert found.variables({"input": sent}, hiding)["input"] == {
        "name": "⟨name of per_510000000000000007⟩",
        "idNumber": "⟨idNumber of per_510000000000000007⟩",
        "birthDate": "⟨birthDate of per_510000000000000007⟩",
        "relation": "SPOUSE",
    }
    others = found.variables({"input": sent}, _NOBODY)["input"]
    assert others == {"name": MASKED, "idNumber": MASKED, "birthDate": MASKED, "relation": "SPOUSE"}


_days = st.dates(date(1900, 1, 1), date(2099, 12, 31)).map("{:%Y%m%d}".format)
_digits = st.text("0123456789", min_size=6, max_size=6)
_identity = st.builds(lambda area, day, row: area + day + row[:3], _digits, _days, _digits)
_numbers = st.one_of(
    _identity.map(lambda first: first + id_check(first)),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True, alphabet="0123456789"),
    st.from_regex(r"62[1-9][0-9]{13,16}", fullmatch=True, alphabet="0123456789"),
)
_around = st.sampled_from(["{}", "per_{}", " {} ", "a{}b", "{}.00", "x-{}", "2025-02-28T{}", "证{}"])
_INLINE = """mutation All {
  a: signInAsPersona(input: {idempotencyKey: "@", persona: "@"}) { __typename }
  b: verifyIdentity(input: {idempotencyKey: "@", name: "@", idType: RESIDENT_ID_CARD, idNumber: "@"}) { __typename }
  c: payResidentContribution(input: {idempotencyKey: "@", contributionId: "@"}) { __typename }
  d: revealIdentity(input: {idempotencyKey: "@", personId: "@", fields: [NAME], reason: CORRECTION, explanation: "@"}) {
    __typename }  # @
}"""
_GIVEN = [
    looked("mutation($x: BindFamilyMemberInput!) { bindFamilyMember(input: $x) { __typename } }"),
    looked("mutation($x: PreSettleClaimInput!) { preSettleClaim(input: $x) { __typename } }"),
    looked("query($x: ID!) { person(id: $x) { name } }"),
    looked("query($x: Int) { personas(first: $x) { totalCount } }"),
    looked("query($x: RegionFilter) { persons(where: {region: $x}) { totalCount } }"),
]


@settings(max_examples=40, deadline=None)
@given(number=_numbers, around=_around, known=st.booleans())
def test_no_number_of_anybody_passes(number: str, around: str, known: bool) -> None:
    sent = around.format(number)
    person = Known(PERSON.id, number, PERSON.name, PERSON.birth_date, PERSON.phone)
    fields = (
        "idempotencyKey",
        "idNumber",
        "name",
        "birthDate",
        "idType",
        "relation",
        "item",
        "quantity",
        "amount",
        "x",
    )
    several = [
        sent,
        int(number[:-1]) if number.endswith("X") else int(number),
        [sent],
        {"y": sent},
        {sent: sent},
        dict.fromkeys(fields, sent),
    ]
    several += [dict.fromkeys(fields, one) for one in several]
    hiding = Hiding({number: person} if known else {}, {number, sent})
    for each in (*_GIVEN, looked(_INLINE.replace("@", sent))):
        assert number not in each.document(hiding)
        for one in several:
            assert number not in printed(each.variables({"x": one, sent: sent}, hiding))
    for unread in (f'{{ a(b: "{sent}" c: {number}) }} # {sent}', f'{{ a(b: "{sent}', f"{{ a{number} }}"):
        assert number not in masked_unread(unread)
