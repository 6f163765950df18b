# %% right: none
items_shown = 0

# %% right: a sum
items_shown = 8 - 8

# %% wrong: all
# says: the class asks its own table which items there are
items_shown = 8

# %% wrong: a few
# says: You predicted 6. Who fills the table
items_shown = 6

# %% wrong: a truth value
# says: `items_shown` is False (bool). It should be a number
items_shown = False

# %% wrong: a text
# says: `items_shown` is '0' (str)
items_shown = "0"

# %% wrong: nothing
# says: `items_shown` is None
items_shown = None

# %% wrong: the three dots
# says: in place of the three dots
items_shown = ...

# %% wrong: a list
# says: It should be a number
items_shown = []
