"""The journey's mutations (办理流程): a GraphQL input becomes an order, the operation answers, the outcome is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from domain.operations.bind_family_member import BindOrder, FamilyMemberBound, bind_family_members
from domain.operations.finish_resident_contribution import (
    FinishOrder,
    ResidentContributionFinished,
    finish_resident_contributions,
)
from domain.operations.pay_resident_contribution import (
    PayOrder,
    PayTogetherOrder,
    ResidentContributionPaid,
    pay_resident_contributions,
    pay_resident_contributions_together,
)
from domain.operations.setting import IDS_PER_ORDER, Setting
from domain.operations.submit_resident_contribution import (
    IDS_PER_SUBMISSION,
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.operations.unbind_family_member import FamilyMemberUnbound, UnbindOrder, unbind_family_members
from domain.refusals import InputNotAcceptable, InputProblem, NotSignedIn, Refusal
from domain.store.engine import Connection
from domain.vocabulary import Id, Prefix, Role, parsed_api_id
from resolvers.batching import Batches
from resolvers.context import Request
from resolvers.plan.executor import MutationSource, WritePayload
from resolvers.plan.sources import Arguments, ComputedSource, NestedMany, ToRow
from resolvers.world import World
from schema.arguments import IDEMPOTENCY_KEY_LENGTHS

MOST_ORDERS: Final = 100
"""How many payments one payResidentContributions takes."""

MOST_LINES: Final = 500
"""How many persons one list takes."""

Operation = Callable[[Connection, Sequence[Any], Setting], Awaitable[Sequence[Any]]]
MakeOrder = Callable[[Id, str, str, Arguments], Any]


@dataclass(frozen=True, slots=True)
class ContributionsAnswered:
    """The answers to several payments, in their order."""

    results: Sequence[object]


OUTCOMES = (
    ComputedSource(
        "FamilyMemberBound",
        FamilyMemberBound,
        {"binding": ToRow("FamilyBinding", lambda outcome: outcome.binding_id)},
    ),
    ComputedSource(
        "FamilyMemberUnbound",
        FamilyMemberUnbound,
        {"binding": ToRow("FamilyBinding", lambda outcome: outcome.binding_id)},
    ),
    ComputedSource(
        "ResidentContributionSubmitted",
        ResidentContributionSubmitted,
        {"contribution": ToRow("ResidentContribution", lambda outcome: outcome.contribution_id)},
    ),
    ComputedSource(
        "ResidentContributionPaid",
        ResidentContributionPaid,
        {
            "contribution": ToRow("ResidentContribution", lambda outcome: outcome.contribution_id),
            "entry": ToRow("AccountEntry", lambda outcome: outcome.entry_id),
            "account": ToRow("PersonalAccount", lambda outcome: outcome.account_id),
        },
    ),
    ComputedSource(
        "ResidentContributionFinished",
        ResidentContributionFinished,
        {
            "contribution": ToRow("ResidentContribution", lambda outcome: outcome.contribution_id),
            "receipt": ToRow("Receipt", lambda outcome: outcome.receipt_id),
        },
    ),
    ComputedSource(
        "ResidentContributionsAnswered",
        ContributionsAnswered,
        {"results": NestedMany(lambda outcome: outcome.results, MOST_ORDERS, "orders")},
    ),
)


async def shown(request: Request, write: WritePayload, outcome: object) -> bytes:
    """The payload of an answer that changed nothing."""
    async with request.database.read() as connection:
        return await write(connection, outcome)


def key_objection(key: str) -> InputNotAcceptable | None:
    """Why a text cannot be an idempotency key, or None."""
    return (
        None
        if len(key) in IDEMPOTENCY_KEY_LENGTHS
        else InputNotAcceptable(field="idempotencyKey", problem=InputProblem.KEY_LENGTH)
    )


def citizen(request: Request) -> Id:
    """The citizen who acts, 0 where none does."""
    return request.actor


def officer(request: Request) -> Id:
    """The officer who acts, 0 where none does."""
    return request.officer


def told(actor: Id, objection: InputNotAcceptable) -> Refusal:
    """What somebody whose input cannot be right is told: who is not signed in hears that first."""
    return objection if actor else NotSignedIn()


def acceptable(given: Arguments) -> InputNotAcceptable | None:
    """No objection to any input beyond its key."""
    return None


def ids_for_one(order: object) -> int:
    """How many ids an order of one thing takes at most."""
    return IDS_PER_ORDER


def batches_of(
    world: World,
    operation: Operation,
    *,
    ids: Callable[[Any], int] = ids_for_one,
    ids_read: Callable[[Connection, Sequence[Any]], Awaitable[int]] | None = None,
    sets_timers: bool = False,
) -> Batches[Any]:
    """Where a world's orders of one operation wait for their transaction; see `batched`."""
    found = world.batches.get(operation)
    if found is not None:
        return found

    async def operate(connection: Connection, orders: Sequence[Any]) -> Sequence[Any]:
        return await operation(connection, orders, world.setting(world.clock.now()))

    async def reserve(orders: Sequence[Any]) -> None:
        if ids_read is None:
            await world.ids.reserve(sum(map(ids, orders)))
            return
        async with world.database.read() as connection:
            wanted = await ids_read(connection, orders)
        await world.ids.reserve(wanted)

    def committed() -> None:
        world.commits.happened()
        if sets_timers:
            world.timers_set.set()

    made = Batches(world.database, operate, reserve, committed, world.tallies.batch_sizes)
    world.batches[operation] = made
    return made


