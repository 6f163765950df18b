"""The exercises of notebook 02, persistent sessions."""

from exercises import Answer, Exercise, new_file, texts
from session_lib import SQLiteSession


async def _missing_in_ask_from_a_file(ask: Answer) -> str | None:
    with new_file() as path:
        await ask("user_mary", path, "My name is Mary.")
        if not path.exists():
            return "Your function was called once, and there is no file yet."
        answer = await ask("user_mary", path, "What is my name?")
        async with SQLiteSession("user_mary", path) as session:
            said = texts(await session.get_items())
        if "My name is Mary." not in said:
            return "There is a file, but in its session 'user_mary' no message is kept."
        if not isinstance(answer, str):
            return "The messages are in the file. Now return the answer, as a text."
        if "Mary" not in answer:
            return f"In a second call with the same id and file, the answer was {answer!r}"
        if "Mary" in await ask("user_grace", path, "What is my name?"):
            return "The session 'user_grace' knows the name that 'user_mary' has told."
    return None


ask_from_a_file = Exercise(
    title="Keep nothing but the file",
    task="""
Write a function `ask(session_id, path, message)`. Each call makes a session object of its own, with
this id and this file. It hands `message` to the agent with that session, closes the session, and
returns the answer. A second call, with the same id and the same file, should know what the first
one was told.
""",
    start="""
async def ask(session_id, path, message):
    result = await Runner.run(agent, message)  # change this line, add others
    return result.final_output
""",
    answer="ask",
    missing=_missing_in_ask_from_a_file,
    solution="""
async def ask(session_id, path, message):
    session = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result.final_output
""",
    wrong=(
        """
async def ask(session_id, path, message):
    session = SQLiteSession(session_id)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result.final_output
""",
        """
async def ask(session_id, path, message):
    session = SQLiteSession("user_mary", path)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result.final_output
""",
        """
async def ask(session_id, path, message):
    session = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result
""",
    ),
)


async def _missing_in_find_a_conversation(has_conversation: Answer) -> str | None:
    there, not_there = ["user_mary", "user_o'neil"], ["user_grace", "user_mar", "USER_MARY"]
    with new_file() as path:
        found = await has_conversation("user_mary", path)
        if path.exists():
            return "There was no file, and your function has made one."
        if str(found) not in ("True", "False"):
            return "It should return True or False. So far it returns neither."
        if found:
            return "Where there is no file, there is no conversation. It returned True."
        for session_id in there:
            async with SQLiteSession(session_id, path) as session:
                await session.add_items([{"role": "user", "content": "Hello."}])
        for session_id in there:
            if not await has_conversation(session_id, path):
                return f"A conversation {session_id!r} is in the file, and it returned False."
        for session_id in not_there:
            if await has_conversation(session_id, path):
                return f"The file has only {there}, and for {session_id!r} it returned True."
    return None


find_a_conversation = Exercise(
    title="Is there a conversation?",
    task="""
Write a function `has_conversation(session_id, path)`. It returns `True` if the file holds a
conversation with this id, and otherwise `False`. Where there is no file, it returns `False` and
makes none. Mind that `sqlite3.connect` makes a file that is not there.
""",
    start="""
def has_conversation(session_id, path):
    ...  # your code here
""",
    answer="has_conversation",
    missing=_missing_in_find_a_conversation,
    solution="""
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id in list(table["session_id"])
""",
    wrong=(
        """
def has_conversation(session_id, path):
    return path.exists()
""",
        """
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id in table["session_id"]
""",
        """
async def has_conversation(session_id, path):
    session = SQLiteSession(session_id, path)
    items = await session.get_items()
    await session.close()
    return len(items) > 0
""",
    ),
)


async def _missing_in_back_up_while_in_use(back_up: Answer) -> str | None:
    items = [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": "Hello!"}]
    with new_file() as path:
        target = path.with_name("backup.db")
        async with SQLiteSession("check", path) as session:
            await session.add_items(items)
            await back_up(path, target)
            if not target.exists():
                return "There is no file at `target` yet."
            if await session.get_items() != items:
                return "The conversation in `path` has lost its items: it was copied over."
            async with SQLiteSession("check", target) as restored:
                found = await restored.get_items()
            if found != items:
                return f"The conversation has {len(items)} items, and its backup {len(found)}."
    return None


back_up_while_in_use = Exercise(
    title="Back up while it is in use",
    task="""
Write a function `back_up(path, target)` that copies the database at `path` into a new file at
`target`. The check calls it while a session has the database open and its latest items are still in
the `-wal` file. They must be in the backup too.
""",
    start="""
def back_up(path, target):
    ...  # your code here
""",
    answer="back_up",
    missing=_missing_in_back_up_while_in_use,
    solution="""
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)
""",
    wrong=(
        """
def back_up(path, target):
    shutil.copy2(path, target)
""",
        """
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        copied.backup(source)
""",
    ),
)
