"""What may be done to a filing (办件), by whom, and what comes of it: one table of states and moves.

A filing is about one service matter of a person, a unit or an institution. Whoever applies drafts, submits,
supplements and withdraws it; one clerk of its region at a time holds it, and does the rest. What is missing is told
once, all of it (一次性告知).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from domain.decisions.agreements import Institution
from domain.decisions.deadlines import Deadline, Pause, deadline
from domain.decisions.filing_forms import ANSWERED, PAYING, UNREVIEWED, FilingForm
from domain.decisions.objections import noting
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.decisions.registering import Applicant
from domain.decisions.revealing import holds_a_number, wrong_explanation
from domain.decisions.situations import conditions_of
from domain.decisions.transferring import late_from
from domain.decisions.unit_registration import RegisteredUnit
from domain.decisions.working_days import counted_from, working_day_number
from domain.policy import PolicyBook
from domain.policy.matters import AGENTS, Material, MaterialCondition, MaterialProof, Matter, Text
from domain.refusals import (
    ApprovedByOneself,
    FilingEndsOtherwise,
    FilingEntrustedAlready,
    FilingInAnotherState,
    FilingMaterialsMissing,
    FilingNotEntrusted,
    FilingNotFound,
    FilingNotInHand,
    FilingRatedAlready,
    InputNotAcceptable,
    InputProblem,
    MaterialsRequestedAlready,
    MayNotFile,
    NothingIsMissing,
    NothingToRectify,
    OutsideParty,
    PartyDoesNotAnswer,
    PersonaNotFound,
    PersonDeceased,
    PersonNotFound,
    PolicyNotStated,
    Refusal,
    UnitNotFound,
    first_told,
)
from domain.vocabulary import (
    ApplicantKind,
    DayCalendar,
    EnrolmentStatus,
    FilingMove,
    FilingRating,
    FilingStatus,
    Id,
    Instant,
    InstitutionKind,
    MaterialMedia,
    MaterialNeed,
    MaterialWay,
    MatterCode,
    PersonType,
    RegionCode,
    Scheme,
    business_date,
    lies_in,
)

# ---- the table -------------------------------------------------------------------------------------------------------

_STAYS: Final[Mapping[FilingStatus | None, FilingStatus]] = {status: status for status in FilingStatus if status.open}
_ANSWERED: Final[Mapping[FilingStatus | None, FilingStatus]] = {
    status: status for status in (FilingStatus.COMPLETED, FilingStatus.DENIED, FilingStatus.DECLINED)
}


class FilingActor(Enum):
    """Who makes a move (操作人)."""

    APPLICANT = "申请人"
    CLERK = "经办人员"


@dataclass(frozen=True, slots=True)
class Move:
    """Who makes a move, and where it leads from each state in which it is allowed; from None it makes a filing."""

    by: FilingActor
    leads: Mapping[FilingStatus | None, FilingStatus]


MOVES: Final[Mapping[FilingMove, Move]] = {
    FilingMove.DRAFT: Move(FilingActor.APPLICANT, {None: FilingStatus.DRAFT}),
    FilingMove.SUBMIT: Move(FilingActor.APPLICANT, {FilingStatus.DRAFT: FilingStatus.SUBMITTED}),
    FilingMove.ANSWER: Move(FilingActor.APPLICANT, {FilingStatus.DRAFT: FilingStatus.COMPLETED}),
    FilingMove.SUPPLEMENT: Move(
        FilingActor.APPLICANT,
        {
            FilingStatus.SUPPLEMENTING: FilingStatus.SUBMITTED,
            FilingStatus.SUPPLEMENTING_IN_REVIEW: FilingStatus.ACCEPTED,
        },
    ),
    FilingMove.WITHDRAW: Move(
        FilingActor.APPLICANT,
        {
            FilingStatus.DRAFT: FilingStatus.WITHDRAWN,
            FilingStatus.SUBMITTED: FilingStatus.WITHDRAWN,
            FilingStatus.SUPPLEMENTING: FilingStatus.WITHDRAWN,
            FilingStatus.ACCEPTED: FilingStatus.WITHDRAWN,
            FilingStatus.SUPPLEMENTING_IN_REVIEW: FilingStatus.WITHDRAWN,
        },
    ),
    FilingMove.CLAIM: Move(FilingActor.CLERK, _STAYS),
    FilingMove.RETURN: Move(FilingActor.CLERK, _STAYS),
    FilingMove.HAND_OVER: Move(FilingActor.CLERK, _STAYS),
    FilingMove.REQUEST_MATERIALS: Move(
        FilingActor.CLERK,
        {
            FilingStatus.SUBMITTED: FilingStatus.SUPPLEMENTING,
            FilingStatus.ACCEPTED: FilingStatus.SUPPLEMENTING_IN_REVIEW,
        },
    ),
    FilingMove.ACCEPT: Move(FilingActor.CLERK, {FilingStatus.SUBMITTED: FilingStatus.ACCEPTED}),
    FilingMove.DECLINE: Move(
        FilingActor.CLERK,
        {FilingStatus.SUBMITTED: FilingStatus.DECLINED, FilingStatus.SUPPLEMENTING: FilingStatus.DECLINED},
    ),
    FilingMove.APPROVE: Move(FilingActor.CLERK, {FilingStatus.ACCEPTED: FilingStatus.APPROVED}),
    FilingMove.DENY: Move(
        FilingActor.CLERK,
        {FilingStatus.ACCEPTED: FilingStatus.DENIED, FilingStatus.SUPPLEMENTING_IN_REVIEW: FilingStatus.DENIED},
    ),
    FilingMove.COMPLETE: Move(
        FilingActor.CLERK,
        {FilingStatus.ACCEPTED: FilingStatus.COMPLETED, FilingStatus.APPROVED: FilingStatus.COMPLETED},
    ),
    FilingMove.DISBURSE: Move(FilingActor.CLERK, {FilingStatus.APPROVED: FilingStatus.COMPLETED}),
    FilingMove.RATE: Move(FilingActor.APPLICANT, _ANSWERED),
    FilingMove.RECTIFY: Move(FilingActor.CLERK, _ANSWERED),
    FilingMove.ENTRUST: Move(FilingActor.APPLICANT, {FilingStatus.DRAFT: FilingStatus.DRAFT}),
    FilingMove.REVOKE: Move(FilingActor.APPLICANT, {**_STAYS, FilingStatus.DRAFT: FilingStatus.DRAFT}),
}
"""Every state, every move that is allowed in it, who makes it, and where it leads. Nothing else happens to a filing.

