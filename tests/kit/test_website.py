"""The pages that are made from the notebooks: complete, and with no link that leads nowhere."""

import json
import re
import subprocess
from collections import Counter

import nbformat
import pytest
from exercises.paths import series
from website import __main__ as command
from website import lite, pages, slides

import session_lib
from tests.helpers.paths import NOTEBOOKS, ROOT
from tests.helpers.website import PageOfSite, built_site, is_local, target
from tests.refresh_notebooks import exercises_of

SLIDES = nbformat.read(slides.NOTEBOOK, as_version=4).cells
NOTES = [cell.source for cell in SLIDES if cell.metadata.slideshow.slide_type == "notes"]
GUIDE = NOTEBOOKS / "teaching" / "guide.md"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return built_site(tmp_path_factory)


@pytest.fixture(scope="module")
def all_pages(site):
    """The pages of the site, by their files."""
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {path.resolve(): PageOfSite(path) for path in paths}


def test_each_part_is_made(site):
    assert {"index.html", "search.html", "slides"} <= {path.name for path in site.iterdir()}
    made = {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}
    sources = {name.rpartition(".")[0] for name in pages.origins().values()}
    assert sources <= made
    assert len(sources) > len(series()) + 5


def test_each_link_leads_somewhere(site, all_pages):
    lost = set()
    for path, page in all_pages.items():
        for address in filter(is_local, page.links):
            file, place = target(path, address)
            if file == site.joinpath(lite.PAGE.partition("?")[0]).resolve():
                continue  # which another command makes, and tests/browser/test_lite opens
            known = file.is_file() and (file not in all_pages or not place)
            if not known and not (file in all_pages and place in all_pages[file].places):
                lost.add((path.name, address))
    assert not lost


def test_all_that_is_loaded_is_in_the_site(all_pages):
    for path, page in all_pages.items():
        for address in page.loads:
            if not address.startswith("data:"):
                assert is_local(address), (path.name, address)
                assert target(path, address)[0].is_file(), (path.name, address)


def test_each_solution_is_folded(site, all_pages):
    for path in series():
        page = all_pages[site.joinpath("notebooks", f"{path.stem}.html").resolve()]
        folded = [words for words in page.folded if "check_solution(" in words]
        assert len(folded) == len(exercises_of(path)), path.name
        assert page.path.read_text("utf-8").count("check_solution") == len(folded)


def test_outputs_are_the_stored_ones(site, all_pages):
    text = site.joinpath("notebooks", "01_temporary_sessions.html").read_text("utf-8")
    assert "34 tokens in\n44 tokens in\n54 tokens in" in text
    assert "exercises of this notebook are solved" not in text


def test_reference_has_each_public_name(site, all_pages):
    reference = all_pages[site.joinpath("reference.html").resolve()]
    documented = {
        place.removeprefix("session_lib.")
        for place in reference.places
        if re.fullmatch(r"session_lib\.\w+", place)
    }
    assert documented == set(session_lib.__all__)


def test_search_finds_words(site):
    index = site.joinpath("searchindex.js").read_text("utf-8")
    words = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    assert {"walrus", "atom", "token"} <= set(words)


def test_originals_are_not_touched(tmp_path):
    def originals():
        return {name: ROOT.joinpath(name).read_bytes() for name in pages.origins()}

    before = originals()
    pages.gather(tmp_path / "sources")
    assert originals() == before
    assert len([*tmp_path.rglob("*.ipynb")]) == len(series())


@pytest.mark.parametrize(
    ("origin", "text", "made"),
    [
        ("README.md", "[a](notebooks/01_x.ipynb)", "a"),
        ("README.md", "![a](notebooks/images/b.png)", "![a](notebooks/images/b.png)"),
        ("README.md", "[a](session_lib/README.md#x)", "[a](session_lib/README.md#x)"),
        ("README.md", "[a](.github/CONTRIBUTING.md)", "[a](contributing.md)"),
        ("README.md", "[a](notebooks/teaching/slides.ipynb)", "[a](notebooks/teaching/slides.md)"),
        (".github/CONTRIBUTING.md", "[a](../tests/README.md)", "[a](tests/README.md)"),
        ("tests/README.md", "[a](../README.md), [b](kit)", "[a](../index.md), b"),
        ("tests/README.md", "[a](https://a.b/c) [b](#c)", "[a](https://a.b/c) [b](#c)"),
    ],
)
def test_links_are_changed(monkeypatch, origin, text, made):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert pages._markdown(text, origin) == made


def test_links_to_the_repository(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_SHA", "1234")
    made = pages._markdown("[a](../session_lib/session.py)", "notebooks/00_start_here.ipynb")
    assert made == "[a](https://github.com/owner/name/blob/1234/session_lib/session.py)"


def test_command_says_what_is_missing(monkeypatch, capsys, tmp_path):
    def fail(site):
        raise FileNotFoundError("npm is needed")

    monkeypatch.setitem(command.PARTS, "slides", fail)
    assert command.main(["slides", "--into", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "npm is needed\n"


def test_built_pages_are_not_in_git():
    listed = ["git", "check-ignore", ".site/index.html", "notebooks/website/node_modules/x"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 128:
        pytest.skip("needs git, and a clone of the repository: this is a plain folder")
    assert len(done.stdout.splitlines()) == 2


def test_each_slide_has_notes():
    kinds = [cell.metadata.slideshow.slide_type for cell in SLIDES]
    assert kinds.count("slide") == kinds.count("notes") == len(NOTES)
    order = [kind for kind in kinds if kind in {"slide", "notes"}]
    assert order == ["slide", "notes"] * len(NOTES)
    assert 14 <= len(NOTES) <= 18


def test_notes_keep_the_guides_time():
    """The slides of a line of its plan, or of several lines, take as long as these do."""
    _, _, plan = GUIDE.read_text("utf-8").partition("\n## 90 minutes\n")
    lines = re.findall(r"^\| (\d:\d\d) \| (\d+) \|", plan.partition("\n#")[0], re.M)
    told = re.findall(r"^\*\*(\d:\d\d) · (\d+) minutes? · ", "\n".join(NOTES), re.M)
    assert len(told) == len(NOTES)
    taken: Counter[str] = Counter()
    for begins, minutes in told:
        taken[begins] += int(minutes)
    planned: Counter[str] = Counter()
    for begins, minutes in lines:
        # A line without a slide of its own belongs to the one before.
        planned[begins if begins in taken else [*planned][-1]] += int(minutes)
    assert taken == planned
    assert taken.total() == 90


def test_slides_name_exercises_as_they_are():
    named = re.findall(
        r"Notebook (\d\d), Exercise (\d+): (.+)", "\n".join(cell.source for cell in SLIDES)
    )
    assert len(named) == 3
    for number, place, title in named:
        path = next(path for path in series() if path.name.startswith(number))
        assert [*exercises_of(path).values()][int(place) - 1].title == title
