# %% right: a number
how_many_sessions = 4

# %% right: counted by Python
how_many_sessions = len({"Bob", "bob", "bob ", "b%"})

# %% wrong: one
# says: nothing in an id stands for other text
how_many_sessions = 1

# %% wrong: two
# says: Look again at the capital letter and at the space.
how_many_sessions = 2

# %% wrong: three
# says: and at the percent sign
how_many_sessions = 3

# %% wrong: more than there are ids
# says: You predicted 5. Which of these ids are the same, character by character?
how_many_sessions = 5

# %% wrong: the ids
# says: It should be a number.
how_many_sessions = ["Bob", "bob", "bob ", "b%"]

# %% wrong: the three dots
# says: in place of the three dots
how_many_sessions = ...
