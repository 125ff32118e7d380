"""Personas (演示身份): the ready-made people of a sandbox world, and signing in as one."""

from __future__ import annotations

from typing import Annotated, Final

import strawberry

from domain.refusals import RefusalCode
from domain.vocabulary import Instant
from schema.arguments import InLanguage
from schema.declarations import declared
from schema.enums import Language, Role
from schema.persons import Person
from schema.refusals import InputNotAcceptable, PersonaNotFound
from schema.regions import Region
from schema.relay import Connection, Edge, Node

ACCESS_TOKEN: Final = (
    "访问令牌，放在 Authorization: Bearer 请求头中；只在此世界有效，请勿写入日志。\n"
    "Access token for the header Authorization: Bearer; valid in this world only. Keep it out of logs."
)
TOKEN_EXPIRY: Final = (
    "令牌失效的时刻，按真实时间，不是世界时间。\nWhen the token expires, in real time, not in world time."
)


@strawberry.type(
    description="对演示身份的承诺：做什么，得到什么。按顺序在新建的世界中执行即可得到所写的结果。\n"
    "A promise to a persona: what to do, and what comes of it. In a new world, and in their order, they are kept as "
    "written."
)
class PersonaPromise:
    document: str = strawberry.field(
        description="要执行的 GraphQL 文档；注释“# @remember 名称 = 路径”指明答复中供其后承诺使用的值。\n"
        "The GraphQL document to run; `# @remember name = path` keeps a part of the answer for later promises."
    )
    variables: str = strawberry.field(
        description="变量，JSON 文本；{{newKey}} 为新的幂等键，其他 {{名称}} 为此前承诺的答复中记下的值。\n"
        "The variables, as JSON; {{newKey}} is a new idempotency key, other {{names}} are what earlier answers gave."
    )
    outcome: str = strawberry.field(
        description="结果或拒绝的类型名。\nName of the type of the outcome, or of the refusal."
    )
    refusal: RefusalCode | None = strawberry.field(
        description="被拒绝时的代码；不被拒绝时为 null。\nCode of the refusal; null where nothing is refused."
    )
    expected: str = strawberry.field(
        description="答复的 data，JSON 文本；其中“…”代表任意文字。\n"
        "The `data` of the answer, as JSON, in which … stands for any text."
    )

    @declared("一句话说明。\nThe promise in one sentence.")
    def text(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(
    description="演示身份：沙箱世界中现成的人物，一键登录，用来体验各种情形。\n"
    "Persona: a ready-made character of a sandbox world to sign in as, each with a situation of its own."
)
class Persona(Node):
    name: str = strawberry.field(
        description="身份名，在一个世界内唯一，登录时填写。\n"
        "Name of the persona, unique within a world; sign-in takes it."
    )
    role: Role = strawberry.field(description="登录后的访问身份。\nThe capacity one is in after signing in.")
    region: Region = strawberry.field(
        description="所属地区；对经办人员即其可见范围。\n"
        "Region of the persona; for a clerk, the bound of what may be seen."
    )
    promises: list[PersonaPromise] = strawberry.field(
        description="可以尝试的操作及其确切结果，按顺序，最多 12 条；没有时为空。\n"
        "What to try and what exactly comes of it, in order, at most 12; empty where there is none."
    )

    @declared("此身份的处境和可以尝试的事。\nThe persona's situation, and what to try with it.")
    def description(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(description="演示身份列表中的一项。\nOne persona of a list.")
class PersonaEdge(Edge):
    node: Persona = strawberry.field(description="此项的演示身份。\nThe persona of this item.")


@strawberry.type(description="一页演示身份。\nA page of personas.")
class PersonaConnection(Connection):
    edges: list[PersonaEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(description="以演示身份登录的输入。\nInput of signing in as a persona.")
class SignInAsPersonaInput:
    idempotency_key: str = strawberry.field(
        description="幂等键，8 至 64 个字符，与其他变更的输入一致；登录不保存它，同一键再次登录也得到新令牌。\n"
        "Key of 8 to 64 characters, as in every mutation's input; signing in does not keep it, and gives a new token "
        "to the same key again."
    )
    persona: str = strawberry.field(description="演示身份的名称。\nName of the persona.")


@strawberry.type(description="已登录。\nSigned in.")
class SignedIn:
    token: str = strawberry.field(description=ACCESS_TOKEN)
    expires_at: Instant = strawberry.field(description=TOKEN_EXPIRY)
    persona: Persona = strawberry.field(description="所用的演示身份。\nThe persona signed in as.")
    person: Person | None = strawberry.field(
        description="此身份对应的参保人；经办人员和运维不是参保人，为 null。\n"
        "The insured person behind the persona; null for clerks and operators, who are none."
    )


SignInAsPersonaResult = Annotated[
    SignedIn | InputNotAcceptable | PersonaNotFound,
    strawberry.union(
        "SignInAsPersonaResult",
        description="登录的结果，或拒绝的理由。\nThe outcome of signing in, or why it is refused.",
    ),
]
