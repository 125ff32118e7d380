"""Personal accounts drawn in one sum (个人账户一次性支取)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from domain.operations.withdraw_account import IDS_PER_WITHDRAWAL, AccountWithdrawn, WithdrawOrder, withdraw_accounts
from domain.refusals import InputNotAcceptable, InputProblem
from domain.store.tables import account_withdrawals
from domain.vocabulary import DataType, Id, Prefix, Role, WithdrawalMaterial
from resolvers.fields.journey import batched, named
from resolvers.fields.rules import by_role, consented, listed_in_clerks_region
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
    Arguments,
    ComputedSource,
    Identifier,
    Many,
    QueryRoot,
    RowSource,
    ToRow,
    by_key,
    day,
    moment,
    of_persons,
    text,
    yuan,
)

_FOUR_DIGITS = re.compile(r"[0-9]{4}")

WITHDRAWAL = RowSource(
    "AccountWithdrawal",
    account_withdrawals,
    key=("id",),
    prefix=Prefix.ACCOUNT_WITHDRAWAL,
    rule=by_role(
        {
            Role.CITIZEN: lambda row, scope: (
                f"{row.person_id} = {scope.viewer_id} OR {row.applicant_id} = {scope.viewer_id}"
            ),
            Role.CLERK: listed_in_clerks_region,
            Role.PARTNER: consented(DataType.ACCOUNT, "person_id", "applicant_id"),
            Role.OPERATOR: None,
        }
    ),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.ACCOUNT_WITHDRAWAL, lambda row, scope: row.id),
        "account": by_key("PersonalAccount", "account_id"),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "applicant": by_key("Person", "applicant_id", through=True, nullable=False),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "reason": text("reason"),
        "cardLastFour": text("card_last_four"),
        "amount": yuan("amount_fen"),
        "withdrawnAt": moment("withdrawn_at"),
        "payableBy": day("payable_by"),
        "entry": by_key("AccountEntry", "entry_id"),
    },
)

OUTCOME = ComputedSource(
    "AccountWithdrawn",
    AccountWithdrawn,
    {"withdrawal": ToRow("AccountWithdrawal", lambda outcome: outcome.withdrawal_id)},
)

QUERIES: Mapping[str, QueryRoot] = {"accountWithdrawals": Many("AccountWithdrawal")}


def wrong_card(last_four: str) -> InputNotAcceptable | None:
    """What is wrong with the end of a card's number."""
    if not _FOUR_DIGITS.fullmatch(last_four):
        return InputNotAcceptable(field="cardLastFour", problem=InputProblem.CARD_DIGITS)
    return None


def _unacceptable(given: Arguments) -> InputNotAcceptable | None:
    return wrong_card(given["cardLastFour"])


def _withdraw(actor_id: Id, key: str, cause: str, given: Arguments) -> WithdrawOrder:
    handed_in = set(given["materials"])
    return WithdrawOrder(
        actor=actor_id,
        key=key,
        cause=cause,
        person_id=named(given, "personId", Prefix.PERSON),
        reason=given["reason"],
        materials=tuple(one for one in WithdrawalMaterial if one in handed_in),
        card_last_four=given["cardLastFour"],
    )


MUTATIONS: Mapping[str, MutationSource] = {
    "withdrawAccount": batched(
        withdraw_accounts, _withdraw, objection=_unacceptable, ids=lambda order: IDS_PER_WITHDRAWAL
    ),
}
