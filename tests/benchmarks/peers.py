"""What is compared: each peer's sessions, behind the four calls of the Agents SDK's protocol.

A peer is used as its own documentation says, through public names only. Its package is imported
when it is first opened, so that a process that measures one peer loads none of the others.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

Item = dict[str, Any]

_QUESTION = (
    "What should I pack for four days in Zürich in early spring, if I want to walk a lot, eat well "
    "and see at least one museum a day?"
)
_ANSWER = (
    "Pack layers: a light jacket that keeps the rain out, a warm jumper for the evenings and shoes "
    "that you have already walked in. The old town is small, so a day bag is enough. Kunsthaus and "
    "Landesmuseum are open late on Thursdays: keep those for a wet afternoon. For dinner, book "
    "ahead at the weekend; on other days walk in before seven."
)


def item(number: int) -> Item:
    """Return the item of a number, unlike any other, in the shapes that the Agents SDK stores."""
    if number % 2 == 0:
        return _as_item("user", f"{number}: {_QUESTION}")
    return _as_item("assistant", f"{number}: {_ANSWER}")


def items(count: int, start: int = 0) -> list[Item]:
    """Return `count` items, the user's and the assistant's in turn."""
    return [item(number) for number in range(start, start + count)]


class Session(Protocol):
    """The Agents SDK's protocol, to which every peer is adapted."""

    async def add_items(self, items: Any) -> None: ...
    async def get_items(self, limit: int | None = None) -> Any: ...
    async def pop_item(self) -> Any: ...
    async def clear_session(self) -> None: ...


Sessions = Callable[[str], Awaitable[Session]]
"""Returns the session of a user, in the file that was opened."""


class Peer:
    """A way of keeping sessions in a SQLite file."""

    name: str
    title: str
    module = "sqlite3"
    distributions: tuple[str, ...] = ()
    """What has to be installed, and whose versions are kept with the figures."""
    lacks: frozenset[str] = frozenset()
    """Work that it cannot do."""
    sdk_format = True
    """Whether its files are those of the Agents SDK's `SQLiteSession`."""
    class_name = "SQLiteSession"
    """What a program imports from `module`."""
    script = ""
    """A program that stores the item in `sys.argv[2]` in the file in `sys.argv[1]`."""

    def load(self) -> Any:
        """Import the class and return it."""
        return getattr(import_module(self.module), self.class_name)

    def missing(self) -> str | None:
        """Return why it cannot be imported, or None."""
        try:
            self.load()
        except ImportError as error:
            return str(error).partition("\n")[0]
        return None

    @asynccontextmanager
    async def open(self, path: Path) -> AsyncIterator[Sessions]:
        """Open a file, creating it if need be, and close it at the end."""
        make = self.load()
        async with AsyncExitStack() as stack:

            async def session(user: str) -> Session:
                opened: Session = make(user, path)
                stack.push_async_callback(_close, opened)
                return opened

            yield session

    def native(self, items: list[Item]) -> Any:
        """Return items in the form that this peer takes. Not timed."""
        return items

    def plain(self, result: Any) -> list[Item]:
        """Return as items what this peer's `get_items` returned. Not timed."""
        return list(result)

    async def seed(self, path: Path, user: str, count: int) -> None:
        """Store `count` items. Not timed."""
        async with self.open(path) as sessions:
            session = await sessions(user)
            for start in range(0, count, 500):
                await session.add_items(self.native(items(min(500, count - start), start)))


_SCRIPT = """
import asyncio, json, sys
from {module} import SQLiteSession
session = SQLiteSession("user", sys.argv[1])
asyncio.run(session.add_items([json.loads(sys.argv[2])]))
"""


class Ours(Peer):
    """The class of this repository."""

    name = "ours"
    title = "session_lib.SQLiteSession"
    module = "session_lib"
    distributions = ("session-lib", "aiosqlite")
    script = _SCRIPT.format(module=module)


class SDK(Peer):
    """The Agents SDK's default. It takes no PRAGMA, so its connections get SQLite's defaults."""

    name = "sdk"
    title = "agents.SQLiteSession"
    module = "agents"
    distributions = ("openai-agents",)
    script = _SCRIPT.format(module=module)


