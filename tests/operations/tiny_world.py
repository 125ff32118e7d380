"""A world of a handful of people, made row by row, and outside parties that answer from dictionaries."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Column, insert, select

from domain.decisions.identity import check_character
from domain.operations.setting import IDS_PER_ORDER, Setting
from domain.policy import PolicyBook
from domain.ports import Identity, Outside, OutsideEmployment, OutsideEnrolment, PartyUnavailable
from domain.store import tables
from domain.store.engine import Connection, Database, Row
from domain.store.ids import BLOCK_NAME, BlockIds
from domain.store.statements import Statement
from domain.store.tables import metadata
from domain.vocabulary import (
    NUMBERS_PER_PROVINCE,
    SHANGHAI,
    AccountStatus,
    BindingStatus,
    ContributionStatus,
    EmployeeBillStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    EntryKind,
    Id,
    IdType,
    Instant,
    PaymentChannel,
    PaymentKind,
    PersonType,
    RegionCode,
    RegionLevel,
    Relation,
    Role,
    Scheme,
    Sex,
    SpecialGroup,
    UnitKind,
    UnitStatus,
    instant,
    province_of,
)
from simulator.chance import SimulatedChance
from simulator.channels import SimulatedChannels
from simulator.faces import SimulatedFaceCheck
from simulator.faults import StandingFaults
from simulator.network import SimulatedNetwork
from simulator.webhook_targets import SimulatedWebhookTargets
from tests.faulty import write_behaviour

ANSHUN = RegionCode("520402")
SIMULATED = RegionCode("840101")

BOOK = PolicyBook.load()

_Order = TypeVar("_Order")
_Answer = TypeVar("_Answer")

SEED = 7
IN_WINDOW = instant(datetime(2024, 12, 20, 10, tzinfo=SHANGHAI))
AFTER_WINDOW = instant(datetime(2025, 3, 1, 0, tzinfo=SHANGHAI))


@dataclass
class Registry:
    """A population register that knows whom it was told of, or is silent."""

    known: dict[tuple[IdType, str], Identity] = field(default_factory=dict)
    kin: dict[tuple[str, str], Relation] = field(default_factory=dict)
    silent: bool = False

    async def identities(
        self, connection: Connection, documents: Sequence[tuple[IdType, str]], *, now: Instant
    ) -> dict[tuple[IdType, str], Identity]:
        if self.silent:
            raise PartyUnavailable("population register")
        return {document: self.known[document] for document in documents if document in self.known}

    async def kinships(
        self, connection: Connection, pairs: Sequence[tuple[str, str]], *, now: Instant
    ) -> dict[tuple[str, str], Relation]:
        return {pair: self.kin[pair] for pair in pairs if pair in self.kin}


@dataclass
class Provinces:
    """A national query that knows whom it was told of, or is silent. Counts how often it is asked."""

    known: dict[str, OutsideEnrolment] = field(default_factory=dict)
    silent: bool = False
    asked: int = 0

    async def active_enrolments(
        self, connection: Connection, id_numbers: Sequence[str], now: Instant
    ) -> dict[str, OutsideEnrolment]:
        self.asked += 1
        if self.silent:
            raise PartyUnavailable("national enrolment query")
        return {number: self.known[number] for number in id_numbers if number in self.known}

    async def suspend(self, connection: Connection, enrolment: OutsideEnrolment, *, now: Instant) -> None:
        self.known[enrolment.id_number] = enrolment

    async def employments(
        self, connection: Connection, asked: Sequence[tuple[str, RegionCode]], *, now: Instant, seed: int
    ) -> dict[tuple[str, RegionCode], OutsideEmployment]:
        raise PartyUnavailable("national enrolment query")


@dataclass(frozen=True)
class Somebody:
    """A person as a test needs them."""

    id: Id
    name: str
    id_number: str
    birth_date: date
    sex: Sex


class TinyWorld:
    """Rows to be written, in the order of the tables, and what the outside parties know of them."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.provinces = Provinces()
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in metadata.tables}
        self._numbers = 0
        for code in (ANSHUN, SIMULATED, "840301"):
            self._add(
                "regions",
                code=code,
                name=code,
                name_en=code,
                level=RegionLevel.COUNTY.name,
                parent_code=None,
                synthetic=True,
            )

    def _add(self, table: str, **values: Any) -> None:
        self._rows[table].append(values)

    def _id(self, region: str) -> Id:
        self._numbers += 1
        return Id(province_of(RegionCode(region)) * NUMBERS_PER_PROVINCE + self._numbers)

    def person(
        self,
        name: str = "王秀英",
        *,
        region: RegionCode = ANSHUN,
        birth_date: date = date(1960, 5, 1),
        sex: Sex = Sex.FEMALE,
        group: SpecialGroup | None = None,
        died_on: date | None = None,
    ) -> Somebody:
        known = self.newcomer(name, region=region, birth_date=birth_date, sex=sex, died_on=died_on)
        person_id, number = known.id, known.id_number
        self._add(
            "persons",
            id=person_id,
            region_code=region,
            household_id=person_id,
            name=name,
            id_type=IdType.RESIDENT_ID_CARD.name,
            id_number=number,
            birth_date=birth_date,
            sex=sex.name,
            phone=None,
            special_group=None if group is None else group.name,
            died_on=died_on,
        )
        return known

    def newcomer(
        self,
        name: str = "王秀英",
        *,
        region: RegionCode = ANSHUN,
        birth_date: date = date(1960, 5, 1),
        sex: Sex = Sex.FEMALE,
        died_on: date | None = None,
    ) -> Somebody:
        """Somebody whom the register knows and the platform does not: the id is nobody's yet."""
        person_id = self._id(region)
        body = f"270101{birth_date:%Y%m%d}{self._numbers % 1000:03d}"
        number = body + check_character(body)
        self.registry.known[IdType.RESIDENT_ID_CARD, number] = Identity(
            IdType.RESIDENT_ID_CARD, number, name, sex, birth_date, died_on
        )
        return Somebody(person_id, name, number, birth_date, sex)

    def enrolment(
        self,
        person: Somebody,
        scheme: Scheme = Scheme.RESIDENT,
        *,
        region: RegionCode = ANSHUN,
        status: EnrolmentStatus = EnrolmentStatus.ACTIVE,
        started_on: date = date(2010, 1, 1),
        ended_on: date | None = None,
        unit_id: Id | None = None,
    ) -> Id:
        enrolment_id = self._id(region)
        self._add(
            "enrolments",
            id=enrolment_id,
            person_id=person.id,
            scheme=scheme.name,
            person_type=PersonType.RESIDENT_ADULT.name,
            region_code=region,
            unit_id=unit_id,
            status=status.name,
            started_on=started_on,
            ended_on=ended_on,
            months_carried=0,
        )
        return enrolment_id

    def unit(
        self,
        kind: UnitKind = UnitKind.VILLAGE,
        status: UnitStatus = UnitStatus.ACTIVE,
        *,
        region: RegionCode = ANSHUN,
    ) -> tuple[Id, Somebody]:
        """A unit, and its officer."""
        unit_id, officer = self._id(region), self.person("李娜", region=region, birth_date=date(1980, 2, 3))
        self._add(
            "units",
            id=unit_id,
            region_code=region,
            name="模拟村",
            kind=kind.name,
            credit_code=str(unit_id),
            status=status.name,
            registered_on=date(2010, 1, 1),
        )
        self._add(
            "personas",
            id=self._id(region),
            name=f"officer-{unit_id}",
            role=Role.UNIT_OFFICER.name,
            person_id=officer.id,
            region_code=region,
            description_zh="经办人员",
            description_en="officer",
            unit_id=unit_id,
        )
        return unit_id, officer

    def member(
        self,
        unit_id: Id,
        *,
        region: RegionCode = ANSHUN,
        group: SpecialGroup | None = None,
        died_on: date | None = None,
    ) -> Somebody:
        """Somebody whom the unit enrols as a resident, insured in the year before."""
        birth_date = date(1960, 5, 1) + timedelta(days=self._numbers)
        member = self.person(region=region, birth_date=birth_date, group=group, died_on=died_on)
        enrolment = self.enrolment(member, region=region, unit_id=unit_id)
        self.contribution(member, member, enrolment, year=2024, status=ContributionStatus.PAID, region=region)
        return member

    def account(
        self,
        person: Somebody,
        balance: int,
        *,
        region: RegionCode = ANSHUN,
        status: AccountStatus = AccountStatus.OPEN,
    ) -> Id:
        account_id = self._id(region)
        self._add(
            "personal_accounts",
            id=account_id,
            person_id=person.id,
            region_code=region,
            status=status.name,
            balance_fen=balance,
            entry_count=1,
            opened_on=date(2015, 1, 1),
        )
        self._add(
            "account_entries",
            id=self._id(region),
            account_id=account_id,
            position=1,
            kind=EntryKind.OPENING.name,
            amount_fen=balance,
            balance_fen=balance,
            occurred_at=0,
            business_on=date(2024, 1, 1),
            contribution_id=None,
        )
        return account_id

    def kin(self, one: Somebody, other: Somebody, other_is: Relation = Relation.PARENT) -> None:
        """The register records what the other is to the one."""
        self.registry.kin[one.id_number, other.id_number] = other_is

    def binding(
        self,
        holder: Somebody,
        member: Somebody,
        relation: Relation = Relation.PARENT,
        status: BindingStatus = BindingStatus.ACTIVE,
    ) -> Id:
        binding_id = self._id(ANSHUN)
        self._add(
            "family_bindings",
            id=binding_id,
            holder_id=holder.id,
            member_id=member.id,
            relation=relation.name,
            status=status.name,
            pledged_at=0,
            bound_at=0,
            ended_at=None if status is BindingStatus.ACTIVE else 1,
        )
        return binding_id

    def contribution(
        self,
        person: Somebody,
        payer: Somebody,
        enrolment_id: Id,
        *,
        year: int = 2025,
        status: ContributionStatus = ContributionStatus.SUBMITTED,
        amount: int = 40_000,
        region: RegionCode = ANSHUN,
        channel: PaymentChannel = PaymentChannel.PERSONAL_ACCOUNT,
    ) -> Id:
        contribution_id = self._id(region)
        paid = status is not ContributionStatus.SUBMITTED
        self._add(
            "resident_contributions",
            id=contribution_id,
            person_id=person.id,
            enrolment_id=enrolment_id,
            region_code=region,
            coverage_year=year,
            status=status.name,
            channel=channel.name,
            kind=PaymentKind.ORDINARY.name,
            amount_fen=amount,
            payer_id=payer.id,
            account_id=None,
            submitted_at=0,
            paid_at=1 if paid else None,
            paid_on=date(year - 1, 11, 5) if paid else None,
            subsidy_fen=0,
            grade=1,
            repair_years=0,
            repair_fen=0,
        )
        return contribution_id

    def bill(
        self,
        people: Sequence[Somebody],
        unit_id: Id | None = None,
        *,
        month: int = 202411,
        due_on: date = date(2024, 12, 15),
        region: RegionCode = ANSHUN,
    ) -> Id:
        """A bill of the employee scheme that is due: 1,000.00 for each, of which 250.00 go to their account.

        It is the unit's, or else that of the one person on it.
        """
        bill_id = self._id(region)
        owing = None if unit_id is not None else people[0].id
        shares = {"unit_fen": 70_000, "personal_fen": 25_000, "maternity_fen": 5_000}
        common = {"region_code": region, "kind": EmployeeContributionKind.REGULAR.name, "month": month, "months": 1}
        self._add(
            "employee_bills",
            id=bill_id,
            unit_id=unit_id,
            person_id=owing,
            persons=len(people),
            status=EmployeeBillStatus.DUE.name,
            late_fee_fen=0,
            declared_at=0,
            declared_by=people[0].id,
            due_on=due_on,
            **common,
            **{name: fen * len(people) for name, fen in shares.items()},
        )
        for person in people:
            self._add(
                "employee_contributions",
                id=self._id(region),
                bill_id=bill_id,
                person_id=person.id,
                enrolment_id=self.enrolment(person, Scheme.EMPLOYEE, region=region, unit_id=unit_id),
                wage_fen=1_000_000,
                base_fen=1_000_000,
                credit_fen=25_000,
                **common,
                **shares,
            )
        return bill_id

    def family(self, *, balance: int = 500_000) -> tuple[Somebody, Somebody]:
        """An employee with an account and a bound mother, insured as a resident in the year before."""
        payer, mother, _ = self.insured_family(balance=balance)
        return payer, mother

    def insured_family(self, *, balance: int = 500_000) -> tuple[Somebody, Somebody, Id]:
        """The same family, and the mother's enrolment."""
        payer = self.person("张伟", birth_date=date(1988, 6, 6), sex=Sex.MALE)
        self.enrolment(payer, Scheme.EMPLOYEE)
        self.account(payer, balance)
        return payer, *self.relative(payer)

    def relative(self, payer: Somebody, relation: Relation = Relation.PARENT) -> tuple[Somebody, Id]:
        """One more family member of the payer, bound and insured in the year before, and their enrolment."""
        member = self.person()
        enrolment = self.enrolment(member)
        self.contribution(member, member, enrolment, year=2024, status=ContributionStatus.PAID)
        self.binding(payer, member, relation)
        return member, enrolment

    async def write(self, database: Database) -> None:
        """The rows stand in the database."""
        async with database.write() as connection:
            for table in metadata.sorted_tables:
                rows = [{column.name: row.get(column.name) for column in table.c} for row in self._rows[table.name]]
                if rows:
                    await connection.execute_many(Statement(insert(table).inline()), rows)
            first = {"name": BLOCK_NAME, "next_number": 1_000_000}
            await connection.execute(Statement(insert(tables.id_blocks).inline()), first)


