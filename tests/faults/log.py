"""What stands in SQLite's write-ahead log, as https://sqlite.org/walformat.html describes it."""

from collections.abc import Iterator
from typing import NamedTuple

HEADER = 32
"""Bytes before the first frame. A frame is a header of `FRAME` bytes and a page."""

FRAME = 24


class Frame(NamedTuple):
    """A page in the log."""

    number: int
    page: bytes
    commits: bool
    end: int


def frames(log: bytes) -> Iterator[Frame]:
    """Read the frames since the log was last begun anew. All have the same salt."""
    size = int.from_bytes(log[8:12])
    for start in range(HEADER, len(log), FRAME + size):
        header = log[start : start + FRAME]
        if header[8:16] != log[16:24]:
            return
        end = start + FRAME + size
        commits = header[4:8] != bytes(4)
        yield Frame(int.from_bytes(header[:4]), log[start + FRAME : end], commits, end)


def unharmed(before: bytes, after: bytes) -> int:
    """Say how many bytes at the beginning are as they were."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[:middle] == after[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
