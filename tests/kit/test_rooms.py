"""Each module of the library imports only what its row in the library's README allows."""

import ast
import re
import sys

import pytest

from tests.helpers.paths import LIBRARY

ROWS = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", LIBRARY.joinpath("README.md").read_text(), re.M)
ALLOWED = {module: {*re.findall(r"\w+", allowed)} for module, allowed in ROWS}
MODULES = sorted(LIBRARY.rglob("*.py"))


def imported(source):
    """Return what `source` imports: our modules by their first name, and other packages."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "say where it is from"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    parts = {tuple(name.split(".")) for name in names}
    ours = {name[1] for name in parts if name[0] == "session_lib"}
    others = {name[0] for name in parts} - {"session_lib"} - sys.stdlib_module_names
    return ours | others


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports(path):
    room = path.relative_to(LIBRARY).parts[0].removesuffix(".py")
    if room == "__init__":
        return  # the front door knows all
    assert ALLOWED[room] == {"everything"} or imported(path.read_text("utf-8")) <= ALLOWED[room]


def test_the_rule_can_fail():
    source = "from session_lib.tables import history\nimport os, pandas.io\nimport session_lib.jobs"
    assert imported(source) == {"tables", "pandas", "jobs"}
    assert not imported(source) <= ALLOWED["session"]


def test_no_room_is_missing_or_imagined():
    assert {*ALLOWED} - {"__main__"} == {
        path.relative_to(LIBRARY).parts[0].removesuffix(".py") for path in MODULES
    } - {"__init__", "__main__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_privates_stay_in_their_room(path):
    """A private name that a module uses is one that it defines itself."""
    source = path.read_text("utf-8")
    used = {*re.findall(r"\.(_[a-z]\w+)", source)} - {"_asdict"}  # which is public, of a NamedTuple
    defined = {*re.findall(r"self\.(_[a-z]\w+)[:\w\[\], |\".]* = |def (_[a-z]\w+)", source)}
    assert used <= {name for names in defined for name in names}
    assert not re.search(r"from session_lib\S* import .*\b_[a-z]", source)
