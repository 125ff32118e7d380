"""Nothing that a server logs names anybody: no identity number and no token, whatever goes well or wrong."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import apsw
import pytest

from domain.store.engine import StoreUnavailable
from domain.store.statements import EngineKind
from domain.store.tables import metadata
from resolvers.logs import JsonLines, begin_logging
from resolvers.settings import LogForm
from simulator.outside import outside
from tests.resolvers.opened import BIND, FINISH, PAY, PAY_TOGETHER, REVEAL, SIGN_IN, SUBMIT, UNBIND, OpenedWorld
from tests.resolvers.served import Client
from tests.resolvers.test_served import forms

ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]|[0-9]{6}\*{8}")
MUST_HOLD_NUMBERS = {
    "persons",
    "registry_identities",
    "registry_kinships",
    "outside_enrolments",
    "personas",
    "persona_promises",
}
"""Who is insured, the outside parties' own records, and what a sandbox tells of its ready-made people."""
PERSON_ID = re.compile(r"\b(?:per|acc)_[0-9]{18}")


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_server_process_says(form: str, tmp_path: Path, sqlite_template: Path) -> None:
    """A whole journey, refusals, bad input, bad tokens and a database in trouble; then all that it wrote."""
    worlds = tmp_path / "worlds"
    worlds.mkdir()
    path = worlds / "small.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with apsw.Connection(str(path)) as rows:
        numbers = {number for (number,) in rows.execute("SELECT id_number FROM persons")}
    rows.close()
    environment = os.environ | {
        "CANBAO_HOME": str(tmp_path),
        "CANBAO_WORLD": "small",
        "CANBAO_SANDBOX": "1",
        "CANBAO_GRAPHIQL": "0",
        "CANBAO_LOG": form,
        "PYTHONWARNINGS": "default",
    }
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "resolvers.cli", "serve", "--fd", str(listener.fileno())],
            cwd=Path(__file__).parent.parent.parent,
            env=environment,
            pass_fds=[listener.fileno()],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        client = Client(port)
        known = forms(client)
        tokens = live(client, known)
        measured = client.send("GET", "/metrics", {}).text
        trouble(client.signed_in("employee-3"), known["employee-3"], path)
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=30)
    said += rest
    assert "unavailable" in said, "the trouble was logged"
    with_numbers, rows_kept = holding(path, numbers)
    assert with_numbers == MUST_HOLD_NUMBERS
    assert not [number for number in numbers if number in measured]
    assert rows_kept["access_records"] > 3
    assert rows_kept["answers"] > 3
    assert rows_kept["events"] > 3
    assert not numbers & set(ID_NUMBER.findall(said))
    assert not ID_NUMBER.search(said)
    for token in tokens:
        assert token not in said
        assert token.rpartition(".")[2] not in said
    for name in {form["name"] for form in known.values()}:
        assert name not in said
        assert json.dumps(name) not in said
    if form == "json":
        started = said.index("\n", said.index("Ctrl-C")) + 1
        lines = [json.loads(line) for line in said[started:].splitlines()]
        asked = [line for line in lines if line["logger"] == "canbao.request"]
        assert {"kind": "mutation", "code": "UNAVAILABLE", "status": 503}.items() <= asked[-2].items()
        assert {"GRAPHQL_PARSE_FAILED", "UNAUTHENTICATED", "BAD_USER_INPUT"} <= {line["code"] for line in asked}
        assert all(line["request_id"] for line in asked)
        [trouble_told] = [line for line in lines if "unavailable" in line["message"]]
        assert trouble_told["request_id"] == asked[-2]["request_id"]
    else:
        assert "canbao.request" not in said


def holding(path: Path, numbers: set[str]) -> tuple[set[str], dict[str, int]]:
    """The tables of a world that hold an identity number anywhere in a row, and how many rows each table has."""
    found, counts = set(), {}
    with apsw.Connection(str(path)) as rows:
        tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            counts[table] = 0
            for row in rows.execute(f'SELECT * FROM "{table}"'):
                counts[table] += 1
                said = "\n".join(str(value) for value in row)
                if table not in found and numbers & set(ID_NUMBER.findall(said)):
                    found.add(table)
    rows.close()
    return found, counts


