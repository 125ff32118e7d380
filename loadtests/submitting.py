"""What people do before they pay while the server is killed (缴费前的准备): bind a relative, submit."""

from __future__ import annotations

from loadtests.answers import Refused, at, fen, outcome
from loadtests.channel_payments import CHANNEL, ChannelPayment
from loadtests.payments import Client, Payment, key_of
from loadtests.people import Person


def prepared(client: Client, person: Person, *, by_channel: bool) -> Payment | ChannelPayment | None:
    """A payment that this person can make: relative bound, contribution submitted; None where policy lets them not.

    Raises NotAnswered, Wrong.
    """
    before = client.ask(person, "MyFamily", {})
    binding = {
        "idempotencyKey": key_of(person, "bind"),
        **person.member.form(),
        "pledgeAccepted": True,
    }
    try:
        bound = outcome(
            client.ask(person, "BindFamilyMember", {"input": binding}), "bindFamilyMember", "FamilyMemberBound"
        )
        member = at(bound, "binding.member.id")
        submission = {
            "idempotencyKey": key_of(person, "submit"),
            "personId": member,
            "coverageYear": person.coverage_year,
            "kind": "ORDINARY",
            **({"channel": CHANNEL} if by_channel else {}),
        }
        submitted = outcome(
            client.ask(person, "SubmitResidentContribution", {"input": submission}),
            "submitResidentContribution",
            "ResidentContributionSubmitted",
        )
    except Refused:
        return None
    contribution, amount = at(submitted, "contribution.id"), at(submitted, "contribution.amount")
    cursor = at(before, "events.pageInfo").get("endCursor")
    if by_channel:
        return ChannelPayment(person, member, contribution, amount, cursor)
    balance = fen(at(before, "viewer.person.account.balance"), "balance")
    return Payment(person, member, contribution, amount, balance, cursor)
