"""Row rules through every path: what is not yours answers like what is not there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from domain.vocabulary import Prefix
from tests.resolvers.made import PERSONS
from tests.resolvers.opened import ADD_PAYEE, APPLY_FOR_TRANSFER, BIND, CONTRACT, UNBIND, OpenedWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")

NODE = "query N($id: ID!) { node(id: $id) { __typename id } }"
BY_ID = {
    "person": "query P($id: ID!) { person(id: $id) { id name idNumber account { balance } } }",
    "residentContribution": "query C($id: ID!) { residentContribution(id: $id) { id amount person { name } } }",
    "transfer": "query T($id: ID!) { transfer(id: $id) { id dueOn periods { firstMonth } person { name } } }",
    "receipt": "query R($id: ID!) { receipt(id: $id) { id number contribution { amount } } }",
}
LISTS = """
query Lists($number: Int) {
  persons(first: $number) { totalCount edges { node { id region { code } } } pageInfo { hasNextPage endCursor } }
  residentContributions(first: $number) { totalCount edges { node { id region { code } } } pageInfo { endCursor } }
  contributionRecords(first: $number) { totalCount edges { node { id } } }
  events(first: $number) { totalCount edges { node { id region } } pageInfo { endCursor } }
}
"""
OWN = """
{
  viewer {
    person {
      id
      account { id entries(first: 1) { edges { node { id } } } }
      enrolments { edges { node { id } } }
    }
  }
  events { edges { node { id } } }
}
"""
UNKNOWN = 520_000_999_999_999_999


@dataclass(frozen=True, slots=True)
class Lived:
    """One row of each kind that the employee's journey has left, by API id."""

    world: OpenedWorld
    ids: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived(shared: OpenedWorld) -> AsyncIterator[Lived]:
    """The employee has paid for his mother and has the receipt."""
    bound = await shared.mutate(BIND, "employee", **shared.member("employee"))
    member = bound["binding"]["member"]["id"]
    receipt = await shared.receipt("employee", member)
    asked = "query R($id: ID!) { receipt(id: $id) { contribution { id enrolment { id } } } }"
    contribution = (await shared.data(asked, {"id": receipt}, "employee"))["receipt"]["contribution"]
    await shared.change(
        "INSERT INTO outside_enrolments (id_number, region_code, scheme, active_from, active_until) VALUES"
        f" ((SELECT id_number FROM persons WHERE id = {shared.guide['employee'].person_id}), '440300', 'EMPLOYEE',"
        " '2010-01-01', '2014-12-31')"
    )
    transfer = (await shared.mutate(APPLY_FOR_TRANSFER, "employee", fromRegion="440300"))["transfer"]["id"]
    own = await shared.data(OWN, persona="employee")
    me = own["viewer"]["person"]
    yield Lived(
        shared,
        {
            "me": me["id"],
            "my mother": member,
            "my account": me["account"]["id"],
            "my entry": me["account"]["entries"]["edges"][0]["node"]["id"],
            "my enrolment": me["enrolments"]["edges"][0]["node"]["id"],
            "my mother's enrolment": contribution["enrolment"]["id"],
            "my binding": bound["binding"]["id"],
            "my contribution": contribution["id"],
            "my receipt": receipt,
            "my transfer": transfer,
            "an event of mine": own["events"]["edges"][0]["node"]["id"],
        },
    )


THINGS = [
    "me", "my mother", "my account", "my entry", "my enrolment", "my mother's enrolment", "my binding",
    "my contribution", "my receipt", "my transfer", "an event of mine",
]  # fmt: skip


@pytest.mark.parametrize("viewer", ["employee", "clerk-xixiu", "clerk-anshun", "operator"])
@pytest.mark.parametrize("thing", THINGS)
async def test_who_may_see_it_finds_it_as_a_node(thing: str, viewer: str, lived: Lived) -> None:
    found = (await lived.world.data(NODE, {"id": lived.ids[thing]}, viewer))["node"]
    assert found["id"] == lived.ids[thing]


