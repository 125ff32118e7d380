"""Collect contributions from the people of a school or village (学校、村（社区）代收): one call, one payment order.

Each line has its own answer, and the refusal of one stops no other. What is due for the lines that are taken is one
sum, which one channel collects from the unit; what medical assistance bears whole is settled at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from domain.decisions.collecting import CollectionLine, CollectionMatter, collecting, line_problem, lines_collected
from domain.decisions.records import PaidContribution
from domain.decisions.submitting import Application, is_the_same
from domain.decisions.unit_registration import RegisteredUnit
from domain.operations.answering import Answers, question
from domain.operations.enrolled_elsewhere import NationalAnswer, asked_nationally
from domain.operations.setting import Setting
from domain.operations.start_payment import first_asked, new_order, ordered, started_event
from domain.operations.submit_resident_contribution import IDS_PER_SUBMISSION, Submissions
from domain.refusals import NotSignedIn, PartyDoesNotAnswer, Refusal
from domain.store import answers as answer_store
from domain.store import events, payment_orders, persons, timers, units
from domain.store.engine import Connection
from domain.store.events import Cause, NewEvent
from domain.store.payment_orders import NewPaymentOrder, Ordered
from domain.store.standings import matters_to_collect
from domain.store.timers import NewTimer
from domain.vocabulary import Fen, Id, IdType, PaymentChannel


@dataclass(frozen=True, slots=True)
class CollectOrder:
    """`actor` is the unit's officer, 0 where none is signed in. `lines` are in the officer's order."""

    actor: Id
    key: str
    cause: str
    unit_id: Id
    coverage_year: int
    channel: PaymentChannel
    lines: tuple[CollectionLine, ...]
    mutation: str = "collectResidentContributions"

    @property
    def ids(self) -> int:
        """How many ids it takes at most: what each line submits and settles or starts, and the payment order."""
        return IDS_PER_SUBMISSION * len(self.lines) + 1


@dataclass(frozen=True, slots=True)
class LineAccepted:
    """The contribution of a line: on its way with the order, or paid where medical assistance bears it whole."""

    contribution_id: Id


@dataclass(frozen=True, slots=True)
class CollectionStarted:
    """The order over the sum of what is due, None where nothing is; and the answer to each line, in order."""

    order_id: Id | None
    lines: tuple[LineAccepted | Refusal, ...]


async def collect_resident_contributions(
    connection: Connection, orders: Sequence[CollectOrder], setting: Setting
) -> list[CollectionStarted | Refusal]:
    """One answer to each order, in order. For one person and year one payment is on its way at most."""
    # Gather: unit and persons are held, so that the unit and a family that pays at the same moment take turns.
    named = await persons.by_document(connection, [one for order in orders for one in _documents(order)])
    people = [[_person(line, named) for line in order.lines] for order in orders]
    await units.hold(connection, [order.unit_id for order in orders])
    await persons.hold(connection, [*(order.actor for order in orders), *chain.from_iterable(people)])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    acted_for = await units.acted_for(connection, [(order.actor, order.unit_id) for order in orders])
    # Nobody is asked about for an answer from memory, nor for somebody who does not act for the unit.
    asking = [question(order) not in first_answers and (order.actor, order.unit_id) in acted_for for order in orders]
    found = iter(
        await matters_to_collect(
            connection,
            [
                (order.actor, order.unit_id, person, order.coverage_year, order.channel)
                for order, persons_of_lines, asks in zip(orders, people, asking, strict=True)
                for person in persons_of_lines
                if asks
            ],
        )
    )
    matters = [list(islice(found, len(order.lines) if asks else 0)) for order, asks in zip(orders, asking, strict=True)]
    members = [
        matter.standing
        for order, several in zip(orders, matters, strict=True)
        for matter in several
        if matter.member_of == order.unit_id
    ]
    national = await asked_nationally(connection, members, setting)

    # Decide, each order after those before it.
    answers = Answers(CollectionStarted, setting.now)
    batch = _Batch(setting)

    def answered(order: CollectOrder, several: Sequence[CollectionMatter]) -> CollectionStarted | Refusal:
        if not order.actor:
            return NotSignedIn()
        unit = collecting(
            setting.policy,
            setting.on,
            acted_for.get((order.actor, order.unit_id)),
            order.coverage_year,
            order.channel,
        )
        if isinstance(unit, Refusal):
            return unit
        if national.unanswered is not None:
            # Whom another province insures cannot be told now: nothing is collected, and the list is sent again.
            return PartyDoesNotAnswer(party=national.unanswered)
        now = [batch.now(one, national) for one in several]
        lines = list(zip(order.lines, now, strict=True))
        decisions = lines_collected(setting.policy, setting.now, unit, lines, channel=order.channel)
        return batch.collected(order, unit, now, decisions)

    results = []
    for order, several in zip(orders, matters, strict=True):
        answer = answers.first(order, first_answers.get(question(order)))
        results.append(answers.give(order, answered(order, several)) if answer is None else answer)

    # Record.
    await payment_orders.order(connection, batch.orders)
    await batch.submissions.record(connection)
    await payment_orders.pay_contributions(connection, batch.pays)
    await timers.set_timers(connection, batch.timers)
    await events.append(connection, [*batch.submissions.log, *batch.log])
    await answer_store.append(connection, answers.kept)
    return results


def _documents(order: CollectOrder) -> list[tuple[IdType, str]]:
    """The documents by which an order names people, those that can be any."""
    return [line.document for line in order.lines if line.document is not None and line_problem(line) is None]


def _person(line: CollectionLine, named: Mapping[tuple[IdType, str], Id]) -> Id:
    """Whom a line names, 0 for nobody."""
    if line.document is not None:
        return named.get(line.document, Id(0))
    return line.person_id or Id(0)


class _Batch:
    """What the orders of one batch collect, and what is to be recorded of it."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._on_their_way: set[tuple[Id, int]] = set()
        self._settled: dict[tuple[Id, int], PaidContribution] = {}
        self.submissions = Submissions(setting)
        self.orders: list[NewPaymentOrder] = []
        self.pays: list[Ordered] = []
        self.timers: list[NewTimer] = []
        self.log: list[NewEvent] = []

    def now(self, matter: CollectionMatter, national: NationalAnswer) -> CollectionMatter:
        """The matter as the national query knows it, and as the orders before this one have left it."""
        standing = national.added_to(matter.standing)
        if standing.insured is not None:
            about = standing.insured.id, standing.coverage_year
            if about in self._on_their_way:
                standing = replace(standing, paying=True)
            if about in self._settled:
                standing = replace(standing, paid=self._settled[about])
        return matter if standing is matter.standing else replace(matter, standing=standing)

    def collected(
        self,
        order: CollectOrder,
        unit: RegisteredUnit,
        matters: Sequence[CollectionMatter],
        decisions: Sequence[Application | Refusal],
    ) -> CollectionStarted:
        """The answer to an order whose lines are decided."""
        total = Fen(sum(one.quote.amount_fen for one in decisions if isinstance(one, Application)))
        made = self._order(order, unit, total) if total else None
        lines: list[LineAccepted | Refusal] = []
        for matter, decision in zip(matters, decisions, strict=True):
            if isinstance(decision, Refusal):
                lines.append(decision)
                continue
            pays = made if decision.quote.amount_fen else None
            contribution_id = self._contribution(order, matter, decision, pays)
            lines.append(LineAccepted(contribution_id))
            about = decision.quote.person_id, decision.quote.coverage_year
            if pays is not None:
                self._on_their_way.add(about)
            else:
                self._settled[about] = PaidContribution(contribution_id, order.actor)
        return CollectionStarted(None if made is None else made.id, tuple(lines))

    def _order(self, order: CollectOrder, unit: RegisteredUnit, total: Fen) -> NewPaymentOrder:
        made = new_order(unit.region, order.channel, total, self._setting, payer_id=order.actor, unit_id=unit.id)
        self.orders.append(made)
        self.timers.append(first_asked(made, self._setting))
        return made

    def _contribution(
        self, order: CollectOrder, matter: CollectionMatter, application: Application, pays: NewPaymentOrder | None
    ) -> Id:
        """What an order before has left open at the same price, or a new one. `pays` is to pay it, None for nothing."""
        quote, found = application.quote, matter.contribution
        waits = found is not None and is_the_same(application, found)
        if found is not None and waits:
            contribution_id = found.id
        else:
            contribution_id = self.submissions.add(
                application,
                payer_id=order.actor,
                channel=order.channel,
                cause=Cause.of(order),
                unit_id=order.unit_id,
                order_id=None if pays is None else pays.id,
            )
        if pays is not None:
            self.pays.append(ordered(pays, contribution_id, quote, submitted_with=not waits))
            self.log.append(started_event(pays, contribution_id, quote, Cause.of(order), self._setting))
        return contribution_id
