"""Filings (办件) and their materials: rows that move from state to state and are never deleted.

Whoever moves one holds its row first (`hold`), and persons only after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import bindparam, insert, select, update

from domain.decisions.filings import Filing, FilingMaterial
from domain.policy.matters import Text
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import EngineKind, Statement, among
from domain.store.tables import filing_materials, filings, persons
from domain.vocabulary import (
    ApplicantKind,
    DayCalendar,
    FilingRating,
    FilingStatus,
    Id,
    Instant,
    MaterialMedia,
    MaterialWay,
    MatterCode,
    RegionCode,
)


@dataclass(frozen=True, slots=True)
class TrackedFiling:
    """How far a filing has come, and by what whoever applied is known."""

    id_number: str
    applicant_id: Id
    status: FilingStatus
    accepted_on: date | None
    due_on: date | None
    ended_at: Instant | None


_filings = filings.c
_materials = filing_materials.c

_HOLD = Statement(
    # NO KEY UPDATE: rows that merely refer to it can still be inserted by others.
    select(_filings.id).where(among(_filings.id, "ids")).order_by(_filings.id).with_for_update(key_share=True)
)
_BY_ID = Statement(
    select(
        _filings.id,
        _filings.matter,
        _filings.edition,
        _filings.region_code,
        _filings.applicant_id,
        _filings.unit_id,
        _filings.institution_id,
        _filings.person_id,
        _filings.applicant,
        _filings.form,
        _filings.status,
        _filings.holder_id,
        _filings.drafted_at,
        _filings.filed_at,
        _filings.working_days,
        _filings.noticed_at,
        _filings.supplied_at,
        _filings.accepted_on,
        _filings.calendar,
        _filings.due_on,
        _filings.due_number,
        _filings.days_left,
        _filings.late_from,
        _filings.overdue_at,
        _filings.reason,
        _filings.ended_at,
        _filings.effect_id,
        _filings.approver_id,
        _filings.rating,
        _filings.rating_comment,
        _filings.rated_at,
        _filings.rectify_by,
        _filings.rectified_at,
        _filings.rectification,
        _filings.worked_days,
        _filings.notice_by,
        _filings.agent_id,
    ).where(among(_filings.id, "ids"))
)
_MATERIALS = Statement(
    select(
        _materials.filing_id,
        _materials.number,
        _materials.name,
        _materials.name_en,
        _materials.needed,
        _materials.pledgeable,
        _materials.stands_for,
        _materials.way,
        _materials.media,
        _materials.sha256,
        _materials.provided_at,
        _materials.told_at,
        _materials.material_id,
    )
    .where(among(_materials.filing_id, "ids"))
    .order_by(_materials.filing_id, _materials.number)
)

_TRACKED = Statement(
    select(
        persons.c.id_number,
        _filings.applicant_id,
        _filings.status,
        _filings.accepted_on,
        _filings.due_on,
        _filings.ended_at,
    )
    .select_from(filings.join(persons, persons.c.id == _filings.applicant_id))
    .where(_filings.id == bindparam("id"), _filings.status != written(FilingStatus.DRAFT))
)

_DRAFT = Statement(insert(filings).inline())
_ADD_MATERIAL = Statement(insert(filing_materials).inline())

_MOVABLE = (
    "status",
    "holder_id",
    "filed_at",
    "noticed_at",
    "supplied_at",
    "accepted_on",
    "calendar",
    "due_on",
    "due_number",
    "days_left",
    "late_from",
    "overdue_at",
    "reason",
    "ended_at",
    "effect_id",
    "approver_id",
    "rating",
    "rating_comment",
    "rated_at",
    "rectify_by",
    "rectified_at",
    "rectification",
    "worked_days",
    "notice_by",
    "agent_id",
)
_MOVE = Statement(
    update(filings)
    .values({_filings[name]: bindparam(f"new_{name}", type_=_filings[name].type) for name in _MOVABLE})
    .where(_filings.id == bindparam("filing"), _filings.status == bindparam("was"))
    .returning(_filings.id)
)
_PROVIDED = ("needed", "way", "media", "sha256", "provided_at", "told_at", "material_id")
_PROVIDE = Statement(
    update(filing_materials)
    .values({_materials[name]: bindparam(f"new_{name}", type_=_materials[name].type) for name in _PROVIDED})
    .where(_materials.filing_id == bindparam("filing"), _materials.number == bindparam("material"))
    .returning(_materials.number)
)


async def hold(connection: Connection, ids: Iterable[Id]) -> None:
    """Nobody else moves these filings until the transaction ends. Where writers take turns nobody does anyway."""
    if connection.kind is EngineKind.POSTGRESQL:
        await connection.fetch_all(_HOLD, {"ids": sorted(set(ids))})


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, Filing]:
    """Filings with their materials, by id; an id that is no filing's is left out."""
    wanted = {"ids": sorted(set(ids))}
    rows = await connection.fetch_all(_BY_ID, wanted)
    materials: dict[Id, list[FilingMaterial]] = {}
    for filing_id, *row in await connection.fetch_all(_MATERIALS, wanted):
        materials.setdefault(Id(filing_id), []).append(_material(row))
    return {Id(row[0]): _filing(row, tuple(materials.get(Id(row[0]), ()))) for row in rows}