class Async(Peer):
    """The Agents SDK's session on aiosqlite. Like `SDK`, it takes no PRAGMA."""

    name = "async"
    title = "agents AsyncSQLiteSession"
    module = "agents.extensions.memory.async_sqlite_session"
    distributions = ("openai-agents", "aiosqlite")
    class_name = "AsyncSQLiteSession"
    script = """
import asyncio, json, sys
from agents.extensions.memory import AsyncSQLiteSession
async def main():
    session = AsyncSQLiteSession("user", sys.argv[1])
    await session.add_items([json.loads(sys.argv[2])])
    await session.close()
asyncio.run(main())
"""


class SQLAlchemy(Peer):
    """The Agents SDK's session on SQLAlchemy: one engine, with its default pool, a file."""

    name = "sqlalchemy"
    title = "agents SQLAlchemySession"
    module = "agents.extensions.memory.sqlalchemy_session"
    class_name = "SQLAlchemySession"
    distributions = ("openai-agents", "sqlalchemy", "aiosqlite")
    sdk_format = False  # its index is a different one
    script = """
import asyncio, json, sys
from agents.extensions.memory import SQLAlchemySession
async def main():
    url = "sqlite+aiosqlite:///" + sys.argv[1]
    session = SQLAlchemySession.from_url("user", url=url, create_tables=True)
    await session.add_items([json.loads(sys.argv[2])])
    await session.engine.dispose()
asyncio.run(main())
"""

    @asynccontextmanager
    async def open(self, path: Path) -> AsyncIterator[Sessions]:
        from sqlalchemy import URL, event
        from sqlalchemy.ext.asyncio import create_async_engine

        make = self.load()
        engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)))

        @event.listens_for(engine.sync_engine, "connect")
        def configure(connection: Any, record: Any) -> None:
            with closing(connection.cursor()) as cursor:
                cursor.execute("PRAGMA synchronous=FULL")

        async def session(user: str) -> Session:
            opened: Session = make(user, engine=engine, create_tables=True)
            return opened

        try:
            yield session
        finally:
            await engine.dispose()


class LangGraph(Peer):
    """LangGraph's checkpoints: each holds the whole conversation, as a graph's state does."""

    name = "langgraph"
    title = "LangGraph AsyncSqliteSaver"
    module = "langgraph.checkpoint.sqlite.aio"
    class_name = "AsyncSqliteSaver"
    distributions = ("langgraph-checkpoint-sqlite", "aiosqlite")
    lacks = frozenset({"get-20", "pop-1", "reads"})
    sdk_format = False
    script = """
import asyncio, json, sys
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
async def main():
    async with AsyncSqliteSaver.from_conn_string(sys.argv[1]) as saver:
        config = {"configurable": {"thread_id": "user", "checkpoint_ns": ""}}
        state = {"messages": [json.loads(sys.argv[2])]}
        await saver.aput(config, {**empty_checkpoint(), "channel_values": state}, {}, {})
asyncio.run(main())
"""

    @asynccontextmanager
    async def open(self, path: Path) -> AsyncIterator[Sessions]:
        async with self.load().from_conn_string(str(path)) as saver:
            await saver.setup()
            await saver.conn.execute("PRAGMA synchronous=FULL")

            async def session(user: str) -> Session:
                return _Thread(saver, user)

            yield session

    async def seed(self, path: Path, user: str, count: int) -> None:
        async with self.open(path) as sessions:
            await (await sessions(user)).add_items(items(count))


