"""Personas: named people of every world, each in a situation worth trying (预设角色).

Their families stand in the world like everybody else's. A persona's description carries what its owner would know of
the relative in question: name, identity number, birth date and sex. They are simulated, and a world is a sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import and_, bindparam, func, literal_column, select

from domain.store.engine import Database
from domain.store.statements import Statement
from domain.store.tables import personas, persons, registry_identities, registry_kinships
from domain.vocabulary import (
    NATION,
    AccountStatus,
    ContributionStatus,
    EnrolmentStatus,
    EntryKind,
    Id,
    InstitutionKind,
    InstitutionTier,
    PersonType,
    Prefix,
    RegionCode,
    Relation,
    Role,
    Scheme,
    Sex,
    SpecialGroup,
    UnitKind,
    api_id,
)
from simulator.draws import Draws
from simulator.factories import PersonFactory, SimulatedPerson
from simulator.families import add_unit
from simulator.identity import IdentityNumbers
from simulator.places import Place
from simulator.prices import Prices
from simulator.promises import Knows, promises_to
from simulator.records import TODAY, Account, Payment, Records, moment

XIXIU = RegionCode("520402")
_ANSHUN = tuple(RegionCode(code) for code in ("520402", "520403", "520422", "520423", "520424", "520425"))
SPARES = 19
"""How many more there are like the first persona, for whoever wants one to themselves."""

_CREDITS_A_YEAR = 12
_EMPLOYEE_SINCE = date(2015, 3, 1)
_RESIDENT_SINCE = date(2012, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Someone:
    """A persona or a relative, as written to the world."""

    id: int
    household: int
    document: SimulatedPerson

    @property
    def born(self) -> int:
        return self.document.birth_date.toordinal()

    @property
    def surname(self) -> str:
        return self.document.name[:1]


class People:
    """Adds people one at a time, every detail chosen by the caller."""

    def __init__(
        self,
        records: Records,
        seed: int,
        places: Mapping[RegionCode, Place],
        numbers: Mapping[RegionCode, IdentityNumbers],
        universities: Mapping[str, tuple[int, RegionCode]],
        prices: Prices,
        institutions: Mapping[tuple[str, InstitutionKind, InstitutionTier], int],
    ) -> None:
        self.records = records
        self._prices = prices
        self.seed = seed
        self.count = 0
        self._places = places
        self._numbers = numbers
        self._universities = universities
        self._institutions = institutions
        self._units: dict[tuple[RegionCode, UnitKind], int] = {}
        self._insured: dict[int, int] = {}

    def place(self, region: RegionCode) -> Place:
        """The place of that code."""
        return self._places[region]

    def university(self, region: RegionCode) -> str:
        """The id of the university of the region's city, as the API says it."""
        return api_id(Prefix.UNIT, self._universities[region[:4]][0])

    def institution(self, city: str, kind: InstitutionKind, tier: InstitutionTier) -> int:
        """The id of an institution of the city of those first four digits, for whose staff a persona acts."""
        return self._institutions[city, kind, tier]

    def unit(self, region: RegionCode, kind: UnitKind) -> int:
        """The id of the unit of that kind where the personas of a county work or are registered."""
        key = region, kind
        if key not in self._units:
            draws = Draws(self.seed, f"persona units {kind.name}", int(region))
            self._units[key] = add_unit(self.records, draws, kind, self._places[region], 0)
        return self._units[key]

    def new_unit(self, draws: Draws, region: RegionCode, kind: UnitKind) -> int:
        """The id of a unit of a persona's own."""
        return add_unit(self.records, draws, kind, self._places[region], 1)

    def add(
        self,
        draws: Draws,
        region: RegionCode,
        sex: Sex,
        *,
        age: int | None = None,
        born: date | None = None,
        household: int | None = None,
        family_name: str | None = None,
        group: SpecialGroup | None = None,
        died: date | None = None,
        name: str | None = None,
        registered: str | None = None,
        on_platform: bool = True,
    ) -> Someone:
        """A person and their entry in the register; the names differ where `registered` is given.

        Who is not on the platform stands in the register alone, and has no id.
        """
        told = {"age": age, "birth_date": born, "family_name": family_name, "name": name}
        document = PersonFactory.build(
            draws=draws,
            region=region,
            sex=sex,
            numbers=self._numbers[region],
            **{key: value for key, value in told.items() if value is not None},
        )
        records = self.records
        number = records.new_id("persons", region) if on_platform else 0
        if household is None:
            household = records.new_id("households", region)
        birth = document.birth_date.isoformat()
        death = None if died is None else died.isoformat()
        if on_platform:
            self.count += 1
            records.add(
                "persons",
                number,
                region,
                household,
                document.name,
                "RESIDENT_ID_CARD",
                document.id_number,
                birth,
                sex.name,
                document.phone if document.birth_date < date(2011, 1, 1) else None,
                None if group is None else group.name,
                death,
                None,
                None,
            )
        records.add(
            "registry_identities",
            "RESIDENT_ID_CARD",
            document.id_number,
            registered or document.name,
            sex.name,
            birth,
            death,
            None,
        )
        return Someone(number, household, document)

    def kin(self, one: Someone, other: Someone, other_is: Relation, one_is: Relation) -> None:
        """Register what each is to the other."""
        first, second = one.document.id_number, other.document.id_number
        self.records.add("registry_kinships", first, second, other_is.name)
        self.records.add("registry_kinships", second, first, one_is.name)

    def employee(
        self,
        person: Someone,
        *,
        balance_fen: int,
        status: AccountStatus = AccountStatus.OPEN,
        person_type: PersonType = PersonType.EMPLOYED,
        unit: int | None = None,
        since: date = _EMPLOYEE_SINCE,
    ) -> Account:
        """Insured as an employee, with an account that holds `balance_fen` before anything is paid."""
        region = person.document.region
        records = self.records
        started = since.toordinal()
        if unit is None:
            unit = self.unit(region, UnitKind.ENTERPRISE)
        records.employ(person.id, person_type, region, unit, EnrolmentStatus.ACTIVE, started)
        credit = min(12_000, balance_fen // (2 * _CREDITS_A_YEAR) // 100 * 100)
        return Account(
            id=records.new_id("personal_accounts", region),
            person_id=person.id,
            region=region,
            status=status,
            opened=started,
            opening_fen=balance_fen - credit * _CREDITS_A_YEAR,
            credit_fen=credit,
            credit_kind=EntryKind.PENSIONER_CREDIT if person_type is PersonType.RETIRED else EntryKind.MONTHLY_CREDIT,
        )

    def resident(
        self,
        person: Someone,
        person_type: PersonType,
        *,
        since: int = _RESIDENT_SINCE,
        by: int | None = None,
        at: RegionCode | None = None,
        visible_to_tax_at: int | None = None,
    ) -> int:
        """The id of an active resident enrolment, by the unit given or the one that enrols such people.

        Where the person lives, unless `at` is given.
        """
        region = at or person.document.region
        unit = self.unit(region, UnitKind.VILLAGE)
        if by is not None:
            unit = by
        elif person_type is PersonType.STUDENT:
            unit, region = self._universities[region[:4]]
        elif person_type is PersonType.RESIDENT_MINOR:
            unit = self.unit(region, UnitKind.SCHOOL)
        return self.records.enrol(
            person.id,
            Scheme.RESIDENT,
            person_type.name,
            region,
            unit,
            EnrolmentStatus.ACTIVE,
            max(since, person.born + 10),
            visible_to_tax_at=visible_to_tax_at,
        )

    def paid(
        self,
        person: Someone,
        enrolment: int,
        year: int,
        day: date,
        *,
        payer: Someone | None = None,
        account: Account | None = None,
        status: ContributionStatus = ContributionStatus.FINISHED,
        group: SpecialGroup | None = None,
        late: bool = False,
        at: RegionCode | None = None,
    ) -> Payment:
        """A contribution for a year; from an account it is written once the account is settled."""
        records = self.records
        region, on = at or person.document.region, day.toordinal()
        bought = self._prices.bought(
            region, year, on, person.born, self._insured.get(person.id), group=group, late=late
        )
        assert bought is not None, "personas pay where documents say for what"
        self._insured[person.id] = year
        terms = self._prices.terms(region, on)
        payment = Payment(
            id=records.new_id("resident_contributions", region),
            person_id=person.id,
            enrolment_id=enrolment,
            region=region,
            year=year,
            kind=terms.kind(group),
            amount_fen=bought.amount_fen,
            subsidy_fen=bought.subsidy_fen,
            payer_id=person.id if payer is None else payer.id,
            account=account,
            day=on,
            second=10 * 3600 + person.id % 3600,
            status=status,
            covered_from=bought.covered_from,
            hidden_hours=terms.hidden_hours,
            waits_until=bought.waits_until,
            slip_waits=terms.slip_waits,
        )
        if account is None:
            records.write_payment(payment)
        else:
            account.payments.append(payment)
        return payment

    def paid_every_year(
        self,
        person: Someone,
        enrolment: int,
        *,
        group: SpecialGroup | None = None,
        at: RegionCode | None = None,
    ) -> None:
        """Paid and finished for 2022, 2023 and 2024, each in the autumn before."""
        for year in (2022, 2023, 2024):
            self.paid(person, enrolment, year, date(year - 1, 11, 3 + person.id % 20), group=group, at=at)

    def settle(self, account: Account) -> None:
        """Write the account, then what was paid from it."""
        self.records.settle_account(account)
        for payment in account.payments:
            assert payment.account is account
            self.records.write_payment(payment)


_RELATION_WORDS = {
    (Relation.PARENT, Sex.FEMALE): ("母亲", "Mother"),
    (Relation.PARENT, Sex.MALE): ("父亲", "Father"),
    (Relation.CHILD, Sex.FEMALE): ("女儿", "Daughter"),
    (Relation.CHILD, Sex.MALE): ("儿子", "Son"),
    (Relation.SPOUSE, Sex.MALE): ("丈夫", "Husband"),
    (Relation.SPOUSE, Sex.FEMALE): ("妻子", "Wife"),
    (Relation.PATERNAL_GRANDCHILD, Sex.MALE): ("孙子", "Grandson"),
    (Relation.OTHER, Sex.MALE): ("叔父", "Uncle"),
}


_NOTHING: Knows = MappingProxyType({})


def _known(who: str, person: Someone) -> dict[str, str]:
    """What is known of somebody, under the names that promises have for it."""
    document = person.document
    return {
        # Who is not on the platform has no id yet.
        **({who: api_id(Prefix.PERSON, person.id)} if person.id else {}),
        f"{who}.name": document.name,
        f"{who}.idNumber": document.id_number,
        f"{who}.birthDate": document.birth_date.isoformat(),
        f"{who}.sex": document.sex.name,
    }


class Cast:
    """Writes the personas and their families into a new world."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._added = 0

    @property
    def persons(self) -> int:
        """How many people the personas and their families are."""
        return self._people.count

    def _draws(self) -> Draws:
        self._added += 1
        return Draws(self._people.seed, "persona", self._added)

    def _persona(
        self,
        name: str,
        person: Someone,
        relative: Someone,
        relation: Relation,
        zh: str,
        en: str,
        *,
        role: Role = Role.CITIZEN,
        unit_id: int | None = None,
        knows: Knows = _NOTHING,
    ) -> None:
        words = _RELATION_WORDS[relation, relative.document.sex]
        document = relative.document
        birth = document.birth_date.isoformat()
        self._write(
            name,
            role,
            person.id,
            person.document.region,
            f"{person.document.name}，{zh}。{words[0]} {document.name}，证件号码 {document.id_number}，{birth}，"
            f"{document.sex.zh}，关系选「{relation.zh}」（{relation.name}）。",
            f"{person.document.name}: {en}. {words[1]} {document.name}, identity number {document.id_number}, born "
            f"{birth}, {document.sex.en}, relation {relation.name}.",
            unit_id=unit_id,
            knows={
                **_known("self", person),
                **_known("relative", relative),
                "relative.relation": relation.name,
                **knows,
            },
        )

    def _write(
        self,
        name: str,
        role: Role,
        person_id: int | None,
        region: RegionCode,
        zh: str,
        en: str,
        *,
        unit_id: int | None = None,
        institution_id: int | None = None,
        knows: Knows = _NOTHING,
    ) -> None:
        # No province leads these: a list of personas shows them in the order in which they are written here.
        records = self._people.records
        number = records.new_id("personas", NATION)
        records.add("personas", number, name, role.name, person_id, region, zh, en, unit_id, institution_id)
        if unit_id is not None:
            knows = {**knows, "unit": api_id(Prefix.UNIT, unit_id)}
        for position, promise in enumerate(promises_to(name, knows), start=1):
            records.add("persona_promises", number, position, *astuple(promise))

    def _payer(self, draws: Draws, region: RegionCode, sex: Sex = Sex.MALE) -> Someone:
        return self._people.add(draws, region, sex, age=34)

    def _mother(self, draws: Draws, child: Someone, region: RegionCode, **told: object) -> Someone:
        people = self._people
        mother = people.add(draws, region, Sex.FEMALE, **({"age": 61} | told))  # type: ignore[arg-type]
        people.kin(child, mother, Relation.PARENT, Relation.CHILD)
        return mother

    def _insured_mother(self, draws: Draws, child: Someone, region: RegionCode, **told: object) -> tuple[Someone, int]:
        """A mother who has paid every year and not yet for 2025, with her enrolment."""
        mother = self._mother(draws, child, region, **told)
        enrolment = self._people.resident(mother, PersonType.RESIDENT_SENIOR)
        self._people.paid_every_year(mother, enrolment)
        return mother, enrolment

    def _with_mother(
        self,
        name: str,
        zh: str,
        en: str,
        *,
        region: RegionCode = XIXIU,
        mother_region: RegionCode | None = None,
        balance_fen: int = 268_000,
        status: AccountStatus = AccountStatus.OPEN,
        sex: Sex = Sex.MALE,
    ) -> None:
        """An employee whose mother has paid every year, is not bound yet, and has not paid for 2025."""
        draws = self._draws()
        payer = self._payer(draws, region, sex)
        mother, _ = self._insured_mother(draws, payer, mother_region or region)
        self._people.settle(self._people.employee(payer, balance_fen=balance_fen, status=status))
        self._persona(name, payer, mother, Relation.PARENT, zh, en)

    def add_personas(self) -> None:
        """Write all of them, always in the same order."""
        self._with_mother(
            "employee",
            "安顺市西秀区职工，个人账户余额 2,680.00 元；母亲一直参加居民医保，尚未绑定，2025 年度尚未缴费",
            "employee in Xixiu, Anshun, with 2,680.00 yuan in the account; mother is continuously insured as a "
            "resident, not bound yet, and has not paid for 2025",
        )
        self._with_mother(
            "poor-employee",
            "安顺市西秀区职工，个人账户余额只有 149.20 元；母亲 2025 年度尚未缴费",
            "employee in Xixiu with only 149.20 yuan in the account; mother has not paid for 2025",
            balance_fen=14_920,
        )
        self._with_mother(
            "frozen-employee",
            "安顺市西秀区职工，个人账户已冻结；母亲 2025 年度尚未缴费",
            "employee in Xixiu whose account is frozen; mother has not paid for 2025",
            status=AccountStatus.FROZEN,
        )
        self._with_mother(
            "suining-employee",
            "遂宁市船山区职工；母亲在蓬溪县参保，2025 年度尚未缴费",
            "employee in Chuanshan, Suining; mother is insured in Pengxi County and has not paid for 2025",
            region=RegionCode("510903"),
            mother_region=RegionCode("510921"),
            sex=Sex.FEMALE,
        )
        self._xuancheng_parent()
        self._chuzhou_resident()
        self._with_mother(
            "mianyang-employee",
            "绵阳市涪城区职工；母亲在游仙区参保，当地文件没有写明 2025 年度缴费标准",
            "employee in Fucheng, Mianyang; mother is insured in Youxian, where no document states the price for 2025",
            region=RegionCode("510703"),
            mother_region=RegionCode("510704"),
        )
        self._with_mother(
            "synthetic-employee",
            "模拟一市职工；母亲 2025 年度尚未缴费",
            "employee in a simulated city; mother has not paid for 2025",
            region=RegionCode("840102"),
            sex=Sex.FEMALE,
        )
        self._late_payer()
        self._paid_by_herself()
        self._paid_by_sibling()
        self._mother_not_enrolled()
        self._mother_employed_elsewhere()
        self._mother_special_group()
        self._rare_name()
        self._uncle()
        self._newborn()
        self._mother_deceased()
        self._no_account()
        self._already_bound()
        self._retired_payer()
        self._mother_gap()
        self._already_paid()
        self._mother_just_registered()
        self._with_mother(
            "two-grades",
            "模拟二市职工；母亲 2025 年度尚未缴费，当地设有两个缴费档次：400.00 元和 600.00 元",
            "employee in a simulated city with two grades of contribution, 400.00 and 600.00 yuan; mother has not paid "
            "for 2025",
            region=RegionCode("840202"),
        )
        self._repairable_gap()
        self._assisted_mothers()
        self._staff(self._patients())
        for position in range(SPARES):
            region = _ANSHUN[(position + 1) % len(_ANSHUN)]
            self._with_mother(
                f"employee-{position + 2}",
                f"安顺市{self._people.place(region).name}职工，情形与 employee 相同",
                f"employee in {self._people.place(region).name_en}, Anshun, in the same situation as `employee`",
                region=region,
                balance_fen=200_000 + 8_000 * position,
                sex=Sex.FEMALE if position % 2 else Sex.MALE,
            )
        self._freshmen()
        self._newcomers()
        self._employer()
        self._collector(
            "officer-school",
            UnitKind.SCHOOL,
            PersonType.RESIDENT_MINOR,
            (7, 9, 11, 12),
            "安顺市西秀区一所学校的经办人员，可见本校参保的 4 名学生；学生 2025 年度尚未缴费",
            "officer of a school in Xixiu, who sees its four pupils; nothing is paid for them for 2025",
        )
        self._collector(
            "officer-village",
            UnitKind.VILLAGE,
            PersonType.RESIDENT_ADULT,
            (33, 41, 47, 52, 58),
            "安顺市西秀区一个村的经办人员，可见本村参保的 5 名村民；村民 2025 年度尚未缴费",
            "officer of a village in Xixiu, who sees five villagers it enrols; nothing is paid for them for 2025",
        )
        self._moved_worker()
        self._flexible_worker()
        self._nearly_retired()

    def _nearly_retired(self) -> None:
        draws, people = self._draws(), self._people
        person = people.add(draws, XIXIU, Sex.FEMALE, age=56)
        people.settle(people.employee(person, balance_fen=150_000))
        self._write(
            "nearly-retired",
            Role.CITIZEN,
            person.id,
            XIXIU,
            "安顺市西秀区女职工，已满 55 岁，2015 年起参加职工医保，缴费年限不足 20 年，须趸缴后才能退休",
            "employee in Xixiu, a woman past 55 and insured since 2015: short of 20 years, to be settled to retire",
            knows=_known("self", person),
        )

    def _flexible_worker(self) -> None:
        draws, people = self._draws(), self._people
        worker = people.add(draws, XIXIU, Sex.MALE, born=date(1988, 7, 20))
        region, started = XIXIU, date(2019, 7, 1).toordinal()
        people.records.enrol(
            worker.id, Scheme.EMPLOYEE, PersonType.FLEXIBLE.name, region, None, EnrolmentStatus.ACTIVE, started
        )
        self._write(
            "flexible-worker",
            Role.CITIZEN,
            worker.id,
            XIXIU,
            "安顺市西秀区灵活就业人员，2019 年起参加职工医保，自行申报缴费，还没有个人账户",
            "flexibly employed in Xixiu, in the employee scheme since 2019, declares and pays alone; no account yet",
            knows=_known("self", worker),
        )

    def _employer(self) -> None:
        draws, people = self._draws(), self._people
        unit = people.new_unit(draws, XIXIU, UnitKind.ENTERPRISE)
        staff = [
            people.add(draws, XIXIU, Sex.FEMALE if position % 2 else Sex.MALE, age=age)
            for position, age in enumerate((42, 29, 35, 38, 47, 53))
        ]
        for one in staff:
            people.settle(people.employee(one, balance_fen=96_000, unit=unit))
        wife = people.add(draws, XIXIU, Sex.FEMALE, age=40, household=staff[0].household)
        people.kin(staff[0], wife, Relation.SPOUSE, Relation.SPOUSE)
        people.paid_every_year(wife, people.resident(wife, PersonType.RESIDENT_ADULT))
        self._persona(
            "officer-employer",
            staff[0],
            wife,
            Relation.SPOUSE,
            "安顺市西秀区一家企业的经办人员，可见本单位参保的 6 名职工（含本人）；妻子现为西秀区参保居民，将入职本单位",
            "officer of an enterprise in Xixiu, who sees its six employees and is one of them; the wife, a resident "
            "there, is about to join the enterprise",
            role=Role.UNIT_OFFICER,
            unit_id=unit,
            knows=_known("member", staff[1]),
        )

    def _freshmen(self) -> None:
        draws, people, region = self._draws(), self._people, RegionCode("341802")
        home = RegionCode("341122")
        father = people.add(draws, region, Sex.MALE, age=47)
        student = people.add(
            draws, region, Sex.FEMALE, born=date(2006, 3, 9), household=father.household, family_name=father.surname
        )
        people.kin(father, student, Relation.CHILD, Relation.PARENT)
        enrolment = people.resident(student, PersonType.RESIDENT_MINOR, at=home)
        people.paid_every_year(student, enrolment, at=home)
        people.settle(people.employee(father, balance_fen=298_000))
        self._persona(
            "xuancheng-freshman",
            student,
            father,
            Relation.PARENT,
            f"宣城市在校大学生（{people.university(region)}），新生，第一次在宣城参保；原籍滁州市来安县的居民医保尚未暂停；"
            "可能须先激活医保电子凭证",
            f"new student in Xuancheng ({people.university(region)}), never enrolled there; still a resident insured "
            "in Lai'an, Chuzhou; may be asked for the electronic certificate",
        )
        self._persona(
            "freshman-father",
            father,
            student,
            Relation.CHILD,
            "宣城市宣州区职工，个人账户余额 2,980.00 元；女儿即 xuancheng-freshman",
            "employee in Xuanzhou with 2,980.00 yuan in the account; daughter is xuancheng-freshman",
        )
        draws = self._draws()
        mother = people.add(draws, region, Sex.FEMALE, age=46)
        other = people.add(draws, region, Sex.MALE, born=date(2006, 7, 21), household=mother.household)
        people.kin(other, mother, Relation.PARENT, Relation.CHILD)
        people.paid_every_year(mother, people.resident(mother, PersonType.RESIDENT_ADULT))
        people.records.add(
            "outside_enrolments", other.document.id_number, "411500", Scheme.RESIDENT.name, "2012-01-01", None, None
        )
        self._persona(
            "xuancheng-freshman-outside",
            other,
            mother,
            Relation.PARENT,
            f"宣城市在校大学生（{people.university(region)}），新生，第一次在宣城参保；在外省（河南省信阳市，411500）的居民医保"
            "尚未暂停；可能须先激活医保电子凭证",
            f"new student in Xuancheng ({people.university(region)}), never enrolled there; still a resident insured "
            "in another province (Xinyang, Henan, 411500); may be asked for the electronic certificate",
        )

    def _newcomers(self) -> None:
        draws, people, region = self._draws(), self._people, RegionCode("341102")
        mother = people.add(draws, region, Sex.FEMALE, age=29)
        child = people.add(
            draws,
            region,
            Sex.FEMALE,
            born=date(2024, 12, 2),
            household=mother.household,
            on_platform=False,
        )
        people.kin(mother, child, Relation.CHILD, Relation.PARENT)
        self._persona(
            "chuzhou-newcomer",
            mother,
            child,
            Relation.CHILD,
            "滁州市琅琊区居民，从未参保；女儿 2024 年 12 月 2 日出生，已上户口，还不在医保平台上；两人都要首次登记",
            "resident of Langya, Chuzhou, never enrolled; daughter born on 2 December 2024 stands in the register "
            "and not yet on the insurance platform; both register for the first time",
        )

    def _collector(
        self, name: str, kind: UnitKind, person_type: PersonType, ages: Sequence[int], zh: str, en: str
    ) -> None:
        """A unit whose residents have paid every year and not yet for 2025, and its officer, who is an employee."""
        draws, people = self._draws(), self._people
        unit = people.new_unit(draws, XIXIU, kind)
        officer = people.add(draws, XIXIU, Sex.FEMALE, age=44)
        people.settle(people.employee(officer, balance_fen=120_000))
        knows: dict[str, str] = {}
        for position, age in enumerate(ages):
            member = people.add(draws, XIXIU, Sex.MALE if position % 2 else Sex.FEMALE, age=age)
            people.paid_every_year(member, people.resident(member, person_type, by=unit))
            knows |= _known(f"member{position + 1}", member)
        self._write(name, Role.UNIT_OFFICER, officer.id, XIXIU, zh, en, unit_id=unit, knows=knows)

    def _moved_worker(self) -> None:
        draws, people, chuanshan = self._draws(), self._people, RegionCode("510903")
        worker = people.add(draws, XIXIU, Sex.MALE, age=36)
        mother, _ = self._insured_mother(draws, worker, XIXIU)
        people.records.employ(
            worker.id,
            PersonType.EMPLOYED,
            chuanshan,
            people.unit(chuanshan, UnitKind.ENTERPRISE),
            EnrolmentStatus.TERMINATED,
            date(2015, 3, 1).toordinal(),
            date(2019, 7, 15).toordinal(),
        )
        people.records.add(
            "outside_enrolments",
            worker.document.id_number,
            "440300",
            Scheme.EMPLOYEE.name,
            "2019-07-16",
            "2023-11-10",
            None,
        )
        people.settle(people.employee(worker, balance_fen=88_000, since=date(2023, 11, 20)))
        self._persona(
            "moved-worker",
            worker,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工，2023 年 11 月起在此参保；此前 2015 年 3 月至 2019 年 7 月在遂宁市、"
            "2019 年 7 月至 2023 年 11 月在广东省深圳市（440300）以职工身份参保，"
            "都可申请转移接续；母亲 2025 年度尚未缴费",
            "employee in Xixiu since November 2023; was insured as an employee in Suining from March 2015 to July 2019 "
            "and in Shenzhen, Guangdong (440300), until November 2023, and may have both transferred; mother has not "
            "paid for 2025",
        )

    def _xuancheng_parent(self) -> None:
        draws, people, region = self._draws(), self._people, RegionCode("341802")
        parent = people.add(draws, region, Sex.MALE, age=48, family_name="汪")
        child = people.add(
            draws, region, Sex.FEMALE, born=date(2004, 5, 18), household=parent.household, family_name="汪"
        )
        people.kin(parent, child, Relation.CHILD, Relation.PARENT)
        enrolment = people.resident(child, PersonType.STUDENT, since=date(2022, 9, 10).toordinal())
        people.paid(child, enrolment, 2023, date(2022, 10, 8), payer=parent)
        people.paid(child, enrolment, 2024, date(2023, 10, 16), payer=parent)
        people.settle(people.employee(parent, balance_fen=356_000))
        self._persona(
            "xuancheng-parent",
            parent,
            child,
            Relation.CHILD,
            "宣城市宣州区职工；女儿是本地在校大学生，2024 年度已缴 380.00 元，2025 年度尚未缴费",
            "employee in Xuanzhou, Xuancheng; daughter studies there, 380.00 yuan were paid for 2024 and nothing yet "
            "for 2025",
        )

    def _chuzhou_resident(self) -> None:
        draws, people, region = self._draws(), self._people, RegionCode("341102")
        resident = people.add(draws, region, Sex.FEMALE, age=45)
        husband = people.add(draws, region, Sex.MALE, age=47, household=resident.household)
        people.kin(resident, husband, Relation.SPOUSE, Relation.SPOUSE)
        for person in (resident, husband):
            enrolment = people.resident(person, PersonType.RESIDENT_ADULT)
            people.paid(person, enrolment, 2023, date(2022, 11, 20))
            people.paid(person, enrolment, 2024, date(2023, 10, 25), status=ContributionStatus.PAID)
        self._persona(
            "chuzhou-resident",
            resident,
            husband,
            Relation.SPOUSE,
            "滁州市琅琊区居民，没有个人账户；2023 年度已完成并有电子缴款单，2024 年度已缴费但未点“完成”，"
            "还没有电子缴款单",
            "resident of Langya, Chuzhou, without a personal account; finished for 2023 and holds the slip, paid for "
            "2024 but never pressed “finish” and has no slip yet",
        )

    def _late_payer(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother = self._mother(draws, payer, XIXIU)
        enrolment = people.resident(mother, PersonType.RESIDENT_SENIOR)
        people.paid(mother, enrolment, 2022, date(2021, 11, 9))
        people.paid(mother, enrolment, 2024, date(2024, 4, 15), late=True)
        people.settle(people.employee(payer, balance_fen=310_000))
        self._persona(
            "late-payer",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；母亲 2023 年度断保，2024 年度在集中征缴期后补缴 1,020.00 元，2025 年度尚未缴费",
            "employee in Xixiu; mother missed 2023, paid 1,020.00 yuan for 2024 after the window, and has not paid for "
            "2025",
        )

    def _paid_by_herself(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother, enrolment = self._insured_mother(draws, payer, XIXIU)
        people.paid(mother, enrolment, 2025, date(2024, 10, 21))
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "mother-already-paid",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；母亲已在税务系统自己缴清 2025 年度",
            "employee in Xixiu; mother has paid for 2025 herself through the tax system",
        )

    def _paid_by_sibling(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother, enrolment = self._insured_mother(draws, payer, XIXIU)
        sibling = people.add(draws, XIXIU, Sex.MALE, age=37, family_name=payer.document.name[:1])
        people.kin(payer, sibling, Relation.SIBLING, Relation.SIBLING)
        people.kin(sibling, mother, Relation.PARENT, Relation.CHILD)
        day = date(2024, 11, 18)
        people.records.bind(sibling.id, mother.id, Relation.PARENT.name, XIXIU, moment(day.toordinal(), 9 * 3600), None)
        account = people.employee(sibling, balance_fen=420_000)
        people.paid(mother, enrolment, 2025, day, payer=sibling, account=account)
        people.settle(account)
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "sibling-paid",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；哥哥已用自己的个人账户为母亲缴清 2025 年度",
            "employee in Xixiu whose brother has paid for their mother's 2025 from his account",
        )

    def _mother_not_enrolled(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother = self._mother(draws, payer, XIXIU)
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "mother-not-enrolled",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；母亲从未参保登记，会提示未查询到居民医疗参保信息",
            "employee in Xixiu whose mother was never enrolled",
        )

    def _mother_just_registered(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother = self._mother(draws, payer, XIXIU)
        people.resident(mother, PersonType.RESIDENT_SENIOR, since=TODAY, visible_to_tax_at=moment(TODAY, 21 * 3600))
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "mother-just-registered",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；母亲今天刚办理参保登记，登记信息预计当天 21:00 送达税务部门，此前不能通过税务渠道缴费",
            "employee in Xixiu whose mother was registered today; the tax bureau has the registration from 21:00 on, "
            "and its channels do not collect before",
        )

    def _mother_employed_elsewhere(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother, _ = self._insured_mother(draws, payer, XIXIU, age=54)
        people.records.add(
            "outside_enrolments", mother.document.id_number, "440300", Scheme.EMPLOYEE.name, "2024-03-01", None, None
        )
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "mother-employed-elsewhere",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；母亲在广东省深圳市以职工身份在保（重复参保）",
            "employee in Xixiu whose mother is also insured as an employee in Shenzhen, Guangdong",
        )

    def _mother_special_group(self) -> None:
        draws, people, region = self._draws(), self._people, RegionCode("341102")
        payer = self._payer(draws, region)
        mother = self._mother(draws, payer, region, group=SpecialGroup.MINIMUM_LIVING)
        enrolment = people.resident(mother, PersonType.RESIDENT_SENIOR)
        people.paid_every_year(mother, enrolment, group=SpecialGroup.MINIMUM_LIVING)
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "mother-special-group",
            payer,
            mother,
            Relation.PARENT,
            "滁州市琅琊区职工；母亲是低保对象（医保资助对象），须走特殊缴费，2025 年度尚未缴费",
            "employee in Langya, Chuzhou, whose mother receives the minimum living allowance, must use the special "
            "payment, and has not paid for 2025",
        )

    def _rare_name(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother = self._mother(draws, payer, XIXIU, name="陈淑珍", registered="陈淑珎")
        enrolment = people.resident(mother, PersonType.RESIDENT_SENIOR)
        people.paid_every_year(mother, enrolment)
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "rare-name",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；母亲户籍登记姓名用了异体字（陈淑珎），与参保姓名不符",
            "employee in Xixiu whose mother's name is registered with a variant character (陈淑珎)",
        )

    def _uncle(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        uncle = people.add(draws, XIXIU, Sex.MALE, age=58, family_name=payer.document.name[:1])
        people.kin(payer, uncle, Relation.OTHER, Relation.OTHER)
        enrolment = people.resident(uncle, PersonType.RESIDENT_ADULT)
        people.paid_every_year(uncle, enrolment)
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "uncle",
            payer,
            uncle,
            Relation.OTHER,
            "安顺市西秀区职工，想为叔父代缴；叔父不是近亲属，不在家庭共济范围内",
            "employee in Xixiu who would pay for an uncle, who is no near relative",
        )

    def _newborn(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        child = people.add(
            draws,
            XIXIU,
            Sex.MALE,
            born=date(2024, 11, 20),
            household=payer.household,
            family_name=payer.document.name[:1],
            group=SpecialGroup.NEWBORN,
        )
        people.kin(payer, child, Relation.CHILD, Relation.PARENT)
        people.resident(child, PersonType.NEWBORN, since=child.born + 10)
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "newborn-parent",
            payer,
            child,
            Relation.CHILD,
            "安顺市西秀区职工；儿子 2024 年 11 月 20 日出生，已作为新生儿参保登记，尚未缴费",
            "employee in Xixiu whose son was born on 20 November 2024, is enrolled as a newborn, and is not paid for",
        )

    def _mother_deceased(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        died = date(2024, 8, 30)
        mother = self._mother(draws, payer, XIXIU, age=68, died=died)
        people.records.enrol(
            mother.id,
            Scheme.RESIDENT,
            PersonType.RESIDENT_SENIOR.name,
            XIXIU,
            people.unit(XIXIU, UnitKind.VILLAGE),
            EnrolmentStatus.TERMINATED,
            _RESIDENT_SINCE,
            died.toordinal(),
        )
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "mother-deceased",
            payer,
            mother,
            Relation.PARENT,
            f"安顺市西秀区职工；母亲已于 {died.isoformat()} 去世",
            f"employee in Xixiu whose mother died on {died.isoformat()}",
        )

    def _no_account(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU, Sex.FEMALE)
        mother, _ = self._insured_mother(draws, payer, XIXIU)
        people.records.enrol(
            payer.id,
            Scheme.EMPLOYEE,
            PersonType.FLEXIBLE.name,
            XIXIU,
            None,
            EnrolmentStatus.ACTIVE,
            date(2019, 7, 1).toordinal(),
        )
        self._persona(
            "no-account",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区灵活就业人员，没有个人账户；母亲 2025 年度尚未缴费",
            "flexibly employed in Xixiu without a personal account; mother has not paid for 2025",
        )

    def _already_bound(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother, _ = self._insured_mother(draws, payer, XIXIU)
        bound_at = moment(date(2024, 12, 2).toordinal(), 10 * 3600)
        people.records.bind(payer.id, mother.id, Relation.PARENT.name, XIXIU, bound_at, None)
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "already-bound",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；母亲已于 2024 年 12 月 2 日绑定，2025 年度尚未缴费",
            "employee in Xixiu; mother was bound on 2 December 2024 and has not paid for 2025",
        )

    def _retired_payer(self) -> None:
        draws, people, region = self._draws(), self._people, RegionCode("520403")
        retired = people.add(draws, region, Sex.MALE, age=66)
        grandchild = people.add(
            draws, region, Sex.MALE, age=9, family_name=retired.document.name[:1], household=retired.household
        )
        people.kin(retired, grandchild, Relation.PATERNAL_GRANDCHILD, Relation.PATERNAL_GRANDPARENT)
        enrolment = people.resident(grandchild, PersonType.RESIDENT_MINOR)
        people.paid_every_year(grandchild, enrolment)
        people.settle(people.employee(retired, balance_fen=198_000, person_type=PersonType.RETIRED))
        self._persona(
            "retired-payer",
            retired,
            grandchild,
            Relation.PATERNAL_GRANDCHILD,
            "安顺市平坝区退休人员，个人账户余额 1,980.00 元；孙子 2025 年度尚未缴费",
            "pensioner in Pingba, Anshun, with 1,980.00 yuan in the account; grandson is not paid for in 2025",
        )

    def _mother_gap(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother = self._mother(draws, payer, XIXIU)
        enrolment = people.resident(mother, PersonType.RESIDENT_SENIOR)
        people.paid(mother, enrolment, 2022, date(2021, 11, 9))
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "mother-gap",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；母亲 2023、2024 年度断保，在集中征缴期内缴费也有 90 天待遇等待期",
            "employee in Xixiu whose mother did not pay for 2023 and 2024: even inside the window she waits 90 days",
        )

    def _repairable_gap(self) -> None:
        draws, people, region = self._draws(), self._people, RegionCode("840302")
        payer = self._payer(draws, region)
        mother = self._mother(draws, payer, region)
        enrolment = people.resident(mother, PersonType.RESIDENT_SENIOR)
        people.paid(mother, enrolment, 2022, date(2021, 11, 9))
        people.settle(people.employee(payer, balance_fen=268_000))
        self._persona(
            "repairable-gap",
            payer,
            mother,
            Relation.PARENT,
            "模拟三市职工；母亲 2023、2024 年度断保，每补缴一年，待遇等待期缩短一个月",
            "employee in a simulated city whose mother did not pay for 2023 and 2024: paying for each of them as well "
            "shortens her wait by a month",
        )

    def _assisted_mothers(self) -> None:
        for name, group, zh, en in (
            (
                "mother-assisted",
                SpecialGroup.MINIMUM_LIVING,
                "母亲是低保对象，2025 年度医疗救助资助 300.00 元，个人缴 100.00 元",
                "whose mother receives the minimum living allowance: of her 2025 medical assistance bears 300.00 yuan, "
                "and 100.00 are left to pay",
            ),
            (
                "mother-borne-whole",
                SpecialGroup.EXTREME_POVERTY,
                "母亲是特困人员，2025 年度由医疗救助全额资助，提交后无需缴费",
                "whose mother lives in extreme poverty: medical assistance bears her 2025 whole, and submitting it "
                "leaves nothing to pay",
            ),
        ):
            draws, people, region = self._draws(), self._people, RegionCode("840102")
            payer = self._payer(draws, region)
            mother = self._mother(draws, payer, region, group=group)
            enrolment = people.resident(mother, PersonType.RESIDENT_SENIOR)
            people.paid_every_year(mother, enrolment, group=group)
            people.settle(people.employee(payer, balance_fen=268_000))
            self._persona(
                name, payer, mother, Relation.PARENT, f"模拟一市职工；{zh}", f"employee in a simulated city {en}"
            )

    def _already_paid(self) -> None:
        draws, people = self._draws(), self._people
        payer = self._payer(draws, XIXIU)
        mother, enrolment = self._insured_mother(draws, payer, XIXIU)
        day = date(2024, 12, 15)
        bound_at = moment(day.toordinal(), 9 * 3600)
        people.records.bind(payer.id, mother.id, Relation.PARENT.name, XIXIU, bound_at, None)
        account = people.employee(payer, balance_fen=308_000)
        people.paid(mother, enrolment, 2025, day, payer=payer, account=account, status=ContributionStatus.PAID)
        people.settle(account)
        self._persona(
            "already-paid",
            payer,
            mother,
            Relation.PARENT,
            "安顺市西秀区职工；2024 年 12 月 15 日已用个人账户为母亲缴清 2025 年度，尚未点“完成”，"
            "代缴记录满 24 小时后可查",
            "employee in Xixiu who paid for his mother's 2025 on 15 December 2024, has not pressed “finish”, and can "
            "look the payment up after 24 hours",
        )

    def _patients(self) -> dict[str, Someone]:
        """People whose care is worth asking about, by name; who is treated where is in their promises."""
        anshun, simulated = XIXIU, RegionCode("840102")
        found: dict[str, Someone] = {}
        for name, region, sex, age, zh, en in (
            (
                "retired-inpatient",
                RegionCode("840302"),
                Sex.MALE,
                68,
                "模拟三市退休人员，个人账户余额 460.00 元；住院和门诊费用可测算",
                "pensioner in a simulated city with 460.00 yuan in the account; asks what a stay would cost",
            ),
            (
                "employee-inpatient",
                simulated,
                Sex.FEMALE,
                39,
                "模拟一市职工，个人账户余额 460.00 元；住院费用可测算，个人负担先由账户支付",
                "employee in a simulated city with 460.00 yuan in the account, which pays first what is left of a stay",
            ),
        ):
            draws, people = self._draws(), self._people
            patient = people.add(draws, region, sex, age=age)
            person_type = PersonType.RETIRED if age > 60 else PersonType.EMPLOYED
            people.settle(people.employee(patient, balance_fen=46_000, person_type=person_type))
            self._write(name, Role.CITIZEN, patient.id, region, zh, en, knows=_known("self", patient))
        for name, region, age, years, zh, en in (
            (
                "resident-inpatient",
                anshun,
                51,
                (2022, 2023, 2024, 2025),
                "安顺市西秀区参保居民，历年和 2025 年度均已缴费；在一级、三级医院住院的支付比例不同",
                "resident of Xixiu who has paid for every year and for 2025; shares of a stay differ by the hospital's "
                "level",
            ),
            (
                "waiting-patient",
                anshun,
                44,
                (2022, 2025),
                "安顺市西秀区参保居民，2023、2024 年度断保，2025 年度已缴费，有 90 天待遇等待期",
                "resident of Xixiu who missed 2023 and 2024, has paid for 2025, and waits 90 days for benefits",
            ),
            (
                "chronic-patient",
                simulated,
                57,
                (2022, 2023, 2024, 2025),
                "模拟一市参保居民，患高血压，未认定慢性病；认定与否，门诊待遇不同",
                "resident of a simulated city with hypertension and nothing recognised, which visits depend on",
            ),
            (
                "treated-twice",
                simulated,
                49,
                (2022, 2023, 2024, 2025),
                "模拟一市参保居民，2024 年 12 月第二次住院，起付线低于第一次",
                "resident of a simulated city, about to be in hospital for the second time in 2024: a lower deductible",
            ),
            (
                "paid-late-patient",
                anshun,
                36,
                (2022, 2023),
                "安顺市西秀区居民，2024 年度未缴费，目前没有待遇",
                "resident of Xixiu who has not paid for 2024 and has no benefits now",
            ),
            (
                "filer",
                simulated,
                33,
                (2022, 2023, 2024),
                "模拟一市参保居民，可网上办理参保查询、电子凭证等事项，暂不受理的事项会被拒绝",
                "resident of a simulated city who files matters online: an enquiry is answered at once, what "
                "is not filed here is refused",
            ),
        ):
            draws, people = self._draws(), self._people
            patient = found[name] = people.add(draws, region, Sex.FEMALE, age=age)
            enrolment = people.resident(patient, PersonType.RESIDENT_ADULT)
            for year in years:
                people.paid(patient, enrolment, year, date(year - 1, 11, 12))
            self._write(name, Role.CITIZEN, patient.id, region, zh, en, knows=_known("self", patient))
        return found

    def _staff(self, people: Mapping[str, Someone]) -> None:
        for name, role, region, zh, en in (
            ("clerk-xixiu", Role.CLERK, XIXIU, "安顺市西秀区医保经办人员，可见本区", "clerk of Xixiu District"),
            ("clerk-anshun", Role.CLERK, "520400", "安顺市市级医保经办人员，可见全市", "clerk of Anshun"),
            (
                "clerk-synthetic",
                Role.CLERK,
                "840000",
                "模拟省医保经办人员，可见全省",
                "clerk of the simulated province",
            ),
            ("operator", Role.OPERATOR, NATION, "平台运维人员，数据均已脱敏", "operator, who sees everything masked"),
            (
                "auditor",
                Role.AUDITOR,
                NATION,
                "审计人员，可见谁查阅、变更了谁的数据，姓名和号码均已脱敏",
                "auditor, who sees who read or changed whose data, names and numbers masked",
            ),
        ):
            applicant = people["filer" if region == "840000" else "resident-inpatient"]
            self._write(name, role, None, RegionCode(region), zh, en, knows=_known("person", applicant))
        for name, patient, city, tier, kind, zh, en in (
            (
                "hospital-anshun",
                "resident-inpatient",
                "5204",
                InstitutionTier.LEVEL_2,
                InstitutionKind.HOSPITAL,
                "安顺市定点医院结算人员，可结算、冲正本机构的费用",
                "billing office of a level 2 hospital in Anshun",
            ),
            (
                "hospital-synthetic",
                "treated-twice",
                "8401",
                InstitutionTier.LEVEL_3,
                InstitutionKind.HOSPITAL,
                "模拟省定点医院结算人员，可结算、冲正本机构的费用",
                "billing office of a level 3 hospital in the simulated province",
            ),
            (
                "pharmacy-synthetic",
                "chronic-patient",
                "8401",
                InstitutionTier.LEVEL_1,
                InstitutionKind.PHARMACY,
                "模拟省定点药店结算人员，可结算、冲正本机构的费用",
                "billing desk of a pharmacy in the simulated province",
            ),
        ):
            number = self._people.institution(city, kind, tier)
            knows = _known("patient", people[patient])
            self._write(name, Role.HOSPITAL, None, NATION, zh, en, institution_id=number, knows=knows)


@dataclass(frozen=True, slots=True)
class RelativeDetails:
    """What a persona knows of the relative in question; `relation` is what the relative is to the persona.

    `person_id` is 0 for a relative who is not on the platform.
    """

    person_id: Id
    name: str
    id_number: str
    birth_date: date
    sex: Sex
    relation: Relation
    region: RegionCode


@dataclass(frozen=True, slots=True)
class PersonaGuide:
    """A persona, and for citizens who they are and the relative whom the description names."""

    name: str
    role: Role
    person_id: Id
    region: RegionCode
    relative: RelativeDetails | None


_SIBLINGS_ASIDE = Relation.SIBLING.name
_relatives = persons.alias()
_GUIDE = Statement(
    select(
        personas.c.name,
        personas.c.role,
        personas.c.person_id,
        personas.c.region_code,
        func.coalesce(_relatives.c.id, literal_column("0")),
        func.coalesce(_relatives.c.name, registry_identities.c.name),
        registry_identities.c.id_number,
        registry_identities.c.birth_date,
        registry_identities.c.sex,
        registry_kinships.c.relation,
        func.coalesce(_relatives.c.region_code, personas.c.region_code),
    )
    .select_from(
        personas.outerjoin(persons, persons.c.id == personas.c.person_id)
        .outerjoin(
            registry_kinships,
            and_(
                registry_kinships.c.id_number == persons.c.id_number,
                registry_kinships.c.relation != bindparam("aside"),
            ),
        )
        .outerjoin(
            registry_identities,
            and_(
                registry_identities.c.id_type == bindparam("id_type"),
                registry_identities.c.id_number == registry_kinships.c.relative_id_number,
            ),
        )
        .outerjoin(
            _relatives,
            and_(
                _relatives.c.id_type == bindparam("id_type"),
                _relatives.c.id_number == registry_kinships.c.relative_id_number,
            ),
        )
    )
    .order_by(personas.c.name)
)


async def persona_guide(database: Database) -> dict[str, PersonaGuide]:
    """Every persona by name, with the details of the relative that its description names."""
    async with database.read() as connection:
        rows = await connection.fetch_all(_GUIDE, {"aside": _SIBLINGS_ASIDE, "id_type": "RESIDENT_ID_CARD"})
    return {row[0]: _guide(row) for row in rows}


def _guide(row: Sequence[object]) -> PersonaGuide:
    name, role, person_id, region, *details = row
    relative_id, relative_name, id_number, birth_date, sex, relation, relative_region = details
    relative = None
    if id_number is not None:
        assert isinstance(relative_id, int)
        assert isinstance(birth_date, date)
        relative = RelativeDetails(
            Id(relative_id),
            str(relative_name),
            str(id_number),
            birth_date,
            Sex[str(sex)],
            Relation[str(relation)],
            RegionCode(str(relative_region)),
        )
    assert person_id is None or isinstance(person_id, int)
    return PersonaGuide(str(name), Role[str(role)], Id(person_id or 0), RegionCode(str(region)), relative)
