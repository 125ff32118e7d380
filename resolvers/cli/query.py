"""`canbao query`: one operation without a server (单次查询)."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.failures import CommandFailed, ExitCode

if TYPE_CHECKING:
    from domain.vocabulary import Viewer
    from resolvers.service import GraphQLRequest, Service
    from resolvers.settings import Settings

_SIGN_IN = """
mutation SignIn($persona: String!) {
  signInAsPersona(input: {idempotencyKey: "command-line", persona: $persona}) { __typename ... on SignedIn { token } }
}
"""


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command(epilog="""Example: canbao query --as employee '{ viewer { person { name account { balance } } } }'""")(
        query
    )


def query(
    document: Annotated[
        str, typer.Argument(help="The GraphQL document; @FILE reads it from a file, - from the input.")
    ],
    world: Annotated[
        str | None, typer.Option(help="Name of the world; without it the one that CANBAO_WORLD names.")
    ] = None,
    persona: Annotated[
        str | None, typer.Option("--as", metavar="PERSONA", help="Who asks; nobody is signed in without it.")
    ] = None,
    variables: Annotated[str, typer.Option(help="The variables, as a JSON object.")] = "{}",
    operation: Annotated[str | None, typer.Option(help="Which operation of the document to run.")] = None,
    first: Annotated[
        int | None, typer.Option(min=1, help="End a subscription after that many responses; without it at Ctrl-C.")
    ] = None,
) -> None:
    """Run one operation in this process and print its answer as JSON; a subscription prints a line for each response.

    The exit code is 1 when the answer carries errors.
    """
    from domain.vocabulary import Transport
    from resolvers.service import GraphQLRequest
    from resolvers.settings import settings_from

    # Whoever holds the world's files needs no password. The journal is of what a server was asked.
    settings = replace(settings_from(), sandbox=True, journal=0)
    request = GraphQLRequest(_document(document), _variables(variables), operation, transport=Transport.COMMAND_LINE)
    if not asyncio.run(_asked(settings, world or settings.default_world, persona, request, first)):
        raise typer.Exit(ExitCode.REFUSED)


def _document(given: str) -> str:
    try:
        if given == "-":
            return sys.stdin.read()
        if given.startswith("@"):
            with open(given[1:], encoding="utf-8") as file:
                return file.read()
    except UnicodeDecodeError as error:
        raise CommandFailed(
            ExitCode.BAD_INPUT, "the document cannot be read", "it is not text in UTF-8", "Save it as UTF-8"
        ) from error
    return given


def _variables(given: str) -> dict[str, Any]:
    import orjson

    try:
        found = orjson.loads(given)
    except orjson.JSONDecodeError as error:
        raise CommandFailed(
            ExitCode.BAD_INPUT, "--variables is not JSON", str(error), """Give an object, such as '{"first": 3}'"""
        ) from error
    if not isinstance(found, dict):
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            "--variables is no JSON object",
            f"it is {type(found).__name__}",
            """Give an object, such as '{"first": 3}'""",
        )
    return found


async def _asked(
    settings: Settings, world: str, persona: str | None, request: GraphQLRequest, first: int | None
) -> bool:
    """Whether the answer, which is printed, carries no errors."""
    import secrets
    from contextlib import aclosing

    from domain.policy import PolicyBook
    from domain.vocabulary import ANONYMOUS
    from resolvers.cli.keeping import opened
    from resolvers.context import machine_clock
    from resolvers.graphql import build_executor
    from resolvers.service import Answer
    from resolvers.worlds import OpenWorlds
    from simulator.outside import outside

    async with opened(settings, world):
        pass
    policy = PolicyBook.load()
    worlds = OpenWorlds(
        settings, executor=build_executor(policy), policy=policy, outside=outside, machine=machine_clock
    )
    try:
        service = await worlds.service(world)
        if isinstance(service, Answer):
            return _printed(service.body)
        viewer = ANONYMOUS if persona is None else await _signed_in(service, persona)
        answer = await service.answer(request, viewer, secrets.token_urlsafe(18))
        if isinstance(answer, Answer):
            return _printed(answer.body)
        good = True
        async with aclosing(answer) as responses:
            seen = 0
            async for response in responses:
                good = _printed(response.body, line=True) and good
                seen += 1
                if seen == first:
                    break
        return good
    finally:
        await worlds.close()


async def viewer_of(service: Service, persona: str) -> Viewer | None:
    """Whom the token speaks for that a persona gets by signing in; None where the world has no such persona."""
    import orjson

    from domain.vocabulary import ANONYMOUS, Viewer
    from resolvers.service import Answer, GraphQLRequest

    answer = await service.answer(GraphQLRequest(_SIGN_IN, {"persona": persona}), ANONYMOUS, "command-line")
    assert isinstance(answer, Answer)
    outcome = (orjson.loads(answer.body).get("data") or {}).get("signInAsPersona") or {}
    viewer = service.authenticate(f"Bearer {outcome['token']}") if "token" in outcome else None
    return viewer if isinstance(viewer, Viewer) else None


async def _signed_in(service: Service, persona: str) -> Viewer:
    viewer = await viewer_of(service, persona)
    if viewer is None:
        raise CommandFailed(
            ExitCode.MISSING,
            f"nobody signs in as {persona}",
            "this world has no such persona",
            "See who there is: canbao query '{ personas(first: 50) { edges { node { name } } } }'",
        )
    return viewer


def _printed(body: bytes, *, line: bool = False) -> bool:
    import orjson

    found = orjson.loads(body)
    if sys.stdout.isatty() and not line:
        body = orjson.dumps(found, option=orjson.OPT_INDENT_2)
    typer.echo(body)
    return "errors" not in found
