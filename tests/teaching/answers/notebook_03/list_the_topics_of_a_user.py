# %% right: a loop
async def topics_of(number, path):
    topics = []
    for session_id in (await sessions(path))["session"]:
        user, colon, topic = session_id.partition(":")
        if user == f"user_{number}" and colon:
            topics.append(topic)
    return topics


# %% right: with pandas
async def topics_of(number, path):
    ids = (await sessions(path))["session"]
    ids = ids[ids.str.startswith(f"user_{number}:")]
    print(len(ids))
    return ids.str.split(":", n=1).str[1].to_list()


# %% right: a pattern
import re


async def topics_of(number, path):
    table = await sessions(path)
    found = [re.fullmatch(rf"user_{number}:(.*)", one) for one in table["session"]]
    return [match[1] for match in found if match]


# %% right: with SQL
import sqlite3


def topics_of(number, path):
    database = sqlite3.connect(path)
    prefix = f"user_{number}:"
    query = "SELECT session_id FROM agent_sessions WHERE substr(session_id, 1, ?) = ?"
    rows = database.execute(query, [len(prefix), prefix]).fetchall()
    database.close()
    return sorted(session_id[len(prefix) :] for (session_id,) in rows)


# %% wrong: also the users whose number begins like this one
# says: For user 1 it returned
async def topics_of(number, path):
    table = await sessions(path)
    ids = [one for one in table["session"] if one.startswith(f"user_{number}") and ":" in one]
    return [session_id.split(":")[1] for session_id in ids]


# %% wrong: takes each id with the number for one with a topic
# says: Your code raised IndexError
async def topics_of(number, path):
    table = await sessions(path)
    ids = [session_id for session_id in table["session"] if session_id.startswith(f"user_{number}")]
    return [session_id.split(":")[1] for session_id in ids]


# %% wrong: the topics of everybody
# says: For user 1 it returned
async def topics_of(number, path):
    table = await sessions(path)
    return [session_id.split(":")[1] for session_id in table["session"] if ":" in session_id]


# %% wrong: the ids
# says: Return the topics alone. For user 1 it returned the ids
async def topics_of(number, path):
    table = await sessions(path)
    begin = f"user_{number}:"
    return [session_id for session_id in table["session"] if session_id.startswith(begin)]


# %% wrong: a set
# says: Return a list of texts. It returned {
async def topics_of(number, path):
    table = await sessions(path)
    begin = f"user_{number}:"
    ids = [session_id for session_id in table["session"] if session_id.startswith(begin)]
    return {session_id.removeprefix(begin) for session_id in ids}


# %% wrong: a dict
# says: Return a list of texts. It returned {'delivery': 1
async def topics_of(number, path):
    table = await sessions(path)
    begin = f"user_{number}:"
    ids = [session_id for session_id in table["session"] if session_id.startswith(begin)]
    return {session_id.removeprefix(begin): 1 for session_id in ids}


# %% wrong: a tuple
# says: Return a list of texts. It returned (
async def topics_of(number, path):
    table = await sessions(path)
    begin = f"user_{number}:"
    ids = [session_id for session_id in table["session"] if session_id.startswith(begin)]
    return tuple(session_id.removeprefix(begin) for session_id in ids)


# %% wrong: a column
# says: (Series)
async def topics_of(number, path):
    ids = (await sessions(path))["session"]
    begin = f"user_{number}:"
    return ids[ids.str.startswith(begin)].str.removeprefix(begin)


# %% wrong: a generator
# says: Return a list of texts. It returned <generator
async def topics_of(number, path):
    begin = f"user_{number}:"
    ids = (await sessions(path))["session"]
    return (one.removeprefix(begin) for one in ids if one.startswith(begin))


# %% wrong: one text
# says: Return a list of texts. It returned 'delivery, billing,
async def topics_of(number, path):
    begin = f"user_{number}:"
    ids = (await sessions(path))["session"]
    return ", ".join(one.removeprefix(begin) for one in ids if one.startswith(begin))


# %% wrong: lists of parts
# says: Return a list of texts. It returned [['user_1', 'delivery']
async def topics_of(number, path):
    ids = (await sessions(path))["session"]
    return [one.split(":") for one in ids if one.startswith(f"user_{number}:")]


# %% wrong: no await
# says: `sessions` was called without `await`
async def topics_of(number, path):
    table = sessions(path)
    return [one.split(":")[1] for one in table["session"] if one.startswith(f"user_{number}:")]


