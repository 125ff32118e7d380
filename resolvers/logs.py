"""How a serving process logs (日志格式): text for a person who reads along, or a JSON object on each line.

What an exception says may hold what somebody sent: PostgreSQL names the identity number that is there already, Python
the text that is no number. So a trace tells where a fault happened and of what class it is, in both forms; what it says
is told only of exceptions of our own, which say it in our own words.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

from resolvers.requests import log as requests
from resolvers.requests import sockets
from resolvers.settings import LogForm
from resolvers.world import seals

_TEXT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_ROOT: Final = Path(__file__).resolve().parents[1]
_ROOMS: Final = ("domain", "resolvers", "schema", "simulator")
_NAMED: Final = ("sqlstate", "table_name", "column_name", "constraint_name")
"""What a driver's error says of the database's own names."""
_MOST_CAUSES: Final = 20


def trace_of(error: BaseException) -> str:
    """Where an exception and those before it were raised, oldest first, without any value that they hold."""
    return "\n".join(line for one in reversed(list(_causes(error))) for line in _told(one))


def _causes(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if at is None:
            return
        yield at
        at = at.__cause__ if at.__cause__ is not None or at.__suppress_context__ else at.__context__


def _told(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):"
    frames = traceback.extract_tb(error.__traceback__)
    for room, found in groupby(frames, lambda frame: _room_of(frame.filename)):
        for frame in found:
            if room is None:
                yield "  ..."
                break
            yield f'  File "{room}", line {frame.lineno}, in {frame.name}'
            yield f"    {frame.line}"
    yield _class_of(error)
    if isinstance(error, BaseExceptionGroup):
        yield from (f"  | {line}" for one in error.exceptions for line in trace_of(one).splitlines())


def _room_of(file: str) -> str | None:
    """The file as the project names it; None for one of a library."""
    path = Path(file)
    if not path.is_relative_to(_ROOT):
        return None
    found = path.relative_to(_ROOT)
    return found.as_posix() if found.parts[0] in _ROOMS else None


def _class_of(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if kind.__module__.partition(".")[0] in _ROOMS:
        return f"{name}: {error}"
    names = [f"{each} {getattr(error, each)}" for each in _NAMED if getattr(error, each, None)]
    return f"{name} ({', '.join(names)})" if names else name


class _Scrubbed(logging.Formatter):
    """A line of text, and the trace below it."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "" if ei[1] is None else trace_of(ei[1])

    def format(self, record: logging.LogRecord) -> str:
        # Others who format it keep the trace that they made in the record.
        record.exc_text = None
        try:
            return super().format(_told_by_us(record))
        finally:
            record.exc_text = None


def _told_by_us(record: logging.LogRecord) -> logging.LogRecord:
    """asyncio writes what it knows of a task below its message, the exception as it says itself among it."""
    if record.name != "asyncio":
        return record
    told = logging.makeLogRecord(record.__dict__)
    told.msg, told.args = record.getMessage().partition("\n")[0], None
    return told


class JsonLines(_Scrubbed):
    """A record as one line of JSON in ASCII, its stack trace included; what a record is `told` besides are members."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": _told_by_us(record).getMessage(),
        }
        request_id = getattr(record, "request_id", None)
        if request_id is not None:
            line["request_id"] = request_id
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["stack"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def begin_logging(form: LogForm, stream: TextIO = sys.stderr) -> None:
    """What this process logs from now on goes to the stream: warnings, faults; as JSON, every request and seal too."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if form is LogForm.JSON else _Scrubbed(_TEXT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    if form is LogForm.JSON:
        requests.setLevel(logging.INFO)
        sockets.setLevel(logging.INFO)
        seals.setLevel(logging.INFO)
