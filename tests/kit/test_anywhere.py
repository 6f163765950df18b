"""A notebook works wherever it is opened: its kernel may start in any folder.

Run is what could notice: all imports, and what names a file of the repository. That the notebooks
run as a whole is shown by nbval, in their own folder.
"""

import ast
import json
import subprocess
import sys

import pytest
from exercises.paths import series

# Gets, for each notebook, its imports and the paths that it names, and prints what went wrong.
_PROGRAM = """
import json, sys

problems = {}
for notebook, (imports, paths) in json.load(sys.stdin).items():
    names = {}
    try:
        exec(imports, names)
        problems[notebook] = [path for path in paths if not eval(path, names).exists()]
    except Exception as error:
        problems[notebook] = [repr(error)]
print(json.dumps(problems))
"""

each_notebook = pytest.mark.parametrize("path", series(), ids=lambda path: path.stem)


def _nodes(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return [*ast.walk(ast.parse("\n".join(code)))]


def _imports_and_paths(path):
    nodes = _nodes(path)
    imports = [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    # What a notebook has kept is there when the notebook runs, and is in no package.
    imports = [text for text in imports if not text.startswith("from support_desk import ")]
    sums = [ast.unparse(node) for node in nodes if isinstance(node, ast.BinOp)]
    return "\n".join(imports), [text for text in sums if text.startswith("ROOT /")]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The problems of each notebook in an empty folder, and the folder."""
    folder = tmp_path_factory.mktemp("elsewhere")
    # Isolated, Python looks for modules neither in the current folder nor where an environment
    # variable points.
    done = subprocess.run(
        [sys.executable, "-I", "-c", _PROGRAM],
        input=json.dumps({path.stem: _imports_and_paths(path) for path in series()}),
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), folder


@each_notebook
def test_imports_and_files(elsewhere, path):
    problems, folder = elsewhere
    assert problems[path.stem] == []
    assert [*folder.iterdir()] == []


@each_notebook
def test_no_path_from_the_current_folder(path):
    texts = [str(node.value) for node in _nodes(path) if isinstance(node, ast.Constant)]
    assert [text for text in texts if text == ".." or text.startswith(("../", "./", "data/"))] == []


def test_data_is_found_by_the_root():
    """Four notebooks read files of the repository, or nothing is tested here."""
    assert sum(bool(_imports_and_paths(path)[1]) for path in series()) >= 4