class ADK(Peer):
    """Google ADK's service: one event an item, and a new connection for each call."""

    name = "adk"
    title = "Google ADK SqliteSessionService"
    module = "google.adk.sessions.sqlite_session_service"
    class_name = "SqliteSessionService"
    distributions = ("google-adk", "aiosqlite")
    lacks = frozenset({"add-500", "pop-1", "open"})  # it holds nothing open
    sdk_format = False
    script = """
import asyncio, json, sys
from google.adk.events.event import Event
from google.adk.sessions.sqlite_session_service import SqliteSessionService
from google.genai.types import Content, Part
async def main():
    service = SqliteSessionService(sys.argv[1])
    session = await service.create_session(app_name="app", user_id="user", session_id="user")
    content = Content(role="user", parts=[Part(text=json.loads(sys.argv[2])["content"])])
    await service.append_event(session, Event(author="user", content=content))
asyncio.run(main())
"""

    @asynccontextmanager
    async def open(self, path: Path) -> AsyncIterator[Sessions]:
        # The journal mode belongs to the file. All else about its connections is SQLite's default.
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        service = self.load()(str(path))

        async def session(user: str) -> Session:
            opened = _Events(service, user)
            await opened.start()
            return opened

        try:
            yield session
        finally:
            await service.close()

    def native(self, items: list[Item]) -> Any:
        event, types = import_module("google.adk.events.event"), import_module("google.genai.types")
        events = []
        for given in items:
            text = given["content"]
            if not isinstance(text, str):
                text = text[0]["text"]
            role = "user" if given["role"] == "user" else "model"
            content = types.Content(role=role, parts=[types.Part(text=text)])
            events.append(event.Event(author=given["role"], content=content))
        return events

    def plain(self, result: Any) -> list[Item]:
        return [_as_item(event.author, event.content.parts[0].text) for event in result]

    async def seed(self, path: Path, user: str, count: int) -> None:
        # A call for each event takes minutes, so this writes the rows that those calls would.
        async with self.open(path) as sessions:
            await sessions(user)
        events = (
            (event.id, user, user, event.timestamp, event.model_dump_json(exclude_none=True))
            for event in self.native(items(count))
        )
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executemany(
                "INSERT INTO events (id, app_name, user_id, session_id, invocation_id, timestamp,"
                " event_data) VALUES (?, 'app', ?, ?, '', ?, ?)",
                events,
            )


class Plain(Peer):
    """The limit: the same tables and the same work with `sqlite3` alone, waiting for nothing."""

    name = "plain"
    title = "plain sqlite3"
    class_name = "Connection"
    lacks = frozenset({"reads", "open", "import"})
    script = """
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in {schema!r}:
    connection.execute(statement)
connection.execute("BEGIN IMMEDIATE")
connection.execute({touch!r}, ("user",))
connection.execute({add!r}, ("user", json.dumps(json.loads(sys.argv[2]))))
connection.execute("COMMIT")
"""

    @asynccontextmanager
    async def open(self, path: Path) -> AsyncIterator[Sessions]:
        with closing(_connect(path)) as connection:

            async def session(user: str) -> Session:
                return self.conversation(connection, user)

            yield session

    def conversation(self, connection: sqlite3.Connection, user: str) -> Session:
        return _Plain(connection, user)


class Hop(Plain):
    """The limit where the event loop must stay free: as `Plain`, but in a thread."""

    name = "hop"
    title = "plain sqlite3 + asyncio.to_thread"
    lacks = frozenset({"reads", "open", "users", "processes", "import", "first-item"})

    def conversation(self, connection: sqlite3.Connection, user: str) -> Session:
        return _Hop(connection, user)


PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (Ours(), SDK(), Async(), SQLAlchemy(), LangGraph(), ADK(), Plain(), Hop())
}


class _Thread:
    """A conversation in LangGraph: a thread of checkpoints."""

    def __init__(self, saver: Any, user: str) -> None:
        self._saver = saver
        self._config: Any = {"configurable": {"thread_id": user, "checkpoint_ns": ""}}
        self._messages: list[Item] = []
        self._empty_checkpoint = import_module("langgraph.checkpoint.base").empty_checkpoint

    async def add_items(self, items: list[Item]) -> None:
        self._messages += items
        state: Any = {**self._empty_checkpoint(), "channel_values": {"messages": self._messages}}
        await self._saver.aput(self._config, state, {}, {})

    async def get_items(self, limit: int | None = None) -> Any:
        found = await self._saver.aget_tuple(self._config)
        return found.checkpoint["channel_values"]["messages"] if found else []

    async def pop_item(self) -> None:
        raise NotImplementedError

    async def clear_session(self) -> None:
        self._messages = []
        await self._saver.adelete_thread(self._config["configurable"]["thread_id"])


