# %% right: the number
items_kept = 4

# %% right: counted
items_kept = len([*"four"])

# %% wrong: the question and the answer are added
# says: Who would have added the question and the answer?
items_kept = 6

# %% wrong: the question is added
# says: Who would have added the question? The runner
items_kept = 5

# %% wrong: the session is emptied
# says: and not emptied
items_kept = 0

# %% wrong: one
# says: You predicted 1. The session is taken away from the agent
items_kept = 1

# %% wrong: a text
# says: `items_kept` is 'four' (str). It should be a number
items_kept = "four"

# %% wrong: the three dots
# says: in place of the three dots
items_kept = ...

# %% wrong: nothing
# says: `items_kept` is None
items_kept = None
