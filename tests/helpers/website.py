"""The site as its command makes it, once for all tests, and what is on its pages."""

import os
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.helpers.paths import ROOT


def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, with pages and slides.

    Who asks first makes it, and other workers wait for it.
    """
    needs_website()
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    site, said = shared / "site", shared / "site.txt"
    try:
        site.mkdir()
    except FileExistsError:
        while not said.exists():
            time.sleep(0.5)
    else:
        code, words = 0, ""
        for part in ("pages", "slides"):
            command = [sys.executable, "-m", "website", part, "--into", str(site)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            code, words = code or done.returncode, f"{words}{done.stdout}{done.stderr}"
        partial = said.with_suffix(".partial")
        partial.write_text(f"{code}\n{words}", encoding="utf-8")
        partial.rename(said)
    ended, _, words = said.read_text(encoding="utf-8").partition("\n")
    assert ended == "0", words
    return site


def needs_website() -> None:
    """Skip what needs the site where it cannot be made."""
    pytest.importorskip("sphinx", reason="needs Sphinx: run `uv run --group website pytest`")
    if shutil.which("npm") is None:
        pytest.skip("needs npm, which comes with Node.js: `apt-get install npm` (Debian)")


class PageOfSite(HTMLParser):
    """A page of the site: its text, where it leads, what it loads, and the names of its places."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = set()
        self.folded: list[str] = []
        self._depth = 0
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.places |= {value for key in ("id", "name") if (value := values.get(key))}
        if tag == "a" and (address := values.get("href")) is not None:
            self.links.append(address)
        for key in ("src", "data", "poster") if tag != "a" else ():
            if address := values.get(key):
                self.loads.append(address)
        if tag == "link" and values.get("href"):
            # What tells of other pages is not loaded.
            told = {"index", "search", "next", "prev", "canonical"}
            into = self.links if values.get("rel") in told else self.loads
            into.append(str(values["href"]))
        if tag == "details":
            self._depth += 1
            self.folded.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.folded[-1] += data


def is_local(address: str) -> bool:
    """Whether an address is one of the site's own."""
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def target(page: Path, address: str) -> tuple[Path, str]:
    """Return the file that a link of a page leads to, and the place in it."""
    parts = urlsplit(address)
    file = page.parent.joinpath(unquote(parts.path)) if parts.path else page
    return file.resolve(), unquote(parts.fragment)
