"""Settings (配置): read once from the environment, then passed on."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import TypeVar

_SERVER = re.compile(r"postgres(ql)?://[^/?#]+/?")
_PREFIX = "CANBAO_"
_SETTINGS = (
    "GRAPHIQL",
    "HOME",
    "LOG",
    "METRICS",
    "ORIGINS",
    "POSTGRES_CONNECTIONS",
    "POSTGRES_URL",
    "SANDBOX",
    "WORLD",
)
_OF_OUR_TOOLS = (
    "ACCESS_EXAMPLES",
    "BENCH_POSTGRES_URL",
    "CI_WORKERS",
    "CONFORMANCE",
    "ORACLE_EXAMPLES",
    "SCREENSHOTS",
    "TEST_POSTGRES_URL",
)
"""What the bench, the tests and the check of a commit read for themselves."""

_WordT = TypeVar("_WordT", bound=Enum)

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


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


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and what is allowed. See `docs/operating.md`."""

    home: Path = Path(".canbao")
    """Folder for worlds and the built GraphiQL (CANBAO_HOME)."""
    default_world: str = "demo"
    """World served at /graphql (CANBAO_WORLD)."""
    postgres_url: str | None = None
    """Server that keeps worlds as databases named canbao_<world>, instead of SQLite files (CANBAO_POSTGRES_URL)."""
    sandbox: bool = True
    """Personas may sign in without a password, as simulated people do (CANBAO_SANDBOX=0 switches it off)."""
    graphiql: bool = True
    """Browsers that open /graphql are given GraphiQL, which is built once (CANBAO_GRAPHIQL=0 leaves it out)."""
    origins: tuple[str, ...] = ()
    """Other origins whose pages may ask, such as http://localhost:5173 (CANBAO_ORIGINS, separated by commas)."""
    postgres_connections: int = 8
    """Connections that one open world holds to PostgreSQL (CANBAO_POSTGRES_CONNECTIONS)."""
    metrics: Metrics = Metrics.LOCAL
    """Who may read /metrics (CANBAO_METRICS)."""
    log: LogForm = LogForm.TEXT
    """How `canbao serve` and `canbao demo` log (CANBAO_LOG)."""

    def world_url(self, name: str) -> str:
        """The database URL of a world."""
        if self.postgres_url is not None:
            return f"{self.postgres_url.rstrip('/')}/canbao_{name.replace('-', '_')}"
        return f"sqlite:///{self.worlds / f'{name}.sqlite3'}"

    @property
    def worlds(self) -> Path:
        """Folder of the worlds that are SQLite files."""
        return self.home / "worlds"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives. Raises SettingsInvalid."""
    _refuse_unknown(environment)
    postgres_url = environment.get("CANBAO_POSTGRES_URL") or None
    if postgres_url is not None and not _SERVER.fullmatch(postgres_url):
        raise SettingsInvalid(
            "CANBAO_POSTGRES_URL is postgresql://user@host:port, without a database: every world is one of its own"
        )
    origins = tuple(one.strip() for one in environment.get("CANBAO_ORIGINS", "").split(",") if one.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsInvalid(f"CANBAO_ORIGINS lists origins such as http://localhost:5173, not {origin!r}")
    connections = environment.get("CANBAO_POSTGRES_CONNECTIONS", "8")
    if not connections.isdigit() or not 1 <= int(connections) <= 1_000:
        raise SettingsInvalid(f"CANBAO_POSTGRES_CONNECTIONS is a number from 1 to 1000, not {connections!r}")
    return Settings(
        home=Path(environment.get("CANBAO_HOME", ".canbao")),
        default_world=environment.get("CANBAO_WORLD", "demo"),
        postgres_url=postgres_url,
        sandbox=_switch(environment, "CANBAO_SANDBOX"),
        graphiql=_switch(environment, "CANBAO_GRAPHIQL"),
        origins=origins,
        postgres_connections=int(connections),
        metrics=_word(environment, "CANBAO_METRICS", Metrics.LOCAL),
        log=_word(environment, "CANBAO_LOG", LogForm.TEXT),
    )


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A misspelt setting would silently be its default."""
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) not in (*_SETTINGS, *_OF_OUR_TOOLS):
            nearest = get_close_matches(name.removeprefix(_PREFIX), _SETTINGS, n=1, cutoff=0)
            raise SettingsInvalid(f"{name} is no setting; the nearest is {_PREFIX}{nearest[0]}")


def _word(environment: Mapping[str, str], name: str, default: _WordT) -> _WordT:
    value = environment.get(name, default.value)
    kind = type(default)
    try:
        return kind(value)
    except ValueError:
        raise SettingsInvalid(f"{name} is {' or '.join(each.value for each in kind)}, not {value!r}") from None


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "1")
    if value not in ("0", "1"):
        raise SettingsInvalid(f"{name} is 0 or 1, not {value!r}")
    return value == "1"
