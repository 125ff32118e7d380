from datetime import date

from domain.vocabulary import RegionCode, Relation, Sex, UnitKind
from simulator.draws import Draws
from simulator.factories import HouseholdFactory, PersonFactory, UnitFactory
from simulator.identity import NEVER_ASSIGNED, credit_check, id_check


def test_a_person_is_what_the_caller_said_and_otherwise_drawn() -> None:
    one = PersonFactory.build(draws=Draws(1, "test"), sex=Sex.FEMALE, birth_date=date(1962, 3, 4))
    assert one == PersonFactory.build(draws=Draws(1, "test"), sex=Sex.FEMALE, birth_date=date(1962, 3, 4))
    assert one != PersonFactory.build(draws=Draws(2, "test"), sex=Sex.FEMALE, birth_date=date(1962, 3, 4))
    assert one.id_number[6:14] == "19620304"
    assert one.id_number[:2] in NEVER_ASSIGNED
    assert id_check(one.id_number[:17]) == one.id_number[17]


def test_a_household_shares_surname_and_division() -> None:
    household = HouseholdFactory.build(draws=Draws(1, "test"), region=RegionCode("510903"))
    relatives = dict(household.relatives)
    assert set(relatives) == {Relation.SPOUSE, Relation.CHILD, Relation.PARENT}
    assert relatives[Relation.CHILD].name[0] == household.holder.name[0]
    assert {person.id_number[:6] for person in (household.holder, *relatives.values())} == {"550903"}


def test_a_unit_has_a_valid_code() -> None:
    unit = UnitFactory.build(draws=Draws(1, "test"), kind=UnitKind.SCHOOL)
    assert unit.credit_code.startswith("12560402")
    assert credit_check(unit.credit_code[:17]) == unit.credit_code[17]
