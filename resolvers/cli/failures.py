"""How a command ends that did not do what was asked (退出码): one sentence, one code, no stack trace."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller. See `docs/operating.md`."""

    DONE = 0
    REFUSED = 1
    """It was understood and is refused, or a check found something."""
    BAD_INPUT = 2
    """The command line, a setting or a file is wrong."""
    MISSING = 3
    """There is nothing of that name."""
    UNAVAILABLE = 4
    """It cannot be done now: locked, full, taken or unreachable."""
    INTERRUPTED = 130
    """Ctrl-C."""
    TERMINATED = 143
    """SIGTERM, before it was done."""


@dataclass(eq=False)
class CommandFailed(Exception):
    """A command that cannot do what was asked: what, why, and what to do about it."""

    code: ExitCode
    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}. {self.remedy}."


def failure_of(error: Exception) -> CommandFailed | None:
    """What an error of the rooms below means to whoever typed the command; None for a fault of ours."""
    if isinstance(error, CommandFailed):
        return error
    # A class that was never imported was never raised.
    for module, name, told in (
        ("resolvers.settings", "SettingsInvalid", _settings),
        ("domain.policy.pages", "PolicyFileInvalid", _policy_file),
        ("domain.store.versions", "SchemaTooNew", _schema),
        ("domain.store.versions", "SchemaTooOld", _schema),
        ("domain.store.databases", "DatabaseInUse", _in_use),
        ("resolvers.shelf", "ShelfRefusal", _shelf),
        ("simulator.making", "MakerLost", _maker),
        ("resolvers.bench.measuring", "BenchFailed", _bench),
        ("domain.store.engine", "StoreUnavailable", _store),
    ):
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return told(error)
    if isinstance(error, OSError):
        return _system(error)
    return None


def _settings(error: Exception) -> CommandFailed:
    return CommandFailed(ExitCode.BAD_INPUT, "a setting cannot be used", str(error), "Correct it and try again")


def _maker(error: Exception) -> CommandFailed:
    return CommandFailed(
        ExitCode.UNAVAILABLE,
        "the world was not made",
        str(error),
        "Nothing is left of it; try again, with fewer --workers where memory is short",
    )


def _policy_file(error: Exception) -> CommandFailed:
    return CommandFailed(
        ExitCode.BAD_INPUT,
        "the book of policy cannot be believed",
        str(error).rstrip("."),
        "docs/policy.md says how a file is written",
    )


def _schema(error: Exception) -> CommandFailed:
    return CommandFailed(
        ExitCode.REFUSED,
        getattr(error, "what", ""),
        getattr(error, "why", ""),
        getattr(error, "remedy", ""),
    )


def _shelf(error: Exception) -> CommandFailed:
    code = ExitCode.MISSING if getattr(error, "is_missing", False) else ExitCode.REFUSED
    return CommandFailed(code, getattr(error, "what", ""), getattr(error, "why", ""), getattr(error, "remedy", ""))


def _in_use(error: Exception) -> CommandFailed:
    return CommandFailed(
        ExitCode.UNAVAILABLE, str(error), "another process has it open", "Stop the server that has it, then try again"
    )


def _bench(error: Exception) -> CommandFailed:
    return CommandFailed(
        ExitCode.REFUSED,
        "the measurement has no result",
        str(error).rstrip("."),
        "docs/operating.md says what it needs",
    )


def _store(error: Exception) -> CommandFailed:
    return CommandFailed(
        ExitCode.UNAVAILABLE,
        "the database does not serve",
        str(error).rstrip("."),
        "Nothing was written; see that it runs, has room and is not locked, then try again",
    )


def _system(error: OSError) -> CommandFailed:
    where = f" {error.filename}" if error.filename else ""
    code = ExitCode.MISSING if isinstance(error, FileNotFoundError) else ExitCode.UNAVAILABLE
    return CommandFailed(
        code,
        f"the system does not let us use{where or ' a file'}",
        error.strerror or str(error),
        "Check it and try again",
    )