@pytest.mark.parametrize("viewer", ["employee-2", "clerk-synthetic", None])
@pytest.mark.parametrize("thing", THINGS)
async def test_for_others_it_is_as_if_it_were_not_there(thing: str, viewer: str | None, lived: Lived) -> None:
    world, known = lived.world, lived.ids[thing]
    unknown = f"{known[:4]}{UNKNOWN}"
    documents = [NODE, *(document for name, document in BY_ID.items() if known[:3] in ("per", "con", "rec", "trf"))]
    for document in documents:
        answers = [await world.answer(document, {"id": each}, viewer) for each in (known, unknown)]
        assert answers[0] == answers[1]
        assert b"errors" not in answers[0].body


async def test_a_quote_for_a_stranger_is_refused_like_one_for_nobody(lived: Lived) -> None:
    known = await lived.world.quote("employee-2", lived.ids["my mother"])
    assert known == await lived.world.quote("employee-2", f"per_{UNKNOWN}")


@pytest.mark.parametrize("prefix", list(Prefix))
async def test_every_kind_of_id_that_is_not_there_is_null(prefix: Prefix, lived: Lived) -> None:
    for number in (0, 1, UNKNOWN, 2**63 - 1, 2**63, 10**30):
        answer = await lived.world.ask(NODE, {"id": f"{prefix.value}_{number}"}, "operator")
        assert answer["data"]["node"] is None or prefix in (Prefix.PERSONA, Prefix.POLICY_FACT)
        assert "errors" not in answer


KNOWN = "id birthDate specialGroup deceased"
UNTOLD = {"birthDate": None, "specialGroup": None, "deceased": None}


async def told(world: OpenedWorld, person: str) -> dict[str, Any]:
    """What those hear of a person who may know it."""
    row = f"SELECT birth_date, special_group, died_on FROM persons WHERE id = {person[4:]}"
    [(born, group, died_on)] = await world.rows(row)
    return {"id": person, "birthDate": str(born), "specialGroup": group, "deceased": died_on is not None}


async def heard(world: OpenedWorld, viewer: str | None, id: str, selection: str) -> dict[str, Any]:
    """What a viewer hears of the person at the end of a path of one field below a node."""
    document = f"query N($id: ID!) {{ node(id: $id) {{ ... {selection} }} }}"
    found: dict[str, Any] = (await world.data(document, {"id": id}, viewer))["node"]
    return found


async def test_who_paid_is_a_masked_name_and_nothing_more(lived: Lived) -> None:
    world = lived.world
    member = await world.bound("sibling-paid")
    document = """
    query P($id: ID!) {
      person(id: $id) {
        residentContributions(where: {coverageYear: {eq: 2025}}) {
          edges {
            node {
              payer {
                id name idNumber phone birthDate specialGroup deceased
                account { id balance }
                enrolments { totalCount edges { node { id } } }
                familyBindings { totalCount edges { node { id } } }
                residentContributions { totalCount edges { node { id payer { id account { id } } } } }
              }
              receipt { id }
            }
          }
        }
      }
    }
    """
    found = (await world.data(document, {"id": member}, "sibling-paid"))["person"]["residentContributions"]["edges"]
    [payer] = [edge["node"]["payer"] for edge in found]
    [(name, id_number)] = await world.rows(f"SELECT name, id_number FROM persons WHERE id = {payer['id'][4:]}")
    assert payer["name"] == name[0] + "*" * (len(name) - 1)
    assert payer["idNumber"] == id_number[:3] + "*" * 11 + id_number[-4:]
    assert payer["phone"] is None or "****" in payer["phone"]
    assert payer["account"] is payer["birthDate"] is payer["specialGroup"] is payer["deceased"] is None
    empty = {"totalCount": 0, "edges": []}
    assert payer["enrolments"] == payer["familyBindings"] == empty
    # Of all that the payer has paid or is insured by, only what insures the viewer's mother may be seen.
    assert payer["residentContributions"] == empty
    assert (await world.data(BY_ID["person"], {"id": payer["id"]}, "sibling-paid"))["person"] is None


