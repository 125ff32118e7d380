import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.policy import PolicyBook, PolicyUnknown
from domain.store.engine import open_database
from domain.vocabulary import RegionCode, Relation
from simulator.auditor import audit
from simulator.families import KINSHIP
from simulator.people import payers
from simulator.portrait import portrait_of
from simulator.rates import RATES
from simulator.worlds import create_world
from tests.databases import sqlite_url
from tests.simulator.conftest import unheard


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    asyncio.run(create_world(sqlite_url(path), name="demo", seed=7, persons=20_000, progress=unheard))
    return path


@pytest.fixture
def demo(demo_file: Path) -> Iterator[sqlite3.Connection]:
    """The world of the README, twenty thousand persons."""
    connection = sqlite3.connect(demo_file)
    yield connection
    connection.close()


def test_about_two_thirds_of_the_insured_are_residents(demo: sqlite3.Connection) -> None:
    counted = dict(demo.execute("SELECT scheme, count(*) FROM enrolments WHERE status = 'ACTIVE' GROUP BY 1"))
    assert 0.63 < counted["RESIDENT"] / (counted["RESIDENT"] + counted["EMPLOYEE"]) < 0.72


def test_who_works_for_a_unit_is_in_maternity_insurance_with_it(demo: sqlite3.Connection) -> None:
    in_both = """
      SELECT count(*) FROM enrolments one WHERE scheme = ? AND {} = EXISTS (
        SELECT 1 FROM enrolments other WHERE other.person_id = one.person_id AND other.scheme = ?
        AND other.unit_id = one.unit_id AND other.status = one.status AND other.started_on = one.started_on)
    """
    employed = in_both.format("(person_type = 'EMPLOYED')")
    assert (
        demo.execute(employed, ("EMPLOYEE", "MATERNITY")).fetchone()
        == demo.execute("SELECT count(*) FROM enrolments WHERE scheme = 'EMPLOYEE'").fetchone()
    )
    assert (
        demo.execute(in_both.format("1"), ("MATERNITY", "EMPLOYEE")).fetchone()
        == demo.execute("SELECT count(*) FROM enrolments WHERE scheme = 'MATERNITY'").fetchone()
    )


def test_who_acts_under_an_id_of_their_own_shares_it_with_nobody(demo: sqlite3.Connection) -> None:
    both = "SELECT count(*) FROM institutions JOIN persons ON persons.id = institutions.id"
    assert demo.execute(both).fetchone() == (0,)


def test_anshun_and_the_simulated_province_have_the_larger_share(demo: sqlite3.Connection) -> None:
    counted = dict(demo.execute("SELECT substr(region_code, 1, 2), count(*) FROM persons GROUP BY 1"))
    assert counted["52"] + counted["84"] > 0.55 * sum(counted.values())


async def test_the_demo_world_has_payers_for_a_load_test(demo_file: Path) -> None:
    database = open_database(sqlite_url(demo_file))
    found = await payers(database, 1_000, region=RegionCode("520400"))
    assert await audit(database) == []
    await database.close()
    assert len(found) >= 300


def test_about_two_fifths_have_paid_for_2025_where_a_price_is_stated_and_nobody_elsewhere(
    demo: sqlite3.Connection,
) -> None:
    rows = demo.execute(
        "SELECT substr(e.region_code, 1, 4), count(*), sum(EXISTS (SELECT 1 FROM resident_contributions c"
        " WHERE c.person_id = e.person_id AND coverage_year = 2025 AND c.status <> 'SUBMITTED'))"
        " FROM enrolments e WHERE scheme = 'RESIDENT' AND status = 'ACTIVE' GROUP BY 1"
    ).fetchall()
    book = PolicyBook.load()
    for city, residents, paid in rows:
        try:
            book.fact(
                "resident_contribution.amount_in_window", area=city + "00", on=date(2024, 12, 16), benefit_year=2025
            )
        except PolicyUnknown:
            assert paid == 0, city
        else:
            assert 0.33 < paid / residents < 0.47, city


