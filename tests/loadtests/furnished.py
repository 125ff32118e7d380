"""A small world for a crowd, and the crowd as a file has it."""

from __future__ import annotations

import json

from domain.policy import year_collected_on
from domain.store.engine import open_database
from domain.store.worlds import begin_serving, read_world
from domain.vocabulary import Id, Prefix, RegionCode, Role, Viewer, api_id, business_date
from resolvers.context import machine_clock, new_secret
from resolvers.tokens import Tokens
from simulator.people import payers
from simulator.worlds import create_world


async def furnished(url: str) -> str:
    """Make a small world at that URL; its people as a file has them."""
    await create_world(url, name="demo", seed=7, persons=3_000, progress=lambda *_: None)
    database = open_database(url)
    async with database.write() as connection:
        await begin_serving(connection, int(machine_clock()), new_secret(32))
        record = await read_world(connection)
    found = await payers(database, 100)
    await database.close()
    assert record.signing_key is not None
    tokens = Tokens(record.name, record.signing_key, machine_clock, sandbox=True)
    lines = []
    for payer in found:
        person = api_id(Prefix.PERSON, payer.person_id)
        relative = payer.relatives[0]
        member = {
            "name": relative.name,
            "idType": relative.id_type,
            "idNumber": relative.id_number,
            "birthDate": relative.birth_date.isoformat(),
            "sex": relative.sex,
            "relation": relative.relation,
        }
        token, _ = tokens.issued(Viewer(Role.CITIZEN, Id(payer.person_id), RegionCode(payer.region), person))
        year = year_collected_on(business_date(record.clock_base))
        line = {"token": token, "personId": person, "region": payer.region, "member": member, "coverageYear": year}
        lines.append(json.dumps(line, ensure_ascii=False))
    return "\n".join(lines)
