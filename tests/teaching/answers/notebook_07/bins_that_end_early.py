# %% right: the letter
longer_messages = "c"

# %% right: a capital, with a space
longer_messages = "C "

# %% wrong: an error
# says: It raises none
longer_messages = "a"

# %% wrong: the last bin
# says: What is longer falls into no bin
longer_messages = "b"

# %% wrong: more bins
# says: It takes the bins that you give it
longer_messages = "d"

# %% wrong: the three dots
# says: in place of the three dots
longer_messages = ...

# %% wrong: a sentence
# says: It should be "a", "b", "c" or "d"
longer_messages = "they are left out"

# %% wrong: a number
# says: `longer_messages` is 19 (int)
longer_messages = 19
