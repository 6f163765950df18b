"""The program that notebooks 09 and 10 keep: it runs by itself, and does the work of a day."""

import io
import os
import runpy
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import nbformat
import pytest
from exercises import copies, keeping
from exercises.day import missing_in_a_day

from tests.refresh_notebooks import run

# For each fault what stands in its place in the program, and what is said of it.
FAULTS = {
    "anybody's orders": (
        'order is None or order["customer"] != customer',
        "order is None",
        "At rush hour, guest_0 asked for somebody else's order, and was told",
    ),
    "a lock for each call": (
        "        async with desk.locks[customer]:\n            return await",
        "        if True:\n            return await",
        "They were not served one after the other",
    ),
    "one lock for all": ("desk.locks[customer]", "desk.locks[0]", "no more than 1 of them"),
    "one session for all": (
        "async with SQLiteSession(customer, desk.path) as session:\n        agent",
        'async with SQLiteSession("all", desk.path) as session:\n        agent',
        "At rush hour,",
    ),
    "answers as they come": (
        "    return await asyncio.gather(*[in_turn(customer, message) for customer, message in "
        "messages])",
        "    runs = [asyncio.create_task(in_turn(*message)) for message in messages]\n"
        "    return [await run for run in asyncio.as_completed(runs)]",
        "and the answers were",
    ),
    "always the front desk": (
        "[in_charge(await session.get_items())]",
        '["Front desk"]',
        "In a handoff, a customer said 'Talk to the front desk.'",
    ),
    "nobody to hand over to": ("handoffs=[billing]", "handoffs=[]", "In a handoff, a customer"),
    "an outage that nobody catches": (
        "OUTAGE = (ConnectionError, OpenAIError)",
        "OUTAGE = OpenAIError",
        "In an outage, the program raised ConnectionError: the model cannot be reached (line",
    ),
    "an outage without a word": ("return SORRY", "return None", "In an outage, `reply` should"),
    "a report of questions": (
        'if messages and messages[-1][0] == "user":',
        'if messages and messages[-1][1].endswith("?"):',
        "In the morning after it, those who wait are",
    ),
    "a night for everybody": (", keep=waiting", "", "At night, 'old_and_waiting', who waits"),
    "a night in which nothing goes": (
        "older_than=timedelta(days=days)",
        "older_than=timedelta(9999)",
        "At night, 'old_and_answered' should go",
    ),
    "a night without a copy": (
        "    await copy_for_today(path, backups)\n    report",
        "    report",
        "At night, the copy of today should",
    ),
    "copies for ever": ("file.unlink()", "pass", "At night, the copies of the last 30 days"),
    "forgotten in one place": (
        "[path, *copies_in(backups)]",
        "[path]",
        "After an erasure and another night, who was forgotten is still in",
    ),
    "a second night that fails": (
        "(path, fresh)\n    fresh.replace(backups /",
        "(path, backups /",
        "After an erasure and another night, the program raised FileExistsError",
    ),
    "a second night that is left out": (
        "    await copy_for_today(path, backups)\n    report",
        "    if not (backups / f'{date.today()}.db').exists():\n"
        "        await copy_for_today(path, backups)\n    report",
        "After an erasure and another night, the copy of today is",
    ),
    "any file for a copy": (
        '"????-??-??.db"',
        '"*.db"',
        "After an erasure and another night, the program raised",
    ),
    "conversations that come back": (
        "if not path.exists():",
        "if True:",
        "When the desk was opened again,",
    ),
    "a session left open": (
        "        async with SQLiteSession(customer, path) as session:\n            said =",
        "        session = SQLiteSession(customer, path)\n        if True:\n            said =",
        "a session is still open",
    ),
    "no night": ("async def night", "async def nights", "support_desk.py has no night."),
    "not Python": ("def main", "def def main", "the program raised SyntaxError"),
}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """What is kept by somebody who has solved nothing."""
    folder = tmp_path_factory.mktemp("my_notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "COPIES", folder)
        keeping.fill_in("open_desk", "serve", "serve_all", notebook="09")
        keeping.fill_in("main", "forget", notebook="10")
    return folder / "support_desk.py"


def _type(program: Path, *arguments: object, lines: str = "", flags: tuple[str, ...] = ()) -> str:
    """Start the program, type lines, and return what it says, to whomever."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", *flags, str(program), *map(str, arguments)],
        input=lines,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert (done.returncode == 0) == (done.stderr == ""), done
    return done.stdout + done.stderr


def _fail(program: Path, *arguments: object) -> str:
    """Start the program in this process, which has the SDK. Return all that it says."""
    said = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        pytest.raises(SystemExit) as ended,
        redirect_stdout(said),
        redirect_stderr(said),
    ):
        patch.setattr(sys, "argv", [str(program), *map(str, arguments)])
        runpy.run_path(str(program), run_name="__main__")
    assert isinstance(ended.value.code, str)
    return said.getvalue() + ended.value.code


async def test_a_day(program):
    assert await missing_in_a_day(program) is None


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_day_with_a_fault(fault, program, tmp_path):
    right, wrong, expected = FAULTS[fault]
    text = program.read_text(encoding="utf-8")
    assert right in text
    broken = tmp_path / program.name
    broken.write_text(text.replace(right, wrong), encoding="utf-8")
    said = await missing_in_a_day(broken)
    assert said is not None
    assert expected in said


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (..., "Put a call of `keep` in place of the three dots."),
        (None, "`program` is None (NoneType). It should be the path"),
        (7, "`program` is 7 (int)."),
        ("no_such_program.py", "There is no file no_such_program.py"),
    ],
)
async def test_no_program(answer, expected):
    said = await missing_in_a_day(answer)
    assert said is not None
    assert expected in said


def test_a_restart(program, tmp_path):
    """One process is told a name and is killed while it waits. Another one knows the name."""
    chat = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-u", str(program), "customer_63", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert chat.stdin is not None and chat.stdout is not None
    with chat:
        chat.stdin.write("My name is Zoë.\n")
        chat.stdin.flush()
        said = [chat.stdout.readline() for _ in range(2)]
        chat.kill()
    assert said[1] == "Noted: your name is Zoë.\n"
    lines = "What is my name?\n\n"
    assert _type(program, "customer_63", tmp_path, lines=lines).endswith("Your name is Zoë.\n")
    lines = "What is my name?\nWhere is my order 4655?"  # and no empty line at the end
    said = _type(program, "customer_01", tmp_path, lines=lines).splitlines()
    assert said[1:] == [
        "Your name is Ruth Okafor.",
        "The tool look_up_order says about order 4655: no such order of yours.",
        "Goodbye.",
    ]


def test_morning_and_night(program, tmp_path):
    said = _type(program, "morning", tmp_path)
    assert "do you have the pip mug in yellow?" in said
    said = _type(program, "night", tmp_path)
    assert said.startswith("deleted: ['")
    assert "customer_49" not in said
    assert len([*(tmp_path / "backups").glob("????-??-??.db")]) == 1


MINE = """
def in_charge(items):  # my own way
    name = "Front desk"
    for item in items:
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            name = json.loads(output)["assistant"]
    return name
"""


def test_a_learners_copies(tmp_path):
    """What somebody solved in 09 is in the program that 10 starts, and so is a solution."""
    copies.fill(tmp_path)
    for number in ("09", "10"):
        (path,) = tmp_path.glob(f"{number}_*.ipynb")
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.id == "find_who_is_in_charge-start":
                cell.source = MINE
        run(notebook, tmp_path, os.environ | {"MY_NOTEBOOKS": str(tmp_path)})
        said = "".join(
            o.get("text", "") for cell in notebook.cells for o in cell.get("outputs", [])
        )
        assert ("Solved." in said) == (number == "09")
        assert ("support_desk.py has what notebook 09 kept." in said) == (number == "10")
    assert "Your name is Ruth Okafor.\nYour favourite tea is Tin Roof." in said
    kept = (tmp_path / "support_desk.py").read_text(encoding="utf-8")
    assert kept.count(MINE.strip()) == 1
    assert "if order is None or" in kept


HOW = "Name a customer, such as customer_01, or write morning or night."


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        ([], {}, HOW),
        (["Ruth"], {}, HOW),
        (["customer_"], {}, HOW),
        (["customer_01", "no/such/folder"], {}, "The desk cannot work: "),
        (["customer_01"], {"SESSION_LIB_MODEL": "none"}, "The desk cannot work: There is no model"),
        (["night"], {"SESSION_LIB_MODEL": "openai"}, "OPENAI_API_KEY, which is not set"),
    ],
    ids=str,
)
def test_started_badly(arguments, variables, expected, program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
        arguments = [*arguments, tmp_path]
    said = _fail(program, *arguments)
    assert expected in said
    assert "\n" not in said


def test_the_wrong_python(program):
    """One in which nothing is installed."""
    assert _type(program, "customer_01", flags=("-I", "-S")) == (
        "This Python has no agents: start the program with `uv run python`.\n"
    )


def test_a_file_that_is_no_database(program, tmp_path):
    (tmp_path / "support_desk.db").write_text("something else")
    said = _fail(program, "morning", tmp_path)
    assert said.startswith("The desk cannot work: ")
    assert "\n" not in said
