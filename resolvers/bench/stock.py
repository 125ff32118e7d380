"""The stock way (常规写法): Strawberry as it comes, SQLAlchemy's ORM and DataLoaders, as most teams write it.

The same fields over the same tables. `strawberry.asgi.GraphQL` stands in a Starlette application without extensions;
each load opens a session, as Strawberry's own documentation has it; lists are loaded whole by their owners' keys and
cut to `first` in Python. Who may see a row, and what is masked, is decided as the product decides it. A payment checks
less than the product's: that the contribution waits, the key is new and the balance suffices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from itertools import count
from typing import Annotated, Any, ClassVar, Final, Generic, TypeVar

import orjson
import sqlalchemy
import strawberry
from sqlalchemy import BigInteger, ColumnElement, Select, Table, Text, cast, event, func, or_, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.schema.config import StrawberryConfig

from domain.store import tables
from domain.store.signing_keys import SigningKey
from domain.store.statements import EngineKind
from domain.store.worlds import World
from domain.vocabulary import ANONYMOUS, Fen, Prefix, RegionCode, Role, Viewer, api_id, business_date, parsed_api_id
from resolvers.context import machine_clock
from resolvers.service import Answer as Refused
from resolvers.tokens import Tokens
from resolvers.world import WorldClock
from schema.enums import (
    BindingStatus,
    ContributionStatus,
    EnrolmentStatus,
    Relation,
    ResidentContributionOrder,
    Scheme,
    Sex,
)
from schema.scalars import SCALARS

FIRST_NUMBER: Final = 3 * 10**12
"""From here on this server numbers what it writes: far from what the world's own blocks reach."""

SESSIONS_PER_REQUEST: Final = 4
"""How many loads of one request run at a time at most: no connection is opened for one load and closed after it."""

DAY_SECONDS: Final = 86_400

# ---- models ---------------------------------------------------------------------------------------------------------


class Base(DeclarativeBase):
    metadata = tables.metadata


class WorldModel(Base):
    __table__: ClassVar[Table] = tables.world
    name: Mapped[str]
    clock_base: Mapped[int]
    clock_real_base: Mapped[int]
    clock_rate: Mapped[int]
    history: Mapped[str | None]
    transaction_offset: Mapped[int]
    horizon_transaction_id: Mapped[int]
    horizon_position: Mapped[int]
    horizon_at: Mapped[int]
    seed: Mapped[int]
    persons: Mapped[int]
    fingerprint: Mapped[str]


class SigningKeyModel(Base):
    __table__: ClassVar[Table] = tables.signing_keys
    kid: Mapped[str]
    secret: Mapped[str]
    sandbox: Mapped[bool]
    created_at: Mapped[int]
    retired_at: Mapped[int | None]
    verifies_until: Mapped[int | None]


class PersonModel(Base):
    __table__: ClassVar[Table] = tables.persons
    id: Mapped[int]
    region_code: Mapped[str]
    name: Mapped[str]
    birth_date: Mapped[date]
    sex: Mapped[str]


class UnitModel(Base):
    __table__: ClassVar[Table] = tables.units
    id: Mapped[int]
    name: Mapped[str]


class EnrolmentModel(Base):
    __table__: ClassVar[Table] = tables.enrolments
    id: Mapped[int]
    person_id: Mapped[int]
    scheme: Mapped[str]
    region_code: Mapped[str]
    unit_id: Mapped[int | None]
    status: Mapped[str]
    started_on: Mapped[date]


class FamilyBindingModel(Base):
    __table__: ClassVar[Table] = tables.family_bindings
    id: Mapped[int]
    holder_id: Mapped[int]
    member_id: Mapped[int]
    relation: Mapped[str]
    status: Mapped[str]


class PersonalAccountModel(Base):
    __table__: ClassVar[Table] = tables.personal_accounts
    id: Mapped[int]
    person_id: Mapped[int]
    status: Mapped[str]
    balance_fen: Mapped[int]
    entry_count: Mapped[int]


