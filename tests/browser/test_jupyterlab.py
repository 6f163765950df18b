"""JupyterLab in a real browser: each notebook as a learner meets it, in both themes.

What the notebooks looked like is in `.screenshots`, to be looked at.
"""

import re

import pytest
from exercises.paths import series

from tests.helpers.answers import answers_to
from tests.helpers.guard import reached
from tests.helpers.jupyterlab import PANEL, SCREENSHOTS, TALL, WIDTH, Lab, served
from tests.helpers.looks import cut_texts, misshapen, serious_faults
from tests.refresh_notebooks import exercises_of

pytestmark = pytest.mark.browser

OUTPUTS = f"{PANEL} .jp-OutputArea-output"


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """The address of JupyterLab, and the folder of the kit that it serves."""
    folder = tmp_path_factory.mktemp("kit")
    for old in SCREENSHOTS.glob("*.png"):
        old.unlink()
    with served(folder) as address:
        yield address, folder
    assert reached(folder) == []


@pytest.fixture(scope="module")
def module_lab(browser, server):
    address, folder = server
    page = browser.new_page(color_scheme="light")
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Lab(page, address, folder), asked, errors
    page.close()


@pytest.fixture
def lab(module_lab):
    """JupyterLab, whose page may ask for nothing but what its server has, and may not fail."""
    lab, asked, errors = module_lab
    yield lab
    lab.use_theme("light")
    ours = re.compile(rf"(data|blob):|(http|ws)://{re.escape(lab.host)}/")
    assert asked and not [url for url in asked if not ours.match(url)]
    assert not errors


@pytest.fixture(scope="module", params=series(), ids=lambda path: path.stem)
def opened(request, module_lab):
    """A notebook that has just been opened, by the link of the one before if that is open."""
    lab, _, _ = module_lab
    lab.open(f"my_notebooks/{request.param.name}")
    return request.param


@pytest.fixture(scope="module")
def original(module_lab, opened):
    """The original of the notebook that is open, whose cells have all been run by the menu."""
    lab, _, _ = module_lab
    lab.run_all()
    return opened


def test_copy_is_clean(lab, opened):
    """It shows no output and no solution before it is run."""
    assert lab.cells.count() == len(lab.sources()) > 20
    assert lab.page.locator(OUTPUTS).count() == 0
    assert lab.page.locator(f"{PANEL} .jp-CodeCell", has_text="# Solution").count() == 0
    assert lab.page.locator(f"{PANEL} .jp-InputPlaceholder").count() == 0


def test_no_error(lab, original):
    kinds = lab.page.locator(OUTPUTS).evaluate_all(
        'all => all.map(one => one.dataset.mimeType ?? "")'
    )
    assert len(kinds) > 10
    assert not [kind for kind in kinds if kind.endswith(("error", "stderr"))]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_looks(lab, original, theme):
    """All has a size and fits, what is folded is closed, and axe-core finds nothing serious."""
    lab.use_theme(theme)
    lab.take_pictures(theme)
    assert misshapen(lab.page) == []
    assert serious_faults(lab.page) == []


def test_twice_the_size(lab, original):
    """At 200 % zoom, a window has half as many pixels. Texts fit without scrolling sideways."""
    lab.page.set_viewport_size({"width": WIDTH // 2, "height": TALL})
    assert cut_texts(lab.page) == []
    lab.page.set_viewport_size({"width": WIDTH, "height": TALL})


def test_answers(lab, original):
    """A wrong answer gets its words, and after it a right one solves the exercise."""
    name, *_ = [
        name for name, exercise in exercises_of(original).items() if exercise.kind == "write"
    ]
    answers = answers_to(f"notebook_{original.name[:2]}", name)
    wrong = next(answer for answer in answers if not answer.right and answer.says)
    right = next(answer for answer in answers if answer.right)
    for answer, said in ((wrong, f"Not yet. {wrong.says}"), (right, "Solved.")):
        lab.type_into(f"{name}-start", answer.code)
        lab.run(f"{name}-start")
        assert said in lab.run(f"{name}-check")
