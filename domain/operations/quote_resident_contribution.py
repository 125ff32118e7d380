"""Tell what a resident contribution would cost and buy today (代缴信息校验): nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.quoting import Quote
from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store.engine import Connection
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class QuoteOrder:
    """For whom (`person_id`) and for which year of cover the actor asks."""

    actor: Id
    person_id: Id
    coverage_year: int


async def quote_resident_contributions(
    connection: Connection, orders: Sequence[QuoteOrder], setting: Setting
) -> list[Quote | Refusal]:
    raise NotImplementedError
