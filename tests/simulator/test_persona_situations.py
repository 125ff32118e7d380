"""What the product answers a persona, from binding to payment, is what the description promises."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.decisions.quoting import Quote
from domain.operations.bind_family_member import BindOrder, bind_family_members
from domain.operations.finish_resident_contribution import FinishOrder, finish_resident_contributions
from domain.operations.pay_resident_contribution import PayOrder, ResidentContributionPaid, pay_resident_contributions
from domain.operations.quote_resident_contribution import QuoteOrder, quote_resident_contributions
from domain.operations.setting import Setting
from domain.operations.submit_resident_contribution import (
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.policy import PolicyBook
from domain.store.engine import Database, open_database
from domain.store.ids import BlockIds
from domain.vocabulary import IdType, instant
from simulator.auditor import audit
from simulator.outside import outside
from simulator.personas import SPARES, PersonaGuide, persona_guide
from simulator.records import START
from simulator.worlds import WorldSummary
from tests.databases import sqlite_url

PAID = ("ResidentContributionSubmitted", "ResidentContributionPaid")
SITUATIONS = {
    "employee": ("FamilyMemberBound", *PAID),
    **{f"employee-{number + 2}": ("FamilyMemberBound", *PAID) for number in range(SPARES)},
    "poor-employee": ("FamilyMemberBound", "ResidentContributionSubmitted", "BalanceTooLow"),
    "frozen-employee": ("FamilyMemberBound", "ResidentContributionSubmitted", "AccountFrozen"),
    "suining-employee": ("FamilyMemberBound", *PAID),
    "xuancheng-parent": ("FamilyMemberBound", *PAID),
    "mianyang-employee": ("FamilyMemberBound", "PolicyNotStated"),
    "synthetic-employee": ("FamilyMemberBound", *PAID),
    "late-payer": ("FamilyMemberBound", *PAID),
    "mother-already-paid": ("FamilyMemberBound", "PaidByAnother"),
    "sibling-paid": ("FamilyMemberBound", "PaidByAnother"),
    "mother-not-enrolled": ("FamilyMemberBound", "NotEnrolled"),
    "mother-just-registered": ("FamilyMemberBound", *PAID),
    "moved-worker": ("FamilyMemberBound", *PAID),
    "mother-employed-elsewhere": ("FamilyMemberBound", "EnrolledElsewhere"),
    "mother-special-group": ("FamilyMemberBound", "SpecialPaymentRequired"),
    "rare-name": ("IdentityMismatch", "NotThePayer"),
    "uncle": ("RelationNotCovered", "NotThePayer"),
    "newborn-parent": ("FamilyMemberBound", *PAID),
    "mother-deceased": ("PersonDeceased", "NotThePayer"),
    "no-account": ("FamilyMemberBound", "NoPersonalAccount"),
    "already-bound": ("AlreadyBound", *PAID),
    "retired-payer": ("FamilyMemberBound", *PAID),
    "mother-gap": ("FamilyMemberBound", *PAID),
    "already-paid": ("AlreadyBound", "AlreadyPaid"),
    "two-grades": ("FamilyMemberBound", *PAID),
    "repairable-gap": ("FamilyMemberBound", *PAID),
    "mother-assisted": ("FamilyMemberBound", "SpecialPaymentRequired"),
    "mother-borne-whole": ("FamilyMemberBound", "SpecialPaymentRequired"),
    "xuancheng-freshman": ("FamilyMemberBound", "EnrolledElsewhere"),
    "freshman-father": ("FamilyMemberBound", *PAID),
    "xuancheng-freshman-outside": ("FamilyMemberBound", "NoPersonalAccount"),
    "chuzhou-newcomer": ("PersonNotFound", "NotThePayer"),
}


@pytest.fixture
async def sandbox(small_world: tuple[Path, WorldSummary], tmp_path: Path) -> AsyncIterator[Database]:
    """A copy of the small world to act in."""
    shutil.copyfile(small_world[0], tmp_path / "sandbox.sqlite3")
    database = open_database(sqlite_url(tmp_path / "sandbox.sqlite3"))
    yield database
    await database.close()


async def _answers(database: Database, persona: PersonaGuide, setting: Setting) -> tuple[list[object], object]:
    """What binding, submitting and paying answer, as far as it goes, and the quote before it."""
    assert persona.relative is not None
    relative, actor = persona.relative, persona.person_id
    card = IdType.RESIDENT_ID_CARD
    bind = BindOrder(
        actor, "first-key", "test", relative.name, card, relative.id_number, relative.birth_date, relative.sex,
        relative.relation, True,
    )  # fmt: skip
    given: list[object] = []
    await setting.ids.reserve(8)
    async with database.write() as connection:
        given += await bind_family_members(connection, [bind], setting)
        [quote] = await quote_resident_contributions(connection, [QuoteOrder(actor, relative.person_id, 2025)], setting)
        [submitted] = await submit_resident_contributions(
            connection, [SubmitOrder(actor, "second-key", "test", relative.person_id, 2025)], setting
        )
        given.append(submitted)
        if isinstance(submitted, ResidentContributionSubmitted):
            contribution = submitted.contribution_id
            [paid] = await pay_resident_contributions(
                connection, [PayOrder(actor, "third-key", "test", contribution)], setting
            )
            given.append(paid)
            if isinstance(paid, ResidentContributionPaid):
                await finish_resident_contributions(
                    connection, [FinishOrder(actor, "fourth-key", "test", contribution)], setting
                )
    return given, quote


async def test_every_persona_meets_what_the_description_says(sandbox: Database) -> None:
    guide = await persona_guide(sandbox)
    setting = Setting(PolicyBook.load(), outside(), instant(START), BlockIds(sandbox), 7, lambda: "a secret")
    quotes = {}
    met = {}
    for name in SITUATIONS:
        given, quotes[name] = await _answers(sandbox, guide[name], setting)
        met[name] = tuple(type(answer).__name__ for answer in given)
    assert met == SITUATIONS
    prompt, waiting = quotes["employee"], quotes["mother-gap"]
    assert isinstance(prompt, Quote)
    assert isinstance(waiting, Quote)
    assert prompt.amount_fen == waiting.amount_fen == 40_000
    assert prompt.waiting_until is None
    assert waiting.waiting_until is not None
    assert await audit(sandbox) == []
