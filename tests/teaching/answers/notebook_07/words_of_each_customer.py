# %% wrong:
# says:
def words_per_customer(table):
    words = table["text"].str.split().str.len()
    return words.groupby(table["session"]).sum().sort_values(ascending=False)


# %% wrong:
# says:
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum()


# %% wrong:
# says:
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum().sort_values()


# %% wrong:
# says:
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    return of_users.groupby("session").size().sort_values(ascending=False)


# %% wrong:
# says:
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False)


# %% wrong:
# says:
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split(" ").str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False)


# %% wrong:
# says:
def words_per_customer(table):
    words = table["text"].str.split().str.len()
    table = table.assign(words=words)[table["role"] == "user"]
    return table.groupby("session")[["words"]].sum().sort_values("words", ascending=False)