class ResidentContributionModel(Base):
    __table__: ClassVar[Table] = tables.resident_contributions
    id: Mapped[int]
    person_id: Mapped[int]
    region_code: Mapped[str]
    coverage_year: Mapped[int]
    status: Mapped[str]
    amount_fen: Mapped[int]
    payer_id: Mapped[int]
    account_id: Mapped[int | None]
    paid_at: Mapped[int | None]
    paid_on: Mapped[date | None]
    coverage_from: Mapped[date | None]
    coverage_until: Mapped[date | None]
    record_visible_at: Mapped[int | None]


class AccountEntryModel(Base):
    __table__: ClassVar[Table] = tables.account_entries
    id: Mapped[int]
    amount_fen: Mapped[int]
    balance_fen: Mapped[int]


class EventModel(Base):
    __table__: ClassVar[Table] = tables.events


class AnswerModel(Base):
    __table__: ClassVar[Table] = tables.answers
    answer: Mapped[str]


# ---- who may see what -----------------------------------------------------------------------------------------------


def _circle(viewer: Viewer) -> Select[int]:
    return select(FamilyBindingModel.member_id).where(
        FamilyBindingModel.holder_id == viewer.person_id, FamilyBindingModel.status == "ACTIVE"
    )


def _of_circle_or_region(viewer: Viewer, person: Any, region: Any) -> ColumnElement[bool]:
    if viewer.role is Role.CITIZEN:
        return or_(person == viewer.person_id, person.in_(_circle(viewer)))
    return _in_region(viewer, region)


