"""The table of who sees what, as `matrix.yaml` states it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from graphql import GraphQLObjectType, GraphQLSchema

TABLE = Path(__file__).with_name("matrix.yaml")
EVERYBODY = "everybody"


DATA_TYPES = ("ENROLMENTS", "CONTRIBUTIONS", "ACCOUNT", "CLAIMS")


def persons_of(standing: Iterable[str]) -> list[str]:
    """Those columns of `standing` that name persons."""
    return [
        name for name in standing if name not in ("unit", "client", "institution") and not name.startswith("region")
    ]


class Cell(Enum):
    """What is told of a field."""

    FULL = "full"
    MASKED = "masked"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ruled:
    """What is told of a field, by how the viewer stands to the row: the first that names a standing holds."""

    full: frozenset[str]
    masked: frozenset[str]
    otherwise: Cell

    def cell(self, standings: frozenset[str]) -> Cell:
        if standings & self.full:
            return Cell.FULL
        return Cell.MASKED if standings & self.masked else self.otherwise


@dataclass(frozen=True, slots=True)
class RowType:
    """A type whose objects are rows, or a family of such types that one table holds (`types`, the events)."""

    name: str
    prefix: str
    source: str
    key: str
    standing: Mapping[str, str]
    found: frozenset[str]
    told: Sequence[str]
    shown: Sequence[str] = ()
    where_found: Sequence[str] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    ruled: Mapping[str, Ruled] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    truth: Mapping[str, str] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    """Types of data that the row is part of."""
    any_shared: bool = False
    """One of them is enough; otherwise all must be granted and consented to."""
    consenting: frozenset[str] = frozenset()
    """Columns of `standing` that name those who must consent."""
    subjects: Sequence[str] = ()
    trail: Sequence[str] = ()
    """Lists of the audit trail, which grow while they are read, and what no two viewers are told alike."""

    @property
    def fields(self) -> list[str]:
        return [*self.told, *self.shown, *self.where_found, *self.parts, *self.ruled]

    def is_found(self, standings: frozenset[str]) -> bool:
        return EVERYBODY in self.found or bool(self.found & standings)

    def cell(self, name: str, standings: frozenset[str]) -> Cell:
        """What is told of a scalar to somebody who stands so to the row and reaches it."""
        return self.ruled[name].cell(standings) if name in self.ruled else Cell.FULL

    @property
    def members(self) -> list[str]:
        """The columns of `standing`, in order."""
        return list(self.standing)

    def rows_sql(self) -> str:
        """Every row with its columns of `standing`; a row can come several times."""
        columns = ", ".join([self.key, *self.standing.values()])
        return f"SELECT {columns} FROM {self.source}"

    def truth_sql(self) -> str:
        """Every row with what stands in the database of its ruled fields."""
        return f"SELECT {', '.join([self.key, *self.truth.values()])} FROM {self.source}"


def _row_type(name: str, stated: Mapping[str, Any]) -> RowType:
    def ruled(cells: Mapping[str, Any]) -> Ruled:
        return Ruled(frozenset(cells.get("full", ())), frozenset(cells.get("masked", ())), Cell(cells["otherwise"]))

    shared = stated.get("shared", ())
    any_shared = shared == "any"
    return RowType(
        name=name,
        prefix=stated["prefix"],
        source=stated["from"],
        key=stated["key"],
        standing=stated.get("standing", {}),
        found=frozenset(stated["found"]),
        told=stated.get("told", ()),
        shown=stated.get("shown", ()),
        where_found=stated.get("where found", ()),
        parts=stated.get("parts", {}),
        ruled={name: ruled(cells) for name, cells in stated.get("ruled", {}).items()},
        filters=stated.get("filters", {}),
        truth=stated.get("truth", {}),
        shared=frozenset(DATA_TYPES if any_shared else shared),
        any_shared=any_shared,
        consenting=frozenset(stated.get("consenting", persons_of(stated.get("standing", {})))),
        subjects=stated["subjects"],
        trail=stated.get("trail", ()),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A root list that narrows what its type's rule lets through."""

    found: frozenset[str] | None
    of: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A root field that answers a question about a row."""

    about: str
    by: str
    of: frozenset[str]
    where: Mapping[str, str]


@dataclass(frozen=True)
class Matrix:
    """The whole table."""

    stated: Mapping[str, Any]
    rows: Mapping[str, RowType]
    """By GraphQL type, each type of event for itself."""

    @property
    def lists(self) -> Mapping[str, Listed]:
        return {
            name: Listed(frozenset(how["found"]) if "found" in how else None, how.get("of"))
            for name, how in self.stated["roots"]["Query"]["lists"].items()
        }

    @property
    def asked(self) -> Mapping[str, Asked]:
        return {
            name: Asked(how["about"], how["by"], frozenset(how["of"]), how.get("where", {}))
            for name, how in self.stated["roots"]["Query"]["asked"].items()
        }

    def computed(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """What is told and shown of the types that Python makes."""
        common = self.stated["refusals"]["told"]
        refusals = {
            name: {"told": [*common, *how.get("told", ())], "shown": how.get("shown", ())}
            for name, how in self.stated["refusals"]["types"].items()
        }
        return {**refusals, **self.stated["outcomes"], **self.stated["answers"], **self.stated["public"]}

    def named(self, contract: GraphQLSchema) -> Mapping[str, Sequence[str]]:
        """Every field that the table names, by type. A page is named by what it is a page of."""
        found: dict[str, Sequence[str]] = {name: [*row.fields, *row.trail] for name, row in self.rows.items()}
        found |= {name: [*how["told"], *how.get("where found", ())] for name, how in self.stated["trail"].items()}
        found |= {name: [*how["told"], *how["shown"]] for name, how in self.stated["followed"].items()}
        found |= self.stated["parts"]
        found |= {name: [*how.get("told", ()), *how.get("shown", ())] for name, how in self.computed().items()}
        for root, groups in self.stated["roots"].items():
            found[root] = [name for names in groups.values() for name in names]
        for type_ in objects(contract):
            for ending, names in (("Connection", "connection"), ("Edge", "edge")):
                if type_.name.endswith(ending) and type_.name.removesuffix(ending) in {*found, "Event"}:
                    found[type_.name] = self.stated["pages"][names]
        return found


def objects(contract: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    """The object types of the contract, without those of introspection."""
    for type_ in contract.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            yield type_


@cache
def matrix() -> Matrix:
    """The table, read once."""
    stated = yaml.safe_load(TABLE.read_text("utf-8"))
    rows = {name: _row_type(name, how) for name, how in stated["rows"].items()}
    log = stated["events"]
    for name, how in log["types"].items():
        told = [*log["told"], *how.get("told", ())]
        links = [*log["where found"], *how.get("where found", ())]
        shared = how.get("shared", ())
        rows[name] = _row_type(name, {**log, "told": told, "where found": links, "shared": shared})
    return Matrix(stated, rows)
