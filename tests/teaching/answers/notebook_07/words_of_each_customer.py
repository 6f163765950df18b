# %% right: a column of words
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    of_users = of_users.assign(words=of_users["text"].str.split().str.len())
    return of_users.groupby("session")["words"].sum().sort_values(ascending=False)


# %% right: apply, with 0 for those who wrote nothing
def words_per_customer(table):
    words = table["text"].map(lambda text: len(text.split())).where(table["role"] == "user", 0)
    return words.groupby(table["session"]).sum().sort_values()[::-1]


# %% right: a dict
def words_per_customer(table):
    words = {}
    for row in table.itertuples():
        if row.role == "user":
            words[row.session] = words.get(row.session, 0) + len(row.text.split())
    return pd.Series(words).sort_values(ascending=False)


# %% right: a regular expression
def words_per_customer(table):
    rows = table.query("role == 'user'")
    counts = rows["text"].str.count(r"\S+")
    return counts.groupby(rows["session"]).agg("sum").nlargest(100)


# %% wrong: the agent's words too
# says: This is what its user said
def words_per_customer(table):
    words = table["text"].str.split().str.len()
    return words.groupby(table["session"]).sum().sort_values(ascending=False)


# %% wrong: in the order of the ids
# says: The numbers are right, but not in order
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum()


# %% wrong: the fewest first
# says: The numbers are right, but not in order
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum().sort_values()


# %% wrong: messages, not words
# says: You counted messages
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    return of_users.groupby("session").size().sort_values(ascending=False)


# %% wrong: characters, not words
# says: should have 7. This is what its user said
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False)


# %% wrong: cut at single spaces only
# says: The session mary has 5 words, and should have 6
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split(" ").str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False)


# %% wrong: a table with one column
# says: Return a Series: one column, with an index
def words_per_customer(table):
    words = table["text"].str.split().str.len()
    table = table.assign(words=words)[table["role"] == "user"]
    return table.groupby("session")[["words"]].sum().sort_values("words", ascending=False)


# %% wrong: a dict
# says: Return a Series: one column, with an index. It returned {
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return dict(words.groupby(of_users["session"]).sum().sort_values(ascending=False))


# %% wrong: prints
# says: Printing does not return
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    print(words.groupby(of_users["session"]).sum().sort_values(ascending=False))


# %% wrong: the mean of each session
# says: The session
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).mean().sort_values(ascending=False)


# %% wrong: the longest message of each session
# says: The session
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).max().sort_values(ascending=False)


# %% wrong: a row for each message
# says: The index should be the ids of the sessions. It is [5, 9, 0, 2, 4, 10]
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    return of_users["text"].str.split().str.len().sort_values(ascending=False)


# %% wrong: the ids are a column
# says: Return a Series: one column, with an index
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False).reset_index()


# %% wrong: the table of the notebook
# says: The index should be the ids of the sessions
table_of_the_notebook = table


def words_per_customer(table):
    of_users = table_of_the_notebook[table_of_the_notebook["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False)


# %% wrong: only the one who wrote most
# says: The index should be the ids of the sessions. It is ['grace']
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False).head(1)


# %% wrong: adds a column to the table of the caller
# says: Your function changed `table`
def words_per_customer(table):
    table["words"] = table["text"].str.split().str.len()
    of_users = table[table["role"] == "user"]
    return of_users.groupby("session")["words"].sum().sort_values(ascending=False)
