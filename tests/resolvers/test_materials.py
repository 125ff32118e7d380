"""Files of filings: what is taken and what is not, who is given one, and that each showing is on record."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from domain.operations.upload_material import MOST_UPLOADED
from domain.vocabulary import Scope
from resolvers import materials
from resolvers.buckets import Buckets, Rate
from resolvers.materials import LARGEST_FILE, LARGEST_FRAME, materials_routes
from resolvers.transport.headers import PAGE, WithHeaders
from tests.resolvers.opened import OpenedWorld, mutation_telling
from tests.resolvers.test_oauth import OneWorld

APPLICANT, OTHER, CLERK = "synthetic-employee", "two-grades", "clerk-synthetic"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 17 + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\r\n--boundary of nothing\r\n" + b"\0" * 40 + b"\xff\xd9"
EXECUTABLE = b"MZ" + b"\0" * 200 + b"PE\0\0"
FORM = "multipart/form-data; boundary=x"


def form(content: bytes = PDF, head: bytes = b'Content-Disposition: form-data; name="file"; filename="a.jpg"') -> bytes:
    return b"--x\r\n" + head + b"\r\n\r\n" + content + b"\r\n--x--\r\n"


@asynccontextmanager
async def asking(world: OpenedWorld) -> AsyncIterator[httpx.AsyncClient]:
    app = WithHeaders(Starlette(routes=materials_routes(OneWorld(world.service), lambda: "r1")), PAGE)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://canbao") as client:
        yield client


async def token(world: OpenedWorld, persona: str) -> dict[str, str]:
    return {"authorization": f"Bearer {await world.sign_in(persona)}"}


def said(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which is told in both languages."""
    [error] = answer.json()["errors"]
    assert not error["message"].isascii()
    assert ". " in error["message"] or error["message"].endswith(".")
    return answer.status_code, error["extensions"]["code"]


async def test_a_file_is_kept_once_and_given_to_its_owner_the_clerks_it_was_handed_to_and_auditors(
    opened: OpenedWorld,
) -> None:
    async with asking(opened) as asks:
        mine = await token(opened, APPLICANT)
        found = {}
        for media, content in (("PDF", PDF), ("PNG", PNG), ("JPEG", JPEG)):
            answer = await asks.post("/materials", files={"file": ("program.exe", content)}, headers=mine)
            assert answer.status_code == 201, answer.text
            found[media] = answer.json()["material"]
            assert found[media] == {
                "id": found[media]["id"],
                "media": media,
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
            }
        again = await asks.post("/worlds/small/materials", files={"file": ("b.pdf", PDF)}, headers=mine)
        assert again.json()["material"] == found["PDF"]
        assert await opened.rows("SELECT count(*) FROM materials") == [(3,)]

        path = f"/materials/{found['JPEG']['id']}"
        own = await asks.get(path, headers=mine)
        assert (own.status_code, own.content, own.headers["content-type"]) == (200, JPEG, "image/jpeg")
        assert own.headers["content-disposition"].startswith("attachment; ")
        assert (own.headers["x-content-type-options"], own.headers["cache-control"]) == ("nosniff", "no-store")
        readers = {name: await token(opened, name) for name in (OTHER, "operator", CLERK, "clerk-xixiu")}
        for headers in readers.values():
            assert said(await asks.get(path, headers=headers)) == (404, "MATERIAL_NOT_FOUND")
        for wrong in ("mat_1", "fil_1", "x", "%2e%2e"):
            assert said(await asks.get(f"/materials/{wrong}", headers=mine)) == (404, "MATERIAL_NOT_FOUND")
        assert said(await asks.get(path)) == (401, "UNAUTHENTICATED")

        # A clerk of the place is given what was handed in and submitted, and nothing else; an auditor everything.
        draft = mutation_telling("draftFiling", "... on FilingMoved { filing { id materials { materialId } } }")
        transfer = {"matter": "RELATION_TRANSFER", "form": {"relationTransfer": {"fromRegion": "440300"}}}
        handed = [{"number": 1, "materialId": found["JPEG"]["id"]}]
        filing = (await opened.mutate(draft, APPLICANT, **transfer, materials=handed))["filing"]
        assert [one["materialId"] for one in filing["materials"]][:1] == [found["JPEG"]["id"]]
        assert (await asks.get(path, headers=readers[CLERK])).status_code == 404
        await opened.mutate(mutation_telling("submitFiling"), APPLICANT, filingId=filing["id"])
        before = await opened.rows("SELECT count(*) FROM access_records")
        for headers in (readers[CLERK], await token(opened, "auditor")):
            shown = await asks.get(path, headers={**headers, "canbao-purpose": "review"})
            assert (shown.status_code, shown.content) == (200, JPEG)
        assert (await asks.get(path, headers=readers["clerk-xixiu"])).status_code == 404
        assert (await asks.get(f"/materials/{found['PNG']['id']}", headers=readers[CLERK])).status_code == 404
        records = await opened.rows("SELECT operation, fields, purpose FROM access_records ORDER BY position")
        assert [one[0] for one in records[before[0][0] :]] == ["material", "material"]
        assert records[-1][2] == "review"
        numbered = {**readers[CLERK], "canbao-purpose": "110101190001011234"}
        assert said(await asks.get(path, headers=numbered)) == (400, "BAD_USER_INPUT")


