"""A row that is not as it was read stops the whole transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.decisions.records import Account
from domain.store import family_bindings, personal_accounts, resident_contributions
from domain.store.changing import BooksMoved
from domain.store.engine import Connection
from domain.store.personal_accounts import NewEntry
from domain.store.resident_contributions import ContributionPaid
from domain.vocabulary import AccountStatus, BindingStatus, ContributionStatus, EntryKind, Fen, Id, Instant
from tests.operations.conftest import Opening
from tests.operations.tiny_world import ANSHUN, TinyWorld

Recording = Callable[[Connection], Awaitable[None]]


class Books:
    """A payer with an account of one entry, and of everything that may change one row that may and one that may not."""

    def __init__(self) -> None:
        self.world = TinyWorld()
        payer = self.world.person()
        self.account = self.world.account(payer, 100_000)
        member, enrolment = self.world.relative(payer)
        former, _ = self.world.relative(payer)
        self.waiting = self.world.contribution(member, payer, enrolment)
        self.paid = self.world.contribution(member, payer, enrolment, year=2023, status=ContributionStatus.PAID)
        self.in_force = self.world.binding(payer, self.world.person())
        self.ended = self.world.binding(payer, former, status=BindingStatus.ENDED)

    def pay(self, *ids: Id) -> Recording:
        paid_on = date(2024, 12, 20)
        paid = ContributionPaid(
            self.waiting,
            self.account,
            Fen(40_000),
            Fen(0),
            Fen(0),
            Instant(5),
            paid_on,
            paid_on,
            paid_on,
            None,
            Instant(6),
        )
        return lambda connection: resident_contributions.pay(
            connection, [replace(paid, contribution_id=one) for one in ids]
        )

    def finish(self, *ids: Id) -> Recording:
        return lambda connection: resident_contributions.finish(connection, ids, Instant(7))

    def end(self, *ids: Id) -> Recording:
        return lambda connection: family_bindings.end(connection, ids, Instant(7))

    def post(self, entries_before: int) -> Recording:
        before = Account(self.account, ANSHUN, AccountStatus.OPEN, Fen(100_000), entries_before)
        after = replace(before, balance_fen=Fen(60_000), entry_count=entries_before + 1)
        entry = NewEntry(
            Id(self.account + 1_000),
            self.account,
            entries_before + 1,
            EntryKind.PROXY_CONTRIBUTION,
            Fen(-40_000),
            Fen(60_000),
            Instant(5),
            date(2024, 12, 20),
            self.waiting,
        )
        return lambda connection: personal_accounts.post(connection, [entry], [(before, after)])


GUARDS: dict[str, tuple[Callable[[Books], Recording], Callable[[Books], Recording]]] = {
    "an account without the entry that was counted": (lambda books: books.post(1), lambda books: books.post(2)),
    "a payment of what is paid": (
        lambda books: books.pay(books.waiting),
        lambda books: books.pay(books.waiting, books.paid),
    ),
    "finishing what is not paid": (
        lambda books: books.finish(books.paid),
        lambda books: books.finish(books.paid, books.waiting),
    ),
    "ending what has ended": (
        lambda books: books.end(books.in_force),
        lambda books: books.end(books.in_force, books.ended),
    ),
}


@pytest.mark.parametrize("guarded", GUARDS)
async def test_a_guard_that_does_not_hold_rolls_everything_back(opened: Opening, guarded: str) -> None:
    books = Books()
    as_read, moved = GUARDS[guarded]
    counter = await opened(books.world)
    written = await counter.everything()
    with pytest.raises(BooksMoved):
        async with counter.database.write() as connection:
            await moved(books)(connection)
    assert await counter.everything() == written
    async with counter.database.write() as connection:
        await as_read(books)(connection)
    assert await counter.everything() != written
