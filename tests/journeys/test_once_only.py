"""A key is answered once: the same request gets the same answer and writes nothing, another one is refused."""

from typing import Any

import pytest

from domain.vocabulary import Role
from tests.resolvers.opened import (
    ADD_PAYEE,
    BIND,
    CONSENT,
    FINISH,
    PAY,
    PAY_TOGETHER,
    REMOVE_PAYEE,
    SUBMIT,
    UNBIND,
    VERIFY,
    WITHDRAW_CONSENT,
    OpenedWorld,
)

STEPS = [
    "bind",
    "submit",
    "pay",
    "pay together",
    "finish",
    "unbind",
    "add payee",
    "remove payee",
    "verify",
    "consent",
    "withdraw consent",
]


async def prepared(step: str, world: OpenedWorld) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """What the employee would send, and the same with other content."""
    if step == "bind":
        return BIND, world.member("employee"), world.member("employee", name="另一人")
    if step == "unbind":
        bound = await world.mutate(BIND, "employee", **world.member("employee"))
        return UNBIND, {"bindingId": bound["binding"]["id"]}, {"bindingId": "fam_1"}
    if step == "verify":
        own = (await world.data("{ viewer { person { name idType idNumber } } }", persona="employee"))["viewer"]
        return VERIFY, own["person"], own["person"] | {"name": "另一人"}
    if step == "add payee":
        return ADD_PAYEE, world.document("employee"), world.document("employee", name="另一人")
    if step == "remove payee":
        added = await world.mutate(ADD_PAYEE, "employee", **world.document("employee"))
        return REMOVE_PAYEE, {"payeeId": added["payee"]["id"]}, {"payeeId": "pye_1"}
    if step in ("consent", "withdraw consent"):
        await world.enter("partner", Role.PARTNER, 71, ("ACCOUNT", "520000"), ("ENROLMENTS", "520000"))
        if step == "consent":
            consent = {"clientId": "cli_71", "dataType": "ACCOUNT"}
            return CONSENT, consent, consent | {"dataType": "ENROLMENTS"}
        return WITHDRAW_CONSENT, {"consentId": await world.consents("employee", 71, "ACCOUNT")}, {"consentId": "cst_1"}
    if step == "submit":
        given = {"personId": await world.bound("employee"), "coverageYear": 2025}
        return SUBMIT, given, given | {"kind": "SPECIAL"}
    if step == "finish":
        given = {"contributionId": await world.paid("employee")}
        return FINISH, given, {"contributionId": "con_1"}
    contribution = {"contributionId": await world.submitted("employee")}
    if step == "pay":
        return PAY, contribution, contribution | {"expectedAmount": "400.00"}
    return PAY_TOGETHER, {"orders": [contribution]}, {"orders": [contribution, contribution]}


@pytest.mark.parametrize("step", STEPS)
async def test_the_same_request_again_writes_nothing(step: str, opened: OpenedWorld) -> None:
    document, given, other = await prepared(step, opened)
    given["idempotencyKey"] = "b5f0b4f6-6c77-4c46-9a31-0d0a6c7f7a11"
    before = await opened.written()
    first = await opened.mutate(document, "employee", **given)
    after = await opened.written()
    assert after != before
    opened.machine.forward(hours=1)
    assert await opened.mutate(document, "employee", **given) == first
    assert await opened.written() == after
    refused = await opened.mutate(document, "employee", **other, **({"idempotencyKey": given["idempotencyKey"]}))
    assert refused["__typename"] == "IdempotencyKeyReused"
    assert await opened.written() == after