def test_a_fault_is_one_line_of_json_with_its_stack() -> None:
    stream = StringIO()
    log = logging.Logger("canbao.test")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    try:
        raise StoreUnavailable("第一行\nand a second")
    except StoreUnavailable:
        log.exception("fault %d", 1, extra={"request_id": "the-request"})
    [line] = stream.getvalue().splitlines()
    told = json.loads(line)
    assert {key: told[key] for key in ("level", "logger", "message", "request_id")} == {
        "level": "ERROR",
        "logger": "canbao.test",
        "message": "fault 1",
        "request_id": "the-request",
    }
    assert told["stack"].endswith("domain.store.engine.StoreUnavailable: 第一行")


def live(client: Client, known: dict[str, dict[str, Any]]) -> list[str]:
    """The journey and what is refused on the way; the tokens that were given."""
    payer = client.signed_in("employee")
    ids = payer.lived(known["employee"])
    payer.send("GET", f"/receipts/{ids['receipt']}", {})
    clients = [payer]
    for name, form in known.items():
        if name.startswith("employee-"):
            continue
        other = client.signed_in(name)
        clients.append(other)
        other.mutate(BIND, **form)
        other.mutate(BIND, **(form | {"idNumber": form["idNumber"][:-1] + "?"}))
        other.mutate(SUBMIT, personId=ids["member"], coverageYear=2025)
        other.mutate(PAY, contributionId=ids["contribution"])
    number = known["employee"]["idNumber"]
    clerk = client.signed_in("clerk-xixiu")
    clients.append(clerk)
    reveal = {"personId": ids["member"], "fields": ["ID_NUMBER", "PHONE", "NAME"], "reason": "CORRECTION"}
    told = clerk.mutate(REVEAL, **reveal, explanation="更正登记的号码")
    assert ID_NUMBER.fullmatch(told["idNumber"])
    clerk.mutate(REVEAL, **reveal, explanation=f"更正 {told['idNumber']} 的登记")
    named = f"query Q{told['idNumber']} {{ persons(first: 3) {{ edges {{ node {{ name idNumber }} }} }} }}"
    refused = clerk.post(named, None, **{"canbao-purpose": f"about {told['idNumber']}"})
    assert (refused.status, refused.codes) == (400, ["BAD_USER_INPUT"])
    assert told["idNumber"] not in refused.text
    shown = clerk.post(named, None, **{"canbao-purpose": "%E6%A0%B8%E5%AF%B9", "x-request-id": told["idNumber"]})
    assert shown.status == 200
    assert shown.headers["x-request-id"] != told["idNumber"]
    for body in (
        b'{"query":"{ world { name } ' + number.encode() + b'"}',
        b'{"query":"query Q($n: Int!) { persons(first: $n) { totalCount } }","variables":{"n":"%b"}}' % number.encode(),
        b'{"query":"{ node(id: \\"%b\\") { id } }"}' % number.encode(),
        b'{"query":"%b"' % number.encode(),
    ):
        payer.send("POST", "/graphql", {"content-type": "application/json"}, body)
    payer.send("GET", f"/graphql?query={{person(id:%22{number}%22){{id}}}}", {})
    payer.send("GET", f"/receipts/{number}", {})
    payer.send("GET", f"/nowhere/{number}", {})
    tokens = [each.token for each in clients if each.token]
    Client(client.port, tokens[0] + "x").post("{ world { name } }")
    with payer.socket() as opened:
        opened.initialised().subscribe("1", "{ viewer { person { idNumber } } }")
        assert opened.hear()["type"] == "next"
        opened.connection.send('{"type":"%s"}' % number)  # noqa: UP031 - braces of JSON
    return tokens


def trouble(payer: Client, form: dict[str, Any], path: Path) -> None:
    """The world's file is locked by somebody else for longer than the server waits."""
    holder = apsw.Connection(str(path))
    holder.execute("BEGIN IMMEDIATE")
    response = payer.post(BIND, {"input": {"idempotencyKey": "while-it-is-locked", **form}})
    assert (response.status, response.codes) == (503, ["UNAVAILABLE"])
    assert int(response.headers["retry-after"]) >= 1
    holder.execute("ROLLBACK")
    holder.close()
    assert payer.mutate(BIND, idempotencyKey="while-it-is-locked", **form)["__typename"] == "FamilyMemberBound"


class _Broken:
    """A register whose answers make the operation fail, with a fault that names the document."""

    async def identities(self, _connection: object, documents: object, *, now: object) -> Any:
        raise RuntimeError("the register sent something that nobody can read")

    async def kinships(self, _connection: object, pairs: object, *, now: object) -> Any:
        raise AssertionError("not asked")


