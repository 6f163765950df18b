"""SQLite's write-ahead log, as https://sqlite.org/walformat.html describes it."""

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


def page_size(log: bytes) -> int:
    return int.from_bytes(log[8:12])


def frames(log: bytes) -> Iterator[Frame]:
    """Read the frames since the log was last restarted. All have the same salt."""
    size = FRAME_HEADER + page_size(log)
    for start in range(HEADER, len(log), size):
        header, end = log[start : start + FRAME_HEADER], start + size
        if header[8:16] != log[16:24]:
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
