"""What always holds of money that channels collect, however they behave: every fen of it is paid or given back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, update

from domain.operations.answering import encoded
from domain.operations.pay_resident_contribution import PayOrder, pay_resident_contributions
from domain.operations.refund_contribution import RefundOrder, request_contribution_refunds
from domain.operations.settle_payments import CheckOrder, VoidOrder, check_payments, void_payments
from domain.operations.start_payment import StartPaymentOrder, start_payments
from domain.operations.submit_resident_contribution import SubmitOrder, submit_resident_contributions
from domain.ports import OutsideEnrolment
from domain.store import tables
from domain.store.engine import Row, open_database
from domain.store.statements import Statement
from domain.store.tables import APPEND_ONLY, metadata
from domain.store.timers import NewTimer, TimerKind, set_timers
from domain.vocabulary import Id, Instant, PaymentChannel, RefundReason, RegionCode, Relation, Scheme
from simulator.auditor import RULES
from tests.operations.test_channels import fire
from tests.operations.tiny_world import IN_WINDOW, Counter, Somebody, TinyWorld

CHANNELS = (PaymentChannel.WECHAT, PaymentChannel.ALIPAY, PaymentChannel.BANK_BATCH)
CALM: dict[str, Any] = {}
OUT = {"out": True}
TEMPERS = (
    CALM,
    {"failing_per_mille": 1000},
    {"silent_per_mille": 1000},
    {"failing_per_mille": 1000},
    {"slow_per_mille": 1000, "slow_seconds": 2_700},
    {"slow_per_mille": 1000, "slow_seconds": 5_400, "twice_per_mille": 1000},
    {"slow_per_mille": 300, "failing_per_mille": 300, "silent_per_mille": 400, "twice_per_mille": 500},
    OUT,
)
WAITS = (0, 30, 1_800, 5_400, 36_000, 90_000)
YEAR = 2025
DAY = 86_400
SETTLED_AFTER = 4 * DAY

_second_thoughts = Statement(
    update(tables.channel_collections)
    .values(collected=True, failure=None)
    .where(tables.channel_collections.c.reference == bindparam("order"))
)


@dataclass(frozen=True)
class Step:
    """Something that happens: `who` and `which` choose among what there is by then."""

    kind: str
    who: int
    which: int
    more: int


STEPS = st.builds(
    Step,
    st.sampled_from(
        ["start", "start", "start", "temper", "wait", "wait", "check", "void", "void", "refund", "refund",
         "second thoughts", "second thoughts", "submit", "by account"]
    ),
    st.integers(0, 1),
    st.integers(0, 7),
    st.integers(0, 7),
)  # fmt: skip


@dataclass
class Books:
    """What the channels' books and the platform's say of one payment order."""

    status: str
    amount: int
    collected: int = 0
    given_back: int = 0
    paid: int = 0
    standing: int = 0
    returned: list[int] = field(default_factory=list)
    """Refunds of what never became a contribution."""
    asked: int = 0
    told: int = 0
    """Refunds that are asked for, and of these what is told as given back."""


class Played:
    """Two people who may pay for the same two others, and everything that was asked so far."""

    channels: Sequence[PaymentChannel] = CHANNELS

    def __init__(self, world: TinyWorld, counter: Counter, payers: list[Somebody], members: list[Somebody]) -> None:
        self.world, self.counter, self.payers, self.members = world, counter, payers, members
        self.elsewhere = {
            one.id_number: OutsideEnrolment(one.id_number, RegionCode("440300"), Scheme.EMPLOYEE) for one in members
        }
        self.now = IN_WINDOW
        self.asked: list[tuple[Any, Any, Instant, str]] = []
        self._keys = iter(range(1_000_000))

    async def do(self, step: Step) -> None:
        """The step. Whatever it is about is mostly something that can be so, and now and then anything."""
        key = f"key-{next(self._keys):05d}"
        match step.kind:
            case "temper":
                await self._temper(CHANNELS[step.which % 3], step.more)
            case "wait":
                await self._wait(WAITS[step.more % len(WAITS)])
            case "second thoughts":
                await self._think_again(step.which)
            case "start":
                if found := await self._contribution(step, "SUBMITTED", by_account=False):
                    which, owner, channel = found
                    await self._temper(channel, step.more)
                    await self.ask(start_payments, StartPaymentOrder(owner, key, "r", which))
                    await self._wait(0)
            case "refund":
                if found := await self._contribution(step, "PAID", by_account=step.more == 0):
                    which, owner, _ = found
                    # They have moved to the employee scheme of another province: before that, they could pay.
                    self.world.provinces.known = self.elsewhere
                    reason = RefundReason.MOVED_TO_EMPLOYEE
                    await self.ask(request_contribution_refunds, RefundOrder(owner, key, "r", which, reason))
                    self.world.provinces.known = {}
            case "by account":
                if found := await self._contribution(step, "SUBMITTED", by_account=True):
                    await self.ask(pay_resident_contributions, PayOrder(found[1], key, "r", found[0]))
            case "check":
                if found := await self._order(step, "UNKNOWN"):
                    await self.ask(check_payments, CheckOrder(found[1], key, "r", found[0]))
            case "void":
                if found := await self._order(step, "UNKNOWN"):
                    which, owner, channel = found
                    if step.more % 2:
                        # Only a channel that does not say in all that time leaves something to be given up.
                        await self._temper(channel, TEMPERS.index(OUT))
                        await self._wait(1_800)
                    await self.ask(void_payments, VoidOrder(owner, key, "r", which))
            case "submit":
                channel = (*CHANNELS, PaymentChannel.PERSONAL_ACCOUNT)[step.more % 4]
                payer = self.payers[step.who]
                order = SubmitOrder(payer.id, key, "r", self.members[step.which % 2].id, YEAR, channel=channel)
                await self.ask(submit_resident_contributions, order)

    async def ask(self, operation: Any, order: Any) -> None:
        [answer] = await self.counter.run(operation, order, now=self.now)
        self.asked.append((operation, order, self.now, encoded(answer)))

    async def settle(self) -> None:
        """Every channel answers again, and time passes until nothing is due any more."""
        for channel in self.channels:
            await self.counter.channel(channel)
        for _ in range(SETTLED_AFTER // DAY):
            self.now = Instant(self.now + DAY)
            await fire(self.counter, self.now)

    async def replay(self) -> None:
        """Everything is asked again under its key, and answered as it was the first time."""
        for operation, order, now, first in self.asked:
            [again] = await self.counter.run(operation, order, now=now)
            assert encoded(again) == first

    async def books(self) -> dict[int, Books]:
        """By order."""
        orders, paid, back = tables.payment_orders.c, tables.resident_contributions.c, tables.refunds.c
        lines, taken = tables.payment_order_lines.c, tables.channel_collections.c
        rows = self.counter.rows
        found = {row[0]: Books(row[1], row[2]) for row in await rows(orders.id, orders.status, orders.amount_fen)}
        for reference, amount, collected, given_back in await rows(
            taken.reference, taken.amount_fen, taken.collected, taken.given_back_fen
        ):
            found[reference].collected = amount if collected else 0
            found[reference].given_back = given_back
        bought = {row[0]: row[1:] for row in await rows(paid.id, paid.payment_order_id, paid.status, paid.paid_at)}
        for order, contribution, amount in await rows(lines.order_id, lines.contribution_id, lines.amount_fen):
            by, status, paid_at = bought[contribution]
            if by == order and paid_at is not None:
                found[order].paid += amount
                found[order].standing += amount if status in ("PAID", "FINISHED") else 0
        for order, contribution, amount, status in await rows(
            back.payment_order_id, back.contribution_id, back.amount_fen, back.status
        ):
            if order is not None:
                found[order].asked += amount
                found[order].told += amount if status == "REFUNDED" else 0
                if bought[contribution][0] != order or bought[contribution][2] is None:
                    found[order].returned.append(amount)
        return found

    async def assert_nothing_is_lost(self) -> None:
        """At any moment."""
        for number, one in (await self.books()).items():
            assert 0 <= one.given_back <= one.collected, number
            assert one.told <= one.given_back <= one.asked, number
            if one.status == "CONFIRMED":
                assert one.collected == one.amount == one.paid + sum(one.returned), number
            else:
                assert (one.paid, one.asked) == (0, 0), number
        await self.counter.assert_books_balance()
        await self.assert_nothing_is_paid_twice()

    async def assert_nothing_is_paid_twice(self) -> None:
        """At any moment."""
        found = tables.resident_contributions.c
        taken = [
            (person, year)
            for person, year, status, _ in await self.counter.rows(
                found.person_id, found.coverage_year, found.status, found.id
            )
            if status in ("PAYING", "PAID", "FINISHED") and year == YEAR
        ]
        assert len(set(taken)) == len(taken)

    async def assert_everything_is_settled(self) -> None:
        """When nothing is due any more; the auditor finds nothing either."""
        assert await self.counter.rows(tables.timers.c.id) == []
        for number, one in (await self.books()).items():
            assert one.status in ("CONFIRMED", "FAILED", "VOIDED"), number
            assert (one.status == "CONFIRMED") is (one.collected > 0), number
            assert one.collected - one.given_back == one.standing, number
            assert one.told == one.given_back == one.asked, number
        async with self.counter.database.read() as connection:
            for rule, statement in RULES.items():
                if "channel" in rule or "confirmed" in rule:
                    assert await connection.fetch_all(statement, {"most": 9, "since": 0}) == [], rule

    async def _temper(self, channel: PaymentChannel, which: int) -> None:
        await self.counter.channel(channel, **TEMPERS[which % len(TEMPERS)])

    async def _wait(self, seconds: int) -> None:
        self.now = Instant(self.now + seconds)
        await fire(self.counter, self.now)

    async def _contribution(self, step: Step, status: str, *, by_account: bool) -> tuple[Id, Id, PaymentChannel] | None:
        found = tables.resident_contributions.c
        rows = await self.counter.rows(found.id, found.payer_id, found.channel, found.status, found.coverage_year)
        mine = [
            row for row in rows if row[4] == YEAR and (row[2] == PaymentChannel.PERSONAL_ACCOUNT.name) is by_account
        ]
        return self._chosen(step, status, mine)

    async def _order(self, step: Step, status: str) -> tuple[Id, Id, PaymentChannel] | None:
        found = tables.payment_orders.c
        return self._chosen(
            step, status, await self.counter.rows(found.id, found.payer_id, found.channel, found.status)
        )

    def _chosen(self, step: Step, status: str, rows: Sequence[Row]) -> tuple[Id, Id, PaymentChannel] | None:
        rows = [row for row in rows if row[3] == status and step.which] or rows
        if not rows:
            return None
        number, payer, channel, *_ = rows[step.which % len(rows)]
        return Id(number), Id(payer) if step.which else self.payers[step.who].id, PaymentChannel[channel]

    async def _think_again(self, which: int) -> None:
        """A channel that said no has the money of an order all the same, and will say so."""
        book = tables.channel_collections.c
        known: dict[int, bool] = dict(await self.counter.rows(book.reference, book.collected))
        failed = [
            row[0]
            for row in await self.counter.rows(tables.payment_orders.c.id, tables.payment_orders.c.status)
            if row[1] == "FAILED" and not known[row[0]]
        ]
        if not failed:
            return
        order = failed[which % len(failed)]
        async with self.counter.database.write() as connection:
            await connection.execute(_second_thoughts, {"order": order})
            await set_timers(
                connection, [NewTimer(Instant(self.now + 60 * which), TimerKind.CHANNEL_CONFIRMS, Id(order))]
            )


async def _played(url: str, steps: list[Step]) -> None:
    world = TinyWorld()
    first, second = (world.family()[0] for _ in range(2))
    members = []
    for _ in range(2):
        member, enrolment_id = world.relative(first)
        world.binding(second, member, Relation.SIBLING)
        members.append(member)
        for payer in (first, second):
            for channel in (*CHANNELS, PaymentChannel.PERSONAL_ACCOUNT):
                world.contribution(member, payer, enrolment_id, channel=channel)
    await play_through(url, world, lambda counter: Played(world, counter, [first, second], members), steps)


async def play_through(url: str, world: TinyWorld, playing: Callable[[Counter], Played], steps: Sequence[Step]) -> None:
    """The steps in that world, each with what always holds; then what holds in the end."""
    database = open_database(url)
    try:
        async with database.write() as connection:
            # What nobody may delete is empty here: nobody reads.
            for table in (one for one in reversed(metadata.sorted_tables) if one not in APPEND_ONLY):
                await connection.execute(Statement(delete(table)), {})
        await world.write(database)
        play = playing(Counter(world, database))
        for step in steps:
            await play.do(step)
            await play.assert_nothing_is_lost()
        await play.settle()
        await play.assert_nothing_is_lost()
        await play.assert_everything_is_settled()
        written = await play.counter.everything()
        await play.replay()
        assert await play.counter.everything() == written
    finally:
        await database.close()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=16, max_size=28))
def test_every_fen_that_a_channel_collected_is_paid_or_given_back(tables_url: str, steps: list[Step]) -> None:
    asyncio.run(_played(tables_url, steps))
