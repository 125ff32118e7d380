"""Tell what a resident contribution would cost and buy today (代缴信息校验): nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.channels import channel_objections
from domain.decisions.quoting import Quote, quoted
from domain.operations.enrolled_elsewhere import asked_nationally
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store.engine import Connection
from domain.store.standings import standings_to_quote
from domain.vocabulary import Id, PaymentChannel


@dataclass(frozen=True, slots=True)
class QuoteOrder:
    """For whom (`person_id`, 0 for nobody who can be read) and for which year of cover the actor asks."""

    actor: Id
    person_id: Id
    coverage_year: int
    grade: int = 1
    repair_years: int = 0
    channel: PaymentChannel = PaymentChannel.PERSONAL_ACCOUNT


async def quote_resident_contributions(
    connection: Connection, orders: Sequence[QuoteOrder], setting: Setting
) -> list[Quote | Refusal]:
    """One answer to each order, in order. A connection for reading is enough."""
    standings = await standings_to_quote(
        connection, [(order.actor, order.person_id, order.coverage_year) for order in orders]
    )
    national = await asked_nationally(connection, standings, setting)
    return [
        NotSignedIn()
        if standing is None
        else quoted(
            setting.policy,
            setting.on,
            national.added_to(standing),
            grade=order.grade,
            repair_years=order.repair_years,
            channel=order.channel,
            objecting=channel_objections(setting.policy, setting.now, standing, order.channel),
            unanswered=national.unanswered,
        )
        for order, standing in zip(orders, standings, strict=True)
    ]
