"""The page `docs/refusals.md`, made from `domain.refusals`. `python -m tests.domain.refusals_page` writes it anew."""

from datetime import date
from pathlib import Path

from domain.policy import PolicyBook
from domain.refusals import (
    PRECEDENCE,
    AgreementInAnotherState,
    AlreadyBound,
    AlreadyConsented,
    AlreadyEnrolled,
    AlreadyInsuredAsEmployee,
    AlreadyPaid,
    AlreadyPayee,
    AmountChanged,
    BalanceTooLow,
    CertificateAlreadyActive,
    CertificateRequired,
    ChannelNotOffered,
    ClaimAlreadyReversed,
    ClaimTooOld,
    ClockIsAdvancing,
    ClockNeverGoesBack,
    CollectionPaused,
    CollectionWindowClosed,
    CollectionWindowNotOpen,
    ConsentNotGiven,
    CoverageYearTooShort,
    CoverHasBegun,
    DataTypeNotGranted,
    EmployeeBillNotDue,
    EnrolledElsewhere,
    EnrolmentInAnotherState,
    EntitledAlready,
    FaceCheckFailed,
    FilingEndsOtherwise,
    FilingInAnotherState,
    FilingMaterialsMissing,
    FilingNotCompleted,
    FilingNotInHand,
    FilingRatedAlready,
    InArrears,
    InputNotAcceptable,
    InputProblem,
    InWaitingPeriod,
    ItemNotInCatalogue,
    MaterialsMissing,
    MaterialsRequestedAlready,
    MaternityBenefitPaid,
    MaternityMonthsShort,
    MatterNotFiledHere,
    MayNotFile,
    MonthAlreadyDeclared,
    NotACollectingUnit,
    NotCovered,
    NotEntitledToCare,
    NothingToTransfer,
    NotInsuredForMaternity,
    NotOfAge,
    NotOfWorkingAge,
    NotThePayer,
    NotYetAtTaxBureau,
    OutsideParty,
    OutsideYourRegion,
    PartyDoesNotAnswer,
    PaymentNotVoidable,
    PolicyNotStated,
    RefundReasonNotConfirmed,
    RefundUnderWay,
    Refusal,
    RefusalCode,
    RelationNotCovered,
    SignInLocked,
    SpecialPaymentRequired,
    StatementDiffers,
    StaysOverlap,
    StillEnrolledThere,
    SuspensionNotYetSeen,
    TerminationReasonNotConfirmed,
    TooManyAttempts,
    TooManyBindings,
    TooManyPayees,
    TooManyReveals,
    TooManyWebhooks,
    TooManyWebhookTests,
    TransferNotWithdrawable,
    TransferUnderWay,
    UnitAlreadyRegistered,
    UnitHasMembers,
    UnitInAnotherState,
    UnitOwesBills,
    WebhookInAnotherState,
    WebhookSelectionNotValid,
    WebhookSelectionTooDear,
    WebhookUrlNotAllowed,
    WithdrawalReasonNotConfirmed,
    YearsShort,
)
from domain.vocabulary import (
    AgreementStatus,
    ApplicantKind,
    CareKind,
    DataType,
    EmployeeBillStatus,
    EnrolmentStatus,
    FaceFailure,
    Fen,
    FilingMove,
    FilingStatus,
    Id,
    Instant,
    MaternityBenefitKind,
    MatterCode,
    PaymentChannel,
    PaymentOrderStatus,
    RefundReason,
    RegionCode,
    Relation,
    Scheme,
    SpecialGroup,
    TerminationReason,
    TransferStatus,
    UnitKind,
    UnitStatus,
    WebhookStatus,
    WebhookUrlProblem,
    WithdrawalMaterial,
    WithdrawalReason,
)

PAGE = Path(__file__).parents[2] / "docs" / "refusals.md"

