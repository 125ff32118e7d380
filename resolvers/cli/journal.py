"""`canbao world journal` and `replay` (请求日志与重放): what was asked of a world lately, and asking it again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table, progress_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.store.engine import Spent
    from domain.store.request_journal import Entry, Known
    from domain.vocabulary import Id
    from resolvers.context import Request
    from resolvers.journal.replaying import NotReplayable, Outcome
    from resolvers.service import GraphQLRequest
    from resolvers.settings import Settings

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the world.")]

MOST_SHOWN = 10_000
_COMPARED = {
    "cost": "cost",
    "statements": "statements",
    "answerBytes": "bytes of the answer",
    "events": "events",
    "milliseconds": "milliseconds",
}
_COLUMNS = ("no.", "world's time", "ended at", "operation", "who", "outcome", "cost", "ms", "SQL", "events")


def add_to(world: typer.Typer) -> None:
    """The commands of this module, which belong to `canbao world`."""
    world.command(epilog="Example: canbao world journal demo --last 50 --refused")(journal)
    world.command(epilog="Example: canbao world replay demo 1417 --into try-1")(replay)


def journal(
    name: NameArgument,
    last: Annotated[int, typer.Option(min=1, max=MOST_SHOWN, help="How many operations.")] = 20,
    operation: Annotated[
        str | None, typer.Option(help="Those of that name, or that select that field at their root.")
    ] = None,
    refused: Annotated[bool, typer.Option("--refused", help="Those that were refused or failed.")] = False,
    show: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="One alone, with its document and variables, masked.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was asked of a world lately: when, by whom, with what outcome, and what it took; the latest last.

    A server of a sandbox writes it once a second. Identity numbers, names and whatever else may be somebody's are
    masked before they are written.
    """
    from domain.store import request_journal
    from resolvers.cli.keeping import opened
    from resolvers.settings import settings_from

    settings = settings_from()

    async def found() -> tuple[list[tuple[int, Entry]], dict[Id, Known]]:
        async with opened(settings, name) as (database, _), database.read() as connection:
            if show is None:
                entries = await request_journal.latest(connection, last, operation, troubled=refused)
            else:
                entry = await request_journal.by_number(connection, show)
                entries = [] if entry is None else [(show, entry)]
            ids = {entry.viewer.person_id for _, entry in entries if entry.viewer.person_id}
            return entries, {one.id: one for one in await request_journal.known_by_id(connection, ids)}

    entries, persons = asyncio.run(found())
    told = [described(number, entry, persons) for number, entry in reversed(entries)]
    if show is not None:
        _show_one(name, show, told, as_json=as_json)
    elif as_json:
        print_json(told)
    else:
        print_table(f"Journal of {name}", _COLUMNS, [_row(one) for one in told])


def missing(name: str, number: int) -> CommandFailed:
    """The journal has no operation of that number."""
    return CommandFailed(
        ExitCode.MISSING,
        f"the journal of {name} has no number {number}",
        "it was never written, or has made room for later ones",
        f"See what there is: canbao world journal {name}",
    )


def _show_one(name: str, number: int, told: list[dict[str, Any]], *, as_json: bool) -> None:
    if not told:
        raise missing(name, number)
    [one] = told
    if as_json:
        print_json(one)
        return
    import orjson

    apart = ("number", "document", "variables")
    rows = [[key, "" if value is None else _text(value)] for key, value in one.items() if key not in apart]
    print_table(f"{name}, number {number}", ("", ""), rows)
    typer.echo(one["document"])
    typer.echo(orjson.dumps(one["variables"], option=orjson.OPT_INDENT_2))


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {count}" for key, count in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _row(told: Mapping[str, Any]) -> list[str]:
    first, last = told["firstEvent"], told["lastEvent"]
    span = "" if first is None else str(first) if first == last else f"{first}–{last}"
    named = told["operation"] if told["operation"] not in ("anonymous", "other") else ", ".join(told["fields"])
    return [
        str(told["number"]),
        _short(told["askedAt"]),
        _short(told["recordedAt"]),
        f"{told['kind']} {named}",
        f"{told['role']} {told['asker']}".strip(),
        told["outcome"] or told["ending"],
        "" if told["cost"] is None else str(told["cost"]),
        f"{told['milliseconds']:.1f}",
        str(told["statements"]),
        span,
    ]