def _filing(row: Sequence[Any], materials: tuple[FilingMaterial, ...]) -> Filing:
    (
        id_,
        matter,
        edition,
        region,
        applicant_id,
        unit_id,
        institution_id,
        person_id,
        applicant,
        form,
        status,
        holder_id,
        drafted_at,
        filed_at,
        working_days,
        noticed_at,
        supplied_at,
        accepted_on,
        calendar,
        due_on,
        due_number,
        left,
        late_from,
        overdue_at,
        reason,
        ended_at,
        effect_id,
        approver_id,
        rating,
        rating_comment,
        rated_at,
        rectify_by,
        rectified_at,
        rectification,
        worked_days,
        notice_by,
        agent_id,
    ) = row
    return Filing(
        id=Id(id_),
        matter=MatterCode[matter],
        edition=edition,
        region=RegionCode(region),
        applicant_id=applicant_id,
        unit_id=unit_id,
        institution_id=institution_id,
        person_id=person_id,
        applicant=ApplicantKind[applicant],
        # PostgreSQL gives JSON as what it says.
        form=form if isinstance(form, str) else orjson.dumps(form).decode(),
        status=FilingStatus[status],
        holder_id=None if holder_id is None else Id(holder_id),
        drafted_at=Instant(drafted_at),
        filed_at=Instant(filed_at),
        working_days=working_days,
        materials=materials,
        noticed_at=noticed_at,
        supplied_at=supplied_at,
        accepted_on=accepted_on,
        calendar=None if calendar is None else DayCalendar[calendar],
        due_on=due_on,
        due_number=due_number,
        left=left,
        late_from=Instant(late_from),
        overdue_at=overdue_at,
        reason=reason,
        ended_at=ended_at,
        effect_id=effect_id,
        approver_id=None if approver_id is None else Id(approver_id),
        rating=None if rating is None else FilingRating[rating],
        rating_comment=rating_comment,
        rated_at=rated_at,
        rectify_by=rectify_by,
        rectified_at=rectified_at,
        rectification=rectification,
        worked_days=worked_days,
        notice_by=notice_by,
        agent_id=None if agent_id is None else Id(agent_id),
    )


def _material(row: Sequence[Any]) -> FilingMaterial:
    number, name, name_en, needed, pledgeable, stands_for, way, media, sha256, provided_at, told_at, material_id = row
    return FilingMaterial(
        number=number,
        name=Text(name, name_en),
        needed=needed,
        pledgeable=pledgeable,
        stands_for=stands_for,
        way=None if way is None else MaterialWay[way],
        media=None if media is None else MaterialMedia[media],
        sha256=sha256,
        provided_at=provided_at,
        told_at=told_at,
        material_id=None if material_id is None else Id(material_id),
    )


