"""The complete example: ``python -m session_lib``.

It shows temporary, persistent and multi-user sessions and the four operations, with the real
`Runner` and a model that needs no key, and says what it is doing as it goes.
"""

import argparse
import asyncio
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from session_lib import SQLiteSession

# The Agents SDK and pandas take seconds to import. They are imported where they are used, so that
# an error about the path comes at once.


def main() -> int:
    """Run the example from the command line.

    Returns:
        The exit code: 0, 2 if the file cannot be used, or 1 if a package is missing.
    """
    parser = argparse.ArgumentParser(
        prog="python -m session_lib", description="Shows what sessions do, in a few seconds."
    )
    parser.add_argument(
        "--db",
        metavar="PATH",
        help="keep the conversations in this file; its sessions whose ids begin with 'example_' "
        "start afresh (default: a temporary file)",
    )
    parser.add_argument("--ask-again", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    try:
        if arguments.ask_again:
            asyncio.run(_second_program(arguments.db))
        elif arguments.db is not None:
            asyncio.run(_example(arguments.db))
        else:
            with tempfile.TemporaryDirectory() as folder:
                asyncio.run(_example(str(Path(folder, "conversations.db"))))
    except (OSError, ValueError, sqlite3.Error) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"error: no {error.name}: pip install 'session-lib[agents,tables]'", file=sys.stderr)
        return 1
    return 0


async def _example(db_path: str) -> None:
    async with (
        SQLiteSession("example_ada", db_path) as ada,
        SQLiteSession("example_grace", db_path) as grace,
    ):
        await ada.clear_session()
        await grace.clear_session()
        await _temporary_session()
        await _persistent_session(ada, db_path)
        await _two_users(ada, grace)
        await _four_operations(grace)
        await _tables(ada, db_path)


async def _temporary_session() -> None:
    _title("1. A temporary session remembers while the program runs")
    session = SQLiteSession("example_temporary")
    await _ask("My name is Ada.", session)
    await _ask("What is my name?", session)
    print("Without a session, the same question:")
    await _ask("What is my name?", None)


async def _persistent_session(ada: SQLiteSession, db_path: str) -> None:
    from session_lib.transcripts import transcript

    _title("2. A persistent session remembers in the next program too")
    await _ask("I live in London and my favourite colour is green.", ada)
    print("Another Python process opens the same file:")
    command = [sys.executable, "-m", "session_lib", "--ask-again", f"--db={db_path}"]
    second = await asyncio.to_thread(subprocess.check_output, command, encoding="utf-8")
    print(second, end="")
    print("This is the whole conversation as it is stored now:")
    print(transcript(await ada.get_items()))


async def _second_program(db_path: str) -> None:
    await _ask("Where do I live?", SQLiteSession("example_ada", db_path))


async def _two_users(ada: SQLiteSession, grace: SQLiteSession) -> None:
    _title("3. Two users in one file do not see each other")
    print("Grace:")
    await _ask("I live in New York.", grace)
    print("Ada:")
    await _ask("Where do I live?", ada)
    print("Grace:")
    await _ask("Where do I live?", grace)
    await _ask("What is my favourite colour?", grace)


async def _four_operations(session: SQLiteSession) -> None:
    _title("4. The four operations")
    latest = await session.get_items(limit=2)
    print(f"get_items(limit=2) returns {len(latest)} items: a question and its answer.")
    await session.pop_item()
    question = await session.pop_item()
    print(f"pop_item(), twice, takes them back. The question was {question}.")
    await session.add_items([{"role": "user", "content": "My favourite colour is navy blue."}])
    print("add_items([...]) adds an item by hand, and the next answer draws on it:")
    await _ask("What is my favourite colour?", session)
    await session.clear_session()
    print(f"clear_session() removes them all: get_items() returns {await session.get_items()}.")
    await _ask("What is my favourite colour?", session)


async def _tables(ada: SQLiteSession, db_path: str) -> None:
    from session_lib.tables import history, sessions

    _title("5. What is stored, as tables")
    print("history(session), one row for each item:")
    print((await history(ada)).drop(columns="time").to_string(index=False))
    print("\nsessions(db_path), one row for each session:")
    print((await sessions(db_path)).to_string(index=False))


def _title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


async def _ask(text: str, session: SQLiteSession | None) -> None:
    from agents import Agent, Runner

    from session_lib.teaching.models import choose_model

    agent = Agent(name="Assistant", model=choose_model())
    result = await Runner.run(agent, text, session=session)
    print(f"  user:      {text}\n  assistant: {result.final_output}")


if __name__ == "__main__":
    sys.exit(main())