def _short(instant: str) -> str:
    return instant[:19].replace("T", " ")


def described(number: int, entry: Entry, persons: Mapping[Id, Known]) -> dict[str, Any]:
    """An operation of the journal as JSON carries it."""
    import orjson

    from domain.vocabulary import Instant, iso_instant

    person = persons.get(entry.viewer.person_id)
    asker = entry.viewer.name
    if person is not None and not asker:
        asker = person.name[:1] + "*" * (len(person.name) - 1)
    return {
        "number": number,
        "askedAt": iso_instant(entry.asked_at),
        "recordedAt": iso_instant(Instant(entry.recorded_at)),
        "kind": entry.operation[0],
        "operation": entry.operation[1],
        "fields": [field for field in entry.fields.split(",") if field],
        "role": entry.viewer.role.name,
        "asker": asker,
        "ending": entry.ending.name,
        "outcome": entry.outcome,
        "cost": entry.cost,
        "milliseconds": entry.duration_us / 1000,
        "statements": entry.statements,
        "answerBytes": entry.answer_bytes,
        "firstEvent": entry.caused.first,
        "lastEvent": entry.caused.last,
        "events": dict(entry.caused.types or {}),
        "transport": entry.transport.name,
        "requestId": entry.request_id,
        "document": entry.document,
        "variables": orjson.loads(entry.variables),
    }


# ---- asking again ---------------------------------------------------------------------------------------------------