async def test_a_refusal_is_given_again_too(opened: OpenedWorld) -> None:
    given = {"contributionId": await opened.submitted("poor-employee"), "idempotencyKey": "too-poor-today"}
    first = await opened.mutate(PAY, "poor-employee", **given)
    assert first["__typename"] == "BalanceTooLow"
    account = opened.guide["poor-employee"].person_id
    await opened.change(
        "INSERT INTO account_entries (id, account_id, position, kind, amount_fen, balance_fen, occurred_at,"
        " business_on) SELECT 529000000000000001, id, entry_count + 1, 'OPENING', 100000, balance_fen + 100000,"
        f" 1734310800, '2024-12-16' FROM personal_accounts WHERE person_id = {account};"
        "UPDATE personal_accounts SET balance_fen = balance_fen + 100000, entry_count = entry_count + 1"
        f" WHERE person_id = {account};"
        "UPDATE id_blocks SET next_number = 9100000000000000;"
    )
    assert await opened.mutate(PAY, "poor-employee", **given) == first
    given["idempotencyKey"] = "rich-enough-now"
    assert (await opened.mutate(PAY, "poor-employee", **given))["__typename"] == "ResidentContributionPaid"


async def test_keys_belong_to_who_uses_them_and_what_for(opened: OpenedWorld) -> None:
    key = "the-key-of-everybody"
    for persona in ("employee", "employee-2"):
        member = opened.relative(persona)
        bound = await opened.mutate(BIND, persona, **opened.member(persona, idempotencyKey=key))
        assert bound["__typename"] == "FamilyMemberBound"
        submitted = await opened.mutate(SUBMIT, persona, personId=member, coverageYear=2025, idempotencyKey=key)
        assert submitted["__typename"] == "ResidentContributionSubmitted"


@pytest.mark.parametrize("key", ["12345678", "k" * 64, "险" * 8, "😀" * 8, "' OR 1=1 --", "\t\n\r\t\n\r\t\n"])
async def test_a_key_is_any_text_of_8_to_64_characters(key: str, on_sqlite: OpenedWorld) -> None:
    payload = await on_sqlite.mutate(BIND, "employee", **on_sqlite.member("employee", idempotencyKey=key))
    assert payload["__typename"] == "FamilyMemberBound"
    again = await on_sqlite.mutate(BIND, "employee", **on_sqlite.member("employee", idempotencyKey=key))
    assert again == payload


async def test_mutations_of_one_document_run_one_after_another(opened: OpenedWorld) -> None:
    document = """
    mutation All($bind: BindFamilyMemberInput!, $submit: SubmitResidentContributionInput!, $late: Int!) {
      early: submitResidentContribution(input: $submit) { __typename }
      bindFamilyMember(input: $bind) { __typename }
      submitted: submitResidentContribution(
        input: {idempotencyKey: "after-binding", personId: "PERSON", coverageYear: $late}
      ) { __typename ... on ResidentContributionSubmitted { contribution { status } } }
      again: submitResidentContribution(
        input: {idempotencyKey: "after-binding", personId: "PERSON", coverageYear: $late}
      ) { __typename }
      other: submitResidentContribution(
        input: {idempotencyKey: "after-binding", personId: "PERSON", coverageYear: 2026}
      ) { __typename }
    }
    """.replace("PERSON", opened.relative("employee"))
    submit = {"idempotencyKey": "before-binding", "personId": opened.relative("employee"), "coverageYear": 2025}
    given = {"bind": opened.member("employee", idempotencyKey="the-binding"), "submit": submit, "late": 2025}
    found = await opened.data(document, given, "employee")
    assert list(found) == ["early", "bindFamilyMember", "submitted", "again", "other"]
    assert [each["__typename"] for each in found.values()] == [
        "NotThePayer",
        "FamilyMemberBound",
        "ResidentContributionSubmitted",
        "ResidentContributionSubmitted",
        "IdempotencyKeyReused",
    ]
    assert len((await opened.written())["events"]) == 2


async def test_an_answer_can_be_asked_for_again_in_other_words(opened: OpenedWorld) -> None:
    """The key belongs to the request's content, not to the selection: a client that lost the answer asks for more."""
    given = {"input": {"contributionId": await opened.submitted("employee"), "idempotencyKey": "asked-twice"}}
    brief = (
        "mutation P($input: PayResidentContributionInput!) { payResidentContribution(input: $input) { __typename } }"
    )
    await opened.data(brief, given, "employee")
    after = await opened.written()
    again = (await opened.data(PAY, given, "employee"))["payResidentContribution"]
    assert again["account"]["balance"] == "2280.00"
    assert await opened.written() == after
