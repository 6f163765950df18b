# %% right: drop_duplicates
def unanswered(table):
    latest = table.drop_duplicates("session", keep="last")
    asked = latest["text"].str.contains("?", regex=False) & latest["role"].eq("user")
    return latest.loc[asked, "session"].tolist()


# %% right: a loop over the groups
def unanswered(table):
    ids = []
    for session_id, items in table.groupby("session"):
        role, text = items.iloc[-1][["role", "text"]]
        if role == "user" and "?" in text:
            ids.append(session_id)
    return ids


# %% right: an escaped pattern
def unanswered(table):
    latest = table.groupby("session").last()
    found = latest[(latest.role == "user") & latest.text.str.contains(r"\?")]
    return [*found.index]


# %% right: a query, and itertuples
def unanswered(table):
    latest = table.groupby("session").tail(1).query("role == 'user'")
    print(len(latest))
    return [row.session for row in latest.itertuples() if row.text.count("?")]


# %% wrong: the latest question of each user, answered or not
# says: The question of mary was answered
def unanswered(table):
    asked = table["text"].str.contains("?", regex=False)
    questions = table[(table["role"] == "user") & asked]
    return list(questions.groupby("session").tail(1)["session"])


# %% wrong: no look at the question mark
# says: The latest message of grace is not a question
def unanswered(table):
    latest = table.groupby("session").tail(1)
    return list(latest[latest["role"] == "user"]["session"])


# %% wrong: no look at the role
# says: In the session bob, the agent asked last
def unanswered(table):
    latest = table.groupby("session").tail(1)
    return list(latest[latest["text"].str.contains("?", regex=False)]["session"])


# %% wrong: the latest message, not the latest item
# says: The latest item of alan is a tool call
def unanswered(table):
    messages = table[table["kind"] == "message"]
    latest = messages.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return list(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong: the rows, not the ids
# says: It returned a whole table
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return latest[(latest["role"] == "user") & asked]


# %% wrong: a set
# says: Return a list of session ids, which may be empty. It returned set() (set)
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return set(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong: a Series
# says: Return a list of session ids, which may be empty. It returned Series
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return latest[(latest["role"] == "user") & asked]["session"]


# %% wrong: a tuple
# says: Return a list of session ids, which may be empty. It returned () (tuple)
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return tuple(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong: prints
# says: Printing does not return
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    print(list(latest[(latest["role"] == "user") & asked]["session"]))


# %% wrong: the question mark at the end only
# says: The latest item of ada is a question, and no answer follows
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.endswith("?")
    return list(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong: a pattern
# says: Your code raised
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?")
    return list(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong: the first item
# says: The question of mary was answered
def unanswered(table):
    latest = table.groupby("session").head(1)
    asked = latest["text"].str.contains("?", regex=False)
    return list(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong: the latest item of all
# says: For the check's table it returned [] (list). The latest item of ada is a question
def unanswered(table):
    latest = table.tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return list(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong: the texts, not the ids
# says: For the check's table it returned ['Do you have it in yellow? I like yellow.'] (list)
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return list(latest[(latest["role"] == "user") & asked]["text"])


# %% wrong: the one at the desk
# says: For the check's table it should return []
def unanswered(table):
    return ["customer_49"]


# %% wrong: the table of the notebook
# says: For the check's table it should return []
table_of_the_notebook = table


def unanswered(table):
    latest = table_of_the_notebook.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return list(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong: or in place of and
# says: The latest message of grace is not a question
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return list(latest[(latest["role"] == "user") | asked]["session"])


# %% wrong: each item of the session
# says: For the check's table it should return ['ada']
def unanswered(table):
    ids = []
    for session_id, items in table.groupby("session"):
        last = items.iloc[-1]
        for _ in range(len(items)):
            if last["role"] == "user" and "?" in last["text"]:
                ids.append(session_id)
    return ids


# %% wrong: takes the item with the highest time, which is the first of two in the same second
# says: in the same second
def unanswered(table):
    latest = table.loc[table.groupby("session")["time"].idxmax()]
    latest = latest[(latest["role"] == "user") & (latest["kind"] == "message")]
    return latest[latest["text"].str.contains("?", regex=False)]["session"].tolist()
