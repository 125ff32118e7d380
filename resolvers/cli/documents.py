"""`canbao documents`: the register of trusted documents (可信文档登记)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table

if TYPE_CHECKING:
    from graphql import GraphQLSchema


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    documents = typer.Typer(no_args_is_help=True, help="Look after the register of trusted documents.")
    documents.callback()(_documents)
    documents.command(epilog="Example: canbao documents add persisted-documents.json")(add)
    documents.command("list", epilog="Example: canbao documents list --json")(list_)
    documents.command(epilog="Example: canbao documents remove sha256:0f1e…")(remove)
    app.add_typer(documents, name="documents", epilog="Example: canbao documents list")


def _documents() -> None:
    """Look after the register of trusted documents, which CANBAO_DOCUMENTS has a server keep to."""


def add(
    files: Annotated[
        list[Path],
        typer.Argument(help="Manifests of client tools (.json), or files of one document each.", show_default=False),
    ],
    as_json: JsonOption = False,
) -> None:
    """Register the documents of these files; each must be good by the contract. A server follows within a second."""
    from resolvers.register import ManifestInvalid, documents_in, write_register
    from resolvers.settings import settings_from
    from schema.contract import build_schema

    home = settings_from().home
    schema = build_schema()._schema
    known = _registered(home)
    new: dict[str, str] = {}
    for file in files:
        try:
            found = documents_in(file.read_bytes(), file.name)
        except ManifestInvalid as error:
            raise CommandFailed(
                ExitCode.BAD_INPUT, f"{file} is no manifest", str(error), "Nothing was registered"
            ) from error
        for digest, text in found.items():
            _check(schema, file, digest, text)
        new |= found
    write_register(home, {**known, **new})
    added = sorted(set(new) - set(known))
    if as_json:
        print_json({"added": [f"sha256:{digest}" for digest in added], "registered": len(known) + len(added)})
    else:
        typer.echo(f"{len(added)} added, {len(known) + len(added)} registered")


def _check(schema: GraphQLSchema, file: Path, digest: str, text: str) -> None:
    from graphql import GraphQLError, parse, validate

    try:
        errors = validate(schema, parse(text))
    except GraphQLError as error:
        errors = [error]
    if errors:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"a document of {file} is not good by the contract (sha256:{digest})",
            errors[0].message.rstrip("."),
            "Nothing was registered",
        )


def list_(as_json: JsonOption = False) -> None:
    """List the registered documents by hash, with the operations that they hold."""
    from graphql import OperationDefinitionNode, parse

    from resolvers.settings import settings_from

    rows = []
    for digest, text in sorted(_registered(settings_from().home).items()):
        operations = [
            f"{each.operation.value} {each.name.value if each.name else '(no name)'}"
            for each in parse(text).definitions
            if isinstance(each, OperationDefinitionNode)
        ]
        rows.append((f"sha256:{digest}", operations))
    if as_json:
        print_json([{"documentId": digest, "operations": operations} for digest, operations in rows])
    else:
        print_table("Registered documents", ("documentId", "operations"), [(d, ", ".join(o)) for d, o in rows])


def remove(
    ids: Annotated[list[str], typer.Argument(help="Their documentId, as canbao documents list shows it.")],
) -> None:
    """Take documents out of the register. A server follows within a second."""
    from resolvers.register import write_register
    from resolvers.settings import settings_from

    home = settings_from().home
    known = _registered(home)
    for each in ids:
        if known.pop(each.removeprefix("sha256:"), None) is None:
            raise CommandFailed(
                ExitCode.MISSING, f"{each} is not registered", "no document has it", "See canbao documents list"
            )
    write_register(home, known)
    typer.echo(f"{len(ids)} removed, {len(known)} registered")


def _registered(home: Path) -> dict[str, str]:
    from resolvers.register import FILE, ManifestInvalid, read_register

    try:
        return read_register(home)
    except ManifestInvalid as error:
        raise CommandFailed(
            ExitCode.BAD_INPUT, f"{home / FILE} is no register", str(error), "Mend it, or move it away"
        ) from error
