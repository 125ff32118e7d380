"""`canbao load curve` (征缴季): a season of collection as a curve."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json

if TYPE_CHECKING:
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
