"""Settings (配置): read once from the environment, then passed on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsInvalid(ValueError):
    """A setting that cannot be used; the message names it and says what it takes."""


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
    postgres_url = environment.get("CANBAO_POSTGRES_URL") or None
    if postgres_url is not None and not postgres_url.startswith(("postgresql://", "postgres://")):
        raise SettingsInvalid("CANBAO_POSTGRES_URL is postgresql://user@host:port, without a database")
    return Settings(
        home=Path(environment.get("CANBAO_HOME", ".canbao")),
        default_world=environment.get("CANBAO_WORLD", "demo"),
        postgres_url=postgres_url,
        sandbox=_switch(environment, "CANBAO_SANDBOX"),
        graphiql=_switch(environment, "CANBAO_GRAPHIQL"),
    )


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "1")
    if value not in ("0", "1"):
        raise SettingsInvalid(f"{name} is 0 or 1, not {value!r}")
    return value == "1"
