"""What a resident contribution costs and buys on a day (缴费测算): amount, window, cover and wait, each from policy."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from domain.decisions.consulting import Consultation, QuotedFact
from domain.decisions.family_binding import require_relation_covered
from domain.decisions.objections import noting
from domain.decisions.records import Insured, PaidYear, PlaceOfEnrolment, Standing
from domain.policy import DateWindow, Fact, PolicyBook, PolicyUnknown, Unit
from domain.refusals import (
    AlreadyPaid,
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
from domain.vocabulary import Fen, Id, PaymentKind, RegionCode, SpecialGroup, province_of

__all__ = ["Quote", "QuotedFact", "assessed", "quoted"]

_DAY = timedelta(days=1)
FIRST_COVERAGE_YEAR = 2000
"""Years of cover are asked about from then on: no resident scheme is older."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a payment on that day would cost and buy (测算结果).

    `waiting_until` is the last waiting day, None without a wait; `region` is the place of enrolment.
    """

    person_id: Id
    region: RegionCode
    coverage_year: int
    amount_fen: Fen
    kind: PaymentKind
    window: DateWindow
    in_window: bool
    coverage_from: date
    coverage_until: date
    waiting_days: int
    waiting_until: date | None
    record_visible_after_hours: int
    finish_required: bool
    facts: tuple[QuotedFact, ...]

    @property
    def subsidy_fen(self) -> Fen | None:
        """What the treasury adds at least; None where no document states it."""
        return self._stated("subsidy")

    @property
    def financing_fen(self) -> Fen | None:
        """What is raised for a person at least; None where no document states it."""
        return self._stated("financing")

    def _stated(self, role: str) -> Fen | None:
        return next((one.fact.fen for one in self.facts if one.role == role), None)

    @property
    def amount_basis(self) -> str | None:
        """The key of the fact that states the amount."""
        return next((one.fact.key for one in self.facts if one.role == "amount" and one.fact.unit is Unit.FEN), None)


def quoted(
    book: PolicyBook, on: date, standing: Standing, *, unanswered: OutsideParty | None = None
) -> Quote | Refusal:
    """The quote for a payment on that day. `unanswered` is the outside party that did not answer, if any."""
    objections: list[Refusal] = []
    quote = assessed(book, on, standing, objections, kind=None)
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
) -> Quote | None:
    """The quote, where one can be made; everything that stands against the payment is added to `objections`.

    `kind` is the entrance that was chosen, None where none is chosen yet.
    """
    consultation = Consultation(book, on, standing.coverage_year)
    insured, enrolment, holder = standing.insured, standing.enrolment, standing.holder
    if not FIRST_COVERAGE_YEAR <= standing.coverage_year <= on.year + 2:
        objections.append(InputNotAcceptable(field="coverageYear", problem=InputProblem.YEAR))
    if insured is None or (standing.relation is None and insured.id != holder.id):
        # Nothing about a person whom the holder has not bound may be told, not even whether there is one.
        objections.append(NotThePayer(basis=consultation.basis(holder.area, "binding.required_before_payment")))
        return None
    if insured.died_on is not None and insured.died_on <= on:
        objections.append(PersonDeceased(path=("personId",)))
    if standing.relation is not None:
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
    with noting(objections):
        _require_account_in_reach(consultation, holder.area, enrolment)
    if standing.elsewhere is not None:
        with noting(objections):
            _require_suspended(consultation, enrolment.region, standing.elsewhere)
    with noting(objections):
        groups = _groups(consultation, insured, enrolment.region)
        with noting(objections):
            entrance = _entrance(consultation, enrolment.region, groups, kind)
        with noting(objections):
            price = _price(consultation, enrolment.region, groups)
            consultation.mention("subsidy", enrolment.region, "resident_contribution.subsidy_floor")
            consultation.mention("financing", enrolment.region, "resident_contribution.financing_floor")
            cover = _cover(consultation, enrolment.region, groups, price, standing)
        with noting(objections):
            visibility = consultation.fact(
                "recordVisibility", holder.area, "record_visibility.payment_record_delay_hours"
            )
            finishing = consultation.fact("finish", enrolment.region, "receipt.completion_required_for_slip")
    if objections:
        return None
    return Quote(
        person_id=insured.id,
        region=enrolment.region,
        coverage_year=standing.coverage_year,
        amount_fen=price.amount_fen,
        kind=entrance,
        window=price.window.window,
        in_window=price.in_window,
        coverage_from=cover.first,
        coverage_until=cover.last,
        waiting_days=cover.waiting_days,
        waiting_until=cover.waiting_until,
        record_visible_after_hours=visibility.hours,
        finish_required=finishing.flag,
        facts=consultation.facts(),
    )


def _require_account_in_reach(
    consultation: Consultation, account_area: RegionCode, enrolment: PlaceOfEnrolment
) -> None:
    """Raises NotThePayer where the account is kept too far from the place of enrolment."""
    scope = consultation.fact("payerArea", enrolment.region, "family_mutual_aid.payer_area_scope")
    same_city = account_area[:4] == enrolment.region[:4]
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
    groups = {insured.special_group} - {None, SpecialGroup.NEWBORN}
    newborn = consultation.book.fact("newborn.status_days", area=region, on=consultation.on)
    if consultation.on <= insured.birth_date + timedelta(days=newborn.days):
        groups.add(SpecialGroup.NEWBORN)
        consultation.quoted.append(QuotedFact("newborn", newborn))
    return frozenset(group for group in groups if group is not None)


def _entrance(
    consultation: Consultation, region: RegionCode, groups: frozenset[SpecialGroup], kind: PaymentKind | None
) -> PaymentKind:
    """Through which entrance the person pays. Raises where the one chosen is not theirs."""
    rule = consultation.fact("specialPayment", region, "special_payment.groups")
    special = [group for group in rule.special_groups if group in groups]
    if special and kind is PaymentKind.ORDINARY:
        raise SpecialPaymentRequired(group=special[0], basis=rule.key)
    if not special and kind is PaymentKind.SPECIAL:
        raise InputNotAcceptable(field="kind", problem=InputProblem.NO_SPECIAL_GROUP, basis=rule.key)
    return PaymentKind.SPECIAL if special else PaymentKind.ORDINARY


@dataclass(frozen=True, slots=True)
class _Price:
    """What is due on the day, and the window (as its fact) that decides it."""

    window: Fact
    in_window: bool
    amount_fen: Fen


def _price(consultation: Consultation, region: RegionCode, groups: frozenset[SpecialGroup]) -> _Price:
    """Raises CollectionWindowNotOpen before the window, CollectionWindowClosed after it where no price is stated."""
    window = consultation.fact("window", region, "collection_window.window")
    if consultation.on < window.window.first:
        early = consultation.fact("earlyPayment", region, "collection_window.early_payment")
        assert early.rule == "REFUSED", early.rule
        raise CollectionWindowNotOpen(opens_on=window.window.first, basis=window.key)
    in_window = consultation.on in window.window
    if in_window or _is_spared_late_price(consultation, region, groups):
        return _Price(
            window, in_window, consultation.fact("amount", region, "resident_contribution.amount_in_window").fen
        )
    try:
        late = consultation.fact("amount", region, "resident_contribution.amount_after_window")
    except PolicyUnknown:
        raise CollectionWindowClosed(closed_on=window.window.last, basis=window.key) from None
    return _Price(window, in_window, late.fen)


def _is_spared_late_price(consultation: Consultation, region: RegionCode, groups: frozenset[SpecialGroup]) -> bool:
    if not groups:
        return False
    spared = consultation.fact("amount", region, "resident_contribution.late_price_exempt_groups")
    if groups.isdisjoint(spared.special_groups):
        return False
    rule = consultation.fact("amount", region, "resident_contribution.exempt_price").rule
    assert rule == "AMOUNT_IN_WINDOW", rule
    return True


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
    standing: Standing,
) -> _Cover:
    """What a payment on the day covers. Raises CoverageYearTooShort where no day of the year would be left."""
    on = consultation.on
    exempt = bool(groups) and not groups.isdisjoint(
        consultation.fact("waitingPeriod", region, "waiting_period.exempt_groups").special_groups
    )
    wait = None if exempt else _wait(consultation, region, price.in_window, standing)
    if price.in_window:
        first = consultation.fact("coverage", region, "coverage.in_window_starts_on").day
        last = consultation.fact("coverage", region, "coverage.in_window_ends_on").day
        if wait is not None:
            rule = consultation.fact("coverage", region, "coverage.in_window_waiting_start").rule
            assert rule == "LATER_OF_WINDOW_START_AND_DAY_AFTER_WAITING", rule
            first = max(first, wait.last_day + _DAY)
    else:
        last = consultation.fact("coverage", region, "coverage.late_ends_on").day
        if wait is None:
            rule = consultation.fact("coverage", region, "coverage.late_exempt_start").rule
            assert rule == "PAYMENT_DAY", rule
            first = on
        else:
            rule = consultation.fact("coverage", region, "coverage.late_start").rule
            assert rule == "DAY_AFTER_WAITING", rule
            first = wait.last_day + _DAY
    if wait is None:
        return _Cover(first, last, 0, None)
    if first > last:
        beyond = consultation.fact("coverage", region, "coverage.wait_beyond_year")
        assert beyond.rule == "REFUSED", beyond.rule
        raise CoverageYearTooShort(waiting_until=wait.last_day, year_ends_on=last, basis=beyond.key)
    return _Cover(first, last, wait.days, wait.last_day)


@dataclass(frozen=True, slots=True)
class _Wait:
    days: int
    last_day: date


def _wait(consultation: Consultation, region: RegionCode, in_window: bool, standing: Standing) -> _Wait | None:
    """The wait of somebody who pays on the day, None for who pays in the window and has missed no year."""
    year_before = standing.coverage_year - 1
    last_insured_year = _last_insured_year(consultation, region, standing)
    reasons = set()
    if not in_window:
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
    broken_years = 0 if last_insured_year is None else year_before - last_insured_year
    counts = consultation.fact("waitingPeriod", region, "waiting_period.payment_day_counts").flag
    last_day = _last_waiting_day(consultation, region, broken_years) - (_DAY if counts else timedelta())
    return _Wait((last_day - consultation.on).days + int(counts), last_day)


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


def _last_waiting_day(consultation: Consultation, region: RegionCode, broken_years: int) -> date:
    """The last day of the wait when the day of payment is not counted."""
    fixed = consultation.fact("waitingPeriod", region, "waiting_period.fixed_days", "waiting_period.fixed_months")
    days, months = (fixed.days, 0) if fixed.unit is Unit.DAYS else (0, fixed.months)
    if broken_years and consultation.fact("waitingPeriod", region, "waiting_period.has_variable_part").flag:
        first_counts = consultation.fact("waitingPeriod", region, "waiting_period.first_broken_year_counts").flag
        each = consultation.fact("waitingPeriod", region, "waiting_period.variable_months_per_broken_year").months
        months += each * (broken_years if first_counts else broken_years - 1)
        if broken_years >= consultation.fact("waitingPeriod", region, "waiting_period.long_gap_years").years:
            least = consultation.fact("waitingPeriod", region, "waiting_period.long_gap_least_months").months
            months = max(months, least)
    return _months_later(consultation.on, months) + timedelta(days=days)


def _months_later(day: date, months: int) -> date:
    """The corresponding day that many months later, or the last of its month where it has none (民法典 202 条)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
