"""What always holds of payments and refunds in whatever order: an account has paid what stands, and nothing else."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.operations.answering import encoded
from domain.operations.pay_resident_contribution import PayOrder, pay_resident_contributions
from domain.operations.refund_contribution import RefundOrder, request_contribution_refunds
from domain.ports import OutsideEnrolment
from domain.store import tables
from domain.vocabulary import Id, RefundReason, RegionCode, Scheme
from tests.operations.test_ledger import MEMBERS, PAYERS, Template
from tests.operations.tiny_world import Counter

Step = tuple[bool, list[tuple[int, int, int]]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The ledger's template, in which everybody paid for has moved to the employee scheme of another province."""
    made = Template(tmp_path_factory.mktemp("refunds"))
    for _, number in made.world.registry.known:
        made.world.provinces.known[number] = OutsideEnrolment(number, RegionCode("440300"), Scheme.EMPLOYEE)
    asyncio.run(made.write())
    return made


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    """Batches of payments or of refunds: (payer, key, contribution) each, many of them wrong or repeated."""
    order = st.tuples(st.integers(0, PAYERS - 1), st.integers(0, 5), st.integers(0, PAYERS * MEMBERS * 2))
    return draw(st.lists(st.tuples(st.booleans(), st.lists(order, min_size=1, max_size=5)), min_size=1, max_size=6))


async def _done(counter: Counter, template: Template, step: Step) -> list[str]:
    refunding, orders = step
    waiting = [*template.waiting, Id(1)]
    if refunding:
        answers = await counter.run(
            request_contribution_refunds,
            *(
                RefundOrder(
                    template.payers[payer], f"key-{key}", "r", waiting[contribution], RefundReason.MOVED_TO_EMPLOYEE
                )
                for payer, key, contribution in orders
            ),
        )
        return [encoded(one) for one in answers]
    paid = await counter.run(
        pay_resident_contributions,
        *(PayOrder(template.payers[payer], f"key-{key}", "r", waiting[each]) for payer, key, each in orders),
    )
    return [encoded(one) for one in paid]


async def _assert_accounts_paid_what_stands(counter: Counter) -> None:
    """Debits are the contributions that were paid, credits those given back, each contribution once."""
    entries, contributions = tables.account_entries.c, tables.resident_contributions.c
    by_kind: dict[tuple[int, str], int] = {}
    for account, kind, amount in await counter.rows(entries.account_id, entries.kind, entries.amount_fen):
        by_kind[account, kind] = by_kind.get((account, kind), 0) + amount
    paid: dict[tuple[int, str], int] = {}
    for account, status, amount in await counter.rows(
        contributions.account_id, contributions.status, contributions.amount_fen
    ):
        if account is not None and status in ("PAID", "REFUNDED"):
            taken, back = (account, "PROXY_CONTRIBUTION"), (account, "REFUND")
            paid[taken] = paid.get(taken, 0) - amount
            if status == "REFUNDED":
                paid[back] = paid.get(back, 0) + amount
    assert {key: total for key, total in by_kind.items() if key[1] != "OPENING"} == paid
    reversed_ones = [one for (one,) in await counter.rows(entries.reverses_id) if one is not None]
    assert len(set(reversed_ones)) == len(reversed_ones)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps())
def test_an_account_has_paid_what_stands_and_a_replay_changes_nothing(
    template: Template, given_steps: list[Step]
) -> None:
    async def played() -> None:
        counter = await template.counter("refunds")
        answers = [await _done(counter, template, step) for step in given_steps]
        await counter.assert_books_balance()
        await _assert_accounts_paid_what_stands(counter)
        written = await counter.everything()
        for step, first in zip(given_steps, answers, strict=True):
            assert await _done(counter, template, step) == first
        assert await counter.everything() == written
        await counter.database.close()

    asyncio.run(played())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps())
def test_a_batch_of_many_refunds_does_what_as_many_batches_of_one_do(
    template: Template, given_steps: list[Step]
) -> None:
    async def played() -> None:
        together, singly = await template.counter("together"), await template.counter("singly")
        for refunding, orders in given_steps:
            at_once = await _done(together, template, (refunding, orders))
            one_by_one = [answer for one in orders for answer in await _done(singly, template, (refunding, [one]))]
            assert at_once == one_by_one
        assert await together.everything() == await singly.everything()
        await together.database.close()
        await singly.database.close()

    asyncio.run(played())