class _Events:
    """A conversation in Google ADK: a session with events."""

    def __init__(self, service: Any, user: str) -> None:
        self._service = service
        self._key = {"app_name": "app", "user_id": user, "session_id": user}
        base = import_module("google.adk.sessions.base_session_service")
        self._configuration = base.GetSessionConfig

    async def start(self) -> None:
        self._session = await self._service.get_session(**self._key)
        if self._session is None:
            self._session = await self._service.create_session(**self._key)

    async def add_items(self, events: list[Any]) -> None:
        for event in events:
            await self._service.append_event(self._session, event)

    async def get_items(self, limit: int | None = None) -> Any:
        config = None if limit is None else self._configuration(num_recent_events=limit)
        return (await self._service.get_session(**self._key, config=config)).events

    async def pop_item(self) -> None:
        raise NotImplementedError

    async def clear_session(self) -> None:
        await self._service.delete_session(**self._key)
        await self.start()


_SCHEMA = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "CREATE TABLE IF NOT EXISTS agent_sessions (session_id TEXT PRIMARY KEY,"
    " created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,"
    " updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
    "CREATE TABLE IF NOT EXISTS agent_messages (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " session_id TEXT NOT NULL, message_data TEXT NOT NULL,"
    " created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, FOREIGN KEY (session_id)"
    " REFERENCES agent_sessions (session_id) ON DELETE CASCADE)",
    "CREATE INDEX IF NOT EXISTS idx_agent_messages_session_id ON agent_messages (session_id, id)",
)
_TOUCH = (
    "INSERT INTO agent_sessions (session_id) VALUES (?)"
    " ON CONFLICT (session_id) DO UPDATE SET updated_at = CURRENT_TIMESTAMP"
)
_ADD = "INSERT INTO agent_messages (session_id, message_data) VALUES (?, ?)"
_ALL = "SELECT message_data FROM agent_messages WHERE session_id = ? ORDER BY id"
_LATEST = f"{_ALL} DESC LIMIT ?"
_POP = (
    "DELETE FROM agent_messages WHERE id = (SELECT id FROM agent_messages WHERE session_id = ?"
    " ORDER BY id DESC LIMIT 1) RETURNING message_data"
)
_CLEAR = (
    "DELETE FROM agent_messages WHERE session_id = ?",
    "DELETE FROM agent_sessions WHERE session_id = ?",
)
Plain.script = Plain.script.format(schema=_SCHEMA, touch=_TOUCH, add=_ADD)


class _Plain:
    """A conversation with no layer at all. Its coroutines never yield to the event loop."""

    def __init__(self, connection: sqlite3.Connection, user: str) -> None:
        self._connection = connection
        self._user = user

    async def add_items(self, items: Iterable[Item]) -> None:
        self._add(items)

    async def get_items(self, limit: int | None = None) -> list[Item]:
        return self._get(limit)

    async def pop_item(self) -> Item:
        return self._pop()

    async def clear_session(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for statement in _CLEAR:
            self._connection.execute(statement, (self._user,))
        self._connection.execute("COMMIT")

    def _add(self, items: Iterable[Item]) -> None:
        texts = ((self._user, json.dumps(item)) for item in items)
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(_TOUCH, (self._user,))
        self._connection.executemany(_ADD, texts)
        self._connection.execute("COMMIT")

    def _get(self, limit: int | None) -> list[Item]:
        if limit is None:
            return [json.loads(text) for (text,) in self._connection.execute(_ALL, (self._user,))]
        rows = self._connection.execute(_LATEST, (self._user, limit)).fetchall()
        return [json.loads(text) for (text,) in reversed(rows)]

    def _pop(self) -> Item:
        self._connection.execute("BEGIN IMMEDIATE")
        [(text,)] = self._connection.execute(_POP, (self._user,)).fetchall()
        self._connection.execute("COMMIT")
        item: Item = json.loads(text)
        return item


class _Hop(_Plain):
    """As `_Plain`, but in a thread: one hop for each call."""

    async def add_items(self, items: Iterable[Item]) -> None:
        await asyncio.to_thread(self._add, items)

    async def get_items(self, limit: int | None = None) -> list[Item]:
        return await asyncio.to_thread(self._get, limit)

    async def pop_item(self) -> Item:
        return await asyncio.to_thread(self._pop)


async def _close(session: Any) -> None:
    """Call `close()`, which only some peers have to await."""
    closed = session.close()
    if closed is not None:
        await closed


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    for statement in _SCHEMA:
        connection.execute(statement)
    return connection


def _as_item(role: str, text: str) -> Item:
    if role == "user":
        return {"role": "user", "content": text}
    return {
        "id": "msg_" + text.partition(":")[0],
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }
