"""What an app may do with its webhooks (事件推送的登记与变更)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.decisions.webhook_targets import Targets
from domain.refusals import (
    InputNotAcceptable,
    InputProblem,
    Refusal,
    TooManyWebhooks,
    WebhookInAnotherState,
    WebhookUrlNotAllowed,
    first_told,
)
from domain.vocabulary import RegionCode, WebhookStatus, WebhookStop

MOST_WEBHOOKS: Final = 10
"""How many webhooks an app has."""
MOST_REGIONS: Final = 50
TESTS_A_MINUTE: Final = 10
DEFAULT_SELECTION: Final = "{ __typename id cursor type occurredAt region subject { id } }"


def registering_refused(
    held: int, url: str, regions: Sequence[RegionCode], objection: Refusal | None, targets: Targets
) -> Refusal | None:
    """Why an app that has so many webhooks gets no further one; None where it does.

    `objection` is what is wrong with the selection.
    """
    too_many = TooManyWebhooks(most=MOST_WEBHOOKS) if held >= MOST_WEBHOOKS else None
    refusals = (too_many, update_refused(url, regions, objection, targets))
    return first_told(one for one in refusals if one is not None)


def update_refused(
    url: str | None, regions: Sequence[RegionCode], objection: Refusal | None, targets: Targets
) -> Refusal | None:
    """Why a webhook stays as it is; None where it changes."""
    if len(regions) > MOST_REGIONS:
        return InputNotAcceptable(field="regions", problem=InputProblem.REGION_COUNT)
    problem = None if url is None else targets.objection(url)
    return objection if problem is None else WebhookUrlNotAllowed(url_problem=problem)


def pausing_refused(status: WebhookStatus) -> Refusal | None:
    """Why a webhook cannot be paused or disabled; None where it can."""
    return None if status is WebhookStatus.ACTIVE else WebhookInAnotherState(status=status)


def disabling_refused(stop: WebhookStop | None, status: WebhookStatus) -> Refusal | None:
    """Why an operator cannot disable a webhook; None where one can."""
    return WebhookInAnotherState(status=status) if stop is WebhookStop.BY_AN_OPERATOR else None


def resuming_refused(status: WebhookStatus, stop: WebhookStop | None, *, by_operator: bool) -> Refusal | None:
    """Why a webhook cannot go on; None where it can. What an operator has disabled, an operator resumes."""
    held = stop is WebhookStop.BY_AN_OPERATOR and not by_operator
    return WebhookInAnotherState(status=status) if status is WebhookStatus.ACTIVE or held else None
