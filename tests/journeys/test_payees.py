"""Paying for somebody who is no family: added by name and document number, paid for through a channel, removed."""

import asyncio
from typing import Any

from tests.resolvers.opened import ADD_PAYEE, BIND, FINISH, REMOVE_PAYEE, START, SUBMIT, OpenedWorld

PAYER = "chuzhou-resident"
MINE = "{ payees { totalCount edges { node { id personId name idType idNumber addedAt removedAt } } } }"
QUOTE = """
query Q($person: ID!, $channel: PaymentChannel!) {
  contributionQuote(personId: $person, coverageYear: 2025, channel: $channel) {
    __typename
    ... on ContributionQuote { amount }
    ... on Refusal { zh: message en: message(language: EN) }
  }
}
"""
EVENTS = """
{ events(types: [PAYEE_ADDED, PAYEE_REMOVED]) { edges { node {
  type actor { id } ... on PayeeAddedEvent { payee { id } } ... on PayeeRemovedEvent { payee { id } } } } } }
"""


async def mine(opened: OpenedWorld, persona: str = PAYER) -> list[dict[str, Any]]:
    found = (await opened.data(MINE, persona=persona))["payees"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def quoted(opened: OpenedWorld, person: str, channel: str, persona: str = PAYER) -> dict[str, Any]:
    found: dict[str, Any] = (await opened.data(QUOTE, {"person": person, "channel": channel}, persona))[
        "contributionQuote"
    ]
    return found


async def test_a_stranger_is_added_paid_for_and_removed(opened: OpenedWorld) -> None:
    person = opened.relative(PAYER)
    refused = await quoted(opened, person, "WECHAT")
    assert refused["__typename"] == "NotThePayer"
    assert "绑定家庭成员" in refused["zh"]
    assert "添加缴费对象" in refused["zh"]
    assert "bind them" in refused["en"]
    assert "add them as a payee" in refused["en"]
    payload = await opened.mutate(ADD_PAYEE, PAYER, **opened.document(PAYER))
    payee = payload["payee"]
    name, number = opened.document(PAYER)["name"], opened.document(PAYER)["idNumber"]
    assert payee == {
        "id": payee["id"],
        "personId": person,
        "name": name[0] + "*" * (len(name) - 1),
        "idType": "RESIDENT_ID_CARD",
        "idNumber": number[:3] + "*" * 11 + number[-4:],
        "addedAt": "2024-12-16T09:00:00+08:00",
        "removedAt": None,
    }
    assert await mine(opened) == [payee]
    assert await quoted(opened, person, "WECHAT") == {"__typename": "ContributionQuote", "amount": "400.00"}
    assert (await quoted(opened, person, "PERSONAL_ACCOUNT"))["__typename"] == "NotThePayer"
    contribution = await opened.submitted(PAYER, person, channel="WECHAT")
    started = await opened.mutate(START, PAYER, contributionId=contribution)
    assert started["__typename"] == "PaymentStarted"
    removed = await opened.mutate(REMOVE_PAYEE, PAYER, payeeId=payee["id"])
    assert removed["payee"] == {"id": payee["id"], "removedAt": "2024-12-16T09:00:00+08:00"}
    assert await mine(opened) == []
    # What is on its way arrives, and is finished by who has paid it.
    await opened.service.world.fire_due()
    assert (await opened.mutate(FINISH, PAYER, contributionId=contribution))["contribution"]["status"] == "FINISHED"
    again = await opened.mutate(REMOVE_PAYEE, PAYER, payeeId=payee["id"])
    assert again["__typename"] == "PayeeNotFound"
    log = (await opened.data(EVENTS, persona=PAYER))["events"]["edges"]
    me = {"id": opened.person(PAYER)}
    assert [edge["node"] for edge in log] == [
        {"type": kind, "actor": me, "payee": {"id": payee["id"]}} for kind in ("PAYEE_ADDED", "PAYEE_REMOVED")
    ]
    # Added anew, it is another payee.
    assert (await opened.mutate(ADD_PAYEE, PAYER, **opened.document(PAYER)))["payee"]["id"] != payee["id"]


async def test_who_was_removed_before_the_payment_began_is_paid_for_no_more(opened: OpenedWorld) -> None:
    payload = await opened.mutate(ADD_PAYEE, PAYER, **opened.document(PAYER))
    contribution = await opened.submitted(PAYER, payload["payee"]["personId"], channel="ALIPAY")
    await opened.mutate(REMOVE_PAYEE, PAYER, payeeId=payload["payee"]["id"])
    refused = await opened.mutate(START, PAYER, contributionId=contribution)
    assert (refused["__typename"], refused["path"]) == ("NotThePayer", ["contributionId"])


async def test_a_payee_may_be_bound_as_well_and_is_then_paid_for_from_the_account(opened: OpenedWorld) -> None:
    person = await opened.added("employee")
    refused = await opened.mutate(SUBMIT, "employee", personId=person, coverageYear=2025)
    assert refused["__typename"] == "NotThePayer"
    assert (await opened.mutate(BIND, "employee", **opened.member("employee")))["__typename"] == "FamilyMemberBound"
    await opened.paid("employee", person)


async def test_of_a_payee_in_a_group_only_the_entrance_is_told(opened: OpenedWorld) -> None:
    person = await opened.added("employee-2", "mother-special-group")
    refused = await opened.mutate(SUBMIT, "employee-2", personId=person, coverageYear=2025, channel="WECHAT")
    assert (refused["__typename"], refused["group"]) == ("SpecialPaymentRequired", None)
    special = await opened.mutate(
        SUBMIT, "employee-2", personId=person, coverageYear=2025, channel="WECHAT", kind="SPECIAL"
    )
    assert special["__typename"] == "ResidentContributionSubmitted"


async def test_a_foreigner_is_added_by_passport(opened: OpenedWorld) -> None:
    holder = f"WHERE id = {opened.relative('employee-3')[4:]}"
    number = f"(SELECT id_number FROM persons {holder})"
    await opened.change(
        "UPDATE registry_identities SET id_type = 'FOREIGN_PASSPORT', name = 'JOHNSON MARY'"
        f" WHERE id_number = {number};"
        f"UPDATE registry_identities SET id_number = 'ZZ0000000001' WHERE id_number = {number};"
        f"UPDATE persons SET id_type = 'FOREIGN_PASSPORT', id_number = 'ZZ0000000001', name = 'JOHNSON MARY' {holder}"
    )
    form = {"name": "Johnson  Mary", "idType": "FOREIGN_PASSPORT", "idNumber": "zz 0000000001"}
    payee = (await opened.mutate(ADD_PAYEE, "employee", **form))["payee"]
    assert (payee["name"], payee["idType"], payee["idNumber"]) == (
        "J***********", "FOREIGN_PASSPORT", "ZZ0*****0001"
    )  # fmt: skip
    by_card = await opened.mutate(ADD_PAYEE, "employee", **form | {"idType": "TAIWAN_PERMIT", "idNumber": "12345678"})
    assert by_card["__typename"] == "IdentityMismatch"


async def test_a_form_of_the_name_that_the_register_knows_is_the_same_name(opened: OpenedWorld) -> None:
    form = opened.document("rare-name")
    assert (await opened.mutate(ADD_PAYEE, "employee", **form))["__typename"] == "IdentityMismatch"
    await opened.change(
        f"UPDATE registry_identities SET also_written = '{form['name']}' WHERE id_number = '{form['idNumber']}'"
    )
    assert (await opened.mutate(ADD_PAYEE, "employee", **form))["__typename"] == "PayeeAdded"


async def test_guesses_are_counted_by_day_and_by_payer(opened: OpenedWorld) -> None:
    wrong = opened.document("employee", name="某某")
    for _ in range(5):
        assert (await opened.mutate(ADD_PAYEE, "employee", **wrong))["__typename"] == "IdentityMismatch"
        bound = await opened.mutate(BIND, "employee", **opened.member("employee", name="某某"))
        assert bound["__typename"] == "IdentityMismatch"
    assert (await opened.mutate(BIND, "employee", **opened.member("employee")))["__typename"] == "TooManyAttempts"
    before = await opened.written()
    assert (await opened.mutate(ADD_PAYEE, "employee", **wrong))["__typename"] == "TooManyAttempts"
    assert {**await opened.written(), "answers": []} == {**before, "answers": []}
    assert (await opened.mutate(ADD_PAYEE, "employee-2", **wrong))["__typename"] == "IdentityMismatch"
    opened.machine.forward(hours=14, seconds=3599)
    assert (await opened.mutate(ADD_PAYEE, "employee", **opened.document("employee")))["__typename"] == (
        "TooManyAttempts"
    )
    opened.machine.forward(seconds=1)
    assert await opened.added("employee") == opened.relative("employee")


async def test_two_requests_at_once_add_somebody_once(opened: OpenedWorld) -> None:
    form = opened.document("employee")
    answers = await asyncio.gather(*(opened.mutate(ADD_PAYEE, "employee", **form) for _ in range(6)))
    assert sorted(answer["__typename"] for answer in answers) == ["AlreadyPayee"] * 5 + ["PayeeAdded"]
    assert len({answer["payee"]["id"] for answer in answers}) == 1
    payee = answers[0]["payee"]["id"]
    ended = await asyncio.gather(*(opened.mutate(REMOVE_PAYEE, "employee", payeeId=payee) for _ in range(6)))
    assert sorted(answer["__typename"] for answer in ended) == ["PayeeNotFound"] * 5 + ["PayeeRemoved"]


async def test_a_payee_of_another_cannot_be_removed(opened: OpenedWorld) -> None:
    payload = await opened.mutate(ADD_PAYEE, "employee", **opened.document("employee"))
    refused = await opened.mutate(REMOVE_PAYEE, "employee-2", payeeId=payload["payee"]["id"])
    assert refused["__typename"] == "PayeeNotFound"
    for payee in ("", "pye_0", "per_1", "\U0001f600"):
        assert (await opened.mutate(REMOVE_PAYEE, "employee", payeeId=payee))["__typename"] == "PayeeNotFound"
    assert [one["id"] for one in await mine(opened, "employee")] == [payload["payee"]["id"]]
