"""What the page reads in the personas' descriptions is what the world holds."""

import asyncio
import json
import subprocess
from pathlib import Path

from sqlalchemy import select

from domain.store.engine import open_database
from domain.store.statements import Statement
from domain.store.tables import personas
from resolvers.graphiql.build import SOURCES, node_and_npm
from simulator.personas import PersonaGuide
from tests.databases import sqlite_url

CHANGE_BOTH = (
    "resolvers/graphiql/page/relative.js reads the relative's details in the English descriptions of "
    "simulator/personas.py (Cast._persona); their wording has changed: change `wording` there too"
)


def descriptions(world_file: Path) -> dict[str, str]:
    async def read() -> dict[str, str]:
        database = open_database(sqlite_url(world_file))
        try:
            async with database.read() as connection:
                return dict(
                    await connection.fetch_all(Statement(select(personas.c.name, personas.c.description_en)), {})
                )
        finally:
            await database.close()

    return asyncio.run(read())


def test_the_page_knows_of_every_persona_the_relative_that_the_world_holds(
    world_file: Path, guide: dict[str, PersonaGuide]
) -> None:
    told = descriptions(world_file)
    module = (SOURCES / "page" / "relative.js").as_uri()
    script = (
        f"import {{ relativeIn }} from {json.dumps(module)};"
        "const told = JSON.parse(await new Response(process.stdin).text());"
        "const read = Object.entries(told).map(([name, text]) => [name, relativeIn(text)]);"
        "process.stdout.write(JSON.stringify(Object.fromEntries(read)));"
    )
    node, _ = node_and_npm()
    done = subprocess.run(
        [node, "--input-type=module", "--eval", script],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=30,
    )
    expected = {
        name: {
            "relativeName": one.relative.name,
            "relativeIdNumber": one.relative.id_number,
            "relativeBirthDate": one.relative.birth_date.isoformat(),
            "relativeSex": one.relative.sex.name,
            "relativeRelation": one.relative.relation.name,
        }
        if one.relative is not None
        else {}
        for name, one in guide.items()
    }
    assert json.loads(done.stdout) == expected, CHANGE_BOTH
    assert expected["employee"]["relativeRelation"] == "PARENT"
