# %% right: with pandas
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% right: a row by name
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    cursor = database.execute(query, (session_id,))
    (question,) = cursor.fetchone()
    cursor.close()
    return question


# %% right: the highest id, and a named value
def last_question(database, session_id):
    query = """
        SELECT message_data ->> '$.content' FROM agent_messages WHERE id = (
            SELECT max(id) FROM agent_messages
            WHERE session_id = :id AND message_data ->> '$.role' = 'user')
    """
    return database.execute(query, {"id": session_id}).fetchone()[0]


# %% right: the item, parsed in Python
def last_question(database, session_id):
    import json

    query = """
        SELECT message_data FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return json.loads(database.execute(query, [session_id]).fetchone()[0])["content"]


# %% wrong: whichever user
# says: The last question of user_mary is 'Is it cold?'. It returned 'Is anybody there?' (str)
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database)["question"][0]


# %% wrong: whichever role
# says: The last question of user_mary is 'Is it cold?'. It returned 'Answer in English.' (str)
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ?
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: what the agent said
# says: That is what the agent said: look at the role
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'assistant'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: all roles but the agent's
# says: It returned 'Answer in English.' (str)
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') != 'assistant'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: the first question
# says: That is the first question of this user
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: no order
# says: That is the first question of this user
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: the value in the text of the query
# says: SQL does not take the id "user_o'neil" as text: pass it with ?
def last_question(database, session_id):
    query = f"""
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = '{session_id}' AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database)["question"][0]


# %% wrong: a Series
# says: Return the text of the question, and nothing else. It returned 0
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"]


# %% wrong: the row
# says: Return the text of the question, and nothing else. It returned ('Is it cold?',) (tuple)
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return database.execute(query, [session_id]).fetchone()


# %% wrong: the cursor
# says: Return the text of the question, and nothing else. It returned <sqlite3.Cursor
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return database.execute(query, [session_id])


# %% wrong: the whole item
# says: The last question of user_mary is 'Is it cold?'. It returned '{"role":"user"
def last_question(database, session_id):
    query = """
        SELECT message_data AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: prints
# says: Printing does not return
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    print(database.execute(query, [session_id]).fetchone()[0])


# %% wrong: closes the connection
# says: It closed the connection
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    with closing(database):
        return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: closes a connection that runs a plain query
# says: It closed the connection
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    question = database.execute(query, [session_id]).fetchone()[0]
    database.close()
    return question


# %% wrong: LIKE, in which _ is any character
# says: The last question of user_mary is 'Is it cold?'. It returned 'Who are you?' (str)
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id LIKE ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: ids that begin with this one
# says: The last question of user_mary is 'Is it cold?'. It returned 'Is anybody there?' (str)
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id GLOB ? || '*' AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: all questions leave the file
# says: 2 rows left the file. Let SQL choose
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id
    """
    return pd.read_sql(query, database, params=[session_id])["question"].iloc[-1]


# %% wrong: all items leave the file
# says: rows left the file. Let SQL choose
def last_question(database, session_id):
    import json

    query = "SELECT message_data FROM agent_messages WHERE session_id = ? ORDER BY id DESC"
    items = [json.loads(row[0]) for row in database.execute(query, [session_id]).fetchall()]
    return next(item["content"] for item in items if item["role"] == "user")


# %% wrong: always Ada
# says: It returned None
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    row = database.execute(query, ["user_ada"]).fetchone()
    return row and row[0]


# %% wrong: the file of the notebook
# says: It returned None
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    with closing(sqlite3.connect(path)) as other:
        row = other.execute(query, [session_id]).fetchone()
    return row and row[0]


# %% wrong: where an answer has its text
# says: It returned None
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content[0].text') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong: no value for the question mark
# says: Your code raised ProgrammingError
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return database.execute(query).fetchone()[0]


# %% wrong: the first id that was asked for
# says: The last question of user_o'neil is 'Since when?'. It returned 'Is it cold?' (str)
ids = []


def last_question(database, session_id):
    ids.append(session_id)
    query = """
        SELECT json_extract(message_data, '$.content') FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return database.execute(query, [ids[0]]).fetchone()[0]


# %% wrong: takes any item whose JSON mentions "user" for a question, such as an answer about users
# says: That is what the agent said
def last_question(database, session_id):
    query = """
        SELECT coalesce(json_extract(message_data, '$.content[0].text'),
                        json_extract(message_data, '$.content'))
        FROM agent_messages
        WHERE session_id = ? AND message_data LIKE '%user%'
        ORDER BY id DESC LIMIT 1
    """
    return database.execute(query, (session_id,)).fetchone()[0]
