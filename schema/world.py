"""The world that answers (世界), and who is asking (访问者)."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.vocabulary import Instant, RegionCode
from schema.enums import Role
from schema.institutions import Institution
from schema.persons import Person
from schema.scalars import Int64
from schema.units import Unit


@strawberry.type(
    description="世界：一个独立的模拟全国平台，有自己的数据、种子和时钟。任何人可见。\n"
    "World: a simulated national platform with data, seed and clock of its own. Everybody may see it."
)
class World:
    name: str = strawberry.field(
        description="世界名称，也用在地址 /worlds/{name}/graphql 中。\n"
        "Name of the world, as in the address /worlds/{name}/graphql."
    )
    seed: Int64 = strawberry.field(
        description="生成此世界的种子；同一种子总得到同一世界。\n"
        "Seed it was made from; the same seed makes the same world."
    )
    persons: int = strawberry.field(description="创建时的人数。\nHow many persons it had when it was created.")
    fingerprint: str = strawberry.field(
        description="创建时数据的指纹；同一种子在任何日期、时区和数据库上都相同。\n"
        "Fingerprint of the data it was created with; the same for one seed on any day, time zone and database."
    )
    forked_from: str | None = strawberry.field(
        description="此世界复制自哪个世界；由种子生成的世界为 null。\n"
        "Name of the world that it was forked from; null for one that was made of its seed."
    )
    forked_at: Instant | None = strawberry.field(
        description="复制发生的时刻（世界时钟）；由种子生成的世界为 null。\n"
        "When that was, by the clock that both had; null for one that was made of its seed."
    )
    now: Instant = strawberry.field(
        description="世界时钟的当前时刻；世界中一切期限都以它为准。\n"
        "The present moment of the world's clock, by which every deadline in the world runs."
    )
    today: date = strawberry.field(
        description="世界时钟的当前业务日期（北京时间）。\n"
        "The present business day of the world's clock, Asia/Shanghai."
    )
    clock_rate: int = strawberry.field(
        description="真实时间每秒，世界时钟走多少秒：0 静止，1 实时；正在推进时静止，到达后照此运行。\n"
        "How many seconds the clock runs in a real second: 0 stands still, 1 is real time. While it is being advanced "
        "it stands at each step, and runs so afterwards."
    )
    advancing_to: Instant | None = strawberry.field(
        description="时钟正在推进到的时刻；没有推进时为 null。\n"
        "The moment to which the clock is being advanced; null while it is not."
    )


@strawberry.type(description="访问者：此请求以何种身份访问。\nViewer: in what capacity this request asks.")
class Viewer:
    role: Role = strawberry.field(description="访问身份；没有令牌即未登录。\nCapacity; not signed in without a token.")
    name: str = strawberry.field(
        description="登录身份的名称；未登录时为 anonymous。\n"
        "Name that one is signed in by; anonymous when not signed in."
    )
    region: RegionCode = strawberry.field(
        description="经办人员所辖地区；其他身份为全国 000000。\n"
        "The region that a clerk serves; the nation, 000000, for everybody else."
    )
    person: Person | None = strawberry.field(
        description="访问者本人；不是参保人（未登录、经办人员、运维）时为 null。\n"
        "The person asking; null for those who are no insured person: not signed in, clerks, operators."
    )
    unit: Unit | None = strawberry.field(
        description="单位经办人员所代表的单位；其他身份为 null。\n"
        "The unit that an officer acts for; null for everybody else."
    )
    institution: Institution | None = strawberry.field(
        description="医药机构人员所代表的机构；其他身份为 null。\n"
        "The hospital or pharmacy that is acted for; null for everybody else."
    )
