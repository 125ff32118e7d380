import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.store.engine import Database, open_database
from domain.vocabulary import Relation, Role
from simulator.personas import SPARES, PersonaGuide, persona_guide
from simulator.worlds import FEWEST_PERSONS, create_world
from tests.databases import sqlite_url
from tests.simulator.conftest import unheard

HEROES = ["employee", *(f"employee-{number + 2}" for number in range(SPARES))]
CITIZENS = [
    "poor-employee", "frozen-employee", "suining-employee", "xuancheng-parent", "chuzhou-resident", "mianyang-employee",
    "synthetic-employee", "late-payer", "mother-already-paid", "sibling-paid", "mother-not-enrolled",
    "mother-employed-elsewhere", "mother-special-group", "rare-name", "uncle", "newborn-parent", "mother-deceased",
    "no-account", "already-bound", "retired-payer", "mother-gap", "already-paid",
    "mother-just-registered", "moved-worker",
    "two-grades", "repairable-gap", "mother-assisted", "mother-borne-whole", "xuancheng-freshman", "freshman-father",
    "xuancheng-freshman-outside", "chuzhou-newcomer",
]  # fmt: skip
ALONE = [
    "flexible-worker", "nearly-retired", "retired-inpatient", "employee-inpatient", "resident-inpatient",
    "waiting-patient", "chronic-patient", "treated-twice", "paid-late-patient", "filer",
]  # fmt: skip
"""Whose situation is about nobody but themselves."""
OFFICERS = {"officer-employer": 6, "officer-school": 4, "officer-village": 5}
HOSPITALS = {"hospital-anshun": "520400", "hospital-synthetic": "840100", "pharmacy-synthetic": "840100"}
"""Who acts for a hospital or pharmacy, and the city where that is."""
STAFF = {
    "clerk-xixiu": "520402",
    "clerk-anshun": "520400",
    "clerk-synthetic": "840000",
    "operator": "000000",
    "auditor": "000000",
}


class Cast:
    """The personas of a world, and its rows."""

    def __init__(self, guide: dict[str, PersonaGuide], rows: sqlite3.Connection) -> None:
        self.guide = guide
        self.rows = rows

    def one(self, sql: str, *values: object) -> Any:
        row = self.rows.execute(sql, values).fetchone()
        return None if row is None else row[0] if len(row) == 1 else row

    def relative(self, name: str) -> int:
        relative = self.guide[name].relative
        assert relative is not None
        return relative.person_id

    def account(self, name: str) -> Any:
        return self.one(
            "SELECT status, balance_fen FROM personal_accounts WHERE person_id = ?", self.guide[name].person_id
        )

    def resident(self, name: str) -> Any:
        """Person type and region of the relative's active resident enrolment."""
        return self.one(
            "SELECT person_type, region_code FROM enrolments WHERE person_id = ? AND scheme = 'RESIDENT'"
            " AND status = 'ACTIVE'",
            self.relative(name),
        )

    def paid(self, name: str) -> list[int]:
        rows = self.rows.execute(
            "SELECT coverage_year FROM resident_contributions WHERE person_id = ? ORDER BY 1", (self.relative(name),)
        )
        return [year for (year,) in rows]

    def bound(self, name: str) -> bool:
        found = self.one(
            "SELECT count(*) FROM family_bindings WHERE holder_id = ? AND member_id = ? AND status = 'ACTIVE'",
            self.guide[name].person_id,
            self.relative(name),
        )
        return bool(found)


async def _guide(database: Database) -> dict[str, PersonaGuide]:
    try:
        return await persona_guide(database)
    finally:
        await database.close()


