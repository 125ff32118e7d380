"""A unit enrols people (单位职工参保新增): known by name and document alone, each line with its own answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.employee_enrolments import Candidate, MemberLine, Start, acting_unit, joined
from domain.decisions.records import PersonOnRecord
from domain.operations.answering import Answers, question
from domain.operations.employee_enrolments import IDS_PER_START, Starts
from domain.operations.enrolled_elsewhere import asked_by_number
from domain.operations.mismatches import mismatches_today
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.ports import Identity
from domain.refusals import IdentityMismatch, NotSignedIn, OutsideParty, PartyDoesNotAnswer, Refusal
from domain.store import answers as answer_store
from domain.store import enrolments, events, persons, units
from domain.store.engine import Connection
from domain.vocabulary import Id, IdType, PersonType, RegionCode


@dataclass(frozen=True, slots=True)
class AddMembersOrder:
    """`actor` is the unit's officer, 0 where none is signed in. `lines` are in the officer's order."""

    actor: Id
    key: str
    cause: str
    unit_id: Id
    lines: tuple[MemberLine, ...]
    mutation: str = "addUnitMembers"

    @property
    def ids(self) -> int:
        """How many ids it takes at most."""
        return IDS_PER_START * len(self.lines)


@dataclass(frozen=True, slots=True)
class MemberAdded:
    """The person's enrolment in the employee scheme by the unit."""

    enrolment_id: Id


@dataclass(frozen=True, slots=True)
class UnitMembersAdded:
    """The answer to each line, in order."""

    lines: tuple[MemberAdded | Refusal, ...]


async def add_unit_members(
    connection: Connection, orders: Sequence[AddMembersOrder], setting: Setting
) -> list[UnitMembersAdded | Refusal]:
    """One answer to each order, in order; whom one order brings to the platform is on it for those after it."""
    # Gather: nobody else brings the same people to the platform, ends the unit, or enrols anybody of them meanwhile.
    documents = sorted({line.document for order in orders for line in order.lines}, key=lambda one: one[1])
    known = await persons.by_document(connection, documents)
    missing = [document for document in documents if document not in known]
    if missing:
        await persons.hold_documents(connection, [number for _, number in missing])
        known |= await persons.by_document(connection, missing)
    await units.hold(connection, [order.unit_id for order in orders])
    await persons.hold(connection, [*(order.actor for order in orders), *known.values()])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    new = [order for order in orders if question(order) not in first_answers]
    acted_for = await units.acted_for(connection, [(order.actor, order.unit_id) for order in orders])
    people = await persons.on_record(connection, known.values())
    starts = Starts(await enrolments.of_persons(connection, people), setting)
    asked = sorted({line.document for order in new for line in order.lines}, key=lambda one: one[1])
    registered = await asked_register(connection, asked, setting)
    national = await asked_by_number(connection, [number for _, number in asked], setting)
    mismatches = await mismatches_today(connection, [order.actor for order in orders], setting)

    # Decide, each order after those before it.
    answers = Answers(UnitMembersAdded, setting.now)
    came: list[tuple[PersonOnRecord, Id | None]] = []

    def candidate(document: tuple[IdType, str]) -> Candidate:
        assert registered is not None, "without the register nobody is enrolled"
        person_id = known.get(document, Id(0))
        return Candidate(
            registered.get(document),
            people.get(person_id),
            starts.held.get(person_id, ()),
            national.seen(document[1]),
        )

    def enrolled(
        order: AddMembersOrder, region: RegionCode, line: MemberLine, decision: Start | Refusal
    ) -> MemberAdded | Refusal:
        if isinstance(decision, Refusal):
            mismatches[order.actor] += isinstance(decision, IdentityMismatch)
            return decision
        if line.document not in known:
            assert registered is not None, "the register has confirmed who is enrolled"
            newcomer = _newcomer(registered[line.document], region, setting)
            came.append((newcomer, None))
            known[line.document] = newcomer.id
            people[newcomer.id] = newcomer
        enrolment_id = starts.begin(
            order,
            known[line.document],
            decision,
            region,
            person_type=PersonType.EMPLOYED,
            unit_id=order.unit_id,
        )
        return MemberAdded(enrolment_id)

    def answered(order: AddMembersOrder) -> UnitMembersAdded | Refusal:
        if not order.actor:
            return NotSignedIn()
        unit = acting_unit(acted_for.get((order.actor, order.unit_id)))
        if isinstance(unit, Refusal):
            return unit
        silent = OutsideParty.IDENTITY_REGISTRY if registered is None else national.unanswered
        if silent is not None:
            return PartyDoesNotAnswer(party=silent)
        lines = [(line, candidate(line.document)) for line in order.lines]
        decisions = joined(setting.policy, setting.now, unit, lines, mismatches=mismatches[order.actor])
        return UnitMembersAdded(
            tuple(
                enrolled(order, unit.region, line, decision)
                for line, decision in zip(order.lines, decisions, strict=True)
            )
        )

    results = answers.each(orders, first_answers, answered)

    # Record.
    await persons.come(connection, came)
    await starts.record(connection)
    await events.append(connection, starts.log)
    await answer_store.append(connection, answers.kept)
    return results


def _newcomer(identity: Identity, region: RegionCode, setting: Setting) -> PersonOnRecord:
    """Who comes to the platform, as the register holds them."""
    return PersonOnRecord(
        id=setting.ids.new(region),
        region=region,
        id_type=identity.id_type,
        id_number=identity.id_number,
        name=identity.name,
        sex=identity.sex,
        birth_date=identity.birth_date,
        died_on=None,
        e_certificate_at=None,
    )
