"""Settings (配置): read once from the environment, then passed on. Each says of itself what it is and what it takes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from enum import Enum
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final, TypeVar

from domain.decisions.webhook_targets import Network
from resolvers.buckets import Rate
from resolvers.register import Trust

_ValueT = TypeVar("_ValueT")
_WordT = TypeVar("_WordT", bound=Enum)

_PREFIX: Final = "CANBAO_"
_OF_OUR_TOOLS: Final = (
    "ACCESS_EXAMPLES",
    "BENCH_POSTGRES_URL",
    "CI_WORKERS",
    "CONFORMANCE",
    "FUZZ_SECONDS",
    "EXPLAIN_PERSONS",
    "KINSHIP_PERSONS",
    "ORACLE_EXAMPLES",
    "RANDOM_YEARS",
    "SCENARIO_RUNS",
    "SCREENSHOTS",
    "TEST_POSTGRES_URL",
)
"""What the bench, the tests and the check of a commit read for themselves."""
_DESCRIBED: Final = "setting"
_RATE_OUTSIDE_A_SANDBOX: Final = 2_000
_IN_JOURNAL: Final = 200
MOST_IN_JOURNAL: Final = 10_000

_SERVER: Final = re.compile(r"postgres(ql)?://[^/?#]+/?")
_COLLECTOR: Final = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+/?")
_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


class SettingsInvalid(ValueError):
    """A setting that cannot be used; the message names it and says what it takes."""


class Metrics(Enum):
    """Who may read /metrics (CANBAO_METRICS)."""

    LOCAL = "local"
    """Whoever connects from the server's own machine."""
    ON = "on"
    """Everybody who can reach the server."""
    OFF = "off"


class LogForm(Enum):
    """How a serving command logs to standard error (CANBAO_LOG)."""

    TEXT = "text"
    """Warnings and faults, a line of text each."""
    JSON = "json"
    """A JSON object on each line, one of them for each GraphQL request."""


# ---- what a setting takes: text to a value, or ValueError that says what it takes ----------------------------------


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("is 0 or 1")
    return text == "1"


def _word(kind: type[_WordT]) -> Callable[[str], _WordT]:
    words = [each.value for each in kind]

    def read(text: str) -> _WordT:
        if text not in words:
            raise ValueError(f"is {' or '.join(words)}")
        return kind(text)

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"is a number from {least} to {most}")
        return int(text)

    return read


def _number_or_none(least: int, most: int) -> Callable[[str], int | None]:
    number = _number(least, most)
    return lambda text: number(text) if text else None


def _server(text: str) -> str | None:
    if text and not _SERVER.fullmatch(text):
        raise ValueError("is postgresql://user@host:port, without a database: every world is one of its own")
    return text or None


def _collector(text: str) -> str | None:
    if text == "off":
        return None
    if not _COLLECTOR.fullmatch(text):
        raise ValueError("is off, or the address of a collector such as http://127.0.0.1:4318")
    return text


def _origins(text: str) -> tuple[str, ...]:
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    if not all(map(_ORIGIN.fullmatch, found)):
        raise ValueError("lists origins such as http://localhost:5173, separated by commas")
    return found


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError:
        raise ValueError("lists networks such as 10.20.0.0/16, separated by commas") from None


# ---- the settings ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Described:
    """A setting as people read of it: its variable, its default in words, what it is, and how its text is read."""

    variable: str
    default: str
    says: str
    read: Callable[[str], Any]


def _setting(default: _ValueT, read: Callable[[str], _ValueT], variable: str, shown: str, says: str) -> _ValueT:
    """A field of `Settings` that the environment gives; for a type checker, its default."""
    described = Described(_PREFIX + variable, shown, says, read)
    return field(default=default, metadata={_DESCRIBED: described})


DATABASE_PREFIX: Final = "canbao_"
"""What the name of every world's database begins with on a PostgreSQL server."""


