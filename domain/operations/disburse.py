"""Pay out what a filing brings about (拨付): the money, its entries and the event, in the filing's own transaction."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.filings import Filing
from domain.operations.answering import Order
from domain.operations.setting import Setting
from domain.store import disbursements, events
from domain.store.disbursements import NewDisbursement
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """Who applied, by the order that completes the filing."""

    actor: Id
    key: str
    cause: str


def on_behalf(filing: Filing, order: Order) -> OnBehalf:
    """What completing a filing does is done for whoever applied."""
    return OnBehalf(filing.filer_id, order.key, order.cause)


async def disburse(connection: Connection, order: Order, new: NewDisbursement, payee: Id, setting: Setting) -> None:
    """The money is paid, and the log tells it to the payee."""
    await disbursements.pay(connection, [new])
    paid = NewEvent(
        id=setting.ids.new(new.region),
        type=EventType.DISBURSED,
        region=new.region,
        occurred_at=setting.now,
        actor_id=Id(0),
        subject_id=payee,
        cause=Cause.of(order),
        payload={"disbursement_id": new.id, "purpose": new.purpose.name, "amount_fen": new.amount_fen},
    )
    await events.append(connection, [paid])
