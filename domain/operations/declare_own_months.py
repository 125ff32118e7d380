"""Declare months of one's own as a flexible worker (灵活就业人员申报缴费): one bill, which the person pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.declaring import OwnMonths, months_from, own_months
from domain.operations.answering import Answers, question
from domain.operations.declare_wages import bill_declared
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import employee_bills, enrolments, events, persons
from domain.store.employee_bills import NewBill, NewLine
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from domain.vocabulary import Fen, Id, RegionCode


@dataclass(frozen=True, slots=True)
class OwnMonthsOrder:
    """So many months from the first on, on the base that the person chooses. `enrolment_id` is 0 for none readable."""

    actor: Id
    key: str
    cause: str
    enrolment_id: Id
    first_month: int
    months: int
    base_fen: Fen
    mutation: str = "declareOwnMonths"

    @property
    def ids(self) -> int:
        """How many ids it takes at most: each month, the bill, the event."""
        return self.months + 2


@dataclass(frozen=True, slots=True)
class OwnMonthsDeclared:
    """The bill over the months."""

    bill_id: Id


async def declare_own_months(
    connection: Connection, orders: Sequence[OwnMonthsOrder], setting: Setting
) -> list[OwnMonthsDeclared | Refusal]:
    """One answer to each order, in order; months that one order declares are declared for those after it."""
    # Gather.
    await persons.hold(connection, [order.actor for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    held = await enrolments.by_id(connection, [order.enrolment_id for order in orders])
    asked = [(order.actor, month) for order in orders for month in months_from(order.first_month, order.months)]
    taken = await employee_bills.declared_already(connection, asked)

    # Decide.
    answers = Answers(OwnMonthsDeclared, setting.now)
    bills: list[NewBill] = []
    log: list[NewEvent] = []

    def answered(order: OwnMonthsOrder) -> OwnMonthsDeclared | Refusal:
        if not order.actor:
            return NotSignedIn()
        enrolment = held.get(order.enrolment_id)
        if enrolment is not None and enrolment.person_id != order.actor:
            enrolment = None
        decision = own_months(
            setting.policy,
            setting.now,
            enrolment,
            order.first_month,
            order.months,
            order.base_fen,
            declared_before=frozenset(month for person, month in taken if person == order.actor),
        )
        if isinstance(decision, Refusal):
            return decision
        assert enrolment is not None, "who declares is enrolled"
        bill = _bill(order, decision, enrolment.region, setting)
        bills.append(bill)
        log.append(bill_declared(EventType.OWN_MONTHS_DECLARED, order, bill, setting))
        taken.update((order.actor, line.month) for line in bill.lines)
        return OwnMonthsDeclared(bill.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await employee_bills.declare(connection, bills)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _bill(order: OwnMonthsOrder, decision: OwnMonths, region: RegionCode, setting: Setting) -> NewBill:
    return NewBill(
        id=setting.ids.new(region),
        unit_id=None,
        person_id=order.actor,
        region=region,
        kind=decision.kind,
        month=decision.months[-1][0],
        months=len(decision.months),
        declared_at=setting.now,
        declared_by=order.actor,
        due_on=decision.due_on,
        lines=tuple(
            NewLine(setting.ids.new(region), month, order.actor, order.enrolment_id, order.base_fen, cost)
            for month, cost in decision.months
        ),
    )
