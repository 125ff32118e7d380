"""The page of a world's portrait as the simulator's side wrote it (人口画像文件).

`python -m loadtests.portraits PORTRAIT.json PAGE.html` draws it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadtests.drawing import Chart, Series, page

TITLES: Final = {
    "age_groups": "年龄组 Age groups",
    "household_sizes": "户规模 Household sizes",
    "schemes": "险种 Schemes",
    "employees": "灵活就业 Employees",
    "enrolled": "参保 Enrolled",
    "season": "缴费月份 Months of payment",
    "cities": "城市 Cities",
}


def charts(portrait: Mapping[str, Any]) -> list[Chart]:
    """The pyramid, kinship, and every marginal beside its target."""
    bands, band = portrait["pyramid"], portrait["band"]
    last = bands[-1]["from"] + band if bands else band
    sexes = [
        Series(
            name,
            [*((float(one["from"]), float(one[sex])) for one in bands), (float(last), 0.0)],
            filled=True,
            stepped=True,
        )
        for name, sex in (("男 male", "male"), ("女 female", "female"))
    ]
    ticks = [(float(age), str(age)) for age in range(0, last + 1, 10)]
    kin = {name.replace("_", " ").lower(): count for name, count in portrait["kinship"].items()}
    return [
        Chart("年龄金字塔 Age pyramid", "人", sexes, 0, last, ticks, height=320),
        _bars("亲属关系 Kinship, by what the relative is", "条", kin, {}),
        *(
            _bars(
                TITLES[one["name"]],
                "%",
                {kind["kind"]: 100 * kind["count"] / max(one["total"], 1) for kind in one["kinds"]},
                {kind["kind"]: 100 * kind["target"] for kind in one["kinds"]},
            )
            for one in portrait["marginals"]
        ),
    ]


def _bars(title: str, unit: str, values: Mapping[str, float], targets: Mapping[str, float]) -> Chart:
    drawn = [Series("世界 world", _steps(values), filled=True, stepped=True)]
    if targets:
        drawn.append(Series("目标 target", _steps(targets), stepped=True))
    ticks = [(place + 0.5, kind) for place, kind in enumerate(values)]
    return Chart(title, unit, drawn, 0, len(values), ticks, height=220)


def _steps(values: Mapping[str, float]) -> list[tuple[float, float | None]]:
    points: list[tuple[float, float | None]] = [
        (float(place), float(value)) for place, value in enumerate(values.values())
    ]
    return [*points, (float(len(values)), points[-1][1] if points else 0.0)]


def page_of(portrait: Mapping[str, Any]) -> str:
    """The portrait as a page."""
    return page(
        "portrait",
        title=f"{portrait['world']} · 人口画像 Portrait",
        subtitle=f"{portrait['persons']:,} 人 persons · 种子 seed {portrait['seed']} · {portrait['on']}",
        charts=[chart.svg() for chart in charts(portrait)],
        marginals=[
            {
                "title": TITLES[one["name"]],
                "total": f"{one['total']:,}",
                "chi": f"{one['chiSquare']:,.1f}",
                "df": one["degreesOfFreedom"],
                "ks": "—" if one["kolmogorovSmirnov"] is None else f"{one['kolmogorovSmirnov']:.4f}",
                "source": one["source"],
                "assumed": one["assumed"],
            }
            for one in portrait["marginals"]
        ],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the portrait of the first argument into the second; the exit code."""
    source, target = (Path(one) for one in (sys.argv[1:] if arguments is None else arguments))
    target.write_text(page_of(json.loads(source.read_bytes())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
