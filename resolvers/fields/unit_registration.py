"""Registration of units (单位参保登记): what clerks do, and the units as they are registered."""

from __future__ import annotations

from collections.abc import Mapping

from domain.operations.change_unit import ChangeUnitOrder, UnitChanged, change_units
from domain.operations.move_unit import (
    MoveUnitOrder,
    UnitCancelled,
    UnitResumed,
    UnitSuspended,
    cancel_units,
    resume_units,
    suspend_units,
)
from domain.operations.register_unit import RegisterUnitOrder, UnitRegistered, register_units
from domain.vocabulary import Id, Prefix
from resolvers.context import Request
from resolvers.fields.journey import MakeOrder, batched, named
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import Arguments, ComputedField, ComputedSource, Form, Plain, ToRow


def clerk(request: Request) -> Id:
    """The clerk who acts, 0 where none does."""
    return request.clerk


_UNIT: Mapping[str, ComputedField] = {"unit": ToRow("Unit", lambda outcome: outcome.unit_id)}

OUTCOMES = (
    ComputedSource(
        "UnitRegistered",
        UnitRegistered,
        {**_UNIT, "officer": ToRow("Persona", lambda outcome: outcome.persona_id)},
    ),
    ComputedSource(
        "UnitChanged",
        UnitChanged,
        {**_UNIT, "movedEnrolments": Plain(lambda outcome, arguments: outcome.moved_enrolments, Form.INTEGER)},
    ),
    ComputedSource("UnitSuspended", UnitSuspended, _UNIT),
    ComputedSource("UnitResumed", UnitResumed, _UNIT),
    ComputedSource("UnitCancelled", UnitCancelled, _UNIT),
)


def _register(actor_id: Id, key: str, cause: str, given: Arguments) -> RegisterUnitOrder:
    return RegisterUnitOrder(
        actor=actor_id,
        key=key,
        cause=cause,
        name=given["unitName"],
        kind=given["unitKind"],
        credit_code=given["creditCode"],
        region=given["region"],
        officer_name=given["officerName"],
        officer_id_type=given["officerIdType"],
        officer_id_number=given["officerIdNumber"],
    )


def _change(actor_id: Id, key: str, cause: str, given: Arguments) -> ChangeUnitOrder:
    unit_id = named(given, "unitId", Prefix.UNIT)
    return ChangeUnitOrder(actor_id, key, cause, unit_id, given["unitName"], given["unitKind"], given["region"])


def _move(mutation: str) -> MakeOrder:
    def order(actor_id: Id, key: str, cause: str, given: Arguments) -> MoveUnitOrder:
        return MoveUnitOrder(actor_id, key, cause, named(given, "unitId", Prefix.UNIT), mutation)

    return order


MUTATIONS: Mapping[str, MutationSource] = {
    "registerUnit": batched(register_units, _register, actor=clerk),
    "changeUnit": batched(change_units, _change, actor=clerk),
    "suspendUnit": batched(suspend_units, _move("suspendUnit"), actor=clerk),
    "resumeUnit": batched(resume_units, _move("resumeUnit"), actor=clerk),
    "cancelUnit": batched(cancel_units, _move("cancelUnit"), actor=clerk),
}
