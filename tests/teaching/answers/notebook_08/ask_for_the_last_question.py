# %% wrong:
# says:
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE json_extract(message_data, '$.role') = 'user' ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database)["question"][0]


# %% wrong:
# says:
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong:
# says:
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong:
# says:
def last_question(database, session_id):
    query = f"""
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = '{session_id}' AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database)["question"][0]


# %% wrong:
# says:
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"]


# %% wrong:
# says:
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    with closing(database):
        return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong:
# says:
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id LIKE ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    """
    return pd.read_sql(query, database, params=[session_id])["question"][0]


# %% wrong:
# says:
def last_question(database, session_id):
    query = """
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user' ORDER BY id
    """
    return pd.read_sql(query, database, params=[session_id])["question"].iloc[-1]
