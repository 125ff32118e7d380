"""The page as a newcomer meets it, in a real browser."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.graphiql.conftest import Visit

pytestmark = pytest.mark.browser

OPERATIONS = Path(__file__).parents[2] / "resolvers" / "graphiql" / "operations"
PATIENCE_MS = 15_000


def names_of_the_journey() -> list[str]:
    """The operations in the folder, in the order of its files."""
    documents = [path.read_text("utf-8") for path in sorted(OPERATIONS.glob("*.graphql"))]
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


def test_a_newcomer_signs_in_with_one_click_asks_and_watches_an_event_arrive(
    graphiql_server_url: str,
    visit: Callable[..., Visit],
    something_happens: Callable[[Page], None],
    screenshots: Path,
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    expect(page.locator(".graphiql-editor .view-lines").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("world-now")).to_have_text(re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d"))
    tabs = [tab.inner_text().strip() for tab in page.get_by_role("tab").all()]
    assert tabs == names_of_the_journey()

    sign_in(page, "employee")
    first, last = tabs[0], tabs[-1]
    open_tab(page, first)
    run(page)
    expect_in_answer(page, '"data"')
    expect(page.locator(".graphiql-response .view-lines")).not_to_contain_text('"errors"')
    page.screenshot(path=screenshots / "graphiql-query.png")

    open_tab(page, last)
    run(page)
    something_happens(page)
    expect_in_answer(page, '"cursor"')
    page.screenshot(path=screenshots / "graphiql-subscription.png")
    stop(page)

    assert {url.split(":")[0] for url in seen.requested if "/graphql" in url} >= {"http", "ws"}
    assert hosts(seen) == {"127.0.0.1"}
    assert seen.complaints == []


def test_who_signed_in_is_told_to_the_server_in_the_header_and_when_the_socket_opens(
    graphiql_server_url: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{graphiql_server_url}/worlds/demo/graphql")
    page = seen.page
    opened: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: opened.append(str(frame))))
    expect(page.get_by_test_id("world-name")).to_have_text("demo")
    sign_in(page, "employee")
    with page.expect_request(lambda request: "query MyFamily" in (request.post_data or "")) as asked:
        run(page)
    assert asked.value.headers["authorization"].startswith("Bearer ")
    expect_in_answer(page, '"data"')

    open_tab(page, names_of_the_journey()[-1])
    run(page)
    expect_in_answer(page, '"cursor"')
    opening = next(frame for frame in opened if "connection_init" in frame)
    assert asked.value.headers["authorization"] in opening
    stop(page)

    page.reload()
    expect(page.locator("[data-persona=employee][aria-pressed=true]")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{graphiql_server_url}/graphql")
    expect(page.locator("[data-persona=employee][aria-pressed=false]")).to_be_visible(timeout=PATIENCE_MS)
    assert seen.complaints == []


def test_an_answer_fills_in_the_variables_of_a_later_tab(
    graphiql_server_url: str, visit: Callable[..., Visit], screenshots: Path
) -> None:
    seen = visit(f"{graphiql_server_url}/graphql")
    page = seen.page
    open_tab(page, "PayResidentContribution")
    run(page)
    expect_in_answer(page, "{{contribution}}")

    sign_in(page, "employee")
    open_tab(page, "MyFamily")
    run(page)
    expect_in_answer(page, '"data"')
    page.locator(".values summary").click()
    page.screenshot(path=screenshots / "graphiql-kept.png")
    kept = page.locator(".values dl").inner_text()
    assert "{{account}}" in kept
    assert "acc_" in kept

    outcomes = {
        "bindFamilyMember": {"binding": {"id": "fam_1", "member": {"id": "per_2"}}},
        "submitResidentContribution": {"contribution": {"id": "con_1"}},
    }

    def answer(route: Route) -> None:
        text = route.request.post_data or ""
        outcome = {name: value for name, value in outcomes.items() if f"{name}(input" in text}
        if outcome:
            route.fulfill(json={"data": outcome})
        else:
            route.continue_()

    page.route("**/graphql", answer)
    for tab, given in (("BindFamilyMember", "per_2"), ("SubmitResidentContribution", "con_1")):
        open_tab(page, tab)
        run(page)
        expect_in_answer(page, given)
    open_tab(page, "PayResidentContribution")
    with page.expect_request(lambda request: "payResidentContribution(input" in (request.post_data or "")) as asked:
        run(page)
    sent = json.loads(asked.value.post_data or "")["variables"]["input"]
    assert sent["contributionId"] == "con_1"
    assert re.fullmatch("[0-9a-f]{32}", sent["idempotencyKey"])

    sign_in(page, "clerk")
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
