"""Correct wages that a unit declared too low (补差): the difference makes one bill, and each line has its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.declaring import DeclaredMonth, corrected
from domain.decisions.employee_rates import more
from domain.operations.answering import Answers, question
from domain.operations.declare_wages import LinesAnswered, bill_declared, drawn_up
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal, UnitNotFound
from domain.store import answers as answer_store
from domain.store import employee_bills, events, persons, units
from domain.store.employee_bills import NewBill
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from domain.vocabulary import Fen, Id


@dataclass(frozen=True, slots=True)
class CorrectOrder:
    """`actor` is the unit's officer, 0 where none is signed in. `lines` are (person, wage as it should have been)."""

    actor: Id
    key: str
    cause: str
    unit_id: Id
    month: int
    lines: tuple[tuple[Id, Fen], ...]
    mutation: str = "correctWages"

    @property
    def ids(self) -> int:
        """How many ids it takes at most: each line, the bill, the event."""
        return len(self.lines) + 2


@dataclass(frozen=True, slots=True)
class WagesCorrected(LinesAnswered):
    """A correction, line by line."""


async def correct_wages(
    connection: Connection, orders: Sequence[CorrectOrder], setting: Setting
) -> list[WagesCorrected | Refusal]:
    """One answer to each order, in order; what one order corrects stands so for those after it."""
    # Gather: the persons are held, so that two corrections for one person take turns.
    await persons.hold(connection, [person for order in orders for person, _ in order.lines])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    acted_for = await units.acted_for(connection, [(order.actor, order.unit_id) for order in orders])
    asked = [(order.unit_id, person, order.month) for order in orders for person, _ in order.lines]
    standing = await employee_bills.declared_months(connection, asked)

    # Decide.
    answers = Answers(WagesCorrected, setting.now)
    bills: list[NewBill] = []
    log: list[NewEvent] = []

    def answered(order: CorrectOrder) -> WagesCorrected | Refusal:
        if not order.actor:
            return NotSignedIn()
        unit = acted_for.get((order.actor, order.unit_id))
        if unit is None:
            return UnitNotFound()
        months = standing.setdefault((order.unit_id, order.month), {})
        decision = corrected(setting.policy, setting.on, unit.region, order.month, order.lines, standing=months)
        if isinstance(decision, Refusal):
            return decision
        drawn = drawn_up(WagesCorrected, order, decision, unit.region, setting)
        if drawn.bill is not None:
            bills.append(drawn.bill)
            log.append(bill_declared(EventType.WAGES_CORRECTED, order, drawn.bill, setting))
            for line in drawn.bill.lines:
                before = months[line.person_id]
                months[line.person_id] = DeclaredMonth(before.enrolment_id, more(line.shares, before.shares))
        return drawn.answer

    results = answers.each(orders, first_answers, answered)

    # Record.
    await employee_bills.declare(connection, bills)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results
