"""From work to retirement (在职转退休): assessed, months short settled at once (趸缴), and the enrolment changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from domain.decisions.employee_rates import Shares, month_of
from domain.decisions.records import EnrolmentOnRecord
from domain.decisions.retiring import (
    Assessment,
    MonthInArrears,
    RetirementMatter,
    assessed,
    in_arrears,
    retired,
    settled_at_once,
)
from domain.operations.answering import Answers, question
from domain.operations.declare_wages import bill_declared
from domain.operations.enrolment_events import changed_event
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import employee_bills, enrolments, events, persons, units
from domain.store.answers import StoredAnswer
from domain.store.employee_bills import NewBill, NewLine
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import EmployeeContributionKind, Fen, Id, pooling_area


@dataclass(frozen=True, slots=True)
class LumpSumOrder:
    """`enrolment_id` is 0 where the client named none that can be read. `for_unit`: the actor is a unit's officer.

    `retired_early`: an approval to retire before the statutory age was handed in.
    """

    actor: Id
    key: str
    cause: str
    enrolment_id: Id
    for_unit: bool
    mutation: str = "declareLumpSum"
    retired_early: bool = False


@dataclass(frozen=True, slots=True)
class RetireOrder:
    """`enrolment_id` is 0 where the client named none that can be read. `for_unit`: the actor is a unit's officer."""

    actor: Id
    key: str
    cause: str
    enrolment_id: Id
    for_unit: bool
    mutation: str = "retire"


@dataclass(frozen=True, slots=True)
class LumpSumDeclared:
    """The bill over the months short, which the person pays."""

    bill_id: Id


@dataclass(frozen=True, slots=True)
class Retired:
    """The enrolment that is a pensioner's now."""

    enrolment_id: Id


@dataclass(frozen=True, slots=True)
class Arrears:
    """The months of an enrolment that are in arrears, the earliest first."""

    enrolment_id: Id
    months: tuple[MonthInArrears, ...]


