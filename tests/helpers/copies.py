"""Copies of what a program left behind, to be opened many at a time."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

T = TypeVar("T")
Files = dict[str, bytes]
"""The contents of a database, under ``""``, and of the files beside it, by their endings."""

FAST_FOLDER = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where to put files that need not outlive a test: in memory, if there is a way."""


def files_at(path: Path, *endings: str) -> Files:
    """Read a database and what is beside it. Not the -shm: that is memory, not stored."""
    files = {ending: Path(f"{path}{ending}") for ending in endings or ("", "-wal", "-journal")}
    return {ending: file.read_bytes() for ending, file in files.items() if file.exists()}


@contextmanager
def copied(files: Files, folder: str | None = FAST_FOLDER) -> Iterator[Path]:
    """Put `files` where nobody else is. Afterwards they are gone."""
    with TemporaryDirectory(dir=folder) as place:
        path = Path(place).resolve() / "x.db"
        for ending, content in files.items():
            Path(f"{path}{ending}").write_bytes(content)
        yield path


def eight_at_a_time(look: Callable[[T], Awaitable[None]], cases: Iterable[T]) -> None:
    """Look at each case. While one waits for the disk, others go on."""
    waiting = iter(cases)

    async def work() -> None:
        for case in waiting:
            await look(case)

    async def work_together() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(work())

    asyncio.run(work_together())
