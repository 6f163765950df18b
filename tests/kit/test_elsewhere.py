"""The kit elsewhere: on Binder, in a dev container, on Colab, and once for all on a JupyterHub.

What these services read is run as they run it, in a new environment and an empty home folder. The
services themselves are not here: `notebooks/teaching/elsewhere.md` says how far that goes.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest
from exercises.paths import series
from exercises.ready import _listening

from tests.helpers.learner import FIRST_EXERCISE, KEEP_A_PROGRAM
from tests.helpers.network import needs_registry
from tests.helpers.paths import NOTEBOOKS, ROOT

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="needs Linux, which all these services run"
)

ELSEWHERE = NOTEBOOKS.joinpath("teaching", "elsewhere.md").read_text("utf-8")
HUB = NOTEBOOKS.joinpath("teaching", "jupyterhub.md").read_text("utf-8")
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "uv.lock", "my_notebooks", "node_modules", ".site", ".*_cache", "__pycache__"
)
TOKEN = "of-the-test"

# What a browser says when it opens a socket.
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}

# A folder that nobody may write to, root included.
MOUNTED = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


@pytest.fixture(scope="module", autouse=True)
def registry():
    needs_registry()


def copy_of_the_kit(folder):
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return folder


def environment_of(python, home, **settings):
    """Return what a service tells a program, and how this machine reaches a package registry."""
    home.mkdir(exist_ok=True)
    ours = {k: v for k, v in os.environ.items() if re.match(r"(PIP|SSL|UV)_|LD_LIB|\w+_proxy", k)}
    caches = subprocess.run(["uv", "cache", "dir"], capture_output=True, text=True).stdout.strip()
    return ours | {
        "PATH": os.pathsep.join([str(python / "bin"), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": str(home),
        "UV_CACHE_DIR": caches,
        "UV_COMPILE_BYTECODE": "0",  # which takes longer than all the rest
        **settings,
    }


def run(*command, folder, environment):
    """Run a program that must end well. Return what it prints."""
    done = subprocess.run(
        [*map(str, command)], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def served(*command, folder, environment):
    """Start JupyterLab, and give a function that asks it for a path."""
    with _listening(0) as port:
        pass
    options = [f"--port={port}", "--ip=127.0.0.1", "--no-browser", "--ServerApp.port_retries=0"]
    with open(folder / "server.txt", "wb") as log:
        server = subprocess.Popen(
            [*map(str, command), *options],
            cwd=folder,
            env=environment | {"JUPYTER_TOKEN": TOKEN},
            stdout=log,
            stderr=log,
        )

    cookies: dict[str, str] = {}

    def ask(path, **headers):
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", f"/{path}", headers=cookies | headers)
            answer = connection.getresponse()
            if set_cookie := answer.headers.get_all("Set-Cookie"):
                cookies["Cookie"] = "; ".join(one.partition(";")[0] for one in set_cookie)
            return answer.status, answer.read().decode() if answer.status == 200 else ""

    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                assert ask(f"lab?token={TOKEN}")[0] == 200
                break
            except ConnectionRefusedError:
                said = (folder / "server.txt").read_text()
                assert server.poll() is None and time.monotonic() < deadline, said
                time.sleep(0.1)
        yield ask
    finally:
        server.terminate()
        server.wait()


def look_at_jupyterlab(ask):
    """It has the copies, the kit's settings, and opens the first notebook."""
    _, copies = ask("api/contents/my_notebooks")
    assert {one["name"] for one in json.loads(copies)["content"]} == {p.name for p in series()}
    _, settings = ask("lab/api/settings/@jupyterlab/apputils-extension:notification")
    assert json.loads(settings)["schema"]["properties"]["fetchNews"]["default"] == "false"
    _, page = ask("lab/tree/my_notebooks/00_start_here.ipynb")
    assert '"treePath": "my_notebooks/00_start_here.ipynb"' in page


@pytest.fixture(scope="module")
def binder(tmp_path_factory):
    """The kit as Binder installs it, its Python, and what programs are told there."""
    folder = tmp_path_factory.mktemp("binder")
    kit, python = copy_of_the_kit(folder / "kit"), folder / "python"
    venv.create(python, with_pip=True, symlinks=True)
    environment = environment_of(python, folder / "home", NB_PYTHON_PREFIX=str(python))
    # repo2docker does these two, in this order, and begins each command with `start`.
    requirements = kit / ".binder" / "requirements.txt"
    run("pip", "install", "-r", requirements, folder=kit, environment=environment)
    run(kit / ".binder" / "postBuild", folder=kit, environment=environment)
    return kit, python, environment


def test_binder(binder):
    kit, _, environment = binder
    start = kit / ".binder" / "start"
    with served(start, "jupyter", "lab", folder=kit, environment=environment) as ask:
        look_at_jupyterlab(ask)
    # In a terminal, uv takes what is there, and makes no second environment.
    said = run(start, "uv", "run", "python", "-m", "exercises", folder=kit, environment=environment)
    assert said.splitlines()[-1].startswith("all ")
    assert not (kit / ".venv").exists()


def test_binder_and_python():
    """Binder's Python is one that the kit is for."""
    said = ROOT.joinpath(".binder", "runtime.txt").read_text("utf-8")
    version = re.fullmatch(r"python-(3\.\d+)\n", said)
    classifiers = ROOT.joinpath("pyproject.toml").read_text("utf-8")
    assert version and f"Python :: {version[1]}" in classifiers


