"""Consents (数据授权): whom a person lets see which of their data."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.enums import DataType
from schema.persons import Person
from schema.refusals import (
    AlreadyConsented,
    ConsentNotFound,
    DataTypeNotGranted,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NotSignedIn,
    PartnerNotFound,
)
from schema.relay import Connection, Edge, Node


@strawberry.type(
    description="数据授权：本人允许一个合作应用查看自己的一类数据，直至撤回。合作应用只看得到其获准省份内的此类数据；"
    "证件号码、姓名、电话始终遮盖。本人、该应用和运维可见。\n"
    "Consent: a person lets one partner's app see one type of their data, until it is withdrawn. The app sees that "
    "data in the provinces that it was granted; identity numbers, names and telephones stay masked. Seen by the "
    "person, that app and operators."
)
class Consent(Node):
    person: Person | None = strawberry.field(
        description="授权的人；授权撤回后，该应用看到的是 null。\n"
        "Who consented; null to the app once nothing of the person may be seen any more."
    )
    client_id: strawberry.ID = strawberry.field(
        description="合作应用的标识（cli_…）。\nId of the partner's app (cli_…)."
    )
    data_type: DataType = strawberry.field(description="授权的数据类型。\nType of data that may be seen.")
    given_at: Instant = strawberry.field(description="授权的时刻。\nWhen the consent was given.")
    ended_at: Instant | None = strawberry.field(
        description="撤回的时刻；有效期间为 null。\nWhen the consent was withdrawn; null while it is in force."
    )


@strawberry.type(description="数据授权列表中的一项。\nOne consent of a list.")
class ConsentEdge(Edge):
    node: Consent = strawberry.field(description="此项的授权。\nThe consent of this item.")


@strawberry.type(description="一页数据授权。\nA page of consents.")
class ConsentConnection(Connection):
    edges: list[ConsentEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(description="授权的输入。\nInput of consenting.")
class ConsentToPartnerInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    client_id: strawberry.ID = strawberry.field(
        description="合作应用的标识（cli_…），由应用自己提供。\nId of the partner's app (cli_…), which the app tells."
    )
    data_type: DataType = strawberry.field(
        description="授权的数据类型，每类各授权一次。\n"
        "Type of data that the app may see; each type has its own consent."
    )


@strawberry.type(description="已授权，立即生效。\nThe consent was given and is in force.")
class ConsentGiven:
    consent: Consent = strawberry.field(description="新的授权。\nThe new consent.")


ConsentToPartnerResult = Annotated[
    ConsentGiven
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PartnerNotFound
    | DataTypeNotGranted
    | AlreadyConsented,
    strawberry.union(
        "ConsentToPartnerResult",
        description="授权的结果，或拒绝的理由。\nThe outcome of consenting, or why it is refused.",
    ),
]


@strawberry.input(description="撤回授权的输入。\nInput of withdrawing a consent.")
class WithdrawConsentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    consent_id: strawberry.ID = strawberry.field(
        description="授权的标识（cst_…），须为本人所给且有效。\n"
        "Id of the consent (cst_…), the applicant's own, in force."
    )


@strawberry.type(
    description="授权已撤回：此后该应用不再看到任何此类数据，包括过去的事件。\n"
    "The consent was withdrawn: the app sees no data of that type any more, past events included."
)
class ConsentWithdrawn:
    consent: Consent = strawberry.field(description="已撤回的授权。\nThe consent that was withdrawn.")


WithdrawConsentResult = Annotated[
    ConsentWithdrawn | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | ConsentNotFound,
    strawberry.union(
        "WithdrawConsentResult",
        description="撤回的结果，或拒绝的理由。\nThe outcome of withdrawing, or why it is refused.",
    ),
]
