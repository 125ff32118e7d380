"""Claims of a year as they are settled and reversed (费用结算与冲正): each is what it is because of those before it.

Claims of a year stand in the order of discharge, whenever they came. One that comes or goes has all that stand after it
adjudicated again, so that a year is a matter of its claims and not of the order in which they were settled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.decisions.adjudicating import NEW_YEAR, NOTHING, Adjudication, CapState, Cost, YearSoFar, adjudicated
from domain.decisions.agreements import Institution
from domain.decisions.away import OutOfAreaRecord, treatment_place
from domain.decisions.benefits import NO_RAISE, Benefits, CapRaise, Patient, ReadBenefits
from domain.decisions.catalogue import classes_of_items
from domain.decisions.consulting import Consultation
from domain.decisions.entitlements import Entitlement, recognised, recognised_drugs
from domain.decisions.identity import same_name
from domain.decisions.objections import noting
from domain.decisions.previewing import (
    LONGEST_STAY,
    MOST_COSTS,
    MOST_FEN,
    InsuranceRecord,
    cap_raise,
    insured_throughout,
    patient,
    require_no_arrears,
    spendable,
)
from domain.decisions.quoting import FIRST_COVERAGE_YEAR
from domain.decisions.records import PersonOnRecord, Standing
from domain.decisions.tracing import Step
from domain.policy import PolicyBook
from domain.refusals import (
    ClaimTooOld,
    InputNotAcceptable,
    InputProblem,
    InstitutionNotDesignated,
    InvoiceAlreadySettled,
    ItemNotInCatalogue,
    PersonDeceased,
    PersonNotFound,
    Refusal,
    StaysOverlap,
    first_told,
)
from domain.vocabulary import (
    CareKind,
    ClaimOrigin,
    ClaimPayer,
    ClaimRule,
    CostClass,
    Fen,
    Id,
    InstitutionTier,
    RecognisedCondition,
    RegionCode,
    SpecialGroup,
    TreatmentPlace,
)


@dataclass(frozen=True, slots=True)
class ClaimForm:
    """What an institution sends of care: `items` are codes of the catalogue and amounts (费用明细)."""

    kind: CareKind
    admitted_on: date
    discharged_on: date
    invoice: str
    items: tuple[tuple[str, Fen], ...]
    conditions: frozenset[RecognisedCondition]


@dataclass(frozen=True, slots=True)
class Paid:
    """Who pays what of a claim. `base_fen` is what it adds to the year's base of critical illness insurance."""

    cost_fen: Fen
    eligible_fen: Fen
    first_share_fen: Fen
    excluded_fen: Fen
    class_b_fen: Fen
    pooled_fen: Fen
    base_fen: Fen
    critical_fen: Fen
    assistance_fen: Fen
    assistance_at_most_fen: Fen
    account_fen: Fen
    cash_fen: Fen

    def by_payer(self) -> dict[ClaimPayer, Fen]:
        """What each account of the ledger loses by the claim, and the institution gains."""
        return {
            ClaimPayer.POOLED_FUND: Fen(-self.pooled_fen),
            ClaimPayer.CRITICAL_ILLNESS_INSURER: Fen(-self.critical_fen),
            ClaimPayer.ASSISTANCE_FUND: Fen(-self.assistance_fen),
            ClaimPayer.PERSONAL_ACCOUNT: Fen(-self.account_fen),
            ClaimPayer.CASH: Fen(-self.cash_fen),
            ClaimPayer.INSTITUTION: self.cost_fen,
            ClaimPayer.REIMBURSED: Fen(0),
        }

    @property
    def funds_fen(self) -> Fen:
        """What the funds pay together."""
        return Fen(self.pooled_fen + self.critical_fen + self.assistance_fen)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that is settled. `postings` is how often entries were posted for it; `id` is 0 until it is recorded.

    `assisted_as` is the group for which assistance pays by a later filing, None where none does, and `repaid_fen` what
    of the cash that an institution has taken is paid back by it.
    """

    id: Id
    person_id: Id
    institution_id: Id
    patient: Patient
    raise_fen: Fen
    kind: CareKind
    tier: InstitutionTier
    admitted_on: date
    discharged_on: date
    invoice: str
    paid: Paid
    postings: int = 1
    origin: ClaimOrigin = ClaimOrigin.DIRECT
    treated: TreatmentPlace = TreatmentPlace.HOME
    assisted_as: SpecialGroup | None = None
    repaid_fen: Fen = NOTHING

    def by_payer(self) -> dict[ClaimPayer, Fen]:
        """What each account of the ledger loses and gains by the claim.

        By one that was paid in cash the funds owe the person what they pay, and the institution gains nothing. What
        assistance pays back of any other was the institution's in cash, and stays so.
        """
        amounts = self.paid.by_payer()
        if self.origin is ClaimOrigin.DIRECT:
            cash = Fen(amounts[ClaimPayer.CASH] - self.repaid_fen)
            return amounts | {ClaimPayer.CASH: cash, ClaimPayer.REIMBURSED: self.repaid_fen}
        nothing = dict.fromkeys((ClaimPayer.PERSONAL_ACCOUNT, ClaimPayer.CASH, ClaimPayer.INSTITUTION), Fen(0))
        return amounts | nothing | {ClaimPayer.REIMBURSED: self.paid.funds_fen}

    @property
    def year(self) -> int:
        """The year whose limits it counts for."""
        return self.discharged_on.year

    @property
    def place(self) -> tuple[date, date, Id, str]:
        """Where it stands among the claims of its year."""
        return self.discharged_on, self.admitted_on, self.institution_id, self.invoice

    @property
    def costs(self) -> list[Cost]:
        """Its costs, a sum for each class."""
        paid = self.paid
        sums = (
            (CostClass.A, paid.cost_fen - paid.class_b_fen - paid.excluded_fen),
            (CostClass.B, paid.class_b_fen),
            (CostClass.C, paid.excluded_fen),
        )
        return [Cost(cost_class, Fen(amount)) for cost_class, amount in sums if amount]


@dataclass(frozen=True, slots=True)
class Readjudicated:
    """A claim whose place in the year has changed: as it was, and as it is."""

    before: Claim
    after: Claim
    trace: Step

    @property
    def returned_fen(self) -> Fen:
        """What the personal account gets back."""
        return Fen(self.before.paid.account_fen - self.after.paid.account_fen)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A claim as it is settled, with the claims after it that are worth something else now."""

    claim: Claim
    classes: tuple[CostClass, ...]
    caps: tuple[CapState, ...]
    trace: Step
    later: tuple[Readjudicated, ...]


