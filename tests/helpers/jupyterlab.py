"""JupyterLab, started as the README says and used as a learner uses it: by its menus and links."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.helpers.guard import guarded
from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SCREENSHOTS = ROOT / ".screenshots"
"""Where to look at what the tests have seen, if pictures are wanted. Git ignores it."""

FIRST = "my_notebooks/00_start_here.ipynb"
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
WIDTH = 1280
HEIGHT = 900
"""The size of the window in pixels."""

PICTURE = 1600
"""Pixels that a picture is high, at most."""

PATIENCE = 180.0
"""Seconds in which JupyterLab starts, or a notebook runs, on a busy machine."""


_SETTINGS = (
    ".jupyter/lab/user-settings/@jupyterlab/notebook-extension",
    "tracker.jupyterlab-settings",
)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a copy of the kit in `folder` by the README's command. Give the address that it prints.

    The home is empty but for a setting: without it, JupyterLab puts the cells that cannot be seen
    into the page little by little, and takes up to a minute for a long notebook. A program that
    reaches for the network is ended.
    """
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not on the path: run `pip install uv`")
    for name in ("data", "notebooks", "session_lib", "tests"):
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    home = folder / "home"
    settings = home.joinpath(*_SETTINGS)
    settings.parent.mkdir(parents=True)
    settings.write_text('{"windowingMode": "none"}', encoding="utf-8")
    readme = ROOT.joinpath("README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^pip install uv && (uv run jupyter lab)$", readme, re.MULTILINE)
    environment = guarded(folder) | {
        "HOME": str(home),
        "MY_NOTEBOOKS": str(folder / "my_notebooks"),
        # The environment of this process: a new one would take longer than the tests.
        "UV_PROJECT": str(ROOT),
        "UV_NO_SYNC": "1",
    }
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        environment.pop(name, None)
    path = folder / "server.log"
    with path.open("w") as log:
        server = subprocess.Popen(
            [uv, *command.split()[1:], "--no-browser", "--ip=127.0.0.1", "--port=0"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield _printed_address(server, path)
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _printed_address(server: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\S+", log.read_text("utf-8")):
            return found[0]
        time.sleep(0.2)
    pytest.fail(f"JupyterLab does not start: {log.read_text('utf-8')}")


class Lab:
    """JupyterLab in a browser, with one notebook open.

    Args:
        page: A page of the browser.
        address: The address that the server has printed.
        folder: The folder of the kit.
        pictures: Where to keep what the notebooks look like, if that is wanted. What is there goes.

    Attributes:
        page: The page.
        host: The name and the port of the server.
        folder: The folder of the kit.
        name: The path of the notebook that is open, such as "my_notebooks/00_start_here.ipynb".
    """

    def __init__(
        self, page: "Page", address: str, folder: Path, pictures: Path | None = None
    ) -> None:
        self.page = page
        self.folder = folder
        self._pictures = pictures
        if pictures is not None:
            shutil.rmtree(pictures, ignore_errors=True)
            pictures.mkdir()
        self.name = FIRST
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        self._wait_for_notebook()
        self._address = page.url
        self.host = urlsplit(page.url).netloc

    @property
    def path(self) -> Path:
        """The file of the notebook."""
        return self.folder / self.name

    @property
    def cells(self) -> "Locator":
        """The cells of the notebook."""
        return self.page.locator(f"{PANEL} .jp-Cell")

    def sources(self) -> list[dict[str, Any]]:
        """Return the cells as they are in the notebook's file."""
        cells: list[dict[str, Any]] = json.loads(self.path.read_text("utf-8"))["cells"]
        return cells

    def cell(self, name: str) -> "Locator":
        """Return the cell with this id."""
        return self.cells.nth([cell["id"] for cell in self.sources()].index(name))

    def open(self, name: str) -> None:
        """Open a notebook by the link of the one that is open, or else by its address."""
        if name == self.name:
            return
        before, self.name = self.name, name
        link = self.cells.last.locator(f'a[href*="{self.path.name}"]')
        if link.count():
            self.menu("Kernel", "Shut Down Kernel")
            self.menu("File", "Save Notebook")
            link.click()
            self._wait_for_notebook()
            tab = self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
            tab.filter(has_text=Path(before).name).locator(".lm-TabBar-tabCloseIcon").click()
        else:
            # Without what was open before, which would be opened once more.
            self.page.goto(f"{self._address.replace(FIRST, name)}?reset")
            self._wait_for_notebook()

    def menu(self, menu: str, entry: str) -> None:
        """Choose an entry of a menu."""
        self.page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()

    def confirm(self) -> None:
        """Say yes to what JupyterLab asks."""
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")

    def run_all(self) -> None:
        """Run all cells by the menu, and wait until the kernel has nothing more to do."""
        self.menu("Run", "Run All Cells")
        self._wait_until_all_have_run()

    def restart_and_run_all(self) -> None:
        """Do what README and notebooks call safe, and wait for the end of it."""
        self.menu("Kernel", "Restart Kernel and Run All Cells…")
        self.confirm()
        self._wait_until_all_have_run()

    def _wait_until_all_have_run(self) -> None:
        """Wait until the cells have begun, all code cells have numbers, and the kernel is idle."""
        self._wait_for(_IS_WAITING, PANEL)  # cells that were run before have numbers already
        self._wait_for(_HAVE_RUN, PANEL)

    def type_into(self, name: str, code: str) -> None:
        """Put `code` in place of what is in a cell, and stay in the cell."""
        editor = self.cell(name).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)

    def run(self, name: str) -> str:
        """Run a cell by the keyboard, and wait for its end. Return what it shows."""
        cell = self.cell(name)
        prompt = cell.locator(".jp-InputArea-prompt")
        prompt.filter(has_not_text="*").wait_for()
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        # The prompt is `[*]` until the cell has ended, and then has another number than before.
        prompt.filter(has_text=re.compile(r"\d"), has_not_text=before).wait_for()
        return " ".join(cell.locator(".jp-OutputArea").inner_text().split())

    def use_theme(self, theme: str) -> None:
        """Change the theme of the system, "light" or "dark", which JupyterLab follows."""
        scheme: Any = theme
        self.page.emulate_media(color_scheme=scheme)
        self._wait_for(_IS_LIGHT, str(theme == "light").lower())

    def zoom(self, factor: int) -> None:
        """Make all so many times as large, which leaves so many times less room in the window.

        The file browser is closed as long as there is little room.
        """
        self.page.keyboard.press("Control+b")
        self.page.set_viewport_size({"width": WIDTH // factor, "height": HEIGHT // factor})

    def take_pictures(self, name: str) -> None:
        """Keep what the notebook looks like, in pictures that can be looked at one by one."""
        if self._pictures is None:
            return
        scrolled = self.page.locator(f"{PANEL} .jp-WindowedPanel-outer")
        height = scrolled.evaluate("one => one.scrollHeight")
        self.page.set_viewport_size({"width": WIDTH, "height": height + HEIGHT})
        scrolled.evaluate("one => one.scrollTo(0, 0)")
        with Image.open(BytesIO(scrolled.screenshot())) as whole:
            for number, top in enumerate(range(0, height, PICTURE)):
                part = whole.crop((0, top, whole.width, min(top + PICTURE, height)))
                path = self._pictures / f"{self.path.stem[:2]}_{name}_{number:02}.png"
                part.save(path, compress_level=1)
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def _wait_for_notebook(self) -> None:
        """Wait until all cells and the kernel are there: what is run before may be lost."""
        self._wait_for(_IS_OPEN, [PANEL, self.name, len(self.sources())])

    def _wait_for(self, condition: str, argument: Any) -> None:
        # Looking at each frame, which is the default, would keep a core busy with drawing frames.
        self.page.wait_for_function(condition, arg=argument, polling=200)


_IS_LIGHT = "light => document.body.dataset.jpThemeLight === light"

_IS_OPEN = """([panel, name, count]) =>
  decodeURI(location.pathname).endsWith(name) &&
  document.querySelector("#jp-main-statusbar")?.textContent.includes("(ipykernel) | Idle") &&
  document.querySelectorAll(`${panel} .jp-Cell`).length === count"""

_IS_WAITING = """panel =>
  [...document.querySelectorAll(`${panel} .jp-CodeCell .jp-InputArea-prompt`)]
    .some(number => number.textContent.includes("*"))"""

_HAVE_RUN = """panel => {
  const numbers = [...document.querySelectorAll(`${panel} .jp-CodeCell .jp-InputArea-prompt`)];
  const kernel = document.querySelector(`${panel} .jp-Notebook-ExecutionIndicator`);
  return kernel?.dataset.status === "idle" &&
    numbers.every(number => /\\d/.test(number.textContent));
}"""
