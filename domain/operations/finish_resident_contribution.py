"""Finish a paid resident contribution (点击完成): the electronic payment slip is issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store.engine import Connection
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class FinishOrder:
    """`contribution_id` is 0 where the client named no contribution that can be read."""

    actor: Id
    key: str
    cause: str
    contribution_id: Id
    mutation: str = "finishResidentContribution"


@dataclass(frozen=True, slots=True)
class ResidentContributionFinished:
    """The contribution and its slip, the same however often it is finished."""

    contribution_id: Id
    receipt_id: Id


async def finish_resident_contributions(
    connection: Connection, orders: Sequence[FinishOrder], setting: Setting
) -> list[ResidentContributionFinished | Refusal]:
    raise NotImplementedError
