"""SQLite's write-ahead log, as https://sqlite.org/walformat.html describes it."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

HEADER, FRAME_HEADER = 32, 24
"""Bytes before the first frame, and before the page in each frame."""

SECTOR = 512
"""Bytes that a disk writes as one."""


class Frame(NamedTuple):
    """A page in the log."""

    number: int
    page: bytes
    commits: bool
    end: int


class Index(NamedTuple):
    """What all connections know of the log: the beginning of the ``-shm``."""

    frames: int
    salt: bytes

    @classmethod
    def of(cls, shared_memory: bytes) -> "Index":
        return cls(*struct.unpack_from("=16xI12x8s", shared_memory))


def salt(log: bytes) -> bytes:
    """What a log is marked with each time it is restarted, as are its frames since then."""
    return log[16:24]


def page_size(log: bytes) -> int:
    return int.from_bytes(log[8:12])


def frames(log: bytes) -> Iterator[Frame]:
    """Read the frames since the log was last restarted."""
    size = FRAME_HEADER + page_size(log)
    for start in range(HEADER, len(log), size):
        header, end = log[start : start + FRAME_HEADER], start + size
        if header[8:16] != salt(log):
            return
        page = log[start + FRAME_HEADER : end]
        yield Frame(int.from_bytes(header[:4]), page, header[4:8] != bytes(4), end)


def unharmed(before: bytes, after: bytes) -> int:
    """Count the bytes at the beginning that are as they were."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[:middle] == after[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
