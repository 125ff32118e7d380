"""Register a unit for insurance (单位参保登记), and name who acts for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.identity import document_number
from domain.decisions.unit_registration import OfficerForm, RegisterAnswer, UnitForm, registered
from domain.operations.answering import Answers, question
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, persons, regions, units
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.units import NewUnit
from domain.vocabulary import NATION, NUMBERS_PER_PROVINCE, Id, IdType, RegionCode, UnitKind


@dataclass(frozen=True, slots=True)
class RegisterUnitOrder:
    """`actor` is the clerk, 0 where none is signed in. The officer is told by their identity document."""

    actor: Id
    key: str
    cause: str
    name: str
    kind: UnitKind
    credit_code: str
    region: RegionCode
    officer_name: str
    officer_id_type: IdType
    officer_id_number: str
    mutation: str = "registerUnit"

    @property
    def document(self) -> tuple[IdType, str]:
        """Kind and number of the officer's document, as registers write it."""
        return self.officer_id_type, document_number(self.officer_id_number)

    @property
    def code(self) -> str:
        """The credit code as registers write it: no spaces, capital letters."""
        return document_number(self.credit_code)


@dataclass(frozen=True, slots=True)
class UnitRegistered:
    """The unit, and the persona as whom its officer signs in."""

    unit_id: Id
    persona_id: Id


async def register_units(
    connection: Connection, orders: Sequence[RegisterUnitOrder], setting: Setting
) -> list[UnitRegistered | Refusal]:
    """One answer to each order, in order; a code that one order registers is registered for those after it."""
    # Gather: registrations take turns, so that two of one code do.
    await units.hold_register(connection)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    clerks = await units.clerks(connection, [order.actor for order in orders])
    counties = await regions.counties(connection, [order.region for order in orders])
    codes = await units.by_credit_code(connection, [order.code for order in orders])
    documents = [order.document for order in orders if order.actor in clerks]
    officers = await persons.by_document(connection, documents)
    register = await asked_register(connection, documents, setting)

    # Decide.
    answers = Answers(UnitRegistered, setting.now)
    new: list[NewUnit] = []
    log: list[NewEvent] = []

    def answered(order: RegisterUnitOrder) -> UnitRegistered | Refusal:
        clerk_region = clerks.get(order.actor)
        if clerk_region is None:
            return NotSignedIn()
        decision = registered(
            setting.policy,
            setting.on,
            clerk_region,
            UnitForm(order.name, order.kind, order.region),
            order.code,
            OfficerForm(order.officer_name, order.officer_id_type, order.officer_id_number),
            None if register is None else RegisterAnswer(register.get(order.document)),
            is_county=order.region in counties,
            registered_as=codes.get(order.code),
            officer_id=officers.get(order.document),
        )
        if isinstance(decision, Refusal):
            return decision
        unit = _unit(order, decision, setting)
        new.append(unit)
        codes[order.code] = unit.id
        log.append(_event(order, unit, setting))
        return UnitRegistered(unit.id, unit.persona_id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await units.register(connection, new)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _unit(order: RegisterUnitOrder, officer_id: Id, setting: Setting) -> NewUnit:
    unit_id, name = setting.ids.new(order.region), order.name.strip()
    return NewUnit(
        id=unit_id,
        region=order.region,
        name=name,
        kind=order.kind,
        credit_code=order.code,
        registered_on=setting.on,
        # No province leads it: a list of personas shows them in the order in which they came.
        persona_id=setting.ids.new(NATION),
        officer_id=officer_id,
        persona_name=f"officer-{unit_id % NUMBERS_PER_PROVINCE}",
        description_zh=f"{name}的经办人员，由经办机构登记",
        description_en=f"officer of {name}, named when the unit was registered",
    )


def _event(order: RegisterUnitOrder, unit: NewUnit, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(unit.region),
        type=EventType.UNIT_REGISTERED,
        region=unit.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=unit.officer_id,
        cause=Cause.of(order),
        payload={"unit_id": unit.id, "name": unit.name, "kind": unit.kind.name, "credit_code": unit.credit_code},
    )
