"""What a school or village collects from its people (学校、村（社区）代收): each line is answered on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.identity import described_problem, document_number, same_name
from domain.decisions.objections import by_line, noting
from domain.decisions.quoting import FIRST_COVERAGE_YEAR
from domain.decisions.records import Standing, Submitted
from domain.decisions.submitting import Application, submitted
from domain.decisions.unit_registration import RegisteredUnit
from domain.policy import PolicyBook
from domain.refusals import (
    ChannelNotOffered,
    InputNotAcceptable,
    InputProblem,
    ListedTwice,
    NotACollectingUnit,
    NotAMember,
    Refusal,
    UnitInAnotherState,
    UnitNotFound,
    first_told,
)
from domain.vocabulary import Fen, Id, IdType, Instant, PaymentChannel, PaymentKind, UnitStatus


@dataclass(frozen=True, slots=True)
class CollectionLine:
    """One line of the list (代收名单): somebody named by id, or by name and document.

    `person_id` is None where the line names nobody by id, 0 where the id cannot be read. `kind` is the entrance that
    was chosen, None for the one that is the person's; `expected_fen` is what the client was quoted, if anything.
    """

    person_id: Id | None = None
    name: str | None = None
    id_type: IdType = IdType.RESIDENT_ID_CARD
    id_number: str | None = None
    kind: PaymentKind | None = None
    expected_fen: Fen | None = None

    @property
    def document(self) -> tuple[IdType, str] | None:
        """Kind and number of the document by which the line names somebody, as registers write it."""
        return None if self.id_number is None else (self.id_type, document_number(self.id_number))


@dataclass(frozen=True, slots=True)
class CollectionMatter:
    """What a line is about. `member_of` is the unit that enrols the person as a resident.

    `name` is the person's, as registered; both are None where there is none. `contribution` is the latest that the
    unit has open for the same person and year.
    """

    standing: Standing
    member_of: Id | None
    name: str | None
    contribution: Submitted | None


def collecting(
    book: PolicyBook, on: date, unit: RegisteredUnit | None, coverage_year: int, channel: PaymentChannel
) -> RegisteredUnit | Refusal:
    """The unit that collects, or what stands against it altogether. `unit` is the one that the actor acts for."""
    if unit is None:
        return UnitNotFound()
    objections: list[Refusal] = []
    consultation = Consultation(book, on)
    if not FIRST_COVERAGE_YEAR <= coverage_year <= on.year + 2:
        objections.append(InputNotAcceptable(field="coverageYear", problem=InputProblem.YEAR))
    if unit.status is not UnitStatus.ACTIVE:
        objections.append(UnitInAnotherState(status=unit.status))
    with noting(objections):
        kinds = consultation.fact("collectingUnit", unit.region, "payment_channel.collecting_unit_kinds")
        if unit.kind.name not in kinds.rules:
            raise NotACollectingUnit(kind=unit.kind, basis=kinds.key)
    with noting(objections):
        offered = consultation.fact("channel", unit.region, "payment_channel.channels_of_collecting_units")
        if channel.name not in offered.rules:
            raise ChannelNotOffered(
                channel=channel,
                offered=tuple(PaymentChannel.named(name) for name in offered.rules),
                region=unit.region,
                basis=offered.key,
            )
    return first_told(objections) or unit


def line_problem(line: CollectionLine) -> InputNotAcceptable | None:
    """Why a line can be right for nobody, None where it can."""
    by_document = line.name is not None and line.id_number is not None
    half = line.name is not None or line.id_number is not None
    if half is not by_document or by_document is (line.person_id is not None):
        return InputNotAcceptable(field="lines", problem=InputProblem.ONE_WAY_OF_NAMING)
    if line.name is None or line.document is None:
        return None
    return described_problem(line.name, *line.document)


def lines_collected(
    book: PolicyBook,
    now: Instant,
    unit: RegisteredUnit,
    lines: Sequence[tuple[CollectionLine, CollectionMatter]],
    *,
    channel: PaymentChannel,
) -> list[Application | Refusal]:
    """What is collected for each line, at today's price, in order; the path of a refusal begins with its line."""
    listed: set[Id] = set()

    def answered(line: CollectionLine, matter: CollectionMatter) -> Application | Refusal:
        problem = line_problem(line)
        if problem is not None:
            return problem
        insured = matter.standing.insured
        if insured is None or not _is_member(unit, line, matter):
            return NotAMember()
        if insured.id in listed:
            return ListedTwice()
        listed.add(insured.id)
        return submitted(book, now, matter.standing, channel=channel, kind=line.kind, expected_fen=line.expected_fen)

    return by_line("lines", [answered(*one) for one in lines])


def _is_member(unit: RegisteredUnit, line: CollectionLine, matter: CollectionMatter) -> bool:
    """Whether the unit enrols the person as a resident, under the name that the line gives, if it gives one."""
    if matter.member_of != unit.id:
        return False
    return line.name is None or (matter.name is not None and same_name(line.name, matter.name))
