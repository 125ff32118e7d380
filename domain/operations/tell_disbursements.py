"""Tell how the amount of a payment by an agency came about (拨付金额的由来)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.tracing import NumberedStep
from domain.operations.setting import Setting
from domain.store import claims, maternity_benefits
from domain.store.engine import Connection
from domain.vocabulary import Id, Role, Viewer, lies_in


@dataclass(frozen=True, slots=True)
class DisbursementTrace:
    """How the amount of a payment came about."""

    disbursement_id: Id
    person_id: Id
    steps: tuple[NumberedStep, ...]


async def tell_disbursement_trace(
    connection: Connection, viewer: Viewer, disbursement_id: Id, setting: Setting
) -> DisbursementTrace | None:
    """The steps as they were kept; None for whoever may not see the payment, as where none were."""
    kept = await maternity_benefits.kept_trace(connection, disbursement_id, viewer.person_id)
    if kept is None:
        return None
    seen = {
        Role.CITIZEN: kept.bound or kept.payee_id == viewer.person_id,
        Role.UNIT_OFFICER: kept.unit_id is not None and kept.unit_id == viewer.unit_id,
        Role.CLERK: lies_in(kept.region, viewer.region),
        Role.OPERATOR: True,
        Role.AUDITOR: True,
    }
    if not seen.get(viewer.role, False):
        return None
    return DisbursementTrace(disbursement_id, kept.person_id, claims.read_trace(kept.trace, setting.policy))
