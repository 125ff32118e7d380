"""Bind a family member to an account (家庭成员绑定): pledge, identity and relation are checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store.engine import Connection
from domain.vocabulary import Id, IdType, Relation, Sex


@dataclass(frozen=True, slots=True)
class BindOrder:
    """`relation` is what the family member is to the actor. `actor` is 0 where no citizen is signed in."""

    actor: Id
    key: str
    cause: str
    name: str
    id_type: IdType
    id_number: str
    birth_date: date
    sex: Sex
    relation: Relation
    pledge_accepted: bool
    mutation: str = "bindFamilyMember"


@dataclass(frozen=True, slots=True)
class FamilyMemberBound:
    """The binding in force from now on."""

    binding_id: Id


async def bind_family_members(
    connection: Connection, orders: Sequence[BindOrder], setting: Setting
) -> list[FamilyMemberBound | Refusal]:
    raise NotImplementedError