def year_of(claims: Iterable[Claim]) -> YearSoFar:
    """What the year has had by these claims."""
    pooled: dict[CareKind, Fen] = {}
    base = critical = assistance = stays = 0
    for one in claims:
        pooled[one.kind] = Fen(pooled.get(one.kind, 0) + one.paid.pooled_fen)
        base += one.paid.base_fen
        critical += one.paid.critical_fen
        assistance += one.paid.assistance_fen
        stays += one.kind is CareKind.INPATIENT
    return YearSoFar(pooled, Fen(base), Fen(critical), Fen(assistance), stays)


def settled(
    book: PolicyBook,
    today: date,
    institution: Institution,
    form: ClaimForm,
    *,
    name: str,
    person: PersonOnRecord | None,
    standing: Standing | None,
    record: InsuranceRecord,
    claims: Sequence[Claim],
    invoiced: bool,
    origin: ClaimOrigin = ClaimOrigin.DIRECT,
    asked_on: date | None = None,
    away: Sequence[OutOfAreaRecord] = (),
    entitlements: Sequence[Entitlement] = (),
) -> Settlement | Refusal:
    """The claim at its place in the year, or why it is not settled.

    `person` is who holds the document that was shown, under whatever name; `claims` are those of the person that are
    settled: of the year, and stays of the years around it. `invoiced` says that the invoice is settled already.
    `asked_on` is the day by which it is in time, today where none is given; `away` are the person's records of
    treatment elsewhere, `entitlements` what filings have had recognised of the person.
    """
    objections: list[Refusal] = list(unacceptable(today, form))
    if objections:
        return _told(objections)
    first, last = form.admitted_on, form.discharged_on
    if person is None or standing is None or standing.insured is None or not same_name(person.name, name):
        objections.append(PersonNotFound(path=("idNumber",)))
        return _told(objections)
    if person.died_on is not None and person.died_on < last:
        objections.append(PersonDeceased(path=("idNumber",)))
    if invoiced:
        objections.append(InvoiceAlreadySettled())
    if not institution.designated(first, last):
        objections.append(InstitutionNotDesignated(path=("admittedOn",)))
    other = next((one for one in claims if form.kind is one.kind is CareKind.INPATIENT and _overlap(one, form)), None)
    if other is not None:
        objections.append(StaysOverlap(admitted_on=other.admitted_on, discharged_on=other.discharged_on))
    consultation = Consultation(book, last, last.year)
    classes: tuple[CostClass, ...] = ()
    with noting(objections):
        asked = asked_on or today
        require_in_time(Consultation(book, asked), institution.region, last, asked)
    with noting(objections):
        drugs = recognised_drugs(entitlements, first)
        classes = classified(consultation, institution.region, form, drugs)
    with noting(objections):
        cover = insured_throughout(book, record, first, last)
        who = patient(standing.insured, cover, recognised(form.conditions, entitlements, first))
        added = cap_raise(book, last, standing, record)
        with noting(objections):
            require_no_arrears(Consultation(book, min(today, last)), cover, record.billed)
        year = [one for one in claims if one.year == last.year]
        new = Claim(
            Id(0),
            person.id,
            institution.id,
            who,
            added.amount_fen,
            form.kind,
            institution.tier,
            first,
            last,
            form.invoice,
            unpaid(
                (cost_class, amount)
                for cost_class, (_, amount) in zip(classes, form.items if classes else (), strict=True)
            ),
            origin=origin,
            treated=treatment_place(who.region, institution.region, first, away),
        )
        before = [one for one in year if one.place < new.place]
        so_far = year_of(before)
        # What somebody has paid in cash no account pays any more.
        account = spendable(standing) if origin is ClaimOrigin.DIRECT else None
        found = _adjudicated(ReadBenefits(book), new, so_far, account, added)
        if not objections:
            claim = replace(new, paid=_paid(new, so_far, found))
            later = readjudicated(book, [*before, claim], [one for one in year if one.place > new.place])
            return Settlement(claim, classes, found.caps, _without_balance(found.trace), later)
    return _told(objections)


