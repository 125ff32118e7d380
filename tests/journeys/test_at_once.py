"""What arrives at the same moment: paid once, by one, and together where it can be."""

import asyncio
from collections import Counter
from typing import Any

from tests.resolvers.opened import FINISH, PAY, PAY_TOGETHER, OpenedWorld

BALANCE = "{ viewer { person { account { balance } } } }"


async def balance(world: OpenedWorld, persona: str) -> str:
    found: str = (await world.data(BALANCE, persona=persona))["viewer"]["person"]["account"]["balance"]
    return found


async def test_two_requests_with_one_key_pay_once_and_hear_the_same(opened: OpenedWorld) -> None:
    given = {"contributionId": await opened.submitted("employee"), "idempotencyKey": "pressed-twice"}
    first, second = await asyncio.gather(*(opened.mutate(PAY, "employee", **given) for _ in range(2)))
    assert first == second
    assert first["__typename"] == "ResidentContributionPaid"
    assert await balance(opened, "employee") == "2280.00"


async def test_two_requests_with_two_keys_pay_once(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("employee")
    answers = await asyncio.gather(*(opened.mutate(PAY, "employee", contributionId=contribution) for _ in range(8)))
    assert Counter(answer["__typename"] for answer in answers) == {"ResidentContributionPaid": 1, "AlreadyPaid": 7}
    assert await balance(opened, "employee") == "2280.00"


async def test_of_two_payers_one_pays(opened: OpenedWorld) -> None:
    member = await opened.bound("employee")
    await opened.bound("employee-2", "employee")
    contributions = [await opened.submitted(payer, member) for payer in ("employee", "employee-2")]
    answers = await asyncio.gather(
        opened.mutate(PAY, "employee", contributionId=contributions[0]),
        opened.mutate(PAY_TOGETHER, "employee-2", orders=[{"contributionId": contributions[1]}]),
    )
    told = [answers[0]["__typename"], answers[1]["results"][0]["__typename"]]
    assert sorted(told) == ["PaidByAnother", "ResidentContributionPaid"]
    paid = [await balance(opened, "employee"), await balance(opened, "employee-2")]
    assert sorted(paid) in (["2000.00", "2280.00"], ["1600.00", "2680.00"])


async def test_finishing_at_once_issues_one_receipt(opened: OpenedWorld) -> None:
    contribution = await opened.paid("employee")
    answers = await asyncio.gather(*(opened.mutate(FINISH, "employee", contributionId=contribution) for _ in range(5)))
    assert len({answer["receipt"]["number"] for answer in answers}) == 1


async def test_fifty_payments_at_once_share_transactions_and_are_all_right(opened: OpenedWorld) -> None:
    payers = ["employee", *(f"employee-{number}" for number in range(2, 21))]
    payers += ["already-bound", "retired-payer", "late-payer", "mother-gap", "newborn-parent"]
    waiting: list[tuple[str, str]] = []
    for payer in payers:
        member = opened.relative(payer) if payer == "already-bound" else await opened.bound(payer)
        waiting.append((payer, await opened.submitted(payer, member)))
        # And what will be refused beside it.
        waiting.append((payer, "con_529999999999999999"))
    assert len(waiting) == 50
    before = {payer: await balance(opened, payer) for payer in payers}
    database = opened.service.world.database
    transactions = 0
    begin = database.write

    def counted() -> Any:
        nonlocal transactions
        transactions += 1
        return begin()

    database.write = counted  # type: ignore[method-assign]
    answers = await asyncio.gather(
        *(opened.mutate(PAY, payer, contributionId=contribution) for payer, contribution in waiting)
    )
    assert transactions <= 4
    for (payer, contribution), answer in zip(waiting, answers, strict=True):
        if contribution == "con_529999999999999999":
            assert answer["__typename"] == "ContributionNotFound"
            continue
        assert answer["contribution"]["id"] == contribution
        due = float(answer["contribution"]["amount"])
        assert answer["account"]["balance"] == f"{float(before[payer]) - due:.2f}"
        assert answer["account"]["balance"] == await balance(opened, payer)
