# %% right: messages only, another order of filters
def hand_over(table, word, file):
    rows = table[(table["kind"] == "message") & (table["role"] == "user")]
    rows = rows[rows["text"].str.contains(word, case=False, regex=False)]
    export_csv(rows.loc[:, ["session", "text"]], file)
    return len(rows)


# %% right: an escaped pattern
def hand_over(table, word, file):
    import re

    found = table["text"].str.contains(re.escape(word), case=False)
    export_csv(table[found & (table["role"] == "user")].filter(["session", "text"]), file)


# %% right: a comprehension
def hand_over(table, word, file):
    rows = [
        {"session": row.session, "text": row.text}
        for row in table.itertuples()
        if row.role == "user" and word.casefold() in row.text.casefold()
    ]
    export_csv(pd.DataFrame(rows), str(file))


# %% right: apostrophes by hand
def hand_over(table, word, file):
    found = table["text"].str.lower().str.contains(word.lower(), regex=False)
    rows = table[(table["role"] == "user") & found][["session", "text"]]
    begins = rows["text"].str.startswith(("=", "+", "-", "@"))
    rows.assign(text=rows["text"].where(~begins, "'" + rows["text"])).to_csv(file, index=False)


# %% wrong: formulas run
# says: In a spreadsheet this is a formula, which would run
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found]
    rows[["session", "text"]].to_csv(file, index=False)


# %% wrong: only one of the signs
# says: The file has the cell '+1 for the refund of order 4.5'. In a spreadsheet this is a formula
def hand_over(table, word, file):
    found = table["text"].str.lower().str.contains(word.lower(), regex=False)
    rows = table[(table["role"] == "user") & found][["session", "text"]]
    rows["text"] = rows["text"].str.replace("=", "'=")
    rows.to_csv(file, index=False)


# %% wrong: capital letters count in the word
# says: For the word 'Parcel', the text 'Where is my parcel, "quick"?' is missing in the file
def hand_over(table, word, file):
    found = table["text"].str.lower().str.contains(word, regex=False)
    rows = table[(table["role"] == "user") & found]
    export_csv(rows[["session", "text"]], file)


# %% wrong: a pattern
# says: For the word '4.5', the text 'Is order 465 refunded?' does not belong in the file
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False)
    rows = table[(table["role"] == "user") & found]
    export_csv(rows[["session", "text"]], file)


# %% wrong: capital letters count
# says: the text 'The REFUND for order 4.5, yes.' is missing in the file
def hand_over(table, word, file):
    found = table["text"].str.contains(word, regex=False)
    rows = table[(table["role"] == "user") & found]
    export_csv(rows[["session", "text"]], file)


# %% wrong: the agent's messages too
# says: the text 'Is it about a refund, Mary?' does not belong in the file
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["kind"] == "message") & found]
    export_csv(rows[["session", "text"]], file)


# %% wrong: tool calls and results too
# says: does not belong in the file
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["text"] != "Is it about a refund, Mary?") & found]
    export_csv(rows[["session", "text"]], file)


# %% wrong: all messages of users
# says: the text 'My name is Mary.' does not belong in the file
def hand_over(table, word, file):
    rows = table[table["role"] == "user"]
    export_csv(rows[["session", "text"]], file)


# %% wrong: all columns
# says: The columns should be 'session' and 'text'. They are ['session', 'turn'
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    export_csv(table[(table["role"] == "user") & found], file)


# %% wrong: the columns the other way round
# says: The columns should be 'session' and 'text'. They are ['text', 'session']
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found]
    export_csv(rows[["text", "session"]], file)


# %% wrong: the numbers of the rows too
# says: The columns should be 'session' and 'text'. They are ['', 'session', 'text']
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found]
    rows[["session", "text"]].to_csv(file)


# %% wrong: no line with the names
# says: The columns should be 'session' and 'text'. They are
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found]
    rows[["session", "text"]].to_csv(file, index=False, header=False)


# %% wrong: another file
# says: There is no file at `file` yet
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found]
    export_csv(rows[["session", "text"]], Path(folder.name, "other.csv"))


# %% wrong: arguments in the wrong order
# says: Your code raised TypeError
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found]
    export_csv(file, rows[["session", "text"]])


# %% wrong: returns the rows
# says: There is no file at `file` yet
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    return table[(table["role"] == "user") & found][["session", "text"]]


# %% wrong: always refunds
# says: For the word '4.5'
def hand_over(table, word, file):
    found = table["text"].str.contains("refund", case=False, regex=False)
    rows = table[(table["role"] == "user") & found]
    export_csv(rows[["session", "text"]], file)


# %% wrong: sorted by session
# says: For the word 'refund', the file should have the rows of
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found].sort_values("session")
    export_csv(rows[["session", "text"]], file)


# %% wrong: one message of each session
# says: is missing in the file
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found].drop_duplicates("session")
    export_csv(rows[["session", "text"]], file)


# %% wrong: whole words only
# says: the text 'Is order 465 refunded?' is missing in the file
def hand_over(table, word, file):
    words = table["text"].str.lower().str.findall(r"[\w.]+")
    found = words.map(lambda found: word in found)
    rows = table[(table["role"] == "user") & found]
    export_csv(rows[["session", "text"]], file)


# %% wrong: drops the formulas
# says: is missing in the file
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found & ~table["text"].str.startswith("=")]
    export_csv(rows[["session", "text"]], file)


# %% wrong: the table of the notebook
# says: is missing in the file
table_of_the_notebook = table


def hand_over(table, word, file):
    found = table_of_the_notebook["text"].str.contains(word, case=False, regex=False)
    rows = table_of_the_notebook[(table_of_the_notebook["role"] == "user") & found]
    export_csv(rows[["session", "text"]], file)


# %% wrong: takes care of the dot, and of no other sign of a pattern
# says: Your code raised error: missing ), unterminated
def hand_over(table, word, file):
    of_users = table[(table["role"] == "user") & (table["kind"] == "message")]
    pattern = word.replace(".", r"\.")
    found = of_users[of_users["text"].str.contains(pattern, case=False)]
    export_csv(found[["session", "text"]], file)


# %% wrong: leaves out a message that the same user has sent before
# says: the file should have the rows
def hand_over(table, word, file):
    of_users = table[(table["role"] == "user") & (table["kind"] == "message")]
    found = of_users[of_users["text"].str.contains(word, case=False, regex=False)]
    export_csv(found[["session", "text"]].drop_duplicates(), file)


# %% wrong: puts the word into a query, which an apostrophe in it breaks
# says: Your code raised
def hand_over(table, word, file):
    found = table.query(
        f"role == 'user' and text.str.contains('{word}', case=False, regex=False)",
        engine="python",
    )
    export_csv(found[["session", "text"]], file)