class _Twice:
    """A register that writes somebody a second time, which no database takes."""

    def __init__(self, wrong: str) -> None:
        self._wrong = wrong

    async def identities(self, connection: Any, documents: object, *, now: object) -> Any:
        found = await connection.driver.execute(self._wrong)
        return found

    async def kinships(self, _connection: object, pairs: object, *, now: object) -> Any:
        raise AssertionError("not asked")


@pytest.fixture
def written(form: LogForm) -> Iterator[StringIO]:
    """What a server process would log in that form."""
    stream, root = StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    begin_logging(form, stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    for name in ("canbao.request", "canbao.socket"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("form", LogForm)
async def test_a_fault_that_names_an_identity_number_is_logged_without_it(
    opened: OpenedWorld, written: StringIO, form: LogForm
) -> None:
    columns = [column.name for column in metadata.tables["persons"].columns if column.name != "id"]
    again = f"INSERT INTO persons (id, {', '.join(columns)}) SELECT 1, {', '.join(columns)} FROM persons LIMIT 1"
    opened.service.world.outside = replace(outside(), registry=_Twice(again))
    [(number,)] = await opened.rows("SELECT id_number FROM persons LIMIT 1")
    answer = await opened.answer(
        BIND, {"input": {"idempotencyKey": "a-fault-of-ours", **opened.member("employee-2")}}, "employee-2"
    )
    assert answer.status == 500
    said = written.getvalue()
    assert number not in said
    assert not ID_NUMBER.search(said)
    assert "ConstraintError" in said or "UniqueViolationError (sqlstate 23505" in said
    assert "uq_persons_identity" in said or opened.kind is EngineKind.SQLITE
    assert "resolvers/batching.py" in said, "our own lines are told"
    assert "the-request" in said or form is LogForm.TEXT


@pytest.mark.parametrize("form", LogForm)
async def test_what_exceptions_of_others_say_is_not_logged_wherever_they_come_from(
    written: StringIO, form: LogForm
) -> None:
    number = "110101194912310021"

    async def lost() -> None:
        raise KeyError(number)

    def told() -> None:
        try:
            try:
                int(number + "?")
            except ValueError as error:
                raise RuntimeError(f"{number} is wrong") from error
        except RuntimeError as error:
            raise ExceptionGroup(number, [error, LookupError(number)]) from None

    try:
        told()
    except ExceptionGroup:
        logging.getLogger("canbao.test").exception("fault")
    asyncio.get_running_loop().create_task(lost())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()
    said = written.getvalue()
    assert "builtins.ExceptionGroup" in said
    assert "builtins.ValueError" in said
    assert "builtins.KeyError" in said
    assert number not in said


async def test_what_is_logged_in_process(opened: OpenedWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    # What asyncio says about its own selector is not ours.
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    numbers = {number for (number,) in await opened.rows("SELECT id_number FROM persons")}
    token = await opened.sign_in("employee")
    bound = await opened.mutate(BIND, "employee", **opened.member("employee"))
    receipt = await opened.receipt("employee", bound["binding"]["member"]["id"])
    assert receipt
    await opened.mutate(UNBIND, "employee", bindingId=bound["binding"]["id"])
    await opened.mutate(PAY_TOGETHER, "employee", orders=[{"contributionId": "con_1"}])
    await opened.mutate(FINISH, "employee", contributionId="con_1")
    await opened.mutate(SIGN_IN, None, persona="nobody")
    for persona in ("rare-name", "mother-deceased", "uncle"):
        await opened.mutate(BIND, persona, **opened.member(persona))
    opened.service.world.outside = replace(outside(), registry=_Broken())
    answer = await opened.answer(
        BIND, {"input": {"idempotencyKey": "a-fault-of-ours", **opened.member("employee-2")}}, "employee-2"
    )
    [error] = json.loads(answer.body)["errors"]
    assert (answer.status, error["extensions"]) == (500, {"code": "INTERNAL", "requestId": "the-request"})
    assert b"register" not in answer.body
    text = caplog.text
    assert "nobody can read" in text, "a fault is logged in full"
    assert any(getattr(record, "request_id", None) == "the-request" for record in caplog.records)
    assert not numbers & set(ID_NUMBER.findall(text))
    assert not ID_NUMBER.search(text)
    assert token not in text
    assert await opened.data("{ world { name } }") == {"world": {"name": "small"}}
