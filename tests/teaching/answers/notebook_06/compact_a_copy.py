# %% right: the order
lines = "DFCAB"

# %% right: as a list, in small letters
lines = ["d", "f", "c", "a", "b"]

# %% right: with commas and blanks
lines = "D, F, C, A, B"

# %% wrong: compacts the conversation itself
# says: The conversation that was given has changed
lines = "DFCEB"

# %% wrong: compacts both
# says: The conversation that was given has changed
lines = "DFCAEB"

# %% wrong: compacts nothing
# says: The copy is not compacted
lines = "DFCB"

# %% wrong: compacts before there is something
# says: A session was compacted that held nothing yet
lines = "DFACB"

# %% wrong: an empty copy
# says: The copy is not compacted: it holds nothing
lines = "DFB"

# %% wrong: fills a copy that is not there yet
# says: Your code raised UnboundLocalError
lines = "DCFAB"

# %% wrong: returns nothing
# says: Return the copy, which is a session. It returned None
lines = "DFCA"

# %% wrong: returns too early
# says: The copy is not compacted
lines = "DFCBA"

# %% wrong: the copy outside of the function
# says: In this order, the lines are not Python
lines = "FDCAB"

# %% wrong: all lines as they stand
# says: In this order, the lines are not Python
lines = "ABCDEF"

# %% wrong: a letter too many
# says: There is no line G
lines = "DFCABG"

# %% wrong: nothing
# says: letters in order
lines = ""

# %% wrong: no first line
# says: In this order, the lines are not Python
lines = "FCAB"