def batched(
    operation: Operation,
    make_order: MakeOrder,
    *,
    actor: Callable[[Request], Id] = citizen,
    objection: Callable[[Arguments], InputNotAcceptable | None] = acceptable,
    ids: Callable[[Any], int] = ids_for_one,
    ids_read: Callable[[Connection, Sequence[Any]], Awaitable[int]] | None = None,
    sets_timers: bool = False,
) -> MutationSource:
    """A mutation whose orders share a transaction with those that arrive with them.

    `actor` is who acts, 0 where nobody may. `objection` is what is wrong with an input before it becomes an order;
    `ids` is how many ids an order takes; where the books tell that, `ids_read` reads how many a batch takes together.
    `sets_timers` says that an order can leave something to be done at once,
    beside its answer.
    """

    async def run(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
        given = arguments["input"]
        wrong = key_objection(given["idempotencyKey"]) or objection(given)
        if wrong is not None:
            return await shown(request, write, told(actor(request), wrong))
        found = batches_of(request.world, operation, ids=ids, ids_read=ids_read, sets_timers=sets_timers)
        order = make_order(actor(request), given["idempotencyKey"], request.request_id, given)
        return await found.answer(order, write)

    return MutationSource(run)


def by_capacity(operation: Operation, make_order: Callable[..., Any], **how: Any) -> MutationSource:
    """As `batched`, for citizens, and for officers who act for their unit; the order says which (`for_unit`)."""
    by_officer, by_citizen = (
        batched(operation, partial(make_order, for_unit=for_unit), actor=actor, **how)
        for for_unit, actor in ((True, officer), (False, citizen))
    )

    async def run(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
        source = by_officer if request.viewer.role is Role.UNIT_OFFICER else by_citizen
        return await source.run(request, arguments, write)

    return MutationSource(run)


def _bind(actor_id: Id, key: str, cause: str, given: Arguments) -> BindOrder:
    return BindOrder(
        actor=actor_id,
        key=key,
        cause=cause,
        name=given["name"],
        id_type=given["idType"],
        id_number=given["idNumber"],
        birth_date=given["birthDate"],
        sex=given["sex"],
        relation=given["relation"],
        pledge_accepted=given["pledgeAccepted"],
    )


def named(given: Arguments, member: str, prefix: Prefix) -> Id:
    """The id that an input names, 0 where it is none of that kind."""
    return parsed_api_id(given[member], prefix) or Id(0)


def _unbind(actor_id: Id, key: str, cause: str, given: Arguments) -> UnbindOrder:
    return UnbindOrder(actor_id, key, cause, named(given, "bindingId", Prefix.FAMILY_BINDING))


def _submit(actor_id: Id, key: str, cause: str, given: Arguments) -> SubmitOrder:
    return SubmitOrder(
        actor=actor_id,
        key=key,
        cause=cause,
        person_id=named(given, "personId", Prefix.PERSON),
        coverage_year=given["coverageYear"],
        kind=given["kind"],
        expected_fen=given.get("expectedAmount"),
        grade=given["grade"],
        repair_years=given["repairYears"],
        channel=given["channel"],
    )


def _pay(actor_id: Id, key: str, cause: str, given: Arguments) -> PayOrder:
    contribution = named(given, "contributionId", Prefix.RESIDENT_CONTRIBUTION)
    return PayOrder(actor_id, key, cause, contribution, given.get("expectedAmount"))


def _finish(actor_id: Id, key: str, cause: str, given: Arguments, *, for_unit: bool) -> FinishOrder:
    return FinishOrder(actor_id, key, cause, named(given, "contributionId", Prefix.RESIDENT_CONTRIBUTION), for_unit)


def _too_many_or_none(given: Arguments) -> InputNotAcceptable | None:
    return (
        None
        if 1 <= len(given["orders"]) <= MOST_ORDERS
        else InputNotAcceptable(field="orders", problem=InputProblem.ORDER_COUNT)
    )


def too_many_lines_or_none(given: Arguments) -> InputNotAcceptable | None:
    """What is wrong with the length of a list of people, or None."""
    if not 1 <= len(given["lines"]) <= MOST_LINES:
        return InputNotAcceptable(field="lines", problem=InputProblem.LINE_COUNT)
    return None


def _pay_together(actor_id: Id, key: str, cause: str, given: Arguments) -> PayTogetherOrder:
    payments = tuple(
        (named(each, "contributionId", Prefix.RESIDENT_CONTRIBUTION), each.get("expectedAmount"))
        for each in given["orders"]
    )
    return PayTogetherOrder(actor_id, key, cause, payments)


async def pay_lists(
    connection: Connection, orders: Sequence[PayTogetherOrder], setting: Setting
) -> list[ContributionsAnswered | Refusal]:
    """Several payments under one key, for each order: a list finds the accounts as those before it left them."""
    answers = [await pay_resident_contributions_together(connection, order, setting) for order in orders]
    return [ContributionsAnswered(answer) if isinstance(answer, list) else answer for answer in answers]


MUTATIONS: Mapping[str, MutationSource] = {
    "bindFamilyMember": batched(bind_family_members, _bind),
    "unbindFamilyMember": batched(unbind_family_members, _unbind),
    "submitResidentContribution": batched(submit_resident_contributions, _submit, ids=lambda order: IDS_PER_SUBMISSION),
    "payResidentContribution": batched(pay_resident_contributions, _pay),
    "payResidentContributions": batched(
        pay_lists,
        _pay_together,
        objection=_too_many_or_none,
        ids=lambda order: IDS_PER_ORDER * len(order.payments),
    ),
    "finishResidentContribution": by_capacity(finish_resident_contributions, _finish),
}
