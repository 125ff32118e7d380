"""What a unit collects: who may, and the answer to each line (代收)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from domain.decisions.collecting import CollectionLine, CollectionMatter, collecting, line_problem, lines_collected
from domain.decisions.records import PaidContribution, PlaceOfEnrolment, Standing
from domain.decisions.submitting import Application
from domain.decisions.unit_registration import RegisteredUnit
from domain.policy import PolicyBook
from domain.refusals import (
    AlreadyPaid,
    AmountChanged,
    ChannelNotOffered,
    CollectionWindowNotOpen,
    CoverageYearTooShort,
    EnrolledElsewhere,
    InputNotAcceptable,
    InputProblem,
    ListedTwice,
    NotACollectingUnit,
    NotAMember,
    NotYetAtTaxBureau,
    PaidByAnother,
    PaymentInProgress,
    PersonDeceased,
    PolicyNotStated,
    Refusal,
    SpecialPaymentRequired,
    UnitInAnotherState,
    UnitNotFound,
)
from domain.vocabulary import (
    SHANGHAI,
    Fen,
    Id,
    IdType,
    Instant,
    PaymentChannel,
    PaymentKind,
    RegionCode,
    Scheme,
    SpecialGroup,
    UnitKind,
    UnitStatus,
    instant,
)
from tests.domain.cases import (
    ANSHUN,
    CONTRIBUTION,
    IN_WINDOW,
    MIANYANG,
    MOTHER,
    PAYER,
    SIMULATED,
    SOMEBODY_ELSE,
    standing,
)

COUNTER = PaymentChannel.COUNTER
VILLAGE = RegisteredUnit(
    Id(520000000000000010), ANSHUN, "模拟村", UnitKind.VILLAGE, "54000000000000000X", UnitStatus.ACTIVE, PAYER
)
NUMBER = "270101196005010001"
NOW = instant(datetime(2024, 12, 20, 10, tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("unit", "year", "channel", "refusal"),
    [
        (None, 2025, COUNTER, UnitNotFound),
        (VILLAGE, 1999, COUNTER, InputNotAcceptable),
        (VILLAGE, 2027, COUNTER, InputNotAcceptable),
        (replace(VILLAGE, kind=UnitKind.ENTERPRISE), 2025, COUNTER, NotACollectingUnit),
        (replace(VILLAGE, kind=UnitKind.ORGAN), 2025, PaymentChannel.WECHAT, NotACollectingUnit),
        (replace(VILLAGE, status=UnitStatus.SUSPENDED), 2025, COUNTER, UnitInAnotherState),
        (replace(VILLAGE, status=UnitStatus.CANCELLED), 2025, COUNTER, UnitInAnotherState),
        *((VILLAGE, 2025, channel, ChannelNotOffered) for channel in (
            PaymentChannel.WECHAT, PaymentChannel.ALIPAY, PaymentChannel.WANSHITONG, PaymentChannel.PERSONAL_ACCOUNT,
            PaymentChannel.FISCAL,
        )),
        *((VILLAGE, 2025, channel, RegisteredUnit) for channel in (
            PaymentChannel.TAX_SYSTEM, PaymentChannel.BANK_BATCH, COUNTER,
        )),
        (replace(VILLAGE, kind=UnitKind.SCHOOL), 2000, COUNTER, RegisteredUnit),
        (VILLAGE, 2026, COUNTER, RegisteredUnit),
    ],
)  # fmt: skip
def test_who_may_collect(
    book: PolicyBook, unit: RegisteredUnit | None, year: int, channel: PaymentChannel, refusal: type[object]
) -> None:
    assert isinstance(collecting(book, IN_WINDOW, unit, year, channel), refusal)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (CollectionLine(MOTHER), None),
        (CollectionLine(Id(0)), None),
        (CollectionLine(name="王秀英", id_number=NUMBER), InputProblem.CHECK_CHARACTER),
        (CollectionLine(name="王秀英", id_type=IdType.FOREIGN_PASSPORT, id_number="x1234567"), None),
        (CollectionLine(name="王秀英", id_number="1"), InputProblem.NUMBER_SHAPE),
        (CollectionLine(name=" ", id_type=IdType.FOREIGN_PASSPORT, id_number="x1234567"), InputProblem.NAME_LENGTH),
        (CollectionLine(), InputProblem.ONE_WAY_OF_NAMING),
        (CollectionLine(name="王秀英"), InputProblem.ONE_WAY_OF_NAMING),
        (CollectionLine(id_number=NUMBER), InputProblem.ONE_WAY_OF_NAMING),
        (CollectionLine(MOTHER, name="王秀英"), InputProblem.ONE_WAY_OF_NAMING),
        (CollectionLine(MOTHER, name="王秀英", id_number=NUMBER), InputProblem.ONE_WAY_OF_NAMING),
    ],
)
def test_what_a_line_may_say(line: CollectionLine, problem: InputProblem | None) -> None:
    found = line_problem(line)
    assert (None if found is None else found.problem) is problem


def collected(
    book: PolicyBook,
    case: Standing,
    line: CollectionLine | None = None,
    *,
    unit: RegisteredUnit = VILLAGE,
    member_of: Id | None = VILLAGE.id,
    now: Instant = NOW,
) -> Application | Refusal:
    matter = CollectionMatter(replace(case, collected=True), member_of, "阿卜杜拉·买买提", None)
    [answer] = lines_collected(book, now, unit, [(line or CollectionLine(MOTHER), matter)], channel=COUNTER)
    return answer


def case(region: RegionCode = ANSHUN, group: SpecialGroup | None = None) -> Standing:
    """A member in good standing, to whom the officer is nothing."""
    return standing(region, relation=None, group=group)


def died(on: date) -> Standing:
    sound = case()
    assert sound.insured is not None
    return replace(sound, insured=replace(sound.insured, died_on=on))


def seen_at(moment: Instant) -> Standing:
    sound = case()
    assert sound.enrolment is not None
    return replace(sound, enrolment=replace(sound.enrolment, visible_to_tax_at=moment))


ELSEWHERE = PlaceOfEnrolment(None, RegionCode("440300"), Scheme.EMPLOYEE)
BY_DOCUMENT = CollectionLine(name="阿卜杜拉 买买提", id_type=IdType.FOREIGN_PASSPORT, id_number="X1234567")


@pytest.mark.parametrize(
    ("asked", "line", "answer", "path"),
    [
        (case(), None, 40_000, ()),
        (case(), CollectionLine(MOTHER, expected_fen=Fen(40_000)), 40_000, ()),
        (case(), CollectionLine(MOTHER, expected_fen=Fen(1)), AmountChanged, ("expectedAmount",)),
        (case(), CollectionLine(MOTHER, kind=PaymentKind.ORDINARY), 40_000, ()),
        (case(), CollectionLine(MOTHER, kind=PaymentKind.SPECIAL), InputNotAcceptable, ("kind",)),
        (case(SIMULATED, SpecialGroup.MINIMUM_LIVING), CollectionLine(MOTHER, kind=PaymentKind.ORDINARY),
         SpecialPaymentRequired, ("kind",)),
        (case(SIMULATED, SpecialGroup.EXTREME_POVERTY), None, 0, ()),
        (case(MIANYANG), None, PolicyNotStated, ()),
        (died(date(2024, 12, 20)), None, PersonDeceased, ("personId",)),
        (died(date(2024, 12, 21)), None, 40_000, ()),
        (replace(case(), paid=PaidContribution(CONTRIBUTION, PAYER)), None, AlreadyPaid, ()),
        (replace(case(), paid=PaidContribution(CONTRIBUTION, SOMEBODY_ELSE)), None, PaidByAnother, ()),
        (replace(case(), paying=True), None, PaymentInProgress, ()),
        (replace(case(), elsewhere=ELSEWHERE), None, EnrolledElsewhere, ()),
        (seen_at(Instant(NOW + 1)), None, NotYetAtTaxBureau, ()),
        (seen_at(NOW), None, 40_000, ()),
    ],
)  # fmt: skip
def test_the_answer_to_a_line_is_that_of_submitting(
    book: PolicyBook,
    asked: Standing,
    line: CollectionLine | None,
    answer: int | type[Refusal],
    path: tuple[str, ...],
) -> None:
    found = collected(book, asked, line)
    if isinstance(answer, int):
        assert isinstance(found, Application), found
        assert (found.quote.amount_fen, found.account) == (answer, None)
        return
    assert isinstance(found, answer)
    assert found.path[:2] == ("lines", "0")
    if path:
        assert found.path[2:] == path


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (instant(datetime(2024, 9, 22, 23, 59, 59, tzinfo=SHANGHAI)), CollectionWindowNotOpen),
        (instant(datetime(2024, 9, 23, tzinfo=SHANGHAI)), None),
        (instant(datetime(2025, 11, 1, tzinfo=SHANGHAI)), CoverageYearTooShort),
    ],
)
def test_a_list_is_collected_in_its_window(book: PolicyBook, now: Instant, refusal: type[Refusal] | None) -> None:
    assert isinstance(collected(book, case(), now=now), refusal or Application)


@pytest.mark.parametrize("member_of", [None, Id(520000000000000011)])
def test_of_whoever_is_no_member_nothing_is_told(book: PolicyBook, member_of: Id | None) -> None:
    for asked in (died(date(2024, 1, 1)), replace(case(), paying=True), replace(case(), insured=None)):
        assert isinstance(collected(book, asked, member_of=member_of), NotAMember)


def test_a_name_is_the_members_own_however_its_dots_are_typed(book: PolicyBook) -> None:
    right = replace(BY_DOCUMENT, name="阿卜杜拉•买买提")
    assert isinstance(collected(book, case(), right), Application)
    assert isinstance(collected(book, case(), replace(right, name="阿卜杜拉")), NotAMember)


def test_who_is_listed_twice_is_answered_once_and_strangers_are_strangers_each_time(book: PolicyBook) -> None:
    member = CollectionMatter(replace(case(), collected=True), VILLAGE.id, "王秀英", None)
    stranger = replace(member, member_of=None)
    answers = lines_collected(
        book,
        NOW,
        VILLAGE,
        [(CollectionLine(MOTHER), one) for one in (stranger, member, member, stranger)],
        channel=COUNTER,
    )
    assert [type(answer) for answer in answers] == [NotAMember, Application, ListedTwice, NotAMember]
    assert [answer.path for answer in answers if isinstance(answer, Refusal)] == [
        ("lines", "0"), ("lines", "2"), ("lines", "3"),
    ]  # fmt: skip