What is accepted is approved, or completed where its guide has no review: `no_step_of` is the one that is left out.
"""

OF_AGENTS: Final = frozenset(
    {FilingMove.SUBMIT, FilingMove.ANSWER, FilingMove.SUPPLEMENT, FilingMove.WITHDRAW, FilingMove.REVOKE}
)
"""What an agent does as whoever applied does it."""
RUNNING: Final = frozenset({FilingStatus.ACCEPTED, FilingStatus.SUPPLEMENTING_IN_REVIEW, FilingStatus.APPROVED})
"""Where a time limit runs, or stands still for the applicant."""
NEVER: Final = Instant(253_402_271_999)
"""From when something is late that has no last day: the last second of the year 9999."""
LONGEST_COMMENT: Final = 200
"""Characters of what is said along with a rating."""


def moves_from(status: FilingStatus, by: FilingActor) -> tuple[FilingMove, ...]:
    """What somebody can do from a state, in the order of the table."""
    return tuple(move for move, how in MOVES.items() if how.by is by and status in how.leads)


def no_step_of(matter: MatterCode, status: FilingStatus) -> FilingMove | None:
    """The move that the table allows in a state and the guide of a matter has no step for, or None."""
    if status is not FilingStatus.ACCEPTED:
        return None
    return FilingMove.APPROVE if matter in UNREVIEWED else FilingMove.COMPLETE


def ended_by(matter: MatterCode) -> FilingMove:
    """The move that ends an approved filing of a matter."""
    return FilingMove.DISBURSE if matter in PAYING else FilingMove.COMPLETE


# ---- records ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FilingMaterial:
    """A material of a filing: `needed` or merely possible, and how it is there, None where it is not.

    `stands_for` is the number of another one, which need not be there where this one is. `told_at` is when it was told
    missing.
    """

    number: int
    name: Text
    needed: bool
    pledgeable: bool
    stands_for: int | None = None
    way: MaterialWay | None = None
    media: MaterialMedia | None = None
    sha256: str | None = None
    provided_at: Instant | None = None
    told_at: Instant | None = None
    material_id: Id | None = None


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """A file that a person or an institution has uploaded."""

    id: Id
    owner_id: Id
    media: MaterialMedia
    sha256: str


@dataclass(frozen=True, slots=True)
class MaterialGiven:
    """A material as it is handed in: its number, and an uploaded file, or a pledge in its place.

    `material_id` is 0 where the client named none that can be read; `file` is what it names, where the applicant has
    uploaded that.
    """

    number: int
    pledged: bool
    material_id: Id | None
    file: MaterialFile | None = None

    def found(self, files: Mapping[Id, MaterialFile], applicant_id: Id) -> MaterialGiven:
        """The same with its file among those, where it is the applicant's."""
        file = None if self.material_id is None else files.get(self.material_id)
        return replace(self, file=None if file is None or file.owner_id != applicant_id else file)


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as it stands. `edition` is the guide by which it was drafted.

    `applicant_id` is who signed in to file it: for themselves and their family, or as an officer of the unit `unit_id`;
    None where the institution `institution_id` files. `person_id` is whom it is about, None where it is about the unit
    or the institution alone. `filed_at` is when it was drafted and, from then on, when it was submitted. `due_on` is
    None before acceptance and while the clock stands, when `left` working days are left; `due_number` is the number of
    the last day among working days. From `late_from` on it is overdue, and since `overdue_at` that has been told.
    `effect_id` is what completing it made, as the API names it. `approver_id` is the
    clerk who approved. `rectify_by` is the last day for putting a low rating right, None where none is low, and
    `rectification` what was done about it. `worked_days` are the working days from acceptance to the end, without the
    time that whoever applied supplemented; None before it has ended, and where it was not accepted. `notice_by` is the
    last day for telling what is missing, None before it is submitted, and where the guide says none. `agent_id` is who
    files for the applicant, None where nobody does.
    """

    id: Id
    matter: MatterCode
    edition: str
    region: RegionCode
    applicant_id: Id | None
    unit_id: Id | None
    institution_id: Id | None
    person_id: Id | None
    applicant: ApplicantKind
    form: str
    status: FilingStatus
    holder_id: Id | None
    drafted_at: Instant
    filed_at: Instant
    working_days: int
    materials: tuple[FilingMaterial, ...]
    noticed_at: Instant | None = None
    supplied_at: Instant | None = None
    accepted_on: date | None = None
    calendar: DayCalendar | None = None
    due_on: date | None = None
    due_number: int | None = None
    left: int | None = None
    late_from: Instant = NEVER
    overdue_at: Instant | None = None
    reason: str | None = None
    ended_at: Instant | None = None
    effect_id: str | None = None
    approver_id: Id | None = None
    rating: FilingRating | None = None
    rating_comment: str | None = None
    rated_at: Instant | None = None
    rectify_by: date | None = None
    rectified_at: Instant | None = None
    rectification: str | None = None
    worked_days: int | None = None
    notice_by: date | None = None
    agent_id: Id | None = None

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the materials that it lacks."""
        return missing_of(self.materials)

    @property
    def filer_id(self) -> Id:
        """Whoever files: a person, or the institution."""
        found = self.applicant_id or self.institution_id
        assert found is not None, "somebody files"
        return found