def test_what_was_paid_for_2025_agrees_with_the_book_of_policy(demo: sqlite3.Connection) -> None:
    book = PolicyBook.load()
    rows = demo.execute(
        "SELECT region_code, paid_on, amount_fen, kind, record_visible_at - paid_at FROM resident_contributions"
        " WHERE coverage_year = 2025 AND status <> 'SUBMITTED'"
    ).fetchall()
    assert rows
    for region, paid_on, amount, kind, hidden in rows:
        day = date.fromisoformat(paid_on)
        window = book.fact("collection_window.window", area=region, on=day, benefit_year=2025).window
        assert window.first <= day < date(2024, 12, 16)
        delay = book.fact("record_visibility.payment_record_delay_hours", area=region, on=day)
        assert hidden == delay.hours * 3600
        if kind == "ORDINARY":
            fact = book.fact("resident_contribution.amount_in_window", area=region, on=day, benefit_year=2025)
            assert amount == fact.fen


def test_who_missed_a_year_waits_for_2025_and_nobody_in_a_real_city_waited_before(demo: sqlite3.Connection) -> None:
    waits = dict(
        demo.execute(
            "SELECT coverage_year, count(*) FROM resident_contributions"
            " WHERE waiting_until IS NOT NULL AND region_code < '840000' GROUP BY 1"
        )
    )
    assert waits.keys() == {2025}
    assert waits[2025] > 50
    # 滁州 and 宣城 wait three months and more by the national rule, 840300 ninety days and months for missed years.
    with_months = "substr(region_code, 1, 4) IN ('3411', '3418', '8403')"
    assert demo.execute(
        "SELECT count(*) FROM resident_contributions"
        f" WHERE waiting_until <> date(paid_on, '+90 days') AND NOT {with_months}"
        f" OR waiting_until < date(paid_on, '+3 months', '-2 days') AND {with_months}"
        " OR waiting_until >= coverage_from"
    ).fetchone() == (0,)


def test_special_payment_is_where_a_document_knows_it_and_costs_what_ordinary_payment_costs_less_assistance(
    demo: sqlite3.Connection,
) -> None:
    special = demo.execute(
        "SELECT substr(region_code, 1, 4), min(paid_on), min(amount_fen + subsidy_fen) FROM resident_contributions"
        " WHERE kind = 'SPECIAL' GROUP BY 1"
    ).fetchall()
    assert {city for city, _, _ in special} <= {"3411", "3418", "8401", "8402", "8403"}
    assert all(first >= "2023-09-22" for city, first, _ in special if city < "84")
    assert all(least >= 32_000 for _, _, least in special)


def test_accounts_paid_only_for_relatives_that_were_covered(demo: sqlite3.Connection) -> None:
    book = PolicyBook.load()
    rows = demo.execute(
        "SELECT a.region_code, c.paid_on, b.relation FROM resident_contributions c"
        " JOIN personal_accounts a ON a.id = c.account_id"
        " JOIN family_bindings b ON b.holder_id = c.payer_id AND b.member_id = c.person_id"
        " WHERE c.status <> 'SUBMITTED'"
    ).fetchall()
    assert len(rows) > 500
    for region, paid_on, relation in rows:
        covered = book.fact("family_mutual_aid.relations_covered", area=region, on=date.fromisoformat(paid_on))
        assert Relation[relation] in covered.relations


def test_history_ends_before_the_world_begins(demo: sqlite3.Connection) -> None:
    begins = 1734310800
    for table, column in (
        ("account_entries", "occurred_at"),
        ("resident_contributions", "finished_at"),
        ("resident_contributions", "submitted_at"),
        ("family_bindings", "bound_at"),
        ("receipts", "issued_at"),
    ):
        (latest,) = demo.execute(f"SELECT max({column}) FROM {table}").fetchone()
        assert latest < begins, (table, column)
    assert demo.execute("SELECT count(*) FROM persons WHERE birth_date >= '2024-12-16'").fetchone() == (0,)
    assert demo.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_parents_are_older_and_children_bear_their_fathers_surname(demo: sqlite3.Connection) -> None:
    rows = demo.execute(
        "SELECT child.birth_date, parent.birth_date, parent.sex, substr(child.name, 1, 1), substr(parent.name, 1, 1)"
        " FROM registry_kinships k JOIN persons child ON child.id_number = k.id_number"
        " JOIN persons parent ON parent.id_number = k.relative_id_number WHERE k.relation = 'PARENT'"
    ).fetchall()
    assert len(rows) > 10_000
    named_alike = 0
    fathers = 0
    for child_born, parent_born, sex, child_name, parent_name in rows:
        assert int(child_born[:4]) - int(parent_born[:4]) >= 18
        if sex == "MALE":
            fathers += 1
            named_alike += child_name == parent_name
    assert named_alike / fathers > 0.99


