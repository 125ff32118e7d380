"""Tell a clerk somebody's full values, once, and record it (调取完整信息).

No answer is kept under its key: the values would be kept with it. A request that is sent again is looked at anew,
told anew and recorded anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.revealing import REVEAL_SECONDS, objection_to
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import access_records, events, persons
from domain.store.access_records import Access
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import AccessKind, Id, RevealField, RevealReason, Role, Transport, Viewer, business_date


@dataclass(frozen=True, slots=True)
class RevealOrder:
    """Who asks about whom, why and in which request; `asked_at` is in the machine's time, as limits are."""

    viewer: Viewer
    key: str
    person_id: Id
    fields: tuple[RevealField, ...]
    reason: RevealReason
    explanation: str
    asked_at: int
    operation: tuple[str, str]
    transport: Transport
    cause: str


@dataclass(frozen=True, slots=True)
class IdentityRevealed:
    """The values that were asked for, in full; None for those that were not, or that nobody has."""

    person_id: Id
    name: str | None
    id_number: str | None
    phone: str | None


async def reveal_identity(connection: Connection, order: RevealOrder, setting: Setting) -> IdentityRevealed | Refusal:
    """The values, recorded in the transaction that reads them, or why they are not told."""
    viewer = order.viewer
    if viewer.role is not Role.CLERK or not viewer.persona_id:
        return NotSignedIn()

    # Gather: one clerk's requests take turns, so that none is told more than may be.
    await access_records.hold_reader(connection, viewer.persona_id)
    revealed = await access_records.revealed_since(connection, viewer.persona_id, order.asked_at - REVEAL_SECONDS)
    person = await persons.full_values(connection, order.person_id)
    most = setting.policy.fact("identity.most_reveals_an_hour", area=viewer.region, on=business_date(setting.now))

    # Decide.
    objection = objection_to(
        viewer.region,
        None if person is None else person.region,
        revealed,
        most,
        fields=order.fields,
        explanation=order.explanation,
    )
    if objection is not None:
        return objection
    assert person is not None
    told = IdentityRevealed(
        order.person_id,
        person.name if RevealField.NAME in order.fields else None,
        person.id_number if RevealField.ID_NUMBER in order.fields else None,
        person.phone if RevealField.PHONE in order.fields else None,
    )

    # Record.
    names = {RevealField.NAME: "name", RevealField.ID_NUMBER: "idNumber", RevealField.PHONE: "phone"}
    record = Access(
        viewer=viewer,
        occurred_at=setting.now,
        recorded_at=order.asked_at,
        operation=order.operation,
        fields=[f"Person.{names[field]}" for field in RevealField if field in order.fields],
        transport=order.transport,
        request_id=order.cause,
        subjects=[order.person_id],
        purpose=order.explanation.strip(),
        kind=AccessKind.REVEAL,
        reason=order.reason,
    )
    await access_records.append(connection, [record])
    revealed_now = NewEvent(
        id=setting.ids.new(person.region),
        type=EventType.IDENTITY_REVEALED,
        region=person.region,
        occurred_at=setting.now,
        actor_id=Id(0),
        subject_id=order.person_id,
        cause=Cause.of(order),
        payload={"person_id": order.person_id, "reason": order.reason.name},
    )
    await events.append(connection, [revealed_now])
    return told
