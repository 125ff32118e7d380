"""`canbao load curve`, `season` and `compare` (征缴季): a season of collection as a curve, as a run, as two of them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.crowds import audited, served, thrown_away
from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json
from resolvers.cli.season_crowd import SeasonCrowd, gone_ahead, season_crowd

if TYPE_CHECKING:
    from resolvers.settings import Settings
    from simulator.auditor import Finding
    from simulator.curves import Curve

SIMULATED_PROVINCE = "840000"
COLLECTED_YEAR = 2026
"""The year of cover that the simulated province collects for in a season of which every day is stated."""
PERSONS = 60_000_000
PLACES_SEED = 7
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PICTURE = (1140, 1060)
"""Width and height of a picture of the charts."""

_PICTURE_SECONDS = 60
_REPORT_PICTURE = (1140, 2400)
SHOWN_LINES = 30
TOKEN_MINUTES = 1_440
"""Whoever comes last comes with a token that was made before the first one came."""
_LEAD_SECONDS = 4
"""How long the load generator has to get ready before the season begins; it waits for the world's clock to run."""
MOST_USERS = 2_000
_OPENED_SECONDS = 34 * 3_600
"""A day and ten hours after the last window has opened: all can pay, from accounts too."""
_AHEAD_SECONDS = 3 * 86_400
"""How long before a run those have begun who must wait for offices to tell one another."""

RegionOption = Annotated[str, typer.Option(help="GB/T 2260 code of a province, city or county.")]
YearOption = Annotated[int, typer.Option(min=2001, max=2100, help="Year of cover that is collected for.")]


