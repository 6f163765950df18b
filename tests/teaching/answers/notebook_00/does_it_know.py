# %% right: no
knows = "no"

# %% right: a capital
knows = "No"

# %% wrong: yes
# says: Where is the name stored
knows = "yes"

# %% wrong: a truth value
# says: `knows` is False (bool). It should be "yes" or "no"
knows = False

# %% wrong: the three dots
# says: in place of the three dots
knows = ...

# %% wrong: nothing
# says: `knows` is None
knows = None

# %% wrong: a sentence
# says: It should be "yes" or "no"
knows = "It does not know."
