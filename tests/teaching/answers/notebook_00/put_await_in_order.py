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
# says: letters in order
lines = ""

# %% wrong: a letter too many
# says: There is no line F
lines = "CEFDA"

# %% wrong: returns too early
# says: Your code raised
lines = "CEAD"


# %% right: with dashes, as one writes a way
lines = "C-E-D-A"

# %% right: one to a line
lines = """
C
E
D
A
"""

# %% wrong: also prepares a call that nobody waits for
# says: `Runner.run` was called without `await`
lines = "CEBDA"

# %% wrong: the line that is not needed stands where it is never reached
# says: one of the lines is not needed
lines = "CEDAB"

# %% wrong: asks twice
# says: one of the lines is not needed
lines = "CEDDA"

# %% wrong: tells twice
# says: Then ask for the name
lines = "CEEDA"

# %% wrong: tells nothing
# says: Tell the name first. The session holds ['What is my name?'
lines = "CDA"

# %% wrong: no function around it
# says: the lines are not Python at line E
lines = "EDA"

# %% wrong: the three dots
# says: in place of the three dots
lines = ...

# %% wrong: a number
# says: `lines` is 3541 (int)
lines = 3541