class Counter:
    """One server process at the world: its own connections and its own ids."""

    def __init__(self, world: TinyWorld, database: Database) -> None:
        self.world = world
        self.database = database
        self.ids = BlockIds(database)
        self._secrets = count(1)
        self.faults = StandingFaults()

    async def channel(self, channel: PaymentChannel, **behaves: Any) -> None:
        """The channel behaves so from now on, and calmly in everything that is not said."""
        async with self.database.write() as connection:
            await write_behaviour(connection, channel, **behaves)
            await self.faults.read(connection, SEED)

    def setting(self, now: Instant = IN_WINDOW) -> Setting:
        parties = Outside(
            self.world.registry,
            self.world.provinces,
            SimulatedChance(),
            SimulatedChannels(self.faults),
            SimulatedFaceCheck(self.faults),
            SimulatedNetwork(),
            SimulatedWebhookTargets(self.faults),
            self.faults,
        )
        return Setting(BOOK, parties, now, self.ids, SEED, lambda: f"secret-{next(self._secrets)}")

    async def run(
        self,
        operation: Callable[[Connection, Sequence[_Order], Setting], Awaitable[list[_Answer]]],
        *orders: _Order,
        now: Instant = IN_WINDOW,
    ) -> list[_Answer]:
        """The answers to one batch, in a transaction of its own."""
        await self.ids.reserve(IDS_PER_ORDER * len(orders))
        async with self.database.write() as connection:
            return await operation(connection, orders, self.setting(now))

    async def rows(self, *columns: Column[Any]) -> list[Row]:
        """Those columns of all rows of one table, in order."""
        async with self.database.read() as connection:
            return await connection.fetch_all(Statement(select(*columns).order_by(*columns)), {})

    async def everything(self) -> dict[str, list[Row]]:
        """Every row of every table but the id blocks."""
        return {
            name: await self.rows(*table.c) for name, table in metadata.tables.items() if table is not tables.id_blocks
        }

    async def assert_books_balance(self) -> None:
        """Every account is the sum of its entries, never below zero, and its entries are numbered without a gap."""
        entries: dict[int, list[tuple[int, int, int]]] = {}
        found = tables.account_entries.c
        for account_id, position, amount, balance in await self.rows(
            found.account_id, found.position, found.amount_fen, found.balance_fen
        ):
            entries.setdefault(account_id, []).append((position, amount, balance))
        kept = tables.personal_accounts.c
        for account_id, balance, posted in await self.rows(kept.id, kept.balance_fen, kept.entry_count):
            running = 0
            for place, (position, amount, after) in enumerate(entries[account_id], start=1):
                running += amount
                assert (position, after) == (place, running)
                assert running >= 0
            assert (balance, posted) == (running, len(entries[account_id]))
