"""Who files in a walk of every matter: people, units and institutions of the walk's own (申请人、单位、医药机构)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from domain.vocabulary import (
    NATION,
    NUMBERS_PER_PROVINCE,
    ApplicantKind,
    EnrolmentStatus,
    Id,
    InstitutionKind,
    PersonType,
    Prefix,
    RegionCode,
    Role,
    Scheme,
    Sex,
    UnitKind,
    Viewer,
    api_id,
)
from simulator.draws import Draws
from simulator.factories import PersonFactory, SimulatedPerson, UnitFactory
from simulator.identity import IdentityNumbers
from tests.resolvers.opened import OpenedWorld

PLACE: Final = RegionCode("840102")
SINCE: Final = date(2015, 3, 1)
_MOST: Final = 10_000
"""How many ids are kept for them."""
_TYPES: Final = {
    ApplicantKind.EMPLOYEE: PersonType.EMPLOYED,
    ApplicantKind.FLEXIBLE_WORKER: PersonType.FLEXIBLE,
    ApplicantKind.RETIREE: PersonType.RETIRED,
}


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the world, who asks under `name`."""

    number: int
    name: str
    document: SimulatedPerson

    @property
    def id(self) -> str:
        return api_id(Prefix.PERSON, Id(self.number))


@dataclass(slots=True)
class Filers:
    """Makes them, one after the other; each has an id and documents that nobody else has."""

    world: OpenedWorld
    unit_id: int
    village_id: int
    _ids: Iterator[int]
    _draws: Draws = field(default_factory=lambda: Draws(5, "filers"))
    _numbers: IdentityNumbers = field(init=False)
    _waiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = IdentityNumbers(PLACE, self._draws)

    @staticmethod
    async def of(world: OpenedWorld) -> Filers:
        """Those of a world, which was made with all of them: none of their numbers is given to anything else."""
        [(first,)] = await world.rows("SELECT next_number FROM id_blocks")
        await world.change(
            f"UPDATE world SET first_number = {first + _MOST}; UPDATE id_blocks SET next_number = {first + _MOST}"
        )
        where = f"FROM units WHERE region_code = '{PLACE}' AND kind ="
        [(unit,)] = await world.rows(f"SELECT min(id) {where} 'ENTERPRISE'")
        [(village,)] = await world.rows(f"SELECT min(id) {where} 'VILLAGE'")
        first += int(PLACE[:2]) * NUMBERS_PER_PROVINCE
        return Filers(world, unit, village, iter(range(first, first + _MOST)))

    def new_id(self) -> int:
        return next(self._ids)

    def write(self, *statements: str) -> None:
        """What stands in the world besides, once they are."""
        self._waiting += statements

    async def written(self) -> None:
        """Whoever was made since this was last called is in the world."""
        if self._waiting:
            await self.world.change(";".join(self._waiting))
            self._waiting.clear()

    def text(self) -> str:
        """What nothing else is called, for an invoice."""
        return f"N-{self.new_id()}"

    def person(
        self,
        *,
        sex: Sex = Sex.FEMALE,
        born: date = date(1990, 6, 1),
        verified: bool = True,
        certificate: bool = False,
        died: date | None = None,
    ) -> Somebody:
        """Somebody who lives here and is insured nowhere. `verified` has signed in by a face."""
        number = self.new_id()
        document = PersonFactory.build(
            draws=self._draws,
            region=PLACE,
            sex=sex,
            birth_date=born,
            id_number=self._numbers.new(born.toordinal(), sex),
        )
        end = "NULL" if died is None else f"'{died}'"
        said = f"'{document.name}', '{sex.name}', '{born}', {end}"
        self.write(
            "INSERT INTO persons (id, region_code, household_id, id_type, id_number, name, sex, birth_date, died_on,"
            f" phone, e_certificate_at, real_name_verified_at) VALUES ({number}, '{PLACE}', {number},"
            f" 'RESIDENT_ID_CARD', '{document.id_number}', {said}, '{document.phone}',"
            f" {1_700_000_000 if certificate else 'NULL'}, {1_700_000_000 if verified else 'NULL'});"
            "INSERT INTO registry_identities (id_type, id_number, name, sex, birth_date, died_on)"
            f" VALUES ('RESIDENT_ID_CARD', '{document.id_number}', {said})"
        )
        name = f"filer-{number}"
        somebody = Somebody(number, name, document)
        self.world.let_ask(name, somebody.id)
        return somebody

    def insured(
        self,
        person: Somebody,
        kind: ApplicantKind,
        *,
        status: EnrolmentStatus = EnrolmentStatus.ACTIVE,
        unit: int | None = None,
        since: date = SINCE,
    ) -> str:
        """The id of the enrolment by which a person is an applicant of that kind."""
        rows: list[tuple[Scheme, PersonType, int | None]]
        if kind in (ApplicantKind.RESIDENT, ApplicantKind.ASSISTED_PERSON):
            rows = [(Scheme.RESIDENT, PersonType.RESIDENT_ADULT, self.village_id)]
        else:
            type_ = _TYPES.get(kind, PersonType.EMPLOYED)
            by = None if type_ is PersonType.FLEXIBLE else unit or self.unit_id
            rows = [(Scheme.EMPLOYEE, type_, by)]
            if kind in (ApplicantKind.MATERNITY_INSURED, ApplicantKind.UNIT):
                rows.append((Scheme.MATERNITY, type_, by))
        stays = status is EnrolmentStatus.ACTIVE or (
            status is EnrolmentStatus.SUSPENDED and rows[0][0] is Scheme.RESIDENT
        )
        ended = "NULL" if stays else "'2024-12-01'"
        ids = [self.new_id() for _ in rows]
        self.write(
            "INSERT INTO enrolments (id, person_id, scheme, person_type, region_code, unit_id, status, started_on,"
            " ended_on) VALUES "
            + ", ".join(
                f"({number}, {person.number}, '{scheme.name}', '{type_.name}', '{PLACE}', {by or 'NULL'},"
                f" '{status.name}', '{since}', {ended})"
                for number, (scheme, type_, by) in zip(ids, rows, strict=True)
            )
        )
        if rows[0][0] is Scheme.RESIDENT:
            self._covered(person, ids[0])
        return api_id(Prefix.ENROLMENT, Id(ids[0]))

    def _covered(self, person: Somebody, enrolment: int) -> None:
        """The resident's contribution for 2024 was paid in the season before."""
        number = self.new_id()
        self.write(
            "INSERT INTO resident_contributions (id, person_id, enrolment_id, region_code, coverage_year, status,"
            " channel, kind, amount_fen, payer_id, submitted_at, paid_at, paid_on, coverage_from, coverage_until,"
            " record_visible_at, finished_at, subsidy_fen, grade, repair_years, repair_fen)"
            f" VALUES ({number}, {person.number}, {enrolment}, '{PLACE}', 2024, 'PAID', 'TAX_SYSTEM',"
            f" 'ORDINARY', 38000, {person.number}, 1700360347, 1700360416, '2023-11-19', '2024-01-01', '2024-12-31',"
            " 1700360416, NULL, 0, 1, 0, 0)",
            "INSERT INTO receipts (id, contribution_id, number, issued_at, kind)"
            f" VALUES ({self.new_id()}, {number}, 'filer-{number}', 1700360416, 'PAYMENT_SLIP')",
        )

    def account(self, person: Somebody, fen: int, *, frozen: bool = False) -> None:
        """The person has an account, which so much has come into today."""
        number, status = self.new_id(), "FROZEN" if frozen else "OPEN"
        self.write(
            "INSERT INTO personal_accounts (id, person_id, region_code, status, balance_fen, entry_count, opened_on)"
            f" VALUES ({number}, {person.number}, '{PLACE}', '{status}', {fen}, 1, '{SINCE}');"
            "INSERT INTO account_entries (id, account_id, position, kind, amount_fen, balance_fen, occurred_at,"
            f" business_on) VALUES ({self.new_id()}, {number}, 1, 'OPENING', {fen}, {fen}, 1734310800, '2024-12-16')"
        )

    def unit(self, kind: UnitKind = UnitKind.ENTERPRISE) -> tuple[str, str]:
        """The id of a unit, and the name under which its officer asks."""
        number, officer = self.new_id(), self.person()
        made = UnitFactory.build(draws=self._draws, region=PLACE, kind=kind, number=number % 10**8, place="抱浦区")
        persona, name = self.new_id(), f"officer-{number}"
        self.write(
            "INSERT INTO units (id, region_code, name, kind, credit_code, status, registered_on)"
            f" VALUES ({number}, '{PLACE}', '{made.name}{number % 10**8}', '{made.kind.name}', '{made.credit_code}',"
            f" 'ACTIVE', '{SINCE}');"
            "INSERT INTO personas (id, name, role, person_id, region_code, unit_id, description_zh, description_en)"
            f" VALUES ({persona}, '{name}', 'UNIT_OFFICER', {officer.number}, '{PLACE}', {number}, '', '')"
        )
        self.world._viewers[name] = Viewer(
            Role.UNIT_OFFICER, Id(officer.number), NATION, name, persona_id=Id(persona), unit_id=Id(number)
        )
        return api_id(Prefix.UNIT, Id(number)), name

    def institution(
        self, kind: InstitutionKind, *, until: str | None = None, suspended: bool = False
    ) -> tuple[str, str]:
        """The id of an institution and the name under which its staff asks. Its agreement ends with `until`."""
        number = self.new_id()
        end = f"'{until}'" if until else "NULL"
        since = f"'{date.fromisoformat(until) + timedelta(days=1)}'" if until and suspended else "NULL"
        name = f"institution-{number}"
        self.write(
            "INSERT INTO institutions (id, region_code, name, name_en, kind, tier, designated_from, designated_until,"
            f" suspended_on) VALUES ({number}, '{PLACE}', '模拟机构{number % 10**8}', 'Simulated {number % 10**8}',"
            f" '{kind.name}', 'LEVEL_1', '2020-01-01', {end}, {since})"
        )
        self.world._viewers[name] = Viewer(Role.HOSPITAL, Id(0), NATION, name, institution_id=Id(number))
        return api_id(Prefix.INSTITUTION, Id(number)), name
