"""Payment certificates (缴费证明): what a person has paid, certified, and verified by whoever is shown the number."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.enums import PaymentChannel, PaymentKind
from schema.persons import Person
from schema.refusals import (
    IdempotencyKeyReused,
    InputNotAcceptable,
    NoPaymentToCertify,
    NotOfYourFamily,
    NotSignedIn,
)
from schema.regions import Region
from schema.relay import Connection, Edge, Node


@strawberry.type(
    description="缴费证明：开具时此人已缴的居民医保费；本人、已绑定其为家庭成员的人、本地区经办人员和运维可见。"
    "内容凭编号用 verifyPaymentCertificate 读取。\n"
    "Payment certificate: what had been paid for the person when it was issued. Seen by the person, whoever has bound "
    "them, clerks of the region and operators; verifyPaymentCertificate reads its content by its number."
)
class PaymentCertificate(Node):
    person: Person = strawberry.field(description="被证明人。\nThe person whom it is about.")
    number: str = strawberry.field(
        description="证明编号，无法猜到；出示给第三方即可核验。\n"
        "Number of the certificate, which cannot be guessed; a third party who is shown it can verify it."
    )
    first_year: int = strawberry.field(description="起始参保年度，含。\nFirst year of cover, included.")
    last_year: int = strawberry.field(description="截止参保年度，含。\nLast year of cover, included.")
    issued_at: Instant = strawberry.field(description="开具时刻。\nWhen it was issued.")
    verification_url: str = strawberry.field(
        description="可打印的核验页在服务器上的路径，例如 /worlds/demo/certificates/3411022024…；"
        "任何人凭编号都能打开，无需登录。\n"
        "Path of the printable page that verifies it, such as /worlds/demo/certificates/3411022024…; whoever has the "
        "number can open it without being signed in."
    )


@strawberry.type(description="缴费证明列表中的一项。\nOne payment certificate of a list.")
class PaymentCertificateEdge(Edge):
    node: PaymentCertificate = strawberry.field(description="此项的缴费证明。\nThe certificate of this item.")


@strawberry.type(description="一页缴费证明。\nA page of payment certificates.")
class PaymentCertificateConnection(Connection):
    edges: list[PaymentCertificateEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.type(
    description="缴费证明所证明的一笔缴费，开具时的样子。\nOne payment that a certificate attests, as it stood then."
)
class CertifiedPayment:
    region: Region = strawberry.field(description="参保地。\nPlace of enrolment.")
    coverage_year: int = strawberry.field(description="参保年度。\nYear of cover.")
    channel: PaymentChannel = strawberry.field(description="缴费渠道。\nChannel of payment.")
    kind: PaymentKind = strawberry.field(description="缴费入口。\nPayment entrance.")
    amount: Fen = strawberry.field(description="缴费金额，元。\nAmount paid, in yuan.")
    paid_on: date = strawberry.field(
        description="支付的业务日期（北京时间）。\nBusiness day of payment, Asia/Shanghai."
    )
    coverage_from: date = strawberry.field(description="可享受待遇的首日。\nFirst day of cover.")
    coverage_until: date = strawberry.field(description="待遇享受末日，含当日。\nLast day of cover.")
    refunded_since: bool = strawberry.field(
        description="开具之后是否已退费；为 true 时该笔不再证明参保。\n"
        "Whether it has been refunded since; when true, it attests cover no more."
    )


@strawberry.type(
    description="核验结果：编号对应的缴费证明的内容，姓名掩码。\n"
    "What a certificate of that number says; the name is masked."
)
class VerifiedPaymentCertificate:
    number: str = strawberry.field(description="证明编号。\nNumber of the certificate.")
    name: str = strawberry.field(
        description="被证明人的姓名，只显示姓，例如张*。\nName of the person, all but its first character masked."
    )
    first_year: int = strawberry.field(description="起始参保年度，含。\nFirst year of cover, included.")
    last_year: int = strawberry.field(description="截止参保年度，含。\nLast year of cover, included.")
    issued_at: Instant = strawberry.field(description="开具时刻。\nWhen it was issued.")
    payments: list[CertifiedPayment] = strawberry.field(
        description="所证明的各笔缴费，按参保年度，最多 20 项。\nThe payments it attests, by year of cover, at most 20."
    )


@strawberry.input(description="开具缴费证明的输入。\nInput of issuing a payment certificate.")
class IssuePaymentCertificateInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    person_id: strawberry.ID = strawberry.field(
        description="被证明人的标识（per_…），须为本人或本人已绑定的家庭成员。\n"
        "Id of the person whom it is about (per_…): the applicant, or a family member whom the applicant has bound."
    )
    first_year: int = strawberry.field(description="起始参保年度，含。\nFirst year of cover, included.")
    last_year: int = strawberry.field(
        description="截止参保年度，含；一次最多 20 个年度。\nLast year of cover, included; at most 20 years at once."
    )


@strawberry.type(description="缴费证明已开具。\nThe payment certificate is issued.")
class PaymentCertificateIssued:
    certificate: PaymentCertificate = strawberry.field(description="缴费证明。\nThe certificate.")


IssuePaymentCertificateResult = Annotated[
    PaymentCertificateIssued
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | NotOfYourFamily
    | NoPaymentToCertify,
    strawberry.union(
        "IssuePaymentCertificateResult",
        description="开具的结果，或拒绝的理由。\nThe outcome of issuing it, or why it is refused.",
    ),
]
