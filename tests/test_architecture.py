"""The house rules that a machine can check: types, style, one-way imports, locks, and what no file may say."""

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("schema", "resolvers", "domain", "simulator", "loadtests", "tests")
# Where the outermost layer reads the machine's clock and draws fresh ids.
READS_THE_CLOCK = re.compile(r"resolvers/(context\.py|cli\.py|cli/.*)")
# Spelled in pieces, so that this file does not say them.
INDEX_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("tuna", "tsinghua", "edu", "cn"),
        ("deb", "debian", "org"),
        ("crates", "io"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.~)}\]/-])/(?:work|root|home|Users)(?=/|\b)|\.\./" + "shared")
POSTPONED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
WALL_CLOCK = re.compile(r"\b(?:date\.today|datetime\.(?:now|today|utcnow)|time\.time|uuid\.uuid4)\(")
EMPTY_NAMES = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def _output(command: list[str]) -> tuple[int, str]:
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return finished.returncode, f"{' '.join(command)}\n{finished.stdout}{finished.stderr}"


def _script(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts")) / name)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, "-m", "mypy"], id="types are complete and right"),
        pytest.param([sys.executable, "-m", "ruff", "check", "--no-fix"], id="ruff has nothing to say"),
        pytest.param([sys.executable, "-m", "ruff", "format", "--diff"], id="code is formatted"),
        pytest.param([_script("lint-imports")], id="imports go one way"),
    ],
)
def test_the_tool_is_content(command: list[str]) -> None:
    code, output = _output(command)
    assert code == 0, output


@pytest.fixture(scope="session")
def project_files() -> list[Path]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip(f"not a git checkout: {listed.stderr}")
    return [ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name and (ROOT / name).is_file()]


def _lines(files: list[Path]) -> Iterator[tuple[str, str]]:
    """`file:line` and text of every line of every text file."""
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def test_no_file_names_a_package_index(project_files: list[Path]) -> None:
    assert [where for where, line in _lines(project_files) if any(host in line for host in INDEX_HOSTS)] == []


def test_no_file_names_a_path_of_somebodys_machine(project_files: list[Path]) -> None:
    assert [f"{where}: {line.strip()}" for where, line in _lines(project_files) if MACHINE_PATH.search(line)] == []


def test_nothing_is_left_for_later(project_files: list[Path]) -> None:
    assert [f"{where}: {line.strip()}" for where, line in _lines(project_files) if POSTPONED.search(line)] == []


def test_only_the_outermost_layer_reads_the_wall_clock(project_files: list[Path]) -> None:
    code = [
        path
        for path in project_files
        if path.suffix == ".py" and not READS_THE_CLOCK.fullmatch(path.relative_to(ROOT).as_posix())
    ]
    assert [f"{where}: {line.strip()}" for where, line in _lines(code) if WALL_CLOCK.search(line)] == []


def test_nothing_depends_on_the_hash_of_a_process(project_files: list[Path]) -> None:
    """`hash()` of text differs from one process to the next; only `__hash__` itself may call it."""
    found = []
    for path in project_files:
        if path.suffix != ".py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        excused = {
            inner
            for outer in ast.walk(tree)
            if isinstance(outer, ast.FunctionDef) and outer.name == "__hash__"
            for inner in ast.walk(outer)
        }
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "hash"
            and node not in excused
        ]
    assert found == []


def test_python_lives_in_the_rooms_only(project_files: list[Path]) -> None:
    code = [path.relative_to(ROOT) for path in project_files if path.suffix == ".py"]
    code.remove(Path("docs/consumers/consumer.py"))  # A program of others, which imports none of them.
    assert [str(path) for path in code if len(path.parts) < 2 or path.parts[0] not in ROOMS] == []


def test_module_names_say_something(project_files: list[Path]) -> None:
    assert [str(path.relative_to(ROOT)) for path in project_files if path.stem in EMPTY_NAMES] == []


def _locked(name: str) -> dict[str, Version]:
    """Package and version of each entry, each with at least one hash."""
    versions: dict[str, Version] = {}
    for entry in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8")):
        if pinned := re.match(r"([a-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)", entry):
            assert "--hash=sha256:" in entry, f"{name}: {pinned[1]} has no hash"
            versions[canonicalize_name(pinned[1])] = Version(pinned[2])
    return versions


def _declared() -> tuple[list[Requirement], list[Requirement]]:
    """What pyproject.toml asks for to run and to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    run = [Requirement(text) for text in project["project"]["dependencies"] + groups["build"]]
    return run, [Requirement(text) for text in groups["dev"] if isinstance(text, str)]


def test_the_locks_pin_what_is_declared() -> None:
    run, development = _declared()
    run_lock, development_lock = _locked("requirements.lock"), _locked("requirements-dev.lock")
    for lock, requirements in ((run_lock, run), (development_lock, run + development)):
        unmet = [str(wanted) for wanted in requirements if lock[canonicalize_name(wanted.name)] not in wanted.specifier]
        assert unmet == []
    assert {name: development_lock.get(name) for name in run_lock} == run_lock


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"\S*://\S*|^-.*", text, flags=re.MULTILINE) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_no_package_of_the_lock_is_installed_over_a_room(name: str) -> None:
    """PyPI's `schema` would put its own folder where ours is imported from."""
    assert _locked(name).keys() & set(ROOMS) == set()


def test_each_library_has_its_reason() -> None:
    run, development = _declared()
    reasons = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    missing = [wanted.name for wanted in run + development if f"| {wanted.name} |" not in reasons]
    assert missing == []
