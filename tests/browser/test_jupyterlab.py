"""JupyterLab in a real browser: each notebook as a learner meets it, in both themes.

With ``--pictures``, what they looked like is in `.screenshots`, to be looked at.
"""

import re

import pytest
from exercises.paths import ORIGINALS, series

from tests.helpers.answers import answers_to
from tests.helpers.guard import reached
from tests.helpers.jupyterlab import FIRST, HEIGHT, PANEL, SCREENSHOTS, WIDTH, Lab, served
from tests.helpers.looks import cut_texts, faint_drawings, misshapen, serious_faults
from tests.refresh_notebooks import exercises_of

pytestmark = pytest.mark.browser

OUTPUTS = f"{PANEL} .jp-OutputArea-output"

LEFT = "Canceled future for create_subshell_request"
"""What JupyterLab (4.6) says of a kernel that it has asked for something and shuts down."""

PATIENT = """
const timeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = milliseconds => timeout(30 * milliseconds);
"""
"""anywidget (0.11) gives a widget two seconds to begin, and a busy machine may take longer."""


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """The address of JupyterLab, and the folder of the kit that it serves."""
    folder = tmp_path_factory.mktemp("kit")
    with served(folder) as address:
        yield address, folder
    assert reached(folder) == []


@pytest.fixture(scope="module")
def module_lab(request, browser, server):
    address, folder = server
    page = browser.new_page(color_scheme="light", viewport={"width": WIDTH, "height": HEIGHT})
    page.add_init_script(PATIENT)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    pictures = SCREENSHOTS if request.config.getoption("--pictures") else None
    yield Lab(page, address, folder, pictures), asked, errors
    page.close()


@pytest.fixture
def lab(module_lab):
    """JupyterLab, whose page may ask for nothing but what its server has, and may not fail."""
    lab, asked, errors = module_lab
    yield lab
    lab.use_theme("light")
    ours = re.compile(rf"(data|blob):|(http|ws)://{re.escape(lab.host)}/")
    assert asked and not [url for url in asked if not ours.match(url)]
    failed = [error for error in errors if LEFT not in error]
    errors.clear()
    assert not failed


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
def test_looks(lab, original, axe, theme):
    """All has a size and fits, what is folded is closed, and drawings can be seen.

    And axe-core finds no serious fault of ours.
    """
    lab.use_theme(theme)
    lab.take_pictures(theme)
    assert misshapen(lab.page) == []
    assert faint_drawings(lab.page) == []
    assert serious_faults(lab.page, axe) == []


def test_twice_the_size(lab, original):
    """At 200 % zoom, texts fit without scrolling sideways. Code and tables may be scrolled."""
    lab.zoom(2)
    cut = cut_texts(lab.page)
    lab.zoom(1)
    assert cut == []


def test_answers(lab, original):
    """A wrong answer gets its words, and after it a right one solves the exercise."""
    number = original.name[:2]
    # The last cells of 13 stop the server, which what is written there needs.
    kind = "read" if number == "13" else "write"
    exercises = exercises_of(original).items()
    name = next(name for name, exercise in exercises if exercise.kind == kind)
    answers = answers_to(f"notebook_{number}", name)
    wrong = next(answer for answer in answers if not answer.right and answer.says)
    right = next(answer for answer in answers if answer.right)
    for answer, verdict, said in ((wrong, "Not yet.", wrong.says), (right, "Solved.", "")):
        lab.type_into(f"{name}-start", answer.code)
        lab.run(f"{name}-start")
        shown = lab.run(f"{name}-check")
        assert verdict in shown and said in shown


