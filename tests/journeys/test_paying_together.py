"""Several contributions under one key: each has its own answer, in order, and one's refusal stops no other."""

import pytest

from tests.resolvers.opened import FINISH, PAY, PAY_TOGETHER, OpenedWorld


async def test_outcomes_and_refusals_keep_the_order_of_the_request(opened: OpenedWorld) -> None:
    mine = await opened.submitted("employee")
    of_another = await opened.submitted("employee-2")
    brothers = [await opened.submitted("employee", await opened.bound("employee", f"employee-{n}")) for n in (3, 4)]
    orders = [
        {"contributionId": "con_529999999999999999"},
        {"contributionId": mine},
        {"contributionId": of_another},
        {"contributionId": mine},
        {"contributionId": brothers[0], "expectedAmount": "380.00"},
        {"contributionId": brothers[1], "expectedAmount": "400.00"},
        {"contributionId": "no id at all"},
    ]
    payload = await opened.mutate(PAY_TOGETHER, "employee", orders=orders)
    results = payload["results"]
    assert [result["__typename"] for result in results] == [
        "ContributionNotFound",
        "ResidentContributionPaid",
        "ContributionNotFound",
        "AlreadyPaid",
        "AmountChanged",
        "ResidentContributionPaid",
        "ContributionNotFound",
    ]
    assert [results[place]["contribution"]["id"] for place in (1, 3, 5)] == [mine, mine, brothers[1]]
    account = await opened.data("{ viewer { person { account { balance } } } }", persona="employee")
    assert account["viewer"]["person"]["account"] == {"balance": "1880.00"}
    for contribution in (mine, brothers[1]):
        finished = await opened.mutate(FINISH, "employee", contributionId=contribution)
        assert finished["__typename"] == "ResidentContributionFinished"


async def test_the_money_goes_as_far_as_it_goes(opened: OpenedWorld) -> None:
    """2,000.00 yuan buy five contributions at 400.00, and the sixth finds what the five have left."""
    relatives = ["employee-2", *(f"employee-{number}" for number in range(3, 8))]
    orders = [
        {"contributionId": await opened.submitted("employee-2", await opened.bound("employee-2", name))}
        for name in relatives
    ]
    results = (await opened.mutate(PAY_TOGETHER, "employee-2", orders=orders))["results"]
    assert [result["__typename"] for result in results] == ["ResidentContributionPaid"] * 5 + ["BalanceTooLow"]
    assert (results[5]["balance"], results[5]["due"]) == ("0.00", "400.00")


async def test_a_hundred_are_taken_in_one_transaction(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("employee")
    database = opened.service.world.database
    await opened.mutate(PAY, "employee", contributionId="con_1")
    before = database.statements
    results = (await opened.mutate(PAY_TOGETHER, "employee", orders=[{"contributionId": contribution}] * 100))[
        "results"
    ]
    assert [result["__typename"] for result in results] == ["ResidentContributionPaid", *["AlreadyPaid"] * 99]
    # Each of the 100 payloads reads what it shows; the payments themselves share their statements.
    assert database.statements - before < 130


@pytest.mark.parametrize("orders", [0, 101, 2_000])
async def test_none_and_more_than_a_hundred_are_refused_as_a_whole(orders: int, on_sqlite: OpenedWorld) -> None:
    contribution = await on_sqlite.submitted("employee")
    before = await on_sqlite.written()
    payload = await on_sqlite.mutate(PAY_TOGETHER, "employee", orders=[{"contributionId": contribution}] * orders)
    assert (payload["__typename"], payload["path"]) == ("InputNotAcceptable", ["orders"])
    assert await on_sqlite.written() == before
