# %% right: no
knows = "no"

# %% right: with a capital and a space
knows = "No "

# %% wrong: yes
# says: Is the first of them among the latest four
knows = "yes"

# %% wrong: a truth value
# says: `knows` is False (bool). It should be "yes" or "no"
knows = False

# %% wrong: a sentence
# says: It should be "yes" or "no"
knows = "It has forgotten it."

# %% wrong: the three dots
# says: in place of the three dots
knows = ...

# %% wrong: nothing
# says: `knows` is None
knows = None