def test_spouses_are_of_both_sexes_and_grandparents_stand_on_both_sides(demo: sqlite3.Connection) -> None:
    pairs = demo.execute(
        "SELECT count(*), sum(one.sex <> other.sex) FROM registry_kinships k"
        " JOIN persons one ON one.id_number = k.id_number JOIN persons other ON other.id_number = k.relative_id_number"
        " WHERE k.relation = 'SPOUSE'"
    ).fetchone()
    assert pairs[0] == pairs[1] > 5_000
    relations = dict(demo.execute("SELECT relation, count(*) FROM registry_kinships GROUP BY 1"))
    assert relations["PATERNAL_GRANDPARENT"] == relations["PATERNAL_GRANDCHILD"] > 1_000
    assert relations["MATERNAL_GRANDPARENT"] == relations["MATERNAL_GRANDCHILD"] > 1_000


async def test_households_are_as_large_as_the_census_counted_them(demo_file: Path) -> None:
    database = open_database(sqlite_url(demo_file))
    portrait = await portrait_of(database)
    await database.close()
    [sizes] = [one for one in portrait["marginals"] if one["name"] == "household_sizes"]
    assert sizes["kolmogorovSmirnov"] < 0.04
    assert sizes["chiSquare"] < 100


def test_firms_are_of_heavy_tailed_size(demo: sqlite3.Connection) -> None:
    sizes = sorted(
        size
        for (size,) in demo.execute(
            "SELECT count(*) FROM enrolments WHERE scheme = 'EMPLOYEE' AND unit_id IS NOT NULL GROUP BY unit_id"
        )
    )
    assert sizes[len(sizes) // 2] <= 8
    assert sizes[-1] >= 80


def test_every_state_that_tests_need_is_there(demo: sqlite3.Connection) -> None:
    def values(column: str, table: str) -> set[str]:
        return {value for (value,) in demo.execute(f"SELECT DISTINCT {column} FROM {table}")}

    assert values("status", "enrolments") == {"ACTIVE", "SUSPENDED", "TERMINATED"}
    assert values("person_type", "enrolments") == {
        "EMPLOYED", "FLEXIBLE", "RETIRED", "RESIDENT_ADULT", "RESIDENT_MINOR", "RESIDENT_SENIOR", "STUDENT", "NEWBORN",
    }  # fmt: skip
    assert values("status", "personal_accounts") == {"OPEN", "FROZEN", "CLOSED"}
    assert values("status", "resident_contributions") == {"SUBMITTED", "PAID", "FINISHED"}
    assert values("status", "family_bindings") == {"ACTIVE", "ENDED"}
    assert values("level", "regions") == {"NATION", "PROVINCE", "CITY", "COUNTY"}
    assert values("kind", "agencies") == {"CITY_CENTRE", "COUNTY_BUREAU", "ZONE_OFFICE", "CAMPUS_CONTACT"}
    assert {None, "MINIMUM_LIVING", "MONITORED", "NEWBORN", "SEVERELY_DISABLED"} <= values("special_group", "persons")
    (dead,) = demo.execute("SELECT count(*) FROM persons WHERE died_on IS NOT NULL").fetchone()
    (differing,) = demo.execute(
        "SELECT count(*) FROM persons p JOIN registry_identities r ON r.id_number = p.id_number WHERE r.name <> p.name"
    ).fetchone()
    assert dead > 20
    assert differing >= 2
    assert values("id_type", "persons") == {"RESIDENT_ID_CARD", "FOREIGN_PASSPORT", "FOREIGN_PERMANENT_RESIDENCE"}
    (foreigners,) = demo.execute("SELECT count(*) FROM persons WHERE id_type <> 'RESIDENT_ID_CARD'").fetchone()
    assert 5 < foreigners < 60


def test_the_register_holds_some_names_otherwise_and_knows_some_of_the_forms(demo: sqlite3.Connection) -> None:
    rare = demo.execute(
        "SELECT p.name, r.name, r.also_written FROM persons p JOIN registry_identities r"
        " ON r.id_type = p.id_type AND r.id_number = p.id_number WHERE r.name <> p.name"
    ).fetchall()
    assert {also is None for _, _, also in rare} == {True, False}
    assert all(also in (None, name) for name, _, also in rare)
    held = {name[-1]: registered[1:] for name, registered, _ in rare if name[-1] in RATES.rare_characters}
    assert held
    assert all(RATES.rare_characters[character] == form for character, form in held.items())


def test_the_printed_agencies_keep_their_telephones(demo: sqlite3.Connection) -> None:
    phones = demo.execute(
        "SELECT p.number, p.e164, p.note FROM agency_phones p JOIN agencies a ON a.id = p.agency_id"
        " WHERE a.region_code = '510774' ORDER BY p.position"
    ).fetchall()
    assert [number for number, _, _ in phones] == ["0816-2173188", "0816-2173788"]
    assert [note for _, _, note in phones] == ["事项 1–12、26", "事项 13–25、27–34"]
    assert phones[0][1] == "+868162173188"


def test_telephones_stand_as_the_documents_print_them(demo: sqlite3.Connection) -> None:
    asked = "SELECT p.e164, a.kind FROM agency_phones p JOIN agencies a ON a.id = p.agency_id WHERE p.number = ?"
    assert demo.execute(asked, ("0825—5421880",)).fetchall() == [("+868255421880", "CITY_CENTRE")]
    assert demo.execute(asked, ("05633831616",)).fetchall() == [("+865633831616", "CAMPUS_CONTACT")]
    assert demo.execute(asked, ("0851-33528726",)).fetchall() == [("+8685133528726", "CITY_CENTRE")]


def test_kinship_by_role_is_mutual() -> None:
    inverse = {
        Relation.SPOUSE: {Relation.SPOUSE},
        Relation.PARENT: {Relation.CHILD},
        Relation.CHILD: {Relation.PARENT},
        Relation.SIBLING: {Relation.SIBLING},
        Relation.PATERNAL_GRANDPARENT: {Relation.PATERNAL_GRANDCHILD},
        Relation.MATERNAL_GRANDPARENT: {Relation.MATERNAL_GRANDCHILD},
        Relation.PATERNAL_GRANDCHILD: {Relation.PATERNAL_GRANDPARENT},
        Relation.MATERNAL_GRANDCHILD: {Relation.MATERNAL_GRANDPARENT},
    }
    for (one, other), relation in KINSHIP.items():
        assert KINSHIP[other, one] in inverse[relation]


def test_every_figure_says_where_it_comes_from() -> None:
    assert len(RATES.figures) > 40
    for name, rate in RATES.figures.items():
        assert (rate.source is None) != (rate.assumed is None), name
        assert rate.source or rate.assumed, name


def test_past_care_of_residents_lies_within_cover_of_somebody_alive_without_an_account_near_where_they_are_insured(
    demo: sqlite3.Connection,
) -> None:
    claims, people, outside = demo.execute(
        """
        SELECT count(*), count(DISTINCT claim.person_id), sum(
          held.id IS NOT NULL OR claim.discharged_on >= '2024-12-16'
          OR coalesce(person.died_on, '9999-12-31') <= claim.discharged_on
          OR substr(place.region_code, 1, 4) <> substr(claim.region_code, 1, 4)
          OR (claim.tier = 'LEVEL_1' AND place.region_code <> claim.region_code) OR place.tier <> claim.tier
          OR NOT EXISTS (
            SELECT 1 FROM resident_contributions paid JOIN enrolments enrolment ON enrolment.id = paid.enrolment_id
            WHERE paid.person_id = claim.person_id AND paid.coverage_year = claim.year
              AND paid.region_code = claim.region_code
              AND paid.coverage_from <= claim.admitted_on AND paid.paid_on <= claim.admitted_on
              AND min(paid.coverage_until, coalesce(enrolment.ended_on, '9999-12-31')) >= claim.discharged_on))
        FROM claims claim JOIN persons person ON person.id = claim.person_id
        JOIN institutions place ON place.id = claim.institution_id
        LEFT JOIN personal_accounts held ON held.person_id = claim.person_id
        WHERE claim.scheme = 'RESIDENT'
        """
    ).fetchone()
    assert outside == 0
    assert claims > people > 1_000
    claims = demo.execute("SELECT count(*) FROM claims").fetchone()[0]
    stays = demo.execute(
        "SELECT count(*), avg(cost_fen), sum(critical_fen > 0), max(critical_fen) FROM claims WHERE care = 'INPATIENT'"
    ).fetchone()
    assert 0.10 < stays[0] / claims < 0.45
    assert 400_000 < stays[1] < 1_200_000
    assert stays[2] > 0
    cap = PolicyBook.load().fact("critical_illness.annual_cap", area="840000", on=date(2024, 6, 3), benefit_year=2024)
    assert stays[3] < cap.fen, "what years in a row add to the cap, which is left out, would have paid nothing"


def test_past_care_of_employees_is_paid_by_their_open_accounts_as_far_as_they_went(demo: sqlite3.Connection) -> None:
    claims, people, outside, unpaid, at_pharmacies, in_cash = demo.execute(
        """
        SELECT count(*), count(DISTINCT claim.person_id), sum(
          claim.discharged_on >= '2024-12-16' OR coalesce(person.died_on, '9999-12-31') <= claim.discharged_on
          OR substr(place.region_code, 1, 4) <> substr(claim.region_code, 1, 4) OR place.tier <> claim.tier
          OR NOT EXISTS (
            SELECT 1 FROM enrolments held WHERE held.person_id = claim.person_id AND held.scheme = 'EMPLOYEE'
              AND held.person_type = claim.person_type AND held.region_code = claim.region_code
              AND held.started_on <= claim.admitted_on
              AND coalesce(held.ended_on, '9999-12-31') > claim.discharged_on)),
          sum(CASE WHEN coalesce(account.status, '') = 'OPEN' THEN claim.cash_fen > 0 AND coalesce(moved.balance_fen, 0)
            ELSE claim.account_fen END),
          sum(place.kind = 'PHARMACY'), sum(account.status = 'OPEN' AND claim.cash_fen > 0)
        FROM claims claim JOIN persons person ON person.id = claim.person_id
        JOIN institutions place ON place.id = claim.institution_id
        LEFT JOIN personal_accounts account ON account.person_id = claim.person_id
        LEFT JOIN claim_entries paid ON paid.claim_id = claim.id AND paid.payer = 'PERSONAL_ACCOUNT'
        LEFT JOIN account_entries moved ON moved.id = paid.account_entry_id
        WHERE claim.scheme = 'EMPLOYEE'
        """
    ).fetchone()
    assert (outside, unpaid) == (0, 0)
    assert claims > people > 500
    assert claims > at_pharmacies > 200
    assert in_cash > 0, "no account was ever too small"


def test_care_of_the_past_is_of_each_kind_and_some_is_of_the_poor(demo: sqlite3.Connection) -> None:
    kinds = {kind for (kind,) in demo.execute("SELECT DISTINCT care FROM claims")}
    assert kinds == {"INPATIENT", "OUTPATIENT", "HYPERTENSION_DIABETES"}
    assert demo.execute("SELECT count(*) FROM claims WHERE assistance_fen > 0").fetchone()[0] > 0
    assert {name[:2] for (name,) in demo.execute("SELECT DISTINCT region_code FROM claims")} == {"84"}
