"""`canbao world report`: what a world's people look like, beside what was published of real ones (人口画像)."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from resolvers.cli.output import JsonOption, print_json, print_table
from resolvers.cli.season import drawn, pictured

_PICTURE = (1140, 2560)


def add_to(world: typer.Typer) -> None:
    """The commands of this module."""
    world.command(epilog="Example: canbao world report demo --html demo.html")(report)


def report(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the world.")],
    html: Annotated[Path | None, typer.Option(help="Draw it into this page.")] = None,
    png: Annotated[Path | None, typer.Option(help="Draw it into this picture; needs Chromium.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how far a world's ages, households, schemes and months of payment are from their targets, or draw them.

    A target is what was published, with its source, or what the world was drawn from, where that was assumed.
    """
    from resolvers.settings import settings_from

    settings = settings_from()

    async def portrayed() -> dict[str, Any]:
        from resolvers.cli.keeping import opened
        from simulator.portrait import portrait_of

        async with opened(settings, name) as (database, _):
            return await portrait_of(database)

    told = asyncio.run(portrayed())
    if html is not None or png is not None:
        with tempfile.TemporaryDirectory(prefix="canbao-report-") as folder:
            page = Path(folder) / "portrait.html" if html is None else html
            source = Path(folder) / "portrait.json"
            source.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
            drawn("loadtests.portraits", source, page)
            if png is not None:
                pictured(page, png, *_PICTURE)
    if as_json:
        print_json(told)
        return
    print_table(
        f"{name}: {told['persons']:,} persons",
        ("marginal", "n", "chi-square", "df", "KS", "target"),
        [
            [
                one["name"],
                f"{one['total']:,}",
                f"{one['chiSquare']:,.1f}",
                str(one["degreesOfFreedom"]),
                "" if one["kolmogorovSmirnov"] is None else f"{one['kolmogorovSmirnov']:.4f}",
                one["source"] or f"assumed: {one['assumed']}",
            ]
            for one in told["marginals"]
        ],
    )
    typer.echo("".join(f"Drawn: {path}\n" for path in (html, png) if path is not None), nl=False)
