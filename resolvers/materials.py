"""Files of filings (办件材料的文件): uploaded by POST /materials, and given back by GET /materials/{id} to few.

GraphQL is wrong for bytes. What a file is, its content says: neither its name nor the type that was sent with it is
looked at. Whoever asks brings a token; no cookie is read, so a form of another site uploads for nobody.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from time import perf_counter
from typing import Final

import orjson
import puremagic
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from domain.operations.upload_material import MOST_UPLOADED, Upload, upload_material
from domain.store import materials
from domain.store.engine import StoreUnavailable
from domain.vocabulary import Id, MaterialMedia, Prefix, Role, Scope, Transport, Viewer, api_id, parsed_api_id
from resolvers.buckets import client_of
from resolvers.context import Request
from resolvers.graphql import WorldService
from resolvers.plan.answers import out_of_scope, throttled
from resolvers.recording import purpose_objection, record_as
from resolvers.service import Answer, ErrorCode, Worlds, error_answer, internal
from resolvers.transport.http import PURPOSE, purpose_of

log = logging.getLogger("canbao.materials")

LARGEST_FILE: Final = 10 * 1024 * 1024
LARGEST_FRAME: Final = 8_192
"""Bytes of an upload beside its file: what a form writes around it."""
UPLOAD_SECONDS: Final = 30.0
UPLOADS_AT_ONCE: Final = 4
UPLOAD_COST: Final = 1_000
"""What one file takes from the bucket of whoever uploads or fetches it, where there are buckets."""
_LOOKED_AT: Final = 8_192
"""A file says at its beginning what it is."""
_MEDIA: Final = {
    "application/pdf": MaterialMedia.PDF,
    "image/jpeg": MaterialMedia.JPEG,
    "image/png": MaterialMedia.PNG,
}
_TYPES: Final = {media: (mime, mime.rpartition("/")[2]) for mime, media in _MEDIA.items()}
_UPLOADERS: Final = frozenset({Role.CITIZEN, Role.UNIT_OFFICER, Role.HOSPITAL})
_READ: Final = ("query", "material")
_SHOWN: Final = ("FilingMaterial.file",)

_FORM: Final = re.compile(r"multipart/form-data\s*;\s*boundary=(?:\"([^\"\r\n]{1,70})\"|([^\s\";,]{1,70}))\s*", re.I)
_DISPOSITION: Final = re.compile(rb"content-disposition:\s*form-data\s*;(?:.*;)?\s*name=\"?file\"?\s*(?:;.*)?", re.I)
_ENCODED: Final = re.compile(rb"content-transfer-encoding:", re.I)

_NOT_A_FORM = error_answer(
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    "请以 multipart/form-data 上传。 Upload with multipart/form-data.",
)
_NOT_ONE_FILE = error_answer(
    ErrorCode.BAD_USER_INPUT,
    "表单须恰好有一个名为 file 的部分，其内容为一个非空文件，不得另行编码。"
    " The form must have exactly one part, named file, which is a file that is not empty, without an encoding.",
)
_WRONG_KIND = error_answer(
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    "文件内容不是 PDF、JPEG 或 PNG，请转换后再上传；以内容为准，与文件名无关。"
    " The content is no PDF, JPEG or PNG, whatever the file is called: convert it, then upload it again.",
    accepted=sorted(media.name for media in _TYPES),
)
_TOO_LARGE = error_answer(
    ErrorCode.PAYLOAD_TOO_LARGE,
    f"文件最大 {LARGEST_FILE} 字节。 A file may have at most {LARGEST_FILE} bytes.",
    limit=LARGEST_FILE,
)
_TOO_SLOW = error_answer(
    ErrorCode.BAD_USER_INPUT,
    f"文件未在 {UPLOAD_SECONDS:g} 秒内到达。 The file did not arrive within {UPLOAD_SECONDS:g} seconds.",
)
_TOO_MANY = error_answer(
    ErrorCode.TOO_MANY_MATERIALS,
    f"每人最多保存 {MOST_UPLOADED} 个文件，请使用已上传的文件。"
    f" At most {MOST_UPLOADED} files of one person are kept: use those that were uploaded.",
    limit=MOST_UPLOADED,
)
_CROWDED = error_answer(
    ErrorCode.UNAVAILABLE,
    "正在接收的文件过多，请稍后重试。 Too many files are arriving: try again shortly.",
    retry_after_seconds=1,
)
_UNAVAILABLE = error_answer(
    ErrorCode.UNAVAILABLE,
    "暂时无法办理，请稍后重试。 Unavailable: try again shortly.",
    retry_after_seconds=1,
)
_NOT_SIGNED_IN = error_answer(
    ErrorCode.UNAUTHENTICATED,
    "请先登录，并在 Authorization 中附上令牌。 Sign in first, and send the token in Authorization.",
)
_NOT_FOR_YOU = error_answer(
    ErrorCode.FORBIDDEN,
    "只有申请人可以上传材料。 Only who applies uploads materials.",
)
_NOT_THERE = error_answer(
    ErrorCode.MATERIAL_NOT_FOUND,
    "没有这个文件，或您无权查看。 There is no such file, or it is not yours to see.",
)


@dataclass(eq=False)
class _Refused(Exception):
    """Why a file is not taken, or not given."""

    answer: Answer


@dataclass(eq=False, slots=True)
class _Uploads:
    """How many files are arriving at this process."""

    arriving: int = field(default=0)


def materials_routes(worlds: Worlds, new_request_id: Callable[[], str]) -> list[Route]:
    """Both doors for the default world, and at /worlds/{name}/materials for one by name."""
    uploads = _Uploads()

    async def upload(here: _Asked) -> Response:
        return await _upload(here, uploads)

    return [
        Route(f"{prefix}{path}", _door(worlds, new_request_id, answer), methods=[method])
        for prefix in ("", "/worlds/{world}")
        for method, path, answer in (("POST", "/materials", upload), ("GET", "/materials/{id}", _download))
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request of somebody who is known, to a world that is open."""

    http: HttpRequest
    service: WorldService
    viewer: Viewer
    request_id: str

    def take(self) -> None:
        """The cost is taken from the bucket of who asks. Raises _Refused where it is not in it."""
        if self.service.buckets is None:
            return
        peer = None if self.http.client is None else self.http.client.host
        client = client_of(self.viewer, self.service.world.record.name, peer)
        wait = self.service.buckets.take(client, perf_counter(), UPLOAD_COST)
        if wait:
            raise _Refused(throttled(wait))

    def require(self, scope: Scope) -> None:
        """Raises _Refused unless the token is good for that."""
        if scope not in self.viewer.scopes:
            raise _Refused(out_of_scope(scope))