# %% wrong: prints
# says: Printing does not return
async def topics_of(number, path):
    table = await sessions(path)
    begin = f"user_{number}:"
    for session_id in table["session"]:
        if session_id.startswith(begin):
            print(session_id.removeprefix(begin))


# %% wrong: the user of the example
# says: For user 1 it returned []
async def topics_of(number, path):
    table = await sessions(path)
    ids = [one for one in table["session"] if one.startswith("user_12345:")]
    return [session_id.split(":")[1] for session_id in ids]


# %% wrong: the topics of the example
# says: The file has the ids ['user_1:delivery', 'user_12:returns',
async def topics_of(number, path):
    return ["billing", "delivery"]


# %% wrong: the notebook's file
# says: For user 1 it returned []
notebook_path = path


async def topics_of(number, path):
    table = await sessions(notebook_path)
    begin = f"user_{number}:"
    return [one.removeprefix(begin) for one in table["session"] if one.startswith(begin)]


# %% wrong: always user 1
# says: For user 12 it returned
async def topics_of(number, path):
    table = await sessions(path)
    return [one.removeprefix("user_1:") for one in table["session"] if one.startswith("user_1:")]


# %% wrong: anywhere in the id
# says: For user 1 it returned
async def topics_of(number, path):
    table = await sessions(path)
    ids = [session_id for session_id in table["session"] if f"user_{number}:" in session_id]
    return [session_id.split(":")[1] for session_id in ids]


# %% wrong: a pattern of SQL
# says: For user 1 it returned
import sqlite3


def topics_of(number, path):
    database = sqlite3.connect(path)
    query = "SELECT session_id FROM agent_sessions WHERE session_id LIKE ?"
    rows = database.execute(query, [f"user_{number}:%"]).fetchall()
    database.close()
    return [session_id.split(":")[1] for (session_id,) in rows]


# %% wrong: capital letters do not matter
# says: For user 1 it returned
async def topics_of(number, path):
    begin = f"user_{number}:"
    ids = [one.lower() for one in (await sessions(path))["session"]]
    return [one.removeprefix(begin) for one in ids if one.startswith(begin)]


# %% wrong: a pattern that matches within the id
# says: For user 1 it returned
import re


async def topics_of(number, path):
    table = await sessions(path)
    found = [re.search(rf"user_{number}:(.*)", one) for one in table["session"]]
    return [match[1] for match in found if match]


# %% wrong: the first one
# says: For user 1 it returned ['delivery']
async def topics_of(number, path):
    begin = f"user_{number}:"
    for one in (await sessions(path))["session"]:
        if one.startswith(begin):
            return [one.removeprefix(begin)]
    return []


# %% wrong: with the colon
# says: For user 1 it returned [':delivery'
async def topics_of(number, path):
    table = await sessions(path)
    ids = [one for one in table["session"] if one.startswith(f"user_{number}:")]
    return [one.removeprefix(f"user_{number}") for one in ids]


# %% wrong: strips letters off both ends
# says: The file has the ids ['user_1:delivery', 'user_12:returns',
async def topics_of(number, path):
    table = await sessions(path)
    ids = [one for one in table["session"] if one.startswith(f"user_{number}:")]
    return [one.strip(f"user_{number}:") for one in ids]


# %% wrong: keeps what it found before
# says: For user 12 it returned
found_before = []


async def topics_of(number, path):
    begin = f"user_{number}:"
    ids = (await sessions(path))["session"]
    found_before.extend(one.removeprefix(begin) for one in ids if one.startswith(begin))
    return found_before


# %% wrong: the latest two sessions
# says: For user 1 it returned
async def topics_of(number, path):
    table = await sessions(path)
    return [one.partition(":")[2] for one in table["session"].tail(2)]


# %% wrong: nothing if there are none
# says: Return a list of texts. It returned None
async def topics_of(number, path):
    begin = f"user_{number}:"
    ids = [one for one in (await sessions(path))["session"] if one.startswith(begin)]
    if ids:
        return [one.removeprefix(begin) for one in ids]


# %% wrong: cuts a topic off at its own colon
# says: For user 1 it returned
async def topics_of(number, path):
    table = await sessions(path)
    topics = []
    for session_id in table["session"]:
        parts = session_id.split(":")
        if len(parts) > 1 and parts[0] == f"user_{number}":
            topics.append(parts[1])
    return topics


# %% wrong: a topic of several words, or with a hyphen, is left out
# says: For user 1 it returned
import re


async def topics_of(number, path):
    table = await sessions(path)
    found = [re.fullmatch(rf"user_{number}:(\w+)", one) for one in table["session"]]
    return [match[1] for match in found if match]
