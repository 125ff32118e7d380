"""What the log tells of filings (办件事件): each move, and what is overdue. No reason in free text stands in it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.filings import Filing
from domain.operations.setting import Setting
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import FilingMove, Id


@dataclass(frozen=True, slots=True)
class FilingMoved:
    """The filing, as it stands after the move."""

    filing_id: Id


def moved_event(move: FilingMove, actor: Id, cause: Cause, filing: Filing, setting: Setting) -> NewEvent:
    """That somebody made a move, and where the filing stands after it."""
    return NewEvent(
        id=setting.ids.new(filing.region),
        type=EventType.FILING_MOVED,
        region=filing.region,
        occurred_at=setting.now,
        actor_id=actor,
        subject_id=filing.applicant_id or Id(0),
        cause=cause,
        payload={**_what(filing), "move": move.name},
    )


def agent_event(type_: EventType, agent: Id, actor: Id, cause: Cause, filing: Filing, setting: Setting) -> NewEvent:
    """That a filing was entrusted to an agent, or is not any more, as it is told to the agent."""
    return NewEvent(
        id=setting.ids.new(filing.region),
        type=type_,
        region=filing.region,
        occurred_at=setting.now,
        actor_id=actor,
        subject_id=agent,
        cause=cause,
        payload=_what(filing),
    )


def overdue_event(cause: Cause, filing: Filing, setting: Setting) -> NewEvent:
    """That the last day has passed."""
    assert filing.due_on is not None, "what is overdue has a last day"
    return _passed(EventType.FILING_OVERDUE, cause, filing, {"due_on": filing.due_on.isoformat()}, setting)


def notice_overdue_event(cause: Cause, filing: Filing, setting: Setting) -> NewEvent:
    """That the last day for telling what is missing has passed."""
    assert filing.notice_by is not None, "what is to be told has a last day"
    return _passed(EventType.NOTICE_OVERDUE, cause, filing, {"notice_by": filing.notice_by.isoformat()}, setting)


def rectification_overdue_event(cause: Cause, filing: Filing, setting: Setting) -> NewEvent:
    """That the last day for putting a low rating right has passed."""
    assert filing.rectify_by is not None, "what is to be put right has a last day"
    passed = {"rectify_by": filing.rectify_by.isoformat()}
    return _passed(EventType.RECTIFICATION_OVERDUE, cause, filing, passed, setting)


def _passed(type_: EventType, cause: Cause, filing: Filing, day: dict[str, str], setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(filing.region),
        type=type_,
        region=filing.region,
        occurred_at=setting.now,
        actor_id=Id(0),
        subject_id=filing.applicant_id or Id(0),
        cause=cause,
        payload={**_what(filing), **day},
    )


def _what(filing: Filing) -> dict[str, int | str]:
    of_unit = {} if filing.unit_id is None else {"unit_id": filing.unit_id}
    return {"filing_id": filing.id, "matter": filing.matter.name, "status": filing.status.name, **of_unit}