WITH_FACTS: tuple[Refusal, ...] = (
    InputNotAcceptable(field="idNumber", problem=InputProblem.CHECK_CHARACTER),
    ClockIsAdvancing(until=Instant(1_740_758_400)),
    ClockNeverGoesBack(now=Instant(1_734_400_000)),
    OutsideYourRegion(region=RegionCode("520400")),
    UnitAlreadyRegistered(unit_id=Id(520000000000000011)),
    NotACollectingUnit(kind=UnitKind.ENTERPRISE),
    UnitInAnotherState(status=UnitStatus.SUSPENDED),
    UnitHasMembers(members=6),
    AgreementInAnotherState(status=AgreementStatus.SUSPENDED),
    StatementDiffers(differences=3),
    EntitledAlready(last_day=date(2026, 12, 15)),
    UnitOwesBills(bills=2, due_fen=Fen(331_518)),
    RelationNotCovered(
        relation=Relation.SIBLING,
        covered=(Relation.SPOUSE, Relation.PARENT, Relation.CHILD),
        region=RegionCode("520402"),
    ),
    AlreadyBound(binding_id=Id(520000000000000007)),
    TooManyBindings(most=20),
    TooManyAttempts(most=10),
    SignInLocked(most=5, until=Instant(1_734_400_000)),
    FaceCheckFailed(failure=FaceFailure.NOT_LIVE),
    TooManyReveals(most=30),
    NotOfWorkingAge(years=16),
    AlreadyInsuredAsEmployee(enrolment_id=Id(340000000000000008)),
    AlreadyPayee(payee_id=Id(520000000000000008)),
    TooManyPayees(most=20),
    DataTypeNotGranted(data_type=DataType.ACCOUNT),
    AlreadyConsented(consent_id=Id(520000000000000012)),
    WebhookInAnotherState(status=WebhookStatus.DISABLED),
    TooManyWebhooks(most=10),
    TooManyWebhookTests(most=10),
    WebhookUrlNotAllowed(url_problem=WebhookUrlProblem.SCHEME),
    WebhookSelectionNotValid(explanation="Cannot query field 'surname' on type 'Event'."),
    WebhookSelectionTooDear(cost=90_400, most=60_000),
    EnrolledElsewhere(region=RegionCode("510903"), scheme=Scheme.EMPLOYEE),
    AlreadyEnrolled(enrolment_id=Id(340000000000000007)),
    CertificateAlreadyActive(activated_at=Instant(1_734_400_000)),
    CertificateRequired(region=RegionCode("341802")),
    ConsentNotGiven(region=RegionCode("341103")),
    EnrolmentInAnotherState(status=EnrolmentStatus.TERMINATED),
    TerminationReasonNotConfirmed(reason=TerminationReason.DECEASED),
    SuspensionNotYetSeen(region=RegionCode("341103"), visible_at=Instant(1_734_400_000)),
    MonthAlreadyDeclared(month=202412),
    NotOfAge(retires_on=date(2027, 3, 1)),
    YearsShort(months=64, due_fen=Fen(2_496_000)),
    EmployeeBillNotDue(status=EmployeeBillStatus.PAID),
    AlreadyPaid(contribution_id=Id(520000000000000003)),
    RefundUnderWay(refund_id=Id(520000000000000009)),
    CoverHasBegun(coverage_from=date(2025, 1, 1)),
    RefundReasonNotConfirmed(reason=RefundReason.MOVED_TO_EMPLOYEE),
    SpecialPaymentRequired(group=SpecialGroup.MINIMUM_LIVING),
    ChannelNotOffered(
        channel=PaymentChannel.WANSHITONG,
        offered=(PaymentChannel.PERSONAL_ACCOUNT, PaymentChannel.WECHAT, PaymentChannel.COUNTER),
        region=RegionCode("520402"),
    ),
    NotYetAtTaxBureau(visible_at=Instant(1_734_400_000)),
    CollectionWindowNotOpen(opens_on=date(2024, 9, 23)),
    CollectionWindowClosed(closed_on=date(2025, 2, 28)),
    CollectionPaused(reopens_on=date(2025, 2, 1)),
    NotCovered(on=date(2025, 6, 16)),
    InWaitingPeriod(on=date(2025, 3, 10), waiting_until=date(2025, 5, 29)),
    ClaimAlreadyReversed(reversed_at=Instant(1_734_400_000)),
    ItemNotInCatalogue(item="X9999"),
    ClaimTooOld(last_day=date(2025, 3, 10)),
    NotInsuredForMaternity(on=date(2024, 12, 10)),
    MaternityMonthsShort(months=3, required=6),
    MaternityBenefitPaid(benefit=MaternityBenefitKind.MEDICAL, occurred_on=date(2024, 12, 10)),
    StaysOverlap(admitted_on=date(2025, 3, 1), discharged_on=date(2025, 3, 10)),
    InArrears(month=202503, months=2),
    NotEntitledToCare(care=CareKind.CHRONIC_DISEASE),
    CoverageYearTooShort(waiting_until=date(2025, 12, 31), year_ends_on=date(2025, 12, 31)),
    PolicyNotStated(
        name="collection_window.window", region=RegionCode("341102"), on=date(2025, 1, 10), coverage_year=2025
    ),
    PaymentNotVoidable(status=PaymentOrderStatus.UNKNOWN, voidable_at=Instant(1_734_400_000)),
    WithdrawalReasonNotConfirmed(reason=WithdrawalReason.DECEASED),
    MaterialsMissing(missing=(WithdrawalMaterial.APPLICATION_FORM, WithdrawalMaterial.RENUNCIATION)),
    TransferUnderWay(transfer_id=Id(520000000000000011)),
    StillEnrolledThere(region=RegionCode("440300")),
    NothingToTransfer(region=RegionCode("510900")),
    TransferNotWithdrawable(status=TransferStatus.DONE),
    MatterNotFiledHere(matter=MatterCode.MATERNITY_ALLOWANCE),
    MayNotFile(applicants=(ApplicantKind.EMPLOYEE, ApplicantKind.HEIR)),
    FilingInAnotherState(status=FilingStatus.COMPLETED),
    FilingNotInHand(claimed=True),
    MaterialsRequestedAlready(noticed_at=Instant(1_734_400_000)),
    FilingMaterialsMissing(missing=(1, 3)),
    FilingEndsOtherwise(move=FilingMove.DISBURSE),
    FilingNotCompleted(refused=RefusalCode.NOTHING_TO_TRANSFER),
    FilingRatedAlready(rated_at=Instant(1734310800)),
    AmountChanged(expected_fen=Fen(40_000), due_fen=Fen(107_000)),
    BalanceTooLow(balance_fen=Fen(14_920), due_fen=Fen(40_000)),
    PartyDoesNotAnswer(party=OutsideParty.IDENTITY_REGISTRY),
)

