"""`canbao world faults …`: what the outside parties of a world get wrong (外部故障)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table
from resolvers.cli.times import instant_of, seconds_of

if TYPE_CHECKING:
    from domain.decisions.faults import Hours, NewFault
    from domain.refusals import Refusal
    from domain.store.engine import Connection
    from domain.store.faults import Fault
    from domain.vocabulary import Id, Word

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the world.")]


def add_to(world: typer.Typer) -> None:
    """The commands of this module, which belong to `canbao world`."""
    faults = typer.Typer(no_args_is_help=True, help="List, add and remove what outside parties get wrong.")
    faults.command(name="list", epilog="Example: canbao world faults list demo")(list_faults)
    faults.command(
        epilog="Example: canbao world faults add demo PAYMENT_CHANNEL TIMEOUT_AFTER_EFFECT --channel WECHAT"
    )(add)
    faults.command(epilog="Example: canbao world faults remove demo flt_3")(remove)
    world.add_typer(faults, name="faults", epilog="Example: canbao world faults list demo")


def list_faults(name: NameArgument, as_json: JsonOption = False) -> None:
    """List the faults of a world's outside parties, and how often each has struck."""
    from domain.store import faults as store
    from resolvers.cli.keeping import opened
    from resolvers.settings import settings_from

    settings = settings_from()

    async def found() -> list[Fault]:
        async with opened(settings, name) as (database, _), database.read() as connection:
            return await store.faults(connection)

    _show(name, asyncio.run(found()), as_json=as_json)


