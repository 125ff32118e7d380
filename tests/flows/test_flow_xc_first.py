"""FLOW-XC-FIRST: a student who is insured in 宣城 for the first time, from inside and outside the province.

The place of origin suspends; ten to thirty minutes later 宣城 sees it; the student registers by the school, activates
the electronic certificate where that is asked, and pays: through the tax system once it knows, or from a parent's
account at once.
"""

from datetime import datetime
from typing import Any

import pytest

from domain.operations.register_enrolments import CERTIFICATE_STREAM
from tests.flows.drawing import draw
from tests.resolvers.opened import (
    ACTIVATE,
    PAY,
    REGISTER,
    START,
    SUBMIT,
    SUSPEND,
    SUSPEND_ELSEWHERE,
    OpenedWorld,
)

INSIDE, OUTSIDE, FATHER = "xuancheng-freshman", "xuancheng-freshman-outside", "freshman-father"
XUANZHOU = "341802"
SCHOOLS = """
query Schools($region: RegionCode!) {
  units(where: {region: {eq: $region}, kind: {eq: SCHOOL}}, first: 100) { edges { node { id name } } }
}
"""
AT_HOME = """
{ viewer { person { enrolments(where: {status: {eq: ACTIVE}}) { edges { node { id scheme region { code } } } } } } }
"""


async def school(opened: OpenedWorld, persona: str) -> str:
    """学校名称: the university of the city, as the list of schools shows it."""
    found = (await opened.data(SCHOOLS, {"region": XUANZHOU}, persona))["units"]["edges"]
    [university] = [edge["node"]["id"] for edge in found if edge["node"]["name"].endswith("大学")]
    assert isinstance(university, str)
    return university


async def register(opened: OpenedWorld, persona: str, **given: Any) -> dict[str, Any]:
    """居民单位信息、学校名称、参保身份 大学生 → 提交"""
    form = {
        "personId": opened.person(persona),
        "region": XUANZHOU,
        "personType": "STUDENT",
        "schoolUnitId": await school(opened, persona),
    }
    return await opened.mutate(REGISTER, persona, **(form | given))


async def suspended_at_home(opened: OpenedWorld) -> dict[str, Any]:
    """1.–2. 城乡居民暂停参保 at the place of origin, with the box ticked."""
    home = (await opened.data(AT_HOME, persona=INSIDE))["viewer"]["person"]["enrolments"]["edges"]
    assert [(edge["node"]["scheme"], edge["node"]["region"]["code"]) for edge in home] == [("RESIDENT", "341122")]
    unread = await opened.mutate(SUSPEND, INSIDE, enrolmentId=home[0]["node"]["id"], agreed=False)
    assert unread["__typename"] == "ConsentNotGiven"
    done = await opened.mutate(SUSPEND, INSIDE, enrolmentId=home[0]["node"]["id"], agreed=True)
    assert done["enrolment"]["status"] == "SUSPENDED"
    enrolment: dict[str, Any] = done["enrolment"]
    return enrolment


async def wait_until(opened: OpenedWorld, moment: str) -> None:
    """The world's clock shows that moment."""
    now = (await opened.data("{ world { now } }"))["world"]["now"]
    span = datetime.fromisoformat(moment) - datetime.fromisoformat(now)
    opened.machine.forward(seconds=span.total_seconds())


async def test_flow_xc_first_from_inside_the_province(opened: OpenedWorld) -> None:
    draw(opened, CERTIFICATE_STREAM, highest=False)
    # Whoever has not suspended at home is refused.
    refused = await register(opened, INSIDE)
    assert (refused["__typename"], refused["region"], refused["scheme"]) == ("EnrolledElsewhere", "341122", "RESIDENT")
    # 1.–2. 城乡居民暂停参保 → 我同意暂停 → 暂停参保
    home = await suspended_at_home(opened)
    # 3. 等待 10 至 30 分钟: too early is told with the moment, and the same request works from then on.
    key = opened.new_key()
    early = await register(opened, INSIDE, idempotencyKey=key)
    assert (early["__typename"], early["retryable"]) == ("SuspensionNotYetSeen", True)
    assert (early["region"], early["visibleAt"]) == ("341122", home["suspensionVisibleAt"])
    await wait_until(opened, early["visibleAt"])
    # 4. 城乡居民参保登记: asked for the certificate → 去激活
    asked = await register(opened, INSIDE, idempotencyKey=key)
    assert (asked["__typename"], asked["region"]) == ("CertificateRequired", XUANZHOU)
    active = await opened.mutate(ACTIVATE, INSIDE, personId=opened.person(INSIDE))
    assert active["person"]["electronicCertificateAt"] == early["visibleAt"]
    # 5. 学校基本信息 → 大学生 → 提交
    done = await register(opened, INSIDE)
    assert done["__typename"] == "ResidentEnrolmentRegistered"
    enrolment = done["enrolment"]
    assert (enrolment["status"], enrolment["personType"]) == ("ACTIVE", "STUDENT")
    assert (enrolment["region"], enrolment["startedOn"]) == ({"code": XUANZHOU}, "2024-12-16")
    assert enrolment["unit"] == {"id": await school(opened, INSIDE)}
    again = await register(opened, INSIDE)
    assert (again["__typename"], again["enrolment"]) == ("AlreadyEnrolled", {"id": enrolment["id"]})
    # 6. 缴费渠道选择 → 城乡居民(税务系统)缴费: once the tax bureau knows.
    given = {"personId": opened.person(INSIDE), "coverageYear": 2025, "channel": "TAX_SYSTEM"}
    unknown = await opened.mutate(SUBMIT, INSIDE, **given)
    assert (unknown["__typename"], unknown["visibleAt"]) == ("NotYetAtTaxBureau", enrolment["visibleToTaxAt"])
    await wait_until(opened, enrolment["visibleToTaxAt"])
    submitted = await opened.mutate(SUBMIT, INSIDE, **given, expectedAmount="400.00")
    contribution = submitted["contribution"]["id"]
    assert (await opened.mutate(START, INSIDE, contributionId=contribution))["__typename"] == "PaymentStarted"
    await opened.service.world.fire_due()
    paid = await opened.data(
        "query C($id: ID!) { residentContribution(id: $id) { status coverageFrom enrolment { id } } }",
        {"id": contribution},
        INSIDE,
    )
    assert paid["residentContribution"] == {
        "status": "PAID",
        "coverageFrom": "2025-01-01",
        "enrolment": {"id": enrolment["id"]},
    }


