"""Declare a unit's wages of a month (单位缴费申报): what is recorded makes one bill, and each line has its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from domain.decisions.declaring import Declaration, declared
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import InputNotAcceptable, NotSignedIn, Refusal, UnitInAnotherState, UnitNotFound
from domain.store import answers as answer_store
from domain.store import employee_bills, events, persons, units
from domain.store.employee_bills import NewBill, NewLine
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import Fen, Id, RegionCode, UnitStatus, WageLineOutcome


@dataclass(frozen=True, slots=True)
class DeclareOrder:
    """`actor` is the unit's officer, 0 where none is signed in. `lines` are (person, wage), in the officer's order."""

    actor: Id
    key: str
    cause: str
    unit_id: Id
    month: int
    lines: tuple[tuple[Id, Fen], ...]
    mutation: str = "declareWages"

    @property
    def ids(self) -> int:
        """How many ids it takes at most: each line, the bill, the event."""
        return len(self.lines) + 2


@dataclass(frozen=True, slots=True)
class LinesAnswered:
    """The bill, None where no line was recorded; for each line its person, outcome and contribution (0 for none)."""

    bill_id: Id | None
    persons: tuple[Id, ...]
    outcomes: tuple[WageLineOutcome, ...]
    contributions: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class WagesDeclared(LinesAnswered):
    """A declaration, line by line."""


async def declare_wages(
    connection: Connection, orders: Sequence[DeclareOrder], setting: Setting
) -> list[WagesDeclared | Refusal]:
    """One answer to each order, in order; a month that one order declares is declared for those after it."""
    # Gather: units and persons are held, so that a unit does not end, nor is anybody declared twice, meanwhile.
    await units.hold(connection, [order.unit_id for order in orders])
    await persons.hold(connection, [person for order in orders for person, _ in order.lines])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    acted_for = await units.acted_for(connection, [(order.actor, order.unit_id) for order in orders])
    pairs = [(order.unit_id, person) for order in orders for person, _ in order.lines]
    members = await employee_bills.members(connection, pairs)
    months = [(person, order.month) for order in orders for person, _ in order.lines]
    taken = await employee_bills.declared_already(connection, months)

    # Decide.
    answers = Answers(WagesDeclared, setting.now)
    bills: list[NewBill] = []
    log: list[NewEvent] = []

    def answered(order: DeclareOrder) -> WagesDeclared | Refusal:
        if not order.actor:
            return NotSignedIn()
        unit = acted_for.get((order.actor, order.unit_id))
        if unit is None:
            return UnitNotFound()
        region = unit.region
        decision = declared(
            setting.policy,
            setting.now,
            region,
            order.month,
            order.lines,
            members=members.get(order.unit_id, {}),
            declared_before=frozenset(person for person, month in taken if month == order.month),
        )
        if isinstance(decision, InputNotAcceptable):
            return decision
        if unit.status is not UnitStatus.ACTIVE:
            return UnitInAnotherState(status=unit.status)
        if isinstance(decision, Refusal):
            return decision
        drawn = drawn_up(WagesDeclared, order, decision, region, setting)
        if drawn.bill is not None:
            bills.append(drawn.bill)
            log.append(bill_declared(EventType.WAGES_DECLARED, order, drawn.bill, setting))
            taken.update((line.person_id, order.month) for line in drawn.bill.lines)
        return drawn.answer

    results = answers.each(orders, first_answers, answered)

    # Record.
    await employee_bills.declare(connection, bills)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


class UnitOrder(Protocol):
    """What a unit's officer asks for a month, line by line."""

    @property
    def actor(self) -> Id: ...
    @property
    def cause(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def unit_id(self) -> Id: ...
    @property
    def month(self) -> int: ...
    @property
    def lines(self) -> tuple[tuple[Id, Fen], ...]: ...


_A = TypeVar("_A", bound=LinesAnswered)


@dataclass(frozen=True, slots=True)
class DrawnUp(Generic[_A]):
    """The answer to a unit's order, and the bill over its recorded lines, None where there is none."""

    answer: _A
    bill: NewBill | None


def drawn_up(
    outcome: type[_A], order: UnitOrder, decision: Declaration, region: RegionCode, setting: Setting
) -> DrawnUp[_A]:
    """What a decision over an order's lines makes of them."""
    lines = [_line(order, at, decision, region, setting) for at in range(len(order.lines))]
    recorded = tuple(line for line in lines if line is not None)
    bill = _bill(order, decision, region, recorded, setting) if recorded else None
    answer = outcome(
        None if bill is None else bill.id,
        tuple(person for person, _ in order.lines),
        tuple(line.outcome for line in decision.lines),
        tuple(Id(0) if line is None else line.id for line in lines),
    )
    return DrawnUp(answer, bill)


def _line(order: UnitOrder, at: int, decision: Declaration, region: RegionCode, setting: Setting) -> NewLine | None:
    """The line as it is recorded, None where it is not."""
    answer = decision.lines[at]
    if answer.shares is None or answer.enrolment_id is None:
        return None
    person_id, wage_fen = order.lines[at]
    return NewLine(setting.ids.new(region), order.month, person_id, answer.enrolment_id, wage_fen, answer.shares)


def _bill(
    order: UnitOrder, decision: Declaration, region: RegionCode, lines: tuple[NewLine, ...], setting: Setting
) -> NewBill:
    return NewBill(
        id=setting.ids.new(region),
        unit_id=order.unit_id,
        person_id=None,
        region=region,
        kind=decision.kind,
        month=order.month,
        months=1,
        declared_at=setting.now,
        declared_by=order.actor,
        due_on=decision.due_on,
        lines=lines,
    )


class Declarer(Protocol):
    """Who declares, and in which request."""

    @property
    def actor(self) -> Id: ...
    @property
    def cause(self) -> str: ...
    @property
    def key(self) -> str: ...


def bill_declared(event: EventType, order: Declarer, bill: NewBill, setting: Setting) -> NewEvent:
    """That a bill is due now, told to whoever declared it."""
    return NewEvent(
        id=setting.ids.new(bill.region),
        type=event,
        region=bill.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=order.actor,
        cause=Cause.of(order),
        payload={
            "bill_id": bill.id,
            "unit_id": bill.unit_id,
            "kind": bill.kind.name,
            "month": bill.month,
            "months": bill.months,
            "persons": len({line.person_id for line in bill.lines}),
            "unit_fen": bill.unit_fen,
            "personal_fen": bill.personal_fen,
            "maternity_fen": bill.maternity_fen,
            "amount_fen": Fen(bill.unit_fen + bill.personal_fen + bill.maternity_fen),
            "due_on": bill.due_on.isoformat(),
        },
    )
