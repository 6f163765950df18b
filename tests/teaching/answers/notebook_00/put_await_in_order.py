# %% right: the order
lines = "CEDA"

# %% right: as a list, in small letters
lines = ["c", "e", "d", "a"]

# %% right: with commas
lines = "C, E, D, A"

# %% wrong: asks before it tells
# says: Tell the name first
lines = "CDEA"

# %% wrong: does not wait
# says: Runner.run` was called without `await`
lines = "CEBA"

# %% wrong: all lines
# says: In this order, the lines are not Python
lines = "ECDAB"

# %% wrong: never asks
# says: Then ask for the name
lines = "CE"

# %% wrong: returns nothing
# says: Return the text of the answer. It returned None
lines = "CED"

# %% wrong: nothing
# says: the letters in order
lines = ""

# %% wrong: a letter too many
# says: There is no line F
lines = "CEFDA"

# %% wrong: returns too early
# says: Your code raised
lines = "CEAD"
