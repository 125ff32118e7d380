"""Uploaded files (上传的材料): in the world's own database, so that whatever copies a world copies them too.

A file is written once and never changed; the same file of the same person is kept once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, exists, func, insert, or_, select

from domain.decisions.filings import MaterialFile
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import filing_materials, filings, materials
from domain.vocabulary import FilingStatus, Id, Instant, MaterialMedia, RegionCode


@dataclass(frozen=True, slots=True)
class Material:
    """A file, and what it says of itself; of a person's or an institution's."""

    id: Id
    owner_id: Id | None
    institution_id: Id | None
    media: MaterialMedia
    sha256: str
    content: bytes


_files = materials.c

_FOUND = func.count(), func.max(_files.id).filter(_files.sha256 == bindparam("sha256"))
_OF_PERSON = Statement(select(*_FOUND).where(_files.owner_id == bindparam("id")))
_OF_INSTITUTION = Statement(select(*_FOUND).where(_files.institution_id == bindparam("id")))
_KEEP = Statement(insert(materials).inline())
_FILES = Statement(
    select(_files.id, func.coalesce(_files.owner_id, _files.institution_id), _files.media, _files.sha256).where(
        among(_files.id, "ids")
    )
)
_HANDED_IN = exists().where(
    filing_materials.c.material_id == _files.id,
    filings.c.id == filing_materials.c.filing_id,
    filings.c.status != written(FilingStatus.DRAFT),
    filings.c.region_code.between(bindparam("region_low"), bindparam("region_high")),
)
_SEEN = Statement(
    select(_files.id, _files.owner_id, _files.institution_id, _files.media, _files.sha256, _files.content).where(
        _files.id == bindparam("id"),
        or_(
            _files.owner_id == bindparam("viewer_id"),
            _files.institution_id == bindparam("viewing_institution"),
            bindparam("sees_all") == 1,
            and_(bindparam("is_clerk") == 1, _HANDED_IN),
        ),
    )
)


async def of_person(connection: Connection, person_id: Id, sha256: str) -> tuple[int, Id | None]:
    """How many files a person has uploaded, and the one with that digest."""
    return await _found(connection, _OF_PERSON, person_id, sha256)


async def of_institution(connection: Connection, institution_id: Id, sha256: str) -> tuple[int, Id | None]:
    """The same of an institution."""
    return await _found(connection, _OF_INSTITUTION, institution_id, sha256)


async def _found(connection: Connection, owned: Statement, owner_id: Id, sha256: str) -> tuple[int, Id | None]:
    row = await connection.fetch_one(owned, {"id": owner_id, "sha256": sha256})
    assert row is not None, "a count is a row"
    return row[0], None if row[1] is None else Id(row[1])


async def keep(connection: Connection, material: Material, at: Instant) -> None:
    """The file is kept."""
    await connection.execute(
        _KEEP,
        {
            "id": material.id,
            "owner_id": material.owner_id,
            "institution_id": material.institution_id,
            "media": material.media.name,
            "sha256": material.sha256,
            "size": len(material.content),
            "uploaded_at": at,
            "content": material.content,
        },
    )


async def files(connection: Connection, ids: Iterable[Id]) -> dict[Id, MaterialFile]:
    """What is known of files without their content, by id; an id that is no file's is left out."""
    rows = await connection.fetch_all(_FILES, {"ids": sorted(set(ids))})
    return {
        Id(id_): MaterialFile(Id(id_), Id(owner_id), MaterialMedia[media], sha256)
        for id_, owner_id, media, sha256 in rows
    }


async def seen(
    connection: Connection,
    material_id: Id,
    *,
    viewer_id: Id,
    institution_id: Id,
    sees_all: bool,
    clerks_of: tuple[RegionCode, RegionCode] | None,
) -> Material | None:
    """A file, for who uploaded it, for who sees all, and for clerks of a region where it was handed in; else None."""
    low, high = ("", "") if clerks_of is None else clerks_of
    row = await connection.fetch_one(
        _SEEN,
        {
            "id": material_id,
            "viewer_id": viewer_id,
            "viewing_institution": institution_id,
            "sees_all": int(sees_all),
            "is_clerk": int(clerks_of is not None),
            "region_low": low,
            "region_high": high,
        },
    )
    if row is None:
        return None
    id_, owner_id, institution, media, sha256, content = row
    return Material(
        Id(id_),
        None if owner_id is None else Id(owner_id),
        None if institution is None else Id(institution),
        MaterialMedia[media],
        sha256,
        bytes(content),
    )
