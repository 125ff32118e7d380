"""Compares what the API says with what the table states, field by field, and counts what was compared."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graphql import GraphQLObjectType, get_named_type

from domain.store.statements import EngineKind
from domain.vocabulary import Instant, Role, Viewer, iso_instant
from tests.resolvers.access.asking import PAGE, is_page, is_trail, selection
from tests.resolvers.access.matrix import EVERYBODY, Cell, Matrix, RowType, matrix, persons_of
from tests.resolvers.access.story import FEWER, VIEWERS
from tests.resolvers.opened import CONTRACT, OpenedWorld

MOST_FIELDS = 900
"""How many fields one document asks for at most, of however many rows."""
WHOLE = 100
"""How long a list may be for the operator to read it in one page."""

Row = tuple[str, str]
"""A row: its type, and its id at the API."""


def type_of(name: str) -> GraphQLObjectType:
    type_ = CONTRACT.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return type_


def masked(name: str, value: str | None) -> str | None:
    """A value as it is shown to those who may know that there is one."""
    if value is None:
        return None
    match name:
        case "name" | "statedName":
            return value[0] + "*" * (len(value) - 1)
        case "phone" | "statedPhone":
            return f"{value[:3]}****{value[-4:]}"
        case _:
            return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}" if len(value) > 7 else "*" * len(value)


def nodes(page: Mapping[str, Any]) -> list[Any]:
    return [edge["node"] for edge in page["edges"]]


@dataclass(slots=True)
class Kin:
    """Who is what to whom, as the tables say."""

    bound: set[tuple[int, int]]
    payees: set[tuple[int, int]]
    paid: set[tuple[int, int]]
    consents: set[tuple[int, str, int]]
    """App, type of data and person."""
    grants: set[tuple[int, str, str]]
    """App, type of data and province."""

    def of(self, viewer: int, person: int) -> Iterator[str]:
        """What a person is to a viewer."""
        if viewer == person:
            yield "is oneself"
            return
        for how, pairs, pair in (
            ("is bound", self.bound, (viewer, person)),
            ("binds", self.bound, (person, viewer)),
            ("is a payee", self.payees, (viewer, person)),
            ("was paid for", self.paid, (viewer, person)),
            ("has paid", self.paid, (person, viewer)),
        ):
            if pair in pairs:
                yield how

    def shares(self, type_: RowType, client: int, columns: Mapping[str, Any]) -> str:
        """How an app stands to a row."""
        persons = [columns[name] for name in type_.consenting if columns[name] is not None]
        province = f"{columns['region'][:2]}0000" if columns.get("region") else ""
        granted = {one for one in type_.shared if (client, one, province) in self.grants}
        agreed = {one for one in type_.shared if all((client, one, person) in self.consents for person in persons)}
        enough = bool(granted & agreed) if type_.any_shared else type_.shared <= granted & agreed
        if type_.shared and enough:
            return "partner with consent"
        outside = not granted if type_.any_shared else not type_.shared <= granted
        return "partner outside the granted province" if outside else "partner without consent"


def within(code: str | None, region: str) -> bool:
    """A place lies in a region: its code begins as the region's does."""
    stem = region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region
    return code is not None and code.startswith(stem)


