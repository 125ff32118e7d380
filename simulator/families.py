"""Families of three generations and what the insurance knows of them (家庭、亲属、参保、账户与缴费历史).

A family is a couple, its children, the parents of both and perhaps a brother or sister of either, in up to five
households of one county. Everybody's kinship follows from the place in the family.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

from domain.vocabulary import (
    NATION,
    AccountStatus,
    ContributionStatus,
    EnrolmentStatus,
    EntryKind,
    IdType,
    PersonType,
    RegionCode,
    Relation,
    Scheme,
    Sex,
    SpecialGroup,
    UnitKind,
    UnitStatus,
)
from simulator.care import YEAR as CARE_YEAR
from simulator.care import Care, Insured
from simulator.draws import Draws
from simulator.identity import IdentityNumbers, credit_code, foreigners_number, mobile
from simulator.names import DEPARTMENTS, foreign_name, given_name, surname, unit_name
from simulator.places import Place
from simulator.prices import Prices
from simulator.rates import RATES
from simulator.records import (
    TODAY,
    Account,
    Payment,
    Records,
    iso,
    moment,
    season_day,
)

HUSBAND, WIFE, HIS_FATHER, HIS_MOTHER, HER_FATHER, HER_MOTHER, HIS_SIBLING, HER_SIBLING, FIRST_CHILD = range(9)
CHILDREN = (FIRST_CHILD, FIRST_CHILD + 1, FIRST_CHILD + 2)
ROLES = FIRST_CHILD + len(CHILDREN)


def _kinship() -> dict[tuple[int, int], Relation]:
    """What the second is to the first, by role, both directions of each pair standing beside one another."""
    found: dict[tuple[int, int], Relation] = {}

    def pair(first: int, second: int, second_is: Relation, first_is: Relation) -> None:
        found[first, second] = second_is
        found[second, first] = first_is

    for one, other in ((HUSBAND, WIFE), (HIS_FATHER, HIS_MOTHER), (HER_FATHER, HER_MOTHER)):
        pair(one, other, Relation.SPOUSE, Relation.SPOUSE)
    for parents, children in (
        ((HUSBAND, WIFE), CHILDREN),
        ((HIS_FATHER, HIS_MOTHER), (HUSBAND, HIS_SIBLING)),
        ((HER_FATHER, HER_MOTHER), (WIFE, HER_SIBLING)),
    ):
        for parent in parents:
            for child in children:
                pair(parent, child, Relation.CHILD, Relation.PARENT)
    for child in CHILDREN:
        for elder in (HIS_FATHER, HIS_MOTHER):
            pair(child, elder, Relation.PATERNAL_GRANDPARENT, Relation.PATERNAL_GRANDCHILD)
        for elder in (HER_FATHER, HER_MOTHER):
            pair(child, elder, Relation.MATERNAL_GRANDPARENT, Relation.MATERNAL_GRANDCHILD)
    siblings = ((HUSBAND, HIS_SIBLING), (WIFE, HER_SIBLING), (8, 9), (8, 10), (9, 10))
    for one, other in siblings:
        pair(one, other, Relation.SIBLING, Relation.SIBLING)
    return found


KINSHIP = _kinship()
_PAIRS = tuple((first, second, relation.name) for (first, second), relation in KINSHIP.items())

PAYERS: tuple[tuple[int, ...], ...] = (
    (WIFE, *CHILDREN, HIS_SIBLING),
    (HUSBAND, *CHILDREN, HER_SIBLING),
    (HUSBAND, HIS_SIBLING, HIS_MOTHER),
    (HUSBAND, HIS_SIBLING, HIS_FATHER),
    (WIFE, HER_SIBLING, HER_MOTHER),
    (WIFE, HER_SIBLING, HER_FATHER),
    (HUSBAND, HIS_FATHER),
    (WIFE, HER_FATHER),
    (HUSBAND, WIFE, HIS_FATHER, HIS_MOTHER),
    (HUSBAND, WIFE, HIS_FATHER, HER_FATHER),
    (HUSBAND, WIFE, HER_FATHER, HER_MOTHER),
)
"""Who is asked to pay for each role, the likeliest first."""

_VARIANTS = RATES.variants
_VARIANT_CHARACTERS = frozenset(_VARIANTS)
_RARE_CHARACTERS = tuple(RATES.rare_characters)
_YEARS_PAID = tuple(sorted(year for year in RATES.amounts if year < 2025))
_ENROLLED_BY = {year: date(year, 2, 20).toordinal() for year in _YEARS_PAID}
_COVERED_FROM = {year: date(year, 1, 1).toordinal() for year in (*_YEARS_PAID, 2025)}
_LATE_FROM, _LATE_DAYS = date(2024, 3, 1).toordinal(), 110
_GROWN_BEFORE = TODAY - 22 * 365
_DEATHS_FROM = date(2022, 1, 10).toordinal()
_BOUND_FROM = date(2024, 9, 24).toordinal()
_BINDING_FROM = date(2023, 9, 1).toordinal()


@dataclass(slots=True)
class Workplaces:
    """The units of one county. Employers are drawn by their size, which is heavy-tailed."""

    employers: list[int]
    sizes: list[int]
    villages: list[int]
    schools: list[int]
    university: int
    university_region: RegionCode
    municipal_region: RegionCode

    def employer(self, draws: Draws) -> int:
        return self.employers[bisect_right(self.sizes, draws.below(self.sizes[-1]))]


UNITS_SINCE: Final = "2008-01-01"
"""Since when units are registered; who works there since when is on the enrolments."""


def add_unit(
    records: Records, draws: Draws, kind: UnitKind, place: Place, position: int, name: str | None = None
) -> int:
    """The id of a new unit."""
    number = records.new_id("units", place.code)
    records.add(
        "units",
        number,
        place.code,
        name or unit_name(draws, kind, place.name, position),
        kind.name,
        credit_code(DEPARTMENTS[kind], place.code, number % 10**8),
        UnitStatus.ACTIVE.name,
        UNITS_SINCE,
    )
    return number


def workplaces(
    records: Records, draws: Draws, place: Place, persons: int, university: int, university_region: RegionCode
) -> Workplaces:
    """The units of a county in which that many persons live."""
    employers, weights = [], []
    kinds = (UnitKind.ORGAN, UnitKind.INSTITUTION, UnitKind.PRIVATE_NON_ENTERPRISE, UnitKind.SOCIAL_ORGANISATION)
    for position in range(max(5, persons // 45)):
        share = draws.unit()
        if position < 2 or share < 0.10:
            kind = kinds[position % 2] if position < 2 or share < 0.06 else kinds[2 + position % 2]
        else:
            kind = UnitKind.ENTERPRISE
        employers.append(add_unit(records, draws, kind, place, position))
        # A Pareto tail of exponent one: most firms employ a handful, a few employ thousands.
        weights.append(min(5000, int(3 / (1 - draws.unit()))))
    many = max(2, persons // _VILLAGE_PERSONS)
    villages = [add_unit(records, draws, UnitKind.VILLAGE, place, at) for at in range(many)]
    schools = [add_unit(records, draws, UnitKind.SCHOOL, place, at) for at in range(max(2, min(8, persons // 900)))]
    return Workplaces(
        employers,
        list(accumulate(weights)),
        villages,
        schools,
        university,
        university_region,
        RegionCode(place.code[:4] + "99"),
    )


@dataclass(slots=True)
class Member:
    """Somebody in a family whose rows are being made. Days are ordinals.

    `employed_as` is how the employee scheme insures them, in `employed_region` and from `employed_from` on; None for
    not at all, or not at present.
    """

    role: int
    sex: Sex
    born: int
    surname: str
    given: str
    household: int
    id: int = 0
    id_type: IdType = IdType.RESIDENT_ID_CARD
    id_number: str = ""
    died: int | None = None
    group: SpecialGroup | None = None
    account: Account | None = None
    resident_enrolment: int = 0
    resident_region: RegionCode = NATION
    resident_from: int = 0
    resident_until: int | None = None
    active_resident: bool = False
    newborn: bool = False
    last_employed: int | None = None
    employed_as: PersonType | None = None
    employed_region: RegionCode = NATION
    employed_from: int = 0

    @property
    def age(self) -> int:
        """Full years on the day the world begins."""
        return (TODAY - self.born) * 4 // 1461


class County:
    """Makes the people of one county, family by family."""

    __slots__ = ("_care", "_draws", "_numbers", "_opened", "_papers", "_place", "_prices", "_records", "_work")

    def __init__(
        self,
        records: Records,
        draws: Draws,
        papers: Draws,
        place: Place,
        numbers: IdentityNumbers,
        work: Workplaces,
        prices: Prices,
        care: Care,
    ) -> None:
        self._records = records
        self._care = care
        self._draws = draws
        self._papers = papers
        self._place = place
        self._numbers = numbers
        self._work = work
        self._prices = prices
        self._opened = prices.opened(place.code)

    def add_family(self, room: int) -> int:
        """Add a family of at most `room` persons; how many it has."""
        family = self._family()[:room]
        urban = self._draws.chance(_SHARE["urban_district" if self._place.urban else "urban_county"])
        self._group(family, urban)
        self._from_abroad(family)
        for member in family:
            self._person(member)
        by_role: list[Member | None] = [None] * ROLES
        for member in family:
            by_role[member.role] = member
        add = self._records.adder("registry_kinships")
        for first, second, relation in _PAIRS:
            one, other = by_role[first], by_role[second]
            if one is not None and other is not None:
                add((one.id_number, other.id_number, relation))
        for member in family:
            self._enrol(member, urban)
        payments: list[Payment] = []
        for member in family:
            if member.resident_enrolment:
                self._contributions(member, by_role, payments)
        for member in family:
            self._employee_cared_for(member)
            if member.account is not None:
                self._records.settle_account(member.account)
        for payment in payments:
            self._records.write_payment(payment)
            self._cared_for(payment, family)
        return len(family)

    # ---- who there is -------------------------------------------------------------------------------------------

    def _new(self, role: int, sex: Sex, born: int, family_name: str, household: int) -> Member:
        given = given_name(self._draws, sex, 1970 + (born - 719163) * 4 // 1461)
        return Member(role, sex, born, family_name, given, household)

    def _home(self) -> int:
        return self._records.new_id("households", self._place.code)

    def _family(self) -> list[Member]:
        draws = self._draws
        home = self._home()
        his_name, her_name = surname(draws), surname(draws)
        his_birth = TODAY - draws.between(24 * 365, _OLDEST_COUPLE)
        her_birth = his_birth + draws.between(-900, 2200)
        married = draws.chance(_SHARE["married"])
        if not married:
            if draws.chance(0.6):
                members = [self._new(HUSBAND, Sex.MALE, his_birth, his_name, home)]
            else:
                members = [self._new(WIFE, Sex.FEMALE, his_birth, her_name, home)]
        else:
            members = [
                self._new(HUSBAND, Sex.MALE, his_birth, his_name, home),
                self._new(WIFE, Sex.FEMALE, her_birth, her_name, home),
            ]
            members += self._children(her_birth, his_name, home)
        if members[0].role == HUSBAND:
            elders = self._elders(members[0], HIS_FATHER, "paternal_parents")
            members += elders
            if draws.chance(_SHARE["husband_sibling"]):
                members.append(self._sibling(members[0], HIS_SIBLING, elders))
        if members[-1].role == WIFE or married:
            wife = members[1] if married else members[0]
            elders = self._elders(wife, HER_FATHER, "maternal_parents")
            members += elders
            if draws.chance(_SHARE["wife_sibling"]):
                members.append(self._sibling(wife, HER_SIBLING, elders))
        for member in members:
            if member.age > 60 and draws.chance(_SHARE["dead"]):
                member.died = draws.between(_DEATHS_FROM, TODAY - 10)
        return members

    def _children(self, mother_birth: int, family_name: str, home: int) -> list[Member]:
        draws = self._draws
        children: list[Member] = []
        born = mother_birth + draws.between(22 * 365, 32 * 365)
        for position in range(draws.weighted(_CHILDREN)):
            if born >= TODAY - 5:
                break
            sex = Sex.MALE if draws.chance(0.52) else Sex.FEMALE
            left = born < _GROWN_BEFORE and draws.chance(_SHARE["grown_left_home"])
            at = self._home() if left else home
            children.append(self._new(FIRST_CHILD + position, sex, born, family_name, at))
            born += draws.between(500, 2600)
        return children

    def _elders(self, child: Member, father_role: int, parents: str) -> list[Member]:
        """Those of the parents who are there; couples more often than chance would leave them both."""
        draws = self._draws
        home = child.household if draws.chance(_SHARE[f"{parents}_share_home"]) else 0
        elders: list[Member] = []
        odds = 0.0
        father_birth = child.born - draws.between(22 * 365, 33 * 365)
        for role, sex, born in (
            (father_role, Sex.MALE, father_birth),
            (father_role + 1, Sex.FEMALE, min(father_birth + draws.between(-700, 1500), child.born - 19 * 365)),
        ):
            age = (TODAY - born) * 4 // 1461
            alive = _SHARE[f"{parents}_present"] * min(100, 160 - age) / 100 + (0.04 if sex is Sex.FEMALE else 0.0)
            if role == father_role:
                odds = alive / (1 - alive)
            else:
                # What the husband's presence adds his absence takes: of all mothers there are as many as without it.
                bond = (1 - alive) * _SHARE["parents_together"]
                alive += bond if elders else -bond * odds
            if age < 97 and draws.chance(alive):
                home = home or self._home()
                family_name = child.surname if sex is Sex.MALE else surname(draws)
                elders.append(self._new(role, sex, born, family_name, home))
        return elders

    def _sibling(self, of: Member, role: int, parents: Sequence[Member]) -> Member:
        draws = self._draws
        apart = draws.between(500, 2600)
        earliest = max((parent.born + 20 * 365 for parent in parents), default=0)
        elder = draws.chance(0.5) and of.born - apart >= earliest
        born = of.born - apart if elder else of.born + apart
        sex = Sex.MALE if draws.chance(0.5) else Sex.FEMALE
        with_parents = draws.chance(_SHARE["sibling_with_parents"]) and len(parents) > 0
        return self._new(role, sex, born, of.surname, parents[0].household if with_parents else self._home())

    def _group(self, family: Sequence[Member], urban: bool) -> None:
        draws = self._draws
        poor: SpecialGroup | None = None
        if draws.chance(_SHARE["minimum_living_urban" if urban else "minimum_living_rural"]):
            poor = SpecialGroup.MINIMUM_LIVING
        elif not urban and draws.chance(_SHARE["monitored_rural"]):
            poor = SpecialGroup.MONITORED
        for member in family:
            member.group = poor
            if draws.chance(_SHARE["severely_disabled"]):
                member.group = SpecialGroup.SEVERELY_DISABLED
            elif len(family) == 1 and member.age > 60 and draws.chance(_SHARE["extreme_poverty"] * 10):
                member.group = SpecialGroup.EXTREME_POVERTY
            elif member.age < 18 and draws.chance(_SHARE["orphan"] / 10):
                member.group = SpecialGroup.ORPHAN
            if TODAY - member.born <= _NEWBORN_DAYS:
                member.newborn = True
                member.group = SpecialGroup.NEWBORN

    def _from_abroad(self, family: Sequence[Member]) -> None:
        """A wife who has no family of her own here may be a foreigner, with a foreigner's document and name."""
        papers = self._papers
        alone = not any(member.role in (HER_FATHER, HER_MOTHER, HER_SIBLING) for member in family)
        for member in family:
            if alone and member.role == WIFE and papers.chance(_SHARE["foreign_wife"]):
                settled = papers.chance(_SHARE["permanent_residence"])
                member.id_type = IdType.FOREIGN_PERMANENT_RESIDENCE if settled else IdType.FOREIGN_PASSPORT
                surname, member.given = foreign_name(papers)
                member.surname = f"{surname} "

    def _registered(self, member: Member) -> tuple[str, str | None]:
        """The name that the register holds, and its other form where it knows of one."""
        papers = self._papers
        name = registered = member.surname + member.given
        if member.given in RATES.rare_characters:
            registered = member.surname + RATES.rare_characters[member.given]
        elif not _VARIANT_CHARACTERS.isdisjoint(member.given) and self._draws.chance(_SHARE["name_differs"]):
            registered = member.surname + "".join(_VARIANTS.get(character, character) for character in member.given)
        known = registered != name and papers.chance(_SHARE["form_recorded"])
        return registered, name if known else None

    def _person(self, member: Member) -> None:
        records, draws, place = self._records, self._draws, self._place
        member.id = number = records.new_id("persons", place.code)
        member.id_number = self._numbers.new(member.born, member.sex)
        if member.id_type is not IdType.RESIDENT_ID_CARD:
            member.id_number = foreigners_number(member.id_type, number)
        elif self._papers.chance(_SHARE["rare_character"]):
            member.given = self._papers.pick(_RARE_CHARACTERS)
        born = iso(member.born)
        registered, also_written = self._registered(member)
        died = None if member.died is None else iso(member.died)
        records.add(
            "persons",
            number,
            place.code,
            member.household,
            member.surname + member.given,
            member.id_type.name,
            member.id_number,
            born,
            member.sex.name,
            mobile(draws) if member.age >= 14 else None,
            None if member.group is None else member.group.name,
            died,
            None,
            None,
        )
        records.add(
            "registry_identities",
            member.id_type.name,
            member.id_number,
            registered,
            member.sex.name,
            born,
            died,
            also_written,
        )

    # ---- how they are insured -----------------------------------------------------------------------------------

    def _enrol(self, member: Member, urban: bool) -> None:
        draws = self._draws
        age = member.age
        retirement = 60 if member.sex is Sex.MALE else 53
        if age >= 18 and member.group in (None, SpecialGroup.SEVERELY_DISABLED):
            if age >= retirement:
                if draws.chance(_SHARE["retired_urban" if urban else "retired_rural"]):
                    self._employee(member, PersonType.RETIRED)
                    return
            elif age < 22 and draws.chance(_SHARE["students"]):
                region = self._work.university_region
                self._resident(member, PersonType.STUDENT, region, self._work.university)
                return
            elif age >= 20 and draws.chance(_SHARE["employed_urban" if urban else "employed_rural"]):
                flexible = draws.chance(_SHARE["flexible"])
                self._employee(member, PersonType.FLEXIBLE if flexible else PersonType.EMPLOYED)
                return
        if draws.chance(_NOT_ENROLLED) and member.group in (None, SpecialGroup.NEWBORN):
            return
        work = self._work
        village = draws.pick(work.villages)
        if member.newborn:
            self._resident(member, PersonType.NEWBORN, self._place.code, village)
        elif age < 18:
            unit = draws.pick(work.schools) if age >= 6 else village
            self._resident(member, PersonType.RESIDENT_MINOR, self._place.code, unit)
        elif age < 60:
            if age >= 25 and draws.chance(_SHARE["former_employee"]):
                self._former_employee(member)
            self._resident(member, PersonType.RESIDENT_ADULT, self._place.code, village)
        else:
            self._resident(member, PersonType.RESIDENT_SENIOR, self._place.code, village)

    def _employee(self, member: Member, person_type: PersonType) -> None:
        records, draws = self._records, self._draws
        region = self._place.code
        retired = person_type is PersonType.RETIRED
        flexible = person_type is PersonType.FLEXIBLE
        if not flexible and draws.chance(_SHARE["municipal_level"]):
            region = self._work.municipal_region
        earliest = max(member.born + 20 * 365, 731000)
        started = draws.between(earliest, max(earliest, TODAY - 40))
        if not retired and not flexible and draws.chance(_SHARE["former_resident"]):
            started = draws.between(max(earliest, TODAY - 800), TODAY - 60)
            self._resident(
                member, PersonType.RESIDENT_ADULT, self._place.code, draws.pick(self._work.villages), until=started - 1
            )
        status = EnrolmentStatus.ACTIVE
        if member.died is not None:
            status = EnrolmentStatus.TERMINATED
            started = min(started, member.died - 1)
        elif draws.chance(_SHARE["suspended"]):
            status = EnrolmentStatus.SUSPENDED
        unit = None if flexible else self._work.employer(draws)
        records.employ(member.id, person_type, region, unit, status, started, member.died)
        if status is not EnrolmentStatus.SUSPENDED:
            member.employed_as, member.employed_region, member.employed_from = person_type, region, started
        if flexible and draws.chance(_SHARE["flexible_without_account"]):
            return
        frozen = member.died is not None or draws.chance(_SHARE["frozen"])
        low, high = _RETIRED_CREDIT if retired else _EMPLOYEE_CREDIT
        member.account = Account(
            id=records.new_id("personal_accounts", region),
            person_id=member.id,
            region=region,
            status=AccountStatus.FROZEN if frozen else AccountStatus.OPEN,
            opened=started,
            opening_fen=draws.below(_OPENING),
            credit_fen=draws.between(low, high),
            credit_kind=EntryKind.PENSIONER_CREDIT if retired else EntryKind.MONTHLY_CREDIT,
            credited_until=TODAY if member.died is None else member.died,
        )

    def _former_employee(self, member: Member) -> None:
        records, draws = self._records, self._draws
        region = self._place.code
        started = draws.between(member.born + 20 * 365, TODAY - 1600)
        ended = draws.between(started, TODAY - 1500)
        member.last_employed = date.fromordinal(ended).year
        unit = self._work.employer(draws)
        records.employ(member.id, PersonType.EMPLOYED, region, unit, EnrolmentStatus.TERMINATED, started, ended)
        member.account = Account(
            id=records.new_id("personal_accounts", region),
            person_id=member.id,
            region=region,
            status=AccountStatus.CLOSED if draws.chance(0.3) else AccountStatus.OPEN,
            opened=started,
            opening_fen=draws.below(_OPENING // 4),
            credit_fen=0,
        )

    def _resident(
        self, member: Member, person_type: PersonType, region: RegionCode, unit: int, *, until: int | None = None
    ) -> None:
        records, draws = self._records, self._draws
        ended = until if until is not None else member.died
        if person_type is PersonType.STUDENT:
            started = date(2024 - draws.below(3), 9, 10).toordinal()
        elif draws.chance(0.9):
            started = max(member.born + draws.between(1, 60), date(2010 + draws.below(11), 1, 1).toordinal())
        else:
            started = max(member.born + draws.between(1, 60), draws.between(TODAY - 900, TODAY - 30))
        started = min(started, TODAY - 1)
        status = EnrolmentStatus.ACTIVE
        if ended is not None:
            started = min(started, ended - 1)
            status = EnrolmentStatus.TERMINATED
        elif member.group is None and draws.chance(_SHARE["suspended"]):
            status = EnrolmentStatus.SUSPENDED
        member.resident_enrolment = records.enrol(
            member.id, Scheme.RESIDENT, person_type.name, region, unit, status, started, ended
        )
        member.resident_region = region
        member.resident_from = started
        member.resident_until = ended
        member.active_resident = status is EnrolmentStatus.ACTIVE
        if member.active_resident and 20 <= member.age < 60 and draws.chance(_OUTSIDE):
            records.add(
                "outside_enrolments",
                member.id_number,
                draws.pick(OUTSIDE_REGIONS),
                Scheme.EMPLOYEE.name,
                iso(TODAY - draws.between(40, 700)),
                None,
                None,
            )

    # ---- what was paid ------------------------------------------------------------------------------------------

    def _contributions(self, member: Member, by_role: Sequence[Member | None], payments: list[Payment]) -> None:
        draws = self._draws
        continuous = draws.chance(_SHARE["continuous"])
        bound: dict[int, int] = {}
        until = member.resident_until or TODAY
        insured = member.last_employed
        for year in _YEARS_PAID:
            enrolled = member.resident_from <= _ENROLLED_BY[year] and _COVERED_FROM[year] < until
            if not enrolled or not (continuous or draws.chance(_GAP_YEAR_PAID)):
                continue
            late = year == 2024 and draws.chance(_LATE)
            day = _LATE_FROM + draws.below(_LATE_DAYS) if late else season_day(draws, year, member.resident_from - 160)
            if self._pay(member, by_role, payments, bound, year, day, insured, late=late):
                insured = year
        if member.active_resident and self._opened is not None and not member.newborn:
            share = draws.unit()
            if share < _PAID_2025 or share > 1 - _SUBMITTED_ONLY:
                day = season_day(draws, 2025, max(self._opened, member.resident_from))
                self._pay(member, by_role, payments, bound, 2025, day, insured, submitted=share >= _PAID_2025)
            elif draws.chance(_SHARE["bound_unpaid"]):
                payer = self._payer(member, by_role, TODAY)
                if payer is not None:
                    at = moment(draws.between(_BOUND_FROM, TODAY - 2), 36_000 + draws.below(30_000))
                    ended = at + 86_400 if draws.chance(_SHARE["binding_ended"]) else None
                    relation = KINSHIP[payer.role, member.role].name
                    if payer.id not in bound:
                        self._records.bind(payer.id, member.id, relation, self._place.code, at, ended)

    def _payer(self, member: Member, by_role: Sequence[Member | None], day: int) -> Member | None:
        """Whose open account may pay for the member on that day."""
        for role in PAYERS[member.role]:
            payer = by_role[role]
            if payer is None or payer.account is None or payer.died is not None:
                continue
            if payer.account.status is not AccountStatus.OPEN or not payer.account.credit_fen:
                continue
            if payer.account.opened >= day:
                continue
            if self._prices.covers(payer.account.region, day, KINSHIP[role, member.role]):
                return payer
        return None

    def _pay(
        self,
        member: Member,
        by_role: Sequence[Member | None],
        payments: list[Payment],
        bound: dict[int, int],
        year: int,
        day: int,
        insured: int | None,
        *,
        late: bool = False,
        submitted: bool = False,
    ) -> bool:
        """Add a payment, `insured` being the last year of cover before; false where no document says what it buys."""
        records, draws = self._records, self._draws
        region = member.resident_region
        bought = self._prices.bought(region, year, day, member.born, insured, group=member.group, late=late)
        if bought is None or (submitted and not bought.amount_fen):
            # What assistance bears whole is never waiting for payment.
            return False
        second = 8 * 3600 + draws.below(14 * 3600)
        share = draws.unit()
        payer_id, account = member.id, None
        wanted = _BY_ACCOUNT.get(year, 0.0)
        if share < wanted and day >= _BINDING_FROM and bought.amount_fen:
            payer = self._payer(member, by_role, day)
            if payer is not None:
                account = payer.account
                payer_id = payer.id
                if payer.id not in bound:
                    bound[payer.id] = day
                    relation = KINSHIP[payer.role, member.role].name
                    at = moment(day, second) - 600 - draws.below(86_400)
                    records.bind(payer.id, member.id, relation, self._place.code, at, None)
        elif member.age < 18 or share > 0.8:
            for role in PAYERS[member.role]:
                relative = by_role[role]
                if relative is not None and relative.died is None and relative.age >= 18:
                    payer_id = relative.id
                    break
        status = ContributionStatus.FINISHED if draws.chance(_FINISHED) else ContributionStatus.PAID
        if submitted:
            status = ContributionStatus.SUBMITTED
        terms = self._prices.terms(region, day)
        payment = Payment(
            id=records.new_id("resident_contributions", region),
            person_id=member.id,
            enrolment_id=member.resident_enrolment,
            region=region,
            year=year,
            kind=terms.kind(member.group),
            amount_fen=bought.amount_fen,
            subsidy_fen=bought.subsidy_fen,
            payer_id=payer_id,
            account=account,
            day=day,
            second=second,
            status=status,
            covered_from=bought.covered_from,
            hidden_hours=terms.hidden_hours,
            waits_until=bought.waits_until,
            slip_waits=terms.slip_waits,
        )
        payments.append(payment)
        if account is not None and not submitted:
            account.payments.append(payment)
        return True

    def _cared_for(self, payment: Payment, family: Sequence[Member]) -> None:
        """Add what the insured person was cared for by that cover, where it is known what was paid."""
        care = self._care
        if (
            payment.year != CARE_YEAR
            or payment.status is ContributionStatus.SUBMITTED
            or not care.stated(payment.region)
        ):
            return
        member = next(one for one in family if one.id == payment.person_id)
        if member.account is None:
            first = max(payment.covered_from, payment.day)
            last = TODAY if member.resident_until is None else member.resident_until
            if member.died is not None:
                last = min(last, member.died - 1)
            care.add(Insured(member.id, member.born, member.group, payment.region), first, last)

    def _employee_cared_for(self, member: Member) -> None:
        """Add what an employee was cared for while insured, before the account is settled that pays for it."""
        kind, region = member.employed_as, member.employed_region
        if kind is not None and self._care.stated(region, Scheme.EMPLOYEE):
            last = TODAY if member.died is None else member.died - 1
            one = Insured(member.id, member.born, member.group, region, Scheme.EMPLOYEE, kind, member.account)
            self._care.add(one, max(member.employed_from, _CARE_FROM), last)


OUTSIDE_REGIONS = tuple(RegionCode(code) for code in ("440300", "320500", "330100", "310000", "440100", "350200"))
"""Cities in provinces that no world holds, where people go to work."""

_CARE_FROM = date(CARE_YEAR, 1, 1).toordinal()
_SHARE = {
    name.split(".")[-1]: float(rate.value)
    for name, rate in RATES.figures.items()
    if isinstance(rate.value, int | float) and name.split(".")[0] != "identity_divisions"
}
_CHILDREN: list[float] = RATES.list("families.children")
_EMPLOYEE_CREDIT: tuple[int, int] = tuple(RATES.list("accounts.employee_credit_fen"))
_RETIRED_CREDIT: tuple[int, int] = tuple(RATES.list("accounts.retired_credit_fen"))
_OLDEST_COUPLE = 365 * int(RATES.share("families.oldest_couple"))
_VILLAGE_PERSONS = int(RATES.share("units.village_persons"))
_OPENING = RATES.fen("accounts.opening_fen")
_NEWBORN_DAYS = RATES.fen("special_groups.newborn_days")
_NOT_ENROLLED = RATES.share("enrolment.not_enrolled")
_OUTSIDE = RATES.share("enrolment.outside")
_GAP_YEAR_PAID = RATES.share("contributions.gap_year_paid")
_LATE = RATES.share("contributions.late")
_PAID_2025 = RATES.share("contributions.paid_2025")
_SUBMITTED_ONLY = RATES.share("contributions.submitted_only")
_FINISHED = RATES.share("contributions.finished")
_BY_ACCOUNT = {
    2024: RATES.share("contributions.by_account_2024"),
    2025: RATES.share("contributions.by_account_2025"),
}