def replay(
    name: NameArgument,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the operation in the journal.")],
    into: Annotated[
        str | None, typer.Option(metavar="FORK", help="Name of the fork, which stays; without it the fork is dropped.")
    ] = None,
    from_snapshot: Annotated[
        str | None,
        typer.Option("--from", metavar="SNAPSHOT", help="Fork the world as it was in a snapshot, not as it is now."),
    ] = None,
    answer: Annotated[bool, typer.Option("--answer", help="Print the answer of the fork too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask an operation of the journal again in a fork, as the same subject, and show both outcomes and what differs.

    The fork begins with what the world holds now, after the operation and whatever came since, or with a snapshot.
    Idempotency keys are new ones. Servers go on meanwhile.
    """
    from dataclasses import replace

    from resolvers.cli import keeping
    from resolvers.context import new_secret
    from resolvers.settings import settings_from

    settings = replace(settings_from(), sandbox=True, journal=0)
    fork = f"replay-{new_secret().lower().replace('_', '').replace('-', '')[:12]}" if into is None else into
    keeping.checked_name(fork)
    with progress_of(f"Replaying {number} of {name}", quiet=as_json):
        told, body = asyncio.run(_replayed(settings, name, number, fork, from_snapshot, keep=into is not None))
    if as_json:
        import orjson

        print_json({**told, "answer": orjson.loads(body)} if answer else told)
        return
    _print_replayed(told)
    if answer:
        typer.echo(body)


async def _replayed(
    settings: Settings, name: str, number: int, fork: str, snapshot: str | None, *, keep: bool
) -> tuple[dict[str, Any], bytes]:
    """Both outcomes, where the fork began, and the fork's answer."""
    from domain.store import request_journal
    from domain.vocabulary import iso_instant
    from resolvers.cli.keeping import opened
    from resolvers.shelf import Shelf

    shelf = Shelf(settings)
    async with opened(settings, name) as (database, _), database.read() as connection:
        entry = await request_journal.by_number(connection, number)
    if entry is None:
        raise missing(name, number)
    _askable(number, entry)
    older = [one.name for one in await shelf.snapshots(name) if one.taken_at <= entry.asked_at]
    record = await shelf.fork(name, fork, replace=False, progress=lambda *_: None, snapshot=snapshot)
    try:
        then, now, body = await _asked_in(settings, fork, number, entry)
    except BaseException:
        await shelf.drop(fork)
        raise
    if not keep:
        await shelf.drop(fork)
    from resolvers.journal.replaying import differences

    told = {
        "number": number,
        "operation": " ".join(entry.operation),
        "askedAt": iso_instant(entry.asked_at),
        "fork": fork if keep else None,
        "startsFrom": snapshot,
        "startsAt": iso_instant(record.clock_base),
        "olderSnapshots": older,
        "then": then.told(),
        "now": now.told(),
        "differs": differences(then, now),
    }
    return told, body


def _askable(number: int, entry: Entry) -> None:
    """The operation was kept so that it can be asked again, where those who stand in it are there."""
    from datetime import date

    from domain.store.request_journal import Known
    from resolvers.journal.replaying import asked_again, persons_of

    anybody = {id_: Known(id_, "", "", date.min, "") for id_ in persons_of(entry)}
    _require(number, asked_again(entry, anybody))


def _require(number: int, found: GraphQLRequest | NotReplayable) -> GraphQLRequest:
    from resolvers.journal.replaying import NotReplayable

    if isinstance(found, NotReplayable):
        raise CommandFailed(
            ExitCode.REFUSED,
            f"number {number} cannot be asked again",
            found.why,
            "Fork the world with canbao world fork, and send the request there yourself",
        )
    return found


async def _asked_in(settings: Settings, fork: str, number: int, entry: Entry) -> tuple[Outcome, Outcome, bytes]:
    """What an operation came to, what it comes to in the fork, and the fork's answer."""
    from domain.policy import PolicyBook
    from domain.store import request_journal
    from resolvers.context import machine_clock, new_secret
    from resolvers.graphql import WorldService, build_executor
    from resolvers.journal.replaying import Outcome, asked_again, caused, persons_of, subject_of
    from resolvers.journal.ring import digest_of, ending_of
    from resolvers.service import Answer
    from resolvers.worlds import OpenWorlds
    from simulator.outside import outside

    heard: list[tuple[Request, float, Spent]] = []
    policy = PolicyBook.load()
    worlds = OpenWorlds(
        settings,
        executor=build_executor(policy),
        policy=policy,
        outside=outside,
        machine=machine_clock,
        told=lambda request, _, seconds, spent: heard.append((request, seconds, spent)),
    )
    try:
        service = await worlds.service(fork)
        assert isinstance(service, WorldService)
        database = service.world.database
        async with database.read() as connection:
            persons = await request_journal.known_by_id(connection, persons_of(entry))
            floor = await request_journal.end_of_log(connection)
        asked = _require(number, asked_again(entry, {person.id: person for person in persons}))
        request_id = new_secret()
        answer = await service.answer(asked, subject_of(entry, machine_clock()), request_id)
        assert isinstance(answer, Answer)
        [(request, seconds, spent)] = heard
        async with database.read() as connection:
            events = await request_journal.caused_by(connection, [request_id], floor)
    finally:
        await worlds.close()
    ending, outcome = ending_of(request, answer)
    now = Outcome(
        ending,
        outcome,
        request.trace.cost,
        spent.statements,
        len(answer.body),
        digest_of(answer.body),
        int(seconds * 1_000_000),
        caused(events, request_id),
    )
    return Outcome.of(entry), now, answer.body


def _print_replayed(told: Mapping[str, Any]) -> None:
    then, now = told["then"], told["now"]
    print_table(
        f"{told['operation']}, number {told['number']}",
        ("", "then", "in the fork"),
        [
            ["world's time", told["askedAt"], told["startsAt"]],
            ["outcome", then["outcome"] or then["ending"], now["outcome"] or now["ending"]],
            *(
                [shown, *("" if one[key] is None else _text(one[key]) for one in (then, now))]
                for key, shown in _COMPARED.items()
            ),
        ],
    )
    began = "the world as it is now" if told["startsFrom"] is None else f"the snapshot {told['startsFrom']}"
    typer.echo(f"The fork began with {began}{'' if told['fork'] is None else ', and stays as ' + told['fork']}.")
    if told["startsFrom"] is None and told["olderSnapshots"]:
        typer.echo(f"Snapshots from before it: {', '.join(told['olderSnapshots'])}; --from begins with one of them.")
    typer.echo(f"What differs: {', '.join(told['differs']) or 'nothing'}.")
