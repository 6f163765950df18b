"""Make `support_desk.jsonl` from the dialogues beside it: ``python data/make_support_desk.py``.

What is said, and when each conversation begins, is written by hand in `dialogues/*.txt`, in a
notation that `README.md` explains. Added here are the pauses, the ids and the form in which the
OpenAI Agents SDK stores items. The same dialogues always make the same bytes.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
TARGET = FOLDER / "support_desk.jsonl"


class Conversation(NamedTuple):
    """A dialogue as it is written.

    Attributes:
        session_id: Whose it is.
        begins: The minute in which it begins, in UTC.
        language: In which language the customer writes.
        entries: A mark and a text each, in order.
    """

    session_id: str
    begins: datetime
    language: str
    entries: list[tuple[str, str]]


def read_dialogues() -> list[Conversation]:
    """Read all files of dialogues.

    Returns:
        The conversations, ordered by their session ids.

    Raises:
        ValueError: A line is none of the notation. The message names the file and the line.
    """
    found: list[Conversation] = []
    for path in sorted(FOLDER.joinpath("dialogues").glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            mark, text = line[:2], line[2:]
            if not line or mark == "# ":
                continue
            if mark == "= ":
                session_id, date, time, *language = text.split()
                begins = datetime.fromisoformat(f"{date} {time}")
                found.append(Conversation(session_id, begins, *language or ["English"], entries=[]))
            elif mark in ("> ", "< ", "? ", "! ", "@ ") and found:
                found[-1].entries.append((mark[0], text))
            elif mark == "  " and found and found[-1].entries:
                before = found[-1].entries[-1]
                more = text.replace("| ", "\n", 1) if text.startswith("| ") else f" {text}"
                found[-1].entries[-1] = (before[0], before[1] + more)
            else:
                raise ValueError(f"{path}, line {number}: unknown notation: {line!r}")
    return sorted(found)


def items(conversation: Conversation) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Give the items of a conversation, as the SDK (0.24.0) stores them, with their times.

    Args:
        conversation: One of `read_dialogues`.

    Yields:
        The time in UTC, and the item.

    Raises:
        ValueError: A conversation goes back in time, or a tool's result has no call.
    """
    # Of `random`, only random() promises the same numbers in each version of Python.
    chance = random.Random(conversation.session_id)
    time = conversation.begins + timedelta(seconds=60 * chance.random())
    open_calls: list[str] = []
    for index, (mark, text) in enumerate(conversation.entries):
        if mark == "@":
            later = datetime.fromisoformat(text)
            if later <= time:
                raise ValueError(f"{conversation.session_id} goes back in time: {text}")
            time = later + timedelta(seconds=60 * chance.random())
            continue
        if index and conversation.entries[index - 1][0] != "@":
            time += timedelta(seconds=_pause(mark, text, chance.random()))
        digest = hashlib.sha256(f"{conversation.session_id} {index}".encode()).hexdigest()[:24]
        if mark == "!" and not open_calls:
            raise ValueError(f"{conversation.session_id}: this result has no call: {text}")
        if mark == "?":
            open_calls.append(f"call_{digest}")
        yield (
            time,
            _item(mark, text, digest, open_calls.pop(0) if mark == "!" else f"call_{digest}"),
        )


def make() -> bytes:
    """Make the content of `support_desk.jsonl`: the items of all conversations, by their times."""
    lines = []
    for conversation in read_dialogues():
        for time, item in items(conversation):
            line = {"session_id": conversation.session_id}
            line["created_at"] = time.isoformat(timespec="seconds") + "Z"
            lines.append(line | {"item": item})
    lines.sort(key=lambda line: line["created_at"])
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _pause(mark: str, text: str, luck: float) -> float:
    """Seconds that go by before something is said or done: often few, sometimes many."""
    rare = luck * luck * luck
    if mark == ">":  # read, think, type
        return 6 + 0.2 * len(text) + 260 * rare
    if mark == "<":
        return 2 + 0.03 * len(text) + 90 * rare * luck
    return 1 + 3 * luck


def _item(mark: str, text: str, digest: str, call_id: str) -> dict[str, Any]:
    if mark == ">":
        return {"content": text, "role": "user"}
    if mark == "<":
        content = [{"annotations": [], "text": text, "type": "output_text"}]
        said = {"id": f"msg_{digest}", "content": content, "role": "assistant"}
        return said | {"status": "completed", "type": "message"}
    if mark == "!":
        return {"call_id": call_id, "output": text, "type": "function_call_output"}
    name, _, arguments = text.partition(" ")
    call = {"arguments": arguments, "call_id": call_id, "name": name, "type": "function_call"}
    return call | {"id": f"fc_{digest}", "status": "completed"}


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Makes the conversations of the support desk.")
    parser.add_argument("target", nargs="?", type=Path, default=TARGET, help="the file to write")
    target = parser.parse_args().target
    target.write_bytes(make())
    print(f"made {target.name}")


if __name__ == "__main__":
    main()
