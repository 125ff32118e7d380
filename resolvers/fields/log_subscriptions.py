"""Subscriptions over the log that follow one matter (专题订阅): a contribution, accounts, a filing, family bindings.

Each is a row of the log as a type of its own. Whoever sees the contribution, account or binding sees what the log tells
of it; what is asked for besides leads to the events through an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from domain.store.events import EventType
from domain.store.tables import events
from domain.vocabulary import Id, Prefix, Role, parsed_api_id
from resolvers.context import Request
from resolvers.fields.filings import FILING
from resolvers.fields.following import KEY, Interested, followed
from resolvers.fields.log_places import LOG
from resolvers.fields.persons import FAMILY_BINDING, PERSONAL_ACCOUNT
from resolvers.fields.resident_contributions import RESIDENT_CONTRIBUTION
from resolvers.following.interest import Interest
from resolvers.plan.arguments import bad_input
from resolvers.plan.executor import Follower, SubscriptionSource
from resolvers.plan.rows import Cost, RowCompiler
from resolvers.plan.sources import (
    NOBODY,
    Alias,
    Arguments,
    CursorOf,
    Identifier,
    Link,
    RowField,
    RowSource,
    Rule,
    Scope,
    Subjects,
    moment,
    of_persons,
    text,
)

_STEPS: Final[Mapping[EventType, tuple[str, str | None]]] = {
    EventType.RESIDENT_CONTRIBUTION_SUBMITTED: ("SUBMITTED", "SUBMITTED"),
    EventType.RESIDENT_CONTRIBUTION_PAID: ("PAID", "PAID"),
    EventType.RESIDENT_CONTRIBUTION_FINISHED: ("FINISHED", "FINISHED"),
    EventType.CONTRIBUTION_REFUND_REQUESTED: ("REFUND_REQUESTED", None),
    EventType.RESIDENT_CONTRIBUTION_REFUNDED: ("REFUNDED", None),
}
"""What each event of a contribution says of it: the step, and the state where the type alone tells it."""
_CHANGES: Final[Mapping[EventType, str]] = {
    EventType.FAMILY_MEMBER_BOUND: "BOUND",
    EventType.FAMILY_MEMBER_UNBOUND: "UNBOUND",
}
_FILED: Final = (EventType.FILING_MOVED, EventType.FILING_OVERDUE)
_POSTING: Final = (
    EventType.ACCOUNT_CREDITED,
    EventType.INTEREST_PAID,
    EventType.ACCOUNT_WITHDRAWN,
    EventType.RESIDENT_CONTRIBUTION_PAID,
    EventType.RESIDENT_CONTRIBUTION_REFUNDED,
    EventType.TRANSFER_COMPLETED,
)
"""Events that can post an entry, which they name."""


def _case(row: Alias, words: Mapping[EventType, str | None]) -> str:
    cases = " ".join(f"WHEN '{event.name}' THEN '{word}'" for event, word in words.items() if word is not None)
    return f"CASE {row.type} {cases} END"


def _status(row: Alias, scope: Scope) -> str:
    """What a refund leaves of its contribution stands in the event; the others say it by their type."""
    told = scope.json.member(row.payload, "status")
    by_type = _case(row, {event: status for event, (_, status) in _STEPS.items()})
    # Before version 2 a refund did not say so.
    refunded = f"WHEN '{EventType.RESIDENT_CONTRIBUTION_REFUNDED.name}' THEN"
    older = f"CASE WHEN {row.version} < 2 THEN 'REFUNDED' END"
    return f"CASE {row.type} {refunded} coalesce({told}, {older}) ELSE {by_type} END"


def _seen(source: RowSource, member: str) -> Rule:
    """Whoever sees the row that the event names."""

    def rule(row: Alias, scope: Scope) -> str | None:
        visible = source.rule(Alias(source.table, "told_of"), scope)
        if visible == NOBODY:
            return NOBODY
        named = f"told_of.{source.identity} = {scope.json.integer_member(row.payload, member)}"
        only = "" if visible is None else f" AND ({visible})"
        return f"EXISTS (SELECT 1 FROM {source.table.name} told_of WHERE {named}{only})"

    return rule


def _shown(target: str, member: str) -> Link:
    """The row that the event names; who sees the event sees it."""
    return Link(
        target,
        lambda row, other, scope: f"{other.id} = {scope.json.integer_member(row.payload, member)}",
        through=True,
        nullable=False,
    )


def _holder(row: Alias, scope: Scope) -> Sequence[str]:
    """Citizens reach no account but their own."""
    if scope.role is Role.CITIZEN:
        return ()
    account = scope.json.integer_member(row.payload, "account_id")
    return [f"(SELECT held.person_id FROM personal_accounts held WHERE held.id = {account})"]


def _item(type_name: str, rule: Rule, subjects: Subjects, fields: Mapping[str, RowField]) -> RowSource:
    return RowSource(
        type_name,
        events,
        key=KEY,
        rule=rule,
        subjects=subjects,
        fields={
            "eventId": Identifier(Prefix.EVENT, lambda row, scope: row.id),
            "cursor": CursorOf(LOG),
            "occurredAt": moment("occurred_at"),
            **fields,
        },
    )


CONTRIBUTION_PROGRESS = _item(
    "ContributionProgress",
    _seen(RESIDENT_CONTRIBUTION, "contribution_id"),
    of_persons("subject_id"),
    {
        "step": text(lambda row, scope: _case(row, {event: step for event, (step, _) in _STEPS.items()})),
        "status": text(_status, nullable=True),
        "contribution": _shown("ResidentContribution", "contribution_id"),
    },
)
ACCOUNT_ENTRY_POSTED = _item(
    "AccountEntryPosted",
    _seen(PERSONAL_ACCOUNT, "account_id"),
    _holder,
    {"entry": _shown("AccountEntry", "entry_id"), "account": _shown("PersonalAccount", "account_id")},
)
FAMILY_BINDING_CHANGED = _item(
    "FamilyBindingChanged",
    _seen(FAMILY_BINDING, "binding_id"),
    of_persons("subject_id", "actor_id"),
    {
        "change": text(lambda row, scope: _case(row, _CHANGES)),
        "relation": text(lambda row, scope: scope.json.member(row.payload, "relation")),
        "binding": _shown("FamilyBinding", "binding_id"),
    },
)
FILING_PROGRESS = _item(
    "FilingProgress",
    _seen(FILING, "filing_id"),
    of_persons("subject_id"),
    {
        "move": text(lambda row, scope: scope.json.member(row.payload, "move"), nullable=True),
        "status": text(lambda row, scope: scope.json.member(row.payload, "status")),
        "filing": _shown("Filing", "filing_id"),
    },
)
FOLLOWED = (CONTRIBUTION_PROGRESS, ACCOUNT_ENTRY_POSTED, FAMILY_BINDING_CHANGED, FILING_PROGRESS)


def _is_one_of(row: Alias, types: Sequence[EventType]) -> str:
    return f"{row.type} IN ({', '.join(repr(one.name) for one in types)})"


def _number(arguments: Arguments, name: str, prefix: Prefix) -> Id:
    """The id that an argument names, 0 where it is none of that kind."""
    return parsed_api_id(arguments[name], prefix) or Id(0)


def _steps_of(row: Alias, rows: RowCompiler, arguments: Arguments) -> Sequence[str]:
    number = _number(arguments, "contribution", Prefix.RESIDENT_CONTRIBUTION)
    named = rows.bind(int, lambda variables, request: number)
    # Whom it insures or who pays it is the subject of each of its events, and leads to them.
    of_it = f"FROM resident_contributions WHERE id = {named}"
    return (
        _is_one_of(row, list(_STEPS)),
        rows.scope.one_of(row.subject_id, f"SELECT person_id {of_it} UNION SELECT payer_id {of_it}"),
        f"{rows.scope.json.integer_member(row.payload, 'contribution_id')} = {named}",
    )


def _entries_of(row: Alias, rows: RowCompiler, arguments: Arguments) -> Sequence[str]:
    json = rows.scope.json
    posted = (_is_one_of(row, _POSTING), f"{json.integer_member(row.payload, 'entry_id')} IS NOT NULL")
    # Whoever holds the account is the subject of what is posted to it, or pays from it for somebody else.
    if arguments.get("account") is not None:
        number = _number(arguments, "account", Prefix.PERSONAL_ACCOUNT)
        named = rows.bind(int, lambda variables, request: number)
        holder = f"(SELECT person_id FROM personal_accounts WHERE id = {named})"
        return (
            *posted,
            f"{json.integer_member(row.payload, 'account_id')} = {named}",
            f"{row.subject_id} = {holder} OR {row.actor_id} = {holder}",
        )
    return (*posted, *_of_viewer(row, rows))


def _binding_changes(row: Alias, rows: RowCompiler, arguments: Arguments) -> Sequence[str]:
    # Whoever binds acts, and whoever is bound is the subject.
    return (_is_one_of(row, list(_CHANGES)), *_of_viewer(row, rows))


def _moves_of(row: Alias, rows: RowCompiler, arguments: Arguments) -> Sequence[str]:
    number = _number(arguments, "filing", Prefix.FILING)
    named = rows.bind(int, lambda variables, request: number)
    # Whoever applied is the subject of each of its events, and leads to them; nobody is, where an institution did.
    return (
        _is_one_of(row, _FILED),
        f"{row.subject_id} = (SELECT coalesce(applicant_id, 0) FROM filings WHERE id = {named})",
        f"{rows.scope.json.integer_member(row.payload, 'filing_id')} = {named}",
    )


def _of_viewer(row: Alias, rows: RowCompiler) -> Sequence[str]:
    """What can concern the viewer, through an index: their own, or of who lets their app see anything."""
    scope = rows.scope
    if scope.role is Role.CITIZEN:
        return (f"{row.subject_id} = {scope.viewer_id} OR {row.actor_id} = {scope.viewer_id}",)
    if scope.role is Role.PARTNER:
        persons = f"SELECT person_id FROM consents WHERE client_id = {scope.client_id} AND ended_at IS NULL"
        return (f"{scope.one_of(row.subject_id, persons)} OR {scope.one_of(row.actor_id, persons)}",)
    return ()


def _about(
    source: RowSource, argument: str, types: Iterable[EventType], persons: Sequence[str], what: tuple[str, str]
) -> Interested:
    """What the log tells of one row, which the viewer must see when beginning. Raises FieldProblem.

    Its events are of these types, and of the persons whom these columns of the row name.
    """
    of_types = _named(types)

    async def interested(request: Request, arguments: Arguments, follower: Follower) -> Interest:
        if arguments.get(argument) is None:
            return _of_own(request, of_types)
        assert source.prefix is not None
        number = _number(arguments, argument, source.prefix)
        rows = follower.rows()
        row, name = rows.alias(source)
        rule = source.rule(row, rows.scope)
        named = f"{row[source.identity]} = {rows.bind(int, lambda variables, request: number)}"
        only = "" if rule is None else f" AND ({rule})"
        columns = ", ".join(row[column] for column in persons)
        compiled = rows.finished(f"SELECT {columns} FROM {source.table.name} {name} WHERE {named}{only}", Cost())
        async with request.database.read() as connection:
            found = await connection.fetch_rendered(compiled.rendered, compiled.arguments({}, request))
        if found is None:
            zh, en = what
            raise bad_input(
                f"没有这{zh}，或您无权看到；请检查 {argument} 的标识。",
                f"There is no such {en}, or you may not see it: check the id in {argument}.",
            )
        return Interest(of_types, frozenset(found))

    return interested


def _of_own(request: Request, types: frozenset[str]) -> Interest:
    """What concerns a citizen, and anybody else of these types."""
    viewer = request.viewer
    return Interest(types, frozenset({viewer.person_id}) if viewer.role is Role.CITIZEN else None)


def _named(types: Iterable[EventType]) -> frozenset[str]:
    return frozenset(each.name for each in types)


async def _binds(request: Request, arguments: Arguments, follower: Follower) -> Interest:
    return _of_own(request, _named(_CHANGES))


SUBSCRIPTIONS: Mapping[str, SubscriptionSource] = {
    "contributionProgress": followed(
        CONTRIBUTION_PROGRESS,
        _steps_of,
        _about(
            RESIDENT_CONTRIBUTION,
            "contribution",
            _STEPS,
            ("person_id", "payer_id"),
            ("笔居民缴费", "resident contribution"),
        ),
    ),
    "accountEntries": followed(
        ACCOUNT_ENTRY_POSTED,
        _entries_of,
        _about(PERSONAL_ACCOUNT, "account", _POSTING, ("person_id",), ("个个人账户", "personal account")),
    ),
    "filingProgress": followed(
        FILING_PROGRESS, _moves_of, _about(FILING, "filing", _FILED, ("applicant_id",), ("个办件", "filing"))
    ),
    "familyBindings": followed(FAMILY_BINDING_CHANGED, _binding_changes, _binds),
}
