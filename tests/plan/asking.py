"""A small world under one executor, asked without HTTP and without an event loop of its own running."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

import apsw
import asyncpg

from domain.policy import PolicyBook
from domain.store.engine import open_database
from domain.store.statements import EngineKind
from domain.vocabulary import ANONYMOUS, Id, RegionCode, Role, Viewer
from resolvers.context import Request
from resolvers.costs import values_in
from resolvers.graphql import build_executor
from resolvers.plan.executor import Executor
from resolvers.service import Answer, GraphQLRequest
from resolvers.world import World, open_world
from simulator.outside import outside
from simulator.worlds import create_world

MACHINE_TIME = 1_700_000_000.0
PERSONS = 600
Result = TypeVar("Result")

BIND = """
mutation Bind($input: BindFamilyMemberInput!) {
  bindFamilyMember(input: $input) { __typename ... on FamilyMemberBound { binding { id member { id } } } }
}
"""
UNBIND = """
mutation Unbind($input: UnbindFamilyMemberInput!) { unbindFamilyMember(input: $input) { __typename } }
"""
SUBMIT = """
mutation Submit($input: SubmitResidentContributionInput!) {
  submitResidentContribution(input: $input) {
    __typename ... on ResidentContributionSubmitted { contribution { id } }
  }
}
"""
PAY = """
mutation Pay($input: PayResidentContributionInput!) { payResidentContribution(input: $input) { __typename } }
"""
FINISH = """
mutation Finish($input: FinishResidentContributionInput!) { finishResidentContribution(input: $input) { __typename } }
"""


@dataclass(slots=True)
class AskedWorld:
    """One open world, and raw SQL beside the executor for those who check it."""

    loop: asyncio.AbstractEventLoop
    executor: Executor
    world: World
    plain: sqlite3.Connection | asyncpg.Connection[Any]
    viewers: dict[str, Viewer] = field(default_factory=dict)

    @property
    def kind(self) -> EngineKind:
        return self.world.database.kind

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """What a coroutine gives."""
        return self.loop.run_until_complete(coroutine)

    def request(self, viewer: Viewer) -> Request:
        """A request of that viewer, at the one moment at which this world stands still."""
        return Request(self.world, viewer, "r1", self.world.clock.now())

    def answer(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        viewer: Viewer = ANONYMOUS,
        operation: str | None = None,
        *,
        executor: Executor | None = None,
    ) -> Answer:
        """The executor's answer to an operation that is no subscription."""
        asked = GraphQLRequest(document, variables or {}, operation)
        request = self.request(viewer)
        found = self.run((executor or self.executor).answer(asked, request))
        assert isinstance(found, Answer)
        data = json.loads(found.body).get("data")
        # What introspection comes to is known about, and everything else exactly.
        if data and "__schema" not in document and "__type(" not in document:
            assert request.trace.cost is not None
            assert sum(map(values_in, data.values())) <= request.trace.cost, document
        return found

    def ask(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        viewer: Viewer = ANONYMOUS,
        operation: str | None = None,
    ) -> dict[str, Any]:
        """The same as parsed JSON."""
        found: dict[str, Any] = json.loads(self.answer(document, variables, viewer, operation).body)
        return found

    def data(self, document: str, variables: Mapping[str, Any] | None = None, viewer: Viewer = ANONYMOUS) -> Any:
        """The data of an answer that must have no errors."""
        found = self.ask(document, variables, viewer)
        assert "errors" not in found, found
        return found["data"]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of plain SQL, over a connection that the executor does not use."""
        if isinstance(self.plain, sqlite3.Connection):
            return self.plain.execute(sql).fetchall()
        return [tuple(row) for row in self.run(self.plain.fetch(sql))]

    def write(self, sql: str) -> None:
        """Plain SQL that changes rows, committed."""
        if isinstance(self.plain, sqlite3.Connection):
            with closing(self.serving_sqlite()) as connection:
                connection.execute(sql)
        else:
            self.run(self.plain.execute(sql))

    def serving_sqlite(self) -> apsw.Connection:
        """The file through the SQLite that serves it, which plans and parses otherwise than Python's own."""
        assert isinstance(self.plain, sqlite3.Connection)
        [path] = [name for _, kind, name in self.plain.execute("PRAGMA database_list") if kind == "main"]
        return apsw.Connection(path)

    def accepts(self, sql: str) -> None:
        """The engine reads a statement of the plan, with its placeholders, and knows every name in it."""
        if isinstance(self.plain, sqlite3.Connection):
            with closing(self.serving_sqlite()) as connection:
                connection.execute(f"EXPLAIN {sql}", [None] * sql.count("?"))
        else:
            self.run(self.plain.prepare(sql))

    def close(self) -> None:
        if isinstance(self.plain, sqlite3.Connection):
            self.plain.close()
        else:
            self.run(self.plain.close())
        self.run(self.world.close())
        self.executor.close()
        self.loop.close()