FURTHER: tuple[Refusal, ...] = (
    InputNotAcceptable(field="rate", problem=InputProblem.CLOCK_RATE),
    InputNotAcceptable(field="to", problem=InputProblem.BEYOND_TIME),
    InputNotAcceptable(field="regions", problem=InputProblem.REGION_COUNT),
    WebhookUrlNotAllowed(url_problem=WebhookUrlProblem.ADDRESS),
    InputNotAcceptable(field="personId", problem=InputProblem.ONE_PERSON),
    InputNotAcceptable(field="region", problem=InputProblem.PLACE),
    InputNotAcceptable(field="personType", problem=InputProblem.PERSON_TYPE),
    InputNotAcceptable(field="schoolUnitId", problem=InputProblem.SCHOOL),
    InputNotAcceptable(field="idempotencyKey", problem=InputProblem.KEY_LENGTH),
    InputNotAcceptable(field="name", problem=InputProblem.NAME_LENGTH),
    InputNotAcceptable(field="idNumber", problem=InputProblem.NUMBER_SHAPE),
    InputNotAcceptable(field="idNumber", problem=InputProblem.OLD_NUMBER),
    InputNotAcceptable(field="idNumber", problem=InputProblem.NUMBER_DATE),
    InputNotAcceptable(field="birthDate", problem=InputProblem.NOT_OF_THE_NUMBER),
    InputNotAcceptable(field="birthDate", problem=InputProblem.IN_THE_FUTURE),
    InputNotAcceptable(field="firstYear", problem=InputProblem.YEAR),
    InputNotAcceptable(field="lastYear", problem=InputProblem.YEAR_SPAN),
    InputNotAcceptable(field="kind", problem=InputProblem.NO_SPECIAL_GROUP),
    InputNotAcceptable(field="coverageYear", problem=InputProblem.YEAR),
    InputNotAcceptable(field="orders", problem=InputProblem.ORDER_COUNT),
    InputNotAcceptable(field="cardLastFour", problem=InputProblem.CARD_DIGITS),
    InputNotAcceptable(field="lines", problem=InputProblem.LINE_COUNT),
    InputNotAcceptable(field="lines", problem=InputProblem.ONE_WAY_OF_NAMING),
    InputNotAcceptable(field="creditCode", problem=InputProblem.CREDIT_CODE_KIND),
    InputNotAcceptable(field="unitKind", problem=InputProblem.KIND_OF_CODE),
    InputNotAcceptable(field="region", problem=InputProblem.OTHER_CITY),
    UnitInAnotherState(status=UnitStatus.ACTIVE),
    UnitInAnotherState(status=UnitStatus.CANCELLED),
    InputNotAcceptable(field="firstMonth", problem=InputProblem.OWN_MONTHS),
    InputNotAcceptable(field="base", problem=InputProblem.BASE),
    InputNotAcceptable(field="grade", problem=InputProblem.GRADE),
    InputNotAcceptable(field="repairYears", problem=InputProblem.REPAIR_YEARS),
    InputNotAcceptable(field="form", problem=InputProblem.FORM_OF_MATTER),
    InputNotAcceptable(field="materials", problem=InputProblem.MATERIAL),
    FilingNotInHand(claimed=False),
    EnrolledElsewhere(region=RegionCode("440300"), scheme=Scheme.EMPLOYEE),
    SpecialPaymentRequired(group=None),
    PolicyNotStated(name="special_payment.groups", region=RegionCode("840102"), on=date(2019, 1, 1)),
    NotThePayer(account_area=RegionCode("520402"), enrolment_area=RegionCode("510903")),
    PartyDoesNotAnswer(party=OutsideParty.OTHER_PROVINCES),
    PaymentNotVoidable(status=PaymentOrderStatus.CONFIRMED),
    PaymentNotVoidable(status=PaymentOrderStatus.SENT),
)