async def test_the_bound_member_sees_nothing_of_the_holder_but_who_it_is(lived: Lived) -> None:
    """Two personas, one bound by the other as its sibling."""
    world = lived.world
    me = (await world.data("{ viewer { person { name idNumber birthDate sex } } }", persona="employee-7"))["viewer"]
    await world.change(
        "INSERT INTO registry_kinships (id_number, relative_id_number, relation) SELECT a.id_number, b.id_number,"
        f" 'SIBLING' FROM persons a, persons b WHERE a.id = {world.person('employee-8')[4:]}"
        f" AND b.id = {world.person('employee-7')[4:]}"
    )
    form = world.member("employee-8", **me["person"], relation="SIBLING")
    bound = await world.mutate(BIND, "employee-8", **form)
    assert bound["__typename"] == "FamilyMemberBound", bound
    document = """
    query B($id: ID!) {
      node(id: $id) {
        ... on FamilyBinding { holder { id name account { id } enrolments { totalCount } } member { name } }
      }
    }
    """
    seen = (await world.data(document, {"id": bound["binding"]["id"]}, "employee-7"))["node"]
    assert seen["holder"]["account"] is None
    assert seen["holder"]["enrolments"] == {"totalCount": 0}
    assert "*" in seen["holder"]["name"]
    assert "*" not in seen["member"]["name"]
    assert (await world.data(BY_ID["person"], {"id": seen["holder"]["id"]}, "employee-7"))["person"] is None
    both = f"on FamilyBinding {{ holder {{ {KNOWN} }} member {{ {KNOWN} }} }}"
    holder, own = await told(world, world.person("employee-8")), await told(world, world.person("employee-7"))
    untold = {"id": holder["id"], **UNTOLD}
    assert await heard(world, "employee-7", bound["binding"]["id"], both) == {"holder": untold, "member": own}
    assert await heard(world, "employee-8", bound["binding"]["id"], both) == {"holder": holder, "member": own}


async def test_a_payee_is_seen_by_its_owner_and_nothing_else_of_the_person_is(lived: Lived) -> None:
    """One persona has added another, and submits for it; the other signs in as well."""
    world = lived.world
    me = (await world.data("{ viewer { person { id name idNumber } } }", persona="chuzhou-resident"))["viewer"][
        "person"
    ]
    form = {"name": me["name"], "idType": "RESIDENT_ID_CARD", "idNumber": me["idNumber"]}
    payee = (await world.mutate(ADD_PAYEE, "employee-10", **form))["payee"]
    assert payee["personId"] == me["id"]
    for viewer in ("employee-10", "operator"):
        assert (await world.data(NODE, {"id": payee["id"]}, viewer))["node"]["id"] == payee["id"]
    listed = "{ payees { totalCount edges { node { id } } } }"
    assert (await world.data(listed, persona="employee-10"))["payees"]["totalCount"] == 1
    for other in ("chuzhou-resident", "employee", "clerk-anshun", "clerk-synthetic", "officer-employer", None):
        assert (await world.data(NODE, {"id": payee["id"]}, other))["node"] is None
        assert (await world.data(listed, persona=other))["payees"] == {"totalCount": 0, "edges": []}
    # The person is not there for the owner, but for what the owner pays.
    assert (await world.data(BY_ID["person"], {"id": me["id"]}, "employee-10"))["person"] is None
    contribution = await world.submitted("employee-10", me["id"], channel="WECHAT")
    paid = f"""on ResidentContribution {{
      amount enrolment {{ id }} person {{ {KNOWN} name idNumber phone account {{ id }} enrolments {{ totalCount }}
      familyBindings {{ totalCount }} residentContributions {{ totalCount }} }} }}"""
    seen = await heard(world, "employee-10", contribution, paid)
    row = masked({"name": me["name"], "idNumber": me["idNumber"], "phone": None})
    hidden: dict[str, Any] = {name: {"totalCount": 0} for name in ("enrolments", "familyBindings")}
    own = {"residentContributions": {"totalCount": 1}}
    assert seen == {
        "amount": "400.00",
        "enrolment": None,
        "person": {"id": me["id"], **UNTOLD, **row, "account": None, **hidden, **own},
    }
    # Neither the event nor the payee tells the person who would pay.
    log = "{ events(types: [PAYEE_ADDED]) { edges { node { ... on PayeeAddedEvent { payee { id } } } } } }"
    assert (await world.data(log, persona="chuzhou-resident"))["events"]["edges"] == []
    [edge] = (await world.data(log, persona="employee-10"))["events"]["edges"]
    assert edge["node"]["payee"] == {"id": payee["id"]}
    clerks = (await world.data(log, persona="clerk-anshun"))["events"]["edges"]
    assert [edge["node"]["payee"] for edge in clerks] == [None]