def asked_world(url: str, *, seed: int = 7, persons: int = PERSONS) -> AskedWorld:
    """A new world at the URL of an empty database, open, with every persona as a viewer by name."""
    loop = asyncio.new_event_loop()
    book = PolicyBook.load()

    async def opened() -> World:
        await create_world(url, name="asked", seed=seed, persons=persons, progress=lambda *_: None)
        return await open_world(
            open_database(url), policy=book, outside=outside(), machine=lambda: MACHINE_TIME, sandbox=True
        )

    world = loop.run_until_complete(opened())
    plain: sqlite3.Connection | asyncpg.Connection[Any]
    if url.startswith("sqlite"):
        plain = sqlite3.connect(url.removeprefix("sqlite:///"))
    else:
        plain = loop.run_until_complete(asyncpg.connect(url))
    asked = AskedWorld(loop, build_executor(book), world, plain)
    asked.viewers["anonymous"] = ANONYMOUS
    for name, role, person_id, region in asked.rows("SELECT name, role, person_id, region_code FROM personas"):
        asked.viewers[name] = Viewer(Role[role], Id(person_id or 0), RegionCode(region), name)
    return asked


def live_through(asked: AskedWorld, names: Sequence[str]) -> None:
    """The journey of some personas and their mothers, so that the log of events holds every kind of event."""
    for name in names:
        viewer = asked.viewers[name]
        [(mother, id_number, birth_date, sex)] = asked.rows(
            "SELECT i.name, i.id_number, i.birth_date, i.sex FROM registry_kinships k JOIN persons p"
            " ON p.id_number = k.id_number JOIN registry_identities i ON i.id_number = k.relative_id_number"
            f" WHERE p.id = {viewer.person_id} AND k.relation = 'PARENT'"
        )

        def sent(document: str, viewer: Viewer = viewer, **given: Any) -> dict[str, Any]:
            key = f"{viewer.name}-{document[10:14]}".strip()
            found = asked.data(document, {"input": {"idempotencyKey": key, **given}}, viewer)
            [answer] = found.values()
            assert isinstance(answer, dict)
            return answer

        bound = sent(
            BIND,
            name=mother,
            idType="RESIDENT_ID_CARD",
            idNumber=id_number,
            birthDate=str(birth_date),
            sex=sex,
            relation="PARENT",
            pledgeAccepted=True,
        )
        member = bound["binding"]["member"]["id"]
        submitted = sent(SUBMIT, personId=member, coverageYear=2025)
        contribution = submitted["contribution"]["id"]
        assert sent(PAY, contributionId=contribution)["__typename"] == "ResidentContributionPaid"
        assert sent(FINISH, contributionId=contribution)["__typename"] == "ResidentContributionFinished"
    last = asked.viewers[names[-1]]
    [(binding,)] = asked.rows(
        f"SELECT id FROM family_bindings WHERE holder_id = {last.person_id} AND status = 'ACTIVE'"
    )
    answer = asked.data(UNBIND, {"input": {"idempotencyKey": "unbind-once", "bindingId": f"fam_{binding}"}}, last)
    assert answer == {"unbindFamilyMember": {"__typename": "FamilyMemberUnbound"}}
