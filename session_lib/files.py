"""The file that a database is kept in: its path, who may read it, and whether it was replaced."""

import contextlib
import errno
import os
import sqlite3
import time

from session_lib.reports import short_repr

MEMORY = ":memory:"
"""The path that stands for a private in-memory database, in SQLite and here."""

_MIN_PAGE = 512  # bytes; a file in SQLite's format has at least one page


def resolve(path: str | os.PathLike[str] | None) -> str:
    """Turn what a caller names a database by into one absolute path.

    Args:
        path: A file, or ``None`` for memory. ``~`` and symbolic links are followed.

    Returns:
        The absolute path, or `MEMORY`.

    Raises:
        TypeError: `path` is neither text nor a path.
        ValueError: `path` is empty, or no file here can have this name.
    """
    if path is None:
        return MEMORY
    name = os.fspath(path) if isinstance(path, str | os.PathLike) else path
    if not isinstance(name, str):
        raise TypeError(f"db_path is {short_repr(path)}; it must be a str or a path, not bytes")
    if not name or "\0" in name:
        raise ValueError(f"db_path is {short_repr(path)}; it must name a file")
    try:
        name.encode() if os.name == "nt" else os.fsencode(name)
    except UnicodeEncodeError:
        raise ValueError(f"db_path is {path!r}; no file can have this name here") from None
    return name if name == MEMORY else os.path.realpath(os.path.expanduser(name))


def create_private(path: str) -> None:
    """Create an empty file that only its owner may read and write, from its first moment.

    Args:
        path: The file, absolute.

    Raises:
        FileExistsError: Something is at `path` already.
        OSError: Its folder does not exist or is not writable.
    """
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        reason = "the folder for this file does not exist; create it first"
        raise FileNotFoundError(errno.ENOENT, reason, path)
    if not os.access(folder, os.W_OK | os.X_OK):
        reason = "SQLite must be able to write to the folder of this file, and has no permission"
        raise PermissionError(errno.EACCES, reason, path)
    # SQLite gives the files beside it, -wal and -shm, the permissions of this one.
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(file, 0o600)  # the umask may have taken away the owner's own rights
    finally:
        os.close(file)


def prepare(path: str) -> bool:
    """Make sure that SQLite can open a file: check what is there, or create it for its owner only.

    Args:
        path: The file, absolute, or `MEMORY`.

    Returns:
        Whether the file was created.

    Raises:
        OSError: It is not a regular file, or is not readable and writable, or cannot be created.
        sqlite3.DatabaseError: It is too short to be a database.
    """
    if path == MEMORY:
        return False
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "this is a folder; name a file in it", path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(errno.EINVAL, "this is not a regular file", path)
    try:
        create_private(path)
    except FileExistsError:
        os.stat(path)  # raises if it is a link that leads to itself
        if not os.access(path, os.R_OK | os.W_OK):
            reason = "no permission to read and write this file"
            raise PermissionError(errno.EACCES, reason, path) from None
        if 0 < os.path.getsize(path) < _MIN_PAGE:
            # SQLite takes some of these for the start of a database, and overwrites them.
            raise sqlite3.DatabaseError("file is not a database") from None
        return False
    return True


def remove_empty(path: str) -> None:
    """Remove a file that was created, and then could not be opened, unless something is in it."""
    with contextlib.suppress(OSError):
        if os.path.getsize(path) == 0:
            os.unlink(path)


class Watch:
    """Notices when the file at a path, or the log beside it, is deleted or replaced.

    The folder's own time says whether that happened to any file in it. Asking for the files
    themselves before each write would be slow: since version 6.13, Linux then has to store the
    exact time of the next write.

    Args:
        path: The file, absolute, or `MEMORY`. It has not been opened yet, so that a change while
            it is being opened is noticed too.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = os.path.dirname(path)
        self._file = _identity(path)
        self._log: tuple[int, int] | None = None
        self._index: tuple[int, int] | None = None
        self._unchanged_since: tuple[int, int, int] | None = None

    def start(self) -> None:
        """Say that the file is open. Its log is there from now on: writes go to the log first."""
        self._log = _identity(f"{self._path}-wal")
        self._index = _identity(f"{self._path}-shm")

    def is_replaced(self) -> bool:
        """Tell whether the file, its log or the log's index is no longer the one at its path."""
        if self._path == MEMORY:
            return False
        state = _state(self._folder)
        if state is not None and state == self._unchanged_since:
            return False
        if self._file != _identity(self._path) or self._log != _identity(f"{self._path}-wal"):
            return True
        if self._index != _identity(f"{self._path}-shm"):
            return True
        self._unchanged_since = state if _is_settled(state) else None
        return False

    def has_stale_log(self) -> bool:
        """Tell whether the file was replaced while its log is still there."""
        return self._has_log() and self._file != _identity(self._path)

    def has_stale_index(self) -> bool:
        """Tell whether the log's index was deleted or replaced while the log is still there."""
        return self._has_log() and self._index != _identity(f"{self._path}-shm")

    def _has_log(self) -> bool:
        return self._log is not None and self._log == _identity(f"{self._path}-wal")


def _identity(path: str) -> tuple[int, int] | None:
    """Return what tells the file at `path` from any other file that may take its place."""
    state = _state(path)
    return state and state[1:]


def _state(path: str) -> tuple[int, int, int] | None:
    """Return which file or folder this is, and when it changed: a folder, when a file in it did."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_ctime_ns, status.st_dev, status.st_ino)


def _is_settled(state: tuple[int, int, int] | None) -> bool:
    """Tell whether a further change to the folder would show: its clock must have ticked since."""
    if state is None:
        return False
    changed = state[0] / 1e9
    tick = 0.1 if state[0] % 1_000_000_000 else 2.0  # seconds; FAT's clock ticks every two
    return time.time() - changed > tick
