"""What is told when an operation is not answered (错误说明), in both languages."""

from __future__ import annotations

import logging
from typing import Any, Final

from graphql import FieldNode

from domain.store.engine import OutOfTime, StoreUnavailable
from domain.vocabulary import Scope
from resolvers.context import Request
from resolvers.plan.arguments import FieldProblem
from resolvers.service import Answer, ErrorCode, error_answer, internal

log = logging.getLogger("canbao.execution")

BEFORE_IT_DONE: Final = (
    " 此前的字段均已执行完毕；以相同的 idempotencyKey 重发整个操作，即得到它们的答复。"
    " The fields before it have been done; sending the operation again with the same keys gives their answers."
)
_UNAVAILABLE: Final = "数据库暂不可用，请稍后重试。 The database is unavailable: try again shortly."
_UNAVAILABLE_WRITING: Final = (
    "数据库暂不可用，是否已写入尚不能确定；请稍后以相同的 idempotencyKey 重发同一请求，不会重复办理。"
    " The database is unavailable, and whether this was written is unknown: send the same request with the same"
    " idempotencyKey again shortly, it is done once only."
)
_OUT_OF_TIME: Final = (
    "操作用时过长，已停止；请缩小范围或减少字段。 The operation took too long and was stopped: ask for less."
)
_OUT_OF_TIME_WRITING: Final = (
    "操作用时过长，已停止，是否已写入尚不能确定；请以相同的 idempotencyKey 重发同一请求，不会重复办理。"
    " The operation took too long and was stopped, and whether this was written is unknown: send the same request with"
    " the same idempotencyKey again, it is done once only."
)

_SUBSCRIBE_AGAIN_SECONDS: Final = 10


def told(error: Exception, request: Request, *, writing: bool = False, done: bool = False) -> Answer:
    """The answer to an operation that broke, logged. `done` says that earlier fields of a mutation have been done."""
    more = BEFORE_IT_DONE if done else ""
    if isinstance(error, StoreUnavailable):
        log.warning("store unavailable: %s", error, extra={"request_id": request.request_id})
        if isinstance(error, OutOfTime):
            message = _OUT_OF_TIME_WRITING if writing else _OUT_OF_TIME
            return error_answer(ErrorCode.OPERATION_TIMEOUT, message + more, requestId=request.request_id)
        message = _UNAVAILABLE_WRITING if writing else _UNAVAILABLE
        return error_answer(ErrorCode.UNAVAILABLE, message + more, retry_after_seconds=1, requestId=request.request_id)
    log.error("fault", exc_info=error, extra={"request_id": request.request_id})
    return internal(request.request_id, more)


def field_error(key: str, node: FieldNode, problem: FieldProblem, *, done: bool = False) -> dict[str, Any]:
    """A root field that could not be answered, as a GraphQL error with its path."""
    error: dict[str, Any] = {
        "message": problem.message + (BEFORE_IT_DONE if done else ""),
        "path": [key],
        "extensions": {"code": problem.code.name, **problem.extensions},
    }
    if node.loc is not None:
        start = node.loc.start_token
        error["locations"] = [{"line": start.line, "column": start.column}]
    return error


def too_dear(cost: int, limit: int) -> Answer:
    """The answer could be larger than one operation may ask for; nothing was read or written."""
    return error_answer(
        ErrorCode.COST_LIMIT_EXCEEDED,
        f"此操作最多可能返回 {cost} 个值，上限为 {limit}；请减小 first 或少选字段。"
        f" The answer could hold {cost} values, the limit is {limit}: ask for smaller pages or fewer fields.",
        cost=cost,
        limit=limit,
    )


def throttled(seconds: int) -> Answer:
    """The client has asked for more than may be asked for in a while; nothing was read or written."""
    return error_answer(
        ErrorCode.RATE_LIMITED,
        f"请求过于频繁，额度已用完，本次未执行；请在 {seconds} 秒后重试，或减小 first、少选字段。"
        f" You have asked for more than you may in this time, and this was not executed: try again in {seconds}"
        " seconds, or ask for smaller pages or fewer fields.",
        retry_after_seconds=seconds,
        retryAfterSeconds=seconds,
    )


def too_many_subscriptions(limit: int) -> Answer:
    """The client has as many subscriptions as one may have at once; the others go on."""
    return error_answer(
        ErrorCode.RATE_LIMITED,
        f"您的订阅数已达上限 {limit}，本次未订阅；请先结束一个再重试。"
        f" You have {limit} subscriptions, as many as one client may have at once, and this one was not begun: end one"
        " first.",
        retry_after_seconds=_SUBSCRIBE_AGAIN_SECONDS,
        retryAfterSeconds=_SUBSCRIBE_AGAIN_SECONDS,
    )


def crowded() -> Answer:
    """Too many large documents at once; nothing was done."""
    return error_answer(
        ErrorCode.UNAVAILABLE,
        "排队处理的大型文档过多，本请求未执行，请稍后重试。"
        " Too many large documents are waiting, and this one was not executed: try again shortly.",
        retry_after_seconds=1,
    )


def out_of_scope(needed: Scope) -> Answer:
    """The token is good, but not for this kind of operation; nothing was done."""
    return error_answer(
        ErrorCode.FORBIDDEN,
        f"令牌没有{needed.zh}权限（scope {needed.text}），本操作未执行；请以含该权限的令牌重试，须由运维为接入方开通。"
        f" The token is not good for {needed.en} (scope {needed.text}), and nothing was done: ask with one that is,"
        " after the operator has granted the scope to your client.",
        scope=needed.text,
    )


def signed_out() -> Answer:
    """The last response of a subscription whose token has ended, or was revoked."""
    return error_answer(
        ErrorCode.UNAUTHENTICATED,
        "登录已过期，订阅已结束；请重新登录，并从最后收到的游标继续订阅。"
        " You have been signed out, and the subscription has ended: sign in again and resume from the last cursor.",
    )
