"""The front door of the library: each public name, loaded when it is first asked for."""

import ast
import importlib
import inspect
import pydoc
import subprocess
import sys
from typing import assert_type

import pytest

import session_lib
from tests.helpers.paths import LIBRARY

NAMES = session_lib.__all__


def run(code, *flags):
    command = [sys.executable, *flags, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", NAMES)
def test_name(name):
    value = getattr(session_lib, name)
    if not isinstance(value, tuple) and name != "APOSTROPHE":
        assert value.__name__ == name
        assert inspect.getdoc(value)
        assert not [path for path in LIBRARY.rglob("*.py") if path.stem == name]


def test_unknown_name():
    with pytest.raises(AttributeError, match="no attribute 'histories'"):
        session_lib.histories  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'histories'"):
        from session_lib import histories  # type: ignore[attr-defined]  # noqa: F401


def test_type_checkers_see_the_same_names():
    """What is imported for them is what `__getattr__` gives."""
    source = LIBRARY.joinpath("__init__.py").read_text("utf-8")
    told = {
        alias.name: str(node.module)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("session_lib.")
        for alias in node.names
    }
    assert sorted(told) == sorted(NAMES)
    for name, module in told.items():
        assert getattr(importlib.import_module(module), name) is getattr(session_lib, name)


def test_types_are_known():
    """mypy, which checks this file too, knows the type of a name and refuses an unknown one."""
    assert_type(session_lib.SQLiteSession("user").session_id, str)
    assert_type(session_lib.describe({}), tuple[str, str, str])


def test_help_shows_the_names():
    text = pydoc.plain(pydoc.render_doc(session_lib))
    for name in NAMES:
        assert name in text


def test_import_loads_little():
    code = "import sys; before = {*sys.modules}; import session_lib; print({*sys.modules} - before)"
    loaded = ast.literal_eval(run(code))
    assert {name.split(".")[0] for name in loaded} - {*sys.stdlib_module_names} == {"session_lib"}
    assert {name for name in loaded if name.startswith("session_lib")} == {"session_lib"}


def test_star():
    assert run("from session_lib import *; print(SQLiteSession('u'), len(KINDS))").endswith(" 5\n")
