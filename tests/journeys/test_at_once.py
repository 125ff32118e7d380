"""What arrives at the same moment: paid once, by one, and together where it can be."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.policy import PolicyBook
from resolvers.plan.executor import Executor
from tests.resolvers.opened import (
    ADD_MEMBERS,
    APPLY_FOR_TRANSFER,
    BIND,
    FINISH,
    PAY,
    PAY_TOGETHER,
    SUBMIT,
    MachineTime,
    OpenedWorld,
    open_at,
)

BALANCE = "{ viewer { person { account { balance } } } }"


@pytest.fixture
async def beside(
    opened: OpenedWorld, executor: Executor, book: PolicyBook, machine: MachineTime
) -> AsyncIterator[OpenedWorld]:
    """The same world, open a second time, as another server process has it."""
    beside = await open_at(opened.url, executor, book, machine)
    yield beside
    await beside.close()


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


async def test_two_servers_with_one_key_pay_once_and_say_the_same(opened: OpenedWorld, beside: OpenedWorld) -> None:
    given = {"contributionId": await opened.submitted("employee"), "idempotencyKey": "sent-to-both"}
    answers = await asyncio.gather(*(world.mutate(PAY, "employee", **given) for world in (opened, beside) * 3))
    assert answers == [answers[0]] * 6
    assert answers[0]["__typename"] == "ResidentContributionPaid"
    assert await balance(beside, "employee") == "2280.00"


async def test_two_servers_and_two_payers_pay_once(opened: OpenedWorld, beside: OpenedWorld) -> None:
    member = await opened.bound("employee")
    await beside.bound("employee-2", "employee")
    first = await opened.submitted("employee", member)
    second = await beside.submitted("employee-2", member)
    answers = await asyncio.gather(
        opened.mutate(PAY, "employee", contributionId=first), beside.mutate(PAY, "employee-2", contributionId=second)
    )
    assert sorted(answer["__typename"] for answer in answers) == ["PaidByAnother", "ResidentContributionPaid"]


async def test_one_account_asked_by_two_servers_is_never_overdrawn(opened: OpenedWorld, beside: OpenedWorld) -> None:
    """2,000.00 yuan, seven contributions at 400.00."""
    contributions = [
        await opened.submitted("employee-2", await opened.bound("employee-2", f"employee-{number}"))
        for number in range(2, 9)
    ]
    answers = await asyncio.gather(
        *(
            world.mutate(PAY, "employee-2", contributionId=contribution)
            for world, contribution in zip((opened, beside) * 4, contributions, strict=False)
        )
    )
    told = Counter(answer["__typename"] for answer in answers)
    assert told == {"ResidentContributionPaid": 5, "BalanceTooLow": 2}
    assert await balance(opened, "employee-2") == "0.00"


async def test_two_servers_apply_for_one_transfer_once(opened: OpenedWorld, beside: OpenedWorld) -> None:
    answers = await asyncio.gather(
        *(
            world.mutate(APPLY_FOR_TRANSFER, "moved-worker", fromRegion="440300", idempotencyKey=f"to-server-{at}")
            for at, world in enumerate((opened, beside) * 2)
        )
    )
    told = Counter(answer["__typename"] for answer in answers)
    assert told == {"TransferApplied": 1, "TransferUnderWay": 3}


async def test_two_servers_bring_one_employee_to_the_platform_and_to_one_unit(
    opened: OpenedWorld, beside: OpenedWorld
) -> None:
    units = [await opened.registered_unit(number) for number in range(1, 5)]
    await opened.change(
        "INSERT INTO registry_identities (id_type, id_number, name, sex, birth_date)"
        " VALUES ('HONG_KONG_PERMIT', 'H1234567801', '陈大文', 'MALE', '1990-04-01')"
    )
    line = {"name": "陈大文", "idType": "HONG_KONG_PERMIT", "idNumber": "H1234567801"}
    answers = await asyncio.gather(
        *(
            world.mutate(ADD_MEMBERS, officer, unitId=unit, lines=[line], idempotencyKey=f"sent-for-{unit}")
            for world, (unit, officer) in zip((opened, beside) * 2, units, strict=True)
        )
    )
    told = Counter(answer["lines"][0]["__typename"] for answer in answers)
    assert told == {"MemberAdded": 1, "EnrolledElsewhere": 3}
    assert await opened.rows("SELECT count(*) FROM persons WHERE id_number = 'H1234567801'") == [(1,)]


async def test_what_one_server_commits_is_followed_at_the_other(opened: OpenedWorld, beside: OpenedWorld) -> None:
    stream = await beside.stream("subscription { events(first: 3) { __typename } }", persona="employee")

    async def followed() -> list[str]:
        return [json.loads(item.body)["data"]["events"]["__typename"] async for item in aiter(stream)]

    following = asyncio.create_task(followed())
    await asyncio.sleep(0.1)
    await opened.paid("employee")
    async with asyncio.timeout(20):
        assert await following == [
            "FamilyMemberBoundEvent",
            "ResidentContributionSubmittedEvent",
            "ResidentContributionPaidEvent",
        ]


async def test_a_client_that_leaves_has_paid_or_has_not(opened: OpenedWorld) -> None:
    """Requests are given up while their transactions are under way: each is done whole, or can be sent again."""
    waiting = [(f"employee-{number}", await opened.submitted(f"employee-{number}")) for number in range(2, 8)]
    tasks = [
        asyncio.create_task(opened.mutate(PAY, payer, contributionId=contribution, idempotencyKey="left-early"))
        for payer, contribution in waiting
    ]
    for pause, task in enumerate(tasks):
        await asyncio.sleep(0.0005 * pause)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for payer, contribution in waiting:
        answer = await opened.mutate(PAY, payer, contributionId=contribution, idempotencyKey="left-early")
        assert answer["__typename"] == "ResidentContributionPaid"
    before = await opened.written()
    assert len(before["events"]) == 3 * len(waiting)


async def test_binding_and_submitting_at_once_come_in_some_order(opened: OpenedWorld) -> None:
    form = opened.member("employee")
    member = opened.relative("employee")
    answers = await asyncio.gather(
        opened.mutate(BIND, "employee", **form),
        opened.mutate(BIND, "employee", **form),
        opened.mutate(SUBMIT, "employee", personId=member, coverageYear=2025),
    )
    assert sorted(answer["__typename"] for answer in answers[:2]) == ["AlreadyBound", "FamilyMemberBound"]
    assert answers[2]["__typename"] in ("NotThePayer", "ResidentContributionSubmitted")
