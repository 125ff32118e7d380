"""Serving the built GraphiQL: hashed files under /graphiql/, and the page wherever the endpoint is.

The page learns its endpoint from its own address, so one file serves every world. All files are read into memory once
and looked up by name; no request ever becomes a path on the disk.
"""

import base64
import hashlib
import html
import mimetypes
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from resolvers.graphiql.build import GraphiqlBuildFailed, Progress, built_folder, ensure_built, is_built

PREFIX = "/graphiql/"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


def content_security_policy(host: str | None) -> str:
    """What the page may load: its own files and nothing else.

    The editor writes style elements and attributes, hence 'unsafe-inline' for styles alone; GraphiQL's style sheet
    carries its fonts and icons as data. `host` is named because older browsers do not count a WebSocket as 'self'.
    """
    sockets = f" ws://{host} wss://{host}" if host is not None and _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            "img-src 'self' data:",
            f"connect-src 'self'{sockets}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to be sent."""

    body: bytes
    gzipped: bytes | None
    content_type: str
    etag: str

    @classmethod
    def read(cls, path: Path) -> "Asset":
        body = path.read_bytes()
        packed = path.with_name(f"{path.name}.gz")
        content_type = CONTENT_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        return cls(
            body=body,
            gzipped=packed.read_bytes() if packed.is_file() else None,
            content_type=content_type or "application/octet-stream",
            etag=f'W/"{hashlib.sha256(body).hexdigest()[:20]}"',
        )

    def response(self, request: Request, headers: Mapping[str, str]) -> Response:
        """The file, or 304 when the client has it, gzipped when the client takes that."""
        sent = {**headers, "ETag": self.etag}
        held = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
        if self.etag in held or "*" in held:
            return Response(status_code=304, headers=sent)
        body = self.body
        if self.gzipped is not None and _accepts_gzip(request):
            body = self.gzipped
            sent["Content-Encoding"] = "gzip"
        return Response(body, headers={**sent, "Content-Type": self.content_type})


@dataclass(frozen=True, slots=True)
class _Built:
    page: Asset
    files: Mapping[str, Asset]

    @classmethod
    def read(cls, folder: Path) -> "_Built":
        paths = [path for path in (folder / "assets").iterdir() if path.suffix != ".gz"]
        return cls(
            page=Asset.read(folder / "index.html"),
            files={f"assets/{path.name}": Asset.read(path) for path in paths},
        )


class GraphiqlSite:
    """GraphiQL as a server has it: still being built, ready, or failed to build."""

    def __init__(self, home: Path, progress: Progress) -> None:
        self._home = home
        self._progress = progress
        self._stopping = threading.Event()
        self._building: threading.Thread | None = None
        self._built: _Built | None = None
        self._failure: GraphiqlBuildFailed | None = None

    def start(self) -> None:
        """Reads what has been built; or begins to build in the background, and the caller goes on serving."""
        if self._building is not None or self._built is not None:
            return
        if is_built(built_folder(self._home)):
            self._build()
        else:
            # A daemon, so that a process that forgets `stop` still ends.
            self._building = threading.Thread(target=self._build, name="graphiql-build", daemon=True)
            self._building.start()

    def stop(self) -> None:
        """Ends a build that is under way; what it had begun is removed."""
        self._stopping.set()
        self.wait()

    def wait(self) -> None:
        """Returns when the background work is done, well or badly."""
        if self._building is not None:
            self._building.join()

    @property
    def ready(self) -> bool:
        return self._built is not None

    @property
    def failure(self) -> GraphiqlBuildFailed | None:
        return self._failure

    def _build(self) -> None:
        try:
            self._built = _Built.read(ensure_built(self._home, self._progress, self._stopping))
        except GraphiqlBuildFailed as failure:
            self._failure = failure
            self._progress(str(failure))
        except OSError as error:
            self._failure = GraphiqlBuildFailed(
                what="GraphiQL 的文件无法读写。The files of GraphiQL could not be read or written.",
                why=str(error),
                remedy="检查 CANBAO_HOME 的权限和磁盘空间。Check the permissions and the room of CANBAO_HOME.",
            )
            self._progress(str(self._failure))

    def page(self, request: Request) -> Response:
        """The page for a browser that opened an endpoint; until it is built, one that says so and reloads itself."""
        built = self._built
        if built is None:
            return _waiting_page() if self._failure is None else _failure_page(self._failure)
        return built.page.response(
            request,
            {
                "Cache-Control": "no-cache",
                "Content-Security-Policy": content_security_policy(request.headers.get("host")),
                "Vary": "Accept, Accept-Encoding",
            },
        )

    def routes(self) -> list[Route]:
        """The routes of the page's own files."""
        return [Route(f"{PREFIX}{{name:path}}", self._file, methods=["GET", "HEAD"], name="graphiql-files")]

    async def _file(self, request: Request) -> Response:
        asset = None if self._built is None else self._built.files.get(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("没有这个文件。No such file.", 404)
        return asset.response(
            request,
            {
                "Cache-Control": "public, max-age=31536000, immutable",
                # A worker has the policy it was served with, not the page's.
                "Content-Security-Policy": "default-src 'none'; connect-src 'self'; script-src 'self'",
                "Vary": "Accept-Encoding",
            },
        )


def _accepts_gzip(request: Request) -> bool:
    return any(_names(part, "gzip") for part in request.headers.get("accept-encoding", "").split(","))


def _names(part: str, wanted: str) -> bool:
    """Whether one element of an Accept header is `wanted` and not refused by a quality of zero."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    return name == wanted and not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)


_PLAIN_STYLE = (
    "body{font:16px/1.7 Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;margin:16vh auto;"
    "max-width:42rem;padding:0 1.5rem;color:#1d2b38;background:#fff}"
    "h1{font-size:1.3rem;color:#0b7a75}pre{white-space:pre-wrap;font-size:.85rem;opacity:.8}"
    "@media(prefers-color-scheme:dark){body{color:#e6ebf2;background:#1b222e}h1{color:#3fc1b5}}"
)
_PLAIN_STYLE_HASH = base64.b64encode(hashlib.sha256(_PLAIN_STYLE.encode()).digest()).decode()


def _plain_page(body: str, *, reload: bool) -> Response:
    again = '<meta http-equiv="refresh" content="2">' if reload else ""
    return Response(
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">{again}<title>参保 Canbao · GraphiQL</title>'
        f"<style>{_PLAIN_STYLE}</style></head><body>{body}</body></html>",
        media_type="text/html",
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_PLAIN_STYLE_HASH}'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'",
            "Vary": "Accept",
        },
    )


def _waiting_page() -> Response:
    return _plain_page(
        "<h1>正在构建 GraphiQL…　Building GraphiQL…</h1>"
        "<p>只在第一次启动时需要，通常不到一分钟；本页会自动刷新。接口现在已经可用。</p>"
        "<p>Only the first start needs this, usually less than a minute; this page reloads itself. "
        "The API answers already.</p>",
        reload=True,
    )


def _failure_page(failure: GraphiqlBuildFailed) -> Response:
    return _plain_page(
        f"<h1>{html.escape(failure.what)}</h1><pre>{html.escape(failure.why)}</pre><p>{html.escape(failure.remedy)}</p>",
        reload=False,
    )
