# %% right: one
how_many = 1

# %% right: counted
how_many = len(["Is it raining?"])

# %% wrong: all or nothing for both calls
# says: if both items were in one call
how_many = 0

# %% wrong: both
# says: A text is refused
how_many = 2

# %% wrong: a text
# says: `how_many` is '1' (str). It should be a number
how_many = "1"

# %% wrong: a truth value
# says: `how_many` is True (bool)
how_many = True

# %% wrong: the three dots
# says: in place of the three dots
how_many = ...

# %% wrong: a guess
# says: Which calls of `add_items` are there
how_many = 5
