# %% right: the letter
happened = "c"

# %% right: a capital, with a blank
happened = "C "

# %% wrong: a tool of this name
# says: `call_51` names no tool
happened = "a"

# %% wrong: the tool has failed
# says: There is a result
happened = "b"

# %% wrong: too long
# says: The error says nothing about the length
happened = "d"

# %% wrong: the three dots
# says: in place of the three dots
happened = ...

# %% wrong: another letter
# says: `happened` is 'e' (str)
happened = "e"

# %% wrong: a list
# says: It should be "a", "b", "c" or "d"
happened = ["c"]

# %% wrong: the place in the list
# says: `happened` is 2 (int)
happened = 2