def add(
    name: NameArgument,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Whose fault: PAYMENT_CHANNEL, OTHER_PROVINCES …")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What happens: OUTAGE, DELAY, REFUSAL …")],
    operation: Annotated[str | None, typer.Option(help="Only of this operation: COLLECT, IDENTITIES …")] = None,
    channel: Annotated[str | None, typer.Option(help="Only of this channel: WECHAT, COUNTER …")] = None,
    person: Annotated[str | None, typer.Option(help="Only about this person: per_…")] = None,
    region: Annotated[str | None, typer.Option(help="Only of this region and all inside of it, six digits.")] = None,
    per_mille: Annotated[int, typer.Option(help="Of 1000 calls, how many.")] = 1000,
    begins: Annotated[str | None, typer.Option(help="From this instant or day of the world on.")] = None,
    ends: Annotated[str | None, typer.Option(help="Until this instant or day of the world.")] = None,
    least: Annotated[str | None, typer.Option(help="For how long at least: 90s, 30m, 24h, 3d.")] = None,
    most: Annotated[str | None, typer.Option(help="For how long at most; --least where it is not given.")] = None,
    shape: Annotated[str, typer.Option(help="How lengths are spread: EVEN or LONG_TAIL.")] = "EVEN",
    refusal: Annotated[str | None, typer.Option(help="With which reason it refuses: NO_MONEY, NOT_LIVE …")] = None,
    hours: Annotated[str | None, typer.Option(help="Only at these hours of each day: 22-6.")] = None,
    above: Annotated[int | None, typer.Option(help="Only calls beyond so many in a minute of the world.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a fault of an outside party; a server follows within a second."""
    from domain.decisions.faults import Delay, NewFault, fault_refused
    from domain.store import faults as store
    from domain.store.faults import MOST_FAULTS
    from domain.vocabulary import (
        DelayShape,
        FaultKind,
        FaultOperation,
        FaultParty,
        FaultRefusal,
        PaymentChannel,
        RegionCode,
    )
    from resolvers.cli.keeping import opened
    from resolvers.cli.worlds import now_of
    from resolvers.settings import settings_from

    if region is not None and not (len(region) == 6 and region.isascii() and region.isdigit()):
        raise CommandFailed(ExitCode.BAD_INPUT, f"{region!r} is no region", "a code has six digits", "Give its code")
    longest = least if most is None else most
    new = NewFault(
        FaultParty[_word(FaultParty, party)],
        FaultKind[_word(FaultKind, kind)],
        None if operation is None else FaultOperation[_word(FaultOperation, operation)],
        None if channel is None else PaymentChannel[_word(PaymentChannel, channel)],
        None if person is None else _person(person),
        None if region is None else RegionCode(region),
        per_mille,
        None if begins is None else instant_of(begins),
        None if ends is None else instant_of(ends),
        None
        if least is None or longest is None
        else Delay(seconds_of(least), seconds_of(longest), DelayShape[_word(DelayShape, shape)]),
        None if refusal is None else FaultRefusal[_word(FaultRefusal, refusal)],
        None if hours is None else _hours(hours),
        above,
    )
    settings = settings_from()

    async def added() -> list[Fault]:
        async with opened(settings, name) as (database, record), database.write() as connection:
            held = await store.held(connection)
            refused = fault_refused(new, held=held, most=MOST_FAULTS, is_somebody=await _is_somebody(connection, new))
            if refused is not None:
                raise _failed(refused)
            number = await store.add(connection, new, now_of(record))
            return [one for one in await store.faults(connection) if one.id == number]

    _show(name, asyncio.run(added()), as_json=as_json)


async def _is_somebody(connection: Connection, new: NewFault) -> bool:
    from domain.store import faults as store

    return new.person_id is None or await store.is_somebody(connection, new.person_id)


def remove(
    name: NameArgument,
    fault: Annotated[str, typer.Argument(metavar="FAULT", help="Id of the fault: flt_…")],
    as_json: JsonOption = False,
) -> None:
    """Remove a fault of an outside party, and list those that are left; a server follows within a second."""
    from domain.refusals import FaultNotFound
    from domain.store import faults as store
    from domain.vocabulary import Prefix, parsed_api_id
    from resolvers.cli.keeping import opened
    from resolvers.settings import settings_from

    number = parsed_api_id(fault, Prefix.FAULT)
    settings = settings_from()

    async def left() -> list[Fault]:
        async with opened(settings, name) as (database, _), database.write() as connection:
            if number is None or not await store.is_there(connection, number):
                raise _failed(FaultNotFound())
            await store.remove(connection, number)
            return await store.faults(connection)

    _show(name, asyncio.run(left()), as_json=as_json)


def _word(words: type[Word], given: str) -> str:
    if given not in words.__members__:
        raise CommandFailed(
            ExitCode.BAD_INPUT, f"{given!r} is none", f"there is {', '.join(words.__members__)}", "Give one of them"
        )
    return given


def _hours(given: str) -> Hours:
    from domain.decisions.faults import Hours

    since, dash, until = given.partition("-")
    if not (dash and since.isdecimal() and until.isdecimal()):
        raise CommandFailed(ExitCode.BAD_INPUT, f"{given!r} are no hours", "they are two of a day", "Write 22-6")
    return Hours(int(since), int(until))


def _person(given: str) -> Id:
    from domain.vocabulary import Prefix, parsed_api_id

    found = parsed_api_id(given, Prefix.PERSON)
    if found is None:
        raise CommandFailed(ExitCode.BAD_INPUT, f"{given!r} is no person", "an id begins with per_", "Give one")
    return found


def _failed(refused: Refusal) -> CommandFailed:
    from domain.policy import PolicyBook

    why, _, remedy = refused.en(PolicyBook.load()).rstrip(".").partition(". ")
    return CommandFailed(ExitCode.REFUSED, "the faults stay as they are", why[0].lower() + why[1:], remedy)


def _show(name: str, faults: list[Fault], *, as_json: bool) -> None:
    told = [_plain(one) for one in faults]
    if as_json:
        print_json(told)
        return
    print_table(
        f"Faults of {name}",
        ("fault", "party", "kind", "restricted to", "‰", "begins", "ends", "seconds", "reason", "calls", "hits"),
        [
            [
                one["id"],
                one["party"],
                one["kind"],
                _restricted(one),
                str(one["perMille"]),
                one["beginsAt"] or "",
                one["endsAt"] or "",
                "" if one["delay"] is None else "{least}–{most} {shape}".format(**one["delay"]),
                one["refusal"] or "",
                f"{one['calls']:,}",
                f"{one['hits']:,}",
            ]
            for one in told
        ],
    )


def _restricted(one: dict[str, Any]) -> str:
    to = [one[part] for part in ("operation", "channel", "personId", "region") if one[part]]
    if one["hours"] is not None:
        to.append("{since}–{until} h".format(**one["hours"]))
    if one["abovePerMinute"] is not None:
        to.append(f"above {one['abovePerMinute']:,} a minute")
    return " ".join(to)


def _plain(fault: Fault) -> dict[str, Any]:
    from domain.vocabulary import Prefix, api_id, iso_instant

    what, delay = fault.what, fault.what.delay
    return {
        "id": api_id(Prefix.FAULT, fault.id),
        "party": what.party.name,
        "kind": what.kind.name,
        "operation": None if what.operation is None else what.operation.name,
        "channel": None if what.channel is None else what.channel.name,
        "personId": None if what.person_id is None else api_id(Prefix.PERSON, what.person_id),
        "region": what.region,
        "perMille": what.per_mille,
        "beginsAt": None if what.begins_at is None else iso_instant(what.begins_at),
        "endsAt": None if what.ends_at is None else iso_instant(what.ends_at),
        "delay": None if delay is None else {"least": delay.least, "most": delay.most, "shape": delay.shape.name},
        "refusal": None if what.refusal is None else what.refusal.name,
        "hours": None if what.hours is None else {"since": what.hours.since, "until": what.hours.until},
        "abovePerMinute": what.above_per_minute,
        "calls": fault.calls,
        "hits": fault.hits,
    }
