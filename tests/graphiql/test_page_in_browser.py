"""The page as a newcomer meets it, in a real browser."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from resolvers.graphiql import GraphiqlSite
from resolvers.graphiql.build import built_folder
from simulator.personas import PersonaGuide
from tests.graphiql.asking import Asking
from tests.graphiql.conftest import Visit, serving

pytestmark = pytest.mark.browser

JOURNEYS = Path(__file__).parents[2] / "resolvers" / "graphiql" / "operations" / "journeys"
PATIENCE_MS = 15_000


def names_of_the_journey(journey: str = "1-family") -> list[str]:
    """The operations in the journey's folder, in the order of its files."""
    documents = [path.read_text("utf-8") for path in sorted((JOURNEYS / journey).glob("*.graphql"))]
    found = [re.search(r"^(?:query|mutation|subscription) (\w+)", text, re.MULTILINE) for text in documents]
    return [match[1] for match in found if match]


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tablist").get_by_role("button", name=name, exact=True).click()


def run(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Execute query")).click()


def stop(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Stop query")).click()


def sign_in(page: Page, persona: str) -> None:
    page.locator(f"[data-persona={persona}]").click()
    expect(page.locator(f"[data-persona={persona}][aria-pressed=true]")).to_be_visible(timeout=PATIENCE_MS)


def expect_in_answer(page: Page, text: str) -> None:
    expect(page.locator(".graphiql-response .view-lines")).to_contain_text(text, timeout=PATIENCE_MS)


def hosts(visit: Visit) -> set[str | None]:
    return {urlsplit(url).hostname for url in visit.requested if not url.startswith(("data:", "blob:"))}


def answer_of(page: Page, tab: str) -> Any:
    """Runs a tab and gives the data of its answer, which has come to the page without errors."""
    open_tab(page, tab)

    def is_it(response: Response) -> bool:
        return bool(re.search(rf"(query|mutation) {tab}\b", response.request.post_data or ""))

    with page.expect_response(is_it, timeout=PATIENCE_MS) as awaited:
        run(page)
    answer = awaited.value.json()
    assert "errors" not in answer, answer
    expect_in_answer(page, '"data"')
    return answer["data"]


def test_a_newcomer_goes_from_signing_in_to_the_receipt_by_clicking_alone(
    graphiql_server_url: str,
    visit: Callable[..., Visit],
    something_happens: Callable[[str], None],
    guide: dict[str, PersonaGuide],
    screenshots: Path,
) -> None:
    mother = guide["employee"].relative
    assert mother is not None
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    expect(page.locator(".graphiql-editor .view-lines").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("world-name")).to_have_text("demo")
    expect(page.get_by_test_id("world-now")).to_have_text(re.compile(r"^2024-12-16 \d\d:\d\d"))
    tabs = [tab.inner_text().strip() for tab in page.get_by_role("tab").all()]
    assert tabs == names_of_the_journey()
    family, bind, quote, submit, pay, finish, receipt, watch = tabs
    page.screenshot(path=screenshots / "graphiql-opened.png")

    sign_in(page, "employee")
    expect(page.get_by_test_id("situation")).to_contain_text(mother.id_number)
    person = answer_of(page, family)["viewer"]["person"]
    assert person["account"]["status"] == "OPEN"
    assert person["familyBindings"]["edges"] == []

    bound = answer_of(page, bind)["bindFamilyMember"]
    assert bound["__typename"] == "FamilyMemberBound"
    assert bound["binding"]["relation"] == "PARENT"
    member = f"per_{mother.person_id}"
    assert bound["binding"]["member"]["id"] == member
    page.screenshot(path=screenshots / "graphiql-bound.png")

    quoted = answer_of(page, quote)["contributionQuote"]
    assert (quoted["amount"], quoted["inWindow"], quoted["coverageFrom"]) == ("400.00", True, "2025-01-01")
    assert all(each["fact"]["source"]["document"] for each in quoted["facts"] if each["role"] == "amount")
    submitted = answer_of(page, submit)["submitResidentContribution"]["contribution"]
    assert (submitted["status"], submitted["amount"]) == ("SUBMITTED", "400.00")
    paid = answer_of(page, pay)["payResidentContribution"]
    assert paid["contribution"] == {"id": submitted["id"], "status": "PAID", "amount": "400.00"}
    assert Decimal(paid["account"]["balance"]) == Decimal(person["account"]["balance"]) - 400
    finished = answer_of(page, finish)["finishResidentContribution"]
    assert finished["contribution"] == {"id": submitted["id"], "status": "FINISHED"}
    shown = answer_of(page, receipt)["node"]
    assert shown["number"] == finished["receipt"]["number"]

    with page.context.expect_page() as opening:
        page.get_by_role("button", name="Open receipt").click()
    slip = opening.value
    expect(slip.locator("h1")).to_contain_text("电子缴费票据", timeout=PATIENCE_MS)
    expect(slip.locator("body")).to_contain_text(shown["number"])
    expect(slip.locator("body")).to_contain_text("¥400.00")
    expect(slip.locator("body")).to_contain_text("肆佰元整")
    slip.screenshot(path=screenshots / "receipt.png", full_page=True)
    slip.close()

    open_tab(page, watch)
    run(page)
    expect_in_answer(page, "ResidentContributionFinishedEvent")
    something_happens("employee")
    expect_in_answer(page, "FamilyMemberUnboundEvent")
    page.screenshot(path=screenshots / "graphiql-event-arrived.png")
    stop(page)

    assert {url.split(":")[0] for url in seen.requested if "/graphql" in url} >= {"http", "ws"}
    assert hosts(seen) == {"127.0.0.1"}
    assert seen.complaints == []


def test_the_journey_run_again_tells_what_is_already_done_and_still_finds_the_receipt(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    sign_in(page, "employee")
    _, bind, quote, submit, pay, finish, receipt, _ = names_of_the_journey()
    for tab in (bind, submit, pay, finish, receipt):
        first = answer_of(page, tab)
    page.locator(".values summary").click()
    page.get_by_role("button", name="Clear what answers gave").click()
    outcomes = [next(iter(answer_of(page, tab).values()))["__typename"] for tab in (bind, quote, submit, pay, finish)]
    assert outcomes == ["AlreadyBound", "AlreadyPaid", "AlreadyPaid", "AlreadyPaid", "ResidentContributionFinished"]
    assert answer_of(page, receipt) == first
    assert seen.complaints == []


def choose(page: Page, journey: str) -> None:
    """Another journey, whose persona is signed in and whose first tab is open."""
    page.locator(".journeys summary").click()
    page.locator(f"[data-journey='{journey}']").click()
    expect(page.get_by_role("tab").first).to_contain_text(names_of_the_journey(journey)[0], timeout=PATIENCE_MS)


def test_a_journey_through_a_channel_leads_to_a_certificate_that_anybody_may_open(
    graphiql_server_url: str, visit: Callable[..., Visit], screenshots: Path
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    expect(page.locator(".graphiql-editor .view-lines").first).to_be_visible(timeout=PATIENCE_MS)
    page.locator(".journeys summary").click()
    page.screenshot(path=screenshots / "graphiql-journeys.png")
    page.keyboard.press("Escape")
    choose(page, "2-channel")
    expect(page.locator("[data-persona=chuzhou-resident][aria-pressed=true]")).to_be_visible(timeout=PATIENCE_MS)
    me, quote, submit, start, order, check, finish, certify, refund = names_of_the_journey("2-channel")
    answer_of(page, me)
    amount = answer_of(page, quote)["contributionQuote"]["amount"]
    submitted = answer_of(page, submit)["submitResidentContribution"]["contribution"]
    assert (submitted["status"], submitted["channel"], submitted["amount"]) == ("SUBMITTED", "WECHAT", amount)
    started = answer_of(page, start)["startPayment"]["order"]
    assert (started["channel"], started["amount"]) == ("WECHAT", amount)
    answer_of(page, check)
    while (status := answer_of(page, order)["paymentOrder"]["status"]) in ("SENT", "UNKNOWN"):
        page.wait_for_timeout(500)
    assert status == "CONFIRMED"
    finished = answer_of(page, finish)["finishResidentContribution"]
    assert (finished["contribution"]["status"], finished["receipt"]["kind"]) == ("FINISHED", "PAYMENT_SLIP")
    number = answer_of(page, certify)["issuePaymentCertificate"]["certificate"]["number"]
    refused = answer_of(page, refund)["requestContributionRefund"]
    assert refused["__typename"] == "RefundReasonNotConfirmed"
    page.screenshot(path=screenshots / "graphiql-channel.png")
    with page.context.expect_page() as opening:
        page.get_by_role("button", name="Open certificate").click()
    certificate = opening.value
    expect(certificate.locator("body")).to_contain_text(number, timeout=PATIENCE_MS)
    certificate.screenshot(path=screenshots / "certificate.png", full_page=True)
    certificate.close()
    assert hosts(seen) == {"127.0.0.1"}
    assert seen.complaints == []


def test_each_journey_keeps_its_own_tabs_and_the_officer_of_a_unit_finds_theirs(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    choose(page, "3-unit")
    ours, add, declare, pay, bills, stop = names_of_the_journey("3-unit")
    assert answer_of(page, ours)["viewer"]["role"] == "UNIT_OFFICER"
    [added] = answer_of(page, add)["addUnitMembers"]["lines"]
    assert added["enrolment"]["status"] == "ACTIVE"
    bill = answer_of(page, declare)["declareWages"]["bill"]
    assert answer_of(page, pay)["payEmployeeBill"]["order"]["amount"] == bill["total"]
    found = answer_of(page, bills)["unit"]["bills"]["edges"]
    assert bill["id"] in [edge["node"]["id"] for edge in found]
    [stopped] = answer_of(page, stop)["stopUnitMembers"]["lines"]
    assert (stopped["enrolment"]["id"], stopped["enrolment"]["status"]) == (added["enrolment"]["id"], "SUSPENDED")
    choose(page, "1-family")
    assert [tab.inner_text().strip() for tab in page.get_by_role("tab").all()] == names_of_the_journey()
    assert seen.complaints == []


def test_a_tab_that_lacks_a_value_says_what_to_do_and_nothing_of_the_pages_own_code(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    expect(page.locator(".graphiql-editor .view-lines").first).to_be_visible(timeout=PATIENCE_MS)
    open_tab(page, names_of_the_journey()[1])
    run(page)
    expect_in_answer(page, "sign in as a persona with a relative")
    assert "stack" not in page.locator(".graphiql-response").inner_text()
    assert seen.complaints == []


def test_a_new_student_suspends_at_home_and_is_told_when_to_register(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    choose(page, "4-student")
    home, suspend, activate, register, *_ = names_of_the_journey("4-student")
    answer_of(page, home)
    suspended = answer_of(page, suspend)["suspendEnrolment"]["enrolment"]
    assert suspended["status"] == "SUSPENDED"
    assert answer_of(page, activate)["activateElectronicCertificate"]["person"]["electronicCertificateAt"]
    refused = answer_of(page, register)["registerResidentEnrolment"]
    assert (refused["__typename"], refused["visibleAt"]) == ("SuspensionNotYetSeen", suspended["suspensionVisibleAt"])
    assert seen.complaints == []


def test_a_school_collects_and_whoever_is_listed_twice_is_refused_the_second_time(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    choose(page, "5-collecting")
    students, collect, order = names_of_the_journey("5-collecting")
    answer_of(page, students)
    collected = answer_of(page, collect)["collectResidentContributions"]
    assert [line["__typename"] for line in collected["lines"]] == ["LineAccepted", "LineAccepted", "ListedTwice"]
    paid = answer_of(page, order)["paymentOrder"]
    assert (paid["amount"], paid["contributions"]["totalCount"]) == (collected["order"]["amount"], 2)
    assert seen.complaints == []


def test_another_persona_brings_another_relative_and_another_refusal(
    graphiql_server_url: str, visit: Callable[..., Visit], guide: dict[str, PersonaGuide], screenshots: Path
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    expect(page.locator(".graphiql-editor .view-lines").first).to_be_visible(timeout=PATIENCE_MS)
    page.locator(".everybody summary").click()
    page.screenshot(path=screenshots / "graphiql-personas.png")
    page.locator("[data-situation=poor-employee]").click()
    expect(page.locator("[data-persona=poor-employee][aria-pressed=true]")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".everybody > div")).to_be_hidden()
    _, bind, _, submit, pay, *_ = names_of_the_journey()
    mother = guide["poor-employee"].relative
    assert mother is not None
    assert answer_of(page, bind)["bindFamilyMember"]["binding"]["member"]["id"] == f"per_{mother.person_id}"
    answer_of(page, submit)
    refused = answer_of(page, pay)["payResidentContribution"]
    assert (refused["__typename"], refused["balance"], refused["due"]) == ("BalanceTooLow", "149.20", "400.00")

    sign_in(page, "operator")
    open_tab(page, bind)
    run(page)
    expect_in_answer(page, "{{relativeName}}")
    assert seen.complaints == []


def test_the_clock_is_read_at_most_every_five_seconds_however_often_something_runs(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    sign_in(page, "employee")
    page.wait_for_timeout(500)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    page.evaluate(
        "async () => { for (let i = 0; i < 20; i++) await canbao.ask({ query: 'query Often { viewer { role } }' }) }"
    )
    page.wait_for_timeout(7_000)
    assert sum("query Often" in text for text in asked) == 20
    assert sum("query World" in text for text in asked) == 1
    assert seen.complaints == []


def test_who_opens_the_page_while_it_is_built_is_told_so_and_then_given_it(
    home: Path, graphiql_home: Path, built_site: GraphiqlSite, visit: Callable[..., Visit], screenshots: Path
) -> None:
    assert built_site.ready
    folder = home / "graphiql"
    folder.mkdir()
    # Whoever holds the lock is building; the server waits for it and takes what it has built.
    with closing(sqlite3.connect(folder / "build.lock", isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        with serving(home) as url:
            seen = visit(f"{url}/graphql")
            expect(seen.page.locator("h1")).to_contain_text("Building GraphiQL", timeout=PATIENCE_MS)
            seen.page.screenshot(path=screenshots / "graphiql-building.png")
            assert Asking(url).data("{ world { name } }") == {"world": {"name": "demo"}}
            shutil.copytree(built_folder(graphiql_home), built_folder(home))
            lock.execute("ROLLBACK")
            expect(seen.page.locator("[data-persona=employee]")).to_be_visible(timeout=PATIENCE_MS)
    assert hosts(seen) == {"127.0.0.1"}
    assert seen.complaints == []


def test_who_signed_in_is_told_to_the_server_in_the_header_and_when_the_socket_opens(
    graphiql_server_url: str, visit: Callable[..., Visit], something_happens: Callable[[str], None]
) -> None:
    seen = visit(f"{graphiql_server_url}/worlds/demo/graphql")
    page = seen.page
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    expect(page.get_by_test_id("world-name")).to_have_text("demo")
    sign_in(page, "already-bound")
    with page.expect_request(lambda request: "query MyFamily" in (request.post_data or "")) as asked:
        run(page)
    assert asked.value.headers["authorization"].startswith("Bearer ")
    expect_in_answer(page, '"data"')

    open_tab(page, names_of_the_journey()[-1])
    run(page)
    while not any('"type":"subscribe"' in frame for frame in sent):
        page.wait_for_timeout(20)
    page.wait_for_timeout(300)
    something_happens("already-bound")
    expect_in_answer(page, "FamilyMemberUnboundEvent")
    opening = next(frame for frame in sent if "connection_init" in frame)
    assert asked.value.headers["authorization"] in opening
    stop(page)

    page.reload()
    expect(page.locator("[data-persona=already-bound][aria-pressed=true]")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{graphiql_server_url}/graphql")
    expect(page.locator("[data-persona=already-bound][aria-pressed=false]")).to_be_visible(timeout=PATIENCE_MS)
    assert seen.complaints == []


def test_what_a_tab_needs_from_an_earlier_one_is_said_and_forgotten_with_the_persona(
    graphiql_server_url: str, visit: Callable[..., Visit], screenshots: Path
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    open_tab(page, "PayResidentContribution")
    run(page)
    expect_in_answer(page, "{{contribution}}")

    sign_in(page, "employee")
    answer_of(page, "MyFamily")
    page.locator(".values summary").click()
    page.screenshot(path=screenshots / "graphiql-kept.png")
    kept = page.locator(".values dl").inner_text()
    assert "{{account}}" in kept
    assert "acc_" in kept
    assert "{{relativeName}}" in kept
    page.keyboard.press("Escape")
    expect(page.locator(".values dl")).to_be_hidden()

    answer_of(page, "BindFamilyMember")
    with page.expect_request(lambda request: "mutation SubmitResident" in (request.post_data or "")) as asked:
        answer_of(page, "SubmitResidentContribution")
    variables = json.loads(asked.value.post_data or "")["variables"]["input"]
    assert variables["personId"].startswith("per_")
    assert re.fullmatch("[0-9a-f]{32}", variables["idempotencyKey"])

    sign_in(page, "clerk-xixiu")
    expect(page.locator(".values")).to_have_count(0)
    assert seen.complaints == []


def test_completion_and_hover_come_from_workers_of_this_server(
    graphiql_server_url: str, visit: Callable[..., Visit], screenshots: Path
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql", dark=True)
    page = seen.page
    field = page.locator(".graphiql-editor .view-line span", has_text=re.compile("^enrolments$")).first
    expect(field).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(500)
    field.hover()
    expect(page.locator(".monaco-hover:not(.hidden)").first).to_contain_text("Enrolment", timeout=PATIENCE_MS)

    page.locator(".graphiql-query-editor .view-line", has_text=re.compile(r"^\s*id\s*$")).first.click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Space")
    suggestions = page.locator(".suggest-widget")
    expect(suggestions).to_contain_text("familyBindings", timeout=PATIENCE_MS)
    page.screenshot(path=screenshots / "graphiql-completion-dark.png")

    labels = {re.sub(r"-[A-Z0-9]{8}\.js$", "", url.rsplit("/", 1)[1]) for url in seen.workers}
    assert {"graphql.worker", "editor.worker", "json.worker"} <= labels
    assert all(url.startswith(graphiql_server_url) for url in seen.workers)
    assert hosts(seen) == {"127.0.0.1"}
    assert seen.complaints == []


def test_a_refused_sign_in_is_shown_in_words(graphiql_server_url: str, visit: Callable[..., Visit]) -> None:
    page = visit(f"{graphiql_server_url}/graphql").page
    page.route(
        "**/graphql",
        lambda route: (
            route.fulfill(json={"data": {"signIn": {"__typename": "PersonaUnknown", "message": "没有这个角色。"}}})
            if "mutation SignIn" in (route.request.post_data or "")
            else route.continue_()
        ),
    )
    page.locator("[data-persona]").first.click()
    expect(page.locator(".notice")).to_contain_text("没有这个角色", timeout=PATIENCE_MS)


def test_a_reload_keeps_the_tabs_the_variables_and_who_is_signed_in(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    sign_in(page, "employee")
    open_tab(page, "BindFamilyMember")
    variables = page.locator(".graphiql-editor-tool .view-lines").first
    expect(variables).to_contain_text("{{newKey}}")
    kept = "Object.entries(localStorage).some(([key, value]) => key.endsWith('tabState') && /Index.:1/.test(value))"
    while not page.evaluate(kept):
        page.wait_for_timeout(50)
    page.reload()
    expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("mutation BindFamilyMember")
    expect(variables).to_contain_text("{{newKey}}")
    assert len(page.get_by_role("tab").all()) == len(names_of_the_journey())
    expect(page.locator("[data-persona=employee][aria-pressed=true]")).to_be_visible()
    assert seen.complaints == []


def test_a_header_that_the_reader_types_goes_before_the_personas(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    page = visit(f"{graphiql_server_url}/graphql").page
    sign_in(page, "employee")
    page.get_by_role("button", name="Headers", exact=True).click()
    page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines").click()
    page.keyboard.insert_text('{"Authorization": "Bearer mine"}')
    with page.expect_request(lambda request: "query MyFamily" in (request.post_data or "")) as asked:
        run(page)
    assert asked.value.headers["authorization"] == "Bearer mine"