@dataclass
class Walk:
    """One world, the table, and what was compared so far."""

    world: OpenedWorld
    matrix: Matrix
    viewers: Mapping[str | None, Viewer]
    kin: Kin
    columns: Mapping[Row, Sequence[tuple[Any, ...]]]
    raw: Mapping[Row, Mapping[str, Any]]
    truth: dict[Row, Mapping[str, Any]] = field(default_factory=dict)
    cells: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How often a field of a type was compared, by how the viewer stood to the row."""
    edges: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a link or list led to something, by type and field."""
    whole: bool = True
    """Everybody asks about two rows of each standing; otherwise fewer people ask about one."""
    _standings: dict[tuple[str | None, Row], frozenset[str]] = field(default_factory=dict)
    _by_reach: dict[str, list[Row]] = field(default_factory=dict)

    # ---- how a viewer stands to a row -------------------------------------------------------------------------------

    def standings(self, persona: str | None, row: Row) -> frozenset[str]:
        key = (persona, row)
        if key not in self._standings:
            self._standings[key] = self._stands(self.viewers[persona], row)
        return self._standings[key]

    def _stands(self, viewer: Viewer, row: Row) -> frozenset[str]:
        type_ = self.matrix.rows[row[0]]
        found: set[str] = set()
        for values in self.columns[row]:
            found |= set(self._by_columns(viewer, type_, dict(zip(type_.members, values, strict=True))))
        for better, worse in (("own unit", "other unit"), ("in region", "outside"), ("in region left", "outside")):
            if better in found:
                found.discard(worse)
        return frozenset(found or {"stranger"})

    def _by_columns(self, viewer: Viewer, type_: RowType, columns: Mapping[str, Any]) -> Iterator[str]:
        persons = {name: columns[name] for name in persons_of(columns)}
        match viewer.role:
            case Role.ANONYMOUS:
                yield "anonymous"
            case Role.OPERATOR:
                yield "operator"
            case Role.AUDITOR:
                yield "auditor"
            case Role.CLERK:
                regions = {name: value for name, value in columns.items() if name.startswith("region")}
                inside = [f"in {name}" for name, value in regions.items() if within(value, viewer.region)]
                yield from inside or ["outside"]
            case Role.UNIT_OFFICER:
                own = columns.get("unit") == viewer.unit_id
                yield "own unit" if own else "other unit"
                if own and viewer.person_id in persons.values():
                    yield "own unit, own act"
            case Role.PARTNER:
                own = columns.get("client") == viewer.client_id
                yield "own client" if own else self.kin.shares(type_, viewer.client_id, columns)
            case Role.HOSPITAL:
                own = viewer.institution_id and columns.get("institution") == viewer.institution_id
                yield "own institution" if own else "hospital"
            case Role.CITIZEN:
                for name, person in persons.items():
                    if person is not None:
                        yield from (f"{name} {how}" for how in self.kin.of(viewer.person_id, person))

    def finds(self, persona: str | None, row: Row) -> bool:
        return self.matrix.rows[row[0]].is_found(self.standings(persona, row))

    def rows_of(self, type_name: str) -> list[Row]:
        """Every row of a type, every event for the log's interface."""
        names = self.events if type_name == "Event" else {type_name}
        return [row for row in self.columns if row[0] in names]

    @property
    def events(self) -> set[str]:
        return {type_.name for type_ in CONTRACT.get_possible_types(CONTRACT.type_map["Event"])}  # type: ignore[arg-type]

    def samples(self, persona: str | None, type_name: str, each: int | None = None) -> list[Row]:
        """Rows of a type: some for each way in which the viewer stands to them, those that lead furthest first."""
        each = each or (2 if self.whole else 1)
        if type_name not in self._by_reach:
            self._by_reach[type_name] = sorted(self.rows_of(type_name), key=self._reach)
        groups: dict[frozenset[str], list[Row]] = defaultdict(list)
        for row in self._by_reach[type_name]:
            groups[self.standings(persona, row)].append(row)
        return [row for rows in groups.values() for row in rows[:each]]

    def _reach(self, row: Row) -> tuple[int, str]:
        """Rows that have the most to tell come first."""
        told = sum(bool(nodes(value) if _is_list(value) else value) for value in self.truth[row].values())
        return -told, row[1]

    # ---- what is true -----------------------------------------------------------------------------------------------

    async def learn(self) -> None:
        """Everything about every row, from the operator, who finds all of it but filings, and of those the auditor.

        Ruled fields come from the database.
        """
        unseen = {name for name, one in self.matrix.rows.items() if not one.found & {EVERYBODY, "operator"}}
        for type_name, type_ in self.matrix.rows.items():
            links_of = {name: get_named_type(one.type).name for name, one in type_of(type_name).fields.items()}
            hidden = [name for name, target in links_of.items() if target in unseen]
            knows = "operator" if type_.found & {EVERYBODY, "operator"} else "auditor"
            rows = self.rows_of(type_name)
            asked = outline(type_name)
            at_once = min(100, MOST_FIELDS // (len(asked.split()) + 2))
            for start in range(0, len(rows), at_once):
                some = rows[start : start + at_once]
                answers = await self.nodes(knows, some, asked)
                if hidden and knows == "operator":
                    links = " ".join(f"{name} {{ __typename id }}" for name in hidden)
                    for answer, seen in zip(answers, await self.nodes("auditor", some, links), strict=True):
                        answer.update(seen)
                for row, answer in zip(some, answers, strict=True):
                    assert answer is not None, row
                    self.truth[row] = answer

    async def nodes(self, persona: str | None, rows: Sequence[Row], asked: str) -> list[Any]:
        """What `node` says of each of some rows of one type."""
        [type_name] = {row[0] for row in rows}
        declared = ", ".join(f"$i{place}: ID!" for place in range(len(rows)))
        fields = " ".join(
            f"n{place}: node(id: $i{place}) {{ ... on {type_name} {{ {asked} }} }}" for place in range(len(rows))
        )
        given = {f"i{place}": row[1] for place, row in enumerate(rows)}
        answer = await self.world.data(f"query N({declared}) {{ {fields} }}", given, persona)
        return [answer[f"n{place}"] for place in range(len(rows))]

    # ---- comparing --------------------------------------------------------------------------------------------------

    def expected(self, persona: str | None, row: Row, name: str) -> Any:
        """The value of a scalar, for somebody who reaches the row."""
        type_ = self.matrix.rows[row[0]]
        if name not in type_.ruled:
            return self.truth[row][name]
        value = self.raw[row][name]
        match type_.cell(name, self.standings(persona, row)):
            case Cell.FULL:
                return value
            case Cell.MASKED:
                return masked(name, value)
            case Cell.NONE:
                return None

    def check(self, persona: str | None, type_name: str, answer: Mapping[str, Any], path: str) -> None:
        """Everything that an answer says of a row, and of the rows below it, is what the table states."""
        row = (answer.get("__typename", type_name), answer["id"])
        type_, standings = self.matrix.rows[row[0]], self.standings(persona, row)
        for name, said in answer.items():
            if name == "__typename" or name in type_.trail:
                continue
            where = f"{persona}: {path} {row[1]} {sorted(standings)} {row[0]}.{name}"
            self.cells[row[0], name, " + ".join(sorted(standings))] += 1
            if name in type_.told or name in type_.ruled:
                wanted = self.expected(persona, row, name)
                assert said == wanted, f"{where}: {said!r} instead of {wanted!r}"
            elif name in type_.parts:
                assert said == self.truth[row][name], where
                for part in said if isinstance(said, list) else filter(None, [said]):
                    self.cells.update((type_.parts[name], member, "as the row") for member in part)
                    self.edges[row[0], name] += 1
            elif _is_list(self.truth[row][name]):
                self.check_list(persona, row, name, said, where, path)
            else:
                self.check_link(persona, row, name, said, where, path)

    def check_link(self, persona: str | None, row: Row, name: str, said: Any, where: str, path: str) -> None:
        target = self.truth[row][name]
        linked = None if target is None else (target["__typename"], target["id"])
        if linked is not None and name in self.matrix.rows[row[0]].where_found and not self.finds(persona, linked):
            linked = None
        assert (None if said is None else (said["__typename"], said["id"])) == linked, where
        if said is not None:
            self.edges[row[0], name] += 1
            self.check(persona, linked[0], said, f"{path} {row[0]}.{name}")  # type: ignore[index]

    def check_list(self, persona: str | None, row: Row, name: str, said: Any, where: str, path: str) -> None:
        there = [(one["__typename"], one["id"]) for one in nodes(self.truth[row][name])]
        visible = [one for one in there if self.finds(persona, one)]
        assert said["totalCount"] == len(visible), f"{where}: {said['totalCount']} instead of {len(visible)}"
        assert [(one["__typename"], one["id"]) for one in nodes(said)] == visible[:PAGE], where
        assert said["pageInfo"]["hasNextPage"] == (len(visible) > PAGE), where
        for one in nodes(said):
            self.edges[row[0], name] += 1
            self.check(persona, one["__typename"], one, f"{path} {row[0]}.{name}")

    def check_computed(self, persona: str | None, answer: Any, path: str) -> None:
        """What an answer that Python made says of rows is what the table states, however deep they lie in it."""
        if isinstance(answer, list):
            for one in answer:
                self.check_computed(persona, one, path)
        if not isinstance(answer, dict):
            return
        type_name = answer["__typename"]
        if type_name in self.matrix.rows:
            self.check(persona, type_name, answer, path)
            return
        for name, value in answer.items():
            if name != "__typename":
                self.cells[type_name, name, "who asked"] += 1
                self.check_computed(persona, value, f"{path} {type_name}.{name}")


def _is_list(value: Any) -> bool:
    return isinstance(value, dict) and "edges" in value


def outline(type_name: str) -> str:
    """Every scalar and value of a type, and the ids of all that it leads to."""
    found = []
    for name, field_ in type_of(type_name).fields.items():
        named = get_named_type(field_.type)
        if is_trail(named) or name in matrix().rows[type_name].trail:
            continue
        if is_page(named):
            found.append(f"{name}(first: {WHOLE}) {{ totalCount edges {{ node {{ __typename id }} }} }}")
        elif isinstance(named, GraphQLObjectType) and "id" in named.fields:
            found.append(f"{name} {{ __typename id }}")
        elif isinstance(named, GraphQLObjectType):
            found.append(f"{name} {{ {selection(named.name, 0)} }}")
        else:
            found.append(name)
    return " ".join(found)


def stored(type_name: str, name: str, value: Any) -> Any:
    """A value of the database as the API prints it."""
    if value is None:
        return None
    match str(get_named_type(type_of(type_name).fields[name].type)):
        case "DateTime":
            return iso_instant(Instant(value))
        case "Boolean":
            return bool(value)
        case "Date":
            return value.isoformat() if isinstance(value, date) else value
        case _:
            return value


async def _read(world: OpenedWorld, types: Iterable[RowType]) -> tuple[Any, Any]:
    columns: dict[Row, list[tuple[Any, ...]]] = defaultdict(list)
    raw: dict[Row, dict[str, Any]] = {}
    for type_ in types:
        source = type_.source
        if type_.prefix == "evt":
            of = re.sub(r"(?<!^)([A-Z])", r"_\1", type_.name.removesuffix("Event")).upper()
            source = f"{source} WHERE type = '{of}'"
        for key, *values in await world.rows(type_.rows_sql().replace(type_.source, source)):
            columns[type_.name, f"{type_.prefix}_{key}"].append(tuple(values))
        if type_.truth:
            for key, *values in await world.rows(type_.truth_sql()):
                pairs = zip(type_.truth, values, strict=True)
                raw[type_.name, f"{type_.prefix}_{key}"] = {
                    name: stored(type_.name, name, value) for name, value in pairs
                }
    return columns, raw


async def walked(world: OpenedWorld, matrix: Matrix) -> Walk:
    """A walk through a world as it is now; on PostgreSQL a shorter one, which crosschecks the other dialect."""

    async def pairs(sql: str) -> set[tuple[int, int]]:
        return {(first, second) for first, second in await world.rows(sql)}

    kin = Kin(
        bound=await pairs("SELECT holder_id, member_id FROM family_bindings WHERE status = 'ACTIVE'"),
        payees=await pairs("SELECT owner_id, person_id FROM payees WHERE removed_at IS NULL"),
        paid=await pairs("SELECT payer_id, person_id FROM resident_contributions"),
        consents=set(await world.rows("SELECT client_id, data_type, person_id FROM consents WHERE ended_at IS NULL")),
        grants=set(await world.rows("SELECT client_id, data_type, region_code FROM client_grants")),
    )
    columns, raw = await _read(world, matrix.rows.values())
    whole = world.kind is EngineKind.SQLITE
    viewers = {persona: await world.viewer(persona) for persona in (VIEWERS if whole else FEWER)}
    walk = Walk(world, matrix, viewers, kin, columns, raw, whole=whole)
    await walk.learn()
    return walk
