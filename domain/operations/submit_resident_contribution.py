"""Submit the application to pay a family member's resident contribution (代缴申请提交)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store.engine import Connection
from domain.vocabulary import Fen, Id, PaymentKind


@dataclass(frozen=True, slots=True)
class SubmitOrder:
    """`expected_fen` is the amount the client was quoted, None where it does not say."""

    actor: Id
    key: str
    cause: str
    person_id: Id
    coverage_year: int
    kind: PaymentKind = PaymentKind.ORDINARY
    expected_fen: Fen | None = None
    mutation: str = "submitResidentContribution"


@dataclass(frozen=True, slots=True)
class ResidentContributionSubmitted:
    """The contribution that now waits for payment."""

    contribution_id: Id


async def submit_resident_contributions(
    connection: Connection, orders: Sequence[SubmitOrder], setting: Setting
) -> list[ResidentContributionSubmitted | Refusal]:
    raise NotImplementedError
