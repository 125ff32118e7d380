"""Previews of a batch are those of one by one, in eight statements however many there are."""

from datetime import date

from domain.decisions.previewing import Care, CareCost, Preview
from domain.operations.preview_claims import PreviewOrder, preview_claims
from domain.refusals import NotCovered, NotOfYourFamily, NotSignedIn, Refusal
from domain.vocabulary import CareKind, CostClass, Fen, Id, InstitutionTier, Scheme
from tests.operations.conftest import Opening
from tests.operations.tiny_world import SIMULATED, Counter, TinyWorld

STATEMENTS = 8
"""How the persons stand to whoever asks, what contributions cover, enrolments, months billed, what critical illness
insurance has paid, claims, entitlements, and records of treatment elsewhere."""


def care(yuan: int) -> Care:
    day = date(2025, 1, 10)
    costs = [CareCost(CostClass.A, Fen(yuan * 100)), CareCost(CostClass.B, Fen(yuan * 10))]
    return Care(CareKind.INPATIENT, InstitutionTier.LEVEL_2, True, day, day, costs)


async def counted(counter: Counter, orders: list[PreviewOrder]) -> tuple[list[Preview | Refusal], int]:
    async with counter.database.read() as connection:
        before = counter.database.statements
        answers = await preview_claims(connection, orders, counter.setting())
        return answers, counter.database.statements - before


def said(answer: Preview | Refusal) -> object:
    return answer if isinstance(answer, Preview) else (type(answer), vars(answer))


async def test_a_batch_is_answered_as_one_by_one(opened: Opening) -> None:
    world = TinyWorld()
    payer, mother = world.family()
    stranger = world.person()
    employees = [world.person() for _ in range(8)]
    for one in employees:
        world.enrolment(one, Scheme.EMPLOYEE, region=SIMULATED)
    orders = [PreviewOrder(one.id, one.id, care(1_000 * place)) for place, one in enumerate(employees, 1)]
    orders += [
        PreviewOrder(payer.id, mother.id, care(500)),
        PreviewOrder(payer.id, stranger.id, care(500)),
        PreviewOrder(payer.id, Id(0), care(500)),
        PreviewOrder(Id(0), mother.id, care(500)),
        orders[0],
    ]
    counter = await opened(world)
    together, statements = await counted(counter, orders)
    assert statements == STATEMENTS
    alone = [await counted(counter, [order]) for order in orders]
    assert {statements for _, statements in alone} == {STATEMENTS}
    assert [said(answer) for answer in together] == [said(answer) for [answer], _ in alone]
    assert all(isinstance(answer, Preview) for answer in together[:8])
    assert [type(answer) for answer in together[8:12]] == [NotCovered, NotOfYourFamily, NotOfYourFamily, NotSignedIn]
    assert said(together[12]) == said(together[0])
