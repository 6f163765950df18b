"""Install the notebooks from a bundle, without a network, and open JupyterLab.

    python start.py                                   from the folder with this file
    python start.py --from http://192.168.0.10:8000   from a local server
    python start.py python -m exercises check         run a command in place of JupyterLab

The notebooks come into the folder ``session-notebooks`` in your home folder, or where ``--to``
says. Later, `python start.py` in that folder opens them again. It needs Python alone.

``uv run python -m exercises bundle FOLDER`` puts this file into each bundle.
"""

import argparse
import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Install what is not installed yet, and run JupyterLab or what the command line says."""
    if sys.version_info < (3, 11):  # noqa: UP036 - nothing has looked at this Python yet
        sys.exit(f"This is Python {platform.python_version()}. Install Python 3.11 or newer.")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="source", help="the address of a local server")
    parser.add_argument("--to", type=Path, help="the folder for the notebooks")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="default: jupyter lab")
    chosen = parser.parse_args()
    installed = (HERE / "notebooks").is_dir() and not (HERE / "kit.zip").exists()
    to = chosen.to or (HERE if installed else Path.home() / "session-notebooks")
    try:
        if chosen.source or not installed:
            install(chosen.source or str(HERE), to.resolve())
        sys.exit(run(chosen.command or ["jupyter", "lab"], to.resolve()))
    except OSError as error:
        sys.exit(f"That did not work: {error}")
    except subprocess.CalledProcessError:
        sys.exit("That did not work: see what is said above.")


def install(source: str, to: Path) -> None:
    """Install from `source` into the folder `to`, unless this bundle is installed there.

    Args:
        source: The folder or the address of the bundle.
        to: The folder for the notebooks.
    """
    target = this_machine()
    targets = read(source, "targets.txt").decode().split()
    if target not in targets:
        sys.exit(f"This bundle is not for {target}, but for {', '.join(targets)}.")
    kit, requirements = read(source, "kit.zip"), read(source, f"requirements/{target}.txt")
    digest = hashlib.sha256(kit + requirements).hexdigest()
    remembered = to / ".venv" / "bundle.txt"
    known = remembered.read_text("utf-8").split("\n") if remembered.exists() else [""]
    if known[0] == digest:
        return
    print(f"Installing into {to} ...", flush=True)
    with zipfile.ZipFile(io.BytesIO(kit)) as files:
        files.extractall(to)
        for name in {*known[1:]} - {*files.namelist()}:
            (to / name).unlink(missing_ok=True)
        names = [name for name in files.namelist() if not name.endswith("/")]
    shutil.copyfile(__file__, to / "start.py")
    with tempfile.TemporaryDirectory(dir=to, prefix=".installing-") as folder:
        run_uv(source, requirements, to, Path(folder))
    remembered.write_text("\n".join([digest, *names]), "utf-8")


def run_uv(source: str, requirements: bytes, to: Path, folder: Path) -> None:
    """Let uv, which is in the bundle, make the environment ``.venv``.

    Args:
        source: The folder or the address of the bundle.
        requirements: The list of the packages, each with its version and its hash.
        to: The folder for the notebooks.
        folder: A folder for what is needed meanwhile.
    """
    uv = unpack_uv(source, requirements.decode(), folder)
    (folder / "requirements.txt").write_bytes(requirements)
    wheels = f"{source.rstrip('/')}/wheels/" if is_address(source) else str(Path(source, "wheels"))
    host = urllib.parse.urlsplit(source).hostname or ""
    settings = {
        "UV_CACHE_DIR": str(folder / "cache"),  # on the same disk, and gone afterwards
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "NO_PROXY": host,  # a proxy would look for a local server on its own side
    }
    environment = {
        k: v for k, v in os.environ.items() if not re.match("UV_|no_proxy", k)
    } | settings
    venv = str(to / ".venv")
    into = ["pip", "install", "--quiet", "--python", venv, "--no-index", "--no-deps"]
    kit = ["--no-sources", "--no-build-isolation", "-e", str(to), "-e", str(to / "notebooks")]
    for arguments in (
        ["venv", "--quiet", "--clear", "--python", sys.executable, venv],
        [*into, "--find-links", wheels, "--require-hashes", "-r", str(folder / "requirements.txt")],
        [*into, *kit],
    ):
        subprocess.run([uv, *arguments], env=environment, check=True)


def unpack_uv(source: str, requirements: str, folder: Path) -> str:
    """Return the path of uv's program, out of its wheel.

    Args:
        source: The folder or the address of the bundle.
        requirements: The list of the packages. Its first line names the wheel.
        folder: Where the program is put.
    """
    name = requirements.partition("\n")[0].lstrip("# ")
    wheel = read(source, f"wheels/{name}")
    if hashlib.sha256(wheel).hexdigest() not in requirements:
        sys.exit(f"{name} is damaged: copy the bundle again.")
    with zipfile.ZipFile(io.BytesIO(wheel)) as files:
        (member,) = [n for n in files.namelist() if re.search(r"\.data/scripts/uv(\.exe)?$", n)]
        program = folder / Path(member).name
        program.write_bytes(files.read(member))
    program.chmod(0o700)
    return str(program)


def run(command: "list[str]", to: Path) -> int:
    """Run a command in the environment of the notebooks. Return its exit code.

    Args:
        command: The program and its arguments.
        to: The folder with the notebooks.
    """
    programs = to / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    # So `uv run ...` works as it is, too, in a terminal that JupyterLab opens.
    settings = {"VIRTUAL_ENV": str(to / ".venv"), "UV_NO_SYNC": "1", "UV_OFFLINE": "1"}
    program = shutil.which(command[0], path=path)
    if program is None:
        sys.exit(f"There is no program {command[0]!r}.")
    with subprocess.Popen(
        [program, *command[1:]], cwd=to, env=os.environ | {"PATH": path} | settings
    ) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # which the program has got as well
                pass


def this_machine() -> str:
    """Return the name of what is installed here, such as "linux-x86_64-3.11"."""
    system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)
    machine = sysconfig.get_platform() if os.name == "nt" else platform.machine()
    processor = "arm64" if machine.lower().endswith(("arm64", "aarch64")) else "x86_64"
    return f"{system}-{processor}-{sys.version_info[0]}.{sys.version_info[1]}"


def read(source: str, name: str) -> bytes:
    """Return the content of a file of the bundle.

    Args:
        source: The folder or the address of the bundle.
        name: The file's name, with slashes.
    """
    if not is_address(source):
        return Path(source, name).read_bytes()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{source.rstrip('/')}/{name}", timeout=60) as answer:
        content: bytes = answer.read()
    return content


def is_address(source: str) -> bool:
    """Return whether `source` is the address of a server, and not a folder."""
    return re.match("https?://", source) is not None


if __name__ == "__main__":
    main()