class _Asked(Protocol):
    @property
    def actor(self) -> Id: ...
    @property
    def enrolment_id(self) -> Id: ...
    @property
    def for_unit(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class RetirementQuestion:
    """Who asks about which enrolment, in which capacity."""

    actor: Id
    enrolment_id: Id
    for_unit: bool


async def assess_retirement(
    connection: Connection, asked: RetirementQuestion, setting: Setting
) -> Assessment | Refusal:
    """How many months are short today, and what they cost. Nothing is recorded."""
    if not asked.actor:
        return NotSignedIn()
    matters = await _matters(connection, [asked])
    return assessed(setting.policy, setting.on, matters.get(_about(asked)))


async def tell_arrears(connection: Connection, asked: RetirementQuestion, setting: Setting) -> Arrears | Refusal:
    """The months in arrears today. Nothing is recorded."""
    if not asked.actor:
        return NotSignedIn()
    matters = await _matters(connection, [asked])
    found = in_arrears(setting.policy, setting.on, matters.get(_about(asked)))
    return found if isinstance(found, Refusal) else Arrears(asked.enrolment_id, found)


async def declare_lump_sums(
    connection: Connection, orders: Sequence[LumpSumOrder], setting: Setting
) -> list[LumpSumDeclared | Refusal]:
    """One answer to each order, in order. A bill that waits for payment already is answered again."""
    first_answers, matters = await _gathered(connection, orders)
    bills: dict[Id, NewBill] = {}
    log: list[NewEvent] = []

    def answered(order: LumpSumOrder) -> LumpSumDeclared | Refusal:
        if not order.actor:
            return NotSignedIn()
        matter = matters.get(_about(order))
        decision = settled_at_once(setting.policy, setting.on, matter, retired_early=order.retired_early)
        if isinstance(decision, Refusal):
            return decision
        assert matter is not None, "who is assessed is enrolled"
        if matter.settlement is not None:
            return LumpSumDeclared(matter.settlement.bill_id)
        bill = bills.get(matter.person.id)
        if bill is None:
            bill = bills[matter.person.id] = _bill(order, matter.enrolment, decision, setting)
            log.append(bill_declared(EventType.LUMP_SUM_DECLARED, order, bill, setting))
        return LumpSumDeclared(bill.id)

    answers = Answers(LumpSumDeclared, setting.now)
    results = answers.each(orders, first_answers, answered)
    await employee_bills.declare(connection, list(bills.values()))
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


async def retire(connection: Connection, orders: Sequence[RetireOrder], setting: Setting) -> list[Retired | Refusal]:
    """One answer to each order, in order. A pensioner contributes no more."""
    first_answers, matters = await _gathered(connection, orders)
    moved: list[tuple[EnrolmentOnRecord, EnrolmentOnRecord]] = []
    log: list[NewEvent] = []

    def answered(order: RetireOrder) -> Retired | Refusal:
        if not order.actor:
            return NotSignedIn()
        matter = matters.get(_about(order))
        decision = retired(setting.policy, setting.on, matter)
        if isinstance(decision, Refusal):
            return decision
        assert matter is not None, "who retires is enrolled"
        after = decision.enrolment
        moved.append((matter.enrolment, after))
        log.append(_event(order, after, setting))
        for before, ended in decision.ended:
            moved.append((before, ended))
            log.append(changed_event(order, EventType.ENROLMENT_TERMINATED, ended, setting))
        for about, other in matters.items():
            if other.enrolment.id == after.id:
                matters[about] = replace(other, enrolment=after)
        return Retired(after.id)

    answers = Answers(Retired, setting.now)
    results = answers.each(orders, first_answers, answered)
    await enrolments.move(connection, moved)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


_OrderT = TypeVar("_OrderT", LumpSumOrder, RetireOrder)


def _about(asked: _Asked) -> tuple[Id, Id, bool]:
    return asked.actor, asked.enrolment_id, asked.for_unit


async def _gathered(
    connection: Connection, orders: Sequence[_OrderT]
) -> tuple[Mapping[tuple[Id, str, str], StoredAnswer], dict[tuple[Id, Id, bool], RetirementMatter]]:
    """What was answered before, and what the orders are about; the persons are held."""
    named = await enrolments.by_id(connection, [order.enrolment_id for order in orders])
    await persons.hold(connection, [one.person_id for one in named.values()])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    return first_answers, await _matters(connection, orders)


async def _matters(connection: Connection, asked: Sequence[_Asked]) -> dict[tuple[Id, Id, bool], RetirementMatter]:
    """By question, what it is about, where whoever asks may act on it in that capacity.

    Of other pooling areas only what a transfer has brought along counts, and the enrolment that it came to has that.
    """
    named = await enrolments.by_id(connection, [one.enrolment_id for one in asked])
    acted_for = await units.acted_for(
        connection,
        [
            (one.actor, unit)
            for one in asked
            if one.for_unit and one.enrolment_id in named and (unit := named[one.enrolment_id].unit_id) is not None
        ],
    )
    people = await persons.on_record(connection, [one.person_id for one in named.values()])
    held = await enrolments.of_persons(connection, people)
    billed = await employee_bills.billed(connection, people)

    def may(one: _Asked, enrolment: EnrolmentOnRecord) -> bool:
        if one.for_unit:
            return enrolment.unit_id is not None and (one.actor, enrolment.unit_id) in acted_for
        return enrolment.person_id == one.actor

    return {
        _about(one): RetirementMatter(
            enrolment,
            people[enrolment.person_id],
            [other for other in held.get(enrolment.person_id, []) if pooling_area(other.region) == area],
            [other for other in billed.get(enrolment.person_id, []) if pooling_area(other.region) == area],
        )
        for one in asked
        if (enrolment := named.get(one.enrolment_id)) is not None and may(one, enrolment)
        for area in (pooling_area(enrolment.region),)
    }


def _bill(order: LumpSumOrder, enrolment: EnrolmentOnRecord, found: Assessment, setting: Setting) -> NewBill:
    month = month_of(setting.on)
    shares = Shares(found.base_fen, Fen(0), found.lump_sum_fen, Fen(0), Fen(0))
    line = NewLine(
        setting.ids.new(enrolment.region),
        month,
        enrolment.person_id,
        enrolment.id,
        found.base_fen,
        shares,
        months=found.months_short,
    )
    return NewBill(
        id=setting.ids.new(enrolment.region),
        unit_id=None,
        person_id=enrolment.person_id,
        region=enrolment.region,
        kind=EmployeeContributionKind.LUMP_SUM,
        month=month,
        months=found.months_short,
        declared_at=setting.now,
        declared_by=order.actor,
        due_on=setting.on,
        lines=(line,),
    )


def _event(order: RetireOrder, after: EnrolmentOnRecord, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(after.region),
        type=EventType.RETIRED,
        region=after.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=after.person_id,
        cause=Cause.of(order),
        payload={
            "enrolment_id": after.id,
            "person_id": after.person_id,
            "unit_id": after.unit_id,
        },
    )
