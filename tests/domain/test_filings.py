"""Random moves by random people: no filing leaves the table, loses a material or is held by two (办件状态机)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.decisions.filing_forms import ANSWERED, PAYING, UNREVIEWED
from domain.decisions.filings import (
    MOVES,
    NEVER,
    OF_AGENTS,
    RUNNING,
    Filing,
    FilingActor,
    FilingMaterial,
    MaterialFile,
    MaterialGiven,
    Mover,
    Wanted,
    entrusted,
    limit_of,
    moved,
    overdue,
)
from domain.policy import PolicyBook
from domain.policy.matters import Text
from domain.refusals import (
    ApprovedByOneself,
    FilingEndsOtherwise,
    FilingEntrustedAlready,
    FilingInAnotherState,
    FilingNotEntrusted,
    FilingNotFound,
    IdentityMismatch,
    PolicyNotStated,
    Refusal,
)
from domain.vocabulary import (
    ApplicantKind,
    FilingMove,
    FilingRating,
    FilingStatus,
    Id,
    Instant,
    MaterialMedia,
    MaterialWay,
    MatterCode,
    MatterStep,
    RegionCode,
    business_date,
)

BOOK = PolicyBook.load()
START = Instant(1_734_310_800)
"""Monday 16 December 2024, 9 o'clock."""
CITIZENS = (Mover(Id(1), None), Mover(Id(2), None), Mover(Id(6), None))
"""Whoever applies, whoever is their agent for a while, and somebody else."""
AGENT = CITIZENS[1]
CLERKS = tuple(
    Mover(Id(number), RegionCode(region)) for number, region in ((3, "840102"), (4, "840000"), (5, "840202"))
)
HAND_IN = MaterialGiven(1, False, Id(1), MaterialFile(Id(1), Id(1), MaterialMedia.PDF, "0" * 64))
MOVABLE = [move for move in FilingMove if move not in (FilingMove.DRAFT, FilingMove.ANSWER, FilingMove.ENTRUST)]
OF_AN_AGENT = ("委托人及代理人身份证件原件", "委托人授权委托书")
"""What the guide wants of one."""


def a_filing(matter: MatterCode = MatterCode.RELATION_TRANSFER) -> Filing:
    """A draft in 840102 by the first citizen, of which one material is missing and another is of a condition."""
    names = Text("有效身份证件", "Identity document"), Text("委托书", "Power of attorney")
    return Filing(
        id=Id(9),
        matter=matter,
        edition="840000~2020-01-01",
        region=RegionCode("840102"),
        applicant_id=Id(1),
        unit_id=None,
        institution_id=None,
        person_id=Id(1),
        applicant=ApplicantKind.EMPLOYEE,
        form="{}",
        status=FilingStatus.DRAFT,
        holder_id=None,
        drafted_at=START,
        filed_at=START,
        working_days=15,
        materials=tuple(FilingMaterial(i, name, i == 1, False) for i, name in enumerate(names, start=1)),
    )


