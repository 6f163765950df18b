# %% right: a number
items_left = 6

# %% right: from the table
items_left = int(table["items"][1])

# %% wrong: nothing
# says: One session was cleared, and not the file.
items_left = 0

# %% wrong: everything
# says: are gone from the file too
items_left = 12

# %% wrong: sessions
# says: That is the number of sessions.
items_left = 1

# %% wrong: turns
# says: That is the number of turns.
items_left = 3

# %% wrong: another number
# says: You predicted 5. The table above says how many items each session has.
items_left = 5

# %% wrong: a dict
# says: It should be a number.
items_left = {"user_grace": 6}

# %% wrong: the three dots
# says: in place of the three dots
items_left = ...
