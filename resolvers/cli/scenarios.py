"""`canbao scenario …`: what people do in a world, step by step, and whether it is answered as expected (情景)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, notices, print_json, print_table
from resolvers.cli.query import viewer_of
from resolvers.cli.worlds import LARGEST_SEED, MOST_PERSONS

if TYPE_CHECKING:
    from domain.vocabulary import Instant, Viewer
    from resolvers.graphql import WorldService
    from resolvers.settings import Settings
    from simulator.promises import Knows
    from simulator.scenarios import Act, Scenario, Wait

_STANDING = 1_750_000_000.0
"""What the machine's clock shows, always, to a world that is made for one run."""


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    scenario = typer.Typer(no_args_is_help=True, help="Run scenarios: what people do, and what is expected of it.")
    scenario.command(epilog="Example: canbao scenario run suining-proxy-payment")(run)
    scenario.command(name="list", epilog="Example: canbao scenario list")(list_scenarios)
    app.add_typer(scenario, name="scenario", epilog="Example: canbao scenario list")


def run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file in YAML, or a name of canbao scenario list.")],
    world: Annotated[
        str | None, typer.Option(help="Run it in this world, which it changes; without it in a new one, thrown away.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="The seed of the new world.")] = 7,
    persons: Annotated[int, typer.Option(min=1, max=MOST_PERSONS, help="How many live in the new world.")] = 600,
    as_json: JsonOption = False,
) -> None:
    """Run a scenario step by step, each operation as whoever does it, and say which answers were as expected.

    The exit code is 1 when one was not.
    """
    from resolvers.settings import settings_from

    scenario = _found(file)
    opened = _new_world(seed, persons) if world is None else _there(settings_from(), world)

    async def done() -> list[StepDone]:
        async with opened as service:
            with _shown(scenario, quiet=as_json) as told:
                return await run_scenario(service, scenario, told)

    steps = asyncio.run(done())
    good = all(one.trouble is None for one in steps)
    if as_json:
        print_json({"scenario": scenario.name, "good": good, "steps": [_plain(one) for one in steps]})
    else:
        print_table(
            f"{scenario.title_zh} {scenario.title_en}",
            ("", "at", "as", "what", "outcome"),
            [
                ["ok" if one.trouble is None else "!!", one.at, one.persona or "", one.text, one.trouble or one.outcome]
                for one in steps
            ],
        )
        kept = sum(one.trouble is None for one in steps)
        typer.echo(f"{scenario.name}: {kept} of {len(steps)} steps as expected")
    if not good:
        raise typer.Exit(ExitCode.REFUSED)


def list_scenarios(as_json: JsonOption = False) -> None:
    """List the scenarios that come with the product, and the documents that they are from."""
    from simulator.scenarios import shipped

    found = shipped()
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "title": {"zh": one.title_zh, "en": one.title_en},
                    "source": one.source,
                    "steps": len(one.steps),
                }
                for one in found
            ]
        )
        return
    print_table(
        "Scenarios",
        ("name", "steps", "title", "source"),
        [[one.name, str(len(one.steps)), f"{one.title_zh} {one.title_en}", one.source or ""] for one in found],
    )


def _found(file: str) -> Scenario:
    from simulator.scenarios import SHIPPED, SUFFIX, NoScenario, read_scenario, shipped

    path = Path(file)
    if not path.exists():
        names = [one.name for one in shipped()]
        if file not in names:
            raise CommandFailed(
                ExitCode.MISSING,
                f"there is no scenario {file}",
                f"it is no file, and those that come with the product are {', '.join(names)}",
                "Give a file in YAML, or one of these names",
            )
        path = SHIPPED / f"{file}{SUFFIX}"
    try:
        return read_scenario(path)
    except NoScenario as error:
        raise CommandFailed(
            ExitCode.BAD_INPUT, f"{path} is no scenario", str(error), "See docs/worlds.md for what it holds"
        ) from error


@asynccontextmanager
async def _there(settings: Settings, name: str) -> AsyncIterator[WorldService]:
    from domain.policy import PolicyBook
    from resolvers.cli.keeping import open_alone
    from resolvers.graphql import WorldService, build_executor

    executor = build_executor(PolicyBook.load())
    try:
        async with open_alone(settings, name) as world:
            yield WorldService(executor, world)
    finally:
        executor.close()


@asynccontextmanager
async def _new_world(seed: int, persons: int) -> AsyncIterator[WorldService]:
    """A world of its own whose clock goes only where the scenario waits, so that a seed has one log."""
    from tempfile import TemporaryDirectory

    from domain.policy import PolicyBook
    from domain.store.engine import open_database
    from resolvers.graphql import WorldService, build_executor
    from resolvers.world import open_world
    from simulator.outside import outside
    from simulator.worlds import FEWEST_PERSONS, create_world

    if persons < FEWEST_PERSONS:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{persons} persons are too few",
            f"the personas and a few families in every county are {FEWEST_PERSONS}",
            f"Ask for {FEWEST_PERSONS} or more",
        )
    policy = PolicyBook.load()
    executor = build_executor(policy)
    with TemporaryDirectory(prefix="canbao-scenario-") as folder:
        url = f"sqlite+aiosqlite:///{folder}/world.sqlite3"
        await create_world(url, name="scenario", seed=seed, persons=persons, progress=lambda *_: None)
        world = await open_world(
            open_database(url), policy=policy, outside=outside(), machine=lambda: _STANDING, sandbox=True
        )
        try:
            yield WorldService(executor, world)
        finally:
            await world.close()
            executor.close()


