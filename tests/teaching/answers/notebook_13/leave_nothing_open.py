# %% right: the order
lines = "CEDA"

# %% right: as a list, in small letters
lines = ["c", "e", "d", "a"]

# %% right: with commas
lines = "C, E, D, A"

# %% wrong: the notebook's engine
# says: It used the notebook's own `engine`
lines = "CBDA"

# %% wrong: both
# says: the conversation holds ['Hello.', 'Hello.']
lines = "CEDABD"

# %% wrong: disposes before it writes
# says: It left a connection open
lines = "CEAD"

# %% wrong: leaves the connection open
# says: It left a connection open
lines = "CED"

# %% wrong: the notebook's engine, left open
# says: It used the notebook's own `engine`
lines = "CBD"

# %% wrong: writes nothing
# says: It was called with ['Hello.'], and the conversation holds []
lines = "CEA"

# %% wrong: writes twice
# says: the conversation holds ['Hello.', 'Hello.']
lines = "CEDDA"

# %% wrong: disposes of the notebook's engine as well
# says: It used the notebook's own `engine`
lines = "CEDABA"

# %% wrong: the session comes too late
# says: Your code raised
lines = "CDEA"

# %% wrong: a function without a beginning
# says: In this order, the lines are not Python
lines = "ECDA"

# %% wrong: a letter too many
# says: There is no line F
lines = "CEDAF"

# %% wrong: nothing
# says: letters in order
lines = ""

# %% wrong: a number
# says: `lines` is 3541 (int)
lines = 3541
