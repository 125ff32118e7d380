"""`canbao world journal` (请求日志): what was asked of a world of a sandbox lately."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.store.request_journal import Entry, Known
    from domain.vocabulary import Id

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the world.")]

MOST_SHOWN = 10_000
_COLUMNS = ("no.", "world's time", "ended at", "operation", "who", "outcome", "cost", "ms", "SQL", "events")


def add_to(world: typer.Typer) -> None:
    """The commands of this module, which belong to `canbao world`."""
    world.command(epilog="Example: canbao world journal demo --last 50 --refused")(journal)


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