@contextmanager
def _shown(scenario: Scenario, *, quiet: bool) -> Iterator[Callable[[StepDone], None]]:
    """Takes the steps as they are done; a bar on a terminal, nothing elsewhere."""
    console = notices()
    if quiet or not console.is_terminal:
        yield lambda done: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(scenario.name, total=len(scenario.steps))
        yield lambda done: bar.update(task, advance=1, description=done.text)


# ---- running --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step as it went: when it was by the world's clock, what was answered, and what was not as expected."""

    at: str
    persona: str | None
    text: str
    outcome: str
    trouble: str | None
    answer: Any


async def run_scenario(service: WorldService, scenario: Scenario, told: Callable[[StepDone], None]) -> list[StepDone]:
    """Every step of a scenario, done in order, whatever became of those before."""
    from domain.vocabulary import iso_instant
    from simulator.scenarios import Act, knowledge

    world = service.world
    running = _Running(service, scenario.name, await knowledge(world.database))
    done: list[StepDone] = []
    for step in scenario.steps:
        if isinstance(step, Act):
            await world.keep_up()
            at = iso_instant(world.clock.now())
            outcome, trouble, answer = await running.act(step)
            one = StepDone(at, step.persona, f"{step.text_zh} {step.text_en}", outcome, trouble, answer)
        else:
            trouble = await running.wait(step)
            at = iso_instant(world.clock.now())
            one = StepDone(at, None, "时钟前进 The clock goes on", f"→ {at}", trouble, None)
        told(one)
        done.append(one)
    return done


class _Running:
    """A scenario on its way: who has signed in, and what was remembered."""

    def __init__(self, service: WorldService, name: str, knows: dict[str, Knows]) -> None:
        self._service = service
        self._knows = knows
        self._known: dict[str, Any] = {}
        self._viewers: dict[str, Viewer] = {}
        self._keys = (f"{name[:40]}-{number:04}" for number in count(1))

    async def act(self, step: Act) -> tuple[str, str | None, Any]:
        """The type of what was answered, what was wrong with it, and the answer."""
        import orjson

        from domain.vocabulary import ANONYMOUS, Transport
        from resolvers.service import Answer, GraphQLRequest
        from simulator.expecting import NotRemembered, difference, filled, remembered
        from simulator.promises import known_in

        viewer: Viewer = ANONYMOUS
        knows: Knows = {}
        if step.persona is not None:
            if step.persona not in self._viewers:
                signed_in = await viewer_of(self._service, step.persona)
                if signed_in is None:
                    return "", f"the world has no persona {step.persona}", None
                self._viewers[step.persona] = signed_in
            viewer, knows = self._viewers[step.persona], self._knows.get(step.about or step.persona, {})
        try:
            variables = filled(known_in(step.variables, knows), self._known, lambda: next(self._keys))
        except NotRemembered as error:
            return "", str(error), None
        except KeyError as error:
            return "", f"{step.about or step.persona} knows no {error.args[0]}", None
        request = GraphQLRequest(step.document, variables, transport=Transport.COMMAND_LINE)
        answer = await self._service.answer(request, viewer, "scenario")
        if not isinstance(answer, Answer):
            return "", "a subscription is no step of a scenario", None
        found = orjson.loads(answer.body)
        if "errors" in found:
            return "", found["errors"][0]["message"], found
        data = found["data"]
        self._known |= remembered(step.document, data)
        [field] = data.values()
        outcome = field.get("__typename", "") if isinstance(field, dict) else ""
        trouble = None if step.expected is None else difference(step.expected, field, outcome or "answer", part=True)
        return outcome, trouble, field

    async def wait(self, step: Wait) -> str | None:
        """Why the clock did not go on; None where it did, or was there."""
        from domain.vocabulary import Instant
        from simulator.expecting import NotRemembered, filled

        world = self._service.world
        if step.by is not None:
            await world.advance(Instant(world.clock.now() + int(step.by.total_seconds())))
            return None
        try:
            wanted = _moment(filled(step.to, self._known, lambda: ""))
        except (NotRemembered, ValueError, OverflowError) as error:
            return str(error)
        if wanted > world.clock.now():
            await world.advance(wanted)
        return None


def _moment(text: str) -> Instant:
    """An instant or day in ISO 8601, of Asia/Shanghai where it names no offset. Raises ValueError."""
    from datetime import datetime

    from domain.vocabulary import SHANGHAI, instant

    found = datetime.fromisoformat(text)
    return instant(found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI))


def _plain(done: StepDone) -> dict[str, Any]:
    return {
        "at": done.at,
        "as": done.persona,
        "what": done.text,
        "outcome": done.outcome,
        "trouble": done.trouble,
        "answer": done.answer,
    }