def _in_region(viewer: Viewer, region: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = region == viewer.region
    return found


def _shown_name(viewer: Viewer, person: PersonModel) -> str:
    own = viewer.role is Role.CITIZEN and person.id == viewer.person_id
    inside = viewer.role is Role.CLERK and person.region_code == viewer.region
    return person.name if own or inside else person.name[0] + "*" * (len(person.name) - 1)


# ---- loaders --------------------------------------------------------------------------------------------------------

_Sessions = async_sessionmaker[AsyncSession]
_Row = TypeVar("_Row")


class Context:
    """What one request has: who asks, where sessions come from, and its loaders."""

    def __init__(self, server: Server, viewer: Viewer) -> None:
        self.server = server
        self.viewer = viewer
        self.units: DataLoader[int, UnitModel | None] = DataLoader(self._units)
        self.persons: DataLoader[int, PersonModel | None] = DataLoader(self._persons)
        self.enrolments: DataLoader[int, list[EnrolmentModel]] = DataLoader(self._enrolments)
        self.bindings: DataLoader[int, list[FamilyBindingModel]] = DataLoader(self._bindings)
        self.contributions: DataLoader[int, list[ResidentContributionModel]] = DataLoader(self._contributions)

    async def _all(self, query: Select[_Row]) -> Sequence[_Row]:
        async with self.server.sessions() as session:
            return (await session.scalars(query)).all()

    async def _units(self, keys: list[int]) -> list[UnitModel | None]:
        found = {row.id: row for row in await self._all(select(UnitModel).where(UnitModel.id.in_(keys)))}
        return [found.get(key) for key in keys]

    async def _persons(self, keys: list[int]) -> list[PersonModel | None]:
        found = {row.id: row for row in await self._all(select(PersonModel).where(PersonModel.id.in_(keys)))}
        return [found.get(key) for key in keys]

    async def _enrolments(self, keys: list[int]) -> list[list[EnrolmentModel]]:
        rows = await self._all(
            select(EnrolmentModel)
            .where(
                EnrolmentModel.person_id.in_(keys),
                _of_circle_or_region(self.viewer, EnrolmentModel.person_id, EnrolmentModel.region_code),
            )
            .order_by(EnrolmentModel.id)
        )
        return _grouped(keys, rows, lambda row: row.person_id)

    async def _bindings(self, keys: list[int]) -> list[list[FamilyBindingModel]]:
        query = select(FamilyBindingModel).where(FamilyBindingModel.holder_id.in_(keys))
        if self.viewer.role is Role.CITIZEN:
            own = self.viewer.person_id
            query = query.where(or_(FamilyBindingModel.holder_id == own, FamilyBindingModel.member_id == own))
        return _grouped(keys, await self._all(query.order_by(FamilyBindingModel.id)), lambda row: row.holder_id)

    async def _contributions(self, keys: list[int]) -> list[list[ResidentContributionModel]]:
        row = ResidentContributionModel
        seen = _of_circle_or_region(self.viewer, row.person_id, row.region_code)
        if self.viewer.role is Role.CITIZEN:
            seen = or_(row.payer_id == self.viewer.person_id, seen)
        rows = await self._all(
            select(row).where(row.person_id.in_(keys), seen).order_by(row.coverage_year.desc(), row.id.desc())
        )
        return _grouped(keys, rows, lambda row: row.person_id)


def _grouped(keys: Sequence[int], rows: Sequence[_Row], owner: Callable[[_Row], int]) -> list[list[_Row]]:
    found: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        found[owner(row)].append(row)
    return [found[key] for key in keys]


# ---- types ----------------------------------------------------------------------------------------------------------

Info = strawberry.Info[Context, None]
_Node = TypeVar("_Node")


@strawberry.type
class Edge(Generic[_Node]):
    node: _Node


@strawberry.type
class Connection(Generic[_Node]):
    edges: list[Edge[_Node]]


def _connection(nodes: Iterator[_Node]) -> Connection[_Node]:
    return Connection(edges=[Edge(node=node) for node in nodes])


@strawberry.type
class Unit:
    id: strawberry.ID
    name: str

    @classmethod
    def of(cls, row: UnitModel) -> Unit:
        return cls(id=strawberry.ID(api_id(Prefix.UNIT, row.id)), name=row.name)


@strawberry.type
class Enrolment:
    scheme: Scheme
    status: EnrolmentStatus
    started_on: date
    unit_id: strawberry.Private[int | None]

    @strawberry.field
    async def unit(self, info: Info) -> Unit | None:
        if self.unit_id is None:
            return None
        found = await info.context.units.load(self.unit_id)
        return None if found is None else Unit.of(found)

    @classmethod
    def of(cls, row: EnrolmentModel) -> Enrolment:
        return cls(
            scheme=Scheme[row.scheme],
            status=EnrolmentStatus[row.status],
            started_on=row.started_on,
            unit_id=row.unit_id,
        )


@strawberry.type
class FamilyBinding:
    relation: Relation
    status: BindingStatus
    member_id: strawberry.Private[int]

    @strawberry.field
    async def member(self, info: Info) -> Person:
        found = await info.context.persons.load(self.member_id)
        assert found is not None, "a binding names a person"
        return Person.of(found, info.context.viewer)

    @classmethod
    def of(cls, row: FamilyBindingModel) -> FamilyBinding:
        return cls(relation=Relation[row.relation], status=BindingStatus[row.status], member_id=row.member_id)


@strawberry.type
class ResidentContribution:
    id: strawberry.ID
    coverage_year: int
    status: ContributionStatus
    amount: Fen
    paid_on: date | None

    @classmethod
    def of(cls, row: ResidentContributionModel) -> ResidentContribution:
        return cls(
            id=strawberry.ID(api_id(Prefix.RESIDENT_CONTRIBUTION, row.id)),
            coverage_year=row.coverage_year,
            status=ContributionStatus[row.status],
            amount=Fen(row.amount_fen),
            paid_on=row.paid_on,
        )


@strawberry.type
class Person:
    id: strawberry.ID
    name: str
    sex: Sex
    birth_date: date
    number: strawberry.Private[int]

    @strawberry.field
    async def enrolments(self, info: Info, first: int = 20) -> Connection[Enrolment]:
        rows = await info.context.enrolments.load(self.number)
        return _connection(Enrolment.of(row) for row in rows[:first])

    @strawberry.field
    async def family_bindings(self, info: Info, first: int = 20) -> Connection[FamilyBinding]:
        rows = await info.context.bindings.load(self.number)
        return _connection(FamilyBinding.of(row) for row in rows[:first])

    @strawberry.field
    async def resident_contributions(
        self, info: Info, order_by: list[ResidentContributionOrder], first: int = 20
    ) -> Connection[ResidentContribution]:
        if order_by != [ResidentContributionOrder.COVERAGE_YEAR_DESC]:
            raise ValueError("the latest come first")
        rows = await info.context.contributions.load(self.number)
        return _connection(ResidentContribution.of(row) for row in rows[:first])

    @classmethod
    def of(cls, row: PersonModel, viewer: Viewer) -> Person:
        return cls(
            id=strawberry.ID(api_id(Prefix.PERSON, row.id)),
            name=_shown_name(viewer, row),
            sex=Sex[row.sex],
            birth_date=row.birth_date,
            number=row.id,
        )


@strawberry.input
class RegionFilter:
    eq: RegionCode


@strawberry.input
class PersonWhere:
    region: RegionFilter


@strawberry.type
class Query:
    @strawberry.field
    async def person(self, info: Info, id: strawberry.ID) -> Person | None:
        number = parsed_api_id(id, Prefix.PERSON)
        viewer = info.context.viewer
        async with info.context.server.sessions() as session:
            row = await session.scalar(
                select(PersonModel).where(
                    PersonModel.id == number, _of_circle_or_region(viewer, PersonModel.id, PersonModel.region_code)
                )
            )
        return None if row is None else Person.of(row, viewer)

    @strawberry.field
    async def persons(self, info: Info, where: PersonWhere, first: int = 20) -> Connection[Person]:
        viewer = info.context.viewer
        async with info.context.server.sessions() as session:
            rows = await session.scalars(
                select(PersonModel)
                .where(
                    PersonModel.region_code == where.region.eq,
                    _of_circle_or_region(viewer, PersonModel.id, PersonModel.region_code),
                )
                .order_by(PersonModel.id)
                .limit(first)
            )
            return _connection(Person.of(row, viewer) for row in rows)


# ---- the payment ----------------------------------------------------------------------------------------------------


@strawberry.type
class AccountEntry:
    amount: Fen
    balance: Fen


@strawberry.type
class PersonalAccount:
    balance: Fen


@strawberry.type
class ResidentContributionPaid:
    contribution: ResidentContribution
    entry: AccountEntry
    account: PersonalAccount


@strawberry.type
class ContributionNotFound:
    message: str


PayResidentContributionResult = Annotated[
    ResidentContributionPaid | ContributionNotFound, strawberry.union("PayResidentContributionResult")
]


@strawberry.input
class PayResidentContributionInput:
    contribution_id: strawberry.ID
    idempotency_key: str


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def pay_resident_contribution(
        self, info: Info, input: PayResidentContributionInput
    ) -> PayResidentContributionResult:
        viewer, server = info.context.viewer, info.context.server
        number = parsed_api_id(input.contribution_id, Prefix.RESIDENT_CONTRIBUTION)
        async with server.writing() as session, session.begin():
            kept = await session.get(AnswerModel, (viewer.person_id, "payResidentContribution", input.idempotency_key))
            contribution = await session.get(ResidentContributionModel, number, with_for_update=True)
            if kept is not None or contribution is None or contribution.payer_id != viewer.person_id:
                return ContributionNotFound(message="no such contribution waits")
            account = await session.scalar(
                select(PersonalAccountModel).where(PersonalAccountModel.person_id == viewer.person_id).with_for_update()
            )
            amount = contribution.amount_fen
            if (
                contribution.status != "SUBMITTED"
                or account is None
                or account.status != "OPEN"
                or account.balance_fen < amount
            ):
                return ContributionNotFound(message="it cannot be paid")
            now = server.clock.now()
            today = business_date(now)
            account.balance_fen -= amount
            account.entry_count += 1
            contribution.status = "PAID"
            contribution.account_id = account.id
            contribution.paid_at = now
            contribution.paid_on = today
            contribution.coverage_from = date(contribution.coverage_year, 1, 1)
            contribution.coverage_until = date(contribution.coverage_year, 12, 31)
            contribution.record_visible_at = now + DAY_SECONDS
            entry = AccountEntryModel(
                id=server.new_id(contribution.id),
                account_id=account.id,
                position=account.entry_count,
                kind="PROXY_CONTRIBUTION",
                amount_fen=-amount,
                balance_fen=account.balance_fen,
                occurred_at=now,
                business_on=today,
                contribution_id=contribution.id,
            )
            payload = {"contribution_id": contribution.id, "entry_id": entry.id}
            session.add_all(
                [
                    entry,
                    EventModel(
                        transaction_id=server.transaction_id,
                        id=server.new_id(contribution.id),
                        type="RESIDENT_CONTRIBUTION_PAID",
                        version=1,
                        region_code=contribution.region_code,
                        occurred_at=now,
                        actor_id=viewer.person_id,
                        subject_id=contribution.person_id,
                        cause="",
                        payload=orjson.dumps(payload).decode() if server.kind is EngineKind.SQLITE else payload,
                    ),
                    AnswerModel(
                        actor_id=viewer.person_id,
                        mutation="payResidentContribution",
                        key=input.idempotency_key,
                        content_hash="",
                        answer=orjson.dumps(payload).decode(),
                        answered_at=now,
                    ),
                ]
            )
        return ResidentContributionPaid(
            contribution=ResidentContribution.of(contribution),
            entry=AccountEntry(amount=Fen(entry.amount_fen), balance=Fen(entry.balance_fen)),
            account=PersonalAccount(balance=Fen(account.balance_fen)),
        )


# ---- the server -----------------------------------------------------------------------------------------------------


class Server:
    """What requests share: engines, the world's clock and its tokens, read once."""

    def __init__(self, url: str, connections: int) -> None:
        parsed = make_url(url)
        self.kind = EngineKind(parsed.get_backend_name())
        self._numbers = count(FIRST_NUMBER)
        self._checked: tuple[WorldClock, Tokens] | None = None
        if self.kind is EngineKind.SQLITE:
            parsed = parsed.set(drivername="sqlite+aiosqlite")
            reading = create_async_engine(parsed, pool_size=SESSIONS_PER_REQUEST * connections)
            # A transaction that reads and then writes would find the file taken; writers take turns from the start.
            writing = create_async_engine(parsed, pool_size=1, max_overflow=0)
            _durable(reading)
            _durable(writing)
            _begin_immediate(writing)
            self.transaction_id: Any = 0
        else:
            parsed = parsed.set(drivername="postgresql+asyncpg")
            reading = writing = create_async_engine(parsed, pool_size=SESSIONS_PER_REQUEST * connections)
            self.transaction_id = cast(cast(func.pg_current_xact_id(), Text), BigInteger)
        self.sessions: _Sessions = async_sessionmaker(reading, expire_on_commit=False)
        self.writing: _Sessions = async_sessionmaker(writing, expire_on_commit=False)

    @property
    def clock(self) -> WorldClock:
        assert self._checked is not None
        return self._checked[0]

    async def viewer(self, authorization: str | None) -> Viewer:
        """Who asks; nobody, for a token that is not good."""
        if self._checked is None:
            async with self.sessions() as session:
                world = (await session.scalars(select(WorldModel))).one()
                keys = (await session.scalars(select(SigningKeyModel))).all()
            record = World(**{one.name: getattr(world, one.name) for one in fields(World)})
            self._checked = (
                WorldClock(record, machine_clock),
                Tokens(
                    world.name,
                    [SigningKey(**{one.name: getattr(key, one.name) for one in fields(SigningKey)}) for key in keys],
                    machine_clock,
                    sandbox=True,
                ),
            )
        viewer = self._checked[1].viewer(authorization)
        return ANONYMOUS if isinstance(viewer, Refused) else viewer

    def new_id(self, like: int) -> int:
        return like // 10**16 * 10**16 + next(self._numbers)


def _durable(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(driver: Any, _record: object) -> None:
        cursor = driver.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -65536"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin_immediate(engine: AsyncEngine) -> None:
    """As SQLAlchemy's documentation has it: the driver begins nothing by itself, a transaction takes the write lock."""

    @event.listens_for(engine.sync_engine, "connect")
    def connected(driver: Any, _record: object) -> None:
        driver.isolation_level = None

    @event.listens_for(engine.sync_engine, "begin")
    def began(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class StockGraphQL(GraphQL[Context, None]):
    """Strawberry's own ASGI application, with a context of loaders for each request."""

    def __init__(self, server: Server) -> None:
        super().__init__(build_schema(), graphql_ide=None)
        self._server = server

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return Context(self._server, await self._server.viewer(request.headers.get("authorization")))


def build_schema() -> strawberry.Schema:
    """The part of the contract that the cases ask for."""
    return strawberry.Schema(query=Query, mutation=Mutation, config=StrawberryConfig(scalar_map=SCALARS))


def stock_app(url: str, connections: int) -> Starlette:
    """The server over the world at a URL."""
    return Starlette(routes=[Route("/graphql", StockGraphQL(Server(url, connections)))])