def database_of(world: str) -> str:
    """The name of a world's database on a PostgreSQL server."""
    return DATABASE_PREFIX + world.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and what is allowed. `canbao settings` lists them, and so does `docs/operating.md`."""

    home: Path = _setting(
        Path(".canbao"),
        Path,
        "HOME",
        ".canbao",
        "folder of the worlds (`worlds/`), the built GraphiQL (`graphiql/`) and the world of the bench (`bench/`)",
    )
    default_world: str = _setting(
        "demo",
        str,
        "WORLD",
        "demo",
        "the world at `/graphql`, and the one that `canbao query` asks; others are at `/worlds/{name}/graphql`",
    )
    postgres_url: str | None = _setting(
        None,
        _server,
        "POSTGRES_URL",
        "",
        "`postgresql://user@host:port`, without a database: worlds are databases of that server instead of SQLite"
        " files, each named `canbao_<world>`",
    )
    sandbox: bool = _setting(
        False,
        _switch,
        "SANDBOX",
        "0",
        "`1` makes the server a sandbox: personas sign in without a password, GraphiQL is served, and operators may"
        " change the world; `canbao demo` always is one",
    )
    graphiql: bool | None = _setting(
        None,
        _switch,
        "GRAPHIQL",
        "",
        "`0` leaves GraphiQL out of a sandbox, which otherwise gives it to browsers that open `/graphql`; `1` is"
        " refused outside a sandbox",
    )
    token_minutes: int = _setting(
        60,
        _number(1, 1_440),
        "TOKEN_MINUTES",
        "60",
        "how long a token is good for, in minutes, from 1 to 1440; then one signs in again",
    )
    introspection: bool | None = _setting(
        None,
        _switch,
        "INTROSPECTION",
        "",
        "`1` answers `__schema` and `__type`, and lets errors suggest names of the contract; `0` does neither; without"
        " it a sandbox does both and others neither",
    )
    documents: Trust = _setting(
        Trust.OFF,
        _word(Trust),
        "DOCUMENTS",
        "off",
        "which documents are run: `off`, all; `audit`, all, and those that `canbao documents add` has not registered"
        " are counted and logged; `required`, registered ones only",
    )
    origins: tuple[str, ...] = _setting(
        (),
        _origins,
        "ORIGINS",
        "",
        "other origins whose pages may ask and open sockets, such as `http://localhost:5173`, separated by commas",
    )
    hsts_seconds: int = _setting(
        0,
        _number(0, 63_072_000),
        "HSTS_SECONDS",
        "0",
        "for so many seconds browsers are told to come by HTTPS only (`Strict-Transport-Security`), for a server behind"
        " a proxy that speaks it; `0` tells them nothing",
    )
    postgres_connections: int = _setting(
        8,
        _number(1, 1_000),
        "POSTGRES_CONNECTIONS",
        "8",
        "connections that one open world holds to PostgreSQL, from 1 to 1000",
    )
    metrics: Metrics = _setting(
        Metrics.LOCAL,
        _word(Metrics),
        "METRICS",
        "local",
        "who may read `/metrics`: `local`, who connects from the server's own machine; `on`, everybody; `off`, nobody",
    )
    telemetry: str | None = _setting(
        None,
        _collector,
        "TELEMETRY",
        "",
        "the OpenTelemetry collector that is sent a span for each operation, over OTLP and HTTP, such as"
        " `http://127.0.0.1:4318`; `off`, as without it, sends none",
    )
    events_days: int | None = _setting(
        None,
        _number_or_none(1, 36_500),
        "EVENTS_DAYS",
        "",
        "for how many days, in the world's time, events are told to those who read the log; without it for ever; the"
        " audit trail keeps them all",
    )
    idle_minutes: int = _setting(
        30,
        _number(0, 10_080),
        "IDLE_MINUTES",
        "30",
        "after so many minutes in which nobody asks for it or follows it a world is closed, the default one excepted;"
        " it is opened again when somebody does; `0` keeps all open",
    )
    journal: int | None = _setting(
        None,
        _number_or_none(0, MOST_IN_JOURNAL),
        "JOURNAL",
        "",
        "how many of the last operations the journal of each world of a sandbox holds (`canbao world journal`), at most"
        " 10000; `0` keeps none; without it 200 in a sandbox; outside a sandbox none are kept, and any other number is"
        " refused",
    )
    log: LogForm = _setting(
        LogForm.TEXT,
        _word(LogForm),
        "LOG",
        "text",
        "how `canbao serve` and `canbao demo` log: `text`, warnings and faults; `json`, an object on each line,"
        " requests among them",
    )

    webhook_targets: tuple[Network, ...] = _setting(
        (),
        _networks,
        "WEBHOOK_TARGETS",
        "",
        "networks that webhooks may deliver to beside the public one, such as `10.20.0.0/16`, separated by commas; a"
        " sandbox delivers to its own machine too",
    )

    cost: int = _setting(
        80_000,
        _number(1_000, 10_000_000),
        "COST",
        "80000",
        "JSON values that the answer to one operation may hold, from 1000 to 10000000",
    )
    operation_seconds: int = _setting(
        10,
        _number(1, 600),
        "OPERATION_SECONDS",
        "10",
        "seconds that a query may take in all its statements, and a mutation in each, from 1 to 600",
    )
    rate: int | None = _setting(
        None,
        _number(0, 1_000_000_000),
        "RATE",
        "",
        "cost that runs into each client's bucket in a second; `0` is no limit; without it there is none in a sandbox,"
        " and elsewhere it is 2000",
    )
    burst: int = _setting(
        120_000,
        _number(1_000, 1_000_000_000),
        "BURST",
        "120000",
        "cost that a client's bucket holds when it is full, at least that of one operation",
    )

    subscriptions: int = _setting(
        10_000,
        _number(1, 1_000_000),
        "SUBSCRIPTIONS",
        "10000",
        "subscriptions that one client (app, person or persona, else address) may have at once in one process, from 1"
        " to 1000000",
    )

    def world_url(self, name: str) -> str:
        """The database URL of a world."""
        if self.postgres_url is not None:
            return f"{self.postgres_url.rstrip('/')}/{database_of(name)}"
        return f"sqlite:///{self.worlds / f'{name}.sqlite3'}"

    @property
    def worlds(self) -> Path:
        """Folder of the worlds that are SQLite files."""
        return self.home / "worlds"

    @property
    def serves_graphiql(self) -> bool:
        """Whether browsers are given GraphiQL: in a sandbox that does not leave it out."""
        return self.sandbox if self.graphiql is None else self.graphiql

    @property
    def introspects(self) -> bool:
        """Whether the contract can be asked for its types: in a sandbox, where a setting says nothing else."""
        return self.sandbox if self.introspection is None else self.introspection

    @property
    def journalled(self) -> int:
        """How many operations the journal of each world holds; 0 where none is kept."""
        return (_IN_JOURNAL if self.sandbox else 0) if self.journal is None else self.journal

    @property
    def bucket(self) -> Rate | None:
        """How each client's bucket is; None where clients may ask as much as they like, as in a sandbox."""
        rate = (0 if self.sandbox else _RATE_OUTSIDE_A_SANDBOX) if self.rate is None else self.rate
        return Rate(self.burst, rate) if rate else None


