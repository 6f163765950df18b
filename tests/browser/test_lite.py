"""The notebooks in a real browser, with nothing installed: served as files, kept by the browser.

Each notebook is run from top to bottom, and its outputs are compared with the stored ones. This
takes many minutes, and is done before the site is published, with ``--on-the-site``.
"""

import json
import re

import pytest
from exercises.notebook_00 import write_a_message
from exercises.paths import series

from tests.helpers.lite import Lab, built_lite, outputs
from tests.helpers.network import served

pytestmark = pytest.mark.browser

DIFFERS = {
    "03-27b": "it shows exit codes, and programs that run in the page have none",
    "00-await-5": "it measures half a second, and a page that is busy takes longer",
}
"""The cells that are run, and whose outputs differ from the stored ones. Each with its reason."""

FOLLOWS = {"12-13": "cryptography", "12-15": "cryptography"}
"""The cells that show what others have done, which are not run where a site lacks a package."""


@pytest.fixture(scope="module", autouse=True)
def asked_for(request):
    if not request.config.getoption("--on-the-site"):
        pytest.skip("takes many minutes: run it with --on-the-site")


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory):
    """Where the site is served as ``python -m http.server`` would."""
    with served(built_lite(tmp_path_factory)) as address:
        yield address


@pytest.fixture
def lab(browser, address):
    """A page of somebody who comes for the first time. It may ask for nothing but the site."""
    context = browser.new_context()
    context.set_default_timeout(300_000)
    page = context.new_page()
    lab = Lab(page, address)
    context.on("request", lambda request: lab.asked.append(request.url))
    yield lab
    context.close()
    assert not [url for url in lab.asked if not url.startswith((address, "data:", "blob:"))]


@pytest.mark.parametrize("path", series(), ids=lambda path: path.name[:2])
def test_notebook(lab, path):
    """It runs to its end, and shows what is stored."""
    lab.open(path.name)
    assert lab.asked
    ran = lab.run_all()
    stored = {cell["id"]: cell for cell in json.loads(path.read_text("utf-8"))["cells"]}
    codes = [key for key, cell in ran.items() if cell["cell_type"] == "code"]
    assert len(codes) > 20
    said = "".join("".join(ran[key]["source"]) for key in codes)
    lacking = {key for key, package in FOLLOWS.items() if f"this site has no {package}" in said}
    differs = {}
    for key in codes:
        shows, expected = outputs(ran[key]), outputs(stored[key])
        if "".join(ran[key]["source"]).startswith("%%elsewhere "):
            assert shows and "In a browser this cell is not run: " in shows[0][1], (key, shows)
            shows = after_the_sentence(shows)
        elif "nbval-ignore-output" in stored[key]["metadata"].get("tags", []):
            assert not [one for one in shows if "error" in one], (key, shows)
            continue
        if shows != expected and key not in {*DIFFERS, *lacking}:
            differs[key] = shows
    assert not differs
    AFTERWARDS.get(path.name[:2], lambda _: None)(lab)


def after_the_sentence(shows):
    """Return what a cell that is not run shows below the sentence that says so."""
    _, _, rest = shows[0][1].partition("\n")
    return [["stdout", rest], *shows[1:]] if rest else shows[1:]


def type_into_the_view(lab):
    """Type into what shows a chat as it grows, and wait for the answer."""
    form = lab.page.locator(".session-live-form input[type=text]").last
    form.fill("How many messages have I sent?")
    form.press("Enter")
    answer = lab.page.locator(".session-live-view", has_text="Messages I was given: ").last
    answer.wait_for()


def come_back(lab):
    """What was solved, changed and stored is there again. A check ends whatever the code does."""
    lab.type("write_a_message-start", write_a_message.solution)
    assert "Solved." in lab.run(SOLVE)
    assert lab.run(KEEP) == "2 items\n['kept.db']\n"
    lab.save()
    lab.page.reload()
    lab.wait()
    assert lab.cells()["write_a_message-start"]["source"] == write_a_message.solution
    assert lab.run(KEEP) == "4 items\n['kept.db']\n"
    assert "1 of 6" in lab.run("from exercises import progress; print(progress.table())")
    said = lab.run(ENDLESS)
    assert re.search(r"has not ended after 1 seconds \(line [67]: `", said), said
    assert lab.run("print('alive')") == "alive\n"


AFTERWARDS = {"00": come_back, "01": type_into_the_view}
"""What is tried in a notebook when it has run. So no Python has to start for it."""

SOLVE = f"""
{write_a_message.solution}
from exercises.notebook_00 import write_a_message
await write_a_message.check()
"""

KEEP = """
from pathlib import Path
from session_lib import SQLiteSession
session = SQLiteSession("ada", "kept.db")
await session.add_items([{"role": "user", "content": "Grüße"}, {"n": 1}])
print(len(await session.get_items()), "items")
print(sorted(path.name for path in Path().glob("*.db*")))
"""

ENDLESS = """from exercises import checking
from exercises.notebook_00 import write_a_message

checking.TIME_LIMIT = 1.0
def introduction(name):
    while True:
        name += "!"

await write_a_message.check()
"""
