"""Programs that are ended as soon as they reach for the network: proof that none of ours does.

A folder with a module of the name that Python imports at its start goes before all others on
PYTHONPATH. So the programs that a program starts are watched as well.
"""

import os
from pathlib import Path

ENDED = 86
"""The exit code of a program that was ended."""

KEY = "not-a-key-but-in-its-place"
"""What is set for a key, so that whatever would send something has what it needs for that."""

# An audit hook sees what Python's own sockets do, asyncio's among them, in any thread. It cannot
# be taken away again. It does not see what code in C does without them, nor, on Windows, where
# asyncio connects to: only the name that is looked up for it.
_MODULE = """
import ipaddress, os, socket, sys

LOG, ENDED = os.environ["NETWORK_LOG"], {ended}

def is_here(host):
    if isinstance(host, bytes):
        host = host.decode()
    if host is None or host in ("", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False

def watch(event, arguments):
    if not event.startswith("socket."):  # there are many others
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if arguments[0].family not in (socket.AF_INET, socket.AF_INET6) or arguments[1] is None:
            return
        host = arguments[1][0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    elif event == "socket.getnameinfo":
        host = arguments[0][0]
    else:
        return
    if not is_here(host):
        line = f"{{event}} {{host}}\\n"
        with open(LOG, "a") as log:
            log.write(line)
        os.write(2, f"ENDED: {{line}}".encode())
        os._exit(ENDED)

sys.addaudithook(watch)
"""


def guarded(folder: Path) -> dict[str, str]:
    """Make the guard in `folder`, and return an environment for the programs to be guarded."""
    folder.joinpath("guard").mkdir()
    folder.joinpath("guard", "sitecustomize.py").write_text(_MODULE.format(ended=ENDED), "utf-8")
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join([str(folder / "guard"), root])
    # What would keep the SDK from sending anything, whatever the library does.
    unset = {"OPENAI_AGENTS_DISABLE_TRACING", "PYTHONDONTWRITEBYTECODE", "SESSION_LIB_MODEL"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return kept | {
        "PYTHONPATH": path,
        "PYTHONUTF8": "1",
        "OPENAI_API_KEY": KEY,
        "NETWORK_LOG": str(folder / "network.log"),
    }


def log(folder: Path) -> list[str]:
    """What the guarded programs reached for: a line for each that was ended."""
    path = folder / "network.log"
    return path.read_text("utf-8").splitlines() if path.exists() else []