NO_FILES: list[tuple[str, bytes, str, tuple[int, str]]] = [
    ("an executable named .jpg", form(EXECUTABLE), FORM, (415, "UNSUPPORTED_MEDIA_TYPE")),
    ("a picture that runs", form(b"<svg onload='x'/>"), FORM, (415, "UNSUPPORTED_MEDIA_TYPE")),
    ("a page", form(b"<!doctype html>"), FORM, (415, "UNSUPPORTED_MEDIA_TYPE")),
    ("an archive", form(b"PK\3\4" + b"\0" * 99), FORM, (415, "UNSUPPORTED_MEDIA_TYPE")),
    ("a text", form(b"hello"), FORM, (415, "UNSUPPORTED_MEDIA_TYPE")),
    ("nothing", form(b""), FORM, (400, "BAD_USER_INPUT")),
    ("no form", PDF, "application/pdf", (415, "UNSUPPORTED_MEDIA_TYPE")),
    ("no boundary", form(), "multipart/form-data", (415, "UNSUPPORTED_MEDIA_TYPE")),
    ("another boundary", form(), "multipart/form-data; boundary=y", (400, "BAD_USER_INPUT")),
    ("cut off", form()[:-6], FORM, (400, "BAD_USER_INPUT")),
    ("two parts", form(PDF + b"\r\n--x\r\n\r\n"), FORM, (400, "BAD_USER_INPUT")),
    ("another name", form(head=b'Content-Disposition: form-data; name="other"'), FORM, (400, "BAD_USER_INPUT")),
    ("no name", form(head=b"X: y"), FORM, (400, "BAD_USER_INPUT")),
    (
        "encoded",
        form(head=b'Content-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: base64'),
        FORM,
        (400, "BAD_USER_INPUT"),
    ),
    ("a long head", form(head=b"a" * 10_000), FORM, (400, "BAD_USER_INPUT")),
    ("a byte too many", form(PDF + b"\0" * LARGEST_FILE), FORM, (413, "PAYLOAD_TOO_LARGE")),
    ("too long", b"\0" * (LARGEST_FILE + LARGEST_FRAME + 1), FORM, (413, "PAYLOAD_TOO_LARGE")),
]
"""What it is, the body, the type of it, and how it is refused."""


async def test_what_is_no_file_is_refused(on_sqlite: OpenedWorld) -> None:
    async with asking(on_sqlite) as asks:
        mine = await token(on_sqlite, APPLICANT)
        for name, body, kind, refused in NO_FILES:
            answer = await asks.post("/materials", content=body, headers={**mine, "content-type": kind})
            assert said(answer) == refused, name
        assert await on_sqlite.rows("SELECT count(*) FROM materials") == [(0,)]


async def test_who_may_not_upload_is_told_so_and_nobody_may_without_end(
    on_sqlite: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = on_sqlite
    async with asking(world) as asks:
        mine = {**await token(world, APPLICANT), "content-type": FORM}
        assert said(await asks.post("/materials", content=form(), headers={"content-type": FORM})) == (
            401, "UNAUTHENTICATED",
        )  # fmt: skip
        cookie = {"content-type": FORM, "cookie": f"token={mine['authorization'][7:]}"}
        assert said(await asks.post("/materials", content=form(), headers=cookie)) == (401, "UNAUTHENTICATED")
        assert (await asks.post("/worlds/none/materials", content=form(), headers=mine)).status_code == 404
        for persona in (CLERK, "operator", "auditor"):
            headers = {**await token(world, persona), "content-type": FORM}
            assert said(await asks.post("/materials", content=form(), headers=headers)) == (403, "FORBIDDEN")
        viewer = replace(await world.viewer(APPLICANT), scopes=frozenset({Scope.READ}))
        reading = {"authorization": f"Bearer {world.service.world.tokens.issued(viewer)[0]}", "content-type": FORM}
        assert said(await asks.post("/materials", content=form(), headers=reading)) == (403, "FORBIDDEN")
        # A length of a hundred million bytes is believed, and not waited for.
        long = {**mine, "content-length": "104857600"}
        assert said(await asks.post("/materials", content=form(), headers=long)) == (413, "PAYLOAD_TOO_LARGE")

        monkeypatch.setattr(materials, "UPLOADS_AT_ONCE", 0)
        crowded = await asks.post("/materials", content=form(), headers=mine)
        assert (said(crowded), crowded.headers["retry-after"]) == ((503, "UNAVAILABLE"), "1")
        monkeypatch.undo()
        owner = (await world.viewer(APPLICANT)).person_id
        await world.change(
            "INSERT INTO materials (id, owner_id, media, sha256, size, uploaded_at, content) SELECT"
            f" 840000000099000000 + value, {owner}, 'PDF', value, 1, 0, X'00' FROM"
            f" (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {MOST_UPLOADED})"
            " SELECT value FROM n)"
        )
        assert said(await asks.post("/materials", content=form(), headers=mine)) == (409, "TOO_MANY_MATERIALS")
    limited = replace(world.service, buckets=Buckets(Rate(1_000, 1)))
    async with asking(replace(world, service=limited)) as asks:
        assert (await asks.post("/materials", content=form(), headers=mine)).status_code == 409
        answer = await asks.post("/materials", content=form(), headers=mine)
        assert said(answer) == (429, "RATE_LIMITED")
        assert int(answer.headers["retry-after"]) > 0
