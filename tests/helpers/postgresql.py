"""A program that starts a PostgreSQL, what others ask such a server, and its process."""

from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

START = """
    import asyncio, sys
    from session_lib.teaching.postgresql import start_postgresql
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    async def main(url):
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            for question in ["SHOW data_directory", "SELECT current_database()"]:
                print((await connection.execute(text(question))).scalar_one(), flush=True)
            await asyncio.to_thread(sys.stdin.readline)
        await engine.dispose()

    server = start_postgresql()
    asyncio.run(main(server.url))
"""

"""It tells the data folder and the database, and ends when it is told to."""


async def select(url: str, question: str) -> list[Any]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return list((await connection.execute(text(question))).scalars())
    finally:
        await engine.dispose()


async def databases(url: str) -> set[str]:
    return {*await select(url, "SELECT datname FROM pg_database")}


def postmaster_of(data: Path) -> psutil.Process:
    """The server's process. psutil tells it from a later one with the same number."""
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