def missing_of(materials: Sequence[FilingMaterial]) -> tuple[int, ...]:
    """The numbers of those that are needed and not there, and for which nothing stands that is."""
    there = {number for one in materials if one.way is not None for number in (one.number, one.stands_for)}
    return tuple(one.number for one in materials if one.needed and one.number not in there)


# ---- drafting --------------------------------------------------------------------------------------------------------

_KINDS: Final[Mapping[PersonType, ApplicantKind]] = {
    PersonType.EMPLOYED: ApplicantKind.EMPLOYEE,
    PersonType.FLEXIBLE: ApplicantKind.FLEXIBLE_WORKER,
    PersonType.RETIRED: ApplicantKind.RETIREE,
}
_INSTITUTIONS: Final[Mapping[InstitutionKind, ApplicantKind]] = {
    InstitutionKind.HOSPITAL: ApplicantKind.HOSPITAL,
    InstitutionKind.PHARMACY: ApplicantKind.PHARMACY,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be filed: `form` is that of the matter."""

    matter: MatterCode
    form: FilingForm
    materials: tuple[MaterialGiven, ...]


@dataclass(frozen=True, slots=True)
class Filer:
    """Who files: somebody for themselves and their family, the officer of a unit for it, or an institution.

    `himself` is who signed in, None for an institution.
    """

    himself: PersonOnRecord | None
    unit: RegisteredUnit | None = None
    institution: Institution | None = None


def drafted(
    book: PolicyBook,
    now: Instant,
    filer: Filer,
    applicant: Applicant,
    enrolments: Sequence[EnrolmentOnRecord],
    draft: Draft,
    *,
    form: str,
) -> Filing | Refusal:
    """The filing as it is drafted, without its id, or why not.

    `applicant` is what whoever signed in is to the person whom the form is about, and that person is insured by
    `enrolments`; `form` is the form as it is kept.
    """
    refusal = _not_entitled(filer, applicant, enrolments, draft.form)
    if refusal is not None:
        return refusal
    person = None if draft.form.about is None else applicant.person
    region = draft.form.place or _place(filer, person)
    objections: list[Refusal] = []
    with noting(objections):
        matter = book.matters.matter(draft.matter, area=region, on=business_date(now))
        may = frozenset(matter.applicants) & (draft.form.only_as or frozenset(matter.applicants))
        kind = next((one for one in _kinds(filer, applicant, enrolments, draft) if one in may), None)
        if kind is None:
            return MayNotFile(applicants=tuple(one for one in matter.applicants if one in may))
        # The officer of a unit shows no documents of its people.
        shown_by = filer.himself if filer.unit is None else None
        conditions = conditions_of(draft.form, applicant, None if filer.unit is None else filer.unit.kind)
        given = handed_in(_materials(matter, kind, shown_by, conditions, now), draft.materials, now)
        if isinstance(given, Refusal):
            return given
        return Filing(
            id=Id(0),
            matter=draft.matter,
            edition=matter.edition.key,
            region=region,
            applicant_id=None if filer.himself is None else filer.himself.id,
            unit_id=None if filer.unit is None else filer.unit.id,
            institution_id=None if filer.institution is None else filer.institution.id,
            person_id=None if person is None else person.id,
            applicant=kind,
            form=form,
            status=FilingStatus.DRAFT,
            holder_id=None,
            drafted_at=now,
            filed_at=now,
            working_days=sum(limit.working_days for limit in matter.time_limits_for(kind)),
            materials=given,
        )
    told = first_told(objections)
    assert told is not None, "what the guide does not state was noted"
    return told


def _place(filer: Filer, person: PersonOnRecord | None) -> RegionCode:
    """Whose agency handles it: that of the unit or the institution that files, else of where the person lives."""
    if filer.unit is not None:
        return filer.unit.region
    if filer.institution is not None:
        return filer.institution.region
    found = person or filer.himself
    assert found is not None, "somebody files"
    return found.region


def _not_entitled(
    filer: Filer, applicant: Applicant, enrolments: Sequence[EnrolmentOnRecord], form: FilingForm
) -> Refusal | None:
    """People file for themselves and whom they have bound, heirs for the dead whose kin the register says they are.

    A unit files for itself and for those whom it enrols or has enrolled, an institution for nobody but itself.
    """
    if form.names_unit is not None and (filer.unit is None or filer.unit.id != form.names_unit):
        return UnitNotFound(path=("form", "unitId"))
    if form.about is None:
        return None
    person = applicant.person
    if person is None:
        return PersonNotFound(path=("form", "personId"))
    if filer.unit is not None:
        entitled = any(one.unit_id == filer.unit.id for one in enrolments)
    elif filer.institution is not None:
        entitled = False
    else:
        entitled = applicant.actor == person.id or (applicant.bound and form.for_family)
        if not entitled and form.of_the_dead:
            if applicant.kin is None:
                return PartyDoesNotAnswer(party=OutsideParty.IDENTITY_REGISTRY)
            entitled = applicant.kin.relation is not None
    if not entitled:
        return PersonNotFound(path=("form", "personId"))
    return PersonDeceased() if person.died_on is not None and not form.of_the_dead else None


def _kinds(
    filer: Filer, applicant: Applicant, enrolments: Sequence[EnrolmentOnRecord], draft: Draft
) -> list[ApplicantKind]:
    """As whom somebody may file, the likeliest first: an enrolment in force comes before an old one."""
    form = draft.form
    if filer.unit is not None:
        return [ApplicantKind.UNIT]
    if filer.institution is not None:
        return [_INSTITUTIONS[filer.institution.kind]]
    if form.as_whom is not None:
        return [form.as_whom]
    if form.of_the_dead and form.about != applicant.actor:
        return [ApplicantKind.HEIR]
    in_force_first = sorted(enrolments, key=lambda one: one.status is not EnrolmentStatus.ACTIVE)
    return [_kind(one) for one in in_force_first] or [ApplicantKind.RESIDENT]


def _kind(enrolment: EnrolmentOnRecord) -> ApplicantKind:
    """As whom an enrolment lets somebody file."""
    if enrolment.scheme is Scheme.MATERNITY:
        return ApplicantKind.MATERNITY_INSURED
    return _KINDS.get(enrolment.person_type, ApplicantKind.RESIDENT)


def _materials(
    matter: Matter,
    kind: ApplicantKind,
    himself: PersonOnRecord | None,
    conditions: Collection[MaterialCondition],
    now: Instant,
) -> tuple[FilingMaterial, ...]:
    """What the matter lists, and behind it what the situations that hold ask for besides."""
    listed = (*matter.materials_for(kind), *matter.situation_materials(conditions))
    return tuple(
        _material(number, material, himself, conditions, now) for number, material in enumerate(listed, start=1)
    )


def _material(
    number: int,
    material: Material,
    himself: PersonOnRecord | None,
    conditions: Collection[MaterialCondition],
    now: Instant,
) -> FilingMaterial:
    needed = material.need is MaterialNeed.REQUIRED or material.needed_when in conditions
    way: MaterialWay | None = None
    if (material.form and needed) or MaterialProof.FORM in material.satisfied_by:
        way = MaterialWay.IN_THE_FORM
    elif _known(material, himself):
        way = MaterialWay.ON_RECORD
    return FilingMaterial(
        number=number,
        name=material.name,
        needed=needed,
        pledgeable=material.pledge,
        stands_for=number - 1 if material.instead else None,
        way=way,
        provided_at=None if way is None else now,
    )


def _known(material: Material, himself: PersonOnRecord | None) -> bool:
    """Whether the platform has it: who signed in by a face need not show a document, nor who has the certificate."""
    if himself is None:
        return False
    proved = {
        MaterialProof.IDENTITY: himself.real_name_verified_at is not None,
        MaterialProof.ELECTRONIC_CERTIFICATE: himself.e_certificate_at is not None,
    }
    return any(proved.get(proof, False) for proof in material.satisfied_by)


def handed_in(
    materials: tuple[FilingMaterial, ...], given: Sequence[MaterialGiven], now: Instant
) -> tuple[FilingMaterial, ...] | InputNotAcceptable:
    """The materials with what is handed in; nothing that was there is lost, a later file takes the place of one."""
    found = {one.number: one for one in materials}
    if len({one.number for one in given}) < len(given):
        return InputNotAcceptable(field="materials", problem=InputProblem.MATERIAL)
    for one in given:
        material = found.get(one.number)
        pledge = one.pledged and one.material_id is None
        if material is None or not ((pledge and material.pledgeable) or (one.file is not None and not one.pledged)):
            return InputNotAcceptable(field="materials", problem=InputProblem.MATERIAL)
        found[one.number] = replace(
            material,
            way=MaterialWay.PLEDGED if pledge else MaterialWay.HANDED_IN,
            media=None if one.file is None else one.file.media,
            sha256=None if one.file is None else one.file.sha256,
            material_id=None if one.file is None else one.file.id,
            provided_at=now,
        )
    return tuple(found.values())


# ---- moving ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mover:
    """Who would move a filing: whoever applied, their agent, or the clerk, of whom `region` is the agency's.

    `unit_id` is the unit for which somebody acts, None for whoever acts for nobody but themselves.
    """

    id: Id
    region: RegionCode | None
    unit_id: Id | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A move, and what it says: `reason` of declining and denying, `numbers` of materials to be asked for besides.

    `receiver` is the clerk to whom a filing is handed over, None where there is no such clerk. `text` is what is said
    along with a rating, or what was done about one.
    """

    move: FilingMove
    reason: str | None = None
    numbers: tuple[int, ...] = ()
    materials: tuple[MaterialGiven, ...] = ()
    receiver: Mover | None = None
    rating: FilingRating | None = None
    text: str | None = None


def moved(book: PolicyBook, now: Instant, mover: Mover, filing: Filing | None, wanted: Wanted) -> Filing | Refusal:
    """The filing after the move, or why it is not moved. Whoever may not see it hears what anybody hears of none."""
    move = wanted.move
    if filing is None or not (_sees(mover, filing) or (move in OF_AGENTS and _is_agent(mover, filing))):
        return FilingNotFound()
    if move is FilingMove.SUBMIT and filing.matter in ANSWERED:
        move = FilingMove.ANSWER
    how = MOVES[move]
    objections: list[Refusal] = []
    if wanted.reason is not None:
        objections += wrong_explanation("reason", wanted.reason)
    objections += _wrong_text(wanted)
    if filing.status not in how.leads or move is no_step_of(filing.matter, filing.status):
        objections.append(FilingInAnotherState(status=filing.status))
    if move is FilingMove.REVOKE and filing.agent_id is None:
        objections.append(FilingNotEntrusted())
    if how.by is FilingActor.CLERK:
        objections += _out_of_hand(mover, filing, move)
        objections += _ended_otherwise(mover, filing, move)
    told = first_told(objections)
    if told is not None:
        return told
    after = replace(filing, status=how.leads[filing.status])
    if after.status.final and not filing.status.final:
        after = replace(after, ended_at=now, late_from=NEVER, worked_days=_worked(filing, business_date(now)))
    return _consequence(book, now, mover, after, wanted if move is wanted.move else replace(wanted, move=move))


def _worked(filing: Filing, on: date) -> int | None:
    """How many working days of the limit, or beyond it, an accepted filing that ends on a day has taken."""
    if filing.accepted_on is None:
        return None
    left = filing.left if filing.due_number is None else filing.due_number - working_day_number(on)
    assert left is not None, "while no last day is known, the days that are left are"
    return max(0, filing.working_days - left)


def _sees(mover: Mover, filing: Filing) -> bool:
    if mover.region is None:
        own = filing.filer_id if filing.unit_id is None else filing.unit_id
        return own == (mover.id if mover.unit_id is None else mover.unit_id)
    return lies_in(filing.region, mover.region) and filing.status is not FilingStatus.DRAFT


def _is_agent(mover: Mover, filing: Filing) -> bool:
    return mover.unit_id is None and filing.agent_id == mover.id


def _out_of_hand(mover: Mover, filing: Filing, move: FilingMove) -> list[Refusal]:
    """One clerk holds a filing at a time: who claims it finds it with nobody, who does anything else holds it.

    A rating is put right by any clerk of the region, long after the filing was in somebody's hands.
    """
    if move is FilingMove.RECTIFY:
        return []
    if move is FilingMove.CLAIM:
        return [] if filing.holder_id is None else [FilingNotInHand(claimed=True)]
    return [] if filing.holder_id == mover.id else [FilingNotInHand(claimed=filing.holder_id is not None)]


def _ended_otherwise(mover: Mover, filing: Filing, move: FilingMove) -> list[Refusal]:
    """What pays is paid out, by another clerk than who approved it; anything else is completed."""
    if move not in (FilingMove.COMPLETE, FilingMove.DISBURSE):
        return []
    objections: list[Refusal] = []
    if move is not ended_by(filing.matter):
        objections.append(FilingEndsOtherwise(move=ended_by(filing.matter)))
    if move is FilingMove.DISBURSE and filing.approver_id == mover.id:
        objections.append(ApprovedByOneself())
    return objections


def _wrong_text(wanted: Wanted) -> list[InputNotAcceptable]:
    """What was done is explained; what is said along with a rating may be short, and hold no number of anybody."""
    if wanted.text is None:
        return []
    if wanted.move is FilingMove.RECTIFY:
        return wrong_explanation("text", wanted.text)
    if not 1 <= len(wanted.text.strip()) <= LONGEST_COMMENT or not wanted.text.isprintable():
        return [InputNotAcceptable(field="comment", problem=InputProblem.COMMENT_LENGTH)]
    if holds_a_number(wanted.text):
        return [InputNotAcceptable(field="comment", problem=InputProblem.EXPLANATION_NUMBER)]
    return []


def _consequence(book: PolicyBook, now: Instant, mover: Mover, after: Filing, wanted: Wanted) -> Filing | Refusal:
    match wanted.move:
        case FilingMove.SUBMIT | FilingMove.ANSWER:
            return _submitted(book, now, after, wanted)
        case FilingMove.SUPPLEMENT:
            return _supplemented(now, after, wanted.materials)
        case FilingMove.CLAIM:
            return replace(after, holder_id=mover.id)
        case FilingMove.RETURN:
            return replace(after, holder_id=None)
        case FilingMove.HAND_OVER:
            receiver = wanted.receiver
            if receiver is None or receiver.region is None or not lies_in(after.region, receiver.region):
                return PersonaNotFound(path=("clerkId",))
            return replace(after, holder_id=receiver.id)
        case FilingMove.REQUEST_MATERIALS:
            return _noticed(now, after, wanted.numbers)
        case FilingMove.ACCEPT:
            return _accepted(book, now, after)
        case FilingMove.DECLINE | FilingMove.DENY:
            return replace(after, reason=None if wanted.reason is None else wanted.reason.strip())
        case FilingMove.APPROVE:
            return _complete_enough(replace(after, approver_id=mover.id))
        case FilingMove.RATE:
            return _rated(book, now, after, wanted)
        case FilingMove.RECTIFY:
            return _rectified(now, after, wanted)
        case FilingMove.REVOKE:
            return _revoked(book, after)
    return after


def _submitted(book: PolicyBook, now: Instant, after: Filing, wanted: Wanted) -> Filing | Refusal:
    """What is handed in along with it stands beside what was there; what is answered at once lacks nothing."""
    materials = handed_in(after.materials, wanted.materials, now)
    if isinstance(materials, InputNotAcceptable):
        return materials
    after = replace(after, filed_at=now, materials=materials)
    if wanted.move is FilingMove.ANSWER:
        return _complete_enough(after)
    return replace(after, notice_by=_notice_by(book, now, after))


def _notice_by(book: PolicyBook, now: Instant, submitted: Filing) -> date | None:
    """The last day for telling whoever applied all that is missing of what they hand in now (一次性告知的期限)."""
    matter = book.matters.by_key(f"{submitted.edition}~{submitted.matter.name}")
    if matter is None or matter.notice is None:
        return None
    received = counted_from(now, matter.notice.closes).day
    return deadline(received, matter.notice.working_days, (), received).last_day


# ---- agents ----------------------------------------------------------------------------------------------------------


def entrusted(
    book: PolicyBook, now: Instant, mover: Mover, filing: Filing | None, agent: Id | None, objections: Sequence[Refusal]
) -> Filing | Refusal:
    """The draft with its agent, and with what the guide wants of one, or why not: only whoever applied names one.

    `objections` are what stands against whom they describe, who is `agent`. Where no document speaks of agents, none is
    named.
    """
    if filing is None or not _sees(mover, filing):
        return FilingNotFound()
    found = list(objections)
    if filing.status not in MOVES[FilingMove.ENTRUST].leads:
        found.append(FilingInAnotherState(status=filing.status))
    if filing.agent_id is not None:
        found.append(FilingEntrustedAlready())
    wanted = _of_agents(book, filing)
    if not wanted:
        found.append(PolicyNotStated(name=AGENTS, region=filing.region, on=business_date(now)))
    told = first_told(found)
    if told is not None:
        return told
    assert agent is not None, "without a person the case was refused"
    there = {one.name for one in filing.materials}
    new = [one for one in wanted if one.name not in there]
    return replace(
        filing,
        agent_id=agent,
        materials=(
            *_with_need(filing.materials, wanted, needed=True),
            *(
                FilingMaterial(number, one.name, needed=True, pledgeable=one.pledge)
                for number, one in enumerate(new, start=len(filing.materials) + 1)
            ),
        ),
    )


def _revoked(book: PolicyBook, after: Filing) -> Filing:
    """What the guide wants of an agent is wanted no more; what was handed in stays."""
    return replace(after, agent_id=None, materials=_with_need(after.materials, _of_agents(book, after), needed=False))


def _of_agents(book: PolicyBook, filing: Filing) -> Sequence[Material]:
    matter = book.matters.by_key(f"{filing.edition}~{filing.matter.name}")
    return () if matter is None else matter.of_agents


def _with_need(
    materials: tuple[FilingMaterial, ...], of_agents: Sequence[Material], *, needed: bool
) -> tuple[FilingMaterial, ...]:
    names = {one.name for one in of_agents}
    return tuple(replace(one, needed=needed) if one.name in names else one for one in materials)


# ---- what moves bring about ------------------------------------------------------------------------------------------


def _rated(book: PolicyBook, now: Instant, after: Filing, wanted: Wanted) -> Filing | Refusal:
    """A filing is rated once; what is rated low is put right within so many working days after that day."""
    assert wanted.rating is not None, "a rating says which"
    if after.rated_at is not None:
        return FilingRatedAlready(rated_at=after.rated_at)
    comment = None if wanted.text is None else wanted.text.strip()
    after = replace(after, rating=wanted.rating, rating_comment=comment, rated_at=now)
    if not wanted.rating.low:
        return after
    today = business_date(now)
    objections: list[Refusal] = []
    with noting(objections):
        within = book.fact("rating.rectification_working_days", area=after.region, on=today)
        return replace(after, rectify_by=deadline(today, within.working_days, (), today).last_day)
    return objections[0]


def _rectified(now: Instant, after: Filing, wanted: Wanted) -> Filing | Refusal:
    assert wanted.text is not None, "it is said what was done"
    if after.rectify_by is None or after.rectified_at is not None:
        return NothingToRectify()
    return replace(after, rectified_at=now, rectification=wanted.text.strip())


def _complete_enough(after: Filing) -> Filing | Refusal:
    return FilingMaterialsMissing(missing=after.missing) if after.missing else after


def _noticed(now: Instant, after: Filing, numbers: tuple[int, ...]) -> Filing | Refusal:
    """All that is missing is told, and the clock stands from this day on where it runs."""
    if not set(numbers) <= {one.number for one in after.materials}:
        return InputNotAcceptable(field="numbers", problem=InputProblem.MATERIAL)
    if after.noticed_at is not None:
        return MaterialsRequestedAlready(noticed_at=after.noticed_at)
    materials = [replace(one, needed=one.needed or one.number in numbers) for one in after.materials]
    missing = missing_of(materials)
    if not missing:
        return NothingIsMissing()
    told = tuple(replace(one, told_at=now) if one.number in missing else one for one in materials)
    after = replace(after, materials=told, noticed_at=now)
    return _counted(after, business_date(now)) if after.accepted_on is not None else after


def _supplemented(now: Instant, after: Filing, given: Sequence[MaterialGiven]) -> Filing | Refusal:
    """What was handed in stands beside what was there; all that was told must be there, since it is not told again."""
    materials = handed_in(after.materials, given, now)
    if isinstance(materials, InputNotAcceptable):
        return materials
    after = replace(after, materials=materials, supplied_at=now)
    if after.missing:
        return FilingMaterialsMissing(missing=after.missing)
    return _counted(after, business_date(now)) if after.accepted_on is not None else after


def _accepted(book: PolicyBook, now: Instant, after: Filing) -> Filing | Refusal:
    """The time limit runs from this day on, or from the next working day once the office has closed."""
    if after.missing:
        return FilingMaterialsMissing(missing=after.missing)
    matter = book.matters.by_key(f"{after.edition}~{after.matter.name}")
    if matter is None:
        return PolicyNotStated(
            name=f"service_matters.{after.matter.name.lower()}", region=after.region, on=business_date(now)
        )
    begins = counted_from(now, matter.edition.hours.closes).day
    return _counted(replace(after, accepted_on=begins), business_date(now))


def limit_of(filing: Filing, on: date) -> Deadline:
    """The time limit of an accepted filing as it stands on a day."""
    assert filing.accepted_on is not None, "before acceptance no limit runs"
    pauses = []
    if filing.noticed_at is not None and (
        filing.supplied_at is None or business_date(filing.supplied_at) > filing.accepted_on
    ):
        supplied_on = None if filing.supplied_at is None else business_date(filing.supplied_at)
        pauses.append(Pause(business_date(filing.noticed_at), supplied_on))
    return deadline(filing.accepted_on, filing.working_days, pauses, on)


def _counted(after: Filing, on: date) -> Filing:
    limit = limit_of(after, on)
    last = limit.last_day
    return replace(
        after,
        calendar=limit.calendar,
        due_on=last,
        due_number=None if last is None else working_day_number(last),
        left=limit.remaining if last is None else None,
        late_from=NEVER if last is None else late_from(last),
    )


def overdue(filing: Filing, now: Instant) -> bool:
    """Whether the last day has passed, and nobody has been told."""
    return filing.status in RUNNING and filing.overdue_at is None and filing.late_from <= now


def unnoticed(filing: Filing, now: Instant) -> bool:
    """Whether the last day for telling what is missing has passed, and something is that nobody has told."""
    waits = filing.status is FilingStatus.SUBMITTED and filing.noticed_at is None and bool(filing.missing)
    return waits and filing.notice_by is not None and late_from(filing.notice_by) <= now


def unrectified(filing: Filing, now: Instant) -> bool:
    """Whether the last day for putting a low rating right has passed, and nobody has done that."""
    return filing.rectify_by is not None and filing.rectified_at is None and late_from(filing.rectify_by) <= now
