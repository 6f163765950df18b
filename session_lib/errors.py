"""What goes wrong in SQLite or in a thread, as an error that a caller may be told."""

import copy
import sqlite3
import threading

from session_lib.jobs import LOCK_TIMEOUT


def with_path(error: sqlite3.Error | UnicodeDecodeError, path: str) -> sqlite3.Error:
    """Return an error of SQLite's as one of the same kind that names the file.

    Args:
        error: The error, or Python's failure to decode its message.
        path: The file.

    Returns:
        The new error. The old one stays as it is.
    """
    if isinstance(error, UnicodeDecodeError):
        # SQLite's message quotes a damaged file, and Python cannot make an error of that.
        error = sqlite3.DatabaseError(error.object.decode("utf-8", "replace"))
    message = f"{error}: {path}"
    if is_locked(error):
        message += f" (another connection has held the lock for {LOCK_TIMEOUT:g} seconds)"
    elif getattr(error, "sqlite_errorcode", 0) > 0xFF:  # which says more than its message
        message += f" ({error.sqlite_errorname})"
    error = copy.copy(error)
    error.args = (message,)
    return error


def as_exception(error: BaseException) -> Exception:
    """Return what a caller may be told: SystemExit, say, would end its event loop.

    Raises:
        KeyboardInterrupt: It is one, in the main thread. Ctrl+C is meant for the program.
    """
    if isinstance(error, Exception):
        return error
    if isinstance(error, KeyboardInterrupt) and _is_main_thread():
        raise error
    return RuntimeError(f"the work was interrupted by {error!r}")


def is_locked(error: BaseException) -> bool:
    """Tell whether SQLite failed for want of a lock that another connection held."""
    code = getattr(error, "sqlite_errorcode", 0)  # errors of Python's own module have none
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