_HEAD = """# Refusals

What an applicant may be told instead of an outcome, in order of precedence: when several apply, the first in this list
is told, always. One that could only be told by revealing what is not the applicant's is never looked for: who has not
bound a person hears `NotThePayer`, and who names a contribution of somebody else `ContributionNotFound`, whatever else
is true of that person or contribution.

A refusal that is not retryable is the first answer to its idempotency key: the same request is told the same again.
One that is retryable is not kept; the same request with the same key may be sent again and is decided anew.

This page is made from `domain/refusals.py`.

| | code | 中文 | path | retryable |
|---|---|---|---|---|
"""


def examples() -> dict[type[Refusal], Refusal]:
    """One of each refusal, in order of precedence."""
    given = {type(one): one for one in WITH_FACTS}
    return {one: given[one] if one in given else one() for one in PRECEDENCE}


def page() -> str:
    """The text of the page."""
    book = PolicyBook.load()
    rows = []
    sections = []
    for rank, (kind, example) in enumerate(examples().items(), start=1):
        path = f"`{'.'.join(example.path)}`" if example.path else ""
        retryable = "yes" if kind.retryable else ""
        rows.append(f"| {rank} | `{kind.code.name}` | {kind.code.zh} | {path} | {retryable} |\n")
        said = [example, *(one for one in FURTHER if type(one) is kind)]
        words = "".join(f"\n> {one.zh(book)}\n>\n> {one.en(book)}\n" for one in said)
        sections.append(f"\n## {kind.__name__}\n\n{kind.__doc__.splitlines()[0] if kind.__doc__ else ''}\n{words}")
    return _HEAD + "".join(rows) + "".join(sections)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
