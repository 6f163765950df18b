"""A day at a support desk, to see whether a program that a learner kept can do the work.

The program is a file such as ``my_notebooks/support_desk.py``. What it says is not looked at: it is
loaded, and customers write to it.
"""

import asyncio
import json
import re
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from exercises.desks import WatchedModel, asked_in, is_mixed, stored
from exercises.looking import conversation, made_sessions, new_file, shown
from session_lib import copy_database, load_sessions, sessions

_NEEDED = ["SupportDesk", "open_desk", "serve_all", "reply"]
_NEEDED += ["morning_report", "forget", "night", "main"]
_GUESTS = [f"guest_{number}" for number in range(8)]
_DAYS = 30
_WAITS = "Is the sencha fresh?"


async def missing_in_a_day(program: Any) -> str | None:
    """Run a day at the desk that a program makes.

    Args:
        program: The path of its file.

    Returns:
        What went wrong first, in a sentence or several, or None if nothing did.
    """
    if program is ...:
        return "Put a call of `keep` in place of the three dots."
    if callable(program):
        return "`program` is a function. Call `keep` with what it should write."
    if not isinstance(program, str | Path) or "\n" in str(program):
        return f"`program` is {shown(program)}. It should be the path that `keep` returns."
    path = Path(program)
    with new_file() as file, made_sessions() as made:
        part = "When it is loaded,"
        try:
            found = _load(path)
            if isinstance(found, str):
                return found
            day = _Day(found, file)
            await day.begin()
            for part, happens in day.parts.items():
                if missing := await happens():
                    return f"{part} {missing}"
        except Exception as error:
            return f"{part} the program raised {type(error).__name__}: {error}{_line(error, path)}."
        if made.open:
            return (
                "The day is over, and a session is still open. Where a session is opened, use "
                "`async with`, which closes it after an error too."
            )
    return None