class Handling(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.filing = a_filing(MatterCode.RELATION_TRANSFER)
        self.now = START
        self.notices = 0
        self.approvers: list[Id] = []
        self.paid = 0
        self.told_overdue = 0
        self.said: list[FilingMove] = []

    @rule(
        who=st.sampled_from((*CITIZENS, *CLERKS)),
        move=st.sampled_from(MOVABLE),
        numbers=st.sampled_from(((), (2,), (7,))),
        materials=st.sampled_from(((), (HAND_IN,), (HAND_IN, replace(HAND_IN, number=2)))),
        receiver=st.sampled_from((None, *CLERKS)),
        reason=st.sampled_from(("材料不符合要求", "不")),
    )
    def move(
        self,
        who: Mover,
        move: FilingMove,
        numbers: tuple[int, ...],
        materials: tuple[MaterialGiven, ...],
        receiver: Mover | None,
        reason: str,
    ) -> None:
        if (MOVES[move].by is FilingActor.CLERK) != (who.region is not None):
            return
        said = reason if move in (FilingMove.DECLINE, FilingMove.DENY) else None
        rating = FilingRating.DISSATISFIED if move is FilingMove.RATE else None
        righted = reason if move is FilingMove.RECTIFY else None
        before = self.filing
        wanted = Wanted(move, said, numbers, materials, receiver, rating, righted)
        after = moved(BOOK, self.now, who, before, wanted)
        if isinstance(after, Refusal):
            return
        assert after.status is MOVES[move].leads[before.status]
        by_agent = who.id == before.agent_id and move in OF_AGENTS
        assert who.id == before.applicant_id or by_agent or who.region in ("840102", "840000")
        if move in (FilingMove.RATE, FilingMove.RECTIFY):
            assert before.status.final
            assert after.ended_at == before.ended_at
            self.said.append(move)
        elif who.region is not None and move is not FilingMove.CLAIM:
            assert before.holder_id == who.id
        for was, now in zip(before.materials, after.materials, strict=True):
            assert was.way is None or now.way is not None
            assert not was.needed or now.needed or (move is FilingMove.REVOKE and now.name.zh in OF_AN_AGENT)
        self.notices += move is FilingMove.REQUEST_MATERIALS
        if move is FilingMove.APPROVE:
            self.approvers.append(who.id)
        assert move is not FilingMove.COMPLETE or before.matter not in PAYING
        if move is FilingMove.DISBURSE:
            assert before.matter in PAYING
            assert [who.id] != self.approvers
            self.paid += 1
        if after.status in (FilingStatus.ACCEPTED, FilingStatus.APPROVED, FilingStatus.COMPLETED):
            assert not after.missing
        self.filing = after

    @rule(who=st.sampled_from(CITIZENS))
    def entrust(self, who: Mover) -> None:
        before = self.filing
        after = entrusted(BOOK, self.now, who, before, AGENT.id, ())
        if isinstance(after, Refusal):
            return
        assert who.id == before.applicant_id
        assert (before.status, before.agent_id) == (FilingStatus.DRAFT, None)
        assert after.materials[: len(before.materials)][0] == before.materials[0]
        self.filing = after

    @invariant()
    def what_the_guide_wants_of_an_agent_is_wanted_while_there_is_one(self) -> None:
        wanted = {one.name.zh for one in self.filing.materials if one.needed} & set(OF_AN_AGENT)
        there = {one.name.zh for one in self.filing.materials if one.way is not None}
        assert self.filing.agent_id in (None, AGENT.id)
        if self.filing.agent_id is not None:
            assert wanted == set(OF_AN_AGENT)
            assert set(OF_AN_AGENT) <= there or self.filing.missing
        elif not self.notices:
            assert wanted == set()

    @rule(days=st.integers(0, 12), hours=st.integers(0, 10))
    def wait(self, days: int, hours: int) -> None:
        self.now = Instant(self.now + days * 86_400 + hours * 3600)
        if overdue(self.filing, self.now):
            self.filing = replace(self.filing, overdue_at=self.now)
            self.told_overdue += 1

    @invariant()
    def what_is_missing_was_told_once(self) -> None:
        assert self.notices <= 1
        assert self.told_overdue <= 1
        assert self.paid <= 1
        assert self.said in ([], [FilingMove.RATE], [FilingMove.RATE, FilingMove.RECTIFY])

    @invariant()
    def no_last_day_passes_silently(self) -> None:
        filing = self.filing
        assert (filing.late_from <= self.now) <= (filing.overdue_at is not None)
        assert (filing.ended_at is not None) == filing.status.final
        if filing.status in RUNNING:
            limit = limit_of(filing, business_date(self.now))
            assert filing.due_on == limit.last_day
            assert (filing.left is None) == (limit.last_day is not None)
        else:
            assert filing.late_from == NEVER


class HandlingWhatPays(Handling):
    """The same of a matter whose end is a payment, by clerks who are on their way to it already."""

    def __init__(self) -> None:
        super().__init__()
        draft = a_filing(MatterCode.ACCOUNT_WITHDRAWAL)
        there = replace(draft.materials[0], way=MaterialWay.ON_RECORD, provided_at=START)
        self.filing = replace(
            draft, status=FilingStatus.SUBMITTED, holder_id=CLERKS[0].id, materials=(there, draft.materials[1])
        )


Handling.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestHandling = Handling.TestCase
HandlingWhatPays.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestHandlingWhatPays = HandlingWhatPays.TestCase


def test_who_approved_what_pays_does_not_pay_it_and_it_is_paid_once() -> None:
    clerk, other, *_ = CLERKS
    draft = a_filing(MatterCode.ACCOUNT_WITHDRAWAL)
    approved = replace(draft, status=FilingStatus.APPROVED, holder_id=clerk.id, approver_id=clerk.id)
    disburse = Wanted(FilingMove.DISBURSE)
    assert isinstance(moved(BOOK, START, clerk, approved, disburse), ApprovedByOneself)
    assert isinstance(moved(BOOK, START, clerk, approved, Wanted(FilingMove.COMPLETE)), FilingEndsOtherwise)
    held = moved(BOOK, START, clerk, approved, Wanted(FilingMove.HAND_OVER, receiver=other))
    assert isinstance(held, Filing)
    paid = moved(BOOK, START, other, held, disburse)
    assert isinstance(paid, Filing)
    assert paid.status is FilingStatus.COMPLETED
    assert isinstance(moved(BOOK, START, other, paid, disburse), FilingInAnotherState)


def test_what_is_answered_at_once_is_complete_when_it_is_submitted() -> None:
    for matter in ANSWERED:
        draft = a_filing(matter)
        assert isinstance(moved(BOOK, START, CITIZENS[0], draft, Wanted(FilingMove.SUBMIT)), Refusal)
        there = replace(draft.materials[0], way=MaterialWay.ON_RECORD, provided_at=START)
        whole = replace(draft, materials=(there, draft.materials[1]))
        after = moved(BOOK, START, CITIZENS[0], whole, Wanted(FilingMove.SUBMIT))
        assert isinstance(after, Filing)
        assert (after.status, after.ended_at) == (FilingStatus.COMPLETED, START)


def test_what_is_accepted_is_approved_or_completed_by_the_steps_of_its_guide() -> None:
    clerk = CLERKS[0]
    for matter in BOOK.matters.matters(on=date(2024, 12, 16)):
        unreviewed = matter.code not in ANSWERED and MatterStep.REVIEW not in [one.step for one in matter.steps]
        assert unreviewed == (matter.code in UNREVIEWED)
        accepted = replace(a_filing(matter.code), status=FilingStatus.ACCEPTED, holder_id=clerk.id, materials=())
        none, one = FilingMove.APPROVE, FilingMove.COMPLETE
        if not unreviewed:
            none, one = one, none
        assert isinstance(moved(BOOK, START, clerk, accepted, Wanted(none)), Refusal)
        assert isinstance(moved(BOOK, START, clerk, accepted, Wanted(one)), Filing)


def test_what_an_agent_brings_is_what_the_matter_says_or_an_earlier_one_for_all_that_follow() -> None:
    wanted = {
        matter.code: tuple(one.name.zh for one in matter.of_agents)
        for matter in BOOK.matters.matters(on=business_date(START))
    }
    assert wanted.pop(MatterCode.UNIT_ENROLMENT) == (), "the remark stands below the matter after it"
    assert wanted.pop(MatterCode.PERSON_ENQUIRY) == OF_AN_AGENT[:1], "which asks for less"
    assert set(wanted.values()) == {OF_AN_AGENT}
    assert len(wanted) == len(MatterCode) - 2


def test_an_agent_is_named_for_a_draft_once_and_where_the_guide_speaks_of_agents() -> None:
    himself, agent, somebody = CITIZENS
    draft = a_filing()
    mismatch = IdentityMismatch()
    submitted = replace(draft, status=FilingStatus.SUBMITTED)
    cases: list[tuple[Mover, Filing | None, list[Refusal], type[Refusal]]] = [
        (himself, None, [mismatch], FilingNotFound),
        (somebody, draft, [mismatch], FilingNotFound),
        (agent, replace(draft, agent_id=agent.id), [], FilingNotFound),
        (himself, submitted, [mismatch], IdentityMismatch),
        (himself, submitted, [], FilingInAnotherState),
        (himself, replace(draft, agent_id=somebody.id), [], FilingEntrustedAlready),
        (himself, replace(draft, matter=MatterCode.UNIT_ENROLMENT), [], PolicyNotStated),
    ]
    for mover, filing, objections, told in cases:
        assert type(entrusted(BOOK, START, mover, filing, agent.id, objections)) is told
    named = entrusted(BOOK, START, himself, draft, agent.id, ())
    assert isinstance(named, Filing)
    assert [(one.number, one.name.zh, one.needed) for one in named.materials[2:]] == [
        (3, OF_AN_AGENT[0], True),
        (4, OF_AN_AGENT[1], True),
    ]
    for move in FilingMove:
        if move not in OF_AGENTS and MOVES[move].by is FilingActor.APPLICANT:
            assert isinstance(moved(BOOK, START, agent, named, Wanted(move)), FilingNotFound)
    # An officer acts for the unit alone.
    officer = replace(agent, unit_id=Id(7))
    assert isinstance(moved(BOOK, START, officer, named, Wanted(FilingMove.WITHDRAW)), FilingNotFound)
    revoked = moved(BOOK, START, agent, named, Wanted(FilingMove.REVOKE))
    assert isinstance(revoked, Filing)
    assert (revoked.agent_id, revoked.missing) == (None, draft.missing)
    assert isinstance(moved(BOOK, START, himself, revoked, Wanted(FilingMove.REVOKE)), FilingNotEntrusted)
    again = entrusted(BOOK, START, himself, revoked, somebody.id, ())
    assert isinstance(again, Filing)
    assert again.materials == named.materials
