"""Enrolment in the employee scheme (职工参保登记): lists of people become orders, and each line has its answer."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.employee_enrolments import MemberLine
from domain.operations.add_unit_members import AddMembersOrder, MemberAdded, UnitMembersAdded, add_unit_members
from domain.operations.register_flexible_workers import (
    FlexibleWorkerRegistered,
    RegisterFlexibleOrder,
    register_flexible_workers,
)
from domain.operations.stop_unit_members import (
    MemberStopped,
    StopMembersOrder,
    UnitMembersStopped,
    stop_unit_members,
)
from domain.vocabulary import Id, Prefix
from resolvers.fields.journey import MOST_LINES, batched, named, officer, too_many_lines_or_none
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import Arguments, ComputedSource, NestedMany, ToRow

OUTCOMES = (
    *(
        ComputedSource(outcome.__name__, outcome, {"enrolment": ToRow("Enrolment", lambda one: one.enrolment_id)})
        for outcome in (MemberAdded, MemberStopped, FlexibleWorkerRegistered)
    ),
    *(
        ComputedSource(
            outcome.__name__, outcome, {"lines": NestedMany(lambda answered: answered.lines, MOST_LINES, "lines")}
        )
        for outcome in (UnitMembersAdded, UnitMembersStopped)
    ),
)


def _add(actor_id: Id, key: str, cause: str, given: Arguments) -> AddMembersOrder:
    lines = tuple(MemberLine(line["name"], line["idType"], line["idNumber"]) for line in given["lines"])
    return AddMembersOrder(actor_id, key, cause, named(given, "unitId", Prefix.UNIT), lines)


def _stop(actor_id: Id, key: str, cause: str, given: Arguments) -> StopMembersOrder:
    lines = tuple((named(line, "personId", Prefix.PERSON), line["reason"]) for line in given["lines"])
    return StopMembersOrder(actor_id, key, cause, named(given, "unitId", Prefix.UNIT), lines)


def _register(actor_id: Id, key: str, cause: str, given: Arguments) -> RegisterFlexibleOrder:
    return RegisterFlexibleOrder(actor_id, key, cause, given["region"])


MUTATIONS: Mapping[str, MutationSource] = {
    "addUnitMembers": batched(
        add_unit_members, _add, actor=officer, objection=too_many_lines_or_none, ids=lambda order: order.ids
    ),
    "stopUnitMembers": batched(
        stop_unit_members, _stop, actor=officer, objection=too_many_lines_or_none, ids=lambda order: order.ids
    ),
    "registerFlexibleWorker": batched(register_flexible_workers, _register, ids=lambda order: order.ids),
}
