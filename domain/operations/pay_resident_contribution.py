"""Pay submitted resident contributions from the personal account (个人账户代缴)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store.engine import Connection
from domain.vocabulary import Fen, Id


@dataclass(frozen=True, slots=True)
class PayOrder:
    """`expected_fen` is the amount the client was shown, None where it does not say."""

    actor: Id
    key: str
    cause: str
    contribution_id: Id
    expected_fen: Fen | None = None
    mutation: str = "payResidentContribution"


@dataclass(frozen=True, slots=True)
class PayTogetherOrder:
    """Several payments under one key: (contribution, expected amount or None) each."""

    actor: Id
    key: str
    cause: str
    payments: tuple[tuple[Id, Fen | None], ...]
    mutation: str = "payResidentContributions"


@dataclass(frozen=True, slots=True)
class ResidentContributionPaid:
    """The contribution, the entry that paid it and the account it left."""

    contribution_id: Id
    entry_id: Id
    account_id: Id


async def pay_resident_contributions(
    connection: Connection, orders: Sequence[PayOrder], setting: Setting
) -> list[ResidentContributionPaid | Refusal]:
    raise NotImplementedError


async def pay_resident_contributions_together(
    connection: Connection, order: PayTogetherOrder, setting: Setting
) -> list[ResidentContributionPaid | Refusal]:
    raise NotImplementedError