def described_settings() -> Iterator[tuple[str, Described]]:
    """The name of each field of `Settings` that the environment gives, and its description."""
    for each in fields(Settings):
        yield each.name, each.metadata[_DESCRIBED]


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives. Raises SettingsInvalid for one that is unknown, unusable or unsafe."""
    _refuse_unknown(environment)
    settings = Settings(
        **{
            name: _read(described, environment[described.variable])
            for name, described in described_settings()
            if described.variable in environment
        }
    )
    _refuse_unsafe(settings)
    return settings


def _read(described: Described, text: str) -> Any:
    try:
        return described.read(text)
    except ValueError as error:
        raise SettingsInvalid(f"{described.variable} {error}, not {text!r}") from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A misspelt setting would silently be its default."""
    known = [described.variable.removeprefix(_PREFIX) for _, described in described_settings()]
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) not in (*known, *_OF_OUR_TOOLS):
            nearest = get_close_matches(name.removeprefix(_PREFIX), known, n=1, cutoff=0)
            raise SettingsInvalid(f"{name} is no setting; the nearest is {_PREFIX}{nearest[0]}")


def _refuse_unsafe(settings: Settings) -> None:
    """What would open a server that says it is no sandbox."""
    if settings.graphiql and not settings.sandbox:
        raise SettingsInvalid("CANBAO_GRAPHIQL=1 is for a sandbox only: set CANBAO_SANDBOX=1 with it, or leave it out")
    if settings.journal and not settings.sandbox:
        raise SettingsInvalid("CANBAO_JOURNAL is for a sandbox only: set CANBAO_SANDBOX=1 with it, or leave it out")
    if settings.bucket is not None and settings.burst < settings.cost:
        raise SettingsInvalid(
            f"CANBAO_BURST is {settings.burst}, less than one operation may cost (CANBAO_COST, {settings.cost}): nobody"
            " could ever run the dearest ones; make it at least as much"
        )
