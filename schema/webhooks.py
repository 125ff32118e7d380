"""Webhooks (事件推送): events that are delivered to a partner's app, signed, in order, at least once."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant, RegionCode
from schema.arguments import IDEMPOTENCY_KEY
from schema.declarations import declared
from schema.enums import AttemptKind, AttemptOutcome, DeliveryStatus, EventType, RetryClock, WebhookStatus, WebhookStop
from schema.refusals import (
    EventNotFound,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NotSignedIn,
    TooManyWebhooks,
    TooManyWebhookTests,
    WebhookInAnotherState,
    WebhookNotFound,
    WebhookSelectionNotValid,
    WebhookSelectionTooDear,
    WebhookUrlNotAllowed,
)
from schema.relay import After, Before, Connection, Edge, First, Last, Node
from schema.scalars import Cursor

_URL = (
    "接收推送的网址，须为公网可达的 https 地址，端口 443 或 8443，最长 2000 个字符；沙箱中也可为本机的 http 地址。\n"
    "URL that receives: https on the public network, port 443 or 8443, at most 2000 characters; in a sandbox also one "
    "of this machine, by http."
)
_TYPES = (
    "只推送这些类型的事件；不给则推送应用可见的全部类型。\n"
    "Only events of these types; all that the app sees when absent."
)
_REGIONS = (
    "只推送这些地区（含下级）的事件，最多 50 个；不给则推送获准的全部地区。\n"
    "Only events inside these regions, at most 50; of all that were granted when absent."
)
_SELECTION = (
    "对每个事件的 GraphQL 选择集，连同花括号，不用变量；按应用自己的可见范围执行。\n"
    "GraphQL selection on each event, with its braces and without variables; run with the app's own rights."
)
_RETRY_CLOCK = "推送失败后按哪个时钟重试。\nBy which clock a delivery that failed is tried again."


@strawberry.type(
    description="推送尝试：一次向目标发送，及其结果；每个事件推送保留最近 1000 次。\n"
    "Attempt: one sending to the target, and what became of it. The latest 1000 of each webhook are kept."
)
class WebhookAttempt(Node):
    event_id: strawberry.ID | None = strawberry.field(
        description="事件的标识；试推送样例时为 null。\nId of the event; null where a sample was sent for trial."
    )
    kind: AttemptKind = strawberry.field(description="推送的种类。\nWhat it was sent for.")
    number: int = strawberry.field(description="该事件的第几次尝试。\nWhich attempt of the event it was, from 1.")
    began_at: Instant = strawberry.field(
        description="开始时刻，按真实时间，不是世界时间。\nWhen it began, in real time, not in world time."
    )
    milliseconds: int = strawberry.field(description="历时，毫秒。\nHow long it took, in milliseconds.")
    outcome: AttemptOutcome = strawberry.field(description="结果。\nWhat became of it.")
    http_status: int | None = strawberry.field(
        description="目标答复的状态码；没有答复时为 null。\nStatus that the target answered; null where there was none."
    )
    next_at: Instant | None = strawberry.field(
        description="下次尝试的时刻，按该事件推送的重试时钟；不再尝试时为 null。\n"
        "When it is tried again, by the webhook's retry clock; null where it is not."
    )


@strawberry.type(description="推送尝试列表中的一项。\nOne attempt of a list.")
class WebhookAttemptEdge(Edge):
    node: WebhookAttempt = strawberry.field(description="此项的尝试。\nThe attempt of this item.")


@strawberry.type(description="一页推送尝试。\nA page of attempts.")
class WebhookAttemptConnection(Connection):
    edges: list[WebhookAttemptEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.type(
    description="待推送的事件：等待下次尝试，或已放弃而可重新推送；送达后即不在此列。\n"
    "Event that is not delivered yet: it waits for its next attempt, or was given up and may be redelivered."
)
class WebhookDelivery(Node):
    event_id: strawberry.ID = strawberry.field(description="事件的标识。\nId of the event.")
    status: DeliveryStatus = strawberry.field(description="状态。\nWhat becomes of it.")
    attempts: int = strawberry.field(description="已失败的次数。\nHow many attempts have failed.")
    occurred_at: Instant = strawberry.field(
        description="事件发生的时刻（世界时间）。\nWhen the event came about, in world time."
    )
    due_at: Instant = strawberry.field(
        description="下次尝试的时刻，按该事件推送的重试时钟；同一人先前的事件未了结时还须等待。\n"
        "When it is tried next, by the webhook's retry clock; it also waits for earlier events of the same person."
    )


@strawberry.type(description="待推送事件列表中的一项。\nOne event of a list of those not delivered yet.")
class WebhookDeliveryEdge(Edge):
    node: WebhookDelivery = strawberry.field(description="此项的事件。\nThe event of this item.")


@strawberry.type(description="一页待推送的事件。\nA page of events that are not delivered yet.")
class WebhookDeliveryConnection(Connection):
    edges: list[WebhookDeliveryEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.type(
    description="事件推送：应用可见的事件逐个送往其网址，带签名，同一人的事件按次序，至少送达一次。该应用和运维可见。\n"
    "Webhook: the events that an app sees are delivered to its URL, signed, those of one person in order, each at "
    "least once. Seen by that app and operators."
)
class Webhook(Node):
    client_id: strawberry.ID = strawberry.field(
        description="应用的标识（cli_…）。\nId of the app that it belongs to (cli_…)."
    )
    url: str = strawberry.field(description="接收推送的网址。\nURL that receives.")
    types: list[EventType] | None = strawberry.field(
        description="只推送这些类型的事件；不限类型时为 null。\nOnly events of these types are delivered; null for all."
    )
    regions: list[RegionCode] | None = strawberry.field(
        description="只推送这些地区（含下级）的事件，最多 50 个；不限地区时为 null。\n"
        "Only events inside these regions are delivered, at most 50; null for all."
    )
    selection: str = strawberry.field(description="对每个事件的 GraphQL 选择集。\nGraphQL selection on each event.")
    retry_clock: RetryClock = strawberry.field(description=_RETRY_CLOCK)
    status: WebhookStatus = strawberry.field(description="状态。\nWhether events are delivered.")
    stop: WebhookStop | None = strawberry.field(
        description="为何停止推送；推送中为 null。\nWhy nothing is delivered; null while it is active or removed."
    )
    created_at: Instant = strawberry.field(
        description="登记的时刻（世界时间）。\nWhen it was registered, in world time."
    )
    secret_start: str = strawberry.field(
        description="签名密钥的开头，供人辨认，例如 whsec_Ab3d。\n"
        "The first characters of the secret that signs, such as whsec_Ab3d, for people to tell two apart."
    )
    old_secret_until: Instant | None = strawberry.field(
        description="前一密钥同时签名到何时，按真实时间；从未更换时为 null。\n"
        "Until when, in real time, the secret before it signs too; null where there was none."
    )
    cursor: Cursor = strawberry.field(
        description="在日志中已取到的位置：此前的事件均已送达、放弃或列于 deliveries。\n"
        "Place in the log: all before it is delivered, given up or listed in deliveries."
    )
    waiting: int = strawberry.field(description="等待推送的事件数。\nHow many events wait.")
    lag_seconds: int | None = strawberry.field(
        description="等待最久的事件已等待的秒数（世界时间）；无等待时为 null。\n"
        "For how many seconds of the world's time the event that came about first has waited; null where none waits."
    )
    failures: int = strawberry.field(
        description="连续失败的次数；达到 10 次后每次只试一个事件，间隔渐长。\n"
        "How many attempts in a row have failed; from 10 on one event is tried at a time, with growing pauses."
    )
    probe_at: Instant | None = strawberry.field(
        description="连续失败后再次试探的时刻，按真实时间；否则为 null。\n"
        "When a target that fails is tried again, in real time; null where it does not."
    )

    @declared("推送尝试，最近的在前。\nAttempts, the latest first.")
    def attempts(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> WebhookAttemptConnection: ...

    @declared(
        "尚未送达的事件，按取自日志的先后；已放弃的保留最近 1000 个。\n"
        "Events that are not delivered yet, in the order in which they were taken from the log; of those given up the "
        "latest 1000 are kept."
    )
    def deliveries(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> WebhookDeliveryConnection: ...


@strawberry.type(description="事件推送列表中的一项。\nOne webhook of a list.")
class WebhookEdge(Edge):
    node: Webhook = strawberry.field(description="此项的事件推送。\nThe webhook of this item.")


@strawberry.type(description="一页事件推送。\nA page of webhooks.")
class WebhookConnection(Connection):
    edges: list[WebhookEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


_WEBHOOK_ID = "事件推送的标识（whk_…），须为本应用的。\nId of the webhook (whk_…), the app's own."
_OR_ANY = (
    "事件推送的标识（whk_…），须为本应用的；运维人员可为任何应用的。\n"
    "Id of the webhook (whk_…), the app's own; an operator may name that of any app."
)
_SECRET = (
    "签名密钥（whsec_…），只在此答复中给出；同一幂等键再次请求，得到同样的答复。\n"
    "The secret that signs (whsec_…), told in this answer alone, and again to the same request under the same key."
)


@strawberry.input(description="登记事件推送的输入。\nInput of registering a webhook.")
class RegisterWebhookInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    url: str = strawberry.field(description=_URL)
    types: list[EventType] | None = strawberry.field(default=strawberry.UNSET, description=_TYPES)
    regions: list[RegionCode] | None = strawberry.field(default=strawberry.UNSET, description=_REGIONS)
    selection: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="对每个事件的 GraphQL 选择集，连同花括号，不用变量；"
        "默认 { __typename id cursor type occurredAt region subject { id } }。\n"
        "GraphQL selection on each event, with its braces and without variables; by default "
        "{ __typename id cursor type occurredAt region subject { id } }.",
    )
    retry_clock: RetryClock = strawberry.field(
        default=RetryClock.REAL,
        description="推送失败后按哪个时钟重试，默认真实时间。\n"
        "By which clock a delivery that failed is tried again, real time by default.",
    )


@strawberry.type(
    description="事件推送已登记：此后发生的事件将被送达。\n"
    "The webhook was registered: what comes about from now on is delivered."
)
class WebhookRegistered:
    webhook: Webhook = strawberry.field(description="新的事件推送。\nThe new webhook.")
    secret: str = strawberry.field(description=_SECRET)


RegisterWebhookResult = Annotated[
    WebhookRegistered
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | TooManyWebhooks
    | WebhookUrlNotAllowed
    | WebhookSelectionNotValid
    | WebhookSelectionTooDear,
    strawberry.union(
        "RegisterWebhookResult",
        description="登记的结果，或拒绝的理由。\nThe outcome of registering, or why it is refused.",
    ),
]


@strawberry.input(
    description="修改事件推送的输入；不给的保持不变。\nInput of changing a webhook; what is absent stays as it is."
)
class UpdateWebhookInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    webhook_id: strawberry.ID = strawberry.field(description=_WEBHOOK_ID)
    url: str | None = strawberry.field(default=strawberry.UNSET, description=_URL)
    types: list[EventType] | None = strawberry.field(
        default=strawberry.UNSET,
        description="只推送这些类型的事件；null 为不限类型。\nOnly events of these types; null for all.",
    )
    regions: list[RegionCode] | None = strawberry.field(
        default=strawberry.UNSET,
        description="只推送这些地区（含下级）的事件，最多 50 个；null 为不限地区。\n"
        "Only events inside these regions, at most 50; null for all.",
    )
    selection: str | None = strawberry.field(default=strawberry.UNSET, description=_SELECTION)
    retry_clock: RetryClock | None = strawberry.field(default=strawberry.UNSET, description=_RETRY_CLOCK)


@strawberry.type(
    description="事件推送已修改；等待中的事件按新的地址和选择集推送。\n"
    "The webhook was changed; what waits is delivered by what it says now."
)
class WebhookUpdated:
    webhook: Webhook = strawberry.field(description="修改后的事件推送。\nThe webhook as it is now.")


UpdateWebhookResult = Annotated[
    WebhookUpdated
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | WebhookNotFound
    | WebhookUrlNotAllowed
    | WebhookSelectionNotValid
    | WebhookSelectionTooDear,
    strawberry.union(
        "UpdateWebhookResult",
        description="修改的结果，或拒绝的理由。\nThe outcome of changing, or why it is refused.",
    ),
]


@strawberry.input(description="暂停事件推送的输入。\nInput of pausing a webhook.")
class PauseWebhookInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    webhook_id: strawberry.ID = strawberry.field(description=_OR_ANY)


@strawberry.type(
    description="推送已暂停，在日志中的位置保留；运维人员暂停的为停用。\n"
    "Nothing more is delivered, and the place in the log is kept; what an operator pauses is disabled."
)
class WebhookPaused:
    webhook: Webhook = strawberry.field(description="该事件推送。\nThe webhook.")


PauseWebhookResult = Annotated[
    WebhookPaused | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | WebhookNotFound | WebhookInAnotherState,
    strawberry.union(
        "PauseWebhookResult",
        description="暂停的结果，或拒绝的理由。\nThe outcome of pausing, or why it is refused.",
    ),
]


@strawberry.input(description="恢复事件推送的输入。\nInput of resuming a webhook.")
class ResumeWebhookInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    webhook_id: strawberry.ID = strawberry.field(description=_OR_ANY)


@strawberry.type(
    description="推送已恢复，从停下的位置继续，其间的事件一并送达。\n"
    "It goes on where it stood, and delivers what has come about meanwhile."
)
class WebhookResumed:
    webhook: Webhook = strawberry.field(description="该事件推送。\nThe webhook.")


ResumeWebhookResult = Annotated[
    WebhookResumed | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | WebhookNotFound | WebhookInAnotherState,
    strawberry.union(
        "ResumeWebhookResult",
        description="恢复的结果，或拒绝的理由。\nThe outcome of resuming, or why it is refused.",
    ),
]


@strawberry.input(description="删除事件推送的输入。\nInput of removing a webhook.")
class RemoveWebhookInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    webhook_id: strawberry.ID = strawberry.field(description=_WEBHOOK_ID)


@strawberry.type(
    description="事件推送已删除，等待中的事件不再推送。\nThe webhook was removed, and what waited is not delivered."
)
class WebhookRemoved:
    webhook: Webhook = strawberry.field(description="已删除的事件推送。\nThe webhook that was removed.")


RemoveWebhookResult = Annotated[
    WebhookRemoved | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | WebhookNotFound,
    strawberry.union(
        "RemoveWebhookResult",
        description="删除的结果，或拒绝的理由。\nThe outcome of removing, or why it is refused.",
    ),
]


@strawberry.input(description="更换签名密钥的输入。\nInput of drawing another secret.")
class RotateWebhookSecretInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    webhook_id: strawberry.ID = strawberry.field(description=_WEBHOOK_ID)


@strawberry.type(
    description="签名密钥已更换；此后 24 小时内，前一密钥同时签名。\n"
    "Another secret signs; for 24 hours the one before signs beside it."
)
class WebhookSecretRotated:
    webhook: Webhook = strawberry.field(description="该事件推送。\nThe webhook.")
    secret: str = strawberry.field(description=_SECRET)


RotateWebhookSecretResult = Annotated[
    WebhookSecretRotated | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | WebhookNotFound,
    strawberry.union(
        "RotateWebhookSecretResult",
        description="更换的结果，或拒绝的理由。\nThe outcome of rotating, or why it is refused.",
    ),
]


@strawberry.input(description="重新推送的输入。\nInput of redelivering an event.")
class RedeliverEventInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    webhook_id: strawberry.ID = strawberry.field(description=_WEBHOOK_ID)
    event_id: strawberry.ID = strawberry.field(
        description="事件的标识（evt_…），须为应用现在可见的。\nId of the event (evt_…), one that the app sees now."
    )


@strawberry.type(
    description="事件将再推送一次，如同从未尝试过。\nThe event is delivered once more, as if it had never been tried."
)
class EventRedelivered:
    webhook: Webhook = strawberry.field(description="该事件推送。\nThe webhook.")


RedeliverEventResult = Annotated[
    EventRedelivered | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | WebhookNotFound | EventNotFound,
    strawberry.union(
        "RedeliverEventResult",
        description="重新推送的结果，或拒绝的理由。\nThe outcome of redelivering, or why it is refused.",
    ),
]


@strawberry.input(description="试推送的输入。\nInput of testing a webhook.")
class TestWebhookInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    webhook_id: strawberry.ID = strawberry.field(description=_WEBHOOK_ID)
    event_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="以此事件试推送，须为应用现在可见的；不给则推送一个样例。\n"
        "Sends this event, one that the app sees now; a sample when absent.",
    )


@strawberry.type(
    description="已试推送一次，不计入次序，不影响等待中的事件；暂停时也可试。\n"
    "It was sent once, outside of the order; what waits is not touched. A webhook that is paused can be tested too."
)
class WebhookTested:
    webhook: Webhook = strawberry.field(description="该事件推送。\nThe webhook.")
    attempt: WebhookAttempt | None = strawberry.field(
        description="此次尝试；已不再保留时为 null。\nThe attempt; null when it is not kept any more."
    )
    sent: str | None = strawberry.field(
        description="发送的正文；同一幂等键再次请求时为 null，因为不予保留。\n"
        "The body that was sent; null to the same request under the same key, because it is not kept."
    )


TestWebhookResult = Annotated[
    WebhookTested
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | WebhookNotFound
    | TooManyWebhookTests
    | EventNotFound,
    strawberry.union(
        "TestWebhookResult",
        description="试推送的结果，或拒绝的理由。\nThe outcome of testing, or why it is refused.",
    ),
]
