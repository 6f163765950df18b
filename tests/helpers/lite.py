"""The notebooks in a browser: the site that is built for it, and what a page of it says."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.network import needs_registry
from tests.helpers.paths import ROOT
from tests.helpers.website import needs_website

READY = """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady"""
RUN = """async code => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({code});
  let said = "";
  future.onIOPub = ({content}) => said += content.text ?? content.traceback?.join("\\n") ?? "";
  await future.done;
  return said;
}"""


def built_lite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site that has the notebooks for the browser."""
    needs_website()
    needs_registry()
    site = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "website", "lite", "--into", str(site)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return site / "lite"


class Lab:
    """A page with a notebook that runs in it.

    Args:
        page: The page, of Playwright.
        address: Where the site's folder `lite` is.

    Attributes:
        asked: The addresses that the page has asked for.
    """

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self._address = address
        self.asked: list[str] = []

    def open(self, notebook: str) -> None:
        """Open a notebook, and wait until its kernel has begun."""
        self.page.goto(f"{self._address}lab/index.html?path=my_notebooks/{notebook}")
        self.wait()

    def wait(self) -> None:
        """Wait until the kernel has begun."""
        self.page.wait_for_function(READY, timeout=300_000)

    def run(self, code: str) -> str:
        """Run code, and return what it prints, or how it failed."""
        return str(self.page.evaluate(RUN, code))

    def run_all(self) -> dict[str, dict[str, Any]]:
        """Run all cells as the menu does. Return them by their ids, with their outputs."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        return self.cells()

    def cells(self) -> dict[str, dict[str, Any]]:
        """Return the notebook's cells by their ids."""
        model = self.page.evaluate("jupyterapp.shell.currentWidget.content.model.toJSON()")
        return {cell["id"]: cell for cell in model["cells"]}

    def type(self, cell: str, source: str) -> None:
        """Put a text into a cell."""
        change = """([id, source]) => [...jupyterapp.shell.currentWidget.content.model.cells]
          .find(cell => cell.id === id).sharedModel.setSource(source)"""
        self.page.evaluate(change, [cell, source])

    def save(self) -> None:
        """Save the notebook."""
        self.page.evaluate("jupyterapp.commands.execute('docmanager:save')")


def outputs(cell: dict[str, Any]) -> list[Any]:
    """Return the outputs of a cell, as nbval compares them: without living widgets and counts."""
    found: list[Any] = []
    for one in cell.get("outputs", []):
        if one["output_type"] == "stream":
            if found and isinstance(found[-1], list) and found[-1][0] == one["name"]:
                found[-1][1] += _text(one["text"])
            else:
                found.append([one["name"], _text(one["text"])])
        elif one["output_type"] == "error":
            found.append(["error", one["ename"], one["evalue"]])
        else:
            found.append({k: _text(v) for k, v in one["data"].items() if "widget" not in k})
    return found


def _text(value: Any) -> Any:
    return "".join(value) if isinstance(value, list) else value
