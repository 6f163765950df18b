"""A server that runs as long as the program that asked for it.

A second process, the keeper, looks after it. It notices when the program has ended, for whatever
reason, and clears everything away.
"""

import io
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

# What servers and their own programs can cope with: no character that means something to a shell
# or in a configuration. The name of a socket may have 103 characters on macOS, and ours take 37
# beside this.
_PLAIN_FOLDER = re.compile(r"[A-Za-z0-9/._+-]{1,66}")


class Server:
    """A server that runs until `close`, or until the program ends.

    A ``with`` statement gives its URL, and closes it at the end.

    Attributes:
        url: Its address. It may hold a password, so do not print it.
    """

    url: str

    def __init__(self, name: str, module: str) -> None:
        """Start the server.

        Args:
            name: What it is, for messages.
            module: The module that is the keeper when it is run: it calls `keep`.

        Raises:
            RuntimeError: It did not start. The message says why.
        """
        keeper = subprocess.Popen(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            # A signal to this program and its group must not reach the keeper.
            start_new_session=True,
            creationflags=_NO_CONSOLE,
        )
        self._stop = weakref.finalize(self, _stop, name, keeper, os.getpid())
        assert keeper.stdout is not None
        line = keeper.stdout.readline()
        answer = json.loads(line) if line else {"error": "its process has ended"}
        if "error" in answer:
            self.close()
            raise RuntimeError(f"there is no {name}: {answer['error']}")
        self.url = answer["url"]

    def close(self) -> None:
        """Stop the server, or drop the database on your own server. A second call does nothing.

        Close first what uses it: it does not wait for that.

        Raises:
            RuntimeError: The database on your server could not be dropped. The message says why.
        """
        self._stop()

    def __enter__(self) -> str:
        return self.url

    def __exit__(self, *error: object) -> None:
        self.close()


def keep(start: Callable[[], AbstractContextManager[str]]) -> None:
    """Be the keeper: tell the URL, wait until the program ends or says stop, and clear away.

    Args:
        start: Starts the server, for a ``with`` statement that gives its URL.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    # The errors that a package logs explain a failure.
    log = io.StringIO()
    logging.basicConfig(stream=log, level=logging.ERROR, format="%(message)s")
    try:
        with start() as url:
            print(json.dumps({"url": url}), flush=True)
            sys.stdin.readline()
    except Exception as error:
        reason = traceback.format_exception_only(error)[-1].strip()
        print(json.dumps({"error": f"{reason}\n{log.getvalue()}".strip()}), flush=True)


def temporary_folder(name: str, suits: Callable[[Path], bool] = lambda parent: True) -> Path:
    """Make a folder with a path that suits a server: the usual one, or in ``/tmp``.

    Args:
        name: What the server is, for the error.
        suits: Whether the folder may be in the one that it is called with.

    Raises:
        OSError: There is no such folder.
    """
    if os.name != "posix":
        return Path(tempfile.mkdtemp(prefix="sessions-"))
    usual = tempfile.gettempdir()
    for parent in map(os.path.realpath, (usual, "/tmp", "/var/tmp")):
        if _PLAIN_FOLDER.fullmatch(parent) and suits(Path(parent)):
            with suppress(OSError):
                return Path(tempfile.mkdtemp(prefix="sessions-", dir=parent))
    raise OSError(
        f"no folder for temporary files suits {name}, neither {usual!r} nor /tmp nor /var/tmp: "
        "set TMPDIR to one that you can write to, with a short path of plain letters and digits"
    )


def delete_folder(folder: Path) -> None:
    """Delete a folder that a server, which has ended, may still hold for a moment.

    Args:
        folder: What to delete.
    """
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(0.5)


_NO_CONSOLE = 0
if sys.platform == "win32":
    _NO_CONSOLE = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW


def _stop(name: str, keeper: "subprocess.Popen[str]", owner: int) -> None:
    if os.getpid() != owner:  # it is a fork of the program that ends
        return
    assert keeper.stdin is not None and keeper.stdout is not None
    try:
        # Closing the pipe would not be enough: a fork may still hold it.
        keeper.stdin.write("stop\n")
        keeper.stdin.close()
    except OSError:  # the keeper has ended
        pass
    keeper.wait()
    with keeper.stdout:
        complaint = keeper.stdout.read()
    if complaint:
        error = json.loads(complaint)["error"]
        raise RuntimeError(f"not everything of {name} was cleared away: {error}")
