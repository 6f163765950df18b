"""The file is the Agents SDK's: its tables, its index, its settings, and the same rows in them."""

import json
import re

import pytest

from tests.helpers.conversations import CONVERSATION, HARD
from tests.helpers.sessions import OURS_ON_A_FILE, THE_SDKS, Store
from tests.helpers.stores import OURS, PLAIN, opened


@pytest.fixture
async def by_kind(tmp_path):
    """A file with a conversation that each class has made."""
    stores = {}
    for kind in (OURS_ON_A_FILE, THE_SDKS):
        (tmp_path / kind).mkdir()
        stores[kind] = Store(kind, tmp_path / kind)
        await stores[kind].open().add_items(CONVERSATION)
        await stores[kind].close()
    return stores


def structure(store):
    """All that SQLite knows of the tables and indexes in a file, and nothing of their spelling."""
    names = store.execute("SELECT type, name, tbl_name FROM sqlite_master ORDER BY type, name")
    found = [names]
    for kind, name, _ in names:
        pragmas = {
            "table": ("table_xinfo", "foreign_key_list", "index_list"),
            "index": ("index_xinfo",),
        }
        found += [store.execute(f"PRAGMA {pragma}({name})") for pragma in pragmas.get(kind, ())]
    settings = ("journal_mode", "user_version", "application_id", "encoding")
    return found + [store.execute(f"PRAGMA {setting}") for setting in settings]


async def test_structure_is_that_of_the_sdk(by_kind):
    assert structure(by_kind[OURS_ON_A_FILE]) == structure(by_kind[THE_SDKS])


async def test_ids_are_never_used_twice(our_file):
    # AUTOINCREMENT, as the SDK has it: a row's id that a program remembers is never another row.
    session = our_file.open()
    await session.add_items([{"n": 1}, {"n": 2}])
    await session.pop_item()
    await session.add_items([{"n": 3}])
    assert our_file.execute("SELECT id FROM agent_messages ORDER BY id") == [(1,), (3,)]


async def test_times_of_a_session_row(our_file):
    row = "SELECT created_at, updated_at FROM agent_sessions WHERE session_id = 'alice'"
    session, old = our_file.open(), "2001-01-01 00:00:00"
    await session.add_items([{"n": 1}])
    for time in our_file.execute(row)[0]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", time)
    our_file.execute("UPDATE agent_sessions SET created_at = ?, updated_at = ?", (old, old))
    await session.add_items([{"n": 2}])
    created, updated = our_file.execute(row)[0]
    assert created == old and updated > old


@pytest.mark.parametrize("kind", PLAIN)
async def test_session_rows_come_and_go_alike(kind, our_file):
    path, query = our_file.path, "SELECT session_id FROM agent_sessions ORDER BY 1"
    counts = "SELECT session_id, count(*) FROM agent_messages GROUP BY 1 ORDER BY 1"
    async with opened(kind, path, "theirs") as theirs, opened(OURS, path, "ours") as ours:
        await theirs.add_items([{"n": 1}, {"n": 2}])
        await ours.add_items([{"n": 1}])
        async with opened(kind, path, "ours") as also_theirs:
            await also_theirs.add_items([{"n": 2}])
        assert our_file.execute(query) == [("ours",), ("theirs",)]
        assert our_file.execute(counts) == [("ours", 2), ("theirs", 2)]
        # An emptied session is still a session, a cleared one is not: to both sides.
        for session in (theirs, theirs, ours, ours):
            await session.pop_item()
        assert our_file.execute(query) == [("ours",), ("theirs",)]
        assert our_file.execute(counts) == []
        async with opened(kind, path, "ours") as also_theirs:
            await also_theirs.clear_session()
        async with opened(OURS, path, "theirs") as also_ours:
            await also_ours.clear_session()
        assert our_file.execute(query) == []


@pytest.mark.parametrize("kind", PLAIN)
async def test_sqlite_finds_the_same_in_all_texts(kind, our_file):
    """With its JSON functions, in what either side wrote."""
    query = (
        "SELECT typeof(message_data), json_valid(message_data), "
        "json_extract(message_data, '$.role'), json_extract(message_data, '$.content') "
        "FROM agent_messages WHERE session_id = ? ORDER BY id"
    )
    found = []
    for writer in (OURS, kind):
        async with opened(writer, our_file.path, writer) as session:
            await session.add_items([*CONVERSATION, *HARD])
        rows = our_file.execute(query, (writer,))
        assert {row[:2] for row in rows} == {("text", 1)}
        assert len(rows) == len(CONVERSATION) + len(HARD)
        found.append([(row[2], row[3] if row[3] is None else json.dumps(row[3])) for row in rows])
    assert found[0] == found[1]
