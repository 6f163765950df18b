"""The slides in a real browser: they fit, are read easily, and load nothing from elsewhere."""

import re

import pytest

from tests.helpers.website import built_site

pytestmark = pytest.mark.browser

OUTSIDE = """() => {
  const slide = Reveal.getCurrentSlide();
  const frame = document.querySelector(".reveal .slides").getBoundingClientRect();
  const faults = [];
  for (const element of slide.querySelectorAll("*")) {
    if (element.closest("aside") || element.closest("svg") && element.tagName !== "svg") continue;
    const box = element.getBoundingClientRect();
    const beyond = [frame.left - box.left, box.right - frame.right, box.bottom - frame.bottom];
    if (box.width && Math.max(...beyond) > 1) faults.push(`${beyond}: ${element.textContent}`);
    if (getComputedStyle(element).overflowX !== "visible" &&
        element.scrollWidth > element.clientWidth + 1) faults.push(`cut: ${element.textContent}`);
  }
  return faults;
}"""
"""What reaches beyond the current slide, or is cut inside it."""

SMALL_CODE = """() => [...Reveal.getCurrentSlide().querySelectorAll("pre, code")]
  .filter(code => !code.closest("aside"))
  .map(code => [parseFloat(getComputedStyle(code).fontSize) * Reveal.getScale(), code.textContent])
  .filter(([size]) => size < 18)"""
"""The code that is lower than 18 pixels on the screen."""

FAULTS = """async () => (await axe.run("section.present section.present")).violations
  .filter(fault => ["serious", "critical"].includes(fault.impact))
  .map(fault => [fault.id, fault.nodes.map(node => node.html + " " + node.failureSummary)])"""


@pytest.fixture(scope="module")
def slides(browser, tmp_path_factory):
    """The slides, opened as a file, and what their page has asked for."""
    site = built_site(tmp_path_factory)
    page = browser.new_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(site.joinpath("slides", "index.html").as_uri())
    page.wait_for_function("Reveal.isReady() && document.querySelector('.drawing svg')")
    page.add_style_tag(content="* { transition: none !important; }")  # half shown is not shown
    yield page, requests
    assert not errors
    page.close()


def each_slide(page):
    """Go from slide to slide, with all of each one shown."""
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number}, 0, 99)")
        yield number


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1920, 1080)])
def test_each_slide_fits(slides, width, height):
    page, _ = slides
    page.set_viewport_size({"width": width, "height": height})
    seen = {number: page.evaluate(OUTSIDE) for number in each_slide(page)}
    assert len(seen) > 10
    assert {number: faults for number, faults in seen.items() if faults} == {}
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_code_is_large(slides):
    page, _ = slides
    page.set_viewport_size({"width": 1024, "height": 768})
    assert not [small for _ in each_slide(page) for small in page.evaluate(SMALL_CODE)]


def test_drawing_has_a_size_and_a_name(slides):
    page, _ = slides
    page.set_viewport_size({"width": 1024, "height": 768})
    page.evaluate("Reveal.slide(5)")
    drawing = page.locator("section.present section.present .drawing svg")
    assert drawing.bounding_box()["height"] > 200
    assert drawing.locator("title").text_content() == "What the runner does with a session"


def test_accessible(slides, axe):
    page, _ = slides
    page.add_script_tag(path=axe)
    assert not [fault for _ in each_slide(page) for fault in page.evaluate(FAULTS)]


def test_nothing_from_elsewhere(slides):
    page, requests = slides
    for _ in each_slide(page):
        pass
    assert len(requests) > 5
    assert not [url for url in requests if not url.startswith(("file:", "data:"))]


def test_notes_for_the_speaker(slides):
    """In a window of their own, with the minutes."""
    page, _ = slides
    page.evaluate("Reveal.slide(2)")
    (minutes,) = re.findall(r"\d:\d\d · \d+ minutes", page.evaluate("Reveal.getSlideNotes()"))
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    notes = popup.value.locator(".speaker-controls-notes .value")
    notes.filter(has_text=minutes).wait_for()
    popup.value.close()
