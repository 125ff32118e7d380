"""Scenarios (情景): these people do this, that is expected, and the clock goes on; from files in YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
import yaml
from sqlalchemy import select

from domain.store.engine import Database
from domain.store.statements import Statement
from domain.store.tables import persona_promises, personas, persons
from domain.vocabulary import SHANGHAI, Prefix, api_id
from simulator.draws import Draws
from simulator.personas import persona_guide
from simulator.promises import Knows, completed, operation
from simulator.rates import DATA

SHIPPED: Final = DATA / "scenarios"
SUFFIX: Final = ".yaml"

_SPAN: Final = re.compile(r"([1-9][0-9]{0,4})([smhd])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class NoScenario(Exception):
    """A file holds no scenario. The text says where and why."""


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody runs an operation; `persona` is None for whoever has not signed in.

    `variables` may hold `$names` of what the persona knows and `{{names}}` of what earlier answers gave. `expected` is
    part of what the operation's one field answers, None where anything will do. Where `about` is given, the `$names`
    are what that persona knows.
    """

    persona: str | None
    text_zh: str
    text_en: str
    document: str
    variables: Mapping[str, Any]
    expected: Any
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """The clock goes on: to an instant or day, which may be one that an answer gave, or by a span."""

    to: str | None
    by: timedelta | None


Step = Act | Wait


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is done in order. `source` is the document that it comes from, where there is one."""

    name: str
    title_zh: str
    title_en: str
    source: str | None
    steps: tuple[Step, ...]


def shipped() -> list[Scenario]:
    """The scenarios that come with the product, by name."""
    return [read_scenario(path) for path in sorted(SHIPPED.glob(f"*{SUFFIX}"))]


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file. Raises NoScenario, OSError."""
    try:
        with path.open(encoding="utf-8") as file:
            told = yaml.load(file, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise NoScenario(f"it is no YAML: {error}") from error
    title = _member(told, "title", dict, "the file")
    steps = _member(told, "steps", list, "the file")
    return Scenario(
        path.stem,
        _member(title, "zh", str, "title"),
        _member(title, "en", str, "title"),
        told.get("source"),
        tuple(_step(one, f"step {position}") for position, one in enumerate(steps, start=1)),
    )


def _member(told: Any, name: str, kind: type, where: str) -> Any:
    if not isinstance(told, dict) or not isinstance(told.get(name), kind):
        raise NoScenario(f"{where} has no {name!r}, or another than {kind.__name__}")
    return told[name]


def _step(told: Any, where: str) -> Step:
    if isinstance(told, dict) and "wait" in told:
        return _wait(_member(told, "wait", dict, where), where)
    if isinstance(told, dict) and "fault" in told:
        return _fault(told, where)
    known = {"as", "zh", "en", "do", "document", "with", "expect"}
    unknown = set(told) - known if isinstance(told, dict) else set()
    if unknown or not isinstance(told, dict) or ("do" in told) == ("document" in told):
        other = f" and not {', '.join(sorted(unknown))}" if unknown else ""
        raise NoScenario(f"{where} takes wait, or do or document, with {', '.join(sorted(known))}{other}")
    given = told.get("with", {})
    if "do" in told:
        try:
            document, variables = completed(operation(told["do"]), given)
        except KeyError as error:
            raise NoScenario(f"{where} does what is no operation: {told['do']}") from error
    else:
        document, variables = _member(told, "document", str, where), given
    return Act(
        told.get("as"),
        _member(told, "zh", str, where),
        _member(told, "en", str, where),
        document,
        variables,
        told.get("expect"),
    )


_ADD_FAULT: Final = """
mutation($input: AddFaultInput!) {
  addFault(input: $input) { __typename ... on FaultAdded { fault { id } } ... on Refusal { message(language: EN) } }
}
"""


def _fault(told: Mapping[str, Any], where: str) -> Act:
    """The operator adds a fault of an outside party, which begins then or at an instant that it names."""
    fault = dict(_member(told, "fault", dict, where))
    if not told.keys() <= {"fault", "about"}:
        raise NoScenario(f"{where} takes fault, with about and nothing else")
    for name in {"beginsAt", "endsAt"} & fault.keys():
        try:
            moment = datetime.fromisoformat(str(fault[name]))
        except ValueError as error:
            raise NoScenario(f"{where} has {name} {fault[name]!r}, which is no instant") from error
        fault[name] = (moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)).isoformat()
    what = f"{fault.get('party')} {fault.get('kind')}"
    return Act(
        "operator",
        f"外部故障：{what}",
        f"A fault: {what}",
        _ADD_FAULT,
        {"input": {"idempotencyKey": "{{newKey}}", **fault}},
        {"__typename": "FaultAdded"},
        told.get("about"),
    )


