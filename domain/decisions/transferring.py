"""Whether an insurance relation is transferred (医保关系转移接续), by when, and how many months as an employee.

Three nodes follow one another: the application notice (T2101 申请通知单), the form with months and periods that the old
place sends (T2102 缴费年限和缴费时段), and the new place's word that it is done (T2103 办结反馈).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.decisions.records import Account
from domain.decisions.working_days import WorkingDay, counted_from, working_days_after
from domain.policy import PolicyBook
from domain.refusals import (
    NotEnrolledAsEmployee,
    NothingToTransfer,
    OutsideParty,
    PartyDoesNotAnswer,
    Refusal,
    StillEnrolledThere,
    TransferNotFound,
    TransferNotWithdrawable,
    TransferUnderWay,
    first_told,
)
from domain.vocabulary import (
    AccountStatus,
    DayCalendar,
    Fen,
    Id,
    Instant,
    RegionCode,
    TransferStatus,
    business_date,
    pooling_area,
    start_of_business_date,
)

_STEP_AT = 10 * 3600
"""The second of a day at which an agency does its step: ten o'clock."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """Calendar months from `first` to `last` (缴费时段), both included, each as year × 100 + month."""

    first: int
    last: int

    def each(self) -> range:
        """The months, counted from January of the year 0."""
        return range(_counted(self.first), _counted(self.last) + 1)


@dataclass(frozen=True, slots=True)
class Employment:
    """An enrolment as an employee in one place. `last` is None while that place still has it in force."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class PresentEnrolment:
    """The active enrolment, as an employee or as a resident, to which months are carried."""

    id: Id
    region: RegionCode
    started_on: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who would have a relation transferred, as the platform holds them. `under_way` is a transfer not ended yet."""

    id: Id
    id_number: str
    present: PresentEnrolment | None
    under_way: Id | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The place that would be left (转出地): what it holds of the person.

    `transferred_on` is the day of the last form that came from there, None where none did; `unanswered` is who was to
    say and does not.
    """

    area: RegionCode
    employments: Sequence[Employment]
    transferred_on: date | None
    unanswered: OutsideParty | None = None

    @property
    def ended(self) -> list[Employment]:
        """What has ended there since the last form came."""
        return [
            one
            for one in self.employments
            if one.last is not None and (self.transferred_on is None or one.last > self.transferred_on)
        ]


@dataclass(frozen=True, slots=True)
class Application:
    """An application taken up (受理): counted from `accepted_on`, the form due by `form_due_on`, all of it by `due`."""

    enrolment: PresentEnrolment
    origin: RegionCode
    accepted_on: date
    form_due_on: date
    due: WorkingDay
    out_working_days: int
    in_working_days: int


@dataclass(frozen=True, slots=True)
class TransferOnRecord:
    """A transfer as far as withdrawing looks at it, between its two places."""

    id: Id
    person_id: Id
    region: RegionCode
    origin: RegionCode
    status: TransferStatus


def months_of(first: date, last: date) -> Months:
    """The calendar months of an enrolment; one that began or ended within a month has it whole."""
    return Months(first.year * 100 + first.month, last.year * 100 + last.month)


def _counted(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1


def distinct_months(periods: Iterable[Months], counted: Iterable[Months] = ()) -> int:
    """How many months the periods have, each once, and none that is in `counted`."""
    before = {month for one in counted for month in one.each()}
    return len({month for one in periods for month in one.each()} - before)


def applied(book: PolicyBook, now: Instant, candidate: Candidate, origin: Origin) -> Application | Refusal:
    """The application as it is taken up, or why it is not."""
    consultation = Consultation(book, business_date(now))
    objections: list[Refusal] = []
    with noting(objections):
        enrolment = candidate.present
        if enrolment is None:
            raise NotEnrolledAsEmployee()
        if candidate.under_way is not None:
            objections.append(TransferUnderWay(transfer_id=candidate.under_way))
        objections += _against(enrolment, origin)
        out = consultation.fact("transferOut", origin.area, "transfer.out_working_days").working_days
        into = consultation.fact("transferIn", enrolment.region, "transfer.in_working_days").working_days
        accepted = counted_from(now, _closes(consultation, enrolment.region))
        form_due = working_days_after(accepted.day, out)
        due = working_days_after(accepted.day, out + into)
    told = first_told(objections)
    return told or Application(enrolment, origin.area, accepted.day, form_due.day, due, out, into)


def _against(enrolment: PresentEnrolment, origin: Origin) -> list[Refusal]:
    """What the place that would be left has against it."""
    if origin.area == pooling_area(enrolment.region):
        return [NothingToTransfer(region=origin.area)]
    if origin.unanswered is not None:
        return [PartyDoesNotAnswer(party=origin.unanswered)]
    if any(one.last is None for one in origin.employments):
        return [StillEnrolledThere(region=origin.area)]
    return [] if origin.ended else [NothingToTransfer(region=origin.area)]


def _closes(consultation: Consultation, region: RegionCode) -> time:
    return consultation.fact("officeHours", region, "office_hours.hours").clock_window.until


def received(book: PolicyBook, now: Instant, region: RegionCode) -> tuple[WorkingDay, int]:
    """By when the new place completes a transfer whose form it receives now, and within how many working days.

    PolicyUnknown where no fact says.
    """
    consultation = Consultation(book, business_date(now))
    into = consultation.fact("transferIn", region, "transfer.in_working_days").working_days
    return working_days_after(counted_from(now, _closes(consultation, region)).day, into), into


def step_at(day: date, working_days: int, now: Instant) -> Instant:
    """When an agency does its step on that working day after a day, at the earliest now."""
    return max(now, Instant(start_of_business_date(working_days_after(day, working_days).day) + _STEP_AT))


def late_from(due_on: date) -> Instant:
    """From when a step is overdue (超期): the end of the day on which it was due."""
    return Instant(start_of_business_date(due_on) + 86_400)


def joint(calendar: DayCalendar, other: DayCalendar) -> DayCalendar:
    """By what two periods together were counted."""
    return calendar if calendar is DayCalendar.WEEKDAYS_ONLY else other


def carried(
    book: PolicyBook, on: date, region: RegionCode, periods: Sequence[Months], counted: Sequence[Months]
) -> int:
    """How many months of the form are carried to the new place, where `counted` count already."""
    rule = book.fact("transfer.months_paid_in_both_places", area=region, on=on).rule
    if rule == "IN_EACH":
        return sum(len(one.each()) for one in periods)
    return distinct_months(periods, counted)


def account_received(account: Account | None, balance_fen: Fen) -> Account | None:
    """The account with what another province sends for it; None where there is nothing to put, or nothing to put it in.

    A frozen account takes money; only paying from it is stopped.
    """
    if account is None or account.status is AccountStatus.CLOSED or not balance_fen:
        return None
    return replace(account, balance_fen=Fen(account.balance_fen + balance_fen), entry_count=account.entry_count + 1)


def account_moves(account: Account | None, origin: RegionCode) -> bool:
    """Whether the account is kept in the place that is left, and goes along with its balance (个人账户随同转移)."""
    return account is not None and account.status is not AccountStatus.CLOSED and pooling_area(account.region) == origin


def withdrawn(actor: Id, transfer: TransferOnRecord | None) -> Refusal | None:
    """What stands against withdrawing a transfer, None where nothing does."""
    if transfer is None or transfer.person_id != actor:
        return TransferNotFound()
    if transfer.status in (TransferStatus.UNTREATED, TransferStatus.PROCESSING):
        return None
    return TransferNotWithdrawable(status=transfer.status)
