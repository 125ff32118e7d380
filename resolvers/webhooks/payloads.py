"""What a webhook's target is sent (推送的内容): an event under the webhook's selection, as its app sees it then.

The selection is validated, bounded and compiled as one below the subscription `events` is, with the app's own rights,
and whom it shows is recorded before anything leaves. An event that the app sees no longer is not sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from graphql import GraphQLError, OperationDefinitionNode, parse

from domain.refusals import Refusal, WebhookSelectionNotValid, WebhookSelectionTooDear
from domain.store.places import beside_sql
from domain.store.webhooks import Place, TakenIn, Webhook
from domain.vocabulary import NATION, Id, Instant, Prefix, Role, Transport, Viewer, api_id, iso_instant
from resolvers.context import Request, Trace
from resolvers.fields.events import EVENT, asked_for
from resolvers.fields.log_places import log_tag
from resolvers.following.telling import shown
from resolvers.plan.arguments import FieldProblem, made_cursor
from resolvers.plan.executor import Executor, Follower
from resolvers.plan.rows import Compiled, Cost
from resolvers.service import ErrorCode
from resolvers.world import World

AT_ONCE: Final = 100
"""How many events are looked for in the log at once."""
_KEYS: Final = ""
"""No GraphQL variable has an empty name: under it the statement's own values travel with the variables."""
SAMPLE_TYPE: Final = "WEBHOOK_TEST"


@dataclass(frozen=True, slots=True)
class Payload:
    """The body that an event is sent as, and where it stands."""

    event: TakenIn
    body: bytes


def viewer_of(client_id: Id, client: str) -> Viewer:
    """The app, as it is when it signs in with its own credentials."""
    return Viewer(Role.PARTNER, Id(0), NATION, client, client_id=client_id)


def request_of(world: World, viewer: Viewer, request_id: str) -> Request:
    """What the app asks by having a webhook."""
    return Request(world, viewer, request_id, world.clock.now(), Trace(), transport=Transport.WEBHOOK)


def document_of(selection: str) -> str | WebhookSelectionNotValid:
    """The subscription that a selection stands for; a refusal where it is no selection with its braces."""
    try:
        definitions = parse(selection, max_tokens=2_000).definitions
    except (GraphQLError, RecursionError) as error:
        return WebhookSelectionNotValid(explanation=_sentence(getattr(error, "message", "It is nested too deeply.")))
    [*others, last] = definitions
    # `{ … }` alone is a document of one nameless query; its text can stand wherever a selection can.
    shorthand = (
        isinstance(last, OperationDefinitionNode) and last.loc is not None and last.loc.start_token.value is None
    )
    if others or not shorthand:
        return WebhookSelectionNotValid(explanation="A selection begins and ends with a brace.")
    return f"subscription Webhook {{ events {selection}\n}}"


def _sentence(message: str) -> str:
    return message if message.endswith(".") else f"{message}."


async def compiled(executor: Executor, request: Request, selection: str) -> Follower | Refusal:
    """The selection, ready to be written for the request's viewer; or why it cannot be.

    Raises FieldProblem where it could not be looked at now, for no fault of its own.
    """
    document = document_of(selection)
    if not isinstance(document, str):
        return document
    found = await executor.follower(document, request)
    if isinstance(found, Follower):
        return found
    error = orjson.loads(found.body)["errors"][0]
    if "cost" in error["extensions"]:
        return WebhookSelectionTooDear(cost=error["extensions"]["cost"], most=error["extensions"]["limit"])
    if found.codes[0] in (ErrorCode.UNAVAILABLE, ErrorCode.INTERNAL):
        raise FieldProblem(found.codes[0], error["message"])
    return WebhookSelectionNotValid(explanation=_sentence(error["message"]))


