# %% right: a number
items_in_copy = 4

# %% right: a sum
items_in_copy = 2 + 2

# %% wrong: all of them
# says: In which of the three files are the latest ones?
items_in_copy = 6

# %% wrong: none
# says: were moved to the database when the session was closed
items_in_copy = 0

# %% wrong: the latest
# says: The copy is of the database, and not of the log.
items_in_copy = 2

# %% wrong: half of the latest
# says: You predicted 5. The original has 6 items.
items_in_copy = 5

# %% wrong: a text
# says: `items_in_copy` is 'four' (str). It should be a number.
items_in_copy = "four"

# %% right: a number with a point
items_in_copy = 4.0

# %% wrong: the three dots
# says: in place of the three dots
items_in_copy = ...