def readjudicated(book: PolicyBook, before: Sequence[Claim], after: Iterable[Claim]) -> tuple[Readjudicated, ...]:
    """Those of the claims `after` that are worth something else behind the claims `before`, in order.

    A personal account pays no more of them than it has paid.
    """
    rules, so_far, changed = ReadBenefits(book), year_of(before), []
    for one in sorted(after, key=lambda claim: claim.place):
        found = _adjudicated(rules, one, so_far, one.paid.account_fen or None, _raise_of(book, one))
        paid = _paid(one, so_far, found)
        so_far = found.year
        if paid != one.paid:
            now = replace(one, paid=paid, postings=one.postings + 1)
            changed.append(Readjudicated(one, now, _without_balance(found.trace)))
    return tuple(changed)


def settled_in_order(rules: ReadBenefits, claims: Iterable[Claim]) -> Iterator[tuple[Claim, Step]]:
    """Claims of any number of people and years, each worth what it is behind those before it in its year.

    They come person by person, and each year of a person in the order in which its claims stand. A personal account
    pays what the claim says that it has paid.
    """
    whose, so_far = None, NEW_YEAR
    for one in claims:
        if whose != (one.person_id, one.year):
            whose, so_far = (one.person_id, one.year), NEW_YEAR
        found = _adjudicated(rules, one, so_far, one.paid.account_fen or None, _raise_of(rules.book, one))
        yield replace(one, paid=_paid(one, so_far, found)), _without_balance(found.trace)
        so_far = found.year


def without(book: PolicyBook, gone: Claim, year: Iterable[Claim]) -> tuple[Readjudicated, ...]:
    """What the claims of its year that stand after one are worth once it is gone, where that changes."""
    return readjudicated(
        book, [one for one in year if one.place < gone.place], [one for one in year if one.place > gone.place]
    )


def _adjudicated(
    rules: ReadBenefits, claim: Claim, year: YearSoFar, account_fen: Fen | None, added: CapRaise
) -> Adjudication:
    def of(patient: Patient) -> Benefits:
        return rules.of(
            claim.discharged_on,
            patient,
            claim.kind,
            claim.tier,
            class_b=claim.paid.class_b_fen > 0,
            later_stay=year.stays > 0,
            cap_raise=added,
            place=claim.treated,
        )

    found = of(claim.patient)
    if claim.assisted_as is not None:
        given = of(replace(claim.patient, group=claim.assisted_as))
        found = replace(found, assistance=given.assistance, assistance_facts=given.assistance_facts)
    return adjudicated(found, claim.costs, year, account_fen)


def _raise_of(book: PolicyBook, claim: Claim) -> CapRaise:
    if not claim.raise_fen:
        return NO_RAISE
    step = book.fact("continuity_reward.step", area=claim.patient.region, on=claim.discharged_on)
    return CapRaise(claim.raise_fen, (step,))