def curve(
    region: RegionOption = SIMULATED_PROVINCE,
    year: YearOption = COLLECTED_YEAR,
    persons: Annotated[int, typer.Option(min=1, max=2_000_000_000, help="How many people live there.")] = PERSONS,
    html: Annotated[Path | None, typer.Option(help="Draw it into this page.")] = None,
    png: Annotated[Path | None, typer.Option(help="Draw it into this picture; needs Chromium.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a place's payers spread over its season of collection, by day and by hour, or draw it.

    Windows, prices and closed days are the book of policy's; the shape is data, each figure with its source or why it
    is assumed.
    """
    found = curve_for(region, year)
    told = found.as_json(round(persons * found.payers_per_person))
    if html is not None or png is not None:
        with tempfile.TemporaryDirectory(prefix="canbao-load-") as folder:
            page = Path(folder) / "curve.html" if html is None else html
            source = Path(folder) / "curve.json"
            source.write_text(json.dumps(told, ensure_ascii=False))
            drawn("loadtests.curves", source, page)
            if png is not None:
                pictured(page, png, *_PICTURE)
    if as_json:
        print_json(told)
        return
    typer.echo("\n".join(_said(told)))
    typer.echo("".join(f"Drawn: {path}\n" for path in (html, png) if path is not None), nl=False)


def curve_for(region: str, year: int) -> Curve:
    """The curve of a region for a year of cover, or the command ends and says why there is none."""
    from domain.policy import PolicyBook, PolicyUnknown
    from domain.vocabulary import RegionCode
    from simulator.curves import curve_of
    from simulator.places import places_of

    try:
        return curve_of(PolicyBook.load(), places_of(PLACES_SEED), RegionCode(region), year)
    except KeyError:
        raise CommandFailed(
            ExitCode.MISSING,
            f"no place has the code {region}",
            "worlds hold five cities and the simulated province",
            f"Give one of theirs, such as {SIMULATED_PROVINCE}",
        ) from None
    except PolicyUnknown as error:
        raise CommandFailed(
            ExitCode.REFUSED,
            f"the season of {region} for {year} is not stated",
            str(error).rstrip("."),
            f"Give another place or --year, such as {SIMULATED_PROVINCE} and {COLLECTED_YEAR}",
        ) from error


def drawn(module: str, *paths: Path) -> None:
    """A module of the load generator draws what the first paths hold into the last one."""
    subprocess.run([sys.executable, "-m", module, *(str(path) for path in paths)], check=True)


def pictured(page: Path, picture: Path, width: int, height: int) -> None:
    """A picture of the beginning of a page, as a browser of this machine shows it."""
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise CommandFailed(
            ExitCode.UNAVAILABLE, "no picture was drawn", "no Chromium is installed", "Install it, or give --html"
        )
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}"]
    made = subprocess.run(
        [browser, *flags, f"--screenshot={picture.resolve()}", page.resolve().as_uri()],
        check=False,
        capture_output=True,
    )
    if made.returncode or not picture.exists():
        raise CommandFailed(
            ExitCode.UNAVAILABLE, "no picture was drawn", "Chromium ended without one", "Give --html and print the page"
        )


def _said(told: dict[str, Any]) -> list[str]:
    from domain.vocabulary import Instant, iso_instant

    hours = told["hours"]
    at, *busiest = max(hours, key=lambda hour: hour[1] + hour[2])
    paying = sum(busiest[:2]) * told["payers"] / 3600
    lines = [
        f"{told['place']['name']} {told['place']['nameEn']}, cover of {told['year']}: {told['payers']} payers",
        f"busiest hour: {iso_instant(Instant(at))}, {paying:.3g} payers a second,"
        f" bursts of {paying * told['burst']:.3g}",
        *(f"{iso_instant(Instant(mark['at']))} {mark['zh']} {mark['en']}" for mark in told["marks"]),
    ]
    if told["silent"]:
        lines.append(f"left out, since no document states their season: {', '.join(told['silent'])}")
    return lines


class Profiles(StrEnum):
    """The profiles of loadtests/profiles.yaml."""

    SMOKE = "smoke"
    LOAD = "load"
    SEASON = "season"
    SOAK = "soak"
    SPIKE = "spike"
    STRESS = "stress"
    RECOVERY = "recovery"
    RECONNECT = "reconnect"


def run(
    profile: Annotated[Profiles, typer.Argument(help="What the run is like, see loadtests/profiles.yaml.")],
    seconds: Annotated[
        float | None, typer.Option(min=2, max=86_400, help="How long people keep coming; else the profile's own.")
    ] = None,
    times: Annotated[
        float, typer.Option(min=0.01, max=1_000, help="How many times as many come, but in a season.")
    ] = 1,
    region: RegionOption = SIMULATED_PROVINCE,
    year: YearOption = COLLECTED_YEAR,
    payers: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many pay at most, of each kind; as many as the world has.")
    ] = 100_000,
    users: Annotated[int, typer.Option(min=1, max=MOST_USERS, help="Errands at once at most.")] = 300,
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="Processes that ask, directed by Locust's master; one and none without.")
    ] = 0,
    persons: Annotated[int, typer.Option(min=500, max=10_000_000, help="How many persons the world has.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of the world and of the moments.")] = 7,
    report: Annotated[Path | None, typer.Option(help="Write the report to this file, for compare.")] = None,
    html: Annotated[Path | None, typer.Option(help="Draw the report into this page.")] = None,
    png: Annotated[Path | None, typer.Option(help="Draw it into this picture; needs Chromium.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Let people come to a server of its own as a profile says, then audit the books.

    In a season they come by the place's curve while the world's clock runs through it. Every answer is checked against
    what holds at its moment. The exit code is 1 when an answer is wrong or late, somebody could not be let in, the load
    generator was saturated, or the books are wrong. World and server are made for it and thrown away.
    """
    from resolvers.settings import settings_from

    curve_ = curve_for(region, year)
    given = _profile(profile)
    lasts = given["seconds"] if seconds is None else seconds
    with tempfile.TemporaryDirectory(prefix="canbao-load-") as folder:
        settings = replace(
            settings_from(),
            home=Path(folder),
            default_world=f"load-{profile}-{os.getpid()}",
            sandbox=True,
            graphiql=False,
            token_minutes=TOKEN_MINUTES,
        )
        names = ("curve.json", "report.json", "report.html", "server.log")
        curve_file, found, page, log = (settings.home / name for name in names)
        with thrown_away(settings, persons, seed, quiet=as_json):
            hours = curve_.hours
            first, rate = hours[0].at, max(1, round((hours[-1].at + 3_600 - hours[0].at) / lasts))
            if not given["by_curve"]:
                first, rate = _opened(curve_) + _OPENED_SECONDS, 1
            crowd_ = asyncio.run(_furnished(settings, curve_, first, payers))
            # The folder is its owner's alone.
            crowd_.write(settings.home, curve_)
            with served(settings, log) as server:
                began = asyncio.run(_begins(settings, first, rate, _lead(users, workers)))
                if given["outage"] is not None:
                    server.die(began + given["outage"]["at"] * lasts, given["outage"]["seconds"])
                command = [sys.executable, "-m", "loadtests.season", "--profile", profile.value]
                command += [
                    "--host",
                    server.url,
                    "--first",
                    str(first),
                    "--rate",
                    str(rate),
                    "--seconds",
                    str(lasts),
                    "--times",
                    str(times),
                ]
                command += ["--curve", str(curve_file)]
                for name in ("residents", "families", "others"):
                    command += [f"--{name}", str(settings.home / f"{name}.jsonl")]
                command += ["--users", str(users), "--workers", str(workers), "--seed", str(seed)]
                command += ["--report", str(found), "--server-cores", str(len(os.sched_getaffinity(0)))]
                # What it prints stands in the report too, which is printed when it is asked for.
                said = subprocess.DEVNULL if as_json else None
                code = subprocess.run(command, check=False, stdout=said).returncode
            findings = asyncio.run(audited(settings))
        faults = log.read_text(encoding="utf-8", errors="replace").splitlines()[-SHOWN_LINES:]
        if not found.exists():
            # The crowd has said why on standard error.
            raise typer.Exit(code or ExitCode.REFUSED)
        told = json.loads(found.read_bytes())
        within = [finding for finding in findings if _is_within_a_second(finding, rate)]
        wrong = [str(finding) for finding in findings if finding not in within]
        told["audit"] = wrong
        told["passed"] = told["passed"] and not wrong
        if within:
            told["warnings"].append(
                f"{len(within)} entries bear a moment less than a second before the one before them"
            )
        written = json.dumps(told, ensure_ascii=False)
        found.write_text(written)
        if report is not None:
            report.write_text(written)
        if html is not None or png is not None:
            drawn("loadtests.season_page", found, page if html is None else html)
            if png is not None:
                pictured(page if html is None else html, png, *_REPORT_PICTURE)
    if as_json:
        print_json(told)
    else:
        typer.echo("".join(f"! {warning}\n" for warning in told["warnings"]), nl=False)
        right = "The books of the world are right."
        typer.echo("\n".join(["The books of the world are wrong:", *wrong]) if wrong else right)
    if not told["passed"]:
        typer.echo("\n".join(["The last that the server logged:", *faults]), err=True)
        raise typer.Exit(ExitCode.REFUSED)


def _is_within_a_second(finding: Finding, rate: int) -> bool:
    """Whether all that is wrong is the order of two moments of one second of the machine.

    A change takes its moment before its transaction, so that two changes may stand in the books in the other order. A
    clock that runs as the machine's hides all but a second of it.
    """
    if finding.rule != "an entry is no earlier than the one before it":
        return False
    before, after = (int(moment) for moment in finding.found)
    return before - after <= rate


def _opened(curve_: Curve) -> int:
    """When the last window opens."""
    from domain.vocabulary import start_of_business_date

    return max(start_of_business_date(part.season.first) for part in curve_.parts)


def _profile(profile: Profiles) -> dict[str, Any]:
    """The profile as the load generator reads it."""
    command = [sys.executable, "-m", "loadtests.profiles", profile.value]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return told


async def _furnished(settings: Settings, curve_: Curve, first: int, most: int) -> SeasonCrowd:
    """The world stands where the run begins; who comes."""
    from domain.store.worlds import set_rate
    from domain.vocabulary import Instant
    from resolvers.cli.keeping import open_alone

    async with open_alone(settings, settings.default_world) as world:
        async with world.database.write() as connection:
            await set_rate(connection, 0, world.clock.now(), int(world.clock.machine()))
        await world.read_clock()
        await world.advance(Instant(first - _AHEAD_SECONDS))
        found = await season_crowd(world, curve_, most, Instant(first))
        await gone_ahead(world, found.students)
        await world.advance(Instant(first))
        return found


def crowd(
    name: Annotated[str, typer.Argument(help="A world that no server serves.")],
    folder: Annotated[Path, typer.Argument(help="Where curve.json and the files of people go.")],
    region: RegionOption = SIMULATED_PROVINCE,
    year: YearOption = COLLECTED_YEAR,
    payers: Annotated[int, typer.Option(min=1, max=100_000, help="How many pay at most, of each kind.")] = 100_000,
) -> None:
    """Write the files that a load generator needs for a world: the curve, and people with their tokens.

    Tokens last CANBAO_TOKEN_MINUTES. Keep the folder to yourself.
    """
    from resolvers.cli.keeping import open_alone
    from resolvers.settings import settings_from

    curve_, settings = curve_for(region, year), settings_from()

    async def found() -> SeasonCrowd:
        async with open_alone(settings, name) as world:
            return await season_crowd(world, curve_, payers, world.clock.now())

    crowd_ = asyncio.run(found())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    crowd_.write(folder, curve_)
    alone, together, beside = (len(lines) for lines in (crowd_.residents, crowd_.families, crowd_.others))
    typer.echo(f"{alone} pay for themselves, {together} for a relative, {beside} come for anything else: {folder}")


def _lead(users: int, workers: int) -> int:
    """In how many seconds so many users are there, who come by the hundred, and workers before them."""
    return _LEAD_SECONDS * (2 if workers else 1) + users // 100


async def _begins(settings: Settings, first: int, rate: int, lead: int) -> int:
    """In some seconds the world's clock begins to run, from there on; when, in seconds since the epoch."""
    from domain.store.worlds import set_rate
    from domain.vocabulary import Instant
    from resolvers.cli.keeping import opened
    from resolvers.context import machine_clock

    async with opened(settings, settings.default_world) as (database, _), database.write() as connection:
        began = int(machine_clock()) + lead
        await set_rate(connection, rate, Instant(first), began)
    return began


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="Report of a season's run.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Report of a later one.")],
    as_json: JsonOption = False,
) -> None:
    """Say what got better or worse from one season's run to another, beyond noise.

    The exit code is 1 when something got worse: times whose 99 % intervals do not meet and that differ by a tenth, more
    failures, a dearer contribution.
    """
    for path in (before, after):
        if not path.is_file():
            raise CommandFailed(
                ExitCode.MISSING, f"there is no {path}", "it is no file", "Give reports of canbao load run --report"
            )
    command = [sys.executable, "-m", "loadtests.comparing", str(before), str(after), *(["--json"] if as_json else [])]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    typer.echo(done.stdout, nl=False)
    if done.returncode:
        raise typer.Exit(done.returncode)