async def test_anonymous_sees_nothing_personal(lived: Lived) -> None:
    found = await lived.world.data(LISTS, {"number": 100})
    for name, page in found.items():
        assert page["totalCount"] == 0, name
        assert page["edges"] == []
    viewer = (await lived.world.data("{ viewer { role name person { id } } }"))["viewer"]
    assert viewer == {"role": "ANONYMOUS", "name": "anonymous", "person": None}


async def test_what_is_public_is_seen_by_anybody(lived: Lived) -> None:
    found = await lived.world.data(
        "{ regions { totalCount } agencies { totalCount } policyFacts { totalCount } personas { totalCount } }"
    )
    assert all(page["totalCount"] > 0 for page in found.values())


@pytest.mark.parametrize(
    ("clerk", "low", "high"),
    [
        ("clerk-xixiu", "520402", "520402"),
        ("clerk-anshun", "520400", "520499"),
        ("clerk-synthetic", "840000", "849999"),
    ],
)
async def test_clerks_see_their_region_and_no_other(clerk: str, low: str, high: str, lived: Lived) -> None:
    world = lived.world
    found = await world.data(LISTS, {"number": 100}, clerk)
    for name, table in (
        ("persons", "persons"),
        ("residentContributions", "resident_contributions"),
        ("events", "events"),
    ):
        [(there,)] = await world.rows(f"SELECT count(*) FROM {table} WHERE region_code BETWEEN '{low}' AND '{high}'")
        assert found[name]["totalCount"] == there
        regions = [edge["node"]["region"] for edge in found[name]["edges"]]
        assert all(low <= (region if name == "events" else region["code"]) <= high for region in regions)
    assert found["contributionRecords"]["totalCount"] == 0
    elsewhere = "query E($region: RegionCode!) { persons(where: {region: {within: $region}}) { totalCount } }"
    outside = "840000" if low.startswith("52") else "520000"
    assert (await world.data(elsewhere, {"region": outside}, clerk))["persons"] == {"totalCount": 0}


async def test_citizens_see_themselves_and_whom_they_have_bound(lived: Lived) -> None:
    found = await lived.world.data(LISTS, {"number": 100}, "employee")
    assert {edge["node"]["id"] for edge in found["persons"]["edges"]} == {lived.ids["me"], lived.ids["my mother"]}
    alone = await lived.world.data(LISTS, {"number": 100}, "employee-20")
    assert [edge["node"]["id"] for edge in alone["persons"]["edges"]] == [lived.world.person("employee-20")]
    assert alone["events"]["totalCount"] == 0


@pytest.mark.parametrize(
    "where",
    [
        "persons(where: {bornOn: {from: $born, until: $born}}) { totalCount }",
        'persons(where: {region: {eq: "520402"}}, orderBy: [BIRTH_DATE_ASC]) { totalCount edges { cursor } }',
        "residentContributions(where: {coverageYear: {eq: 2025}}) { totalCount pageInfo { startCursor hasNextPage } }",
        "events { totalCount edges { cursor } pageInfo { hasPreviousPage hasNextPage startCursor } }",
    ],
)  # fmt: skip
async def test_a_count_tells_a_stranger_nothing(where: str, lived: Lived) -> None:
    """The same answer in a world where the journey has taken place and for a viewer whom it does not concern."""
    [(born,)] = await lived.world.rows(f"SELECT birth_date FROM persons WHERE id = {lived.ids['my mother'][4:]}")
    declared = "query Q($born: Date!)" if "$born" in where else "query Q"
    given = {"born": str(born)} if "$born" in where else {}
    answer = await lived.world.data(f"{declared} {{ {where} }}", given)
    [page] = answer.values()
    assert page["totalCount"] == 0
    assert page.get("edges", []) == []
    assert not any(page.get("pageInfo", {}).values())


async def test_a_cursor_of_somebody_else_opens_nothing(lived: Lived) -> None:
    """A place in a list is no secret, and what follows it is under the rules of who asks."""
    clerk = await lived.world.data(LISTS, {"number": 1}, "operator")
    after = clerk["persons"]["pageInfo"]["endCursor"]
    document = "query P($after: Cursor) { persons(after: $after, first: 100) { totalCount edges { node { id } } } }"
    found = (await lived.world.data(document, {"after": after}, "employee-20"))["persons"]
    assert {edge["node"]["id"] for edge in found["edges"]} <= {lived.world.person("employee-20")}


