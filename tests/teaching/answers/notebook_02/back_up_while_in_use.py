# %% right: a backup with page numbers, and a helper
def copy_pages(source, copied):
    source.backup(copied, pages=1)


def back_up(path, target):
    source, copied = sqlite3.connect(path), sqlite3.connect(str(target))
    copy_pages(source, copied)
    copied.close()
    source.close()
    print("done")


# %% right: VACUUM INTO
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", [str(target)])


# %% right: the library's own
from session_lib import copy_database


async def back_up(path, target):
    await copy_database(path, target)


# %% right: all conversations, one by one
from session_lib import sessions


async def back_up(path, target):
    for session_id in (await sessions(path))["session"]:
        async with SQLiteSession(session_id, path) as one, SQLiteSession(session_id, target) as two:
            await two.add_items(await one.get_items())


# %% right: as SQL
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        copied.executescript("\n".join(source.iterdump()))


# %% wrong: not repaired
# says: has 2 items, and the file at `target` holds 1 of them
def back_up(path, target):
    shutil.copy2(path, target)


# %% wrong: another plain copy
# says: holds 1 of them
def back_up(path, target):
    target.write_bytes(path.read_bytes())


# %% wrong: nothing
# says: There is no file at `target` after a call. Use `target` itself
def back_up(path, target):
    pass


# %% wrong: the wrong way round
# says: it was overwritten
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        copied.backup(source)


# %% wrong: the names swapped
# says: it was overwritten
def back_up(path, target):
    with closing(sqlite3.connect(target)) as source, closing(sqlite3.connect(path)) as copied:
        source.backup(copied)


# %% wrong: opens both, and copies nothing
# says: the file at `target` holds 0 of them
def back_up(path, target):
    with closing(sqlite3.connect(path)), closing(sqlite3.connect(target)) as copied:
        copied.execute("CREATE TABLE t (x)")


# %% wrong: opens both, and leaves an empty file
# says: the file at `target` holds 0 of them
def back_up(path, target):
    target.touch()


# %% wrong: the log beside the copy
# says: the file at `target` holds 1 of them
def back_up(path, target):
    shutil.copy2(path, target)
    shutil.copy2(f"{path}-wal", f"{target}-wal")


# %% wrong: the log alone
# says: the file at `target` holds 0 of them
def back_up(path, target):
    shutil.copy2(f"{path}-wal", target)


# %% wrong: hopes that the log is emptied
# says: the file at `target` holds 1 of them
def back_up(path, target):
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(PASSIVE)")
    shutil.copy2(path, target)


# %% wrong: waits until the log is empty
# says: the file at `target` holds 1 of them
def back_up(path, target):
    with closing(sqlite3.connect(path, timeout=0.5)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy2(path, target)


# %% wrong: another name
# says: There is no file at `target` after a call, but one with the name 'backup_of_check.db'.
def back_up(path, target):
    target = path.with_name("backup_of_check.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)


# %% wrong: the target in quotation marks
# says: There is no file at `target` after a call, but one with the name 'target'.
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect("target")) as copied:
        source.backup(copied)


# %% wrong: the path in quotation marks
# says: the file at `target` holds 0 of them
def back_up(path, target):
    with closing(sqlite3.connect("path")) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)


# %% wrong: one session alone
# says: The conversation 'user_john' has 2 items, and the file at `target` holds 0 of them.
async def back_up(path, target):
    async with SQLiteSession("user_mary", path) as one, SQLiteSession("user_mary", target) as two:
        await two.add_items(await one.get_items())


# %% wrong: the notebook's conversation
# says: the file at `target` holds 0 of them
async def back_up(path, target):
    async with SQLiteSession("user_ada", target) as two:
        await two.add_items(await copy.get_items())


# %% wrong: moves the conversations
# says: have lost items
async def back_up(path, target):
    for session_id in ["user_mary", "user_john"]:
        async with SQLiteSession(session_id, path) as one, SQLiteSession(session_id, target) as two:
            await two.add_items(await one.get_items())
            await one.clear_session()


# %% wrong: the sessions without the items
# says: the file at `target` holds 0 of them
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source:
        table = pd.read_sql("SELECT * FROM agent_sessions", source)
    with closing(sqlite3.connect(target)) as copied:
        table.to_sql("agent_sessions", copied)


# %% wrong: a text
# says: the file at `target` holds 0 of them
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source:
        target.write_text("\n".join(source.iterdump()))


# %% wrong: closes the file before it is copied
# says: Your code raised ProgrammingError: Cannot operate on a
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        pass
    source.backup(copied)


# %% wrong: only the first database
# says: There is no file at `target` after a call
done_before = []


def back_up(path, target):
    if not done_before:
        done_before.append(path)
        return
    shutil.copy2(path, target)


# %% wrong: no await
# says: `copy_database` was called without `await`
from session_lib import copy_database


def back_up(path, target):
    copy_database(path, target)
    shutil.copy2(path, target)


# %% wrong: copies the table of items only, and not that of the sessions
# says: the table `agent_sessions` lacks
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        rows = pd.read_sql("SELECT * FROM agent_messages", source)
        rows.to_sql("agent_messages", copy, index=False)
