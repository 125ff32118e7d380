"""FLOW-CZ-WST-REG: 皖事通 registration in 滁州 of who was never insured, newborns included."""

from datetime import datetime
from typing import Any

from tests.resolvers.opened import REGISTER, START, OpenedWorld

NEWCOMER = "chuzhou-newcomer"
LANGYA = "341102"


def newborn(opened: OpenedWorld, **changes: Any) -> dict[str, Any]:
    """The form that registers the child, who is not on the platform."""
    form = opened.member(NEWCOMER, **changes)
    del form["pledgeAccepted"]
    return {"newPerson": form, "region": LANGYA}


async def pay(opened: OpenedWorld, person: str, known_at: str) -> dict[str, Any]:
    """The contribution that Wanshitong has collected once the tax bureau knows of the registration."""
    now = (await opened.data("{ world { now } }"))["world"]["now"]
    wait = (datetime.fromisoformat(known_at) - datetime.fromisoformat(now)).total_seconds()
    opened.machine.forward(seconds=max(wait, 0))
    contribution = await opened.submitted(NEWCOMER, person, channel="WANSHITONG")
    assert (await opened.mutate(START, NEWCOMER, contributionId=contribution))["__typename"] == "PaymentStarted"
    await opened.service.world.fire_due()
    found = await opened.data(
        "query C($id: ID!) { residentContribution(id: $id) { status amount coverageFrom person { id } } }",
        {"id": contribution},
        NEWCOMER,
    )
    paid: dict[str, Any] = found["residentContribution"]
    return paid


async def test_flow_cz_wst_reg_of_a_newborn(opened: OpenedWorld) -> None:
    # 1.–2. 城乡居民医保参保登记 → 点击登记 → 滁州 → 城乡居民参保登记
    # 3. 居民参保登记: the child as the household register has her; 提交
    done = await opened.mutate(REGISTER, NEWCOMER, **newborn(opened))
    assert done["__typename"] == "ResidentEnrolmentRegistered"
    enrolment = done["enrolment"]
    assert (enrolment["personType"], enrolment["region"]["code"]) == ("NEWBORN", LANGYA)
    child = enrolment["person"]["id"]
    # Registered again she is the same person, and enrolled already.
    again = await opened.mutate(REGISTER, NEWCOMER, **newborn(opened))
    assert (again["__typename"], again["enrolment"]) == ("AlreadyEnrolled", {"id": enrolment["id"]})
    # Then FLOW-CZ-WST-PAY, as for everybody.
    assert await opened.bound(NEWCOMER) == child
    paid = await pay(opened, child, enrolment["visibleToTaxAt"])
    assert paid == {"status": "PAID", "amount": "400.00", "coverageFrom": paid["coverageFrom"], "person": {"id": child}}


async def test_flow_cz_wst_reg_of_an_adult(opened: OpenedWorld) -> None:
    me = opened.person(NEWCOMER)
    done = await opened.mutate(REGISTER, NEWCOMER, personId=me, region=LANGYA)
    enrolment = done["enrolment"]
    assert (enrolment["personType"], enrolment["unit"], enrolment["person"]) == ("RESIDENT_ADULT", None, {"id": me})
    paid = await pay(opened, me, enrolment["visibleToTaxAt"])
    assert (paid["status"], paid["amount"]) == ("PAID", "400.00")


async def test_the_register_must_confirm_every_word_of_a_newcomer(opened: OpenedWorld) -> None:
    before = await opened.written()
    for changes, refusal in (
        ({"name": "另一人"}, "IdentityMismatch"),
        ({"sex": "MALE"}, "IdentityMismatch"),
        ({"relation": "SPOUSE"}, "RelationMismatch"),
        ({"relation": "OTHER"}, "RelationMismatch"),
        ({"idNumber": "341102"}, "InputNotAcceptable"),
    ):
        refused = await opened.mutate(REGISTER, NEWCOMER, **newborn(opened, **changes))
        assert refused["__typename"] == refusal, changes
        assert refused["path"][:1] == ["newPerson"] or refusal == "IdentityMismatch"
    stranger = await opened.mutate(REGISTER, "employee", **newborn(opened))
    assert stranger["__typename"] == "RelationMismatch"
    after = await opened.written()
    assert after | {"answers": []} == before | {"answers": []}