class Payloads:
    """What one webhook's app is told of events. Made anew when the webhook or its app changes."""

    def __init__(self, follower: Follower, webhook: Webhook) -> None:
        self._follower = follower
        self._webhook = webhook
        self._found = self._finding()
        self._bodies = self._writing()

    def _finding(self) -> Compiled:
        """The statement that gives what is new behind a place, up to another."""
        rows = self._follower.rows()
        row, name = rows.alias(EVENT)
        bounds = [rows.bind(int, lambda variables, request, at=at: variables[_KEYS][at]) for at in range(4)]  # type: ignore[misc]
        conditions = [
            beside_sql(rows.kind, (row.transaction_id, row.position), ">", (bounds[0], bounds[1])),
            beside_sql(rows.kind, (row.transaction_id, row.position), "<=", (bounds[2], bounds[3])),
            EVENT.rule(row, rows.scope) or "1 = 1",
        ]
        conditions += asked_for(row, rows, {"types": self._webhook.types, "regions": self._webhook.regions})
        sql = (
            f"SELECT {row.transaction_id}, {row.position}, {row.id}, {row.subject_id}, {row.occurred_at}"
            f" FROM {EVENT.table.name} {name} WHERE {' AND '.join(f'({one})' for one in conditions)}"
            f" ORDER BY {row.transaction_id}, {row.position} LIMIT {AT_ONCE}"
        )
        return rows.finished(sql, Cost())

    def _writing(self) -> Compiled:
        """The statement that gives events by their ids, as asked."""
        rows = self._follower.rows()
        row, name = rows.alias(EVENT)
        value, cost = rows.row_json(EVENT, row, self._follower.nodes)
        ids = rows.bind(int, lambda variables, request: variables[_KEYS], many=True)
        rule = EVENT.rule(row, rows.scope) or "1 = 1"
        sql = (
            f"SELECT {row.transaction_id}, {row.position}, {row.id}, {row.subject_id}, {row.occurred_at}, {row.type},"
            f" {rows.scope.json.as_text(value)} FROM {EVENT.table.name} {name}"
            f" WHERE {rows.scope.json.among(row.id, ids)} AND ({rule})"
        )
        return rows.finished(sql, cost)

    async def found(self, request: Request, after: Place, until: Place) -> list[TakenIn]:
        """The first events behind a place, none beyond another, that are to be delivered."""
        arguments = self._found.arguments({**self._follower.variables, _KEYS: (*after, *until)}, request)
        async with request.database.read() as connection:
            rows = await connection.fetch_all_rendered(self._found.rendered, arguments)
        return [_taken_in(row) for row in rows]

    async def written(self, request: Request, event_ids: Sequence[Id]) -> dict[Id, Payload]:
        """Each event as it is sent, once it is recorded whom they show; one that the app does not see is left out."""
        if not event_ids:
            return {}
        arguments = self._bodies.arguments({**self._follower.variables, _KEYS: list(event_ids)}, request)
        async with request.database.read() as connection:
            rows = await connection.fetch_all_rendered(self._bodies.rendered, arguments)
        request.trace.operation = self._follower.request.trace.operation
        told = await shown(request, [row[6].encode() for row in rows], self._bodies.shown)
        tag = log_tag(request.world)
        found = {}
        for row, data in zip(rows, told, strict=True):
            event = _taken_in(row)
            found[event.event_id] = Payload(event, enveloped(event, made_cursor(tag, event.place), row[5], data))
        return found


def _taken_in(row: Sequence[object]) -> TakenIn:
    transaction_id, position, event_id, subject_id, occurred_at = row[:5]
    return TakenIn((transaction_id, position), Id(event_id), Id(subject_id), Instant(occurred_at))  # type: ignore[arg-type]


def enveloped(event: TakenIn, cursor: str, type_name: str, data: bytes) -> bytes:
    """The body of an event: its id, place, type and moment, and what was asked of it."""
    head = orjson.dumps(
        {
            "id": api_id(Prefix.EVENT, event.event_id),
            "cursor": cursor,
            "type": type_name,
            "timestamp": iso_instant(event.occurred_at),
        }
    )
    return head[:-1] + b',"data":' + data + b"}"


def sample(webhook_id: Id, now: Instant) -> bytes:
    """The body that a target is tested with where no event is named."""
    return orjson.dumps(
        {
            "type": SAMPLE_TYPE,
            "timestamp": iso_instant(now),
            "data": {"webhook": api_id(Prefix.WEBHOOK, webhook_id)},
        }
    )
