# %% right: shared
waits = "shared"

# %% right: a capital
waits = "Shared"

# %% wrong: Grace
# says: Which rows are locked
waits = "user_grace"

# %% wrong: both, as in a file
# says: In SQLite both would wait
waits = "both"

# %% wrong: neither
# says: which row does each write want to lock
waits = "neither"

# %% wrong: a list
# says: `waits` is ['shared'] (list)
waits = ["shared"]

# %% wrong: the three dots
# says: in place of the three dots
waits = ...

# %% wrong: a sentence
# says: It should be "shared", "user_grace", "both" or "neither"
waits = "the one to shared"

# %% wrong: True
# says: `waits` is True (bool)
waits = True
