"""Trusted documents: what is registered is run by name, what is not is run, counted or refused as the setting says."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from resolvers.printing import printing_documents
from resolvers.register import FILE, ManifestInvalid, Register, Trust, Trusted, documents_in, hash_of, write_register
from resolvers.service import Answer, GraphQLRequest
from tests.resolvers.opened import OpenedWorld

KNOWN = "query Known { world { name } }"
OTHER = "query Other { world { name } }"
ANSWERED = {"data": {"world": {"name": "small"}}}


@pytest.fixture
def register(tmp_path: Path) -> Register:
    write_register(tmp_path, {hash_of(KNOWN): KNOWN})
    return Register(tmp_path)


async def asked(world: OpenedWorld, trusted: Trusted | None, request: GraphQLRequest) -> dict[str, Any]:
    service = replace(world.service, trusted=trusted)
    answer = await service.answer(request, await world.viewer(None), "the-request")
    assert isinstance(answer, Answer)
    found: dict[str, Any] = json.loads(answer.body)
    return found


def code(response: dict[str, Any]) -> str:
    [error] = response["errors"]
    found: str = error["extensions"]["code"]
    return found


BY_ID = GraphQLRequest("", document_id=f"sha256:{hash_of(KNOWN)}")
BY_HASH = GraphQLRequest("", persisted_hash=hash_of(KNOWN))


@pytest.mark.parametrize("trust", [Trust.AUDIT, Trust.REQUIRED])
@pytest.mark.parametrize("request_", [BY_ID, BY_HASH, GraphQLRequest(KNOWN)], ids=["id", "Apollo's hash", "text"])
async def test_what_is_registered_is_run(
    on_sqlite: OpenedWorld, register: Register, trust: Trust, request_: GraphQLRequest
) -> None:
    assert await asked(on_sqlite, Trusted(trust, register), request_) == ANSWERED
    assert on_sqlite.service.world.tallies.unregistered == 0


async def test_what_is_not_registered_is_counted_and_logged_or_refused(
    on_sqlite: OpenedWorld, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "canbao.request"):
        assert await asked(on_sqlite, Trusted(Trust.AUDIT, register), GraphQLRequest(OTHER)) == ANSWERED
        refused = await asked(on_sqlite, Trusted(Trust.REQUIRED, register), GraphQLRequest(OTHER))
        await asked(on_sqlite, Trusted(Trust.REQUIRED, register), BY_ID)
    assert code(refused) == "DOCUMENT_NOT_REGISTERED"
    assert "canbao documents add" in refused["errors"][0]["message"]
    assert "data" not in refused
    assert on_sqlite.service.world.tallies.unregistered == 2
    told = [record.__dict__["told"]["registered"] for record in caplog.records if record.name == "canbao.request"]
    assert told == [False, False, True]


@pytest.mark.parametrize("trust", [None, Trust.AUDIT, Trust.REQUIRED])
@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (GraphQLRequest("", document_id=f"sha256:{hash_of(OTHER)}"), "DOCUMENT_NOT_REGISTERED"),
        (GraphQLRequest("", document_id=hash_of(KNOWN)), "DOCUMENT_NOT_REGISTERED"),
        (GraphQLRequest("", document_id="sha256:" + hash_of(KNOWN).upper()), "DOCUMENT_NOT_REGISTERED"),
        (GraphQLRequest("", document_id=""), "DOCUMENT_NOT_REGISTERED"),
        (GraphQLRequest("", persisted_hash=hash_of(OTHER)), "PersistedQueryNotSupported"),
        (GraphQLRequest("", persisted_hash=""), "PersistedQueryNotSupported"),
    ],
)
async def test_a_document_that_nobody_registered_cannot_be_named(
    on_sqlite: OpenedWorld, register: Register, trust: Trust | None, request_: GraphQLRequest, told: str
) -> None:
    response = await asked(on_sqlite, None if trust is None else Trusted(trust, register), request_)
    assert told in (code(response), response["errors"][0]["message"])


async def test_a_request_registers_nothing(on_sqlite: OpenedWorld, register: Register) -> None:
    trusted = Trusted(Trust.AUDIT, register)
    await asked(on_sqlite, trusted, GraphQLRequest(OTHER, persisted_hash=hash_of(OTHER)))
    again = await asked(on_sqlite, trusted, GraphQLRequest("", persisted_hash=hash_of(OTHER)))
    assert again["errors"][0]["message"] == "PersistedQueryNotSupported"


async def test_the_pages_of_the_product_ask_what_is_trusted(on_sqlite: OpenedWorld, tmp_path: Path) -> None:
    trusted = Trusted(Trust.REQUIRED, Register(tmp_path, printing_documents()))
    for document in printing_documents():
        assert "errors" not in await asked(on_sqlite, trusted, GraphQLRequest(document, {"id": "rec_1"}))


def test_a_server_follows_the_file_and_keeps_what_it_knew_where_that_is_spoiled(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    register = Register(tmp_path, ["{ own }"])
    register.look(0.0)
    assert (KNOWN in register, "{ own }" in register) == (False, True)
    write_register(tmp_path, {hash_of(KNOWN): KNOWN})
    register.look(0.5)
    assert KNOWN not in register
    register.look(1.0)
    assert KNOWN in register
    (tmp_path / FILE).write_text("{")
    os.utime(tmp_path / FILE, ns=(1, 1))
    register.look(2.0)
    assert KNOWN in register
    assert "cannot be read" in caplog.text
    (tmp_path / FILE).unlink()
    register.look(3.0)
    assert (KNOWN in register, "{ own }" in register, register.text(hash_of(KNOWN))) == (False, True, None)


APOLLO = {"format": "apollo-persisted-query-manifest", "version": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("persisted.json", orjson.dumps({hash_of(KNOWN): KNOWN})),
        ("persisted.json", orjson.dumps({f"sha256:{hash_of(KNOWN)}": KNOWN})),
        ("manifest.json", orjson.dumps({**APOLLO, "operations": [{"id": hash_of(KNOWN), "body": KNOWN}]})),
        ("known.graphql", KNOWN.encode()),
    ],
)
def test_what_client_tools_write_is_read(name: str, content: bytes) -> None:
    assert documents_in(content, name) == {hash_of(KNOWN): KNOWN}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"),
        ("a.json", b"[]"),
        ("a.json", b'{"a": 1}'),
        ("a.json", b'{"d41d8cd98f00b204e9800998ecf8427e": "{ x }"}'),
        ("a.json", orjson.dumps({hash_of(KNOWN): OTHER})),
        ("a.json", orjson.dumps({**APOLLO, "operations": [7]})),
        ("a.json", orjson.dumps({**APOLLO, "operations": [{"id": hash_of(KNOWN)}]})),
        ("a.graphql", b"\xff"),
    ],
)
def test_what_is_no_manifest_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ManifestInvalid):
        documents_in(content, name)