PERSON = "query P($id: ID!) { person(id: $id) { name idNumber phone } }"


async def _row(world: OpenedWorld, person: str) -> dict[str, Any]:
    [(name, id_number, phone)] = await world.rows(f"SELECT name, id_number, phone FROM persons WHERE id = {person[4:]}")
    return {"name": name, "idNumber": id_number, "phone": phone}


def masked(row: dict[str, Any], *, name: bool = True) -> dict[str, Any]:
    number, phone = row["idNumber"], row["phone"]
    return {
        "name": row["name"][0] + "*" * (len(row["name"]) - 1) if name else row["name"],
        "idNumber": number[:3] + "*" * (len(number) - 7) + number[-4:],
        "phone": None if phone is None else phone[:3] + "****" + phone[-4:],
    }


async def test_one_sees_oneself_in_full_and_the_family_masked(lived: Lived) -> None:
    me, mother = lived.ids["me"], lived.ids["my mother"]
    assert (await lived.world.data(PERSON, {"id": me}, "employee"))["person"] == await _row(lived.world, me)
    row = await _row(lived.world, mother)
    assert (await lived.world.data(PERSON, {"id": mother}, "employee"))["person"] == masked(row)


async def test_a_clerk_sees_names_and_the_operator_does_not(lived: Lived) -> None:
    me = lived.ids["me"]
    row = await _row(lived.world, me)
    for clerk in ("clerk-xixiu", "clerk-anshun"):
        assert (await lived.world.data(PERSON, {"id": me}, clerk))["person"] == masked(row, name=False)
    assert (await lived.world.data(PERSON, {"id": me}, "operator"))["person"] == masked(row)


@pytest.mark.parametrize("thing", ["me", "my mother"])
@pytest.mark.parametrize("viewer", ["employee", "clerk-xixiu", "clerk-anshun"])
async def test_oneself_the_family_and_clerks_know_when_one_was_born(viewer: str, thing: str, lived: Lived) -> None:
    expected = await told(lived.world, lived.ids[thing])
    assert expected["birthDate"] is not None
    assert await heard(lived.world, viewer, lived.ids[thing], f"on Person {{ {KNOWN} }}") == expected
    listed = (
        await lived.world.data(f"{{ persons(first: 100) {{ edges {{ node {{ {KNOWN} }} }} }} }}", persona=viewer)
    )["persons"]["edges"]
    assert all(edge["node"]["birthDate"] is not None and edge["node"]["deceased"] is not None for edge in listed)


@pytest.mark.parametrize(
    ("thing", "selection"),
    [
        ("me", f"on Person {{ {KNOWN} }}"),
        ("my account", f"on PersonalAccount {{ person {{ {KNOWN} }} }}"),
        ("my enrolment", f"on Enrolment {{ person {{ {KNOWN} }} }}"),
        ("my binding", f"on FamilyBinding {{ holder {{ {KNOWN} }} member {{ {KNOWN} }} }}"),
        ("my contribution", f"on ResidentContribution {{ person {{ {KNOWN} }} payer {{ {KNOWN} }} }}"),
        ("an event of mine", f"on Event {{ actor {{ {KNOWN} }} }}"),
    ],
)
async def test_the_operator_is_told_of_nobody_when_he_was_born(thing: str, selection: str, lived: Lived) -> None:
    found = await heard(lived.world, "operator", lived.ids[thing], selection)
    people = [each for each in found.values() if isinstance(each, dict)] or [found]
    for person in people:
        assert person == {"id": person["id"], **UNTOLD}


