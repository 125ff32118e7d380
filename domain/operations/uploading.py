"""When a record reaches those who see it later (信息上传): drawn for each enrolment from the world's seed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.decisions.enrolling import Ended, Seen
from domain.decisions.records import EnrolmentOnRecord
from domain.operations.setting import Setting
from domain.vocabulary import Id, Instant

_TAX_STREAM: Final = "registration known to the tax bureau"
_SUSPENSION_STREAM: Final = "suspension seen"


def known_to_tax_at(enrolment_id: Id, known: Seen, setting: Setting) -> Instant:
    """When the tax bureau learns that the enrolment has begun."""
    return Instant(setting.drawn(_TAX_STREAM, enrolment_id, known.first, known.last))


def uploaded(ended: Ended, setting: Setting) -> EnrolmentOnRecord:
    """The enrolment as it was ended, with the moment at which other places see that."""
    if ended.seen is None:
        return ended.enrolment
    at = setting.drawn(_SUSPENSION_STREAM, ended.enrolment.id, ended.seen.first, ended.seen.last)
    return replace(ended.enrolment, suspension_visible_at=Instant(at))