def _door(
    worlds: Worlds, new_request_id: Callable[[], str], answer: Callable[[_Asked], Awaitable[Response]]
) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def answered(http: HttpRequest) -> Response:
        request_id = new_request_id()
        try:
            service = await worlds.service(http.path_params.get("world"))
            if isinstance(service, Answer):
                return _error(service)
            assert isinstance(service, WorldService)
            viewer = service.authenticate(http.headers.get("authorization"))
            if isinstance(viewer, Answer):
                return _error(viewer)
            if viewer.role is Role.ANONYMOUS:
                return _error(_NOT_SIGNED_IN)
            return await answer(_Asked(http, service, viewer, request_id))
        except _Refused as refused:
            return _error(refused.answer)
        except StoreUnavailable:
            return _error(_UNAVAILABLE)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("request %s failed", request_id, extra={"request_id": request_id})
            return _error(internal(request_id))

    return answered


def _error(answer: Answer) -> Response:
    headers = {} if answer.retry_after_seconds is None else {"Retry-After": str(answer.retry_after_seconds)}
    return Response(answer.body, answer.status, headers, media_type="application/json")


# ---- POST -----------------------------------------------------------------------------------------------------------


async def _upload(here: _Asked, uploads: _Uploads) -> Response:
    if here.viewer.role not in _UPLOADERS:
        raise _Refused(_NOT_FOR_YOU)
    here.require(Scope.WRITE)
    boundary = _boundary(here.http)
    here.take()
    if uploads.arriving >= UPLOADS_AT_ONCE:
        raise _Refused(_CROWDED)
    uploads.arriving += 1
    try:
        content = file_of(await _body(here.http), boundary)
        media, digest = await asyncio.to_thread(_recognised, content)
        world = here.service.world
        await world.ids.reserve(1)
        async with world.database.write() as connection:
            person, institution = _owner(here.viewer)
            wanted = Upload(person, institution, media, digest, content)
            material_id = await upload_material(connection, wanted, world.setting(world.clock.now()))
    finally:
        uploads.arriving -= 1
    if material_id is None:
        raise _Refused(_TOO_MANY)
    told = {
        "id": api_id(Prefix.MATERIAL, material_id),
        "media": media.name,
        "sha256": digest,
        "bytes": len(content),
    }
    return Response(orjson.dumps({"material": told}), 201, media_type="application/json")


