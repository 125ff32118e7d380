# mypy: disable-error-code="no-untyped-call"
# factory-boy's declarations carry no types; what a factory builds is typed by its model.
"""One realistic person, unit or household at a time, for personas and tests (样例工厂).

Bulk rows are drawn in batches by `simulator.families`; these factories say everything explicitly, and whatever a
caller leaves out is drawn from the `draws` that it passes: `PersonFactory.build(draws=Draws(7, "test"), age=30)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from factory.base import Factory
from factory.declarations import LazyAttribute, Sequence

from domain.vocabulary import RegionCode, Relation, Sex, UnitKind
from simulator.draws import Draws
from simulator.identity import IdentityNumbers, credit_code, mobile
from simulator.names import DEPARTMENTS, given_name, surname, unit_name
from simulator.records import TODAY


@dataclass(frozen=True, slots=True)
class SimulatedPerson:
    """A person as a document and a telephone book would know them; nobody real can be meant."""

    region: RegionCode
    name: str
    id_number: str
    birth_date: date
    sex: Sex
    phone: str


@dataclass(frozen=True, slots=True)
class SimulatedUnit:
    """An employer, school or village."""

    region: RegionCode
    name: str
    kind: UnitKind
    credit_code: str


@dataclass(frozen=True, slots=True)
class SimulatedHousehold:
    """A couple, a child, and the mother of one of them, with what each is to the first."""

    holder: SimulatedPerson
    relatives: tuple[tuple[Relation, SimulatedPerson], ...]


class PersonFactory(Factory[SimulatedPerson]):
    """An adult of 西秀区 unless told otherwise. `numbers` keeps identity numbers apart where many are made."""

    class Meta:
        model = SimulatedPerson

    class Params:
        draws = LazyAttribute(lambda _: Draws(0, "factories"))
        age = LazyAttribute(lambda made: made.draws.between(22, 58))
        family_name = LazyAttribute(lambda made: surname(made.draws))
        numbers = LazyAttribute(lambda made: IdentityNumbers(made.region, made.draws))

    region = RegionCode("520402")
    sex = LazyAttribute(lambda made: made.draws.pick((Sex.MALE, Sex.FEMALE)))
    birth_date = LazyAttribute(lambda made: date.fromordinal(TODAY - made.age * 1461 // 4 - made.draws.between(1, 364)))
    name = LazyAttribute(lambda made: made.family_name + given_name(made.draws, made.sex, made.birth_date.year))
    id_number = LazyAttribute(lambda made: made.numbers.new(made.birth_date.toordinal(), made.sex))
    phone = LazyAttribute(lambda made: mobile(made.draws))


class UnitFactory(Factory[SimulatedUnit]):
    """A firm of 西秀区 unless told otherwise."""

    class Meta:
        model = SimulatedUnit

    class Params:
        draws = LazyAttribute(lambda _: Draws(0, "factories"))
        number = Sequence(lambda number: number + 1)
        place = "西秀区"

    region = RegionCode("520402")
    kind = UnitKind.ENTERPRISE
    name = LazyAttribute(lambda made: unit_name(made.draws, made.kind, made.place, made.number))
    credit_code = LazyAttribute(lambda made: credit_code(DEPARTMENTS[made.kind], made.region, made.number))


class HouseholdFactory(Factory[SimulatedHousehold]):
    """A married man with wife, child and mother; the child bears his surname."""

    class Meta:
        model = SimulatedHousehold

    class Params:
        draws = LazyAttribute(lambda _: Draws(0, "factories"))
        region = RegionCode("520402")
        numbers = LazyAttribute(lambda made: IdentityNumbers(made.region, made.draws))
        family_name = LazyAttribute(lambda made: surname(made.draws))

    holder = LazyAttribute(
        lambda made: PersonFactory.build(
            draws=made.draws,
            region=made.region,
            numbers=made.numbers,
            family_name=made.family_name,
            sex=Sex.MALE,
            age=made.draws.between(32, 44),
        )
    )
    relatives = LazyAttribute(
        lambda made: tuple(
            (
                relation,
                PersonFactory.build(
                    draws=made.draws,
                    region=made.region,
                    numbers=made.numbers,
                    sex=sex,
                    age=age,
                    **({"family_name": made.family_name} if relation is Relation.CHILD else {}),
                ),
            )
            for relation, sex, age in (
                (Relation.SPOUSE, Sex.FEMALE, 33),
                (Relation.CHILD, Sex.FEMALE, 8),
                (Relation.PARENT, Sex.FEMALE, 62),
            )
        )
    )
