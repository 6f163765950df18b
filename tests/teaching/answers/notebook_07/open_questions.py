# %% wrong:
# says:
def unanswered(table):
    asked = table["text"].str.contains("?", regex=False)
    questions = table[(table["role"] == "user") & asked]
    return list(questions.groupby("session").tail(1)["session"])


# %% wrong:
# says:
def unanswered(table):
    latest = table.groupby("session").tail(1)
    return list(latest[latest["role"] == "user"]["session"])


# %% wrong:
# says:
def unanswered(table):
    latest = table.groupby("session").tail(1)
    return list(latest[latest["text"].str.contains("?", regex=False)]["session"])


# %% wrong:
# says:
def unanswered(table):
    messages = table[table["kind"] == "message"]
    latest = messages.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return list(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong:
# says:
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return latest[(latest["role"] == "user") & asked]


# %% wrong:
# says:
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return set(latest[(latest["role"] == "user") & asked]["session"])


# %% wrong:
# says:
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.endswith("?")
    return list(latest[(latest["role"] == "user") & asked]["session"])
