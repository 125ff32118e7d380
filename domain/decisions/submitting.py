"""Whether a contribution may be submitted (代缴申请)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.channels import channel_objections
from domain.decisions.objections import noting
from domain.decisions.paying import require_account
from domain.decisions.quoting import Quote, assessed
from domain.decisions.records import Account, Standing, Submitted
from domain.policy import PolicyBook
from domain.refusals import AmountChanged, OutsideParty, PartyDoesNotAnswer, Refusal, first_told
from domain.vocabulary import Fen, Id, Instant, PaymentChannel, PaymentKind, business_date


@dataclass(frozen=True, slots=True)
class Application:
    """What is submitted (缴费申请): at today's price.

    `account` is None where no account is to pay it: through another channel, or because medical assistance bears the
    whole contribution.
    """

    quote: Quote
    enrolment_id: Id
    account: Account | None


def submitted(
    book: PolicyBook,
    now: Instant,
    standing: Standing,
    *,
    channel: PaymentChannel,
    kind: PaymentKind | None,
    expected_fen: Fen | None,
    grade: int = 1,
    repair_years: int = 0,
    unanswered: OutsideParty | None = None,
) -> Application | Refusal:
    """The application, priced for that day. Whether the balance suffices is asked when it is paid.

    `kind` is the entrance that was chosen, None for the one that is the person's.
    """
    objections: list[Refusal] = []
    quote = assessed(
        book,
        business_date(now),
        standing,
        objections,
        kind=kind,
        grade=grade,
        repair_years=repair_years,
        channel=channel,
    )
    objections += channel_objections(book, now, standing, channel)
    if unanswered is not None:
        objections.append(PartyDoesNotAnswer(party=unanswered))
    account: Account | None = None
    if channel is PaymentChannel.PERSONAL_ACCOUNT and (quote is None or quote.amount_fen):
        with noting(objections):
            account = require_account(standing.holder)
    if quote is not None and expected_fen is not None and expected_fen != quote.amount_fen:
        objections.append(AmountChanged(expected_fen=expected_fen, due_fen=quote.amount_fen, basis=quote.amount_basis))
    told = first_told(objections)
    if told is not None:
        return told
    assert quote is not None
    assert standing.enrolment is not None
    assert standing.enrolment.id is not None
    return Application(quote, standing.enrolment.id, account)


def is_the_same(application: Application, waiting: Submitted) -> bool:
    """Whether an application asks for what waits for payment already: enrolment, entrance, grade, years and price."""
    return (
        waiting.enrolment_id == application.enrolment_id
        and waiting.grade == application.quote.grade
        and waiting.repair_years == application.quote.repair_years
        and waiting.kind is application.quote.kind
        and waiting.amount_fen == application.quote.amount_fen
    )
