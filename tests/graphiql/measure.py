"""How long a reader of GraphiQL waits for an answer: the page's own fetcher, in a headless Chromium.

    python -m tests.graphiql.measure http://127.0.0.1:8000/graphql

Signs in as the operator by clicking, then asks for one person after another with enrolments and units, family bindings
and members, and the last five contributions; each answer is parsed and handed to GraphiQL before the next is asked.
"""

import argparse
import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

from resolvers.bench.cases import Case
from tests.graphiql.conftest import BROWSER_MISSING, CHROMIUM_FLAGS

PERSONS = 'query Persons { persons(first: 100, where: { region: { eq: "520402" } }) { edges { node { id } } } }'
ASKING = """
async ([people, nested, runs]) => {
  const { data } = await canbao.ask({ query: people });
  const ids = data.persons.edges.map(({ node }) => node.id);
  const took = [];
  for (let run = -20; run < runs; run++) {
    const variables = { id: ids.at(run % ids.length) };
    const began = performance.now();
    const answer = await canbao.ask({ query: nested, variables });
    if (run >= 0) took.push(performance.now() - began);
    if (answer.errors || !answer.data.person) throw new Error(JSON.stringify(answer));
  }
  return took;
}
"""


def waits_ms(address: str, runs: int) -> list[float]:
    """Milliseconds from asking to having the answer, for so many runs after 20 that are not counted."""
    executable = shutil.which("chromium")
    if executable is None:
        raise SystemExit(BROWSER_MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        page = browser.new_page()
        page.goto(address)
        page.locator("[data-persona=operator]").click()
        page.locator("[data-persona=operator][aria-pressed=true]").wait_for()
        took: list[float] = page.evaluate(ASKING, [PERSONS, Case.NESTED.value.document, runs])
        browser.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="the page, served: http://127.0.0.1:8000/graphql")
    parser.add_argument("--runs", type=int, default=200, help="how many answers are timed (200)")
    given = parser.parse_args()
    took = waits_ms(given.address, given.runs)
    parts = statistics.quantiles(took, n=100)
    sys.stdout.write(f"{len(took)} runs: p50 {parts[49]:.1f} ms, p95 {parts[94]:.1f} ms, most {max(took):.1f} ms\n")


if __name__ == "__main__":
    main()