def _owner(viewer: Viewer) -> tuple[Id | None, Id | None]:
    """The person and the institution whose a file is: one of the two."""
    return (None, viewer.institution_id) if viewer.role is Role.HOSPITAL else (viewer.person_id, None)


def _boundary(http: HttpRequest) -> bytes:
    found = _FORM.fullmatch(http.headers.get("content-type", ""))
    if found is None or http.headers.get("content-encoding", "identity").lower() != "identity":
        raise _Refused(_NOT_A_FORM)
    return (found[1] or found[2]).encode("latin-1")


async def _body(http: HttpRequest) -> bytes:
    """The body, never more than the limit and one chunk of it in memory."""
    most = LARGEST_FILE + LARGEST_FRAME
    length = http.headers.get("content-length", "")
    if length.isdigit() and (len(length) > 18 or int(length) > most):
        raise _Refused(_TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            async for chunk in http.stream():
                body += chunk
                if len(body) > most:
                    raise _Refused(_TOO_LARGE)
    except TimeoutError:
        raise _Refused(_TOO_SLOW) from None
    return bytes(body)


def file_of(body: bytes, boundary: bytes) -> bytes:
    """The content of the only part of a form, which is named `file` (RFC 7578). Raises _Refused."""
    opening, closing = b"--" + boundary + b"\r\n", b"\r\n--" + boundary
    head_end = body.find(b"\r\n\r\n", 0, LARGEST_FRAME)
    if not body.startswith(opening) or head_end < 0:
        raise _Refused(_NOT_ONE_FILE)
    head = body[len(opening) : head_end].split(b"\r\n")
    end = body.find(closing, head_end + 4)
    named = [line for line in head if _DISPOSITION.fullmatch(line)]
    whole = body[end + len(closing) :].rstrip(b"\r\n") == b"--"
    if end <= head_end + 4 or not whole or len(named) != 1 or any(map(_ENCODED.match, head)):
        raise _Refused(_NOT_ONE_FILE)
    if end - head_end - 4 > LARGEST_FILE:
        raise _Refused(_TOO_LARGE)
    return body[head_end + 4 : end]


def _recognised(content: bytes) -> tuple[MaterialMedia, str]:
    """What the content is, and its digest. Raises _Refused for what is no kind of material."""
    try:
        likeliest = puremagic.magic_string(content[:_LOOKED_AT])[0].mime_type
    except (puremagic.PureError, ValueError, IndexError):
        likeliest = ""
    media = _MEDIA.get(likeliest)
    if media is None:
        raise _Refused(_WRONG_KIND)
    return media, sha256(content).hexdigest()


# ---- GET ------------------------------------------------------------------------------------------------------------


async def _download(here: _Asked) -> Response:
    """The file, once it is on record whose it is that was shown to somebody else."""
    viewer, world = here.viewer, here.service.world
    here.require(Scope.READ)
    here.take()
    purpose = purpose_of(here.http.headers.get(PURPOSE.decode(), "").encode("latin-1"))
    if purpose is not None and (objection := purpose_objection(purpose)) is not None:
        raise _Refused(error_answer(ErrorCode.BAD_USER_INPUT, objection))
    request = Request(world, viewer, here.request_id, world.clock.now(), transport=Transport.PAGE, purpose=purpose)
    async with world.database.read() as connection:
        found = await materials.seen(
            connection,
            parsed_api_id(here.http.path_params["id"], Prefix.MATERIAL) or Id(0),
            viewer_id=viewer.person_id if viewer.role in (Role.CITIZEN, Role.UNIT_OFFICER) else Id(0),
            institution_id=request.institution,
            sees_all=viewer.role is Role.AUDITOR,
            clerks_of=request.region_span if viewer.role is Role.CLERK else None,
        )
    if found is None:
        raise _Refused(_NOT_THERE)
    if found.owner_id is not None and found.owner_id != viewer.person_id:
        await record_as(request, _READ, [found.owner_id], _SHOWN)
    media_type, ending = _TYPES[found.media]
    name = f"{api_id(Prefix.MATERIAL, found.id)}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }
    return Response(found.content, headers=headers, media_type=media_type)
