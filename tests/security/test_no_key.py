"""No key stands in a file of the project, and nothing prints one.

What the example and the notebooks print while a key is set is looked at in test_no_network.py,
which runs them all.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).parents[2]
NAME = "OPENAI_API_KEY"

# How keys look, as those who give them out say: a prefix of their own, and many characters.
KEYS = re.compile(
    r"""
    \bsk-[A-Za-z0-9_-]{16,}                     # OpenAI, Anthropic
    | \bAIza[A-Za-z0-9_-]{30,}                  # Google
    | \b(?:gh[pousr]_|github_pat_)\w{20,}       # GitHub
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b             # Amazon
    | \bhf_[A-Za-z0-9]{20,}                     # Hugging Face
    | \bxox[abeoprs]-[A-Za-z0-9-]{10,}          # Slack
    | \bpypi-[A-Za-z0-9_-]{20,}                 # PyPI
    | \beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.  # a JSON Web Token
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----
    | (?i:bearer)\ [A-Za-z0-9._-]{20,}
    """,
    re.VERBOSE,
)
# Each kind once, made up here so that this file itself has none in it.
EXAMPLES = [
    "sk-" + "a1" * 24,
    "sk-proj-" + "a_1-" * 20,
    "sk-ant-api03-" + "a1" * 20,
    "AIza" + "a1" * 17 + "b",
    "ghp_" + "a1" * 18,
    "github_pat_" + "a1" * 20,
    "AKIA" + "A1" * 8,
    "hf_" + "aB" * 17,
    "xoxb-" + "1234567890-" * 2,
    "pypi-" + "AgEI" * 20,
    ".".join(["eyJ" + "a1" * 10] * 3),
    "-----BEGIN RSA " + "PRIVATE KEY-----",
    "Authorization: Bearer " + "a1" * 20,
]
FOLDERS = ["session_lib", "tests", "notebooks", "data", ".ci", ".github"]
BINARY = {".png", ".pyc", ".db", ".sqlite", ".gz", ".zip", ".woff2", ".ico"}


def _files() -> Iterator[Path]:
    """The files of the project, and none that Python and the tools make beside them."""
    yield from (
        path for path in sorted(ROOT.iterdir()) if path.is_file() and path.name != "uv.lock"
    )
    for folder in FOLDERS:
        for path in sorted(ROOT.joinpath(folder).rglob("*")):
            made = {"__pycache__", ".ipynb_checkpoints"} & {*path.parts}
            if path.is_file() and not made and path.suffix not in BINARY:
                yield path


def _keys_in(text: str) -> list[str]:
    # Shortened: a test that finds a key must not print it.
    return [found[0][:6] + "…" for found in KEYS.finditer(text)]


@pytest.mark.parametrize("key", EXAMPLES, ids=range(len(EXAMPLES)))
def test_a_key_is_known_by_its_looks(key: str) -> None:
    assert len(_keys_in(f'KEY = "{key}"\n')) == 1


def test_no_file_holds_a_key() -> None:
    texts = {path: path.read_text("utf-8") for path in _files()}
    assert len(texts) > 50
    found = {str(path.relative_to(ROOT)): keys for path in texts if (keys := _keys_in(texts[path]))}
    assert found == {}


def test_no_file_gives_the_variable_a_value_that_may_be_a_key() -> None:
    given = re.compile(rf"""{NAME}\\?["']?\]?\s*[=:,]\s*\\?["']?([\w-]{{8,}})""")
    for path in _files():
        for found in given.finditer(path.read_text("utf-8")):
            words = found[1].lower().replace("_", "-").split("-")
            named = f"{path.relative_to(ROOT)}: {found[1][:6]}…"
            assert "not" in words or found[1].isupper(), named  # or another variable's name


# How code may use the variable: ask whether it is set, and nothing else. The environment as a whole
# may be handed on to another program, but not shown.

SHOWING = {"print", "display", "repr", "str", "format", "pprint", "pformat", "dumps", "HTML"}


def _code() -> Iterator[tuple[str, str]]:
    """The Python of the library, of the exercises, of the data, and of each notebook."""
    for folder in ("session_lib", "notebooks", "data"):
        for path in sorted(ROOT.joinpath(folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
    for path in sorted(ROOT.joinpath("notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        for number, cell in enumerate(cells):
            if cell["cell_type"] == "code":
                yield f"{path.name}, cell {number}", "".join(cell["source"])


def _uses(source: str) -> list[str]:
    """What in `source` gets at the value of a key, or shows the whole environment."""
    tree = ast.parse(TransformerManager().transform_cell(source))  # with no %magic left
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        name = getattr(node, "attr", getattr(node, "id", None))
        if name in ("getenv", "getenvb") and isinstance(node, ast.expr):
            found.append(ast.unparse(parents[node]))
        if name in ("environ", "environb") and isinstance(node, ast.expr):
            above = [node, *_above(node, parents)]
            if _reads_the_key(above) or (_is_whole(above) and _is_shown(above)):
                found.append(ast.unparse(above[min(3, len(above) - 2)]))
    return found


def _above(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    while node in parents:
        node = parents[node]
        yield node


def _name_asked_for(above: list[ast.AST]) -> object:
    """The variable in ``environ["NAME"]`` or in ``environ.get("NAME")``."""
    if isinstance(above[1], ast.Subscript) and isinstance(above[1].slice, ast.Constant):
        return above[1].slice.value
    if isinstance(above[1], ast.Attribute) and isinstance(above[2], ast.Call) and above[2].args:
        return getattr(above[2].args[0], "value", None)
    return None


def _reads_the_key(above: list[ast.AST]) -> bool:
    asks = isinstance(above[3], ast.UnaryOp | ast.If | ast.IfExp) if len(above) > 3 else False
    return _name_asked_for(above) == NAME and not asks


def _is_whole(above: list[ast.AST]) -> bool:
    return _name_asked_for(above) is None and not isinstance(above[1], ast.Compare)


def _is_shown(above: list[ast.AST]) -> bool:
    # A notebook shows an expression that is a statement, if it is the last one.
    return any(
        isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call))
        or (isinstance(node, ast.Call) and getattr(node.func, "id", None) in SHOWING)
        or (isinstance(node, ast.Call) and getattr(node.func, "attr", None) in SHOWING)
        or (isinstance(node, ast.Call) and isinstance(above[above.index(node) + 1], ast.Expr))
        for node in above[1:]
    )


@pytest.mark.parametrize(
    "source",
    [
        'import os; print(os.environ["OPENAI_API_KEY"])',
        'from os import environ; environ["OPENAI_API_KEY"]',
        'key = os.environ.get("OPENAI_API_KEY")',
        "f\"{os.environ.get('OPENAI_API_KEY')}\"",
        'os.getenv("OPENAI_API_KEY")',
        "print(os.environ)",
        "print({**os.environ})",
        "dict(os.environ)",
        "os.environ",
        "json.dumps(dict(os.environ))",
        "for name in os.environ: print(os.environ[name])",
    ],
)
def test_a_way_to_get_at_a_key_is_noticed(source: str) -> None:
    assert _uses(source)


@pytest.mark.parametrize(
    "source",
    [
        'if not os.environ.get("OPENAI_API_KEY"): raise RuntimeError("OPENAI_API_KEY is not set")',
        '"OPENAI_API_KEY" in os.environ',
        'os.environ["HOME"]',
        'os.environ.get("SESSION_LIB_MODEL") or "offline"',
        'environment = os.environ | {"A": "1"}',
    ],
)
def test_a_question_whether_there_is_a_key_is_fine(source: str) -> None:
    assert not _uses(source)


def test_no_code_gets_at_the_key() -> None:
    pieces = dict(_code())
    assert len(pieces) > 50
    found = {name: uses for name, source in pieces.items() if (uses := _uses(source))}
    assert found == {}


def test_no_notebook_shows_the_environment_in_another_way() -> None:
    for name, source in _code():
        assert not re.search(r"^\s*[%!]+\s*(?:env|set|printenv|export)\b", source, re.M), name