def _paid(claim: Claim, year: YearSoFar, found: Adjudication) -> Paid:
    return Paid(
        cost_fen=found.cost_fen,
        eligible_fen=found.eligible_fen,
        first_share_fen=found.first_share_fen,
        excluded_fen=found.excluded_fen,
        class_b_fen=claim.paid.class_b_fen,
        pooled_fen=found.pooled_fen,
        base_fen=Fen(found.year.critical_base_fen - year.critical_base_fen),
        critical_fen=found.critical_fen,
        assistance_fen=found.assistance_fen,
        assistance_at_most_fen=found.assistance_at_most_fen,
        account_fen=found.account_fen,
        cash_fen=found.cash_fen,
    )


def unpaid(costs: Iterable[tuple[CostClass, Fen]]) -> Paid:
    """The costs alone, a sum for each class: nobody has paid anything of them yet."""
    sums = dict.fromkeys(CostClass, 0)
    for cost_class, amount_fen in costs:
        sums[cost_class] += amount_fen
    cost, nothing = Fen(sum(sums.values())), Fen(0)
    return Paid(
        cost_fen=cost,
        eligible_fen=nothing,
        first_share_fen=nothing,
        excluded_fen=Fen(sums[CostClass.C]),
        class_b_fen=Fen(sums[CostClass.B]),
        pooled_fen=nothing,
        base_fen=nothing,
        critical_fen=nothing,
        assistance_fen=nothing,
        assistance_at_most_fen=nothing,
        account_fen=nothing,
        cash_fen=cost,
    )


def _without_balance(trace: Step) -> Step:
    """The trace as it is kept: what an account has paid, and not what it held."""
    if trace.rule is ClaimRule.ACCOUNT:
        return replace(trace, rule=ClaimRule.FROM_ACCOUNT, limit_fen=None)
    return replace(trace, parts=tuple(map(_without_balance, trace.parts))) if trace.parts else trace


def _overlap(one: Claim, form: ClaimForm) -> bool:
    """Both lie in hospital on more than the day on which the one goes and the other comes."""
    return max(one.admitted_on, form.admitted_on) < min(one.discharged_on, form.discharged_on)


def require_in_time(
    consultation: Consultation,
    region: RegionCode,
    discharged_on: date,
    today: date,
    path: tuple[str, ...] = ("dischargedOn",),
) -> None:
    """Raises ClaimTooOld once care that ended on a day may not be claimed any more."""
    limit = consultation.fact("timeLimit", region, "claim.filing_limit_days")
    last_day = discharged_on + timedelta(days=limit.days)
    if today > last_day:
        raise ClaimTooOld(last_day=last_day, basis=limit.key, path=path)


def classified(
    consultation: Consultation, region: RegionCode, form: ClaimForm, drugs: Collection[str]
) -> tuple[CostClass, ...]:
    """The class of each cost, `drugs` being recognised. Raises ItemNotInCatalogue for the first that has none."""
    class_of = classes_of_items(consultation, region, drugs)
    for place, (code, _) in enumerate(form.items):
        if code not in class_of:
            raise ItemNotInCatalogue(item=code, path=("costs", str(place), "item"))
    return tuple(class_of[code] for code, _ in form.items)


def unacceptable(today: date, form: ClaimForm) -> list[Refusal]:
    """What of the form cannot be right, whoever it is about."""
    stay = form.kind is CareKind.INPATIENT
    checks = {
        ("admittedOn", InputProblem.YEAR): form.admitted_on.year >= FIRST_COVERAGE_YEAR,
        ("dischargedOn", InputProblem.IN_THE_FUTURE): form.discharged_on <= today,
        ("dischargedOn", InputProblem.BEFORE_ADMISSION): (
            timedelta(0) <= form.discharged_on - form.admitted_on <= LONGEST_STAY
        ),
        ("dischargedOn", InputProblem.STAY): stay or form.discharged_on <= form.admitted_on,
        ("costs", InputProblem.COST_COUNT): 1 <= len(form.items) <= MOST_COSTS,
        ("costs", InputProblem.COST): all(0 < amount <= MOST_FEN for _, amount in form.items),
    }
    return [InputNotAcceptable(field=field, problem=problem) for (field, problem), right in checks.items() if not right]


def _told(objections: Sequence[Refusal]) -> Refusal:
    """The first of them, its path as this form has it."""
    told = first_told(objections)
    assert told is not None, "what is not settled was refused"
    if told.path[:1] == ("care",):
        told.path = told.path[1:]
    return told
