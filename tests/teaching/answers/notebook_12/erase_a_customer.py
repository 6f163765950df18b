# %% right: the order
lines = "CEBAD"

# %% right: as a list, in small letters
lines = ["c", "e", "b", "a", "d"]

# %% right: with dashes
lines = "C-E-B-A-D"

# %% wrong: an item is popped first
# says: This works, but one of the lines is not needed
lines = "CEFBAD"

# %% wrong: and one after it
# says: This works, but one of the lines is not needed
lines = "CEBFAD"

# %% wrong: VACUUM first
# says: VACUUM was done before the items were deleted
lines = "CADEB"

# %% wrong: no VACUUM
# says: not all bytes of this customer are gone
lines = "CEB"

# %% wrong: only VACUUM
# says: the session still has 12 items
lines = "CAD"

# %% wrong: one item is popped
# says: the session still has 11 items
lines = "CEFAD"

# %% wrong: VACUUM without a connection
# says: Your code raised ProgrammingError: Cannot operate on a closed database
lines = "CEBD"

# %% wrong: a block without lines
# says: the lines are not Python
lines = "CEABD"

# %% wrong: the first line last
# says: the lines are not Python
lines = "EBADC"

# %% wrong: nothing
# says: letters in order
lines = ""

# %% wrong: a letter that is not there
# says: There is no line G
lines = "CEBADG"

# %% wrong: the three dots
# says: in place of the three dots
lines = ...
