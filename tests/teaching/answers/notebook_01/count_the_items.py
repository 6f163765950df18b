# %% right: the number
how_many = 4

# %% right: worked out
how_many = 2 * 2

# %% right: counted
how_many = len(await session.get_items())

# %% wrong: only the messages of the user
# says: A run adds more than your message
how_many = 2

# %% wrong: only the latest one
# says: A run adds to what is there
how_many = 1

# %% wrong: three
# says: You predicted 3. Look at the drawing above
how_many = 3

# %% wrong: everything twice
# says: You predicted 8
how_many = 8

# %% wrong: a text
# says: `how_many` is '4' (str). It should be a number
how_many = "4"

# %% wrong: the three dots
# says: in place of the three dots: a number
how_many = ...

# %% right: a fraction
how_many = 4.0

# %% wrong: a truth value
# says: `how_many` is True (bool)
how_many = True

# %% wrong: the items
# says: (list). It should be a number
how_many = await session.get_items()

# %% wrong: a call that nobody awaits
# says: It should be a number
how_many = session.get_items()
how_many.close()


# %% right: as a float
how_many = 4.0
