"""Charts as SVG and pages that need nothing else (图表与自足网页): no script, no font and no file from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

COLOURS: Final = ("#1f6feb", "#d1651b", "#2b9348", "#8957e5", "#bf3989", "#57606a")
WIDTH: Final = 1_080
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 46, 40
_MARK: Final = "#a40e26"
_GRID: Final = "#d8dee4"
_TEXT: Final = "#57606a"


@dataclass(frozen=True, slots=True)
class Series:
    """Values over x, in order of x; None is a gap. A filled one stands on the axis, a stepped one holds each value."""

    name: str
    points: Sequence[tuple[float, float | None]]
    filled: bool = False
    stepped: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over one axis. `ticks` are written below, `above` over the drawing, `marks` are lines with a word each."""

    title: str
    unit: str
    series: Sequence[Series]
    first: float
    last: float
    ticks: Sequence[tuple[float, str]] = ()
    above: Sequence[tuple[float, str]] = ()
    marks: Sequence[tuple[float, str]] = ()
    height: int = 280

    def svg(self) -> Markup:
        """The drawing."""
        values = [value for one in self.series for _, value in one.points if value is not None]
        top = nice_top(max(values, default=0.0))
        floor, ceiling = self.height - _BOTTOM, _TOP
        span = (self.last - self.first) or 1.0

        def x(value: float) -> float:
            return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (value - self.first) / span, 1)

        def y(value: float) -> float:
            return round(floor - (floor - ceiling) * value / top, 1)

        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" role="img" '
            f'aria-label="{escape(self.title)}">',
            f'<text x="{_LEFT}" y="16" class="title">{escape(self.title)}</text>',
        ]
        for step in range(5):
            value = top * step / 4
            parts += [
                f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(value)}" y2="{y(value)}" stroke="{_GRID}"/>',
                f'<text x="{_LEFT - 6}" y="{y(value) + 4}" text-anchor="end">{value:g}</text>',
            ]
        parts.append(f'<text x="{_LEFT - 6}" y="{ceiling - 12}" text-anchor="end">{escape(self.unit)}</text>')
        for at, name in self.ticks:
            parts += [
                f'<line x1="{x(at)}" x2="{x(at)}" y1="{floor}" y2="{floor + 4}" stroke="{_TEXT}"/>',
                f'<text x="{x(at)}" y="{floor + 17}" text-anchor="middle">{escape(name)}</text>',
            ]
        parts += [
            f'<text x="{x(at)}" y="{floor + 32}" text-anchor="middle">{escape(name)}</text>' for at, name in self.above
        ]
        for place, one in enumerate(self.series):
            parts += _drawn(one, COLOURS[place % len(COLOURS)], x, y, floor)
        lines: list[float] = []
        for at, name in self.marks:
            side, shift = ("end", -4) if at - self.first > 0.6 * span else ("start", 4)
            # Words of marks that stand close together are written one below the other.
            line = sum(at - other < 0.15 * span for other in lines)
            lines.append(at)
            parts += [
                f'<line x1="{x(at)}" x2="{x(at)}" y1="{ceiling}" y2="{floor}" stroke="{_MARK}" '
                'stroke-dasharray="3 3"/>',
                f'<text x="{x(at) + shift}" y="{ceiling + 10 + 15 * line}" text-anchor="{side}" fill="{_MARK}">'
                f"{escape(name)}</text>",
            ]
        right = WIDTH - _RIGHT
        # Names that would run into the title are written below it.
        line = (
            16 if sum(22 + _width(one.name) for one in self.series) + 1.2 * _width(self.title) < right - _LEFT else 34
        )
        for place, one in reversed(list(enumerate(self.series))):
            parts.append(
                f'<text x="{right}" y="{line}" text-anchor="end" class="key" fill="{COLOURS[place % len(COLOURS)]}">'
                f"■ {escape(one.name)}</text>"
            )
            right -= 22 + _width(one.name)
        return Markup("".join([*parts, "</svg>"]))


def _width(text: str) -> int:
    """About how wide a text is, Chinese characters twice as wide as others."""
    return sum(13 if ord(one) > 0x2E80 else 7 for one in text)


def nice_top(value: float) -> float:
    """The end of an axis that holds the value: 1, 2, 4, 6 or 8 times a power of ten, 1 where there is nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** (len(f"{value:.0f}") - 1) if value >= 1 else 10.0 ** int(f"{value:e}".partition("e")[2])
    return next(step * power for step in (1.0, 2.0, 4.0, 6.0, 8.0, 10.0) if step * power >= value)


def _drawn(one: Series, colour: str, x: Any, y: Any, floor: int) -> list[str]:
    """The runs of a series between its gaps."""
    runs: list[list[tuple[float, float]]] = [[]]
    for at, value in one.points:
        if value is None:
            runs.append([])
            continue
        run = runs[-1]
        if one.stepped and run:
            run.append((x(at), run[-1][1]))
        run.append((x(at), y(value)))
    parts = []
    for run in runs:
        line = " ".join(f"{at},{value}" for at, value in run)
        if one.filled and run:
            parts.append(
                f'<polygon points="{run[0][0]},{floor} {line} {run[-1][0]},{floor}" fill="{colour}" opacity="0.35"/>'
            )
        if len(run) == 1:
            parts.append(f'<circle cx="{run[0][0]}" cy="{run[0][1]}" r="2" fill="{colour}"/>')
        elif run:
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.4"/>')
    return parts


_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
)


def page(name: str, **values: Any) -> str:
    """The page of that name with these values, self-contained."""
    return _PAGES.get_template(f"{name}.html").render(**values)
