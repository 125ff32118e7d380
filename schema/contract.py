"""The contract as one schema (契约), and its printed form, `schema.graphql`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.events import (
    AccountCreditedEvent,
    AccountWithdrawnEvent,
    AgreementMovedEvent,
    ClaimReadjudicatedEvent,
    ClaimReversedEvent,
    ClaimSettledEvent,
    ConsentGivenEvent,
    ConsentWithdrawnEvent,
    ContributionRefundRequestedEvent,
    DisbursedEvent,
    ElectronicCertificateActivatedEvent,
    EmployeeBillPaidEvent,
    EmployeeBillRefundedEvent,
    EmployeeBillRefundRequestedEvent,
    EnrolmentRegisteredEvent,
    EnrolmentResumedEvent,
    EnrolmentSuspendedEvent,
    EnrolmentTerminatedEvent,
    FamilyMemberBoundEvent,
    FamilyMemberUnboundEvent,
    FilingAgentRevokedEvent,
    FilingEntrustedEvent,
    FilingMovedEvent,
    FilingOverdueEvent,
    IdentityRevealedEvent,
    IdentityVerifiedEvent,
    InterestPaidEvent,
    LumpSumDeclaredEvent,
    NoticeOverdueEvent,
    OutsideEnrolmentSuspendedEvent,
    OwnMonthsDeclaredEvent,
    PayeeAddedEvent,
    PayeeRemovedEvent,
    PaymentCertificateIssuedEvent,
    PaymentFailedEvent,
    PaymentStartedEvent,
    PaymentUnansweredEvent,
    PaymentVoidedEvent,
    PersonInformationChangedEvent,
    RectificationOverdueEvent,
    ResidentContributionFinishedEvent,
    ResidentContributionPaidEvent,
    ResidentContributionRefundedEvent,
    ResidentContributionSubmittedEvent,
    RetiredEvent,
    TransferAppliedEvent,
    TransferCompletedEvent,
    TransferFormSentEvent,
    TransferWithdrawnEvent,
    UnitCancelledEvent,
    UnitChangedEvent,
    UnitRegisteredEvent,
    UnitResumedEvent,
    UnitSuspendedEvent,
    WagesCorrectedEvent,
    WagesDeclaredEvent,
)
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription

PRINTED_AT: Final = Path(__file__).with_name("schema.graphql")
"""Where the printed contract is kept, for people and tools that read SDL."""


def build_schema() -> strawberry.Schema:
    """The whole contract; its fields are declarations that the plan executor answers."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[
            FamilyMemberBoundEvent,
            FamilyMemberUnboundEvent,
            IdentityRevealedEvent,
            PersonInformationChangedEvent,
            IdentityVerifiedEvent,
            ConsentGivenEvent,
            ConsentWithdrawnEvent,
            PayeeAddedEvent,
            PayeeRemovedEvent,
            ResidentContributionSubmittedEvent,
            ResidentContributionPaidEvent,
            ResidentContributionFinishedEvent,
            ContributionRefundRequestedEvent,
            PaymentFailedEvent,
            PaymentUnansweredEvent,
            PaymentStartedEvent,
            PaymentVoidedEvent,
            ResidentContributionRefundedEvent,
            PaymentCertificateIssuedEvent,
            EnrolmentRegisteredEvent,
            ElectronicCertificateActivatedEvent,
            OutsideEnrolmentSuspendedEvent,
            EnrolmentSuspendedEvent,
            EnrolmentResumedEvent,
            EnrolmentTerminatedEvent,
            UnitRegisteredEvent,
            UnitChangedEvent,
            UnitSuspendedEvent,
            UnitResumedEvent,
            UnitCancelledEvent,
            WagesDeclaredEvent,
            WagesCorrectedEvent,
            OwnMonthsDeclaredEvent,
            LumpSumDeclaredEvent,
            RetiredEvent,
            EmployeeBillPaidEvent,
            EmployeeBillRefundRequestedEvent,
            EmployeeBillRefundedEvent,
            AccountCreditedEvent,
            InterestPaidEvent,
            AccountWithdrawnEvent,
            ClaimSettledEvent,
            ClaimReadjudicatedEvent,
            ClaimReversedEvent,
            DisbursedEvent,
            AgreementMovedEvent,
            TransferAppliedEvent,
            TransferFormSentEvent,
            TransferCompletedEvent,
            TransferWithdrawnEvent,
            FilingMovedEvent,
            FilingOverdueEvent,
            FilingEntrustedEvent,
            FilingAgentRevokedEvent,
            NoticeOverdueEvent,
            RectificationOverdueEvent,
        ],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def printed() -> str:
    """The contract in the schema definition language, as `schema.graphql` holds it."""
    return build_schema().as_str() + "\n"
