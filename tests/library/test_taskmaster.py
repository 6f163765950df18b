"""Dialogues of real people go through the loader: Google's Taskmaster-4, which is CC BY 4.0.

The file is no part of this repository. Where it is not found, these tests are skipped.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from session_lib.loader import load_sessions
from session_lib.tables import history, sessions
from session_lib.transcripts import describe, transcript

ROOT = Path(__file__).parents[2]
SOURCE = Path(
    os.environ.get("SESSION_LIB_TASKMASTER")
    or ROOT.parent / "shared" / "data" / "taskmaster4_part.json"
)

pytestmark = pytest.mark.skipif(
    not SOURCE.is_file(),
    reason="needs the file TM-4-2024/data/data_07.json of Google's Taskmaster-4: get it from "
    "github.com/google-research-datasets/Taskmaster and name it in SESSION_LIB_TASKMASTER",
)


def _items(dialogue: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A dialogue as the Agents SDK would have stored it."""
    call: dict[str, Any] = {}
    for turn in dialogue["utterances"]:
        message = {"role": "user", "content": turn["text"]}
        if turn["speaker"] == "assistant":
            message = {
                "id": f"msg_{turn['index']}",
                "content": [{"annotations": [], "text": turn["text"], "type": "output_text"}],
                "role": "assistant",
                "status": "completed",
                "type": "message",
            }
        yield message
        for part in turn["annotations"]:  # what was called before the next one spoke
            if part["name"] == "api_call":
                call = {"type": "function_call", "name": part["value"], "arguments": "{}"}
                call["call_id"] = part["context"]
            elif part["name"] == "request":
                call["arguments"] = part["value"]
            elif part["name"] == "api_response":
                yield call
            else:
                output = {"type": "function_call_output", "call_id": call["call_id"]}
                yield output | {"output": part["value"]}


@pytest.fixture(scope="module")
def dialogues() -> dict[str, list[dict[str, Any]]]:
    found = json.loads(SOURCE.read_text("utf-8"))
    return {dialogue["conversation_id"]: [*_items(dialogue)] for dialogue in found}


@pytest.fixture
def lines(dialogues: dict[str, list[dict[str, Any]]], tmp_path: Path) -> Path:
    """The dialogues as a file of JSON lines, in which they take turns."""
    path = tmp_path / "taskmaster.jsonl"
    longest = max(map(len, dialogues.values()))
    time = datetime(2024, 3, 29, 8)
    with path.open("w", encoding="utf-8") as file:
        for index in range(longest):
            for session_id, items in dialogues.items():
                if index < len(items):
                    time += timedelta(seconds=7)
                    line = {"session_id": session_id, "created_at": f"{time.isoformat()}Z"}
                    file.write(json.dumps(line | {"item": items[index]}) + "\n")
    return path


async def test_every_dialogue_comes_back_equal(
    dialogues: dict[str, list[dict[str, Any]]], lines: Path, tmp_path: Path
) -> None:
    path = tmp_path / "taskmaster.db"
    loaded = await load_sessions(lines, path)
    total = sum(map(len, dialogues.values()))
    assert (*loaded,) == (len(dialogues), total, [])
    assert len(dialogues) >= 200
    for session_id, items in dialogues.items():
        session = SQLiteSession(session_id, path)
        assert await session.get_items() == items
    await session.close()


async def test_every_dialogue_can_be_shown(
    dialogues: dict[str, list[dict[str, Any]]], lines: Path, tmp_path: Path
) -> None:
    path = tmp_path / "taskmaster.db"
    await load_sessions(lines, path)
    turns = (await sessions(path)).set_index("session")["turns"]
    for session_id, items in dialogues.items():
        session = SQLiteSession(session_id, path)
        table = await history(session)
        assert [*zip(table["role"], table["kind"], table["text"], strict=True)] == [
            describe(item) for item in items
        ]
        assert Counter(table["kind"])["tool call"] == Counter(table["kind"])["tool result"]
        assert table["time"].is_monotonic_increasing and table["time"].notna().all()
        assert table["turn"].max() == turns[session_id]
        shown = transcript(await session.get_items())
        assert (
            str(shown).count("\nassistant:")
            == (table["role"] == "assistant").sum() - (table["kind"] == "tool call").sum()
        )
        assert shown._repr_html_().count('role="listitem"') == len(items)
    await session.close()