def test_one_kit_for_all(binder, tmp_path):
    """On a hub, learners share a kit that they cannot write to, and what is theirs is at home."""
    kit, python, environment = binder
    told = dict(re.findall(r'^ +"(\w+)": f?"(.+?)",$', HUB, re.M))
    assert set(told) == {"MY_NOTEBOOKS", "UV_PROJECT_ENVIRONMENT", "UV_NO_SYNC", "UV_PROJECT"}
    told |= {"UV_PROJECT": str(kit), "UV_PROJECT_ENVIRONMENT": str(python)}
    home = tmp_path / "ada"
    settings = environment | {"HOME": str(home)} | told
    home.mkdir()
    before = {path for path in kit.rglob("*") if "__pycache__" not in path.parts}

    def learn(*command):
        return run(*read_only, *command, folder=home, environment=settings)

    read_only = ["unshare", "--mount", "sh", "-c", MOUNTED, "sh", str(kit)]
    if os.geteuid() != 0:
        read_only = []
        for path in [kit, *kit.rglob("*")]:
            path.chmod(path.stat().st_mode & ~0o222)
    try:
        with pytest.raises(AssertionError, match="touch"):
            learn("touch", kit / "notebooks" / "new.txt")
        fill = "from exercises import copies; copies.fill()\n"
        assert "Solved." in learn("python", "-c", fill + FIRST_EXERCISE)
        assert "1 of 6" in learn("uv", "run", "python", "-m", "exercises")
        assert "Put into support_desk.py" in learn("python", "-c", KEEP_A_PROGRAM)
    finally:
        if not read_only:
            for path in [kit, *kit.rglob("*")]:
                path.chmod(path.stat().st_mode | 0o200)
    mine = home / "my_notebooks"
    assert (mine / "support_desk.py").exists() and [*mine.glob(".solved/00_*")]
    assert {path for path in kit.rglob("*") if "__pycache__" not in path.parts} == before


def test_dev_container(tmp_path):
    """Its command ends with a machine that is ready, and VS Code finds what it is told of.

    What uv installs there is what it has installed for these tests, and is not installed again.
    """
    kit, python = copy_of_the_kit(tmp_path / "kit"), tmp_path / "python"
    settings = json.loads(kit.joinpath(".devcontainer", "devcontainer.json").read_text("utf-8"))
    venv.create(python, with_pip=True, symlinks=True)
    told = {
        name: value.replace("${containerWorkspaceFolder}", str(kit))
        for name, value in settings["containerEnv"].items()
    }
    told |= {"UV_PROJECT": str(ROOT), "UV_PROJECT_ENVIRONMENT": sys.prefix, "UV_NO_SYNC": "1"}
    told |= {"MY_NOTEBOOKS": str(kit / "my_notebooks")}
    environment = environment_of(python, tmp_path / "home", **told)
    command = settings["postCreateCommand"]
    said = run("sh", "-c", command, folder=kit, environment=environment)
    assert said.splitlines()[-1].startswith("Ready.")
    there = settings["customizations"]
    path = there["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert path == "${containerWorkspaceFolder}/.venv/bin/python"
    for opened in there["codespaces"]["openFiles"]:
        assert (kit / opened).exists()
    with served("uv", "run", "jupyter", "lab", folder=kit, environment=environment) as ask:
        look_at_jupyterlab(ask)
        # A page of this codespace may open a socket, and no other page.
        address = f"name-{settings['forwardPorts'][0]}.app.github.dev"
        for origin, status in [(address, 101), (f"{address}.example.com", 403)]:
            assert ask("api/events/subscribe", Origin=f"https://{origin}", **SOCKET)[0] == status
        assert ask(f"lab?token={TOKEN}", Host=address)[0] == 200


# Runs the lines of the page in a notebook of their own, and after a restart the first notebook.
COLAB = """
import sys, nbformat
from nbclient import NotebookClient

lines = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(sys.argv[1])])
NotebookClient(lines, timeout=600).execute()
said = str(lines.cells[0].outputs)
assert "ERROR" not in said, said
first = nbformat.read("kit/notebooks/00_start_here.ipynb", 4)
NotebookClient(first, timeout=600).execute()
print(*(o.get("text") for cell in first.cells for o in cell.get("outputs", [])))
"""


def test_colab(binder, tmp_path):
    """The lines install into a Python that has much already, as Colab's has."""
    _, theirs, _ = binder
    lines = re.findall(r"^```\n(!git clone .+?)^```", ELSEWHERE, re.M | re.S)
    address = "https://github.com/OWNER/NAME"
    assert len(lines) == 1 and address in lines[0]
    content, python = tmp_path / "content", tmp_path / "python"
    content.mkdir()
    shutil.copytree(theirs, python, symlinks=True, copy_function=os.link)
    environment = environment_of(python, tmp_path / "home")
    without = ["-m", "pip", "uninstall", "--yes", "session-lib", "session-notebooks"]
    run(python / "bin" / "python", *without, folder=content, environment=environment)
    origin = copy_of_the_kit(tmp_path / "origin")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "The kit"]):
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        run("git", *who, *command, folder=origin, environment=environment)
    code = lines[0].replace(address, origin.as_uri())
    said = run("python", "-c", COLAB, code, folder=content, environment=environment)
    assert "Ready." in said and "Your name is Ada." in said
    assert (content / "kit" / "notebooks").is_dir()
