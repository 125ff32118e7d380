"""End a family binding (解除家庭成员绑定). What was paid under it stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store.engine import Connection
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class UnbindOrder:
    """`binding_id` is 0 where the client named no binding that can be read."""

    actor: Id
    key: str
    cause: str
    binding_id: Id
    mutation: str = "unbindFamilyMember"


@dataclass(frozen=True, slots=True)
class FamilyMemberUnbound:
    """The binding that is ended."""

    binding_id: Id


async def unbind_family_members(
    connection: Connection, orders: Sequence[UnbindOrder], setting: Setting
) -> list[FamilyMemberUnbound | Refusal]:
    raise NotImplementedError