async def test_flow_xc_first_paid_from_a_parents_account(opened: OpenedWorld) -> None:
    draw(opened, CERTIFICATE_STREAM, highest=True)
    home = await suspended_at_home(opened)
    await wait_until(opened, home["suspensionVisibleAt"])
    # Of this student nobody asks for the certificate.
    done = await register(opened, INSIDE)
    assert done["__typename"] == "ResidentEnrolmentRegistered"
    # 6. 城乡居民(个人共济账户)缴费: the account needs no tax bureau.
    student = await opened.bound(FATHER)
    assert student == opened.person(INSIDE)
    contribution = await opened.submitted(FATHER, student)
    paid = await opened.mutate(PAY, FATHER, contributionId=contribution)
    assert (paid["contribution"]["status"], paid["account"]["balance"]) == ("PAID", "2580.00")


async def test_flow_xc_first_from_another_province(opened: OpenedWorld) -> None:
    draw(opened, CERTIFICATE_STREAM, highest=False)
    await opened.mutate(ACTIVATE, OUTSIDE, personId=opened.person(OUTSIDE))
    # Outside the province: try first; where that fails, the place of origin suspends.
    refused = await register(opened, OUTSIDE)
    assert (refused["__typename"], refused["region"]) == ("EnrolledElsewhere", "411500")
    asking = {"personId": opened.person(OUTSIDE), "region": "411500"}
    unread = await opened.mutate(SUSPEND_ELSEWHERE, OUTSIDE, **asking, agreed=False)
    assert unread["__typename"] == "ConsentNotGiven"
    done = await opened.mutate(SUSPEND_ELSEWHERE, OUTSIDE, **asking, agreed=True)
    assert (done["__typename"], done["region"]) == ("EnrolmentElsewhereSuspended", "411500")
    twice = await opened.mutate(SUSPEND_ELSEWHERE, OUTSIDE, **asking, agreed=True)
    assert (twice["__typename"], twice["status"]) == ("EnrolmentInAnotherState", "SUSPENDED")
    early = await register(opened, OUTSIDE)
    assert (early["__typename"], early["visibleAt"]) == ("SuspensionNotYetSeen", done["visibleAt"])
    await wait_until(opened, early["visibleAt"])
    enrolled = await register(opened, OUTSIDE)
    assert enrolled["__typename"] == "ResidentEnrolmentRegistered"
    log = await opened.data(
        "{ events(types: [OUTSIDE_ENROLMENT_SUSPENDED, ELECTRONIC_CERTIFICATE_ACTIVATED, ENROLMENT_REGISTERED]) {"
        " edges { node { __typename ... on OutsideEnrolmentSuspendedEvent { place visibleAt person { id } }"
        " ... on EnrolmentRegisteredEvent { personType scheme visibleToTaxAt enrolment { id } }"
        " ... on ElectronicCertificateActivatedEvent { person { id } } } } } }",
        persona=OUTSIDE,
    )
    assert [edge["node"] for edge in log["events"]["edges"]] == [
        {"__typename": "ElectronicCertificateActivatedEvent", "person": {"id": opened.person(OUTSIDE)}},
        {
            "__typename": "OutsideEnrolmentSuspendedEvent",
            "place": "411500",
            "visibleAt": done["visibleAt"],
            "person": {"id": opened.person(OUTSIDE)},
        },
        {
            "__typename": "EnrolmentRegisteredEvent",
            "personType": "STUDENT",
            "scheme": "RESIDENT",
            "visibleToTaxAt": enrolled["enrolment"]["visibleToTaxAt"],
            "enrolment": {"id": enrolled["enrolment"]["id"]},
        },
    ]


@pytest.mark.parametrize("persona", [INSIDE, OUTSIDE])
async def test_what_is_drawn_lies_within_what_the_guide_says(persona: str, opened: OpenedWorld) -> None:
    now = datetime.fromisoformat((await opened.data("{ world { now } }"))["world"]["now"])
    if persona == INSIDE:
        seen_at = (await suspended_at_home(opened))["suspensionVisibleAt"]
    else:
        given = {"personId": opened.person(OUTSIDE), "region": "411500", "agreed": True}
        seen_at = (await opened.mutate(SUSPEND_ELSEWHERE, OUTSIDE, **given))["visibleAt"]
    assert 600 <= (datetime.fromisoformat(seen_at) - now).total_seconds() <= 1800
    await opened.mutate(ACTIVATE, persona, personId=opened.person(persona))
    await wait_until(opened, seen_at)
    known_at = (await register(opened, persona))["enrolment"]["visibleToTaxAt"]
    assert 0 <= (datetime.fromisoformat(known_at) - datetime.fromisoformat(seen_at)).total_seconds() <= 24 * 3600
