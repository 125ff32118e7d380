"""Enrolments (参保关系): one person, one scheme, one place, from a day on."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.vocabulary import Instant
from schema.enums import EnrolmentStatus, PersonType, Scheme
from schema.filters import EnrolmentStatusFilter, RegionFilter, SchemeFilter
from schema.persons import Person
from schema.regions import Region
from schema.relay import Connection, Edge, Node
from schema.units import Unit


@strawberry.type(
    description="参保关系：一个人在一地参加一个险种；同一人可先后或同时有几条。\n"
    "Enrolment of one person in one scheme at one place; a person may have several."
)
class Enrolment(Node):
    person: Person = strawberry.field(description="参保人。\nThe person enrolled.")
    scheme: Scheme = strawberry.field(description="险种。\nInsurance scheme.")
    person_type: PersonType = strawberry.field(
        description="此参保关系中的人员类别。\nPerson type within this enrolment."
    )
    region: Region = strawberry.field(
        description="参保地；其政策决定缴费和待遇。\n"
        "Place of enrolment, whose policy decides contributions and benefits."
    )
    unit: Unit | None = strawberry.field(
        description="参保单位；以个人身份参保时为 null。\n"
        "The unit that enrols the person; null for those enrolled on their own."
    )
    status: EnrolmentStatus = strawberry.field(description="参保状态。\nState of the enrolment.")
    started_on: date = strawberry.field(description="参保开始日，含当日。\nFirst day of the enrolment.")
    ended_on: date | None = strawberry.field(
        description="参保最后一日，含当日；尚未终止，居民参保暂停的也为 null。\n"
        "Last day of the enrolment; null while it has not ended, and for a resident's that is suspended."
    )
    visible_to_tax_at: Instant | None = strawberry.field(
        description="税务部门自何时起查得到此参保登记（世界时间）；早已可查的为 null。\n"
        "From when the tax bureau sees the registration, in world time; null for one that it has long seen."
    )
    suspension_visible_at: Instant | None = strawberry.field(
        description="外地自何时起查得到暂停或终止（世界时间）；未暂停、未终止或早已可查的为 null。\n"
        "From when other places see the suspension or termination, in world time; null where there is none, or where "
        "it has long been seen."
    )
    months_carried: int = strawberry.field(
        description="从其他地方转移接续而来的缴费月数。\nMonths that transfers from other places have brought to it."
    )


@strawberry.type(description="参保关系列表中的一项。\nOne enrolment of a list.")
class EnrolmentEdge(Edge):
    node: Enrolment = strawberry.field(description="此项的参保关系。\nThe enrolment of this item.")


@strawberry.type(description="一页参保关系。\nA page of enrolments.")
class EnrolmentConnection(Connection):
    edges: list[EnrolmentEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="参保关系的筛选条件，须同时满足。\nConditions on enrolments; all that are given must hold."
)
class EnrolmentWhere:
    scheme: SchemeFilter | None = strawberry.field(default=strawberry.UNSET, description="险种。\nInsurance scheme.")
    status: EnrolmentStatusFilter | None = strawberry.field(
        default=strawberry.UNSET, description="参保状态。\nState of the enrolment."
    )
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="参保地。\nPlace of enrolment."
    )
