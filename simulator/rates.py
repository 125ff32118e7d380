"""The shares and amounts that a population is drawn from (人口参数), read from `data/population.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Rate:
    """One figure, and where it comes from: `source` of a document, or why it is `assumed`."""

    value: Any
    source: str | None
    assumed: str | None


@dataclass(frozen=True, slots=True)
class Rates:
    """Every figure of the file. `figures` maps dotted names to figures; the rest are the ones asked for by name."""

    figures: Mapping[str, Rate]
    city_shares: Mapping[str, float]
    identity_divisions: Mapping[str, str]
    mobile_prefix: str
    passport_prefix: str
    permanent_residence_prefix: str
    landline_area: str
    office_hours: str
    amounts: Mapping[int, int]
    late_amounts: Mapping[int, int]
    variants: Mapping[str, str]
    rare_characters: Mapping[str, str]

    def share(self, name: str) -> float:
        """A figure that is one number. KeyError for a name that the file does not hold."""
        return float(self.figures[name].value)

    def fen(self, name: str) -> int:
        return int(self.figures[name].value)

    def list(self, name: str) -> list[Any]:
        return list(self.figures[name].value)


def _figures(node: Mapping[Any, Any], prefix: str, found: dict[str, Rate]) -> None:
    for key, value in node.items():
        name = f"{prefix}{key}"
        if not {"source", "assumed"} & value.keys():
            _figures(value, f"{name}.", found)
            continue
        found[name] = Rate(value["value"], value.get("source"), value.get("assumed"))


def _under(figures: Mapping[str, Rate], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): rate.value for name, rate in figures.items() if name.startswith(prefix)}


def read_rates() -> Rates:
    """The figures of `data/population.yaml`."""
    figures: dict[str, Rate] = {}
    _figures(yaml.safe_load((DATA / "population.yaml").read_text("utf-8")), "", figures)
    return Rates(
        figures=MappingProxyType(figures),
        city_shares=figures["city_shares"].value,
        identity_divisions=figures["identity_divisions"].value,
        mobile_prefix=figures["mobile_prefix"].value,
        passport_prefix=figures["documents.passport_prefix"].value,
        permanent_residence_prefix=figures["documents.permanent_residence_prefix"].value,
        landline_area=figures["landline_area"].value,
        office_hours=figures["office_hours"].value,
        amounts={int(year): amount for year, amount in _under(figures, "contributions.amounts.").items()},
        late_amounts={int(year): amount for year, amount in _under(figures, "contributions.late_amounts.").items()},
        variants=figures["register.variants"].value,
        rare_characters=figures["register.rare_characters"].value,
    )


RATES = read_rates()
