"""The house itself: style, types, its files, and its settings for JupyterLab."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from exercises import server as extension
from exercises.paths import COPIES, series

from tests.helpers.paths import ROOT

TOP_LEVEL = {"README.md", "LICENSE", "pyproject.toml", "uv.lock"}
TOP_LEVEL |= {"notebooks", "session_lib", "tests", "data"}
TOP_LEVEL |= {"my_notebooks"}  # made when JupyterLab starts, and ignored by git


def _hooks() -> list[list[str]]:
    """What is run before a commit, except for tests, which run here anyway."""
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    entries = [hook["entry"].split() for repo in settings["repos"] for hook in repo["hooks"]]
    assert all(entry[:3] == ["uv", "run", "--no-sync"] for entry in entries)
    return [entry[3:] for entry in entries if entry[3] != "pytest"]


@pytest.mark.parametrize("command", _hooks(), ids=" ".join)
def test_hooks_before_a_commit(command):
    """Style, types and spelling."""
    program, *arguments = command
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_dependency_has_its_reason():
    """There is a comment beside it, or above it where it is alone in an extra."""
    for path in (ROOT / "pyproject.toml", ROOT / "notebooks" / "pyproject.toml"):
        text = path.read_text("utf-8")
        project = tomllib.loads(text)
        lists = [project["project"]["dependencies"]]
        lists += project["project"].get("optional-dependencies", {}).values()
        lists += project.get("dependency-groups", {}).values()
        for requirement in {line for lines in lists for line in lines if ">" in line}:
            if requirement.startswith(("pytest>", "openai-agents>")):
                continue  # what the project is about, and what runs its tests
            entry = re.escape(f'"{requirement}"')
            beside, above = rf"{entry}, +# \w", rf"# [^\n]+\n\w+ = \[{entry}\]"
            assert re.search(f"{beside}|{above}", text), requirement


def test_nothing_else_at_the_top_level():
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert visible <= TOP_LEVEL


def test_settings_for_jupyterlab():
    prefix = Path(sys.prefix)
    server = json.loads((prefix / "etc/jupyter/jupyter_server_config.json").read_text())
    assert server["ServerApp"]["allow_root"] is True
    opened = ROOT / server["LabApp"]["default_url"].removeprefix("/lab/tree/")
    assert opened == COPIES / series()[0].name
    more = json.loads((prefix / "etc/jupyter/jupyter_server_config.d/exercises.json").read_text())
    assert more["ServerApp"]["jpserver_extensions"] == {extension.__name__: True}
    settings = json.loads((prefix / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert "token" not in json.dumps(server)


def test_readme_is_short():
    assert len(ROOT.joinpath("README.md").read_text("utf-8").splitlines()) < 120