@pytest.fixture(scope="module", params=[7, 123456789])
def cast(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The personas of the smallest world, for two seeds."""
    path: Path = tmp_path_factory.mktemp("personas") / "world.sqlite3"
    asyncio.run(create_world(sqlite_url(path), name="w", seed=request.param, persons=FEWEST_PERSONS, progress=unheard))
    guide = asyncio.run(_read(path))
    rows = sqlite3.connect(path)
    yield Cast(guide, rows)
    rows.close()


async def _read(path: Path) -> dict[str, PersonaGuide]:
    return await _guide(open_database(sqlite_url(path)))


def test_everybody_is_there_and_the_first_is_the_employee(cast: Cast) -> None:
    assert set(cast.guide) == {*HEROES, *CITIZENS, *ALONE, *OFFICERS, *STAFF, *HOSPITALS}
    assert cast.one("SELECT name FROM personas ORDER BY id LIMIT 1") == "employee"


def test_who_acts_for_a_hospital_or_pharmacy_acts_for_one_of_that_city_that_is_designated(cast: Cast) -> None:
    for name, city in HOSPITALS.items():
        assert (cast.guide[name].role, cast.guide[name].person_id) == (Role.HOSPITAL, 0)
        found = (
            "SELECT count(*) FROM institutions JOIN personas ON personas.institution_id = institutions.id"
            " WHERE personas.name = ? AND designated_until IS NULL AND substr(institutions.region_code, 1, 4) = ?"
        )
        assert cast.one(found, name, city[:4]) == 1


def test_an_officer_acts_for_a_unit_with_members(cast: Cast) -> None:
    for name, members in OFFICERS.items():
        persona = cast.guide[name]
        assert persona.role is Role.UNIT_OFFICER
        assert persona.person_id
        assert (
            cast.one(
                "SELECT count(*) FROM enrolments JOIN personas ON personas.unit_id = enrolments.unit_id"
                " WHERE personas.name = ? AND enrolments.status = 'ACTIVE' AND enrolments.scheme <> 'MATERNITY'",
                name,
            )
            == members
        )


def test_descriptions_carry_the_relatives_documents_in_both_languages(cast: Cast) -> None:
    for name, persona in cast.guide.items():
        zh, en = cast.one("SELECT description_zh, description_en FROM personas WHERE name = ?", name)
        assert zh
        assert en
        if persona.role is Role.CITIZEN and name not in ALONE:
            relative = persona.relative
            assert relative is not None
            for text in (zh, en):
                assert relative.name in text
                assert relative.id_number in text
                assert relative.birth_date.isoformat() in text
                assert relative.relation.name in text


@pytest.mark.parametrize("name", HEROES)
def test_the_employee_can_bind_and_pay_for_his_mother(cast: Cast, name: str) -> None:
    persona = cast.guide[name]
    assert persona.region.startswith("5204")
    assert persona.relative is not None
    assert persona.relative.relation is Relation.PARENT
    status, balance = cast.account(name)
    assert status == "OPEN"
    assert balance >= 150_000
    assert cast.resident(name) == ("RESIDENT_SENIOR", persona.region)
    assert cast.paid(name) == [2022, 2023, 2024]
    assert not cast.bound(name)
    group, died = cast.one("SELECT special_group, died_on FROM persons WHERE id = ?", persona.relative.person_id)
    assert (group, died) == (None, None)
    assert cast.one("SELECT name FROM registry_identities WHERE id_number = ?", persona.relative.id_number) == (
        persona.relative.name
    )
    assert cast.one("SELECT count(*) FROM outside_enrolments WHERE id_number = ?", persona.relative.id_number) == 0


def test_the_employee_is_insured_in_xixiu(cast: Cast) -> None:
    assert cast.guide["employee"].region == "520402"


def test_accounts_are_as_described(cast: Cast) -> None:
    assert cast.account("poor-employee") == ("OPEN", 14_920)
    assert cast.account("frozen-employee") == ("FROZEN", 268_000)
    assert cast.account("retired-payer") == ("OPEN", 198_000)
    assert cast.account("already-paid") == ("OPEN", 268_000)
    assert cast.account("no-account") is None
    assert cast.account("chuzhou-resident") is None


def test_places_are_as_described(cast: Cast) -> None:
    for name, payer, relative in (
        ("suining-employee", "510903", "510921"),
        ("mianyang-employee", "510703", "510704"),
        ("synthetic-employee", "840102", "840102"),
        ("xuancheng-parent", "341802", "341802"),
        ("mother-special-group", "341102", "341102"),
        ("retired-payer", "520403", "520403"),
    ):
        assert cast.guide[name].region == payer
        assert cast.resident(name)[1] == relative


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("late-payer", [2022, 2024]),
        ("mother-already-paid", [2022, 2023, 2024, 2025]),
        ("sibling-paid", [2022, 2023, 2024, 2025]),
        ("mother-not-enrolled", []),
        ("mother-just-registered", []),
        ("mother-employed-elsewhere", [2022, 2023, 2024]),
        ("newborn-parent", []),
        ("xuancheng-parent", [2023, 2024]),
        ("uncle", [2022, 2023, 2024]),
        ("already-bound", [2022, 2023, 2024]),
        ("mother-gap", [2022]),
        ("already-paid", [2022, 2023, 2024, 2025]),
    ],
)
def test_years_paid_are_as_described(cast: Cast, name: str, years: list[int]) -> None:
    assert cast.paid(name) == years


def test_who_paid_for_2025_is_as_described(cast: Cast) -> None:
    sql = "SELECT payer_id, channel FROM resident_contributions WHERE person_id = ? AND coverage_year = 2025"
    mother = cast.relative("mother-already-paid")
    assert cast.one(sql, mother) == (mother, "TAX_SYSTEM")
    payer, channel = cast.one(sql, cast.relative("sibling-paid"))
    assert channel == "PERSONAL_ACCOUNT"
    assert payer not in (cast.relative("sibling-paid"), cast.guide["sibling-paid"].person_id)


def test_what_stands_in_the_way_is_as_described(cast: Cast) -> None:
    assert cast.resident("mother-not-enrolled") is None
    elsewhere = cast.guide["mother-employed-elsewhere"].relative
    rare = cast.guide["rare-name"].relative
    uncle = cast.guide["uncle"].relative
    assert elsewhere is not None
    assert rare is not None
    assert uncle is not None
    assert cast.one(
        "SELECT region_code, scheme, active_until FROM outside_enrolments WHERE id_number = ?", elsewhere.id_number
    ) == ("440300", "EMPLOYEE", None)
    assert cast.one("SELECT name FROM registry_identities WHERE id_number = ?", rare.id_number) != rare.name
    assert uncle.relation is Relation.OTHER
    group = "SELECT special_group FROM persons WHERE id = ?"
    assert cast.one(group, cast.relative("mother-special-group")) == "MINIMUM_LIVING"
    assert cast.one(group, cast.relative("newborn-parent")) == "NEWBORN"
    assert cast.resident("newborn-parent")[0] == "NEWBORN"
    died = "SELECT r.died_on FROM registry_identities r JOIN persons p ON p.id_number = r.id_number WHERE p.id = ?"
    assert cast.one(died, cast.relative("mother-deceased")) == "2024-08-30"
    assert cast.bound("already-bound")


def test_staff_are_bound_to_their_region_and_are_nobody(cast: Cast) -> None:
    for name, region in STAFF.items():
        persona = cast.guide[name]
        assert persona.region == region
        assert persona.person_id == 0
        assert persona.role is {"operator": Role.OPERATOR, "auditor": Role.AUDITOR}.get(name, Role.CLERK)
