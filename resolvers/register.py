"""Trusted documents (可信文档): the register of the documents that a server's clients are known to send.

It is one file of the server's home, `documents.json`, in the form that client tools write: SHA-256 in hexadecimal to
text. A deployment puts it there beside the clients that it knows, all worlds and processes of the home share it, and it
is read without a database. Nothing that a request brings ever enters it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

import orjson

from resolvers.service import Answer, ErrorCode, GraphQLRequest, error_answer

log = logging.getLogger("canbao.documents")

FILE: Final = "documents.json"
LOOK_SECONDS: Final = 1.0
"""How often a server that is asked looks whether the file has changed."""
_ID = re.compile(r"sha256:([0-9a-f]{64})")
_HASH = re.compile(r"[0-9a-f]{64}")

NOT_KEPT: Final = error_answer(ErrorCode.BAD_USER_INPUT, "PersistedQueryNotSupported")
"""A persisted query's hash came without its text, and is not registered: the client's link sends the text."""
_UNKNOWN = error_answer(
    ErrorCode.DOCUMENT_NOT_REGISTERED,
    "没有登记此 documentId 的文档，请发送文档全文，或由运维用 canbao documents add 登记。"
    " No document is registered under this documentId: send its text, or have the operator register it with"
    " canbao documents add.",
)
_UNREGISTERED = error_answer(
    ErrorCode.DOCUMENT_NOT_REGISTERED,
    "本服务器只执行已登记的文档，请由运维用 canbao documents add 登记后重试。"
    " This server runs registered documents only: have the operator register it with canbao documents add, then try"
    " again.",
)


class Trust(Enum):
    """Which documents are run (CANBAO_DOCUMENTS)."""

    OFF = "off"
    """All, and there is no register."""
    AUDIT = "audit"
    """All; those that are not registered are counted and logged."""
    REQUIRED = "required"
    """Registered ones only."""


class ManifestInvalid(ValueError):
    """A file that is no register of documents; the message says why."""


def hash_of(text: str) -> str:
    """Under which a document is registered."""
    return hashlib.sha256(text.encode()).hexdigest()


def documents_in(content: bytes, name: str) -> dict[str, str]:
    """The documents of a file by hash: a manifest as Relay, GraphQL Code Generator or Apollo write it, or one document.

    Raises ManifestInvalid.
    """
    if not name.endswith(".json"):
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise ManifestInvalid("it is not text in UTF-8") from None
        return {hash_of(text): text}
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise ManifestInvalid("it is not JSON") from None
    if isinstance(found, dict) and isinstance(found.get("operations"), list):
        listed = found["operations"]
        if not all(isinstance(each, dict) for each in listed):
            raise ManifestInvalid("its operations are not objects with an id and a body")
        found = {each.get("id"): each.get("body") for each in listed}
    if not isinstance(found, dict) or not all(isinstance(text, str) for pair in found.items() for text in pair):
        raise ManifestInvalid("it does not give a text for each hash")
    for key, text in found.items():
        if key.removeprefix("sha256:") != hash_of(text):
            raise ManifestInvalid(f"{key} is not the SHA-256 of its text; have the tool write hashes of that kind")
    return {key.removeprefix("sha256:"): text for key, text in found.items()}


def read_register(home: Path) -> dict[str, str]:
    """The documents that are registered. Raises ManifestInvalid, OSError."""
    try:
        return documents_in((home / FILE).read_bytes(), FILE)
    except FileNotFoundError:
        return {}


def write_register(home: Path, documents: Mapping[str, str]) -> None:
    """The register holds these documents from now on: a server that reads it meanwhile reads the old or the new one."""
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / f".{FILE}.new"
    fresh.write_bytes(orjson.dumps(dict(sorted(documents.items())), option=orjson.OPT_INDENT_2))
    os.replace(fresh, home / FILE)


class Register:
    """The register as a server has read it; `own` are the documents of the product's own pages."""

    def __init__(self, home: Path, own: Iterable[str] = ()) -> None:
        self._home = home
        self._own = {hash_of(text): text for text in own}
        self._documents: Mapping[str, str] = self._own
        self._texts = frozenset(self._own.values())
        self._seen: tuple[int, int, int] | None = None
        self._looks_at = 0.0

    def look(self, now: float) -> None:
        """Reads the file where it has changed, at most once a second. One that cannot be read changes nothing."""
        if now < self._looks_at:
            return
        self._looks_at = now + LOOK_SECONDS
        try:
            status = (self._home / FILE).stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            seen = (0, 0, 0)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._documents = {**read_register(self._home), **self._own}
        except (ManifestInvalid, OSError) as error:
            log.error("the register of documents cannot be read, and what was known stays: %s", error)
            return
        self._texts = frozenset(self._documents.values())

    def text(self, digest: str) -> str | None:
        """The document of that hash."""
        return self._documents.get(digest)

    def __contains__(self, text: str) -> bool:
        return text in self._texts


@dataclass(frozen=True, slots=True)
class Trusted:
    """Which documents a server runs."""

    trust: Trust
    register: Register

    def read(self, request: GraphQLRequest, now: float) -> tuple[GraphQLRequest | Answer, bool]:
        """The request with its document's text, or why it is not run; and whether that document is registered."""
        register = self.register
        register.look(now)
        if not request.names_document:
            registered = request.query in register
            return (request if registered or self.trust is Trust.AUDIT else _UNREGISTERED), registered
        found = _named(register, request)
        if found is None:
            return unknown(request), False
        return replace(request, query=found, document_id=None, persisted_hash=None), True


def _named(register: Register, request: GraphQLRequest) -> str | None:
    pattern, sent = (_HASH, request.persisted_hash) if request.document_id is None else (_ID, request.document_id)
    match = pattern.fullmatch(sent or "")
    return None if match is None else register.text(match[match.lastindex or 0])


def unknown(request: GraphQLRequest) -> Answer:
    """The answer to a request that names a document which is not registered."""
    return NOT_KEPT if request.document_id is None else _UNKNOWN
