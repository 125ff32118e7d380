"""Signing in with one's real name, and signing out (实名登录、退出登录)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant
from schema.arguments import OWN_ID_NUMBER, OWN_ID_TYPE, OWN_NAME
from schema.enums import IdType
from schema.personas import ACCESS_TOKEN, TOKEN_EXPIRY
from schema.persons import Person
from schema.refusals import (
    FaceCheckFailed,
    IdentityMismatch,
    InputNotAcceptable,
    NotSignedIn,
    PartyDoesNotAnswer,
    PersonDeceased,
    PersonNotFound,
    SignInLocked,
)
from schema.scalars import IdNumber

_KEY = (
    "幂等键，8 至 64 个字符，与其他变更的输入一致；登录不保存它，每次登录都重新核验。\n"
    "Key of 8 to 64 characters, as in every mutation's input; signing in does not keep it, and checks anew each time."
)


@strawberry.input(description="实名登录的输入。\nInput of signing in with one's real name.")
class SignInWithRealNameInput:
    idempotency_key: str = strawberry.field(description=_KEY)
    name: str = strawberry.field(description=OWN_NAME)
    id_type: IdType = strawberry.field(description=OWN_ID_TYPE)
    id_number: IdNumber = strawberry.field(description=OWN_ID_NUMBER)
    face: str = strawberry.field(
        description="摄像头所见，以文本模拟：face-… 为本人在场的人脸，由 canbao people 写出；"
        "沙箱中也可写 persona:演示身份名。"
        "前加 photo: 为非活体，blurred: 为无法识别，unanswered: 为核验服务无应答。\n"
        "What the camera sees, simulated as a text: face-… is a face that is there, as canbao people writes it; in a "
        "sandbox persona:NAME stands for a persona's. Before it, photo: is not live, blurred: cannot be read, and "
        "unanswered: is never answered."
    )


@strawberry.type(description="已实名登录。\nSigned in with one's real name.")
class SignedInWithRealName:
    token: str = strawberry.field(description=ACCESS_TOKEN)
    expires_at: Instant = strawberry.field(description=TOKEN_EXPIRY)
    person: Person = strawberry.field(description="本人。\nThe person.")


SignInWithRealNameResult = Annotated[
    SignedInWithRealName
    | InputNotAcceptable
    | SignInLocked
    | IdentityMismatch
    | PersonDeceased
    | FaceCheckFailed
    | PersonNotFound
    | PartyDoesNotAnswer,
    strawberry.union(
        "SignInWithRealNameResult",
        description="登录的结果，或不能登录的理由。\nThe outcome of signing in, or why nobody is signed in.",
    ),
]


@strawberry.input(description="退出登录的输入。\nInput of signing out.")
class SignOutInput:
    idempotency_key: str = strawberry.field(
        description="幂等键，8 至 64 个字符，与其他变更的输入一致；退出后令牌失效，不会再有第二次。\n"
        "Key of 8 to 64 characters, as in every mutation's input; the token is no good afterwards, so that there is no "
        "second time."
    )


@strawberry.type(description="已退出登录。\nSigned out.")
class SignedOut:
    at: Instant = strawberry.field(
        description="令牌从何时起失效，按真实时间；其他服务器进程约一秒内得知。\n"
        "Since when the token is no good, in real time; other processes of the server hear of it within about a second."
    )


SignOutResult = Annotated[
    SignedOut | NotSignedIn | InputNotAcceptable,
    strawberry.union(
        "SignOutResult",
        description="退出登录的结果，或拒绝的理由。\nThe outcome of signing out, or why it is refused.",
    ),
]
