"""What a resident contribution costs and buys on a day (缴费测算): amount, window, cover and wait, each from policy."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.decisions.consulting import Asked, Consultation, QuotedFact, quoted_facts
from domain.decisions.family_binding import require_relation_covered
from domain.decisions.objections import noting
from domain.decisions.records import Insured, PaidYear, PlaceOfEnrolment, Standing
from domain.policy import DateWindow, Fact, PolicyBook, PolicyUnknown, Unit
from domain.refusals import (
    AlreadyPaid,
    CollectionPaused,
    CollectionWindowClosed,
    CollectionWindowNotOpen,
    CoverageYearTooShort,
    EnrolledElsewhere,
    InputNotAcceptable,
    InputProblem,
    NotEnrolled,
    NotThePayer,
    OutsideParty,
    PaidByAnother,
    PartyDoesNotAnswer,
    PersonDeceased,
    Refusal,
    SpecialPaymentRequired,
    first_told,
)
from domain.vocabulary import Fen, Id, PaymentChannel, PaymentKind, RegionCode, SpecialGroup, pooling_area, province_of

__all__ = ["Quote", "QuotedFact", "assessed", "quoted"]

_DAY = timedelta(days=1)
FIRST_COVERAGE_YEAR = 2000
"""Years of cover are asked about from then on: no resident scheme is older."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What paying for missed years does to a wait (补缴断保年度).

    `years` are paid for besides the year of cover, for `amount_fen`. Paying for `repairable_years` of the
    `missed_years` shortens the wait as far as it goes, to `repaired_until`, for `whole_amount_fen`, which is None where
    no document states the amount of one of them; paying for none leaves it at `unrepaired_until`.
    """

    missed_years: int
    repairable_years: int
    years: tuple[int, ...]
    amount_fen: Fen
    whole_amount_fen: Fen | None
    unrepaired_until: date
    repaired_until: date


@dataclass(frozen=True, slots=True)
class Quote:
    """What a payment on that day would cost and buy (测算结果).

    `amount_fen` is what the person pays: the amount of the year less `assistance_fen`, which medical assistance bears,
    and the amount of the missed years that are repaired. `waiting_until` is the last waiting day, None without a wait;
    `region` is the place of enrolment; `repair` is None where nobody waits for missed years.
    """

    person_id: Id
    region: RegionCode
    coverage_year: int
    grade: int
    amount_fen: Fen
    assistance_fen: Fen
    kind: PaymentKind
    window: DateWindow
    in_window: bool
    coverage_from: date
    coverage_until: date
    waiting_days: int
    waiting_until: date | None
    repair: Repair | None
    record_visible_after_hours: int
    finish_required: bool
    asked: tuple[Asked, ...]

    @property
    def facts(self) -> tuple[QuotedFact, ...]:
        """What decided it, in order, each fact once for each thing that it decided."""
        return quoted_facts(self.asked)

    @property
    def repair_years(self) -> int:
        """How many missed years are paid for besides the year of cover."""
        return 0 if self.repair is None else len(self.repair.years)

    @property
    def repair_fen(self) -> Fen:
        """How much of the amount is for missed years."""
        return Fen(0) if self.repair is None else self.repair.amount_fen

    @property
    def subsidy_fen(self) -> Fen | None:
        """What the treasury adds at least; None where no document states it."""
        return self._stated("subsidy")

    @property
    def financing_fen(self) -> Fen | None:
        """What is raised for a person at least; None where no document states it."""
        return self._stated("financing")

    def _stated(self, role: str) -> Fen | None:
        return next((fact.fen for asked, fact in self.asked if asked == role), None)

    @property
    def amount_basis(self) -> str | None:
        """The key of the fact that states the amount."""
        return next((fact.key for role, fact in self.asked if role == "amount" and fact.unit is Unit.FEN), None)


def quoted(
    book: PolicyBook,
    on: date,
    standing: Standing,
    *,
    grade: int = 1,
    repair_years: int = 0,
    channel: PaymentChannel = PaymentChannel.PERSONAL_ACCOUNT,
    objecting: Sequence[Refusal] = (),
    unanswered: OutsideParty | None = None,
) -> Quote | Refusal:
    """The quote for a payment on that day. `unanswered` is the outside party that did not answer, if any.

    `objecting` is what stands against the payment beside what is assessed here.
    """
    objections = list(objecting)
    quote = assessed(book, on, standing, objections, kind=None, grade=grade, repair_years=repair_years, channel=channel)
    if unanswered is not None:
        objections.append(PartyDoesNotAnswer(party=unanswered))
    told = first_told(objections)
    if told is not None:
        return told
    assert quote is not None, "what cannot be quoted was refused"
    return quote


def assessed(
    book: PolicyBook,
    on: date,
    standing: Standing,
    objections: list[Refusal],
    *,
    kind: PaymentKind | None,
    grade: int = 1,
    repair_years: int = 0,
    channel: PaymentChannel = PaymentChannel.PERSONAL_ACCOUNT,
) -> Quote | None:
    """The quote, where one can be made; everything that stands against the payment is added to `objections`.

    `kind` is the entrance that was chosen, None where none is chosen yet; `repair_years` is how many missed years are
    to be paid for as well. Kinship and the account's place matter where an account pays.
    """
    consultation = Consultation(book, on, standing.coverage_year)
    insured, enrolment, holder = standing.insured, standing.enrolment, standing.holder
    if not FIRST_COVERAGE_YEAR <= standing.coverage_year <= on.year + 2:
        objections.append(InputNotAcceptable(field="coverageYear", problem=InputProblem.YEAR))
    by_account = channel is PaymentChannel.PERSONAL_ACCOUNT
    known = standing.relation is not None or standing.collected or (standing.is_payee and not by_account)
    if insured is None or (insured.id != holder.id and not known):
        # Nothing about a person whom the holder has neither bound nor added may be told, not even whether there is one.
        rule = "binding.required_before_payment" if by_account else "payee.added_before_payment"
        objections.append(NotThePayer(basis=consultation.basis(holder.area, rule)))
        return None
    if insured.died_on is not None and insured.died_on <= on:
        objections.append(PersonDeceased(path=("personId",)))
    if standing.relation is not None and by_account:
        with noting(objections):
            require_relation_covered(consultation, holder.area, standing.relation, path=("personId",))
    if standing.paid is not None:
        by_holder = standing.paid.payer_id == holder.id
        objections.append(AlreadyPaid(contribution_id=standing.paid.id) if by_holder else PaidByAnother())
    if enrolment is None:
        with noting(objections):
            if standing.elsewhere is not None:
                # Whoever is insured as an employee owes nothing as a resident, and is not sent to register as one.
                _require_suspended(consultation, standing.elsewhere.region, standing.elsewhere)
            raise NotEnrolled(basis=consultation.basis(holder.area, "enrolment.required_before_payment"))
        return None
    if by_account:
        with noting(objections):
            _require_account_in_reach(consultation, holder.area, enrolment)
    if standing.elsewhere is not None:
        with noting(objections):
            _require_suspended(consultation, enrolment.region, standing.elsewhere)
    with noting(objections):
        groups = _groups(consultation, insured, enrolment.region)
        with noting(objections):
            of_family = standing.relation is not None or insured.id == holder.id
            entrance = _entrance(consultation, enrolment.region, groups, kind, tells_group=of_family)
        with noting(objections):
            price = _price(consultation, enrolment.region, groups, grade)
            assistance_fen = _assistance(consultation, enrolment.region, groups, price)
            consultation.mention("subsidy", enrolment.region, "resident_contribution.subsidy_floor")
            consultation.mention("financing", enrolment.region, "resident_contribution.financing_floor")
            wait = _wait(consultation, enrolment.region, groups, price, standing)
            repair = _repair(consultation, enrolment.region, wait, grade, repair_years)
            cover = _cover(consultation, enrolment.region, groups, price, insured, wait, repair)
        with noting(objections):
            visibility = consultation.fact(
                "recordVisibility",
                holder.area if by_account else enrolment.region,
                "record_visibility.payment_record_delay_hours",
            )
            finishing = consultation.fact("finish", enrolment.region, "receipt.completion_required_for_slip")
    if objections:
        return None
    return Quote(
        person_id=insured.id,
        region=enrolment.region,
        coverage_year=standing.coverage_year,
        grade=grade,
        amount_fen=Fen(price.amount_fen - assistance_fen + (0 if repair is None else repair.amount_fen)),
        assistance_fen=assistance_fen,
        kind=entrance,
        window=price.window.window,
        in_window=price.in_window,
        coverage_from=cover.first,
        coverage_until=cover.last,
        waiting_days=cover.waiting_days,
        waiting_until=cover.waiting_until,
        repair=repair,
        record_visible_after_hours=visibility.hours,
        finish_required=finishing.flag,
        asked=tuple(consultation.asked),
    )


def _require_account_in_reach(
    consultation: Consultation, account_area: RegionCode, enrolment: PlaceOfEnrolment
) -> None:
    """Raises NotThePayer where the account is kept too far from the place of enrolment."""
    scope = consultation.fact("payerArea", enrolment.region, "family_mutual_aid.payer_area_scope")
    same_city = pooling_area(account_area) == pooling_area(enrolment.region)
    same_province = province_of(account_area) == province_of(enrolment.region)
    if not (same_city if scope.rule == "SAME_CITY" else same_province):
        raise NotThePayer(account_area=account_area, enrolment_area=enrolment.region, basis=scope.key)


def _require_suspended(consultation: Consultation, region: RegionCode, elsewhere: PlaceOfEnrolment) -> None:
    """Raises EnrolledElsewhere where another enrolment in force must be suspended first."""
    rule = consultation.fact("enrolmentElsewhere", region, "enrolment.elsewhere_must_be_suspended")
    if rule.flag:
        raise EnrolledElsewhere(region=elsewhere.region, scheme=elsewhere.scheme, basis=rule.key)


def _groups(consultation: Consultation, insured: Insured, region: RegionCode) -> frozenset[SpecialGroup]:
    """The groups that the person counts to on the day. Newborns are told by their age, the others by recognition."""
    groups: list[SpecialGroup] = []
    if insured.special_group is not None and insured.special_group is not SpecialGroup.NEWBORN:
        groups.append(insured.special_group)
    newborn = consultation.book.fact("newborn.status_days", area=region, on=consultation.on)
    if consultation.on <= insured.birth_date + timedelta(days=newborn.days):
        groups.append(SpecialGroup.NEWBORN)
        consultation.asked.append(("newborn", newborn))
        consultation.mention("newborn", region, "newborn.registers_as_first_time")
    return frozenset(groups)


def _entrance(
    consultation: Consultation,
    region: RegionCode,
    groups: frozenset[SpecialGroup],
    kind: PaymentKind | None,
    *,
    tells_group: bool,
) -> PaymentKind:
    """Through which entrance the person pays. Raises where the one chosen is not theirs.

    `tells_group` says that the payer may know of which group the person is.
    """
    rule = consultation.fact("specialPayment", region, "special_payment.groups")
    special = [group for group in rule.special_groups if group in groups]
    if special and kind is PaymentKind.ORDINARY:
        raise SpecialPaymentRequired(group=special[0] if tells_group else None, basis=rule.key)
    if not special and kind is PaymentKind.SPECIAL:
        raise InputNotAcceptable(field="kind", problem=InputProblem.NO_SPECIAL_GROUP, basis=rule.key)
    return PaymentKind.SPECIAL if special else PaymentKind.ORDINARY


@dataclass(frozen=True, slots=True)
class _Price:
    """What is due on the day, and the window (as its fact) that decides it."""

    window: Fact
    in_window: bool
    amount_fen: Fen


def _price(consultation: Consultation, region: RegionCode, groups: frozenset[SpecialGroup], grade: int) -> _Price:
    """Raises CollectionWindowNotOpen before the window, CollectionWindowClosed after it where no price is stated."""
    window = consultation.fact("window", region, "collection_window.window")
    if consultation.on < window.window.first:
        early = consultation.fact("earlyPayment", region, "collection_window.early_payment")
        assert early.rule == "REFUSED", early.rule
        raise CollectionWindowNotOpen(opens_on=window.window.first, basis=window.key)
    last_open = consultation.fact("openDays", region, "collection_window.last_open_day_of_month")
    if consultation.on.day > last_open.count:
        raise CollectionPaused(reopens_on=_months_later(consultation.on.replace(day=1), 1), basis=last_open.key)
    _require_grade(consultation, region, grade)
    in_window = consultation.on in window.window
    if in_window or _is_spared_late_price(consultation, region, groups):
        return _Price(window, in_window, _in_window(consultation, "amount", region, grade).fen)
    try:
        late = _after_window(consultation, region, grade)
    except PolicyUnknown:
        raise CollectionWindowClosed(closed_on=window.window.last, basis=window.key) from None
    return _Price(window, in_window, late.fen)


def _require_grade(consultation: Consultation, region: RegionCode, grade: int) -> None:
    """Raises InputNotAcceptable where the place has no grade of that number."""
    second = consultation.fact("grade", region, "resident_contribution.has_second_grade")
    if grade != 1 and not (grade == 2 and second.flag):
        raise InputNotAcceptable(field="grade", problem=InputProblem.GRADE, basis=second.key)


def _in_window(consultation: Consultation, role: str, region: RegionCode, grade: int) -> Fact:
    if grade == 1:
        return consultation.fact(role, region, "resident_contribution.amount_in_window")
    return consultation.fact(role, region, "resident_contribution.second_grade_in_window")


def _after_window(consultation: Consultation, region: RegionCode, grade: int) -> Fact:
    if grade == 1:
        return consultation.fact("amount", region, "resident_contribution.amount_after_window")
    return consultation.fact("amount", region, "resident_contribution.second_grade_after_window")


def _is_spared_late_price(consultation: Consultation, region: RegionCode, groups: frozenset[SpecialGroup]) -> bool:
    if not groups:
        return False
    spared = consultation.fact("amount", region, "resident_contribution.late_price_exempt_groups")
    if groups.isdisjoint(spared.special_groups):
        return False
    rule = consultation.fact("amount", region, "resident_contribution.exempt_price").rule
    assert rule == "AMOUNT_IN_WINDOW", rule
    return True


def _assistance(consultation: Consultation, region: RegionCode, groups: frozenset[SpecialGroup], price: _Price) -> Fen:
    """What medical assistance bears of the price when it is paid."""
    if groups <= {SpecialGroup.NEWBORN}:
        return Fen(0)
    if not consultation.fact("assistance", region, "contribution_assistance.granted_at_payment").flag:
        return Fen(0)
    if not price.in_window:
        late = consultation.fact("assistance", region, "contribution_assistance.bears_after_window")
        if not late.flag:
            return Fen(0)
    whole = consultation.fact("assistance", region, "contribution_assistance.borne_whole_groups")
    if not groups.isdisjoint(whole.special_groups):
        return price.amount_fen
    in_part = consultation.fact("assistance", region, "contribution_assistance.borne_in_part_groups")
    if groups.isdisjoint(in_part.special_groups):
        return Fen(0)
    return min(price.amount_fen, consultation.fact("assistance", region, "contribution_assistance.part_borne").fen)


@dataclass(frozen=True, slots=True)
class _Wait:
    """A wait from the day of payment, and the years before the year of cover that lengthen it, the latest first.

    Days or months are fixed; each of `missed_years` adds to them what is not taken off again by paying for it.
    """

    on: date
    payment_day_counts: bool
    days: int
    months: int
    variable_months: int
    months_per_repaired_year: int
    least_months: int
    missed_years: int
    payable_years: tuple[int, ...]
    variable_basis: str | None

    def last_day(self, repaired_years: int = 0) -> date:
        """The last day of the wait after paying for so many missed years."""
        variable = max(0, self.variable_months - repaired_years * self.months_per_repaired_year)
        long = _months_later(self.on, self.months + variable) + timedelta(days=self.days)
        last = max(long, _months_later(self.on, self.least_months))
        return last - _DAY if self.payment_day_counts else last

    @property
    def repairable_years(self) -> int:
        """How many years shorten the wait as far as it goes; paying for more shortens nothing."""
        shortest = self.last_day(len(self.payable_years))
        return next(years for years in range(len(self.payable_years) + 1) if self.last_day(years) == shortest)


def _wait(
    consultation: Consultation,
    region: RegionCode,
    groups: frozenset[SpecialGroup],
    price: _Price,
    standing: Standing,
) -> _Wait | None:
    """The wait of somebody who pays on the day, None for who is spared it or in the window has missed no year."""
    year_before = standing.coverage_year - 1
    last_insured_year = _last_insured_year(consultation, region, standing)
    reasons = set()
    if not price.in_window:
        reasons.add("OUTSIDE_WINDOW")
    if last_insured_year is None:
        first = consultation.fact("waitingPeriod", region, "waiting_period.first_enrolment_counts_as_continuous")
        if not first.flag:
            reasons.add("NOT_CONTINUOUS")
    elif last_insured_year != year_before:
        reasons.add("NOT_CONTINUOUS")
    if not reasons:
        consultation.mention("waitingPeriod", region, "waiting_period.applies_to")
        return None
    applies = consultation.fact("waitingPeriod", region, "waiting_period.applies_to")
    if reasons.isdisjoint(applies.rules):
        return None
    if groups:
        spared = consultation.fact("waitingPeriod", region, "waiting_period.exempt_groups")
        if not groups.isdisjoint(spared.special_groups):
            return None
    missed = range(year_before, year_before if last_insured_year is None else last_insured_year, -1)
    counts = consultation.fact("waitingPeriod", region, "waiting_period.payment_day_counts").flag
    fixed = consultation.fact("waitingPeriod", region, "waiting_period.fixed_days", "waiting_period.fixed_months")
    wait = _Wait(
        on=consultation.on,
        payment_day_counts=counts,
        days=fixed.days if fixed.unit is Unit.DAYS else 0,
        months=0 if fixed.unit is Unit.DAYS else fixed.months,
        variable_months=0,
        months_per_repaired_year=0,
        least_months=0,
        missed_years=len(missed),
        payable_years=(),
        variable_basis=None,
    )
    return _lengthened(consultation, region, wait, missed, standing.last_paid) if missed else wait


def _lengthened(
    consultation: Consultation, region: RegionCode, wait: _Wait, missed: Sequence[int], last_paid: PaidYear | None
) -> _Wait:
    """The wait with what the missed years add to it, where the place has such a part."""
    varies = consultation.fact("waitingPeriod", region, "waiting_period.has_variable_part")
    if not varies.flag:
        return replace(wait, variable_basis=varies.key)
    first_counts = consultation.fact("waitingPeriod", region, "waiting_period.first_broken_year_counts").flag
    each = consultation.fact("waitingPeriod", region, "waiting_period.variable_months_per_broken_year").months
    off = consultation.fact("waitingPeriod", region, "waiting_period.repaired_months_per_year_paid").months
    least = 0
    if len(missed) >= consultation.fact("waitingPeriod", region, "waiting_period.long_gap_years").years:
        least = consultation.fact("waitingPeriod", region, "waiting_period.long_gap_least_months").months
    # A year that was paid late may count as missed, and is not paid for again.
    paid = None if last_paid is None else last_paid.year
    return replace(
        wait,
        variable_months=each * (len(missed) if first_counts else len(missed) - 1),
        months_per_repaired_year=off,
        least_months=least,
        payable_years=tuple(year for year in missed if year != paid),
        variable_basis=varies.key,
    )


def _repair(
    consultation: Consultation, region: RegionCode, wait: _Wait | None, grade: int, repair_years: int
) -> Repair | None:
    """What paying for missed years does. Raises InputNotAcceptable for more of them than shorten the wait."""
    repairable = 0 if wait is None else wait.repairable_years
    if not 0 <= repair_years <= repairable:
        basis = None if wait is None else wait.variable_basis
        raise InputNotAcceptable(field="repairYears", problem=InputProblem.REPAIR_YEARS, basis=basis)
    if wait is None or not wait.missed_years:
        return None
    if repairable:
        order = consultation.fact("repair", region, "waiting_period.repaired_first").rule
        assert order == "LATEST", order
    years = wait.payable_years[:repair_years]
    amount = _price_of_missed(consultation, region, years, grade)
    whole: Fen | None = None
    with suppress(PolicyUnknown):
        whole = _price_of_missed(consultation, region, wait.payable_years[:repairable], grade)
    return Repair(
        missed_years=wait.missed_years,
        repairable_years=repairable,
        years=years,
        amount_fen=amount,
        whole_amount_fen=whole,
        unrepaired_until=wait.last_day(),
        repaired_until=wait.last_day(repairable),
    )


def _price_of_missed(consultation: Consultation, region: RegionCode, years: Iterable[int], grade: int) -> Fen:
    """What the place asked of a person in each of those years together: each is asked about on its own last day."""
    amounts = [
        _in_window(replace(consultation, on=date(year, 12, 31), coverage_year=year), "repair", region, grade).fen
        for year in years
    ]
    return Fen(sum(amounts))


@dataclass(frozen=True, slots=True)
class _Cover:
    """First and last day of cover, and the wait before it, counted in calendar days."""

    first: date
    last: date
    waiting_days: int
    waiting_until: date | None


def _cover(
    consultation: Consultation,
    region: RegionCode,
    groups: frozenset[SpecialGroup],
    price: _Price,
    insured: Insured,
    wait: _Wait | None,
    repair: Repair | None,
) -> _Cover:
    """What a payment on the day covers. Raises CoverageYearTooShort where no day of the year would be left."""
    on = consultation.on
    last_waiting_day = None if wait is None else wait.last_day(0 if repair is None else len(repair.years))
    if price.in_window:
        first = consultation.fact("coverage", region, "coverage.in_window_starts_on").day
        last = consultation.fact("coverage", region, "coverage.in_window_ends_on").day
        if last_waiting_day is not None:
            rule = consultation.fact("coverage", region, "coverage.in_window_waiting_start").rule
            assert rule == "LATER_OF_WINDOW_START_AND_DAY_AFTER_WAITING", rule
            first = max(first, last_waiting_day + _DAY)
        elif insured.birth_date > first:
            first = on
    else:
        last = consultation.fact("coverage", region, "coverage.late_ends_on").day
        if last_waiting_day is None:
            rule = consultation.fact("coverage", region, "coverage.late_exempt_start").rule
            assert rule == "PAYMENT_DAY", rule
            first = on
        else:
            rule = consultation.fact("coverage", region, "coverage.late_start").rule
            assert rule == "DAY_AFTER_WAITING", rule
            first = last_waiting_day + _DAY
    if wait is None or last_waiting_day is None:
        if SpecialGroup.NEWBORN in groups:
            first = min(first, _first_day_of_newborn(consultation, region, insured, first))
        return _Cover(first, last, 0, None)
    if first > last:
        beyond = consultation.fact("coverage", region, "coverage.wait_beyond_year")
        assert beyond.rule == "REFUSED", beyond.rule
        raise CoverageYearTooShort(waiting_until=last_waiting_day, year_ends_on=last, basis=beyond.key)
    return _Cover(first, last, (last_waiting_day - on).days + int(wait.payment_day_counts), last_waiting_day)


def _first_day_of_newborn(consultation: Consultation, region: RegionCode, insured: Insured, otherwise: date) -> date:
    """Birth, or the first day of the year of cover after it, where a newborn is paid for soon enough."""
    within = consultation.fact("newborn", region, "newborn.covered_from_birth_days").days
    if consultation.on > insured.birth_date + timedelta(days=within):
        return otherwise
    return max(insured.birth_date, consultation.fact("coverage", region, "coverage.in_window_starts_on").day)


def _last_insured_year(consultation: Consultation, region: RegionCode, standing: Standing) -> int | None:
    """The last year of cover before this one that counts as insured, None for a first enrolment.

    Where a year that was paid late does not count, it counts as one missed, and the year before it as insured.
    """
    years = []
    if standing.last_paid is not None:
        paid = standing.last_paid
        missed = _was_paid_late(consultation, region, paid) and not (
            consultation.fact("waitingPeriod", region, "waiting_period.late_paid_years_count").flag
        )
        years.append(paid.year - 1 if missed else paid.year)
    employed = standing.last_year_employed
    if employed is not None and all(employed > year for year in years):
        counts = consultation.fact("waitingPeriod", region, "waiting_period.employee_years_count")
        if counts.flag:
            years.append(employed)
    return max(years, default=None)


def _was_paid_late(consultation: Consultation, region: RegionCode, paid: PaidYear) -> bool:
    """Whether a year was paid for after its window; where no document states that window, after February."""
    if paid.paid_on is None:
        return False
    try:
        window = consultation.book.fact(
            "collection_window.window", area=region, on=paid.paid_on, benefit_year=paid.year
        ).window
    except PolicyUnknown:
        return paid.paid_on >= date(paid.year, 3, 1)
    return paid.paid_on > window.last


def _months_later(day: date, months: int) -> date:
    """The corresponding day that many months later, or the last of its month where it has none (民法典 202 条)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