async def test_the_operators_lists_tell_no_birth_date_by_value_order_or_length(lived: Lived) -> None:
    """Otherwise halving the days and counting would tell it in fifteen questions."""
    world = lived.world
    me = await told(world, lived.ids["me"])
    plain = (
        await world.data(
            f"{{ persons(first: 100) {{ totalCount edges {{ node {{ {KNOWN} }} }} }} }}", persona="operator"
        )
    )["persons"]
    assert plain["totalCount"] == PERSONS
    assert all(edge["node"] == {"id": edge["node"]["id"], **UNTOLD} for edge in plain["edges"])
    page = "{ totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
    nobody = {
        "totalCount": 0,
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }
    asked = "query P($where: PersonWhere, $orderBy: [PersonOrder!])"
    document = f"{asked} {{ persons(where: $where, orderBy: $orderBy, first: 100) {page} }}"
    born_then = {"from": me["birthDate"], "until": me["birthDate"]}
    telling: tuple[dict[str, object], ...] = (
        {"where": {"bornOn": born_then}},
        {"where": {"bornOn": {"from": "0001-01-01"}, "region": {"within": "520000"}}},
        {"orderBy": ["BIRTH_DATE_ASC"]},
        {"orderBy": ["ID_ASC", "BIRTH_DATE_DESC"]},
    )
    for given in telling:
        assert (await world.data(document, given, "operator"))["persons"] == nobody, given
    harmless: tuple[dict[str, object], ...] = (
        {"where": {"bornOn": {}}},
        {"where": {"bornOn": None}},
        {"orderBy": ["ID_DESC"]},
    )
    for given in harmless:
        assert (await world.data(document, given, "operator"))["persons"]["totalCount"] == PERSONS, given
    for viewer in ("employee", "clerk-xixiu"):
        found = (await world.data(document, {"where": {"bornOn": born_then}}, viewer))["persons"]
        assert me["id"] in [edge["node"]["id"] for edge in found["edges"]]
        ordered = await world.data(document, {"orderBy": ["BIRTH_DATE_DESC"]}, viewer)
        listed = await world.data(document, {}, viewer)
        assert ordered["persons"]["totalCount"] == listed["persons"]["totalCount"] > 0


async def test_of_whom_one_has_unbound_nothing_more_is_told(lived: Lived) -> None:
    world = lived.world
    member = await world.bound("employee-9")
    document = f"on Person {{ familyBindings {{ edges {{ node {{ id member {{ {KNOWN} }} }} }} }} }}"
    [edge] = (await heard(world, "employee-9", world.person("employee-9"), document))["familyBindings"]["edges"]
    assert edge["node"]["member"] == await told(world, member)
    await world.mutate(UNBIND, "employee-9", bindingId=edge["node"]["id"])
    [edge] = (await heard(world, "employee-9", world.person("employee-9"), document))["familyBindings"]["edges"]
    assert edge["node"]["member"] == {"id": member, **UNTOLD}


async def test_a_clerk_is_told_nothing_of_a_payer_who_lives_elsewhere(lived: Lived) -> None:
    world = lived.world
    [(contribution, payer)] = await world.rows(
        "SELECT c.id, c.payer_id FROM resident_contributions c JOIN persons p ON p.id = c.payer_id"
        " WHERE c.region_code = '520402' AND p.region_code BETWEEN '520403' AND '520499' ORDER BY c.id LIMIT 1"
    )
    paid_by = f"on ResidentContribution {{ payer {{ {KNOWN} }} }}"
    elsewhere = await heard(world, "clerk-xixiu", f"con_{contribution}", paid_by)
    assert elsewhere == {"payer": {"id": f"per_{payer}", **UNTOLD}}
    inside = await heard(world, "clerk-anshun", f"con_{contribution}", paid_by)
    assert inside == {"payer": await told(world, f"per_{payer}")}


@pytest.mark.parametrize("viewer", ["clerk-anshun", "clerk-synthetic", "operator", "employee", None])
async def test_no_list_holds_an_identity_number_in_full_but_ones_own(viewer: str | None, lived: Lived) -> None:
    document = "{ persons(first: 100) { edges { node { id idNumber phone } } } }"
    found = (await lived.world.data(document, persona=viewer))["persons"]["edges"]
    for edge in found:
        node = edge["node"]
        own = viewer == "employee" and node["id"] == lived.ids["me"]
        assert ("*" in node["idNumber"]) is not own
        assert own or node["phone"] is None or "*" in node["phone"]


async def test_a_persons_contributions_are_found_by_no_other_path(lived: Lived) -> None:
    """Through unit, region, agency and persona nobody is reached: only these types lead to persons."""
    leading = {
        type_.name
        for type_ in CONTRACT.type_map.values()
        for found in getattr(type_, "fields", {}).values()
        if str(getattr(found, "type", "")).strip("[]!") in ("Person", "PersonConnection")
    }
    assert not leading & {"Unit", "Region", "Agency", "Persona", "PolicyFact", "World", "Receipt"}