async def tracked(connection: Connection, filing_id: Id) -> TrackedFiling | None:
    """What is told to whoever knows the number of a submitted filing and who applied; None where there is none."""
    row = await connection.fetch_one(_TRACKED, {"id": filing_id})
    if row is None:
        return None
    id_number, applicant_id, status, accepted_on, due_on, ended_at = row
    return TrackedFiling(id_number, Id(applicant_id), FilingStatus[status], accepted_on, due_on, ended_at)


async def draft(connection: Connection, new: Sequence[Filing]) -> None:
    """The filings are drafted, with their materials."""
    if not new:
        return
    await connection.execute_many(
        _DRAFT,
        [
            {
                "id": one.id,
                "matter": one.matter.name,
                "edition": one.edition,
                "region_code": one.region,
                "province_code": f"{one.region[:2]}0000",
                "applicant_id": one.applicant_id,
                "unit_id": one.unit_id,
                "institution_id": one.institution_id,
                "person_id": one.person_id,
                "applicant": one.applicant.name,
                "form": one.form,
                "drafted_at": one.drafted_at,
                "working_days": one.working_days,
                **_movable(one),
            }
            for one in new
        ],
    )
    await _add_materials(connection, [(one.id, each) for one in new for each in one.materials])


async def _add_materials(connection: Connection, new: Sequence[tuple[Id, FilingMaterial]]) -> None:
    if not new:
        return
    await connection.execute_many(
        _ADD_MATERIAL,
        [
            {
                "filing_id": filing_id,
                "number": one.number,
                "name": one.name.zh,
                "name_en": one.name.en,
                "pledgeable": one.pledgeable,
                "stands_for": one.stands_for,
                **_provided(one),
            }
            for filing_id, one in new
        ],
    )


async def move(connection: Connection, moves: Sequence[tuple[Filing, Filing]]) -> None:
    """The filings stand as they do now (before, now). Raises `BooksMoved` where one was not as it was before.

    Materials that are new stand behind those that were there.
    """
    changed = [(before, now) for before, now in moves if before != now]
    if not changed:
        return
    await change(
        connection,
        _MOVE,
        [
            {
                "filing": now.id,
                "was": before.status.name,
                **{f"new_{name}": value for name, value in _movable(now).items()},
            }
            for before, now in changed
        ],
    )
    provided = [
        {
            "filing": now.id,
            "material": one.number,
            **{f"new_{name}": value for name, value in _provided(one).items()},
        }
        for before, now in changed
        for was, one in zip(before.materials, now.materials, strict=False)
        if was != one
    ]
    if provided:
        await change(connection, _PROVIDE, provided)
    await _add_materials(
        connection, [(now.id, one) for before, now in changed for one in now.materials[len(before.materials) :]]
    )


def _movable(filing: Filing) -> Mapping[str, int | str | date | None]:
    return {
        "status": filing.status.name,
        "holder_id": filing.holder_id,
        "filed_at": filing.filed_at,
        "noticed_at": filing.noticed_at,
        "supplied_at": filing.supplied_at,
        "accepted_on": filing.accepted_on,
        "calendar": None if filing.calendar is None else filing.calendar.name,
        "due_on": filing.due_on,
        "due_number": filing.due_number,
        "days_left": filing.left,
        "late_from": filing.late_from,
        "overdue_at": filing.overdue_at,
        "reason": filing.reason,
        "ended_at": filing.ended_at,
        "effect_id": filing.effect_id,
        "approver_id": filing.approver_id,
        "rating": None if filing.rating is None else filing.rating.name,
        "rating_comment": filing.rating_comment,
        "rated_at": filing.rated_at,
        "rectify_by": filing.rectify_by,
        "rectified_at": filing.rectified_at,
        "rectification": filing.rectification,
        "worked_days": filing.worked_days,
        "notice_by": filing.notice_by,
        "agent_id": filing.agent_id,
    }


def _provided(material: FilingMaterial) -> Mapping[str, int | str | bool | None]:
    return {
        "needed": material.needed,
        "way": None if material.way is None else material.way.name,
        "media": None if material.media is None else material.media.name,
        "sha256": material.sha256,
        "provided_at": material.provided_at,
        "told_at": material.told_at,
        "material_id": material.material_id,
    }
