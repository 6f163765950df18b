"""No key is in a file of the project, and no code gets at one.

What the example prints while a key is set is looked at in test_no_network.py, and what the
notebooks print in tests/teaching/test_exercises.py.
"""

import json
import re

import pytest

from tests.helpers.paths import ROOT

NAME = "OPENAI_API_KEY"
FOLDERS = [".", "session_lib", "tests", "notebooks", "data", ".ci", ".github"]
MADE = {"__pycache__", ".ipynb_checkpoints", "node_modules", "uv.lock"}

# What keys look like, according to those who issue them, and an example of each kind, made up here
# so that this file itself has none in it.
KINDS = [
    (r"\bsk-[A-Za-z0-9_-]{16,}", "sk-" + "a1" * 24),  # OpenAI
    (r"\bsk-[A-Za-z0-9_-]{16,}", "sk-proj-" + "a_1-" * 20),
    (r"\bsk-[A-Za-z0-9_-]{16,}", "sk-ant-api03-" + "a1" * 20),  # Anthropic
    (r"\bAIza[A-Za-z0-9_-]{30,}", "AIza" + "a1" * 17 + "b"),  # Google
    (r"\b(?:gh[pousr]_|github_pat_)\w{20,}", "ghp_" + "a1" * 18),  # GitHub
    (r"\b(?:gh[pousr]_|github_pat_)\w{20,}", "github_pat_" + "a1" * 20),
    (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", "AKIA" + "A1" * 8),  # Amazon
    (r"\bhf_[A-Za-z0-9]{20,}", "hf_" + "aB" * 17),  # Hugging Face
    (r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}", "xoxb-" + "1234567890-" * 2),  # Slack
    (r"\bpypi-[A-Za-z0-9_-]{20,}", "pypi-" + "AgEI" * 20),  # PyPI
    (r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.", ".".join(["eyJ" + "a1" * 10] * 3)),  # a JSON Web Token
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----", "-----BEGIN RSA " + "PRIVATE KEY-----"),
    (r"(?i:bearer) [A-Za-z0-9._-]{20,}", "Authorization: Bearer " + "a1" * 20),
]
KEYS = re.compile("|".join(dict(KINDS)))


def files():
    """The files of the project, and none that Python and the tools make beside them."""
    for folder in FOLDERS:
        for path in ROOT.joinpath(folder).glob("*" if folder == "." else "**/*"):
            if path.is_file() and not MADE & {*path.parts}:
                yield str(path.relative_to(ROOT)), path.read_text("utf-8", errors="ignore")


def keys_in(text):
    # Shortened: a test that finds a key must not print it.
    return [found[0][:6] + "…" for found in KEYS.finditer(text)]


@pytest.mark.parametrize("key", [example for _, example in KINDS], ids=range(len(KINDS)))
def test_what_keys_look_like(key):
    assert len(keys_in(f'KEY = "{key}"\n')) == 1


def test_no_file_holds_a_key():
    texts = dict(files())
    assert len(texts) > 50
    assert {name: keys for name, text in texts.items() if (keys := keys_in(text))} == {}


def test_no_file_gives_the_key_a_value():
    given = re.compile(rf"""{NAME}\\?["']?\]?\s*[=:,]\s*\\?["']?([\w-]{{8,}})""")
    for name, text in files():
        for found in given.finditer(text):
            words = found[1].lower().replace("_", "-").split("-")
            # Or it is another variable's name.
            assert "not" in words or found[1].isupper(), f"{name}: {found[1][:6]}…"


# How code may use the environment: it may ask whether there is a key, read what is not a key, and
# pass all of it to another program. Whatever else it does is looked at here first.
ENVIRONMENT = re.compile(
    r"\b(?:environb?|getenvb?)\b|^\s*[%!]+\s*(?:env|set|set_env|printenv|export)\b", re.MULTILINE
)
ALLOWED = re.compile(
    r"""
    "\w+"\ in\ os\.environ\b(?![.\[])
    | \b(?:if|not)\ os\.environ\.get\("OPENAI_API_KEY"\)(?=:|\ else\b)
    | \bos\.environ(?:\.get\(|\[)"(?!OPENAI_API_KEY")\w+"
    | ^\ *\w+\ =\ (?:os\.environ\ \||dict\(os\.environ\)$)
    | ^\ *os\.environ\ \|=
    | \benv=os\.environ\ \|
    | ^\ *k:\ v\ for\ k,\ v\ in\ os\.environ\.items\(\)\ if\ not\ re\.match\(
    | ^\ *for\ name\ in\ list\(os\.environ\):$
    | ^\ *del\ os\.environ\[name\]$
    """,
    re.VERBOSE | re.MULTILINE,
)


def uses(source):
    """What in `source` may get at a key, or show the environment."""
    return ENVIRONMENT.findall(ALLOWED.sub("", source))


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
        "%env",
        "1\n!printenv",
    ],
)
def test_ways_to_get_at_a_key(source):
    assert uses(source)


@pytest.mark.parametrize(
    "source",
    [
        'if not os.environ.get("OPENAI_API_KEY"): raise RuntimeError("OPENAI_API_KEY is not set")',
        '"OPENAI_API_KEY" in os.environ',
        'os.environ["HOME"]',
        'os.environ.get("SESSION_LIB_MODEL") or "offline"',
        'environment = os.environ | {"A": "1"}',
        "environment = dict(os.environ)",
    ],
)
def test_ways_around_it(source):
    assert not uses(source)


def test_no_code_gets_at_a_key():
    """The Python of the library, of the exercises, of the data, and of each notebook."""
    pieces = {}
    for name, text in files():
        if name.startswith(("session_lib", "notebooks", "data")):
            if name.endswith(".py"):
                pieces[name] = text
            elif name.endswith(".ipynb"):
                for number, cell in enumerate(json.loads(text)["cells"]):
                    if cell["cell_type"] == "code":
                        pieces[f"{name}, cell {number}"] = "".join(cell["source"])
    assert len(pieces) > 50
    assert {name: found for name, text in pieces.items() if (found := uses(text))} == {}
