"""The house itself: style, types, and what an installation brings."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {"README.md", "LICENSE", "pyproject.toml", "uv.lock"}
TOP_LEVEL |= {"notebooks", "session_lib", "tests", "data"}


@pytest.mark.parametrize(
    "command", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join
)
def test_style_and_types_are_right(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_plain_install_brings_aiosqlite_alone() -> None:
    always = [line for line in requires("session-lib") or [] if "extra ==" not in line]
    assert [line.split(">")[0] for line in always] == ["aiosqlite"]


def test_the_readme_gives_a_reason_for_each_dependency() -> None:
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["project"]["dependencies"]]
    for extra in project["project"]["optional-dependencies"].values():
        lines += extra
    for group in project["dependency-groups"].values():
        lines += [line for line in group if isinstance(line, str)]
    reasons = (
        ROOT.joinpath("README.md").read_text(encoding="utf-8").split("| package | reason |")[1]
    )
    for line in lines:
        name = line.split(">")[0].split("[")[0]
        assert name == "session-lib" or name in reasons, name


def test_nothing_else_stands_at_the_top_level() -> None:
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert visible <= TOP_LEVEL


def test_the_readme_describes_each_module() -> None:
    readme = ROOT.joinpath("README.md").read_text(encoding="utf-8")
    for path in ROOT.joinpath("session_lib").glob("*.py"):
        assert path.name == "__init__.py" or f"| `{path.name}` |" in readme


def test_the_settings_for_jupyterlab_are_installed() -> None:
    prefix = Path(sys.prefix)
    server = json.loads((prefix / "etc/jupyter/jupyter_server_config.json").read_text())
    assert server["ServerApp"]["allow_root"] is True
    assert server["LabApp"]["default_url"].endswith("/notebooks/00_start_here.ipynb")
    assert ROOT.joinpath(server["LabApp"]["default_url"].removeprefix("/lab/tree/")).exists()
    settings = json.loads((prefix / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert "token" not in json.dumps(server)


def test_each_link_of_the_readme_leads_to_a_file() -> None:
    for readme in [ROOT / "README.md", *ROOT.glob("*/README.md"), *ROOT.glob("*/*/README.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", readme.read_text(encoding="utf-8")):
            assert target.startswith("https://") or readme.parent.joinpath(target).exists(), target