def _wait(told: Mapping[str, Any], where: str) -> Wait:
    if len(told) != 1 or not told.keys() <= {"to", "by"}:
        raise NoScenario(f"{where} waits neither `to` an instant nor `by` a span")
    if "to" in told:
        return Wait(str(told["to"]), None)
    span = _SPAN.fullmatch(str(told["by"]))
    if span is None:
        raise NoScenario(f"{where} waits by {told['by']!r}, which is no span such as 90s, 30m, 24h or 3d")
    return Wait(None, timedelta(seconds=int(span[1]) * _SECONDS[span[2]]))


_SELF: Final = Statement(
    select(personas.c.name, personas.c.unit_id, persons.c.id, persons.c.name, persons.c.id_number, persons.c.birth_date)
    .select_from(personas.outerjoin(persons, persons.c.id == personas.c.person_id))
    .order_by(personas.c.name)
)


async def knowledge(database: Database) -> dict[str, Knows]:
    """What every persona of a world knows: oneself, one's unit, and the relative whom the description names."""
    async with database.read() as connection:
        rows = await connection.fetch_all(_SELF, {})
    found: dict[str, dict[str, str]] = {}
    for name, unit, number, own_name, id_number, born in rows:
        found[name] = {} if unit is None else {"unit": api_id(Prefix.UNIT, unit)}
        if number is not None:
            found[name] |= {
                "self": api_id(Prefix.PERSON, number),
                "self.name": own_name,
                "self.idNumber": id_number,
                "self.birthDate": born.isoformat(),
            }
    for name, persona in (await persona_guide(database)).items():
        if (relative := persona.relative) is not None:
            found[name] |= {
                **({"relative": api_id(Prefix.PERSON, relative.person_id)} if relative.person_id else {}),
                "relative.name": relative.name,
                "relative.idNumber": relative.id_number,
                "relative.birthDate": relative.birth_date.isoformat(),
                "relative.sex": relative.sex.name,
                "relative.relation": relative.relation.name,
            }
    return {**found}


_PROMISED: Final = Statement(
    select(
        personas.c.name,
        persona_promises.c.text_zh,
        persona_promises.c.text_en,
        persona_promises.c.document,
        persona_promises.c.variables,
    )
    .select_from(persona_promises.join(personas, personas.c.id == persona_promises.c.persona_id))
    .order_by(personas.c.id, persona_promises.c.position)
)


async def drawn_scenario(database: Database, seed: int, steps: int = 12) -> Scenario:
    """What personas of a world try in an order that the seed draws, with waits between; whatever is answered will do.

    Each persona keeps to the order of its promises, and waits where it has tried them all.
    """
    async with database.read() as connection:
        rows = await connection.fetch_all(_PROMISED, {})
    promised: dict[str, list[Act]] = {}
    for name, zh, en, document, variables in rows:
        promised.setdefault(name, []).append(Act(name, zh, en, document, orjson.loads(variables), None))
    draws = Draws(seed, "scenario")
    names = list(promised)
    cast = [promised[draws.pick(names)] for _ in range(4)]
    drawn: list[Step] = []
    for _ in range(steps):
        acts = draws.pick(cast)
        drawn.append(acts.pop(0) if acts else Wait(None, timedelta(hours=draws.between(1, 72))))
    return Scenario(f"drawn-{seed}", f"随机情景 {seed}", f"Drawn from {seed}", None, tuple(drawn))