def test_solution_opens_by_keyboard(lab):
    """So does a hint: each is reached with Tab, and opened with Enter."""
    lab.open(FIRST)
    start = exercises_of(ORIGINALS / lab.path.name)["write_a_message"].start.strip()
    lab.type_into("write_a_message-start", start)  # another test has solved it
    lab.run("write_a_message-start")
    lab.run("write_a_message-check")
    check = lab.cell("write_a_message-check")
    check.locator(".cm-content").click()
    lab.page.keyboard.press("Escape")
    for title in ("A hint", "A solution"):
        fold = check.locator("details", has_text=title)
        for _ in range(20):  # the buttons of JupyterLab's cell come first
            lab.page.keyboard.press("Tab")
            if fold.locator("summary").evaluate("one => one === document.activeElement"):
                break
        else:
            pytest.fail(f"Tab does not come to {title!r}")
        assert not fold.locator("pre").is_visible()
        lab.page.keyboard.press("Enter")
        assert fold.locator("pre").is_visible()


def test_interrupt_a_loop(lab):
    """The session that the notebook uses works afterwards, and so does everything else."""
    lab.open(FIRST)
    lab.run("00-13")
    cell = lab.cell("00-02")
    lab.type_into("00-02", 'print("Begun.")\nwhile True:\n    pass')
    lab.page.keyboard.press("Control+Enter")
    cell.locator(".jp-OutputArea", has_text="Begun.").wait_for()
    lab.menu("Kernel", "Interrupt Kernel")
    cell.locator(".jp-OutputArea", has_text="KeyboardInterrupt").wait_for()
    ask = 'print((await Runner.run(agent, "What is my name?", session=session)).final_output)'
    lab.type_into("00-02", ask)
    assert lab.run("00-02") == "Your name is Ada."
    lab.type_into("00-02", 'print("It works.")')
    lab.restart_and_run_all()
    assert lab.page.locator(f"{OUTPUTS}[data-mime-type$=error]").count() == 0


def test_live_view(lab, axe):
    """What is typed is answered and shown, with a session and without, by the keyboard alone."""
    lab.open("my_notebooks/01_temporary_sessions.ipynb")
    lab.run_all()
    output = lab.cell("01-live-4").locator(".jp-OutputArea-output")
    chat, held, handed = (output.locator(".session-live-view > section").nth(n) for n in range(3))
    lab.type_into("01-live-4", "view.use_session = True\nview")
    lab.run("01-live-4")

    def say(message, answer):
        lab.page.keyboard.insert_text(message)
        lab.page.keyboard.press("Enter")
        chat.locator("[role=listitem]").last.filter(has_text=answer).wait_for()

    output.get_by_label("Your message").focus()
    say("I live in <b>Paris</b>.", "Noted: you live in <b>Paris</b>.")
    say("I live in Paris.", "Noted: you live in Paris.")
    assert "holds 8 items" in held.inner_text()
    assert "<b>Paris</b>" in chat.inner_text()
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Space")
    chat.get_by_text("has no session").last.wait_for()
    lab.page.keyboard.press("Shift+Tab")
    lab.page.keyboard.press("Shift+Tab")
    say("Where do I live?", "don't know where you live")
    assert "handed 1 item" in handed.inner_text()
    for theme in ("light", "dark"):
        lab.use_theme(theme)
        lab.take_pictures(f"live_{theme}")
        assert serious_faults(lab.page, axe) == []


def test_solutions_of_the_originals_are_folded(lab):
    """An original shows its outputs, and opening it changes nothing in its file.

    It is opened in the dark theme, in which its drawing is drawn.
    """
    lab.use_theme("dark")
    name = "notebooks/03_multi_user_sessions.ipynb"
    lab.open(name)
    before = lab.path.read_bytes()
    solutions = [cell["id"] for cell in lab.sources() if cell["id"].endswith("-solution")]
    assert len(solutions) > 3
    for solution in solutions:
        cell = lab.cell(solution)
        assert cell.locator(".jp-InputPlaceholder").is_visible()
        assert not cell.locator(".cm-content").is_visible()
        assert "solves the exercise" in cell.locator(".jp-OutputArea").inner_text()
    assert lab.page.locator(f"{PANEL} .jp-RenderedMermaid img").count() == 1
    assert misshapen(lab.page) == []
    assert faint_drawings(lab.page) == []
    assert lab.path.read_bytes() == before == ORIGINALS.joinpath(lab.path.name).read_bytes()
