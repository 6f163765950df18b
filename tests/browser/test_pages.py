"""The site in a real browser: drawn, searched, folded and read without another host."""

import pytest

from tests.helpers.network import served
from tests.helpers.website import built_site

pytestmark = pytest.mark.browser

# The theme's own: the name of its button for the search leaves out the keys that it shows.
FAULTS = """async () => (await axe.run({exclude: [".search-button-field"]})).violations
  .filter(fault => ["serious", "critical"].includes(fault.impact))
  .map(fault => [fault.id, fault.nodes.map(node => node.html + " " + node.failureSummary)])"""

WIDE = "document.documentElement.scrollWidth - innerWidth"

PAGES = [
    "index",
    "reference",
    "notebooks/01_temporary_sessions",
    "notebooks/07_history_with_pandas",
    "notebooks/teaching/guide",
    "tests/README",
]
"""One of each kind."""


@pytest.fixture(scope="module")
def site(browser, tmp_path_factory):
    """The folder of the site, which is not made where there is no browser."""
    return built_site(tmp_path_factory)


@pytest.fixture(scope="module")
def address(site):
    """Where the site is served as ``python -m http.server`` would."""
    with served(site) as address:
        yield address


@pytest.fixture
def page(browser, address):
    """A page that may ask for nothing but what is at `address`, and may not fail."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert asked and not errors
    assert not [url for url in asked if not url.startswith((address, "data:"))]
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_page(page, address, axe, name):
    """No serious fault of accessibility, and nothing that reaches beyond the window."""
    page.goto(f"{address}{name}.html")
    page.add_script_tag(path=axe)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.locator(f"html[data-theme={theme}]").wait_for()
        assert page.evaluate(WIDE) <= 0
        assert not page.evaluate(FAULTS)
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate(WIDE) <= 0


def test_drawings(page, address):
    page.goto(f"{address}notebooks/02_persistent_sessions.html")
    drawing = page.locator(".drawing svg")
    drawing.wait_for()
    assert drawing.bounding_box()["height"] > 50
    assert drawing.locator("title").text_content() == "Two programs, one file"


def test_solution_opens_by_keyboard(page, address):
    page.goto(f"{address}notebooks/00_start_here.html")
    solution = page.locator("details.hide", has_text="check_solution").first
    code = solution.locator("pre").first
    assert not code.is_visible()
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    assert code.is_visible()


def test_search(page, address):
    page.goto(f"{address}search.html?q=walrus")
    page.locator(".search a", has_text="04 · Session operations").first.wait_for()


def test_opened_as_files(browser, site):
    """Without a server, a search finds pages, but may not read them for an excerpt."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.joinpath("notebooks", "02_persistent_sessions.html").as_uri())
    page.locator(".drawing svg").wait_for()
    page.goto(site.joinpath("search.html").as_uri() + "?q=walrus")
    page.locator(".search a", has_text="04 · Session operations").first.wait_for()
    assert asked and not [url for url in asked if not url.startswith("file:")]
    page.close()