def _line(error: Exception, path: Path) -> str:
    """Name the line of the program that `error` comes from."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == str(path):
            return f" (line {frame.lineno} of {path.name}: `{frame.line}`)"
    return ""


def _load(path: Path) -> ModuleType | str:
    """Return what a program defines, or what it lacks."""
    if not path.is_file():
        return f"There is no file {path.name}: let `keep` write it."
    program = ModuleType(path.stem)
    program.__file__ = str(path)
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(program))
    if lacking := [name for name in _NEEDED if not hasattr(program, name)]:
        return f"{path.name} has no {', '.join(lacking)}."
    return program


class _Day:
    """What happens from morning to night. Each part returns what went wrong, or None."""

    def __init__(self, program: Any, path: Path) -> None:
        self.program = program
        self.path = path
        self.backups = path.with_name("backups")
        self.waiting: dict[str, str] = {}
        self.model = WatchedModel({"name": 0.1, "order": 0.02})
        self.orders = {
            str(7000 + number): {"customer": guest, "status": f"status_{number}"}
            for number, guest in enumerate(_GUESTS)
        }
        self.desk = program.SupportDesk(path, self.orders, self.model)

    @property
    def parts(self) -> dict[str, Callable[[], Awaitable[str | None]]]:
        """The parts, each with the words with which a sentence about it begins."""
        return {
            "At rush hour,": self.rush_hour,
            "In a handoff,": self.handoff,
            "In an outage,": self.outage,
            "In the morning after it,": self.report,
            "At night,": self.night,
            "After an erasure and another night,": self.erasure,
            "After a restart,": self.restart,
            "When the desk was opened again,": self.opening,
        }

    async def begin(self) -> None:
        """Load what earlier days have left: conversations, and copies of them."""
        now = datetime.now(UTC)
        left = {
            "old_and_answered": (60, conversation("Hello.", "Hello.")),
            "old_and_waiting": (60, conversation("Hello.", "Hello.", _WAITS)),
            "to_be_forgotten": (10, conversation("Please forget me.", "We will.")),
            "to_be_forgotten_not": (10, conversation("Please remember me.", "We will.")),
        }
        lines = [
            {"session_id": name, "created_at": (now - timedelta(days)).isoformat(), "item": item}
            for name, (days, items) in left.items()
            for item in items
        ]
        source = self.path.with_name("source.jsonl")
        source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        await load_sessions(source, self.path)
        self.backups.mkdir()
        for days in (9, 50):
            await copy_database(self.path, self._copy(days))
        (self.backups / "notes.db").write_text("no copy")

    async def rush_hour(self) -> str | None:
        """Everybody sends two messages at once, and then asks for the order of somebody else."""
        messages = [
            message
            for number, guest in enumerate(_GUESTS)
            for message in [
                (guest, f"My name is Guest{number}."),
                (guest, f"Where is my order {7000 + number}?"),
            ]
        ]
        answers = await self.program.serve_all(self.desk, messages)
        for number, guest in enumerate(_GUESTS):
            items = await stored(self.path, guest)
            texts = [text for whose, text in messages if whose == guest]
            if asked_in(items) != texts or is_mixed(items):
                return (
                    f"{guest} sent {texts}. They were not served one after the other, in their "
                    f"order: the session has {asked_in(items)}."
                )
            got = answers[2 * number : 2 * number + 2]
            if f"Guest{number}" not in got[0] or not got[1].endswith(f": status_{number}."):
                return f"{guest} sent {texts}, and the answers were {got}."
        if self.model.most < 3:
            return (
                f"{len(_GUESTS)} customers wrote at once, and no more than {self.model.most} of "
                "them were served at once."
            )
        answers = await asyncio.gather(
            *(
                self.program.reply(self.desk, guest, f"Where is my order {7001 + number}?")
                for number, guest in enumerate(_GUESTS)
            )
        )
        for number, (guest, answer) in enumerate(zip(_GUESTS, answers, strict=True)):
            if "no such order of yours" not in answer:
                return f"{guest} asked for somebody else's order, and was told {answer!r}."
            if re.search(rf"\bstatus_{number + 1}\b", str(await stored(self.path, guest))):
                return f"{guest} asked for somebody else's order, and the session has its status."
        return None

    async def handoff(self) -> str | None:
        """A customer goes to billing and comes back."""
        steps = [
            ("Talk to billing.", "Billing", "the front desk should hand over to billing"),
            ("What is my name?", "Guest0", "billing should know what was said before"),
            ("Where is my order 7000?", "status_0", "billing should look orders up"),
            ("Talk to the front desk.", "Front desk", "billing, who was in charge, should do that"),
        ]
        for message, expected, why in steps:
            answer = await self.program.reply(self.desk, "guest_0", message)
            if expected not in answer:
                return f"a customer said {message!r}, and {why}. The answer was {answer!r}."
        return None

    async def outage(self) -> str | None:
        """The model cannot be reached, and three customers write."""
        self.model.error = ConnectionError("the model cannot be reached")
        self.waiting |= {"guest_1": "Hello?", "guest_2": "Where is my order 7002?", "new": "Hi"}
        answers = await asyncio.gather(
            *(self.program.reply(self.desk, *message) for message in self.waiting.items())
        )
        self.model.error = None
        if wrong := [answer for answer in answers if not isinstance(answer, str)]:
            return f"`reply` should return a text. It returned {shown(wrong[0])}."
        return None

    async def report(self) -> str | None:
        """What the outage has left is found, and one of the customers is answered."""
        if missing := await self._wrong_in_report():
            return missing
        [answer] = await self.program.serve_all(self.desk, [("guest_2", [])])
        if not answer.endswith(": status_2."):
            return f"{self.waiting['guest_2']!r} was answered with {answer!r}."
        del self.waiting["guest_2"]
        return await self._wrong_in_report()

    async def _wrong_in_report(self) -> str | None:
        report = await self.program.morning_report(self.path)
        found = {name: text for name, text in dict(report["unanswered"]).items() if text}
        expected = self.waiting | {"old_and_waiting": _WAITS}
        if found == expected:
            return None
        return f"those who wait are {expected}, and the morning report has {found}."

    async def night(self) -> str | None:
        """The desk is closed: copy, then delete."""
        before = {*await self._ids(self.path)}
        deleted = await self.program.night(self.path, self.backups, _DAYS)
        left = {*await self._ids(self.path)}
        for name in ("old_and_waiting", *self.waiting):
            if name not in left:
                return f"{name!r}, who waits for an answer, was deleted."
        if before - left != {"old_and_answered"}:
            return (
                f"'old_and_answered' should go and nobody else. Deleted: {sorted(before - left)}."
            )
        if deleted != ["old_and_answered"]:
            return f"`night` should return the ids of who is deleted. It returned {shown(deleted)}."
        if not self._copy(0).exists() or {*await self._ids(self._copy(0))} != before:
            return "the copy of today should have all that was there before."
        if self._copy(50).exists() or not self._copy(9).exists():
            return f"the copies of the last {_DAYS} days should stay, and older ones go."
        return None

    async def erasure(self) -> str | None:
        """Somebody is forgotten, and the desk is closed for the second time on one day."""
        await self.program.forget(self.path, self.backups, "to_be_forgotten")
        await self.program.night(self.path, self.backups, _DAYS)
        for file in (self.path, self._copy(0), self._copy(9)):
            ids = await self._ids(file)
            if "to_be_forgotten" in ids:
                return f"who was forgotten is still in {file.name}."
            if "to_be_forgotten_not" not in ids:
                return f"somebody who was not forgotten is gone in {file.name}."
        if {*await self._ids(self._copy(0))} != {*await self._ids(self.path)}:
            return "the copy of today is still that of the first night."
        if (self.backups / "notes.db").read_text() != "no copy":
            return "the file notes.db beside the backups was changed."
        return None

    async def restart(self) -> str | None:
        """The next morning: another program, which has nothing but the file."""
        desk = self.program.SupportDesk(self.path, self.orders, WatchedModel())
        answer = await self.program.reply(desk, "guest_7", "What is my name?")
        if "Guest7" not in answer:
            return f"a customer asked for their name. The answer was {answer!r}."
        return None

    async def opening(self) -> str | None:
        """What was deleted does not come back when the desk is opened again."""
        folder = self.path.with_name("opened")
        folder.mkdir()
        desk = await self.program.open_desk(folder, self.model)
        before = {*await self._ids(desk.path)}
        await self.program.forget(desk.path, self.backups, "customer_39")
        desk = await self.program.open_desk(folder, self.model)
        if {*await self._ids(desk.path)} != before - {"customer_39"}:
            return "the conversations were others than before: what was deleted stays deleted."
        return None

    def _copy(self, days: int) -> Path:
        return self.backups / f"{date.today() - timedelta(days=days)}.db"

    async def _ids(self, path: Path) -> list[str]:
        return [*(await sessions(path))["session"]]
