"""Upload a material (上传材料): the bytes of a file, kept in the world for whoever handed them in.

The same file again is the same material, so that whoever heard no answer sends it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from domain.decisions.filings import MaterialGiven
from domain.operations.setting import Setting
from domain.store import institutions, materials, persons
from domain.store.engine import Connection
from domain.store.materials import Material
from domain.vocabulary import NUMBERS_PER_PROVINCE, Id, MaterialMedia, RegionCode

MOST_UPLOADED: Final = 200
"""How many files of one person or institution are kept."""


class WithMaterials(Protocol):
    """An order that hands materials in."""

    @property
    def materials(self) -> Sequence[MaterialGiven]: ...


def named_files(orders: Iterable[WithMaterials]) -> list[Id]:
    """The files that orders name."""
    return [one.material_id for order in orders for one in order.materials if one.material_id is not None]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a person's or an institution's: one of the two ids."""

    owner_id: Id | None
    institution_id: Id | None
    media: MaterialMedia
    sha256: str
    content: bytes


async def upload_material(connection: Connection, upload: Upload, setting: Setting) -> Id | None:
    """The id of the material, None where its owner has as many as are kept. Raises LookupError where there is none."""
    if upload.institution_id is not None:
        owner = upload.institution_id
        await institutions.hold(connection, owner)
        known = owner in await institutions.of_ids(connection, [owner])
        kept, same = await materials.of_institution(connection, owner, upload.sha256)
    else:
        owner = upload.owner_id or Id(0)
        await persons.hold(connection, [owner])
        known = owner in await persons.on_record(connection, [owner])
        kept, same = await materials.of_person(connection, owner, upload.sha256)
    if not known:
        raise LookupError(owner)
    if same is not None:
        return same
    if kept >= MOST_UPLOADED:
        return None
    material_id = setting.ids.new(RegionCode(f"{owner // NUMBERS_PER_PROVINCE:02}0000"))
    material = Material(
        material_id, upload.owner_id, upload.institution_id, upload.media, upload.sha256, upload.content
    )
    await materials.keep(connection, material, setting.now)
    return material_id
