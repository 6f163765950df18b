"""The browser of these tests, or the reason why there is none."""

import shutil

import pytest
from website.npm import package

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)


@pytest.fixture(scope="module")
def browser():
    """Chromium, without a window."""
    sync_api = pytest.importorskip(
        "playwright.sync_api",
        reason="Playwright is not installed: run `uv run --group browser pytest tests/browser`",
    )
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: run `apt-get install chromium` (Debian)")
    with sync_api.sync_playwright() as playwright:
        # Its sandbox does not work for root, who runs the tests in a container.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe():
    """The file of axe-core, which finds faults of accessibility."""
    if shutil.which("npm") is None:
        pytest.skip("needs npm, which comes with Node.js: `apt-get install npm` (Debian)")
    return package("axe-core") / "axe.min.js"
